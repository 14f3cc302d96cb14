"""Tables in a terminal: as wide as it is, wrapped, never cut."""

from collections import Counter

import pytest
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


def test_of_a_very_long_table_the_first_rows_are_shown_and_the_rest_counted() -> None:
    lines = render(Table("Title", ("a",), tuple((f"row {k}",) for k in range(12_345)))).splitlines()

    assert (lines[2], lines[501]) == ("row 0", "row 499")
    assert lines[502:] == ["", "… and 11,845 rows more; all of them: --json, or -o FILE.md, .html or .json"]
