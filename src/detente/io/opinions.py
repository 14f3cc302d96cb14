"""What does the file of one analyst's opinion say? Read against its scenario, every fault told at once."""

import os
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from detente.errors import NotFoundError, Problem, ScenarioError
from detente.io.fields import (
    SOURCE,
    WHY,
    Doc,
    Exact,
    Line,
    Maybe,
    Name,
    Prose,
    Sources,
    TableOf,
    Version,
    said,
    sources,
)
from detente.io.issues import grid_of
from detente.io.judgments import Changes, Moves, Value
from detente.io.nodes import Faults, Table, Text, UnreadableError, short, shown
from detente.io.schema import ChangeDoc
from detente.io.scope import Scope
from detente.io.source import MOST_BYTES, compose
from detente.model.judgment import Change, Reading
from detente.model.opinion import AS_WRITTEN, Opinion
from detente.model.scenario import Scenario

VERSION = "1"
FOLDER = "opinions"
_MOST = 200
"""So many files at most are taken for opinions."""


class OpinionDoc(Doc):
    """What one person sees differently."""

    needed: ClassVar = ("detente-opinion", "by")
    version: Version = Field(None, alias="detente-opinion", description="The version of this format: 1.")
    by: Line = Field(None, description="Whose opinion it is.")
    weight: Exact = Field(None, description="The person's weight in the pool; default: 1.")
    readings: TableOf[Name] = Field(
        default_factory=dict, description="Judgments by the reading that the person holds; 'as written' for none."
    )
    weights: TableOf[TableOf[Exact]] = Field(
        default_factory=dict, description="Judgments by how the person's belief is shared among their readings."
    )
    change: Maybe[ChangeDoc] = Field(None, description="The values that the person would set.")
    add: Maybe[ChangeDoc] = Field(None, description="What the person would add to values.")
    why: Prose = WHY
    source: Sources = SOURCE


def load_opinions(folder: str | os.PathLike[str], scenario: Scenario) -> tuple[Opinion, ...]:
    """The opinions in a folder, by the names of their files.

    ScenarioError with everything that is wrong in any of them; NotFoundError if there is none.
    """
    paths = sorted(p for p in Path(folder).glob("*") if p.suffix in (".yaml", ".yml") and p.is_file())
    if not paths:
        raise NotFoundError(f"no opinions in {os.fspath(folder)}: one file a person is due there, such as ana.yaml")
    if len(paths) > _MOST:
        raise NotFoundError(f"{len(paths)} files in {os.fspath(folder)}; the limit is {_MOST} opinions")
    problems: list[Problem] = []
    found: list[Opinion] = []
    for path in paths:
        faults = Faults(os.fspath(path))
        with path.open("rb") as stream:
            opinion = _read(stream.read(MOST_BYTES + 1), scenario, faults)
        problems += faults.errors
        if opinion is not None and opinion.by in [each.by for each in found]:
            message = f"'{opinion.by}' has an opinion in another file already"
            problems.append(Problem(faults.file, 1, 1, "by", message))
        if opinion is not None:
            found.append(opinion)
    if problems:
        raise ScenarioError(tuple(problems))
    return tuple(found)


def _read(text: bytes, scenario: Scenario, faults: Faults) -> Opinion | None:
    try:
        tree = compose(text, faults)
        if not isinstance(tree, Table):
            raise faults.fatal(f"an opinion is a table (key: value); this is {shown(tree)}", tree.line, tree.column)
        found = _opinion(OpinionDoc.model_validate(tree, context=faults), scenario, faults)
    except UnreadableError:
        return None
    return None if faults.count else found


def _opinion(document: OpinionDoc, scenario: Scenario, faults: Faults) -> Opinion:
    scope = _scope(scenario, faults)
    if document.version is not None and document.version != VERSION:
        faults.add(f"the version of this format is {VERSION}; this is {shown(document.version)}", document.version)
    weight = Fraction(1) if document.weight is None else document.weight
    if weight <= 0:
        faults.add("a person's weight is above 0", document.at.under("weight"))
    _only_values(document, faults)
    name = document.by if document.by is not None else Text("", 1, 1)
    changes = Changes(scope, scenario.interactions, name)
    view = Reading(
        "opinion",
        changes.read(document.change, add=False),
        changes.read(document.add, add=True) if document.add is not None else Change(),
    )
    opinion = Opinion(
        said(document.by),
        view,
        _readings(document, scenario, scope),
        _weights(document, scenario, scope),
        weight,
        said(document.why),
        sources(document.source),
        faults.file,
    )
    if not faults.count:
        seen = opinion.scenario(scenario)
        _check_effect(changes.moves, seen, faults)
    return opinion


def _only_values(document: OpinionDoc, faults: Faults) -> None:
    """An opinion is about values; who must agree is a judgment with readings of its own."""
    for change in (document.change, document.add):
        for part in change.parties.values() if change is not None else ():
            for key in ("role", "over"):
                if part.at.gives(key):
                    message = f"an opinion changes values, not '{key}': make that a judgment, and hold a reading of it"
                    faults.add(message, part.at.key(key))


def _scope(scenario: Scenario, faults: Faults) -> Scope:
    """The names of a scenario that has been read before."""
    scope = Scope(faults)
    scope.issues = dict(scenario.issues)
    scope.grids = {name: grid_of(issue) for name, issue in scenario.issues.items()}
    scope.roles = {name: party.role for name, party in scenario.parties.items()}
    scope.types = {name: party.types for name, party in scenario.parties.items() if party.types}
    return scope


def _readings(document: OpinionDoc, scenario: Scenario, scope: Scope) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, reading in document.readings.items():
        judgment = scenario.judgments.get(scope.entry("judgment", name, scenario.judgments))
        if judgment is not None and reading is not None:
            known = dict.fromkeys([*judgment.readings, AS_WRITTEN])
            held = scope.entry(f"reading of {judgment.id}", reading, known)
            found[judgment.id] = held if held in judgment.readings else None
        if name in document.weights:
            scope.faults.add("a reading is held or has a weight, not both", name)
    return found


def _weights(document: OpinionDoc, scenario: Scenario, scope: Scope) -> dict[str, Mapping[str, float]]:
    found: dict[str, Mapping[str, float]] = {}
    for name, table in document.weights.items():
        judgment = scenario.judgments.get(scope.entry("judgment", name, scenario.judgments))
        if judgment is None:
            continue
        if judgment.open:
            scope.faults.add("this judgment is left open: hold one of its readings, or leave it", name)
        given = {}
        for reading, weight in table.items():
            key = scope.entry(f"reading of {judgment.id}", reading, judgment.readings)
            if weight is not None and weight < 0:
                scope.faults.add("a weight cannot be below 0", reading)
            given[key] = float(weight or 0)
        if not sum(given.values()) > 0:
            scope.faults.add("no reading has a weight above 0", name)
        found[judgment.id] = given
    return found


def _check_effect(moves: Moves, seen: Scenario, faults: Faults) -> None:
    """A value of the person's own that a reading in force sets anyway would never count."""
    for judgment, reading in _in_force(seen):
        lost = {value for value, adds in _moved(reading, seen).items() if not adds}
        for value, (at, _) in moves.values.items():
            if value in lost:
                message = (
                    f"reading {_named(reading, judgment, seen)} is in force and sets this value, so yours would "
                    f"have no effect: write '{short(judgment)}: {AS_WRITTEN}' under 'readings' to hold none of its "
                    "readings, hold another, or change the value in that reading"
                )
                faults.add(message, at)


def _in_force(scenario: Scenario) -> Iterator[tuple[str, Reading]]:
    for name, judgment in scenario.judgments.items():
        if judgment.likely is not None:
            yield name, judgment.readings[judgment.likely]


def _named(reading: Reading, judgment: str, scenario: Scenario) -> str:
    """A reading as an error message names it, with its place in the scenario's file."""
    place = f" ({short(scenario.file)}, line {reading.line})" if reading.line is not None else ""
    return f"'{short(reading.id)}' of '{short(judgment)}'{place}"


def _moved(reading: Reading, scenario: Scenario) -> dict[Value, bool]:
    """The values that a reading moves, and whether it only adds to them."""
    added = dict.fromkeys(_values(reading.adds, scenario), True)
    return {**added, **dict.fromkeys(_values(reading.sets, scenario), False)}


def _values(change: Change, scenario: Scenario) -> Iterator[Value]:
    """The values that a change names, as `Moves` does: of a numeric issue the whole table."""
    for name, part in change.parties.items():
        for issue, table in part.worth.items():
            named = scenario.issues[issue].kind == "named"
            yield from ((name, "worth", issue, option if named else "") for option in table)
        yield from ((name, "refuses", issue) for issue in part.refuses)
        given = {"reservation": part.reservation, "role": part.role, "over": part.over, "types": part.types or None}
        yield from ((name, key) for key, value in given.items() if value is not None)
    for rule, worth in change.interactions.items():
        yield from ((rule, "interaction", party) for party in worth)
