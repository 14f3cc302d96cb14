"""How much does it matter which fair rule one goes by? What each rule gives the principals, draw by draw."""

from collections.abc import Iterator, Mapping

import numpy as np

from detente.analysis.answers import Floats
from detente.analysis.bargaining import RULES, agreements
from detente.analysis.draws import Drawn, Plan
from detente.analysis.lots import Lot, lots
from detente.analysis.question import Question
from detente.analysis.room import Room, fits
from detente.analysis.search import ask
from detente.kernels.pruning import Ints
from detente.model.party import Role

_TOGETHER = 64
"""So many draws are asked together where each is a scenario of its own."""

Gains = Mapping[str, Mapping[str, Floats]]


def by_rule(plan: Plan, drawn: Drawn) -> Gains:
    """What each principal gains by each rule in each draw; nan where there is no deal, or it is no principal there."""
    principals = [party.id for party in plan.scenario.parties.values() if party.role is Role.PRINCIPAL]
    found = {rule: {name: np.full(drawn.number, np.nan) for name in principals} for rule in RULES}
    for lot in lots(plan, drawn):
        for rule, name, places, gains in _together(lot) if fits(lot) else _one_by_one(plan, drawn, lot.places):
            if name in found[rule]:
                found[rule][name][places] = gains
    return found


def _together(lot: Lot) -> Iterator[tuple[str, str, Ints, Floats]]:
    parties = [party for party in lot.scenario.parties.values() if party.must_agree]
    ordered = sorted(parties, key=lambda party: party.role is not Role.PRINCIPAL)
    room = Room(lot, [party.id for party in ordered])
    for rule, (found, gains) in room.settled_on().items():
        for party in ordered:
            if party.role is Role.PRINCIPAL:
                row = gains[room.principals.index(party.id)] if party.id in room.principals else 0 * lot.places
                yield rule, party.id, lot.places[found], row[found] / lot.scale


def _one_by_one(plan: Plan, drawn: Drawn, places: Ints) -> Iterator[tuple[str, str, Ints, Floats]]:
    scenarios = list(plan.scenarios(drawn.of(places)))
    for begin in range(0, len(scenarios), _TOGETHER):
        batch = scenarios[begin : begin + _TOGETHER]
        for k, answer in enumerate(ask([Question(each, ties=True, passing=True) for each in batch])):
            for rule, agreement in (agreements(answer) or {}).items():
                for name in answer.question.principals:
                    yield rule, name, places[[begin + k]], np.array([float(agreement.point.gains[name])])
