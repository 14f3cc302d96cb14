"""How is a file read? YAML's events become text, tables and lists with their places; nothing is guessed from looks."""

from collections.abc import Iterator
from contextlib import suppress

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from detente.io.json_source import NotJsonError, read_json
from detente.io.nodes import UNPRINTABLE, Faults, Items, Node, Table, Text
from detente.io.syntax import breaking
from detente.io.tree import Tree

MOST_BYTES = 4 * 2**20
"""A scenario file is at most 4 MiB."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it; the slow loader in Python gives the same events."""


def compose(source: str | bytes, faults: Faults) -> Node:
    """The tree of a file; what is wrong with it goes to the faults (UnreadableError if nothing can be made of it)."""
    text = text_of(source, faults)
    if text.lstrip(" \t\r\n").startswith("{"):
        with suppress(NotJsonError):
            return read_json(text, faults)
    return _read_yaml(text, faults)


def text_of(source: str | bytes, faults: Faults, most: int = MOST_BYTES) -> str:
    """The text of a file of at most so many bytes; what is wrong with it goes to the faults (UnreadableError)."""
    limit = f"{most // 2**20} MiB, which is the limit"
    if len(source) > most:
        raise faults.fatal(f"the file is larger than {limit}", 1, 1)
    text = _decoded(source, faults) if isinstance(source, bytes) else source
    text = text.removeprefix("\ufeff")
    bad = UNPRINTABLE.search(text)
    if bad:
        line, column = _place(text[: bad.start()])
        raise faults.fatal(f"the character U+{ord(bad[0]):04X} cannot stand in a file of text", line, column)
    if not isinstance(source, bytes) and len(text.encode()) > most:
        raise faults.fatal(f"the text is larger than {limit}", 1, 1)
    return text


def _decoded(source: bytes, faults: Faults) -> str:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in source[:2]:
        raise faults.fatal("the file is in UTF-16 or UTF-32; save it as UTF-8", 1, 1)
    try:
        return source.decode()
    except UnicodeDecodeError as error:
        line, column = _place(source[: error.start].decode().removeprefix("\ufeff"))
        message = f"the byte 0x{source[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise faults.fatal(message, line, column) from None


def _place(before: str) -> tuple[int, int]:
    lines = before.replace("\r\n", "\n").replace("\r", "\n")
    return lines.count("\n") + 1, len(lines) - lines.rfind("\n")


def _read_yaml(text: str, faults: Faults) -> Node:
    tree = Tree(faults)
    events = _events(text, faults)
    for event in events:
        if isinstance(event, DocumentStartEvent) and tree.root is not None:
            raise faults.fatal("one file holds one scenario; a second starts here", *_spot(event))
        _place_event(tree, event, faults)
    root = tree.root
    if root is None or (isinstance(root, Text) and not root):
        raise faults.fatal("the file is empty", 1, 1)
    return root


def _events(text: str, faults: Faults) -> Iterator[Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        message, line, column = breaking(error, text)
        raise faults.fatal(f"this is not YAML: {message}", line, column) from None
    except yaml.YAMLError as error:
        raise faults.fatal(f"this is not YAML: {error}", 1, 1) from None


def _spot(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _place_event(tree: Tree, event: Event, faults: Faults) -> None:
    if isinstance(event, SequenceEndEvent | MappingEndEvent):
        tree.close()
        return
    if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
        return
    line, column = _spot(event)
    if isinstance(event, AliasEvent):
        tree.alias(event.anchor or "", line, column)
        return
    node = _node(event, line, column)
    if event.tag is not None:
        faults.add(f"a scenario file has no tags; leave out '{event.tag[:60]}'", node)
    if isinstance(node, Text):
        tree.scalar(node, event.anchor)
    else:
        tree.open(node, event.anchor)


def _node(event: ScalarEvent | SequenceStartEvent | MappingStartEvent, line: int, column: int) -> Node:
    if isinstance(event, ScalarEvent):
        return Text(event.value, line, column, not event.style)
    return Items(line, column) if isinstance(event, SequenceStartEvent) else Table(line, column)
