"""The tool against history: every score worked out a second time, in a few lines."""

import json
from itertools import product
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

import detente
from detente import catalog, io
from detente.analysis.packages import agreed
from detente.catalog.backtest import GUESSES, MIDDLE, OFFER, RANDOM, Compared, backtest, compare, scored
from detente.catalog.precedents import Precedent, cases, precedent
from detente.cli import app

FOUND = backtest(resamples=200)


def test_the_scores_are_what_a_few_lines_make_of_the_files() -> None:
    right, deals, demands = [], [], []
    for name in catalog.past():
        history = yaml.safe_load(catalog.text(name))["history"]
        scenario = detente.load(name)
        points: Any = detente.bargain(scenario).payload()["points"]
        principals = [key for key, party in scenario.parties.items() if party.role == "principal"]
        made = history["ending"] not in ("no agreement", "repudiated before effect")
        foreseen = points is not None and all(points["nash"]["gains"][key] > 0 for key in principals)
        deals.append(foreseen == made)
        if made:
            terms = {str(key): str(value) for key, value in history["terms"].items()}
            right.append(sum(points["nash"]["terms"][key] == value for key, value in terms.items()) / len(terms))
        verdicts: Any = detente.demands(scenario).payload()["demands"]
        for demand, fate in history["demands"].items():
            verdict = verdicts[str(demand)]["verdict"]
            if fate != "never made" and verdict != "no deal either way":
                demands.append((verdict in ("nonstarter", "torpedo")) == (fate != "met"))

    assert FOUND.right["Nash"].value == pytest.approx(sum(right) / len(right))
    assert FOUND.deals.value == pytest.approx(sum(deals) / len(deals))
    assert FOUND.demands.value == pytest.approx(sum(demands) / len(demands))


def past(positions: str, terms: str = "{visits: some, money: 20}", ending: str = "implemented") -> Precedent:
    loaded = io.read(
        f"""
detente: 1
title: t
issues:
  visits: {{options: [none, few, some, all]}}
  money: {{range: {{from: 0, to: 40, step: 10}}}}
parties: {positions}
demands: {{much: {{by: a, terms: {{money: 40}}}}}}
history: {{ending: {ending}, date: 1990, terms: {terms}, demands: {{much: dropped}}}}
"""
    )
    assert loaded.scenario is not None, loaded.errors
    assert loaded.history is not None
    return Precedent("past", loaded.scenario, loaded.history)


TWO = (
    "{a: {positions: {visits: {wants: all}, money: {wants: 0}}}, "
    "b: {positions: {visits: {wants: few}, money: {wants: 40}}}}"
)


def test_between_two_positions_half_a_rung_goes_to_the_status_quo() -> None:
    guess = GUESSES[MIDDLE](past(TWO).scenario, None)

    assert guess == {"visits": {"some": 1.0}, "money": {"20": 1.0}}
    nearer = past(TWO.replace("wants: few", "wants: some"))
    assert GUESSES[MIDDLE](nearer.scenario, None)["visits"] == {"some": 1.0}


def test_a_first_offer_is_what_a_side_wants_either_side_as_likely() -> None:
    guess = GUESSES[OFFER](past(TWO).scenario, None)

    assert guess == {"visits": {"all": 0.5, "few": 0.5}, "money": {"0": 0.5, "40": 0.5}}


@pytest.mark.parametrize("name", ["ltbt-1963", "leap-day-2012", "jackson-vanik-1975"])
def test_a_random_attainable_outcome_is_one_of_those_that_listing_gives(name: str) -> None:
    scenario = precedent(name).scenario.settled()
    options = [list(issue.options) for issue in scenario.issues.values()]
    every = (dict(zip(scenario.issues, chosen, strict=True)) for chosen in product(*options))
    passing = [outcome for outcome in every if agreed(scenario, outcome)]
    guess = GUESSES[RANDOM](scenario, None)

    for issue, found in guess.items():
        for option, part in found.items():
            assert part == pytest.approx(sum(each[issue] == option for each in passing) / len(passing))


def test_terms_count_where_they_were_agreed_and_near_is_half_way_up_the_ladder() -> None:
    found = compare(past(TWO, "{visits: all, money: 40}"))

    assert found.right is not None
    assert found.close is not None
    assert found.right[MIDDLE] == 0
    assert found.close[MIDDLE] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert compare(past(TWO, ending="no agreement")).right is None
    assert compare(past(TWO, ending="repudiated before effect")).right is None


def test_a_demand_that_was_not_met_counts_as_given_up() -> None:
    assert compare(past(TWO)).demands == {"much": (False, True)}


def test_the_same_seed_gives_the_same_intervals_and_one_case_has_none_to_spare() -> None:
    assert backtest(resamples=200) == FOUND
    one = scored([compare(past(TWO))], seed=1, resamples=100)

    assert one.right["Nash"].low == one.right["Nash"].value == one.right["Nash"].high


def test_the_intervals_cover_the_mean_about_as_often_as_they_say() -> None:
    """Half the cases right, half wrong: over many sets of 30 the interval holds 1/2 in about 95 of 100."""
    chance = np.random.default_rng(7)
    case = past(TWO)
    held = 0
    for seed in range(200):
        hits = chance.random(30) < 0.5
        told = [Compared(case, bool(hit), None, None, {}) for hit in hits]  # a deal was made; foreseen or not
        found = scored(told, seed=seed, resamples=400).deals
        held += found.low <= 0.5 <= found.high
    assert 180 <= held <= 198


def test_a_poor_score_is_printed_as_readily() -> None:
    lines = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["backtest", "--resamples", "200"]).stdout

    assert "Consistency with history, not a forecast" in lines
    assert f"{100 * FOUND.demands_base.value:.0f}%" in lines
    for rule in GUESSES:
        assert rule in lines
    told = json.loads(CliRunner().invoke(app, ["backtest", "--resamples", "200", "--json"]).stdout)
    assert told["terms"]["status quo"]["right"]["value"] == FOUND.right["status quo"].value
    assert len(told["cases"]) == len(cases())
