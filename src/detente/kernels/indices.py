"""How much of what a result varies by comes from each of its inputs? Sobol indices, by picking and freezing.

Two independent sets of inputs, A and B, and for each group of inputs the set A with that group taken from B. The
first-order index is the share of the variance that the group explains alone (estimator of Saltelli et al. 2010), the
total index what would be left if everything else were known (Jansen 1999).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """The first-order and the total index of a group, each with its standard error."""

    first: float
    first_se: float
    total: float
    total_se: float


@dataclass(frozen=True, eq=False)
class Sums:
    """What one independent part adds up to, enough for the indices of every group.

    `total` and `square` have shape (headlines,), the others (groups, headlines).
    """

    number: int
    total: Numbers
    square: Numbers
    alone: Numbers
    drift: Numbers
    left: Numbers

    @classmethod
    def of(cls, a: Numbers, b: Numbers, mixed: Numbers) -> "Sums":
        """From results of shape (headlines, draws) and (groups, headlines, draws)."""
        both, moved = np.concatenate([a, b], axis=1), mixed - a
        alone, drift, left = (b * moved).sum(axis=2), moved.sum(axis=2), (moved**2).sum(axis=2) / 2
        return cls(a.shape[1], both.sum(axis=1), (both**2).sum(axis=1), alone, drift, left)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.number + other.number,
            self.total + other.total,
            self.square + other.square,
            self.alone + other.alone,
            self.drift + other.drift,
            self.left + other.left,
        )

    def indices(self) -> tuple[Numbers, Numbers]:
        """First-order and total indices, shape (groups, headlines); nothing where a headline does not vary."""
        mean = self.total / (2 * self.number)
        variance = self.square / (2 * self.number) - mean**2
        safe = self.number * np.where(variance > _NOTHING * (1 + mean**2), variance, np.inf)
        return (self.alone - mean * self.drift) / safe, self.left / safe


_NOTHING = 1e-15


def shares(parts: Sequence[Sums]) -> list[list[Share]]:
    """The indices of each group for each headline; their errors by leaving out one independent part after the other."""
    whole = _sum(parts)
    first, total = whole.indices()
    without = [_sum([each for k, each in enumerate(parts) if k != left]).indices() for left in range(len(parts))]
    factor = sqrt((len(parts) - 1) / len(parts))
    errors = [
        factor * np.sqrt(((np.stack([each[kind] for each in without]) - mean) ** 2).sum(axis=0))
        for kind, mean in enumerate((first, total))
    ]
    return [
        [
            Share(float(first[g, h]), float(errors[0][g, h]), float(total[g, h]), float(errors[1][g, h]))
            for h in range(first.shape[1])
        ]
        for g in range(first.shape[0])
    ]


def _sum(parts: Sequence[Sums]) -> Sums:
    found = parts[0]
    for each in parts[1:]:
        found = found + each
    return found
