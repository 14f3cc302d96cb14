"""The gallery: every case has its page, nothing leads nowhere, and where history went otherwise the page says so."""

import html
import json
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

import detente
from detente.catalog.precedents import Precedent, cases
from detente.cli import app
from detente.report.chronicle import Happening, chronicle, span
from detente.table import Table

LINK = re.compile(r'(?:href|src|action|data)="([^"]*)"')
CASES = cases()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("past") / "gallery"
    detente.gallery(target)
    return target


def page(folder: Path, name: str) -> str:
    return (folder / f"{name}.html").read_text("utf-8")


def words(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "\n", text))


def rows(text: str, anchor: str) -> list[list[str]]:
    """The cells of the tables of a section."""
    section = text.split(f'id="{anchor}"', 1)[1].split("<h2", 1)[0]
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", section))
    return [[html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row] for row in cells]


def test_every_case_has_a_page_and_nothing_else_is_written(folder: Path) -> None:
    assert {each.name for each in folder.iterdir()} == {"index.html", *(f"{case.name}.html" for case in CASES)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_names_every_issue_with_what_was_agreed(case: Precedent, folder: Path) -> None:
    text = (folder / f"{case.name}.html").read_text("utf-8").replace("\n", "¶")
    told = {row[0]: row for row in rows(text, "terms")}

    for name, issue in case.scenario.issues.items():
        agreed = case.history.terms.get(name)
        expected = "nothing was agreed" if agreed is None else issue.option_name(agreed)
        assert told[issue.name][2].removesuffix(", as it was") == expected
        for party in case.scenario.parties.values():
            if party.role == "principal" and name in party.positions:
                assert party.title in told[issue.name][1]
                assert f"wanted ‘{issue.option_name(party.positions[name].wants)}’" in told[issue.name][1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_tells_each_demands_verdict_and_what_became_of_it(case: Precedent, folder: Path) -> None:
    told = rows(page(folder, case.name), "demands")[1:]
    verdicts = detente.demands(case.scenario).verdicts

    for row, (name, each) in zip(told, verdicts.items(), strict=True):
        fate = case.history.demands[name]
        assert (row[0], row[4]) == (case.scenario.demands[name].name, fate)
        assert row[2].startswith(each.verdict)
        if fate == "never made" or each.verdict == "no deal either way":
            assert row[5].startswith("not compared")
        else:
            sinks = each.verdict in ("nonstarter", "torpedo")
            assert row[5] == ("as foreseen" if sinks == (fate != "met") else "otherwise")


def test_the_treaty_of_1963_says_where_history_went_otherwise(folder: Path) -> None:
    text = words(page(folder, "ltbt-1963"))

    assert "Of the 7 issues settled on, Nash’s rule names the option agreed on 6." in text
    assert "It says otherwise on France's part (‘original signatory’; agreed was ‘not required’)." in text
    assert "Foreseen as possible, and yet given up: exemption for peaceful nuclear explosions (dropped)" in text
    assert "The commitments have no end on record." in text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_happened_stands_in_order_of_time_and_nothing_is_left_out(case: Precedent, folder: Path) -> None:
    told = [row for row in rows(page(folder, case.name), "timeline") if row[0] != "no."]
    dates = [row[1].split("..")[0] for row in told]

    assert dates == sorted(dates)
    assert [int(row[0]) for row in told] == list(range(1, len(told) + 1))
    assert sorted((row[1], row[3], row[4]) for row in told) == sorted(
        (each.date, each.by, each.says) for each in (*case.history.steps, *case.history.facts)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_holds_every_step_reading_position_and_source(case: Precedent, folder: Path) -> None:
    text = words(page(folder, case.name))

    for both in case.history.views:
        assert set(both) <= set(text.split("\n"))
    for work in case.scenario.sources.values():
        assert work in text
    for party in case.scenario.parties.values():
        for position in party.positions.values():
            assert position.why in text
            assert position.date in text


@pytest.mark.parametrize("case", [each for each in CASES if not each.history.ending.agreed], ids=lambda case: case.name)
def test_a_page_of_a_case_without_agreement_says_so(case: Precedent, folder: Path) -> None:
    text = words(page(folder, case.name))

    if case.history.terms:
        assert "What was agreed was repudiated before it took effect." in text
    else:
        assert "There was no agreement: nothing was agreed on any issue." in text
        assert "No way is planned to the terms agreed: no terms were agreed." in text


def test_every_link_leads_to_a_file_or_a_section_that_exists(folder: Path) -> None:
    for each in folder.iterdir():
        text = each.read_text("utf-8")
        for target in map(html.unescape, LINK.findall(text)):
            name, _, anchor = target.partition("#")
            assert (folder / (name or each.name)).is_file()
            assert bool(name) != bool(anchor)
            assert not anchor or f'id="{anchor}"' in text


def test_the_index_leads_to_every_case_and_each_page_back(folder: Path) -> None:
    assert {f"{case.name}.html" for case in CASES} <= set(LINK.findall(page(folder, "index")))
    for case in CASES:
        assert "index.html" in LINK.findall(page(folder, case.name))


def test_the_index_counts_issues_and_parties_and_says_how_each_ended(folder: Path) -> None:
    told = [row for row in rows(page(folder, "index"), "cases") if row[0] != "case"]

    assert len(told) == 6 * len(CASES)
    for row, case in zip(told, CASES, strict=False):
        assert row[0] == f"{case.scenario.title} ({case.history.date[:4]})"
        assert row[5] == case.history.ending.value
        assert row[7] == f"{len(case.scenario.issues)}, {len(case.scenario.parties)}"


def test_no_page_holds_scripts_or_asks_the_network(folder: Path) -> None:
    for each in folder.iterdir():
        text = each.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        tags = " ".join(re.findall(r"<[^>]*>", text))
        assert "<script" not in text
        assert not re.search(r"\son\w+=|https?:|//|@import|url\(", tags)
        assert not re.search(r"https?:|@import|url\(", "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL)))


def test_it_is_said_that_none_of_this_is_a_forecast(folder: Path) -> None:
    for each in folder.iterdir():
        text = words(each.read_text("utf-8"))
        assert "Consistency with history, not a forecast" in text
        assert "The cases are no sample" in text


def test_written_twice_it_is_the_same_to_the_byte(folder: Path) -> None:
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    detente.gallery(folder)

    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_the_command_tells_the_index_on_stderr_and_the_pages_as_json(tmp_path: Path) -> None:
    target = tmp_path / "past"
    result = CliRunner().invoke(app, ["gallery", "-o", str(target), "--json"])
    told = json.loads(result.stdout)

    assert (result.exit_code, result.stderr.strip()) == (0, str(target / "index.html"))
    assert told["schema"] == "detente/gallery/1"
    assert told["index"] == str(target / "index.html")
    assert set(told["pages"]) == {case.name for case in CASES}
    assert all(Path(each).is_file() for each in told["pages"].values())


@pytest.mark.parametrize("name", ["notes.txt", "index.html", "ltbt-1963.html"])
def test_a_folder_that_holds_other_files_is_left_alone_unless_forced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(app, ["gallery", "-o", str(tmp_path)])
    left = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    forced = CliRunner().invoke(app, ["gallery", "-o", str(tmp_path), "--force"])

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"Error: {tmp_path / name}: in the way")
    assert left == {name: b"mine"}
    assert (forced.exit_code, forced.stdout) == (0, "")
    assert len(list(tmp_path.iterdir())) == len(CASES) + 1 + (name == "notes.txt")
    assert ((tmp_path / name).read_text("utf-8") == "mine") == (name == "notes.txt")


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "past").write_text("mine", encoding="utf-8")

    for words_ in ([], ["--force"]):
        result = CliRunner().invoke(app, ["gallery", "-o", str(tmp_path / "past"), *words_])
        assert (result.exit_code, result.stdout) == (2, "")
        assert str(tmp_path / "past") in result.stderr
    assert (tmp_path / "past").read_text("utf-8") == "mine"


def test_a_folder_within_no_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        detente.gallery(os.path.join(tmp_path, "a", "b"))  # noqa: PTH118 a path may be a string


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1963", (1963, 1964)),
        ("1963-07", (1963.5, 1963 + 7 / 12)),
        ("1963-07-01", (1963.5, 1963.5)),
        ("1963-07..1963-08", (1963.5, 1963 + 8 / 12)),
        ("1963..1965", (1963, 1966)),
        ("1963..", (1963, None)),
    ],
)
def test_a_date_covers_all_that_it_leaves_open(date: str, expected: tuple[float, float | None]) -> None:
    assert span(date) == pytest.approx(expected)


def test_the_further_right_the_later_it_was_and_what_still_is_so_runs_on() -> None:
    dates = ["1950-01-01", "1960-01-01", "1970-01-01", "1975.."]
    drawn = chronicle("a title", [Happening(date, "x", step=True) for date in dates], ("1965-01-01", "agreed"))
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)][:4]
    steps = [b - a for a, b in pairwise(places)]

    assert places == sorted(places)
    assert steps[0] == pytest.approx(steps[1], abs=0.2)
    assert steps[2] == pytest.approx(steps[0] / 2, abs=0.2)
    assert drawn.count("l7 5-7 5z") == 1


def test_what_is_drawn_is_escaped() -> None:
    drawn = chronicle("<b>", [Happening("1950", "<script>&", step=False)], ("1950", "<i>"))

    assert not {"<b>", "<script>", "<i>"} & set(re.findall(r"<\w+>", drawn))


def test_a_cell_becomes_a_link_only_where_its_whole_text_leads_somewhere() -> None:
    shown = Table("", ("a", "b"), (("A & B", "see A & B"),)).html({"A & B": 'x"y.html'})

    assert '<a href="x&quot;y.html">A &amp; B</a>' in shown
    assert shown.count("<a ") == 1


def test_columns_in_which_nothing_stands_are_left_out() -> None:
    table = Table("t", ("a", "b", "c"), (("1", "", "x"), ("2", "", "")), frozenset("b"))

    assert table.filled().columns == ("a", "c")
    assert table.filled().rows == (("1", "x"), ("2", ""))
    assert Table("t", ("a",), ()).filled() == Table("t", ("a",), ())
