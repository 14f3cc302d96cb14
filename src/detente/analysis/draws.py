"""Which scenarios may be the true one? Draws of every ranged number and every weighted judgment, repeatable to the bit.

Chunks and their seeds are fixed by the number of draws and the seed alone, so the answer is the same for any number of
workers. Each chunk is an independent scrambling of a Sobol sequence (Owen 1995); what differs between chunks gives the
standard errors. Numbers along a numeric issue move together: one doubt about a table, not one for each step of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.analysis.shared import once, recalled, remember
from detente.analysis.tables import common_scale
from detente.errors import TooLargeError
from detente.kernels.pruning import Ints
from detente.kernels.quantiles import SHAPES, leaning
from detente.model.judgment import Change, Judgment, PartyChange, Reading
from detente.model.party import Party, Preferences
from detente.model.quantity import NANO, Quantity
from detente.model.scenario import Interaction, Scenario

CHUNKS = 16
"""So many independent parts; their differences give the standard errors."""

MOST_SOBOL = 21_201
"""So many dimensions at most has a Sobol sequence (Joe & Kuo 2008)."""

_STEPS = 1000
"""Draws are rounded to a power of ten of which the narrowest range holds at least so many."""

Method = Literal["sobol", "random"]
Parts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Doubt:
    """One number to be drawn, or several that move together, whose they are, and with what and how far they lean."""

    numbers: tuple[Quantity, ...]
    party: str
    leaner: str | None
    share: float


@dataclass(frozen=True, eq=False)
class Drawn:
    """Some draws: the numbers in each, by their identity, times the scale; and the reading in force in each."""

    number: int
    values: Mapping[int, Ints]
    readings: Mapping[str, Ints]

    def of(self, places: Ints) -> "Drawn":
        """Some of the draws."""
        values = {key: row[places] for key, row in self.values.items()}
        return Drawn(len(places), values, {name: row[places] for name, row in self.readings.items()})


@dataclass(frozen=True, eq=False)
class Plan:
    """What is drawn of a scenario: its doubts, what numbers lean on (parties and groups), the judgments with weights.

    `products` are the numbers that follow from others that are drawn.

    Draws are whole numbers of 1 / `scale`, which all certain numbers of the scenario are too. Judgments take the first
    dimensions, then what numbers lean on: these move most, and a Sobol sequence is most even in its first dimensions.
    """

    scenario: Scenario
    doubts: tuple[Doubt, ...]
    products: tuple[Quantity, ...]
    leaners: tuple[str, ...]
    judgments: tuple[Judgment, ...]
    scale: int
    kind: type

    @classmethod
    def of(cls, scenario: Scenario) -> "Plan":
        """Everything that is not certain. A judgment without weights stays at its likely reading."""
        return once("plan", scenario, lambda: cls._of(scenario))

    @classmethod
    def _of(cls, scenario: Scenario) -> "Plan":
        whole = list(_numbers(scenario))
        numbers = [part for each in whole for part in _drawn_for(each)]
        doubts = tuple(_doubts(scenario, numbers))
        certain = [each.number for each in (*whole, *numbers) if each.number.certain]
        products = {id(n): n for n in (each.number for each in whole) if n.times is not None and not n.certain}
        drawn = [number for doubt in doubts for number in doubt.numbers]
        scale = lcm(common_scale(certain, ["likely"]), _grid([*drawn, *products.values()]))
        reach = sum((_reach(each.number) for each in whole), Fraction(0))
        furthest = max([reach, *(_reach(each.number) for each in numbers)])
        return cls(
            scenario,
            doubts,
            tuple(products.values()),
            tuple(dict.fromkeys(doubt.leaner for doubt in doubts if doubt.leaner is not None)),
            tuple(j for j in scenario.judgments.values() if weights(j) is not None),
            scale,
            _kind(furthest * scale),
        )

    @classmethod
    def of_readings(cls, scenario: Scenario) -> "Plan":
        """Only readings are to choose: every judgment has all of its own, every number stands at its likely value."""
        judgments = {name: _level(judgment) for name, judgment in scenario.judgments.items()}
        level = replace(scenario, judgments=judgments)
        numbers = [each.number for each in _numbers(level)]
        scale = common_scale(numbers, ["likely"])
        reach = sum((abs(number.likely) for number in numbers), Fraction(0))
        return cls(level, (), (), (), tuple(judgments.values()), scale, _kind(reach * scale))

    @property
    def dimensions(self) -> int:
        """How many numbers between 0 and 1 make a draw."""
        return len(self.doubts) + len(self.leaners) + len(self.judgments)

    def parts(self, places: Iterable[int], draws: int, seed: int, method: Method, known: int = 0) -> Parts:
        """The numbers between 0 and 1 that make the draws of some parts, shape (draws, dimensions).

        Of so many draws in all, without those that a run of `known` draws has: it is the beginning of this one.
        """
        found = [
            parts_of(self.dimensions, sizes(draws)[place], place, seed, method)[sizes(known)[place] :]
            for place in places
        ]
        return np.concatenate(found)

    def drawn(self, parts: Parts) -> Drawn:
        """The draws that these parts make."""
        return Drawn(len(parts), self._values(parts), self._readings(parts))

    def columns(self, party: str) -> list[int]:
        """The parts that make the numbers of one party."""
        start = len(self.judgments) + len(self.leaners)
        return [start + k for k, doubt in enumerate(self.doubts) if doubt.party == party]

    def leaning_column(self, name: str) -> int:
        """The part that is the common leaning of some numbers."""
        return len(self.judgments) + self.leaners.index(name)

    def judgment_column(self, judgment: Judgment) -> int:
        """The part that chooses a judgment's reading."""
        return self.judgments.index(judgment)

    def chunk(self, place: int, draws: int, seed: int, method: Method) -> Iterator[Scenario]:
        """The draws of one chunk, each a scenario without any doubt left."""
        return self.scenarios(self.drawn(self.parts([place], draws, seed, method)))

    def scenarios(self, drawn: Drawn) -> Iterator[Scenario]:
        """Each draw as a scenario without any doubt left."""
        for k, chosen in enumerate(self.read(drawn)):
            values = {key: Quantity.of(Fraction(int(row[k]), self.scale)) for key, row in drawn.values.items()}
            yield fixed(self.scenario, values).assuming(chosen).settled()

    def read(self, drawn: Drawn) -> Iterator[dict[str, str]]:
        """The reading of each judgment in each draw."""
        names = {judgment.id: list(judgment.readings) for judgment in self.judgments}
        for k in range(drawn.number):
            yield {name: names[name][int(each[k])] for name, each in drawn.readings.items()}

    def _values(self, parts: Parts) -> dict[int, Ints]:
        common = {name: parts[:, self.leaning_column(name)] for name in self.leaners}
        start = len(self.judgments) + len(self.leaners)
        found = {}
        for k, doubt in enumerate(self.doubts):
            part = parts[:, start + k]
            if doubt.leaner is not None:
                part = leaning(part, common[doubt.leaner], doubt.share)
            for number, (mode, low, high) in zip(doubt.numbers, self._ranges[k], strict=True):
                above = np.rint(SHAPES[number.shape](part, mode) * (high - low))
                found[id(number)] = low + (above.astype(np.int64) if self.kind is np.int64 else _whole(above))
        for number in self.products:
            found[id(number)] = self._product(number, found, len(parts))
        return found

    @cached_property
    def _ranges(self) -> list[list[tuple[float, int, int]]]:
        """Of each doubt's numbers the part of the range that lies below the likely value, and both ends scaled."""
        return [
            [
                (
                    float((number.likely - number.low) / (number.high - number.low)),
                    round(number.low * self.scale),
                    round(number.high * self.scale),
                )
                for number in doubt.numbers
            ]
            for doubt in self.doubts
        ]

    def _product(self, number: Quantity, found: Mapping[int, Ints], draws: int) -> Ints:
        """A scale times a number of its own, rounded like every draw (half to even)."""
        factors = number.times or ()
        one, other = (
            found.get(id(each), np.full(draws, int(each.likely * self.scale), dtype=self.kind)) for each in factors
        )
        if prod(_reach(each) * self.scale for each in factors) >= _WIDEST:
            one, other = one.astype(object), other.astype(object)
        whole = one * other // self.scale
        rest = one * other - whole * self.scale
        up = (2 * rest > self.scale) | ((2 * rest == self.scale) & (whole % 2 == 1))
        return np.asarray(whole + up, dtype=self.kind)

    def _readings(self, parts: Parts) -> dict[str, Ints]:
        found = {}
        for k, judgment in enumerate(self.judgments):
            weight = weights(judgment) or {}
            bounds = np.cumsum(list(weight.values()))
            found[judgment.id] = np.minimum(np.searchsorted(bounds, parts[:, k], side="right"), len(weight) - 1)
        return found


_WHOLE = 2**53
"""Sums below this are whole numbers both in floats and in 64 bits."""

_WIDEST = 2**62
"""Products below this are whole numbers in 64 bits."""


def _kind(largest: Fraction) -> type:
    return np.int64 if largest < _WHOLE else object


def _level(judgment: Judgment) -> Judgment:
    """The judgment with every reading as likely as the others."""
    readings = {name: replace(reading, weight=1.0) for name, reading in judgment.readings.items()}
    return replace(judgment, readings=readings, open=False)


def _whole(numbers: Parts) -> Ints:
    return np.array([int(each) for each in numbers], dtype=object)


def _reach(number: Quantity) -> Fraction:
    return max(abs(number.low), abs(number.high))


def _grid(numbers: Sequence[Quantity]) -> int:
    narrowest = min((number.high - number.low for number in numbers), default=Fraction(1))
    grid = 1
    while grid < NANO and narrowest * grid < _STEPS:
        grid *= 10
    return grid


def weights(judgment: Judgment) -> dict[str, float] | None:
    """How probable each reading is; None for a judgment that is open or has no weights."""
    given = {name: reading.weight or 0.0 for name, reading in judgment.readings.items()}
    total = sum(given.values())
    return None if judgment.open or total <= 0 else {name: each / total for name, each in given.items()}


def sizes(draws: int) -> list[int]:
    """How many draws each chunk has."""
    return [draws // CHUNKS + (place < draws % CHUNKS) for place in range(CHUNKS)]


_HELD = 64
"""So many points are made at once at least: most of the time goes into scrambling, and more may be asked for later."""


def parts_of(dimensions: int, draws: int, place: int, seed: int, method: Method) -> Parts:
    """So many points between 0 and 1 in each dimension, the ones of one independent part."""
    if not dimensions or not draws:
        return np.zeros((draws, 0))
    held = max(_HELD, 1 << (draws - 1).bit_length())
    key = ("points", dimensions, held, place, seed, method)
    found = recalled(key, np.ndarray)
    if found is None:
        rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(CHUNKS)[place])
        points = rng.random((held, dimensions)) if method == "random" else sobol_points(dimensions, held, rng)
        found = np.clip(points, 1e-12, 1 - 1e-12)
        found.flags.writeable = False
        remember(key, found)
    return found[:draws]


def sobol_points(dimensions: int, draws: int, rng: np.random.Generator) -> Parts:
    """So many points of a scrambled Sobol sequence; TooLargeError beyond the dimensions for which there is one."""
    if dimensions > MOST_SOBOL:
        message = (
            f"{dimensions:,} numbers are drawn at once, and a Sobol sequence has at most {MOST_SOBOL:,} dimensions"
        )
        raise TooLargeError(f"{message}; try '--method random' (method=\"random\")")
    from scipy.stats import qmc  # 0.4 s to import, and only draws need it

    power = max(0, (draws - 1).bit_length())
    return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=rng).random_base2(power)[:draws], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Judged:
    """A number, whose it is, on which issue (None: on none alone), and along which numeric table, if it stands on one.

    The steps of such a table share one doubt.
    """

    number: Quantity
    party: str
    issue: str | None = None
    along: int | None = None


def _numbers(scenario: Scenario) -> Iterator[Judged]:
    """Every judged number that may count in some draw."""

    def tables(worth: Mapping[str, Mapping[str, Quantity]], party: str) -> Iterator[Judged]:
        for issue, table in worth.items():
            along = id(table) if scenario.issues[issue].kind != "named" else None
            yield from (Judged(number, party, issue, along) for number in table.values())

    for name, party in scenario.parties.items():
        yield from tables(party.preferences.worth, name)
        if party.reservation:
            yield Judged(party.reservation, name)
    for rule in scenario.interactions.values():
        yield from (Judged(value, name) for name, value in rule.worth.items())
    for judgment in scenario.judgments.values():
        for name, reading in judgment.readings.items():
            if weights(judgment) is None and name != judgment.likely:
                continue
            for change in (reading.sets, reading.adds):
                for name_, part in change.parties.items():
                    yield from tables(part.worth, name_)
                    if part.reservation:
                        yield Judged(part.reservation, name_)
                for worth in change.interactions.values():
                    yield from (Judged(value, name_) for name_, value in worth.items())


def _drawn_for(each: Judged) -> Iterator[Judged]:
    """The numbers that are drawn for one: itself, or its factors."""
    if each.number.times is None or each.number.certain:
        yield each
    else:
        scale, own = each.number.times
        yield replace(each, number=scale, along=None)
        yield replace(each, number=own)


def _doubts(scenario: Scenario, numbers: Sequence[Judged]) -> Iterator[Doubt]:
    seen: set[int] = set()
    together: dict[tuple[str, int], tuple[Judged, list[Quantity]]] = {}
    for each in numbers:
        if each.number.certain or id(each.number) in seen:
            continue
        seen.add(id(each.number))
        if each.along is not None:
            together.setdefault((each.party, each.along), (each, []))[1].append(each.number)
        else:
            yield _doubt(scenario, each, (each.number,))
    for first, some in together.values():
        yield _doubt(scenario, first, tuple(some))


def _doubt(scenario: Scenario, each: Judged, numbers: tuple[Quantity, ...]) -> Doubt:
    leaner, share = scenario.leaning_of(each.party, each.issue) or (None, 0)
    return Doubt(numbers, each.party, leaner, float(share))


Values = Mapping[int, Quantity]


def fixed(scenario: Scenario, values: Values) -> Scenario:
    """The scenario with these numbers in place of the ranges."""
    return replace(
        scenario,
        parties={name: _fixed_party(party, values) for name, party in scenario.parties.items()},
        interactions={name: _fixed_rule(rule, values) for name, rule in scenario.interactions.items()},
        judgments={name: _fixed_judgment(each, values) for name, each in scenario.judgments.items()},
    )


def _number(quantity: Quantity, values: Values) -> Quantity:
    return values.get(id(quantity), quantity)


def _row(table: Mapping[str, Quantity], values: Values) -> dict[str, Quantity]:
    return {key: values.get(id(each), each) for key, each in table.items()}


def _worth(worth: Mapping[str, Mapping[str, Quantity]], values: Values) -> dict[str, dict[str, Quantity]]:
    return {issue: _row(table, values) for issue, table in worth.items()}


def _fixed_party(party: Party, values: Values) -> Party:
    old = party.preferences
    return replace(
        party,
        preferences=Preferences(_worth(old.worth, values), old.refuses),
        reservation=None if party.reservation is None else _number(party.reservation, values),
    )


def _fixed_rule(rule: Interaction, values: Values) -> Interaction:
    return replace(rule, worth=_row(rule.worth, values))


def _fixed_judgment(judgment: Judgment, values: Values) -> Judgment:
    return replace(judgment, readings={name: _fixed_reading(each, values) for name, each in judgment.readings.items()})


def _fixed_reading(reading: Reading, values: Values) -> Reading:
    return replace(reading, sets=_fixed_change(reading.sets, values), adds=_fixed_change(reading.adds, values))


def _fixed_change(change: Change, values: Values) -> Change:
    return Change(
        {name: _fixed_part(part, values) for name, part in change.parties.items()},
        {name: _row(worth, values) for name, worth in change.interactions.items()},
    )


def _fixed_part(part: PartyChange, values: Values) -> PartyChange:
    reservation = None if part.reservation is None else _number(part.reservation, values)
    return replace(part, worth=_worth(part.worth, values), reservation=reservation)
