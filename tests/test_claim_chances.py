"""Is the chance that a claim holds the share of draws in which it does, and is it driven by what drives it?"""

from concurrent.futures import ThreadPoolExecutor

import pytest

import detente
from detente.analysis.draws import CHUNKS, Plan
from detente.analysis.work import Seam
from detente.arguments.chances import claim_chances
from detente.arguments.claims import claims

TEXT = """
detente: 1
title: t
issues: {x: {options: [no, yes]}}
parties:
  a: {worth: {x: {yes: {low: -1, high: 2, shape: uniform}}}}
  b: {worth: {x: {yes: 1}}}
packages: {p: {terms: {x: yes}}}
demands: {d: {terms: {x: yes}, by: a}}
judgments:
  mood: {likely: kind, readings: {kind: {weight: 3}, sour: {weight: 1, change: {b: {worth: {x: {yes: -1}}}}}}}
claims:
  both: {says: both take it, test: {package: p, is: attainable}}
  first: {says: a takes it, test: {package: p, accepted_by: [a]}}
  second: {says: b refuses it, test: {package: p, refused_by: [b]}}
  better: {says: better for a, test: {package: p, better_than: status quo, for: [a]}}
  sinks: {says: to insist on it sinks the deal, test: {demand: d, is: [nonstarter, torpedo]}}
  past: {says: it was ever so}
"""


def test_each_claim_holds_as_often_as_paper_says() -> None:
    found = claim_chances(detente.parse_scenario(TEXT), draws=1024).claims

    chances = {name: each.chance.p for name, each in found.items()}
    assert chances["both"] == pytest.approx(1 / 2, abs=0.02)
    assert chances["first"] == pytest.approx(2 / 3, abs=0.005)
    assert chances["better"] == pytest.approx(2 / 3, abs=0.005)
    assert chances["second"] == pytest.approx(1 / 4, abs=0.005)
    assert chances["sinks"] == 1 - chances["both"]
    assert "past" not in chances
    assert all(0 < found[name].chance.se < 0.02 for name in ("both", "sinks"))


def test_a_judgment_explains_what_its_readings_differ_by() -> None:
    found = claim_chances(detente.parse_scenario(TEXT), draws=1024).claims

    assert found["second"].drivers[0].index == pytest.approx(1, abs=0.01)
    assert {reading: each.p for reading, each in found["second"].drivers[0].given.items()} == {"kind": 0, "sour": 1}
    both = found["both"].drivers[0]
    assert both.judgment == "mood"
    # with kind it holds in 2/3, with sour never: 3/4 (2/3 - 1/2)^2 + 1/4 (1/2)^2 = 1/12 of 1/4
    assert both.index == pytest.approx(1 / 3, abs=0.03)
    assert 0 < both.se < 0.1
    assert both.given["kind"].p == pytest.approx(2 / 3, abs=0.02)
    assert found["first"].drivers == () or found["first"].drivers[0].index < 0.01


def test_the_number_that_turns_a_claim_is_where_the_gain_is_0() -> None:
    found = claim_chances(detente.parse_scenario(TEXT), draws=16).claims

    for name in ("first", "better", "both"):
        tip = found[name].tip
        assert tip is not None
        assert (tip[0], tip[1].tips_at, tip[1].below, tip[1].within) == ("a", 0, True, True)
    assert found["sinks"].tip is None


def test_a_claim_that_two_parties_stand_in_the_way_of_is_turned_by_no_single_number() -> None:
    text = TEXT.replace("{low: -1, high: 2, shape: uniform}", "{low: -3, likely: -1, high: 2}").replace(
        "yes: 1}", "yes: -1}"
    )
    found = claim_chances(detente.parse_scenario(text), draws=16).claims

    assert found["both"].tip is None
    assert found["first"].tip is not None


def test_the_chance_is_the_share_of_draws_in_which_the_claim_holds_alone() -> None:
    scenario, draws = detente.load("river"), 32
    found = claim_chances(scenario, draws=draws, seed=5).claims
    plan = Plan.of(scenario)
    alone = [claims(each) for place in range(CHUNKS) for each in plan.chunk(place, draws, 5, "sobol")]

    for name, each in found.items():
        held = [next(v.likely for v in one.verdicts if v.claim.id == name) for one in alone]
        assert each.chance.p == sum(map(bool, held)) / draws


def test_an_open_judgment_is_held_at_each_of_its_readings() -> None:
    text = TEXT.replace("mood: {likely", "mood: {open: true, likely")
    found = claim_chances(detente.parse_scenario(text), draws=256).claims

    assert found["second"].drivers == ()
    assert {name: each.p for name, each in found["second"].readings["mood"].items()} == {"kind": 0, "sour": 1}
    assert found["second"].chance.p == 0


def test_the_answer_is_the_same_for_any_executor_and_any_order_of_work() -> None:
    scenario = detente.parse_scenario(TEXT)
    alone = claim_chances(scenario, draws=64)
    with ThreadPoolExecutor(3) as pool:
        together = claim_chances(scenario, draws=64, seam=Seam(executor=pool))

    assert alone == together


def test_chances_are_shown_and_told_only_where_draws_are_asked_for() -> None:
    scenario = detente.parse_scenario(TEXT)
    plain, drawn = claims(scenario), claims(scenario, draws=64, seed=2)

    assert "chance" not in plain.table().columns
    assert "chance" in drawn.table().columns
    assert "seed 2" in drawn.tables()[1].title
    told = drawn.payload()
    assert (told["draws"], told["seed"]) == (64, 2)
    assert isinstance(told["claims"], list)
    assert [set(each) - set(old) for each, old in zip(told["claims"], plain.payload()["claims"], strict=True)] == [  # type: ignore[call-overload]
        *[{"chance", "drivers", "tipping", "open"}] * 5,
        set(),
    ]


WAY = """
detente: 1
title: t
issues:
  x: {options: {no: {}, yes: {reversible: true}}, by: a}
  y: {options: {no: {}, yes: {reversible: true}}, by: b}
  z: {options: {no: {}, yes: {reversible: true}}}
parties:
  a: {worth: {x: {yes: -1}, y: {yes: {low: 1, high: 3, shape: uniform}}, z: {yes: 1}}}
  b: {worth: {x: {yes: 3}, y: {yes: -1}, z: {yes: 1}}}
packages: {swap: {terms: {x: yes, y: yes}}, nobodys: {terms: {z: yes}}}
patience: {a: 0.5, b: 0.9}
claims:
  held: {says: there is a way, test: {package: swap, is: reachable}}
  lost: {says: so, test: {package: swap, step: "q: yes", before: "x: yes"}}
  idle: {says: so, test: {package: nobodys, is: reachable}}
  taken: {says: both take it, test: {package: swap, is: attainable}}
"""


def test_a_claim_whose_test_cannot_be_asked_says_why_and_where_and_the_others_are_tested() -> None:
    scenario = detente.parse_scenario(WAY)
    verdicts = {each.claim.id: each for each in claims(scenario).verdicts}

    assert (verdicts["lost"].verdict, verdicts["lost"].likely) == ("untestable", None)
    assert verdicts["lost"].figure == "line 15: no step named 'q: yes' on the way to 'swap'; did you mean 'y: yes'?"
    assert verdicts["idle"].figure.startswith("line 16: nobody carries it out")
    assert verdicts["held"].verdict == "contested"
    assert verdicts["taken"].verdict == "holds"
    assert "no step named" in str(detente.explain(scenario, "lost").payload())
    assert detente.brief(scenario).blocks


def test_the_chance_that_a_way_is_there_is_that_its_steps_pay() -> None:
    """At a discount of 1/2 the swap holds for a where it gets at least 2 for its 1."""
    found = claim_chances(detente.parse_scenario(WAY), draws=256).claims

    assert set(found) == {"held", "taken"}
    assert found["held"].chance.p == pytest.approx(1 / 2, abs=0.01)
