"""How do outcomes look beside each other? Points by what two sides gain, numbered, with a legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from detente.report.charts import GREY, WIDTH, axis, label, numeral, svg
from detente.report.lettering import breadth, fitted


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled point of a scatter chart."""

    x: float
    y: float
    label: str
    colour: str
    shape: str = "circle"


def scatter(
    title: str,
    axes: tuple[str, str],
    front: Sequence[tuple[float, float]],
    marks: Sequence[Mark],
    zone: str,
    cloud: Sequence[tuple[float, float]] = (),
) -> str:
    """Gains of two sides: the zone of agreement shaded, marked points numbered with a legend.

    The frontier is drawn as steps where these two alone decide what is on it, else as points; `cloud` is only dots.
    """
    xs = [0.0, *(x for x, _ in (*front, *cloud)), *(mark.x for mark in marks)]
    ys = [0.0, *(y for _, y in (*front, *cloud)), *(mark.y for mark in marks)]
    plot = _Plot(axis(min(xs), max(xs)), axis(min(ys), max(ys)))
    parts = [plot.zone(zone), plot.frame(axes), plot.dots(cloud), plot.front(front), *map(plot.mark, marks)]
    parts.append(plot.numbers([plot.at(mark.x, mark.y) for mark in marks], zone))
    parts += [_legend(plot.bottom + 60 + 20 * line, str(line + 1), mark) for line, mark in enumerate(marks)]
    return svg(title, plot.bottom + 52 + 20 * len(marks), "".join(parts))


def in_steps(front: Sequence[tuple[float, float]]) -> bool:
    """Whether none of these points is beaten by another for both sides, so that steps join them truly."""
    return len(_staircase(front)) == len(set(front))


class _Plot:
    """The frame of a scatter chart and its coordinates."""

    top, right, bottom = 18.0, WIDTH - 20.0, 420.0

    def __init__(self, x: Sequence[float], y: Sequence[float]) -> None:
        self.x, self.y = x, y
        self.left = max(64.0, round(32 + max(breadth(numeral(tick), "tick") for tick in y), 1))
        self.right -= max(0.0, breadth(numeral(x[-1]), "tick") / 2 - 16)

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
        across = fitted(axes[0], self.right - self.left)
        parts.append(f'<text x="{middle}" y="{self.bottom + 40}" text-anchor="middle">{escape(across)}</text>')
        turn = (self.top + self.bottom) / 2
        upright = label(0, 0, fitted(axes[1], self.bottom - self.top), anchor="middle")
        parts.append(f'<g transform="translate(16 {turn}) rotate(-90)">{upright}</g>')
        return "".join(parts)

    def front(self, front: Sequence[tuple[float, float]]) -> str:
        places = [self.at(*point) for point in sorted(front)]
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{GREY}"/>' for x, y in places)
        if not places or not in_steps(front):
            return dots
        path = f"M{places[0][0]:.1f} {places[0][1]:.1f}"
        path += "".join(f"V{y:.1f}H{x:.1f}" for x, y in places[1:])
        return f'<path d="{path}" class="front"/>{dots}'

    def dots(self, points: Sequence[tuple[float, float]]) -> str:
        places = [self.at(*point) for point in points]
        return "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="2" class="dot"/>' for x, y in places)

    def mark(self, mark: Mark) -> str:
        x, y = self.at(mark.x, mark.y)
        said = f"{mark.label}: {numeral(mark.x)}, {numeral(mark.y)}"
        return f"<g><title>{escape(said)}</title>{_shape(mark.shape, x, y, mark.colour)}</g>"

    def numbers(self, places: Sequence[tuple[float, float]], zone: str) -> str:
        """The numbers of the marks, together where marks coincide, beside each other where there is room."""
        named = breadth(zone, "tick") + 8
        taken = [(self.right - named, self.top, self.right, self.top + 20), *(_around(*place) for place in places)]
        parts = []
        for (x, y), numbers in _together(places):
            said = fitted(", ".join(map(str, numbers)), WIDTH / 2 - 20, "mark")
            wide = breadth(said, "mark")
            corners = [(right, y + down) for down in (-6, 15) for right in (x + 8, x - 8 - wide)]
            inside = [(left, low) for left, low in corners if left >= 0 and left + wide <= WIDTH]
            boxes = [(left, low - 10, left + wide, low + 1) for left, low in inside]
            free = [k for k, box in enumerate(boxes) if not any(_meet(box, other) for other in taken)]
            chosen = free[0] if free else 0
            taken.append(boxes[chosen])
            parts.append(label(*inside[chosen], said, "mark"))
        return "".join(parts)


_Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def _around(x: float, y: float) -> _Box:
    return x - 6, y - 6, x + 6, y + 6


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _together(places: Sequence[tuple[float, float]]) -> list[tuple[tuple[float, float], list[int]]]:
    """The numbers of the places, by place; those that can hardly be told apart share theirs."""
    groups: list[tuple[tuple[float, float], list[int]]] = []
    for number, place in enumerate(places, start=1):
        near = [numbers for (x, y), numbers in groups if abs(x - place[0]) < 6 and abs(y - place[1]) < 6]
        if near:
            near[0].append(number)
        else:
            groups.append((place, [number]))
    return groups


def _legend(y: float, number: str, mark: Mark) -> str:
    told = fitted(f"{mark.label} ({numeral(mark.x)}, {numeral(mark.y)})", WIDTH - 120)
    return (
        f"{_shape(mark.shape, 76, y - 4, mark.colour)}"
        f'<text x="90" y="{y}"><tspan class="mark">{number}</tspan> {escape(told)}</text>'
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
