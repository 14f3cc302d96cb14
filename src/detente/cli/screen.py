"""How does a table look on a screen? As wide as the screen is, wrapped where it must be, never cut."""

import io
import re
import shutil
import sys
from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.table import Table

_PIPED = 100
"""How wide a table is where there is no screen and COLUMNS is not set."""

_READABLE = 110
"""Running text is no wider than this, however wide the screen."""

_PAGE = "on the page (-o brief.html or -o brief.md)"

_GAP = 2
_WORD = 14
"""A column of words is at least so wide, or the rows are shown one below the other."""


def render(table: Table) -> str:
    """The table as text for the terminal that stdout is, in its colours, or plain where it is none."""
    width = shutil.get_terminal_size((_PIPED, 24)).columns
    console = _console(width)
    with console.capture() as captured:
        if table.title:
            console.print(Text(table.title, style=Style(bold=True)))
        if not table.rows:
            console.print(Text(table.empty))
        elif sum(_least(table, k) + _GAP for k in range(len(table.columns))) - _GAP <= width:
            console.print(_grid(table))
        else:
            console.print(Text("\n\n".join(_record(table, row) for row in table.rows), overflow="fold"))
    return _trimmed(captured.get())


def brief_in_words(blocks: Sequence[Block]) -> str:
    """A brief for the terminal: charts and long tables are left to the page."""
    parts = []
    for long, some in groupby(blocks, lambda block: isinstance(block, Rows) and block.long):
        told = list(some)
        parts += [_left_to_the_page(told)] if long else [part for block in told if (part := _block(block))]
    return "\n\n".join(parts)


def _left_to_the_page(blocks: Sequence[Block]) -> str:
    titles = [block.table.title for block in blocks if isinstance(block, Rows)]
    if len(titles) == 1:
        return _running(f"{titles[0]}: {_PAGE}")
    return "\n".join(
        _running(text) for text in (f"{_PAGE[0].upper()}{_PAGE[1:]}:", *(f"• {title}" for title in titles))
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _running(block.text if block.level == 1 else f"\n{block.text.upper()}", bold=True)
        case Paragraph():
            return _running(block.text, bold=block.lead)
        case Bullets():
            return "\n".join(_running(f"• {item}") for item in block.items)
        case Rows():
            return render(block.table)
        case Chart():
            return ""


def _running(text: str, *, bold: bool = False) -> str:
    """Text wrapped to a width that reads well."""
    console = _console(min(shutil.get_terminal_size((_PIPED, 24)).columns, _READABLE))
    with console.capture() as captured:
        console.print(Text(text, style=Style(bold=bold)))
    return _trimmed(captured.get())


def _console(width: int) -> Console:
    return Console(file=sys.stdout or io.StringIO(), width=width, highlight=False, emoji=False, markup=False)


def _trimmed(text: str) -> str:
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip("\n")


def _grid(table: Table) -> Grid:
    columns = [
        Column(
            Text(name),
            justify="right" if name in table.numeric else "left",
            vertical="top",
            min_width=_least(table, k),
            overflow="fold",
        )
        for k, name in enumerate(table.columns)
    ]
    grid = Grid(*columns, box=None, padding=(0, _GAP, 0, 0), pad_edge=False, show_edge=False)
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid


def _least(table: Table, column: int) -> int:
    """How narrow a column may become: figures stay whole, and so do words that are not long."""
    cells = (*(row[column] for row in table.rows), table.columns[column])
    widest = max((cell_len(word) for cell in cells for word in cell.split()), default=0)
    return widest if table.columns[column] in table.numeric else min(widest, _WORD)


def _record(table: Table, row: tuple[str, ...]) -> str:
    pairs = zip(table.columns, row, strict=True)
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
