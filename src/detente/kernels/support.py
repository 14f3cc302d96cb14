"""From where on are many polynomials not negative any more, up to 1? All at once, each answer sure or marked as unsure.

A polynomial lies between the least and the greatest of its Bernstein coefficients on an interval. An interval is halved
from the right until what is left of it is too short to matter; rounded arithmetic carries a bound of its error.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from detente.kernels.polynomials import bernstein_weights

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]

SHORT = 1e-8
"""An interval of this length is a point."""

_MANY = 32
"""So many intervals of one polynomial are halved together, before it counts as unsure."""


def supported_from(rows: Numbers, errors: Numbers, since: Numbers) -> tuple[Numbers, Marks]:
    """For each polynomial (a row, constant term first) the least point from `since` on right of which it is never < 0.

    Infinity where it is negative at 1. The second answer tells where rounding (`errors`, for each row the most that a
    value can be off) leaves it open; elsewhere the first is right within SHORT.
    """
    found, sure = since.copy(), np.ones(len(rows), dtype=np.bool_)
    whole = rows @ bernstein_weights(rows.shape[1] - 1).T
    left = np.flatnonzero(~(whole > errors[:, None]).all(axis=1) & np.isfinite(since))
    if not len(left):
        return found, sure
    points = _upper(whole[left], since[left])
    at_one, error = points[:, -1], errors[left]
    found[left[at_one < -error]] = np.inf
    sure[left[np.abs(at_one) <= error]] = False
    open_ = (at_one > error) & ~(points > error[:, None]).all(axis=1)
    found[left[open_]], sure[left[open_]] = _halved(points[open_], error[open_], since[left[open_]])
    return found, sure


def _halved(points: Numbers, error: Numbers, since: Numbers) -> tuple[Numbers, Marks]:
    """The same for intervals from `since` to 1 at whose right end the polynomial is positive."""
    count = len(points)
    below, top = np.where(points[:, 0] < -error, since, -np.inf), since.copy()  # last seen negative; last left open
    sure = np.ones(count, dtype=np.bool_)
    low, high, here = since.copy(), np.ones(count), np.arange(count)
    first, second = _halves(points.shape[1] - 1)
    while len(here):
        middle = (low + high) / 2
        points = np.concatenate([points @ first.T, points @ second.T])
        negative = points[len(here) :, 0] < -error[here]
        np.maximum.at(below, here[negative], middle[negative])
        low, high, here = np.concatenate([low, middle]), np.concatenate([middle, high]), np.tile(here, 2)
        open_ = ~(points > error[here, None]).all(axis=1) & (high > below[here])
        short = open_ & (high - low < SHORT)
        np.maximum.at(top, here[short], high[short])
        sure &= np.bincount(here[open_], minlength=count) <= _MANY
        some = open_ & ~short & sure[here]
        low, high, here, points = low[some], high[some], here[some], points[some]
    return np.maximum(top, below), sure & (top - np.maximum(below, since) <= 2 * SHORT)


def _upper(points: Numbers, since: Numbers) -> Numbers:
    """The Bernstein coefficients on the interval from a point to 1 (de Casteljau), row by row."""
    part = since[:, None]
    row, last = points, [points[:, -1]]
    while row.shape[1] > 1:
        row = (1 - part) * row[:, :-1] + part * row[:, 1:]
        last.append(row[:, -1])
    return np.stack(last[::-1], axis=1)


@cache
def _halves(degree: int) -> tuple[Numbers, Numbers]:
    """What the Bernstein coefficients on the left half, and on the right, are as sums of those on the whole."""
    left = np.zeros((degree + 1, degree + 1))
    left[0, 0] = 1
    for j in range(1, degree + 1):
        left[j] = (left[j - 1] + np.concatenate([[0.0], left[j - 1, :-1]])) / 2
    return left, left[::-1, ::-1]
