"""What do some variables leave to the others? Points for every assignment of those they still touch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.kernels.pruning import Exact, Ints


@dataclass(frozen=True, slots=True)
class Message:
    """Points for every class of variants and every assignment of the scope.

    `variant` maps each variant to its class; cell `class * cells + assignment` (mixed radix, last variable fastest)
    holds the points from `starts[cell]` to `starts[cell + 1]`. `worth` has shape (parties, points) and `code` (digits,
    points), with as many digits of 62 bits as it needs; `count` is None where nobody asked.
    """

    scope: tuple[int, ...]
    variant: Ints
    starts: Ints
    worth: Exact
    code: Ints
    count: Exact | None
    flags: Ints

    def of_variant(self, variant: int) -> slice:
        """The rows of one variant, in a message with nothing left in its scope."""
        cell = int(self.variant[variant])
        return slice(int(self.starts[cell]), int(self.starts[cell + 1]))


def table(
    scope: tuple[int, ...],
    variant: Ints,
    worth: Exact,
    *,
    code: Ints,
    allowed: NDArray[np.bool_] | None = None,
    flags: Ints | None = None,
    count: type | None = None,
) -> Message:
    """A message with at most one point in each cell: what a table of numbers says.

    `worth` has shape (parties, classes, cells), `allowed` and `flags` (classes, cells) and `code` (digits, cells);
    `count` is the type to count outcomes in, int or object (for more than 2^62 of them).
    """
    parties, classes, cells = worth.shape
    there = np.ones((classes, cells), dtype=bool) if allowed is None else allowed
    cell = np.flatnonzero(there.reshape(-1))
    place = cell % max(cells, 1)
    return Message(
        scope,
        variant,
        np.concatenate(([0], np.cumsum(there.reshape(-1)))).astype(np.int64),
        worth.reshape(parties, classes * cells)[:, cell],
        code[:, place],
        None if count is None else np.full(len(cell), 1, dtype=count),
        np.zeros(len(cell), dtype=np.int64) if flags is None else flags.reshape(-1)[cell],
    )


def evaluate(messages: Sequence[Message], sizes: Sequence[int], digits: Sequence[Ints]) -> tuple[Exact, Ints, Ints]:
    """The worth and flags of given outcomes, and which are allowed, from tables (one variant, one point a cell).

    `digits` holds for each variable its option in every outcome; the third result lists the outcomes allowed.
    """
    allowed = np.arange(len(digits[0]) if digits else 1)
    for message in messages:  # the tables that forbid something first, so that little is left to add up
        if (np.diff(message.starts) == 0).any():
            cell = _cell_of(message, sizes, digits, allowed)
            allowed = allowed[message.starts[cell + 1] > message.starts[cell]]
    places = [message.starts[_cell_of(message, sizes, digits, allowed)] for message in messages]
    worth: Exact = sum(
        (message.worth[:, place] for message, place in zip(messages[1:], places[1:], strict=True)),
        start=messages[0].worth[:, places[0]],
    )
    marks = [message.flags[place] for message, place in zip(messages, places, strict=True)]
    return worth, np.bitwise_or.reduce(marks), allowed


def _cell_of(message: Message, sizes: Sequence[int], digits: Sequence[Ints], outcomes: Ints) -> Ints:
    cell = np.zeros(len(outcomes), dtype=np.int64)
    for variable in message.scope:
        cell = cell * sizes[variable] + digits[variable][outcomes]
    return cell
