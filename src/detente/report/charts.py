"""How does a figure look? Charts as SVG, drawn from plain numbers, readable in print and without colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from detente.report.lettering import breadth, fitted, told_apart

BLUE, ORANGE, GREEN, RED, GREY = "#1f5a99", "#b35c00", "#2a7d4f", "#a3261e", "#6b7280"
WIDTH = 720


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar, with a text behind it; with `low` and `high` a range is drawn through it."""

    label: str
    value: float
    text: str
    colour: str
    low: float | None = None
    high: float | None = None


def bars(title: str, rows: Sequence[Bar], unit: str) -> str:
    """Horizontal bars around zero, each with its text behind it."""
    reach = [0.0, *(row.value for row in rows)]
    reach += [end for row in rows for end in (row.low, row.high) if end is not None]
    ticks = axis(min(reach), max(reach))
    edge = _edge(ticks)
    left = min(300.0, max(edge, 12 + max((breadth(row.label) for row in rows), default=0)))
    right = max(edge - 12, min(230.0, 12 + max((breadth(row.text) for row in rows), default=0)))
    names = told_apart([row.label for row in rows], left - 12)
    scale = (WIDTH - left - right - 12) / ((ticks[-1] - ticks[0]) or 1)
    height = 34 + 30 * len(rows) + 24
    parts = [_ruled(ticks, left, scale, height)]
    parts += [_bar(row, names[line], 30 + 30 * line, left, scale, ticks[0]) for line, row in enumerate(rows)]
    parts.append(label(left, 14, fitted(unit, WIDTH - left - 8, "tick"), "tick"))
    return svg(title, height, "".join(parts))


def _edge(ticks: Sequence[float]) -> float:
    """How much room a tick takes beyond the end of its axis."""
    return 8 + max(breadth(numeral(tick), "tick") for tick in (ticks[0], ticks[-1])) / 2


def _ruled(ticks: Sequence[float], left: float, scale: float, height: float) -> str:
    """An axis beneath, with a line up from each tick."""
    parts = []
    for tick in ticks:
        x = left + (tick - ticks[0]) * scale
        strong = ' class="zero"' if tick == 0 else ""
        parts.append(f'<line x1="{x:.1f}" y1="24" x2="{x:.1f}" y2="{height - 30}"{strong}/>')
        parts.append(label(x, height - 14, numeral(tick), "tick", "middle"))
    return "".join(parts)


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
    ticks = axis(min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows)))
    left, line = _edge(ticks), 46
    scale = (WIDTH - 2 * left) / ((ticks[-1] - ticks[0]) or 1)
    height = 34 + line * len(rows) + 24
    parts = [_ruled(ticks, left, scale, height)]
    names = told_apart([row.label for row in rows], WIDTH - left - 8)
    for place, row in enumerate(rows):
        y = 34 + line * place
        a, b = (left + (each - ticks[0]) * scale for each in (row.low, row.high))
        said = f"{row.label} {row.low_name}: {numeral(row.low)}; {row.high_name}: {numeral(row.high)}"
        parts.append(
            f"<g><title>{escape(said)}</title>{label(left, y + 9, names[place])}"
            f'<rect x="{a:.1f}" y="{y + 15}" width="{max(b - a, 1.5):.1f}" height="14" fill="{BLUE}" rx="1.5"/></g>'
        )
        parts.append(_ends(a, b, y + 27, row))
    x = left + (middle - ticks[0]) * scale
    parts.append(f'<path d="M{x:.1f} 24V{height - 30}" class="range" stroke-dasharray="4 3"/>')
    parts.append(label(left, 14, fitted(unit, WIDTH - left - 8, "tick"), "tick"))
    return svg(title, height, "".join(parts))


def _ends(a: float, b: float, y: float, row: Swing) -> str:
    """The names at both ends of a bar, inside the picture."""
    low, high = (fitted(name, 260, "tick") for name in (row.low_name, row.high_name))
    before, after, within = a - 10, WIDTH - b - 10, b - a - 8
    if breadth(low, "tick") <= before and breadth(high, "tick") <= after:
        return label(a - 6, y, low, "tick", "end") + label(b + 6, y, high, "tick")
    whole = f"{row.low_name} – {row.high_name}"
    if after >= min(breadth(whole, "tick"), max(before, within)):
        return label(b + 6, y, fitted(whole, after, "tick"), "tick")
    if before >= min(breadth(whole, "tick"), within):
        return label(a - 6, y, fitted(whole, before, "tick"), "tick", "end")
    return label((a + b) / 2, y - 1, fitted(whole, within, "inside"), "inside", "middle")


def grid(title: str, axes: tuple[str, str], heads: Sequence[str], rows: Sequence[tuple[str, "Sequence[Cell]"]]) -> str:
    """A map: a shaded cell for each pair of heads, the deeper the larger its share, with a text in it."""
    left, top, line = 210.0, 84.0, 54.0
    width = (WIDTH - left - 12) / max(len(heads), 1)
    parts = [
        label(8, 18, fitted(f"down: {axes[0]}", WIDTH - 16)),
        label(8, 40, fitted(f"across: {axes[1]}", WIDTH - 16)),
    ]
    for k, head in enumerate(told_apart(heads, width - 8, "tick")):
        parts.append(label(left + (k + 0.5) * width, top - 10, head, "tick", "middle"))
    names = told_apart([name for name, _ in rows], left - 14)
    for place, (name, cells) in enumerate(rows):
        y = top + line * place
        parts.append(f"<g><title>{escape(name)}</title>{label(left - 10, y + 32, names[place], anchor='end')}</g>")
        for k, (share, text) in enumerate(cells):
            x = left + k * width
            said = text if breadth(text) <= width - 8 else text.partition(" (")[0]
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{y + 2:.1f}" width="{width - 4:.1f}" height="{line - 4:.1f}" fill="{GREEN}" '
                f'fill-opacity="{0.08 + 0.72 * share:.2f}" rx="3"/>' + label(x + width / 2, y + 32, said, "", "middle")
            )
    return svg(title, top + line * len(rows) + 12, "".join(parts))


Cell = tuple[float, str]
"""A share from 0 to 1, and the text to write on it."""


def _bar(row: Bar, name: str, y: float, left: float, scale: float, start: float) -> str:
    zero, end = left + (0 - start) * scale, left + (row.value - start) * scale
    x, width = min(zero, end), max(abs(end - zero), 1.5)
    parts = [
        f"<g><title>{escape(row.label)}</title>{label(left - 8, y + 15, name, anchor='end')}</g>",
        f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="16" fill="{row.colour}" rx="1.5"/>',
    ]
    furthest = max(end, zero)
    if row.low is not None and row.high is not None and row.low != row.high:
        a, b = (left + (each - start) * scale for each in (row.low, row.high))
        parts.append(f'<path d="M{a:.1f} {y + 6}v10m0-5H{b:.1f}m0-5v10" class="range"/>')
        furthest = max(furthest, b)
    parts.append(label(furthest + 7, y + 15, fitted(row.text, WIDTH - furthest - 11)))
    return "".join(parts)


def label(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    """A text at a place."""
    styled = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{styled}>{escape(text)}</text>'


def axis(low: float, high: float) -> list[float]:
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


def svg(title: str, height: float, body: str) -> str:
    """A drawing of that height as one SVG element."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" '
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
