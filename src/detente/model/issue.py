"""What is on the table, and in which ways can it be settled?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from detente.model.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle an issue."""

    id: str
    title: str = ""
    months: Quantity | None = None
    reversible: bool | Quantity | None = None
    verifiable: Quantity | None = None
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Issue:
    """A question on the table; `by` names who carries it out, `status_quo` the option in force without a deal.

    The options stand in the order of the file. A numeric issue (`kind` "number" or "date") has one option for
    each step of its range.
    """

    id: str
    options: Mapping[str, Option]
    status_quo: str
    title: str = ""
    by: tuple[str, ...] = ()
    unit: str = ""
    kind: Literal["named", "number", "date"] = "named"
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id

    def option_name(self, option: str) -> str:
        """The option as it is said: its title, with the unit if the issue is numeric."""
        name = self.options[option].name
        return f"{name} {self.unit}".strip() if self.kind == "number" else name
