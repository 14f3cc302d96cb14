"""Is a work called by what a reader can look up, and never two works by one name?"""

import pytest

import detente
from detente.catalog import names
from detente.model.citation import cited, names_of


@pytest.mark.parametrize(
    ("work", "name"),
    [
        ("B. Klingner, This is not the time, The Hill (2022; used for the argument only)", "Klingner 2022"),
        ("T.G. Carpenter, Strategic Patience, commentary (2020-21; no date seen)", "Carpenter 2020-21"),
        ("LA Times, 26 Aug 1987, Bonn offers to scrap them", "LA Times 1987"),
        ("H.R. 3446, Peace on the Korean Peninsula Act (20 May 2021)", "H.R. 3446, 2021"),
        ("V. Mastny, 'The 1963 Nuclear Test Ban Treaty: A Missed Opportunity?'", "Mastny"),
        ("general knowledge, not checked against a source", "general knowledge"),
        (
            "Letters of members against and for an end-of-war declaration (1999)",
            "Letters of members against and for an … 1999",
        ),
    ],
)
def test_a_work_is_called_by_its_author_or_title_and_the_year_it_appeared(work: str, name: str) -> None:
    assert cited({"key": work}, ["key"]) == name


def test_what_is_no_key_is_cited_as_it_is_written() -> None:
    assert cited({"key": "A. Author, A Book (1999)"}, ["Act 7", "key"]) == "Act 7; Author 1999"


def test_two_works_of_one_name_are_told_apart_by_their_keys() -> None:
    works = {"c16": "Research Service, Iran (2016)", "c16b": "Research Service, Sanctions (2016)", "empty": ""}

    assert cited(works, works) == "Research Service 2016 (c16); Research Service 2016 (c16b); empty"


@pytest.mark.parametrize("case", names())
def test_no_case_has_two_works_of_one_name_or_one_that_is_an_address(case: str) -> None:
    called = list(names_of(tuple(detente.load(case).sources.items())).values())

    assert len(set(called)) == len(called)
    assert not any("http" in name or "www." in name for name in called)
