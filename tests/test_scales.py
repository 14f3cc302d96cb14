"""Is a scale one weight for all that it multiplies: in ranges, in draws, and in what would turn an answer?"""

from fractions import Fraction

import pytest
from hypothesis import given, settings

import detente
from detente.analysis.bargaining import best_nash, nash_outcome
from detente.analysis.beliefs import in_words
from detente.analysis.draws import Plan
from detente.analysis.question import Question
from detente.analysis.search import ask
from detente.analysis.tables import BOUNDS, gain, gain_span
from detente.analysis.tipping import tipping
from detente.model.scenario import Scenario
from detente.report.inspect import diff, show
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


def test_an_answer_turns_at_a_scale_or_at_the_points_before_it() -> None:
    (found,) = tipping(one("{scale: 10..30, then: 0.2..0.6}", reservation="6"), "p")
    tips = {tip.what: (tip.of, tip.tips_at, tip.below, tip.within) for tip in found.singles}

    assert (found.accepts, found.gain) == (True, 2)
    assert tips == {
        "the scale of x": ("scale", 15, True, True),
        "x: then, before its scale": ("points", 0.3, True, True),
        "no deal": ("worth", 8, False, False),
    }
    assert [(each.what, each.end) for each in found.fewest] == [("x: then, with its scale", 2)]
    assert found.together == pytest.approx(1 / 3)  # from 8 towards 2, by way of 6
    assert found.numbers == 2


def test_a_scale_moves_all_options_of_its_table_and_is_never_below_nothing() -> None:
    (rising,) = tipping(one("{scale: 1..3, now: 2, then: 3..5}"), "p")
    (fixed,) = tipping(one("{scale: 1..3, now: 2, then: 3..5}", more=MORE), "p")

    assert [(tip.what, tip.tips_at) for tip in rising.singles] == [
        ("x: then, before its scale", 2),
        ("x: now, before its scale", 4),
    ]
    assert [(tip.what, tip.tips_at, tip.below, tip.within) for tip in fixed.singles][:1] == [
        ("the scale of x", 1.5, True, True)  # twice as much as now must make up for 3
    ]
    assert "the scale of x is less than 1.5 for it (now 2; 1 to 3 in the file)" in in_words(
        one("{scale: 1..3, now: 2, then: 3..5}", more=MORE), fixed
    )


MORE = "interactions: [{when: {x: then}, worth: {a: -3}}]\n"


def drawn(scenario: Scenario, option: str = "then", draws: int = 2**10) -> list[Fraction]:
    """What an option is worth in many draws, in points."""
    plan = Plan.of(scenario)
    number = scenario.parties["a"].preferences.of("x", option)
    return [
        Fraction(int(each), plan.scale)
        for each in plan.drawn(plan.parts([0], 16 * draws, 1, "sobol")).values[id(number)]
    ]


@pytest.mark.parametrize("table", ["{scale: 0.1..0.2, then: 0.01..0.02}", "{scale: 0.001..0.004, then: 2}"])
def test_a_product_of_small_ranges_is_drawn_as_finely_as_any_other_number(table: str) -> None:
    scenario = one(table)
    number = scenario.parties["a"].preferences.of("x", "then")

    assert Plan.of(scenario).scale * (number.high - number.low) >= 1000
    assert len(set(drawn(scenario))) > 500


@pytest.mark.parametrize(
    "table",
    [
        "{scale: 0.000000001..0.000000003, then: 999999999999..1000000000000}",
        "{scale: 5e9..1e10, then: 3e10..1e12}",
        "{scale: 20000..50000, then: 0.000001..0.000002}",
        "{scale: 10..30, then: -0.5..0.5}",
    ],
)
def test_products_of_draws_are_exact_and_rounded_once(table: str) -> None:
    scenario = one(table)
    plan, number = Plan.of(scenario), scenario.parties["a"].preferences.of("x", "then")
    values = plan.drawn(plan.parts([0], 16 * 256, 1, "random")).values
    scale, own = (values[id(each)] for each in number.times or ())

    found = [int(each) for each in values[id(number)]]
    assert found == [round(Fraction(int(a) * int(b), plan.scale)) for a, b in zip(scale, own, strict=True)]
    for each, row in zip(number.times or (), (scale, own), strict=True):
        assert each.low <= Fraction(int(min(row)), plan.scale) <= Fraction(int(max(row)), plan.scale) <= each.high


TOLD = """
detente: 1
title: t
issues: {x: {title: The dam, options: [no, half, yes]}, y: {options: [no, yes]}}
parties:
  a:
    name: Upland
    leaning: 0.25
    worth: {x: {scale: {low: 10, high: 30, shape: uniform}, half: {low: 1, high: 2, shape: triangular}, yes: 3}}
  b: {reservation: {low: 1, high: 2, shape: uniform}}
leanings: {doubters: {share: 0.5, parties: [a, b], issues: x, why: They read the same paper.}}
"""


def test_show_tells_scales_shapes_and_leanings() -> None:
    shown = show(detente.parse_scenario(TOLD))
    rows = {table.title: table.rows for table in shown.tables()}
    half = shown.payload()["parties"]["a"]["preferences"]["worth"]["x"]["half"]  # type: ignore[index]

    assert rows["Scales"] == (("Upland", "The dam", "20 (10 to 30)", "uniform", ""),)
    assert rows["Ranges that are not drawn as pert"] == (
        ("Upland", "The dam: half", "1.5 (1 to 2)", "triangular"),
        ("b", "no deal", "1.5 (1 to 2)", "uniform"),
    )
    assert rows["Numbers that are wrong together"] == (
        ("a", "Upland", "all", "0.25", ""),
        ("doubters", "Upland and b", "The dam", "0.5", "They read the same paper."),
    )
    assert half["scale"] == {"low": 10, "likely": 20, "high": 30, "shape": "uniform"}
    assert half["points"] == {"low": 1, "likely": 1.5, "high": 2, "shape": "triangular"}


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("0.25", "0.35", "parties → a → leaning"),
        ("share: 0.5", "share: 0.6", "leanings → doubters → share"),
        ("issues: x", "issues: y", "leanings → doubters → issues"),
        ("triangular", "pert", "parties → a → preferences → worth → x → half → points → shape"),
        ("30, shape: uniform", "30", "parties → a → preferences → worth → x → yes → scale → shape"),
        (
            "{low: 10, high: 30",
            "{low: 5, likely: 20, high: 30",
            "parties → a → preferences → worth → x → yes → scale → low",
        ),
        ("2, shape: uniform", "2", "parties → b → reservation → shape"),
    ],
)
def test_diff_tells_scales_shapes_and_leanings(old: str, new: str, path: str) -> None:
    found = diff(detente.parse_scenario(TOLD), detente.parse_scenario(TOLD.replace(old, new)))

    assert path in [row[0] for row in found.table().rows]


@settings(max_examples=100)
@given(negotiations(quorum=None, judged=True))
def test_every_draw_lies_within_the_range_of_its_product(tree: Node) -> None:
    plan = Plan.of(scenario_of(tree))
    found = plan.drawn(plan.parts([0], 16 * 8, 5, "random"))

    for product in plan.products:
        values = [Fraction(int(each), plan.scale) for each in found.values[id(product)]]
        assert product.low - Fraction(1, plan.scale) <= min(values)
        assert max(values) <= product.high + Fraction(1, plan.scale)


def test_between_two_points_a_number_is_drawn_as_they_are() -> None:
    text = "detente: 1\ntitle: t\nissues: {x: {range: {from: 0, to: 2, step: 1}}}\n"
    text += "parties: {a: {worth: {x: {0: 1, 2: {low: 2, high: 4, shape: uniform}}}}}\n"
    worth = detente.parse_scenario(text).parties["a"].preferences.worth["x"]

    assert {option: each.shape for option, each in worth.items()} == {"0": "pert", "1": "uniform", "2": "uniform"}


@pytest.mark.parametrize("name", ["six-party-2005-08", "jackson-vanik-1975", "camp-david-2000"])
def test_the_likely_gains_are_the_same_asked_alone_or_beside_the_ends_of_the_ranges(name: str) -> None:
    settled = detente.load(name).settled()
    every = [Question(settled, bound, ties=True, passing=True) for bound in BOUNDS]
    alone, beside = ask([every[1]])[0], ask(every)[1]

    assert best_nash(alone) == best_nash(beside)
    assert nash_outcome(alone) == nash_outcome(beside)
