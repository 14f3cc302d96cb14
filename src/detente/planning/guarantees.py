"""What would have to be forfeited by whoever breaks off, at least, for some order to hold?"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from detente.analysis.limits import out_of_time
from detente.planning.best import PART, best, even, model_of, numbers_of_rounds
from detente.planning.game import Game
from detente.planning.measure import Walk
from detente.planning.rules import Rules, obeys

_CLOSE = Fraction(1, 10**6)
"""How near to the least a guarantee comes where rounds take different times, in points."""

_FEW = 6
"""Up to so many steps every order is looked at where rounds take different times."""


def guarantees(walk: Walk, patience: Sequence[Fraction]) -> dict[int, Fraction]:
    """What each party that gains by leaving would have to forfeit, at least, for this order to hold."""
    found: dict[int, Fraction] = {}
    for each in walk.incentives(patience):
        if each.slack < 0:
            found[each.party] = max(found.get(each.party, Fraction(0)), -each.slack)
    return found


def least_guaranteed(walk: Walk, patience: Sequence[Fraction]) -> Walk:
    """The order that holds with the smallest guarantee by everyone who gains by leaving, then with the least in all.

    The bond that the incentives ask for at this patience, over all orders; from an order that is known already. Where
    rounds take different times and there are many steps, no order that was found needs less.
    """
    if not walk.order:
        return walk
    found = _solved(walk, patience)
    few = bin(walk.game.all & ~walk.start).count("1") <= _FEW
    return _lowered(found, patience) if few and not even(walk.game) else found


def _measure(walk: Walk, patience: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    found = guarantees(walk, patience).values()
    return max(found, default=Fraction(0)), sum(found, Fraction(0))


def _solved(walk: Walk, patience: Sequence[Fraction]) -> Walk:
    game, rules, here = walk.game, Rules(start=walk.start), walk
    count = bin(game.all & ~walk.start).count("1")
    for rounds in numbers_of_rounds(game, count):
        model = model_of(game, rules, (max(game.lag),) * rounds, None)
        most, whole, scale = model.guarantees(patience)
        for aim in (most, whole):
            found = model.solve(aim, here.order if len(here.order) <= rounds else None, part=2 * PART)
            if found.order is None or out_of_time():
                break
            there = Walk(game, found.order, walk.start)
            if obeys(there, rules, None) and _measure(there, patience) < _measure(here, patience):
                here = there
            model.cp.add(most <= int(_measure(here, patience)[0] * scale) + 1)
    return here


def _lowered(walk: Walk, patience: Sequence[Fraction]) -> Walk:
    """The same by asking for any order that needs less, then for one that needs half, until there is none."""
    here, low, close = walk, Fraction(0), True
    while (high := _measure(here, patience)[0]) > low + _CLOSE and not out_of_time():
        level = high - _CLOSE if close else (low + high) / 2
        order = best(_pledged(here.game, level), "rounds", Rules(start=here.start), patience).order
        if order is not None:
            here = Walk(here.game, order, here.start)
        else:
            low = level
        close = order is None
    return here


def _pledged(game: Game, amount: Fraction) -> Game:
    """The same game where everyone forfeits so much more by breaking off."""
    return replace(game, stake=tuple(each + amount for each in game.stake))
