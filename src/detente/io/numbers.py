"""Which number does a text mean? Exactly, to nine decimals, and never by way of a binary fraction."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from detente.model.quantity import NANO, Quantity, times

BEYOND = 10**12
LONGEST = 60
NUMERAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN)
NINE = Decimal(1).scaleb(-9)


class NumeralError(ValueError):
    """The text is no number; the message says what it is instead."""


@lru_cache(maxsize=4096)
def number(text: str) -> Fraction:
    """The number that a numeral means, rounded to nine decimals (half to even)."""
    if len(text) > LONGEST:
        raise NumeralError(f"a number has at most {LONGEST} characters")
    if not NUMERAL.fullmatch(text):
        raise NumeralError(f"a number is due here, such as 12 or -3.5; this is '{text}'")
    value = Decimal(text)
    if value.adjusted() > 13 or abs(value) > BEYOND:
        raise NumeralError(f"nothing beyond 10^12 counts; this is '{text}'")
    return Fraction(value.quantize(NINE, context=EXACT))


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Fraction, Fraction, Fraction]:
    """The low, likely and high of a number, or of a range such as 10..14."""
    if len(text) > 2 * LONGEST + 4:
        raise NumeralError(f"a number has at most {LONGEST} characters")
    first, dots, last = text.partition("..")
    if dots and _numeral(first) and _numeral(last):
        low, high = number(first.strip()), number(last.strip())
        if low > high:
            raise NumeralError(f"the range is upside down; did you mean {last.strip()}..{first.strip()}?")
        return low, middle(low, high), high
    if dots or not _numeral(text):
        raise NumeralError(f"a number is due here, such as 12 or 10..14; this is '{text}'")
    value = number(text.strip())
    return value, value, value


def _numeral(text: str) -> bool:
    return NUMERAL.fullmatch(text.strip()) is not None


def middle(low: Fraction, high: Fraction) -> Fraction:
    """Half way between two numbers, rounded to nine decimals (half to even)."""
    return rounded((nanos(low) + nanos(high)), 2)


def nanos(value: Fraction) -> int:
    """A number of nine decimals as a whole number of billionths."""
    return value.numerator * (NANO // value.denominator)


def rounded(dividend: int, divisor: int) -> Fraction:
    """So many billionths divided by a positive number, rounded to nine decimals (half to even)."""
    whole, rest = divmod(dividend, divisor)
    if 2 * rest > divisor or (2 * rest == divisor and whole % 2):
        whole += 1
    return Fraction(whole, NANO)


def product(scale: Quantity, own: Quantity) -> Quantity:
    """A number times a scale, rounded to nine decimals; the range is that of all products."""
    ends = [times(one, other) for one in (scale.low, scale.high) for other in (own.low, own.high)]
    likely = times(scale.likely, own.likely)
    source = tuple(dict.fromkeys(own.source + scale.source))
    why = own.why or scale.why
    return Quantity(min(ends), likely, max(ends), why, source, own.line, own.shape, (scale, own))


def written(billionths: int) -> str:
    """A number as it is written: no zeros at the end, no exponent."""
    whole, rest = divmod(abs(billionths), NANO)
    sign = "-" if billionths < 0 else ""
    return f"{sign}{whole}.{rest:09d}".rstrip("0").rstrip(".")
