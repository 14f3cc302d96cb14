"""Positions in words, and the points that the one rule makes of them."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import detente
from detente.analysis.tables import gain
from detente.errors import ScenarioError
from detente.io import parse_scenario, read
from detente.model.demand import Package
from detente.model.position import WEIGHTS, Position, Salience, shares
from detente.model.scenario import Scenario

LADDER = ["none", "few", "some", "all"]


def scenario(positions: str, more: str = "", other: str = "{}") -> Scenario:
    return parse_scenario(text(positions, more, other))


def text(positions: str, more: str = "", other: str = "{}") -> str:
    return f"""
detente: 1
title: Inspections
issues:
  visits: {{options: [none, few, some, all]}}
  venue: {{ladder: false, options: [north, south, east]}}
  money: {{range: {{from: 0, to: 40, step: 10}}}}
parties:
  a: {{positions: {positions}}}
  b: {other}
{more}
"""


def likely(found: Scenario, issue: str, party: str = "a") -> dict[str, float]:
    return {option: float(each.likely) for option, each in found.parties[party].preferences.worth[issue].items()}


def test_each_rung_from_what_is_wanted_costs_an_equal_part_of_the_weight() -> None:
    assert likely(scenario("{visits: {wants: all, salience: vital}}"), "visits") == {
        "none": 0,
        "few": 30,
        "some": 60,
        "all": 90,
    }


def test_a_rung_within_what_is_accepted_costs_half() -> None:
    found = scenario("{visits: {wants: all, accepts: some, salience: vital}}")

    assert likely(found, "visits") == {"none": 15, "few": 45, "some": 75, "all": 90}


def test_what_lies_between_wanted_and_accepted_is_accepted() -> None:
    skipping = scenario("{visits: {wants: all, accepts: few}}")
    listed = scenario("{visits: {wants: all, accepts: [some, few]}}")

    assert likely(skipping, "visits") == likely(listed, "visits")


def test_worth_falls_on_both_sides_of_what_is_wanted() -> None:
    assert likely(scenario("{visits: {wants: few, accepts: none, salience: minor}}"), "visits") == pytest.approx(
        {"none": 9 * 3 / 4, "few": 9, "some": 4.5, "all": 0}
    )


def test_off_a_ladder_every_option_lies_one_rung_away() -> None:
    found = scenario("{venue: {wants: south, accepts: east, salience: important}}")

    assert likely(found, "venue") == {"north": 0, "south": 30, "east": 15}


def test_numbers_are_rungs_without_doubt_about_where_they_lie() -> None:
    worth = scenario("{money: {wants: 40, accepts: 20..30, salience: vital}}").parties["a"].preferences.worth["money"]

    assert [float(each.likely) for each in worth.values()] == [22.5, 45, 67.5, 78.75, 90]
    for each in worth.values():
        assert each.times is not None
        assert each.times[1].certain
        assert each.low == each.likely * 2 / 3


def test_equal_worths_stay_equal_where_rungs_are_thirds() -> None:
    """What a third of a vital issue gains is exactly what an important issue loses."""
    both = "{visits: {wants: all, salience: vital}, venue: {wants: north, salience: important}}"
    found = scenario(both).settled()
    outcome = found.outcome({"visits": "few", "venue": "south"})

    assert gain(found, found.parties["a"], outcome) == 0
    assert detente.packages(replace(found, packages={"p": Package("p", outcome)})).reports["p"].passes


def test_the_weight_is_one_doubt_shared_by_all_options() -> None:
    worth = scenario("{visits: {wants: all, salience: vital}}").parties["a"].preferences.worth["visits"]
    scales = {id(each.times[0]) for each in worth.values() if each.times}

    assert len(scales) == 1
    assert (worth["all"].low, worth["all"].high) == (60, 120)


@given(
    wants=st.sampled_from(LADDER),
    accepts=st.lists(st.sampled_from(LADDER), unique=True),
    ordered=st.booleans(),
)
def test_no_option_is_worth_more_than_one_nearer_to_what_is_wanted(
    wants: str, accepts: list[str], ordered: bool
) -> None:
    found = shares(Position(wants, tuple(accepts)), LADDER, ordered=ordered, exact=False)
    place = LADDER.index(wants)

    assert found[wants].low == found[wants].high == 1
    for each in found.values():
        assert 0 <= each.low <= each.likely <= each.high <= 1
    if ordered:
        for side in (LADDER[place:], LADDER[place::-1]):
            for near, far in pairwise(side):
                assert found[near].low >= found[far].high
                assert found[near].likely > found[far].likely


def test_a_vital_issue_outweighs_two_important_ones_even_at_the_ends() -> None:
    assert WEIGHTS[Salience.VITAL].likely > 2 * WEIGHTS[Salience.IMPORTANT].likely
    assert WEIGHTS[Salience.IMPORTANT].likely > 2 * WEIGHTS[Salience.MINOR].likely
    assert WEIGHTS[Salience.VITAL].low > WEIGHTS[Salience.IMPORTANT].high
    assert WEIGHTS[Salience.IMPORTANT].low > WEIGHTS[Salience.MINOR].high


def test_what_a_position_refuses_is_a_red_line_with_its_reason() -> None:
    found = scenario("{visits: {wants: none, refuses: [some, all], why: no spies, source: talks}}")
    refused = found.parties["a"].preferences.refuses["visits"]

    assert list(refused) == ["some", "all"]
    assert {each.why for each in refused.values()} == {"no spies"}
    assert {each.source for each in refused.values()} == {("talks",)}


def test_positions_stand_beside_points() -> None:
    mixed = text("{visits: {wants: all}}").replace("a: {", "a: {worth: {venue: {south: 4}}, ")

    found = parse_scenario(mixed)

    assert likely(found, "venue") == {"south": 4}
    assert likely(found, "visits")["all"] == 30


def test_a_reading_may_take_another_position_and_with_it_other_red_lines() -> None:
    judgment = """
judgments:
  will they: {readings: {yes: {change: {a: {positions: {visits: {wants: few}}}}}}}
"""
    found = scenario("{visits: {wants: none, refuses: all, salience: vital}}", judgment)
    read_so = found.assuming({"will they": "yes"}).settled()

    assert likely(read_so, "visits") == {"none": 15, "few": 30, "some": 15, "all": 0}
    assert not read_so.parties["a"].preferences.refuses.get("visits")


def test_two_readings_of_the_same_position_do_not_go_together() -> None:
    judgments = """
judgments:
  one: {likely: yes, readings: {yes: {change: {a: {positions: {visits: {wants: few}}}}}}}
  two: {likely: yes, readings: {yes: {change: {a: {worth: {visits: {some: 4}}}}}}}
"""
    with pytest.raises(ScenarioError, match="judgments are read together"):
        scenario("{visits: {wants: none}}", judgments)


@pytest.mark.parametrize(
    ("positions", "message"),
    [
        ("{visits: {wants: alll}}", "did you mean 'all'?"),
        ("{visits: {accepts: all}}", "'wants' is missing"),
        ("{visit: {wants: all}}", "did you mean 'visits'?"),
        ("{visits: {wants: all, refuses: [none, all]}}", "'all' is wanted and refused"),
        ("{visits: {wants: all, accepts: [few], refuses: few}}", "'few' is accepted and refused"),
        ("{visits: {wants: all, salience: huge}}", "vital, important or minor is due here"),
        ("{visits: {wants: all, date: last summer}}", "a year, month or day is due here"),
        ("{visits: {wants: all, date: 1963-13}}", "a year, month or day is due here"),
        ("{visits: {wants: all, date: 1963-02-30}}", "a year, month or day is due here"),
        ("{money: {wants: 10..20}}", "a side wants one option"),
    ],
)
def test_mistakes_in_positions_are_told_where_they_stand(positions: str, message: str) -> None:
    loaded = read(text(positions))

    assert loaded.scenario is None
    assert [problem.line for problem in loaded.errors] == [9]
    assert message in loaded.errors[0].message


def test_an_issue_has_points_or_a_position() -> None:
    loaded = read(text("{visits: {wants: all}}").replace("a: {", "a: {worth: {visits: {all: 4}}, "))

    assert "this issue has a position and points" in loaded.errors[0].message


def test_a_position_is_taken_and_not_added() -> None:
    judgment = "judgments: {j: {readings: {r: {add: {a: {positions: {visits: {wants: few}}}}}}}}"

    assert "a position is taken, not added" in read(text("{}", judgment)).errors[0].message


def test_the_starter_in_positions_is_a_sound_scenario_with_a_deal(tmp_path: Path) -> None:
    path = detente.new(tmp_path / "well.yaml", positions=True)
    found = detente.load(path)

    assert detente.check(path).errors == detente.check(path).warnings == ()
    assert all(party.positions for party in found.parties.values())
    assert detente.bargain(found).agreements is not None
    assert detente.precedents(found).likenesses


def test_half_the_rung_is_in_doubt_either_way() -> None:
    found = shares(Position("all"), LADDER, ordered=True, exact=False)

    assert (found["some"].low, found["some"].high) == (Fraction(1, 2), Fraction(5, 6))
    assert (found["none"].low, found["none"].high) == (0, Fraction(1, 6))
