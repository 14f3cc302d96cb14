"""What comes of a strategy, and is it better than another? Chances, times, worth and tension, with their errors."""

from collections.abc import Mapping
from dataclasses import dataclass

from detente.analysis.estimates import Chance, Mean
from detente.simulation.play import Ints
from detente.simulation.stage import Stage
from detente.simulation.tally import (
    AGREEMENT,
    COLLAPSE,
    CRISES,
    ENDINGS,
    EVENTS,
    HIGH,
    IMPLEMENTATION,
    MEASURES,
    TENSION,
    Moments,
    Tally,
    month_quantile,
    survival,
    tension_quantiles,
)

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Odds:
    """What comes of one strategy under one mix of types.

    `months` has, for what ever comes, the months by which a quarter, half and three quarters of those have come to it;
    `high` the months of high tension between any two sides, `mean_tension` the mean over the months between the two
    most at odds; `tension` what it stays below between two sides in 5, 25,
    50, 75 and 95 of 100 runs, month by month; `stands` the chance that an agreement still stands so many months later.
    """

    agreement: Chance
    implementation: Chance
    collapse: Chance
    crisis: Chance
    endings: Mapping[str, Chance]
    months: Mapping[str, tuple[int, ...] | None]
    high: Mean
    mean_tension: Mean
    worth: Mapping[str, Mean]
    tension: Mapping[tuple[str, str], tuple[tuple[float, ...], ...]]
    stands: tuple[float, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            **{name: getattr(self, name).payload() for name in ("agreement", "implementation", "collapse", "crisis")},
            "endings": {name: each.payload() for name, each in self.endings.items()},
            "months": {name: None if each is None else list(each) for name, each in self.months.items()},
            "high_tension": self.high.payload(),
            "mean_tension": self.mean_tension.payload(),
            "worth": {party: each.payload() for party, each in self.worth.items()},
            "tension": [
                {
                    "between": list(pair),
                    **{f"{100 * share:.0f}%": list(row) for share, row in zip(SHARES, rows, strict=True)},
                }
                for pair, rows in self.tension.items()
            ],
            "stands": list(self.stands),
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """By how much a strategy exceeds another on the same draws."""

    implementation: Mean
    high: Mean
    mean_tension: Mean
    worth: Mapping[str, Mean]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "implementation": self.implementation.payload(),
            "high_tension": self.high.payload(),
            "mean_tension": self.mean_tension.payload(),
            "worth": {party: each.payload() for party, each in self.worth.items()},
        }


def odds_of(made: Stage, tally: Tally, moments: Moments, k: int) -> Odds:
    """What comes of the strategy at place k."""
    events = dict(zip(EVENTS, tally.events, strict=True))
    quartiles = {
        name: _quarters(events[name]) if name in events else _quarters(tally.events[2:5].sum(axis=0))
        for name in ("agreement", "implementation", "collapse", "crisis")
    }
    return Odds(
        agreement=moments.chance(MEASURES.index(AGREEMENT), k),
        implementation=moments.chance(MEASURES.index(IMPLEMENTATION), k),
        collapse=moments.chance(MEASURES.index(COLLAPSE), k),
        crisis=moments.chance(MEASURES.index(CRISES), k),
        endings={name: Chance.of([int(n)], [tally.runs]) for name, n in zip(ENDINGS, tally.endings, strict=True)},
        months=quartiles,
        high=moments.mean(MEASURES.index(HIGH), k),
        mean_tension=moments.mean(MEASURES.index(TENSION), k),
        worth={name: moments.mean(len(MEASURES) + i, k) for i, name in enumerate(made.names)},
        tension={
            (made.names[i], made.names[j]): tuple(map(tuple, tension_quantiles(tally, pair, SHARES)))
            for pair, (i, j) in enumerate(made.pairs)
            if tally.tension.size
        },
        stands=tuple(survival(tally)),
    )


def _quarters(counts: Ints) -> tuple[int, ...] | None:
    found = [month_quantile(counts, share) for share in QUARTERS]
    return None if None in found else tuple(each for each in found if each is not None)


def beside(made: Stage, moments: Moments, j: int, k: int) -> Beside:
    """By how much the first exceeds the second."""
    return Beside(
        moments.difference(MEASURES.index(IMPLEMENTATION), j, k),
        moments.difference(MEASURES.index(HIGH), j, k),
        moments.difference(MEASURES.index(TENSION), j, k),
        {name: moments.difference(len(MEASURES) + i, j, k) for i, name in enumerate(made.names)},
    )
