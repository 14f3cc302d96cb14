"""Which points are there at all? Every one of them, in blocks rather than kept, equal ones mostly together.

Where the last variables are few in combination they are gone through one by one, and what remains is joined in two
halves whose pairs are looked at but never stored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from detente.kernels.elimination import BLOCK, Bounds, Run, Tick, TooWideError, blocks
from detente.kernels.messages import Message, table
from detente.kernels.pruning import Exact, Ints, merged


def visit(
    sizes: Sequence[int],
    messages: Sequence[Message],
    seen: Callable[[Exact, Ints, Exact], None],
    *,
    limit: int,
    pairs: int,
    bounds: Bounds | None = None,
    tick: Tick = lambda: None,
) -> None:
    """Every point, as worth, flags and count, in blocks.

    For one variant whose messages count, and for bounds without weights. What is not handed on could not come to what
    `bounds` asks for. Raises TooWideError, before anything is handed on, where more than `limit` rows would be needed
    at once or more than `pairs` looked at in the end; `tick` as in `eliminate`.
    """
    run = Run(tuple(sizes), merged, limit, bounds, tick)
    halves = _cell_by_cell(run, *run.pool(messages, most=BLOCK))
    if _pairs(halves) > pairs:
        halves = _cell_by_cell(run, *run.pool(messages))
    if _pairs(halves) > pairs:
        raise TooWideError((), _pairs(halves))
    least = [] if bounds is None else [int(row[0]) for row in bounds.least]
    for one, other in halves:
        for rows, others in _reaching(one, other, least):
            tick()
            worth = one.worth.take(rows, axis=1) + other.worth.take(others, axis=1)
            flags = one.flags.take(rows) | other.flags.take(others)
            assert one.count is not None  # what is visited is counted
            assert other.count is not None
            seen(worth, flags, one.count.take(rows) * other.count.take(others))


def _cell_by_cell(run: Run, pool: Sequence[Message], left: Sequence[int]) -> list[tuple[Message, Message]]:
    """For each assignment of the variables that are left the two halves of what remains."""
    cells = [dict(zip(left, digits, strict=True)) for digits in np.ndindex(*(run.sizes[v] for v in left))]
    within = [[_within(message, digits, run.sizes) for message in pool] for digits in cells]
    return [_halves(run, here) for here in within if all(len(each.flags) for each in here)]


def _pairs(halves: Sequence[tuple[Message, Message]]) -> int:
    return sum(len(one.flags) * len(other.flags) for one, other in halves)


def _within(message: Message, digits: Mapping[int, int], sizes: Sequence[int]) -> Message:
    """What a message of one variant says where its variables stand so."""
    cell = 0
    for variable in message.scope:
        cell = cell * sizes[variable] + digits[variable]
    rows = slice(message.starts[cell], message.starts[cell + 1])
    return replace(
        message,
        scope=(),
        starts=np.array([0, rows.stop - rows.start]),
        worth=message.worth[:, rows],
        code=message.code[:, rows],
        count=None if message.count is None else message.count[rows],
        flags=message.flags[rows],
    )


def _halves(run: Run, pool: Sequence[Message]) -> tuple[Message, Message]:
    """Messages of no scope joined in two lots that have about as many rows."""
    lots: tuple[list[Message], list[Message]] = [], []
    rows = [1, 1]
    for message in sorted(pool, key=lambda each: len(each.flags), reverse=True):
        place = int(rows[1] < rows[0])
        lots[place].append(message)
        rows[place] *= len(message.flags)
    one = run.joined((), lots[0], run.need(lots[1]), 1)
    return one, run.joined((), lots[1] or [_nothing(one)], run.need([one]), 1)


def _nothing(like: Message) -> Message:
    """The message that adds nothing."""
    worth = np.zeros((len(like.worth), 1, 1), dtype=np.int64)
    return table((), like.variant, worth, code=np.zeros((len(like.code), 1), dtype=np.int64), count=int)


def _reaching(one: Message, other: Message, least: Sequence[int]) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of their rows whose worth to each of the first parties is at least so much, in blocks."""
    falling = np.arange(len(other.flags))
    lengths = np.full(len(one.flags), len(falling))
    if least:
        rising = np.argsort(other.worth[0], kind="stable")
        falling = rising[::-1]
        lengths -= np.searchsorted(other.worth[0].take(rising), least[0] - one.worth[0])
    for rows, places in blocks(lengths, np.zeros_like(lengths)):
        pair = rows, falling.take(places)
        for k, wanted in enumerate(least[1:], start=1):
            kept = np.flatnonzero(one.worth[k].take(pair[0]) + other.worth[k].take(pair[1]) >= wanted)
            pair = pair[0].take(kept), pair[1].take(kept)
        yield pair
