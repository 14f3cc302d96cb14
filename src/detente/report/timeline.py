"""How does a roadmap look? Lanes for each party, rounds and months across, who moves when, and how exposed each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap

from detente.report.charts import BLUE, GREEN, GREY, ORANGE, WIDTH, label, numeral, svg
from detente.report.lettering import fitted, told_apart

_LEFT = 150.0
_DOT = 22.0
_LEAST = 40.0
_BAR = 26.0
_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Lane:
    """A party: the numbers of the steps it has a hand in and its exposure, round by round."""

    name: str
    steps: tuple[tuple[int, ...], ...]
    exposure: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A step of the legend: what it is, and whether it is for good."""

    number: int
    says: str
    for_good: bool


def timeline(
    title: str, months: Sequence[int], lanes: Sequence[Lane], legend: Sequence[Entry], head: Sequence[str] = ()
) -> str:
    """Lanes with numbered steps in their rounds, bars of exposure under them, a diamond where a round is verified.

    A picture that stands alone has lines of text over it.
    """
    lines = [line for each in head for line in wrap(each, _CHARACTERS)]
    over = "".join(label(16, 16 + 18 * place, line) for place, line in enumerate(lines))
    body, height = _drawn(months, lanes, legend)
    down = 18 * len(lines) + 8 if lines else 0
    return svg(title, height + down, f'{over}<g transform="translate(0 {down})">{body}</g>' if lines else body)


def _drawn(months: Sequence[int], lanes: Sequence[Lane], legend: Sequence[Entry]) -> tuple[str, float]:
    """The drawing, and its height."""
    edges = _edges(months)
    good = {entry.number for entry in legend if entry.for_good}
    most = max([1e-9, *(value for lane in lanes for value in lane.exposure)])
    parts, y = [_axis(edges, months)], 46.0
    tops = []
    names = told_apart([lane.name for lane in lanes], _LEFT - 12, "mark")
    for lane, name in zip(lanes, names, strict=True):
        body, height = _lane(lane, name, edges, y, good, most)
        tops.append(body)
        y += height
    parts += [_grid(edges, y), *tops, *(_diamond(x, y + 4) for x in edges[1:])]
    parts.append(label(_LEFT, y + 26, "◆ by then each step is done and a breach would have been noticed", "tick"))
    for line, entry in enumerate(legend):
        parts.append(_dot(16, y + 52 + 20 * line, entry.number, good))
        said = f"{entry.says}{' (for good)' if entry.for_good else ''}"
        parts.append(label(34, y + 56 + 20 * line, fitted(said, WIDTH - 42)))
    return "".join(parts), y + 56 + 20 * len(legend)


def _edges(months: Sequence[int]) -> list[float]:
    """Where rounds begin and end: by their months, each wide enough to be read."""
    room = WIDTH - 20 - _LEFT
    least = min(_LEAST, room / max(1, len(months)))
    spare = room - least * len(months)
    edges = [_LEFT]
    for length in months:
        edges.append(edges[-1] + least + spare * length / (sum(months) or 1))
    return edges


def _axis(edges: Sequence[float], months: Sequence[int]) -> str:
    parts, start = [label(_LEFT - 8, 14, "round", "tick", "end"), label(_LEFT - 8, 30, "months", "tick", "end")], 0
    for place, length in enumerate(months):
        middle = (edges[place] + edges[place + 1]) / 2
        parts.append(label(middle, 14, str(place + 1), "mark", "middle"))
        span = str(start + 1) if length == 1 else f"{start + 1}–{start + length}"
        if edges[place + 1] - edges[place] > 7 * len(span):
            parts.append(label(middle, 30, span, "tick", "middle"))
        start += length
    return "".join(parts)


def _grid(edges: Sequence[float], bottom: float) -> str:
    return "".join(f'<line x1="{x:.1f}" y1="36" x2="{x:.1f}" y2="{bottom:.1f}"/>' for x in edges)


def _lane(lane: Lane, name: str, edges: Sequence[float], y: float, good: set[int], most: float) -> tuple[str, float]:
    """The drawing of a lane, and its height."""
    fits = [max(1, int((right - left - 4) / _DOT)) for left, right in pairwise(edges)]
    lines = max([1, *(-(-len(steps) // fit) for steps, fit in zip(lane.steps, fits, strict=True))])
    top = y + 14
    parts = [label(_LEFT - 8, top + 4, name, "mark", "end")]
    parts[0] = f"<g><title>{escape(lane.name)}</title>{parts[0]}</g>"
    base = top + _DOT * (lines - 1) + 16
    for place, steps in enumerate(lane.steps):
        left, right = edges[place], edges[place + 1]
        for turn, step in enumerate(steps):
            x = left + 4 + _DOT / 2 + _DOT * (turn % fits[place])
            parts.append(_dot(x, top + _DOT * (turn // fits[place]), step, good))
        value = lane.exposure[place]
        if value > 0:
            tall = max(2.0, _BAR * value / most)
            parts.append(
                f'<rect x="{left + 3:.1f}" y="{base:.1f}" width="{right - left - 6:.1f}" height="{tall:.1f}" '
                f'fill="{ORANGE}" opacity="0.75"><title>{escape(lane.name)}: exposed by {numeral(value)}</title></rect>'
            )
            parts.append(label((left + right) / 2, base + tall + 12, numeral(value), "tick", "middle"))
    height = base + _BAR + 20 - y
    parts.append(f'<line x1="8" y1="{y + height:.1f}" x2="{WIDTH - 12}" y2="{y + height:.1f}"/>')
    return "".join(parts), height


def _dot(x: float, y: float, step: int, good: set[int]) -> str:
    colour = BLUE if step in good else GREEN
    shape = (
        f'<rect x="{x - 9:.1f}" y="{y - 9:.1f}" width="18" height="18" fill="{colour}" rx="2"/>'
        if step in good
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9.5" fill="{colour}"/>'
    )
    return f'{shape}<text x="{x:.1f}" y="{y + 4:.1f}" class="inside" text-anchor="middle">{step}</text>'


def _diamond(x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y - 6:.1f}l5 6-5 6-5-6z" fill="{GREY}"/>'
