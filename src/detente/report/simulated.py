"""How is a process shown that was played out? The answer and its caution first, then tables, pictures, assumptions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from detente.report import pages
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.played import assumed, beside_steps, in_sentences, least_regretted, never_agreed, principals
from detente.report.process import process_tables
from detente.report.process_charts import endings_chart, fan_chart, map_chart, survival_chart
from detente.simulation import rows
from detente.simulation.doubt import NO_DEAL, Map, Place
from detente.simulation.rows import CAUTION
from detente.simulation.simulate import Simulation
from detente.simulation.tally import ENDINGS
from detente.table import Table, listed

_PAIRS = 3
"""Tension is drawn between so many pairs of principals at most."""


@dataclass(frozen=True, eq=False)
class SimulationPage:
    """A process that was played out, for its readers."""

    simulation: Simulation

    def payload(self) -> Mapping[str, object]:
        """For JSON."""
        return self.simulation.payload()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """For the terminal: words and tables."""
        return (*self._said(), *(Rows(table) for table in self.simulation.tables()), *self._assumed())

    def markdown(self) -> str:
        """In Markdown."""
        return pages.markdown(self._page())

    def html(self) -> str:
        """As one self-contained page."""
        return pages.html(self._title, self._page())

    @property
    def _title(self) -> str:
        return f"{self.simulation.scenario.title}: all at once, or step by step?"

    def _said(self) -> Iterator[Block]:
        found = self.simulation
        yield Heading(self._title, "top", 1)
        for text in in_sentences(found):
            yield Paragraph(text, lead=True)
        yield Paragraph(CAUTION, lead=True)
        if told := [*never_agreed(found), *beside_steps(found), *least_regretted(found)]:
            yield Bullets(tuple(told))

    def _assumed(self) -> Iterator[Block]:
        yield Heading("What is assumed", "assumed")
        yield Bullets(assumed(self.simulation))

    def _page(self) -> list[Block]:
        found = self.simulation
        odds, worth, endings = rows.as_judged(found)
        stands = survived(found)
        regrets = [*rows.mixes(found), *rows.regrets(found)]
        return [
            *self._said(),
            *_part("Since the plan was made", "since", map(Rows, rows.since(found))),
            *_part("What comes of each strategy", "strategies", [Rows(odds), Rows(worth)]),
            *_part("Each pair of strategies", "pairs", map(Rows, rows.paired(found))),
            *_part("How it ends", "endings", [ended(found, endings), *([stands] if stands else [])]),
            *_part("Tension", "tension", tensions(found)),
            *_part("What would be regretted", "regret", map(Rows, regrets)),
            *_part("Who wins where", "map", (block for each in found.maps for block in mapped(each))),
            *_part("Claims on the process", "claims", map(Rows, rows.claimed(found))),
            *_part("What would make it safer", "safer", map(Rows, rows.safer(found))),
            *self._assumed(),
            *(Rows(table, long=True) for table in process_tables(found.scenario) if table.rows and found.stated),
        ]


def _part(title: str, name: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks under a heading; nothing where there are none."""
    found = list(blocks)
    if found:
        yield Heading(title, name)
        yield from found


def mapped(found: Map) -> Iterator[Block]:
    """Who wins where, as a picture with its table, and where the stepwise strategy loses to each other one."""
    won, lost = found.tables()
    axes = ("how much the principals trust each other at first", "crises and breakdown, beside those of the file")
    if not found.multiples:
        axes = (axes[0], "chance of a breakdown")
    xs = [f"{100 * trust:.0f}%" for trust in found.trusts]
    ys = [f"× {hazard:g}" if found.multiples else found.hazard_in_words(hazard) for hazard in found.hazards]
    places = [[found.at(trust, hazard) for trust in found.trusts] for hazard in found.hazards]
    winners = [[each.best if each.agreed else NO_DEAL for each in row] for row in places]
    margins = [[_margin(each, found.stepwise) for each in row] for row in places]
    title = f"Who wins where, by what it is worth to {found.title}"
    says = (
        f"In each place the best strategy; numbers are what {found.stepwise} lacks to it, in points of {found.title}."
    )
    yield Chart(title, says, map_chart(title, axes, xs, ys, winners, margins, found.stepwise), won)
    yield Rows(lost)


def _margin(place: Place, stepwise: str) -> float | None:
    """What the stepwise strategy lacks to the best: nothing where it is the best, None where it cannot be told."""
    if place.best == stepwise:
        return 0.0
    return None if stepwise in place.tied else place.behind[stepwise].mean


def ended(found: Simulation, table: Table) -> Chart:
    """How the runs of each strategy end, with the table of it."""
    title = "How the runs of each strategy end"
    says = (
        "In percent of the runs: all done and in force; done as far as anybody sees, though a breach went unseen; "
        "under way when the months were over; collapsed after something was agreed; nothing ever agreed, though steps "
        "may have been taken unasked."
    )
    odds = next(iter(found.odds.values()))
    bars = [(name, [each.endings[end].p for end in ENDINGS]) for name, each in odds.items()]
    return Chart(title, says, endings_chart(title, ENDINGS, bars), table)


def survived(found: Simulation) -> Chart | None:
    """How long what was agreed stands; None where nothing ever is."""
    odds = next(iter(found.odds.values()))
    lines = [(name, each.stands) for name, each in odds.items() if each.agreement.p > 0]
    if not lines:
        return None
    never = [name for name, each in odds.items() if not each.agreement.p]
    title = "How long what was agreed stands"
    says = "The chance that the process has not collapsed so many months after something was first agreed."
    says += f" Nothing is ever agreed with {listed(never)}." if never else ""
    months = _told_months(found.months)
    columns = ("strategy", *(f"after {month} mo." for month in months))
    rows = tuple((name, *(f"{100 * stands[month]:.0f}%" for month in months)) for name, stands in lines)
    return Chart(title, says, survival_chart(title, lines), Table(title, columns, rows, frozenset(columns[1:])))


def tensions(found: Simulation) -> Iterator[Chart]:
    """Tension between any two principals, by strategy."""
    odds, named = next(iter(found.odds.values())), principals(found)
    every = list(next(iter(odds.values())).tension)
    pairs = [pair for pair in every if set(pair) <= set(named)] or every
    high = found.stage.climate.high
    for one, other in pairs[:_PAIRS]:
        title = f"Tension between {found.title_of(one)} and {found.title_of(other)}"
        panels = [(name, each.tension[one, other]) for name, each in odds.items()]
        columns = ("strategy", *(f"month {month}" for month in _told_months(found.months)))
        rows = tuple((name, *(_span(band, month) for month in _told_months(found.months))) for name, band in panels)
        says = "From 0 to 1, month by month: the mean of the two sides."
        table = Table(f"{title}: half below (5 to 95 of 100 runs)", columns, rows, frozenset(columns[1:]))
        yield Chart(title, says, fan_chart(title, panels, high), table)


def _told_months(months: int) -> list[int]:
    """The months that a table tells."""
    return sorted({round(months * part / 5) for part in range(6)})


def _span(band: tuple[tuple[float, ...], ...], month: int) -> str:
    return f"{band[2][month]:.2f} ({band[0][month]:.2f} to {band[4][month]:.2f})"
