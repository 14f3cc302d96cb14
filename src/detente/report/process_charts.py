"""How does a process look? Fans of tension, agreements that stand, how it ends, and who wins where, as SVG."""

from collections.abc import Sequence
from html import escape

from detente.report.charts import BLUE, GREEN, GREY, ORANGE, RED, WIDTH, label, numeral, svg
from detente.report.lettering import breadth, fitted, told_apart

_COLUMNS = 3
_PANEL = (236.0, 168.0)
_MOST_POINTS = 240
"""A line is drawn through so many months at most."""

Band = Sequence[Sequence[float]]
"""What 5, 25, 50, 75 and 95 of 100 runs stay below, month by month."""


def fan_chart(title: str, panels: Sequence[tuple[str, Band]], high: float) -> str:
    """A panel for each strategy: tension by month from 0 to 1 as a median with two bands; dashed where it is high."""
    parts = [
        _swatch(60, 4, 26, BLUE, 0.16) + label(92, 15, "5 to 95 of 100 runs", "tick"),
        _swatch(230, 4, 26, BLUE, 0.36) + label(262, 15, "25 to 75 of 100", "tick"),
        f'<path d="M400 10h26" fill="none" stroke="{BLUE}" stroke-width="2"/>{label(432, 15, "half of them", "tick")}',
        f'<path d="M540 10h26" fill="none" stroke="{RED}" stroke-dasharray="5 4"/>'
        + label(572, 15, f"high, from {numeral(high)}", "tick"),
    ]
    names = told_apart([name for name, _ in panels], _PANEL[0] - 40, "mark")
    for place, (name, (_, band)) in enumerate(zip(names, panels, strict=True)):
        x, y = _PANEL[0] * (place % _COLUMNS), 30 + _PANEL[1] * (place // _COLUMNS)
        parts.append(f'<g transform="translate({x:.0f} {y:.0f})">{_fan(name, band, high)}</g>')
    rows = -(-len(panels) // _COLUMNS)
    return svg(title, 40 + _PANEL[1] * rows, "".join(parts))


def _fan(name: str, band: Band, high: float) -> str:
    left, top, wide, tall = 34.0, 24.0, _PANEL[0] - 48, _PANEL[1] - 58
    months = len(band[0]) - 1
    kept = _thinned(months)

    def at(month: int, value: float) -> str:
        return f"{left + wide * month / max(months, 1):.1f} {top + tall * (1 - value):.1f}"

    def area(low: Sequence[float], upper: Sequence[float], shade: float) -> str:
        points = [at(m, upper[m]) for m in kept] + [at(m, low[m]) for m in reversed(kept)]
        return f'<path d="M{"L".join(points)}Z" fill="{BLUE}" fill-opacity="{shade}"/>'

    middle = "L".join(at(m, band[2][m]) for m in kept)
    line = top + tall * (1 - high)
    return "".join(
        [
            f"<title>{escape(name)}: half of the runs end below {numeral(band[2][-1])}</title>",
            label(left, 14, name, "mark"),
            *(_level(left, wide, top + tall * (1 - value), numeral(value)) for value in (0, 0.5, 1)),
            area(band[0], band[4], 0.16),
            area(band[1], band[3], 0.36),
            f'<path d="M{middle}" fill="none" stroke="{BLUE}" stroke-width="2"/>',
            f'<path d="M{left} {line:.1f}h{wide:.1f}" fill="none" stroke="{RED}" stroke-dasharray="5 4"/>',
            label(left, top + tall + 15, "0", "tick", "middle"),
            label(left + wide, top + tall + 15, f"month {months}", "tick", "end"),
        ]
    )


def _level(left: float, wide: float, y: float, said: str) -> str:
    return f'<line x1="{left}" y1="{y:.1f}" x2="{left + wide:.1f}" y2="{y:.1f}"/>' + label(
        left - 5, y + 4, said, "tick", "end"
    )


def _thinned(months: int) -> list[int]:
    """The months that a line is drawn through, the last among them."""
    stride = -(-(months + 1) // _MOST_POINTS)
    return sorted({*range(0, months + 1, stride), months})


_LINES = [(colour, dashes) for dashes in ("", "8 4", "2 3") for colour in (BLUE, ORANGE, GREEN, RED)]
"""How lines differ, with colours and without: each has a shape of its own among those of its colour."""

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def survival_chart(title: str, lines: Sequence[tuple[str, Sequence[float]]]) -> str:
    """A falling line for each strategy: the chance, in percent, that what was agreed stands so many months later."""
    left, top, right, bottom = 52.0, 18.0, WIDTH - 34.0, 300.0
    months = max(len(stands) for _, stands in lines) - 1
    kept = _thinned(months)

    def across(month: int) -> float:
        return left + (right - left) * month / max(months, 1)

    def up(chance: float) -> float:
        return bottom - (bottom - top) * chance

    parts = [_level(left, right - left, up(value), f"{100 * value:.0f}%") for value in (0, 0.25, 0.5, 0.75, 1)]
    parts += [
        label(across(month), bottom + 18, str(month), "tick", "middle")
        for month in sorted({round(months * part / 4) for part in range(5)})
    ]
    parts.append(label((left + right) / 2, bottom + 38, "months since the first agreement", anchor="middle"))
    ends = _apart([up(stands[-1]) for _, stands in lines], top + 4, bottom)
    names = told_apart([name for name, _ in lines], 168)
    for place, (name, stands) in enumerate(lines):
        colour, dashes = _LINES[place % len(_LINES)]
        sign = _SIGNS[place % len(_SIGNS)]
        path = f"M{across(0):.1f} {up(stands[0]):.1f}" + "".join(
            f"H{across(m):.1f}V{up(stands[m]):.1f}" for m in kept[1:]
        )
        stroke = f'fill="none" stroke="{colour}" stroke-width="2"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
        said = f"{name}: {100 * stands[-1]:.0f}% stand after {months} months"
        parts.append(f'<g><title>{escape(said)}</title><path d="{path}" {stroke}/></g>')
        parts.append(label(right + 8, ends[place] + 4, sign, "mark"))
        x, y = left + 226 * (place % _COLUMNS), bottom + 62 + 22 * (place // _COLUMNS)
        parts.append(label(x, y, sign, "mark") + f'<path d="M{x + 14:.1f} {y - 4}h30" {stroke}/>')
        parts.append(label(x + 50, y, names[place]))
    return svg(title, bottom + 58 + 22 * -(-len(lines) // _COLUMNS), "".join(parts))


def _apart(places: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights as near to these as they can be and 12 apart, within top and bottom as long as there is room."""
    order = sorted(range(len(places)), key=lambda k: (places[k], k))
    found = list(places)
    for before, k in zip([None, *order[:-1]], order, strict=True):
        found[k] = max(found[k], top if before is None else found[before] + 12)
    limit = bottom
    for k in reversed(order):
        found[k] = min(found[k], limit)
        limit = found[k] - 12
    return found


_ENDINGS = ((GREEN, 0.62, ""), (GREEN, 0.16, "M0 8L8 0"), (BLUE, 0.16, "M0 4h8"), (RED, 0.2, "M0 0L8 8M0 8L8 0"))
_NONE = (GREY, 0.06, "")
"""Colour, depth and hatching of each ending; what is left has neither."""


def endings_chart(title: str, endings: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]]) -> str:
    """A bar for each strategy, divided by how its runs end (shares that add up to 1); the legend has hatching too."""
    looks = [_ENDINGS[k] if k < len(_ENDINGS) else _NONE for k in range(len(endings))]
    left = min(250.0, 16 + max(breadth(name) for name, _ in rows))
    names = told_apart([name for name, _ in rows], left - 12)
    scale = (WIDTH - left - 14) / 1.0
    parts, x, y = ["<defs>", *(_hatch(k, look) for k, look in enumerate(looks)), "</defs>"], 10.0, 6.0
    for k, ending in enumerate(endings):
        wide = 34 + breadth(ending)
        if x + wide > WIDTH:
            x, y = 10.0, y + 22
        parts.append(_segment(k, looks[k], x, y, 18, 14) + label(x + 24, y + 12, ending))
        x += wide + 12
    top = y + 30
    for line, (name, shares) in enumerate(rows):
        y, x = top + 30 * line, left
        said = "; ".join(f"{ending} {100 * share:.0f}%" for ending, share in zip(endings, shares, strict=True))
        parts.append(f"<g><title>{escape(f'{name}: {said}')}</title>")
        parts.append(label(left - 8, y + 15, names[line], anchor="end"))
        for k, share in enumerate(shares):
            if share > 0:
                parts.append(_segment(k, looks[k], x, y, share * scale, 22))
                if share * scale > 38:
                    parts.append(_on_top(x + share * scale / 2, y + 16, f"{100 * share:.0f}%"))
                x += share * scale
        parts.append("</g>")
    return svg(title, top + 30 * len(rows) + 4, "".join(parts))


def _hatch(k: int, look: tuple[str, float, str]) -> str:
    colour, _, lines = look
    return (
        f'<pattern id="ends-{k}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{lines}" stroke="{colour}" stroke-width="1" fill="none"/></pattern>'
        if lines
        else ""
    )


def _segment(k: int, look: tuple[str, float, str], x: float, y: float, wide: float, tall: float) -> str:
    colour, depth, lines = look
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall}"'
    hatched = f'<rect {box} fill="url(#ends-{k})"/>' if lines else ""
    return f'<rect {box} fill="{colour}" fill-opacity="{depth}" stroke="{colour}" stroke-width="1"/>{hatched}'


def _swatch(x: float, y: float, wide: float, colour: str, depth: float) -> str:
    return f'<rect x="{x}" y="{y}" width="{wide}" height="12" fill="{colour}" fill-opacity="{depth}"/>'


def _on_top(x: float, y: float, text: str) -> str:
    """A text that can be read on hatching."""
    halo = 'style="paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" {halo}>{escape(text)}</text>'


def map_chart(
    title: str,
    axes: tuple[str, str],
    xs: Sequence[str],
    ys: Sequence[str],
    winners: Sequence[Sequence[str]],
    margins: Sequence[Sequence[float | None]],
    watched: str,
) -> str:
    """A cell for each belief (across) and hazard (down): the best strategy there, and how one that is watched fares.

    `margins` are what that one lacks to the best, in points: nothing where it is the best itself, None where the runs
    do not tell the two apart. Green where it wins, ruled where it is level, crossed orange where it loses.
    """
    left, top, line = 110.0, 118.0, 50.0
    wide = (WIDTH - left - 12) / max(len(xs), 1)
    kinds = ((f"{watched} is best", 0.0), ("not to be told from the best", None), (f"{watched} loses, by", 1.0))
    parts = ["<defs>", _ruling("level", BLUE, "M0 4h8"), _ruling("loses", ORANGE, "M0 0L8 8M0 8L8 0"), "</defs>"]
    for k, (said, margin) in enumerate(kinds):
        parts.append(_won(margin, 10 + 236 * k, 6, 22, 16) + label(38 + 236 * k, 19, fitted(said, 196, "tick"), "tick"))
    parts += [
        label(8, 50, fitted(f"across: {axes[0]}", WIDTH - 16)),
        label(8, 72, fitted(f"down: {axes[1]}", WIDTH - 16)),
    ]
    parts += [label(left + (k + 0.5) * wide, top - 10, head, "tick", "middle") for k, head in enumerate(xs)]
    for place, name in enumerate(ys):
        y = top + line * place
        parts.append(label(left - 10, y + 28, fitted(name, left - 14, "tick"), "tick", "end"))
        for k, (winner, margin) in enumerate(zip(winners[place], margins[place], strict=True)):
            x = left + k * wide
            said = f"{axes[0]} {xs[k]}, {axes[1]} {name}: {winner}{_beside(margin, watched)}"
            parts.append(f"<g><title>{escape(said)}</title>{_won(margin, x + 2, y + 2, wide - 4, line - 4)}")
            parts.append(_on_top(x + wide / 2, y + 22, fitted(winner, wide - 8)))
            if margin:
                parts.append(_on_top(x + wide / 2, y + 39, f"−{numeral(margin)}"))
            parts.append("</g>")
    return svg(title, top + line * len(ys) + 12, "".join(parts))


def _beside(margin: float | None, watched: str) -> str:
    if margin is None:
        return f", from which {watched} cannot be told"
    return f"; {watched} is {numeral(margin)} behind" if margin else ""


def _won(margin: float | None, x: float, y: float, wide: float, tall: float) -> str:
    """A cell by how the strategy that is watched fares there."""
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="3"'
    if margin == 0:
        return f'<rect {box} fill="{GREEN}" fill-opacity="0.35" stroke="{GREEN}"/>'
    colour, name = (BLUE, "level") if margin is None else (ORANGE, "loses")
    return f'<rect {box} fill="{colour}" fill-opacity="0.1" stroke="{colour}"/><rect {box} fill="url(#map-{name})"/>'


def _ruling(name: str, colour: str, lines: str) -> str:
    return (
        f'<pattern id="map-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{lines}" stroke="{colour}" stroke-width="0.7" fill="none"/></pattern>'
    )
