"""What does a side say that it wants? Positions in words, and the one rule that makes points of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from detente.model.quantity import Quantity


class Salience(StrEnum):
    """How much an issue matters to a side."""

    VITAL = "vital"
    IMPORTANT = "important"
    MINOR = "minor"


WEIGHTS: Mapping[Salience, Quantity] = {
    Salience.VITAL: Quantity(Fraction(60), Fraction(90), Fraction(120)),
    Salience.IMPORTANT: Quantity(Fraction(21), Fraction(30), Fraction(39)),
    Salience.MINOR: Quantity(Fraction(6), Fraction(9), Fraction(12)),
}
"""What an issue weighs in points: about three times as much with each step, and about a third more or less than that.

A quarter of a rung is a finite decimal of each on ladders of up to seven options, so that equal worths stay equal.
"""


@dataclass(frozen=True, slots=True)
class Position:
    """What a side wants of an issue, what it would accept besides, and what it refuses at any price.

    `date` says when it was last so, as the file writes it (1963, 1963-07 or 1963-07-15).
    """

    wants: str
    accepts: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    salience: Salience = Salience.IMPORTANT
    date: str = ""
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


_HALF = Fraction(1, 2)


def shares(position: Position, options: Sequence[str], *, ordered: bool, exact: bool) -> dict[str, Quantity]:
    """What part of the issue's weight each option is worth: all for what is wanted, and less with each rung from there.

    A rung costs an equal part of the way to the furthest option, and half of that up to the furthest option that the
    side accepts. Each option's worth is in doubt by half its own rung either way, unless the rungs are `exact` (numbers
    and dates). Where options are not `ordered`, each lies one rung from what is wanted.
    """
    wanted = options.index(position.wants)
    longest = max(wanted, len(options) - 1 - wanted) if ordered else 1
    return {
        option: _share(_rungs(position, options, option, ordered=ordered), longest, exact=exact) for option in options
    }


def _rungs(position: Position, options: Sequence[str], option: str, *, ordered: bool) -> list[Fraction]:
    """What each rung from what is wanted to an option costs: one, or a half where the side would accept it."""
    if not ordered:
        return [] if option == position.wants else [_HALF if option in position.accepts else Fraction(1)]
    wanted = options.index(position.wants)
    away = options.index(option) - wanted
    accepted = [options.index(each) - wanted for each in position.accepts]
    within = max((abs(other) for other in accepted if other * away > 0), default=0)
    return [_HALF if rung <= within else Fraction(1) for rung in range(1, abs(away) + 1)]


def _share(costs: Sequence[Fraction], longest: int, *, exact: bool) -> Quantity:
    """What is left of the whole after these rungs, the last one in doubt by half of what it costs."""
    if not costs:
        return Quantity.of(1)
    left = 1 - sum(costs, Fraction(0)) / longest
    doubt = costs[-1] / (2 * longest)
    if exact:
        return Quantity.of(left)
    return Quantity(max(left - doubt, Fraction(0)), left, min(left + doubt, Fraction(1)))
