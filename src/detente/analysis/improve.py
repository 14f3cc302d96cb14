"""From a package: which swaps help everyone, and what is the cheapest next offer that the other side would take?"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import prod

import numpy as np

from detente.analysis.frontier import Point, point_at, point_of, valuing
from detente.analysis.limits import tick
from detente.analysis.packages import agreed, dominating, nearest_better
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import (
    BOUNDS,
    Amount,
    Span,
    advantage,
    advantage_span,
    bare_span,
    gain,
    span_in_words,
    with_ranges,
)
from detente.errors import TooLargeError
from detente.model.demand import Package
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario, found
from detente.table import Table

_SWAPS = 20
_EXAMINED = 400_000


@dataclass(frozen=True, slots=True)
class Swap:
    """One or two terms changed, with what each party gets more by it.

    `attainable` says whether the package then passes, `at_low` and `at_high` with every gain at that end.
    """

    changes: Outcome
    rises: Mapping[str, Span]
    attainable: bool
    at_low: bool
    at_high: bool

    @property
    def contested(self) -> bool:
        """Whether it depends on the ranges that the package then passes."""
        return self.at_low != self.at_high

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "changes": dict(self.changes),
            "rises": {name: span.likely for name, span in self.rises.items()},
            "rise_ranges": {name: span.payload() for name, span in self.rises.items()},
            "attainable": self.attainable,
            "attainable_range": {"low": self.at_low, "high": self.at_high, "contested": self.contested},
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """The offer from one side that costs it least and that all others who must agree would take."""

    by: str
    point: Point
    changes: Outcome
    cost: Amount

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "by": self.by,
            **self.point.payload(),
            "changes": dict(self.changes),
            "cost": self.cost.likely,
            "cost_range": self.cost.payload(),
        }


@dataclass(frozen=True, slots=True)
class Improvements:
    """What can be made of a package: swaps that nobody loses by, the nearest better deal, and the next offers.

    `taken` says whether the package is an agreement as it stands.
    """

    scenario: Scenario
    package: Package
    swaps: tuple[Swap, ...]
    more_swaps: int
    better: Point | None
    taken: bool
    offers: Mapping[str, Offer | None]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/improve/1",
            "package": self.package.id,
            "swaps": [swap.payload() for swap in self.swaps],
            "more_swaps": self.more_swaps,
            "better": self.better.payload() if self.better else None,
            "taken": self.taken,
            "offers": {name: offer.payload() if offer else None for name, offer in self.offers.items()},
        }

    def tables(self) -> tuple[Table, ...]:
        """The swaps, and the next offer from each side."""
        return self.table(), self._offers_table()

    def table(self) -> Table:
        """One row for each swap."""
        parties = valuing(self.scenario)
        names = tuple(party.title for party in parties)
        rows = tuple(
            (
                _words(self.scenario, swap.changes),
                f"{'yes' if swap.attainable else 'not yet'}{'; contested' if swap.contested else ''}",
                *(bare_span(swap.rises[party.id]) for party in parties),
            )
            for swap in self.swaps
        )
        ranges = with_ranges((swap.rises[party.id] for swap in self.swaps for party in parties), "; rises ")
        title = f"Swaps from {self.package.name} by which nobody who must agree is likely to lose{ranges}"
        columns = ("swap", "then attainable", *names)
        return Table(
            title, columns, rows, frozenset(names), "No one or two terms can be changed without a loss to one."
        )

    def _offers_table(self) -> Table:
        rows = tuple(
            (
                self.scenario.parties[name].title,
                _words(self.scenario, offer.changes) if offer else "none",
                _cost_in_words(offer.cost) if offer else "",
            )
            for name, offer in self.offers.items()
        )
        columns = ("from", "cheapest offer", "against the package it")
        more = ", and one of them more" if self.taken else ""
        return Table(f"Next offers that give the others no less than the package{more}", columns, rows)


@sharing
def improve(scenario: Scenario, package: str, by: str | None = None) -> Improvements:
    """The swaps that help everyone from a package, and each side's cheapest next offer that the others would take.

    With `by`, only that party's offer. Others take an offer where they gain at least 0 and get no less than in the
    package; where all of them take the package already, one of them must get more. Raises NotFoundError for an unknown
    package or party, TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    chosen = settled.package(package)
    outcome = settled.outcome(chosen.terms)
    near = nearest_better(settled, [outcome])[0]
    free = ask([Question(settled, passing=True)])[0]
    offering = near.question.principals if by is None else (found(settled.parties, by, "party").id,)
    swaps = _swaps(settled, near.question.binding, outcome)
    shown = tuple(_spelt_out(settled, outcome, changes) for changes in swaps[:_SWAPS])
    place = dominating(near)
    return Improvements(
        settled,
        chosen,
        shown,
        max(0, len(swaps) - _SWAPS),
        None if place is None else point_of(near, place),
        agreed(settled, outcome),
        {name: _offer(free, name, outcome) for name in offering},
    )


def _swaps(scenario: Scenario, binding: tuple[str, ...], outcome: Outcome) -> list[Outcome]:
    """Every change of one or two terms by which nobody who must agree loses and somebody gains; the best first."""
    found_swaps: list[tuple[bool, int, Fraction, Outcome]] = []
    issues = list(scenario.issues.values())
    single = {each.id: [o for o in each.options if o != outcome[each.id]] for each in issues}
    groups = [(each.id,) for each in issues] + list(combinations(single, 2))
    number = sum(prod(len(single[issue]) for issue in group) for group in groups)
    if number > _EXAMINED:
        raise TooLargeError(
            f"{number:,} swaps of one or two terms are too many to examine (the limit is {_EXAMINED:,})"
        )
    for group in groups:
        tick()
        for options in product(*(single[issue] for issue in group)):
            changes = dict(zip(group, options, strict=True))
            changed = {**outcome, **changes}
            if not scenario.allows(changed):
                continue
            rises = [advantage(scenario, scenario.parties[name], changed, outcome) for name in binding]
            if min(rises) >= 0 and max(rises) > 0:
                found_swaps.append((not agreed(scenario, changed), len(changes), -min(rises), changes))
    return [changes for *_, changes in sorted(found_swaps, key=lambda found_swap: found_swap[:3])]


def _spelt_out(scenario: Scenario, outcome: Outcome, changes: Outcome) -> Swap:
    changed = {**outcome, **changes}
    rises = {name: advantage_span(scenario, party, changed, outcome) for name, party in scenario.parties.items()}
    low, likely, high = (agreed(scenario, changed, bound) for bound in BOUNDS)
    return Swap(changes, rises, likely, low, high)


def _offer(answer: Answer, by: str, outcome: Outcome) -> Offer | None:
    scenario = answer.question.scenario
    others = [name for name in answer.question.binding if name != by]
    start = {name: gain(scenario, scenario.parties[name], outcome) for name in scenario.parties}
    kept = answer.accepted.copy()
    content = agreed(scenario, outcome)
    rises = np.zeros(len(kept), dtype=bool)
    for name in others:
        least = int(max(Fraction(0), start[name]) * answer.scale)
        row = answer.row(name)
        kept &= np.asarray((row >= least) | answer.silent_at(name), dtype=bool)
        rises |= np.asarray(row > least, dtype=bool)
    points = np.flatnonzero(kept & rises if content else kept)
    if not len(points) or by not in answer.question.weighed:
        return None
    row = answer.row(by)[points]
    best = points[row == row.max()]
    place = int(min(best.tolist(), key=lambda point: tuple(answer.code[:, point])))
    point = point_at(scenario, answer.outcome(place))
    changes = {issue: option for issue, option in point.terms.items() if option != outcome[issue]}
    return Offer(by, point, changes, -advantage_span(scenario, scenario.parties[by], point.terms, outcome))


def _cost_in_words(cost: Amount) -> str:
    """What an offer costs who makes it, or gains it, as people say it."""
    gained = Span(-cost.high, -cost.likely, -cost.low)
    return f"costs {span_in_words(cost)}" if cost.likely >= 0 else f"gains {span_in_words(gained)}"


def _words(scenario: Scenario, changes: Outcome) -> str:
    named = [f"{scenario.issues[i].name}: {scenario.issues[i].option_name(o)}" for i, o in changes.items()]
    return "; ".join(named) or "the package as it is"
