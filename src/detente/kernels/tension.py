"""How does tension move, where does it settle, and how likely does it end in a crisis?

Arms races and quarrels feed on themselves: each side echoes the other and tires of it (Richardson 1960). In discrete
time x' = x - calming * x + echo x + drive; the hazard of a crisis is complementary log-log in tension.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fixed_point(calming: Floats, echo: Floats, drive: Floats) -> Floats:
    """Where the tension of each side settles: the solution of (diag(calming) - echo) x = drive.

    `calming` and `drive` have shape (sides,), `echo` (sides, sides) with nothing on its diagonal: how much of the
    other's tension (column) each side (row) takes over. LinAlgError where there is no such point.
    """
    return np.asarray(np.linalg.solve(np.diag(calming) - echo, drive), dtype=np.float64)


def spectral_radius(calming: Floats, echo: Floats) -> float:
    """By how much a disturbance is multiplied each month in the long run; the tension is stable below 1."""
    return float(np.max(np.abs(np.linalg.eigvals(np.eye(len(calming)) - np.diag(calming) + echo)), initial=0.0))


def moved(tension: Floats, calming: Floats, echo: Floats, drive: Floats) -> Floats:
    """Tension a month later, before any shock; `tension` and `drive` have shape (sides, runs)."""
    return np.asarray(tension - calming[:, None] * tension + _echoed(echo, tension) + drive, dtype=np.float64)


def _echoed(echo: Floats, tension: Floats) -> Floats:
    """The product of the two, summed in the same order however many runs there are (so not by a library's)."""
    found = np.zeros_like(tension)
    for side, row in enumerate(echo.tolist()):
        for other, part in enumerate(row):
            if part:
                found[side] += part * tension[other]
    return found


def crisis_hazard(tension: Floats, calm: float, full: float) -> Floats:
    """The chance of a crisis in a month: `calm` at no tension, `full` at 1, 1 - exp(-exp(a + b x)) between.

    Nothing at any tension where `calm` is 0.
    """
    if calm <= 0:
        return np.zeros_like(tension)
    low, high = np.log(-np.log1p(-np.array([calm, full])))
    return np.asarray(-np.expm1(-np.exp(low + (high - low) * tension)), dtype=np.float64)
