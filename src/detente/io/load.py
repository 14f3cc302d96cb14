"""What does a file say? A scenario, or everything that is wrong with it: the one way in for all callers."""

import os
from dataclasses import dataclass
from pathlib import Path

from detente.errors import Problem, ScenarioError
from detente.io.nodes import Faults, Table, UnreadableError, shown
from detente.io.resolve import resolve
from detente.io.schema import ScenarioDoc
from detente.io.source import MOST_BYTES, compose
from detente.model.history import History
from detente.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario (None if there are errors), what became of it, what is wrong and what may not be meant."""

    scenario: Scenario | None
    history: History | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read(text: str | bytes, file: str = "<text>") -> Loaded:
    """Read a scenario and tell everything that is wrong with it; never raises for any text or bytes."""
    faults = Faults(file)
    scenario, history = None, None
    try:
        tree = compose(text, faults)
        if not isinstance(tree, Table):
            raise faults.fatal(f"a scenario is a table (key: value); this is {shown(tree)}", tree.line, tree.column)
        if tree.gives("log") and not tree.gives("detente"):
            said = "this is a log of a roadmap, no scenario; to check it: detente roadmap SCENARIO --log LOG"
            raise faults.fatal(said, tree.line, tree.column)
        scenario, history = resolve(ScenarioDoc.model_validate(tree, context=faults), faults)
    except UnreadableError:
        assert faults.count  # why is among the faults
    if faults.count:
        scenario, history = None, None
    return Loaded(scenario, history, faults.errors, faults.warnings)


def parse_scenario(text: str | bytes, file: str = "<text>") -> Scenario:
    """The scenario that a text describes; ScenarioError, with every problem in it, if it describes none."""
    return _scenario(read(text, file))


def read_file(path: str | os.PathLike[str]) -> Loaded:
    """Read the file at a path, as `read` does; OSError if it cannot be opened."""
    name = os.fspath(path)
    if Path(name).is_dir():
        return Loaded(None, None, (Problem(name, 1, 1, "", "this is a folder; a scenario is a file"),), ())
    with Path(name).open("rb") as stream:
        return read(stream.read(MOST_BYTES + 1), name)


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """The scenario of a file; ScenarioError if the file holds none, OSError if it cannot be opened."""
    return _scenario(read_file(path))


def _scenario(loaded: Loaded) -> Scenario:
    if loaded.scenario is None:
        raise ScenarioError(loaded.errors)
    return loaded.scenario


def check_text(text: str | bytes, file: str = "<text>") -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The errors and the warnings of a text."""
    loaded = read(text, file)
    return loaded.errors, loaded.warnings
