"""What does a side want in any agreement, and which packages are on the table?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.model.outcome import Terms


@dataclass(frozen=True, slots=True)
class Demand:
    """Terms that a party wants in any agreement; insisted on, it is a condition."""

    id: str
    terms: Terms
    by: tuple[str, ...] = ()
    title: str = ""
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Package:
    """A named set of terms: some issues settled, the rest left at the status quo."""

    id: str
    terms: Mapping[str, str]
    by: tuple[str, ...] = ()
    title: str = ""
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id
