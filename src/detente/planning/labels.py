"""Which order is best, of all? Few steps, worked out backwards from the end, whatever time rounds take.

From each set of steps that may be done already, the ways on are kept that no other beats: in what they are worth to
every player from there on, and in what they cost for the aim. That is safe, since an incentive only ever asks that
going on be worth enough (Abreu, Pearce & Stacchetti 1990, on a finite set of states without a way back). It is done in
rounded arithmetic that lets through what is within rounding, so that nothing is missed; what is found is then measured
exactly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from detente.analysis.limits import out_of_time, seconds_left
from detente.planning.bounds import ready
from detente.planning.game import Game, State, places
from detente.planning.measure import Order, Walk
from detente.planning.moves import Floats, Moves, Numbers, Sets, moves
from detente.planning.rules import Rules, holds, obeys

MOST = 600_000
"""So many rounds are looked at, from all states together: some 12 steps if none waits for another, else more."""

_WAYS = 2_000_000
"""So many ways on are kept, from all states together."""

_ROWS = 400_000
"""So many ways on are weighed against one another at a time."""

_ROUNDING = 1e-9
"""What rounding may cost a sum, as a part of the largest number in it."""

Points = Sequence[Sequence[Fraction]]
"""Discounts of the parties at which nobody may gain by walking away; the first is the one that counts."""


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways on from a state: what each is worth to every player at every point, its costs, its next step and way."""

    values: Floats
    costs: Floats
    steps: Sets
    rest: Sets

    def __getitem__(self, kept: Sets) -> "Ways":
        return Ways(self.values[kept], self.costs[kept], self.steps[kept], self.rest[kept])

    def joined(self, other: "Ways") -> "Ways":
        """These and others."""
        pairs = ((self.values, other.values), (self.costs, other.costs))
        values, costs = (np.concatenate(pair) for pair in pairs)
        return Ways(values, costs, np.concatenate([self.steps, other.steps]), np.concatenate([self.rest, other.rest]))


@dataclass(frozen=True, eq=False)
class Before:
    """One more round before some ways on: the moves, which of them each way takes, and what going on is worth."""

    moves: Moves
    which: Sets
    values: Floats
    slack: Floats
    deltas: tuple[float, ...]


Cost = Callable[[Before, Floats], Floats]
"""What a cost becomes with one more round before: from what it was."""


def _worth(before: Before, _: Floats) -> Floats:
    game = before.moves.numbers.game
    return np.asarray(-_together(game, before.values[:, 0, :]))


def _together(game: Game, values: Floats) -> Floats:
    """What the principals have together."""
    return np.asarray(values[:, [k for k, p in enumerate(game.players) if p in game.principals]].sum(axis=1))


def _trust(before: Before, was: Floats) -> Floats:
    risk = before.moves.risk(before.deltas)[before.which]
    counts = before.moves.active[before.which] & (risk > 0)
    needed = np.where(counts, risk / np.where(counts, risk + np.maximum(before.slack[:, 0, :], 0), 1), 0)
    return np.asarray(np.maximum(was, needed.max(axis=1, initial=0)))


COSTS: dict[str, Cost] = {
    "exposure": lambda before, was: np.maximum(was, before.moves.exposure[before.which]),
    "bond": lambda before, was: np.maximum(was, before.moves.temptation[before.which]),
    "rounds": lambda _, was: was + 1,
    "months": lambda before, was: was + before.moves.lengths[before.which],
    "value": _worth,
    "trust": _trust,
}


def fits(game: Game, rules: Rules) -> bool:
    """Whether there are few enough rounds to look at, and no limit that counts them from the start."""
    plain = Rules(rules.most, rules.exposure, first=rules.first, start=rules.start, after=rules.after)
    return rules == plain and _states(game, rules.start) is not None


class Search:
    """All orders of a game under some limits, to be asked for the best one at one patience after another."""

    def __init__(self, game: Game, rules: Rules) -> None:
        self.game, self.rules = game, rules
        self.numbers = Numbers(game)
        self._moves = cache(lambda state: moves(self.numbers, rules, state))

    def best(
        self, aims: Sequence[str], points: Points, *, binding: bool, part: float = 1.0
    ) -> tuple[Order | None, bool]:
        """The best for the first aim, then for the next; and whether it is sure (there is none, or none is better)."""
        if binding and not all(holds(Walk(self.game, (), self.game.all), each) for each in points):
            return None, True
        for slack in (1, -1):
            done = self._worked_out(aims, points, slack * _ROUNDING if binding else np.inf, part)
            if done is None:
                return None, False
            order = self._measured(done, points if binding else ())
            if order is not None or not len(done[self.rules.start].steps):
                return order, slack == 1
        return None, False

    def traded(self, points: Points, *, binding: bool) -> list[Order] | None:
        """For each number of rounds the order with the least exposure; None where that is not sure."""
        done = self._worked_out(("rounds", "exposure"), points, _ROUNDING if binding else np.inf, 1.0)
        if done is None:
            return None
        found: list[Order] = []
        costs, least = done[self.rules.start].costs, np.inf
        for place in np.lexsort(costs.T[::-1]).tolist():
            if costs[place, 1] < least - _ROUNDING:
                order = _followed(done, self.rules.start, place)
                if not self._stands(order, points if binding else ()):
                    return None
                found.append(order)
                least = costs[place, 1]
        return found

    def _stands(self, order: Order, points: Points) -> bool:
        """Whether an order obeys and nobody gains by leaving, measured exactly."""
        walk = Walk(self.game, order, self.rules.start)
        return obeys(walk, self.rules, None) and all(holds(walk, each) for each in points)

    def _worked_out(
        self, aims: Sequence[str], points: Points, rounding: float, part: float
    ) -> dict[State, Ways] | None:
        """The ways on from every state; None where there is no time for them all."""
        game, until = self.game, seconds_left() * (1 - part)
        deltas = np.array([[float(each[p]) for p in range(len(game.parties))] for each in points])
        ends = np.array([[float(game.pays(p, game.all) / (1 - each[p])) for p in game.players] for each in points])
        nothing = np.zeros(1, dtype=np.int64)
        costs = np.array([[self._at_the_end(aim, ends, points) for aim in aims]])
        done = {game.all: Ways(ends[None], costs.reshape(1, len(aims)), nothing, nothing)}
        kept = 0
        for state in _states(game, self.rules.start) or ():
            if seconds_left() < until or out_of_time() or kept > _WAYS:
                return None
            done[state] = self._ways(state, done, aims, deltas, rounding)
            kept += len(done[state].steps)
        return done

    def _at_the_end(self, aim: str, ends: Floats, points: Points) -> float:
        if aim == "value":
            return float(-_together(self.game, ends[:1])[0])
        if aim == "trust":
            last = Walk(self.game, (), self.game.all).incentives(points[0])
            return max((float(each.trust or 0) for each in last), default=0.0)
        return 0.0

    def _ways(
        self, state: State, done: dict[State, Ways], aims: Sequence[str], deltas: Floats, rounding: float
    ) -> Ways:
        step = self._moves(state)
        players = len(self.game.players)
        nothing = np.zeros(0, dtype=np.int64)
        found = Ways(np.zeros((0, len(deltas), players)), np.zeros((0, len(aims))), nothing, nothing)
        following = [done[each] for each in step.after.tolist()]
        sizes = np.array([len(each.steps) for each in following], dtype=np.int64)
        round_ = _Round(step, deltas, rounding)
        for some in _portions(sizes):
            which = np.repeat(some, sizes[some])
            if not len(which):
                continue
            later = np.concatenate([following[k].values for k in some.tolist()])
            costs = np.concatenate([following[k].costs for k in some.tolist()])
            rest = np.concatenate([np.arange(sizes[k]) for k in some.tolist()])
            before, kept = round_.before(which, later)
            made = [COSTS[aim](before, costs[kept, place]) for place, aim in enumerate(aims)]
            columns = np.stack(made, axis=1) if made else np.zeros((len(before.which), 0))
            found = _unbeaten(found.joined(Ways(before.values, columns, step.steps[before.which], rest[kept])))
        return found

    def _measured(self, done: dict[State, Ways], points: Points) -> Order | None:
        """The best of the orders found, measured exactly: what only rounding let through does not count."""
        ways = done[self.rules.start]
        ranked = np.lexsort(ways.costs.T[::-1]) if ways.costs.shape[1] else np.arange(len(ways.steps))
        for place in ranked.tolist():
            near = ways.costs[place, :1] <= ways.costs[ranked[0], :1] + _ROUNDING
            if not near.all():
                break
            order = _followed(done, self.rules.start, place)
            if self._stands(order, points):
                return order
        return None


class _Round:
    """What one more round does to ways on, for all moves from a state at once."""

    def __init__(self, step: Moves, deltas: Floats, rounding: float) -> None:
        game = step.numbers.game
        self.step, self.deltas = step, tuple(deltas[0].tolist())
        delta = deltas[None, :, list(game.players)]
        power = delta ** step.lengths[:, None, None]
        annuity = (1 - power) / (1 - delta)
        survives = np.where(step.ends, 1.0, float(1 - game.hazard) ** step.lengths)[:, None, None]
        now, pays, lasting = (each[:, None, :] for each in step.going_on)
        at_once, meanwhile, left = (each[:, None, :] for each in step.leaving)
        self.now = now + annuity * pays + power * (1 - survives) * lasting / (1 - delta)
        self.later = power * survives
        self.away = at_once + annuity * meanwhile + power * left / (1 - delta) - step.walking_back(deltas)
        size = 1 + np.abs(self.away) + np.abs(self.now)
        self.bound = np.where(step.active[:, None, :], self.away - rounding * size, -np.inf)

    def before(self, which: Sets, later: Floats) -> tuple[Before, Sets]:
        """The ways with the round before them in which nobody gains by leaving, and which ones they are."""
        values = self.now[which] + self.later[which] * later
        kept = np.flatnonzero((values >= self.bound[which]).all(axis=(1, 2)))
        which, values = which[kept], values[kept]
        return Before(self.step, which, values, values - self.away[which], self.deltas), kept


def _portions(sizes: Sets) -> Iterator[Sets]:
    """The moves, so many at a time that their ways on fit into memory."""
    parts = np.cumsum(sizes) // _ROWS
    for part in np.unique(parts):
        yield np.flatnonzero(parts == part)


def _unbeaten(ways: Ways) -> Ways:
    """Without those that another beats, or equals, up to rounding."""
    if len(ways.steps) < 2:
        return ways
    from moocore import is_nondominated  # 78 ms to import, and most plans do without

    worth = -ways.values.reshape(len(ways.steps), -1)
    columns = np.concatenate([worth, ways.costs], axis=1)
    grain = _ROUNDING / 100 * (1 + np.abs(columns).max(axis=0))
    rounded = np.round(columns / grain)
    return ways[np.flatnonzero(is_nondominated(rounded, keep_weakly=False))]


def _followed(done: dict[State, Ways], start: State, place: int) -> Order:
    """The order that a way on from the start takes."""
    order, state = [], start
    while len(done[state].steps) and done[state].steps[place]:
        step, place = int(done[state].steps[place]), int(done[state].rest[place])
        order.append(step)
        state |= step
    return tuple(order)


def _states(game: Game, start: State) -> list[State] | None:
    """Every set of steps that may be done already, the fullest first; None where too many rounds lead on from them."""
    found, layer, rounds = [], {start}, 0
    while layer:
        following = set()
        for state in layer:
            able = list(places(ready(game, state)))
            rounds += 1 << len(able)
            if rounds > MOST:
                return None
            following |= {state | 1 << k for k in able}
        found += sorted(layer - {game.all})
        layer = following
    return found[::-1]
