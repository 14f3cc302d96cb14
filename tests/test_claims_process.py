"""Claims on a process: what a strategy calms, comes to and pays, on small scenarios whose answers are known."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import detente
from detente.analysis.estimates import Chance
from detente.model.claim import Calms, Claim, ComesTo, PastTest, PaysMore, ProcessTest
from detente.model.process import STRATEGY_NAMES
from detente.report import by_steps
from detente.simulation.claimed import Runs, claimed
from detente.simulation.runs import played
from detente.simulation.strategies import KNOWN
from detente.simulation.tally import MEASURES, Moments

SWAP = """
detente: 1
title: A swap
parties:
  A: {TYPE}
  B: {types: {trustworthy: 1}}
  C: {role: consulted}
commitments:
  a: {by: A, flow: {A: -0.1, B: 0.4}, reversible: true}
  b: {by: B, flow: {A: 0.4, B: -0.1}, reversible: true}
discount: 0.99
patience: {A: 0.99, B: 0.99}
"""
STRICT = "process: {restraint: 0, spread: 0.01}\n"
"""Whoever gains by breaking its part does."""

CALM = "process: {tension: {start: 0.5, drive: 0.1, calming: 0.2, kept: 0.2, echo: 0}}\n"


def swap(tests: dict[str, str], more: str = "", kind: str = "types: {trustworthy: 1}") -> detente.Scenario:
    listed = "claims:\n" + "".join(f"  {name}: {{says: so, test: {test}}}\n" for name, test in tests.items())
    return detente.parse_scenario(SWAP.replace("TYPE", kind) + more + (listed if tests else ""), "swap.yaml")


def verdicts(scenario: detente.Scenario) -> dict[str, str]:
    return {each.claim.id: each.verdict for each in detente.claims(scenario).verdicts}


def test_among_the_trustworthy_every_swap_is_agreed_done_and_never_collapses() -> None:
    found = verdicts(
        swap(
            {
                "agreed": "{strategy: roadmap, comes_to: agreement}",
                "not": "{strategy: roadmap, comes_to: no agreement}",
                "done": "{strategy: roadmap, comes_to: implementation, at_least: 99%}",
                "falls": "{strategy: roadmap, comes_to: collapse}",
                "stands": "{strategy: roadmap, comes_to: collapse, at_most: 1%}",
                "too sure": "{strategy: roadmap, comes_to: collapse, at_most: 0.2%}",
                "rarely done": "{strategy: roadmap, comes_to: implementation, at_most: 10%}",
            }
        )
    )

    assert found == {
        "agreed": "holds",
        "not": "fails",
        "done": "holds",
        "falls": "fails",
        "stands": "holds",
        "too sure": "contested",
        "rarely done": "fails",
    }


def test_steps_that_are_kept_calm_and_pay_and_waiting_for_ever_does_neither() -> None:
    scenario = swap(
        {
            "calms": "{strategy: roadmap, calms_more_than: responsive}",
            "stirs": "{strategy: responsive, calms_more_than: roadmap}",
            "pays": "{strategy: roadmap, pays_more_than: responsive, for: [A, B]}",
            "costs": "{strategy: responsive, pays_more_than: roadmap, for: [A, B]}",
            "the same": "{strategy: roadmap, calms_more_than: replanning}",
        },
        CALM,
    )
    found = {each.claim.id: each for each in detente.claims(scenario).verdicts}

    assert {name: each.verdict for name, each in found.items()} == {
        "calms": "holds",
        "stirs": "fails",
        "pays": "holds",
        "costs": "fails",
        "the same": "contested",
    }
    assert found["the same"].figure.endswith("they cannot be told apart in 200 runs")
    assert [found[name].likely for name in ("calms", "stirs", "the same")] == [True, False, None]
    assert found["pays"].figure.startswith("A 3")


def test_the_mean_tension_of_a_run_is_that_of_its_months() -> None:
    text = "process: {tension: {start: 0.9, drive: 0.1, calming: 0.5, kept: 0, echo: 0}}\n"
    scenario = swap({"c": "{strategy: roadmap, comes_to: agreement}"}, text)
    tension, months = 0.9, []
    for _ in range(6):
        tension = tension + 0.1 - 0.5 * tension
        months.append(tension)
    odds = detente.simulate(scenario, strategies=["responsive"], months=6, runs=5).odds["as judged"]["responsive"]

    assert odds.mean_tension.mean == pytest.approx(sum(months) / 6)
    assert odds.mean_tension.se == 0


def moments(rows: dict[str, list[float]], other: dict[str, list[float]]) -> Moments:
    """Of runs under two strategies, from what is measured in each."""
    names = (*MEASURES, "A", "B")
    length = len(next(iter(rows.values())))
    return Moments.of([np.array([each.get(name, [0.0] * length) for name in names]) for each in (rows, other)])


def asked(test: ProcessTest, rows: dict[str, list[float]], other: dict[str, list[float]]) -> bool | None:
    return claimed(test, Runs(moments(rows, other), ("x", "y"), ("A", "B")), {"A": "A", "B": "B"}).holds


def test_what_pays_one_and_costs_another_does_not_pay_each_and_what_cannot_be_told_is_left_open() -> None:
    test = PaysMore("x", "y", ("A", "B"))
    nothing = {"A": [0.0] * 8, "B": [0.0] * 8}
    even = [1.0, -1.0] * 4

    assert asked(test, {"A": [1.0] * 8, "B": [1.0] * 8}, nothing) is True
    assert asked(test, {"A": [1.0] * 8, "B": [-1.0] * 8}, nothing) is False
    assert asked(test, {"A": [1.0] * 8, "B": even}, nothing) is None
    assert asked(test, {"A": [-1.0] * 8, "B": even}, nothing) is False
    assert asked(Calms("x", "y"), {"tension": [0.4] * 8}, {"tension": [0.5] * 8}) is True
    assert asked(Calms("x", "y"), {"tension": [0.5] * 8}, {"tension": [0.4] * 8}) is False


def test_a_share_is_told_beyond_two_standard_errors() -> None:
    # 100 runs at 60%: an error of 4.9 points, so a half is 2.04 errors away
    sixty = {"collapse": [1.0] * 60 + [0.0] * 40}
    fifty_nine = {"collapse": [1.0] * 59 + [0.0] * 41}

    assert Chance(0.6, 0.0489898).p - 2 * 0.0489898 > 0.5
    assert asked(ComesTo("x", "collapse"), sixty, sixty) is True
    assert asked(ComesTo("x", "collapse"), fifty_nine, sixty) is None
    assert asked(ComesTo("x", "collapse", at_most=True), sixty, sixty) is False


def test_a_reading_of_what_a_side_is_like_that_turns_a_claim_is_named_and_no_other() -> None:
    judgments = """
judgments:
  honest:
    likely: honest
    readings:
      honest: {change: {A: {types: {trustworthy: 1}}}}
      out to spoil: {change: {A: {types: {spoiler: 9}}}}
  firm:
    readings:
      firm: {change: {B: {types: {trustworthy: 1}}}}
      dear: {change: {A: {reservation: 0}}}
"""
    scenario = swap({"done": "{strategy: roadmap, comes_to: implementation}"}, STRICT + judgments)
    found = detente.claims(scenario).verdicts[0]
    quick = detente.claims(scenario, turned=False).verdicts[0]

    assert (found.verdict, found.flips) == ("holds", ("honest",))
    assert (quick.verdict, quick.flips, quick.turned_by) == ("holds", None, "not asked here")
    assert quick.payload()["flips"] is None


@pytest.mark.parametrize(
    ("test", "at", "message"),
    [
        ("{strategy: raodmap, comes_to: collapse}", "raodmap", "no strategy named 'raodmap'; did you mean 'roadmap'?"),
        ("{strategy: roadmap, calms_more_than: roadmap}", "roadmap}", "a strategy is compared with another one"),
        ("{strategy: roadmap, comes_to: doom}", "doom", "agreement, no agreement, implementation, collapse or crisis"),
        ("{strategy: roadmap, comes_to: crisis, at_least: 30}", "30", "a percentage is due here, such as 30%"),
        ("{strategy: roadmap, comes_to: crisis, at_most: 0%}", "0%", "above 0% and below 100%"),
        ("{strategy: roadmap, comes_to: crisis, at_most: 1e9999%}", "1e9999%", ""),
        ("{strategy: roadmap, pays_more_than: grit, for: C}", "C}", "'C' is no side of the process"),
        ("{strategy: roadmap, pays_more_than: grit, for: Z}", "Z}", "no party named 'Z'"),
        ("{strategy: roadmap, pays_more_than: grit}", "{strategy", "no test has just these keys"),
    ],
)
def test_what_is_wrong_with_a_test_is_told_where_it_stands(test: str, at: str, message: str) -> None:
    with pytest.raises(detente.ScenarioError) as raised:
        swap({"c": test})
    problem = raised.value.problems[0]
    line = SWAP.count("\n") + 2
    row = f"  c: {{says: so, test: {test}}}"

    assert (problem.line, problem.column) == (line, row.rindex(at) + 1)
    assert message in problem.message


def test_without_a_way_or_a_strategy_a_claim_is_untestable_with_its_line() -> None:
    scenario = detente.parse_scenario(
        "detente: 1\ntitle: t\nissues: {i: {options: [x, y]}}\n"
        "parties: {A: {worth: {i: {y: -1}}}, B: {worth: {i: {y: 1}}}}\n"
        "claims:\n  c: {says: so, test: {strategy: roadmap, comes_to: collapse}}\n"
    )
    found = detente.claims(scenario).verdicts[0]
    made = {"d": Claim("d", "so", test=ComesTo("magic", "collapse"), line=7)}
    unknown = detente.claims(replace(swap({}), claims=made)).verdicts[0]

    assert (found.verdict, found.likely) == ("untestable", None)
    assert found.figure.startswith("line 6: ")
    assert unknown.verdict == "untestable"
    assert unknown.figure.startswith("line 7: no strategy named 'magic'")


def test_the_names_of_strategies_are_those_that_can_be_played() -> None:
    assert tuple(KNOWN) == STRATEGY_NAMES


def test_a_quick_brief_plays_nothing_and_says_how_many_claims_it_leaves_out() -> None:
    tests = [claim.test for claim in detente.load("korea-2021").claims.values()]
    left = sum(isinstance(test, PastTest | ProcessTest) for test in tests)
    program = (
        "import sys, detente; s = detente.load('korea-2021'); text = detente.brief(s, quick=True).markdown();"
        f"print('{left} claims on the process or about the past are left out' in text);"
        "print('detente.simulation' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert left > 6
    assert done.stdout.split() == ["True", "False"]


def test_chances_by_draws_leave_claims_on_a_process_out() -> None:
    scenario = swap({"c": "{strategy: roadmap, comes_to: agreement}"})
    found = detente.claims(scenario, draws=16)

    assert found.chances is not None
    assert not found.chances.claims
    assert found.verdicts[0].verdict == "holds"


def test_the_region_in_which_a_claim_holds_is_told_over_readings_and_the_map() -> None:
    readings = "{bad: {change: {A: {types: {spoiler: 9}}}}, good: {change: {A: {types: {trustworthy: 9}}}}}"
    judgments = f"judgments: {{j: {{readings: {readings}}}}}\n"
    tests = {
        "done": "{strategy: roadmap, comes_to: implementation}",
        "unasked": "{strategy: grit, comes_to: implementation}",
    }
    scenario = swap(tests, STRICT + judgments)
    found = detente.simulate(scenario, strategies=["roadmap", "responsive"], doubt=True, runs=60, months=24)
    payload = json.loads(json.dumps(found.payload()))["claims"]

    assert [each["id"] for each in payload] == ["done"]
    assert payload[0]["as_judged"] == "holds"
    assert payload[0]["readings"] == {"holds": 1, "fails": 1, "not told": 0}
    assert sum(payload[0]["places"].values()) == 25
    assert any("claims on the process" in table.title for table in found.tables())


def test_the_brief_plays_its_strategies_and_puts_its_claims_to_the_same_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    tests = {name: f"{{strategy: {name}, comes_to: agreement}}" for name in by_steps.STRATEGIES}
    scenario = swap(tests, CALM)
    asked: list[object] = []

    def counted(cells: list[object], runs: int, crew: object, *, tension: bool = False) -> object:
        asked.extend(cells)
        return played(cells, runs, crew, tension=tension)  # type: ignore[arg-type]

    monkeypatch.setattr("detente.simulation.simulate.played", counted)
    found = detente.brief(scenario).payload()

    assert len(asked) == 1
    assert [each["verdict"] for each in found["claims"]["claims"]].count("untestable") == 0  # type: ignore[index]
    assert found["process"]["runs"] == 200  # type: ignore[index]
