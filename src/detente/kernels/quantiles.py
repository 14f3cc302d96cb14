"""Which number stands at which part of a belief? Quantiles of ranges, and numbers that lean together.

A range is a PERT distribution (a beta distribution over it whose mean is (low + 4 likely + high) / 6; Malcolm et al.
1959), a triangle, or level. Numbers that lean together share a Gaussian factor (a one-factor copula).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def pert(part: Numbers, mode: float) -> Numbers:
    """The quantiles of a PERT distribution from 0 to 1 with this mode."""
    return np.interp(part, _rising(mode), _PLACES)


_PLACES = np.linspace(0, 1, 1025)


@lru_cache(maxsize=4096)
def _rising(mode: float) -> Numbers:
    """How much of a PERT distribution over 0 to 1 lies below each place; read backwards this gives its quantiles.

    Between two places, a 1024th apart, they are taken on the straight line: off by less than draws are rounded anyway.
    """
    from scipy import special  # slow to import, and only draws need it

    return np.asarray(special.betainc(1 + 4 * mode, 5 - 4 * mode, _PLACES), dtype=np.float64)


def triangular(part: Numbers, mode: float) -> Numbers:
    """The quantiles of a triangular distribution from 0 to 1 with this mode."""
    return np.where(part <= mode, np.sqrt(part * mode), 1 - np.sqrt((1 - part) * (1 - mode)))


def uniform(part: Numbers, mode: float) -> Numbers:
    """The quantiles of a level distribution from 0 to 1; it has no mode to mind."""
    return part


SHAPES = {"pert": pert, "triangular": triangular, "uniform": uniform}


def leaning(own: Numbers, common: Numbers, share: float) -> Numbers:
    """Parts between 0 and 1 that share a Gaussian factor: its share of the variance from 0 (none) to 1 (all)."""
    if share <= 0:
        return own
    if share >= 1:
        return np.broadcast_to(common, own.shape).copy()
    from scipy import special  # likewise

    mixed = np.sqrt(share) * special.ndtri(common) + np.sqrt(1 - share) * special.ndtri(own)
    return np.asarray(special.ndtr(mixed), dtype=np.float64)
