"""Which of some points does a bargaining rule choose? Exact, in whole numbers; ties are all returned."""

from math import lcm, prod

import numpy as np

from detente.kernels.pruning import Exact, Ints

_NEAR = 1e-9


def most_nash(gains: Exact) -> Ints:
    """The points with the most positive gains, and among them the largest product of these (Nash 1950)."""
    positive = np.asarray(gains > 0, dtype=bool)
    number = positive.sum(axis=0)
    best: Ints = np.flatnonzero(number == number.max())
    logs = np.where(positive[:, best], np.log(np.maximum(gains[:, best], 1).astype(float)), 0.0).sum(axis=0)
    close: Ints = best[logs >= logs.max() - _NEAR]
    products = [prod(int(g) for g in gains[:, place] if g > 0) for place in close]
    most = max(products)
    return np.array([place for place, product in zip(close, products, strict=True) if product == most])


def most_equal(gains: Exact) -> Ints:
    """The points whose smallest gain is largest, then the second smallest, and so on (leximin; Kalai 1977)."""
    places = np.arange(gains.shape[1])
    ordered = np.sort(gains, axis=0)
    for row in ordered:
        places = places[row[places] == row[places].max()]
    return places


def most_equal_shares(gains: Exact, ideal: list[int]) -> Ints:
    """The leximin of gains as shares of each ideal gain, ideals of 0 left out (Kalai & Smorodinsky 1975; Imai 1983)."""
    kept = [k for k, most in enumerate(ideal) if most > 0]
    if not kept:
        return np.arange(gains.shape[1])
    common = lcm(*(ideal[k] for k in kept))
    shares = np.array([[int(g) * (common // ideal[k]) for g in gains[k]] for k in kept], dtype=object)
    return most_equal(shares)


def most_in_all(gains: Exact) -> Ints:
    """The points with the largest sum of gains."""
    total = gains.astype(object).sum(axis=0)
    return np.flatnonzero(total == total.max())
