"""What do many runs come to? Counts and sums that can be added up part by part, and the estimates made of them."""

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from detente.analysis.estimates import Chance, Mean
from detente.simulation.play import BINS, BREAKDOWN, CRISIS, LEFT, NOT_YET, Ints, Ran
from detente.simulation.stage import Floats

AGREEMENT, IMPLEMENTATION, COLLAPSE, CRISES, HIGH = "agreement", "implementation", "collapse", "crisis", "high tension"
TENSION = "tension"
"""The mean, over the months of a run, of the tension between the two sides that are most at odds."""

MEASURES = (AGREEMENT, IMPLEMENTATION, COLLAPSE, CRISES, HIGH, TENSION)
"""What is measured in every run, beside what it is worth to each side."""

EVENTS = ("agreement", "implementation", "somebody leaves", "crisis ends it", "breakdown", "crisis")
"""What is counted by the month in which it first comes."""

ENDINGS = ("implemented", "done on paper only", "under way", "collapsed", "no agreement")
"""How a run may end; each ends in one of these ways."""


@dataclass(frozen=True, eq=False)
class Tally:
    """What the runs of one strategy come to: counts by month, endings, how long agreements held, and tension.

    `events` has shape (events, months + 1), `endings` one number for each; `held` counts by the months since something
    was agreed those that ended then, and those that were followed for so long and had not ended; `tension` has shape
    (pairs, months + 1, steps of tension), or no months where it is not told.
    """

    events: Ints
    endings: Ints
    held: Ints
    tension: Ints

    @classmethod
    def of(cls, ran: Ran, months: int, *, tension: bool = True) -> "Tally":
        """Of some runs, with what became of tension or without."""
        causes = [np.where(ran.cause == cause, ran.ended, NOT_YET) for cause in (LEFT, CRISIS, BREAKDOWN)]
        rows = [ran.agreed, ran.complete, *causes, ran.crisis]
        events = [np.bincount(row[row != NOT_YET], minlength=months + 1) for row in rows]
        begun, fell = ran.agreed != NOT_YET, ran.ended != NOT_YET
        spans = [(ran.ended - ran.agreed)[fell], (months - ran.agreed)[begun & ~fell]]
        held = [np.bincount(span, minlength=months + 1) for span in spans]
        return cls(
            np.array(events),
            np.bincount(_endings(ran), minlength=len(ENDINGS)),
            np.array(held),
            ran.tension if tension else ran.tension[:, :0],
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.events + other.events,
            self.endings + other.endings,
            self.held + other.held,
            self.tension + other.tension,
        )

    def plain(self) -> dict[str, object]:
        """The same in plain values; `of_plain` is the way back."""
        packed = base64.b64encode(zlib.compress(self.tension.astype("<u4").tobytes(), level=1)).decode()
        shape = list(self.tension.shape)
        counts = {name: getattr(self, name).tolist() for name in ("events", "endings", "held")}
        return {**counts, "tension": packed, "shape": shape}

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> "Tally":
        """The tally that `plain` has written."""
        tension = np.frombuffer(zlib.decompress(base64.b64decode(given["tension"])), dtype="<u4")
        events, endings, held = (np.array(given[name], dtype=np.int64) for name in ("events", "endings", "held"))
        return cls(events, endings, held, tension.reshape(given["shape"]).astype(np.int64))

    @property
    def runs(self) -> int:
        """How many runs."""
        return int(self.endings.sum())


def _endings(ran: Ran) -> Ints:
    """How each run ended, by place among `ENDINGS`."""
    marks = [ran.whole, ran.seems_whole, ran.agreed != NOT_YET]
    found = np.full(len(ran.ended), len(ENDINGS) - 1)
    for place in (2, 1, 0):
        found = np.where(marks[place], place, found)
    return np.where(ran.ended != NOT_YET, ENDINGS.index("collapsed"), found)


def measured(ran: Ran) -> Floats:
    """What is measured in each run, shape (measures, runs): `MEASURES`, then what it is worth to each side."""
    marks = [row != NOT_YET for row in (ran.agreed, ran.complete, ran.ended, ran.crisis)]
    return np.concatenate([np.array([*marks, ran.high, ran.tense], dtype=np.float64), ran.worth])


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums of what is measured, and of products between strategies on the same draws.

    `sums` has shape (measures, strategies), `products` (measures, strategies, strategies).
    """

    runs: int
    sums: Floats
    products: Floats

    @classmethod
    def of(cls, found: Sequence[Floats]) -> "Moments":
        """Of the same runs under each strategy."""
        rows = np.array(found).transpose(1, 0, 2)
        products = [[[float((one * other).sum()) for other in each] for one in each] for each in rows]
        return cls(rows.shape[2], rows.sum(axis=2), np.array(products))

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.runs + other.runs, self.sums + other.sums, self.products + other.products)

    def plain(self) -> dict[str, object]:
        """The same in plain values; `of_plain` is the way back."""
        return {"runs": self.runs, "sums": self.sums.tolist(), "products": self.products.tolist()}

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> "Moments":
        """The moments that `plain` has written."""
        return cls(given["runs"], np.array(given["sums"]), np.array(given["products"]))

    def mean(self, measure: int, strategy: int) -> Mean:
        """A mean over runs, with its standard error."""
        return self._mean(self.sums[measure, strategy], self.products[measure, strategy, strategy])

    def chance(self, measure: int, strategy: int) -> Chance:
        """A share of runs, with its standard error; where all runs agree, that of a share nobody has seen differ."""
        p = float(self.sums[measure, strategy] / self.runs)
        return Chance(p, 1 / (self.runs + 2) if p in (0, 1) else sqrt(p * (1 - p) / self.runs))

    def difference(self, measure: int, one: int, other: int) -> Mean:
        """By how much one strategy exceeds another on the same draws, with the standard error of that."""
        products = self.products[measure]
        square = products[one, one] - 2 * products[one, other] + products[other, other]
        return self._mean(self.sums[measure, one] - self.sums[measure, other], square)

    def _mean(self, total: float, square: float) -> Mean:
        mean = float(total) / self.runs
        if self.runs < 2:
            return Mean(mean, 0.0)
        spread = max(0.0, float(square) / self.runs - mean * mean) * self.runs / (self.runs - 1)
        return Mean(mean, sqrt(spread / self.runs) if spread > 1e-12 * mean * mean else 0.0)


def tension_quantiles(tally: Tally, pair: int, shares: Sequence[float]) -> list[list[float]]:
    """For each share the tension between two sides that so many runs stay below, month by month.

    Counted in steps of 1 / `BINS`: each is right to half a step.
    """
    counts = tally.tension[pair].cumsum(axis=1)
    found = []
    for share in shares:
        places = (counts < share * counts[:, -1:]).sum(axis=1)
        found.append(((np.minimum(places, BINS - 1) + 0.5) / BINS).tolist())
    return found


def month_quantile(counts: Ints, share: float) -> int | None:
    """The month by which so large a share of those that ever come to it have; None where none does."""
    total = int(counts.sum())
    return None if not total else int(np.searchsorted(counts.cumsum(), share * total))


def survival(tally: Tally) -> list[float]:
    """The chance that an agreement still stands so many months after it (the estimator of Kaplan and Meier 1958)."""
    fell, followed = tally.held
    at_risk = (fell + followed)[::-1].cumsum()[::-1]
    kept = np.where(at_risk > 0, 1 - fell / np.maximum(at_risk, 1), 1.0)
    return [float(each) for each in kept.cumprod()]
