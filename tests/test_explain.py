"""Does an explanation lead to its verdict, down to the lines of the file?"""

from dataclasses import replace
from fractions import Fraction

import pytest

import detente
from detente.arguments.explain import Step
from detente.errors import NotFoundError
from detente.model.claim import AcceptedBy, Attainable, Claim, VetoCosts

RIVER = detente.load("river")


def steps(step: Step) -> list[Step]:
    return [step, *(each for inner in step.steps for each in steps(inner))]


def said(subject: str) -> dict[str, int | None]:
    found = detente.explain(RIVER, subject)
    return {each.text: each.line for top in found.steps for each in steps(top)}


def test_a_gain_is_explained_by_the_lines_it_adds_up() -> None:
    texts = said("package engineers' draft")

    assert texts["Upland gains 3 (1 to 5) and takes it"] == 17
    assert texts["half: −8"] == 23
    assert texts["yearly fee: 12 (10 to 14)"] == 24
    assert texts["less what it has without a deal: 0"] == 47
    assert texts["with spot prices read as 'stay high': refused by Upland [market report]"] == 46


def test_a_nonstarter_is_explained_by_the_red_line_in_its_way() -> None:
    texts = said("resident inspectors")

    assert texts["every outcome that holds it crosses a red line of Upland"] == 17
    assert texts["refuses resident"] == 26


def test_a_veto_is_explained_with_what_the_party_could_put_up_with() -> None:
    texts = said("senate")

    assert "a loss of at most 2 points: 56 (33 to 140)" in texts
    assert texts["with spot prices read as 'stay high': nothing [market report]"] == 46
    assert any(text.startswith("its veto costs 19.6%") for text in texts)


def test_what_has_a_title_is_found_by_it_too() -> None:
    by_id, by_title = (detente.explain(RIVER, name) for name in ("veto senate", "Upland senate"))

    assert by_title == by_id
    assert detente.explain(RIVER, "veto Upland senate") == by_id
    korea = detente.load("korea-2021")
    assert detente.improve(korea, "The op-ed, softened", by="US").package.id == "op_ed_softened"
    assert detente.insist(RIVER, "resident inspectors").verdict.demand.id == "resident inspectors"
    with pytest.raises(detente.NotFoundError, match="did you mean 'Upland senate'"):
        detente.explain(RIVER, "Upland sentate")


def test_a_misspelt_name_is_offered_every_name_and_title_once() -> None:
    with pytest.raises(detente.NotFoundError) as caught:
        detente.explain(RIVER, "xyzzy")

    offered = str(caught.value).partition("there is: ")[2].removesuffix(", …").split(", ")
    assert offered[:4] == ["resident inspectors", "engineers' draft", "status quo", "delta"]
    assert "Delta fishers" in offered
    assert len(set(offered)) == len(offered)
    assert "" not in offered


@pytest.mark.parametrize("rule", ["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"])
def test_every_rule_is_explained(rule: str) -> None:
    assert detente.explain(RIVER, rule).verdict.startswith("Upland")


@pytest.mark.parametrize("name", ["korea-2021", "salary"])
def test_everything_that_has_a_verdict_has_an_explanation_within_the_file(name: str) -> None:
    scenario = detente.load(name)
    subjects = [f"claim {each}" for each in list(scenario.claims)[:6]]
    subjects += [f"demand {each}" for each in list(scenario.demands)[:3]]
    subjects += [f"package {each}" for each in list(scenario.packages)[:2]]
    for subject in subjects:
        found = detente.explain(scenario, subject)
        lines = [each.line for top in found.steps for each in steps(top) if each.line is not None]
        assert found.steps
        assert lines
        assert min(lines) >= 1


def test_a_name_that_is_nothing_here_is_met_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="did you mean 'resident inspectors'"):
        detente.explain(RIVER, "residant inspectors")


def test_a_name_that_is_two_things_asks_for_its_kind() -> None:
    package = next(iter(RIVER.packages.values()))
    twice = replace(RIVER, packages={"resident inspectors": replace(package, id="resident inspectors")})

    with pytest.raises(NotFoundError, match="'demand resident inspectors' or 'package resident inspectors'"):
        detente.explain(twice, "resident inspectors")


def test_claims_hold_fail_or_are_contested_and_name_the_judgments_that_turn_them() -> None:
    tests = {
        "draft": Attainable(package="engineers' draft"),
        "taken": AcceptedBy("engineers' draft", ("upland", "lowland")),
        "senate": VetoCosts("senate", Fraction(1, 10), share=True),
        "delta": VetoCosts("delta", Fraction(0), at_most=True),
        "none": None,
    }
    made = {name: Claim(name, f"Claim {name}.", test=test) for name, test in tests.items()}
    found = {each.claim.id: each for each in detente.claims(replace(RIVER, claims=made)).verdicts}

    assert (found["draft"].verdict, found["draft"].flips) == ("holds", ("spot prices",))
    assert (found["taken"].verdict, found["taken"].flips) == ("holds", ("spot prices",))
    assert (found["senate"].verdict, found["senate"].likely, found["senate"].flips) == (
        "contested",
        True,
        ("spot prices",),
    )
    assert (found["delta"].verdict, found["delta"].flips) == ("holds", ())
    assert (found["none"].verdict, found["none"].likely) == ("untestable", None)


GROUNDED = """
detente: 1
title: Reasons everywhere
issues: {a: {options: [a0, a1]}, b: {options: [b0, b1]}, c: {options: [c0, c1]}}
parties:
  x: {worth: {a: {a1: 5}, b: {b1: -9}, c: {c1: 2}}}
  y:
    worth: {a: {a1: 2}, b: {b1: 4}, c: {c1: 2}}
    refuses: {c: {c1: {why: it has promised, source: Speech 2001}}}
interactions:
  - {when: {a: a1, b: b1}, worth: {x: 1}, why: they go together, source: book}
conditions:
  - {when: {a: a1}, requires: {b: b1}, why: the law says so, source: Act 7}
  - {never: {b: b1, c: c0}, why: the purse is short, source: Budget 2002}
  - {when: {c: c0}, requires: {b: b0}, why: it needs nothing else, source: Act 8}
judgments:
  J:
    readings:
      high: {add: {x: {worth: {b: {b1: 9}}}}, why: it pays, source: Camp One}
      low: {why: no, source: Camp Two}
demands: {D: {by: x, terms: {a: a1}, why: its base wants it, source: Paper 2003}}
packages: {P: {terms: {a: a1, b: b1, c: c1}, why: offered once, source: A leaflet}}
claims: {C: {says: So it is., by: N. N., test: {package: P, is: attainable}, why: as they say, source: Op-ed 2004}}
sources: {book: "A. Author, The Book (Press 1999)"}
"""


def test_an_explanation_names_the_conditions_that_bind_with_their_lines_reasons_and_sources() -> None:
    found = detente.explain(detente.parse_scenario(GROUNDED), "demand D")
    nearest = next(each for each in found.steps if each.text.startswith("the outcome that holds it and comes nearest"))
    bound = next(each for each in nearest.steps if each.text == "the conditions that bind there")

    assert [(each.text, each.line) for each in bound.steps] == [
        ("a: a1 requires b: b1; the law says so [Act 7]", 13),
        ("never b: b1 together with c: c0; the purse is short [Budget 2002]", 14),
    ]


@pytest.mark.parametrize(
    ("subject", "step"),
    [
        ("demand D", "the demand: a: a1; its base wants it [Paper 2003]"),
        ("demand D", "a1 and b1 together: 1; they go together [Author 1999]"),
        ("package P", "the terms: a1; b1; c1; offered once [A leaflet]"),
        ("package P", "refuses c1; it has promised [Speech 2001]"),
        ("package P", "with J read as 'high': refused by y; it pays [Camp One]"),
        ("claim C", "'So it is.' (N. N.); as they say [Op-ed 2004]"),
    ],
)
def test_every_step_that_rests_on_the_file_gives_its_reason_and_its_source(subject: str, step: str) -> None:
    scenario = detente.parse_scenario(GROUNDED)

    assert step in [each.text for top in detente.explain(scenario, subject).steps for each in steps(top)]
