"""What is drawn for a roadmap? Every ranged number that an order of steps rests on, with a row for each draw.

What steps are worth is drawn as for every other question; patience, breakdown, completion, stakes, and how long things
take and go unnoticed are drawn beside it, by the same scheme. The steps and who carries them out stay as planned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice

import numpy as np

from detente.analysis.draws import CHUNKS, Method, Plan, sizes, sobol_points
from detente.kernels.quantiles import SHAPES, leaning
from detente.model.commitment import Commitment, Course
from detente.model.issue import Issue, Option
from detente.model.judgment import Change, Judgment, PartyChange
from detente.model.party import Preferences
from detente.model.quantity import NANO, Quantity
from detente.model.scenario import Scenario
from detente.planning.commitments import DETECTION, Ladder, pays_flow
from detente.planning.game import State, along, touched
from detente.planning.left import without
from detente.planning.many import Drawn, Floats, Ints
from detente.planning.measure import Walk

TOGETHER = 512
"""So many draws are measured together."""

Worth = Mapping[str, Mapping[str, Quantity]]


@dataclass(frozen=True, eq=False)
class Source:
    """Where the numbers of a way come from: its order, its ladders (None: listed commitments), and what was lost."""

    scenario: Scenario
    walk: Walk
    ways: Mapping[str, Ladder] | None
    lost: State

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The interactions that the way touches."""
        settled = self.scenario.settled()
        return tuple(rule.id for rule, _, _ in touched(settled, self.ways or {}))

    @cached_property
    def worth(self) -> Scenario:
        """The scenario with nothing in it but what the steps are worth."""
        ways, rules = self.ways or {}, self.rules
        worth = {name: _on_the_way(party.preferences.worth, ways) for name, party in self.scenario.parties.items()}
        judgments = {name: _narrowed(each, ways, rules) for name, each in self.scenario.judgments.items()}
        return replace(
            self.scenario,
            parties={
                name: replace(party, preferences=Preferences(worth[name]), reservation=None)
                for name, party in self.scenario.parties.items()
            },
            interactions={name: self.scenario.interactions[name] for name in rules},
            judgments={
                name: each
                for name, each in judgments.items()
                if any(part.parties or part.interactions for r in each.readings.values() for part in (r.sets, r.adds))
            },
        )

    @cached_property
    def others(self) -> dict[int, tuple[Quantity, str | None]]:
        """The ranged numbers that are drawn beside what steps are worth, and whose leaning they share."""
        found: list[tuple[Quantity | None, str | None]] = []
        found += [(each, None) for each in _along_the_way(self.scenario.course)]
        for ladder in (self.ways or {}).values():
            for name in ladder.options[1:]:
                found += [(each, None) for each in _of_option(ladder.issue.options[name])]
        for made in self.scenario.commitments.values() if self.ways is None else ():
            found += [(value, party) for table in (made.lump, made.flow) for party, value in table.items()]
            found += [(each, None) for each in (made.undoing, made.months, made.detection)]
        return {id(q): (q, party) for q, party in found if q is not None and not q.certain}

    @property
    def certain(self) -> bool:
        """Whether nothing at all is drawn."""
        return not self.others and not Plan.of(self.worth).dimensions

    def batches(self, draws: int, seed: int, method: Method) -> "Iterator[Batch]":
        """All draws, chunk after chunk, some at a time."""
        plan, counts = Plan.of(self.worth), sizes(draws)
        scenarios = chain.from_iterable(plan.chunk(place, draws, seed, method) for place in range(CHUNKS))
        chunks = np.repeat(np.arange(CHUNKS), counts)
        parts = [self._others_drawn(count, place, seed, method) for place, count in enumerate(counts)]
        values = {key: [value for each in parts for value in each[key]] for key in self.others}
        for start in range(0, draws, TOGETHER):
            some = {key: row[start : start + TOGETHER] for key, row in values.items()}
            yield Batch(self, chunks[start : start + TOGETHER], tuple(islice(scenarios, TOGETHER)), some)

    def _others_drawn(self, count: int, place: int, seed: int, method: Method) -> dict[int, list[Fraction]]:
        leaning_of = {party: self.scenario.leaning_of(party, None) for _, party in self.others.values()}
        leaners = list(dict.fromkeys(found[0] for found in leaning_of.values() if found))
        parts = _parts(len(self.others) + len(leaners), count, place, seed, method)
        found = {}
        for k, (key, (number, party)) in enumerate(self.others.items()):
            part = parts[:, k]
            leans = leaning_of[party]
            if leans is not None:
                common = parts[:, len(self.others) + leaners.index(leans[0])]
                part = leaning(part, common, float(leans[1]))
            span = number.high - number.low
            row = SHAPES[number.shape](part, float((number.likely - number.low) / span))
            found[key] = [number.low + span * Fraction(round(value * NANO), NANO) for value in row.tolist()]
        return found


def _parts(dimensions: int, count: int, place: int, seed: int, method: Method) -> Floats:
    """Numbers between 0 and 1, apart from those that what steps are worth is drawn with.

    The rows are shuffled: two scrambled Sobol sequences side by side would go in step.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(CHUNKS, place)))
    if method == "random" or not dimensions or not count:
        found = rng.random((count, dimensions))
    else:
        found = rng.permutation(sobol_points(dimensions, count, rng))
    return np.clip(found, 1e-12, 1 - 1e-12)


@dataclass(frozen=True, eq=False)
class Batch:
    """Some draws: the chunk of each, what steps are worth in it (a scenario without doubt), its other numbers by id."""

    source: Source
    chunks: Ints
    scenarios: Sequence[Scenario]
    others: Mapping[int, Sequence[Fraction]]

    def exactly(self, k: int) -> Walk:
        """One draw, with its exact numbers."""
        source, here = self.source, {key: row[k] for key, row in self.others.items()}
        commitments = {name: _fixed_commitment(each, here) for name, each in source.scenario.commitments.items()}
        course = _fixed_course(source.scenario.course, here)
        scenario = replace(self.scenarios[k], course=course, commitments=commitments)
        ways = source.ways and {
            name: Ladder(_fixed_issue(each.issue, here), each.options) for name, each in source.ways.items()
        }
        return Walk(without(along(scenario, ways), source.lost), source.walk.order, source.walk.start)

    def numbers(self) -> Drawn:
        """The numbers of all of them as arrays."""
        source, game = self.source, self.source.walk.game
        course, parties = source.scenario.course, game.parties
        lump, flow, bonus = self._worth()
        undoing, lag, detection = self._times()
        kept = [k for k in range(lump.shape[2]) if not source.lost >> k & 1]
        completion = {} if source.lost else course.completion
        patience = [self._at(course.patience.get(party), float(course.discount)) for party in parties]
        return Drawn(
            lump=lump[:, :, kept],
            flow=flow[:, :, kept],
            bonus=bonus,
            completion=_columns([self._at(completion.get(party)) for party in parties], len(self.scenarios)),
            stake=_columns([self._at(course.stake.get(party)) for party in parties], len(self.scenarios)),
            patience=_columns(patience, len(self.scenarios)) if course.patience else None,
            hazard=self._at(course.breakdown),
            undoing=undoing[:, kept],
            lag=lag[:, kept],
            detection=detection[:, kept],
        )

    def _at(self, number: Quantity | None, otherwise: float = 0.0) -> Floats:
        if number is not None and id(number) in self.others:
            return np.array([float(value) for value in self.others[id(number)]])
        return np.full(len(self.scenarios), otherwise if number is None else float(number.likely))

    def _worth(self) -> tuple[Floats, Floats, Floats]:
        """Lumps and flows by party and commitment, and bonuses by party."""
        source, count = self.source, len(self.scenarios)
        parties = source.walk.game.parties
        if source.ways is None:
            made = source.scenario.commitments.values()
            tables = [[each.lump for each in made], [each.flow for each in made]]
            lump, flow = (
                np.stack([_columns([self._at(t.get(p)) for t in some], count) for p in parties], axis=1)
                for some in tables
            )
            return lump, flow, np.zeros((count, len(parties), 0))
        rows = np.array([_worths(each, source.ways, source.rules) for each in self.scenarios], dtype=np.float64)
        options = sum(len(ladder.options) for ladder in source.ways.values())
        worth = rows[:, : len(parties) * options].reshape(count, len(parties), options)
        bonus = rows[:, len(parties) * options :].reshape(count, len(source.rules), len(parties)).transpose(0, 2, 1)
        first = np.cumsum([0, *(len(ladder.options) for ladder in source.ways.values())])[:-1]
        rises = np.delete(np.diff(worth, axis=2), first[1:] - 1, axis=2)
        options_of = [each.issue.options[name] for each in source.ways.values() for name in each.options[1:]]
        flows = np.array([pays_flow(option) for option in options_of], dtype=np.bool_)
        part = float(1 - source.scenario.course.discount)
        paid = np.array([part if each.flows else 1.0 for each in source.walk.game.bonuses])
        return np.where(flows, 0, rises), np.where(flows, rises * part, 0), bonus * paid

    def _times(self) -> tuple[Floats, Ints, Ints]:
        """What undoing costs, how long each step takes with its verification, and how long a breach goes unnoticed."""
        source, count = self.source, len(self.scenarios)
        if source.ways is None:
            made = source.scenario.commitments.values()
            undoing = [self._at(each.undoing) for each in made]
            months, unseen = [self._at(each.months, 1) for each in made], [self._at(each.detection, 1) for each in made]
        else:
            options = [each.issue.options[name] for each in source.ways.values() for name in each.options[1:]]
            costs = [each.reversible if isinstance(each.reversible, Quantity) else None for each in options]
            undoing = [self._at(each) for each in costs]
            months, unseen = [self._at(each.months, 1) for each in options], [self._unseen(each) for each in options]
        taken, detection = (np.maximum(np.ceil(_columns(some, count)), 1).astype(np.int64) for some in (months, unseen))
        return _columns(undoing, count), np.maximum(taken, detection), detection

    def _unseen(self, option: Option) -> Floats:
        """How long a breach goes unnoticed: as stated, or by how verifiable the option is."""
        if option.detection is not None or option.verifiable is None:
            return self._at(option.detection, 1)
        seen = self._at(option.verifiable)
        return np.select([seen >= least for least, _ in DETECTION], [float(months) for _, months in DETECTION], 12.0)


def _columns(rows: Sequence[Floats], count: int) -> Floats:
    return np.stack(rows, axis=1) if rows else np.zeros((count, 0))


def _worths(scenario: Scenario, ways: Mapping[str, Ladder], rules: Sequence[str]) -> list[float]:
    """What each party has from each option on the way, then what each interaction brings each."""
    row: list[float] = []
    for party in scenario.parties.values():
        worth = party.preferences.worth
        for issue, ladder in ways.items():
            table = worth.get(issue, {})
            row += [float(table[o].likely) if o in table else 0.0 for o in ladder.options]
    for name in rules:
        values = scenario.interactions[name].worth
        row += [float(values[p].likely) if p in values else 0.0 for p in scenario.parties]
    return row


def _on_the_way(worth: Worth, ways: Mapping[str, Ladder]) -> dict[str, dict[str, Quantity]]:
    return {
        issue: {option: value for option, value in table.items() if option in ways[issue].options}
        for issue, table in worth.items()
        if issue in ways
    }


def _narrowed(judgment: Judgment, ways: Mapping[str, Ladder], rules: Sequence[str]) -> Judgment:
    """A judgment with nothing in it but what it does to the worth of steps, for each reading that may be asked for."""
    weighted = not judgment.open and any(each.weight for each in judgment.readings.values())

    def narrowed(change: Change) -> Change:
        parts = {name: _on_the_way(part.worth, ways) for name, part in change.parties.items()}
        return Change(
            {name: PartyChange(worth) for name, worth in parts.items() if any(worth.values())},
            {name: worth for name, worth in change.interactions.items() if name in rules},
        )

    readings = {
        name: replace(each, sets=narrowed(each.sets), adds=narrowed(each.adds))
        for name, each in judgment.readings.items()
        if weighted or judgment.open or name == judgment.likely
    }
    return replace(judgment, readings=readings)


def _along_the_way(course: Course) -> list[Quantity | None]:
    return [*course.patience.values(), course.breakdown, *course.completion.values(), *course.stake.values()]


def _of_option(option: Option) -> list[Quantity | None]:
    seen = option.detection or option.verifiable
    return [option.reversible if isinstance(option.reversible, Quantity) else None, option.months, seen]


Values = Mapping[int, Fraction]


def _fixed(number: Quantity, values: Values) -> Quantity:
    return Quantity.of(values[id(number)]) if id(number) in values else number


def _if_any(number: Quantity | None, values: Values) -> Quantity | None:
    return None if number is None else _fixed(number, values)


def _fixed_table(table: Mapping[str, Quantity], values: Values) -> dict[str, Quantity]:
    return {name: _fixed(each, values) for name, each in table.items()}


def _fixed_course(course: Course, values: Values) -> Course:
    return replace(
        course,
        patience=_fixed_table(course.patience, values),
        breakdown=_if_any(course.breakdown, values),
        completion=_fixed_table(course.completion, values),
        stake=_fixed_table(course.stake, values),
    )


def _fixed_commitment(made: Commitment, values: Values) -> Commitment:
    return replace(
        made,
        lump=_fixed_table(made.lump, values),
        flow=_fixed_table(made.flow, values),
        undoing=_if_any(made.undoing, values),
        months=_if_any(made.months, values),
        detection=_if_any(made.detection, values),
    )


def _fixed_issue(issue: Issue, values: Values) -> Issue:
    def fixed(option: Option) -> Option:
        undo = option.reversible
        return replace(
            option,
            reversible=_fixed(undo, values) if isinstance(undo, Quantity) else undo,
            months=_if_any(option.months, values),
            detection=_if_any(option.detection, values),
            verifiable=_if_any(option.verifiable, values),
        )

    return replace(issue, options={name: fixed(each) for name, each in issue.options.items()})
