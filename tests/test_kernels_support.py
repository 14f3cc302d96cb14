"""Is the point from which on many polynomials are not negative the one that exact arithmetic finds?"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.kernels.polynomials import not_negative
from detente.kernels.support import SHORT, supported_from

ROWS = st.lists(st.lists(st.integers(-9, 9), min_size=5, max_size=5), min_size=1, max_size=6)


def exactly(row: list[int]) -> float:
    found = not_negative([Fraction(each) for each in row])
    return found[-1][0] if found and found[-1][1] == 1 else np.inf


@settings(max_examples=200)
@given(ROWS)
def test_whatever_is_called_sure_is_what_whole_numbers_say(rows: list[list[int]]) -> None:
    values = np.array(rows, dtype=np.float64)
    found, sure = supported_from(values, np.full(len(rows), 1e-12), np.zeros(len(rows)))

    for k, row in enumerate(rows):
        if sure[k]:
            assert found[k] == exactly(row) or abs(found[k] - exactly(row)) <= 2 * SHORT


@pytest.mark.parametrize("roots", [(0.2, 0.6), (0.957, 0.991), (0.3, 0.30001), (0.1, 0.9, 0.95)])
def test_the_last_of_several_roots_is_found_and_called_sure(roots: tuple[float, ...]) -> None:
    row = np.array([1.0])
    for root in roots:
        row = np.convolve(row, [-root, 1.0])
    found, sure = supported_from(row[None, :], np.array([1e-14]), np.zeros(1))

    assert sure.all()
    assert found[0] == pytest.approx(roots[-1], abs=2 * SHORT)


def test_negative_at_1_is_never_and_all_positive_is_from_where_it_was_asked() -> None:
    rows = np.array([[1.0, -2.0], [1.0, 1.0], [0.0, 0.0]])
    found, sure = supported_from(rows, np.full(3, 1e-12), np.array([0.1, 0.2, 0.3]))

    assert found[:2].tolist() == [np.inf, 0.2]
    assert sure.tolist() == [True, True, False]
