"""Does the model tell the next month? Errors beside those of persistence and AR(1), on months that it never saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.kernels.series import Floats, least_squares, long_run_error

MODEL, PERSISTENCE, AR1 = "the model", "persistence", "AR(1)"
RIVALS = (PERSISTENCE, AR1)

Verdict = Literal["better", "no better", "worse"]

_ROUNDING = 1e-12
"""Differences of squared errors below this are those of floating point: the two say the same."""


@dataclass(frozen=True, slots=True)
class Missed:
    """By how much forecasts miss, in tension: the root of the mean square, and the mean without sign."""

    rmse: float
    mae: float


@dataclass(frozen=True, slots=True)
class Against:
    """The model beside a rival: its mean squared error less the rival's, with standard error, and what that says.

    Better or worse only where the difference is beyond doubt at 95%, no better otherwise.
    """

    difference: float
    error: float
    verdict: Verdict


def forecasts(ahead: Floats, tension: Floats, window: int) -> tuple[Mapping[str, Missed], Mapping[str, Against]]:
    """How forecasts of each month held out from the one before do, and the model beside its rivals.

    `ahead` are the model's for every month but the first; like AR(1), fitted by least squares on the window, they are
    kept within 0 and 1. Differences are tested with Newey-West errors and Student's t (Diebold and Mariano 1995;
    Harvey, Leybourne and Newbold 1997).
    """
    before, after = tension[:-1], tension[1:]
    lagged = np.column_stack([before, np.ones(len(before))])
    simple, _ = least_squares(lagged[: window - 1], after[: window - 1])
    said = {MODEL: np.clip(ahead, 0, 1), PERSISTENCE: before, AR1: np.clip(lagged @ simple, 0, 1)}
    off = {name: (after - each)[window - 1 :] for name, each in said.items()}
    scored = {
        name: Missed(float(np.sqrt(np.mean(each**2))), float(np.mean(np.abs(each)))) for name, each in off.items()
    }
    return scored, {name: compared(off[MODEL], off[name]) for name in RIVALS}


def compared(ours: Floats, theirs: Floats) -> Against:
    """Whether forecasts with the first errors are better than those with the others."""
    from scipy import special  # slow to import

    losses = ours**2 - theirs**2
    rows = len(losses)
    difference = float(np.mean(losses))
    error = long_run_error(losses) * float(np.sqrt(rows / (rows - 1)))
    beyond = float(special.stdtrit(rows - 1, 0.975)) * error + _ROUNDING
    verdict: Verdict = "better" if difference < -beyond else "worse" if difference > beyond else "no better"
    return Against(difference, error, verdict)
