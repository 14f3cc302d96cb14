"""What did the file say, and where? Text, tables and lists that know their place, and the faults found in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detente.errors import Problem
from detente.model.names import nearest

MOST_PROBLEMS = 200
"""So many problems are shown; the rest are counted."""

HINT_BUDGET = 4_000_000
"""Characters compared with characters while looking for near names, in one file."""

NULLS = frozenset(("", "~", "null", "Null", "NULL"))
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Text(str):
    """A scalar as it was written; `plain` if it stood without quotes."""

    __slots__ = ("column", "line", "plain")
    line: int
    column: int
    plain: bool

    def __new__(cls, value: str, line: int, column: int, plain: bool = False) -> Text:
        """Text at a place that counts from 1."""
        text = super().__new__(cls, value)
        text.line, text.column, text.plain = line, column, plain
        return text

    def saying(self, value: str) -> Text:
        """Another text at the same place."""
        return self if value == self else Text(value, self.line, self.column, self.plain)


class Table(dict[Text, "Node"]):
    """A mapping, in the order of the file; what cannot stand in it is `lost`, and kept for telling where it was.

    `odd` tells whether there was a key beside them that nobody knows.
    """

    __slots__ = ("column", "line", "lost", "odd")

    def __init__(self, line: int, column: int) -> None:
        super().__init__()
        self.line, self.column = line, column
        self.lost: list[tuple[Text | None, Node]] = []
        """Keys that came again, or are no names, and what stood under them: each with its key, if that is a name."""
        self.odd = False

    def key(self, name: str) -> Text | Table:
        """The key as it stands in the file (the table itself if it does not)."""
        return next((key for key in self if key == name), self)

    def gives(self, name: str) -> bool:
        """Whether there is something under that key."""
        return name in self and not blank(self.under(name))

    def under(self, name: str) -> Node:
        """What stands under that key."""
        return self[name]  # type: ignore[index]  # a plain str finds a Text


class Items(list["Node"]):
    """A sequence."""

    __slots__ = ("column", "line")

    def __init__(self, line: int, column: int) -> None:
        super().__init__()
        self.line, self.column = line, column


Node = Text | Table | Items


def blank(node: object) -> bool:
    """Whether nothing was written where a table, a list or a number is due."""
    return isinstance(node, Text) and node.plain and node in NULLS


def wrapped(key: str, node: Node) -> Table:
    """A table of nothing but this key, for what was written without it."""
    table = Table(node.line, node.column)
    table[Text(key, node.line, node.column)] = node
    return table


def shown(node: object) -> str:
    """A value as an error message quotes it."""
    if isinstance(node, Text):
        return f"'{short(node)}'" if node else "empty"
    return "a table" if isinstance(node, Table) else "a list"


def short(text: str) -> str:
    """A text of any length cut to what fits on a line."""
    return CONTROL.sub(" ", text if len(text) <= 60 else text[:57] + "…")


class UnreadableError(Exception):
    """The file cannot be read further; why is among the faults."""


class Faults:
    """Everything wrong with a file, found in any order and told in the order of the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tree: Node | None = None
        self.sources: list[Text] = []
        self._errors: dict[tuple[int, int, str], Node] = {}
        self._warnings: dict[tuple[int, int, str], Node] = {}
        self._hints = HINT_BUDGET

    def add(self, message: str, at: Node) -> None:
        """Remember an error."""
        self._errors.setdefault((at.line, at.column, message), at)

    def warn(self, message: str, at: Node) -> None:
        """Remember what is no error and yet may not be meant."""
        self._warnings.setdefault((at.line, at.column, message), at)

    def fatal(self, message: str, line: int, column: int) -> UnreadableError:
        """Remember an error after which nothing more can be read."""
        self.add(message, Text("", line, column))
        return UnreadableError(message)

    def unknown(self, what: str, name: Text, known: Iterable[str]) -> None:
        """Remember a name that nothing has, with the nearest that something has."""
        self.add(f"no {what} named '{short(name)}'{self.hint(name, known)}", name)

    def hint(self, name: str, known: Iterable[str]) -> str:
        """Did you mean …? Left out once the comparing has taken too long."""
        names = list(known)
        self._hints -= min(len(name), 200) * sum(map(len, names)) + 1
        return nearest(short(name), map(short, names)) if self._hints > 0 else ""

    @property
    def count(self) -> int:
        """How many errors were found until now."""
        return len(self._errors)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors, in the order of the file."""
        return self._told(self._errors)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings, in the order of the file."""
        return self._told(self._warnings)

    def _told(self, found: dict[tuple[int, int, str], Node]) -> tuple[Problem, ...]:
        if not found:
            return ()
        paths = _paths(self.tree)
        told = [
            Problem(self.file, line, column, paths.get((line, column, not isinstance(at, Text)), ""), message)
            for (line, column, message), at in sorted(found.items(), key=lambda each: each[0])
        ]
        if len(told) > MOST_PROBLEMS:
            first = told[MOST_PROBLEMS]
            more = Problem(self.file, first.line, first.column, "", f"and {len(told) - MOST_PROBLEMS} more")
            return (*told[:MOST_PROBLEMS], more)
        return tuple(told)


def _paths(tree: Node | None) -> dict[tuple[int, int, bool], str]:
    """The way from the top of the file to every place in it, as an error message tells it."""
    paths: dict[tuple[int, int, bool], str] = {}
    waiting: list[tuple[Node, str]] = [] if tree is None else [(tree, "")]
    while waiting:
        node, path = waiting.pop()
        spot = (node.line, node.column, not isinstance(node, Text))
        if spot in paths:
            continue
        paths[spot] = path
        below = f"{path} → " if path else ""
        if isinstance(node, Table):
            for key, value in node.items():
                way = below + short(key)
                paths.setdefault((key.line, key.column, False), way)
                waiting.append((value, way))
            for name, lost in node.lost:
                waiting.append((lost, path if name is None else below + short(name)))
        elif isinstance(node, Items):
            for number, item in enumerate(node, 1):
                waiting.append((item, path if isinstance(item, Text) else f"{below}{number}"))
    return paths
