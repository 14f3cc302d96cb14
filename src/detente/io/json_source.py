"""What if the file is JSON? Read by JSON's own rules, where YAML's differ: escapes, tabs, the length of keys."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # there since 2.6, missing in typeshed

from detente.io.nodes import Faults, Items, Node, Table, Text
from detente.io.tree import MOST_NODES, Tree

MOST_TOKENS = 4 * MOST_NODES

TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<mark>[][{},:])
  | (?P<bare>true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
  | (?P<quote>")
  | (?P<end>$(?![\n]))
    )""",
    re.VERBOSE,
)


class NotJsonError(Exception):
    """The text is not JSON; it may still be YAML."""


def read_json(text: str, faults: Faults) -> Node:
    """The tree of a JSON text; NotJsonError if it breaks JSON's grammar anywhere."""
    tokens = list(islice(_tokens(text), MOST_TOKENS + 1))
    if len(tokens) > MOST_TOKENS:
        raise NotJsonError
    _check(tokens)
    tree = Tree(faults)
    for sign, node in tokens:
        if sign in "]}":
            tree.close()
        elif isinstance(node, Text):
            tree.scalar(node)
        elif node is not None:
            tree.open(node)
    if tree.root is None:
        raise NotJsonError
    return tree.root


Token = tuple[str, Node | None]
"""What kind of token it is (`"` a string, `0` a bare word, or the mark itself), and the node that it begins."""


def _tokens(text: str) -> Iterator[Token]:
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    position = 0
    while found := TOKEN.match(text, position):
        kind = found.lastgroup
        if kind == "end":
            return
        begin = found.start(found.lastindex or 0)
        line = bisect_right(starts, begin)
        column = begin - starts[line - 1] + 1
        position = found.end()
        if kind == "bare":
            yield "0", Text(text[begin:position], line, column, plain=True)
        elif kind == "quote":
            value, position = _string(text, position)
            yield '"', Text(value, line, column)
        else:
            mark = text[begin]
            yield mark, Table(line, column) if mark == "{" else Items(line, column) if mark == "[" else None
    raise NotJsonError


def _string(text: str, begin: int) -> tuple[str, int]:
    try:
        value, end = scanstring(text, begin, True)
    except JSONDecodeError:
        raise NotJsonError from None
    return value, end


VALUE = {"{": "key or }", "[": "value or ]", '"': "after", "0": "after"}
GRAMMAR: dict[str, dict[str, str]] = {
    "value": VALUE,
    "value or ]": {**VALUE, "]": "after"},
    "key or }": {'"': "colon", "}": "after"},
    "key": {'"': "colon"},
    "colon": {":": "value"},
}
"""In which state which token leads to which state; what may come after a value depends on what it is in."""


def _check(tokens: list[Token]) -> None:
    state = "value"
    inside: list[str] = []
    for sign, _ in tokens:
        if state == "after":
            if not inside:
                raise NotJsonError
            state = "key" if inside[-1] == "{" else "value"
            if sign == ",":
                continue
            if sign + inside[-1] not in ("}{", "]["):
                raise NotJsonError
            state = "after"
            inside.pop()
            continue
        if sign not in GRAMMAR[state]:
            raise NotJsonError
        state = GRAMMAR[state][sign]
        if sign in "{[":
            inside.append(sign)
        elif sign in "}]":
            inside.pop()
    if state != "after" or inside:
        raise NotJsonError
