"""Which scenario is meant? A name of the catalog, or else the path of a file; and what is wrong with it."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from detente import catalog, io
from detente.errors import NotFoundError, Problem, ScenarioError
from detente.model.claim import PastTest
from detente.model.names import nearest
from detente.model.scenario import Scenario
from detente.table import Table

Source = str | os.PathLike[str]


def read(source: Source) -> io.Loaded:
    """A scenario with what is wrong with it and what may not be meant; NotFoundError if there is nothing to read.

    A name of the catalog goes before a file of the same name: write `./river` for the file.
    """
    name = os.fspath(source)
    if isinstance(source, str) and name in catalog.names():
        return io.read(catalog.text(name), name)
    try:
        return io.read_file(name)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: no file can have such a name
        raise NotFoundError(f"no scenario named '{name}', and no file there{nearest(name, _near(name))}") from None


def load(source: Source) -> Scenario:
    """The scenario of that name in the catalog, or of the file at that path.

    ScenarioError, with every problem, if the file holds none; NotFoundError if there is neither.

    >>> load("river").title
    'The river accord'
    """
    loaded = read(source)
    if loaded.scenario is None:
        raise ScenarioError(loaded.errors)
    return loaded.scenario


@dataclass(frozen=True, slots=True)
class Check:
    """What is wrong with a scenario file, and what in it may not be meant."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/check/1",
            "errors": [_plain(problem) for problem in self.errors],
            "warnings": [_plain(problem) for problem in self.warnings],
        }

    def text(self) -> str:
        """One line for each problem, errors first."""
        lines = [*map(str, self.errors), *(f"{_place(p)}: warning: {_words(p)}" for p in self.warnings)]
        return "\n".join(lines or ["no problems found"])

    def table(self) -> Table:
        """One row for each problem, errors first."""
        found = [*(("error", p) for p in self.errors), *(("warning", p) for p in self.warnings)]
        rows = tuple((kind, _place(p), p.path, p.message) for kind, p in found)
        return Table("What is wrong", ("", "where", "path", "message"), rows, empty="No problems found.")


def check(source: Source | io.Loaded) -> Check:
    """Everything that is wrong with a scenario file, by line and column, and what in it may not be meant."""
    loaded = source if isinstance(source, io.Loaded) else read(source)
    return Check(loaded.errors, (*loaded.warnings, *_unknown_cases(loaded.scenario)))


def _unknown_cases(scenario: Scenario | None) -> Iterable[Problem]:
    """Claims about cases of the past that the catalog does not have."""
    if scenario is None:
        return
    for claim in scenario.claims.values():
        for name in claim.test.cases if isinstance(claim.test, PastTest) else ():
            if name not in catalog.past():
                message = f"no case of the past named '{name}'{nearest(name, catalog.past())}"
                yield Problem(scenario.file, claim.line or 1, 1, f"claims → {claim.id}", message)


def _plain(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
    }


def _place(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}:{problem.column}"


def _words(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message


def _near(name: str) -> Iterable[str]:
    """What may have been meant: the cases, and the scenario files beside the path."""
    yield from catalog.names()
    with suppress(OSError, ValueError):  # no such folder
        yield from (str(path) for path in Path(name).parent.iterdir() if path.suffix in (".yaml", ".yml"))
