"""Which points of a set does another point of the same context beat, or equal?

Rows are compared only within their context. Worth is exact: integers, never floats (a naive float sum decides
dominance wrongly). Two columns: sort and running maximum (Kung, Luccio & Preparata 1975). Three or more: moocore's
filter, fed with ranks where floats would not be exact.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Objects = NDArray[np.object_]
Bools = NDArray[np.bool_]
Exact = Ints | Objects
"""Whole numbers: int64, or Python's own where int64 would overflow."""

_BITS = 63
_FLOAT_EXACT = 2**53
_SMALL = (2, 4, 8, 16, 32)
"""Contexts of so few points are compared many at a time; a call of the filter for each would cost more."""

_CELLS = 4_000_000

_ODD, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
"""The multiplier of Fibonacci hashing (Knuth 1998, section 6.4), and half a word."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The points that are kept, in order of context, equal ones side by side; `starts`: where a new one begins."""

    rows: Ints
    starts: Ints


def merged(context: Ints, worth: Exact) -> Groups:
    """Every point, with equal ones (same context, same worth) brought together; `worth` has shape (parties, points)."""
    columns = _ranked(worth)
    key = _mixed(context, columns)
    rows = np.argsort(key)
    fresh = np.ones(len(rows), dtype=bool)
    if len(rows):
        fresh[1:] = key[rows[1:]] != key[rows[:-1]]
    first, again = rows[np.flatnonzero(~fresh) - 1], rows[~fresh]
    if any((column[first] != column[again]).any() for column in (context, *columns)):
        return _group(context, columns, np.arange(len(context)))
    return Groups(rows, np.flatnonzero(fresh))


def undominated(context: Ints, worth: Exact, weighed: int | None = None) -> Groups:
    """The points that no other of their context dominates (as much to every party, more to one); equal ones all stay.

    `worth` has shape (parties, points). With `weighed`, a point is beaten only by one that gives more to one of that
    many first parties and as much to all: the others only constrain. Inputs are not modified.
    """
    columns = _ranked(worth)
    varying = [column for column in columns if _varies(column)]
    if weighed is not None and any(_varies(column) for column in columns[weighed:]):
        varying.append(_strictness(columns[:weighed], columns[weighed:]))
    return _unbeaten(context, varying)


def foremost(context: Ints, worth: Exact, weighed: int, parties: int) -> Groups:
    """The points that no other of their context beats, of those alike to the weighed parties the first if it can be.

    A point is beaten by one that gives every party as much and either gives one of the first `weighed` more or comes no
    later. Rows of `worth` below those of the parties are the place in an order, its highest digit last.
    """
    columns = _ranked(worth)
    varying = [column for column in columns[:parties] if _varies(column)]
    return _unbeaten(context, [*varying, _strictness(columns[:weighed], columns[parties:])])


def _unbeaten(context: Ints, varying: list[Ints]) -> Groups:
    if len(varying) <= 2:
        return _staircase(context, varying)
    return _filtered(context, np.stack(varying))


def _mixed(context: Ints, columns: Ints) -> NDArray[np.uint64]:
    """A key for each point, in order of context: equal points share it, others hardly ever."""
    mixed = np.zeros(len(context), dtype=np.uint64)
    for column in columns:
        mixed = (mixed ^ (mixed >> _SHIFT)) * _ODD + column.astype(np.uint64)
    mixed = (mixed ^ (mixed >> _SHIFT)) * _ODD
    bits = int(context.max(initial=0)).bit_length()
    if bits == 0:
        return mixed
    return (context.astype(np.uint64) << np.uint64(64 - bits)) | (mixed >> np.uint64(bits))


def _varies(column: Ints) -> bool:
    return len(column) > 0 and bool((column != column[0]).any())


def _rank(column: Exact) -> Ints:
    return np.unique(column, return_inverse=True)[1]


def _ranked(worth: Exact) -> Ints:
    """The worth as int64; where it does not fit, the rank within its row, which decides dominance just as well."""
    if worth.dtype != object:
        return cast(Ints, worth)
    return np.array([_rank(column) for column in worth], dtype=np.int64).reshape(worth.shape)


def _strictness(weighed: Ints, others: Ints) -> Ints:
    """A row that lets a point be beaten only by one with more in the weighed rows.

    It rises with the sum of their ranks and, where that is equal, falls along a linear order of the other rows.
    """
    order = np.lexsort(others)
    rank = np.zeros(others.shape[1], dtype=np.int64)
    rank[order[1:]] = np.cumsum((others[:, order[1:]] != others[:, order[:-1]]).any(axis=0))
    total = sum((_rank(column) for column in weighed), start=np.zeros(others.shape[1], dtype=np.int64))
    return total * (int(rank.max(initial=0)) + 1) - rank


def _staircase(context: Ints, columns: list[Ints]) -> Groups:
    """The rule for at most two parties: by falling first worth, whatever raises the maximum of the second stays."""
    nothing = np.zeros(1, dtype=np.int64)
    first, second = [*columns, nothing, nothing][:2]
    if len(context) and (int(context.max()) + 1) * (int(second.max()) - int(second.min()) + 1) >= 2**_BITS:
        second = _rank(second)
    rows, fresh = _sorted(context, first, second)
    lowest = int(second.min())
    level = context[rows]
    if len(columns) > 1:
        level = level * (int(second.max()) - lowest + 1) + (second[rows] - lowest)
    keep = np.ones(len(rows), dtype=bool)
    keep[1:] = level[1:] > np.maximum.accumulate(level)[:-1]
    if fresh.all():
        kept = rows[keep]
        return Groups(kept, np.arange(len(kept)))
    stays = keep[fresh][np.cumsum(fresh) - 1]
    return Groups(rows[stays], np.flatnonzero(fresh[stays]))


def _sorted(context: Ints, first: Ints, second: Ints) -> tuple[Ints, Bools]:
    """Points by rising context, falling first, falling second; and where a point differs from the one before."""
    fresh = np.ones(len(context), dtype=bool)
    if len(context) == 0:
        return np.zeros(0, dtype=np.int64), fresh
    parts = (context, first, second)
    low = [int(part.min()) for part in parts]
    high = [int(part.max()) for part in parts]
    bits = [(top - bottom).bit_length() for top, bottom in zip(high, low, strict=True)]
    if sum(bits) <= _BITS:
        key = (((context - low[0]) << bits[1] | (high[1] - first)) << bits[2]) | (high[2] - second)
        rows = np.argsort(key)
        key = key[rows]
        np.not_equal(key[1:], key[:-1], out=fresh[1:])
    else:
        whole = [np.broadcast_to(part, context.shape) for part in parts]
        rows = np.lexsort((-whole[2], -whole[1], context))
        fresh[1:] = np.logical_or.reduce([part[rows][1:] != part[rows][:-1] for part in whole])
    return rows, fresh


def _filtered(context: Ints, columns: Ints) -> Groups:
    """The rule for three parties or more, one context after the other."""
    from moocore import is_nondominated  # 78 ms to import, and two parties do without

    if int(np.abs(columns).max()) >= _FLOAT_EXACT:
        columns = np.stack([_rank(column) for column in columns])
    rows = np.argsort(context, kind="stable")
    values = np.ascontiguousarray(columns.T[rows], dtype=np.float64)
    ordered = context[rows]
    edges = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, [len(rows)]))
    sizes = np.diff(edges)
    keep = np.ones(len(rows), dtype=bool)
    for most in _SMALL:
        least = most // 2
        chosen = np.flatnonzero((sizes > least) & (sizes <= most))
        for block in np.array_split(chosen, max(1, len(chosen) * most * most // _CELLS)):
            _compare_all(values, edges[block], sizes[block], most, keep)
    for context_ in np.flatnonzero(sizes > _SMALL[-1]).tolist():
        begin, end = edges[context_], edges[context_ + 1]
        keep[begin:end] = is_nondominated(values[begin:end], maximise=True, keep_weakly=True)
    return _group(context, columns, rows[keep])


def _compare_all(values: NDArray[np.float64], begins: Ints, sizes: Ints, most: int, keep: Bools) -> None:
    """Many small contexts at once: every point with every other, in rows of equal length."""
    places = begins[:, None] + np.arange(most)
    inside = np.arange(most) < sizes[:, None]
    block = np.where(inside[:, :, None], values[np.where(inside, places, 0)], -np.inf)
    as_much = np.ones((len(begins), most, most), dtype=bool)
    more = np.zeros_like(as_much)
    for column in range(values.shape[1]):
        mine, others = block[:, :, None, column], block[:, None, :, column]
        as_much &= others >= mine
        more |= others > mine
    beaten = (as_much & more).any(axis=2)
    keep[places[inside & beaten]] = False


def _group(context: Ints, columns: Ints, rows: Ints) -> Groups:
    """These points by context, equal ones side by side."""
    keys = [*columns[:, rows], context[rows]]
    order = np.lexsort(keys)
    fresh = np.zeros(len(rows), dtype=bool)
    fresh[:1] = True
    for key in keys:
        ordered = key[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    return Groups(rows[order], np.flatnonzero(fresh))
