"""Are many draws answered together as each is answered alone?"""

from dataclasses import replace
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.analysis import answers as module
from detente.analysis import limits
from detente.analysis.answers import Answers, answers
from detente.analysis.by_rule import by_rule
from detente.analysis.draws import CHUNKS, Drawn, Plan, fixed
from detente.analysis.lots import lots
from detente.analysis.packages import agreed, would_take
from detente.analysis.room import fits
from detente.analysis.tables import gain
from detente.catalog import load
from detente.errors import TooLargeError
from detente.model.party import Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from strategies import Node, negotiations, scenario_of


def weighted(tree: Node) -> Scenario:
    """A scenario in which every reading of every judgment may be the true one."""
    for node in tree.get("judgments", {}).values():
        for place, reading in enumerate(node["readings"].values()):
            reading["weight"] = place + 1
    return scenario_of(tree)


def with_little_at_stake(tree: Node, minded: int) -> Node:
    """The same with a veto, and with principals who mind only so many of the issues unless a reading says otherwise."""
    if "p1" in tree["parties"]:
        tree["parties"]["p1"]["role"] = "veto"
    principals = [name for name, node in tree["parties"].items() if node["role"] == "principal"]
    for name in principals:
        node = tree["parties"][name]
        node["worth"] = {
            issue: table for issue, table in node["worth"].items() if issue in list(tree["issues"])[:minded]
        }
        node.pop("reservation", None)
    for rule in tree["interactions"]:
        rule["worth"].update(dict.fromkeys(principals, 0))
    return tree


def alone(plan: Plan, seed: int, draws: int) -> Answers:
    """Each draw as a scenario of its own."""
    drawn = plan.drawn(plan.parts([0], CHUNKS * draws, seed, "random"))
    found = Answers.blank(plan.scenario, drawn)
    module.one_by_one(plan, drawn, np.arange(draws), found, headlines=False)
    for draw, scenario in enumerate(plan.scenarios(drawn)):
        for name, package in scenario.packages.items():
            outcome = scenario.outcome(package.terms)
            for party in scenario.parties.values():
                found.takes[name][party.id][draw] = would_take(scenario, party, outcome)
            found.passes[name][draw] = agreed(scenario, outcome)
            sides = [party for party in scenario.parties.values() if party.role is Role.PRINCIPAL]
            gains = [max(gain(scenario, party, outcome), Fraction(0)) for party in sides]
            found.value[name][draw] = float(prod(gains, start=Fraction(1))) if agreed(scenario, outcome) else 0
    return found


def same(one: Answers, other: Answers) -> None:
    assert (one.agreement == other.agreement).all()
    assert np.allclose(one.best, other.best)
    for kind in ("passes", "demands", "readings"):
        for name, column in getattr(one, kind).items():
            assert (column == getattr(other, kind)[name]).all(), (kind, name)
    assert (one.deals == other.deals).all()
    for kind in ("value", "prices", "gains"):
        for name, column in getattr(one, kind).items():
            assert np.allclose(column, getattr(other, kind)[name], equal_nan=True), (kind, name)
    for name, takers in one.takes.items():
        for party, column in takers.items():
            assert (column == other.takes[name][party]).all(), (name, party)


def together(plan: Plan, seed: int, draws: int) -> Answers:
    return answers(plan, plan.drawn(plan.parts([0], CHUNKS * draws, seed, "random")))


@settings(max_examples=150)
@given(negotiations(quorum=None, judged=True))
def test_the_answers_are_those_of_each_draw_alone(tree: Node) -> None:
    plan = Plan.of(weighted(tree))

    same(together(plan, 7, 6), alone(plan, 7, 6))


@settings(max_examples=150)
@given(negotiations(quorum=False, judged=True), st.integers(0, 1))
def test_of_deals_alike_to_the_principals_the_first_in_the_file_is_found_as_in_each_draw_alone(
    tree: Node, minded: int
) -> None:
    plan = Plan.of(weighted(with_little_at_stake(tree, minded)))

    same(together(plan, 7, 6), alone(plan, 7, 6))


def test_a_veto_that_gains_more_by_a_later_deal_does_not_make_the_principals_choose_it() -> None:
    minds = {"role": "veto", "worth": {"colour": {"red": 0, "blue": 1}}}
    for worth in ({}, {"price": {"low": "1..2", "high": 0}}):
        tree = {
            "detente": "1",
            "title": "A painted house",
            "issues": {"price": {"options": ["low", "high"]}, "colour": {"options": ["red", "blue"]}},
            "parties": {"buyer": {"worth": worth}, "neighbour": minds},
        }
        plan = Plan.of(scenario_of(tree))

        assert (together(plan, 7, 6).deals == 0).all()
        same(together(plan, 7, 6), alone(plan, 7, 6))


def test_on_the_flagship_case_they_are_too_and_a_deal_found_is_worth_what_it_says() -> None:
    scenario = load("korea-2021")
    judgments = {
        name: replace(each, readings={key: replace(r, weight=1.0) for key, r in each.readings.items()})
        for name, each in scenario.judgments.items()
    }
    plan = Plan.of(replace(scenario, judgments=judgments))
    found = together(plan, 3, 24)

    same(found, alone(plan, 3, 24))
    drawn = plan.drawn(plan.parts([0], CHUNKS * 24, 3, "random"))
    for lot in lots(plan, drawn):
        assert fits(lot)
        for place, draw in enumerate(lot.places.tolist()):
            options = [list(issue.options) for issue in scenario.issues.values()]
            deal = {i: o[k] for i, o, k in zip(scenario.issues, options, found.deals[:, draw], strict=True)}
            us, dprk = (float(lot.gains(side, deal)[place]) / lot.scale for side in ("US", "DPRK"))
            assert np.isclose(us * dprk, found.best[draw])
            assert np.allclose((us, dprk), (found.gains["US"][draw], found.gains["DPRK"][draw]))


@pytest.mark.parametrize("rows", [0, 20])
def test_draws_too_wide_to_be_answered_together_are_answered_some_at_a_time(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ROWS_TOGETHER", rows)

    @settings(max_examples=40)
    @given(negotiations(quorum=None, judged=True))
    def check(tree: Node) -> None:
        plan = Plan.of(weighted(tree))
        drawn = plan.drawn(plan.parts([0], CHUNKS * 6, 7, "random"))

        same(together(plan, 7, 6), alone(plan, 7, 6))
        rules_agree(plan, drawn)

    check()


def test_a_draw_that_is_too_wide_alone_names_the_issues_that_hang_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS_TOGETHER", 1)
    monkeypatch.setattr(limits, "ROWS", 1)

    with pytest.raises(TooLargeError, match=r"the issues .* hang together"):
        together(Plan.of(load("korea-2021")), 7, 6)


def test_a_scenario_without_any_doubt_gives_the_point_answers() -> None:
    doubtful = load("river")
    likely = {id(n): Quantity.of(n.likely) for doubt in Plan.of(doubtful).doubts for n in doubt.numbers}
    scenario = fixed(doubtful, likely)
    found = together(Plan.of(scenario), 1, 1)

    deal = detente.bargain(scenario).agreements
    assert deal is not None
    assert found.agreement.all()
    gains = deal["nash"].point.gains
    assert found.best[0] == gains["upland"] * gains["lowland"]
    verdicts = detente.demands(scenario).verdicts
    for name, column in found.demands.items():
        said = verdicts[name].verdict
        assert module.KINDS[column[0]] == ("harmless" if said in module.HARMLESS else said)
    for name, price in detente.vetoes(scenario).prices.items():
        assert found.prices[name][0] == (price.price.share or 0)


@settings(max_examples=80)
@given(negotiations(quorum=None, judged=True))
def test_what_each_rule_gives_is_what_it_gives_in_each_draw_alone(tree: Node) -> None:
    plan = Plan.of(weighted(tree))

    rules_agree(plan, plan.drawn(plan.parts([0], CHUNKS * 4, 5, "random")))


def rules_agree(plan: Plan, drawn: Drawn) -> None:
    """What each rule gives in some draws is what it gives in each of them alone."""
    found = by_rule(plan, drawn)
    for draw, scenario in enumerate(plan.scenarios(drawn)):
        deal = detente.bargain(scenario).agreements
        for rule, gains in found.items():
            for name, row in gains.items():
                there = deal is not None and scenario.parties[name].role is Role.PRINCIPAL
                assert np.isnan(row[draw]) != there
                if there and deal is not None:
                    assert np.isclose(row[draw], float(deal[rule].point.gains[name])), (rule, name)
