"""Is a package weighed, and made better, as by looking at every outcome that could take its place?"""

from collections.abc import Mapping

from hypothesis import given, settings

import judge
from detente.analysis.improve import Improvements, improve
from detente.analysis.packages import PackageReport, packages
from detente.analysis.tables import Amount, Span, plain
from strategies import Node, amount, negotiations, scenario_of

SETTINGS = settings(max_examples=100)
BOUNDS = ("low", "likely", "high")


def weighed(found: PackageReport, view: judge.View) -> None:
    """Every party's reply, and whether the package passes at each end of the ranges."""
    world, outcome = view.world, dict(found.point.terms)
    assert outcome == {**world.status_quo, **found.package.terms}
    assert (found.passes_low, found.passes, found.passes_high) == tuple(judge.passes(world, outcome, b) for b in BOUNDS)
    for name, reply in found.replies.items():
        gains = [plain(judge.gain(world, name, outcome, bound)) for bound in BOUNDS]
        answers = [judge.accepts(world, name, outcome, bound) for bound in BOUNDS]
        assert [reply.gain.low, reply.gain.likely, reply.gain.high] == gains
        assert (reply.accepts, reply.firm) == (answers[1], len(set(answers)) == 1)
        assert reply.binds == (name in world.binding and name not in judge.look(world, outcome).silent)
        assert {issue for issue, _ in reply.crossed} == {
            issue for issue, options in world.sides[name].refuses.items() if outcome[issue] in options
        }
        assert found.point.worth[name] == plain(judge.worth(world, name, outcome))


def left_over(found: PackageReport, views: Mapping[str, judge.View]) -> None:
    """How far it is from the frontier and what each could get more, at each end of the ranges."""
    outcome = dict(found.point.terms)
    more = {bound: judge.more_to_be_had(view, judge.look(view.world, outcome, bound)) for bound, view in views.items()}
    assert found.as_good == {bound: each is not None for bound, each in more.items()}
    assert found.distance == amount({bound: each and each[0] for bound, each in more.items()})
    world = views["likely"].world
    assert [*found.left] == [name for name in world.sides if name in world.binding and judge.cares(world, name)]
    for name, left in found.left.items():
        assert left == amount({bound: each and each[1][name] for bound, each in more.items()})


def beaten(found: PackageReport, view: judge.View) -> None:
    """What near it is better for all who must agree."""
    start = judge.look(view.world, dict(found.point.terms))
    above = judge.as_good(view, start)
    better = [each.outcome for each, rises in above if max(rises) > 0]
    changes = [judge.changed(outcome, start.outcome) for outcome in better]
    assert (found.better is None) == (not better)
    if found.better is not None:
        assert found.better.terms in better
        assert {**start.outcome, **found.changes} == found.better.terms
        assert len(found.changes) == min(changes)


def changed_for_the_better(found: Improvements, world: judge.World, start: judge.Outcome) -> None:
    """Every swap is right, and as long as there are no more than are listed, none is missing."""
    expected = judge.swaps(world, start)
    listed = {frozenset(swap.changes.items()): swap for swap in found.swaps}
    assert len(listed) == len(found.swaps)
    assert len(listed) + found.more_swaps == len(expected)
    assert set(listed) <= set(expected)
    for change, swap in listed.items():
        rises, attainable = expected[change]
        outcome = {**start, **swap.changes}
        assert {name: span.likely for name, span in swap.rises.items()} == {n: plain(r) for n, r in rises.items()}
        assert swap.rises == {name: advantages(world, name, outcome, start) for name in world.sides}
        assert swap.attainable == attainable
        assert (swap.at_low, swap.at_high) == tuple(judge.passes(world, outcome, end) for end in ("low", "high"))


def advantages(world: judge.World, who: str, new: judge.Outcome, old: judge.Outcome) -> Span:
    return Span.of(judge.advantage(world, who, new, old, bound) for bound in BOUNDS)


def offered(found: Improvements, view: judge.View, start: judge.Look) -> None:
    assert tuple(found.offers) == view.world.principals
    for by, offer in found.offers.items():
        cheapest = judge.cheapest_offers(view, start, by)
        assert (offer is None) == (not cheapest)
        if offer is not None:
            assert offer.point.terms in [each.outcome for each in cheapest]
            assert {**start.outcome, **offer.changes} == offer.point.terms
            assert offer.cost.likely == plain(start.gains[by] - cheapest[0].gains[by])
            assert offer.cost == -advantages(view.world, by, dict(offer.point.terms), start.outcome)


@SETTINGS
@given(negotiations(quorum=None, judged=True))
def test_every_package_is_weighed_as_the_judge_weighs_it(tree: Node) -> None:
    views = {bound: judge.View(judge.world_of(tree), bound) for bound in BOUNDS}
    for found in packages(scenario_of(tree)).reports.values():
        weighed(found, views["likely"])
        left_over(found, views)
        beaten(found, views["likely"])


@SETTINGS
@given(negotiations(quorum=None, judged=True))
def test_every_improvement_is_the_judges_and_none_is_missing(tree: Node) -> None:
    scenario, view = scenario_of(tree), judge.View(judge.world_of(tree))
    for name, package in scenario.packages.items():
        found = improve(scenario, name)
        start = judge.look(view.world, {**view.world.status_quo, **package.terms})
        changed_for_the_better(found, view.world, start.outcome)
        offered(found, view, start)
        report = packages(scenario).reports[name]
        assert (found.better and found.better.terms) == (report.better and report.better.terms)


def by_hand(worth: Mapping[str, Node], **more: object) -> Node:
    return {
        "detente": "1",
        "title": "By hand",
        "issues": {name: {"options": ["no", "yes"]} for name in ("x", "y")},
        "parties": {name: {"worth": each} for name, each in worth.items()},
        "packages": {"p": {"terms": {"x": "yes"}}, "all": {"terms": {"x": "yes", "y": "yes"}}},
        **more,
    }


def test_a_doubt_that_a_package_shares_with_the_status_quo_does_not_count() -> None:
    tree = by_hand({"a": {"x": {"yes": 1}, "y": {"no": "5..9"}}})
    gain = packages(scenario_of(tree)).reports["p"].replies["a"].gain

    assert (gain.low, gain.likely, gain.high) == (1, 1, 1)


def test_a_package_on_the_frontier_is_at_distance_0_and_nothing_is_better() -> None:
    reports = packages(scenario_of(by_hand({"a": {"x": {"yes": 1}, "y": {"yes": 2}}}))).reports

    assert (reports["all"].distance, reports["all"].better) == (Amount(0, 0, 0), None)
    assert (reports["p"].distance, reports["p"].changes) == (Amount(2, 2, 2), {"y": "yes"})


def test_a_gate_that_gains_nothing_by_any_deal_does_not_bring_a_package_to_the_frontier() -> None:
    tree = by_hand({"a": {"x": {"yes": 1}, "y": {"yes": 2}}, "b": {"y": {"yes": "0..4"}}})
    gated = {**tree, "parties": {**tree["parties"], "gate": {"role": "veto"}}}
    found = packages(scenario_of(gated)).reports["p"]

    assert found.distance == Amount(0, 2, 2)
    assert found.distance.contested
    assert found.left == {"a": Amount(2, 2, 2), "b": Amount(0, 2, 4)}


def test_a_package_that_somebody_needs_more_than_any_deal_gives_has_no_distance() -> None:
    tree = by_hand({"a": {"x": {"yes": 3}}, "b": {"x": {"yes": -1}}})

    assert packages(scenario_of(tree)).reports["p"].distance is None


def test_an_offer_that_gains_is_said_to_gain_and_contested_only_where_it_may_cost() -> None:
    issues = {"x": {"options": ["n", "p"]}}
    for worth, said in (("0..5", "gains 2.5 (0 to 5)"), ("-1..5", "gains 2 (−1 to 5; contested)")):
        tree = by_hand({"a": {"x": {"p": worth}}, "b": {"x": {"p": 1}}}, issues=issues, packages={"now": {"terms": {}}})
        rows = improve(scenario_of(tree), "now").tables()[1].rows

        assert rows[0][2] == said
