"""Do sweeps find the most, and what the rest adds, as looking at every assignment does?"""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.kernels.scalar import NEVER, Sweep, Table


@st.composite
def problems(draw: st.DrawFn) -> tuple[tuple[int, ...], list[Table]]:
    """A table for each variable, and a few over pairs and triples; some cells are not allowed."""
    sizes = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=5)))
    variables = st.integers(0, len(sizes) - 1)
    joint = st.lists(variables, min_size=2, max_size=3, unique=True).map(lambda some: tuple(sorted(some)))
    scopes = [(v,) for v in range(len(sizes))] + (draw(st.lists(joint, max_size=4)) if len(sizes) > 1 else [])
    variants = draw(st.integers(1, 3))
    tables = []
    for scope in scopes:
        shape = (variants if draw(st.booleans()) else 1, *(sizes[v] for v in scope))
        cell = st.integers(-9, 9) | st.just(NEVER)
        values = draw(st.lists(cell, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
        tables.append((scope, np.array(values, dtype=np.int64).reshape(shape)))
    return sizes, tables


def total(tables: list[Table], variant: int, at: tuple[int, ...]) -> int:
    return sum(int(values[(min(variant, len(values) - 1), *(at[v] for v in scope))]) for scope, values in tables)


@settings(max_examples=150)
@given(problems())
def test_the_best_total_and_a_choice_that_reaches_it_are_found(problem: tuple[tuple[int, ...], list[Table]]) -> None:
    sizes, tables = problem
    swept = Sweep(sizes, tables)

    for variant in range(swept.variants):
        totals = [total(tables, variant, at) for at in product(*map(range, sizes))]
        assert swept.best[variant] == max(totals)
        assert total(tables, variant, tuple(swept.choices[:, variant].tolist())) == max(totals)


@settings(max_examples=150)
@given(problems())
def test_what_lies_outside_a_bucket_adds_what_is_left_of_the_best(problem: tuple[tuple[int, ...], list[Table]]) -> None:
    sizes, tables = problem
    swept = Sweep(sizes, tables)
    inside: dict[int, list[int]] = {}
    for variable in swept.order:
        below = [
            k
            for child in inside
            if variable in swept.scope[child] and _first(swept, child) == variable
            for k in inside[child]
        ]
        taken = {k for some in inside.values() for k in some}
        own = [k for k, (scope, _) in enumerate(tables) if variable in scope and k not in taken]
        inside[variable] = [*below, *own]

    for variable, outside in swept.outside.items():
        rest = [table for k, table in enumerate(tables) if k not in inside[variable]]
        for variant in range(swept.variants):
            for at in product(*(range(sizes[v]) for v in swept.scope[variable])):
                fixed = dict(zip(swept.scope[variable], at, strict=True))
                free = [range(size) if v not in fixed else [fixed[v]] for v, size in enumerate(sizes)]
                most = max(total(rest, variant, each) for each in product(*free))
                assert outside[(min(variant, len(outside) - 1), *at)] == most


def _first(swept: Sweep, child: int) -> int:
    """The bucket that the message of a child goes to: the first of its scope to be eliminated."""
    return min(swept.scope[child], key=swept.order.index)
