"""Which names are there? Issues with their options, and parties: what every other part of a scenario refers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from detente.io.fields import said
from detente.io.nodes import Faults, Text, short
from detente.io.numbers import product
from detente.model.issue import Issue
from detente.model.party import Role
from detente.model.process import PartyType
from detente.model.quantity import Quantity

MOST_CELLS = 500_000
"""Options written out, over all issues, parties and spans."""


class Grid(Protocol):
    """How the options of an issue are named."""

    def options(self, name: Text, faults: Faults) -> tuple[str, ...]:
        """The options that a name stands for; none, and why among the faults, if it stands for none."""

    def worth(self, table: Mapping[Text, Quantity | None], faults: Faults) -> dict[str, Quantity]:
        """The worth of options by name."""


SCALE = "scale"
"""The key of a worth table that stands for no option: what all the numbers beside it are multiplied by."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Options named one by one."""

    known: frozenset[str]
    order: tuple[str, ...]

    def options(self, name: Text, faults: Faults) -> tuple[str, ...]:
        """The option of exactly that name."""
        if name in self.known:
            return (str(name),)
        faults.unknown("option", name, self.order)
        return ()

    def worth(self, table: Mapping[Text, Quantity | None], faults: Faults) -> dict[str, Quantity]:
        """The worth of the options listed."""
        found = {}
        for name, quantity in table.items():
            if self.options(name, faults) and quantity is not None:
                found[str(name)] = quantity
        return found


class Unread:
    """Options that could not be read: any name may be right."""

    def options(self, name: Text, faults: Faults) -> tuple[str, ...]:
        """No options, and no fault."""
        return ()

    def worth(self, table: Mapping[Text, Quantity | None], faults: Faults) -> dict[str, Quantity]:
        """No worth, and no fault."""
        return {}


@dataclass(slots=True)
class Scope:
    """The names of a scenario while it is read, and the faults found in using them."""

    faults: Faults
    grids: dict[str, Grid] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    types: dict[str, Mapping[str, PartyType]] = field(default_factory=dict)
    cells: int = 0

    def spend(self, cells: int, at: Text) -> None:
        """Count options written out; UnreadableError beyond the limit."""
        self.cells += cells
        if self.cells > MOST_CELLS:
            message = f"more than {MOST_CELLS:,} options written out, over all issues, parties and spans"
            raise self.faults.fatal(message, at.line, at.column)

    def grid(self, issue: Text) -> Grid | None:
        """How the options of that issue are named; a fault if there is no such issue."""
        if issue in self.grids:
            return self.grids[issue]
        self.faults.unknown("issue", issue, self.grids)
        return None

    def terms(self, table: Mapping[Text, list[Text | None]]) -> dict[str, tuple[str, ...]]:
        """For some issues, the options named; a fault for what is not there, listed twice, or empty."""
        found = {}
        for issue, names in table.items():
            grid = self.grid(issue)
            if grid is None:
                continue
            if not names:
                self.faults.add("name at least one option", issue)
            found[str(issue)] = self.options(issue, names, grid)
        return found

    def options(self, issue: Text, names: list[Text | None], grid: Grid) -> tuple[str, ...]:
        """The options named of an issue, each once; a fault for what is not there or listed twice."""
        options: dict[str, None] = {}
        seen = set()
        for name in names:
            if name is None:
                continue
            if name in seen:
                self.faults.add(f"'{short(name)}' is listed twice", name)
            seen.add(name)
            named = grid.options(name, self.faults)
            self.spend(len(named), issue)
            options.update(dict.fromkeys(named))
        return tuple(options)

    def party(self, name: Text | None) -> str:
        """A party's id; a fault if there is no such party."""
        if name is not None and name not in self.roles:
            self.faults.unknown("party", name, self.roles)
        return said(name)

    def parties(self, names: list[Text | None]) -> tuple[str, ...]:
        """The parties' ids; a fault for what is not there or listed twice."""
        found: dict[str, None] = {}
        for name in names:
            if name is not None and name in found:
                self.faults.add(f"'{short(name)}' is listed twice", name)
            if name is not None:
                found[self.party(name)] = None
        return tuple(found)

    def entry(self, what: str, name: Text | None, known: Mapping[str, object]) -> str:
        """The name of an entry; a fault if there is none."""
        if name is not None and name not in known:
            self.faults.unknown(what, name, known)
        return said(name)

    def worth(self, table: Mapping[Text, Mapping[Text, Quantity | None]]) -> dict[str, dict[str, Quantity]]:
        """What options are worth, by issue."""
        found = {}
        for issue, points in table.items():
            grid = self.grid(issue)
            if grid is not None:
                key = self._scale_of(issue, points)
                values = grid.worth({name: own for name, own in points.items() if name is not key}, self.faults)
                if key is not None and len(points) == 1:
                    self.faults.add("a scale multiplies the numbers beside it, and there are none", key)
                self.spend(len(values), issue)
                found[str(issue)] = values if key is None else _scaled(points[key], values)
        return found

    def scales(self, issue: Text, key: Text) -> bool:
        """Whether a key of a worth table is its scale; an option called 'scale' is an option."""
        return key == SCALE and not (issue in self.issues and SCALE in self.issues[issue].options)

    def _scale_of(self, issue: Text, points: Mapping[Text, Quantity | None]) -> Text | None:
        """The key of a table's scale, if it has one."""
        key = next((name for name in points if self.scales(issue, name)), None)
        if key is None:
            return None
        scale = points[key]
        if scale is not None and scale.low < 0:
            self.faults.add("a scale cannot be below 0", key)
        return key

    def by_party(self, table: Mapping[Text, Quantity | None]) -> dict[str, Quantity]:
        """Quantities by party."""
        return {self.party(name): quantity for name, quantity in table.items() if quantity is not None}


def _scaled(scale: Quantity | None, values: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Every number times the scale; what is one number stays one."""
    products: dict[int, Quantity] = {}
    if scale is not None:
        products = {id(own): product(scale, own) for own in values.values()}
    return {name: products[id(own)] for name, own in values.items() if id(own) in products}
