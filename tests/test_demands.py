"""Does every demand get the verdict that its definition gives it, with who blocks and what would rescue it?"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings

import judge
from detente.analysis.demands import Demands, DemandVerdict, demands, verdicts
from detente.analysis.tables import Amount, plain
from detente.io import load_scenario
from strategies import Node, amount, negotiations, readings_of, scenario_of
from test_frontier import RIVER

SETTINGS = settings(max_examples=120)
BOUNDS = ("low", "likely", "high")


def agrees(found: Demands, world: judge.World, comparable: bool) -> None:
    """Every verdict, and all that is said with it, is the judge's."""
    views = {bound: judge.View(world, bound) for bound in BOUNDS}
    for verdict in found.verdicts.values():
        terms = verdict.demand.terms
        told = (verdict.at_low, verdict.verdict, verdict.at_high)
        assert told == tuple(view.verdict(terms, comparable) for view in views.values())
        deals_agree(verdict, views["likely"])
        costs_agree(verdict, views)
        nearest_agrees(verdict, world, views["likely"], comparable)
        money_agrees(verdict, views, comparable)
    pairs_agree(found, views["likely"])


def costs_agree(verdict: DemandVerdict, views: Mapping[str, judge.View]) -> None:
    before = {bound: view.product(view.passing) for bound, view in views.items()}
    after = {bound: view.product(view.holding(verdict.demand.terms)) for bound, view in views.items()}
    assert verdict.cost == amount(
        {bound: 1 - after[bound] / whole if whole else None for bound, whole in before.items()}
    )


def deals_agree(verdict: DemandVerdict, view: judge.View) -> None:
    held = judge.Search(view.world, holding=verdict.demand.terms).bargain()
    missing = verdict.demand.terms if verdict.verdict == "already in the best deal" else None
    free = judge.Search(view.world, lacking=missing).bargain()
    for deal, expected in ((verdict.met, held), (verdict.left_out, free)):
        assert (deal.point.terms if deal else None) == (expected["nash"].outcome if expected else None)
    fewest = view.rescue(verdict.demand.terms)
    assert (verdict.rescue is None) == (fewest is None)
    if verdict.rescue is not None:
        assert len(verdict.rescue) == fewest
        assert not set(verdict.rescue) & set(verdict.demand.terms)
        kept = {**view.world.status_quo, **verdict.rescue}
        base = [
            each
            for each in view.passing
            if all(each.outcome[i] == kept[i] for i in set(kept) - set(verdict.demand.terms))
        ]
        assert any(judge.holds(verdict.demand.terms, each.outcome) for each in base)


def nearest_agrees(verdict: DemandVerdict, world: judge.World, view: judge.View, comparable: bool) -> None:
    demanded = view.holding(verdict.demand.terms)
    if any(each.passes for each in demanded):
        assert (verdict.nearest, verdict.compensation, verdict.blockers) == (None, {}, ())
        return
    uncrossed = [each for each in demanded if any(view.coalitions(each))]
    priced = judge.View(world, red_lines=False).holding(verdict.demand.terms)
    among = uncrossed or priced
    assert verdict.nearest is not None
    place = next(each for each in among if each.outcome == dict(verdict.nearest.terms))
    closest = max(among, key=view.nearness)  # the first in the file's order
    assert view.nearness(place) == view.nearness(closest)
    lacks = view.compensation(place)
    if not uncrossed:
        assert verdict.compensation is None
        assert verdict.price_would_do == any(each.passes for each in priced)
        if world.quorum is None:
            assert set(verdict.blockers) == set(judge.always_in_the_way(view, demanded))
        return
    assert verdict.price_would_do is None
    assert verdict.compensation is not None
    assert sorted(verdict.compensation.values()) == sorted(map(plain, lacks))
    assert tuple(verdict.compensation) == verdict.blockers
    assert verdict.compensation == {name: plain(-place.gains[name]) for name in verdict.blockers}
    for name in verdict.blockers:
        lows, span = (
            [judge.gain(world, name, place.outcome, bound) for bound in BOUNDS],
            verdict.compensation_spans[name],
        )
        assert (span.low, span.likely, span.high) == tuple(plain(max(-value, Fraction(0))) for value in lows[::-1])


def money_agrees(verdict: DemandVerdict, views: Mapping[str, judge.View], comparable: bool) -> None:
    """The least outside money that would make it pass; red lines are a matter of price where all are crossed."""
    terms, ends = verdict.demand.terms, {}
    if not comparable or any(each.passes for each in views["likely"].holding(terms)):
        assert verdict.outside_money is None
        return
    for bound, view in views.items():
        among = [each for each in view.holding(terms) if any(view.coalitions(each))]
        among = among or judge.View(view.world, bound, red_lines=False).holding(terms)
        ends[bound] = min(sum(view.compensation(each), Fraction(0)) for each in among)
    assert verdict.outside_money == amount(ends)


def pairs_agree(found: Demands, view: judge.View) -> None:
    sets = {name: each.demand.terms for name, each in found.verdicts.items()}
    alive = [name for name, terms in sets.items() if any(each.passes for each in view.holding(terms))]
    expected = []
    for one, other in combinations(alive, 2):
        in_words = all(set(options) & set(sets[other].get(issue, options)) for issue, options in sets[one].items())
        both = [each for each in view.holding(sets[one]) if each.passes and judge.holds(sets[other], each.outcome)]
        if in_words and not both:  # two demands that contradict each other in words need no warning
            expected.append((one, other))
    assert list(found.fatal_pairs) == expected


@SETTINGS
@given(negotiations())
def test_every_verdict_under_unanimity_is_the_judges(tree: Node) -> None:
    agrees(demands(scenario_of(tree)), judge.world_of(tree), "points" in tree)


@SETTINGS
@given(negotiations(quorum=True))
def test_every_verdict_under_a_quorum_is_the_judges(tree: Node) -> None:
    agrees(demands(scenario_of(tree)), judge.world_of(tree), "points" in tree)


@settings(max_examples=30)
@given(negotiations(judged=True))
def test_bare_verdicts_on_many_readings_at_once_are_the_judges(tree: Node) -> None:
    scenario, readings = scenario_of(tree), readings_of(tree)
    found = verdicts([scenario.assuming(each).settled() for each in readings])

    for reading, answers in zip(readings, found, strict=True):
        view = judge.View(judge.world_of(tree, reading))
        assert answers == {n: view.verdict(d.terms, scenario.comparable) for n, d in scenario.demands.items()}


def file(parties: Node, *issues: str, **more: object) -> Node:
    return {
        "detente": "1",
        "title": "By hand",
        "issues": {name: {"options": ["no", "yes"]} for name in issues},
        "parties": parties,
        **more,
    }


def one_of(tree: Node, name: str) -> DemandVerdict:
    found = demands(scenario_of(tree))
    agrees(found, judge.world_of(tree), "points" in tree)
    return found.verdicts[name]


GIVES = {"x": (3, -1), "y": (-1, 3)}


@pytest.mark.parametrize(("issue", "short"), [("x", "b"), ("y", "a")])
def test_what_costs_one_side_more_than_it_gets_is_a_torpedo_alone(issue: str, short: str) -> None:
    parties: Node = {name: {"worth": {issue: {"yes": GIVES[issue][k]}}} for k, name in enumerate(["a", "b"])}
    found = one_of(file(parties, issue, demands={"d": {"terms": {issue: "yes"}}}), "d")

    assert (found.verdict, found.blockers, found.compensation) == ("torpedo", (short,), {short: 1})
    assert found.rescue is None


def test_two_torpedoes_linked_are_acceptable_and_each_rescues_the_other() -> None:
    parties = {name: {"worth": {i: {"yes": GIVES[i][k]} for i in GIVES}} for k, name in enumerate(["a", "b"])}
    wanted = {"both": {"x": "yes", "y": "yes"}, "first": {"x": "yes"}, "second": {"y": "yes"}}
    tree = file(parties, "x", "y", demands={name: {"terms": terms} for name, terms in wanted.items()})
    both = one_of(tree, "both")

    assert both.met is not None
    assert (both.verdict, both.met.point.gains) == ("already in the best deal", {"a": 2, "b": 2})
    assert one_of(tree, "first").rescue == {"y": "yes"}
    assert one_of(tree, "second").rescue == {"x": "yes"}


def test_resident_inspectors_are_a_nonstarter_by_a_red_line_that_is_only_a_matter_of_price() -> None:
    found = demands(load_scenario(RIVER)).verdicts["resident inspectors"]

    assert (found.verdict, found.blockers, found.compensation) == ("nonstarter", ("upland",), None)
    assert found.price_would_do
    assert found.nearest is not None
    assert (found.nearest.gains["upland"], found.nearest.gains["lowland"]) == (12, 5)


@pytest.mark.parametrize(
    ("held", "verdict"), [(10, "already in the best deal"), (9, "tradeable"), ("8.999999999", "costly")]
)
def test_a_demand_is_costly_where_the_best_deal_falls_by_more_than_a_tenth(held: object, verdict: str) -> None:
    parties = {"a": {"worth": {"x": {"no": 10, "yes": held}}, "reservation": 0}}

    assert one_of(file(parties, "x", demands={"d": {"terms": {"x": "yes"}}}), "d").verdict == verdict


@pytest.mark.parametrize(("points", "verdict"), [({}, "torpedo"), ({"points": "comparable"}, "nonstarter")])
def test_a_demand_that_no_side_payment_mends_is_a_nonstarter_only_where_points_compare(
    points: Node, verdict: str
) -> None:
    parties = {"a": {"worth": {"x": {"yes": 3}}}, "b": {"worth": {"x": {"yes": -4}}}}
    found = one_of(file(parties, "x", demands={"d": {"terms": {"x": "yes"}}}, **points), "d")

    assert (found.verdict, found.compensation) == (verdict, {"b": 4})
    assert found.outside_money == (Amount(4, 4, 4) if points else None)


def test_nothing_sinks_a_deal_where_there_is_none_either_way() -> None:
    parties = {"a": {"worth": {"x": {"yes": 3}}, "reservation": 5}}

    assert one_of(file(parties, "x", demands={"d": {"terms": {"x": "yes"}}}), "d").verdict == "no deal either way"


def test_two_demands_that_are_possible_alone_and_not_together_are_a_fatal_pair() -> None:
    parties = {"a": {"worth": {"x": {"yes": -1}, "y": {"yes": -1}}, "reservation": -1}}
    tree = file(parties, "x", "y", demands={name: {"terms": {name: "yes"}} for name in ("x", "y")})

    assert demands(scenario_of(tree)).fatal_pairs == (("x", "y"),)


def test_under_a_quorum_a_red_line_is_not_bought_and_those_beside_it_are_paid() -> None:
    parties: Node = {
        "a": {"worth": {"x": {"yes": 5}}, "refuses": {"x": ["yes"]}},
        "b": {"worth": {"x": {"yes": 5}}},
        "c": {"worth": {"x": {"yes": -3}}},
    }
    tree = file(parties, "x", agreement={"at least": 2}, demands={"d": {"terms": {"x": "yes"}}})
    found = one_of(tree, "d")

    assert (found.verdict, found.blockers, found.compensation) == ("torpedo", ("c",), {"c": 3})


def test_a_party_whose_red_line_does_not_touch_a_demand_does_not_stand_in_its_way() -> None:
    parties: Node = {
        "a": {"refuses": {"y": ["no"]}},
        "b": {"refuses": {"y": ["yes"]}},
        "c": {"refuses": {"x": ["no"]}},
    }
    found = one_of(file(parties, "x", "y", demands={"d": {"terms": {"x": "yes"}}}), "d")

    assert set(found.blockers) == {"a", "b"}
