"""Which steps mean more than they are worth just now? What is in force and has not faded, run by run."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.planning.game import State
from detente.simulation.stage import Floats, Stage

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

NEVER_YET = -1


class AtWork:
    """Since when the symbols of some runs have been seen to be in force."""

    def __init__(self, stage: Stage, runs: int) -> None:
        self.stage = stage
        self._since = np.full((len(stage.symbols), runs), NEVER_YET)

    def follow(self, runs: Ints, seen: Sequence[State], which: Ints, month: int) -> None:
        """What is now seen to be in force in these runs: states, and which of them in each run."""
        for number, (k, _) in enumerate(self.stage.symbols):
            there = np.array([state >> k & 1 for state in seen], dtype=np.bool_)[which]
            since = self._since[number, runs]
            self._since[number, runs] = np.where(there, np.where(since == NEVER_YET, month, since), NEVER_YET)

    def lose(self, runs: Ints, states: Sequence[State], which: Ints) -> None:
        """What is no longer in force in these runs means nothing more."""
        for number, (k, _) in enumerate(self.stage.symbols):
            gone = np.array([not state >> k & 1 for state in states], dtype=np.bool_)
            self._since[number, runs[gone[which]]] = NEVER_YET

    def of(self, number: int, runs: Ints, month: int) -> Marks:
        """Whether a symbol is in force and has not faded."""
        fades, since = self.stage.symbols[number][1].fades, self._since[number, runs]
        fresh = True if fades is None else month - since < float(fades.likely)
        return np.asarray((since != NEVER_YET) & fresh, dtype=np.bool_)

    def mood(self, runs: Ints, month: int) -> Ints:
        """Which symbols now change what later steps are worth, one bit each."""
        found = np.zeros(len(runs), dtype=np.int64)
        for bit, number in enumerate(self.stage.moods):
            found |= self.of(number, runs, month).astype(np.int64) << bit
        return found

    def add_to(self, beliefs: Floats, runs: Ints, month: int) -> Floats:
        """Beliefs of shape (kinds, sides, runs) with what symbols add to them."""
        for number, (k, symbol) in enumerate(self.stage.symbols):
            if symbol.belief is not None:
                there = self.of(number, runs, month)
                for i, owned in enumerate(self.stage.owned):
                    if owned >> k & 1:
                        beliefs[0, i] += float(symbol.belief.likely) * there
        return beliefs

    def fed(self, runs: Ints, month: int) -> Floats:
        """What symbols add to what feeds the tension of every side."""
        found = np.zeros(len(runs))
        for number, (_, symbol) in enumerate(self.stage.symbols):
            if symbol.tension is not None:
                found += float(symbol.tension.likely) * self.of(number, runs, month)
        return found
