"""Which number stands at which part of a belief? Quantiles of ranges, and numbers that lean together.

A range is a PERT distribution (a beta distribution over it whose mean is (low + 4 likely + high) / 6; Malcolm et al.
1959), a triangle, or level. Numbers that lean together share a Gaussian factor (a one-factor copula).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Numbers = NDArray[np.float64]


def pert(part: Numbers, low: float, likely: float, high: float) -> Numbers:
    """The quantiles of a PERT distribution."""
    span = high - low
    a, b = 1 + 4 * (likely - low) / span, 1 + 4 * (high - likely) / span
    return np.asarray(low + span * special.betaincinv(a, b, part), dtype=np.float64)


def triangular(part: Numbers, low: float, likely: float, high: float) -> Numbers:
    """The quantiles of a triangular distribution."""
    span, left, right = high - low, likely - low, high - likely
    below = part * span <= left
    rising = low + np.sqrt(part * span * left)
    falling = high - np.sqrt((1 - part) * span * right)
    return np.where(below, rising, falling)


def uniform(part: Numbers, low: float, likely: float, high: float) -> Numbers:
    """The quantiles of a level distribution."""
    return low + part * (high - low)


SHAPES = {"pert": pert, "triangular": triangular, "uniform": uniform}


def leaning(own: Numbers, common: Numbers, share: float) -> Numbers:
    """Parts between 0 and 1 that share a Gaussian factor: its share of the variance from 0 (none) to 1 (all)."""
    if share <= 0:
        return own
    if share >= 1:
        return np.broadcast_to(common, own.shape).copy()
    mixed = np.sqrt(share) * special.ndtri(common) + np.sqrt(1 - share) * special.ndtri(own)
    return np.asarray(special.ndtr(mixed), dtype=np.float64)
