"""On which contested judgments does it rest? Questions with named readings, each moving some values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.model.outcome import Terms
from detente.model.party import Refusal, Role
from detente.model.process import PartyType
from detente.model.quantity import Quantity


@dataclass(frozen=True, slots=True)
class PartyChange:
    """What a reading changes for one party; None and absent keys leave things as they are."""

    worth: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    reservation: Quantity | None = None
    refuses: Mapping[str, Mapping[str, Refusal]] = field(default_factory=dict)
    role: Role | None = None
    over: Terms | None = None
    types: Mapping[str, PartyType] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a reading changes: values of parties, and what interactions are worth to them."""

    parties: Mapping[str, PartyChange] = field(default_factory=dict)
    interactions: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer to a contested question: the values it sets, and those it adds to."""

    id: str
    sets: Change = field(default_factory=Change)
    adds: Change = field(default_factory=Change)
    title: str = ""
    weight: float | None = None
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Judgment:
    """A contested question with named readings; `likely` is the one in force (None: the values as written).

    An `open` judgment is never averaged over: results are given for each of its readings.
    """

    id: str
    readings: Mapping[str, Reading]
    question: str = ""
    likely: str | None = None
    open: bool = False
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.question or self.id
