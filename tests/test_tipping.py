"""Does the answer turn just where it is said to turn?"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings

import detente
import judge
from detente.analysis.beliefs import agreement_in_words, believed, in_words
from detente.analysis.draws import fixed
from detente.analysis.otherwise import turning
from detente.analysis.tables import gain
from detente.analysis.tipping import Tipping, tipping, tipping_agreement, tippings
from detente.model.quantity import Quantity, times
from detente.model.scenario import Scenario
from strategies import Node, negotiations, scenario_of

TINY = Fraction(1, 10**9)


def numbers(scenario: Scenario) -> list[Quantity]:
    found = [q for p in scenario.parties.values() for t in p.preferences.worth.values() for q in t.values()]
    found += [factor for number in found for factor in number.times or ()]
    found += [p.reservation for p in scenario.parties.values() if p.reservation is not None]
    return found + [q for rule in scenario.interactions.values() for q in rule.worth.values()]


def moved(scenario: Scenario, number: Quantity, to: Fraction) -> Scenario:
    """The scenario with one number somewhere else, and so everything that it multiplies."""
    values = {id(number): Quantity.of(to)}
    for each in numbers(scenario):
        if each.times is not None and any(factor is number for factor in each.times):
            scale, own = (to if factor is number else factor.likely for factor in each.times)
            values[id(each)] = Quantity.of(times(scale, own))
    return fixed(scenario, values)


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
                same = {
                    id(n): n
                    for n in lines
                    if n.line == tip.line and float(n.likely) == tip.likely and float(n.low) == tip.low
                }
                if len(same) == 1:
                    (number,) = same.values()
                    there = moved(scenario, number, Fraction(tip.tips_at).limit_denominator(10**12))
                    assert abs(gain(there, there.parties[each.party], outcome)) <= 10**6 * TINY
                    ended = moved(scenario, number, number.low if tip.below else number.high)
                    assert tip.within == ((gain(ended, ended.parties[each.party], outcome) >= 0) != each.accepts)


@settings(max_examples=80)
@given(negotiations(quorum=None, most_issues=3))
def test_together_they_turn_it_within_the_ranges_only_where_an_end_does(tree: Node) -> None:
    scenario = scenario_of(tree).settled()
    for name, package in scenario.packages.items():
        outcome = scenario.outcome(package.terms)
        for each in tipping(scenario, name):
            party = scenario.parties[each.party]
            end = gain(scenario, party, outcome, "low" if each.accepts else "high")
            turned = (end >= 0) != each.accepts
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


Reads = tuple[tuple[str, str], ...]


def sets_of_readings(tree: Node, size: int) -> Iterator[Reads]:
    """Every way to read so many judgments otherwise, in the file's order."""
    for some in combinations(tree.get("judgments", {}).items(), size):
        yield from product(
            *([(name, reading) for reading in node["readings"] if reading != node.get("likely")] for name, node in some)
        )


def lets_pass(world: judge.World, who: str, outcome: judge.Outcome) -> bool:
    return who not in world.binding or judge.accepts(world, who, outcome)


def smallest(tree: Node, answer: object, base: bool) -> tuple[Reads, Reads]:
    """All single readings that turn an answer, else the first of the smallest sets that do."""
    for size in (1, 2, 3):
        turned = [reads for reads in sets_of_readings(tree, size) if answer(judge.world_of(tree, dict(reads))) != base]  # type: ignore[operator]
        if turned and size == 1:
            return tuple(pair for reads in turned for pair in reads), ()
        if turned:
            return (), turned[0]
    return (), ()


@settings(max_examples=150, deadline=None)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_the_readings_that_turn_an_answer_are_those_that_turn_it_when_all_are_tried(tree: Node) -> None:
    scenario, world = scenario_of(tree), judge.world_of(tree)
    found = {(each.package, each.party): each for each in tippings(scenario, list(scenario.packages))}
    for name, node in tree["packages"].items():
        outcome = {**world.status_quo, **node["terms"]}
        for who in world.binding:
            base = lets_pass(world, who, outcome)
            wanted = smallest(tree, lambda there, who=who, outcome=outcome: lets_pass(there, who, outcome), base)
            each = found.get((name, who))
            if each is None:
                assert wanted == ((), ())
            else:
                assert each.accepts == base
                assert (each.readings.alone, each.readings.together) == wanted


def exists(world: judge.World) -> bool:
    return any(judge.passes(world, outcome) for outcome in judge.outcomes(world))


@settings(max_examples=150, deadline=None)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_the_readings_that_turn_whether_a_deal_exists_are_those_that_do_when_all_are_tried(tree: Node) -> None:
    base = exists(judge.world_of(tree))
    found = tipping_agreement(scenario_of(tree))

    assert found.exists == base
    assert (found.readings.alone, found.readings.together) == smallest(tree, exists, base)


def sways(world: judge.World, who: str, outcome: judge.Outcome, accepts: bool) -> list[Fraction]:
    """How far each number alone can move a gain against the answer; what one scale multiplies is one number."""
    here = judge.parts(world, who, outcome)
    reservation = world.sides[who].reservation
    base = judge.parts(world, who, world.status_quo) if reservation is None else [reservation]
    new = [each for each in here if all(each is not other for other in base)]
    old = [each for each in base if all(each is not other for other in here)]
    terms = [([each], [other]) for each in new for other in old if one_scale(each, other)]
    terms += [([each], []) for each in new if not any(one_scale(each, other) for other in old)]
    terms += [([], [each]) for each in old if not any(one_scale(each, other) for other in new)]
    end = "low" if accepts else "high"
    return [abs(judge.apart(*some, end) - judge.apart(*some)) for some in terms]


def one_scale(one: judge.Judged, other: judge.Judged) -> bool:
    return one.factors is not None and other.factors is not None and one.factors[0] is other.factors[0]


def fewest(gain: Fraction, moves: list[Fraction]) -> int | None:
    """The fewest of some moves that turn a gain, all subsets tried."""
    for size in range(len(moves) + 1):
        for some in combinations(moves, size):
            if (gain - sum(some) < 0) if gain >= 0 else (gain + sum(some) >= 0):
                return size
    return None


def heard(world: judge.World, who: str, outcome: judge.Outcome) -> bool:
    """Whether a party's answer is a matter of its numbers."""
    at = judge.look(world, outcome)
    return who in world.binding and who not in at.silent and who not in at.refusing


@settings(max_examples=150, deadline=None)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_no_fewer_numbers_and_no_shorter_way_turn_an_answer(tree: Node) -> None:
    scenario, world = scenario_of(tree), judge.world_of(tree)
    for each in tippings(scenario, list(scenario.packages)):
        outcome = {**world.status_quo, **tree["packages"][each.package]["terms"]}
        worth = judge.gain(world, each.party, outcome)
        if not heard(world, each.party, outcome):
            assert (each.fewest, each.together, each.singles) == ((), None, ())
            continue
        moves = sways(world, each.party, outcome, each.accepts)
        assert (len(each.fewest) or None) == fewest(worth, moves)
        assert (each.together is None) == (fewest(worth, moves) is None)
        if each.together is not None:
            assert each.together == pytest.approx(float(abs(worth) / sum(moves)))


@settings(max_examples=150, deadline=None)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_the_reading_that_helps_most_is_the_one_that_leaves_the_shortest_way(tree: Node) -> None:
    scenario, world = scenario_of(tree), judge.world_of(tree)
    for each in tippings(scenario, list(scenario.packages)):
        outcome = {**world.status_quo, **tree["packages"][each.package]["terms"]}
        ways = {}
        for (pair,) in sets_of_readings(tree, 1):
            there = judge.world_of(tree, dict([pair]))
            worth = judge.gain(there, each.party, outcome)
            if not heard(there, each.party, outcome) or (worth >= 0) != each.accepts:
                continue
            moves = sways(there, each.party, outcome, each.accepts)
            if fewest(worth, moves) is not None:
                ways[pair] = abs(worth) / sum(moves)
        least = min(ways.values(), default=None)
        own = each.together if each.together is not None else 2.0
        if each.helped is None:
            assert least is None or float(least) >= own or float(least) == pytest.approx(own)
        else:
            assert ways[each.helped.judgment, each.helped.reading] == least
            assert each.helped.together == pytest.approx(float(min(ways.values())))
            assert each.helped.together <= own


THREE = """
detente: 1
title: Three doubts
issues: {x: {options: [no, yes]}}
parties:
  a: {worth: {x: {yes: -3..-1}}}
  b: {worth: {x: {yes: {low: 1, likely: 2, high: 6}}}, reservation: 0.5}
packages: {p: {title: the pact, terms: {x: yes}}}
judgments:
"""


def three(worth: str = "1") -> detente.Scenario:
    readings = f"{{as it is: {{}}, better: {{add: {{a: {{worth: {{x: {{yes: {worth}}}}}}}}}}}}}"
    rows = [f"  j{k}: {{question: Is it {k}?, likely: as it is, readings: {readings}}}" for k in range(4)]
    return detente.parse_scenario(THREE + "\n".join(rows))


def of(found: tuple[Tipping, ...], party: str) -> Tipping:
    return next(each for each in found if each.party == party)


def test_where_no_reading_turns_an_answer_alone_the_first_of_the_smallest_sets_does() -> None:
    one = of(tipping(three("0.7"), "p"), "a").readings
    two = of(tipping(three("1"), "p"), "a").readings
    none = of(tipping(three("0.4"), "p"), "a").readings
    alone = of(tipping(three("2"), "p"), "a").readings

    assert one.together == (("j0", "better"), ("j1", "better"), ("j2", "better"))
    assert two.together == (("j0", "better"), ("j1", "better"))
    assert (none.together, none.alone, none.tried) == ((), (), 3)
    assert alone.alone == tuple((f"j{k}", "better") for k in range(4))
    assert tipping_agreement(three("0.7")).readings == one


def test_of_readings_that_help_the_one_that_helps_most_is_named() -> None:
    rows = [
        f"  j{k}: {{likely: now, readings: {{now: {{}}, then: {{add: {{a: {{worth: {{x: {{yes: {more}}}}}}}}}}}}}}}"
        for k, more in enumerate(("0.5", "1", "0.8", "-1"))
    ]
    found = of(tipping(detente.parse_scenario(THREE.replace("-3..-1", "-4..0") + "\n".join(rows)), "p"), "a")

    assert found.together == 1
    assert found.helped is not None
    assert (found.helped.judgment, found.helped.reading, found.helped.together) == ("j1", "then", 0.5)


def test_too_many_sets_are_not_tried_and_that_is_said() -> None:
    readings = ", ".join(f"r{k}: {{add: {{a: {{worth: {{x: {{yes: 0.{k + 1:02}}}}}}}}}}}" for k in range(20))
    rows = [f"  j{k}: {{readings: {{now: {{}}, {readings}}}, likely: now}}" for k in range(8)]
    found = turning(detente.parse_scenario(THREE + "\n".join(rows)), [("p", "a"), None])

    assert {each.tried for each in found.values()} == {2}
    assert not any(each.smallest for each in found.values())


def test_what_turns_is_said_in_a_sentence() -> None:
    scenario = three("1")
    found = tipping(scenario, "p")
    agreement = tipping_agreement(scenario)

    assert agreement.together is None
    assert agreement.by == {"a": None, "b": None}
    assert in_words(scenario, of(found, "a")) == (
        "The pact stays unacceptable to a unless 'Is it 0?' is answered 'better' and 'Is it 1?' is answered 'better'; "
        "or 'Is it 0?' is answered 'better' and all its numbers move 100% of the way to the better ends of their "
        "ranges."
    )
    assert in_words(scenario, of(found, "b")) == (
        "The pact stays acceptable to b: neither its numbers within their ranges, with any one judgment read "
        "otherwise, nor up to 3 judgments read otherwise at once turn that."
    )
    assert agreement_in_words(scenario, agreement) == (
        "No deal is to be had unless 'Is it 0?' is answered 'better' and 'Is it 1?' is answered 'better'."
    )
    assert len(believed(scenario, agreement, found).rows) == 3
