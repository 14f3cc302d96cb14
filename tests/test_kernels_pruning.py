"""Does the pruning keep exactly what nobody beats, whatever the numbers, the contexts and the number of parties?"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.kernels.pruning import Exact, Groups, Ints, foremost, merged, undominated
from judge import dominates

SETTINGS = settings(max_examples=150)

Row = tuple[int, ...]
Points = tuple[list[int], list[Row]]

NEAR = st.sampled_from([0, 1, -1, 2**61, 2**61 - 1, -(2**61), 2**53, 2**53 + 1, 2**53 + 2, -(2**53) - 1])
BEYOND = st.sampled_from([0, 1, 2**63, 2**63 + 1, -(2**64), 10**30, 10**30 + 1])


@st.composite
def point_sets(draw: st.DrawFn, values: st.SearchStrategy[int]) -> Points:
    parties = draw(st.integers(1, 5))
    rows = draw(st.lists(st.tuples(*[values] * parties), max_size=25))
    contexts = st.integers(0, draw(st.sampled_from([0, 2, 1_000, 10**9])))
    return draw(st.lists(contexts, min_size=len(rows), max_size=len(rows))), rows


def arrays(points: Points, kind: type) -> tuple[Ints, Exact]:
    context, rows = points
    worth: Exact = np.array(rows, dtype=kind).reshape(len(rows), len(rows[0]) if rows else 2).T
    return np.array(context, dtype=np.int64), worth


def kept(groups: Groups) -> list[list[int]]:
    edges = [*groups.starts.tolist(), len(groups.rows)]
    return [groups.rows[a:b].tolist() for a, b in pairwise(edges)]


def are(groups: Groups, points: Points, expected: set[int]) -> None:
    """These rows are kept, in order of context, and grouped where context and worth are equal."""
    context, rows = points
    found = kept(groups)
    keys = [(context[group[0]], rows[group[0]]) for group in found]

    assert sorted(row for group in found for row in group) == sorted(expected)
    assert all((context[row], rows[row]) == key for group, key in zip(found, keys, strict=True) for row in group)
    assert len(set(keys)) == len(keys)
    assert [c for c, _ in keys] == sorted(c for c, _ in keys)


def unbeaten(points: Points, weighed: int | None = None) -> set[int]:
    context, rows = points

    def beats(one: int, other: int) -> bool:
        first = None if weighed is None else weighed
        return (
            context[one] == context[other]
            and dominates(rows[one], rows[other])
            and any(a > b for a, b in zip(rows[one][:first], rows[other][:first], strict=True))
        )

    everyone = range(len(rows))
    return {k for k in everyone if not any(beats(j, k) for j in everyone)}


CASES = [(st.integers(-3, 3), int), (NEAR, int), (NEAR, object), (BEYOND, object)]
KINDS = pytest.mark.parametrize(("values", "kind"), CASES, ids=["small", "near 2^62", "near, as objects", "beyond"])


@KINDS
def test_what_stays_is_what_no_other_point_of_its_context_beats(values: st.SearchStrategy[int], kind: type) -> None:
    @SETTINGS
    @given(point_sets(values))
    def check(points: Points) -> None:
        are(undominated(*arrays(points, kind)), points, unbeaten(points))

    check()


@KINDS
def test_with_some_parties_weighed_only_more_for_one_of_them_beats(values: st.SearchStrategy[int], kind: type) -> None:
    @SETTINGS
    @given(point_sets(values), st.integers(1, 5))
    def check(points: Points, weighed: int) -> None:
        context, worth = arrays(points, kind)
        weighed = min(weighed, len(worth))

        are(undominated(context, worth, weighed), points, unbeaten(points, weighed))

    check()


@KINDS
def test_of_points_alike_to_the_weighed_one_that_gives_the_others_more_beats_only_what_comes_after_it(
    values: st.SearchStrategy[int], kind: type
) -> None:
    @SETTINGS
    @given(point_sets(values), st.integers(0, 5), st.permutations(range(25)))
    def check(points: Points, weighed: int, places: list[int]) -> None:
        context, worth = arrays(points, kind)
        weighed, places = min(weighed, len(worth)), places[: len(context)]
        order = np.array([[place % 4 for place in places], [place // 4 for place in places]], dtype=int)

        def beats(one: int, other: int) -> bool:
            mine, theirs = points[1][one], points[1][other]
            before = mine[:weighed] == theirs[:weighed] and places[one] < places[other]
            as_much = all(a >= b for a, b in zip(mine, theirs, strict=True))
            return context[one] == context[other] and as_much and (before or mine[:weighed] != theirs[:weighed])

        everyone = range(len(context))
        expected = {k for k in everyone if not any(beats(j, k) for j in everyone)}
        found = foremost(context, np.concatenate([worth, order]), weighed, len(worth))
        assert sorted(found.rows.tolist()) == sorted(expected)

    check()


@KINDS
def test_merging_keeps_everything_and_brings_equals_together(values: st.SearchStrategy[int], kind: type) -> None:
    @SETTINGS
    @given(point_sets(values))
    def check(points: Points) -> None:
        are(merged(*arrays(points, kind)), points, set(range(len(points[1]))))

    check()


@SETTINGS
@given(point_sets(NEAR))
def test_the_points_given_are_left_as_they_were(points: Points) -> None:
    context, worth = arrays(points, int)
    before = context.copy(), worth.copy()
    undominated(context, worth)

    assert (before[0] == context).all()
    assert (before[1] == worth).all()
