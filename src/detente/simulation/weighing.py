"""Does going on pay, and how much trust does it take? What a round comes to for each side, as each kind and temper."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from detente.planning.game import State, places
from detente.planning.many import Drawn, Many
from detente.planning.measure import Order, Walk
from detente.simulation.stage import NEARLY, ROWS, Floats, Stage

NEVER = 2.0
"""A trust that nobody can have: so much is needed where going on would not pay whatever the others did."""


class Scales:
    """Weighs rounds for the sides of a stage; each is weighed once."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._weighed: dict[tuple[Order, State, int], tuple[Floats, Floats]] = {}
        self._drawn = {0: stage.drawn}

    def weigh(self, order: Order, start: State, symbols: int) -> tuple[Floats, Floats]:
        """What each side gains by going on rather than leaving, and what it risks, by row and side."""
        key = (order, start, symbols)
        if key not in self._weighed:
            walk, sides = Walk(self.stage.game, order, start), self.stage.sides
            many = Many(walk, self.drawn_with(symbols))
            slack, risk = np.zeros((ROWS, len(sides))), np.zeros((ROWS, len(sides)))
            for i, party in enumerate(sides):
                if walk.active(party, 0):
                    found = many.incentive(party, 0)
                    near = NEARLY * (1 + many.size[:, party])
                    slack[:, i] = np.where(np.abs(found.slack) < near, 0.0, found.slack)
                    risk[:, i] = np.where(np.abs(found.risk) < near, 0.0, found.risk)
            self._weighed[key] = slack, risk
        return self._weighed[key]

    def relied_on(self, seen: State, i: int) -> Floats:
        """Which part of what is to come to a side, or goes on, each other side has in its hands.

        What several carry out counts for each alike; where none of it pays, all count alike who have anything in hand.
        Nobody does where all is theirs for good: then it takes no trust.
        """
        stage, game = self.stage, self.stage.game
        found = np.zeros(len(stage.sides))
        once, for_ever = self._receipts[i]
        in_hand = game.all & ~game.lasting(seen)
        for k in places(in_hand):
            pays = for_ever[k] if seen >> k & 1 else once[k] + for_ever[k]
            others = [j for j, owned in enumerate(stage.owned) if owned >> k & 1 and j != i]
            if pays > 0 and others:
                found[others] += pays / len(others)
        if not found.any():
            found[:] = [bool(owned & in_hand) and j != i for j, owned in enumerate(stage.owned)]
        return np.asarray(found / max(float(found.sum()), NEARLY), dtype=np.float64)

    @cached_property
    def _receipts(self) -> tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]:
        """What each step is worth to each side: once, and while it is in force for ever."""
        game = self.stage.game
        return tuple(
            (tuple(map(float, game.lump[p])), tuple(float(each / (1 - game.discount)) for each in game.flow[p]))
            for p in self.stage.sides
        )

    def drawn_with(self, symbols: int) -> Drawn:
        """What steps are worth with these symbols at work."""
        if symbols not in self._drawn:
            lump = self.stage.drawn.lump.copy()
            for bit, number in enumerate(self.stage.moods):
                if symbols >> bit & 1:
                    lump += self.stage.added(self.stage.symbols[number][1])
            self._drawn[symbols] = replace(self.stage.drawn, lump=lump)
        return self._drawn[symbols]

    @cached_property
    def sums(self) -> Many:
        """What states come to, by row."""
        return Many(Walk(self.stage.game, ()), self.stage.drawn)


def trust_needed(risk: Floats, slack: Floats) -> Floats:
    """The belief in the others from which on a side does its part: risk / (risk + slack) (Kydd 2005)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(risk > 0, risk / (risk + slack), 0.0)
    return np.where(slack < 0, NEVER, share)
