"""Do chances over draws come out as they do on paper, with errors that are what they say?"""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

import detente
from detente.analysis.draws import CHUNKS, Plan, fixed, weights
from detente.analysis.estimates import Chance, Mean, Sample
from detente.analysis.judgments import judgments
from detente.analysis.lots import lots
from detente.analysis.robust import AIMS
from detente.io import check_text, read
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from strategies import Node, negotiations, scenario_of

HEAD = "detente: 1\ntitle: t\n"


def one(worth: str, more: str = "", reservation: str = "0") -> Scenario:
    """One side, one issue, one package: it passes where the worth of its option is no less than the reservation."""
    return detente.parse_scenario(
        f"{HEAD}issues: {{x: {{options: [no, yes]}}}}\n"
        f"parties: {{a: {{reservation: {reservation}, worth: {{x: {{yes: {worth}}}}}{more}}}}}\n"
        "packages: {p: {terms: {x: yes}}}\n"
    )


def passes(scenario: Scenario, **options: object) -> Chance:
    return judgments(scenario, **{"draws": 1024, **options}).packages["p"].all  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("worth", "chance"),
    [
        ("{low: -1, high: 2, shape: uniform}", 2 / 3),
        ("{low: -1, likely: 0, high: 1, shape: triangular}", 1 / 2),
        ("{low: -1, likely: 1, high: 1, shape: triangular}", 3 / 4),
        ("{low: -1, likely: 1, high: 3}", 1 - special.betainc(3, 3, 1 / 4)),
        ("{low: -1, likely: -1, high: 3, shape: pert}", 1 - special.betainc(1, 5, 1 / 4)),
        ("-1..3", 1 - special.betainc(3, 3, 1 / 4)),
    ],
)
@pytest.mark.parametrize("method", ["sobol", "random"])
def test_the_chance_that_a_package_passes_is_that_of_its_distribution(worth: str, chance: float, method: str) -> None:
    found = passes(one(worth), method=method)

    assert found.p == pytest.approx(chance, abs=max(4 * found.se, 0.002))
    assert found.se < (0.005 if method == "sobol" else 0.03)


def two(leaning: str) -> Scenario:
    return detente.parse_scenario(
        f"{HEAD}issues: {{x: {{options: [no, yes]}}, y: {{options: [no, yes]}}}}\n"
        f"parties: {{a: {{leaning: {leaning}, reservation: 1.5, worth: "
        "{x: {yes: {low: -1, high: 1, shape: uniform}}, y: {yes: {low: -1, high: 1, shape: uniform}}}}}\n"
        "packages: {p: {terms: {x: yes, y: yes}}}\n"
    )


def test_doubts_of_a_side_that_leans_move_together() -> None:
    apart, alike = passes(two("0")), passes(two("1"))
    between = passes(two("0.5"))

    assert apart.p == pytest.approx(1 / 32, abs=max(4 * apart.se, 0.004))
    assert alike.p == pytest.approx(1 / 8, abs=max(4 * alike.se, 0.004))
    assert apart.p < between.p < alike.p


@pytest.mark.parametrize("sides", [2, 3])
def test_an_equal_split_suits_sides_with_level_reservations_as_often_as_on_paper(sides: int) -> None:
    side = f"{{reservation: {{low: 0, high: 1, shape: uniform}}, worth: {{x: {{yes: {1 / sides:.9f}}}}}}}"
    parties = ", ".join(f"p{k}: {side}" for k in range(sides))
    text = (
        f"{HEAD}issues: {{x: {{options: [no, yes]}}}}\nparties: {{{parties}}}\npackages: {{p: {{terms: {{x: yes}}}}}}"
    )
    found = passes(detente.parse_scenario(text), draws=4096)

    assert found.p == pytest.approx(sides**-sides, abs=max(4 * found.se, 0.003))


def test_readings_are_drawn_by_their_weights_and_open_ones_are_held() -> None:
    text = f"{HEAD}issues: {{x: {{options: [no, yes]}}}}\nparties: {{a: {{worth: {{x: {{yes: 1}}}}}}}}\n"
    text += "packages: {p: {terms: {x: yes}}}\njudgments:\n"
    text += "  weather: {readings: {fair: {weight: 3}, foul: {weight: 1, change: {a: {worth: {x: {yes: -1}}}}}}}\n"
    text += "  court: {open: true, likely: kind, readings: {kind: {}, stern: {change: {a: {reservation: 5}}}}}\n"
    found = judgments(detente.parse_scenario(text), draws=1024)

    assert found.packages["p"].by["a"].p == pytest.approx(3 / 4, abs=0.005)
    assert found.agreement.p == 1
    assert {name: each.agreement.p for name, each in found.opened["court"].items()} == {"kind": 1, "stern": 0}


def test_weights_are_shares_and_a_judgment_without_them_stays_as_it_is() -> None:
    river = detente.load("river")

    assert weights(river.judgments["spot prices"]) is None
    assert not Plan.of(river).judgments


def test_along_a_numeric_issue_there_is_one_doubt() -> None:
    text = f"{HEAD}issues: {{x: {{range: {{from: 0, to: 10, step: 1}}}}}}\n"
    text += "parties: {a: {worth: {x: {0: 0..4, 10: 10..20}}}}\n"

    assert len(Plan.of(detente.parse_scenario(text)).doubts) == 1


@settings(max_examples=40)
@given(negotiations(quorum=None, most_issues=3))
def test_without_doubt_the_chances_are_the_answers(tree: Node) -> None:
    doubtful = scenario_of(tree)
    plan = Plan.of(doubtful)
    doubts = [*plan.products, *(number for doubt in plan.doubts for number in doubt.numbers)]
    scenario = fixed(doubtful, {id(number): Quantity.of(number.likely) for number in doubts})
    found = judgments(scenario, draws=16)

    assert found.agreement == Chance(float(bool(detente.frontier(scenario).points)), 0)
    reports = detente.packages(scenario).reports
    for name, each in found.packages.items():
        assert each.all == Chance(float(reports[name].passes), 0)
        assert 0 <= each.kept.p <= each.all.p + 1e-12


def test_a_package_keeps_the_part_of_the_joint_value_that_it_does_on_paper() -> None:
    text = f"{HEAD}issues: {{x: {{options: [no, some, all]}}}}\n"
    text += "parties: {a: {worth: {x: {some: {low: 0, high: 1, shape: uniform}, all: 2}}}}\n"
    text += "packages: {some: {terms: {x: some}}, all: {terms: {x: all}}}\n"
    found = judgments(detente.parse_scenario(text), draws=1024)

    assert found.packages["some"].kept.p == pytest.approx(1 / 4, abs=0.002)
    assert found.packages["all"].kept.p == 1
    assert {aim: each.terms for aim, each in found.sturdy.robust.items()} == {aim: {"x": "all"} for aim in AIMS}
    assert found.packages["all"].value == Mean(2, 0)


def test_the_stated_errors_cover_the_truth_as_often_as_they_should() -> None:
    scenario = one("{low: -1, high: 2, shape: uniform}")
    inside = 0
    for seed in range(100):
        found = passes(scenario, draws=160, seed=seed, method="random")
        inside += abs(found.p - 2 / 3) <= 2.13 * found.se  # Student's t, 15 degrees of freedom

    assert 85 <= inside <= 100


def test_the_same_seed_gives_the_same_answer_on_any_executor_and_another_seed_another() -> None:
    salary = detente.load("salary")
    alone = judgments(salary, draws=64, seed=7).payload()
    with ThreadPoolExecutor(3) as pool:
        assert judgments(salary, draws=64, seed=7, seam=detente.Seam(executor=pool)).payload() == alone
    assert judgments(salary, draws=64, seed=7, seam=detente.Seam(workers=2)).payload() == alone

    assert judgments(salary, draws=64, seed=8).payload() != alone


def test_draws_go_on_until_every_share_stands_firm_enough() -> None:
    found = judgments(one("{low: -1, high: 2, shape: uniform}"), draws=24, error=1.0)

    assert found.draws > 24
    errors = [found.agreement.se, *(c.se for p in found.packages.values() for c in (p.all, p.kept, *p.by.values()))]
    assert 1.96 * max(errors) <= 0.01
    at_once = judgments(one("{low: -1, high: 2, shape: uniform}"), draws=found.draws)
    assert found.payload() == at_once.payload()


def test_a_share_that_nobody_has_seen_differ_has_an_error_all_the_same() -> None:
    def chance(hits: list[int], **more: bool) -> Chance:
        return Sample((4, 4)).chance(np.array(hits, dtype=bool), **more)

    assert chance([1] * 8) == Chance(1.0, 0.1)
    assert chance([1] * 8, certain=True) == Chance(1.0, 0.0)
    assert chance([1, 0, 0, 0, 1, 1, 1, 0]) == Chance(1 / 2, pytest.approx(1 / 4))  # parts at 1/4 and 3/4
    assert chance([1, 0, 0, 0, 1, 0, 0, 0]) == Chance(1 / 4, pytest.approx(1 / 4 / sqrt(12)))  # as even as can be


def test_a_mean_over_some_draws_has_the_error_of_a_ratio() -> None:
    values, where = np.array([1.0, 3.0, 5.0, 7.0]), np.array([True, True, True, False])
    found = Sample((2, 2)).mean(values, where)

    assert found.mean == 3
    assert found.se == pytest.approx(
        sqrt(((5 - 3.5) ** 2 + (2 - 3.5) ** 2) / 2)
    )  # without the first part, without the second


@pytest.mark.parametrize(
    ("worth", "more", "message"),
    [
        ("{low: 0, high: 1, shape: bell}", "", "pert, triangular or uniform is due here"),
        ("1", ", leaning: 2", "a leaning lies from 0 to 1"),
    ],
)
def test_a_shape_or_leaning_that_there_is_none_of_is_told(worth: str, more: str, message: str) -> None:
    text = f"{HEAD}issues: {{x: {{options: [no, yes]}}}}\nparties: {{a: {{worth: {{x: {{yes: {worth}}}}}{more}}}}}\n"

    assert any(message in each.message for each in check_text(text)[0])


def test_too_few_draws_or_an_unknown_method_are_refused() -> None:
    with pytest.raises(ValueError, match="the number of draws"):
        judgments(detente.load("river"), draws=3)
    with pytest.raises(detente.NotFoundError, match="no method named 'sobl'; did you mean 'sobol'"):
        judgments(detente.load("river"), method="sobl")  # type: ignore[arg-type]


def scaled(parties: str, more: str = "") -> Scenario:
    return detente.parse_scenario(
        f"{HEAD}issues: {{x: {{options: [no, half, yes]}}, y: {{options: [no, yes]}}}}\nparties: {{{parties}}}\n{more}"
    )


def columns(scenario: Scenario, party: str = "a", issue: str = "x", draws: int = 4096) -> np.ndarray:
    """What each option of an issue is worth to a party in each draw, in points."""
    plan = Plan.of(scenario)
    (lot,) = lots(plan, plan.drawn(plan.parts(range(16), draws, 1, "sobol")))
    return lot.worth[party][issue] / lot.scale


def test_a_scale_is_drawn_once_and_multiplies_every_number_beside_it() -> None:
    level = "{low: 10, high: 30, shape: uniform}"
    found = columns(scaled(f"a: {{worth: {{x: {{scale: {level}, half: 0.5, yes: -1}}}}}}"))

    assert np.allclose(found[:, 2], -2 * found[:, 1], atol=0.02)  # draws are rounded to a hundredth here
    assert found[:, 1].mean() == pytest.approx(10, abs=0.02)
    assert found[:, 1].std() == pytest.approx(10 / sqrt(12), abs=0.02)


def test_a_product_of_two_doubts_has_the_variance_of_a_product() -> None:
    own, scale = "{low: 0, high: 2, shape: uniform}", "{low: 10, high: 30, shape: uniform}"
    scenario = scaled(f"a: {{worth: {{x: {{scale: {scale}, yes: {own}}}}}}}")
    number = scenario.parties["a"].preferences.worth["x"]["yes"]

    assert (number.low, number.likely, number.high) == (0, 20, 60)
    (_, _, yes) = columns(scenario).T
    ours, theirs = 4 / 12, 400 / 12
    assert yes.mean() == pytest.approx(20, abs=0.05)
    assert yes.var() == pytest.approx(ours * theirs + ours * 400 + theirs * 1, rel=0.01)


def test_an_option_called_scale_is_an_option_and_a_scale_cannot_be_below_nothing() -> None:
    text = f"{HEAD}issues: {{x: {{options: [none, scale]}}}}\nparties: {{a: {{worth: {{x: {{scale: 3}}}}}}}}\n"
    assert detente.parse_scenario(text).parties["a"].preferences.worth["x"]["scale"].likely == 3

    (problem,), _ = check_text(text.replace("[none, scale]", "[none, some]").replace("scale: 3", "scale: -3, some: 1"))
    assert (problem.line, problem.message) == (4, "a scale cannot be below 0")


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(each)) for each in (one, other)]
    return float(np.corrcoef(*ranks)[0, 1])


def test_a_named_group_leans_together_across_parties_and_no_further_than_it_names() -> None:
    level = "{low: 0, high: 1, shape: uniform}"
    worth = f"worth: {{x: {{yes: {level}}}, y: {{yes: {level}}}}}"
    group = "leanings: {doubters: {share: 0.5, parties: [a, b], issues: x}}\n"
    scenario = scaled(f"a: {{{worth}}}, b: {{{worth}}}, c: {{{worth}}}", group)
    x, others = (columns(scenario, party)[:, 2] for party in "ab"), columns(scenario, "a", "y")[:, 1]
    one, other = x

    assert rank_correlation(one, other) == pytest.approx(6 / np.pi * np.arcsin(0.25), abs=0.02)
    assert rank_correlation(one, others) == pytest.approx(0, abs=0.04)
    assert rank_correlation(one, columns(scenario, "c")[:, 2]) == pytest.approx(0, abs=0.04)


def test_a_number_leans_with_one_group_only_and_a_group_has_a_name_of_its_own() -> None:
    text = f"{HEAD}issues: {{x: {{options: [no, yes]}}}}\nparties: {{a: {{worth: {{x: {{yes: 1..2}}}}}}}}\nleanings:\n"
    errors, _ = check_text(text + "  one: {share: 0.5}\n  two: {share: 2, issues: x}\n  a: {share: 0, parties: b}\n")

    assert sorted((each.line, each.message) for each in errors if "lean" in each.message) == [
        (7, "a leaning lies from 0 to 1"),
        (7, "some numbers lean with this as well as with 'one' on line 6; they can with one only"),
        (8, "'a' is a party's id; a leaning needs a name of its own"),
        (8, "some numbers lean with this as well as with 'one' on line 6; they can with one only"),
        (8, "some numbers lean with this as well as with 'two' on line 7; they can with one only"),
    ]


def test_either_all_readings_have_a_weight_or_none_has() -> None:
    text = f"{HEAD}issues: {{x: {{options: [no, yes]}}}}\nparties: {{a: {{worth: {{x: {{yes: 1}}}}}}}}\njudgments:\n"
    some, _ = check_text(text + "  j: {readings: {b: {weight: 1}, c: {change: {a: {reservation: 1}}}}}\n")
    none, _ = check_text(text + "  j: {readings: {b: {weight: 0}, c: {weight: 0, change: {a: {reservation: 1}}}}}\n")

    assert [each.message for each in some] == [
        "this reading has no weight, while others have: give all of them one, or none"
    ]
    assert [each.message for each in none] == ["no reading has a weight above 0"]


def test_along_a_numeric_issue_a_scale_multiplies_one_shared_doubt() -> None:
    text = f"{HEAD}issues: {{x: {{range: {{from: 0, to: 10, step: 5}}}}}}\n"
    text += "parties: {a: {worth: {x: {scale: 1..3, 0: 0..2, 10: 4}}}}\n"
    scenario = detente.parse_scenario(text)
    found = columns(scenario)

    assert len(Plan.of(scenario).doubts) == 2
    assert np.allclose(found[:, 1], (found[:, 0] + found[:, 2]) / 2, atol=0.01)


def test_two_readings_in_force_may_each_bring_a_scale_for_options_of_their_own() -> None:
    readings = [f"{{r: {{change: {{a: {{worth: {{x: {{scale: 2, {option}: 1}}}}}}}}}}}}" for option in ("half", "yes")]
    more = "judgments:\n" + "".join(f"  j{k}: {{likely: r, readings: {each}}}\n" for k, each in enumerate(readings))
    settled = scaled("a: {worth: {x: {half: 5, yes: 5}}}", more).settled()

    assert {option: each.likely for option, each in settled.parties["a"].preferences.worth["x"].items()} == {
        "half": 2,
        "yes": 2,
    }


def test_more_doubts_than_a_sobol_sequence_has_dimensions_are_told_and_drawn_at_random() -> None:
    names = [f"o{k}" for k in range(1_929)]
    issues = ", ".join(f"x{k}: {{options: [{', '.join(names)}]}}" for k in range(11))
    worth = ", ".join(f"x{k}: {{{', '.join(f'{name}: 1..2' for name in names)}}}" for k in range(11))
    text = f"{HEAD}issues: {{{issues}}}\nparties: {{a: {{worth: {{{worth}}}}}, b: {{worth: {{x0: {{o1: 1..2}}}}}}}}\n"
    plan = Plan.of(detente.parse_scenario(text))

    with pytest.raises(detente.TooLargeError, match=r"21,220 numbers .* 21,201 dimensions; try '--method random'"):
        plan.parts([0], 16, 1, "sobol")
    assert plan.parts([0], 16, 1, "random").shape == (16 // CHUNKS, 21_220)


MOVES = [
    "{}",
    "{change: {a: {reservation: 1}}}",
    "{change: {b: {reservation: 1}}}",
    "{add: {a: {reservation: 2}}}",
    "{add: {a: {worth: {x: {yes: 3}}}}}",
    "{change: {a: {worth: {x: {yes: 4}}}}}",
    "{change: {a: {worth: {x: {half: 4}}, refuses: {x: [half]}}}}",
    "{add: {a: {refuses: {x: [yes]}}, b: {reservation: -1}}}",
    "{change: {b: {role: veto}}, add: {b: {over: {x: yes}}}}",
    "{change: {interactions: {r: {a: 1}}}}",
    "{add: {interactions: {r: {a: 2, b: 1}}}}",
]
"""What a reading may move."""


@given(st.lists(st.lists(st.sampled_from(MOVES), min_size=1, max_size=3), min_size=2, max_size=3), st.data())
@settings(deadline=None)
def test_the_order_of_judgments_in_the_file_decides_nothing(readings: list[list[str]], data: st.DataObject) -> None:
    tables = [f"{{{', '.join(f'r{n}: {move}' for n, move in enumerate(each))}}}" for each in readings]
    entries = [f"  j{k}: {{likely: r0, readings: {table}}}\n" for k, table in enumerate(tables)]
    sides = "a: {worth: {x: {half: 2, yes: 2}}}, b: {worth: {x: {half: 1}}}"
    issues = "{x: {options: [no, half, yes]}}"
    head = (
        f"{HEAD}issues: {issues}\nparties: {{{sides}}}\ninteractions: [{{id: r, when: {{x: yes}}, worth: {{a: 1}}}}]\n"
    )
    files = [f"{head}judgments:\n{''.join(each)}" for each in (entries, data.draw(st.permutations(entries)))]
    one, other = map(read, files)

    assert (one.scenario is None) == (other.scenario is None)
    for chosen in product(*(range(len(each)) for each in readings)) if one.scenario and other.scenario else ():
        reads = {f"j{k}": f"r{n}" for k, n in enumerate(chosen)}
        first, second = (each.assuming(reads).settled() for each in (one.scenario, other.scenario))

        assert (first.parties, first.interactions) == (second.parties, second.interactions)


def test_readings_of_two_judgments_move_one_value_only_if_both_add() -> None:
    early = "  early: {readings: {proud: {change: {a: {reservation: 30}}}}}\n"
    late = "  late: {likely: x, readings: {x: {change: {a: {reservation: 1}}}, y: {}}}\n"
    both = (early + late).replace("change", "add")

    for text in (
        early + late,
        late + early,
        early + late.replace("change", "add"),
        early + late.replace("likely: x,", ""),
    ):
        with pytest.raises(detente.ScenarioError, match="a → reservation, and so does"):
            scaled("a: {}", f"judgments:\n{text}")
    reservation = scaled("a: {}", f"judgments:\n{both}").assuming({"early": "proud"}).settled().parties["a"].reservation
    assert reservation is not None
    assert reservation.likely == 31
