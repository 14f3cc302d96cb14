"""Which order asks for least patience, or least trust? Found by halving what is asked for, to an optimum or a gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from detente.analysis.limits import out_of_time
from detente.planning.best import PART, TRIES, Best, Measure, best, even, model_of, numbers_of_rounds
from detente.planning.game import Game
from detente.planning.measure import Order, Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import Rules, holds, obeys

if TYPE_CHECKING:
    from detente.planning.solver import Model

Aims: TypeAlias = "Callable[[Model], None]"
"""What is asked of a model."""

CLOSE = Fraction(1, 10**6)
"""How near to the optimum an aim that is searched by halving (patience, trust) is proven."""


def least_patience(game: Game, rules: Rules, known: Sequence[Order] = ()) -> Best:
    """An order that asks for the least patience, the same for all, found by halving; the gap is at most CLOSE.

    It asks for no more than any of the orders that are `known`.
    """

    def asked(delta: Fraction) -> Aims:
        return lambda model: model.incentives([delta] * len(game.parties))

    low = Fraction(floor_of_patience(game) or 0)
    order = _known(game, rules, _needed, 1 - CLOSE, known)
    return _halved(game, rules, _needed, asked, (low, 1 - CLOSE), order)


def least_trust(game: Game, rules: Rules, patience: Sequence[Fraction], known: Sequence[Order] = ()) -> Best:
    """An order in which the sides need to believe least in one another, found by halving; the gap is at most CLOSE."""

    def measure(walk: Walk) -> Fraction:
        found = trust_needed(walk, patience)
        return Fraction(2) if found is None else found

    def asked(most: Fraction) -> Aims:
        return lambda model: model.incentives(patience, most)

    if not holds(Walk(game, (), game.all), patience):
        return Best(None, Fraction(0))
    low = trust_needed(Walk(game, (), game.all), patience) or Fraction(0)
    order = _known(game, rules, measure, Fraction(1), known)
    return _halved(game, rules, measure, asked, (low, Fraction(1)), order)


def _halved(
    game: Game,
    rules: Rules,
    measure: Measure,
    asked: Callable[[Fraction], Aims],
    span: tuple[Fraction, Fraction],
    order: Order | None,
) -> Best:
    """The least of what can only be asked for: feasible at some level, or not; from a floor to the most there is."""
    low, most = span
    high = most if order is None else measure(Walk(game, order, rules.start))
    hard = low  # the levels up to here were asked for in vain, whether or not it is proven that they cannot be met
    while order is None or (high - hard > CLOSE and not out_of_time()):
        level = most if order is None else (hard + high) / 2
        found = _feasible(game, rules, asked(level), partial(_within, measure, level), order)
        if found.order is not None:
            order, high = found.order, measure(Walk(game, found.order, rules.start))
        elif order is None:
            return found
        else:
            low, hard = (level if found.proven and low == hard else low), level
    return Best(order, Fraction(0) if high - low <= 2 * CLOSE else high - low)


def _within(measure: Measure, level: Fraction, walk: Walk) -> bool:
    return measure(walk) <= level


def _feasible(game: Game, rules: Rules, asked: Aims, kept: Callable[[Walk], bool], hint: Order | None) -> Best:
    """An order that obeys and meets what is asked, in few rounds or in as many as there are steps."""
    count = len(_usual(game, rules))
    for rounds in numbers_of_rounds(game, count):
        model = model_of(game, rules, (max(game.lag),) * rounds, None)
        asked(model)
        for _ in range(TRIES):
            found = model.solve(None, hint, part=PART)
            if found.order is None:
                if rounds == count:
                    return Best(None, Fraction(0) if found.proven and even(game) else None)
                break
            walk = Walk(game, found.order, rules.start)
            if obeys(walk, rules, None) and kept(walk):
                return Best(found.order, Fraction(0))
            if not even(game):
                break
            model.forbid(found.order)
    return Best(None, None)


def _known(game: Game, rules: Rules, measure: Measure, most: Fraction, known: Sequence[Order]) -> Order | None:
    """The best, by some measure, of the orders that are best for exposure, rounds and months, and of some others."""
    found = [best(game, aim, rules, None).order for aim in ("exposure", "rounds", "months")]
    walks = [Walk(game, order, rules.start) for order in found if order is not None]
    walks += [walk for order in known if obeys(walk := Walk(game, order, rules.start), rules, None)]
    possible = [walk for walk in walks if measure(walk) <= most]
    return min(possible, key=measure).order if possible else None


def floor_of_patience(game: Game) -> float | None:
    """The patience that keeping to the package takes once all is done: no order asks for less."""
    return least(intervals(Walk(game, (), game.all)))


def _usual(game: Game, rules: Rules) -> tuple[int, ...]:
    return (max(game.lag),) * bin(game.all & ~rules.start).count("1")


def _needed(walk: Walk) -> Fraction:
    """The least patience of an order; 1 where no patience would do."""
    found = least(intervals(walk))
    return Fraction(1) if found is None else Fraction(found)


def trust_needed(walk: Walk, patience: Sequence[Fraction]) -> Fraction | None:
    """The belief in the others that the most exposed side needs; None where no belief would do."""
    found = [each.trust for each in walk.incentives(patience)]
    known = [each for each in found if each is not None]
    return None if len(known) < len(found) else max(known, default=Fraction(0))
