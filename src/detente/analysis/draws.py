"""Which scenarios may be the true one? Draws of every ranged number and every weighted judgment, repeatable to the bit.

Chunks and their seeds are fixed by the number of draws and the seed alone, so the answer is the same for any number of
workers. Each chunk is an independent scrambling of a Sobol sequence (Owen 1995); what differs between chunks gives the
standard errors. Numbers along a numeric issue move together: one doubt about a table, not one for each step of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from detente.kernels.quantiles import SHAPES, leaning
from detente.model.judgment import Change, Judgment, PartyChange, Reading
from detente.model.party import Party, Preferences
from detente.model.quantity import Quantity
from detente.model.scenario import Interaction, Scenario

CHUNKS = 16
"""So many independent parts; their differences give the standard errors."""

NANO = 10**9
Method = Literal["sobol", "random"]
Parts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Doubt:
    """One number to be drawn, or several that move together, and whose they are."""

    numbers: tuple[Quantity, ...]
    party: str | None


@dataclass(frozen=True, eq=False)
class Plan:
    """What is drawn of a scenario: its doubts, the parties that lean, and the judgments with weights."""

    scenario: Scenario
    doubts: tuple[Doubt, ...]
    leaners: tuple[str, ...]
    judgments: tuple[Judgment, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> "Plan":
        """Everything that is not certain. A judgment without weights stays at its likely reading."""
        return cls(
            scenario,
            tuple(_doubts(scenario)),
            tuple(name for name, party in scenario.parties.items() if party.leaning),
            tuple(j for j in scenario.judgments.values() if weights(j) is not None),
        )

    @property
    def dimensions(self) -> int:
        """How many numbers between 0 and 1 make a draw."""
        return len(self.doubts) + len(self.leaners) + len(self.judgments)

    def chunk(self, place: int, draws: int, seed: int, method: Method) -> Iterator[Scenario]:
        """The draws of one chunk, each a scenario without any doubt left."""
        parts = _parts(self.dimensions, sizes(draws)[place], place, seed, method)
        numbers, readings = self._numbers(parts), self._readings(parts)
        for k in range(len(parts)):
            values = {key: Quantity.of(Fraction(round(float(row[k]) * NANO), NANO)) for key, row in numbers.items()}
            chosen = {name: each[k] for name, each in readings.items()}
            yield fixed(self.scenario, values).assuming(chosen).settled()

    def _numbers(self, parts: Parts) -> dict[int, Parts]:
        common = {name: parts[:, len(self.doubts) + k] for k, name in enumerate(self.leaners)}
        found = {}
        for k, doubt in enumerate(self.doubts):
            part = parts[:, k]
            if doubt.party in common:
                share = float(self.scenario.parties[doubt.party or ""].leaning)
                part = leaning(part, common[doubt.party or ""], share)
            for number in doubt.numbers:
                ends = (float(number.low), float(number.likely), float(number.high))
                found[id(number)] = SHAPES[number.shape](part, *ends)
        return found

    def _readings(self, parts: Parts) -> dict[str, list[str]]:
        start = len(self.doubts) + len(self.leaners)
        found = {}
        for k, judgment in enumerate(self.judgments):
            weight = weights(judgment) or {}
            bounds = np.cumsum(list(weight.values()))
            places = np.minimum(np.searchsorted(bounds, parts[:, start + k], side="right"), len(weight) - 1)
            found[judgment.id] = [list(weight)[place] for place in places.tolist()]
        return found


def weights(judgment: Judgment) -> dict[str, float] | None:
    """How probable each reading is; None for a judgment that is open or has no weights."""
    given = {name: reading.weight or 0.0 for name, reading in judgment.readings.items()}
    total = sum(given.values())
    return None if judgment.open or total <= 0 else {name: each / total for name, each in given.items()}


def sizes(draws: int) -> list[int]:
    """How many draws each chunk has."""
    return [draws // CHUNKS + (place < draws % CHUNKS) for place in range(CHUNKS)]


def _parts(dimensions: int, draws: int, place: int, seed: int, method: Method) -> Parts:
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(CHUNKS)[place])
    if not dimensions or not draws:
        return np.zeros((draws, 0))
    if method == "random":
        found = rng.random((draws, dimensions))
    else:
        power = max(0, (draws - 1).bit_length())
        found = qmc.Sobol(dimensions, scramble=True, rng=rng).random_base2(power)[:draws]
    return np.clip(found, 1e-12, 1 - 1e-12)


def _doubts(scenario: Scenario) -> Iterator[Doubt]:
    seen: set[int] = set()

    def new(numbers: list[Quantity], party: str | None, *, together: bool) -> Iterator[Doubt]:
        fresh = [n for n in numbers if not n.certain and id(n) not in seen]
        fresh = list({id(n): n for n in fresh}.values())
        seen.update(map(id, fresh))
        groups = [fresh] if together and fresh else [[n] for n in fresh]
        yield from (Doubt(tuple(group), party) for group in groups)

    def tables(worth: Mapping[str, Mapping[str, Quantity]], party: str) -> Iterator[Doubt]:
        for issue, table in worth.items():
            yield from new(list(table.values()), party, together=scenario.issues[issue].kind != "named")

    for name, party in scenario.parties.items():
        yield from tables(party.preferences.worth, name)
        yield from new([party.reservation] if party.reservation else [], name, together=False)
    for rule in scenario.interactions.values():
        for name, value in rule.worth.items():
            yield from new([value], name, together=False)
    for judgment in scenario.judgments.values():
        for reading in judgment.readings.values():
            for change in (reading.sets, reading.adds):
                for name, part in change.parties.items():
                    yield from tables(part.worth, name)
                    yield from new([part.reservation] if part.reservation else [], name, together=False)
                for worth in change.interactions.values():
                    for name, value in worth.items():
                        yield from new([value], name, together=False)


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
