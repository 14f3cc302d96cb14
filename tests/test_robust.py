"""Does what stands up best stand up better than everything else that could be put together?"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

import detente
from detente.analysis.answers import Answers, answers
from detente.analysis.draws import CHUNKS, Plan, sizes
from detente.analysis.estimates import Sample
from detente.analysis.influence import AGREEMENT, VALUE, Influence, Part, influence, pick_and_freeze
from detente.analysis.judgments import judgments
from detente.analysis.lots import lots
from detente.analysis.robust import BEST_VALUE, LEAST_REGRET, MOST_LIKELY, Field, Sturdy, sturdy
from strategies import Node, negotiations
from test_answers import weighted

DRAWS = 64


def looked(tree: Node) -> tuple[Plan, Answers, Field, Sturdy]:
    plan = Plan.of(weighted(tree))
    parts = [plan.parts([place], DRAWS, 1, "sobol") for place in range(CHUNKS)]
    drawn = plan.drawn(np.concatenate(parts))
    found = answers(plan, drawn, headlines=True)
    field = Field(plan.scenario, list(lots(plan, drawn)))
    return plan, found, field, sturdy(plan, parts, found, Sample(tuple(sizes(DRAWS))))


@settings(max_examples=60)
@given(negotiations(quorum=None, judged=True, most_issues=2))
def test_with_two_issues_no_outcome_at_all_does_better_by_any_aim(tree: Node) -> None:
    _, found, field, best = looked(tree)
    seen = list(zip(*field.look(list(product(*(range(len(each)) for each in field.options)))), strict=True))
    kept = np.where(found.best > 0, 1 / np.where(found.best > 0, found.best, 1), 0)

    if not any(passes.any() for passes, _ in seen):
        assert best.robust == {}
        return
    most = max(((value > 0).mean(), passes.mean()) for passes, value in seen)
    assert best.robust[MOST_LIKELY].all.p == pytest.approx(most[1])
    value = max(value.mean() for _, value in seen)
    assert best.robust[BEST_VALUE].value.mean == pytest.approx(value)
    assert best.robust[LEAST_REGRET].kept.mean == pytest.approx(max((value * kept).mean() for _, value in seen))
    rounding = 1e-9 * best.at_most[BEST_VALUE]
    assert best.perfect.mean == pytest.approx(found.best.mean() - value, abs=rounding)


@settings(max_examples=40)
@given(negotiations(quorum=None, judged=True))
def test_nothing_does_better_than_what_nothing_can_and_the_menu_trades_one_for_the_other(tree: Node) -> None:
    _, _, _, best = looked(tree)

    for aim, each in ((MOST_LIKELY, "all"), (BEST_VALUE, "value"), (LEAST_REGRET, "kept")):
        if aim not in best.robust:
            continue
        reached = getattr(best.robust[aim], each)
        assert (reached.p if each == "all" else reached.mean) <= best.at_most[aim] * (1 + 1e-12)
    rounding = 1e-9 * best.at_most[BEST_VALUE]
    assert best.perfect.mean >= -rounding
    assert all(0 <= worth.gain.mean <= best.perfect.mean + rounding for worth in best.questions)


TWO_WAYS = """
detente: 1
title: Which road
issues: {road: {options: [none, north, south]}, toll: {options: [free, paid]}}
parties:
  a: {worth: {road: {north: 4, south: 2}}}
  b: {worth: {road: {north: 3, south: 2}}}
judgments:
  snow:
    readings:
      "no": {weight: 1}
      "yes": {weight: 1, change: {b: {refuses: {road: [north]}}}}
  noise: {readings: {loud: {weight: 1}, quiet: {weight: 1}}}
packages: {p: {terms: {road: north}}}
"""


def test_what_it_is_worth_to_know_is_what_one_would_gain_by_choosing_otherwise() -> None:
    found = judgments(detente.parse_scenario(TWO_WAYS), draws=256).sturdy
    snow, noise = found.questions

    assert found.robust[BEST_VALUE].terms == {"road": "north", "toll": "free"}  # 12 in half of the draws: 6 against 4
    assert found.robust[BEST_VALUE].value.mean == pytest.approx(6)
    assert found.robust[MOST_LIKELY].terms["road"] == "south"
    assert found.robust[MOST_LIKELY].all.p == 1
    assert [each.terms["road"] for each in found.menu] == ["south", "north"]
    assert found.perfect.mean == pytest.approx(2)  # 4 instead of nothing in the other half
    assert (snow.judgment, snow.gain.mean, snow.share) == ("snow", pytest.approx(2), pytest.approx(1 / 3))
    assert snow.best == {"yes": {"road": "south", "toll": "free"}}
    assert (noise.judgment, noise.gain.mean, noise.best) == ("noise", 0, {})


def driven(text: str) -> Influence:
    plan = Plan.of(detente.parse_scenario(text))
    parts = pick_and_freeze(plan, list(range(CHUNKS)), 512, 1, "sobol")
    assert [Part.of_plain(each.plain()).plain() for each in parts] == [each.plain() for each in parts]
    return influence(plan, parts)


def test_a_joint_value_that_hangs_on_one_judgment_alone_is_driven_by_it_alone() -> None:
    found = driven(TWO_WAYS)

    ((factor, share),) = found.ranked(VALUE)
    assert (factor.kind, factor.name) == ("judgment", "snow")
    assert share.first == pytest.approx(1, abs=0.05)
    assert share.total == pytest.approx(1, abs=0.05)
    assert found.ranked(AGREEMENT) == []
    assert found.tenths == {}


def test_a_partys_numbers_and_its_leaning_are_factors_and_its_tenths_are_quantiles() -> None:
    text = "detente: 1\ntitle: t\nissues: {x: {options: [no, yes]}, y: {options: [no, yes]}}\nparties:\n"
    level = "{low: 0, high: 10, shape: uniform}"
    text += f"  a: {{leaning: 0.5, worth: {{x: {{yes: {level}}}, y: {{yes: {level}}}}}}}\n"
    found = driven(text)

    assert {(factor.kind, factor.name) for factor, _ in found.ranked(VALUE)} == {("leaning", "a"), ("numbers", "a")}
    low, high = found.tenths["a"][VALUE]  # the normal quantile at a tenth, by the root of one half, twice
    assert 0.3 < low.mean < 2 * 10 * 0.1
    assert 20 - low.mean == pytest.approx(high.mean, abs=0.01)
