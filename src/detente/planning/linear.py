"""How are sums of yes-or-no variables kept exact until the solver needs whole numbers? As fractions, scaled once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

WHOLE = 2**40
"""Numbers are scaled to whole ones: exactly where their common denominator allows, else as finely as this does."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of yes-or-no variables, each times a number, and a number."""

    terms: Mapping[int, Fraction]
    constant: Fraction = Fraction(0)

    def plus(self, other: "Linear", times: Fraction = Fraction(1)) -> "Linear":
        """The sum with so many times another."""
        terms = dict(self.terms)
        for index, value in other.terms.items():
            terms[index] = terms.get(index, Fraction(0)) + value * times
        return Linear(terms, self.constant + other.constant * times)


NOTHING = Linear({})


def scale_of(values: Sequence[Fraction], whole: int = WHOLE) -> tuple[int, int]:
    """What to multiply by, so that no number exceeds `whole`, and what rounding can cost in all."""
    exact = lcm(*(value.denominator for value in values)) if values else 1
    largest = max((abs(value) for value in values), default=Fraction(0))
    if largest * exact <= whole:
        return exact, 0
    digits = whole // 1000
    return max(1, int(digits / largest) if largest > 1 else digits), len(values)
