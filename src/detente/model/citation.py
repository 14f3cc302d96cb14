"""What is a work called in a few words? Its author or title and its year, so that a reader need not know any key."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol

_LONGEST = 40
"""A name is cut at a word beyond so many characters."""

_YEAR = r"(?:1[0-9]|20)[0-9]{2}(?:[-–](?:[0-9]{4}|[0-9]{2}))?"
_BRACKETED = re.compile(rf"\((?:[^()]*\W)??({_YEAR})(?:\W[^()]*)?\)")
_DATED = re.compile(rf", (?:[0-9–-]+ )?(?:[A-Z][a-z]+ )?({_YEAR})(?:[,:;.]|$)")
_INITIALS = re.compile(r"^(?:[A-Z]\.[ -]?)+(?=[A-Z][^\s.]*(?:\s|$))")
_END = re.compile(r"[,:;]| \(")


class Grounded(Protocol):
    """Whatever a file gives a reason for."""

    @property
    def why(self) -> str:
        """Why it is so, in words."""
        ...

    @property
    def source(self) -> tuple[str, ...]:
        """Keys of works, or references."""
        ...

    @property
    def line(self) -> int | None:
        """The line of the file it stands on."""
        ...


def cited(works: Mapping[str, str], source: Iterable[str]) -> str:
    """Sources as a reader can find them: works by name and year, references that are no key as they are written.

    >>> cited({"s60": "T.C. Schelling, The Strategy of Conflict (Harvard 1960)"}, ["s60", "Act 7"])
    'Schelling 1960; Act 7'
    """
    names = names_of(tuple(works.items()))
    return "; ".join(names.get(each, each) for each in source)


@lru_cache(maxsize=64)
def names_of(works: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Works by their key, each by a name of its own; the key is added where two would be called the same."""
    names = {key: _name(work) or key for key, work in works}
    shared = list(names.values())
    return {key: name if shared.count(name) == 1 else f"{name} ({key})" for key, name in names.items()}


def _name(work: str) -> str:
    name = _INITIALS.sub("", _END.split(work.strip(), maxsplit=1)[0]).strip()
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST].rsplit(' ', 1)[0]} …"
    dated = _BRACKETED.search(work) or _DATED.search(work)  # a year in a title is not when the work appeared
    if dated is None or dated[1] in name:
        return name
    numbered = any(sign.isdigit() for sign in name.rpartition(" ")[2])
    return f"{name}{',' if numbered else ''} {dated[1]}".strip()
