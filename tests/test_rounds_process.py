"""What the cases on Korea say of types, tension and chance: does it hang together, and is it even-handed?"""

from dataclasses import replace
from math import exp, log, log1p

import numpy as np
import pytest

import detente
from detente.io.process import growth
from detente.model.process import KINDS, echo_of, of_party
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario

CASES = ("korea-2021", "agreed-framework-steps", "six-party-steps", "singapore-hanoi-steps")


def likely(value: Quantity | None) -> float:
    assert value is not None
    return float(value.likely)


def at_rest(scenario: Scenario) -> dict[str, float]:
    """Where tension stays by itself: (diag(calming) - echo) x = drive."""
    tension, sides = scenario.process.tension, scenario.sides
    lost = np.diag([likely(of_party(tension.calming, one)) for one in sides])
    echo = [[likely(echo_of(tension, sides, one, other)) for other in sides] for one in sides]
    drive = [likely(of_party(tension.drive, one)) for one in sides]
    return dict(zip(sides, np.linalg.solve(lost - np.array(echo), drive).tolist(), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_tension_dies_down_even_at_the_worst_ends_of_the_ranges(name: str) -> None:
    scenario = detente.load(name)

    assert growth(scenario.process.tension, scenario.sides) < 1


def test_in_2021_tension_stays_where_it_is_until_something_happens() -> None:
    korea = detente.load("korea-2021")

    for side, level in at_rest(korea).items():
        assert level == pytest.approx(likely(of_party(korea.process.tension.start, side)), abs=0.01)


@pytest.mark.parametrize("name", CASES[1:])
def test_each_round_began_after_a_crisis_so_that_tension_comes_down_if_nothing_happens(name: str) -> None:
    scenario = detente.load(name)

    for side, level in at_rest(scenario).items():
        assert 0.3 < level < likely(of_party(scenario.process.tension.start, side))


@pytest.mark.parametrize("name", CASES)
def test_a_crisis_comes_about_as_often_as_on_record_at_the_tension_of_the_start(name: str) -> None:
    """Five in some 53 years: 0.008 a month; complementary log-log between no tension and full tension."""
    scenario = detente.load(name)
    assert scenario.process.crisis is not None
    calm, full = (log(-log1p(-likely(each))) for each in scenario.process.crisis)
    level = sum(likely(of_party(scenario.process.tension.start, side)) for side in ("US", "DPRK")) / 2
    chance = 1 - exp(-exp(calm + (full - calm) * level))

    assert 5 / (53 * 12) / 1.5 < chance < 5 / (53 * 12) * 1.5


@pytest.mark.parametrize("name", CASES)
def test_of_both_sides_it_is_said_what_speaks_for_each_kind(name: str) -> None:
    scenario = detente.load(name)

    for side in scenario.sides:
        types = scenario.parties[side].types
        assert sum(types[kind].weight for kind in KINDS) == 100
        assert all(types[kind].weight > 0 and types[kind].why and types[kind].source for kind in KINDS)


@pytest.mark.parametrize(("party", "judgment", "readings"), [("DPRK", "C2", 2), ("US", "C14", 2)])
def test_what_a_side_may_be_is_the_middle_of_the_readings_of_both_camps(
    party: str, judgment: str, readings: int
) -> None:
    korea = detente.load("korea-2021")
    every = korea.judgments[judgment].readings
    assumed = [korea.assuming({judgment: each}).settled().parties[party].types for each in every]

    assert len(assumed) == readings
    for kind in KINDS:
        weights = [types[kind].weight for types in assumed]
        assert korea.parties[party].types[kind].weight == sum(weights) / readings
        assert len(set(weights)) == readings
        assert assumed[0][kind].why == korea.parties[party].types[kind].why


def test_what_a_side_may_be_changes_no_answer_about_the_deal() -> None:
    korea = detente.load("korea-2021")
    bare = replace(korea, parties={name: replace(each, types={}) for name, each in korea.parties.items()})

    assert detente.bargain(bare).payload() == detente.bargain(korea).payload()
    for reading in korea.judgments["C2"].readings.values():
        before, after = korea.parties["DPRK"], korea.changed([reading]).parties["DPRK"]
        assert after.types != before.types
        assert replace(after, types=before.types) == before


def test_washington_leads_and_may_change_hands_at_an_election() -> None:
    for name in CASES:
        process = detente.load(name).process
        chance = process.leadership["US"].chance

        assert process.lead == "US"
        assert float(chance.low) == pytest.approx(1 / 96, abs=1e-4)
        assert float(chance.high) >= 1 / 48 - 1e-4
