"""Do the bargaining rules choose exactly the points that their definitions say, ties and all?"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import judge
from detente.kernels.choice import most_equal, most_equal_shares, most_in_all, most_nash
from detente.kernels.pruning import Exact

SETTINGS = settings(max_examples=80)
SMALL = st.integers(0, 4)
LARGE = st.sampled_from([0, 1, 2, 10**9, 10**9 + 1, 2**61, 2**61 - 1])
BEYOND = st.sampled_from([0, 1, 10**21, 10**21 + 1, 10**21 - 1])
KINDS = pytest.mark.parametrize(("values", "kind"), [(SMALL, int), (LARGE, int), (SMALL, object), (BEYOND, object)])
RULES = pytest.mark.parametrize("rule", list(judge.RULES))


def chosen(rule: str, gains: Exact) -> set[int]:
    ideal = [int(row.max()) for row in gains]
    places = {
        "nash": lambda: most_nash(gains),
        "kalai-smorodinsky": lambda: most_equal_shares(gains, ideal),
        "egalitarian": lambda: most_equal(gains),
        "utilitarian": lambda: most_in_all(gains),
    }[rule]()
    assert len(places) == len(set(places.tolist()))
    return set(places.tolist())


@KINDS
@RULES
def test_a_rule_chooses_all_the_points_its_definition_says(
    rule: str, values: st.SearchStrategy[int], kind: type
) -> None:
    @SETTINGS
    @given(st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[values] * n), min_size=1, max_size=12)))
    def check(points: list[tuple[int, ...]]) -> None:
        rows = [tuple(Fraction(each) for each in point) for point in points]
        ideal = [max(column) for column in zip(*rows, strict=True)]
        keys = [judge.RULES[rule](row, ideal) for row in rows]
        gains: Exact = np.array(points, dtype=kind).T

        assert chosen(rule, gains) == {k for k, key in enumerate(keys) if key == max(keys)}

    check()


def test_products_too_close_for_floats_are_told_apart() -> None:
    gains = np.array([[10**17, 10**17 + 1], [10**17, 10**17 - 1]])

    assert chosen("nash", gains) == {0}
