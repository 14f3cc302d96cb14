"""Is nothing lost where points that cannot pass may be left out, changes are few, or work is shared?"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
import judge
from detente.analysis import compile as compiling
from detente.analysis.bargaining import agreements
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, closest
from detente.analysis.shared import shared_work
from strategies import Draw, Node, negotiations, outcomes_of, readings_of, scenario_of, sets_of, some_terms, trees

SETTINGS = settings(max_examples=60)

Pair = tuple[Question, judge.Search]


@st.composite
def interrogations(draw: Draw, **kinds: Any) -> list[Pair]:
    """Questions for what passes, with the same questions to the judge; several of one shape and of others."""
    tree = draw(trees(most_issues=4, **kinds))
    scenario = scenario_of(tree)
    readings = readings_of(tree)
    settled = [scenario.assuming(each).settled() for each in readings]
    pairs = []
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(readings) - 1))
        world = judge.world_of(tree, readings[place])
        options = {name: list(each) for name, each in world.issues.items()}
        terms = st.none() | some_terms(options, 2).map(lambda node, options=options: sets_of(options, node))
        bound = draw(st.sampled_from(["low", "likely", "high"]))
        search = judge.Search(world, bound, draw(terms), draw(terms), draw(st.booleans()))
        start = draw(st.none() | outcomes_of(tree))
        floor = draw(st.none() | st.lists(st.sampled_from(world.binding), unique=True))
        question = Question(
            settled[place],
            bound=search.bound,
            holding=search.holding,
            lacking=search.lacking,
            also=world.those("consulted")[: draw(st.integers(0, 1))],
            near=start,
            red_lines=search.red_lines,
            ties=draw(st.booleans()),
            passing=True,
            at_least=None
            if floor is None
            else {name: judge.gain(world, name, start or world.status_quo) for name in floor},
            within=None if start is None else draw(st.none() | st.integers(0, 3)),
        )
        pairs.append((question, search))
    return pairs


def accepted(answer: Answer) -> set[judge.Vector]:
    """The undominated points that pass, as far as the question asks for them."""
    question, found = answer.question, set()
    for point in answer.agreed():
        gains = {name: answer.gain(name, int(point)) for name in question.weighed}
        changes = () if answer.changes is None else (-int(answer.changes[point]),)
        enough = all(gains[name] >= least for name, least in (question.at_least or {}).items())
        if enough and (question.within is None or -changes[0] <= question.within):
            found.add((*gains.values(), *changes))
    return judge.undominated(found)


def expected(question: Question, search: judge.Search) -> set[judge.Vector]:
    found = set()
    for outcome in search.acceptable():
        gains = dict(zip(question.weighed, search.gains(outcome, question.weighed), strict=True))
        changes = () if question.near is None else (-judge.changed(outcome, dict(question.near)),)
        enough = all(gains[name] >= least for name, least in (question.at_least or {}).items())
        if enough and (question.within is None or -changes[0] <= question.within):
            found.add((*gains.values(), *changes))
    return judge.undominated(found)


def nothing_is_lost(pairs: list[Pair]) -> None:
    for answer, (question, search) in zip(ask([question for question, _ in pairs]), pairs, strict=True):
        assert accepted(answer) == expected(question, search)
        if question.ties and not question.at_least and question.within is None:
            settled, chosen = agreements(answer), search.bargain()
            assert (settled is None) == (chosen is None)
            for rule, deal in (chosen or {}).items():
                assert settled is not None
                assert (settled[rule].point.terms, settled[rule].ties) == (deal.outcome, deal.ties)


@SETTINGS
@given(interrogations(quorum=False))
def test_under_unanimity_every_undominated_point_that_passes_is_found(pairs: list[Pair]) -> None:
    nothing_is_lost(pairs)


@SETTINGS
@given(interrogations(quorum=True))
def test_under_a_quorum_every_undominated_point_that_passes_is_found(pairs: list[Pair]) -> None:
    nothing_is_lost(pairs)


def test_with_rules_followed_by_flags_every_undominated_point_that_passes_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiling, "WIDE", 1)

    @SETTINGS
    @given(interrogations())
    def check(pairs: list[Pair]) -> None:
        nothing_is_lost(pairs)

    check()


@SETTINGS
@given(trees(), st.data())
def test_the_fewest_changes_are_found_without_looking_at_all_of_them(tree: Node, data: st.DataObject) -> None:
    settled = scenario_of(tree).settled()
    world = judge.world_of(tree)
    starts = [data.draw(outcomes_of(tree)) for _ in range(2)]
    search = judge.Search(world)
    answers = closest(
        [Question(settled, near=start, passing=True) for start in starts], lambda answer: bool(len(answer.agreed()))
    )

    for answer, start in zip(answers, starts, strict=True):
        assert answer.changes is not None
        fewest = [int(answer.changes[point]) for point in answer.agreed()]
        assert min(fewest, default=None) == min((judge.changed(o, start) for o in search.acceptable()), default=None)


def analyses(scenario: detente.Scenario) -> list[object]:
    """Every result, in the words of its payload."""
    whole: list[Callable[[detente.Scenario], Any]] = [
        detente.demands,
        detente.vetoes,
        detente.packages,
        detente.frontier,
        detente.bargain,
        detente.claims,
    ]
    return [each(scenario).payload() for each in whole] + [
        detente.improve(scenario, name).payload() for name in scenario.packages
    ]


@settings(max_examples=40)
@given(negotiations(quorum=None, judged=True))
def test_shared_work_changes_no_answer(tree: Node) -> None:
    every = [scenario_of(tree).assuming(readings) for readings in readings_of(tree, 2)]
    alone = [analyses(scenario) for scenario in every]
    with shared_work():
        shared = [analyses(scenario) for scenario in every]
        again = [analyses(scenario) for scenario in every]

    assert shared == alone
    assert again == alone
