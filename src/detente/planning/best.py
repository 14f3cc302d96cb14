"""Which order of steps is best for an aim? Searched to the proven optimum, or with the gap that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, isqrt
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from detente.analysis.limits import out_of_time, seconds_left
from detente.planning.bounds import as_soon_as_possible, floor, least_exposure, longest_chain
from detente.planning.game import Game, places
from detente.planning.labels import Search, fits
from detente.planning.linear import WHOLE
from detente.planning.measure import Order, Walk
from detente.planning.rules import Rules, holds, obeys

if TYPE_CHECKING:
    from detente.planning.solver import Expression, Found, Model

PART = 1 / 6
"""Of the time that is left, so much goes into one question of a search that asks many."""

HALF = 1 / 2
"""Of the time that is left, so much goes into looking at every order."""

_MOST_CELLS = 5_000_000
"""How large the rows of a model may be together: beyond that building it takes longer than solving."""

_FEW_ROUNDS = 8
"""So many rounds are tried before as many as there are commitments."""

_KICKS = 200
"""So often a few steps are moved at random, to get away from an order that nothing next to it betters."""

TRIES = 20
"""So often the solver may propose what exact measuring then rejects."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best order found for an aim; `gap` is how much better any other could be (None: nothing is proven)."""

    order: Order | None
    gap: Fraction | None

    @property
    def proven(self) -> bool:
        """Whether nothing is better; without an order, whether there is none."""
        return self.gap == 0


Aim: TypeAlias = "Callable[[Model], tuple[Expression, int]]"
Measure = Callable[[Walk], Fraction]


def _exposure(model: Model) -> tuple[Expression, int]:
    return model.top(model.per_round(model.exposure))


def _bond(model: Model) -> tuple[Expression, int]:
    return model.top(model.per_round(model.temptation))


def _value(model: Model) -> tuple[Expression, int]:
    return model.loss()


AIMS: dict[str, tuple[Aim, Measure]] = {
    "exposure": (_exposure, lambda walk: max(walk.exposures().values(), default=Fraction(0))),
    "bond": (_bond, lambda walk: walk.bond()),
    "rounds": (lambda model: (model.used(), 1), lambda walk: Fraction(len(walk.order))),
    "months": (lambda model: (model.periods(), 1), lambda walk: Fraction(sum(walk.lengths))),
    "value": (_value, lambda walk: -sum((walk.value(p) for p in walk.game.principals), Fraction(0))),
}
"""What may be made small, for the solver (with its scale) and as it is measured."""


def best(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None, known: Sequence[Order] = ()) -> Best:
    """The best order for an aim; with `patience`, among those that nobody gains by breaking.

    It is no worse than any of the orders that are `known`.
    """
    if patience is not None and not holds(Walk(game, (), game.all), patience):
        return Best(None, Fraction(0))  # somebody gains by walking away once all is done, whatever the order
    if not game.all & ~rules.start:
        return Best((), Fraction(0))
    at_sight = _at_sight(game, aim, rules, patience)
    if at_sight is not None:
        return Best(_hastened(game, at_sight, rules, patience), Fraction(0))
    if not even(game) and (patience is not None or aim == "value") and fits(game, rules):
        points = [patience or game.patience or [game.discount] * len(game.parties)]
        order, sure = Search(game, rules).best((aim, _second(aim)), points, binding=patience is not None, part=HALF)
        if sure:
            return Best(order, Fraction(0))
    free = _search(game, aim, rules, None)
    if free.order is None and free.proven:
        return free
    found = free
    if free.order is not None and patience is not None and not holds(Walk(game, free.order, rules.start), patience):
        found = _bounded(game, aim, rules, _search(game, aim, rules, patience, free.order), free)
    if not found.proven:
        found = _climbed(game, AIMS[aim][1], rules, patience, found, (free.order, *known))
    if found.gap is None and found.order is not None:
        reached = AIMS[aim][1](Walk(game, found.order, rules.start))
        found = Best(found.order, max(Fraction(0), reached - floor(game, aim, rules.start)))
    return _quickest(game, aim, rules, patience, found)


def _at_sight(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None) -> Order | None:
    """Everything as soon as it may be done, where that is as short and as safe as any order can be."""
    if rules != Rules(start=rules.start) or aim not in ("exposure", "rounds"):
        return None
    walk = Walk(game, as_soon_as_possible(game, rules.start), rules.start)
    if len(walk.order) > longest_chain(game, rules.start) or AIMS["exposure"][1](walk) > least_exposure(game):
        return None
    return walk.order if obeys(walk, rules, patience) else None


def _hastened(game: Game, order: Order, rules: Rules, patience: Sequence[Fraction] | None) -> Order:
    """The same, in less time if moving single steps allows, no more exposed and in no more rounds."""
    here = Walk(game, order, rules.start)
    exposure = AIMS["exposure"][1](here)
    found: Walk | None = here
    while found is not None:
        here = found
        walks = (Walk(game, each, rules.start) for each in _neighbours(here.order) if len(each) <= len(order))
        quicker = (walk for walk in walks if sum(walk.lengths) < sum(here.lengths))
        safe = (walk for walk in quicker if AIMS["exposure"][1](walk) <= exposure and obeys(walk, rules, patience))
        found = next(safe, None) if not out_of_time() else None
    return here.order


def _bounded(game: Game, aim: str, rules: Rules, found: Best, free: Best) -> Best:
    """No order that nobody gains by breaking is better than the best of all orders."""
    if found.order is None or free.order is None or free.gap is None:
        return found
    measure = AIMS[aim][1]
    reached, least_of_all = (measure(Walk(game, each, rules.start)) for each in (found.order, free.order))
    left = reached - (least_of_all - free.gap)
    return Best(found.order, left if found.gap is None else min(found.gap, left))


def _search(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None, hint: Order | None = None) -> Best:
    """The least of an aim, over ever more rounds: exact, unless it depends on how long rounds of all kinds take."""
    count = bin(game.all & ~rules.start).count("1")
    timed = patience is not None or aim == "value"
    found = Best(None, None)
    for rounds in numbers_of_rounds(game, count):
        here = _proposed(game, aim, rules, (max(game.lag),) * rounds, patience, found.order or hint)
        if rounds < count or (timed and not even(game)):
            here = Best(here.order, None)
        found = _better(game, aim, rules, found, here)
        if found.proven or out_of_time():
            break
    return found


def numbers_of_rounds(game: Game, count: int) -> list[int]:
    """In how many rounds an order is looked for: few, then as many as there are steps, or as a model can hold."""
    most = isqrt(_MOST_CELLS // (count * len(game.players)))
    return sorted({min(_FEW_ROUNDS, count), max(1, min(count, most))})


def even(game: Game) -> bool:
    """Whether all rounds take the same time, whatever is done in them."""
    return len(set(game.lag)) == 1


def _better(game: Game, aim: str, rules: Rules, one: Best, other: Best) -> Best:
    if one.order is None or other.order is None:
        return other if other.order is not None or one.order is None else one
    measure = AIMS[aim][1]
    mine, theirs = (measure(Walk(game, each.order or (), rules.start)) for each in (one, other))
    if mine < theirs:
        return Best(one.order, None if other.gap is None else max(Fraction(0), other.gap - (theirs - mine)))
    return other


def _proposed(
    game: Game,
    aim: str,
    rules: Rules,
    lengths: Sequence[int],
    patience: Sequence[Fraction] | None,
    hint: Order | None,
) -> Best:
    """What the solver proposes, measured: what rounding let through is forbidden, and the solver asked again."""
    model = model_of(game, rules, lengths, patience)
    expression, scale = AIMS[aim][0](model)
    for _ in range(TRIES):
        found = model.solve(expression, hint)
        if found.order is None:
            return Best(None, Fraction(0) if found.proven else None)
        walk = Walk(game, found.order, rules.start)
        if obeys(walk, rules, patience):
            return Best(found.order, _gap(found, scale, AIMS[aim][1](walk)))
        if not even(game):
            return Best(None, None)
        model.forbid(found.order)
    return Best(None, None)


def model_of(
    game: Game, rules: Rules, lengths: Sequence[int], patience: Sequence[Fraction] | None, whole: int = WHOLE
) -> Model:
    """The rows of a game with its limits, and its incentives if they bind."""
    from detente.planning.solver import Model  # late: the solver takes 0.2 s to load, and many plans need none

    model = Model(game, rules, lengths, whole)
    if patience is not None:
        model.incentives(patience)
    if rules.exposure is not None:
        top, by = _exposure(model)
        model.cp.add(top <= int(rules.exposure * by))
    return model


def _gap(found: Found, scale: int, measured: Fraction) -> Fraction | None:
    if found.proven:
        return Fraction(0)
    if found.bound == -inf:
        return None
    return max(Fraction(0), measured - Fraction(found.bound) / scale)


def _climbed(
    game: Game,
    measure: Measure,
    rules: Rules,
    patience: Sequence[Fraction] | None,
    found: Best,
    others: Sequence[Order | None],
) -> Best:
    """The same, improved by moving one step at a time to another round, as long as that helps and there is time."""
    starts = [each for each in (found.order, *others) if each is not None]
    walks = [walk for each in starts if obeys(walk := Walk(game, each, rules.start), rules, patience)]
    if not walks:
        return found
    here = climbed(min(walks, key=measure), measure, rules, patience)
    if found.order is None or found.gap is None:
        return Best(here.order, None)
    before = measure(Walk(game, found.order, rules.start))
    return Best(here.order, max(Fraction(0), found.gap - (before - measure(here))))


def climbed(start: Walk, measure: Measure, rules: Rules, patience: Sequence[Fraction] | None) -> Walk:
    """A better order by moving single steps; where that ends, from a few steps moved at random, half the time left."""
    until, rng = seconds_left() * HALF, Random(0)
    best_of_all = _up(start, measure, rules, patience)
    for _ in range(_KICKS):
        if seconds_left() < until or out_of_time():
            break
        here = best_of_all
        for _ in range(rng.randint(1, 3)):
            walks = (Walk(start.game, each, rules.start) for each in rng.sample(*_some(here.order)))
            here = next((walk for walk in walks if obeys(walk, rules, patience)), here)
        here = _up(here, measure, rules, patience)
        best_of_all = min(best_of_all, here, key=measure)
    return best_of_all


def _some(order: Order) -> tuple[list[Order], int]:
    """The neighbours of an order, and how many of them are tried at random."""
    found = list(_neighbours(order))
    return found, min(len(found), TRIES)


def _up(here: Walk, measure: Measure, rules: Rules, patience: Sequence[Fraction] | None) -> Walk:
    """From one order to a better one next to it, as long as there is any and there is time."""
    better: Walk | None = here
    while better is not None:
        here, reached = better, measure(better)
        walks = (Walk(here.game, each, rules.start) for each in _neighbours(here.order) if not out_of_time())
        better = next((walk for walk in walks if obeys(walk, rules, patience) and measure(walk) < reached), None)
    return here


def _neighbours(order: Order) -> Iterator[Order]:
    """Every order by moving one step to another round or to one of its own, and by joining two rounds."""
    for t, step in enumerate(order):
        if t + 1 < len(order):
            yield (*order[:t], step | order[t + 1], *order[t + 2 :])
        for k in places(step):
            rest = [each & ~(1 << k) for each in order]
            for place in range(len(order) + 1):
                if place < len(order) and place != t:
                    yield tuple(each for each in (*rest[:place], rest[place] | 1 << k, *rest[place + 1 :]) if each)
                if step != 1 << k or place not in (t, t + 1):
                    yield tuple(each for each in (*rest[:place], 1 << k, *rest[place:]) if each)


def _quickest(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None, found: Best) -> Best:
    """Of the orders that do as well, one that takes the least time; for rounds and months, the least exposure."""
    if not found.order:
        return found
    walk = Walk(game, found.order, rules.start)
    second = _second(aim)
    reached = AIMS[aim][1](walk)
    lengths = walk.lengths if patience is not None else (max(game.lag),) * len(found.order)
    model = model_of(game, rules, lengths, patience)
    expression, scale = AIMS[aim][0](model)
    model.cp.add(expression <= int(reached * scale))
    again = model.solve(AIMS[second][0](model)[0], found.order, part=PART)
    if again.order is None:
        return found
    better = Walk(game, again.order, rules.start)
    kept = obeys(better, rules, patience) and AIMS[aim][1](better) <= reached
    nearer = AIMS[second][1](better) < AIMS[second][1](walk)
    return replace(found, order=again.order) if kept and nearer else found


@dataclass(frozen=True, slots=True)
class Speed:
    """The least exposure in so many rounds; `proven` is false where it may be less."""

    rounds: int
    months: int
    exposure: Fraction
    proven: bool


def speed_against_exposure(game: Game, rules: Rules, patience: Sequence[Fraction] | None) -> list[Speed]:
    """From the fewest rounds on, the least exposure for each number of rounds, until more of them help no more."""
    if patience is not None and not even(game) and fits(game, rules):
        traded = Search(game, rules).traded([patience], binding=True)
        if traded is not None:
            return [_speed(Walk(game, order, rules.start), proven=True) for order in traded]
    found: list[Speed] = []
    safest = best(game, "exposure", rules, patience).order
    most = 0 if safest is None else len(safest)
    for rounds in range(longest_chain(game, rules.start), most + 1):
        here = _proposed(game, "exposure", rules, (max(game.lag),) * rounds, patience, None)
        order = safest if here.order is None and rounds == most else here.order
        if order is not None and not out_of_time():
            walk = Walk(game, order, rules.start)
            exposure = AIMS["exposure"][1](walk)
            if not found or exposure < found[-1].exposure:
                least_of_all = exposure <= floor(game, "exposure", rules.start)
                sure = least_of_all or rounds == 1 or (here.proven and (patience is None or even(game)))
                found.append(_speed(walk, proven=sure))
    return found


def _speed(walk: Walk, *, proven: bool) -> Speed:
    return Speed(len(walk.order), sum(walk.lengths), AIMS["exposure"][1](walk), proven)


def _second(aim: str) -> str:
    """What decides among orders that are equally good for an aim."""
    return "exposure" if aim in ("rounds", "months") else "months"
