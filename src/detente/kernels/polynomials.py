"""Where is a polynomial not negative between 0 and 1? Sign changes found exactly, by Bernstein coefficients.

A polynomial has at most as many roots in an interval as its Bernstein coefficients there have changes of sign, and just
one where there is one change (Descartes' rule in the form of Vincent 1836; Collins & Akritas 1976). Whole numbers of
any size make every sign exact.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import comb, lcm

import numpy as np
from numpy.typing import NDArray

_ROUNDING = float(np.finfo(float).eps)
_HALVINGS = 60
"""An interval halved so often is a point, as far as floating point numbers can tell."""

Interval = tuple[float, float]


def not_negative(coefficients: Sequence[Fraction], since: float = 0.0) -> list[Interval]:
    """The intervals of [0, 1] on which a polynomial (constant term first) is not negative, in order.

    Single points at which it touches 0 from below are left out. The ends are as exact as floating point numbers.
    Nothing is said of what lies below `since`.
    """
    sign = _sure_sign(coefficients, since)
    if sign:
        return [(0.0, 1.0)] if sign > 0 else []
    whole = _whole(coefficients)
    if not any(whole):
        return [(0.0, 1.0)]
    cuts = [Fraction(0), *_roots(whole), Fraction(1)]
    found: list[Interval] = []
    for low, high in pairwise(cuts):
        if low < high and _sign(whole, (low + high) / 2) >= 0:
            if found and found[-1][1] == float(low):
                found[-1] = (found[-1][0], float(high))
            else:
                found.append((float(low), float(high)))
    return found


def _sure_sign(coefficients: Sequence[Fraction], since: float) -> int:
    """1 or -1 where rounded arithmetic is enough to see that a polynomial has that sign from `since` to 1; else 0."""
    values = np.array([float(each) for each in coefficients])
    weights = bernstein_weights(len(values) - 1)
    bernstein, error = weights @ values, 8 * (len(values) + 1) * _ROUNDING * float(np.abs(values).sum())
    for points in (bernstein, _upper_part(bernstein, since) if since else bernstein):
        sign = int((points > error).all()) - int((points < -error).all())
        if sign:
            return sign
    return 0


def _upper_part(bernstein: NDArray[np.float64], since: float) -> NDArray[np.float64]:
    """The coefficients on the interval from a point to 1 (de Casteljau)."""
    row, last = bernstein, [bernstein[-1]]
    while len(row) > 1:
        row = (1 - since) * row[:-1] + since * row[1:]
        last.append(row[-1])
    return np.array(last)


@cache
def bernstein_weights(degree: int) -> NDArray[np.float64]:
    """What each coefficient adds to each Bernstein coefficient: C(j, i) / C(n, i)."""
    place = np.arange(degree + 1)
    weights = np.ones((degree + 1, degree + 1))
    for i in range(1, degree + 1):
        weights[:, i] = weights[:, i - 1] * np.maximum(place - i + 1, 0) / (degree - i + 1)
    return weights


def meet(one: Sequence[Interval], other: Sequence[Interval]) -> list[Interval]:
    """What two sets of intervals share, single points left out."""
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return sorted((low, high) for low, high in found if low < high)


def _whole(coefficients: Sequence[Fraction]) -> list[int]:
    scale = lcm(*(each.denominator for each in coefficients)) if coefficients else 1
    return [int(each * scale) for each in coefficients]


def _roots(whole: Sequence[int]) -> list[Fraction]:
    """The roots inside (0, 1), in order, each once."""
    degree = len(whole) - 1
    start = [value * part for value, part in zip(whole, _parts(degree), strict=True)]
    for step in range(1, degree + 1):  # sums over Pascal's triangle: C(j, k) times the k-th, for every j
        for place in range(degree, step - 1, -1):
            start[place] += start[place - 1]
    found: list[Fraction] = []
    todo = [(Fraction(0), Fraction(1), start, 0)]
    while todo:
        low, high, bernstein, depth = todo.pop()
        changes = _changes(bernstein)
        if changes == 0:
            continue
        if changes == 1 and bernstein[0] and bernstein[-1]:
            found.append(_refined(whole, low, high))
        elif depth == _HALVINGS:
            found.append((low + high) / 2)
        else:
            middle = (low + high) / 2
            left, right = _halves(bernstein)
            if right[0] == 0:
                found.append(middle)
            todo += [(low, middle, left, depth + 1), (middle, high, right, depth + 1)]
    return sorted(set(found))


@cache
def _parts(degree: int) -> list[int]:
    """The least common multiple of all C(n, k), divided by each."""
    choices = [comb(degree, k) for k in range(degree + 1)]
    scale = lcm(*choices)
    return [scale // each for each in choices]


def _changes(values: Sequence[int]) -> int:
    signs = [value > 0 for value in values if value]
    return sum(one != other for one, other in pairwise(signs))


def _halves(bernstein: Sequence[int]) -> tuple[list[int], list[int]]:
    """The coefficients on both halves (de Casteljau), each times 2 to the degree."""
    row, left, right = list(bernstein), [], []
    degree = len(row) - 1
    for step in range(degree + 1):
        left.append(row[0] << (degree - step))
        right.append(row[-1] << (degree - step))
        row = [a + b for a, b in pairwise(row)]
    return left, right[::-1]


def _refined(whole: Sequence[int], low: Fraction, high: Fraction) -> Fraction:
    """The one root between two points, to 2^-60."""
    rising = _sign(whole, high) > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        sign = _sign(whole, middle)
        if sign == 0:
            return middle
        if (sign > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _sign(whole: Sequence[int], at: Fraction) -> int:
    """The sign of a polynomial at a rational point: whole numbers throughout."""
    total, power = 0, 1
    for value in reversed(whole):
        total = total * at.numerator + value * power
        power *= at.denominator
    return (total > 0) - (total < 0)
