"""What is each state on the way worth, to whom? A set of commitments as numbers, every one of them exact.

A state is the set of commitments that are done, written as a whole number with one bit for each. What a state is worth
is more than the sum of its steps: interactions are credited to the change of state that completes them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from math import ceil, prod

from detente.analysis.tables import Bound
from detente.model.commitment import Commitment
from detente.model.outcome import Condition, Outcome, Terms
from detente.model.party import Role
from detente.model.quantity import Quantity
from detente.model.scenario import Interaction, Scenario
from detente.planning.commitments import Ladder, at_bound, ladders, promised, rise_at

State = int
"""A set of commitments: bit k stands for the one at place k."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Whether an issue stands at one of some options: 1 or 0 at the start, up or down by 1 as commitments are done."""

    start: int
    turns: tuple[tuple[int, int], ...]

    def holds(self, state: State) -> int:
        """1 where it holds, else 0."""
        return self.start + sum(turn for place, turn in self.turns if state >> place & 1)


@dataclass(frozen=True, slots=True)
class Bonus:
    """What several clauses are worth together, by party: once (`flows` false) or while they hold."""

    clauses: tuple[Clause, ...]
    worth: Mapping[int, Fraction]
    flows: bool

    def turn(self, state: State) -> int:
        """Whether it has come (1) or gone (-1) in a state, against the status quo."""
        return self._holds(state) - self._holds(0)

    def _holds(self, state: State) -> int:
        return prod(clause.holds(state) for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Nogood:
    """What a condition of the scenario never allows to hold together."""

    clauses: tuple[Clause, ...]
    condition: Condition

    def holds(self, state: State) -> bool:
        """Whether it does, so that the condition is broken."""
        return all(clause.holds(state) for clause in self.clauses)


@dataclass(frozen=True, eq=False)
class Game:
    """Commitments with their owners, worth and time; parties and commitments go by their place.

    `lump` and `flow` have a row for each party and a column for each commitment; `nogoods` is what conditions
    never allow. Times are whole periods. `hazard` is the chance per period that the process breaks down by itself.
    """

    commitments: tuple[Commitment, ...]
    parties: tuple[str, ...]
    principals: tuple[int, ...]
    lump: tuple[tuple[Fraction, ...], ...]
    flow: tuple[tuple[Fraction, ...], ...]
    bonuses: tuple[Bonus, ...]
    nogoods: tuple[Nogood, ...]
    completion: tuple[Fraction, ...]
    stake: tuple[Fraction, ...]
    patience: tuple[Fraction, ...] | None
    hazard: Fraction
    discount: Fraction

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The commitments' names."""
        return tuple(each.id for each in self.commitments)

    @cached_property
    def bits(self) -> Mapping[str, State]:
        """Each commitment alone, as a state."""
        return {name: 1 << k for k, name in enumerate(self.names)}

    @cached_property
    def all(self) -> State:
        """Everything done."""
        return (1 << len(self.commitments)) - 1

    @cached_property
    def own(self) -> tuple[State, ...]:
        """For each party what it carries out, alone or with others."""
        return tuple(self._those([party in each.by for each in self.commitments]) for party in self.parties)

    @cached_property
    def alone(self) -> tuple[State, ...]:
        """For each party what it carries out alone."""
        return tuple(self._those([each.by == (party,) for each in self.commitments]) for party in self.parties)

    @cached_property
    def players(self) -> tuple[int, ...]:
        """Principals, and whoever carries something out."""
        return tuple(k for k in range(len(self.parties)) if k in self.principals or self.own[k])

    @cached_property
    def needs(self) -> tuple[State, ...]:
        """For each commitment what must be done in an earlier round."""
        place = {name: k for k, name in enumerate(self.names)}
        return tuple(sum(1 << place[name] for name in each.needs) for each in self.commitments)

    @cached_property
    def reversible(self) -> State:
        """What can be undone, as long as nothing fixes it."""
        return self._those([each.reversible for each in self.commitments])

    @cached_property
    def above(self) -> tuple[int | None, ...]:
        """For each commitment the one that, once done, fixes it."""
        place = {name: k for k, name in enumerate(self.names)}
        return tuple(None if each.above is None else place[each.above] for each in self.commitments)

    @cached_property
    def detection(self) -> tuple[int, ...]:
        """Periods until a breach is noticed."""
        return tuple(_periods(each.detection) for each in self.commitments)

    @cached_property
    def lag(self) -> tuple[int, ...]:
        """Periods until it is done and a breach would have been noticed: so long a round lasts at least."""
        return tuple(max(_periods(each.months), _periods(each.detection)) for each in self.commitments)

    @cached_property
    def undoing(self) -> tuple[Fraction, ...]:
        """For each commitment what undoing it costs whoever does."""
        return tuple(Fraction(0) if each.undoing is None else each.undoing.likely for each in self.commitments)

    def keeping(self, party: int, place: int) -> Fraction:
        """What keeping a commitment in force costs a party in each period."""
        return max(-self.flow[party][place], Fraction(0))

    def walking_back(self, party: int, state: State, delta: Fraction) -> Fraction:
        """What a party pays to be rid of steps: for each to undo it, or to keep it for ever, whichever is less."""
        dear = [k for k in places(state) if self.undoing[k]]
        return sum((min(self.undoing[k], self.keeping(party, k) / (1 - delta)) for k in dear), Fraction(0))

    def kept_for_good(self, party: int, state: State) -> list[State]:
        """Of these steps, the sets that a party rather keeps for ever than undoes: at one patience or another."""
        dear = [k for k in places(state) if self.keeping(party, k) < self.undoing[k]]
        dear.sort(key=lambda k: self.keeping(party, k) / self.undoing[k])  # the less patient, the more of them it keeps
        free = sum(not self.keeping(party, k) for k in dear)
        return [sum(1 << k for k in dear[:count]) for count in range(free, len(dear) + 1)]

    def _those(self, marks: Sequence[bool]) -> State:
        return sum(1 << k for k, mark in enumerate(marks) if mark)

    def lasting(self, state: State) -> State:
        """The part of a state that nobody can undo."""
        return self._lasting(state)

    @cached_property
    def _lasting(self) -> Callable[[State], State]:
        return cache(lambda state: self._kept(state, self.reversible))

    def turns(self, state: State) -> tuple[int, ...]:
        """Which bonuses have come (1) or gone (-1) in a state, against the status quo."""
        return self._turns(state)

    @cached_property
    def _turns(self) -> Callable[[State], tuple[int, ...]]:
        return cache(lambda state: tuple(bonus.turn(state) for bonus in self.bonuses))

    def without(self, party: int, state: State, was: State) -> State:
        """A state once a party has taken back what it can of what was in force."""
        return self._kept(state, self.own[party] & self.reversible & was)

    def _kept(self, state: State, undone: State) -> State:
        return sum(
            1 << k
            for k in places(state)
            if not undone >> k & 1 or ((fixed := self.above[k]) is not None and state >> fixed & 1)
        )

    def allows(self, state: State) -> bool:
        """Whether no condition is broken on the way."""
        return not any(nogood.holds(state) for nogood in self.nogoods)

    def breaks(self, state: State) -> tuple[Condition, ...]:
        """The conditions that a state breaks."""
        found: list[Condition] = []
        for nogood in self.nogoods:
            if nogood.condition not in found and nogood.holds(state):
                found.append(nogood.condition)
        return tuple(found)

    def gained(self, party: int, state: State) -> Fraction:
        """The lumps that a party has had in a state."""
        return self._summed(party, state, flows=False)

    def pays(self, party: int, state: State) -> Fraction:
        """What a state pays a party in each period, completion included."""
        bonus = self.completion[party] if state == self.all else Fraction(0)
        return bonus + self._summed(party, state, flows=True)

    def balance(self, party: int, state: State) -> Fraction:
        """What a party has had that nobody can take back: lumps, and at what they are worth the flows that last."""
        fixed = sum((self.flow[party][k] for k in places(self.lasting(state))), Fraction(0))
        return self.gained(party, state) + fixed / (1 - self.discount)

    def running(self, party: int, state: State) -> Fraction:
        """What a party's own steps that it can undo pay it until it would notice a breach."""
        loose = self.alone[party] & state & ~self.lasting(state)
        return sum((self.detection[k] * self.flow[party][k] for k in places(loose)), Fraction(0))

    @cached_property
    def _summed(self) -> Callable[..., Fraction]:
        @cache
        def total(party: int, state: State, *, flows: bool) -> Fraction:
            row = self.flow[party] if flows else self.lump[party]
            steps = sum((row[k] for k in places(state)), Fraction(0))
            for bonus, turn in zip(self.bonuses, self.turns(state), strict=True):
                if turn and bonus.flows == flows:
                    steps += turn * bonus.worth.get(party, Fraction(0))
            return steps

        return total


def places(state: State) -> Iterable[int]:
    """The places of the commitments in a state."""
    while state:
        low = state & -state
        yield low.bit_length() - 1
        state ^= low


def _periods(months: Quantity | None) -> int:
    return 1 if months is None else max(1, ceil(months.likely))


def game(scenario: Scenario, target: Outcome | None, bound: Bound = "likely") -> Game:
    """The commitments of an outcome (None: those that the scenario lists) as numbers; the scenario is settled."""
    return along(scenario, None if target is None else ladders(scenario, target), bound)


def along(scenario: Scenario, ladders_: Mapping[str, Ladder] | None, bound: Bound = "likely") -> Game:
    """The commitments of some ladders (None: those that the scenario lists) as numbers; the scenario is settled."""
    ways = ladders_ or {}
    made = tuple(scenario.commitments.values()) if ladders_ is None else promised(scenario, ways)
    parties = tuple(scenario.parties)
    course = scenario.course
    return Game(
        commitments=tuple(_in_order(each, parties) for each in made),
        parties=parties,
        principals=tuple(k for k, p in enumerate(scenario.parties.values()) if p.role is Role.PRINCIPAL),
        bonuses=tuple(_bonuses(scenario, ways, bound)),
        nogoods=tuple(_nogoods(scenario, ways)),
        completion=_by_party(course.completion, parties, bound),
        stake=_by_party(course.stake, parties, bound),
        patience=_patience(scenario, bound),
        hazard=Fraction(0) if course.breakdown is None else course.breakdown.likely,
        discount=course.discount,
        **_worth(scenario, ways, made, bound),
    )


def _in_order(each: Commitment, parties: Sequence[str]) -> Commitment:
    return replace(each, by=tuple(party for party in parties if party in each.by))


def _worth(
    scenario: Scenario, ways: Mapping[str, Ladder], made: Sequence[Commitment], bound: Bound
) -> dict[str, tuple[tuple[Fraction, ...], ...]]:
    rungs = [(ladder, place) for ladder in ways.values() for place in range(1, len(ladder.options))]
    lump, flow = [], []
    for party in scenario.parties:
        if ways:
            rises = [rise_at(scenario, ladder, place, party, bound) for ladder, place in rungs]
            lump.append(tuple(Fraction(0) if each.flow else rise for each, rise in zip(made, rises, strict=True)))
            part = 1 - scenario.course.discount
            flow.append(
                tuple(rise * part if each.flow else Fraction(0) for each, rise in zip(made, rises, strict=True))
            )
        else:
            lump.append(_by_party_of([each.lump for each in made], party, bound))
            flow.append(_by_party_of([each.flow for each in made], party, bound))
    return {"lump": tuple(lump), "flow": tuple(flow)}


def _by_party_of(tables: Iterable[Mapping[str, Quantity]], party: str, bound: Bound) -> tuple[Fraction, ...]:
    return tuple(at_bound(table[party], bound) if party in table else Fraction(0) for table in tables)


def _by_party(table: Mapping[str, Quantity], parties: Iterable[str], bound: Bound) -> tuple[Fraction, ...]:
    return tuple(at_bound(table[party], bound) if party in table else Fraction(0) for party in parties)


def _patience(scenario: Scenario, bound: Bound) -> tuple[Fraction, ...] | None:
    """Each party's discount per period; for a party that states none, the reference discount."""
    course = scenario.course
    if not course.patience:
        return None
    return tuple(
        at_bound(course.patience[party], bound) if party in course.patience else course.discount
        for party in scenario.parties
    )


def _clauses(terms: Terms, ways: Mapping[str, Ladder], scenario: Scenario) -> tuple[Clause, ...]:
    place = {name: k for k, name in enumerate(name for ladder in ways.values() for name in ladder.rungs)}
    found = []
    for issue, options in terms.items():
        ladder = ways.get(issue)
        way = (scenario.issues[issue].status_quo,) if ladder is None else ladder.options
        inside = [int(option in options) for option in way]
        rungs = () if ladder is None else ladder.rungs
        turns = [(place[name], inside[k + 1] - inside[k]) for k, name in enumerate(rungs)]
        found.append(Clause(inside[0], tuple(turn for turn in turns if turn[1])))
    return tuple(found)


def _bonuses(scenario: Scenario, ways: Mapping[str, Ladder], bound: Bound) -> Iterable[Bonus]:
    for rule, clauses, flows in touched(scenario, ways):
        part = 1 - scenario.course.discount if flows else Fraction(1)
        worth = {k: at_bound(rule.worth[p], bound) * part for k, p in enumerate(scenario.parties) if p in rule.worth}
        yield Bonus(clauses, worth, flows)


def touched(scenario: Scenario, ways: Mapping[str, Ladder]) -> Iterable[tuple[Interaction, tuple[Clause, ...], bool]]:
    """The interactions that the way touches; what rests on anything that can be undone pays while it is there."""
    made = [each.reversible for each in promised(scenario, ways)]
    for rule in scenario.interactions.values():
        clauses = _clauses(rule.when, ways, scenario)
        moved = [place for clause in clauses for place, _ in clause.turns]
        if not moved or any(not clause.turns and not clause.start for clause in clauses):
            continue
        yield rule, clauses, any(made[place] for place in moved)


def _nogoods(scenario: Scenario, ways: Mapping[str, Ladder]) -> Iterable[Nogood]:
    """What may never hold together on the way, save what the status quo itself breaks."""
    for condition in scenario.conditions:
        for nogood in condition.nogoods(scenario.issues):
            clauses = _clauses(nogood, ways, scenario)
            possible = all(clause.start or any(turn > 0 for _, turn in clause.turns) for clause in clauses)
            if possible and not all(clause.start for clause in clauses):
                yield Nogood(clauses, condition)
