"""What is the answer in each of some draws? Whether there is a deal, which packages pass, what demands and vetoes cost.

Draws that fit are answered many at a time (`Room`); under a quorum, with vetoes that have a say only here and there, or
with numbers too large for that, each draw is answered as a scenario of its own. Both are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.bargaining import best_nash, nash_outcome
from detente.analysis.counting import unbound
from detente.analysis.demands import COSTLY, COSTLY_FALL, HARMLESS, NO_DEAL, NONSTARTER, TORPEDO, verdicts
from detente.analysis.draws import Drawn, Plan
from detente.analysis.lots import Lot, lots
from detente.analysis.question import Question
from detente.analysis.room import Best, Cases, Room, fits
from detente.analysis.search import ask
from detente.analysis.shared import shared_work
from detente.analysis.vetoes import joint_loss
from detente.kernels.pruning import Bools, Exact, Ints
from detente.model.outcome import Terms, allowed_outcome
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

    `best` is the best joint value (Nash product, in points), `deals`, shape (issues, draws), its terms as places among
    the options (-1: no deal) and `gains` what each principal gets by it (nan: no deal). `takes` says of each package
    and party whether it would take it, `passes` whether all who must do, and `value` the joint value that a package
    then brings. `demands` are places in `KINDS`, `prices` the part of the best joint value that each veto takes, held
    or given (nan: there is none to take). `readings` are places among a judgment's readings.
    """

    draws: int
    agreement: Bools
    best: Floats
    deals: Ints
    gains: Mapping[str, Floats]
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
            {name: np.full(number, np.nan) for name, p in scenario.parties.items() if p.role is Role.PRINCIPAL},
            {name: {party: np.zeros(number, dtype=bool) for party in scenario.parties} for name in scenario.packages},
            {name: np.zeros(number, dtype=bool) for name in scenario.packages},
            {name: np.zeros(number) for name in scenario.packages},
            {name: np.zeros(number, dtype=np.int64) for name in scenario.demands},
            {name: np.full(number, np.nan) for name, p in scenario.parties.items() if p.role is not Role.PRINCIPAL},
            drawn.readings,
        )

    def plain(self) -> dict[str, object]:
        """The same in plain values, for a file; `of_plain` is the way back."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> "Answers":
        """The answers that `plain` has written."""
        kinds = {"agreement": bool, "takes": bool, "passes": bool, "deals": np.int64, "demands": np.int64}
        kinds["readings"] = np.int64
        arrays = {key: _arrays(value, kinds.get(key, np.float64)) for key, value in given.items() if key != "draws"}
        arrays["deals"] = arrays["deals"].reshape(-1, given["draws"])  # without issues, an empty list
        return cls(draws=given["draws"], **arrays)

    @classmethod
    def together(cls, parts: "Sequence[Answers]") -> "Answers":
        """The answers of several parts, one after the other."""
        joined = {each.name: _joined([getattr(part, each.name) for part in parts]) for each in fields(cls)[1:]}
        return cls(draws=sum(part.draws for part in parts), **joined)

    def at(self, places: Ints) -> "Answers":
        """Those of some draws."""
        return Answers(len(places), **{each.name: _at(getattr(self, each.name), places) for each in fields(self)[1:]})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return (
            [None if each != each else each for each in value.tolist()] if value.dtype.kind == "f" else value.tolist()
        )
    return value


def _arrays(value: Any, kind: type) -> Any:
    if isinstance(value, Mapping):
        return {key: _arrays(each, kind) for key, each in value.items()}
    return np.array([np.nan if each is None else each for each in value], dtype=kind)


def _joined(parts: Sequence[Any]) -> Any:
    if isinstance(parts[0], Mapping):
        return {key: _joined([part[key] for part in parts]) for key in parts[0]}
    return np.concatenate(parts, axis=-1)


def _at(value: Any, places: Ints) -> Any:
    if isinstance(value, Mapping):
        return {key: _at(each, places) for key, each in value.items()}
    return value[..., places]


def answers(plan: Plan, drawn: Drawn, *, headlines: bool = False) -> Answers:
    """Every answer in each of some draws; with `headlines` only deals and packages, demands and prices left blank.

    Raises TooLargeError where the issues hang together too tightly.
    """
    found = Answers.blank(plan.scenario, drawn)
    for lot in lots(plan, drawn):
        _packages(lot, found)
        if fits(lot):
            _Together(lot, found).answer(headlines=headlines)
        else:
            one_by_one(plan, drawn.of(lot.places), lot.places, found, headlines=headlines)
    return found


def _packages(lot: Lot, found: Answers) -> None:
    """Who would take each package in the draws of a lot, and what it brings where it passes."""
    for name, package in lot.scenario.packages.items():
        outcome = lot.scenario.outcome(package.terms)
        for party, takes in found.takes[name].items():
            takes[lot.places] = lot.takes(party, outcome)
        found.passes[name][lot.places] = lot.passes(outcome)
        found.value[name][lot.places] = lot.value(outcome)


class _Together:
    """The answers in all draws of a lot, worked out many at a time."""

    def __init__(self, lot: Lot, found: Answers) -> None:
        self.lot, self.found, self.scenario = lot, found, lot.scenario
        self.rooms: dict[tuple[str, ...], Room] = {}
        self.binding = [name for name, party in self.scenario.parties.items() if party.must_agree]

    def answer(self, *, headlines: bool) -> None:
        """Fill in every answer, or only whether there are deals and whether packages pass."""
        found, places = self.found, self.lot.places
        room = self._room(self.binding)
        whole = room.best(Cases.of(np.arange(len(places))), first=True)
        value = self._value(whole)
        found.agreement[places] = whole.found
        found.best[places] = value
        found.deals[:, places] = np.where(whole.found, whole.digits, -1)
        for name, gains in found.gains.items():
            row = whole.gains[room.principals.index(name)] if name in room.principals else np.zeros(len(places))
            gains[places] = np.where(whole.found, row / self.lot.scale, np.nan)
        if headlines:
            return
        terms = [demand.terms for demand in self.scenario.demands.values()]
        for name, verdict in zip(self.scenario.demands, self._demands(terms, whole) if terms else (), strict=True):
            found.demands[name][places] = verdict
        for name, prices in found.prices.items():
            if self.scenario.parties[name].role is not Role.PRINCIPAL:
                prices[places] = self._price(name, whole)

    def _room(self, binding: Sequence[str]) -> Room:
        roles = {name: self.scenario.parties[name].role for name in binding}
        ordered = tuple(sorted(binding, key=lambda name: roles[name] is not Role.PRINCIPAL))
        if ordered not in self.rooms:
            self.rooms[ordered] = Room(self.lot, ordered)
        return self.rooms[ordered]

    def _best(self, binding: Sequence[str], draws: Ints | None = None) -> Best:
        return self._room(binding).best(Cases.of(np.arange(len(self.lot.places)) if draws is None else draws))

    def _value(self, best: Best) -> Floats:
        sides = self._room(self.binding).number
        return best.value(sides).astype(float) / float(self.lot.scale) ** sides

    def _demands(self, terms: Sequence[Terms], whole: Best) -> Ints:
        """What each demand comes to in each draw."""
        room = self._room(self.binding)
        product = whole.value(room.number)
        cases = Cases.of(np.flatnonzero(whole.found), *terms)
        verdict = np.full((len(terms), len(whole.found)), KINDS.index(NO_DEAL))
        sure = np.flatnonzero(product[cases.draws] > 0)
        best = product[cases.draws[sure]]
        alive, cheap = np.zeros((2, len(cases)), dtype=bool)
        need: Exact = best - best * COSTLY_FALL.numerator // COSTLY_FALL.denominator
        cheap[sure], alive[sure] = room.reaches(need, cases.at(sure))
        left = np.flatnonzero(~alive)
        alive[left] = room.exists(cases.at(left))
        nobody = np.flatnonzero(alive & (product[cases.draws] == 0))
        cheap[nobody] = self._cheap_where_nobody_gains(cases.at(nobody), whole)
        found = np.where(cheap, KINDS.index(HARMLESS_), KINDS.index(COSTLY))
        found[~alive] = self._sunk(cases.at(np.flatnonzero(~alive)))
        verdict[cases.which, cases.draws] = found
        return verdict

    def _cheap_where_nobody_gains(self, cases: Cases, whole: Best) -> Bools:
        """Where the best deal leaves some principal without gain, a demand is measured by the others' gains."""
        held = self._room(self.binding).best(cases)
        before = whole.product[cases.draws].astype(object)
        kept = COSTLY_FALL.denominator - COSTLY_FALL.numerator
        falls = held.product.astype(object) * COSTLY_FALL.denominator < before * kept
        return np.asarray((held.gaining >= whole.gaining[cases.draws]) & ~falls.astype(bool), dtype=bool)

    def _sunk(self, cases: Cases) -> Ints:
        """Torpedo or nonstarter, in cases in which no deal holds the terms."""
        left = self._room(self.binding).left(cases)
        signs = np.packbits(np.concatenate(left, axis=1), axis=1)
        _, first, kind = np.unique(signs, axis=0, return_index=True, return_inverse=True)
        open_ = self._open([each[first] for each in left])[kind.reshape(-1)]
        if self.scenario.comparable:
            open_ &= self._room(self.binding).most_in_all(cases) >= 0
        return np.where(open_, KINDS.index(TORPEDO), KINDS.index(NONSTARTER))

    def _open(self, left: Sequence[Bools]) -> Bools:
        """Whether the options left on each issue, shape (cases, options), have an allowed outcome.

        What is found for one case settles all others that have it, too.
        """
        issues = self.scenario.issues
        nogoods = self.scenario.nogoods
        found = np.zeros(len(left[0]), dtype=bool)
        unknown = np.ones(len(left[0]), dtype=bool)
        while unknown.any():
            case = int(unknown.argmax())
            held = {
                name: tuple(o for o, there in zip(issue.options, each[case], strict=True) if there)
                for (name, issue), each in zip(issues.items(), left, strict=True)
            }
            outcome = allowed_outcome(issues, nogoods, held)
            unknown[case] = False
            if outcome is not None:
                places = [list(issue.options).index(outcome[name]) for name, issue in issues.items()]
                found |= np.all([each[:, place] for each, place in zip(left, places, strict=True)], axis=0)
                unknown &= ~found
        return found

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


def one_by_one(plan: Plan, drawn: Drawn, places: Ints, found: Answers, *, headlines: bool) -> None:
    """The answers in some draws, each as a scenario of its own."""
    scenarios = plan.scenarios(drawn)
    begin = 0
    while batch := list(islice(scenarios, _TOGETHER)):
        here = places[begin : begin + len(batch)]
        with shared_work():
            _deals(batch, here, found)
            if not headlines:
                _verdicts(batch, here, found)
                _prices(batch, here, found)
        begin += len(batch)


def _deals(batch: Sequence[Scenario], places: Ints, found: Answers) -> None:
    wholes = ask([Question(each, ties=True, passing=True) for each in batch])
    for place, scenario, whole in zip(places.tolist(), batch, wholes, strict=True):
        best, deal = best_nash(whole), nash_outcome(whole)
        found.agreement[place] = whole.accepted.any()
        found.best[place] = float(best.value) if best else 0.0
        if deal is not None:
            options = [list(issue.options).index(deal[0][name]) for name, issue in scenario.issues.items()]
            found.deals[:, place] = options
            for name, gains in found.gains.items():
                gains[place] = deal[1].get(name, 0.0)


def _verdicts(batch: Sequence[Scenario], places: Ints, found: Answers) -> None:
    for place, verdict in zip(places.tolist(), verdicts(batch), strict=True):
        for name, said in verdict.items():
            found.demands[name][place] = KINDS.index(HARMLESS_ if said in HARMLESS else said)


def _prices(batch: Sequence[Scenario], places: Ints, found: Answers) -> None:
    for name, prices in found.prices.items():
        heard = [(k, each) for k, each in enumerate(batch) if each.parties[name].role is not Role.PRINCIPAL]
        asked = ask([Question(unbound(each, name), also=(name,), passing=True) for _, each in heard])
        for (k, each), answer in zip(heard, asked, strict=True):
            share = joint_loss(each, answer, name)[1]
            prices[places[k]] = np.nan if share is None else float(share)
