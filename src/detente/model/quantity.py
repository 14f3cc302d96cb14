"""How much is it worth, and how sure is anyone? A number with its range, its reason and its source."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

NANO = 10**9
"""The numbers of a scenario are whole multiples of 1 / NANO."""

Shape = Literal["pert", "triangular", "uniform"]
"""How belief lies within a range: most near the likely value (pert), falling off straight (triangular), or level."""


def nine_decimals(value: Fraction) -> Fraction:
    """A number rounded to nine decimals, half to even."""
    return value if NANO % value.denominator == 0 else Fraction(round(value * NANO), NANO)


def times(one: Fraction, other: Fraction) -> Fraction:
    """The product of two numbers, rounded to nine decimals."""
    return nine_decimals(one * other)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A judged number: low, likely and high, why it was judged so, and on what source.

    The three are exact rationals with `low <= likely <= high`; `line` is the line of the file it stands on. `shape`
    says how it is drawn within its range. With `times` it is the product of two judged numbers, a scale that it shares
    with others and one of its own; these are drawn, and its range is that of their product.
    """

    low: Fraction
    likely: Fraction
    high: Fraction
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)
    shape: Shape = "pert"
    times: "tuple[Quantity, Quantity] | None" = None

    @classmethod
    def of(cls, value: Fraction | int) -> "Quantity":
        """A number that nobody doubts."""
        exact = Fraction(value)
        return cls(exact, exact, exact)

    @property
    def certain(self) -> bool:
        """Whether low and high are the same number."""
        return self.low == self.high

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(
            self.low + other.low,
            self.likely + other.likely,
            self.high + other.high,
            "; ".join(text for text in (self.why, other.why) if text),
            tuple(dict.fromkeys(self.source + other.source)),
            other.line or self.line,
            other.shape if self.certain else self.shape,
        )


NOTHING = Quantity.of(0)
