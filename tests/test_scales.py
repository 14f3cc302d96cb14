"""Is a scale one weight for all that it multiplies: in ranges, in draws, and in what would turn an answer?"""

from fractions import Fraction

from hypothesis import given, settings

import detente
from detente.analysis.tables import BOUNDS, gain, gain_span
from detente.model.scenario import Scenario
from judge import gain as judged_gain
from judge import outcomes
from judge_world import world_of
from strategies import Node, negotiations, scenario_of


def one(table: str, *, options: str = "[now, then]", reservation: str = "", more: str = "") -> Scenario:
    """A side, an issue, and one table of worths."""
    stated = f"reservation: {reservation}, " if reservation else ""
    return detente.parse_scenario(
        f"detente: 1\ntitle: t\nissues: {{x: {{options: {options}}}}}\n"
        f"parties: {{a: {{{stated}worth: {{x: {table}}}}}}}\npackages: {{p: {{terms: {{x: then}}}}}}\n{more}"
    )


def test_between_two_options_of_one_scale_the_scale_is_no_doubt_twice() -> None:
    scenario = one("{scale: 1..3, now: 2, then: 3..5}")
    span = gain_span(scenario, scenario.parties["a"], {"x": "then"})

    assert (span.low, span.likely, span.high) == (1, 4, 9)  # 1 to 3 times 1 to 3, not 3 to 15 less 2 to 6


@settings(max_examples=150)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_the_range_of_every_gain_is_the_one_found_by_trying_all_ends(tree: Node) -> None:
    scenario, world = scenario_of(tree).settled(), world_of(tree)

    for outcome in outcomes(world):
        for name, party in scenario.parties.items():
            found = [gain(scenario, party, outcome, bound) for bound in BOUNDS]
            assert found == [judged_gain(world, name, outcome, bound) for bound in BOUNDS]
            assert found == sorted(found)
