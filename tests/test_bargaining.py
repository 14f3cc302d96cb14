"""Do the bargaining rules settle where their definitions say, to the last tie, and obey their own axioms?"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import judge
from detente.analysis import compile as compiling
from detente.analysis.bargaining import RULES, Agreement, Bargain, bargain
from detente.analysis.tables import gain, plain
from detente.io import load_scenario, parse_scenario
from detente.kernels import elimination
from detente.model.party import Preferences, Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from strategies import Node, readings_of, scenario_of, trees
from test_frontier import RIVER, additive, reached, without

SETTINGS = settings(max_examples=40)


def is_the_judges(found: Bargain, world: judge.World) -> None:
    search = judge.Search(world)
    expected = search.bargain()

    assert (found.agreements is None) == (expected is None)
    assert found.exists == {bound: bool(judge.Search(world, bound).mutual()) for bound in ("low", "likely", "high")}
    for rule, chosen in (expected or {}).items():
        assert found.agreements is not None
        agreement = found.agreements[rule]
        assert agreement.point.terms == chosen.outcome, rule
        assert agreement.ties == chosen.ties, rule
        for name in world.sides:
            assert agreement.point.worth[name] == plain(judge.worth(world, name, chosen.outcome))
            assert agreement.point.gains[name] == plain(judge.gain(world, name, chosen.outcome))
            span, bounds = agreement.point.spans[name], ("low", "likely", "high")
            ends = [plain(judge.gain(world, name, chosen.outcome, bound)) for bound in bounds]
            assert [span.low, span.likely, span.high] == ends
    passed = {tuple(judge.gain(world, name, dict(p.terms)) for name in world.binding) for p in found.passed}
    assert passed == (set() if world.quorum is None else losing(search))


def losing(search: judge.Search) -> set[judge.Vector]:
    """Undominated gains that pass a quorum although some principal loses."""
    number = len(search.world.principals)
    return {gains for gains in search.frontier(search.world.binding) if min(gains[:number]) < 0}


@settings(max_examples=150)
@given(trees())
def test_every_rule_settles_where_looking_at_every_outcome_would(tree: Node) -> None:
    is_the_judges(bargain(scenario_of(tree)), judge.world_of(tree))


@SETTINGS
@given(trees(quorum=True))
def test_under_a_quorum_the_rules_keep_to_what_passes_and_costs_no_principal(tree: Node) -> None:
    is_the_judges(bargain(scenario_of(tree)), judge.world_of(tree))


@SETTINGS
@given(trees(), st.data())
def test_every_rule_settles_under_any_reading_where_the_judge_would(tree: Node, data: st.DataObject) -> None:
    reading = data.draw(st.sampled_from(readings_of(tree)))

    is_the_judges(bargain(scenario_of(tree).assuming(reading)), judge.world_of(tree, reading))


@pytest.mark.parametrize(("module", "name", "value"), [(compiling, "WIDE", 1), (elimination, "BLOCK", 3)])
def test_the_points_hold_with_flags_for_rules_and_with_small_blocks(
    module: object, name: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, value)

    @SETTINGS
    @given(trees())
    def check(tree: Node) -> None:
        is_the_judges(bargain(scenario_of(tree)), judge.world_of(tree))

    check()


def settled(found: Bargain, rule: str) -> Agreement:
    assert found.agreements is not None
    return found.agreements[rule]


def gains_of(scenario: Scenario, agreement: Agreement) -> list[Fraction]:
    """The principals' exact gains."""
    s = scenario.settled()
    principals = [party for party in s.parties.values() if party.role is Role.PRINCIPAL]
    return [gain(s, party, agreement.point.terms) for party in principals]


def nash(scenario: Scenario) -> tuple[int, Fraction]:
    """How many principals gain at the Nash point, and the product of what they gain; (-1, 0) where there is none."""
    found = bargain(scenario)
    if found.agreements is None:
        return -1, Fraction(0)
    gains = [each for each in gains_of(scenario, found.agreements["nash"]) if each > 0]
    product = Fraction(1)
    for each in gains:
        product *= each
    return len(gains), product


def times(scenario: Scenario, name: str, factor: Fraction) -> Scenario:
    """The same negotiation with one party's points counted in another unit."""

    def scaled(quantity: Quantity) -> Quantity:
        return Quantity(quantity.low * factor, quantity.likely * factor, quantity.high * factor)

    party = scenario.parties[name]
    worth = {i: {o: scaled(q) for o, q in table.items()} for i, table in party.preferences.worth.items()}
    changed = replace(
        party,
        preferences=Preferences(worth, party.preferences.refuses),
        reservation=None if party.reservation is None else scaled(party.reservation),
    )
    rules = {
        key: replace(rule, worth={p: scaled(q) if p == name else q for p, q in rule.worth.items()})
        for key, rule in scenario.interactions.items()
    }
    return replace(scenario, parties={**scenario.parties, name: changed}, interactions=rules)


@SETTINGS
@given(trees(ranged=False), st.sampled_from([Fraction(3), Fraction(1, 7), Fraction(10**6)]))
def test_nash_and_kalai_smorodinsky_do_not_depend_on_the_unit_of_points(tree: Node, factor: Fraction) -> None:
    scenario = scenario_of(tree).settled()
    before, after = bargain(scenario), bargain(times(scenario, "p0", factor))

    assert (before.agreements is None) == (after.agreements is None)
    if before.agreements is None:
        return
    assert nash(times(scenario, "p0", factor)) == nash_in_units(scenario, factor)
    ideal = [max(column) for column in zip(*mutual(tree), strict=True)]
    for rule, value in (("nash", judge.nash), ("kalai-smorodinsky", judge.RULES["kalai-smorodinsky"])):
        one = value(tuple(gains_of(scenario, settled(before, rule))), ideal)
        assert value(tuple(gains_of(scenario, settled(after, rule))), ideal) == one


def mutual(tree: Node) -> list[judge.Vector]:
    search = judge.Search(judge.world_of(tree))
    return [search.gains(outcome, search.world.principals) for outcome in search.mutual()]


def nash_in_units(scenario: Scenario, factor: Fraction) -> tuple[int, Fraction]:
    number, product = nash(scenario)
    gains = gains_of(scenario, settled(bargain(scenario), "nash"))
    return number, product * (factor if gains[0] > 0 else 1)


@settings(max_examples=40)
@given(trees(quorum=False, judged=False))
def test_a_veto_removed_never_lowers_the_best_nash_product(tree: Node) -> None:
    scenario = scenario_of(tree)

    for name, party in scenario.parties.items():
        if party.role is Role.VETO:
            assert nash(scenario.with_roles({name: Role.CONSULTED})) >= nash(scenario)


@SETTINGS
@given(trees(judged=False), st.data())
def test_an_option_added_never_lowers_the_best_nash_product(tree: Node, data: st.DataObject) -> None:
    scenario = scenario_of(tree)
    removable = [(i.id, option) for i in scenario.issues.values() for option in i.options if option != i.status_quo]
    if removable:
        assert nash(scenario) >= nash(without(scenario, *data.draw(st.sampled_from(removable))))


Turn = Callable[[Node], Node]


def issues_reversed(tree: Node) -> Node:
    return {**tree, "issues": dict(reversed(tree["issues"].items()))}


def parties_reversed(tree: Node) -> Node:
    return {**tree, "parties": dict(reversed(tree["parties"].items()))}


@pytest.mark.parametrize("turn", [issues_reversed, parties_reversed])
def test_the_order_of_the_file_decides_only_between_equals(turn: Turn) -> None:
    @SETTINGS
    @given(trees())
    def check(tree: Node) -> None:
        one, other = scenario_of(tree), scenario_of(turn(tree))
        before, after = bargain(one), bargain(other)

        assert (before.agreements is None) == (after.agreements is None)
        for rule in before.agreements or ():
            assert sorted(gains_of(one, settled(before, rule))) == sorted(gains_of(other, settled(after, rule)))

    check()


@SETTINGS
@given(trees())
def test_no_agreement_is_beaten_by_another_that_all_principals_may_have(tree: Node) -> None:
    scenario = scenario_of(tree)
    others = mutual(tree)
    for agreement in (bargain(scenario).agreements or {}).values():
        assert not any(judge.dominates(other, gains_of(scenario, agreement)) for other in others)


def by_hand(parties: Node, issues: dict[str, list[str]], **more: Any) -> Scenario:
    listed = {name: {"options": options} for name, options in issues.items()}
    return scenario_of({"detente": "1", "title": "By hand", "issues": listed, "parties": parties, **more})


def test_a_near_tie_of_nash_products_is_decided_exactly() -> None:
    scenario = by_hand(
        {
            "a": {"worth": {"x": {"one": "100000000.000000000", "two": "100000000.000000001"}}},
            "b": {"worth": {"x": {"one": "100000000.000000000", "two": "99999999.999999999"}}},
        },
        {"x": ["none", "two", "one"]},
    )

    assert settled(bargain(scenario), "nash").point.terms == {"x": "one"}


def test_more_principals_who_gain_come_before_a_larger_product() -> None:
    scenario = by_hand(
        {
            "a": {"worth": {"x": {"all": 1, "two": 9}}},
            "b": {"worth": {"x": {"all": 1, "two": 9}}},
            "c": {"worth": {"x": {"all": 1}}},
        },
        {"x": ["none", "two", "all"]},
    )

    assert settled(bargain(scenario), "nash").point.terms == {"x": "all"}


def test_ties_are_counted_over_consulted_and_vetoes_who_differ() -> None:
    scenario = by_hand(
        {
            "a": {"worth": {"x": {"yes": 2}}},
            "v": {"role": "veto", "worth": {"y": {"one": 1, "two": 2, "three": -1}}},
            "c": {"role": "consulted", "worth": {"y": {"one": -5}}},
        },
        {"x": ["no", "yes"], "y": ["zero", "one", "two", "three"]},
    )
    found = settled(bargain(scenario), "nash")

    assert found.ties == 3
    assert found.point.terms == {"x": "yes", "y": "zero"}


def test_where_nothing_is_acceptable_there_are_no_agreements() -> None:
    scenario = by_hand({"a": {"reservation": 1}}, {"x": ["no", "yes"]})

    assert bargain(scenario).agreements is None


def test_ties_among_more_than_1e20_outcomes_are_counted_and_the_first_is_found() -> None:
    tree, pairs = additive(10, 21)
    counts = reached(pairs)
    best = max((a * b, sorted((a, b))) for a, b in counts if a > 0 and b > 0)
    places = [(a, b) for a, b in counts if a > 0 and b > 0 and (a * b, sorted((a, b))) == best]
    after = [reached(pairs[k:]) for k in range(1, len(pairs) + 1)]
    firsts = []
    for place in places:
        left, terms = place, {}
        for k, options in enumerate(pairs):
            rest = [(left[0] - x, left[1] - y) for x, y in options]
            j = next(j for j, each in enumerate(rest) if each in after[k])
            left, terms[f"i{k}"] = rest[j], f"o{j}"
        firsts.append((tuple(terms.values()), place, terms))
    _, place, terms = min(firsts)
    found = settled(bargain(scenario_of(tree)), "nash")

    assert (found.point.gains["a"], found.point.gains["b"]) == place
    assert found.ties == counts[place]
    assert found.point.terms == terms


def river(**readings: str) -> Scenario:
    return load_scenario(RIVER).assuming({name.replace("_", " "): each for name, each in readings.items()})


def test_the_rules_settle_the_river_where_the_case_says() -> None:
    found = bargain(river())
    nash, equal, shares = (settled(found, rule).point for rule in ("nash", "egalitarian", "kalai-smorodinsky"))

    assert nash.terms == {"water": "half", "payment": "lump sum", "inspectors": "yearly"}
    assert nash.gains == {"upland": 15, "lowland": 3, "delta": 4, "senate": 3}
    for point in (equal, shares):
        assert point.terms == {"water": "half", "payment": "yearly fee", "inspectors": "refused"}
        assert (point.gains["upland"], point.gains["lowland"]) == (4, 9)


def test_the_engineers_draft_gives_upland_3_and_lowland_12() -> None:
    scenario = river().settled()
    draft = scenario.outcome(scenario.package("engineers' draft").terms)
    gains = {name: gain(scenario, party, draft) for name, party in scenario.parties.items()}

    assert (gains["upland"], gains["lowland"]) == (3, 12)


def test_with_high_prices_only_the_lump_sum_is_left_on_the_river() -> None:
    scenario = river(spot_prices="stay high")
    world = judge.world_of(judge.tree_of(RIVER), {"spot prices": "stay high"})
    found = bargain(scenario)

    assert {each["payment"] for each in judge.Search(world).acceptable()} == {"lump sum"}
    for rule in RULES:
        point = settled(found, rule).point
        assert point.terms["payment"] == "lump sum"
        assert (point.gains["upland"], point.gains["lowland"]) == (9, 3)


DEALS = sorted(path for path in RIVER.parent.glob("*.yaml") if not path.stem.endswith("-steps"))


@pytest.mark.parametrize("path", DEALS, ids=lambda path: path.stem)
def test_small_cases_of_the_catalog_agree_with_the_judge(path: Any) -> None:
    tree = judge.tree_of(path)
    world = judge.world_of(tree)
    if len(tree["issues"]) <= 4:
        is_the_judges(bargain(parse_scenario(path.read_text(encoding="utf-8"))), world)
