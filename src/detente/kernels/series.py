"""How does a monthly series move, how sure is that, and does it tell the next month? Least squares and its errors.

Uncertainty is from a moving-block bootstrap (Künsch 1989), forecasts are compared by the mean difference of their
losses with its Newey-West error (Diebold and Mariano 1995).
"""

from itertools import count
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NORMAL = 1.4826
"""Of a normal distribution the standard deviation is so many times the median absolute deviation."""


def signed_root(values: Floats) -> Floats:
    """The square root with the sign kept: -9 gives -3."""
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)), dtype=np.float64)


def middle_and_spread(values: Floats) -> tuple[float, float]:
    """The median, and the median absolute deviation as a standard deviation.

    Where more than half are the same it is the standard deviation itself, and 1 where all are.
    """
    middle = float(np.median(values))
    spread = _NORMAL * float(np.median(np.abs(values - middle)))
    return middle, spread or float(np.std(values)) or 1.0


def falling(values: Floats, middle: float, spread: float) -> Floats:
    """From 1 for the lowest values through 1/2 at the middle to 0 for the highest (logistic)."""
    away = np.clip((values - middle) / spread, -500, 500)
    return np.asarray(1 / (1 + np.exp(away)), dtype=np.float64)


def least_squares(design: Floats, target: Floats) -> tuple[Floats, Floats]:
    """The coefficients of the columns of `design`, shape (rows, columns), and what they leave of the target."""
    size = _sizes(design)
    found = np.asarray(np.linalg.lstsq(design / size, target, rcond=None)[0] / size, dtype=np.float64)
    return found, np.asarray(target - design @ found, dtype=np.float64)


def _sizes(design: Floats) -> Floats:
    """The largest value of each column, by which columns of any unit are weighed alike."""
    size = np.max(np.abs(design), axis=0)
    return np.asarray(np.where(size > 0, size, 1), dtype=np.float64)


def spread(left: Floats, columns: int) -> float:
    """The standard deviation of what is left when so many coefficients were fitted."""
    return float(np.sqrt(np.sum(left**2) / max(1, len(left) - columns)))


def spreads(left: Floats, counts: Floats, columns: int) -> Floats:
    """The same for every resample of the rows, shape (draws,)."""
    squares = np.einsum("dn,n->d", counts, left**2)
    return np.asarray(np.sqrt(squares / max(1, len(left) - columns)), dtype=np.float64)


def block_length(rows: int) -> int:
    """How many rows in sequence a resample keeps together: the cube root of their number, rounded up."""
    return next(length for length in count(1) if length**3 >= rows)


def block_counts(rows: int, draws: int, rng: np.random.Generator) -> Floats:
    """How often each row comes in each resample, shape (draws, rows): blocks in sequence, as many rows as there are."""
    length = block_length(rows)
    lengths = np.full(ceil(rows / length), length)
    lengths[-1] = rows - length * (len(lengths) - 1)
    starts = rng.integers(0, rows - length + 1, size=(draws, len(lengths)))
    steps = np.zeros((draws, rows + 1))
    draw = np.arange(draws)[:, None]
    np.add.at(steps, (draw, starts), 1.0)
    np.add.at(steps, (draw, starts + lengths), -1.0)
    return np.asarray(np.cumsum(steps, axis=1)[:, :rows], dtype=np.float64)


def refitted(design: Floats, target: Floats, counts: Floats) -> Floats:
    """The coefficients of every resample of the rows, shape (draws, columns).

    Sums go in the same order for any number of threads, so not by a library's product of matrices.
    """
    size = _sizes(design)
    even = design / size
    squares = np.einsum("dn,np,nq->dpq", counts, even, even)
    products = np.einsum("dn,np,n->dp", counts, even, target)
    found = np.einsum("dpq,dq->dp", np.linalg.pinv(squares, hermitian=True), products)
    return np.asarray(found / size, dtype=np.float64)


def long_run_error(values: Floats) -> float:
    """The standard error of a mean of values in sequence that may lean on each other (Newey and West 1987).

    Never less than if they did not: where they seem to offset each other, that may be chance.
    """
    rows = len(values)
    away = values - np.mean(values)
    lags = min(rows - 1, floor(4 * (rows / 100) ** (2 / 9)))
    plain = variance = float(np.sum(away**2))
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(np.sum(away[lag:] * away[:-lag]))
    return float(np.sqrt(max(plain, variance) / rows**2))


def rank_correlation(one: Floats, other: Floats) -> float:
    """How far two series rise together, by ranks alone, from -1 to 1 (Spearman 1904); 0 where one does not move."""
    a, b = (each - np.mean(each) for each in (_ranks(one), _ranks(other)))
    size = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    return float(np.sum(a * b)) / size if size else 0.0


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places], dtype=np.float64)
