"""Which row is best in each of many groups of rows, by one measure after the other?"""

from collections.abc import Iterable

import numpy as np

from detente.kernels.pruning import Exact, Ints

_WHOLE = 2**62
_NO_SHARE = _WHOLE


def best_of_each(of: Ints, measures: Iterable[Exact]) -> Ints:
    """For each group that has rows, the first row with the most by the first measure, then the second, and so on.

    `of` names the group of each row, in rising order; each measure has shape (rows,).
    """
    rows = np.arange(len(of))
    for measure in measures:
        begins = np.flatnonzero(np.diff(of[rows], prepend=-1))
        if not len(begins):
            return rows
        most = np.maximum.reduceat(measure[rows], begins)
        same = np.asarray(measure[rows] == np.repeat(most, np.diff(begins, append=len(rows))), dtype=bool)
        rows = rows[same]
    return rows[np.flatnonzero(np.diff(of[rows], prepend=-1))]


def most_of_each(of: Ints, measure: Exact) -> Exact:
    """For each row the most that any row of its group has."""
    begins = np.flatnonzero(np.diff(of, prepend=-1))
    if not len(begins):
        return measure
    most: Exact = np.repeat(np.maximum.reduceat(measure, begins), np.diff(begins, append=len(of)))
    return most


def nash_measures(gains: Exact) -> list[Exact]:
    """How many gains are above 0, and the product of these (Nash 1950); `gains` has shape (sides, rows)."""
    positive = np.asarray(gains > 0, dtype=bool)
    return [positive.sum(axis=0), np.where(positive, roomy(gains, len(gains)), 1).prod(axis=0)]


def equal_measures(gains: Exact) -> list[Exact]:
    """The smallest gain, then the second smallest, and so on (leximin; Kalai 1977)."""
    return list(np.sort(gains, axis=0))


def share_measures(gains: Exact, of: Ints) -> list[Exact]:
    """The leximin of gains as shares of each side's most in the group (Kalai & Smorodinsky 1975; Imai 1983).

    Shares are compared with all ideals multiplied out; a side whose most is 0 does not count.
    """
    wide = roomy(gains, len(gains))
    ideals = [most_of_each(of, row) for row in wide]
    counted = [np.asarray(ideal > 0, dtype=bool) for ideal in ideals]
    rows = []
    for k, row in enumerate(wide):
        share = row
        for j, ideal in enumerate(ideals):
            if j != k:
                share = share * np.where(counted[j], ideal, 1)
        rows.append(np.where(counted[k], share, _NO_SHARE))
    return equal_measures(np.stack(rows)) if rows else []


def roomy(gains: Exact, factors: int) -> Exact:
    """The same numbers, as Python's own where a product of so many would not fit into 64 bits."""
    largest = float(np.abs(gains).max(initial=1))
    exact: Exact = gains if largest**factors < _WHOLE else gains.astype(object)
    return exact
