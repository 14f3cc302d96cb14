"""What may come next, and what does each round bring? All rounds from one state at once, in rounded arithmetic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.planning.game import Clause, Game, State, places
from detente.planning.rules import Rules

Floats = NDArray[np.float64]
Sets = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Numbers:
    """A game in rounded arithmetic, for many states at a time."""

    game: Game

    @cached_property
    def lumps(self) -> Floats:
        """Lumps, a row for each party."""
        return np.array([[float(v) for v in row] for row in self.game.lump])

    @cached_property
    def flows(self) -> Floats:
        """Flows, a row for each party."""
        return np.array([[float(v) for v in row] for row in self.game.flow])

    @cached_property
    def lags(self) -> Sets:
        """How long a round with each step lasts at least."""
        return np.array(self.game.lag)

    @cached_property
    def detections(self) -> Sets:
        """Periods until a breach of each step is noticed."""
        return np.array(self.game.detection)

    def members(self, states: Sets) -> Sets:
        """A row for each state: 1 for what is in it."""
        found: Sets = states[:, None] >> np.arange(len(self.game.commitments)) & 1
        return found

    def gained(self, party: int, states: Sets) -> Floats:
        """The lumps that a party has had."""
        return np.asarray(self.members(states) @ self.lumps[party]) + self._bonuses(party, states, flows=False)

    def pays(self, party: int, states: Sets) -> Floats:
        """What states pay a party in each period, completion included."""
        whole = np.where(states == self.game.all, float(self.game.completion[party]), 0.0)
        return np.asarray(self.members(states) @ self.flows[party]) + self._bonuses(party, states, flows=True) + whole

    def balance(self, party: int, states: Sets) -> Floats:
        """What a party has had that nobody can take back."""
        fixed = self.members(self.lasting(states)) @ self.flows[party]
        return np.asarray(self.gained(party, states) + fixed / float(1 - self.game.discount))

    def lasting(self, states: Sets) -> Sets:
        """What of states nobody can undo."""
        return self.kept(states, self.game.reversible)

    def kept(self, states: Sets, undone: State) -> Sets:
        """What is left of states once some of it is undone: what a higher rung fixes stays."""
        gone = np.zeros(len(states), dtype=np.int64)
        for k in places(undone):
            above = self.game.above[k]
            loose = 1 if above is None else 1 - (states >> above & 1)
            gone |= (states >> k & 1 & loose) << k
        return states & ~gone

    def allowed(self, states: Sets) -> Marks:
        """Which states break no condition."""
        broken = np.zeros(len(states), dtype=np.bool_)
        for nogood in self.game.nogoods:
            broken |= np.logical_and.reduce([self._holds(each, states) == 1 for each in nogood.clauses])
        return ~broken

    def _bonuses(self, party: int, states: Sets, *, flows: bool) -> Floats:
        found = np.zeros(len(states))
        for bonus in self.game.bonuses:
            if bonus.flows == flows and party in bonus.worth:
                holding: Sets = np.prod([self._holds(each, states) for each in bonus.clauses], axis=0)
                found += float(bonus.worth[party]) * (holding - all(c.start for c in bonus.clauses))
        return found

    @staticmethod
    def _holds(clause: Clause, states: Sets) -> Sets:
        found = np.full(len(states), clause.start)
        for place, turn in clause.turns:
            found += turn * (states >> place & 1)
        return found


@dataclass(frozen=True, eq=False)
class Moves:
    """Every round that may come next from a state: a row for each, a column for each player."""

    numbers: Numbers
    state: State
    steps: Sets

    @cached_property
    def after(self) -> Sets:
        """What is done then."""
        return self.state | self.steps

    @cached_property
    def lengths(self) -> Sets:
        """How many periods each round takes."""
        return np.asarray((self.numbers.members(self.steps) * self.numbers.lags).max(axis=1))

    @cached_property
    def ends(self) -> Marks:
        """Which rounds finish everything."""
        return np.asarray(self.after == self.numbers.game.all)

    @cached_property
    def going_on(self) -> tuple[Floats, Floats, Floats]:
        """For who goes on: the lumps of the round, what the state pays then, and what of that would last."""
        numbers = self.numbers
        lasting, here = numbers.lasting(self.after), np.array([self.state])
        return (
            self._columns(lambda p: numbers.gained(p, self.after) - numbers.gained(p, here)),
            self._columns(lambda p: numbers.pays(p, self.after)),
            self._columns(lambda p: numbers.pays(p, lasting)),
        )

    @cached_property
    def leaving(self) -> tuple[Floats, Floats, Floats]:
        """For who walks away: what it has at once, what it is paid until that is noticed, and what lasts.

        What it pays to be rid of steps of its own depends on its patience and is not in it.
        """
        numbers, game, here = self.numbers, self.numbers.game, np.array([self.state])
        there = {p: self.state | (self.steps & ~game.own[p]) for p in game.players}
        taken = {p: numbers.kept(there[p], game.own[p] & game.reversible & self.state) for p in game.players}
        left = {p: numbers.lasting(there[p]) for p in game.players}
        return (
            self._columns(lambda p: numbers.gained(p, there[p]) - numbers.gained(p, here) - float(game.stake[p])),
            self._columns(lambda p: numbers.pays(p, taken[p])),
            self._columns(lambda p: numbers.pays(p, left[p])),
        )

    def walking_back(self, deltas: Floats) -> Floats:
        """What each player pays to be rid of what it can undo, a row for each row of discounts."""
        game = self.numbers.game
        return np.array(
            [[float(game.walking_back(p, self._loose(p), Fraction(row[p]))) for p in game.players] for row in deltas]
        )

    @cached_property
    def active(self) -> Marks:
        """Who has anything to break in each round."""
        own = self.numbers.game.own
        marks = [(self.steps & own[p] != 0) | bool(self._loose(p)) for p in self.numbers.game.players]
        return np.stack(marks, axis=1)

    def _loose(self, party: int) -> State:
        game = self.numbers.game
        return game.own[party] & self.state & ~game.lasting(self.state)

    @cached_property
    def exposure(self) -> Floats:
        """The greatest exposure of anybody in each round."""
        numbers, game = self.numbers, self.numbers.game

        def exposed(party: int) -> Floats:
            there = self.state | (self.steps & game.alone[party])
            running = numbers.members(there & game.alone[party] & ~numbers.lasting(there))
            paid = running @ (numbers.flows[party] * numbers.detections)
            found: Floats = -numbers.balance(party, there) - paid
            return found

        return np.asarray(self._columns(exposed).max(axis=1))

    @cached_property
    def temptation(self) -> Floats:
        """The most that anybody would gain by leaving with the others' part, rather than going on to the end."""
        numbers, game = self.numbers, self.numbers.game
        end = np.array([game.all])

        def tempted(party: int) -> Floats:
            there = self.state | (self.steps & ~game.own[party])
            return numbers.balance(party, there) - numbers.balance(party, end)

        return np.asarray(self._columns(tempted).max(axis=1))

    def risk(self, deltas: Sequence[float]) -> Floats:
        """What is at risk for each player, with a discount for each party."""
        numbers, game, here = self.numbers, self.numbers.game, np.array([self.state])

        def risked(party: int) -> Floats:
            there, delta = self.state | (self.steps & game.alone[party]), deltas[party]
            lasting = numbers.lasting(there)
            running = numbers.members(there & game.alone[party] & ~lasting)
            fixed = numbers.members(game.alone[party] & lasting & ~numbers.lasting(here)) @ numbers.flows[party]
            annuities = (1 - delta**numbers.detections) / (1 - delta)
            paid = numbers.gained(party, there) - numbers.gained(party, here) + fixed / (1 - delta)
            found: Floats = -(paid + running @ (numbers.flows[party] * annuities))
            return found

        return self._columns(risked)

    def _columns(self, each: Callable[[int], Floats]) -> Floats:
        return np.stack([each(p) for p in self.numbers.game.players], axis=1)


def moves(numbers: Numbers, rules: Rules, state: State) -> Moves:
    """Every round that may come next under limits that do not count rounds."""
    game = numbers.game
    steps = np.zeros(1, dtype=np.int64)
    for k in places(game.all & ~state):
        if not game.needs[k] & ~state and (
            state != rules.start or rules.first is None or game.own[rules.first] >> k & 1
        ):
            steps = np.concatenate([steps, steps | 1 << k])
    steps = steps[1:]
    if rules.most is not None:
        steps = steps[np.bitwise_count(steps) <= rules.most]
    for k, other in rules.after:
        steps = steps[(((state | steps) >> k & 1) <= ((state | steps) >> other & 1))]
    steps = steps[numbers.allowed(state | steps)]
    found = Moves(numbers, state, steps)
    if rules.exposure is not None and len(steps):
        found = Moves(numbers, state, steps[found.exposure <= float(rules.exposure) + 1e-9])
    return found
