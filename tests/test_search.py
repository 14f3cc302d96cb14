"""Does a question to the engine get the judge's answer: alone or among many, narrowed, at any end of the ranges?"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import judge
from detente.analysis import compile as compiling
from detente.analysis import layout, limits
from detente.analysis.bargaining import agreements
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, count_allowed
from detente.analysis.tables import BOUNDS
from detente.errors import TooLargeError
from detente.kernels import elimination
from detente.model.scenario import Scenario
from strategies import Node, outcomes_of, readings_of, scenario_of, sets_of, some_terms, trees

FEW = settings(max_examples=40)

Pair = tuple[Question, judge.Search]


def holds_against(answer: Answer, search: judge.Search) -> None:
    """Every point is what the judge says of its outcome, and nothing better is missing."""
    question, world = answer.question, search.world
    parties, near = question.weighed, None if question.near is None else dict(question.near)
    allowed = search.allowed()
    found = set()
    for point in range(len(answer.accepted)):
        outcome = dict(answer.outcome(point))
        gains = search.gains(outcome, parties)

        assert outcome in allowed
        assert tuple(answer.gain(name, point) for name in parties) == gains
        for name in parties:
            taken = judge.accepts(world, name, outcome, search.bound, search.red_lines)
            assert answer.accepts[name][point] == taken
        assert answer.accepted[point] == judge.passes(world, outcome, search.bound, search.red_lines)
        if near is not None:
            assert answer.changes is not None
            assert answer.changes[point] == judge.changed(outcome, near)
            gains = (*gains, -judge.changed(outcome, near))
        if answer.accepted[point]:
            found.add(gains)
    assert judge.undominated(found) == search.frontier(parties, near)
    if question.ties:
        settles_as(answer, search)


def settles_as(answer: Answer, search: judge.Search) -> None:
    """Every rule settles on the judge's outcome, and counts as many ties."""
    settled, expected = agreements(answer), search.bargain()

    assert (settled is None) == (expected is None)
    for rule, chosen in (expected or {}).items():
        assert settled is not None
        assert settled[rule].point.terms == chosen.outcome, rule
        assert settled[rule].ties == chosen.ties, rule


def content(answer: Answer) -> Counter[object]:
    """Everything in an answer, whatever order its points are in."""
    parties = answer.question.weighed
    rows = range(len(answer.accepted))
    return Counter(
        (
            tuple(answer.gain(name, k) for name in parties),
            tuple(bool(answer.accepts[name][k]) for name in parties),
            bool(answer.accepted[k]),
            tuple(answer.outcome(k).items()),
            None if answer.count is None else int(answer.count[k]),
            None if answer.changes is None else int(answer.changes[k]),
        )
        for k in rows
    )


@st.composite
def asked(draw: st.DrawFn, tree: Node, readings: dict[str, str], settled: Scenario) -> Pair:
    """A question with the same question to the judge."""
    world = judge.world_of(tree, readings)
    options = {name: list(each) for name, each in world.issues.items()}
    narrowed = st.none() | some_terms(options, 2).map(lambda node: sets_of(options, node))
    search = judge.Search(
        world,
        bound=draw(st.sampled_from(BOUNDS)),
        holding=draw(narrowed),
        lacking=draw(narrowed),
        red_lines=draw(st.booleans()),
    )
    consulted = world.those("consulted")
    question = Question(
        settled,
        bound=search.bound,  # type: ignore[arg-type]  # a plain text to the judge
        holding=search.holding,  # type: ignore[arg-type]
        lacking=search.lacking,  # type: ignore[arg-type]
        also=tuple(draw(st.lists(st.sampled_from(consulted), unique=True))) if consulted else (),
        near=draw(st.none() | outcomes_of(tree)),
        red_lines=search.red_lines,
        ties=draw(st.booleans()),
    )
    return question, search


@st.composite
def interrogations(draw: st.DrawFn, least: int = 1, most: int = 4) -> tuple[Node, list[Pair]]:
    """A scenario with some questions about it, under its readings."""
    tree = draw(trees())
    scenario = scenario_of(tree)
    every = [(readings, scenario.assuming(readings).settled()) for readings in readings_of(tree)]
    asks = st.sampled_from(every).flatmap(lambda each: asked(tree, *each))
    return tree, [draw(asks) for _ in range(draw(st.integers(least, most)))]


@settings(max_examples=120)
@given(interrogations(most=3))
def test_every_question_is_answered_as_by_looking_at_every_outcome(case: tuple[Node, list[Pair]]) -> None:
    pairs = case[1]
    answers = ask([question for question, _ in pairs])

    for answer, (_, search) in zip(answers, pairs, strict=True):
        holds_against(answer, search)


@settings(max_examples=50)
@given(interrogations(least=4, most=10))
def test_many_questions_at_once_are_answered_as_one_by_one(case: tuple[Node, list[Pair]]) -> None:
    questions = [question for question, _ in case[1]]
    together = ask(questions)
    alone = [ask([question])[0] for question in questions]

    assert [answer.question for answer in together] == questions
    assert [content(answer) for answer in together] == [content(answer) for answer in alone]


@FEW
@given(trees(judged=True), st.data())
def test_readings_of_one_shape_asked_together_do_not_leak_into_each_other(tree: Node, data: st.DataObject) -> None:
    scenario = scenario_of(tree)
    pairs = [
        (reading, bound)
        for reading in readings_of(tree, 9)
        for bound in data.draw(st.permutations(BOUNDS).map(lambda some: some[:2]))
    ]
    questions = [Question(scenario.assuming(reading).settled(), bound, ties=True) for reading, bound in pairs]
    answers = ask(questions)

    for answer, (reading, bound) in zip(answers, pairs, strict=True):
        holds_against(answer, judge.Search(judge.world_of(tree, reading), bound))


@pytest.mark.parametrize("wide", [0, 1, 3])
def test_rules_followed_by_flags_give_the_same_answers(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "WIDE", wide)

    @FEW
    @given(interrogations(most=2))
    def check(case: tuple[Node, list[Pair]]) -> None:
        for answer, (_, search) in zip(ask([q for q, _ in case[1]]), case[1], strict=True):
            holds_against(answer, search)
            assert count_allowed(answer.question.scenario) == len(list(judge.outcomes(search.world)))

    check()


@pytest.mark.parametrize("rows", [0, 30])
def test_questions_too_wide_to_be_solved_together_are_solved_apart(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS_TOGETHER", rows)

    @FEW
    @given(interrogations(most=4))
    def check(case: tuple[Node, list[Pair]]) -> None:
        for answer, (_, search) in zip(ask([q for q, _ in case[1]]), case[1], strict=True):
            holds_against(answer, search)

    check()


@pytest.mark.parametrize("block", [1, 7])
def test_small_blocks_give_the_same_answers(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elimination, "BLOCK", block)

    @FEW
    @given(interrogations(most=2))
    def check(case: tuple[Node, list[Pair]]) -> None:
        for answer, (_, search) in zip(ask([q for q, _ in case[1]]), case[1], strict=True):
            holds_against(answer, search)

    check()


@pytest.mark.parametrize("digit", [1, 6])
def test_codes_of_many_digits_and_big_integers_give_the_same_answers(
    digit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "DIGIT", digit)
    monkeypatch.setattr(layout, "DIGIT", digit)

    @FEW
    @given(interrogations(most=2))
    def check(case: tuple[Node, list[Pair]]) -> None:
        for answer, (_, search) in zip(ask([q for q, _ in case[1]]), case[1], strict=True):
            holds_against(answer, search)

    check()


def file(parties: Node, issues: Node, **more: Any) -> Node:
    """The tree of a file."""
    return {"detente": "1", "title": "By hand", "issues": issues, "parties": parties, **more}


def two_issues(**options: Sequence[str]) -> Node:
    return {name: {"options": list(each)} for name, each in options.items()}


def test_many_contexts_of_numbers_near_the_limit_of_a_machine_word_are_compared_exactly() -> None:
    most = "999999999.999999999"
    issues = {name: {"options": [f"{name}{k}" for k in range(6)]} for name in ("x", "y", "z")}
    tree = file(
        {
            "a": {"worth": {"x": {"x1": most, "x2": f"-{most}"}, "y": {"y1": "0.000000001"}, "z": {"z3": 7}}},
            "b": {"worth": {"x": {"x1": f"-{most}", "x2": most}, "y": {"y2": "0.000000001"}, "z": {"z2": 7}}},
        },
        issues,
        interactions=[{"when": {"x": f"x{k}", "y": f"y{k}"}, "worth": {"a": k, "b": -k}} for k in range(1, 6)]
        + [{"when": {"y": f"y{k}", "z": f"z{k}"}, "worth": {"a": k, "b": k}} for k in range(1, 6)],
    )
    answer = ask([Question(scenario_of(tree), ties=True)])[0]

    assert answer.gains.dtype != object
    holds_against(answer, judge.Search(judge.world_of(tree)))


def test_gains_beyond_a_machine_word_are_exact() -> None:
    tree = file(
        {
            "a": {"worth": {"x": {"x1": "1e12", "x2": "999999999999.999999999"}, "y": {"y1": "1e-9"}}},
            "b": {"worth": {"x": {"x1": "-1e12", "x2": "-999999999999.999999999"}, "y": {"y1": "1e12"}}},
        },
        two_issues(x=["x0", "x1", "x2"], y=["y0", "y1"]),
    )
    answer = ask([Question(scenario_of(tree), ties=True)])[0]

    assert answer.gains.dtype == object
    holds_against(answer, judge.Search(judge.world_of(tree)))


def test_one_table_of_worth_used_for_two_issues_is_read_for_each_of_them() -> None:
    issues = two_issues(x=["low", "high"], y=["low", "high"])
    issues["y"]["status_quo"] = "high"
    tree = file({"a": {"worth": {"x": {"high": 3}, "y": {"high": 3}}}}, issues)
    scenario = scenario_of(tree)
    worth = scenario.parties["a"].preferences.worth
    worth["y"] = worth["x"]  # type: ignore[index]  # as an analyst might who builds the model in Python
    answer = ask([Question(scenario)])[0]

    holds_against(answer, judge.Search(judge.world_of(tree)))


def test_one_worth_used_for_two_interactions_is_read_for_each_of_them() -> None:
    tree = file(
        {"a": {"worth": {"x": {"high": 3}}}},
        two_issues(x=["low", "high"], y=["low", "high"]),
        interactions=[
            {"id": "first", "when": {"x": "low"}, "worth": {"a": 1}},
            {"id": "second", "when": {"x": "high", "y": "high"}, "worth": {"a": 1}},
        ],
    )
    scenario = scenario_of(tree)
    rules: Any = scenario.interactions
    object.__setattr__(rules["second"], "worth", rules["first"].worth)
    answer = ask([Question(scenario)])[0]

    holds_against(answer, judge.Search(judge.world_of(tree)))


def test_too_many_red_lines_that_bind_only_in_a_vote_are_too_large() -> None:
    parties = {f"p{k}": {"worth": {"x": {"yes": k - 20}}, "refuses": {"y": ["yes"]}} for k in range(70)}
    tree = file(parties, two_issues(x=["no", "yes"], y=["no", "yes"]), agreement={"at least": 40})

    with pytest.raises(TooLargeError, match="70"):
        ask([Question(scenario_of(tree))])


def test_a_question_too_wide_names_the_issues_that_hang_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 8)
    tree = file(
        {"a": {"worth": {"x": {"x1": 1}}}},
        two_issues(x=["x0", "x1", "x2"], y=["y0", "y1", "y2"], z=["z0", "z1"]),
        interactions=[{"when": {"x": "x1", "y": "y1"}, "worth": {"a": 1}}],
    )

    with pytest.raises(TooLargeError, match=r"the issues .* hang together and need 9 points"):
        ask([Question(scenario_of(tree))])


def test_a_flat_end_that_a_reading_adds_to_is_still_one_judged_number() -> None:
    tree = file(
        {"a": {"worth": {"fee": {"1": "10..14"}}}},
        {"fee": {"range": {"from": 0, "to": 2, "step": 1}}},
        judgments={"j": {"likely": "more", "readings": {"more": {"add": {"a": {"worth": {"fee": {"1": "1..2"}}}}}}}},
    )
    questions = [Question(scenario_of(tree).settled(), bound) for bound in BOUNDS]

    for answer, bound in zip(ask(questions), BOUNDS, strict=True):
        holds_against(answer, judge.Search(judge.world_of(tree), bound))
