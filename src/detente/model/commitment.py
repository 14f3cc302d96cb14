"""Who promises to do what, when can it be undone, and what holds along the way?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from detente.model.process import Symbol
from detente.model.quantity import Quantity

DISCOUNT = Fraction(99, 100)
"""The reference discount per period where a scenario states none: worth for ever and a flow are traded at this rate."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise to carry out one thing, by one party or by several together.

    `lump` is what it is worth to each party once, when it is done; `flow` what it pays in each period while it is in
    force. What is `reversible` any of its owners may undo; `undoing` is what that costs whoever does. `needs` names
    what must be done in an earlier round. `months` is how long it takes, `detection` how long a breach goes unnoticed
    (None: one period), `verifiable` how well others see whether it is done, 0 to 100 (None: surely). `above` names the
    irreversible step of the same ladder that, once done, keeps this one in force.
    """

    id: str
    by: tuple[str, ...]
    lump: Mapping[str, Quantity] = field(default_factory=dict)
    flow: Mapping[str, Quantity] = field(default_factory=dict)
    reversible: bool = False
    undoing: Quantity | None = None
    needs: tuple[str, ...] = ()
    months: Quantity | None = None
    detection: Quantity | None = None
    above: str | None = None
    verifiable: Quantity | None = None
    symbolic: Symbol | None = None
    title: str = ""
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Course:
    """What holds along the way: how patient each party is, what may break the process, what finishing is worth.

    `discount` is the reference discount d per period by which worth is turned into a flow of worth x (1 - d);
    `patience` each party's own discount per period; `breakdown` the chance per period that the process ends by itself;
    `completion` a flow per period to each from the round in which all is done; `stake` what a party forfeits once by
    breaking off.
    """

    discount: Fraction = DISCOUNT
    patience: Mapping[str, Quantity] = field(default_factory=dict)
    breakdown: Quantity | None = None
    completion: Mapping[str, Quantity] = field(default_factory=dict)
    stake: Mapping[str, Quantity] = field(default_factory=dict)


NO_COURSE = Course()
"""The course where a scenario states nothing."""

Rounds = tuple[tuple[str, ...], ...]
"""Commitments by name, round by round."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A roadmap that somebody has drawn up: the rounds as they were proposed, and the package they lead to, if any."""

    id: str
    rounds: Rounds
    package: str | None = None
    by: tuple[str, ...] = ()
    title: str = ""
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id
