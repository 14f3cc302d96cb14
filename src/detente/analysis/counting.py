"""How many outcomes are attainable? Counted where that can be done, else estimated, and labelled so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod, sqrt

import numpy as np

from detente.analysis.compile import Question
from detente.analysis.limits import tick
from detente.analysis.search import Evaluator, passes
from detente.analysis.shared import once
from detente.kernels.pruning import Ints
from detente.model.party import Role
from detente.model.scenario import Quorum, Scenario

_COUNTED = 10_000_000
_BLOCK = 20_000
"""Outcomes weighed at once; a divisor of the number of draws."""

_DRAWS = 200_000
_SEED = 2021


@dataclass(frozen=True, slots=True)
class Count:
    """A number of outcomes: exact, or an estimate with its standard error from so many seeded draws."""

    exact: int | None
    estimate: float | None = None
    standard_error: float | None = None
    draws: int | None = None
    seed: int | None = None

    @property
    def best(self) -> float:
        """The exact number or else the estimate."""
        return self.exact if self.exact is not None else (self.estimate or 0.0)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "exact": self.exact is not None,
            "number": self.best,
            "standard_error": self.standard_error,
            "draws": self.draws,
            "seed": self.seed,
        }


@dataclass(frozen=True, slots=True)
class Attainable:
    """How many outcomes pass as an agreement, and how the set shrinks by each veto, held or given.

    `kept` says for each party that is no principal which part of what passes where it is only heard it would take.
    """

    number: Count
    kept: Mapping[str, float]


def attainable(scenario: Scenario) -> Attainable:
    """How many outcomes pass as an agreement: counted up to 10^7 combinations, beyond that estimated from draws.

    Draws are uniform over all combinations of options and seeded; the error is the binomial one (`scenario` settled).
    """
    return once("attainable", scenario, lambda: _counted(scenario))


def _counted(scenario: Scenario) -> Attainable:
    names = [name for name, party in scenario.parties.items() if party.role is not Role.PRINCIPAL]
    heard = _only_heard(scenario)
    everyone = Evaluator(Question(heard, also=tuple(heard.parties)))
    first = None if scenario.quorum else Evaluator(Question(_principals_only(scenario)))
    rules = {name: Question(unbound(scenario, name)) for name in names}
    total = prod(everyone.sizes)
    counted = total <= _COUNTED
    found, before, after = 0, dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for digits in _all(everyone.sizes, total) if counted else _drawn(everyone.sizes):
        tick()
        kept = digits if first is None else _only(digits, first.accepts(digits)[0])
        _, accepts = everyone.accepts(kept)
        found += int(passes(Question(scenario), accepts).sum())
        for name, rule in rules.items():
            passing = passes(rule, accepts)
            before[name] += int(passing.sum())
            after[name] += int((passing & accepts[name]).sum())
    shares = {name: after[name] / before[name] if before[name] else 0.0 for name in names}
    return Attainable(Count(found) if counted else _estimated(found, total), shares)


def _only(digits: Sequence[Ints], outcomes: Ints) -> list[Ints]:
    return [digit[outcomes] for digit in digits]


def _estimated(found: int, total: int) -> Count:
    part = found / _DRAWS
    error = float(total) * sqrt(part * (1 - part) / _DRAWS)
    return Count(None, float(total) * part, error, _DRAWS, _SEED)


def _only_heard(scenario: Scenario) -> Scenario:
    parties = {name: replace(party, role=Role.CONSULTED) for name, party in scenario.parties.items()}
    return replace(scenario, parties=parties, quorum=None)


def _principals_only(scenario: Scenario) -> Scenario:
    parties = {
        name: party if party.role is Role.PRINCIPAL else replace(party, role=Role.CONSULTED)
        for name, party in scenario.parties.items()
    }
    return replace(scenario, parties=parties)


def unbound(scenario: Scenario, name: str) -> Scenario:
    """The same negotiation with a veto party only heard (under a quorum: one vote fewer is needed)."""
    party = scenario.parties[name]
    if party.role is not Role.VETO:
        return scenario
    parties = {**scenario.parties, name: replace(party, role=Role.CONSULTED)}
    quorum = scenario.quorum
    if quorum is not None:
        others = tuple(each for each in quorum.always if each != name)
        quorum = Quorum(quorum.at_least - 1, others)
    return replace(scenario, parties=parties, quorum=quorum)


def _all(sizes: Sequence[int], total: int) -> Iterator[list[Ints]]:
    for first in range(0, total, _BLOCK):
        codes = np.arange(first, min(total, first + _BLOCK))
        yield [np.asarray(digit) for digit in np.unravel_index(codes, sizes)]


def _drawn(sizes: Sequence[int]) -> Iterator[list[Ints]]:
    chance = np.random.default_rng(_SEED)
    for _ in range(0, _DRAWS, _BLOCK):
        yield [chance.integers(0, size, _BLOCK) for size in sizes]
