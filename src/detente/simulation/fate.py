"""What does chance bring? The draws of some runs, month by month: the same for every strategy, whatever it does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.simulation.stage import Floats, Stage


class Fate:
    """The draws of one part of the runs: the same for every strategy, whatever it does."""

    def __init__(self, stage: Stage, runs: int, part: int, seed: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(part,))))
        self._sides, self._runs = len(stage.sides), runs
        self._rest = 2 + 2 * len(stage.game.parties)
        self.kinds = self._rng.random((self._sides, runs))

    def next_month(self) -> "Month":
        """What one month brings."""
        sides = self._sides
        shocks = self._rng.standard_normal((sides, self._runs))
        drawn = self._rng.random((4 * sides + self._rest, self._runs))
        kept, seen, leader, kind = (drawn[k * sides : (k + 1) * sides] for k in range(4))
        crisis, breakdown, *rest = drawn[4 * sides :]
        return Month(shocks, kept, seen, leader, kind, crisis, breakdown, rest[::2], rest[1::2])


@dataclass(frozen=True, slots=True)
class Month:
    """Numbers between 0 and 1 for whatever may happen in a month (`shocks`: normal), by side or party, and run."""

    shocks: Floats
    kept: Floats
    seen: Floats
    leader: Floats
    kind: Floats
    crisis: Floats
    breakdown: Floats
    blocked: Sequence[Floats]
    ratified: Sequence[Floats]
