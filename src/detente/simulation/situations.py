"""What may the sides find themselves in? Situations, offers, deals and outcomes, each of them once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from detente.planning.game import State
from detente.simulation.stage import Floats
from detente.simulation.strategy import Move


class Node(NamedTuple):
    """A situation: what is in force, what all think is, what they thought before, and what each side has broken.

    `memory` is what each strategy remembers; once `settled`, everything is done and nothing is left to decide.
    """

    actual: State
    seen: State
    before: State
    broken: tuple[State, ...]
    memory: tuple[int, ...]
    settled: bool = False


@dataclass(frozen=True, eq=False)
class Offer:
    """What the sides say in a situation.

    `needs` is the trust that each side needs to do its part, shape (tempers, sides); `relies` says
    which part of what it is to have each other side has in its hands, shape (sides, sides).
    """

    node: Node
    symbols: int
    moves: tuple[Move, ...]
    needs: Floats
    relies: Floats


@dataclass(frozen=True, eq=False)
class Deal:
    """What is to be done now, and by whom.

    `keep` is the chance that a side does its part, by row and side (1 where it has nothing to keep); `seen` the chance
    that its breach is seen; `active` has a bit for each side with anything to keep, `acting` for each that takes a
    step; `length` is how many months pass until the sides move again. `idle` where nothing is to be done at all;
    `agreed` where steps are taken by agreement; `leaves` where somebody ends the process, and nothing more is done.
    """

    offer: Offer
    steps: State
    back: State
    keep: Floats
    seen: Floats
    active: int
    acting: int
    announced: int
    press: int
    length: int
    idle: bool
    agreed: bool
    leaves: bool


@dataclass(frozen=True, eq=False)
class Outcome:
    """What has come of a deal, by who broke it, who of them took back what it could, and whose part looks broken.

    `node` is the next situation, `actual` what is in force at once, both by number; `gains` what each side has at
    once, by row and side; `told` what the sight of each side's part adds to the logarithm of each type, by kind, temper
    and side; `stir` what it does to the tension of each side; `on_paper` where all seems to be done, `complete` where
    it is.
    """

    node: int
    actual: int
    gains: Floats
    told: Floats
    stir: Floats
    length: int
    complete: bool
    on_paper: bool


Thing = TypeVar("Thing")


class Ledger(list[Thing]):
    """Things by number, each made once for its key."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[Hashable, int] = {}

    def number(self, key: Hashable, made: Callable[[], Thing]) -> int:
        """The number of the thing of a key, made if it is new."""
        if key not in self._numbers:
            thing = made()
            self._numbers[key] = len(self)
            self.append(thing)
        return self._numbers[key]
