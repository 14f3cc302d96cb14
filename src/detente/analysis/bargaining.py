"""Which of the attainable outcomes would a fair rule settle on?

The rules weigh the principals' gains; vetoes only constrain. Remaining ties go to the leximin of gains, then to the
first outcome in the file's order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import prod
from operator import add

import numpy as np

from detente.analysis.frontier import Point, point_of, points_table
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import BOUNDS, ENDS, Bound
from detente.kernels.choice import most_equal, most_equal_shares, most_in_all, most_nash
from detente.kernels.pruning import Exact, Ints, undominated
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario
from detente.table import Table, listed

Rule = Callable[[Exact], Ints]


def kalai_smorodinsky(gains: Exact) -> Ints:
    """Equal shares of what each could gain at best (Kalai & Smorodinsky 1975; lexicographic: Imai 1983)."""
    return most_equal_shares(gains, [int(row.max()) for row in gains])


RULES: Mapping[str, Rule] = {
    "nash": most_nash,
    "kalai-smorodinsky": kalai_smorodinsky,
    "egalitarian": most_equal,
    "utilitarian": most_in_all,
}


@dataclass(frozen=True, slots=True, order=True)
class NashValue:
    """How good the best deal is by Nash's rule: how many principals gain, and the product of their gains.

    `product` leaves gains of 0 out; the Nash product proper is `value`.
    """

    gaining: int
    product: Fraction
    principals: int

    @property
    def value(self) -> Fraction:
        """The Nash product: 0 as soon as one principal gains nothing."""
        return self.product if self.gaining == self.principals else Fraction(0)


def best_nash(answer: Answer, points: Ints | None = None) -> NashValue | None:
    """The best Nash value among some points (default: acceptable to all, every principal at 0 or more)."""
    among = mutual(answer) if points is None else points
    if not len(among):
        return None
    gains = answer.rows(answer.question.principals)[:, among]
    best = [int(g) for g in gains[:, int(most_nash(gains)[0])] if g > 0]
    return NashValue(len(best), Fraction(prod(best), answer.scale ** len(best)), len(gains))


@dataclass(frozen=True, slots=True)
class Agreement:
    """The outcome a rule settles on, and how many outcomes have the same gains."""

    rule: str
    point: Point
    ties: int

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {**self.point.payload(), "ties": self.ties}


@dataclass(frozen=True, slots=True)
class Bargain:
    """What each rule settles on; `agreements` is None where no outcome is acceptable with every principal at 0 or more.

    `exists` says at which end of the ranges there is such an outcome. `passed` holds, under a quorum, undominated
    outcomes that pass although some principal loses by them.
    """

    scenario: Scenario
    agreements: Mapping[str, Agreement] | None
    exists: Mapping[Bound, bool]
    passed: tuple[Point, ...]

    @property
    def otherwise(self) -> str:
        """At which ends of the ranges there is a deal though not at the likely values, or none; empty where neither."""
        ends = [end for end in ENDS if self.exists[end] != self.exists["likely"]]
        there = "there is none" if self.exists["likely"] else "there is one"
        return f"with every gain at its {listed(ends, 'or')} end {there} (contested)" if ends else ""

    def payload(self) -> dict[str, object]:
        """For JSON."""
        points = None if self.agreements is None else {rule: a.payload() for rule, a in self.agreements.items()}
        return {
            "schema": "detente/bargain/1",
            "points": points,
            "exists": {
                **{str(bound): there for bound, there in self.exists.items()},
                "contested": bool(self.otherwise),
            },
            "quorum": [point.payload() for point in self.passed],
        }

    def tables(self) -> tuple[Table, ...]:
        """What the rules settle on and, under a quorum, what would pass although some principal loses."""
        title = "What the quorum would pass although a principal loses by it"
        passed = points_table(self.scenario, title, [("", point) for point in self.passed])
        return (self.table(), passed) if self.passed else (self.table(),)

    def table(self) -> Table:
        """One row for each rule."""
        rows = [(rule, agreement.point) for rule, agreement in (self.agreements or {}).items()]
        otherwise = f"; {self.otherwise}" if self.otherwise else ""
        return points_table(self.scenario, f"What each rule settles on{otherwise}", rows)


@sharing
def bargain(scenario: Scenario) -> Bargain:
    """The Nash, Kalai–Smorodinsky, egalitarian and utilitarian agreements among acceptable outcomes.

    Raises TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    found = dict(zip(BOUNDS, ask([Question(settled, bound, ties=True, passing=True) for bound in BOUNDS]), strict=True))
    exists = {bound: len(mutual(answer)) > 0 for bound, answer in found.items()}
    return Bargain(settled, agreements(found["likely"]), exists, _passed(found["likely"]))


def agreements(answer: Answer) -> Mapping[str, Agreement] | None:
    """What each rule settles on among the points of an answer asked with `ties`; None where there is nothing."""
    candidates = _Candidates.of(answer)
    if candidates is None:
        return None
    return {rule: candidates.agreement(rule) for rule in RULES}


def nash_agreement(answer: Answer) -> Agreement | None:
    """What Nash's rule alone settles on."""
    candidates = _Candidates.of(answer)
    return None if candidates is None else candidates.agreement("nash")


def nash_outcome(answer: Answer) -> tuple[Outcome, Mapping[str, float]] | None:
    """What Nash's rule alone settles on, with the principals' gains and nothing else."""
    candidates = _Candidates.of(answer)
    if candidates is None:
        return None
    place = candidates.point("nash")
    return answer.outcome(place), answer.gains_at(place, answer.question.principals)


def mutual(answer: Answer) -> Ints:
    """The points that pass as an agreement with every principal at 0 or more."""
    kept = answer.accepted.copy()
    for name in answer.question.principals:
        kept &= np.asarray(answer.row(name) >= 0, dtype=bool)
    return np.flatnonzero(kept)


@dataclass(frozen=True, eq=False)
class _Candidates:
    """The distinct undominated gains of the principals, for each the first outcome and the number of outcomes."""

    answer: Answer
    gains: Exact
    first: Ints
    ties: list[int]

    @classmethod
    def of(cls, answer: Answer) -> "_Candidates | None":
        points = mutual(answer)
        if not len(points):
            return None
        gains = answer.rows(answer.question.principals)[:, points]
        groups = undominated(np.zeros(len(points), dtype=np.int64), gains)
        edges = [*groups.starts.tolist(), len(groups.rows)]
        members = [points[groups.rows[a:b]] for a, b in pairwise(edges)]
        first = np.array([min(group.tolist(), key=lambda p: tuple(answer.code[:, p])) for group in members])
        count = answer.count
        ties = [len(g) if count is None else reduce(add, (int(n) for n in count[g])) for g in members]
        return cls(answer, gains[:, groups.rows[groups.starts]], first, ties)

    def agreement(self, rule: str) -> Agreement:
        chosen = self._chosen(RULES[rule])
        return Agreement(rule, point_of(self.answer, int(self.first[chosen])), self.ties[chosen])

    def point(self, rule: str) -> int:
        return int(self.first[self._chosen(RULES[rule])])

    def _chosen(self, choose: Rule) -> int:
        best = choose(self.gains)
        best = best[most_equal(self.gains[:, best])]
        return int(min(best.tolist(), key=lambda k: tuple(self.answer.code[:, self.first[k]])))


def _passed(answer: Answer) -> tuple[Point, ...]:
    if answer.question.scenario.quorum is None:
        return ()
    inside = set(mutual(answer).tolist())
    points = answer.undominated(answer.agreed(), answer.question.binding)
    return tuple(point_of(answer, int(p)) for p in points if int(p) not in inside)
