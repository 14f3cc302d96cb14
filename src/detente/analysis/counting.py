"""How many outcomes are attainable? Counted where that can be done, else estimated, and labelled so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod, sqrt

import numpy as np

from detente.analysis.limits import tick
from detente.analysis.question import Question
from detente.analysis.search import Answer, Evaluator, ask, passes, weigh_all
from detente.analysis.shared import once
from detente.analysis.tables import BOUNDS, Bound, quantities
from detente.kernels.pruning import Bools, Exact, Ints
from detente.model.party import Role
from detente.model.scenario import Quorum, Scenario

_LISTED = 10_000_000
_POINTS = 4_000_000
_PAIRS = 50_000_000
_FEW = 100_000
"""What may be weighed: combinations one by one; points at once, and of these pairs in the end; so few points at once to
begin with. That is all where draws show plainly more attainable outcomes than could be listed: only equal gains can
make those countable."""

_BLOCK = 20_000
"""Outcomes weighed at once; a divisor of the number of draws."""

_DRAWS = 200_000
_SEED = 2021


@dataclass(frozen=True, slots=True)
class Count:
    """A number of outcomes: exact, or an estimate with its standard error from so many seeded draws.

    `at_most` bounds it with 95% confidence where no draw hit (the rule of three).
    """

    exact: int | None
    estimate: float | None = None
    standard_error: float | None = None
    draws: int | None = None
    seed: int | None = None
    at_most: float | None = None

    @property
    def best(self) -> float:
        """The exact number or else the estimate."""
        return self.exact if self.exact is not None else (self.estimate or 0.0)

    @property
    def any(self) -> bool:
        """Whether there are any: a number is only estimated where that is certain."""
        return self.exact is None or self.exact > 0

    @property
    def in_words(self) -> str:
        """240,253; or of an estimate what kind of number it is, and where it comes from."""
        return f"{self.about}{self.source}"

    @property
    def about(self) -> str:
        """A number of outcomes, and what kind of number it is."""
        if self.exact is not None:
            return f"{self.exact:,}" if self.exact else "none"
        return f"fewer than about {self.at_most:,.0f}" if self.at_most is not None else f"about {self.best:,.0f}"

    @property
    def source(self) -> str:
        """Where a number comes from that was not counted."""
        if self.exact is not None:
            return ""
        if self.at_most is not None:
            return f" (none of {self.draws:,} drawn was; 95% confidence)"
        return f" (estimated from {self.draws:,} draws, standard error {self.standard_error or 0:,.0f})"

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "exact": self.exact is not None,
            "number": self.best,
            "standard_error": self.standard_error,
            "at_most": self.at_most,
            "draws": self.draws,
            "seed": self.seed,
        }


Counts = Mapping[Bound, Count]
"""Numbers of outcomes by the end of the ranges; those at the likely values alone where the ends are not counted."""


@dataclass(frozen=True, slots=True)
class Attainable:
    """How many outcomes pass as an agreement, and how the set shrinks by each veto, held or given.

    `kept` says for each party that is no principal which part of what passes where it is only heard passes with its
    veto (None: nothing does, or no draw did); `sampled` says whether that is from draws.
    """

    number: Count
    kept: Mapping[str, float | None]
    sampled: bool = False


def counted(scenario: Scenario, *, ends: bool) -> Mapping[Bound, Attainable]:
    """How many outcomes pass at the likely values and, with `ends`, at both ends of the ranges (`scenario` settled)."""
    if not ends:
        return {"likely": attainable(scenario)}
    certain = all(number.certain for number in quantities([scenario]))
    return {bound: attainable(scenario, "likely" if certain else bound) for bound in BOUNDS}


def numbers(found: Mapping[Bound, Attainable]) -> Counts:
    """The numbers alone."""
    return {bound: each.number for bound, each in found.items()}


def range_payload(counts: Counts) -> dict[str, object] | None:
    """For JSON: the numbers at both ends, and whether it depends on the ranges that there are any."""
    if len(counts) < len(BOUNDS):
        return None
    low, high = counts["low"], counts["high"]
    return {"low": low.payload(), "high": high.payload(), "contested": low.any != high.any}


def differ(counts: Counts) -> bool:
    """Whether there is another number at an end of the ranges."""
    return len({count.best for count in counts.values()}) > 1


def attainable(scenario: Scenario, bound: Bound = "likely") -> Attainable:
    """How many outcomes pass as an agreement, exactly or labelled as an estimate (`scenario` settled).

    Counted up to 10^7 combinations or attainable outcomes, and beyond that where equal gains come together in few
    enough points; else estimated from draws, uniform over all combinations of options and seeded, with the binomial
    error (of two more draws that pass and two that do not: Agresti & Coull 1998). That there are none is always exact.
    """
    return once(f"attainable {bound}", scenario, lambda: _counted(scenario, bound))


def _counted(scenario: Scenario, bound: Bound) -> Attainable:
    names = [name for name, party in scenario.parties.items() if party.role is not Role.PRINCIPAL]
    held = _only_heard(scenario) if scenario.quorum else _principals_only(scenario)
    heard = tuple(name for name, party in held.parties.items() if party.role is Role.CONSULTED)
    rules = {name: Question(unbound(scenario, name), bound) for name in names}
    total = prod(len(issue.options) for issue in scenario.issues.values())
    weighed, tally = Question(held, bound, also=heard, passing=True), _Tally(Question(scenario, bound), rules)
    if weigh_all(weighed, tally.add_points, limit=_FEW, pairs=_LISTED):
        return Attainable(Count(tally.found), tally.shares())
    drawn = _by_outcome(scenario, bound, rules, total) if total > _LISTED else None
    many = drawn is not None and _plainly_many(drawn.number)
    if not many and weigh_all(weighed, tally.add_points, limit=_POINTS, pairs=_PAIRS):
        return Attainable(Count(tally.found), tally.shares())
    found = drawn or _by_outcome(scenario, bound, rules, total)
    if found.number.exact is None and not ask([Question(scenario, bound, passing=True)])[0].accepted.any():
        return replace(found, number=Count(0))
    return found


def _plainly_many(count: Count) -> bool:
    """Whether there are more than could be listed, with three standard errors to spare."""
    return count.best - 3 * (count.standard_error or 0.0) > _LISTED


def _by_outcome(scenario: Scenario, bound: Bound, rules: Mapping[str, Question], total: int) -> Attainable:
    """All outcomes one by one, or as many as are drawn."""
    heard = _only_heard(scenario)
    weigher = Evaluator(Question(heard, bound, also=tuple(heard.parties)))
    first = None if scenario.quorum else Evaluator(Question(_principals_only(scenario), bound))
    tally = _Tally(Question(scenario, bound), rules)
    for digits in _all(weigher.sizes, total) if total <= _LISTED else _drawn(weigher.sizes):
        tick()
        kept = digits if first is None else _only(digits, first.accepts(digits)[0])
        tally.add(weigher.accepts(kept)[1], None)
    if total <= _LISTED:
        return Attainable(Count(tally.found), tally.shares())
    return Attainable(_estimated(tally.found, total), tally.shares(), sampled=True)


class _Tally:
    """Counts what passes, and what of it each party that is no principal would take."""

    def __init__(self, whole: Question, rules: Mapping[str, Question]) -> None:
        self.found = 0
        self._whole, self._rules = whole, rules
        self._before, self._after = dict.fromkeys(rules, 0), dict.fromkeys(rules, 0)

    def add_points(self, points: Answer) -> None:
        """More outcomes, those with equal gains together."""
        self.add(points.accepts, points.count)

    def add(self, accepts: Mapping[str, Bools], count: Exact | None) -> None:
        """More outcomes, from what each party would take of them; `count` says how many each stands for."""
        self.found += _number(passes(self._whole, accepts), count)
        for name, rule in self._rules.items():
            passing = passes(rule, accepts)
            self._before[name] += _number(passing, count)
            self._after[name] += _number(passing & with_veto(self._whole.scenario, name, accepts), count)

    def shares(self) -> dict[str, float | None]:
        """For each party the part of what passes without its veto that passes with it."""
        return {name: self._after[name] / number if number else None for name, number in self._before.items()}


def _number(chosen: Bools, count: Exact | None) -> int:
    return int(chosen.sum() if count is None else count[chosen].sum())


def _only(digits: Sequence[Ints], outcomes: Ints) -> list[Ints]:
    return [digit[outcomes] for digit in digits]


def _estimated(found: int, total: int) -> Count:
    part = (found + 2) / (_DRAWS + 4)
    error = float(total) * sqrt(part * (1 - part) / (_DRAWS + 4))
    at_most = None if found else float(total) * 3 / _DRAWS
    return Count(None, float(total) * found / _DRAWS, error, _DRAWS, _SEED, at_most)


def _only_heard(scenario: Scenario) -> Scenario:
    parties = {name: replace(party, role=Role.CONSULTED) for name, party in scenario.parties.items()}
    return replace(scenario, parties=parties, quorum=None)


def _principals_only(scenario: Scenario) -> Scenario:
    parties = {
        name: party if party.role is Role.PRINCIPAL else replace(party, role=Role.CONSULTED)
        for name, party in scenario.parties.items()
    }
    return replace(scenario, parties=parties)


def with_veto(scenario: Scenario, name: str, accepts: Mapping[str, Bools]) -> Bools:
    """Which outcomes, of those that pass where a party is only heard, pass with its veto.

    A veto that it has counts as it does (under a quorum, as one vote); one that it might be given must be satisfied.
    """
    if scenario.parties[name].role is Role.VETO:
        return passes(Question(scenario), accepts)
    return accepts[name]


def unbound(scenario: Scenario, name: str) -> Scenario:
    """The same negotiation with a veto party only heard (under a quorum: one vote fewer is needed)."""
    party = scenario.parties[name]
    if party.role is not Role.VETO:
        return scenario
    parties = {**scenario.parties, name: replace(party, role=Role.CONSULTED)}
    quorum = scenario.quorum
    if quorum is not None:
        others = tuple(each for each in quorum.always if each != name)
        quorum = Quorum(quorum.at_least - 1, others)
    return replace(scenario, parties=parties, quorum=quorum)


def _all(sizes: Sequence[int], total: int) -> Iterator[list[Ints]]:
    for first in range(0, total, _BLOCK):
        codes = np.arange(first, min(total, first + _BLOCK))
        yield [np.asarray(digit) for digit in np.unravel_index(codes, sizes)]


def _drawn(sizes: Sequence[int]) -> Iterator[list[Ints]]:
    chance = np.random.default_rng(_SEED)
    for _ in range(0, _DRAWS, _BLOCK):
        yield [chance.integers(0, size, _BLOCK) for size in sizes]
