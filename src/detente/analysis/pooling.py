"""What do several people say together? Their chances pooled: the mean by weight, and the median by weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum, hypot

import numpy as np

from detente.analysis.estimates import Chance, Floats, jackknife

HALF = Fraction(1, 2)

_ROUNDING = 1e-12
"""An error so small is what rounding leaves of none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one person's draws said yes, in each independent part; `certain` where nothing was drawn at all."""

    hits: tuple[int, ...]
    draws: tuple[int, ...]
    certain: bool

    @property
    def chance(self) -> Chance:
        """The chance that follows."""
        return Chance.of(self.hits, self.draws, certain=self.certain)


@dataclass(frozen=True, slots=True)
class Pooled:
    """The persons' chances taken together: their mean and their median, both by weight, each with its error."""

    linear: Chance
    median: Chance

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"linear": self.linear.payload(), "median": self.median.payload()}


def pooled(tallies: Sequence[Tally], shares: Sequence[Fraction]) -> Pooled:
    """The linear opinion pool (Stone 1961) and the weighted median of the persons' chances; `shares` add up to 1.

    The median is the chance of the person half way by weight, with that person's error; where two persons are half
    way, it is the mean of the two.
    """
    one, other = half_way([Fraction(sum(each.hits), sum(each.draws)) for each in tallies], shares)
    middle = [tallies[one]] if one == other else [tallies[one], tallies[other]]
    return Pooled(mixed(tallies, shares), mixed(middle, [Fraction(1, len(middle))] * len(middle)))


def mixed(tallies: Sequence[Tally], shares: Sequence[Fraction]) -> Chance:
    """The weighted mean of some chances from the same draws, with its standard error.

    The error is what differs between the parts of the draws, all persons' together; persons whose parts show no
    difference add the error that their own chances carry, and so do all where their differences cancel.
    """
    if len(tallies) == 1:
        return tallies[0].chance
    chances = [each.chance for each in tallies]
    weight = [float(share) for share in shares]
    p = fsum(each * chance.p for each, chance in zip(weight, chances, strict=True))
    shown = [_shown(np.array(each.hits, dtype=float), each.draws) for each in tallies]
    mean = (np.array(weight)[:, None] * np.array([each.hits for each in tallies], dtype=float)).sum(axis=0)
    common = _shown(mean, tallies[0].draws)
    if common <= _ROUNDING:
        return Chance(min(1.0, p), fsum(each * chance.se for each, chance in zip(weight, chances, strict=True)))
    silent = fsum(w * chance.se for w, chance, each in zip(weight, chances, shown, strict=True) if not each)
    return Chance(min(1.0, p), hypot(common, silent))


def _shown(hits: Floats, draws: Sequence[int]) -> float:
    """The error that the differences between parts show."""
    sums = np.stack([hits, np.array(draws, dtype=float)], axis=1)
    return jackknife(sums, lambda each: float(each[0] / each[1]))[1]


def half_way(values: Sequence[Fraction | float], shares: Sequence[Fraction]) -> tuple[int, int]:
    """The places of the two values half way by weight, whose mean is the median; the same twice if it is one."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    below = Fraction(0)
    for rank, place in enumerate(order[:-1]):
        below += shares[place]
        if below == HALF:
            return place, order[rank + 1]
        if below > HALF:
            return place, place
    return order[-1], order[-1]


def median(values: Sequence[float], shares: Sequence[Fraction]) -> float:
    """The weighted median of some values."""
    one, other = half_way(values, shares)
    return (values[one] + values[other]) / 2
