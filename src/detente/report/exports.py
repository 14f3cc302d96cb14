"""In which forms does a roadmap leave the house? A page, a picture, a calendar, a table, a chart for others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from detente.analysis.fingerprint import fingerprint
from detente.errors import InfeasibleError
from detente.model.log import months_later
from detente.planning.game import places
from detente.planning.roadmap import Roadmap
from detente.planning.rows import cautions, deeds
from detente.report import pages
from detente.report.blocks import Block, Heading, Paragraph
from detente.report.roadmaps import blocks, drawing, glanced, marked
from detente.table import Table

_OWN = re.compile(
    r"(section|title|click|call|href|includes|excludes|dateformat|axisformat|tickinterval|todaymarker|weekday|weekend"
    r"|acctitle|accdescr|inclusiveenddates|topaxis|gantt)\b|\d{4}-\d\d?-\d\d?|%%",
    re.IGNORECASE,
)
"""How no line of a Gantt chart may begin that is meant as a name."""


@dataclass(frozen=True, eq=False)
class RoadmapPage:
    """A roadmap for its readers: words and tables, a picture, a calendar, a table of steps, a Gantt chart."""

    roadmap: Roadmap

    def payload(self) -> Mapping[str, object]:
        """For JSON."""
        return self.roadmap.payload()

    def tables(self) -> tuple[Table, ...]:
        """For the terminal: what the roadmap says, with the way at a glance."""
        said = self.roadmap.tables()
        glance = glanced(self.roadmap)
        return (*said[:1], glance, *said[1:]) if self.roadmap.walk.order else said

    def markdown(self) -> str:
        """In Markdown."""
        return pages.markdown(self._blocks())

    def html(self) -> str:
        """As one self-contained page."""
        return pages.html(self.roadmap.scenario.title, self._blocks())

    def svg(self) -> str:
        """The picture alone, with what it is of, and what nobody may miss of it."""
        return drawing(self.roadmap, (f"{self.roadmap.scenario.title}. {self.roadmap.says}.", *_cautions(self.roadmap)))

    def csv(self) -> str:
        """One row for each step."""
        return marked(self.roadmap).csv()

    def mermaid(self) -> str:
        """A Gantt chart for Mermaid; rounds are counted in months of 30 days where no day is known."""
        return gantt(self.roadmap)

    def calendar(self) -> str:
        """Milestones for calendars (iCalendar); InfeasibleError where no first day is known."""
        return calendar(self.roadmap)

    def _blocks(self) -> list[Block]:
        scenario = self.roadmap.scenario
        said = [Paragraph(scenario.summary)] if scenario.summary else []
        return [Heading(scenario.title, "top", 1), *said, *blocks(self.roadmap)]


def gantt(found: Roadmap) -> str:
    """A Gantt chart in the language of Mermaid."""
    first = found.start or date(2000, 1, 1)
    title = _clean(" ".join([f"{found.scenario.title}. {found.says}.", *_cautions(found)]))
    lines = ["gantt", f"    title {title}", "    dateFormat YYYY-MM-DD", "    axisFormat %b %Y"]
    if found.start is None:
        lines[-1] = "    axisFormat %m"
    start = 0
    for place, step in enumerate(found.walk.order):
        length = found.walk.lengths[place]
        lines.append(f"    section Round {place + 1}")
        begins, ends = months_later(first, start), months_later(first, start + length)
        for k in places(step):
            who = " and ".join(found.scenario.parties[party].title for party in found.commitments[k].by)
            lines.append(f"    {_safe(f'{who}: {found.name_of(k)}')} :{begins}, {ends}")
        start += length
    return "\n".join(lines) + "\n"


def _cautions(found: Roadmap) -> list[str]:
    return [f"{said[:1].upper()}{said[1:]}." for said in cautions(found)]


def _clean(text: str) -> str:
    """Without the signs that Mermaid reads as its own."""
    return " ".join(text.replace(":", " –").replace(";", ",").replace("#", "no.").split())


def _safe(text: str) -> str:
    """The same for what begins a line: a name that begins like a word of Mermaid, or like a day, gets a dot before."""
    found = _clean(text)
    return f"· {found}" if _OWN.match(found) else found


def calendar(found: Roadmap) -> str:
    """Milestones, one for each round: what is due, from whom, and the day by which it can be verified."""
    if found.start is None:
        raise InfeasibleError("a calendar needs the day on which the first round begins: --start 2021-03-01")
    made = Calendar()
    made.add("prodid", "-//detente//roadmap//EN")
    made.add("version", "2.0")
    made.add("name", found.scenario.title)
    way = fingerprint((found.scenario, None if found.target is None else dict(found.target)))[:16]
    start = 0
    for place, length in enumerate(found.walk.lengths):
        event = Event()
        verified = months_later(found.start, start + length)
        event.add("uid", f"round-{place + 1}-{way}@detente")
        event.add("dtstamp", _midnight(found.start))
        event.add("dtstart", verified)
        event.add("summary", f"{found.scenario.title}: round {place + 1} is done and verified")
        event.add("description", " ".join([f"{deeds(found, place)}. {found.says}.", *_cautions(found)]))
        made.add_component(event)
        start += length
    return str(made.to_ical(), "utf-8")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
