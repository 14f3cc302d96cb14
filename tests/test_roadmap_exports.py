"""Do the forms in which a roadmap leaves the house say what nobody may miss, and can others read them?"""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import detente
from detente.report.exports import RoadmapPage
from test_roadmap import E3


@cache
def forced() -> RoadmapPage:
    found = detente.roadmap(
        detente.load("korea-2021"), package="hanoi_dprk_ask", force=True, start=date(2021, 3, 1), draws=0
    )
    return RoadmapPage(found)


@pytest.mark.parametrize("form", ["svg", "csv", "mermaid", "calendar", "markdown", "html"])
def test_every_form_says_that_somebody_would_not_sign_and_that_somebody_gains_by_leaving(form: str) -> None:
    text = re.sub(r"\r?\n ", "", str(getattr(forced(), form)()))
    text = " ".join(re.sub(r"<[^>]*>", " ", text).split())

    assert "Korea 2021" in text
    assert "North Korea and UN Security Council would not sign" in text
    assert "self-enforcing" in text


@pytest.mark.parametrize("form", ["svg", "csv", "mermaid", "calendar"])
def test_every_form_of_a_case_of_the_past_says_that_it_is_hindsight(form: str) -> None:
    found = detente.roadmap(detente.load("vietnam-steps"), start=date(1991, 4, 9))

    assert "(hindsight)" in re.sub(r"\r?\n ", "", str(getattr(RoadmapPage(found), form)()))


def test_what_is_to_be_known_of_a_way_stands_in_columns_of_its_own() -> None:
    rows = list(csv.DictReader(forced().csv().splitlines()))

    assert {row["way"] for row in rows} == {"Korea 2021"}
    assert all(row["caution"].startswith("North Korea and UN Security Council would not sign") for row in rows)


def test_a_milestone_keeps_its_name_when_its_day_moves_and_shares_it_with_no_other_scenario() -> None:
    def names(text: str, start: date) -> list[str]:
        found = RoadmapPage(detente.roadmap(detente.parse_scenario(text), start=start)).calendar()
        return re.findall(r"UID:(\S+)", found)

    first, later = (names(E3, date(2021, month, 1)) for month in (3, 4))

    assert first == later
    assert len(set(first)) == len(first) > 1
    assert not set(first) & set(names(E3.replace("-0.2", "-0.3"), date(2021, 3, 1)))


@pytest.mark.parametrize(
    "name",
    ["Section of Guards", "TITLE holders", "click", "Call of duty", "href", "Includes all", "dateFormat", "2021-01-01"],
)
def test_a_name_that_begins_like_a_word_of_mermaid_does_not_begin_its_line(name: str) -> None:
    text = f"detente: 1\ntitle: Talks\nparties: {{S: {{name: '{name}'}}, T: {{}}}}\ncommitments:\n"
    text += "  a: {by: S, lump: {S: -1, T: 2}}\n  b: {by: T, lump: {T: -1, S: 2}}\n"
    lines = RoadmapPage(detente.roadmap(detente.parse_scenario(text))).mermaid().splitlines()

    assert [line.strip().partition(" :")[0] for line in lines if f"{name} – a" in line] == [f"· {name} – a"]


def test_it_is_told_in_words_who_is_exposed_to_whom_by_how_much_and_when(tmp_path: Path) -> None:
    path = tmp_path / "log.yaml"
    path.write_text("log: 1\nstart: 2021-03-01\nevents:\n  - {date: 2021-03-15, done: B1}\n", encoding="utf-8")
    for log in (None, path):
        found = detente.roadmap(detente.parse_scenario(E3), order=None if log else "B1|A1|rA|B2,A2|A3|B3", log=log)
        page = RoadmapPage(found)
        (table,) = (table for table in page.tables() if table.title == "Who is exposed to whom")
        told = {who: (whom, when) for who, whom, when in table.rows}

        assert "Who is exposed to whom" in page.html()
        for name, value in found.exposure_by_party.items():
            whom, when = told[name]
            assert whom == ("B" if name == "A" else "A")
            assert when.startswith(f"{value:.1f} points in round".replace(".0 ", " "))


def test_the_rounds_in_which_somebody_is_most_exposed_are_told_apart_from_the_others() -> None:
    found = detente.roadmap(detente.load("vietnam-steps"), order="as it happened")
    (table,) = (table for table in found.tables() if table.title == "Who is exposed to whom")

    assert table.rows == (("Vietnam", "United States", "7 points in rounds 4, 5, 6 and 7; less in rounds 2 and 3"),)
