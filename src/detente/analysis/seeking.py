"""Which outcome is best in each of some draws? Sweeps first, and a search of what they leave open.

Sweeps find the outcomes that are best by weighted sums of gains. A sum below 0 whose weights are not rules out any
deal, and a sum bounds the product of gains: that of n is at most (weighted sum / n)^n over the product of the weights
(the inequality of the means). The search leaves out points that cannot beat what is known already.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from detente.analysis.layout import Layout
from detente.analysis.limits import apart, tick
from detente.kernels.elimination import Bounds, Reduce, eliminate
from detente.kernels.messages import Message, table
from detente.kernels.pruning import Bools, Exact, Ints, foremost, undominated
from detente.kernels.scalar import NEVER, Sweep
from detente.kernels.segments import best_of_each, equal_measures, nash_measures, share_measures

_FACTORS = (2, 4)
"""The sweeps look so much harder at each principal in turn."""

_EVEN, _FINE, _LARGE = 64, 1024, 2**62
"""Weights are whole numbers: so much for the one whose gains spread furthest, and at most."""

_MARGIN = 1e-9
"""What a bound worked out in floats is let off."""


@dataclass(frozen=True, eq=False)
class Cells:
    """One table of a room: worth of shape (columns, draws, cells), what is allowed of shape (draws or 1, cells)."""

    scope: tuple[int, ...]
    worth: Ints
    allowed: Bools
    code: Ints

    def of(self, draws: Ints) -> "Cells":
        """The same table in some of the draws."""
        allowed = self.allowed if len(self.allowed) == 1 else self.allowed[draws]
        return Cells(self.scope, self.worth[:, draws], allowed, self.code)


@dataclass(frozen=True, eq=False)
class Swept:
    """The best of some weighted sums in some draws; `weights` has shape (sums, columns, draws)."""

    weights: Ints
    sweep: Sweep

    @property
    def shape(self) -> tuple[int, int]:
        """How many sums and draws."""
        return self.weights.shape[0], self.weights.shape[2]

    @cached_property
    def totals(self) -> Ints:
        """What each sum comes to at most; far below 0 where nothing is allowed."""
        return self.sweep.best.reshape(self.shape)

    def outside(self, variable: int, draws: Ints) -> Ints:
        """What everything outside a bucket adds to each sum, shape (sums, draws, cells)."""
        known = self.sweep.outside[variable]
        spread = np.broadcast_to(known, (self.shape[0] * self.shape[1], *known.shape[1:]))
        return spread.reshape(*self.shape, -1)[:, draws]


class Seeker:
    """Some draws, searched together: the first `sides` columns are those of the principals."""

    def __init__(self, layout: Layout, tables: Sequence[Cells], sides: int) -> None:
        self.layout, self.sizes, self.tables, self.sides = layout, layout.sizes, tables, sides
        self.columns, self.number = tables[0].worth.shape[:2]

    def exists(self) -> Bools:
        """Whether each draw has a deal."""
        found = self.even_best.found.copy()
        left = np.flatnonzero(~found)
        if len(left):
            found[left] = self.some(left)._exists_somewhere()
        return found

    def _exists_somewhere(self) -> Bools:
        found = self._best_seen(self.broad).found
        open_ = np.flatnonzero(~found & ~_ruled_out(self.broad))
        if len(open_):
            for points in self._searched(open_, [self.broad], [np.zeros(self.broad.shape, dtype=np.int64)]):
                found[points.of] = True
        return found

    def best(self, *, thorough: bool, first: bool) -> "Seen":
        """The best deal by Nash's rule in each draw; `thorough` where a look at all alike has found none.

        With `first`, of equal ones the first in the file's order, otherwise any.
        """
        swept = self.broad if thorough else self.even
        seen = self._best_seen(swept)
        open_ = np.flatnonzero(~_ruled_out(swept))
        if len(open_):
            close = self._sweep(self._tangents(seen))
            seen = _better(seen, self._best_seen(close))
            sums = [close, swept]
            least = [self._to_beat(each, seen.product.astype(float)) for each in sums]
            for found in self._searched(open_, sums, least, first=first and self.columns > self.sides):
                measures = [*nash_measures(found.gains), *equal_measures(found.gains), *(-found.code)]
                chosen = best_of_each(found.of, measures)
                digits = self.layout.digits_of(found.code[:, chosen])
                seen.put(found.of[chosen], Seen(np.ones(len(chosen), dtype=bool), found.gains[:, chosen], digits))
        return seen

    def reaches_at_a_glance(self, need: Exact) -> tuple[Bools, Bools, Bools]:
        """Whether sweeps find a deal with so large a product, whether they find any, and where they leave it open."""
        seen = _better(self.even_best, self._best_seen(self._close))
        reached = np.asarray(seen.product >= need, dtype=bool)
        sums = [self._close, self.even]
        short = [(each.totals < self._to_beat(each, need.astype(float))).any(axis=0) for each in sums]
        return reached, seen.found, ~reached & ~np.logical_or.reduce(short)

    def reaches(self, need: Exact) -> Bools:
        """Whether some deal of each draw has so large a product of gains."""
        sums = [self._close, self.even]
        everywhere = np.arange(self.number)
        reached = np.zeros(self.number, dtype=bool)
        for found in self._searched(everywhere, sums, [self._to_beat(each, need.astype(float)) for each in sums]):
            gaining, product = product_of(found.gains)
            enough = np.asarray((gaining == self.sides) & (product >= need[found.of]), dtype=bool)
            reached[found.of[enough]] = True
        return reached

    @cached_property
    def _close(self) -> Swept:
        """The sum in which the best deal that the even one finds comes nearest to being best."""
        return self._sweep(self._tangents(self.even_best))

    def most_in_all(self) -> Ints:
        """The largest sum of all gains."""
        most: Ints = self._sweep(self._for_all([np.ones(self.columns, dtype=np.int64)])).totals[0]
        return most

    def some(self, draws: Ints) -> "Seeker":
        """The same, of some of the draws."""
        if len(draws) == self.number:
            return self
        return Seeker(self.layout, [each.of(draws) for each in self.tables], self.sides)

    @cached_property
    def even_best(self) -> "Seen":
        """The best of what the sum finds that looks at all principals alike."""
        return self._best_seen(self.even)

    def settled_on(self) -> Mapping[str, tuple[Ints, Ints]]:
        """By each bargaining rule the draws that have a deal, and what the principals gain by it."""
        everywhere, anything = np.arange(self.number), np.zeros(self.broad.shape, dtype=np.int64)
        parts = [_by_rule(found) for found in self._searched(everywhere, [self.broad], [anything])]
        return {
            rule: (
                np.concatenate([part[rule][0] for part in parts]),
                np.concatenate([part[rule][1] for part in parts], axis=1),
            )
            for rule in parts[0]
        }

    @cached_property
    def _even(self) -> Ints:
        """Weights by which the gains of the principals spread alike."""
        columns = self.columns
        spread = np.ones(columns)
        for each in self.tables:
            spread += (each.worth.max(axis=2) - each.worth.min(axis=2)).mean(axis=1)
        weights = np.clip(np.rint(spread.max(initial=1) / spread * _EVEN), 1, _FINE).astype(np.int64)
        return np.where(np.arange(columns) < self.sides, weights, 0)

    @cached_property
    def even(self) -> Swept:
        """The sum that looks at all principals alike."""
        return self._sweep(self._for_all([self._even]))

    @cached_property
    def broad(self) -> Swept:
        """Sums that look at every principal in turn, and at each column alone."""
        columns = np.arange(self.columns)
        rows = [self._even]
        for k in range(self.sides if self.sides > 1 else 0):
            rows += [np.where(columns == k, factor * self._even, self._even) for factor in _FACTORS]
        return self._sweep(self._for_all([*rows, *np.eye(len(columns), dtype=np.int64)]))

    def _for_all(self, rows: Sequence[Ints]) -> Ints:
        weights = np.stack(rows)[:, :, None]
        return np.broadcast_to(weights, (*weights.shape[:2], self.number))

    def _tangents(self, seen: "Seen") -> Ints:
        """In each draw the sum in which the best deal seen comes nearest to being best; shape (1, columns, draws)."""
        sides = np.maximum(seen.gains, 1)
        ideal = np.where(seen.found, _FINE * sides.min(axis=0, initial=_LARGE) / sides, _EVEN)
        weights = np.zeros((1, self.columns, self.number), dtype=np.int64)
        weights[0, : self.sides] = np.maximum(np.rint(ideal), 1)
        return weights

    def _to_beat(self, swept: Swept, product: NDArray[np.float64]) -> Ints:
        """What each sum must come to for a product of gains that is no less; shape (sums, draws)."""
        sides = max(self.sides, 1)
        means = (np.prod(swept.weights[:, : self.sides].astype(float), axis=1) * product) ** (1 / sides)
        least: Ints = np.floor(sides * means * (1 - _MARGIN)).astype(np.int64)
        return least

    def _sweep(self, weights: Ints) -> Swept:
        variants = weights.shape[0] * weights.shape[2]
        tables = []
        for each in self.tables:
            total = np.einsum("kpd,pdc->kdc", weights, each.worth)
            total = np.where(each.allowed, total, NEVER)
            tables.append((each.scope, total.reshape(variants, *(self.sizes[v] for v in each.scope))))
        return Swept(weights, Sweep(self.sizes, tables))

    def _best_seen(self, swept: Swept) -> "Seen":
        """Of the outcomes that sweeps found, the best in each draw."""
        sums, number = swept.shape
        digits = swept.sweep.choices
        gains = self.gains(digits)
        passing = (gains >= 0).all(axis=0) & (swept.sweep.best > NEVER // 2)
        seen = Seen(passing, gains[: self.sides], digits)
        best = seen.height.reshape(sums, number).argmax(axis=0) * number + np.arange(number)
        return Seen(passing[best], seen.gains[:, best], digits[:, best])

    def gains(self, digits: Ints) -> Ints:
        """The gains of outcomes, one or more for each draw in turn, shape (columns, outcomes)."""
        total = np.zeros((self.columns, digits.shape[1]), dtype=np.int64)
        for each in self.tables:
            total += each.worth[:, self._turns(digits), self._cells(each, digits)]
        return total

    def allows(self, digits: Ints) -> Bools:
        """Which outcomes are allowed, one or more for each draw in turn."""
        found = np.ones(digits.shape[1], dtype=bool)
        for each in self.tables:
            allowed = np.broadcast_to(each.allowed, (self.number, each.code.shape[1]))
            found &= allowed[self._turns(digits), self._cells(each, digits)]
        return found

    def _turns(self, digits: Ints) -> Ints:
        return np.tile(np.arange(self.number), digits.shape[1] // max(self.number, 1))

    def _cells(self, table_: Cells, digits: Ints) -> Ints:
        cell = np.zeros(digits.shape[1], dtype=np.int64)
        for v in table_.scope:
            cell = cell * self.sizes[v] + digits[v]
        return cell

    def _searched(
        self, draws: Ints, swept: Sequence[Swept], least: Sequence[Ints], *, first: bool = False
    ) -> Iterator["Points"]:
        """The undominated points of some draws that pass, some draws after others.

        Without such as cannot bring the sums to what they must. With `first`, those who are no principals only
        constrain, and of points alike to the principals the first stays.
        """

        def ask(some: Sequence[int], limit: int) -> Points:
            these = np.array(some, dtype=np.int64)
            message = self._eliminated(these, swept, least, limit, first=first)
            rows = np.flatnonzero((message.worth >= 0).all(axis=0))
            of = these[np.searchsorted(message.starts, rows, side="right") - 1]
            return Points(message.worth[: self.sides, rows].astype(np.int64), message.code[:, rows], of)

        return apart(draws.tolist(), ask, self.layout.names)

    def _eliminated(
        self, open_: Ints, swept: Sequence[Swept], least: Sequence[Ints], limit: int, *, first: bool
    ) -> Message:
        digits = self.layout.digits if first else 0
        reduce: Reduce = partial(foremost, weighed=self.sides, parties=self.columns) if first else undominated
        bounds = Bounds(
            np.concatenate([some[:, open_] for some in least]),
            np.pad(np.concatenate([each.weights[:, :, open_] for each in swept]), ((0, 0), (0, digits), (0, 0))),
            {
                variable: np.concatenate([each.outside(variable, open_) for each in swept])
                for variable in swept[0].sweep.scope
            },
        )
        variant = np.arange(len(open_))
        messages = [
            table(
                each.scope,
                variant,
                np.concatenate([each.worth, _order(each, len(open_), digits)]),
                code=each.code,
                allowed=np.broadcast_to(each.allowed, (len(open_), each.code.shape[1])),
            )
            for each in (each.of(open_) for each in self.tables)
        ]
        return eliminate(self.sizes, messages, reduce, limit=limit, bounds=bounds, tick=tick)


def _order(table_: Cells, draws: int, digits: int) -> Ints:
    """The first digits of the code as columns, the highest last."""
    return np.broadcast_to(table_.code[:digits][::-1, None], (digits, draws, table_.code.shape[1]))


@dataclass(frozen=True, eq=False)
class Points:
    """Points of some draws: what the principals gain, shape (principals, points), the code of each and its draw."""

    gains: Ints
    code: Ints
    of: Ints


def _by_rule(found: Points) -> Mapping[str, tuple[Ints, Ints]]:
    """By each bargaining rule which draw has a deal, and what the principals gain by it."""
    rules = {
        "nash": nash_measures(found.gains),
        "kalai-smorodinsky": share_measures(found.gains, found.of),
        "egalitarian": equal_measures(found.gains),
        "utilitarian": [found.gains.sum(axis=0)],
    }
    chosen = {rule: best_of_each(found.of, [*keys, *equal_measures(found.gains)]) for rule, keys in rules.items()}
    return {rule: (found.of[places], found.gains[:, places]) for rule, places in chosen.items()}


def _ruled_out(swept: Swept) -> Bools:
    """The draws in which some sum shows that there is no deal."""
    return np.asarray((swept.totals < 0).any(axis=0), dtype=bool)


@dataclass(frozen=True, eq=False)
class Seen:
    """An outcome in each draw: whether it passes, what the principals gain and its terms."""

    found: Bools
    gains: Ints
    digits: Ints

    @classmethod
    def nothing(cls, draws: int, sides: int, issues: int) -> "Seen":
        """No outcome in any draw."""
        gains, digits = (np.zeros((rows, draws), dtype=np.int64) for rows in (sides, issues))
        return cls(np.zeros(draws, dtype=bool), gains, digits)

    @property
    def product(self) -> Exact:
        """The product of gains; 0 where nothing is found or one of them is not above 0."""
        gaining, product = product_of(self.gains)
        whole: Exact = np.where(self.found & (gaining == len(self.gains)), product, 0)
        return whole

    @property
    def height(self) -> NDArray[np.float64]:
        """How good it is, nearly: the logarithm of the product of gains."""
        logs = np.log(np.maximum(self.gains, 0.5)).sum(axis=0)
        return np.where(self.found, logs, -np.inf)

    def put(self, places: Ints, other: "Seen") -> None:
        """Take these draws from another."""
        self.found[places] = other.found
        self.gains[:, places] = other.gains
        self.digits[:, places] = other.digits


def _better(one: Seen, other: Seen) -> Seen:
    """In each draw the better of two outcomes."""
    new = other.height > one.height
    return Seen(
        *(
            np.where(new, b, a)
            for a, b in ((one.found, other.found), (one.gains, other.gains), (one.digits, other.digits))
        )
    )


def product_of(gains: Exact) -> tuple[Ints, Exact]:
    """How many gains are above 0, and the product of these."""
    gaining, product = nash_measures(gains)
    return gaining.astype(np.int64), product
