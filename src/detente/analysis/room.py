"""Is there a deal in each of many draws, and how good is the best? Answered exactly, many draws at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from detente.analysis.bargaining import RULES
from detente.analysis.compile import WIDE
from detente.analysis.layout import Layout
from detente.analysis.lots import Lot
from detente.analysis.rules import forbidden, joined, where_holds
from detente.analysis.seeking import Cells, Seeker, Seen, product_of
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
        moving = [
            rule
            for name, rule in scenario.interactions.items()
            if any(p in self.lot.together[name] for p in self.columns)
        ]
        found = []
        for scope, rules in joined(self.layout, scenario.nogoods, moving).items():
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

    def best(self, cases: "Cases", *, first: bool = False) -> Best:
        """The best deal by Nash's rule in each case; with `first`, of equal ones the first in the file's order."""
        best = Seen.nothing(len(cases), len(self.principals), len(self.layout.names))
        hard = [np.zeros(0, dtype=np.int64)]
        for places in _blocks(np.arange(len(cases))):
            search = self._seeker(cases.at(places))
            easy = search.even_best.found
            if easy.any():
                best.put(places[easy], search.some(np.flatnonzero(easy)).best(thorough=False, first=first))
            hard.append(places[~easy])
        for places in _blocks(np.concatenate(hard)):
            best.put(places, self._seeker(cases.at(places)).best(thorough=True, first=first))
        return Best(best.found, *product_of(best.gains), best.gains, best.digits)

    def exists(self, cases: "Cases") -> Bools:
        """Whether there is a deal in each case."""
        found = np.zeros(len(cases), dtype=bool)
        for places in _blocks(np.arange(len(cases))):
            found[places] = self._seeker(cases.at(places)).exists()
        return found

    def reaches(self, need: Exact, cases: "Cases") -> tuple[Bools, Bools]:
        """Whether some deal has so large a product of gains (`need` > 0), and whether one is known to exist at all."""
        reached, known = np.zeros(len(cases), dtype=bool), np.zeros(len(cases), dtype=bool)
        open_ = [np.zeros(0, dtype=np.int64)]
        for places in _blocks(np.arange(len(cases))):
            seeker = self._seeker(cases.at(places))
            reached[places], known[places], undecided = seeker.reaches_at_a_glance(need[places])
            open_.append(places[undecided])
        for places in _blocks(np.concatenate(open_)):
            reached[places] = self._seeker(cases.at(places)).reaches(need[places])
        return reached, known | reached

    def most_in_all(self, cases: "Cases") -> Ints:
        """The largest sum of everyone's gains in each case, where no red line is crossed."""
        found = np.zeros(len(cases), dtype=np.int64)
        for places in _blocks(np.arange(len(cases))):
            found[places] = self._seeker(cases.at(places)).most_in_all()
        return found

    def settled_on(self) -> Mapping[str, tuple[Bools, Ints]]:
        """By each bargaining rule the draws that have a deal, and what the principals gain by it in each."""
        draws, sides = len(self.lot.places), len(self.principals)
        found = {name: (np.zeros(draws, dtype=bool), np.zeros((sides, draws), dtype=np.int64)) for name in RULES}
        for places in _blocks(np.arange(draws)):
            for name, (of, gains) in self._seeker(Cases.of(places)).settled_on().items():
                found[name][0][places[of]] = True
                found[name][1][:, places[of]] = gains
        return found

    def weighed(self, digits: Ints) -> tuple[Ints, Bools]:
        """What outcomes give the principals in every draw, and in which all take them and nothing forbids them.

        `digits` has the shape (outcomes, issues); gains are (principals, outcomes, draws), the rest (outcomes, draws).
        """
        shape = (len(digits), len(self._by_cell[0][0][0]), len(self.lot.places))
        gains, allowed = np.zeros(shape, dtype=np.int64), np.ones((len(digits), shape[2]), dtype=bool)
        for table, (worth, free) in zip(self.tables, self._by_cell, strict=True):
            cells = np.zeros(len(digits), dtype=np.int64)
            for v in table.scope:
                cells = cells * self.layout.sizes[v] + digits[:, v]
            gains += worth[cells]
            allowed &= free[cells]
        return gains[:, : len(self.principals)].swapaxes(0, 1), (gains >= 0).all(axis=1) & allowed

    @cached_property
    def _by_cell(self) -> list[tuple[Ints, Bools]]:
        """Of each table the worth, of shape (cells, columns, draws), and what is allowed, (cells, draws)."""
        draws = len(self.lot.places)
        return [
            (
                np.ascontiguousarray(each.worth.transpose(2, 0, 1)),
                np.ascontiguousarray(np.broadcast_to(each.allowed, (draws, each.code.shape[1])).T),
            )
            for each in self.tables
        ]

    def taken(self, digits: Ints) -> Bools:
        """Whether everyone here would take an outcome in each draw, its options by place, shape (issues, draws)."""
        seeker = self._seeker(Cases.of(np.arange(len(self.lot.places))))
        return np.asarray((seeker.gains(digits) >= 0).all(axis=0) & seeker.allows(digits), dtype=bool)

    def left(self, cases: "Cases") -> list[Bools]:
        """The options of each issue that the terms hold and nobody here refuses, each of shape (cases, options)."""
        found = []
        for table, name, options in zip(self.tables, self.layout.names, self.layout.options, strict=False):
            held = cases.held(name, options)
            free = table.allowed[cases.draws]
            found.append(free if held is None else free & held)
        return found

    def _seeker(self, cases: "Cases") -> Seeker:
        tables = [each.of(cases.draws) for each in self.tables]
        for place, allowed in enumerate(self.left(cases)):
            tables[place] = replace(tables[place], allowed=allowed)
        return Seeker(self.layout, tables, len(self.principals))


@dataclass(frozen=True, eq=False)
class Cases:
    """What is asked about: draws of a lot, and for each which of some terms are held."""

    draws: Ints
    which: Ints
    terms: tuple[Terms, ...]

    @classmethod
    def of(cls, draws: Ints, *terms: Terms) -> "Cases":
        """Every draw with each of the terms in turn; without terms, nothing is held."""
        each = terms or ({},)
        return cls(np.tile(draws, len(each)), np.repeat(np.arange(len(each)), len(draws)), each)

    def __len__(self) -> int:
        return len(self.draws)

    def at(self, places: Ints) -> "Cases":
        """Some of them."""
        return Cases(self.draws[places], self.which[places], self.terms)

    def held(self, issue: str, options: Sequence[str]) -> Bools | None:
        """Which options of an issue the terms leave, in each case; None where they say nothing of it."""
        if not any(issue in terms for terms in self.terms):
            return None
        left = np.array([[option in terms.get(issue, options) for option in options] for terms in self.terms])
        return np.asarray(left[self.which], dtype=bool)


def fits(lot: Lot) -> bool:
    """Whether a room can be opened: unanimity, no veto with a say here and there, numbers and tables of some size."""
    scenario = lot.scenario
    layout = Layout.of(scenario)
    terms = [*scenario.nogoods, *(rule.when for rule in scenario.interactions.values())]
    sizes = dict(zip(layout.names, layout.sizes, strict=True))
    return (
        scenario.quorum is None
        and len(layout.names) > 0
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
