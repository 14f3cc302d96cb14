"""How does the past look? A line for each event under an axis of years: dots for steps, squares for facts, bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from detente.report.charts import BLUE, GREY, ORANGE, WIDTH, label, svg
from detente.report.lettering import opening

_LEFT, _RIGHT = 182.0, 344.0
_TEXT = 356.0
_LINE = 22.0
_TICKS = 4
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: when, as the file writes it, what, and whether it was a step or is a fact on record."""

    date: str
    says: str
    step: bool

    @property
    def start(self) -> tuple[int, ...]:
        """When it began, to put it in order: a year goes before its months, a month before its days."""
        return tuple(map(int, self.date.split("..")[0].split("-")))


def chronicle(title: str, happened: Sequence[Happening], end: tuple[str, str]) -> str:
    """The events in the order given, numbered, with a line down where it ended: the date and what to call it."""
    spans = [span(each.date) for each in happened]
    last, said = end
    close = span(last)[0]
    known = [close, *(a for a, _ in spans), *(b for _, b in spans if b is not None)]
    scale = _Scale(min(known), max(known))
    bottom = 48 + _LINE * len(happened)
    x = scale.at(close)
    parts = [scale.drawn(bottom), f'<path d="M{x:.1f} 38V{bottom:.1f}" stroke="{ORANGE}" stroke-width="1.6"/>']
    parts.append(label(min(max(x, _LEFT + 24), _RIGHT - 24), 14, said, "mark", "middle"))
    for line, (each, (start, until)) in enumerate(zip(happened, spans, strict=True)):
        y = 56 + _LINE * line
        parts.append(
            f"<g><title>{escape(f'{each.date}: {each.says}')}</title>{label(24, y + 4, str(line + 1), 'mark', 'end')}"
            f"{label(32, y + 4, each.date.replace('..', ' – '), 'tick')}{_mark(each, y, start, until, scale)}"
            f"{label(_TEXT, y + 4, opening(each.says, WIDTH - _TEXT - 8))}</g>"
        )
    key = f"{_dot(38, bottom + 22)}{label(50, bottom + 26, 'a step', 'tick')}"
    key += f"{_square(108, bottom + 22)}{label(120, bottom + 26, 'a fact on record', 'tick')}"
    key += label(228, bottom + 26, "a bar: within or throughout this time; → still so", "tick")
    return svg(title, bottom + 38, "".join(parts) + key)


def span(date: str) -> tuple[float, float | None]:
    """From when to when, in years: the whole of a year or a month where no day is named; None: still so."""
    start, dots, end = date.partition("..")
    if dots and not end:
        return _moment(start, 0), None
    return _moment(start, 0), _moment(end or start, 1)


def _moment(text: str, after: int) -> float:
    """The beginning of a year, month or day, or its end."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    if not month:
        return float(year + after)
    if not day:
        return year + (month - 1 + after) / 12
    return year + (month - 1) / 12 + (day - 1) / 372


class _Scale:
    """Where a moment lies across the picture."""

    def __init__(self, first: float, last: float) -> None:
        months = 12 * (last - first)
        step = next((each for each in _MONTHS if months / each <= _TICKS), _MONTHS[-1])
        self.step = step
        self.first = int(first * 12 + 1e-6) // step * step
        self.last = max(ceil(last * 12 - 1e-6), self.first + step)

    def at(self, moment: float) -> float:
        return _LEFT + (12 * moment - self.first) / (self.last - self.first) * (_RIGHT - _LEFT)

    def drawn(self, bottom: float) -> str:
        parts = []
        for month in range(self.first, self.last + 1, self.step):
            x = self.at(month / 12)
            said = str(month // 12) if self.step % 12 == 0 else f"{month // 12}-{month % 12 + 1:02}"
            parts.append(f'<line x1="{x:.1f}" y1="38" x2="{x:.1f}" y2="{bottom:.1f}"/>')
            parts.append(label(x, 32, said, "tick", "middle"))
        return "".join(parts)


def _mark(each: Happening, y: float, start: float, until: float | None, scale: _Scale) -> str:
    """A dot or a square where it began, and a bar as long as it went on or the date is open."""
    x, end = scale.at(start), _RIGHT if until is None else scale.at(until)
    colour = BLUE if each.step else GREY
    bar = f'<rect x="{x:.1f}" y="{y - 3:.1f}" width="{end - x:.1f}" height="6" fill="{colour}" opacity="0.35"/>'
    arrow = f'<path d="M{_RIGHT:.1f} {y - 5:.1f}l7 5-7 5z" fill="{colour}"/>' if until is None else ""
    return f"{bar if end - x > 1 else ''}{arrow}{_dot(x, y) if each.step else _square(x, y)}"


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{BLUE}"/>'


def _square(x: float, y: float) -> str:
    return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="{GREY}"/>'
