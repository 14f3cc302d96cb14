"""In which order should variables be eliminated, so that the tables in between stay small?"""

import random
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import prod

_TRIALS = 24


@lru_cache(maxsize=256)
def elimination_order(sizes: tuple[int, ...], scopes: frozenset[tuple[int, ...]]) -> tuple[int, ...]:
    """An order with a small expected number of points: the best of min-weight and some random greedy orders.

    `sizes` are the numbers of options, `scopes` the sets of variables that stand in one table. Deterministic: the
    random ones have a fixed seed. (Koller & Friedman 2009, section 9.4.3.)
    """
    neighbours: list[set[int]] = [set() for _ in sizes]
    for scope in scopes:
        for variable in scope:
            neighbours[variable] |= set(scope) - {variable}
    chance = random.Random(0)
    best: tuple[float, tuple[int, ...]] | None = None
    for trial in range(_TRIALS):
        spread = 0.0 if trial == 0 else 1.0
        found = _greedy(sizes, [set(each) for each in neighbours], chance, spread, best[0] if best else float("inf"))
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    assert best is not None  # the first trial has no bound to exceed
    return best[1]


def _greedy(
    sizes: Sequence[int], neighbours: list[set[int]], chance: random.Random, spread: float, bound: float
) -> tuple[float, tuple[int, ...]] | None:
    """One greedy order with its expected cost; None as soon as that passes the bound."""
    left = set(range(len(sizes)))
    points = [1.0] * len(sizes)  # how many points are expected to hang on each variable, per context
    order: list[int] = []
    cost = 0.0
    while left:
        variable = min(left, key=lambda v: _weight(sizes, neighbours, v) * (1 + spread * chance.random()))
        around = neighbours[variable]
        candidates = prod(sizes[n] for n in around) * sizes[variable] * points[variable]
        cost += candidates
        if cost > bound:
            return None
        kept = _expected_front(sizes[variable] * points[variable])
        for each in around:
            neighbours[each] |= around
            neighbours[each] -= {each, variable}
        if around:
            points[min(around, key=lambda n: _weight(sizes, neighbours, n))] *= kept
        left.remove(variable)
        order.append(variable)
    return cost, tuple(order)


def _weight(sizes: Sequence[int], neighbours: Sequence[Iterable[int]], variable: int) -> float:
    return sizes[variable] * float(prod(sizes[n] for n in neighbours[variable]))


def _expected_front(candidates: float) -> float:
    return float(candidates**0.8)
