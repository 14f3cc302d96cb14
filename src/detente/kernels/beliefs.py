"""What does a step tell about who took it? Bayes' rule over what a side may be like, with what is seen through a fog.

The types stand in one order throughout, the trustworthy first; beliefs are logarithms of weights, of which only the
differences count, with shape (types, ...).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def keeping(temptation: Floats, restraint: float, spread: float) -> Floats:
    """The chance that an untrustworthy side does its part: 1 / (1 + exp((c - restraint) / spread)).

    `temptation` is what it would gain by not doing it, in points.
    """
    return np.asarray(0.5 - 0.5 * np.tanh((temptation - restraint) / (2 * spread)), dtype=np.float64)


def looking_kept(kept: Floats, seen: Floats, false_alarm: float) -> Floats:
    """The chance that a step looks kept: it is (`kept`) and raises no false alarm, or it is not and nobody sees."""
    return np.asarray(kept * (1 - false_alarm) + (1 - kept) * (1 - seen), dtype=np.float64)


def trust(weights: Floats) -> Floats:
    """The probability of the first type, by the logarithms of the weights of all.

    Where all are minus infinity, something was seen that was held impossible: then there is no trust.
    """
    top = weights.max(axis=0)
    relative = np.exp(weights - np.where(np.isfinite(top), top, 0.0))
    total = relative.sum(axis=0)
    return np.asarray(relative[0] / np.where(total > 0, total, 1.0), dtype=np.float64)
