"""How does a figure look? Charts as SVG, drawn from plain numbers, readable in print and without colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

BLUE, ORANGE, GREEN, RED, GREY = "#1f5a99", "#b35c00", "#2a7d4f", "#a3261e", "#6b7280"
_WIDTH = 720
_CHAR = 7.3


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled point of a scatter chart."""

    x: float
    y: float
    label: str
    colour: str
    shape: str = "circle"


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar, with a text behind it; with `low` and `high` a range is drawn through it."""

    label: str
    value: float
    text: str
    colour: str
    low: float | None = None
    high: float | None = None


def scatter(
    title: str,
    axes: tuple[str, str],
    front: Sequence[tuple[float, float]],
    marks: Sequence[Mark],
    zone: str,
    cloud: Sequence[tuple[float, float]] = (),
) -> str:
    """Gains of two sides: the frontier as steps, the zone of agreement shaded, marked points numbered with a legend.

    `cloud` holds points that are only dots.
    """
    xs = [0.0, *(x for x, _ in (*front, *cloud)), *(mark.x for mark in marks)]
    ys = [0.0, *(y for _, y in (*front, *cloud)), *(mark.y for mark in marks)]
    plot = _Plot(_axis(min(xs), max(xs)), _axis(min(ys), max(ys)))
    parts = [plot.zone(zone), plot.frame(axes), plot.dots(cloud)]
    if front:
        parts.append(plot.steps(sorted(front)))
    legend = []
    for number, mark in enumerate(marks, start=1):
        parts.append(plot.mark(mark, str(number)))
        legend.append((str(number), mark))
    height = plot.bottom + 52 + 20 * len(legend)
    parts += [_legend(plot.bottom + 60 + 20 * line, *entry) for line, entry in enumerate(legend)]
    return svg(title, height, "".join(parts))


def bars(title: str, rows: Sequence[Bar], unit: str) -> str:
    """Horizontal bars around zero, each with its text behind it."""
    reach = [0.0, *(row.value for row in rows)]
    reach += [end for row in rows for end in (row.low, row.high) if end is not None]
    ticks = _axis(min(reach), max(reach))
    left = min(300.0, 12 + _CHAR * max((len(row.label) for row in rows), default=0))
    right = min(230.0, 12 + _CHAR * max((len(row.text) for row in rows), default=0))
    scale = (_WIDTH - left - right - 12) / ((ticks[-1] - ticks[0]) or 1)
    height = 34 + 30 * len(rows) + 24
    parts = []
    for tick in ticks:
        x = left + (tick - ticks[0]) * scale
        strong = ' class="zero"' if tick == 0 else ""
        parts.append(f'<line x1="{x:.1f}" y1="24" x2="{x:.1f}" y2="{height - 30}"{strong}/>')
        parts.append(label(x, height - 14, numeral(tick), "tick", "middle"))
    for line, row in enumerate(rows):
        parts.append(_bar(row, 30 + 30 * line, left, scale, ticks[0]))
    parts.append(label(left, 14, unit, "tick"))
    return svg(title, height, "".join(parts))


@dataclass(frozen=True, slots=True)
class Swing:
    """A labelled bar between two values, each with its name."""

    label: str
    low: float
    high: float
    low_name: str
    high_name: str


def tornado(title: str, rows: Sequence[Swing], middle: float, unit: str) -> str:
    """Bars between two values, the names of these at their ends, and a line at the middle; zero is on the axis."""
    ticks = _axis(min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows)))
    left, line = 24.0, 46
    scale = (_WIDTH - 2 * left) / ((ticks[-1] - ticks[0]) or 1)
    height = 34 + line * len(rows) + 24
    parts = []
    for tick in ticks:
        x = left + (tick - ticks[0]) * scale
        parts.append(f'<line x1="{x:.1f}" y1="24" x2="{x:.1f}" y2="{height - 30}"/>')
        parts.append(label(x, height - 14, numeral(tick), "tick", "middle"))
    for place, row in enumerate(rows):
        y = 34 + line * place
        a, b = (left + (each - ticks[0]) * scale for each in (row.low, row.high))
        said = f"{row.label} {row.low_name}: {numeral(row.low)}; {row.high_name}: {numeral(row.high)}"
        parts.append(
            f"<g><title>{escape(said)}</title>{label(left, y + 9, fitted(row.label, 96))}"
            f'<rect x="{a:.1f}" y="{y + 15}" width="{max(b - a, 1.5):.1f}" height="14" fill="{BLUE}" rx="1.5"/></g>'
        )
        parts.append(_ends(a, b, y + 27, row))
    x = left + (middle - ticks[0]) * scale
    parts.append(f'<path d="M{x:.1f} 24V{height - 30}" class="range" stroke-dasharray="4 3"/>')
    parts.append(label(left, 14, unit, "tick"))
    return svg(title, height, "".join(parts))


def _ends(a: float, b: float, y: float, row: Swing) -> str:
    """The names at both ends of a bar, inside the picture."""
    low, high = fitted(row.low_name, 40), fitted(row.high_name, 40)
    before = 6.6 * len(low) + 6 < a
    after = 6.6 * len(high) + 6 < _WIDTH - b
    if before and after:
        return label(a - 6, y, low, "tick", "end") + label(b + 6, y, high, "tick")
    whole = fitted(f"{row.low_name} – {row.high_name}", 70)
    wide = 6.6 * len(whole) + 6
    if wide < _WIDTH - b:
        return label(b + 6, y, whole, "tick")
    if wide < a:
        return label(a - 6, y, whole, "tick", "end")
    return label((a + b) / 2, y - 1, fitted(whole, max(4, int((b - a) / 6.6))), "inside", "middle")


def grid(title: str, axes: tuple[str, str], heads: Sequence[str], rows: Sequence[tuple[str, "Sequence[Cell]"]]) -> str:
    """A map: a shaded cell for each pair of heads, the deeper the larger its share, with a text in it."""
    left, top, line = 210.0, 84.0, 54.0
    width = (_WIDTH - left - 12) / max(len(heads), 1)
    parts = [label(8, 18, fitted(f"down: {axes[0]}", 96)), label(8, 40, fitted(f"across: {axes[1]}", 96))]
    for k, head in enumerate(heads):
        parts.append(label(left + (k + 0.5) * width, top - 10, _short(head, width), "tick", "middle"))
    for place, (name, cells) in enumerate(rows):
        y = top + line * place
        parts.append(
            f"<g><title>{escape(name)}</title>{label(left - 10, y + 32, _short(name, left), anchor='end')}</g>"
        )
        for k, (share, text) in enumerate(cells):
            x = left + k * width
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{y + 2:.1f}" width="{width - 4:.1f}" height="{line - 4:.1f}" fill="{GREEN}" '
                f'fill-opacity="{0.08 + 0.72 * share:.2f}" rx="3"/>' + label(x + width / 2, y + 32, text, "", "middle")
            )
    return svg(title, top + line * len(rows) + 12, "".join(parts))


Cell = tuple[float, str]
"""A share from 0 to 1, and the text to write on it."""


def _bar(row: Bar, y: float, left: float, scale: float, start: float) -> str:
    zero, end = left + (0 - start) * scale, left + (row.value - start) * scale
    x, width = min(zero, end), max(abs(end - zero), 1.5)
    name = _short(row.label, left)
    parts = [
        f"<g><title>{escape(row.label)}</title>{label(left - 8, y + 15, name, anchor='end')}</g>",
        f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="16" fill="{row.colour}" rx="1.5"/>',
    ]
    furthest = max(end, zero)
    if row.low is not None and row.high is not None and row.low != row.high:
        a, b = (left + (each - start) * scale for each in (row.low, row.high))
        parts.append(f'<path d="M{a:.1f} {y + 6}v10m0-5H{b:.1f}m0-5v10" class="range"/>')
        furthest = max(furthest, b)
    parts.append(label(furthest + 7, y + 15, row.text))
    return "".join(parts)


class _Plot:
    """The frame of a scatter chart and its coordinates."""

    left, top, right, bottom = 64.0, 18.0, _WIDTH - 20.0, 420.0

    def __init__(self, x: Sequence[float], y: Sequence[float]) -> None:
        self.x, self.y = x, y

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / (self.x[-1] - self.x[0])
        up = (y - self.y[0]) / (self.y[-1] - self.y[0])
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def zone(self, name: str) -> str:
        x, y = self.at(max(0, self.x[0]), max(0, self.y[0]))
        return (
            f'<rect x="{x:.1f}" y="{self.top}" width="{self.right - x:.1f}" height="{y - self.top:.1f}" class="zone"/>'
            + label(self.right - 8, self.top + 16, name, "tick", "end")
        )

    def frame(self, axes: tuple[str, str]) -> str:
        parts = []
        for tick in self.x:
            x, _ = self.at(tick, self.y[0])
            strong = ' class="zero"' if tick == 0 else ""
            parts.append(f'<line x1="{x:.1f}" y1="{self.top}" x2="{x:.1f}" y2="{self.bottom}"{strong}/>')
            parts.append(
                f'<text x="{x:.1f}" y="{self.bottom + 18}" class="tick" text-anchor="middle">{numeral(tick)}</text>'
            )
        for tick in self.y:
            _, y = self.at(self.x[0], tick)
            strong = ' class="zero"' if tick == 0 else ""
            parts.append(f'<line x1="{self.left}" y1="{y:.1f}" x2="{self.right}" y2="{y:.1f}"{strong}/>')
            parts.append(
                f'<text x="{self.left - 8}" y="{y + 4:.1f}" class="tick" text-anchor="end">{numeral(tick)}</text>'
            )
        middle = (self.left + self.right) / 2
        parts.append(
            f'<text x="{middle}" y="{self.bottom + 40}" text-anchor="middle">{escape(fitted(axes[0], 80))}</text>'
        )
        turn = (self.top + self.bottom) / 2
        upright = label(0, 0, fitted(axes[1], 56), anchor="middle")
        parts.append(f'<g transform="translate(16 {turn}) rotate(-90)">{upright}</g>')
        return "".join(parts)

    def steps(self, front: Sequence[tuple[float, float]]) -> str:
        points = [self.at(*point) for point in _staircase(front)]
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        path += "".join(f"V{y:.1f}H{x:.1f}" for x, y in points[1:])
        places = [self.at(*point) for point in front]
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{GREY}"/>' for x, y in places)
        return f'<path d="{path}" class="front"/>{dots}'

    def dots(self, points: Sequence[tuple[float, float]]) -> str:
        places = [self.at(*point) for point in points]
        return "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="2" class="dot"/>' for x, y in places)

    def mark(self, mark: Mark, number: str) -> str:
        x, y = self.at(mark.x, mark.y)
        said = f"{mark.label}: {numeral(mark.x)}, {numeral(mark.y)}"
        return (
            f"<g><title>{escape(said)}</title>{_shape(mark.shape, x, y, mark.colour)}"
            + label(x + 8, y - 6, number, "mark")
            + "</g>"
        )


def label(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    """A text at a place."""
    styled = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{styled}>{escape(text)}</text>'


def _legend(y: float, number: str, mark: Mark) -> str:
    said = f"{mark.label} ({numeral(mark.x)}, {numeral(mark.y)})"
    return (
        f"{_shape(mark.shape, 76, y - 4, mark.colour)}"
        f'<text x="90" y="{y}"><tspan class="mark">{number}</tspan> {escape(fitted(said, 92))}</text>'
    )


def _shape(shape: str, x: float, y: float, colour: str) -> str:
    if shape == "square":
        return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" fill="{colour}"/>'
    if shape == "diamond":
        return f'<path d="M{x:.1f} {y - 6:.1f}l6 6-6 6-6-6z" fill="{colour}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>'


def _staircase(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points that no other beats in both gains, from left to right."""
    kept: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda p: (-p[0], -p[1])):
        if not kept or point[1] > kept[-1][1]:
            kept.append(point)
    return kept[::-1]


def _axis(low: float, high: float) -> list[float]:
    """Round ticks that span from low to high, zero among them."""
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = 1.0
    raw = (high - low) / 6
    power = 10.0 ** floor(log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw)
    return [round(step * k, 9) for k in range(floor(low / step), ceil(high / step) + 1)]


def numeral(value: float) -> str:
    """A number as a chart writes it."""
    return f"{round(value, 2):g}".replace("-", "−")


def fitted(text: str, characters: int) -> str:
    """A text cut to so many characters."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def _short(text: str, width: float) -> str:
    return fitted(text, max(4, int((width - 12) / _CHAR)))


def svg(title: str, height: float, body: str) -> str:
    """A drawing of that height as one SVG element."""
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>{body}</svg>'
    )


_STYLE = (
    "svg text{font:13px system-ui,'Noto Sans','Noto Sans KR',sans-serif;fill:#1c2330}"
    "svg .tick{font-size:11px;fill:#556070}svg .mark{font-weight:600;font-size:11px}svg .zone{fill:#e7f1ea}"
    "svg line{stroke:#dfe3e8;stroke-width:1}svg line.zero{stroke:#556070;stroke-width:1.4}"
    f"svg .front{{fill:none;stroke:{GREY};stroke-width:1.6}}svg .range{{fill:none;stroke:#1c2330;stroke-width:1.2}}"
    f"svg .dot{{fill:{BLUE};fill-opacity:.28}}"
    "svg .inside{fill:#fff;font-size:11px;font-weight:600}"
)
