"""What is the answer in each of some draws? Whether there is a deal, which packages pass, what demands and vetoes cost.

Draws that fit are answered many at a time (`Room`); under a quorum, with vetoes that have a say only here and there, or
with numbers too large for that, each draw is answered as a scenario of its own. Both are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.analysis.bargaining import best_nash, nash_outcome
from detente.analysis.counting import unbound
from detente.analysis.demands import (
    COSTLY,
    COSTLY_FALL,
    HARMLESS,
    NO_DEAL,
    NONSTARTER,
    TORPEDO,
    crosses_no_line,
    verdicts,
)
from detente.analysis.draws import Drawn, Plan
from detente.analysis.lots import Lot, lots
from detente.analysis.packages import agreed, would_take
from detente.analysis.question import Question
from detente.analysis.room import Best, Room, fits
from detente.analysis.search import ask
from detente.analysis.shared import shared_work
from detente.analysis.tables import gain
from detente.analysis.vetoes import joint_loss
from detente.kernels.pruning import Bools, Exact, Ints
from detente.model.outcome import Outcome, Terms
from detente.model.party import Role
from detente.model.scenario import Scenario

HARMLESS_ = "harmless"
KINDS = (HARMLESS_, COSTLY, TORPEDO, NONSTARTER, NO_DEAL)
"""What a demand comes to in a draw; harmless where it is tradeable or in the best deal already."""

_TOGETHER = 64
"""So many draws are asked together where each is a scenario of its own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers in each draw, in arrays of one entry a draw.

    `best` is the best joint value (Nash product, in points) and `deals`, shape (issues, draws), its terms as places
    among the options (-1: no deal). `takes` says of each package and party whether it would take it, `passes` whether
    all who must do, and `value` the joint value that a package then brings. `demands` are places in `KINDS`, `prices`
    the part of the best joint value that each veto takes, held or given (nan: there is none to take). `readings` are
    places among a judgment's readings.
    """

    draws: int
    agreement: Bools
    best: Floats
    deals: Ints
    takes: Mapping[str, Mapping[str, Bools]]
    passes: Mapping[str, Bools]
    value: Mapping[str, Floats]
    demands: Mapping[str, Ints]
    prices: Mapping[str, Floats]
    readings: Mapping[str, Ints]

    @classmethod
    def blank(cls, scenario: Scenario, drawn: Drawn) -> "Answers":
        """Room for the answers to some draws."""
        number = drawn.number
        return cls(
            number,
            np.zeros(number, dtype=bool),
            np.zeros(number),
            np.full((len(scenario.issues), number), -1),
            {name: {party: np.zeros(number, dtype=bool) for party in scenario.parties} for name in scenario.packages},
            {name: np.zeros(number, dtype=bool) for name in scenario.packages},
            {name: np.zeros(number) for name in scenario.packages},
            {name: np.zeros(number, dtype=np.int64) for name in scenario.demands},
            {name: np.full(number, np.nan) for name, p in scenario.parties.items() if p.role is not Role.PRINCIPAL},
            drawn.readings,
        )


def answers(plan: Plan, drawn: Drawn) -> Answers:
    """Every answer in each of some draws. Raises TooLargeError where the issues hang together too tightly."""
    found = Answers.blank(plan.scenario, drawn)
    for lot in lots(plan, drawn):
        if fits(lot):
            _Together(lot, found).answer()
        else:
            _one_by_one(plan, drawn.of(lot.places), lot.places, found)
    return found


class _Together:
    """The answers in all draws of a lot, worked out many at a time."""

    def __init__(self, lot: Lot, found: Answers) -> None:
        self.lot, self.found, self.scenario = lot, found, lot.scenario
        self.rooms: dict[tuple[str, ...], Room] = {}
        self.binding = [name for name, party in self.scenario.parties.items() if party.must_agree]

    def answer(self) -> None:
        """Fill in every answer."""
        found, places = self.found, self.lot.places
        whole = self._best(self.binding)
        value = self._value(whole)
        found.agreement[places] = whole.found
        found.best[places] = value
        found.deals[:, places] = np.where(whole.found, whole.digits, -1)
        for name, demand in self.scenario.demands.items():
            found.demands[name][places] = self._demand(demand.terms, whole)
        for name, package in self.scenario.packages.items():
            self._package(name, self.scenario.outcome(package.terms))
        for name, prices in found.prices.items():
            if self.scenario.parties[name].role is not Role.PRINCIPAL:
                prices[places] = self._price(name, whole)

    def _room(self, binding: Sequence[str]) -> Room:
        roles = {name: self.scenario.parties[name].role for name in binding}
        ordered = tuple(sorted(binding, key=lambda name: roles[name] is not Role.PRINCIPAL))
        if ordered not in self.rooms:
            self.rooms[ordered] = Room(self.lot, ordered)
        return self.rooms[ordered]

    def _best(self, binding: Sequence[str], among: Ints | None = None) -> Best:
        return self._room(binding).best(None, among)

    def _value(self, best: Best) -> Floats:
        sides = self._room(self.binding).number
        return best.value(sides).astype(float) / float(self.lot.scale) ** sides

    def _demand(self, terms: Terms, whole: Best) -> Ints:
        """What a demand comes to in each draw."""
        room = self._room(self.binding)
        verdict = np.full(len(whole.found), KINDS.index(NO_DEAL))
        product = whole.value(room.number)
        sure = np.flatnonzero(whole.found & (product > 0))
        need: Exact = product[sure] - product[sure] * COSTLY_FALL.numerator // COSTLY_FALL.denominator
        cheap = room.reaches(need, terms, sure)
        verdict[sure[cheap]] = KINDS.index(HARMLESS_)
        rest = np.concatenate([sure[~cheap], np.flatnonzero(whole.found & (product == 0))])
        alive = room.exists(terms, rest)
        verdict[rest[alive]] = KINDS.index(COSTLY)
        self._where_nobody_gains(terms, whole, rest[alive & (product[rest] == 0)], verdict)
        verdict[rest[~alive]] = self._sunk(terms, rest[~alive])
        return verdict

    def _where_nobody_gains(self, terms: Terms, whole: Best, among: Ints, verdict: Ints) -> None:
        """Where the best deal leaves some principal without gain, the demand is measured by the others' gains."""
        held = self._room(self.binding).best(terms, among)
        for place, draw in enumerate(among.tolist()):
            fewer = held.gaining[place] < whole.gaining[draw]
            falls = held.product[place] < (1 - COSTLY_FALL) * int(whole.product[draw])
            verdict[draw] = KINDS.index(COSTLY if fewer or falls else HARMLESS_)

    def _sunk(self, terms: Terms, among: Ints) -> Ints:
        """Torpedo or nonstarter, in draws in which no deal holds the terms."""
        marks = [(issue, table) for party in self.binding for issue, table in self.lot.refused[party].items()]
        signs = np.concatenate([table[among] for _, table in marks], axis=1) if marks else np.zeros((len(among), 0))
        _, first, kind = np.unique(signs, axis=0, return_index=True, return_inverse=True)
        open_ = np.array([self._open(terms, int(among[draw])) for draw in first], dtype=bool)[kind.reshape(-1)]
        if self.scenario.comparable:
            open_ &= self._room(self.binding).most_in_all(terms, among) >= 0
        return np.where(open_, KINDS.index(TORPEDO), KINDS.index(NONSTARTER))

    def _open(self, terms: Terms, draw: int) -> bool:
        refused: dict[str, set[str]] = {}
        for party in self.binding:
            for issue, table in self.lot.refused[party].items():
                options = self.scenario.issues[issue].options
                refused.setdefault(issue, set()).update(o for o, no in zip(options, table[draw], strict=True) if no)
        return crosses_no_line(self.scenario, terms, refused)

    def _package(self, name: str, outcome: Outcome) -> None:
        found, places = self.found, self.lot.places
        passes = np.full(len(places), self.scenario.allows(outcome))
        value = np.ones(len(places))
        for party in self.scenario.parties.values():
            gains = self.lot.gains(party.id, outcome)
            takes = np.asarray((gains >= 0) & ~self.lot.refuses(party.id, outcome), dtype=bool)
            found.takes[name][party.id][places] = takes
            passes &= takes | (not party.must_agree)
            if party.role is Role.PRINCIPAL:
                value *= gains.astype(float) / self.lot.scale
        found.passes[name][places] = passes
        found.value[name][places] = np.where(passes, value, 0)

    def _price(self, name: str, whole: Best) -> Floats:
        """The part of the best joint value that a party's veto takes; nan where there is none to take."""
        if name in self.binding:
            free, bound = self._value(self._best([each for each in self.binding if each != name])), self._value(whole)
        else:
            free = bound = self._value(whole)
            hurt = np.flatnonzero(whole.found & ~self._content(name, whole))
            bound = bound.copy()
            bound[hurt] = self._value(self._best([*self.binding, name], hurt))
        with np.errstate(invalid="ignore"):
            share: Floats = np.where(free > 0, (free - bound) / free, np.nan)
        return share

    def _content(self, name: str, whole: Best) -> Bools:
        """Whether a party would take the best deal of each draw."""
        room = self._room([name])
        return room.taken(whole.digits)


def _one_by_one(plan: Plan, drawn: Drawn, places: Ints, found: Answers) -> None:
    """The answers in some draws, each as a scenario of its own."""
    scenarios = plan.scenarios(drawn)
    begin = 0
    while batch := list(islice(scenarios, _TOGETHER)):
        with shared_work():
            _answer_each(batch, places[begin : begin + len(batch)], found)
        begin += len(batch)


def _answer_each(batch: Sequence[Scenario], places: Ints, found: Answers) -> None:
    wholes = ask([Question(each, ties=True, passing=True) for each in batch])
    judged = verdicts(batch)
    for place, scenario, whole, verdict in zip(places.tolist(), batch, wholes, judged, strict=True):
        best, deal = best_nash(whole), nash_outcome(whole)
        found.agreement[place] = whole.accepted.any()
        found.best[place] = float(best.value) if best else 0.0
        if deal is not None:
            options = [list(issue.options).index(deal[0][name]) for name, issue in scenario.issues.items()]
            found.deals[:, place] = options
        for name, said in verdict.items():
            found.demands[name][place] = KINDS.index(HARMLESS_ if said in HARMLESS else said)
        for name, package in scenario.packages.items():
            _look(scenario, name, scenario.outcome(package.terms), place, found)
    for name, prices in found.prices.items():
        heard = [(k, each) for k, each in enumerate(batch) if each.parties[name].role is not Role.PRINCIPAL]
        asked = ask([Question(unbound(each, name), also=(name,), passing=True) for _, each in heard])
        for (k, _), answer in zip(heard, asked, strict=True):
            share = joint_loss(answer, name)[1]
            prices[places[k]] = np.nan if share is None else float(share)


def _look(scenario: Scenario, name: str, outcome: Outcome, place: int, found: Answers) -> None:
    for party in scenario.parties.values():
        found.takes[name][party.id][place] = would_take(scenario, party, outcome)
    found.passes[name][place] = agreed(scenario, outcome)
    gains = [gain(scenario, each, outcome) for each in scenario.parties.values() if each.role is Role.PRINCIPAL]
    found.value[name][place] = float(prod(gains, start=Fraction(1))) if found.passes[name][place] else 0.0
