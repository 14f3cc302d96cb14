"""Which order asks for least patience, or least trust? Found by halving what is asked for, to an optimum or a gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from detente.analysis.limits import out_of_time, search_limit
from detente.planning.best import HALF, PART, TRIES, Best, Measure, best, climbed, even, model_of, numbers_of_rounds
from detente.planning.game import Game
from detente.planning.labels import Search, fits
from detente.planning.linear import WHOLE
from detente.planning.measure import Order, Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import Rules, holds, obeys

if TYPE_CHECKING:
    from detente.planning.solver import Model

CLOSE = Fraction(1, 10**6)
"""How near to the optimum an aim that is searched by halving (patience, trust) is proven."""

_NEAR = Fraction(1, 10**4)
"""So near halving goes, before it is asked whether anything is better at all."""

_COARSE = 2**30
"""So finely numbers are first told apart: what holds by far, or is out of the question, shows sooner."""

Ask: TypeAlias = "Callable[[Fraction, Order | None, int, float], Best]"
"""An order that does with so much, in at most so many rounds and this part of the time left; or that there is none."""


def least_patience(game: Game, rules: Rules, known: Sequence[Order] = ()) -> Best:
    """An order that asks for the least patience, the same for all, found by halving; the gap is at most CLOSE.

    It asks for no more than any of the orders that are `known`.
    """
    low = floor_of_patience(game)
    if low is None:
        return Best(None, Fraction(0))  # somebody gains by walking away once all is done, however patient
    with search_limit():
        return _halved(game, rules, _needed, _Patience(game, rules), (Fraction(low), 1 - CLOSE), known)


def least_trust(game: Game, rules: Rules, patience: Sequence[Fraction], known: Sequence[Order] = ()) -> Best:
    """An order in which the sides need to believe least in one another; the gap is at most CLOSE."""

    def measure(walk: Walk) -> Fraction:
        found = trust_needed(walk, patience)
        return Fraction(2) if found is None else found

    def ask(most: Fraction, hint: Order | None, rounds: int, part: float) -> Best:
        def asked(model: Model) -> None:
            model.incentives(patience, most)

        return _solved(game, rules, asked, lambda walk: measure(walk) <= most, hint, (rounds, part))

    last = Walk(game, (), game.all)
    if not holds(last, patience):
        return Best(None, Fraction(0))
    with search_limit():
        if fits(game, rules):
            order, sure = Search(game, rules).best(("trust", "months"), [patience], binding=True, part=HALF)
            if sure:
                return Best(order, Fraction(0))
        low = trust_needed(last, patience) or Fraction(0)
        return _halved(game, rules, measure, ask, (low, Fraction(1)), known)


def _halved(
    game: Game, rules: Rules, measure: Measure, ask: Ask, span: tuple[Fraction, Fraction], known: Sequence[Order]
) -> Best:
    """The least of what can only be asked for: feasible at some level, or not; from a floor to the most there is."""
    low, most = span
    order = _known(game, rules, measure, most, known)
    if order is not None and not even(game) and not fits(game, rules):
        order = climbed(Walk(game, order, rules.start), measure, rules, None).order
    high = most if order is None else measure(Walk(game, order, rules.start))
    halving = _Halving(game, rules, measure, ask, order, high, low)
    *few, count = numbers_of_rounds(game, bin(game.all & ~rules.start).count("1"))
    for rounds in () if fits(game, rules) else few:
        halving.search(rounds)
    return halving.prove(count)


@dataclass
class _Halving:
    """The best order so far, what it asks for (`high`), and what no order asks for less than (`low`)."""

    game: Game
    rules: Rules
    measure: Measure
    ask: Ask
    order: Order | None
    high: Fraction
    low: Fraction

    def search(self, rounds: int) -> None:
        """Look for better orders of at most so many rounds, with nothing proven."""
        hard = self.low
        while self.high - hard > _NEAR and not out_of_time():
            level = self.high if self.order is None else (hard + self.high) / 2
            if not self._better(level, rounds, PART)[0]:
                if self.order is None:
                    return
                hard = level

    def prove(self, rounds: int) -> Best:
        """The same among all orders, with what is proven; what takes too long to tell is asked again in the end."""
        top, part = self.high, PART  # from `top` on it takes too long to tell
        while self.order is None or (self.high - self.low > CLOSE and not out_of_time()):
            if top - self.low <= _NEAR and top < self.high:
                top, part = self.high, 2 * part
            if part > 1:
                break
            just_below = self.order is None or top - self.low <= _NEAR
            level = (self.high - (CLOSE if self.order else 0)) if just_below else (self.low + top) / 2
            better, proven = self._better(level, rounds, part)
            if better:
                top = self.high
            elif self.order is None:
                return Best(None, Fraction(0) if proven else None)
            elif proven:
                self.low = level
            elif just_below:
                part *= 2
            else:
                top = level
        left = self.high - self.low
        return Best(self.order, Fraction(0) if left <= 2 * CLOSE else left)

    def _better(self, level: Fraction, rounds: int, part: float) -> tuple[bool, bool]:
        """Whether there is a better order that does with that level; and whether it is proven that none does."""
        found = self.ask(level, self.order, rounds, part)
        if found.order is None:
            return False, found.proven
        reached = self.measure(Walk(self.game, found.order, self.rules.start))
        if reached < self.high or (self.order is None and reached <= self.high):
            self.order, self.high = found.order, reached
            return True, False
        return False, False


@dataclass
class _Patience:
    """Whether some order holds from a patience on up to the greatest, asked for at ever more points in between."""

    game: Game
    rules: Rules
    points: list[Fraction] = field(default_factory=list)
    """Where an order that seemed to do did not."""
    search: Search | None = None

    def __post_init__(self) -> None:
        if fits(self.game, self.rules):
            self.search = Search(self.game, self.rules)

    def __call__(self, level: Fraction, hint: Order | None, rounds: int, part: float) -> Best:
        """An order that holds from that level on."""
        for _ in range(TRIES):
            points = [level, *(each for each in self.points if each > level)]
            found = self._at(points, hint, (rounds, part))
            if found.order is None:
                return found
            gap = _gap(intervals(Walk(self.game, found.order, self.rules.start)), level)
            if gap is None or out_of_time():
                return found
            self.points.append(gap)
        return Best(None, None)

    def _at(self, points: Sequence[Fraction], hint: Order | None, most: tuple[int, float]) -> Best:
        """An order that holds at all these points."""
        alike = [[each] * len(self.game.parties) for each in points]
        if self.search is not None:
            order, sure = self.search.best((), alike, binding=True, part=HALF)
            if sure:
                return Best(order, Fraction(0))
            self.search = None

        def asked(model: Model) -> None:
            for each in alike:
                model.incentives(each)

        def kept(walk: Walk) -> bool:
            return all(holds(walk, each) for each in alike)

        return _solved(self.game, self.rules, asked, kept, hint, most)


def _gap(found: Sequence[tuple[float, float]] | None, level: Fraction) -> Fraction | None:
    """The middle of the widest gap above a level that intervals leave; None where there is none to speak of."""
    ends = [float(level), *(end for pair in found or () for end in pair if end > level), 1.0]
    if any(low <= level < high for low, high in found or ()):
        ends = ends[1:]
    gaps = [(high - low, low, high) for low, high in zip(ends[::2], ends[1::2], strict=False)]
    width, low, high = max(gaps, default=(0.0, 1.0, 1.0))
    return (Fraction(low) + Fraction(high)) / 2 if width > CLOSE else None


def _solved(
    game: Game,
    rules: Rules,
    asked: Callable[[Model], None],
    kept: Callable[[Walk], bool],
    hint: Order | None,
    most: tuple[int, float],
) -> Best:
    """An order that obeys and meets what is asked, in so many rounds and in that part of the time that is left."""
    rounds, part = most
    found = Best(None, None)
    for whole in (_COARSE, WHOLE):
        model = model_of(game, rules, (max(game.lag),) * rounds, None, whole)
        asked(model)
        found, close = _proposed(model, kept, hint, part)
        if found.order is not None or not close:
            break
    return found if found.order is not None or even(game) else Best(None, None)  # rounds could be shorter


def _proposed(model: Model, kept: Callable[[Walk], bool], hint: Order | None, part: float) -> tuple[Best, bool]:
    """What a model proposes that stands up to exact measuring; and whether anything was proposed that did not."""
    for tried in range(TRIES if model.whole == WHOLE else 1):
        found = model.solve(None, hint, part=part)
        if found.order is None:
            return Best(None, Fraction(0) if found.proven else None), tried > 0
        walk = Walk(model.game, found.order, model.rules.start)
        if obeys(walk, model.rules, None) and kept(walk):
            return Best(found.order, Fraction(0)), False
        model.forbid(found.order)
    return Best(None, None), True


def _known(game: Game, rules: Rules, measure: Measure, most: Fraction, known: Sequence[Order]) -> Order | None:
    """The best, by some measure, of the orders that are best for exposure, rounds and months, and of some others."""
    found = [best(game, aim, rules, None).order for aim in ("exposure", "rounds", "months")]
    walks = [Walk(game, order, rules.start) for order in found if order is not None]
    walks += [walk for order in known if obeys(walk := Walk(game, order, rules.start), rules, None)]
    possible = [walk for walk in walks if measure(walk) <= most]
    return min(possible, key=measure).order if possible else None


def floor_of_patience(game: Game) -> float | None:
    """The patience that keeping to the package takes once all is done: no order asks for less; None: none would do."""
    return least(intervals(Walk(game, (), game.all)))


def _needed(walk: Walk) -> Fraction:
    """The least patience of an order; 1 where no patience would do."""
    found = least(intervals(walk))
    return Fraction(1) if found is None else Fraction(found)


def trust_needed(walk: Walk, patience: Sequence[Fraction]) -> Fraction | None:
    """The belief in the others that the most exposed side needs; None where no belief would do."""
    found = [each.trust for each in walk.incentives(patience)]
    known = [each for each in found if each is not None]
    return None if len(known) < len(found) else max(known, default=Fraction(0))
