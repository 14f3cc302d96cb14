"""Which package stands up best to all that might be true, of all that could be put together?

Every outcome is a candidate. The search climbs, a term at a time, from the named packages and from the deals that are
best in some draw; what it finds is measured over every draw. What no outcome could exceed is known exactly (the chance
that any deal exists, the mean of each draw's best value), and stands beside it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from detente.analysis.answers import Answers, Floats
from detente.analysis.draws import CHUNKS, Parts, Plan
from detente.analysis.estimates import Chance, Mean, Sample
from detente.analysis.limits import tick
from detente.analysis.lots import Lot, lots
from detente.analysis.room import Room, fits
from detente.kernels.pruning import Bools, Ints
from detente.model.judgment import Judgment
from detente.model.outcome import Outcome
from detente.model.party import Role
from detente.model.scenario import Scenario

STARTS, CLIMBS = 6, 4
"""Of so many deals that are best in most draws, and of the named packages, the best so many are climbed from."""

PAIRS = 4000
"""Two terms are changed at once where so many pairs of changes at most can be made."""

MENU = 6
"""So many outcomes at most stand on the menu."""

TOGETHER = 256
"""So many outcomes are worked out together."""

SEARCHED = 256
"""The search looks at so many draws at most, evenly from all parts; what it finds is measured over all."""

MOST_LIKELY, BEST_VALUE, LEAST_REGRET = "most likely to pass", "best joint value", "least regret"
AIMS = (MOST_LIKELY, BEST_VALUE, LEAST_REGRET)

Digits = tuple[int, ...]
Aim = Callable[[Bools, Floats], Sequence[Floats]]
"""How well outcomes do by an aim, a row for each: the larger the better, what stands first counting first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an outcome stands over all draws: who would take it, how often it passes, the joint value that it brings.

    `kept` is the part of each draw's best joint value that it brings, on average; what is missing from 1 is its regret.
    """

    terms: Outcome
    by: Mapping[str, Chance]
    all: Chance
    value: Mean
    kept: Mean

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "terms": dict(self.terms),
            "accepted": {
                "by": {party: chance.payload() for party, chance in self.by.items()},
                "all": self.all.payload(),
            },
            "value": self.value.payload(),
            "kept": self.kept.payload(),
        }


@dataclass(frozen=True, slots=True)
class Worth:
    """What it is worth, in joint value, to know a judgment before choosing; `best` where one would choose otherwise."""

    judgment: str
    gain: Mean
    share: float
    best: Mapping[str, Outcome]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        best = {reading: dict(terms) for reading, terms in self.best.items()}
        return {"judgment": self.judgment, "gain": self.gain.payload(), "share": self.share, "best": best}


@dataclass(frozen=True, slots=True)
class Sturdy:
    """The outcomes that stand up best by each aim, a menu between two of them, and what it is worth to know more.

    `at_most` is what no outcome could exceed by each aim; `perfect` what knowing everything would be worth, `questions`
    what knowing each judgment would, the most first.
    """

    robust: Mapping[str, Standing]
    at_most: Mapping[str, float]
    menu: tuple[Standing, ...]
    perfect: Mean
    questions: tuple[Worth, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        robust = {aim: {**each.payload(), "at_most": self.at_most[aim]} for aim, each in self.robust.items()}
        return {
            "robust": robust,
            "menu": [each.payload() for each in self.menu],
            "worth_knowing": {
                "everything": self.perfect.payload(),
                "judgments": [each.payload() for each in self.questions],
            },
        }


class Field:
    """All outcomes over all draws: what passes, and the joint value (Nash product, in points) that it brings.

    Each outcome is worked out once; `seen` keeps them all.
    """

    def __init__(self, scenario: Scenario, lots: Sequence[Lot]) -> None:
        self.scenario = scenario
        self.lots = [(lot, _room(lot)) for lot in lots]
        self.draws = sum(len(lot.places) for lot in lots)
        self.options = [list(issue.options) for issue in scenario.issues.values()]
        self.seen: dict[Digits, tuple[Bools, Floats]] = {}

    def digits(self, outcome: Outcome) -> Digits:
        """An outcome as places among the options of each issue."""
        return tuple(each.index(outcome[name]) for name, each in zip(self.scenario.issues, self.options, strict=True))

    def outcome(self, digits: Digits) -> Outcome:
        """The outcome of these places."""
        return {name: each[k] for name, each, k in zip(self.scenario.issues, self.options, digits, strict=True)}

    def look(self, among: Sequence[Digits]) -> tuple[Bools, Floats]:
        """In which draws outcomes pass, and the joint value that they bring, each of shape (outcomes, draws)."""
        new = [digits for digits in dict.fromkeys(among) if digits not in self.seen]
        for start in range(0, len(new), TOGETHER):
            tick()
            some = new[start : start + TOGETHER]
            self.seen.update(zip(some, zip(*self._worked_out(some), strict=True), strict=True))
        passes, value = zip(*(self.seen[digits] for digits in among), strict=True)
        return np.array(passes), np.array(value)

    def _worked_out(self, among: Sequence[Digits]) -> tuple[Bools, Floats]:
        shape = (len(among), self.draws)
        passes, value = np.zeros(shape, dtype=bool), np.zeros(shape)
        for lot, room in self.lots:
            if room is None:
                for row, outcome in enumerate(map(self.outcome, among)):
                    passes[row, lot.places], value[row, lot.places] = lot.passes(outcome), lot.value(outcome)
                continue
            gains, taken = room.weighed(np.array(among))
            joint = np.prod(gains / lot.scale, axis=0) if room.number == len(gains) else 0.0
            passes[:, lot.places], value[:, lot.places] = taken, np.where(taken, joint, 0.0)
        return passes, value

    def climbed(self, start: Digits, aim: Aim) -> Digits:
        """An outcome that no change of one term serves better, going the steepest way from a start.

        Nor does a change of two terms, where there are no more than `PAIRS` of these.
        """
        best, height = start, self.height(start, aim)
        while True:
            one = self._neighbours(best)
            top = self._top(one, aim)
            if not top[0] > height and len(one) ** 2 <= 2 * PAIRS:
                top = self._top(list(dict.fromkeys(two for each in one for two in self._neighbours(each))), aim)
            if not top[0] > height:
                return best
            height, best = top

    def height(self, digits: Digits, aim: Aim) -> tuple[float, ...]:
        """How well an outcome does by an aim."""
        return self._top([digits], aim)[0]

    def _top(self, among: Sequence[Digits], aim: Aim) -> tuple[tuple[float, ...], Digits]:
        if not among:
            return (-inf,), ()
        heights = zip(*(each.tolist() for each in aim(*self.look(among))), strict=True)
        return max(zip(heights, among, strict=True), key=lambda pair: (pair[0], [-k for k in pair[1]]))

    def _neighbours(self, digits: Digits) -> list[Digits]:
        return [
            (*digits[:place], k, *digits[place + 1 :])
            for place, options in enumerate(self.options)
            for k in range(len(options))
            if k != digits[place]
        ]


def _room(lot: Lot) -> Room | None:
    """The room of all who must agree, where one can be opened."""
    parties = [party for party in lot.scenario.parties.values() if party.must_agree]
    ordered = sorted(parties, key=lambda party: party.role is not Role.PRINCIPAL)
    return Room(lot, [party.id for party in ordered]) if fits(lot) else None


def sturdy(plan: Plan, parts: Sequence[Parts], found: Answers, sample: Sample) -> Sturdy:
    """What stands up best over all draws, and what it would be worth to know more before choosing.

    `parts` make the draws, one independent part after the other.
    """
    few = [part[: SEARCHED // CHUNKS] for part in parts]
    some = np.concatenate([where.start + np.arange(len(part)) for where, part in zip(sample.parts(), few, strict=True)])
    seen = found.at(some)
    search = Field(plan.scenario, list(lots(plan, plan.drawn(np.concatenate(few)))))
    starts = _starts(search, seen.deals)
    aims = {MOST_LIKELY: share_that_passes, BEST_VALUE: mean_value, LEAST_REGRET: kept_of(seen.best)}
    chosen = {name: _climbed(search, starts, aim) for name, aim in aims.items()}
    menu = _menu(search)
    asked = {name: _asked(search, reading, chosen[BEST_VALUE]) for name, reading in seen.readings.items()}
    wanted = dict.fromkeys([*chosen.values(), *menu, *(each for table in asked.values() for each in table.values())])
    whole = _Whole(plan, parts, list(wanted), found, sample)
    best = whole.value[chosen[BEST_VALUE]]
    worth = [whole.worth(judgment, asked[judgment.id], best) for judgment in plan.judgments]
    ideal = {MOST_LIKELY: found.agreement, BEST_VALUE: found.best, LEAST_REGRET: found.best > 0}
    return Sturdy(
        {name: whole.standing(digits) for name, digits in chosen.items() if whole.passes[digits].any()},
        {name: float(each.mean()) for name, each in ideal.items()},
        tuple(whole.standing(digits) for digits in menu),
        sample.mean(found.best - best),
        tuple(sorted(worth, key=lambda each: -each.gain.mean)),
    )


class _Whole:
    """Some outcomes measured over all draws, a part at a time."""

    def __init__(
        self, plan: Plan, parts: Sequence[Parts], wanted: Sequence[Digits], found: Answers, sample: Sample
    ) -> None:
        self.found, self.sample = found, sample
        self.deciding = [party.id for party in plan.scenario.settled().parties.values() if party.must_agree]
        self.passes = {digits: np.zeros(found.draws, dtype=bool) for digits in wanted}
        self.value = {digits: np.zeros(found.draws) for digits in wanted}
        self.takes = {(digits, p): np.zeros(found.draws, dtype=bool) for digits in wanted for p in self.deciding}
        self.terms: dict[Digits, Outcome] = {}
        for where, part in zip(sample.parts(), parts, strict=True):
            self._measure(Field(plan.scenario, list(lots(plan, plan.drawn(part)))), where)

    def _measure(self, field: Field, where: slice) -> None:
        for digits in self.value:
            outcome = self.terms[digits] = field.outcome(digits)
            self.passes[digits][where], self.value[digits][where] = (row[0] for row in field.look([digits]))
            for party in self.deciding:
                for lot, _ in field.lots:
                    self.takes[digits, party][where][lot.places] = lot.takes(party, outcome)

    def standing(self, digits: Digits) -> Standing:
        """How an outcome stands."""
        value = self.value[digits]
        by = {party: self.sample.chance(self.takes[digits, party]) for party in self.deciding}
        kept = self.sample.mean(share_of(value, self.found.best))
        return Standing(self.terms[digits], by, self.sample.chance(self.passes[digits]), self.sample.mean(value), kept)

    def worth(self, judgment: Judgment, asked: Mapping[int, Digits], best: Floats) -> Worth:
        """What knowing a judgment adds to the joint value of the best outcome without knowing it."""
        names, readings = list(judgment.readings), self.found.readings[judgment.id]
        informed = best.copy()
        told = {}
        for reading, digits in asked.items():
            where, value = readings == reading, self.value[digits]
            if value[where].sum() > best[where].sum():
                informed[where] = value[where]
                told[names[reading]] = self.terms[digits]
        gain = self.sample.mean(informed - best)
        mean = float(best.mean())
        return Worth(judgment.id, gain, gain.mean / mean if mean else 0.0, told)


def _climbed(field: Field, starts: Sequence[Digits], aim: Aim) -> Digits:
    """The best outcome by an aim to be reached from the best starts."""
    ranked = sorted(starts, key=lambda start: field.height(start, aim), reverse=True)
    reached = [field.climbed(start, aim) for start in ranked[:CLIMBS]]
    return max(reached, key=lambda each: field.height(each, aim))


def _asked(field: Field, readings: Ints, start: Digits) -> dict[int, Digits]:
    """For each reading of a judgment the best outcome by joint value if that is known to be the true one."""
    found = {}
    for reading in np.unique(readings).tolist():
        found[reading] = field.climbed(start, _within(readings == reading))
    return found


def _within(where: Bools) -> Aim:
    """The joint value on average over some of the draws."""
    return lambda passes, value: (value[:, where].mean(axis=1),)


def _starts(field: Field, deals: Ints) -> list[Digits]:
    """Where to climb from: the named packages, and the deals that are best in most draws."""
    named = [field.digits(field.scenario.outcome(p.terms)) for p in field.scenario.packages.values()]
    often = Counter(tuple(deal) for deal in deals.T.tolist() if deal and deal[0] >= 0)
    common = sorted(often, key=lambda deal: (-often[deal], deal))[:STARTS]
    return list(dict.fromkeys([*named, *common])) or [field.digits(field.scenario.status_quo)]


def share_that_passes(passes: Bools, value: Floats) -> tuple[Floats, ...]:
    """The share of draws in which an outcome passes and every principal gains; then that in which it passes at all.

    So no change at all, which nobody need refuse, is not what passes most likely as long as anything else does.
    """
    return (value > 0).mean(axis=1), passes.mean(axis=1), value.mean(axis=1)


def mean_value(passes: Bools, value: Floats) -> tuple[Floats, ...]:
    """The joint value that an outcome brings, on average over draws, nothing where it does not pass."""
    return value.mean(axis=1), passes.mean(axis=1)


def kept_of(best: Floats) -> Aim:
    """The part of each draw's best joint value that an outcome brings, on average: 1 less its regret."""
    return lambda passes, value: (share_of(value, best).mean(axis=1), passes.mean(axis=1))


def share_of(value: Floats, best: Floats) -> Floats:
    """A joint value as the part of the best one in each draw; nothing where there is none."""
    share: Floats = np.where(best > 0, value / np.where(best > 0, best, 1), 0.0)
    return share


def _menu(field: Field) -> tuple[Digits, ...]:
    """The outcomes looked at that no other beats both in how often it passes and in the value it brings on average."""
    points = {digits: (float(p.mean()), float(v.mean())) for digits, (p, v) in field.seen.items()}
    kept: list[Digits] = []
    for digits in sorted(points, key=lambda each: (-points[each][0], -points[each][1], each)):
        if points[digits][1] > 0 and (not kept or points[digits][1] > points[kept[-1]][1]):
            kept.append(digits)
    places = np.unique(np.rint(np.linspace(0, len(kept) - 1, min(len(kept), MENU))).astype(int))
    return tuple(kept[place] for place in places.tolist())
