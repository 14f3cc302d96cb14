"""Does a roadmap say what it should: where it breaks, what would mend it, and what other orders would do?"""

from dataclasses import replace
from fractions import Fraction
from math import inf, sqrt
from typing import Any

import pytest
from hypothesis import given, settings

import detente
from detente.planning import choosing
from detente.planning.best import Best, best
from detente.planning.bounds import floor, least_exposure, longest_chain, most_value
from detente.planning.game import game, places
from detente.planning.guarantees import guarantees, least_guaranteed
from detente.planning.measure import Walk
from detente.planning.mends import mends, split
from detente.planning.rules import Rules, obeys
from judge_roadmap import Deal, Way
from test_roadmap_measures import deals, game_of, walk_of

E3 = """
detente: 1
title: Example E3, with one reversible flow added
parties: {A: {}, B: {}}
commitments:
  A1: {by: A, lump: {A: -3, B: 5}}
  A2: {by: A, lump: {A: -6, B: 9}, needs: [A1]}
  A3: {by: A, lump: {A: -2, B: 2}}
  B1: {by: B, lump: {A: 4, B: -2}}
  B2: {by: B, lump: {A: 7, B: -5}, needs: [A1]}
  B3: {by: B, lump: {A: 3, B: -1}, needs: [A2, B1]}
  rA: {by: A, flow: {A: -0.2, B: 0.6}, reversible: true}
patience: {A: 0.9, B: 0.9}
completion: {A: 1, B: 1}       # a flow per period to each, from the round in which all is done
stake: {A: 0, B: 0}            # a lump that a party forfeits by breaking off
"""
LUMPS = E3[: E3.index("  rA:")]
HALVES = """
detente: 1
title: E2, each lump in two halves
parties: {A: {}, B: {}}
commitments:
  A1: {by: A, lump: {A: -1, B: 2}}
  A2: {by: A, lump: {A: -1, B: 2}, needs: [A1]}
  B1: {by: B, lump: {B: -1, A: 2}}
  B2: {by: B, lump: {B: -1, A: 2}, needs: [B1]}
  rA: {by: A, flow: {A: -0.2, B: 0.6}, reversible: true}
  rB: {by: B, flow: {B: -0.2, A: 0.6}, reversible: true}
"""
E2 = HALVES.replace("-1", "-2").replace("B: 2}", "B: 4}").replace("A: 2}", "A: 4}")
E2 = "\n".join(line for line in E2.splitlines() if "A2:" not in line and "B2:" not in line)


def test_the_example_with_three_steps_a_side_has_the_exposure_bond_and_rounds_of_the_book() -> None:
    lumps = detente.parse_scenario(LUMPS)

    assert detente.roadmap(lumps, aim="exposure").exposure == 2
    assert detente.roadmap(lumps, aim="bond").payload()["bond"] == 1
    assert detente.roadmap(lumps, order="B1|A1|B2|A2|A3|B3").exposure == 2
    assert detente.roadmap(lumps, order="A1|B2|A2|B1|A3|B3").payload()["bond"] == 1
    fewest = {most: len(detente.roadmap(lumps, aim="rounds", max_exposure=most).rounds) for most in (2, 3, 5)}
    assert fewest == {2: 5, 3: 4, 5: 3}


def test_speed_is_bought_with_exposure() -> None:
    found = detente.roadmap(detente.parse_scenario(LUMPS), curve=True).curve

    assert [(each.rounds, each.exposure, each.proven) for each in found] == [(3, 5, True), (4, 3, True), (5, 2, True)]


def test_flows_kept_for_the_end_are_the_prize_that_holds_lumps_together() -> None:
    whole, halves = detente.parse_scenario(E2), detente.parse_scenario(HALVES)

    assert detente.roadmap(whole, order="A1,B1,rA,rB").payload()["patience"] == {
        "least": pytest.approx(11 / 13),
        "intervals": [[pytest.approx(11 / 13), 1.0]],
    }
    best_whole = detente.roadmap(whole, aim="patience")
    assert best_whole.status == "optimal"
    assert best_whole.intervals is not None
    assert best_whole.intervals[-1][0] == pytest.approx((13 - 129**0.5) / 2, abs=2e-6)
    best_halves = detente.roadmap(halves, aim="patience")
    assert best_halves.intervals is not None
    assert best_halves.intervals[-1][0] == pytest.approx(4 - 11**0.5, abs=2e-6)


def test_where_only_flows_are_exchanged_no_order_asks_for_less_patience_than_another() -> None:
    text = "detente: 1\ntitle: E1\nparties: {A: {}, B: {}}\ncommitments:\n"
    text += "  a: {by: A, flow: {A: -1, B: 3}, reversible: true}\n"
    text += "  b: {by: B, flow: {A: 4, B: -2}, reversible: true}\n"
    scenario = detente.parse_scenario(text)

    for order in ("a,b", "a|b", "b|a"):
        assert detente.roadmap(scenario, order=order).intervals == ((pytest.approx(2 / 3), 1.0),)


def test_a_finite_exchange_of_lumps_is_never_self_enforcing_and_a_guarantee_or_a_prize_mends_it() -> None:
    bare = detente.parse_scenario(LUMPS + "patience: {A: 0.99, B: 0.99}\n")
    found = detente.roadmap(bare)

    assert found.status == "infeasible"
    assert found.self_enforcing is False
    breaks = found.payload()["breaks"]
    assert isinstance(breaks, list)
    assert breaks
    guarantees = {each.about: each.amount for each in found.mends.found if each.kind == "guarantee"}
    assert guarantees
    stake = ", ".join(f"{party}: {amount + 1e-6:.7f}" for party, amount in guarantees.items())
    text = f"{LUMPS}patience: {{A: 0.99, B: 0.99}}\nstake: {{{stake}}}\n"
    (order,) = {each.rounds for each in found.mends.found if each.kind == "guarantee"}
    assert detente.roadmap(detente.parse_scenario(text), order=order).self_enforcing


def test_the_guarantee_asked_for_is_the_least_over_all_orders() -> None:
    found = detente.roadmap(detente.parse_scenario(f"{E2}\npatience: {{A: 0.75, B: 0.75}}\n"))

    (mend,) = (each for each in found.mends.found if each.kind == "guarantee")
    assert (mend.about, mend.amount) == ("B", 0.65)
    assert mend.rounds == (("A1",), ("B1",), ("rA",), ("rB",))
    assert mend.effect == "self-enforcing in 4 rounds: A1 | B1 | rA | rB"


@settings(max_examples=40)
@given(deals(most=4) | deals(most=4, months=False))
def test_no_order_holds_with_a_smaller_guarantee(deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, Fraction(9, 10))
    made = game_of(deal, patience)
    assert made.patience is not None
    found = guarantees(least_guaranteed(Walk(made, (made.all,)), made.patience), made.patience)

    lacks = [[-slack for slack in Way(deal, steps).slacks(patience).values()] for steps in deal.orders()]
    least = min(max([Fraction(0), *each]) for each in lacks)
    assert least <= max(found.values(), default=Fraction(0)) <= least + Fraction(1, 10**6)


def quicker(deal: Deal, name: str) -> Deal:
    return replace(deal, promises={**deal.promises, name: replace(deal.promises[name], detection=1)})


@settings(max_examples=40)
@given(deals(most=4))
def test_every_mend_mends_and_no_step_is_left_out_that_seen_sooner_would_mend_the_plan(deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, Fraction(9, 10))
    made = game_of(deal, patience)
    assert made.patience is not None
    found = mends(Walk(made, (made.all,)), made.patience).found

    costs = [inf if each.cost is None else each.cost for each in found]
    assert costs == sorted(costs)
    hopeless = not any(Way(deal, steps).holds(patience) for steps in deal.orders())
    for name in deal.promises if hopeless else ():
        seen = quicker(deal, name)
        mended = [steps for steps in seen.orders() if Way(seen, steps).holds(patience)]
        told = [each for each in found if each.kind == "verification" and each.about == name]
        assert bool(told) == (bool(mended) and deal.promises[name].detection > 1)
        assert all(tuple(map(frozenset, each.rounds)) in mended for each in told)
    lacks = {each.about: Fraction(each.amount) + 1 for each in found if each.kind == "guarantee"}
    pledged = replace(deal, stake={who: deal.stake.get(who, 0) + lacks.get(who, 0) for who in deal.parties})
    for each in found:
        if each.kind in ("guarantee", "order", "last"):
            way = Way(pledged if each.kind == "guarantee" else deal, tuple(map(frozenset, each.rounds)))
            assert way.holds(patience)


def test_each_mend_has_its_price() -> None:
    slow = detente.roadmap(detente.parse_scenario(SLOW))
    seen = slow.mends.found[-1]
    assert (seen.kind, seen.about, seen.cost, seen.price(slow.scenario)) == ("verification", "k1", None, "not priced")

    given = SWEET.replace("z: {z1: 1}}}\n  B", "z: {z1: -0.4}}}\n  B").replace("by: [A, B]", "by: A")
    given = given.replace("y1: {}", "y1: {needs: {x: x1}}")
    sweet = detente.roadmap(detente.parse_scenario(f"{given}completion: {{A: 0.3}}\n"), package="swap")
    assert [each.price(sweet.scenario) for each in sweet.mends.found if each.kind == "sweetener"] == ["0.4 to A"]

    swap = detente.roadmap(detente.parse_scenario(f"{E2}\npatience: {{A: 0.75, B: 0.75}}\n"))
    costs = {each.kind: each.cost for each in swap.mends.found}
    slower = detente.roadmap(swap.scenario, order="A1|B1|rA|rB")
    assert costs["guarantee"] == pytest.approx(0.65 + swap.value - slower.value)
    assert list(costs) == ["split", "guarantee"]
    assert all(each.price(swap.scenario).endswith(" of the value") for each in swap.mends.found)


SLOW = """
detente: 1
title: Slow sight
parties: {A: {}, B: {}}
commitments:
  k0: {by: A, flow: {A: -0.2, B: 0.3}, reversible: true, detection: 6}
  k1: {by: B, flow: {A: 0.8, B: -0.4}, reversible: true, detection: 6}
  k2: {by: B, flow: {A: 0.8, B: -0.3}, reversible: true}
patience: {A: 0.9, B: 0.9}
completion: {A: 0.3, B: 0.5}
stake: {A: 1}
"""


@settings(max_examples=60)
@given(deals(most=4))
def test_parts_of_a_step_add_up_to_the_step(deal: Deal) -> None:
    made = game_of(deal)
    for place in range(len(made.commitments)):
        parts = split(made, place, 3)
        for party in range(len(made.parties)):
            assert parts.balance(party, parts.all) == made.balance(party, made.all)
            assert parts.pays(party, parts.all) == made.pays(party, made.all)
        assert len(parts.commitments) == len(made.commitments) + 2


@settings(max_examples=60)
@given(deals(most=4))
def test_no_order_is_worth_more_than_the_bound_on_value(deal: Deal) -> None:
    patience = {who: Fraction(9 - k, 10) for k, who in enumerate(deal.parties)}
    made = game_of(deal, patience)

    assert most_value(made) >= max(Way(deal, steps).value(patience) for steps in deal.orders())


@settings(max_examples=80)
@given(deals(most=4))
def test_no_order_goes_below_the_bounds_on_exposure_and_rounds(deal: Deal) -> None:
    made = game_of(deal)
    ways = [Way(deal, steps) for steps in deal.orders()]

    assert least_exposure(made) <= min(max(way.exposure().values()) for way in ways)
    assert longest_chain(made) == min(len(way.steps) for way in ways)
    assert floor(made, "months") <= min(sum(way.lengths) for way in ways)
    assert floor(made, "bond") <= min(way.bond() for way in ways)


@settings(max_examples=40)
@given(deals(most=4))
def test_limits_are_kept(deal: Deal) -> None:
    made = game_of(deal)
    some = (
        Rules(most=1),
        Rules(alternating=True),
        Rules(first=0),
        Rules(most=2, pinned={0: 1}),
        Rules(deadlines={0: 3}),
    )
    for rules in some:
        found = best(made, "exposure", rules, None)
        obedient = [steps for steps in deal.orders() if obeys(walk_of(made, steps), rules, None)]
        assert found.proven
        assert (found.order is None) == (not obedient)
        if found.order is not None:
            assert obeys(Walk(made, found.order), rules, None)
            least = min(max(Way(deal, steps).exposure().values()) for steps in obedient)
            assert max(Walk(made, found.order).exposures().values()) == least
            if rules.most == 1:
                assert all(len(list(places(step))) == 1 for step in found.order)


def test_each_rung_of_a_ladder_is_a_commitment_of_its_own() -> None:
    made = detente.commitments(detente.load("korea-2021"), {"peace": "treaty", "relations": "embassies"})

    assert [each.id for each in made] == [
        "peace: eow",
        "peace: peace_framework",
        "peace: treaty",
        "relations: liaison",
        "relations: embassies",
    ]
    assert made[2].by == ("US", "DPRK", "ROK", "CHN")
    assert made[1].needs == ("peace: eow",)
    assert [each.reversible for each in made] == [True, True, False, True, True]
    assert made[0].above == made[1].above == "peace: treaty"
    assert (bool(made[0].flow), bool(made[0].lump)) == (True, False)
    assert (bool(made[2].flow), bool(made[2].lump)) == (False, True)


def test_the_whole_of_a_ladder_is_worth_what_its_last_option_is() -> None:
    scenario = detente.load("korea-2021").settled()
    target = detente.bargain(scenario).agreements["nash"].point.terms  # type: ignore[index]
    made = game(scenario, target)

    for place, (name, party) in enumerate(scenario.parties.items()):
        worth = made.gained(place, made.all) + made.pays(place, made.all) / (1 - made.discount)
        options = sum((party.preferences.of(i, o).likely for i, o in target.items()), Fraction(0))
        rules = [r for r in scenario.interactions.values() if all(target[i] in o for i, o in r.when.items())]
        whole = options + sum((r.worth[name].likely for r in rules if name in r.worth), Fraction(0))
        assert worth == whole - scenario.worth_of_status_quo(party).likely


def test_conditions_hold_after_every_round() -> None:
    found = detente.roadmap(detente.load("korea-2021"), max_per_round=2)

    assert found.status == "optimal"
    scenario = found.scenario
    outcome = dict(scenario.status_quo)
    for step in found.rounds:
        outcome.update(name.split(": ", 1) for name in step)
        assert scenario.allows(outcome)


def test_what_somebody_would_not_sign_is_planned_only_by_force() -> None:
    river = detente.load("river").assuming({"spot prices": "stay high"})

    with pytest.raises(detente.InfeasibleError, match="Upland would not sign"):
        detente.roadmap(river, package="engineers' draft")
    assert detente.roadmap(river, package="engineers' draft", force=True).forced == ("upland",)


def test_everything_at_once_is_quicker_and_more_exposed_than_step_by_step() -> None:
    rows = {each.name: each for each in detente.roadmap(detente.parse_scenario(E3)).comparison}

    assert rows["everything at once"].rounds == 1
    assert rows["everything at once"].exposure > rows["this roadmap"].exposure
    assert rows["everything at once"].value > rows["this roadmap"].value
    assert rows["A goes first alone"].exposure == pytest.approx(11.2)


DRAFTED = """
detente: 1
title: Two ladders
parties: {A: {worth: {x: {x1: 1, x2: 3}}}, B: {worth: {y: {y1: 2}}}}
issues:
  x: {by: A, options: {x0: {}, x1: {}, x2: {}}}
  y: {by: B, options: {y0: {}, y1: {}}}
packages: {all: {terms: {x: x2, y: y1}}, less: {terms: {x: x1, y: y1}}}
roadmaps:
  sound: {package: all, rounds: [["y: y1"], ["x: x1"], ["x: x2"]]}
  misspelt: {package: all, rounds: [["y: y1"], ["x: x1", "y: y1"], ["x: x3"]]}
  elsewhere: {package: less, rounds: [["y: y1"], ["x: x1"]]}
"""


def test_a_plan_of_the_file_is_compared_or_it_is_told_why_not() -> None:
    found = detente.roadmap(detente.parse_scenario(DRAFTED), package="all")
    told = [
        "'misspelt', a roadmap of the file, is not compared: "
        "it names 'x: x3', not planned here, leaves out 'x: x2' and repeats 'y: y1'.",
        "'elsewhere', a roadmap of the file, is not compared: it leads to 'less'.",
    ]

    assert {each.name for each in found.comparison} & {"sound", "misspelt", "elsewhere"} == {"sound"}
    assert list(found.notes[-2:]) == told
    assert found.payload()["notes"] == list(found.notes)
    known = next(table for table in found.tables() if table.title == "To be known")
    assert {(words,) for words in told} <= set(known.rows)


def test_a_plan_called_like_another_order_is_compared_under_both_its_names() -> None:
    twin = '  twin: {package: all, title: big steps first, rounds: [["x: x1", "y: y1"], ["x: x2"]]}\n'
    text = DRAFTED.replace("sound: {", "sound: {title: this roadmap, ") + twin
    found = detente.roadmap(detente.parse_scenario(text), package="all")

    names = {each.name for each in found.comparison}
    assert {"this roadmap", "this roadmap (sound)", "big steps first", "big steps first (twin)"} <= names


def test_a_plan_that_fits_is_not_compared_with_what_is_left_of_it_and_that_is_told() -> None:
    found = detente.roadmap(detente.load("six-party-steps"), log="six-party-steps")

    told = "'as it happened', a roadmap of the file, is not compared: it begins with steps that are done already."
    assert told in found.notes


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("A2|A1,A3,B1|B2|B3,rA", "A2 needs A1 before"),
        ("A1|A2", "leaves out A3, B1, B2, B3 and rA"),
        ("A1|A1,A2,A3|B1|B2|B3|rA", "comes twice"),
        ("A1|A9", "no commitment named 'A9'"),
    ],
)
def test_an_order_that_cannot_be_is_told(order: str, message: str) -> None:
    with pytest.raises(detente.DetenteError, match=message):
        detente.roadmap(detente.parse_scenario(E3), order=order)


def test_what_is_planned_is_the_same_whatever_the_parties_and_steps_are_called() -> None:
    names = {"A1": "q", "A2": "w", "A3": "e", "B1": "r", "B2": "t", "B3": "y", "rA": "u"}
    text = E3
    for old, new in names.items():
        text = text.replace(old, new)
    plain, renamed = detente.roadmap(detente.parse_scenario(E3)), detente.roadmap(detente.parse_scenario(text))

    assert tuple(tuple(names[name] for name in step) for step in plain.rounds) == renamed.rounds
    assert plain.intervals == renamed.intervals


CLAIMS = """
claims:
  way: {says: It can be gone step by step., test: {is: reachable}}
  no way: {says: It cannot., test: {is: unreachable}}
  safer: {says: Step by step is safer for both., test: {exposes_less: [A, B]}}
  first: {says: A1 must come before A2., test: {step: A1, before: A2}}
  second: {says: A3 must come before rA., test: {step: A3, before: rA}}
"""


def test_claims_about_the_way_are_tested_by_planning_it() -> None:
    held = {each.claim.id: each.verdict for each in detente.claims(detente.parse_scenario(E3 + CLAIMS)).verdicts}
    bare = LUMPS + "patience: {A: 0.99, B: 0.99}\n" + CLAIMS[: CLAIMS.index("  safer")]
    lost = {each.claim.id: each.verdict for each in detente.claims(detente.parse_scenario(bare)).verdicts}

    assert held == {"way": "holds", "no way": "fails", "safer": "holds", "first": "holds", "second": "fails"}
    assert lost == {"way": "fails", "no way": "holds"}


def test_where_no_order_holds_no_step_comes_before_another_on_one() -> None:
    claim = "claims: {first: {says: A1 comes before B3., test: {step: A1, before: B3}}}\n"
    (found,) = detente.claims(detente.parse_scenario(f"{LUMPS}patience: {{A: 0.99, B: 0.99}}\n{claim}")).verdicts

    assert found.verdict == "fails"
    assert found.figure == "no order is self-enforcing, so there is none in which it comes first"


def test_what_breaks_an_order_is_told_by_the_steps_that_whoever_leaves_drops() -> None:
    swap = detente.parse_scenario(f"{E2}\npatience: {{A: 0.2, B: 0.6}}\n")
    found = detente.roadmap(swap, order="A1,rB|B1,rA")

    breaks = found.payload()["breaks"]
    assert isinstance(breaks, list)
    dropped = {(each["party"], each["round"]): each["commitments"] for each in breaks}
    assert dropped == {
        ("A", 1): ["A1"],
        ("A", 2): ["rA"],
        ("A", None): ["rA"],
        ("B", 1): ["rB"],
        ("B", 2): ["B1"],
    }
    table = next(each for each in found.tables() if each.title == "What breaks it")
    assert ("round 2", "B", "3 B1") in {row[:3] for row in table.rows}


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("{is: attainable}", "reachable or unreachable is due here"),
        ("{is: [reachable, unreachable]}", "not both"),
        ("{step: A9, before: A1}", "no commitment named 'A9'"),
        ("{exposes_less: [C]}", "no party named 'C'"),
        ("{step: A1}", "no test has just these keys"),
    ],
)
def test_a_claim_about_the_way_that_cannot_be_tested_is_told(test: str, message: str) -> None:
    with pytest.raises(detente.ScenarioError, match=message):
        detente.parse_scenario(f"{E3}claims: {{c: {{says: so, test: {test}}}}}\n")


def test_what_lasts_to_the_end_holds_the_rest_together_and_is_told_as_a_mend() -> None:
    found = detente.roadmap(detente.parse_scenario(E2 + "\npatience: {A: 0.83, B: 0.83}\n"), order="A1|B1|rA,rB")

    assert found.self_enforcing is False
    assert [each.about for each in found.mends.found if each.kind == "last"] == ["rB"]
    assert detente.roadmap(found.scenario, order="A1|B1|rA|rB").self_enforcing


SWEET = """
detente: 1
title: One more issue
parties:
  A: {worth: {x: {x1: -2}, y: {y1: 5}, z: {z1: 1}}}
  B: {worth: {x: {x1: 5}, y: {y1: -2}, z: {z1: 1}}}
issues:
  x: {by: A, options: {x0: {}, x1: {}}}
  y: {by: B, options: {y0: {}, y1: {}}}
  z: {by: [A, B], options: {z0: {}, z1: {reversible: true}}}
packages: {swap: {terms: {x: x1, y: y1}}}
patience: {A: 0.9, B: 0.9}
discount: 0.5
"""


def test_a_flow_that_both_like_sweetens_a_swap_that_nobody_would_finish() -> None:
    found = detente.roadmap(detente.parse_scenario(SWEET), package="swap")

    assert found.status == "infeasible"
    assert [each.about for each in found.mends.found if each.kind == "sweetener"] == ["z: z1"]
    whole = detente.roadmap(found.scenario, package=None, rule="nash")
    assert whole.self_enforcing


def test_what_undoing_costs_holds_people_to_what_is_done() -> None:
    text = "detente: 1\ntitle: t\nparties: {A: {}, B: {}}\npatience: {A: 0.6, B: 0.6}\ncommitments:\n"
    text += "  a: {by: A, flow: {A: -1, B: 3}, reversible: COST}\n  b: {by: B, flow: {A: 4, B: -2}, reversible: COST}\n"
    plans = [detente.roadmap(detente.parse_scenario(text.replace("COST", cost)), order="a,b") for cost in "028"]

    last = [[each.slack for each in found.incentives if each.round == 1] for found in plans]
    assert last[0] == [Fraction(7, 2), Fraction(-1, 2)]
    assert last[1] == [Fraction(7, 2) + 2, Fraction(-1, 2) + 2]
    keeping = [1 / (1 - Fraction(6, 10)), 2 / (1 - Fraction(6, 10))]
    assert last[2] == [Fraction(7, 2) + keeping[0], Fraction(-1, 2) + keeping[1]]


UNDO = """
detente: 1
title: Dear to undo, cheap to keep
parties: {A: {}, B: {}}
commitments:
  b: {by: B, lump: {A: 4, B: -1}}
  rA: {by: A, flow: {A: -0.2, B: 0.6}, reversible: 10}
  a: {by: A, lump: {A: -5, B: 6}}
patience: {A: 0.5, B: 0.5}
completion: {A: 1, B: 1}
"""


def test_whoever_leaves_rather_keeps_a_step_for_ever_than_pays_more_to_undo_it() -> None:
    found = detente.roadmap(detente.parse_scenario(UNDO), order="rA|b|a", draws=16)

    slack = {(each.party, each.round): each.slack for each in found.incentives}
    going_on = -5 + Fraction(8, 10) / (1 - Fraction(1, 2))
    keeping = -Fraction(2, 10) / (1 - Fraction(1, 2))
    assert slack[0, 2] == going_on - keeping == -3
    assert found.self_enforcing is False
    assert found.intervals == ((pytest.approx(4 / 5), 1.0),)  # in round 2: 5d^2 - 4d >= 0
    cheap = detente.roadmap(detente.parse_scenario(UNDO.replace("10}", "0.3}")), order="rA|b|a")
    assert cheap.intervals == ((pytest.approx((4.3 + sqrt(16.49)) / 10), 1.0),)  # 5d^2 - 4.3d + 0.1 >= 0


def test_a_step_below_one_that_cannot_be_undone_stays() -> None:
    scenario = detente.load("korea-2021").settled()
    made = game(scenario, scenario.outcome({"peace": "treaty"}))

    assert made.lasting(0b001) == 0
    assert made.lasting(0b011) == 0
    assert made.lasting(0b111) == 0b111


FIXED = """
detente: 1
title: A lease that a deed makes permanent
issues:
  land: {by: A, options: {none: {}, lease: {reversible: UNDO}, deed: {reversible: false}}}
  pay: {by: B, options: {none: {}, all: {reversible: false}}}
parties:
  A: {worth: {land: {lease: -10, deed: -12}, pay: {all: 20}}}
  B: {worth: {land: {lease: 20, deed: 25}, pay: {all: -15}}}
packages: {all: {terms: {land: deed, pay: all}}}
"""


def test_what_a_higher_rung_has_made_permanent_is_risked_and_held_for_good() -> None:
    order = "land: lease|land: deed|pay: all"
    lease, grant = (
        detente.roadmap(detente.parse_scenario(FIXED.replace("UNDO", undo)), package="all", order=order, draws=0)
        for undo in ("true", "false")
    )

    exposed = [[each.walk.exposure(0, t) for t in range(3)] for each in (lease, grant)]
    assert exposed == [[Fraction(1, 10), 12, 12], [10, 12, 12]]
    assert lease.exposure_by_party == {"A": 12, "B": 0}
    assert lease.walk.exposure(1, 2) == grant.walk.exposure(1, 2) == -10
    assert lease.walk.bond() == grant.walk.bond() == 15


def test_the_ends_of_the_ranges_are_told() -> None:
    text = E3.replace("A: -3, B: 5", "A: -30..-3, B: 5").replace("{A: 0.9, B: 0.9}", "{A: 0.5..0.95, B: 0.9}")
    found = detente.roadmap(detente.parse_scenario(text), order="B1|A1|A3,B2|A2,rA|B3")
    ranges = found.payload()["ranges"]

    assert isinstance(ranges, dict)
    assert ranges["low"]["exposure"] > ranges["high"]["exposure"]
    assert found.contested == (len({each["self_enforcing"] for each in (*ranges.values(), found.payload())}) > 1)


def test_it_is_told_on_whom_the_return_for_an_exposed_step_depends() -> None:
    step = detente.roadmap(detente.parse_scenario(E3)).payload()["steps"]

    assert isinstance(step, list)
    assert step[0]["exposed_to"] == {"B": ["A"]}


def test_the_curve_is_told_beside_an_order_that_was_given() -> None:
    found = detente.roadmap(detente.parse_scenario(LUMPS), order="A1|B2|A2|B1|A3|B3", curve=True)

    assert [(each.rounds, each.exposure) for each in found.curve] == [(3, 5), (4, 3), (5, 2)]


def test_where_the_search_could_not_decide_nothing_is_said_to_be_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "least_patience", lambda *_: Best(None, None))
    found = detente.roadmap(detente.load("sinai-steps"), aim="patience")

    assert (found.status, found.gap) == ("gap", None)
    assert "The search could not decide whether any order is self-enforcing; this one has the least bond" in found.says
    assert ("proven", "nothing") in [row for table in found.tables() for row in table.rows]


def test_least_patience_is_no_more_than_that_of_any_order_beside_it() -> None:
    found = detente.roadmap(detente.load("singapore-hanoi-steps"), aim="patience")

    assert found.intervals is not None
    others = [each for each in found.comparison if obeys(Walk(found.game, each.order), Rules(), None)]
    needed = [each.patience for each in others if each.patience is not None]
    assert len(needed) > 3
    assert found.intervals[-1][0] == min(needed)
    assert "least bond" not in found.table().title


STEPS_BREAK = """
detente: 1
title: Broad relief in two rungs
issues:
  halt: {by: P, options: {none: {}, on: {}}}
  pause: {by: P, options: {none: {}, on: {}}}
  relief: {by: U, options: {none: {}, some: {}, broad: {}}}
parties:
  U: {worth: {halt: {on: 9}, pause: {on: 1}, relief: {some: -2, broad: -3}}}
  P: {worth: {halt: {on: -2}, pause: {on: -1}, relief: {some: 4, broad: 9}}}
conditions:
  - {when: {relief: some}, requires: {pause: on}}
packages:
  p: {terms: {halt: on, relief: broad}}
"""


def test_a_rung_that_a_condition_never_allows_on_the_way_is_stepped_over() -> None:
    scenario = detente.parse_scenario(STEPS_BREAK)

    assert sorted(n for step in detente.roadmap(scenario, package="p").rounds for n in step) == [
        "halt: on",
        "relief: broad",
    ]
    korea = detente.roadmap(detente.load("korea-2021"), package="op_ed_full", force=True)
    assert "us_sanctions: sectoral" not in korea.game.names


def test_where_conditions_leave_no_order_it_is_said_which() -> None:
    """Each step needs the other to have come before."""
    both = STEPS_BREAK.replace(
        "{when: {relief: some}, requires: {pause: on}}", "{when: {relief: some}, requires: {halt: on}}"
    )
    text = both.replace("packages:", "  - {when: {halt: on}, requires: {relief: broad}}\npackages:")
    stuck = text.replace("broad: {}", "broad: {needs: {halt: on}}")
    with pytest.raises(detente.InfeasibleError, match=r"no order obeys the condition of line 1[23]"):
        detente.roadmap(detente.parse_scenario(stuck), package="p")


def test_an_order_that_breaks_a_condition_is_told_which() -> None:
    text = STEPS_BREAK.replace("p: {terms: {halt: on,", "p: {terms: {halt: on, pause: on,")
    with pytest.raises(
        detente.InfeasibleError,
        match=r"after round 1 .* breaks the condition of line 12 \(relief: some requires pause: on",
    ):
        detente.roadmap(
            detente.parse_scenario(text), package="p", order="relief: some|pause: on|relief: broad|halt: on"
        )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"max_exposure": 0}, "somebody is exposed by 5.2 points, more than 0 points"),
        ({"max_per_round": 1}, "round 4 has 2 steps, and at most 1 may be in one"),
        ({"pin": ("B1=3",)}, "B1 comes in round 1, not 3"),
        ({"bar": ("B1=1",)}, "B1 comes in round 1"),
        ({"deadline": ("A3=2",)}, "A3 is done in month 5, not by month 2"),
        ({"first": "A"}, "not all of round 1 is carried out by A"),
        ({"alternating": True}, "the sides do not take turns"),
    ],
)
def test_an_order_that_breaks_a_limit_is_told_so(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(detente.InfeasibleError, match=message):
        detente.roadmap(detente.parse_scenario(E3), order="B1|A1|rA|B2,A2|A3|B3", **asked)


def test_an_aim_that_is_none_is_told_also_beside_an_order() -> None:
    with pytest.raises(detente.NotFoundError, match="no aim named 'bnd'; did you mean 'bond'"):
        detente.roadmap(detente.parse_scenario(E3), order="B1|A1|B2,A2|A3|B3|rA", aim="bnd")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"pin": ("A1=1", "A1=2")}, "A1 cannot come both in round 1 and in round 2"),
        ({"pin": ("A1=1",), "bar": ("A1=1",)}, "A1 cannot both come in round 1 and not"),
        ({"pin": ("A1=²",)}, "not of the form commitment=number"),
        ({"bar": ("A1=²",)}, "not of the form commitment=number"),
        ({"pin": (f"A1={'9' * 5000}",)}, "not of the form commitment=number"),
    ],
)
def test_limits_that_cannot_be_are_told(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(detente.DetenteError, match=message):
        detente.roadmap(detente.parse_scenario(E3), **asked)


def test_a_limit_beyond_every_order_is_none() -> None:
    scenario, large = detente.parse_scenario(E3), 10**20
    plain = detente.roadmap(scenario)

    assert detente.roadmap(scenario, max_per_round=large).exposure == plain.exposure
    assert detente.roadmap(scenario, deadline=(f"A1={large}",)).exposure == plain.exposure
    with pytest.raises(ValueError, match="a number of points is due for max_exposure, not nan"):
        detente.roadmap(scenario, max_exposure=float("nan"))


def test_an_order_with_an_empty_round_is_told_so() -> None:
    with pytest.raises(detente.InfeasibleError, match="a round of this order is empty"):
        detente.roadmap(detente.parse_scenario(LUMPS), order=(("B1",), (), ("A1",), ("B2", "A2"), ("A3",), ("B3",)))


NEVER = """
detente: 1
title: Two lumps that take different times
parties: {A: {}, B: {}}
commitments:
  a: {by: A, lump: {A: -3, B: 4}, months: 2}
  b: {by: B, lump: {B: -2, A: 5}}
patience: {A: 0.95, B: 0.95}
"""


@pytest.mark.parametrize("aim", ["patience", "trust", "exposure", "rounds", "value"])
def test_where_rounds_take_different_times_it_is_proven_too_that_no_order_holds(aim: str) -> None:
    found = detente.roadmap(detente.parse_scenario(NEVER), aim=aim)

    assert found.status == "infeasible"
    assert found.payload()["patience"] == {"least": None, "intervals": []}


def test_without_incentives_least_trust_still_asks_for_an_order_that_holds() -> None:
    scenario = detente.parse_scenario(E2 + "\npatience: {A: 0.8, B: 0.8}\n")

    assert detente.roadmap(scenario, aim="trust", incentives=False).status == "infeasible"


@pytest.mark.parametrize(
    ("aim", "gap", "said"),
    [
        ("trust", 0.0186, "nothing is better by more than 1.9 percentage points"),
        ("trust", 0.62501, "nothing is better by more than 63 percentage points"),
        ("patience", 0.00011, "nothing is better by more than 0.00011"),
        ("patience", 0.1731, "nothing is better by more than 0.18"),
        ("value", 0.04, "nothing is better by more than 0.1"),
        ("value", 1234.2, "nothing is better by more than 1,235"),
    ],
)
def test_a_proven_gap_is_never_told_smaller_than_it_is(aim: str, gap: float, said: str) -> None:
    found = replace(detente.roadmap(detente.parse_scenario(E3)), aim=aim, status="gap", gap=gap)
    rows = {row[0]: row[1] for table in found.tables() for row in table.rows if len(row) == 2}

    assert rows["proven"] == said
