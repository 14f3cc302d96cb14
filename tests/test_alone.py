"""Does a number alone turn whether there is a deal just where it is said to?"""

from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

import detente
import judge
from detente.analysis.tipping import tipping_agreement
from detente.model.quantity import Quantity
from strategies import Node, negotiations, scenario_of
from test_margin import halves


def there(tree: Node) -> bool:
    world = judge.world_of(tree)
    return any(judge.passes(world, each, "likely") for each in judge.outcomes(world))


def written(value: Fraction) -> str:
    nanos = value * 10**9
    assert nanos.denominator == 1
    whole, rest = divmod(abs(int(nanos)), 10**9)
    return f"{'-' if nanos < 0 else ''}{whole}.{rest:09d}"


def numbers(tree: Node) -> Iterator[tuple[str, Quantity, Any, str]]:
    """Every ranged worth of a named option and every reservation: whose it is, its range, and where it stands."""
    scenario = scenario_of(tree)
    for name, party in scenario.parties.items():
        node = tree["parties"][name]
        if not party.must_agree:
            continue
        for issue, table in party.preferences.worth.items():
            if scenario.issues[issue].kind != "named" or "scale" in node["worth"][issue]:
                continue
            for option, number in table.items():
                yield f"{name} {issue}: {option}", number, ("worth", issue, option), name
        if party.reservation is not None:
            yield f"{name} no deal", party.reservation, ("reservation",), name


def put(tree: Node, place: tuple[str, ...], party: str, value: Fraction) -> Node:
    changed = deepcopy(tree)
    node = changed["parties"][party]
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = written(value)
    return changed


@settings(max_examples=120, deadline=None)
@given(negotiations(quorum=None, most_issues=3))
def test_a_number_is_named_if_and_only_if_one_end_of_its_range_turns_the_answer(tree: Node) -> None:
    found = tipping_agreement(scenario_of(tree))
    named = {f"{party} {tip.what}": tip for party, tip in found.singles}

    for what, number, place, party in numbers(tree):
        at_ends = [there(put(tree, place, party, end)) for end in (number.low, number.high)]
        assert (what in named) == any(each != found.exists for each in at_ends)
        if what in named:
            value = Fraction(named[what].tips_at).limit_denominator(10**4)
            if (value * 10**9).denominator == 1 and float(value) == named[what].tips_at:  # as it can be written
                assert there(put(tree, place, party, value))


def test_on_paper_the_outside_offer_of_one_side_may_rise_to_what_the_other_leaves() -> None:
    found = tipping_agreement(halves("Cake", "{low: 0, likely: 4, high: 7}"))

    assert [(party, tip.what, tip.tips_at, tip.below) for party, tip in found.singles] == [
        ("a", "no deal", 6, False),
        ("b", "no deal", 6, False),
    ]


def test_on_paper_a_lower_outside_offer_of_one_side_makes_a_deal() -> None:
    found = tipping_agreement(halves("Dear cake", "{low: 0, likely: 6, high: 7}"))

    assert [(party, tip.tips_at, tip.below) for party, tip in found.singles] == [("a", 4, True), ("b", 4, True)]


def test_under_a_scale_the_points_turn_it_and_the_scale_is_left_out() -> None:
    found = tipping_agreement(
        detente.parse_scenario(
            "detente: 1\ntitle: t\nissues: {x: {options: [no, yes]}}\nparties:\n"
            "  a: {worth: {x: {scale: 2..4, yes: {low: 0, likely: 1, high: 1}}}, reservation: 2}\n"
        )
    )

    ((_, tip),) = found.singles
    assert (tip.what, tip.of, tip.tips_at) == ("x: yes, before its scale", "points", pytest.approx(2 / 3))
