"""Does a veto cost what is lost when one more party must agree, and never less than nothing?"""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings

import detente
import judge
from detente.analysis.counting import attainable
from detente.analysis.tables import Amount, plain
from detente.analysis.vetoes import VetoPrice, vetoes
from detente.io import load_scenario, parse_scenario
from strategies import Node, amount, negotiations, scenario_of
from test_frontier import RIVER

SETTINGS = settings(max_examples=100)
BOUNDS = ("low", "likely", "high")


def agrees(found: VetoPrice, world: judge.World) -> None:
    """The price, what the party gets, and what would win it over are the judge's."""
    name = found.party
    heard = {bound: judge.Heard(world, name, bound) for bound in BOUNDS}
    price, likely = heard["likely"].price(), heard["likely"]
    assert found.price.nash == plain(price.nash) >= 0
    assert found.price.principals == {each: plain(fall) for each, fall in price.principals.items()}
    assert all(fall >= 0 for fall in found.price.principals.values())
    assert found.price.share == (None if price.share is None else plain(price.share))
    ends = {bound: plain(each.price().nash) for bound, each in heard.items()}
    assert {bound: each.nash for bound, each in found.prices.items()} == ends
    there = {bound: bool(each.view.passing) for bound, each in heard.items()}
    prices = {bound: each.price() for bound, each in heard.items()}
    assert found.nash == (amount({b: p.nash if there[b] else None for b, p in prices.items()}) or Amount(0, 0, 0))
    assert found.share == amount({bound: each.share for bound, each in prices.items()})
    for principal in world.principals:
        falls = {b: p.principals[principal] if there[b] else None for b, p in prices.items()}
        assert found.fall(principal) == (amount(falls) or Amount(0, 0, 0))
    parts = {
        bound: Fraction(len(h.let_pass), len(h.view.passing)) if h.view.passing else None for bound, h in heard.items()
    }
    assert found.kept == (parts["likely"] and plain(parts["likely"]))
    assert found.kept_range == amount(parts)
    settled = judge.Search(likely.view.world).bargain()
    deal = settled["nash"].outcome if settled else None
    at = judge.look(likely.view.world, deal or world.status_quo)
    spans = [plain(judge.gain(world, name, at.outcome, bound)) for bound in BOUNDS]
    assert [found.gain.low, found.gain.likely, found.gain.high] == spans
    has_say = likely.has_say(at)
    assert found.lacks == Amount.of(
        max(Fraction(0), Fraction(-span)) if has_say else Fraction(0) for span in spans[::-1]
    )
    assert found.lacks.likely == plain(likely.loss(at))
    assert {i for i, _ in found.crossed} == {i for i, o in world.sides[name].refuses.items() if at.outcome[i] in o}
    won_over(found, likely, at if deal else None)
    puts_up_with(found, heard)


def won_over(found: VetoPrice, heard: judge.Heard, deal: judge.Look | None) -> None:
    open_ = [each for each in heard.taken if min(each.gains[name] for name in heard.view.world.principals) >= 0]
    assert (found.accepted_deal is None) == (not open_)
    if found.accepted_deal is not None:
        chosen = next(each for each in open_ if each.outcome == found.accepted_deal.terms)
        assert heard.view.best([chosen]) == heard.view.best(open_)
    if deal is not None and heard.takes(deal):
        assert found.swaps == {}
    elif deal is None or not open_:
        assert found.swaps is None
    else:
        assert found.swaps is not None
        assert len(found.swaps) == min(judge.changed(each.outcome, deal.outcome) for each in open_)
        assert {**deal.outcome, **found.swaps} in [each.outcome for each in open_]


def puts_up_with(found: VetoPrice, heard: Mapping[str, judge.Heard]) -> None:
    *steps, (last, whatever) = found.tolerance
    assert last is None
    assert whatever == amount({bound: each.view.product(each.view.passing) for bound, each in heard.items()})
    best: dict[float, Fraction] = {}  # losses so close that they print alike are one step
    for most, product in heard["likely"].tolerance().items():
        best[plain(most)] = max(product, best.get(plain(most), product))
    for most, product in best.items():
        reached = [value for loss, value in steps if loss is not None and loss <= most]
        assert reached[-1].likely == pytest.approx(float(product), rel=1e-9)
    for most, value in steps:
        assert most is not None
        ends = [max(p for loss, p in each.tolerance().items() if plain(loss) <= most) for each in heard.values()]
        assert (value.low, value.high) == pytest.approx((float(min(ends)), float(max(ends))), rel=1e-9)


@SETTINGS
@given(negotiations(quorum=False))
def test_every_price_under_unanimity_is_the_judges(tree: Node) -> None:
    for found in vetoes(scenario_of(tree)).prices.values():
        agrees(found, judge.world_of(tree))


@SETTINGS
@given(negotiations(quorum=True, judged=True))
def test_every_price_under_a_quorum_is_the_judges(tree: Node) -> None:
    for found in vetoes(scenario_of(tree)).prices.values():
        agrees(found, judge.world_of(tree))


def test_a_vote_that_the_others_can_do_without_costs_nothing() -> None:
    outvoted = parse_scenario("""
detente: 1
title: Two of three
issues: {deal: {options: [none, x]}}
parties:
  a: {worth: {deal: {x: 10}}}
  against: {role: veto, worth: {deal: {x: -1}}}
  along: {role: veto, worth: {deal: {x: 1}}}
agreement: {at least: 2, always: [a]}
claims: {c: {says: Its vote counts., test: {veto: against, costs: 50%}}}
""")
    found = vetoes(outvoted).prices["against"]

    assert (found.price.nash, found.kept, found.lacks) == (0, 1, Amount(1, 1, 1))
    assert [each.verdict for each in detente.claims(outvoted).verdicts] == ["fails"]


@settings(max_examples=60)
@given(negotiations(quorum=None, judged=True))
def test_what_is_attainable_is_counted_as_by_looking_at_every_outcome(tree: Node) -> None:
    counted = attainable(scenario_of(tree).settled())

    assert counted.number.exact == len(judge.View(judge.world_of(tree)).passing)


def test_the_veto_of_the_senate_over_the_lump_sum_takes_11_of_56_and_delta_takes_nothing() -> None:
    prices = vetoes(load_scenario(RIVER)).prices
    senate, delta = prices["senate"], prices["delta"]

    assert (senate.price.nash, senate.price.share) == (11, 11 / 56)
    assert senate.price.principals == {"upland": 0, "lowland": 2}
    assert (delta.price.nash, delta.swaps) == (0, {})


def peaked(*ideals: str, **more: str) -> Node:
    """Parties on a line from 0 to 1 who like an outcome the less the further it lies from their ideal."""
    parties = {}
    for name, ideal in {**{f"p{k}": ideal for k, ideal in enumerate(ideals)}, **more}.items():
        at = Fraction(ideal)
        ends = {"0": float(-at), ideal: 0, "1": float(at - 1)}
        parties[name] = {"role": "veto" if name in more else "principal", "worth": {"x": ends}}
    issues = {"x": {"range": {"from": 0, "to": 1, "step": "0.01"}, "status_quo": "0"}}
    return {"detente": "1", "title": "A line", "issues": issues, "parties": parties}


def winset(tree: Node) -> list[str]:
    view = judge.View(judge.world_of(tree))
    return [each.outcome["x"] for each in view.passing]


def test_the_winset_on_a_line_shrinks_by_a_veto_as_tsebelis_has_it() -> None:
    free, bound = peaked("0.3", "0.5"), peaked("0.3", "0.5", v="0.1")

    assert (winset(free)[0], winset(free)[-1], len(winset(free))) == ("0", "0.6", 61)
    assert (winset(bound)[0], winset(bound)[-1], len(winset(bound))) == ("0", "0.2", 21)
    assert attainable(scenario_of(free)).number.exact == 61
    assert attainable(scenario_of(bound)).number.exact == 21
    found = vetoes(scenario_of(bound)).prices["v"]
    agrees(found, judge.world_of(bound))
    assert found.price.principals == {"p0": 0.1, "p1": 0.3}
    assert found.kept == 21 / 61


def test_two_losses_that_print_alike_are_one_step_of_the_curve() -> None:
    worth = {"a": {"p": "1e12", "q": 0}, "h": {"p": "-1e12", "q": "-999999999999.999999999"}}
    parties: Node = {"a": {"worth": {"x": worth["a"]}}, "h": {"role": "consulted", "worth": {"x": worth["h"]}}}
    tree: Node = {
        "detente": "1",
        "title": "Close",
        "issues": {"x": {"options": ["none", "p", "q"]}},
        "parties": parties,
    }
    found = vetoes(scenario_of(tree)).prices["h"]

    assert [(loss, value.likely) for loss, value in found.tolerance] == [(0, 0), (1e12, 1e12), (None, 1e12)]
    agrees(found, judge.world_of(tree))


def test_a_term_that_a_party_refuses_is_not_put_up_with_for_any_loss_that_it_can_bear() -> None:
    tree: Node = {
        "detente": "1",
        "title": "By hand",
        "issues": {"x": {"options": ["no", "yes"]}},
        "parties": {
            "a": {"worth": {"x": {"yes": 5}}},
            "c": {"role": "consulted", "worth": {"x": {"yes": -3}}, "refuses": {"x": ["yes"]}},
        },
    }
    found = vetoes(scenario_of(tree)).prices["c"]

    agrees(found, judge.world_of(tree))
    assert found.tolerance == ((0, Amount(0, 0, 0)), (None, Amount(5, 5, 5)))


def test_a_gate_that_only_opens_or_shuts_gains_nothing_and_costs_what_it_shuts_out() -> None:
    tree: Node = {
        "detente": "1",
        "title": "By hand",
        "issues": {"x": {"options": ["no", "some", "all"]}},
        "parties": {
            "a": {"worth": {"x": {"some": 5, "all": 8}}},
            "gate": {"role": "veto", "refuses": {"x": ["all"]}},
        },
    }
    found = vetoes(scenario_of(tree)).prices["gate"]

    agrees(found, judge.world_of(tree))
    assert (found.price.nash, found.lacks.likely, found.crossed, found.swaps) == (3, 0, (("x", "all"),), {"x": "some"})
