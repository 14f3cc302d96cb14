"""Does the answer turn just where it is said to turn?"""

from fractions import Fraction

from hypothesis import given, settings

import detente
from detente.analysis.draws import fixed
from detente.analysis.tables import gain
from detente.analysis.tipping import tipping
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from strategies import Node, negotiations, scenario_of

TINY = Fraction(1, 10**9)


def numbers(scenario: Scenario) -> list[Quantity]:
    found = [q for p in scenario.parties.values() for t in p.preferences.worth.values() for q in t.values()]
    found += [p.reservation for p in scenario.parties.values() if p.reservation is not None]
    return found + [q for rule in scenario.interactions.values() for q in rule.worth.values()]


@settings(max_examples=80)
@given(negotiations(quorum=None, most_issues=3))
def test_at_the_value_at_which_a_number_tips_the_gain_is_nothing(tree: Node) -> None:
    scenario = scenario_of(tree).settled()
    for name, package in scenario.packages.items():
        outcome = scenario.outcome(package.terms)
        for each in tipping(scenario, name):
            party = scenario.parties[each.party]
            assert each.accepts == (gain(scenario, party, outcome) >= 0)
            lines = [number for number in numbers(scenario) if number.line is not None]
            for tip in each.singles:
                same = [
                    n for n in lines if n.line == tip.line and float(n.likely) == tip.likely and float(n.low) == tip.low
                ]
                if len(same) == 1:
                    moved = {id(same[0]): Quantity.of(Fraction(tip.tips_at).limit_denominator(10**12))}
                    there = fixed(scenario, moved)
                    assert abs(gain(there, there.parties[each.party], outcome)) <= 10**6 * TINY


@settings(max_examples=80)
@given(negotiations(quorum=None, most_issues=3))
def test_together_they_turn_it_within_the_ranges_only_where_an_end_does(tree: Node) -> None:
    scenario = scenario_of(tree).settled()
    for name, package in scenario.packages.items():
        outcome = scenario.outcome(package.terms)
        for each in tipping(scenario, name):
            party = scenario.parties[each.party]
            end = gain(scenario, party, outcome, "low" if each.accepts else "high")
            turned = end <= 0 if each.accepts else end >= 0
            if each.together is not None:
                assert 0 <= each.together <= 1
                assert turned
            elif end != gain(scenario, party, outcome):
                assert not turned


def test_over_the_job_the_salary_or_the_other_offer_turns_the_candidate() -> None:
    found = {each.party: each for each in tipping(detente.load("salary"), "firm's offer")}

    assert not found["candidate"].accepts
    assert found["candidate"].gain == -1
    assert found["candidate"].together is not None
    within = [tip for tip in found["candidate"].singles if tip.within]
    assert {tip.what for tip in within} >= {"no deal"}
    offer = next(tip for tip in within if tip.what == "no deal")
    assert offer.tips_at == offer.likely - 1
    assert offer.below
