"""How does tension move, by what happened, and does knowing that tell the next month?

The tension of a dyad is 1 / (1 + exp(z)), where z is the signed square root of its monthly score less the median over
the months fitted, by their median absolute deviation: 1/2 is a usual month of the window, friendlier ones lie below.
It follows the process of a scenario in reduced form (Richardson 1960, in discrete time): next month's is this month's,
less a part `calming` of it, and more by an echo, a drive, and what each shock of that month adds (`broken`).

An undirected score is the same for both sides; of it only calming less the echo between them can be known. The echo is
then that of the other dyads (`others`). Events with source and target tell both directions apart, and so calming and
echo. What is fitted never sees the months held out; against these it is measured.
"""

import os
from collections.abc import Mapping

import numpy as np

from detente.catalog import series
from detente.errors import NotFoundError
from detente.io.events import parse_series, read_series
from detente.kernels.series import (
    Floats,
    block_counts,
    block_length,
    falling,
    least_squares,
    middle_and_spread,
    rank_correlation,
    refitted,
    signed_root,
    spread,
    spreads,
)
from detente.model.names import nearest
from detente.model.series import CODES, Asked, Monthly, fitted_months
from detente.simulation.calibration import Calibration
from detente.simulation.fitted import Fitted, Parameter
from detente.simulation.forecasts import forecasts

DRAWS, SEED, HELD_OUT = 2_000, 1, 1 / 3
LEAST_HELD_OUT, MOST_HELD_OUT = 0.1, 0.6


def calibrate(
    events: str | os.PathLike[str],
    *,
    dyads: tuple[str, ...] = (),
    shock: str | None = None,
    held_out: float = HELD_OUT,
    seed: int = SEED,
    codes: str = "gdelt",
) -> Calibration:
    """How the tension between sides moves, by a series of events, with errors and a test on the months held out.

    `events` is a series of the catalog (`korea-tension`) or a CSV file: monthly scores (`date`, a column by dyad, and
    perhaps a `shock`) or CAMEO-coded events (`date`, `source`, `target`, `code`, weighed as `codes` has it). The same
    seed gives the same errors. ScenarioError, with every problem, if the file is none; NotFoundError for a name.

    >>> calibrate("korea-tension").dyads["USA-PRK"].against["persistence"].verdict
    'worse'
    """
    if not LEAST_HELD_OUT <= held_out <= MOST_HELD_OUT:
        raise ValueError(
            f"from {LEAST_HELD_OUT:g} to {MOST_HELD_OUT:g} of the months can be held out, not {held_out:g}"
        )
    known = [each for each in CODES if each == codes]
    if not known:
        raise NotFoundError(f"no weights named '{codes}'{nearest(codes, CODES)}")
    asked = Asked(tuple(dyads), shock, known[0], held_out)
    return calibrated(_read(events, asked), asked, seed=seed)


def _read(events: str | os.PathLike[str], asked: Asked) -> Monthly:
    """A name of the catalog goes before a file of the same name."""
    name = os.fspath(events)
    if isinstance(events, str) and name in series.names():
        return parse_series(series.text(name), asked, name)
    try:
        return read_series(name, asked)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: no file can have such a name
        raise NotFoundError(f"no series named '{name}', and no file there{nearest(name, series.names())}") from None


def calibrated(monthly: Monthly, asked: Asked, *, seed: int = SEED) -> Calibration:
    """The same of scores that are read already."""
    window = fitted_months(len(monthly.months), asked.held_out)
    scales = {
        name: middle_and_spread(signed_root(np.array(scores[:window]))) for name, scores in monthly.scores.items()
    }
    tension = {name: falling(signed_root(np.array(monthly.scores[name])), *scale) for name, scale in scales.items()}
    counts = block_counts(window - 1, DRAWS, np.random.default_rng(seed))
    found = {
        name: fitted(monthly, name, tension, window=window, counts=counts, scale=scales[name])
        for name in monthly.scores
    }
    return Calibration(monthly, asked, window, found, DRAWS, block_length(window - 1), seed)


def _bearing(monthly: Monthly, tension: Mapping[str, Floats], name: str) -> Mapping[str, Floats]:
    """What bears on the tension of one dyad, or one direction, in every month but the first, by parameter."""
    columns = {"calming": tension[name][:-1]}
    if name in monthly.opposite:
        columns["echo"] = tension[monthly.opposite[name]][:-1]
    elif len(tension) > 1:
        columns["others"] = np.mean([each[:-1] for other, each in tension.items() if other != name], axis=0)
    columns["drive"] = np.ones(len(tension[name]) - 1)
    if monthly.shocks:
        columns["broken"] = np.array(monthly.shocks[1:])
    return columns


def fitted(
    monthly: Monthly,
    name: str,
    tension: Mapping[str, Floats],
    *,
    window: int,
    counts: Floats,
    scale: tuple[float, float],
) -> Fitted:
    """What the window says of one dyad, and how its forecasts do beyond it; `tension` is that of all, by name."""
    bearing = _bearing(monthly, tension, name)
    names, design, after, rows = list(bearing), np.column_stack(list(bearing.values())), tension[name][1:], window - 1
    kept, left = least_squares(design[:rows], after[:rows])
    drawn = refitted(design[:rows], after[:rows], counts)
    values, draws = _calming_first(kept), _calming_first(drawn)
    parameters = {each: _parameter(float(values[k]), draws[:, k]) for k, each in enumerate(names)}
    shaken = spreads(left, counts, len(names))
    parameters["incidents"] = _parameter(spread(left, len(names)), shaken)
    ahead = design.copy()
    if "broken" in names:  # no forecast knows the shocks of the month to come
        ahead[:, names.index("broken")] = np.mean(design[:rows, names.index("broken")])
    scored, against = forecasts(ahead @ kept, tension[name], window)
    fed = _parameter(*_fed(names, design[:rows], kept, drawn))
    rank = rank_correlation(np.array(monthly.scores[name]), np.array(monthly.shocks)) if monthly.shocks else None
    return Fitted(scale, tuple(tension[name].tolist()), parameters, fed, scored, against, rank)


def _calming_first(found: Floats) -> Floats:
    """The coefficients with the part that goes in place of the part that stays."""
    told = found.copy()
    told[..., 0] = 1 - told[..., 0]
    return told


def _fed(names: list[str], design: Floats, kept: Floats, drawn: Floats) -> tuple[float, Floats]:
    """The drive with what the other dyads add to it on average: what feeds the tension of two sides looked at alone."""
    drive = names.index("drive")
    if "others" not in names:
        return float(kept[drive]), drawn[:, drive]
    others = names.index("others")
    mean = float(np.mean(design[:, others]))
    return float(kept[drive] + mean * kept[others]), drawn[:, drive] + mean * drawn[:, others]


def _parameter(value: float, drawn: Floats) -> Parameter:
    low, high = np.quantile(drawn, (0.05, 0.95)).tolist()
    return Parameter(value, float(np.std(drawn, ddof=1)), low, high)
