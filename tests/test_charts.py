"""Is all that a picture says inside it, and can it be told apart?"""

import re
from collections.abc import Iterator, Sequence
from unicodedata import category, east_asian_width
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

import detente
from detente.report.blocks import Chart
from detente.report.charts import Bar, Swing, bars, grid, tornado
from detente.report.chronicle import Happening, chronicle
from detente.report.lettering import breadth, fitted, opening, told_apart
from detente.report.process_charts import endings_chart, fan_chart, map_chart, survival_chart
from detente.report.scatter import Mark, in_steps, scatter
from detente.report.timeline import Entry, Lane, timeline

NAMES = st.lists(st.text("abcdeknopqsuvxyzW 남북평화", min_size=1, max_size=90), min_size=2, max_size=5, unique=True)
NUMBERS = st.one_of(st.integers(-200, 200), st.sampled_from([0.0, 1.25e6, -3e9, 0.04])).map(float)
POINTS = st.tuples(NUMBERS, NUMBERS)
SIZES = {None: 13, "tick": 11, "mark": 11, "inside": 11}


def em(letter: str) -> float:
    """A letter's width in common letterings, guessed in another way than the charts do."""
    if letter == "W" or east_asian_width(letter) in "WF":
        return 1.0
    return 0.3 if letter == " " or category(letter)[0] == "P" else 0.6


def texts(svg: str) -> Iterator[tuple[str, float, float, float, float]]:
    """Every text of a picture with the box it takes: left, top, right and bottom."""

    def walk(
        node: ElementTree.Element, right: float, down: float, upright: bool
    ) -> Iterator[tuple[str, float, float, float, float]]:
        moved = re.findall(r"translate\(([-\d.]+) ([-\d.]+)\)", node.get("transform", ""))
        for x, y in moved:
            right, down = right + float(x), down + float(y)
        upright = upright or "rotate" in node.get("transform", "")
        if node.tag.endswith("text"):
            said = "".join(node.itertext())
            size = SIZES[node.get("class")]
            wide = size * sum(map(em, said))
            x, y = float(node.get("x", "0")), float(node.get("y", "0"))
            x -= {"middle": wide / 2, "end": wide}.get(node.get("text-anchor", ""), 0)
            box = (y - size, -x - wide, y, -x) if upright else (x, y - 0.8 * size, x + wide, y)
            yield said, box[0] + right, box[1] + down, box[2] + right, box[3] + down
        for child in node:
            yield from walk(child, right, down, upright)

    yield from walk(ElementTree.fromstring(svg), 0.0, 0.0, False)


def outside(svg: str) -> list[str]:
    """What does not fit into the picture."""
    wide, tall = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    return [
        said for said, left, top, right, bottom in texts(svg) if min(left, top) < 0 or right > wide or bottom > tall
    ]


@given(NAMES, st.lists(NUMBERS, min_size=5, max_size=5))
def test_bars_keep_their_names_and_figures_inside_the_picture(names: list[str], values: list[float]) -> None:
    rows = [Bar(name, value, name, "#000", min(value, 0), 9.0) for name, value in zip(names, values, strict=False)]
    swings = [
        Swing(name, min(value, 3.0), max(value, 3.0), *names[:2]) for name, value in zip(names, values, strict=False)
    ]

    assert outside(bars("", rows, names[0])) == []
    assert outside(tornado("", swings, 3.0, names[0])) == []


@given(NAMES)
def test_maps_keep_their_names_inside_the_picture(names: list[str]) -> None:
    cells = [(0.5, "48% (± 1.2)") for _ in names]
    rows = [["roadmap" for _ in names] for _ in names]
    few = [f"{place}%" for place, _ in enumerate(names)]

    assert outside(grid("", (names[0], names[1]), names, [(name, cells) for name in names])) == []
    assert (
        outside(map_chart("", (names[0], names[1]), few, names, rows, [[1.0 for _ in names] for _ in names], names[0]))
        == []
    )


@given(NAMES, st.lists(POINTS, min_size=5, max_size=5), st.lists(POINTS, max_size=6))
def test_a_scatter_chart_keeps_names_and_numbers_inside_the_picture(
    names: list[str], places: list[tuple[float, float]], front: list[tuple[float, float]]
) -> None:
    marks = [Mark(*place, name, "#000") for name, place in zip(names, places, strict=False)]

    assert outside(scatter("", (names[0], names[1]), front, marks, "both gain")) == []


@given(NAMES)
def test_pictures_of_a_process_keep_their_names_inside(names: list[str]) -> None:
    months = [0.1, 0.5, 0.9]
    ways = [(name, months) for name in names]

    assert outside(fan_chart("", [(name, [months] * 5) for name in names], 0.6)) == []
    assert outside(survival_chart("", ways)) == []
    assert outside(endings_chart("", ["done", "collapsed"], [(name, [0.4, 0.6]) for name in names])) == []
    assert outside(timeline("", [3], [Lane(name, ((1,),), (2.0,)) for name in names], [Entry(1, names[0], True)])) == []
    assert outside(chronicle("", [Happening("1972-05", name, True) for name in names], ("1974-01-02", "agreed"))) == []


@given(NAMES, st.floats(80, 400))
def test_shortened_names_are_told_apart_and_fit(names: list[str], room: float) -> None:
    short = told_apart(names, room)

    assert len(set(short)) == len(names)
    assert max(map(breadth, short)) <= room


def test_a_name_is_shortened_in_its_middle() -> None:
    names = [f"The Fishing Cooperative of the Upper Village ({side})" for side in ("North", "South")]

    assert [fitted(name, 200)[-7:] for name in names] == ["(North)", "(South)"]


def test_a_sentence_is_shortened_at_its_end() -> None:
    said = "Blair supported Mitchell's parallel approach; the ceasefire came on 19 July, and a body worked."

    assert opening(said, 2000) == said
    assert said.startswith(opening(said, 300)[:-1])
    assert breadth(opening(said, 300)) <= 300


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=9))
def test_marks_that_coincide_share_one_label(places: list[tuple[int, int]]) -> None:
    picture = scatter("", ("a", "b"), [], [Mark(*place, "it", "#000") for place in places], "both gain")
    shown = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]* class="mark">([\d, ]+)</text>', picture)
    numbers = [[int(each) for each in said.split(", ")] for _, _, said in shown]

    assert sorted(each for several in numbers for each in several) == list(range(1, len(places) + 1))
    assert sorted(map(len, numbers)) == sorted(places.count(place) for place in set(places))
    assert len({(x, y) for x, y, _ in shown}) == len(shown)


def test_numbers_of_many_marks_in_one_place_stay_inside_the_picture() -> None:
    for x in (0, 5, 9):
        marks = [Mark(0, 0, "it", "#000"), Mark(9, 9, "it", "#000"), *[Mark(x, 4, "it", "#000")] * 150]

        assert outside(scatter("", ("a", "b"), [], marks, "both gain")) == []


def gains_chart(name: str) -> Chart:
    blocks = detente.brief(detente.load(name), quick=True).blocks
    return next(block for block in blocks if isinstance(block, Chart))


def test_where_more_than_two_must_agree_the_picture_says_that_it_shows_two_of_them() -> None:
    chart = gains_chart("camp-david-1978")

    assert chart.title == chart.table.title == "Gains of Egypt and Israel, two of the 3 principals"
    assert f'aria-label="{chart.title}"' in chart.svg
    assert "the consent of United States counts, too" in chart.says
    assert "zone of agreement" not in chart.svg


def test_steps_join_only_what_no_other_point_beats() -> None:
    def points(name: str) -> Sequence[tuple[float, float]]:
        front = detente.frontier(detente.load(name))
        one, two = list(front.points[0].gains)[:2]
        return [(each.gains[one], each.gains[two]) for each in front.points]

    for name in ("river", "agreed-framework-1994"):
        chart = gains_chart(name)

        assert in_steps(points(name)) is ('class="front"' in chart.svg) is ("The steps are" in chart.says)
    assert 'class="front"' not in gains_chart("agreed-framework-1994").svg
