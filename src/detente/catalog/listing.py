"""What is in the catalog? Every case with its size; of each only what that takes is read."""

from dataclasses import dataclass

from detente import catalog
from detente.analysis.search import count_allowed
from detente.errors import ScenarioError
from detente.io.nodes import Faults
from detente.io.nodes import Table as Tree
from detente.io.resolve import resolve
from detente.io.schema import ScenarioDoc
from detente.io.source import compose
from detente.table import Table

_TAKEN = ("detente", "title", "summary", "issues", "conditions", "commitments")
"""What the listing needs of a file, besides who the parties are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case of the catalog, and its size; `outcomes` counts what its conditions allow, `commitments` what it lists."""

    name: str
    title: str
    summary: str
    parties: int
    issues: int
    outcomes: int
    commitments: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many parties, issues, outcomes (0 without issues) and commitments."""
        return (self.parties, self.issues, self.outcomes if self.issues else 0, self.commitments)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "parties": self.parties,
            "issues": self.issues,
            "outcomes": self.outcomes,
            "commitments": self.commitments,
        }


@dataclass(frozen=True, slots=True)
class Catalog:
    """The cases that ship with détente, in order of the alphabet."""

    entries: tuple[Entry, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"schema": "detente/scenarios/1", "scenarios": [entry.payload() for entry in self.entries]}

    def table(self) -> Table:
        """One row for each case."""
        counts = ("parties", "issues", "outcomes", "commitments")
        rows = tuple(
            (e.name, e.title, *(f"{number:,}" if number else "" for number in e.numbers)) for e in self.entries
        )
        return Table("Scenarios that ship with détente", ("name", "title", *counts), rows, frozenset(counts))


def scenarios() -> Catalog:
    """The cases that ship with détente, each with its size.

    >>> [entry.outcomes for entry in scenarios().entries if entry.name == "river"]
    [21]
    """
    return Catalog(tuple(_entry(name) for name in catalog.names()))


def _entry(name: str) -> Entry:
    faults = Faults(name)
    tree = compose(catalog.text(name), faults)
    assert isinstance(tree, Tree)  # what ships is a scenario
    taken = Tree(tree.line, tree.column)
    taken.update({key: value for key, value in tree.items() if key in _TAKEN})
    parties = tree.under("parties")
    assert isinstance(parties, Tree)
    bare = taken[tree.key("parties")] = Tree(parties.line, parties.column)  # type: ignore[index]  # the key is there
    bare.update({party: Tree(party.line, party.column) for party in parties})
    scenario, _ = resolve(ScenarioDoc.model_validate(taken, context=faults), faults)
    if faults.errors:
        raise ScenarioError(faults.errors)
    sizes = (len(parties), len(scenario.issues), count_allowed(scenario), len(scenario.commitments))
    return Entry(name, scenario.title, scenario.summary, *sizes)
