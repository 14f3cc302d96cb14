"""What may be relied upon: the names in `detente`, and that every command is one of them and documented."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import detente
from detente.cli.commands import COMMANDS

DOCS = Path(__file__).parents[1] / "docs" / "commands.md"


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_a_function_of_the_same_name(command: str) -> None:
    assert command in detente.__all__
    assert callable(getattr(detente, command))


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_a_section_in_the_documentation(command: str) -> None:
    assert f"\n## {command}\n" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_example_in_the_help_is_the_one_in_the_documentation(command: object) -> None:
    assert command.example in DOCS.read_text(encoding="utf-8")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", detente.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(detente, name) is not None
    assert name in dir(detente)


def test_names_that_are_not_public_do_not_resolve() -> None:
    for name in ("scenario_schema", "nothing_of_the_kind"):
        with pytest.raises(AttributeError, match=name):
            getattr(detente, name)


@pytest.mark.parametrize("package", ["detente", "detente.catalog"])
def test_type_checkers_read_the_same_names_from_the_same_places(package: str) -> None:
    module = importlib.import_module(package)
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    typed = next(node for node in tree.body if isinstance(node, ast.If))
    read = {
        (alias.asname or alias.name): f"{node.module}.{alias.name}"
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert set(read) <= set(module.__all__)
    for name, place in read.items():
        home, _, inside = place.rpartition(".")
        assert getattr(module, name) is getattr(importlib.import_module(home), inside)
    assert set(module.__all__) - set(read) == (
        {"log_of", "logs", "names", "past", "text"} if package == "detente.catalog" else set()
    )


@pytest.mark.parametrize("code", ["import detente", "import detente.cli", "from detente.cli import app"])
def test_importing_it_loads_neither_numpy_nor_pydantic_nor_rich(code: str) -> None:
    heavy = "print([m for m in ('numpy', 'pydantic', 'yaml', 'rich', 'moocore', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", f"import sys; {code}; {heavy}"], capture_output=True, text=True)

    assert done.stdout.strip() == "[]", done.stderr
