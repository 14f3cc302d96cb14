"""How does an answer reach its reader? On the screen as tables, as one JSON object, or in a file."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import click

from detente.cli.screen import brief_in_words, render
from detente.cli.writing import write
from detente.report.blocks import Block
from detente.table import Table


@runtime_checkable
class _Plain(Protocol):
    def payload(self) -> Mapping[str, object]: ...


@runtime_checkable
class _OneTable(Protocol):
    def table(self) -> Table: ...


@runtime_checkable
class _Tables(Protocol):
    def tables(self) -> tuple[Table, ...]: ...


@runtime_checkable
class _Spoken(Protocol):
    def text(self) -> str: ...


@runtime_checkable
class _Blocks(Protocol):
    @property
    def blocks(self) -> Sequence[Block]: ...


@runtime_checkable
class _Page(Protocol):
    def html(self) -> str: ...

    def markdown(self) -> str: ...


@runtime_checkable
class _Written(Protocol):
    @property
    def written(self) -> Path: ...


def deliver(result: object, out: Path | None, *, as_json: bool) -> None:
    """Print the result and, if asked, also write it into a file; a path that was written is told on stderr."""
    if isinstance(result, Path):
        click.echo(str(result), err=True)
        if as_json:
            click.echo(in_json({"schema": "detente/new/1", "file": str(result)}))
        return
    if isinstance(result, _Written):
        click.echo(str(result.written), err=True)
        if as_json:
            click.echo(in_json(result))
        return
    if out is not None:
        click.echo(str(write(out, _WRITERS[out.suffix.lower()](result))), err=True)
    click.echo(in_json(result) if as_json or isinstance(result, Mapping) else in_words(result))
    if sys.stdout is not None:
        sys.stdout.flush()


def in_json(result: object) -> str:
    """One JSON object."""
    payload = result.payload() if isinstance(result, _Plain) else result
    return json.dumps(payload, ensure_ascii=False, indent=2)


def in_words(result: object) -> str:
    """For the screen: the result's own words, the blocks of a brief, or the result's tables."""
    if isinstance(result, _Spoken):
        return result.text()
    if isinstance(result, _Blocks):
        return brief_in_words(result.blocks)
    return "\n\n".join(render(table) for table in _tables(result))


def _markdown(result: object) -> str:
    if isinstance(result, _Page):
        return result.markdown()
    parts = [part for table in _tables(result) for part in (f"## {table.title}" * bool(table.title), table.markdown())]
    return "\n\n".join(part for part in parts if part) or _fenced(result)


def _html(result: object) -> str:
    if isinstance(result, _Page):
        return result.html()
    tables = _tables(result)
    named = getattr(getattr(result, "scenario", None), "title", "")
    title = escape(named or next((table.title for table in tables if table.title), "détente"))
    head = f"<h1>{title}</h1>\n" if named else ""
    body = head + ("\n".join(table.html() for table in tables) or f"<pre>{escape(in_json(result))}</pre>")
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
        f"<main>\n{body}\n</main>\n</html>"
    )


def _fenced(result: object) -> str:
    return f"```json\n{in_json(result)}\n```"


def _tables(result: object) -> tuple[Table, ...]:
    if isinstance(result, _Tables):
        return result.tables()
    return (result.table(),) if isinstance(result, _OneTable) else ()


_WRITERS: dict[str, Callable[[Any], str]] = {
    ".html": _html,
    ".md": _markdown,
    ".json": in_json,
    ".svg": lambda result: result.svg(),
    ".csv": lambda result: result.csv(),
    ".mmd": lambda result: result.mermaid(),
    ".ics": lambda result: result.calendar(),
}
"""By the end of the file's name; the last four for results that a command offers them for."""

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;overflow-wrap:break-word}"
    "table{border-collapse:collapse;margin:0 0 2rem}"
    "caption{font-weight:bold;text-align:left}th,td{padding:.2rem .6rem;text-align:left;vertical-align:top;"
    "border-bottom:1px solid #bbb}.number{text-align:right}"
)
