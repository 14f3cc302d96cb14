"""Which outcomes does nobody's gain beat, out of more outcomes than anyone could list?

Bucket elimination (Dechter 1999) over sets of points: a message holds, for every assignment of the variables that it
still touches (its scope), the points that the eliminated variables can reach, pruned within that context. A point
carries the worth to each party, its outcome as a mixed-radix code (so the smallest is the first in the file's order),
the number of outcomes that share it, and flags. Several variants of one problem (draws, readings, other roles)
are solved at once: each message is worked out once for all variants that agree on what lies beneath it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import cast

import numpy as np

from detente.kernels.messages import Message
from detente.kernels.ordering import elimination_order
from detente.kernels.pruning import Exact, Groups, Ints

Reduce = Callable[[Ints, Exact], Groups]
Tick = Callable[[], None]

_CONTEXTS = 2**40
"""Up to so many contexts are numbered directly; beyond, only those that occur."""

BLOCK = 131_072
"""Candidate rows worked on at once: the bound on memory."""

_CELLS = 256
"""Variables with so few combinations at most are gone through one by one rather than eliminated."""


class TooWideError(Exception):
    """The variables joined together need more rows than the limit."""

    def __init__(self, variables: tuple[int, ...], rows: int) -> None:
        super().__init__(variables, rows)
        self.variables = variables
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a point must be able to come to; it may be left out as soon as the most that is still to come cannot do it.

    Weighted sums of worth, `weights` of shape (sums, parties, variants), must reach `least`, shape (sums, variants).
    Without weights the sums are the worth to each of the first parties. `outside` holds for each variable's bucket the
    most that everything outside it adds to each sum, shape (sums, variants, assignments of what the bucket touches);
    where it is not given, the most that each message adds anywhere is taken instead. Weights and `outside` need a class
    for each variant.
    """

    least: Ints
    weights: Ints | None = None
    outside: Mapping[int, Ints] | None = None

    def columns(self, parties: int) -> int:
        """The worth to how many of the parties, the first ones, decides."""
        return len(self.least) if self.weights is None else parties

    def sum(self, place: int, worth: Exact, of: Ints | None) -> Exact:
        """One of the weighted sums of some points; `of` says of which variant each is."""
        if self.weights is None or of is None:
            return cast(Exact, worth[place])
        return cast(Exact, (self.weights[place].take(of, axis=1) * worth).sum(axis=0))


def eliminate(
    sizes: Sequence[int],
    messages: Sequence[Message],
    reduce: Reduce,
    *,
    limit: int,
    bounds: Bounds | None = None,
    tick: Tick = lambda: None,
) -> Message:
    """All variables eliminated: one message with an empty scope, its points reduced by `reduce`.

    With `bounds`, points that cannot come to what they must may be left out. Raises TooWideError where more than
    `limit` rows would be needed at once; `tick` is called now and then and may raise to stop.
    """
    run = Run(tuple(sizes), reduce, limit, bounds, tick)
    pool, _ = run.pool(messages)
    return run.joined((), pool, run.need([]), 1)


@dataclass(frozen=True, eq=False)
class Run:
    """One elimination: what stays the same throughout it, and its steps."""

    sizes: tuple[int, ...]
    reduce: Reduce
    limit: int
    bounds: Bounds | None
    tick: Tick
    tops: dict[int, tuple[Message, Ints]] = field(default_factory=dict)

    def pool(self, messages: Sequence[Message], most: int | None = None) -> tuple[list[Message], tuple[int, ...]]:
        """What is left, none of it touching any variable, once each has been eliminated.

        With `most` the last variables stay and are named, if they are few in combination and eliminating the next one
        would take more rows at once.
        """
        pool = list(messages)
        scopes = frozenset(message.scope for message in pool if len(message.scope) > 1)
        order = elimination_order(self.sizes, scopes)
        for place, variable in enumerate(order):
            bucket = [message for message in pool if variable in message.scope]
            scope = tuple(sorted({v for message in bucket for v in message.scope} - {variable}))
            few = prod(self.sizes[v] for v in order[place:]) <= _CELLS
            if most is not None and few and self._rows((*scope, variable), bucket) > most:
                return pool, tuple(order[place:])
            pool = [message for message in pool if variable not in message.scope]
            need = self.need(pool, variable)
            joined = self.joined((*scope, variable), bucket, need, self.sizes[variable])
            pool.append(replace(joined, scope=scope))
        return pool, ()

    def _rows(self, joint: tuple[int, ...], messages: Sequence[Message]) -> float:
        """How many rows it takes to join messages of one variant."""
        shape = [self.sizes[v] for v in joint]
        digits = dict(zip(joint, np.unravel_index(np.arange(prod(shape)), shape), strict=True))
        rows = np.ones(prod(shape))
        for message in messages:
            where = _cells_of(message, digits, self.sizes, prod(shape), np.zeros(1, dtype=np.int64))
            rows *= np.diff(message.starts)[where]
        return float(rows.sum())

    def joined(self, joint: tuple[int, ...], messages: Sequence[Message], need: Ints | None, fold: int) -> Message:
        """The messages added up over the joint scope; at the end each `fold` neighbouring cells become one.

        `need` is what each sum must come to here, shape (sums, variants, 1 or cells after folding).
        """
        ordered = sorted(messages, key=lambda message: (_branching(message), message.code.shape[1]))
        variant, classes = _joint_variants([message.variant for message in ordered])
        shape = [self.sizes[v] for v in joint]
        cells = prod(shape)
        if len(classes[0]) * cells > self.limit:
            raise TooWideError(joint, len(classes[0]) * cells)
        digits = dict(zip(joint, np.unravel_index(np.arange(cells), shape or [1]), strict=False))
        left: Message | None = None
        for position, message in enumerate(ordered):
            where = _cells_of(message, digits, self.sizes, cells, classes[position])
            last = position == len(ordered) - 1
            hope = self.hope(variant, need, ordered[position + 1 :], cells, fold)
            if left is None:
                left = _spread(message, joint, variant, where)
                if last:
                    left = self._reduced(left, fold)
            else:
                left = self._product(left, message, where, fold if last else 1, hope)
        assert left is not None  # every bucket holds at least the table of its own variable
        return left

    def need(self, others: Sequence[Message], variable: int | None = None) -> Ints | None:
        """What each sum must come to in a bucket once everything else has given the most it can."""
        if self.bounds is None:
            return None
        need = self.bounds.least[:, :, None]
        if variable is None or self.bounds.outside is None:
            return self._less(need, others)
        return cast(Ints, need - self.bounds.outside[variable])

    def _less(self, need: Ints, messages: Sequence[Message]) -> Ints:
        tops = [self._most(message)[:, message.variant, None] for message in messages]
        return cast(Ints, need - np.add.reduce(tops)) if tops else need

    def hope(self, variant: Ints, need: Ints | None, rest: Sequence[Message], cells: int, fold: int) -> "_Hope | None":
        """The least of each sum, by class, from which the rest can still lift some variant to what it needs."""
        if need is None or self.bounds is None:
            return None
        wanted = self._less(need, rest)
        least = np.full((len(need), int(variant.max()) + 1, wanted.shape[2]), np.iinfo(np.int64).max)
        if least.shape == wanted.shape:
            least[:, variant] = wanted
        else:
            for row, some in zip(least, wanted, strict=True):
                np.minimum.at(row, variant, some)
        flat = least.reshape(len(need), least.shape[1] * least.shape[2])
        return _Hope(self.bounds, flat, cells, fold if least.shape[2] > 1 else cells)

    def _most(self, message: Message) -> Ints:
        """The most that a message adds to each sum, by class."""
        known = self.tops.get(id(message))
        if known is None:
            assert self.bounds is not None  # nobody asks for it otherwise
            known = (
                message,
                _most(message, prod(self.sizes[v] for v in message.scope), self.bounds),
            )  # kept alive with its id
            self.tops[id(message)] = known
        return known[1]

    def _product(self, left: Message, right: Message, where: Ints, fold: int, hope: "_Hope | None") -> Message:
        """Every row of the left with every row of the right in the same cell, reduced."""
        cell = _cells(left)
        lengths = np.diff(right.starts)[where][cell]
        total = int(lengths.sum())
        if total > self.limit:
            raise TooWideError(tuple(dict.fromkeys((*left.scope, *right.scope))), total)
        begin = right.starts[:-1][where][cell]
        parts = []
        for chosen, others in blocks(lengths, begin):
            self.tick()
            parts.append(self._paired(left, right, cell, chosen, others, fold, hope))
        if len(parts) > 1:
            pooled = [np.concatenate([part[k] for part in parts], axis=-1) for k in (0, 1, 2, 4)]
            count = None if left.count is None else np.concatenate([part[3] for part in parts if part[3] is not None])
            parts = [self._regrouped(pooled[0], pooled[1], pooled[2], count, pooled[3])]
        return _assembled(left, (len(left.starts) - 1) // fold, *parts[0])

    def _paired(
        self,
        left: Message,
        right: Message,
        cell: Ints,
        chosen: Ints,
        others: Ints,
        fold: int,
        hope: "_Hope | None",
    ) -> "Part":
        width = len(left.worth) if hope is None else hope.bounds.columns(len(left.worth))
        worth = left.worth[:width].take(chosen, axis=1)
        worth += right.worth[:width].take(others, axis=1)
        if hope is not None:
            kept = hope.kept(worth, cell.take(chosen))
            if kept is not None:
                chosen, others, worth = chosen.take(kept), others.take(kept), worth.take(kept, axis=1)
        if width < len(left.worth):
            rest = left.worth[width:].take(chosen, axis=1) + right.worth[width:].take(others, axis=1)
            worth = np.concatenate([worth, rest])
        flags = left.flags.take(chosen)
        flags |= right.flags.take(others)
        context = cell.take(chosen) // fold
        groups = self.reduce(_flagged(context, flags), worth)
        chosen, others = chosen.take(groups.rows), others.take(groups.rows)
        code = left.code.take(chosen, axis=1) + right.code.take(others, axis=1)
        count = None
        if left.count is not None and right.count is not None:
            count = left.count[chosen] * right.count[others]
        return _condensed(groups, context, worth, code, count, flags)

    def _regrouped(self, context: Ints, worth: Exact, code: Ints, count: Exact | None, flags: Ints) -> "Part":
        groups = self.reduce(_flagged(context, flags), worth)
        return _condensed(groups, context, worth, code[:, groups.rows], _at(count, groups.rows), flags)

    def _reduced(self, message: Message, fold: int) -> Message:
        context = _cells(message) // fold
        part = self._regrouped(context, message.worth, message.code, message.count, message.flags)
        return _assembled(message, (len(message.starts) - 1) // fold, *part)


@dataclass(frozen=True, eq=False)
class _Hope:
    """What each sum must come to before the rest is added: `least`, shape (sums, classes or classes x contexts)."""

    bounds: Bounds
    least: Ints
    cells: int
    divisor: int

    def kept(self, worth: Exact, cell: Ints) -> Ints | None:
        """The rows that can still come to it; None where all can."""
        place = cell // self.divisor
        of = None if self.bounds.weights is None else cell // self.cells
        kept: Ints | None = None
        for k, least in enumerate(self.least):
            total = self.bounds.sum(k, worth, of)
            hopeful = np.asarray(total >= (least[0] if len(least) == 1 else least.take(place)), dtype=bool)
            if not hopeful.all():
                some = np.flatnonzero(hopeful)
                kept = some if kept is None else kept.take(some)
                worth, place = worth.take(some, axis=1), place.take(some)
                of = None if of is None else of.take(some)
        return kept


def _most(message: Message, cells: int, bounds: Bounds) -> Ints:
    """The most that a message adds to each sum, by class."""
    edges = message.starts[::cells]
    filled = np.flatnonzero(np.diff(edges) > 0)
    of = None if bounds.weights is None else np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    most = np.zeros((len(bounds.least), len(edges) - 1), dtype=np.int64)
    if len(filled):
        for k, row in enumerate(most):
            row[filled] = np.maximum.reduceat(bounds.sum(k, message.worth, of), edges[:-1][filled])
    return most


def _branching(message: Message) -> bool:
    return bool((np.diff(message.starts) > 1).any())


def _joint_variants(variants: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    """The classes of variants that agree in every message, and for each message its class in each of those."""
    stacked = np.stack(variants)
    if not stacked.any():
        return stacked[0], [np.zeros(1, dtype=np.int64) for _ in variants]
    if (stacked == stacked[0]).all():
        classes, inverse = np.unique(stacked[0], return_inverse=True)
        return inverse.astype(np.int64), [classes for _ in variants]
    unique, inverse = np.unique(stacked, axis=1, return_inverse=True)
    return inverse.reshape(-1).astype(np.int64), list(unique)


def _cells_of(message: Message, digits: dict[int, Ints], sizes: Sequence[int], cells: int, classes: Ints) -> Ints:
    """For each cell of the joint scope and class, the cell of this message."""
    index = np.zeros(cells, dtype=np.int64)
    width = 1
    for variable in reversed(message.scope):
        index += digits[variable] * width
        width *= sizes[variable]
    return (classes[:, None] * width + index[None, :]).reshape(-1)


def _spread(message: Message, joint: tuple[int, ...], variant: Ints, where: Ints) -> Message:
    """The first message, laid out over the joint scope."""
    lengths = np.diff(message.starts)[where]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    rows = np.repeat(message.starts[:-1][where] - starts[:-1], lengths) + np.arange(starts[-1])
    return Message(
        joint,
        variant,
        starts,
        message.worth.take(rows, axis=1),
        message.code.take(rows, axis=1),
        _at(message.count, rows),
        message.flags[rows],
    )


def _at(count: Exact | None, rows: Ints) -> Exact | None:
    return None if count is None else count[rows]


def _cells(message: Message) -> Ints:
    """The cell of each row."""
    return np.repeat(np.arange(len(message.starts) - 1), np.diff(message.starts))


def blocks(lengths: Ints, begin: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of (left row, right row), in blocks of bounded size."""
    ends = np.cumsum(lengths)
    first = 0
    while True:
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
        span = lengths[first:last]
        offsets = np.cumsum(span) - span
        chosen = np.repeat(np.arange(first, first + len(span)), span)
        others = np.repeat(begin[first:last] - offsets, span) + np.arange(int(span.sum()))
        yield chosen, others
        first = last
        if first >= len(lengths):
            return


Part = tuple[Ints, Exact, Ints, Exact | None, Ints]


def _flagged(context: Ints, flags: Ints) -> Ints:
    """Context and flags as one number: points are compared only where both agree."""
    if not flags.any():
        return context
    kinds = int(flags.max()) + 1
    if kinds * (int(context.max(initial=0)) + 1) < _CONTEXTS:
        return context * kinds + flags
    values, kind = np.unique(flags, return_inverse=True)
    return np.asarray(context * len(values) + kind, dtype=np.int64)


def _condensed(groups: Groups, context: Ints, worth: Exact, code: Ints, count: Exact | None, flags: Ints) -> Part:
    """One row for each group: the first outcome in the file's order, and how many share the point."""
    if len(groups.starts) < len(groups.rows):
        code = _first_codes(code, groups.starts)
        count = None if count is None else np.add.reduceat(count, groups.starts)
    rows = groups.rows[groups.starts]
    return context.take(rows), worth.take(rows, axis=1), code, count, flags.take(rows)


def _first_codes(code: Ints, starts: Ints) -> Ints:
    """For each group of rows the smallest code, digit by digit: only rows that match so far compete for the next."""
    lengths = np.diff(starts, append=code.shape[1])
    best = np.empty((len(code), len(starts)), dtype=np.int64)
    out = np.zeros(code.shape[1], dtype=bool)
    for digit, row in enumerate(code):
        competing = np.where(out, np.iinfo(np.int64).max, row)
        best[digit] = np.minimum.reduceat(competing, starts)
        out |= competing != np.repeat(best[digit], lengths)
    return best


def _assembled(
    like: Message, cells: int, context: Ints, worth: Exact, code: Ints, count: Exact | None, flags: Ints
) -> Message:
    starts = np.searchsorted(context, np.arange(cells + 1)).astype(np.int64)
    return Message(like.scope, like.variant, starts, worth, code, count, flags)
