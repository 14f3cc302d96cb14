"""Which series of events ship with détente? Their names, and what they say."""

from importlib.resources import files

from detente.errors import NotFoundError

_SUFFIX = ".csv"


def names() -> tuple[str, ...]:
    """The names of all series, in order of the alphabet."""
    found = (files("detente.catalog") / "series").iterdir()
    return tuple(sorted(each.name.removesuffix(_SUFFIX) for each in found if each.name.endswith(_SUFFIX)))


def text(name: str) -> bytes:
    """A series as it is written; NotFoundError if there is none of that name."""
    if name not in names():
        raise NotFoundError(f"no series named '{name}' in the catalog")
    return (files("detente.catalog") / "series" / f"{name}{_SUFFIX}").read_bytes()
