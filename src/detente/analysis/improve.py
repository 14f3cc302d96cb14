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
from detente.analysis.tables import advantage, gain, plain
from detente.errors import TooLargeError
from detente.model.demand import Package
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario, found
from detente.table import Table, figure

_SWAPS = 20
_EXAMINED = 400_000


@dataclass(frozen=True, slots=True)
class Swap:
    """One or two terms changed, with what each party gets more by it."""

    changes: Outcome
    rises: Mapping[str, float]
    attainable: bool

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"changes": dict(self.changes), "rises": dict(self.rises), "attainable": self.attainable}


@dataclass(frozen=True, slots=True)
class Offer:
    """The offer from one side that costs it least and that all others who must agree would take."""

    by: str
    point: Point
    changes: Outcome
    cost: float

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"by": self.by, **self.point.payload(), "changes": dict(self.changes), "cost": self.cost}


@dataclass(frozen=True, slots=True)
class Improvements:
    """What can be made of a package: swaps that nobody loses by, the nearest better deal, and the next offers."""

    scenario: Scenario
    package: Package
    swaps: tuple[Swap, ...]
    more_swaps: int
    better: Point | None
    offers: Mapping[str, Offer | None]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/improve/1",
            "package": self.package.id,
            "swaps": [swap.payload() for swap in self.swaps],
            "more_swaps": self.more_swaps,
            "better": self.better.payload() if self.better else None,
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
                "yes" if swap.attainable else "not yet",
                *(figure(swap.rises[party.id]) for party in parties),
            )
            for swap in self.swaps
        )
        title = f"Swaps from {self.package.name} that nobody who must agree loses by"
        columns = ("swap", "then attainable", *names)
        return Table(
            title, columns, rows, frozenset(names), "No one or two terms can be changed without a loss to one."
        )

    def _offers_table(self) -> Table:
        rows = tuple(
            (
                self.scenario.parties[name].title,
                _words(self.scenario, offer.changes) if offer else "nothing that the others would take",
                figure(offer.cost) if offer else "",
            )
            for name, offer in self.offers.items()
        )
        columns = ("from", "cheapest offer that the others would take", "costs it, against the package")
        return Table("Next offers", columns, rows, frozenset({columns[2]}))


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
    place = dominating(near)
    return Improvements(
        settled,
        chosen,
        tuple(swaps[:_SWAPS]),
        max(0, len(swaps) - _SWAPS),
        None if place is None else point_of(near, place),
        {name: _offer(free, name, outcome) for name in offering},
    )


def _swaps(scenario: Scenario, binding: tuple[str, ...], outcome: Outcome) -> list[Swap]:
    """Every change of one or two terms by which nobody who must agree loses and somebody gains."""
    found_swaps = []
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
            swap = _swap(scenario, binding, outcome, dict(zip(group, options, strict=True)))
            if swap is not None:
                found_swaps.append(swap)
    return sorted(
        found_swaps, key=lambda s: (not s.attainable, len(s.changes), -min(s.rises[name] for name in binding))
    )


def _swap(scenario: Scenario, binding: tuple[str, ...], outcome: Outcome, changes: Outcome) -> Swap | None:
    changed = {**outcome, **changes}
    if not scenario.allows(changed):
        return None
    rises = {name: advantage(scenario, scenario.parties[name], changed, outcome) for name in binding}
    if min(rises.values()) < 0 or max(rises.values()) <= 0:
        return None
    everyone = {name: plain(advantage(scenario, each, changed, outcome)) for name, each in scenario.parties.items()}
    return Swap(changes, everyone, agreed(scenario, changed))


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
    return Offer(by, point, changes, plain(start[by] - answer.gain(by, place)))


def _words(scenario: Scenario, changes: Outcome) -> str:
    named = [f"{scenario.issues[i].name}: {scenario.issues[i].option_name(o)}" for i, o in changes.items()]
    return "; ".join(named) or "the package as it is"
