"""Who is at the table, who must agree, and what does each side want?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from detente.model.outcome import Outcome, Terms
from detente.model.position import Position
from detente.model.process import ANY_TYPE, PartyType
from detente.model.quantity import NOTHING, Quantity


@dataclass(frozen=True, slots=True)
class Leaning:
    """Ranged numbers that are wrong together: `share` says how far, 0 each for itself, 1 all alike.

    Those of `parties` on `issues`; where none are named, of all parties, and all numbers of theirs.
    """

    id: str
    share: Fraction
    parties: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    def covers(self, party: str | None, issue: str | None) -> bool:
        """Whether a number of a party leans with it: on an issue, or (None) of no single issue."""
        return (not self.parties or party in self.parties) and (not self.issues or issue in self.issues)


class Role(StrEnum):
    """What a party's consent counts for: a principal and a veto must agree, a consulted party is heard."""

    PRINCIPAL = "principal"
    VETO = "veto"
    CONSULTED = "consulted"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A red line: an option that a party will not have at any price."""

    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What each option is worth to a party, in points of its own, and which options it refuses."""

    worth: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    refuses: Mapping[str, Mapping[str, Refusal]] = field(default_factory=dict)

    def of(self, issue: str, option: str) -> Quantity:
        """The worth of one option; an option not listed is worth 0."""
        return self.worth.get(issue, {}).get(option, NOTHING)


@dataclass(frozen=True, slots=True)
class Party:
    """A side with preferences.

    `reservation` is the worth of no deal (None: the worth of the status quo) and `batna` says in words what
    that is. A veto with `over` has its say only where the outcome holds at least one of the options there. `leaning`
    says how far its ranged numbers are wrong together: 0 each for itself, 1 all alike. Where it gave `positions` the
    worth of these issues follows from them. `types` is what it may be like,
    by kind, as far as the file says.
    """

    id: str
    preferences: Preferences = field(default_factory=Preferences)
    role: Role = Role.PRINCIPAL
    name: str = ""
    reservation: Quantity | None = None
    batna: str = ""
    over: Terms = field(default_factory=dict)
    leaning: Fraction = Fraction(0)
    positions: Mapping[str, Position] = field(default_factory=dict)
    types: Mapping[str, PartyType] = field(default_factory=dict)
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.id

    def has_say(self, outcome: Outcome) -> bool:
        """Whether its consent, if it counts at all, counts at this outcome (a veto with `over`: where that applies)."""
        return not self.over or any(outcome[issue] in options for issue, options in self.over.items())

    def crossed(self, outcome: Outcome) -> tuple[tuple[str, str], ...]:
        """The terms of an outcome that it refuses, as pairs of issue and option."""
        refuses = self.preferences.refuses
        return tuple((issue, outcome[issue]) for issue, options in refuses.items() if outcome[issue] in options)

    @property
    def possible_types(self) -> Mapping[str, PartyType]:
        """What it may be like: as stated; else a principal anything, and whoever is no principal keeps its word."""
        if self.types:
            return self.types
        return ANY_TYPE if self.role is Role.PRINCIPAL else {"trustworthy": ANY_TYPE["trustworthy"]}

    @property
    def must_agree(self) -> bool:
        """Whether a deal needs its consent (for a veto with `over`: wherever that applies)."""
        return self.role is not Role.CONSULTED
