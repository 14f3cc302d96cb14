"""How does a table look on a screen? As wide as the screen is, wrapped where it must be, never cut."""

import io
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.table import Table, counted

_PIPED = 100
"""How wide a table is where there is no screen and COLUMNS is not set."""

_READABLE = 110
"""Running text is no wider than this, however wide the screen."""

_MOST = 500
"""So many rows of a table at most are shown; the rest are counted, and stand in a file."""

_PAGE = "on the page (-o brief.html or -o brief.md)"

_GAP = 2
_WORD = 14
"""A column of words is at least so wide, or the rows are shown one below the other."""

_LONG_WORD = 24
"""A word is broken only where it is longer than this, or where the screen has no room for it."""


def render(table: Table) -> str:
    """The table as text for the terminal that stdout is, in its colours, or plain where it is none."""
    if len(table.rows) > _MOST:
        more = (
            f"… and {counted(len(table.rows) - _MOST, 'row')} more; all of them: --json, or -o FILE.md, .html or .json"
        )
        return f"{render(replace(table, rows=table.rows[:_MOST]))}\n\n{more}"
    width = shutil.get_terminal_size((_PIPED, 24)).columns
    console = _console(width)
    with console.capture() as captured:
        if table.title:
            console.print(Text(table.title, style=Style(bold=True)))
        if not table.rows:
            console.print(Text(table.empty))
        elif widths := _widths(table, width):
            console.print(_grid(table, widths, console), soft_wrap=True)
        else:
            console.print(Text("\n\n".join(_record(table, row) for row in table.rows), overflow="fold"))
    return _trimmed(captured.get())


def brief_in_words(blocks: Sequence[Block]) -> str:
    """A brief for the terminal: tables for charts whose figures stand nowhere else, long tables left to the page."""
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
        case Chart(repeated=True):
            return ""
        case Chart():
            return render(block.table)


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


def _grid(table: Table, widths: Sequence[int], console: Console) -> Text:
    """The table as lines, its columns so wide."""
    right = [column in table.numeric for column in table.columns]
    lines = []
    for place, row in enumerate((table.columns, *table.rows)):
        cells = [_wrapped(cell, width, console) for cell, width in zip(row, widths, strict=True)]
        if place == 0:  # heads stand on their columns
            cells = [[""] * (max(map(len, cells)) - len(head)) + head for head in cells]
        for parts in zip_longest(*cells, fillvalue=""):
            padded = (_padded(*each) for each in zip(parts, widths, right, strict=True))
            lines.append(Text((" " * _GAP).join(padded).rstrip(), style=Style(bold=place == 0)))
    return Text("\n").join(lines)


def _wrapped(cell: str, width: int, console: Console) -> list[str]:
    """The lines of a cell that is so wide."""
    if cell_len(cell) <= width and "\n" not in cell:
        return [cell]
    return [line.plain for line in Text(cell).wrap(console, width, overflow="fold")]


def _padded(part: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(part))
    return space + part if right else part + space


def _widths(table: Table, screen: int) -> list[int] | None:
    """How wide each column is on a screen so wide, the widest narrowed first; None where they cannot stand abreast."""
    room = screen - _GAP * (len(table.columns) - 1)
    columns = list(zip(table.columns, *table.rows, strict=True))
    whole = [max(cell_len(line) for cell in column for line in (cell.splitlines() or [""])) for column in columns]
    words = [_longest(column) for column in columns]
    for cap in range(_LONG_WORD, _WORD - 1, -1):
        least = [max(figure, min(word, cap)) for figure, word in words]
        if sum(least) <= room:
            return _shared(whole, least, room)
    return None


def _longest(cells: Sequence[str]) -> tuple[int, int]:
    """How wide the longest figure of a column is, which stays whole, and how wide its longest word."""
    words = [word for cell in cells for word in cell.split()]
    figures = [word for word in words if any(map(str.isdigit, word)) and not any(map(str.isalpha, word))]
    return max(map(cell_len, figures), default=0), max(map(cell_len, words), default=0)


def _shared(whole: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths that fill the room but are no wider than the whole of a column and no narrower than the least."""
    caps = range(max(whole), -1, -1)
    tried = ([max(low, min(full, cap)) for full, low in zip(whole, least, strict=True)] for cap in caps)
    widths = next(each for each in tried if sum(each) <= room)
    spare = room - sum(widths)
    for k, full in enumerate(whole):
        if spare and widths[k] < full:
            widths[k] += 1
            spare -= 1
    return widths


def _record(table: Table, row: tuple[str, ...]) -> str:
    pairs = zip(table.columns, row, strict=True)
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
