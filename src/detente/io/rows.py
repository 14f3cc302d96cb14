"""What stands in a table of comma-separated values, and where? Rows whose cells know their place."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from detente.io.nodes import Faults, Text
from detente.io.source import text_of

MOST_BYTES = 32 * 2**20
"""A file of events is at most 32 MiB."""

MOST_ROWS, MOST_COLUMNS = 500_000, 1_000

_REMARK = re.compile(r"#([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, without blanks around them; `written` is the row as it stands in the file."""

    cells: tuple[str, ...]
    line: int
    written: str
    mark: str

    def at(self, column: int) -> Text:
        """A cell with its place (that of the end of the row where the row is too short)."""
        place, inside, found = 0, False, 0
        while found < column and place < len(self.written):
            sign = self.written[place]
            inside = inside != (sign == '"')
            found += sign == self.mark and not inside
            place += 1
        before = _BREAK.split(self.written[:place].rstrip("\r\n") if found < column else self.written[:place])
        text = self.cells[column] if column < len(self.cells) else ""
        return Text(text, self.line + len(before) - 1, len(before[-1]) + 1)


class Sheet:
    """A table: remarks at its head (lines that begin with #), the row of column names, and the rows under it."""

    def __init__(self, source: str | bytes, faults: Faults) -> None:
        text = text_of(source, faults, MOST_BYTES)
        self.faults = faults
        self.about: tuple[str, ...] = ()
        start = 0
        while remark := _REMARK.match(text, start):
            self.about += (remark[1].strip(),)
            start = remark.end()
        self._lines = StringIO(text[start:], newline="")
        self._pending: list[str] = []
        self._rows = self._read(_mark(text[start : start + 10_000]))
        head = next(self._rows, None)
        if head is None:
            raise faults.fatal("the file is empty; its first row names the columns", 1, 1)
        if len(head.cells) > MOST_COLUMNS:
            raise faults.fatal(f"more than {MOST_COLUMNS:,} columns, which is the limit", head.line, 1)
        self.head = head

    def __iter__(self) -> Iterator[Row]:
        """The rows under the names; one that is too short or too long is told and left out."""
        columns = len(self.head.cells)
        for number, row in enumerate(self._rows, 1):
            if number > MOST_ROWS:
                raise self.faults.fatal(f"more than {MOST_ROWS:,} rows, which is the limit", row.line, 1)
            if len(row.cells) != columns:
                has = f"{len(row.cells)} cell{'' if len(row.cells) == 1 else 's'}"
                message = f"the row has {has} where {columns} are named in the first row"
                self.faults.add(message, row.at(min(len(row.cells), columns)))
            else:
                yield row

    def _taken(self) -> Iterator[str]:
        for line in self._lines:
            self._pending.append(line)
            yield line

    def _read(self, mark: str) -> Iterator[Row]:
        reader = csv.reader(self._taken(), delimiter=mark, strict=True)
        line = len(self.about) + 1
        try:
            for cells in reader:
                written, lines = "".join(self._pending), len(self._pending)
                self._pending.clear()
                if any(cell.strip() for cell in cells):
                    yield Row(tuple(cell.strip() for cell in cells), line, written, mark)
                line += lines
        except csv.Error as error:
            hint = "a quote that was opened must be closed" if '"' in "".join(self._pending) else "cells are too long"
            raise self.faults.fatal(f"this is not CSV: {error}; {hint}", line, 1) from None


def _mark(text: str) -> str:
    """What stands between cells: the comma, unless the first line has more semicolons or tabs."""
    first = _BREAK.split(text.lstrip("\r\n"), maxsplit=1)[0]
    return max((",", ";", "\t"), key=first.count)
