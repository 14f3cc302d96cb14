"""How many outcomes are attainable? Counted where that can be done, else estimated, and labelled so."""

from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from detente.analysis.compile import Question
from detente.analysis.limits import tick
from detente.analysis.search import Evaluator

_COUNTED = 10_000_000
_BLOCK = 500_000
_DRAWS = 200_000
_SEED = 2021


@dataclass(frozen=True, slots=True)
class Count:
    """A number of outcomes: exact, or an estimate with its standard error from so many seeded draws."""

    exact: int | None
    estimate: float | None = None
    standard_error: float | None = None
    draws: int | None = None
    seed: int | None = None

    @property
    def best(self) -> float:
        """The exact number or else the estimate."""
        return self.exact if self.exact is not None else (self.estimate or 0.0)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "exact": self.exact is not None,
            "number": self.best,
            "standard_error": self.standard_error,
            "draws": self.draws,
            "seed": self.seed,
        }


def count_acceptable(question: Question) -> Count:
    """How many outcomes pass as an agreement: counted up to 10^7 combinations, beyond that estimated from draws.

    Draws are uniform over all combinations of options; the error is the binomial one.
    """
    evaluator = Evaluator(question)
    if prod(evaluator.sizes) <= _COUNTED:
        return Count(_enumerated(evaluator))
    chance = np.random.default_rng(_SEED)
    digits = [chance.integers(0, size, _DRAWS) for size in evaluator.sizes]
    share = evaluator.accepted(digits) / _DRAWS
    total = float(prod(evaluator.sizes))
    return Count(None, total * share, total * sqrt(share * (1 - share) / _DRAWS), _DRAWS, _SEED)


def _enumerated(evaluator: Evaluator) -> int:
    found, total = 0, prod(evaluator.sizes)
    for first in range(0, total, _BLOCK):
        tick()
        codes = np.arange(first, min(total, first + _BLOCK))
        found += evaluator.accepted([np.asarray(d) for d in np.unravel_index(codes, evaluator.sizes)])
    return found
