"""What is the most that a weighted sum can come to, for many tables at once, and what can the rest still add?

Max-sum elimination (Dechter 1999) of whole numbers, for all variants at once, in both directions: up to the best total,
and down again to what everything outside a bucket can add at most for each assignment of its scope.
"""

from collections.abc import Sequence
from functools import cached_property, reduce
from operator import add

import numpy as np

from detente.kernels.elimination import Bounds
from detente.kernels.messages import Message
from detente.kernels.ordering import elimination_order
from detente.kernels.pruning import Ints

NEVER = -(2**55)
"""Stands for what is not allowed; a hundred of these still fit into 64 bits."""

Table = tuple[tuple[int, ...], Ints]
"""A scope, in rising order, and numbers of shape (variants or 1, *sizes of the scope)."""


class Sweep:
    """The best total of each variant over all assignments; `scope[v]` is what the bucket of v still touches."""

    def __init__(self, sizes: Sequence[int], tables: Sequence[Table]) -> None:
        self.sizes = tuple(sizes)
        joined = frozenset(scope for scope, _ in tables if len(scope) > 1)
        self.order = elimination_order(self.sizes, joined)
        self.scope: dict[int, tuple[int, ...]] = {}
        self._bucket: dict[int, list[tuple[int | None, Table]]] = {}
        self._choice: dict[int, Ints] = {}
        pool: list[tuple[int | None, Table]] = [(None, each) for each in tables]
        for variable in self.order:
            bucket = [each for each in pool if variable in each[1][0]]
            pool = [each for each in pool if variable not in each[1][0]]
            scope = tuple(sorted({v for _, (some, _) in bucket for v in some} - {variable}))
            self.scope[variable], self._bucket[variable] = scope, bucket
            joint = _added([each for _, each in bucket], (*scope, variable))
            self._choice[variable] = joint.argmax(axis=-1)
            pool.append((variable, (scope, joint.max(axis=-1))))
        self.variants = max((len(values) for _, (_, values) in pool), default=1)
        self._roots = pool
        self.best: Ints = np.broadcast_to(reduce(add, (values for _, (_, values) in pool)), (self.variants,))

    @cached_property
    def choices(self) -> Ints:
        """A best assignment of each variant, shape (variables, variants)."""
        found = np.zeros((len(self.sizes), self.variants), dtype=np.int64)
        everyone = np.arange(self.variants)
        for variable in reversed(self.order):
            table = self._choice[variable]
            which = everyone if len(table) > 1 else np.zeros_like(everyone)
            found[variable] = table[(which, *(found[v] for v in self.scope[variable]))]
        return found

    @cached_property
    def outside(self) -> dict[int, Ints]:
        """For each bucket the most that everything outside adds, shape (variants, *sizes of its scope)."""
        found: dict[int, Ints] = {}
        roots = [each for _, each in self._roots]
        for place, (variable, _) in enumerate(self._roots):
            others = roots[:place] + roots[place + 1 :]
            if variable is not None:
                found[variable] = _added(others, ()) if others else np.zeros(1, dtype=np.int64)
        for parent in reversed(self.order):
            joint = (*self.scope[parent], parent)
            above: Table = (self.scope[parent], found[parent])
            for place, (variable, (scope, _)) in enumerate(self._bucket[parent]):
                if variable is None:
                    continue
                others = [each for k, (_, each) in enumerate(self._bucket[parent]) if k != place]
                whole = _added([above, *others], joint)
                gone = tuple(1 + axis for axis, v in enumerate(joint) if v not in scope)
                left = whole.max(axis=gone) if gone else whole
                order = [v for v in joint if v in scope]
                found[variable] = left.transpose(0, *(1 + order.index(v) for v in scope))
        return found


def tightened(sizes: Sequence[int], messages: Sequence[Message], least: Ints) -> Bounds:
    """Bounds on the first columns of one variant's worth, by the most that everything outside each bucket can add."""
    rows = len(least)
    tables: list[Table] = []
    for message in messages:
        there = np.flatnonzero(np.diff(message.starts))
        most = np.full((rows, len(message.starts) - 1), NEVER, dtype=np.int64)
        most[:, there] = message.worth[:rows, message.starts[there]]
        tables.append((message.scope, most.reshape(rows, *(sizes[v] for v in message.scope))))
    outside = {v: most.reshape(len(most), 1, -1) for v, most in Sweep(sizes, tables).outside.items()}
    return Bounds(least, outside={v: np.broadcast_to(most, (rows, *most.shape[1:])) for v, most in outside.items()})


def _added(tables: Sequence[Table], joint: tuple[int, ...]) -> Ints:
    """Tables added up over a joint scope, its variables in that order."""
    total: Ints | None = None
    for scope, values in tables:
        order = [v for v in joint if v in scope]
        spread = values.transpose(0, *(1 + scope.index(v) for v in order))
        shape = iter(spread.shape[1:])
        spread = spread.reshape(len(values), *(next(shape) if v in scope else 1 for v in joint))
        total = spread if total is None else total + spread
    assert total is not None  # every bucket holds at least the table of its own variable
    return total
