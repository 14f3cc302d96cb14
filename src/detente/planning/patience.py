"""How patient must everyone be? The exact intervals of the discount per period that support an order of steps.

Each incentive, times (1 - d), is a polynomial in the discount d. Its sign is found exactly, so the intervals are exact;
the least patience is the left end of the interval that reaches 1 (proposition 2 of the handbook's chapter: where
irreversible commitments cost their owners lumps only and nothing is at stake, there is no other interval).
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from detente.kernels.polynomials import Interval, meet, not_negative
from detente.planning.game import State, places
from detente.planning.measure import Walk

_DEGREE = 600
"""The longest course, in periods, for which intervals are worked out."""

Polynomial = Mapping[int, Fraction]
"""Coefficients by exponent."""


def intervals(walk: Walk) -> list[Interval] | None:
    """The discounts, the same for all, at which nobody gains by walking away; None where it takes very long."""
    if sum(walk.lengths) > _DEGREE:
        return None
    found: list[Interval] = [(0.0, 1.0)]
    for slack in reversed(_slacks(walk)):  # the last first: what holds once all is done mostly asks for most
        found = meet(found, not_negative(_dense(slack), found[0][0]))
        if not found:
            break
    return found


def least(found: list[Interval] | None) -> float | None:
    """The left end of the interval that reaches 1, if there is one."""
    return found[-1][0] if found and found[-1][1] == 1 else None


def _slacks(walk: Walk) -> list[Polynomial]:
    """(1 - d)(V - W) for every incentive, and every way of walking away."""
    found = []
    for party in walk.game.players:
        going_on = _going_on(walk, party)
        for place in range(len(walk.order) + 1):
            if walk.active(party, place):
                found += [_less(going_on[place], leaving) for leaving in _leavings(walk, party, place)]
    return found


def _going_on(walk: Walk, party: int) -> list[Polynomial]:
    """(1 - d)V before each round and after the last."""
    game = walk.game
    value: Polynomial = {0: game.pays(party, game.all)}
    found = [value]
    for place in range(len(walk.order) - 1, -1, -1):
        before, after, length = walk.states[place], walk.states[place + 1], walk.lengths[place]
        survives = (1 - game.hazard) ** length if after != game.all else Fraction(1)
        terms = _flow(game.gained(party, after) - game.gained(party, before), game.pays(party, after), length)
        for power, number in value.items():
            terms[power + length] += survives * number
        terms[length] += (1 - survives) * game.pays(party, game.lasting(after))
        value = terms
        found.append(value)
    return found[::-1]


def _leavings(walk: Walk, party: int, place: int) -> list[Polynomial]:
    """(1 - d)W for every way of walking away."""
    game = walk.game
    found: list[Polynomial] = []
    for length, kept in walk.ways_out(party, place):
        now, meanwhile, left = walk.deviation(party, place, kept)
        at_once, later = walk.taken_back(party, place, kept)
        for stays in game.kept_for_good(party, at_once | later):
            undone, undone_later = (_undoing(walk, some & ~stays) for some in (at_once, later))
            terms = _flow(now - game.stake[party] - undone, game.pays(party, meanwhile), length)
            terms[0] -= _keeping(walk, party, at_once & stays)
            terms[length] += game.pays(party, left) - undone_later - _keeping(walk, party, later & stays)
            terms[length + 1] += undone_later
            found.append(terms)
    return found


def _undoing(walk: Walk, steps: State) -> Fraction:
    return sum((walk.game.undoing[k] for k in places(steps)), Fraction(0))


def _keeping(walk: Walk, party: int, steps: State) -> Fraction:
    return sum((walk.game.keeping(party, k) for k in places(steps)), Fraction(0))


def _flow(now: Fraction, pays: Fraction, length: int) -> defaultdict[int, Fraction]:
    """(1 - d) times a lump now and so much per period for so many periods."""
    terms: defaultdict[int, Fraction] = defaultdict(Fraction, {0: now + pays})
    terms[1] -= now
    terms[length] -= pays
    return terms


def _less(one: Polynomial, other: Polynomial) -> Polynomial:
    return {power: one.get(power, Fraction(0)) - other.get(power, Fraction(0)) for power in one.keys() | other.keys()}


def _dense(terms: Polynomial) -> list[Fraction]:
    return [terms.get(power, Fraction(0)) for power in range(max(terms, default=0) + 1)]
