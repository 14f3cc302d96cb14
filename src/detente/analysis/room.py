"""Is there a deal in each of many draws, and how good is the best? Answered exactly, many draws at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from detente.analysis.compile import WIDE
from detente.analysis.layout import Layout
from detente.analysis.lots import Lot
from detente.analysis.rules import forbidden, joined, where_holds
from detente.analysis.seeking import Cells, Seeker, Seen, product_of
from detente.kernels.elimination import Message
from detente.kernels.pruning import Bools, Exact, Ints
from detente.model.outcome import Terms
from detente.model.party import Role

_TOGETHER = 1024
"""So many draws are searched together."""

_REACH, _TABLES = 2**36, 100
"""Gains below the one, in tables fewer than the other, are safe from running over in weighted sums."""


@dataclass(frozen=True, eq=False)
class Best:
    """The best deal by Nash's rule in each draw: whether there is one, its product, gains and terms.

    `gaining` counts the principals with more than nothing and `product` is of their gains, times the scale to that
    power; `gains` has shape (principals, draws), `digits` (issues, draws), both without meaning where nothing is found.
    """

    found: Bools
    gaining: Ints
    product: Exact
    gains: Exact
    digits: Ints

    def value(self, principals: int) -> Exact:
        """The Nash product proper: 0 as soon as one of so many principals gains nothing."""
        whole: Exact = np.where(self.found & (self.gaining == principals), self.product, 0)
        return whole


class Room:
    """The outcomes of a lot, weighed by some who must agree: principals first, then the others.

    Of those, only who gains or loses anything anywhere is a column; `number` counts all principals.
    """

    def __init__(self, lot: Lot, binding: Sequence[str]) -> None:
        self.lot, self.binding = lot, tuple(binding)
        scenario = lot.scenario
        self.layout = Layout.of(scenario)
        self.columns = [name for name in binding if _moves(lot, name)]
        self.principals = [n for n in self.columns if scenario.parties[n].role is Role.PRINCIPAL]
        self.number = sum(scenario.parties[n].role is Role.PRINCIPAL for n in binding)
        self.tables = [*(self._issue(k) for k in range(len(self.layout.names))), *self._groups()]
        for worth, name in zip(self.tables[0].worth, self.columns, strict=True):
            worth -= lot.reservation[name][:, None]

    def _issue(self, place: int) -> Cells:
        name, options = self.layout.names[place], self.layout.options[place]
        draws = len(self.lot.places)
        worth = np.zeros((len(self.columns), draws, len(options)), dtype=np.int64)
        for row, party in zip(worth, self.columns, strict=True):
            if name in self.lot.worth[party]:
                row[:] = self.lot.worth[party][name]
        refused = np.zeros((draws, len(options)), dtype=bool)
        for party in self.binding:
            refused |= self.lot.refused[party].get(name, False)
        return Cells((place,), worth, ~refused, self.layout.codes(place))

    def _groups(self) -> list[Cells]:
        scenario = self.lot.scenario
        nogoods = [nogood for condition in scenario.conditions for nogood in condition.nogoods(scenario.issues)]
        moving = [
            rule
            for name, rule in scenario.interactions.items()
            if any(p in self.lot.together[name] for p in self.columns)
        ]
        found = []
        for scope, rules in joined(self.layout, nogoods, moving).items():
            allowed = ~forbidden(self.layout, rules.nogoods, scope)
            worth = np.zeros((len(self.columns), len(self.lot.places), len(allowed)), dtype=np.int64)
            for rule in rules.interactions:
                cells = where_holds(self.layout, rule.when, scope)
                for k, party in enumerate(self.columns):
                    if party in self.lot.together[rule.id]:
                        worth[k][:, cells] += self.lot.together[rule.id][party][:, None]
            code = np.zeros((self.layout.digits, len(allowed)), dtype=np.int64)
            found.append(Cells(scope, worth, allowed[None, :], code))
        return found

    def best(self, holding: Terms | None = None, among: Ints | None = None) -> Best:
        """The best deal by Nash's rule in each draw, of those that hold some terms; `among` some of the draws."""
        draws = self._draws(among)
        best = Seen.nothing(len(draws), len(self.principals), len(self.layout.names))
        hard = [np.zeros(0, dtype=np.int64)]
        for places in _blocks(np.arange(len(draws))):
            search = self._seeker(draws[places], holding)
            easy = search.even_best.found
            if easy.any():
                best.put(places[easy], search.some(np.flatnonzero(easy)).best(thorough=False))
            hard.append(places[~easy])
        for places in _blocks(np.concatenate(hard)):
            best.put(places, self._seeker(draws[places], holding).best(thorough=True))
        return Best(best.found, *product_of(best.gains), best.gains, best.digits)

    def exists(self, holding: Terms | None = None, among: Ints | None = None) -> Bools:
        """Whether there is a deal in each draw that holds some terms; `among` some of the draws."""
        draws = self._draws(among)
        found = np.zeros(len(draws), dtype=bool)
        for places in _blocks(np.arange(len(draws))):
            found[places] = self._seeker(draws[places], holding).even_best.found
        for places in _blocks(np.flatnonzero(~found)):
            found[places] = self._seeker(draws[places], holding).exists()
        return found

    def reaches(self, need: Exact, holding: Terms | None, among: Ints) -> Bools:
        """Whether some deal that holds the terms has so large a product of gains; `need` > 0 for each of `among`."""
        found = np.zeros(len(among), dtype=bool)
        for places in _blocks(np.arange(len(among))):
            found[places] = self._seeker(among[places], holding).reaches(need[places])
        return found

    def most_in_all(self, holding: Terms | None, among: Ints) -> Ints:
        """The largest sum of everyone's gains, where the terms are held and no red line is crossed."""
        found = np.zeros(len(among), dtype=np.int64)
        for places in _blocks(np.arange(len(among))):
            found[places] = self._seeker(among[places], holding).most_in_all()
        return found

    def taken(self, digits: Ints) -> Bools:
        """Whether everyone here would take an outcome in each draw, its options by place, shape (issues, draws)."""
        seeker = self._seeker(self._draws(None), None)
        return np.asarray((seeker.gains(digits) >= 0).all(axis=0) & seeker.allows(digits), dtype=bool)

    def _draws(self, among: Ints | None) -> Ints:
        return np.arange(len(self.lot.places)) if among is None else among

    def fronts(self) -> Iterator[tuple[Ints, Message]]:
        """The undominated points of all draws, those that pass among them, a block of draws at a time."""
        for places in _blocks(self._draws(None)):
            yield places, self._seeker(places, None).front()

    def _seeker(self, draws: Ints, holding: Terms | None) -> Seeker:
        tables = [each.of(draws) for each in self.tables]
        for place, name in enumerate(self.layout.names):
            if holding and name in holding:
                held = np.array([option in holding[name] for option in self.layout.options[place]])
                tables[place] = replace(tables[place], allowed=tables[place].allowed & held)
        return Seeker(self.layout, tables, len(self.principals))


def fits(lot: Lot) -> bool:
    """Whether a room can be opened: unanimity, no veto with a say here and there, numbers and tables of some size."""
    scenario = lot.scenario
    layout = Layout.of(scenario)
    nogoods = [nogood for condition in scenario.conditions for nogood in condition.nogoods(scenario.issues)]
    terms = [*nogoods, *(rule.when for rule in scenario.interactions.values())]
    sizes = dict(zip(layout.names, layout.sizes, strict=True))
    return (
        scenario.quorum is None
        and lot.largest < _REACH
        and len(layout.names) + len(terms) < _TABLES
        and all(prod(sizes[issue] for issue in each) <= WIDE for each in terms)
        and all(_plain(lot, name) for name in scenario.parties)
    )


def _plain(lot: Lot, party: str) -> bool:
    """Whether a party has its say everywhere, or else wherever it refuses something and has nothing else at stake."""
    over = lot.scenario.parties[party].over
    if not over:
        return True
    options = {name: list(issue.options) for name, issue in lot.scenario.issues.items()}
    outside = [
        table[:, [option not in over.get(issue, ()) for option in options[issue]]]
        for issue, table in lot.refused[party].items()
    ]
    return not _moves(lot, party) and not any(each.any() for each in outside)


def _moves(lot: Lot, party: str) -> bool:
    return (
        bool(lot.reservation[party].any())
        or any(table.any() for table in lot.worth[party].values())
        or any(worth[party].any() for worth in lot.together.values() if party in worth)
    )


def _blocks(draws: Ints) -> list[Ints]:
    return [draws[k : k + _TOGETHER] for k in range(0, len(draws), _TOGETHER)]
