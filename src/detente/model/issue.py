"""What is on the table, and in which ways can it be settled?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from detente.model.process import Symbol
from detente.model.quantity import Quantity
from detente.model.setting import Subject


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle an issue.

    `reversible` may be what undoing it costs; `pays` says whether its worth comes once, when it is done ("lump"), or
    while it is in force ("flow"); None: as a flow if it is reversible. `needs` names options of other issues that must
    be there before.
    """

    id: str
    title: str = ""
    months: Quantity | None = None
    reversible: bool | Quantity | None = None
    verifiable: Quantity | None = None
    detection: Quantity | None = None
    pays: Literal["lump", "flow"] | None = None
    needs: Mapping[str, str] = field(default_factory=dict)
    symbolic: Symbol | None = None
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
    each step of its range. Where the options are a `ladder`, a deal climbs it rung by rung. What it is `about` makes it
    comparable with issues of other negotiations.
    """

    id: str
    options: Mapping[str, Option]
    status_quo: str
    title: str = ""
    by: tuple[str, ...] = ()
    unit: str = ""
    kind: Literal["named", "number", "date"] = "named"
    ladder: bool = True
    about: Subject | None = None
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


def path_to(issue: Issue, option: str) -> tuple[str, ...]:
    """The options from the status quo to another: rung by rung where they are a ladder, else in one step."""
    order = list(issue.options)
    start, end = order.index(issue.status_quo), order.index(option)
    if start == end:
        return (option,)
    if not issue.ladder:
        return (issue.status_quo, option)
    return tuple(order[start : end + 1] if start < end else order[end : start + 1][::-1])
