"""The cases that ship, and how a scenario is found by its name or its path."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import detente
from detente import catalog
from detente.analysis.tables import gain
from detente.errors import NotFoundError, ScenarioError

GAMES = {
    "deliberation-base": {
        "outcomes": 720,
        "all": 12,
        "one may hold out": 55,
        "nash": "A2 B3 C3 D2 E3",
        "egalitarian": "A2 B3 C4 D1 E3",
        "utilitarian": "A2 B3 C2 D2 E4",
    },
    "deliberation-seven": {
        "outcomes": 2880,
        "all": 52,
        "one may hold out": 204,
        "nash": "A2 B3 C3 D1 E3 F2",
        "egalitarian": "A2 B3 C4 D1 E3 F3",
        "utilitarian": "A2 B3 C3 D1 E3 F1",
    },
}
"""Published games (Abdelnabi et al. 2023) with their counts and their solutions among the deals that suit all."""


@pytest.mark.parametrize("name", catalog.names())
def test_every_case_loads_without_errors(name: str) -> None:
    assert detente.check(name).errors == ()


@pytest.mark.parametrize("name", catalog.names())
def test_a_case_warns_only_where_that_is_meant(name: str) -> None:
    warnings = detente.check(name).warnings

    if name == "korea-2021":  # its file says why: these parties must perform whatever their role
        assert all("its cooperation is needed there" in warning.message for warning in warnings)
    else:
        assert warnings == ()


@pytest.mark.parametrize("name", GAMES)
def test_as_many_deals_pass_as_published_with_one_hold_out(name: str) -> None:
    found = detente.frontier(detente.load(name))

    assert (found.outcomes, found.acceptable.exact) == (GAMES[name]["outcomes"], GAMES[name]["one may hold out"])


@pytest.mark.parametrize("name", GAMES)
def test_as_many_deals_suit_everyone_as_published(name: str) -> None:
    unanimous = replace(detente.load(name), quorum=None)

    assert detente.frontier(unanimous).acceptable.exact == GAMES[name]["all"]


@pytest.mark.parametrize("rule", ["nash", "egalitarian", "utilitarian"])
@pytest.mark.parametrize("name", GAMES)
def test_the_rules_settle_on_the_published_deals(name: str, rule: str) -> None:
    agreements = detente.bargain(replace(detente.load(name), quorum=None)).agreements

    assert agreements is not None
    assert " ".join(agreements[rule].point.terms.values()) == GAMES[name][rule]


def test_over_the_job_both_sides_gain_by_trading_the_start_for_pay() -> None:
    salary = detente.load("salary").settled()
    offer = salary.outcome(salary.packages["firm's offer"].terms)
    traded = {**offer, "start": "2027-04-01", "salary": "82"}

    for name in ("candidate", "firm"):
        assert gain(salary, salary.parties[name], traded) > gain(salary, salary.parties[name], offer)


def test_over_the_job_the_firm_finds_the_ask_too_much() -> None:
    salary = detente.load("salary").settled()
    outcome = salary.outcome(salary.packages["candidate's ask"].terms)

    assert gain(salary, salary.parties["candidate"], outcome) > 0 > gain(salary, salary.parties["firm"], outcome)


def test_over_the_job_a_start_in_january_hangs_on_the_other_offer() -> None:
    claims = detente.claims(detente.load("salary")).table().rows
    row = next(row for row in claims if "January" in row[0])

    assert row[2] == "holds"
    assert row[-1] == "other offer"


def test_the_listing_tells_the_size_of_every_case() -> None:
    payload = detente.scenarios().payload()
    river = next(each for each in payload["scenarios"] if each["name"] == "river")  # type: ignore[attr-defined]

    assert payload["schema"] == "detente/scenarios/1"
    assert (river["parties"], river["issues"], river["outcomes"]) == (4, 3, 21)
    assert [row[0] for row in detente.scenarios().table().rows] == list(catalog.names())


def test_the_listing_agrees_with_the_cases_themselves() -> None:
    for entry in detente.scenarios().entries:
        scenario = detente.load(entry.name)

        assert (entry.title, entry.summary) == (scenario.title, scenario.summary)
        assert (entry.parties, entry.issues) == (len(scenario.parties), len(scenario.issues))
        assert entry.commitments == len(scenario.commitments)


def test_a_scenario_remembers_the_name_or_the_path_it_came_from(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(catalog.text("river"))

    assert detente.load("river").file == "river"
    assert detente.load(path).file == detente.load(str(path)).file == str(path)


def test_a_name_of_the_catalog_goes_before_a_file_and_a_path_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("river").write_bytes(catalog.text("salary"))

    assert detente.load("river").title == "The river accord"
    assert detente.load("./river").title == detente.load(Path("river")).title == "A job offer"


@pytest.mark.parametrize("name", ["rivr", "River", "river.yml/x", "nowhere/at/all.yaml", "a\0b"])
def test_what_is_nowhere_is_not_found(name: str) -> None:
    with pytest.raises(NotFoundError, match="no scenario named"):
        detente.load(name)


def test_a_slip_in_a_name_is_pointed_out() -> None:
    with pytest.raises(NotFoundError, match="did you mean 'river'"):
        detente.load("rivr")


def test_a_slip_in_a_path_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "negotiation.yaml").write_bytes(b"")

    with pytest.raises(NotFoundError, match=r"did you mean '.*negotiation\.yaml'"):
        detente.load(tmp_path / "negotation.yaml")


def test_a_file_that_is_no_scenario_is_told_with_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("detente: 1\ntitel: x\n", encoding="utf-8")

    with pytest.raises(ScenarioError) as told:
        detente.load(path)
    assert {problem.file for problem in told.value.problems} == {str(path)}
    assert detente.check(path).errors == told.value.problems


def test_names_are_listed_without_parsing_anything() -> None:
    code = (
        "import sys; from detente import catalog; assert 'river' in catalog.names(); "
        "print([m for m in ('numpy', 'pydantic', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


HAPPENED = ("vietnam-steps", "sinai-steps", "six-party-steps", "singapore-hanoi-steps")
STEPS = dict.fromkeys(HAPPENED, "as it happened")


@pytest.mark.parametrize("name", [each for each in catalog.names() if each.endswith("-steps")])
def test_real_sequences_are_told_as_hindsight_with_who_was_exposed_and_when(name: str) -> None:
    scenario = detente.load(name)
    found = detente.roadmap(scenario, order=STEPS.get(name, "as agreed"))

    assert "hindsight" in scenario.title
    assert "predicts nothing" in scenario.summary
    assert found.exposure > 0
    assert sorted(name for step in found.rounds for name in step) == sorted(scenario.commitments)
    assert any(each.name == STEPS.get(name, "as agreed") for each in found.comparison)


def test_the_phases_to_vietnam_exposed_hanoi_less_than_everything_at_once() -> None:
    found = detente.roadmap(detente.load("vietnam-steps"), order="as it happened")
    at_once = next(each for each in found.comparison if each.name == "everything at once")

    assert found.exposure_by_party["Vietnam"] == 7 < at_once.exposure == 12


def test_no_order_of_the_six_party_steps_held_together_without_a_guarantee() -> None:
    found = detente.roadmap(detente.load("six-party-steps"))

    assert found.status == "infeasible"
    pledged = {each.about: each.amount for each in found.mends.found if each.kind == "guarantee"}
    assert max(pledged, key=pledged.__getitem__) == "DPRK"
