"""Is the frontier exactly what looking at every outcome would give, and does it behave as the theory says?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import judge
from detente import catalog
from detente.analysis import compile as compiling
from detente.analysis import counting, layout
from detente.analysis.frontier import Frontier, frontier
from detente.analysis.tables import plain
from detente.analysis.vetoes import kept_in_words, vetoes
from detente.io import parse_scenario
from detente.model.party import Role
from detente.model.scenario import Scenario
from strategies import Node, readings_of, scenario_of, trees

RIVER = Path(catalog.__file__).parent / "cases" / "river.yaml"
SETTINGS = settings(max_examples=40)


def vectors(found: Frontier, world: judge.World) -> set[judge.Vector]:
    """The exact worth, to all who must agree, of the terms of every point."""
    return {tuple(judge.worth(world, name, dict(point.terms)) for name in found.parties) for point in found.points}


def expected_vectors(world: judge.World) -> set[judge.Vector]:
    acceptable = judge.Search(world).acceptable()
    return judge.undominated({tuple(judge.worth(world, name, o) for name in world.binding) for o in acceptable})


def is_the_judges(found: Frontier, world: judge.World) -> None:
    search = judge.Search(world)
    acceptable = search.acceptable()

    assert found.parties == world.binding
    assert found.outcomes == len(list(judge.outcomes(world)))
    assert found.acceptable.exact == len(acceptable)
    assert vectors(found, world) == expected_vectors(world)
    assert len(found.points) == len(vectors(found, world))
    for point in found.points:
        outcome = dict(point.terms)
        assert outcome in acceptable
        assert point.worth == {name: plain(judge.worth(world, name, outcome)) for name in world.sides}
        assert point.gains == {name: plain(judge.gain(world, name, outcome)) for name in world.sides}


@settings(max_examples=120)
@given(trees())
def test_the_frontier_is_what_looking_at_every_outcome_gives(tree: Node) -> None:
    is_the_judges(frontier(scenario_of(tree)), judge.world_of(tree))


def kept(world: judge.World, name: str, bound: str) -> float | None:
    """The part of what passes where a party is only heard that passes with its veto."""
    heard = judge.Heard(world, name, bound)
    return len(heard.let_pass) / len(heard.view.passing) if heard.view.passing else None


@SETTINGS
@given(trees())
def test_what_each_veto_keeps_of_the_attainable_is_counted_exactly(tree: Node) -> None:
    world = judge.world_of(tree)

    for bound, found in counting.counted(scenario_of(tree).settled(), ends=True).items():
        assert found.number.exact == len(judge.Search(world, bound).acceptable())
        others = [name for name in world.sides if name not in world.principals]
        assert found.kept == {name: kept(world, name, bound) for name in others}


@SETTINGS
@given(trees(), st.data())
def test_the_frontier_under_any_reading_is_what_looking_at_every_outcome_gives(tree: Node, data: st.DataObject) -> None:
    reading = data.draw(st.sampled_from(readings_of(tree)))

    is_the_judges(frontier(scenario_of(tree).assuming(reading)), judge.world_of(tree, reading))


@settings(max_examples=30)
@given(trees())
def test_a_file_in_yaml_gives_the_frontier_of_the_same_file_in_json(tree: Node) -> None:
    text = yaml.safe_dump(tree, sort_keys=False)

    is_the_judges(frontier(parse_scenario(text, "random.yaml")), judge.world_of(tree))


@pytest.mark.parametrize(("module", "name"), [(compiling, "WIDE"), (compiling, "DIGIT"), (layout, "DIGIT")])
def test_the_counts_hold_whichever_way_the_rules_are_followed(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, 2)

    @SETTINGS
    @given(trees())
    def check(tree: Node) -> None:
        is_the_judges(frontier(scenario_of(tree)), judge.world_of(tree))

    check()


def test_the_counts_hold_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_BLOCK", 7)

    @SETTINGS
    @given(trees())
    def check(tree: Node) -> None:
        is_the_judges(frontier(scenario_of(tree)), judge.world_of(tree))

    check()


def test_a_count_by_draws_says_so_and_comes_near(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = frontier(scenario_of(judge.tree_of(RIVER))).acceptable.exact
    monkeypatch.setattr(counting, "_LISTED", 1)
    monkeypatch.setattr(counting, "_PAIRS", 0)
    count = frontier(scenario_of(judge.tree_of(RIVER))).acceptable

    assert exact is not None
    assert count.exact is None
    assert count.standard_error is not None
    assert abs(count.best - exact) < 5 * count.standard_error


def test_that_nothing_is_acceptable_is_exact_also_where_the_rest_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    river = judge.tree_of(RIVER)
    senate = {"role": "veto", "worth": {"water": {"half": "-5..5", "full": "-5..5"}}, "reservation": "1..3"}
    tree = {**river, "parties": {**river["parties"], "senate": senate}}
    scenario, world = scenario_of(tree), judge.world_of(tree)
    ends = [bool(judge.View(world, bound).passing) for bound in ("low", "likely", "high")]
    monkeypatch.setattr(counting, "_LISTED", 1)
    monkeypatch.setattr(counting, "_PAIRS", 0)
    found = frontier(scenario)

    assert ends == [False, False, True]
    assert [found.counts[bound].exact for bound in ("low", "likely")] == [0, 0]
    assert found.counts["high"].exact is None
    assert found.payload()["acceptable_range"]["contested"] is True
    kept = vetoes(scenario).prices["senate"]
    assert (kept.kept, kept.sampled) == (0, True)
    assert kept_in_words(kept).startswith("about 0%")


def test_listing_is_as_exact_as_counting_where_equal_gains_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_PAIRS", 0)

    @SETTINGS
    @given(trees())
    def check(tree: Node) -> None:
        is_the_judges(frontier(scenario_of(tree)), judge.world_of(tree))

    check()


@SETTINGS
@given(trees())
def test_nothing_on_the_frontier_is_beaten_by_anything_acceptable(tree: Node) -> None:
    world = judge.world_of(tree)
    found = vectors(frontier(scenario_of(tree)), world)
    others = [
        tuple(judge.worth(world, name, outcome) for name in world.binding)
        for outcome in judge.Search(world).acceptable()
    ]

    assert not any(judge.dominates(other, point) for point in found for other in others)


@SETTINGS
@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_issues_does_not_matter(tree: Node, chance: st.randoms) -> None:  # type: ignore[valid-type]
    names = list(tree["issues"])
    chance.shuffle(names)  # type: ignore[attr-defined]
    turned = {**tree, "issues": {name: tree["issues"][name] for name in names}}
    one, other = frontier(scenario_of(tree)), frontier(scenario_of(turned))
    world = judge.world_of(tree)

    assert vectors(one, world) == vectors(other, world)
    assert (one.outcomes, one.acceptable) == (other.outcomes, other.acceptable)


@SETTINGS
@given(trees())
def test_the_order_of_parties_does_not_matter(tree: Node) -> None:
    turned = {**tree, "parties": dict(reversed(tree["parties"].items()))}
    world = judge.world_of(tree)
    one, other = frontier(scenario_of(tree)), frontier(scenario_of(turned))

    assert {frozenset(zip(one.parties, v, strict=True)) for v in vectors(one, world)} == {
        frozenset(zip(other.parties, v, strict=True)) for v in vectors(other, world)
    }


def without(scenario: Scenario, issue: str, option: str) -> Scenario:
    """The scenario with an option struck out."""
    left = {name: each for name, each in scenario.issues[issue].options.items() if name != option}
    return replace(scenario, issues={**scenario.issues, issue: replace(scenario.issues[issue], options=left)})


def best(scenario: Scenario) -> dict[str, float]:
    """The most that each principal can get, over acceptable outcomes."""
    found = frontier(scenario)
    return {
        name: max((point.worth[name] for point in found.points), default=float("-inf"))
        for name in found.parties
        if scenario.settled().parties[name].role is Role.PRINCIPAL
    }


@SETTINGS
@given(trees(quorum=False, judged=False))
def test_a_veto_removed_never_lowers_what_a_principal_can_get_at_best(tree: Node) -> None:
    scenario = scenario_of(tree)
    vetoes = [name for name, party in scenario.parties.items() if party.role is Role.VETO]
    with_all = best(scenario)

    for veto in vetoes:
        freed = best(scenario.with_roles({veto: Role.CONSULTED}))
        assert all(freed[name] >= most for name, most in with_all.items())


@SETTINGS
@given(trees(judged=False), st.data())
def test_an_option_added_never_lowers_what_a_principal_can_get_at_best(tree: Node, data: st.DataObject) -> None:
    scenario = scenario_of(tree)
    removable = [
        (issue.id, option)
        for issue in scenario.issues.values()
        for option in issue.options
        if option != issue.status_quo
    ]
    if removable:
        issue, option = data.draw(st.sampled_from(removable))
        fewer, more = best(without(scenario, issue, option)), best(scenario)

        assert all(more[name] >= most for name, most in fewer.items())


def test_the_river_leaves_three_outcomes_on_the_frontier_out_of_21_allowed() -> None:
    scenario = parse_scenario(RIVER.read_text(encoding="utf-8"))
    found = frontier(scenario)

    assert found.outcomes == 21
    assert found.parties == ("upland", "lowland", "senate")
    is_the_judges(found, judge.world_of(judge.tree_of(RIVER)))


def test_an_empty_frontier_counts_nothing() -> None:
    tree = {
        "detente": "1",
        "title": "No deal",
        "issues": {"x": {"options": ["no", "yes"]}},
        "parties": {"a": {"reservation": 2, "worth": {"x": {"yes": 1}}}},
    }
    found = frontier(scenario_of(tree))

    assert found.points == ()
    assert found.acceptable.exact == 0
    assert found.outcomes == 2


def additive(sizes: int, issues: int) -> tuple[Node, list[list[tuple[int, int]]]]:
    """A scenario of two parties whose issues do not hang together, and what each option is worth to the two."""
    pairs = [[((3 * k + 2 * j) % 5 - 2, (2 * k + 3 * j + j * j) % 7 - 3) for j in range(sizes)] for k in range(issues)]
    pairs = [[(0, 0), *each[1:]] for each in pairs]
    tree: Node = {
        "detente": "1",
        "title": "Additive",
        "issues": {f"i{k}": {"options": [f"o{j}" for j in range(sizes)]} for k in range(issues)},
        "parties": {
            name: {"worth": {f"i{k}": {f"o{j}": pair[who] for j, pair in enumerate(e)} for k, e in enumerate(pairs)}}
            for who, name in enumerate(["a", "b"])
        },
    }
    return tree, pairs


def reached(pairs: list[list[tuple[int, int]]]) -> dict[tuple[int, int], int]:
    """How many outcomes have each pair of gains, one issue after the other."""
    found = {(0, 0): 1}
    for options in pairs:
        after: dict[tuple[int, int], int] = {}
        for (a, b), number in found.items():
            for x, y in options:
                after[a + x, b + y] = after.get((a + x, b + y), 0) + number
        found = after
    return found


def counted(pairs: Sequence[Sequence[tuple[int, int]]]) -> Counter[tuple[int, int]]:
    """In how many ways each pair of sums is reached."""
    sums = Counter({(0, 0): 1})
    for options in pairs:
        fresh: Counter[tuple[int, int]] = Counter()
        for (a, b), number in sums.items():
            for x, y in options:
                fresh[a + x, b + y] += number
        sums = fresh
    return sums


def test_a_frontier_over_more_than_1e20_outcomes_is_exact() -> None:
    tree, pairs = additive(10, 21)
    staircase: set[judge.Vector] = set()
    for a, b in sorted(reached(pairs), reverse=True):
        if min(a, b) >= 0 and b > max((y for _, y in staircase), default=-1):
            staircase.add((Fraction(a), Fraction(b)))
    found = frontier(scenario_of(tree))

    assert found.outcomes == 10**21 > 10**20
    assert {(point.worth["a"], point.worth["b"]) for point in found.points} == staircase
    assert vectors(found, judge.world_of(tree)) == staircase
    assert found.acceptable.exact == sum(n for (a, b), n in counted(pairs).items() if min(a, b) >= 0)
