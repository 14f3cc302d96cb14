"""How sure is a share or a mean over draws? Estimates with the errors that differences between parts show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from detente.kernels.pruning import Bools
from detente.table import figure

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability, with its standard error."""

    p: float
    se: float

    @classmethod
    def of(cls, hits: Sequence[float], draws: Sequence[float], *, certain: bool = False) -> "Chance":
        """From the hits and the draws of independent parts, which may have different numbers of draws.

        Where every draw says the same, the error is that of a share that nobody has seen differ (Laplace's rule of
        succession: 1 / (n + 2)); unless nothing was in doubt (`certain`). Where all parts have the same share, which
        they may as the points of a Sobol sequence lie so evenly, it is that of rounding to whole hits in each.
        """
        number = sum(draws)
        p, se = jackknife(np.array([*zip(hits, draws, strict=True)], dtype=np.float64), _ratio)
        if p in (0, 1):
            return cls(p, 0.0 if certain else 1 / (number + 2))
        if len(draws) < 2:
            return cls(p, sqrt(p * (1 - p) / number))
        return cls(p, se or len(draws) / (sqrt(12) * number))

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"p": self.p, "se": self.se}

    @property
    def in_words(self) -> str:
        """In percent, with its error."""
        return f"{100 * self.p:.0f}% (± {100 * self.se:.1f})" if self.se else f"{100 * self.p:.0f}%"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over draws, with its standard error."""

    mean: float
    se: float

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"mean": self.mean, "se": self.se}

    @property
    def above(self) -> bool | None:
        """Whether it is above nothing; None within two standard errors of it, where that cannot be told."""
        return self.mean > 0 if abs(self.mean) > _SURE * self.se else None

    @property
    def in_words(self) -> str:
        """With its error."""
        if self.se <= abs(self.mean) * _NOTHING:
            return figure(self.mean)
        return f"{figure(self.mean)} (± {figure(self.se) if self.se >= 0.05 else f'{self.se:.1g}'})"


_SURE = 2.0
"""A difference of more than so many standard errors is told."""

_NOTHING = 1e-12
"""An error so small beside its mean is what rounding leaves of none."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """How something is distributed over draws: its mean, and what it falls below in 5, 25, 50, 75 and 95 in 100."""

    mean: Mean
    quantiles: tuple[float, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        named = {f"{100 * q:.0f}%": value for q, value in zip(QUANTILES, self.quantiles, strict=True)}
        return {**self.mean.payload(), "quantiles": named}


@dataclass(frozen=True, eq=False)
class Sample:
    """Draws in independent parts of these sizes; `certain` where nothing at all is in doubt."""

    sizes: tuple[int, ...]
    certain: bool = False

    def chance(self, hits: Bools, where: Bools | None = None, *, certain: bool = False) -> Chance:
        """The share of draws (of those `where`) with a hit; `certain` where it could not have been otherwise."""
        hit, drawn = self._sums(hits.astype(float), where).T
        return Chance.of(hit.tolist(), drawn.tolist(), certain=certain or self.certain)

    def mean(self, values: Floats, where: Bools | None = None) -> Mean:
        """The mean over draws (of those `where`)."""
        return Mean(*jackknife(self._sums(values, where), _ratio))

    def spread(self, values: Floats, where: Bools | None = None) -> Spread:
        """How values are distributed over draws (of those `where`)."""
        kept = values if where is None else values[where]
        quantiles = (
            tuple(float(each) for each in np.quantile(kept, QUANTILES)) if len(kept) else (0.0,) * len(QUANTILES)
        )
        return Spread(self.mean(values, where), quantiles)

    def parts(self) -> list[slice]:
        """The draws of each part."""
        ends = np.cumsum(self.sizes).tolist()
        return [slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True)]

    def _sums(self, values: Floats, where: Bools | None) -> Floats:
        """For each part the sum of the values, and the number of draws."""
        weight = np.ones(len(values)) if where is None else where.astype(float)
        return np.array([[(values[part] * weight[part]).sum(), weight[part].sum()] for part in self.parts()])


def _ratio(sums: Floats) -> float:
    return float(sums[0] / sums[1]) if sums[1] else 0.0


def jackknife(sums: Floats, estimate: Callable[[Floats], float]) -> tuple[float, float]:
    """An estimate from the sums of independent parts, and its error by leaving one out after the other (Tukey 1958)."""
    whole = sums.sum(axis=0)
    if len(sums) < 2:
        return estimate(whole), 0.0
    without = np.array([estimate(whole - part) for part in sums])
    spread = ((without - without.mean()) ** 2).sum() * (len(sums) - 1) / len(sums)
    return estimate(whole), sqrt(float(spread))
