"""Are the verdicts on demands, vetoes, packages and claims what looking at every outcome says they are?"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
import judge
from detente.analysis import compile as compiling
from detente.analysis.demands import COSTLY, IN_BEST, NO_DEAL, NONSTARTER, TORPEDO, TRADEABLE
from detente.analysis.question import Question
from detente.analysis.search import ask, closest
from detente.analysis.shared import shared_work
from detente.model.claim import AcceptedBy, Attainable, BetterFor, Claim, DemandIs, OnlyWithout, Rescues
from detente.model.demand import Demand, Package
from detente.model.scenario import Scenario
from judge import Search
from strategies import Draw, Node, outcomes_of, scenario_of, sets_of, some_terms, trees

FEW = settings(max_examples=60, deadline=None, derandomize=True)
BOUNDS = ("low", "likely", "high")

Case = tuple[Node, judge.World, Scenario]


@st.composite
def cases(draw: Draw, **kinds: Any) -> Case:
    """A random scenario with two demands that some outcome holds, and a package that obeys the conditions."""
    tree = draw(trees(most_issues=4, **kinds))
    world = judge.world_of(tree)
    options = {name: list(each) for name, each in world.issues.items()}
    allowed = list(judge.outcomes(world))
    wanted = [sets_of(options, draw(some_terms(options, most=2))) for _ in range(2)]
    kept = [terms for terms in wanted if any(judge.holds(terms, outcome) for outcome in allowed)]
    demands = {f"d{k}": Demand(f"d{k}", terms) for k, terms in enumerate(kept)}
    package = Package("p", draw(st.sampled_from(allowed)))
    return tree, world, replace(scenario_of(tree), demands=demands, packages={"p": package})


def value(search: Search, pool: list[judge.Outcome]) -> Any:
    """The best Nash value: how many gain, and the product of their gains."""
    return max((judge.nash(search.gains(o, search.world.principals), ()) for o in pool), default=None)


def product(found: Any, world: judge.World) -> Fraction:
    return Fraction(found[1]) if found is not None and found[0] == len(world.principals) else Fraction(0)


def verdict(world: judge.World, terms: Any, bound: str, comparable: bool = False) -> str:
    whole, held = Search(world, bound), Search(world, bound, holding=terms)
    if not whole.acceptable():
        return NO_DEAL
    if not held.acceptable():
        free = [o for o in held.allowed() if uncrossed(world, o)]
        sums = [sum((g for g in asked(world, o, bound).values()), Fraction(0)) for o in free]
        return NONSTARTER if not free or (comparable and max(sums) < 0) else TORPEDO
    best, kept = value(whole, whole.mutual()), value(held, held.mutual())
    if best is None:
        return TRADEABLE
    if kept is not None and kept >= best:
        return IN_BEST
    if kept is None or kept[0] < best[0]:
        return COSTLY
    return COSTLY if kept[1] < Fraction(9, 10) * best[1] else TRADEABLE


def speaks(world: judge.World, name: str, outcome: judge.Outcome) -> bool:
    side = world.sides[name]
    return not side.over or any(outcome[i] in options for i, options in side.over.items())


def uncrossed(world: judge.World, outcome: judge.Outcome) -> bool:
    """Whether an outcome would pass if price were no object."""
    fine = [n for n in world.binding if not speaks(world, n, outcome) or not judge.refuses(world, n, outcome)]
    always = [name for name in world.always if name in world.binding]
    if world.quorum is None:
        return len(fine) == len(world.binding)
    return len(fine) >= world.quorum and all(name in fine for name in always)


def asked(world: judge.World, outcome: judge.Outcome, bound: str = "likely") -> dict[str, Fraction]:
    """The gains of everyone whose consent counts at an outcome."""
    return {n: judge.gain(world, n, outcome, bound) for n in world.binding if speaks(world, n, outcome)}


@FEW
@given(cases())
def test_every_demand_is_judged_by_its_definition_at_each_end_of_the_ranges(case: Case) -> None:
    _, world, scenario = case
    found = detente.demands(scenario).verdicts

    for name, demand in scenario.demands.items():
        expected = [verdict(world, demand.terms, bound) for bound in BOUNDS]
        assert [found[name].at_low, found[name].verdict, found[name].at_high] == expected


@FEW
@given(cases(quorum=False))
def test_where_points_are_comparable_no_side_payment_would_mend_a_nonstarter(case: Case) -> None:
    _, world, scenario = case
    found = detente.demands(replace(scenario, comparable=True)).verdicts

    for name, demand in scenario.demands.items():
        assert found[name].verdict == verdict(world, demand.terms, "likely", comparable=True)


@FEW
@given(cases(quorum=False))
def test_compensation_is_what_each_blocker_lacks_where_it_comes_nearest(case: Case) -> None:
    _, world, scenario = case
    found = detente.demands(scenario).verdicts

    for name, demand in scenario.demands.items():
        held = Search(world, holding=demand.terms)
        free = [o for o in held.allowed() if uncrossed(world, o)]
        if held.acceptable():
            assert found[name].compensation == {}
            continue
        if not free:
            assert found[name].compensation is None
            assert found[name].blockers
            continue
        keys = [
            (sorted(min(g, Fraction(0)) for g in padded(world, o)), sorted(held.gains(o, world.principals)))
            for o in free
        ]
        close = free[keys.index(max(keys))]
        lacks = {n: -g for n, g in asked(world, close).items() if g < 0}
        assert found[name].compensation == {n: pytest.approx(float(g)) for n, g in lacks.items()}
        assert found[name].nearest is not None
        assert dict(found[name].nearest.terms) == close


def padded(world: judge.World, outcome: judge.Outcome) -> list[Fraction]:
    """The gains of all who must agree, 0 for who has no say at this outcome."""
    gains = asked(world, outcome)
    return [gains.get(name, Fraction(0)) for name in world.binding]


@FEW
@given(cases())
def test_the_rescue_is_the_fewest_terms_beside_the_demand(case: Case) -> None:
    _, world, scenario = case
    found = detente.demands(scenario).verdicts

    for name, demand in scenario.demands.items():
        pool = Search(world, holding=demand.terms).acceptable()
        others = [i for i in world.issues if i not in demand.terms]
        counts = [sum(o[i] != world.status_quo[i] for i in others) for o in pool]
        rescue = found[name].rescue
        assert (rescue is None) == (not pool)
        if rescue is not None:
            assert len(rescue) == min(counts)
            assert any(all(o[i] == rescue.get(i, world.status_quo[i]) for i in others) for o in pool)


@FEW
@given(cases())
def test_pairs_are_fatal_where_each_can_be_had_and_both_cannot(case: Case) -> None:
    _, world, scenario = case
    found = detente.demands(scenario)
    if len(scenario.demands) < 2:
        return
    one, two = (demand.terms for demand in scenario.demands.values())
    alone = all(Search(world, holding=terms).acceptable() for terms in (one, two))
    words = all(set(one[i]) & set(two[i]) for i in one if i in two)
    both = any(judge.holds(two, o) for o in Search(world, holding=one).acceptable())

    assert found.fatal_pairs == ((("d0", "d1"),) if alone and words and not both else ())


@FEW
@given(cases())
def test_the_price_of_a_veto_is_what_the_best_deal_loses(case: Case) -> None:
    _, world, scenario = case
    found = detente.vetoes(scenario).prices

    assert set(found) == set(world.sides) - set(world.principals)
    for name, price in found.items():
        free = without_veto(world, name)
        for bound in BOUNDS:
            search = Search(free, bound)
            pool, mutual = search.acceptable(), search.mutual()
            kept = [o for o in pool if takes(world, name, o, bound)]
            also = [o for o in mutual if takes(world, name, o, bound)]
            fall = product(value(search, mutual), world) - product(value(search, also), world)
            assert price.price_at[bound] == pytest.approx(float(fall), rel=1e-9)
            assert fall >= 0
            if bound == "likely":
                assert price.kept == (len(kept) / len(pool) if pool else 0)
                for each, most in price.price.principals.items():
                    best = [max([Fraction(0), *(judge.gain(free, each, o) for o in group)]) for group in (pool, kept)]
                    assert most == pytest.approx(float(best[0] - best[1]), rel=1e-9)


def takes(world: judge.World, name: str, outcome: judge.Outcome, bound: str = "likely") -> bool:
    if not speaks(world, name, outcome):
        return True
    return judge.gain(world, name, outcome, bound) >= 0 and not judge.refuses(world, name, outcome)


def without_veto(world: judge.World, name: str) -> judge.World:
    """The world in which a party is only heard; under a quorum it takes one vote fewer."""
    side = world.sides[name]
    if side.role != "veto":
        return world
    sides = {**world.sides, name: replace(side, role="consulted")}
    quorum = None if world.quorum is None else world.quorum - 1
    return replace(world, sides=sides, quorum=quorum)


@FEW
@given(cases())
def test_the_tolerance_curve_is_the_best_deal_for_each_loss(case: Case) -> None:
    _, world, scenario = case

    for name, price in detente.vetoes(scenario).prices.items():
        search = Search(without_veto(world, name))
        pool = [o for o in search.mutual() if not speaks(world, name, o) or not judge.refuses(world, name, o)]
        *steps, (last, whatever) = price.tolerance
        assert last is None
        assert whatever == pytest.approx(float(product(value(search, search.mutual()), world)), rel=1e-9)
        for loss, best in steps:
            assert loss is not None
            bearable = [o for o in pool if not speaks(world, name, o) or float(-judge.gain(world, name, o)) <= loss]
            assert best == pytest.approx(float(product(value(search, bearable), world)), rel=1e-9)


@FEW
@given(cases())
def test_packages_are_measured_against_every_acceptable_outcome(case: Case) -> None:
    _, world, scenario = case
    report = detente.packages(scenario).reports["p"]
    outcome = dict(scenario.packages["p"].terms)
    start = [judge.gain(world, n, outcome) for n in world.binding]
    rises = {}
    for each in Search(world).acceptable():
        rise = [judge.gain(world, n, each) - old for n, old in zip(world.binding, start, strict=True)]
        if min(rise) >= 0:
            rises[tuple(each.values())] = (rise, judge.changed(each, outcome))
    better = [changes for rise, changes in rises.values() if max(rise) > 0]

    assert [report.passes_low, report.passes, report.passes_high] == [judge.passes(world, outcome, b) for b in BOUNDS]
    for name, reply in report.replies.items():
        assert [reply.gain.low, reply.gain.likely, reply.gain.high] == [
            pytest.approx(float(judge.gain(world, name, outcome, b)), rel=1e-12) for b in BOUNDS
        ]
    assert (report.distance is None) == (not rises)
    if report.distance is not None:
        assert report.distance == pytest.approx(float(max(min(rise) for rise, _ in rises.values())), rel=1e-9)
    assert (report.better is None) == (not better)
    if report.better is not None:
        assert len(report.changes) == min(better)
        assert rises[tuple(report.better.terms.values())][1] == min(better)


@FEW
@given(cases(quorum=False))
def test_improve_lists_every_change_of_one_or_two_terms_that_nobody_loses_by(case: Case) -> None:
    _, world, scenario = case
    found = detente.improve(scenario, "p")
    outcome = dict(scenario.packages["p"].terms)
    expected = set()
    for each in judge.outcomes(world):
        rise = [advantage(world, n, each, outcome) for n in world.binding]
        if 1 <= judge.changed(each, outcome) <= 2 and min(rise) >= 0 and max(rise) > 0:
            expected.add(tuple(sorted((i, o) for i, o in each.items() if o != outcome[i])))

    listed = {tuple(sorted(swap.changes.items())) for swap in found.swaps}
    assert listed <= expected
    assert len(listed) + found.more_swaps == len(expected)


def advantage(world: judge.World, name: str, new: judge.Outcome, old: judge.Outcome) -> Fraction:
    return judge.worth(world, name, new) - judge.worth(world, name, old)


@FEW
@given(cases())
def test_the_next_offer_is_the_cheapest_that_the_others_would_take(case: Case) -> None:
    _, world, scenario = case
    outcome = dict(scenario.packages["p"].terms)
    start = {n: judge.gain(world, n, outcome) for n in world.binding}
    content = judge.passes(world, outcome)

    for by, offer in detente.improve(scenario, "p").offers.items():
        others = [name for name in world.binding if name != by]
        pool = []
        for each in Search(world).acceptable():
            least = {n: max(Fraction(0), start[n]) for n in others}
            gains = {n: judge.gain(world, n, each) for n in others}
            if all(gains[n] >= least[n] or not speaks(world, n, each) for n in others) and (
                not content or any(gains[n] > least[n] for n in others)
            ):
                pool.append(judge.gain(world, by, each))
        assert (offer is None) == (not pool)
        if offer is not None:
            assert offer.cost == pytest.approx(float(start[by] - max(pool)), rel=1e-9, abs=1e-9)


@FEW
@given(cases(), st.data())
def test_every_kind_of_claim_is_tested_by_its_definition(case: Case, data: st.DataObject) -> None:
    _, world, scenario = case
    if len(scenario.demands) < 2:
        return
    other = Package("q", data.draw(st.sampled_from(list(judge.outcomes(world)))))
    scenario = replace(scenario, packages={**scenario.packages, "q": other})
    party = data.draw(st.sampled_from(list(world.sides)))
    one, two = (demand.terms for demand in scenario.demands.values())
    p, q = (dict(package.terms) for package in scenario.packages.values())
    harmless, crossed = (IN_BEST, TRADEABLE), judge.refuses(world, party, p)

    def both(search: Search) -> list[judge.Outcome]:
        return [o for o in search.acceptable() if judge.holds(one, o) and judge.holds(two, o)]

    def alone(search: Search) -> list[judge.Outcome]:
        return [o for o in search.acceptable() if judge.holds(two, o) and not judge.holds(one, o)]

    def better(bound: str) -> bool:
        return judge.gain(replace_base(world, party, q), party, p, bound) > 0

    expected: list[tuple[Any, Any]] = [
        (
            DemandIs("d0", (NONSTARTER, "harmless")),
            lambda b: verdict(world, one, b) in (NONSTARTER, *harmless),
        ),
        (Attainable(package="p"), lambda b: judge.passes(world, p, b)),
        (Attainable(terms=one, expected=False), lambda b: not Search(world, b, holding=one).acceptable()),
        (
            AcceptedBy("p", (party,)),
            lambda b: judge.gain(world, party, p, b) >= 0 and not crossed,
        ),
        (BetterFor("p", "q", (party,)), better),
        (Rescues("d0", "d1"), lambda b: bool(both(Search(world, b))) and not alone(Search(world, b))),
        (OnlyWithout(("d0", "d1")), lambda b: bool(Search(world, b).acceptable()) and not both(Search(world, b))),
    ]
    made = {f"c{k}": Claim(f"c{k}", "so it is", test=test) for k, (test, _) in enumerate(expected)}
    found = detente.claims(replace(scenario, claims=made))

    for each, (_, holds) in zip(found.verdicts, expected, strict=True):
        ends = [holds(bound) for bound in BOUNDS]
        word = "holds" if ends[1] else "fails"
        assert each.verdict == (word if len(set(ends)) == 1 else "contested")
        assert each.likely is ends[1]


def replace_base(world: judge.World, name: str, base: judge.Outcome) -> judge.World:
    """The world in which no deal is worth to a party what an outcome is, so that a gain is the difference."""
    side = replace(world.sides[name], reservation=None)
    return replace(world, status_quo=base, sides={**world.sides, name: side})


@FEW
@given(cases(), st.data())
def test_dropping_what_cannot_pass_loses_nothing_that_can(case: Case, data: st.DataObject) -> None:
    tree, _, scenario = case
    near = data.draw(outcomes_of(tree))
    settled = scenario.settled()
    compiling_wide, compiling._WIDE = compiling._WIDE, data.draw(st.sampled_from([1, 4096]))
    try:
        pairs = [(Question(settled, near=each), Question(settled, near=each, passing=True)) for each in (None, near)]
        answers = [(ask([open_])[0], ask([passing])[0]) for open_, passing in pairs]
        fewest = closest([pairs[1][1]], lambda answer: bool(answer.accepted.any()))[0]
        with shared_work():
            shared = ask([pairs[1][1], pairs[1][1]])
    finally:
        compiling._WIDE = compiling_wide

    for open_, passing in answers:
        assert points(open_) == points(passing)
    whole = answers[1][0]
    assert whole.changes is not None
    assert fewest.changes is not None
    if whole.accepted.any():
        assert whole.changes[whole.accepted].min() == fewest.changes[fewest.accepted].min()
    assert shared[0] is shared[1] or points(shared[0]) == points(shared[1])
    assert points(shared[0]) == points(whole)


def points(answer: Any) -> set[tuple[Any, ...]]:
    """The undominated accepted points, with the changes counted if they are."""
    rows = [
        (
            *(answer.gain(n, int(k)) for n in answer.question.weighed),
            *(() if answer.changes is None else (-answer.changes[k],)),
        )
        for k in answer.agreed()
    ]
    return judge.undominated(set(rows))


def test_two_demands_sunk_alone_are_had_together() -> None:
    text = """
detente: 1
title: Linkage
issues: {ISSUES}
parties:
  one: {worth: {a: {yes: 3}, b: {yes: -1}}}
  two: {worth: {a: {yes: -1}, b: {yes: 3}}}
demands: {DEMANDS}
"""
    single = text.replace("{ISSUES}", "{a: {options: [no, yes]}}").replace("{DEMANDS}", "{A: {terms: {a: yes}}}")
    single = single.replace(", b: {yes: -1}", "").replace(", b: {yes: 3}", "")
    linked = text.replace("{ISSUES}", "{a: {options: [no, yes]}, b: {options: [no, yes]}}").replace(
        "{DEMANDS}", "{A: {terms: {a: yes}}, B: {terms: {b: yes}}}"
    )
    alone = detente.demands(detente.parse_scenario(single)).verdicts["A"]
    together = detente.demands(detente.parse_scenario(linked)).verdicts["A"]

    assert (alone.verdict, alone.blockers, alone.compensation) == ("torpedo", ("two",), {"two": 1})
    assert together.verdict == "already in the best deal"
    assert together.rescue == {"b": "yes"}
    assert together.met is not None
    assert together.met.point.gains == {"one": 2, "two": 2}


def test_river_is_judged_as_worked_out_by_hand() -> None:
    river = detente.load("river")
    demand = detente.demands(river).verdicts["resident inspectors"]
    prices = detente.vetoes(river).prices

    assert (demand.verdict, demand.blockers, demand.compensation) == ("nonstarter", ("upland",), None)
    assert demand.price_would_do
    assert demand.nearest is not None
    assert (demand.nearest.gains["upland"], demand.nearest.gains["lowland"]) == (12, 5)
    assert (prices["senate"].price.nash, prices["senate"].price.principals) == (11, {"upland": 0, "lowland": 2})
    assert (prices["delta"].price.nash, prices["delta"].price.principals) == (0, {"upland": 0, "lowland": 0})


def test_a_veto_shrinks_the_win_set_on_a_line_as_tsebelis_draws_it() -> None:
    def side(ideal: float, role: str) -> str:
        # single-peaked: minus the distance to the ideal point; the status quo stands at 0
        return f"{{role: {role}, worth: {{x: {{0: {-ideal}, {ideal}: 0, 1: {ideal - 1}}}}}}}"

    text = (
        "detente: 1\ntitle: A line\nissues: {x: {range: {from: 0, to: 1, step: 0.01}}}\n"
        f"parties: {{setter: {side(0.5, 'principal')}, first: {side(0.3, 'veto')}, second: {side(0.1, 'consulted')}}}"
    )
    found = detente.vetoes(detente.parse_scenario(text))

    assert detente.frontier(found.scenario).acceptable.exact == 61
    assert found.prices["second"].kept == pytest.approx(21 / 61)
    assert found.prices["second"].price.principals["setter"] == pytest.approx(0.3)
