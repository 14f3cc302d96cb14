"""Tables in a terminal: as wide as it is, wrapped, never cut."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from detente.cli.screen import render
from detente.table import Table


def test_a_table_is_never_cut_however_narrow_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "Halt of long-range missile tests; [bold]Reopening[/bold] the crossings :smile: 남북"
    table = Table(
        "Title",
        ("terms", "A party", "B"),
        ((words, "−1,234.5", "7"), ("x" * 60, "1", "2")),
        frozenset({"A party", "B"}),
    )
    for width in (10, 20, 30, 60, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        text = render(table)

        assert max(cell_len(line) for line in text.splitlines()) <= width
        assert "…" not in text
        assert Counter("".join(text.split())) >= Counter("".join("".join(map("".join, table.rows)).split()))


def test_figures_stand_to_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = render(Table("", ("a", "n"), (("x", "1"), ("y", "10")), frozenset({"n"}))).splitlines()

    assert lines == ["a   n", "x   1", "y  10"]


WORDS = st.text("abcdefghij평화한반도", min_size=1, max_size=30)
FIGURES = st.from_regex(r"\(?−?[0-9]{1,3}(,[0-9]{3})?(\.[0-9])?%?\)?", fullmatch=True)
CELLS = st.lists(st.one_of(WORDS, FIGURES), max_size=8).map(" ".join)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.lists(CELLS, min_size=1, max_size=9, unique=True))
    rows = draw(st.lists(st.tuples(*([CELLS] * len(columns))), min_size=1, max_size=5))
    return Table(draw(CELLS), tuple(columns), tuple(rows), frozenset(draw(st.sets(st.sampled_from(columns)))))


@given(tables(), st.integers(40, 130))
def test_any_table_keeps_every_word_and_stays_on_a_screen_of_any_width(table: Table, width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        text = render(table)
    told = Counter(word for row in table.rows for cell in row for word in cell.split())
    figures = {
        word: times for word, times in told.items() if word.strip("(−)%").replace(",", "").replace(".", "").isdigit()
    }

    assert max(map(cell_len, text.splitlines()), default=0) <= width
    assert Counter("".join(text.split())) >= Counter("".join(told.elements()))
    assert Counter(text.split()) >= Counter(figures)


def test_the_last_column_of_a_wide_table_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = ("Mayor", "Other cities", "Local Labour Union", "Department of Tourism", "National Heritage Committee")
    table = Table("", ("package", *heads), (("first proposal", "25", "−34", "−8", "46", "−3"),), frozenset(heads))
    for width in (60, 72, 80, 100):
        monkeypatch.setenv("COLUMNS", str(width))
        text = render(table)

        assert {"National", "Heritage", "Committee", "−3"} <= set(text.split())


def test_words_stay_whole_where_there_is_room_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    columns = ("", "Nash", "Kalai–Smorodinsky", "egalitarian", "utilitarian")
    table = Table("", columns, (("US sanctions", *["Sanctions suspended for chosen sectors"] * 4),))

    assert "Kalai–Smorodinsky" in render(table).split()


def test_heads_stand_right_above_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = render(Table("", ("a", "what is better for all of those who must agree"), (("x", "y"),))).splitlines()

    assert lines[-2].startswith("a  ")


def test_of_a_very_long_table_the_first_rows_are_shown_and_the_rest_counted() -> None:
    lines = render(Table("Title", ("a",), tuple((f"row {k}",) for k in range(12_345)))).splitlines()

    assert (lines[2], lines[501]) == ("row 0", "row 499")
    assert lines[502:] == ["", "… and 11,845 rows more; all of them: --json, or -o FILE.md, .html or .json"]
