"""How sure is it that an order holds? Over draws: who goes on at every step, what patience, trust and risk it takes.

The order stays as it is; what steps are worth, how patient each party is, how likely the process breaks down and how
long things take are drawn. Measuring is by rounded arithmetic, and exact where rounding leaves an answer open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite, sqrt

import numpy as np

from detente.analysis.draws import CHUNKS, Method
from detente.analysis.estimates import Chance
from detente.analysis.limits import tick
from detente.planning.drawn import Batch, Source
from detente.planning.halving import trust_needed
from detente.planning.many import Floats, Ints, Many, Marks
from detente.planning.patience import intervals, least

QUANTILES = (5, 25, 50, 75, 95)
MOST = 1_000_000
"""So many draws at most."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure lies over the draws: its quantiles (None: never), each with its standard error where there is one.

    `never` is the chance that nothing would do. A quantile is the least figure that so many percent of draws do not
    exceed.
    """

    quantiles: Mapping[int, float | None]
    errors: Mapping[int, float | None]
    never: Chance

    @classmethod
    def of(cls, chunks: Sequence[Floats]) -> "Spread":
        """From the figures in each chunk; infinity stands for never."""
        whole = np.concatenate(chunks)
        quantiles = {part: _quantile(whole, part) for part in QUANTILES}
        errors = {part: _error(value, [_quantile(each, part) for each in chunks]) for part, value in quantiles.items()}
        never = Chance.of([float(np.isinf(each).sum()) for each in chunks], [len(each) for each in chunks])
        return cls({part: value if isfinite(value) else None for part, value in quantiles.items()}, errors, never)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        quantiles = {f"p{part}": {"value": v, "se": self.errors[part]} for part, v in self.quantiles.items()}
        return {**quantiles, "never": self.never.payload()}


@dataclass(frozen=True, slots=True)
class Breach:
    """A party that in some draws gains by leaving in a round (None: once all is done), and how likely that is."""

    party: str
    round: int | None
    chance: Chance


@dataclass(frozen=True, slots=True)
class Sureness:
    """What an order of steps comes to over draws.

    `self_enforcing` and `goes_on` (each party at every step), `breaches` (the most likely first) and `trust` are there
    where the file states patience; `patience` where the course is not too long. `readings` has for each judgment that
    is left open the chance under each of its readings.
    """

    draws: int
    seed: int
    method: Method
    self_enforcing: Chance | None
    goes_on: Mapping[str, Chance]
    breaches: tuple[Breach, ...]
    patience: Spread | None
    trust: Spread | None
    exposure: Mapping[str, Spread]
    readings: Mapping[str, Mapping[str, Chance]] = field(default_factory=dict)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "method": self.method,
            "self_enforcing": None if self.self_enforcing is None else self.self_enforcing.payload(),
            "goes_on": {party: chance.payload() for party, chance in self.goes_on.items()},
            "breaches": [
                {"party": each.party, "round": each.round, "chance": each.chance.payload()} for each in self.breaches
            ],
            "patience": None if self.patience is None else self.patience.payload(),
            "trust": None if self.trust is None else self.trust.payload(),
            "exposure": {party: spread.payload() for party, spread in self.exposure.items()},
            "open": {
                judgment: {reading: {"self_enforcing": chance.payload()} for reading, chance in each.items()}
                for judgment, each in self.readings.items()
            },
        }


@dataclass(frozen=True, eq=False)
class _Found:
    """What was found in some draws, a row for each, with its chunk."""

    chunks: Ints
    exposure: Mapping[int, Floats]
    patience: Floats | None
    leaves: Mapping[tuple[int, int], Marks]
    trust: Floats | None

    def split(self, row: Floats) -> list[Floats]:
        """A row, by chunk."""
        return [row[self.chunks == place] for place in range(CHUNKS)]

    def chance(self, marks: Marks) -> Chance:
        """How often something is so."""
        hits = np.bincount(self.chunks, weights=marks, minlength=CHUNKS)
        return Chance.of(hits.tolist(), np.bincount(self.chunks, minlength=CHUNKS).tolist())

    def goes_on(self, party: int | None = None) -> Marks:
        """Where a party (None: everybody) gains by leaving at no step."""
        leaving = [marks for (who, _), marks in self.leaves.items() if party in (None, who)]
        found: Marks = np.any([np.zeros(len(self.chunks), dtype=np.bool_), *leaving], axis=0)
        return ~found


def how_sure(source: Source, *, draws: int, seed: int, method: Method = "sobol") -> Sureness | None:
    """What an order of steps comes to over draws of every ranged number and weighted judgment; None without any doubt.

    The same seed gives the same answer to the last bit. OutOfTimeError where the time limit passes.
    """
    if not CHUNKS <= draws <= MOST:
        raise ValueError(f"the number of draws lies from {CHUNKS} to {MOST:,}, not {draws}")
    opened = [name for name, each in source.worth.judgments.items() if each.open]
    if source.certain and not opened:
        return None
    readings: dict[str, dict[str, Chance]] = {}
    for name in opened if source.walk.game.patience is not None else ():
        readings[name] = {}
        for reading in source.scenario.judgments[name].readings:
            here = replace(source, scenario=source.scenario.assuming({name: reading}))
            held = _found(here, draws, seed, method)
            readings[name][reading] = held.chance(held.goes_on())
    return _summed(source, _found(source, draws, seed, method), readings, seed, method)


def _found(source: Source, draws: int, seed: int, method: Method) -> _Found:
    """What all draws come to."""
    parts = [_measured(batch) for batch in source.batches(draws, seed, method)]
    first = parts[0]
    patient = [each.patience for each in parts if each.patience is not None]
    trusts = [each.trust for each in parts if each.trust is not None]
    return _Found(
        np.concatenate([each.chunks for each in parts]),
        {party: np.concatenate([each.exposure[party] for each in parts]) for party in first.exposure},
        np.concatenate(patient) if len(patient) == len(parts) else None,
        {key: np.concatenate([each.leaves[key] for each in parts]) for key in first.leaves},
        np.concatenate(trusts) if trusts else None,
    )


def _measured(batch: Batch) -> _Found:
    """What some draws come to; exactly wherever rounding leaves an answer open."""
    many = Many(batch.source.walk, batch.numbers())
    patience = many.patience()
    if patience is not None:
        needed, sure = patience
        for k in np.flatnonzero(~sure).tolist():
            tick()
            found = least(intervals(batch.exactly(k)))
            needed[k] = inf if found is None else found
    leaves, trust = _incentives(batch, many) if many.drawn.patience is not None else ({}, None)
    return _Found(batch.chunks, many.exposures(), None if patience is None else patience[0], leaves, trust)


def _incentives(batch: Batch, many: Many) -> tuple[dict[tuple[int, int], Marks], Floats]:
    """Who leaves when, and what trust is needed (infinity: none would do)."""
    trust = np.zeros(len(many.drawn))
    leaves, unsure = {}, np.zeros(len(trust), dtype=np.bool_)
    for each in many.incentives():
        leaves[each.party, each.round] = each.slack < 0
        needed = each.risk / np.where(each.risk > 0, each.risk + np.maximum(each.slack, 0), 1)
        trust = np.maximum(trust, np.where(each.slack < 0, inf, np.maximum(needed, 0)))
        unsure |= each.unsure
    for k in np.flatnonzero(unsure).tolist():
        tick()
        walk = batch.exactly(k)
        patience = walk.game.patience or ()
        for incentive in walk.incentives(patience):
            leaves[incentive.party, incentive.round][k] = incentive.slack < 0
        found = trust_needed(walk, patience)
        trust[k] = inf if found is None else float(found)
    return leaves, trust


def _summed(
    source: Source, found: _Found, readings: Mapping[str, Mapping[str, Chance]], seed: int, method: Method
) -> Sureness:
    walk = source.walk
    names, patient = walk.game.parties, found.trust is not None
    breaches = [
        Breach(names[p], t + 1 if t < len(walk.order) else None, found.chance(marks))
        for (p, t), marks in sorted(found.leaves.items())
        if marks.any()
    ]
    return Sureness(
        draws=len(found.chunks),
        seed=seed,
        method=method,
        self_enforcing=found.chance(found.goes_on()) if patient else None,
        goes_on={names[p]: found.chance(found.goes_on(p)) for p in walk.game.players} if patient else {},
        breaches=tuple(sorted(breaches, key=lambda each: -each.chance.p)),
        patience=None if found.patience is None else Spread.of(found.split(found.patience)),
        trust=None if found.trust is None else Spread.of(found.split(found.trust)),
        exposure={names[p]: Spread.of(found.split(row)) for p, row in found.exposure.items()},
        readings=readings,
    )


def _quantile(values: Floats, part: int) -> float:
    return float(np.quantile(values, part / 100, method="inverted_cdf"))


def _error(value: float, chunks: Sequence[float]) -> float | None:
    """The standard error of a quantile, from what the chunks say; None where some say never."""
    if not isfinite(value) or not all(map(isfinite, chunks)):
        return None
    return sqrt(sum((each - value) ** 2 for each in chunks) / (len(chunks) * (len(chunks) - 1)))
