"""How is a result shown? As rows and columns; one printer turns them into text, Markdown, HTML or CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType
from typing import Protocol

NO_LINKS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns, with a title; `numeric` names the columns that align to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[str] = frozenset()
    empty: str = "Nothing to show."

    def markdown(self) -> str:
        """The table in Markdown."""
        if not self.rows:
            return self.empty
        rule = ["---:" if column in self.numeric else "---" for column in self.columns]
        lines = [self.columns, rule, *self.rows]
        return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines)

    def html(self, links: Mapping[str, str] = NO_LINKS, anchors: Mapping[str, str] = NO_LINKS) -> str:
        """The table in HTML, accessible: a caption, headings with their scope; `links` leads on by a cell's text.

        `anchors` names what leads to a row, by its first cell (of several rows that begin so, to the first).
        """
        if not self.rows:
            return f"<p>{escape(self.empty)}</p>"
        kinds = [' class="number"' if column in self.numeric else "" for column in self.columns]
        head = "".join(
            f'<th scope="col"{kind}>{escape(column)}</th>' for column, kind in zip(self.columns, kinds, strict=True)
        )
        left = dict(anchors)
        body = "".join(
            f"<tr{_anchored(left.pop(row[0], ''))}>"
            + f'<th scope="row"{kinds[0]}>{_linked(row[0], links)}</th>'
            + "".join(f"<td{kind}>{_linked(text, links)}</td>" for text, kind in zip(row[1:], kinds[1:], strict=True))
            + "</tr>"
            for row in self.rows
        )
        caption = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def filled(self) -> "Table":
        """The table without the columns in which nothing stands."""
        kept = [k for k in range(len(self.columns)) if any(row[k] for row in self.rows)] if self.rows else []
        if len(kept) in (0, len(self.columns)):
            return self
        rows = tuple(tuple(row[k] for k in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[k] for k in kept), rows=rows)

    def csv(self) -> str:
        """The table as comma-separated values."""
        target = io.StringIO()
        csv.writer(target, lineterminator="\n").writerows([self.columns, *self.rows])
        return target.getvalue()


class Tabular(Protocol):
    """A result that knows its rows."""

    def table(self) -> Table:
        """The result as rows and columns."""
        ...


def figure(value: float) -> str:
    """A number as people write it: no needless decimals, a real minus sign."""
    text = f"{round(value, 1):,g}" if abs(value) < 1000 else f"{value:,.0f}"
    if text in {"-0", "0"}:
        return "0"
    return text.replace("-", "−")


def exact(value: float) -> str:
    """A number with all its decimals, and a real minus sign."""
    return f"{value:,.9g}".replace("-", "−")


def points(value: float) -> str:
    """So many points: 1 point, 2 points."""
    return f"{figure(value)} {'point' if figure(value) == '1' else 'points'}"


def counted(number: int, word: str) -> str:
    """So many of something: 1 round, 2 rounds."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _anchored(anchor: str) -> str:
    return f' id="{escape(anchor)}"' if anchor else ""


def _linked(text: str, links: Mapping[str, str]) -> str:
    """A cell in HTML, a link where its whole text leads somewhere."""
    shown = escape(text)
    return f'<a href="{escape(links[text])}">{shown}</a>' if text in links else shown


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
