"""What happened between sides, month by month? Scores of dyads, and what shook them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Codes = Literal["gdelt", "icews"]
"""By whose weights events are scored: as GDELT or as ICEWS use Goldstein's."""

CODES: tuple[Codes, ...] = get_args(Codes)

LEAST_FITTED, LEAST_HELD_OUT = 24, 12
"""So many months at least are fitted, and so many held out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a file is wanted: dyads (none named: all of them), a column of shocks, weights, the part held out."""

    dyads: tuple[str, ...] = ()
    shock: str | None = None
    codes: Codes = "gdelt"
    held_out: float = 1 / 3


@dataclass(frozen=True, slots=True)
class Monthly:
    """Scores by month, without gaps; high ones are friendly.

    `scores` is by dyad (USA-PRK). With `opposite` it is by direction (USA → PRK), and that tells the other direction
    of each. `shocks` counts what happened besides; `about` is what the file says of itself.
    """

    file: str
    months: tuple[str, ...]
    scores: Mapping[str, tuple[float, ...]]
    opposite: Mapping[str, str] = field(default_factory=dict)
    shocks: tuple[float, ...] = ()
    about: tuple[str, ...] = ()


def fitted_months(months: int, held_out: float) -> int:
    """How many of so many months are fitted, the rest being held out."""
    return months - round(months * held_out)


def least_months(held_out: float) -> int:
    """How many months a series must have at least, so that enough are fitted and enough held out."""
    months = LEAST_FITTED + LEAST_HELD_OUT
    while fitted_months(months, held_out) < LEAST_FITTED or round(months * held_out) < LEAST_HELD_OUT:
        months += 1
    return months
