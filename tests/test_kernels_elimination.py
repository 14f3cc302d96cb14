"""Do eliminated variables leave the points, codes, counts and flags that listing every assignment would?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.kernels import elimination, visiting
from detente.kernels.elimination import TooWideError, eliminate
from detente.kernels.messages import Message, evaluate, table
from detente.kernels.ordering import elimination_order
from detente.kernels.pruning import Exact, Ints, merged, undominated
from detente.kernels.scalar import tightened
from detente.kernels.visiting import visit
from judge import dominates

SETTINGS = settings(max_examples=80)


@dataclass
class Sheet:
    """A table: for every class and cell a worth for each party (None: not allowed) and flags."""

    scope: tuple[int, ...]
    variant: list[int]
    worth: list[list[tuple[int, ...] | None]]
    flags: list[list[int]]


@dataclass
class Problem:
    sizes: list[int]
    parties: int
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def variants(self) -> int:
        return len(self.sheets[0].variant)

    def messages(self, kind: type = int) -> list[Message]:
        """For the kernel; the first digit of the code numbers assignments by all but the last variable."""
        return [self._message(sheet, kind) for sheet in self.sheets]

    def _message(self, sheet: Sheet, kind: type) -> Message:
        cells = len(sheet.worth[0])
        worth = np.zeros((self.parties, len(sheet.worth), cells), dtype=kind)
        for c, row in enumerate(sheet.worth):
            for k, values in enumerate(row):
                worth[:, c, k] = values or [0] * self.parties
        code = np.zeros((2, cells), dtype=np.int64)
        if len(sheet.scope) == 1:
            (v,) = sheet.scope
            last = v == len(self.sizes) - 1
            stride = 1 if last else int(np.prod(self.sizes[v + 1 : -1], dtype=int))
            code[int(last)] = np.arange(cells) * stride
        allowed = np.array([[values is not None for values in row] for row in sheet.worth])
        variant = np.array(sheet.variant, dtype=np.int64)
        flags = np.array(sheet.flags, dtype=np.int64)
        return table(sheet.scope, variant, worth, code=code, allowed=allowed, flags=flags, count=kind)

    def listed(self, variant: int) -> list[tuple[tuple[int, ...], tuple[int, ...], int]]:
        """Every assignment that is allowed, with its worth and its flags."""
        found = []
        for assignment in product(*map(range, self.sizes)):
            values, flags = [(0,) * self.parties], 0
            there = True
            for sheet in self.sheets:
                cell = 0
                for v in sheet.scope:
                    cell = cell * self.sizes[v] + assignment[v]
                worth = sheet.worth[sheet.variant[variant]][cell]
                there = there and worth is not None
                values.append(worth or (0,) * self.parties)
                flags |= sheet.flags[sheet.variant[variant]][cell]
            if there:
                found.append((assignment, tuple(map(sum, zip(*values, strict=True))), flags))
        return found


@st.composite
def problems(draw: st.DrawFn, big: bool = False, most: int = 3) -> Problem:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    parties = draw(st.integers(1, 4))
    variants = draw(st.integers(1, most))
    values = st.sampled_from([0, 1, -1, 2, 10**20, -(10**20), 10**20 + 1]) if big else st.integers(-2, 2)
    scopes: list[tuple[int, ...]] = [(), *((v,) for v in range(len(sizes)))]
    joint = st.sets(st.integers(0, len(sizes) - 1), min_size=2, max_size=3).map(lambda some: tuple(sorted(some)))
    scopes += draw(st.lists(joint, max_size=3, unique=True)) if len(sizes) > 1 else []
    problem = Problem(sizes, parties)
    for scope in scopes:
        cells = int(np.prod([sizes[v] for v in scope], dtype=int))
        classes = draw(st.integers(1, variants))
        variant = draw(st.lists(st.integers(0, classes - 1), min_size=variants, max_size=variants))
        cell = st.tuples(*[values] * parties)
        there = cell if not scope else st.one_of(cell, cell, cell, st.none())
        grid = st.lists(st.lists(there, min_size=cells, max_size=cells), min_size=classes, max_size=classes)
        flag = st.sampled_from([0, 0, 0, 1, 2])
        marks = st.lists(st.lists(flag, min_size=cells, max_size=cells), min_size=classes, max_size=classes)
        problem.sheets.append(Sheet(scope, variant, draw(grid), draw(marks)))
    return problem


Row = tuple[tuple[int, ...], int]


def rows_of(message: Message, variant: int) -> dict[Row, tuple[tuple[int, ...], int]]:
    """The code and the count of every worth with its flags."""
    part = message.of_variant(variant)
    found: dict[Row, tuple[tuple[int, ...], int]] = {}
    for k in range(part.start, part.stop):
        key = tuple(int(v) for v in message.worth[:, k]), int(message.flags[k])
        assert key not in found
        assert message.count is not None
        found[key] = tuple(int(v) for v in message.code[:, k]), int(message.count[k])
    return found


def expected(problem: Problem, variant: int, weighed: int | None) -> dict[Row, tuple[tuple[int, ...], int]]:
    """The first assignment and the number of assignments of every worth with its flags that nothing beats."""
    groups: dict[Row, list[tuple[int, ...]]] = {}
    for assignment, worth, flags in problem.listed(variant):
        groups.setdefault((worth, flags), []).append(assignment)

    def beaten(row: Row) -> bool:
        return weighed is not None and any(
            flags == row[1] and dominates(worth, row[0]) and dominates_first(worth, row[0], weighed)
            for worth, flags in groups
        )

    return {row: (code(problem.sizes, min(some)), len(some)) for row, some in groups.items() if not beaten(row)}


def dominates_first(one: Sequence[int], other: Sequence[int], weighed: int) -> bool:
    return any(a > b for a, b in zip(one[:weighed], other[:weighed], strict=True))


def code(sizes: Sequence[int], assignment: Sequence[int]) -> tuple[int, int]:
    first = 0
    for size, place in zip(sizes[:-1], assignment[:-1], strict=True):
        first = first * size + place
    return first, assignment[-1]


def is_as_listed(problem: Problem, kind: type, weighed: int) -> None:
    messages = problem.messages(kind)
    everything = eliminate(problem.sizes, messages, merged, limit=10**6)
    everyone = eliminate(problem.sizes, messages, undominated, limit=10**6)
    some = eliminate(problem.sizes, messages, lambda c, w: undominated(c, w, weighed), limit=10**6)

    for variant in range(problem.variants):
        assert rows_of(everything, variant) == expected(problem, variant, None)
        assert rows_of(everyone, variant) == expected(problem, variant, problem.parties)
        assert rows_of(some, variant) == expected(problem, variant, weighed)


@SETTINGS
@given(problems(), st.integers(1, 4))
def test_elimination_leaves_what_listing_every_assignment_would(problem: Problem, weighed: int) -> None:
    is_as_listed(problem, int, min(weighed, problem.parties))


@SETTINGS
@given(problems(big=True), st.integers(1, 4))
def test_elimination_is_exact_beyond_a_machine_word(problem: Problem, weighed: int) -> None:
    is_as_listed(problem, object, min(weighed, problem.parties))


@pytest.mark.parametrize(("block", "most"), [(1, 1), (5, 1), (1000, 1000), (1000, 5), (1, 1000)])
def test_a_visit_shows_whatever_can_come_to_what_it_must(
    block: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elimination, "BLOCK", block)
    monkeypatch.setattr(visiting, "BLOCK", most)

    @SETTINGS
    @given(problems(most=1), st.lists(st.integers(-4, 4), min_size=1, max_size=4))
    def check(problem: Problem, floors: list[int]) -> None:
        floors = floors[: problem.parties]
        messages, shown = problem.messages(), Counter[Row]()

        def seen(worth: Exact, flags: Ints, count: Exact) -> None:
            for k in range(len(flags)):
                shown[tuple(int(v) for v in worth[:, k]), int(flags[k])] += int(count[k])

        bounds = tightened(problem.sizes, messages, np.array(floors)[:, None])
        visit(problem.sizes, messages, seen, limit=10**6, pairs=10**6, bounds=bounds)

        reaching = (row for row in problem.listed(0) if all(a >= b for a, b in zip(row[1], floors, strict=False)))
        assert shown == Counter((worth, flags) for _, worth, flags in reaching)

    check()


def test_a_visit_joins_equal_points_where_going_through_cells_would_take_too_many_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visiting, "BLOCK", 2)
    chain = [Sheet((v, v + 1), [0], [[(0,)] * 9], [[0] * 9]) for v in range(7)]
    problem = Problem([3] * 8, 1, [Sheet((), [0], [[(0,)]], [[0]]), *chain])
    counts: list[int] = []

    visit(problem.sizes, problem.messages(), lambda _, __, count: counts.extend(count.tolist()), limit=1000, pairs=1)

    assert counts == [3**8]


def test_a_visit_that_is_too_wide_shows_nothing() -> None:
    sheets = [Sheet((), [0], [[(0,)]], [[0]])]
    sheets += [Sheet((v,), [0], [[(3**v,), (2 * 3**v,), (0,)]], [[0, 0, 0]]) for v in range(8)]
    problem = Problem([3] * 8, 1, sheets)

    with pytest.raises(TooWideError) as caught:
        visit(problem.sizes, problem.messages(), lambda *_: pytest.fail("shown"), limit=1000, pairs=3**8 - 1)
    assert caught.value.rows == 3**8


@pytest.mark.parametrize("block", [1, 2, 5])
def test_the_size_of_the_blocks_does_not_matter(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elimination, "BLOCK", block)

    @settings(max_examples=30)
    @given(problems())
    def check(problem: Problem) -> None:
        is_as_listed(problem, int, 1)

    check()


@SETTINGS
@given(problems())
def test_outcomes_evaluated_one_by_one_are_those_listed(problem: Problem) -> None:
    for sheet in problem.sheets:
        sheet.variant = [0]
    every = list(product(*map(range, problem.sizes)))
    digits = [np.array(column) for column in zip(*every, strict=True)]
    worth, flags, allowed = evaluate(problem.messages(), problem.sizes, digits)
    found = [(every[k], tuple(int(v) for v in worth[:, j]), int(flags[j])) for j, k in enumerate(allowed.tolist())]

    assert found == problem.listed(0)


def test_a_join_beyond_the_limit_is_refused_with_its_variables() -> None:
    cells = np.zeros((1, 1, 9), dtype=int)
    joint = table((0, 1), np.zeros(1, dtype=np.int64), cells, code=np.zeros((1, 9), dtype=np.int64))
    single = [
        table((v,), np.zeros(1, dtype=np.int64), cells[:, :, :3], code=np.zeros((1, 3), dtype=np.int64)) for v in (0, 1)
    ]

    with pytest.raises(TooWideError) as refused:
        eliminate([3, 3], [joint, *single], undominated, limit=8)
    assert set(refused.value.variables) == {0, 1}
    assert refused.value.rows == 9


@SETTINGS
@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.data())
def test_an_elimination_order_names_every_variable_once_and_always_the_same(
    sizes: list[int], data: st.DataObject
) -> None:
    variables = st.integers(0, len(sizes) - 1)
    scopes = frozenset(data.draw(st.lists(st.sets(variables, min_size=1, max_size=3).map(tuple), max_size=5)))
    order = elimination_order(tuple(sizes), scopes)
    elimination_order.cache_clear()

    assert sorted(order) == list(range(len(sizes)))
    assert elimination_order(tuple(sizes), scopes) == order
