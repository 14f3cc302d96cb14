"""What has been negotiated before? The gallery: a page for each case of the past, and an index to compare them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from detente.catalog import past as past_cases
from detente.catalog.backtest import NOT_A_FORECAST
from detente.catalog.precedents import CAUTION, Precedent, cases
from detente.model.history import Ending
from detente.report import pages
from detente.report.blocks import Block, Bullets, Heading, Paragraph, Rows
from detente.report.past import ALIKE, Past, look_back
from detente.table import Table, counted

INDEX = "index.html"
_TITLE = "Negotiations of the past"


def gallery_pages() -> Mapping[str, str]:
    """Every page of the gallery as HTML by the name of its file, the index last."""
    found = [look_back(case) for case in cases()]
    links = {past.case.called: page_of(past.case) for past in found}
    made = {}
    for place, past in enumerate(found):
        around = {"All cases": INDEX}
        if place:
            around[f"← {found[place - 1].case.called}"] = page_of(found[place - 1].case)
        if place + 1 < len(found):
            around[f"{found[place + 1].case.called} →"] = page_of(found[place + 1].case)
        made[page_of(past.case)] = pages.html(past.case.scenario.title, past.blocks, around=around, links=links)
    return {**made, INDEX: pages.html(_TITLE, index(found), links=links)}


def page_names() -> frozenset[str]:
    """The names of the files of all pages."""
    return frozenset((INDEX, *map(_page, past_cases())))


def page_of(case: Precedent) -> str:
    """The name of the file of its page."""
    return _page(case.name)


def _page(name: str) -> str:
    return f"{name}.html"


def index(found: Sequence[Past]) -> tuple[Block, ...]:
    """The index: every case in a row, in several orders, and which are built alike."""
    return (*_opening(found), *_all(found), *_alike(found))


def _opening(found: Sequence[Past]) -> Iterable[Block]:
    agreed = sum(past.tested.agreed for past in found)
    right = sum(past.tested.agreed == past.tested.foreseen for past in found)
    yield Heading(_TITLE, "title", level=1)
    yield Paragraph(
        f"{counted(len(found), 'case')}: in {agreed} of them an agreement took effect. Each was answered without its "
        f"end: whether there would be a deal came out as it did in {right}.",
        lead=True,
    )
    yield Paragraph(NOT_A_FORECAST)
    yield Paragraph(CAUTION)


def _all(found: Sequence[Past]) -> Iterable[Block]:
    yield Heading("The cases", "cases")
    yield Rows(_table("In order of time", found))
    for title, key in _ORDERS.items():
        yield Rows(_table(title, sorted(found, key=key)), long=True)
    yield Bullets(
        (
            "Deal foreseen: whether the positions before the end leave a deal in which every principal gains.",
            "Nash names: of the issues settled on, the part on which Nash’s rule names the option agreed.",
        )
    )


def _table(title: str, found: Sequence[Past]) -> Table:
    columns = (
        "case",
        "date",
        "field",
        "offer",
        "linkage",
        "how it ended",
        "held for",
        "issues, parties",
        "deal foreseen",
        "Nash names",
    )
    rows = tuple(map(_row, found))
    return Table(title, columns, rows, frozenset(("date", "issues, parties", "Nash names")))


def _row(past: Past) -> tuple[str, ...]:
    case, setting = past.case, past.case.setting
    return (
        case.called,
        case.history.date,
        setting.domain,
        setting.offer or "not stated",
        setting.linkage or "not stated",
        case.history.ending.value,
        case.held,
        f"{len(case.scenario.issues)}, {len(case.scenario.parties)}",
        "yes" if past.tested.foreseen else "no",
        past.named,
    )


def _months(past: Past) -> float:
    """Still in force first, then the longest; what was never in force last."""
    history = past.case.history
    if history.held is not None:
        return -float(history.held.likely)
    return -inf if history.ending.agreed else inf


_ORDERS: Mapping[str, Callable[[Past], tuple[float, str]]] = {
    "By field": lambda past: (0, past.case.setting.domain),
    "By how it ended": lambda past: (list(Ending).index(past.case.history.ending), ""),
    "By how long commitments held": lambda past: (_months(past), ""),
    "By offer": lambda past: (0, past.case.setting.offer or ""),
    "By linkage": lambda past: (0, past.case.setting.linkage or ""),
}
"""The orders in which the cases are listed, beside that of time."""


def _alike(found: Sequence[Past]) -> Iterable[Block]:
    yield Heading("Which are built alike", "alike")
    yield Paragraph(
        "The nearest of each by structure: issues, roles, reversibility, linkage, offer and number of parties, from 0 "
        "(alike in all of them) to 1. In what they differ stands on the page of each case."
    )
    columns = ("case", *(word for place in _PLACES for word in (place, "apart")))
    rows = tuple((past.case.called, *_nearest(past)) for past in found)
    yield Rows(Table("", columns, rows, frozenset(("apart",))))


def _nearest(past: Past) -> Iterable[str]:
    for each in past.alike.likenesses or ():
        yield each.precedent.called
        yield f"{each.distance:.2f}"


_PLACES = ("nearest", "second", "third")[:ALIKE]
