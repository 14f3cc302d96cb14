"""Is every mistake about commitments, time and roadmaps told at its place, and does nothing else happen?"""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.errors import ScenarioError
from detente.io import check_text, parse_scenario, read
from detente.io.log import parse_log
from detente.model.log import Promised
from detente.model.quantity import Quantity
from test_roadmap import E3

LADDERS = """
detente: 1
title: Two ladders
parties: {A: {worth: {x: {x1: 1, x2: 3}}}, B: {worth: {y: {y1: 1..2}}}}
issues:
  x: {by: A, options: {x0: {}, x1: {reversible: true, months: 2, verifiable: 80}, x2: {needs: {y: y1}}}}
  y: {by: B, ladder: false, options: {y0: {}, y1: {reversible: 3, flow: true, detection: 4}, y2: {lump: true}}}
packages: {p: {terms: {x: x2, y: y1}}}
roadmaps: {draft: {package: p, rounds: [["y: y1"], ["x: x1"], ["x: x2"]]}}
"""


def test_what_the_file_says_of_commitments_is_what_the_scenario_holds() -> None:
    found = parse_scenario(E3)

    assert list(found.commitments) == ["A1", "A2", "A3", "B1", "B2", "B3", "rA"]
    assert found.commitments["B3"].needs == ("A2", "B1")
    assert found.commitments["A1"].lump["B"].likely == 5
    assert found.commitments["rA"].reversible
    assert found.commitments["rA"].flow["A"].likely == Fraction(-1, 5)
    assert found.course.patience["A"].likely == Fraction(9, 10)
    assert found.course.completion["B"].likely == 1
    assert found.course.discount == Fraction(99, 100)


def test_what_options_say_of_time_and_of_undoing_is_kept() -> None:
    found = parse_scenario(LADDERS)
    x, y = found.issues["x"], found.issues["y"]

    assert (x.ladder, y.ladder) == (True, False)
    assert x.options["x2"].needs == {"y": "y1"}
    assert isinstance(y.options["y1"].reversible, Quantity)
    assert [option.pays for option in y.options.values()] == [None, "flow", "lump"]
    made = {each.id: each for each in detente.commitments(found, "p")}
    assert made["x: x2"].needs == ("x: x1", "y: y1")
    assert made["x: x1"].detection is not None
    assert made["x: x1"].detection.likely == 3
    assert made["y: y1"].undoing is not None
    assert found.roadmaps["draft"].rounds == (("y: y1",), ("x: x1",), ("x: x2",))
    rows = [each.name for each in detente.roadmap(found, package="p", force=True).comparison]
    assert "draft" in rows


MISTAKES = [
    ("B1: {by: B, lump: {A: 4, B: -2}}", "B1: {lump: {A: 4, B: -2}}", "9:7", "'by' is missing"),
    ("B1: {by: B, lump: {A: 4, B: -2}}", "B1: {by: [], lump: {A: 4}}", "9:3", "somebody must carry it out"),
    ("B1: {by: B, lump: {A: 4", "B1: {by: C, lump: {A: 4", "9:12", "no party named 'C'"),
    ("needs: [A1]}\n  A3", "needs: [A9]}\n  A3", "7:44", "no commitment named 'A9'"),
    ("A1: {by: A, lump: {A: -3, B: 5}}", "A1: {by: A, needs: [A2]}", "6:3", "these wait for one another: 'A1'"),
    ("patience: {A: 0.9", "patience: {A: 1", "13:12", "patience is a discount per period, above 0 and below 1"),
    ("patience: {A: 0.9", "patience: {A: 0..0.5", "13:12", "patience is a discount per period"),
    ("stake: {A: 0", "stake: {A: -1", "15:9", "a stake cannot be below 0"),
    ("title: Example", "breakdown: 1\ntitle: Example", "3:12", "a chance of breakdown per period lies from 0"),
    ("title: Example", "discount: 0\ntitle: Example", "3:11", "the reference discount lies above 0 and below 1"),
    ("reversible: true}", "reversible: -2}", "12:52", "undoing cannot cost less than nothing"),
    ("reversible: true}", "months: -2}", "12:48", "months cannot be below 0"),
    ("reversible: true}", "detection: 5000}", "12:51", "detection cannot be above 1,200"),
    ("title: Example", "roadmaps: {r: {rounds: [[A1], [A1, A2]]}}\ntitle: Example", "3:32", "'A1' comes twice"),
    ("title: Example", "roadmaps: {r: {rounds: [[A1]]}}\ntitle: Example", "3:16", "these commitments are in no round"),
    ("title: Example", "roadmaps: {r: {package: p, rounds: []}}\ntitle: Example", "3:25", "no package named 'p'"),
]


@pytest.mark.parametrize(("right", "wrong", "place", "message"), MISTAKES, ids=[each[1][:40] for each in MISTAKES])
def test_a_mistake_is_told_at_its_place(right: str, wrong: str, place: str, message: str) -> None:
    assert right in E3
    errors, _ = check_text(E3.replace(right, wrong, 1), "e3.yaml")

    told = {f"{each.line}:{each.column}": each.message for each in errors}
    assert place in told, told
    assert message in told[place]


def test_all_that_wait_for_one_another_are_told_at_once() -> None:
    text = "detente: 1\ntitle: t\nparties: {A: {}}\ncommitments:\n"
    text += "".join(f"  {k}: {{by: A, needs: [{needs}]}}\n" for k, needs in {"c": "d, c", "d": "e", "e": "d"}.items())
    errors, _ = check_text(text)

    waiting = [(each.line, each.message) for each in errors if "wait for one another" in each.message]
    assert waiting == [
        (5, "these wait for one another: 'c' needs 'c'"),
        (6, "these wait for one another: 'd' needs 'e' needs 'd'"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("needs: {y: y1}", "needs: {y: y9}", "no option named 'y9'"),
        ("needs: {y: y1}", "needs: {z: y1}", "no issue named 'z'"),
        ("needs: {y: y1}", "needs: {x: x1}", "an option can need options of other issues only"),
        ("y2: {lump: true}", "y2: {lump: true, flow: true}", "one of the two"),
        ("flow: true, detection: 4", "needs: {x: x2}", "these wait for one another"),
    ],
)
def test_a_mistake_in_an_option_is_told(right: str, wrong: str, message: str) -> None:
    errors, _ = check_text(LADDERS.replace(right, wrong, 1))

    assert any(message in each.message for each in errors), errors


def test_an_issue_that_nobody_carries_out_cannot_be_planned() -> None:
    with pytest.raises(ScenarioError, match="nobody carries it out") as caught:
        detente.roadmap(parse_scenario(LADDERS.replace("y: {by: B,", "y: {")), package="p", force=True)

    assert caught.value.problems[0].line == 7


def test_a_package_that_leaves_out_what_an_option_needs_cannot_be_planned() -> None:
    with pytest.raises(detente.InfeasibleError, match="needs 'y1' of y first"):
        detente.commitments(parse_scenario(LADDERS), {"x": "x2"})


@settings(max_examples=200)
@given(st.data())
def test_any_change_of_a_file_with_commitments_is_a_scenario_or_an_error_with_a_place(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([E3, LADDERS]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    odd = ["", "A1", "1e9", "[", "}", ": ", "needs: [A3]", "true", "-1", "0.5..2", "\n", "by: A"]
    loaded = read(text[:start] + data.draw(st.sampled_from(odd)) + text[end:])

    assert (loaded.scenario is None) == bool(loaded.errors)
    assert all(problem.line >= 1 and problem.message for problem in loaded.errors)
    if loaded.scenario is not None:
        with suppress(detente.DetenteError), detente.time_limit(5):
            package = "p" if "p" in loaded.scenario.packages else None
            detente.roadmap(loaded.scenario, package=package, force=True).payload()


LOG = "log: 1\nstart: 2021-03-01\nrounds: [[A1], [B1]]\nevents:\n  - {date: 2021-03-15, done: A1, why: so}\n"


@settings(max_examples=200)
@given(st.data())
def test_any_change_of_a_log_is_a_log_or_an_error_with_a_place(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(LOG)))
    end = data.draw(st.integers(start, min(len(LOG), start + 12)))
    new = data.draw(st.sampled_from(["", "A1", "2021-02-30", "[", "}", ": ", "broken: B1", "\n", "- x", "&a [*a]"]))
    problems: tuple[detente.Problem, ...] = ()
    try:
        found = parse_log(LOG[:start] + new + LOG[end:], Promised({"A1": (), "B1": ("A1",)}, frozenset({"B1"})))
    except ScenarioError as error:
        found, problems = None, error.problems

    assert (found is None) == bool(problems)
    assert all(problem.line >= 1 and problem.message for problem in problems)


PLAN = E3 + "roadmaps:\n  p: {rounds: [[B1], [A1], [rA], [B2, A2], [A3], [B3]]}\n"


@pytest.mark.parametrize(
    ("rounds", "message"),
    [
        ("[[B1], [A2], [A1], [rA], [B2], [A3], [B3]]", "'A2' needs 'A1' in an earlier round"),
        ("[[B1, A1, A2], [rA], [B2], [A3], [B3]]", "'A2' needs 'A1' in an earlier round"),
    ],
)
def test_a_roadmap_of_the_file_that_is_out_of_order_is_warned_of(rounds: str, message: str) -> None:
    errors, warnings = check_text(PLAN.replace("[[B1], [A1], [rA], [B2, A2], [A3], [B3]]", rounds))

    assert errors == ()
    assert [each.message for each in warnings] == [message]
    assert check_text(PLAN) == ((), ())


@pytest.mark.parametrize("rounds", ["[]", "[[B1], [], [A1], [rA], [B2, A2], [A3], [B3]]"])
def test_a_roadmap_without_a_round_or_with_an_empty_one_is_an_error(rounds: str) -> None:
    errors, _ = check_text(PLAN.replace("[[B1], [A1], [rA], [B2, A2], [A3], [B3]]", rounds))

    assert "a roadmap has at least one round, and no round is empty" in [each.message for each in errors]


def test_that_more_commitments_are_in_no_round_than_are_named_is_told() -> None:
    errors, _ = check_text(PLAN.replace("[[B1], [A1], [rA], [B2, A2], [A3], [B3]]", "[[B1]]"))

    assert [each.message for each in errors] == ["these commitments are in no round: 'A1', 'A2', 'A3', 'B2', 'B3', …"]


def test_issues_beside_commitments_are_told_not_to_be_planned_and_a_scenario_has_some_of_either() -> None:
    text = "detente: 1\ntitle: x\nparties: {A: {}, B: {}}\nissues: {x: {by: A, options: [a, b]}}\n"
    _, warnings = check_text(text + "commitments: {A1: {by: A, lump: {A: -1, B: 2}}}\n")
    errors, _ = check_text(text.replace("issues: {x: {by: A, options: [a, b]}}", "commitments: {}"))

    assert [(each.line, each.message.partition(":")[0]) for each in warnings] == [
        (5, "commitments are listed, so these are planned; the issues are not, unless a package or rule is named")
    ]
    assert [(each.line, each.message) for each in errors] == [(4, "a scenario needs at least one commitment")]


def test_a_log_that_is_taken_for_a_scenario_is_called_a_log() -> None:
    errors, _ = check_text(LOG)

    assert [each.message for each in errors] == [
        "this is a log of a roadmap, no scenario; to check it: detente roadmap SCENARIO --log LOG"
    ]


def test_a_mistyped_key_of_an_event_is_told_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_log(LOG.replace("done:", "doen:"), Promised({"A1": (), "B1": ("A1",)}, frozenset({"B1"})))

    assert [each.message for each in caught.value.problems] == ["unknown key 'doen'; did you mean 'done'?"]
