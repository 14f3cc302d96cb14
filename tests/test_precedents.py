"""The cases of the past: coded as the record has them, comparable, and their ends out of every analysis's reach."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest

import detente
from detente import catalog, io
from detente.analysis.insist import Line, insist
from detente.analysis.likeness import Structure, apart, distance
from detente.analysis.packages import agreed
from detente.catalog.precedents import Precedent, cases, precedent
from detente.errors import NotFoundError
from detente.io.history import later
from detente.model.history import Ending, History
from detente.model.party import Preferences
from detente.model.scenario import Scenario

RECORD = json.loads((Path(__file__).parent / "oracles" / "precedents.json").read_text(encoding="utf-8"))
"""The research file on 31 precedents: issues with their options, what was agreed, demands by fate, how it ended."""

LATER = {
    ("oslo-1993-2000", "self_rule"): "the record has the areas of 1995; the case ends with the accord of 1993",
    ("oslo-1993-2000", "redeployments"): "the record has the second of 1998; the case ends with the accord of 1993",
    ("vietnam-1995", "trade_status"): "the record has 2006; the case ends in 1995",
}
"""Where a case stops before the record does."""

CASES = cases()
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_all_the_cases_of_the_record_are_there() -> None:
    assert {case.name for case in CASES} == set(RECORD) == set(catalog.past())


@EVERY
def test_a_case_has_the_issues_the_terms_and_the_end_of_the_record(case: Precedent) -> None:
    record, terms = RECORD[case.name], case.history.terms

    for name, options in record["issues"].items():
        assert list(case.scenario.issues[name].options)[: len(options)] == options
    for name, final in record["final"].items():
        if case.history.ending is not Ending.NONE and (case.name, name) not in LATER:
            assert terms.get(name) == final
    assert case.history.ending.value == record["ending"]
    assert case.history.ending is not Ending.NONE or not terms
    assert case.scenario.setting is not None
    assert case.scenario.setting.scope == record["scope"]


@EVERY
def test_a_case_has_the_demands_of_the_record_with_what_became_of_them(case: Precedent) -> None:
    demands = {name: case.scenario.demands[name].title for name in case.history.demands}
    dropped = [title for name, title in demands.items() if case.history.demands[name] == "dropped"]
    kept = [title for name, title in demands.items() if case.history.demands[name] in ("met", "insisted on")]

    assert set(case.history.demands) == set(case.scenario.demands)
    assert set(RECORD[case.name]["dropped"]) <= set(dropped)
    assert set(RECORD[case.name]["insisted"]) <= set(kept)


@EVERY
def test_a_demand_met_is_in_the_terms_and_one_dropped_is_not(case: Precedent) -> None:
    if case.history.ending is Ending.NONE:
        return
    final = case.scenario.outcome(case.history.terms)
    for name, fate in case.history.demands.items():
        terms = case.scenario.demands[name].terms
        there = all(final[issue] in options for issue, options in terms.items() if issue in case.history.terms)
        assert there or fate != "met"


@EVERY
def test_a_case_has_a_counterfactual(case: Precedent) -> None:
    assert {"never made", "dropped"} & set(case.history.demands.values())


@EVERY
def test_positions_are_dated_before_the_end_and_rest_on_what_is_on_record_by_then(case: Precedent) -> None:
    history = case.history
    for party in case.scenario.parties.values():
        for position in party.positions.values():
            assert position.date
            assert not later(position.date, history.date)
            assert position.source
            for source in position.source:
                assert source in case.scenario.sources
                dated = [fact.date.split("..")[0] for fact in history.facts if source in fact.source]
                assert source in ("GK", "judgment") or any(not later(day, history.date) for day in dated)


@EVERY
def test_every_fact_has_a_source_that_exists(case: Precedent) -> None:
    assert len(case.history.facts) == RECORD[case.name]["facts"]
    for fact in case.history.facts:
        assert fact.source
        assert set(fact.source) <= set(case.scenario.sources)


def test_a_position_of_after_the_end_is_refused() -> None:
    text = catalog.text("ltbt-1963").decode()
    late = text.replace("date: 1963-06,", "date: 1963-08-05,", 1)

    (problem,) = io.read(late, "late").errors

    assert "this is after the end, 1963-07-25" in problem.message
    assert late.splitlines()[problem.line - 1].strip().startswith("test_environments: {wants: all (comprehensive)")


@EVERY
def test_without_its_history_a_case_is_the_same_scenario(case: Precedent) -> None:
    """Every analysis is a function of the scenario alone, so none can see how it ended."""
    text = catalog.text(case.name).decode()
    blind = re.sub(r"^history:\n(?:(?: .*)?\n)*", "", text, flags=re.MULTILINE)

    assert "ending:" not in blind
    assert io.parse_scenario(blind) == case.scenario
    assert not any(isinstance(each, History) for each in _within(case.scenario))


def _within(value: Any) -> list[Any]:
    below = []
    if is_dataclass(value):
        below = [getattr(value, each.name) for each in fields(value)]
    elif isinstance(value, dict):
        below = list(value.values())
    elif isinstance(value, tuple | list):
        below = list(value)
    return [value, *(found for each in below for found in _within(each))]


ALL = {name: Structure.of(detente.load(name)) for name in catalog.names() if detente.load(name).issues}


def test_the_distance_is_a_metric_on_the_cases() -> None:
    far = {(a, b): distance(ALL[a], ALL[b]) for a, b in product(ALL, ALL)}

    for a, b in product(ALL, ALL):
        assert 0 <= far[a, b] <= 1
        assert far[a, b] == far[b, a]
        assert (far[a, b] == 0) == (a == b)
    for a, b, c in permutations(ALL, 3):
        assert far[a, c] <= far[a, b] + far[b, c]


def small(more: str) -> Structure:
    return Structure.of(io.parse_scenario(f"detente: 1\ntitle: t\n{more}"))


def test_on_paper_two_structures_are_as_far_apart_as_their_features() -> None:
    one = small(
        "setting: {offer: phased plan, linkage: none}\n"
        "issues: {x: {about: arms, options: {a: {}, b: {reversible: true}}}, y: {about: economy, options: [a, b]}}\n"
        "parties: {p: {}, q: {}}"
    )
    other = small(
        "setting: {offer: phased plan}\n"
        "issues: {x: {about: arms, options: {a: {}, b: {reversible: 2}}}}\n"
        "parties: {p: {}, q: {}, r: {role: veto}}"
    )

    assert apart(one, other) == {
        "issues": Fraction(2, 3),  # 1 - (1/2) / (1 + 1/2)
        "roles": Fraction(1, 3),
        "reversibility": Fraction(1, 2),
        "linkage": 1,
        "offer": 0,
        "parties": Fraction(1, 3),
    }
    assert distance(one, other) == Fraction(17, 36)


def test_the_nearest_case_to_a_case_is_never_itself() -> None:
    found = detente.precedents(precedent("inf-1987").scenario)

    assert found.likenesses is not None
    assert [each.precedent.name for each in found.likenesses].count("inf-1987") == 0
    assert list(found.likenesses) == sorted(found.likenesses, key=lambda each: each.distance)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"ending": "repudiated before effect"}, ["jackson-vanik-1975"]),
        ({"party": "cuba"}, ["cuba-2014-15"]),
        ({"offer": "talks on an agenda"}, ["four-party-1999"]),
        ({"ending": "no agreement", "party": "Soviet"}, ["ctb-1958-63", "reykjavik-1986"]),
        ({"domain": "no such field"}, []),
    ],
)
def test_cases_are_filtered(asked: dict[str, str], names: list[str]) -> None:
    assert [each.name for each in detente.precedents(**asked).cases] == names  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"ending": "failed"}, {"linkage": "insisted"}, {"offer": "package"}])
def test_a_filter_that_no_case_can_pass_is_a_mistake(asked: dict[str, str]) -> None:
    with pytest.raises(NotFoundError, match=r"no .* named"):
        detente.precedents(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("demand", ["end of repression", "comprehensive with inspection", "peaceful explosions"])
def test_the_zone_of_agreement_is_what_listing_it_gives(demand: str) -> None:
    scenario = precedent("ltbt-1963").scenario.settled()
    terms = scenario.demands[demand].terms
    options = [list(issue.options) for issue in scenario.issues.values()]
    passing = [
        outcome
        for outcome in (dict(zip(scenario.issues, chosen, strict=True)) for chosen in product(*options))
        if agreed(scenario, outcome)
    ]
    found = insist(scenario, demand)

    assert found.without.acceptable.exact == len(passing)
    assert found.held.acceptable.exact == sum(all(each[i] in some for i, some in terms.items()) for each in passing)


def opened(scenario: Scenario, lines: tuple[Line, ...]) -> Scenario:
    parties = dict(scenario.parties)
    for line in lines:
        party = parties[line.party]
        table = {option: why for option, why in party.preferences.refuses[line.issue].items() if option != line.option}
        refuses = {**party.preferences.refuses, line.issue: table}
        parties[line.party] = replace(party, preferences=Preferences(party.preferences.worth, refuses))
    return replace(scenario, parties=parties)


def test_the_red_lines_in_the_way_are_enough_and_none_of_them_is_too_much() -> None:
    scenario = detente.load("korea-2021").settled()
    found = insist(scenario, "complete denuclearisation")

    assert len(found.lines) == 2
    assert found.enough
    assert not insist(opened(scenario, found.lines), "complete denuclearisation").sinks
    for line in found.lines:
        rest = tuple(each for each in found.lines if each is not line)
        assert insist(opened(scenario, rest), "complete denuclearisation").sinks


def test_a_reading_that_makes_a_demand_possible_is_named() -> None:
    found = insist(detente.load("korea-2021"), "formal recognition of the ROK")

    assert ("recognition", "a price") in found.readings
    assert "is answered 'a price'" in found.tables()[-1].rows[-1][1]


def claim(test: str) -> Any:
    river = catalog.text("river").decode()
    found = detente.claims(io.parse_scenario(f"{river}\nclaims: {{c: {{says: so, test: {test}}}}}\n"))
    return found.verdicts[0]


@pytest.mark.parametrize(
    ("test", "verdict"),
    [
        ("{cases: ltbt-1963, demand: end of repression, is: [nonstarter, torpedo]}", "holds"),
        ("{cases: ltbt-1963, demand: end of repression, is: harmless}", "fails"),
        ("{cases: [ltbt-1963, start1-1991], demand: end of repression, is: nonstarter}", "contested"),
        ("{cases: [reykjavik-1986, hanoi-2019], ended: no agreement}", "holds"),
        ("{cases: [reykjavik-1986, inf-1987], ended: no agreement}", "contested"),
        ("{cases_with: {offer: talks on an agenda}, ended: implemented}", "fails"),
        ("{cases_with: {linkage: insisted on}, ended: [no agreement]}", "contested"),
        ("{cases: ltbt-1936, ended: implemented}", "untestable"),
        ("{cases: ltbt-1963, demand: repression, is: nonstarter}", "untestable"),
    ],
)
def test_claims_about_the_past_are_asked_of_every_case_they_speak_of(test: str, verdict: str) -> None:
    assert claim(test).verdict == verdict


def test_a_claim_about_the_past_names_the_cases_on_both_sides() -> None:
    linkage = claim("{cases_with: {linkage: insisted on}, ended: [no agreement]}")
    chosen = [case for case in CASES if case.setting.linkage == "insisted on"]
    failed = sum(case.history.ending is Ending.NONE for case in chosen)

    assert linkage.figure.startswith(f"{failed} agree: ")
    assert f"{len(chosen) - failed} do not: " in linkage.figure
    assert all(case.name in linkage.figure for case in chosen)


def test_what_no_case_can_be_is_told_where_it_stands() -> None:
    river = catalog.text("river").decode()
    bad = f"{river}\nclaims: {{c: {{says: so, test: {{cases_with: {{link: none}}, ended: failed}}}}}}\n"

    assert [problem.message[:24] for problem in io.read(bad).errors] == [
        "no feature named 'link';"[:24],
        "implemented, implemented"[:24],
    ]
