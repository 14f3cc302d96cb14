"""Which order of steps is best for an aim? Searched to the proven optimum, or with the gap that is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf

from detente.analysis.limits import seconds_left
from detente.planning.game import Game
from detente.planning.measure import Order, Walk
from detente.planning.patience import intervals, least
from detente.planning.solver import Expression, Found, Model, Rules, solve

CLOSE = Fraction(1, 10**6)
"""How near to the optimum an aim that is searched by halving (patience, trust) is proven."""

_FEW_ROUNDS = 8
"""So many rounds are tried before as many as there are commitments."""

_TRIES = 20
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


Aim = Callable[[Model], tuple[Expression, int]]
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


def holds(walk: Walk, patience: Sequence[Fraction]) -> bool:
    """Whether nobody ever gains by walking away, at these discounts."""
    return all(each.slack >= 0 for each in walk.incentives(patience))


def best(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None) -> Best:
    """The best order for an aim; with `patience`, among those that nobody gains by breaking."""
    if not game.all & ~rules.start:
        return Best((), Fraction(0))
    free = _search(game, aim, rules, None)
    if free.order is None or patience is None:
        return _quickest(game, aim, rules, None, free)
    measure = AIMS[aim][1]
    bound = _bound(measure, Walk(game, free.order, rules.start), free)
    if holds(Walk(game, free.order, rules.start), patience):
        return _quickest(game, aim, rules, patience, free)
    found = _search(game, aim, rules, patience, free.order)
    if found.order is None or found.proven or bound is None:
        return _quickest(game, aim, rules, patience, found)
    left = measure(Walk(game, found.order, rules.start)) - bound
    gap = left if found.gap is None else min(found.gap, left)
    return _quickest(game, aim, rules, patience, Best(found.order, gap))


def _bound(measure: Measure, walk: Walk, found: Best) -> Fraction | None:
    return None if found.gap is None else measure(walk) - found.gap


def _search(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None, hint: Order | None = None) -> Best:
    """The least of an aim, over ever more rounds."""
    count = bin(game.all & ~rules.start).count("1")
    same = len(set(game.lag)) == 1
    found = Best(None, None)
    for rounds in sorted({min(_FEW_ROUNDS, count), count}):
        last = rounds == count
        for lengths in _lengths(game, rules, rounds, hint, patience):
            here = _proposed(game, aim, rules, lengths, patience, found.order or hint)
            exact = (last and (same or patience is None) and aim != "value") or (last and same)
            found = _better(game, aim, rules, found, here if exact else _unproven(here))
        if found.proven or seconds_left() < 0.05:
            break
    return found


def _unproven(found: Best) -> Best:
    return Best(found.order, None)


def _better(game: Game, aim: str, rules: Rules, one: Best, other: Best) -> Best:
    if one.order is None or other.order is None:
        return other if other.order is not None or one.order is None else one
    measure = AIMS[aim][1]
    mine, theirs = (measure(Walk(game, each.order or (), rules.start)) for each in (one, other))
    if other.gap is not None and mine < theirs:
        return Best(one.order, max(Fraction(0), other.gap - (theirs - mine)))
    return other if theirs <= mine else one


def _lengths(
    game: Game, rules: Rules, rounds: int, hint: Order | None, patience: Sequence[Fraction] | None
) -> list[tuple[int, ...]]:
    """How long the rounds may be taken to be: as long as the slowest step, and as in an order that is known."""
    longest = max(game.lag)
    usual = [(longest,) * rounds]
    if patience is None or hint is None or longest == min(game.lag):
        return usual
    known = Walk(game, hint, rules.start).lengths[:rounds]
    return [*usual, (*known, *(longest,) * (rounds - len(known)))]


def _proposed(
    game: Game,
    aim: str,
    rules: Rules,
    lengths: Sequence[int],
    patience: Sequence[Fraction] | None,
    hint: Order | None,
) -> Best:
    """What the solver proposes, measured: what rounding let through is forbidden, and the solver asked again."""
    model = Model(game, rules, lengths)
    if patience is not None:
        model.incentives(patience)
    expression, scale = AIMS[aim][0](model)
    if rules.exposure is not None:
        top, by = _exposure(model)
        model.cp.add(top <= int(rules.exposure * by))
    for _ in range(_TRIES):
        found = solve(model, expression, hint)
        if found.order is None:
            return Best(None, Fraction(0) if found.proven else None)
        walk = Walk(game, found.order, rules.start)
        if _obeys(walk, rules, patience):
            return Best(found.order, _gap(found, scale, AIMS[aim][1](walk)))
        if len(set(game.lag)) > 1:
            return Best(None, None)
        model.forbid(found.order)
    return Best(None, None)


def _obeys(walk: Walk, rules: Rules, patience: Sequence[Fraction] | None) -> bool:
    exposed = max(walk.exposures().values(), default=Fraction(0))
    if rules.exposure is not None and exposed > rules.exposure:
        return False
    return patience is None or holds(walk, patience)


def _gap(found: Found, scale: int, measured: Fraction) -> Fraction | None:
    if found.proven:
        return Fraction(0)
    if found.bound == -inf:
        return None
    return max(Fraction(0), measured - Fraction(found.bound) / scale)


def _quickest(game: Game, aim: str, rules: Rules, patience: Sequence[Fraction] | None, found: Best) -> Best:
    """Of the orders that do as well, one with the fewest rounds; for rounds and months, the least exposure."""
    if found.order is None or not found.order:
        return found
    walk = Walk(game, found.order, rules.start)
    second = "exposure" if aim in ("rounds", "months") else "rounds"
    reached = AIMS[aim][1](walk)
    model = Model(game, rules, walk.lengths if patience is not None else (max(game.lag),) * len(found.order))
    expression, scale = AIMS[aim][0](model)
    model.cp.add(expression <= int(reached * scale))
    if patience is not None:
        model.incentives(patience)
    if rules.exposure is not None:
        top, by = _exposure(model)
        model.cp.add(top <= int(rules.exposure * by))
    again = solve(model, AIMS[second][0](model)[0], found.order)
    if again.order is None:
        return found
    better = Walk(game, again.order, rules.start)
    kept = _obeys(better, rules, patience) and AIMS[aim][1](better) <= reached
    nearer = AIMS[second][1](better) < AIMS[second][1](walk)
    return replace(found, order=again.order) if kept and nearer else found


def least_patience(game: Game, rules: Rules) -> Best:
    """An order that asks for the least patience, the same for all, found by halving; the gap is at most CLOSE."""
    low, high = Fraction(0), Fraction(1)
    order: Order | None = None
    ask = 1 - CLOSE
    for _ in range(60):
        found = _proposed(game, "rounds", rules, _usual(game, rules), [ask] * len(game.parties), order)
        if found.order is None and found.gap is None:
            return Best(order, None if order is None else high - low)
        if found.order is None:
            low = ask
        else:
            needed = _needed(Walk(game, found.order, rules.start), ask)
            if order is None or needed < high:
                order, high = found.order, min(high, needed)
        if order is None or high - low <= CLOSE:
            break
        ask = max(low, (low + high) / 2 if high - low > 2 * CLOSE else high - CLOSE)
    if order is None:
        return Best(None, Fraction(0))
    return Best(order, Fraction(0) if high - low <= CLOSE and len(set(game.lag)) == 1 else high)


def _usual(game: Game, rules: Rules) -> tuple[int, ...]:
    return (max(game.lag),) * bin(game.all & ~rules.start).count("1")


def _needed(walk: Walk, asked: Fraction) -> Fraction:
    """The least patience of an order that holds at what was asked."""
    found = least(intervals(walk))
    return asked if found is None else Fraction(found)


def least_trust(game: Game, rules: Rules, patience: Sequence[Fraction]) -> Best:
    """An order in which the sides need to believe least in one another, found by halving."""
    low, high = Fraction(0), Fraction(1)
    order: Order | None = None
    ask = Fraction(1)
    while order is None or high - low > CLOSE:
        found = _trusting(game, rules, patience, ask, order)
        if found.order is None:
            if order is None:
                return found
            if found.gap is None:
                return Best(order, high - low)
            low = ask
        else:
            order = found.order
            high = min(ask, trust_needed(Walk(game, order, rules.start), patience) or Fraction(0))
        ask = (low + high) / 2
    return Best(order, Fraction(0) if len(set(game.lag)) == 1 else high)


def trust_needed(walk: Walk, patience: Sequence[Fraction]) -> Fraction | None:
    """The belief in the others that the most exposed side needs; None where no belief would do."""
    found = [each.trust for each in walk.incentives(patience)]
    known = [each for each in found if each is not None]
    return None if len(known) < len(found) else max(known, default=Fraction(0))


def _trusting(game: Game, rules: Rules, patience: Sequence[Fraction], most: Fraction, hint: Order | None) -> Best:
    model = Model(game, rules, _usual(game, rules))
    model.incentives(patience, most)
    for _ in range(_TRIES):
        found = solve(model, model.used(), hint)
        if found.order is None:
            return Best(None, Fraction(0) if found.proven else None)
        walk = Walk(game, found.order, rules.start)
        if _obeys(walk, rules, patience):
            return Best(found.order, Fraction(0))
        model.forbid(found.order)
    return Best(None, None)
