"""How do nodes become one tree? Keys are texts and unique, depth and size are bounded, aliases end somewhere."""

from detente.io.nodes import UNPRINTABLE, Faults, Items, Node, Table, Text, short, shown

MOST_DEPTH = 100
MOST_NODES = 200_000


class Tree:
    """A tree under construction, from the top and in the order of the file."""

    def __init__(self, faults: Faults) -> None:
        self.root: Node | None = None
        self._faults = faults
        self._open: list[tuple[Table | Items, str | None, int]] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._size = 0

    def scalar(self, text: Text, anchor: str | None = None) -> None:
        """Put a text in its place: it may be a key."""
        bad = None if text.plain else UNPRINTABLE.search(text)
        if bad:
            self._faults.add(f"the character U+{ord(bad[0]):04X} cannot stand in a text", text)
            text = text.saying(UNPRINTABLE.sub("\ufffd", text))
        self._count(1, text)
        if anchor is not None:
            self._anchors[anchor] = (text, 1)
        self._put(text)

    def open(self, node: Table | Items, anchor: str | None = None) -> None:
        """Begin a table or a list."""
        self._count(1, node)
        if len(self._open) >= MOST_DEPTH:
            raise self._faults.fatal(f"nested deeper than {MOST_DEPTH} levels", node.line, node.column)
        if anchor is not None:
            self._anchors[anchor] = None
        self._put(node)
        self._open.append((node, anchor, self._size))
        self._keys.append(None)

    def close(self) -> None:
        """End the table or list begun last."""
        node, anchor, before = self._open.pop()
        self._keys.pop()
        if anchor is not None:
            self._anchors[anchor] = (node, self._size - before + 1)

    def alias(self, anchor: str, line: int, column: int) -> None:
        """Put what was anchored earlier in this place as well."""
        at = Text("", line, column, plain=True)
        target = self._anchors.get(anchor)
        if target is None:
            wrong = "stands for what it is part of" if anchor in self._anchors else "stands for nothing above"
            self._faults.add(f"the alias '*{short(anchor)}' {wrong}", at)
            target = (at, 1)
        self._count(target[1], at)
        self._put(target[0])

    def _count(self, nodes: int, at: Node) -> None:
        self._size += nodes
        if self._size > MOST_NODES:
            message = f"more than {MOST_NODES:,} values, aliases counted as often as used"
            raise self._faults.fatal(message, at.line, at.column)

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = self._faults.tree = node
            return
        parent = self._open[-1][0]
        if isinstance(parent, Items):
            parent.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = self._key(parent, node)
            return
        self._keys[-1] = None
        if not isinstance(key, Text) or key in parent:
            parent.lost.append((key if isinstance(key, Text) else None, node))
        else:
            parent[key] = node

    def _key(self, parent: Table, node: Node) -> Node:
        if not isinstance(node, Text):
            self._faults.add(f"a key is a name; this is {shown(node)}", node)
            parent.lost.append((None, node))
            return node
        key = node.saying(node.strip())
        if key in parent:
            first = parent.key(key).line
            self._faults.add(f"'{short(key)}' stands here twice; the first is on line {first}", key)
            parent.lost.append((key, key))
        return key
