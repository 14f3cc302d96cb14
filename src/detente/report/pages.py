"""How is a brief shown? The same blocks as Markdown or as one self-contained HTML page."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, Template
from markupsafe import Markup

from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.table import NO_LINKS


def markdown(blocks: Sequence[Block]) -> str:
    """The blocks in Markdown; of a chart its title, its sentence and its table."""
    parts = []
    for block in blocks:
        match block:
            case Heading():
                parts.append(f"{'#' * block.level} {block.text}")
            case Paragraph():
                parts.append(f"**{block.text}**" if block.lead else block.text)
            case Bullets():
                parts.append("\n".join(f"- {item}" for item in block.items))
            case Rows():
                parts += [f"**{block.table.title}**"] * bool(block.table.title) + [block.table.markdown()]
            case Chart():
                parts += [f"**{block.title}**", block.says, block.table.markdown()]
    return "\n\n".join(part for part in parts if part) + "\n"


def html(
    title: str,
    blocks: Sequence[Block],
    *,
    around: Mapping[str, str] = NO_LINKS,
    links: Mapping[str, str] = NO_LINKS,
) -> str:
    """The blocks as one HTML page that needs no network and no scripts.

    `around` are the pages beside it, by what leads there; `links` leads on from cells of its tables, by their text.
    """
    shown = [(type(block).__name__.lower(), block) for block in blocks]
    headings = [block for block in blocks if isinstance(block, Heading) and block.level > 1]
    return _template().render(title=title, blocks=shown, headings=headings, around=around, links=links, markup=Markup)


@cache
def _template() -> Template:
    source = files("detente.report").joinpath("templates", "page.html").read_text(encoding="utf-8")
    return Environment(loader=DictLoader({"page.html": source}), autoescape=True).get_template("page.html")
