"""What is a brief made of? Headings, paragraphs, lists, tables and charts; each renderer shows them its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.table import Table


@dataclass(frozen=True, slots=True)
class Heading:
    """A section begins; `anchor` names it in links."""

    text: str
    anchor: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text; `lead` marks the answer that comes first."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; `long` ones are folded away on a page and left to the page by the terminal.

    On a page `links` lead on from its cells, by their text, and `anchors` name what leads to its rows, by their first.
    """

    table: Table
    long: bool = False
    links: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as SVG with what it shows in a sentence, and the table of what it draws.

    `told` where that table is for reading: on a page it stands open beneath. `repeated` where the tables and sentences
    around it say the same: the terminal leaves it out.
    """

    title: str
    says: str
    svg: str
    table: Table
    told: bool = False
    repeated: bool = False


Block = Heading | Paragraph | Bullets | Rows | Chart
