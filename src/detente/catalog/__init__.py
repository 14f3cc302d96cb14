"""Which cases ship with détente? Their names here; loading and listing them is left to the modules beside.

Completion in a shell asks for names at every key press, so nothing here parses, and `load`, `read` and `scenarios` are
imported when they are first asked for.
"""

from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from detente.errors import NotFoundError

if TYPE_CHECKING:
    from detente.catalog.listing import Catalog, Entry, scenarios
    from detente.catalog.loading import Check, check, load, read

__all__ = ["Catalog", "Check", "Entry", "check", "load", "log_of", "logs", "names", "past", "read", "scenarios", "text"]

_HOMES = {
    "Catalog": "detente.catalog.listing",
    "Check": "detente.catalog.loading",
    "Entry": "detente.catalog.listing",
    "check": "detente.catalog.loading",
    "load": "detente.catalog.loading",
    "read": "detente.catalog.loading",
    "scenarios": "detente.catalog.listing",
}

_SUFFIX = ".yaml"


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'detente.catalog' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def names() -> tuple[str, ...]:
    """The names of all cases, in order of the alphabet."""
    return tuple(sorted((*_within("cases"), *past())))


def past() -> tuple[str, ...]:
    """The names of the cases of the past, whose files also say how they ended."""
    return _within("cases/precedents")


def logs() -> tuple[str, ...]:
    """The names of the cases that come with a log of what became of them, in order of the alphabet."""
    return _within("cases/logs")


def _within(folder: str) -> tuple[str, ...]:
    found = (files("detente.catalog") / folder).iterdir()
    return tuple(sorted(case.name.removesuffix(_SUFFIX) for case in found if case.name.endswith(_SUFFIX)))


def text(name: str) -> bytes:
    """A case as it is written; NotFoundError if there is none of that name."""
    if name not in names():
        raise NotFoundError(f"no scenario named '{name}' in the catalog")
    folder = "cases/precedents" if name in past() else "cases"
    return (files("detente.catalog") / folder / f"{name}{_SUFFIX}").read_bytes()


def log_of(name: str) -> bytes:
    """The log of a case as it is written; NotFoundError if none comes with a case of that name."""
    if name not in logs():
        raise NotFoundError(f"no log named '{name}' in the catalog")
    return (files("detente.catalog") / "cases" / "logs" / f"{name}{_SUFFIX}").read_bytes()
