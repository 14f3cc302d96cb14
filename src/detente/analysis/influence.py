"""What drives the answers? Each judgment, each party's numbers and each common leaning, weighed against all others.

Sobol indices say which share of a headline's variance comes from each (alone, and with everything it acts together
with); a party's numbers all at the lower or the upper tenth of their ranges, the rest drawn as ever, say which way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import sqrt
from typing import Any

import numpy as np

from detente.analysis.answers import Answers, Floats, answers
from detente.analysis.draws import Method, Parts, Plan, parts_of, sizes
from detente.analysis.estimates import Mean
from detente.kernels.indices import Share, Sums, shares

AGREEMENT, VALUE = "agreement", "joint value"
TENTHS = (0.1, 0.9)

_TRIFLE = 0.005
"""Factors that explain less of a headline, alone and with others, are not listed."""

FEWEST, MOST, _ANSWERS = 80, 512, 5
"""Indices rest on so many draws at least and at most, and on so many answers for each draw of the whole."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What may be otherwise: a judgment, a party's numbers, or what numbers lean on; and the parts that make it."""

    kind: str
    name: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Influence:
    """The indices of each factor for each headline, and headlines with a party's numbers low and high.

    `tenths` has for each party and headline its mean with the party's numbers at the lower and at the upper tenth.
    """

    headlines: tuple[str, ...]
    draws: int
    indices: Mapping[Factor, tuple[Share, ...]]
    tenths: Mapping[str, Mapping[str, tuple[Mean, Mean]]]

    def ranked(self, headline: str) -> list[tuple[Factor, Share]]:
        """The factors of a headline, the most influential first, without such as have no influence."""
        place = self.headlines.index(headline)
        found = [(factor, each[place]) for factor, each in self.indices.items() if each[place].total > _TRIFLE]
        return sorted(found, key=lambda pair: -pair[1].total)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "draws": self.draws,
            "indices": {
                headline: [
                    {"kind": factor.kind, "name": factor.name, **asdict(share)}
                    for factor, share in self.ranked(headline)
                ]
                for headline in self.headlines
            },
            "numbers_at_tenths": {
                party: {
                    headline: {"low": low.payload(), "high": high.payload()} for headline, (low, high) in each.items()
                }
                for party, each in self.tenths.items()
            },
        }


@dataclass(frozen=True, eq=False)
class Part:
    """One independent part: what the indices are made of, and headlines with each party's numbers low and high.

    `tenths` has shape (parties with numbers, 2, headlines).
    """

    sums: Sums
    tenths: Floats

    def plain(self) -> dict[str, object]:
        """The same in plain values, for a file; `of_plain` is the way back."""
        sums = {each.name: getattr(self.sums, each.name) for each in fields(self.sums)[1:]}
        arrays = {name: array.tolist() for name, array in {**sums, "tenths": self.tenths}.items()}
        return {"number": self.sums.number, **arrays}

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> "Part":
        """The part that `plain` has written."""
        flat = {name: np.array(given[name], dtype=np.float64) for name in ("total", "square")}
        headlines = len(flat["total"])
        groups = {
            name: np.array(given[name], dtype=np.float64).reshape(-1, headlines) for name in ("alone", "drift", "left")
        }
        tenths = np.array(given["tenths"], dtype=np.float64).reshape(-1, len(TENTHS), headlines)
        return cls(Sums(number=given["number"], **flat, **groups), tenths)


def factors(plan: Plan) -> tuple[Factor, ...]:
    """Everything that is drawn, in groups that belong together; numbers of parties that are only heard move nothing."""
    found = [Factor("judgment", each.id, (plan.judgment_column(each),)) for each in plan.judgments]
    found += [Factor("leaning", name, (plan.leaning_column(name),)) for name in plan.leaners]
    found += [Factor("numbers", name, tuple(plan.columns(name))) for name in _numbered(plan)]
    return tuple(found)


def headlines(plan: Plan) -> tuple[str, ...]:
    """What is weighed: whether there is a deal, the best joint value, and whether each package passes."""
    return (AGREEMENT, VALUE, *plan.scenario.packages)


def rows(found: Answers) -> Floats:
    """The headlines of some draws, shape (headlines, draws)."""
    return np.stack(
        [found.agreement.astype(float), found.best, *(each.astype(float) for each in found.passes.values())]
    )


def frozen_draws(plan: Plan, draws: int) -> int:
    """On how many draws the indices rest: as many as take about five answers for each draw of the whole."""
    rows = 2 + len(factors(plan)) + len(TENTHS) * len(_numbered(plan))
    return max(FEWEST, min(MOST, _ANSWERS * draws // rows))


def pick_and_freeze(plan: Plan, places: Sequence[int], draws: int, seed: int, method: Method) -> list[Part]:
    """The results of some independent parts."""
    width = plan.dimensions
    number = [sizes(frozen_draws(plan, draws))[place] for place in places]
    both = np.concatenate(
        [parts_of(2 * width, size, place, seed, method) for size, place in zip(number, places, strict=True)]
    )
    a, b = both[:, :width], both[:, width:]
    groups = factors(plan)
    mixed = [_replaced(a, group.columns, b) for group in groups]
    moved = [_replaced(a, _all_of(plan, name), at) for name in _numbered(plan) for at in TENTHS]
    found = rows(answers(plan, plan.drawn(np.concatenate([a, b, *mixed, *moved])), headlines=True))
    split = found.reshape(len(found), 2 + len(mixed) + len(moved), len(a)).transpose(1, 0, 2)
    return [
        _part(split[:, :, end - size : end], len(mixed)) for end, size in zip(np.cumsum(number), number, strict=True)
    ]


def _part(split: Floats, groups: int) -> Part:
    """One part, from headlines with everything as in A, as in B, with each group mixed and with numbers moved."""
    sums = Sums.of(split[0], split[1], split[2 : 2 + groups])
    tenths = split[2 + groups :].mean(axis=2)
    return Part(sums, tenths.reshape(-1, len(TENTHS), split.shape[1]))


def influence(plan: Plan, parts: Sequence[Part]) -> Influence:
    """The whole, from all parts."""
    groups, names = factors(plan), headlines(plan)
    found = (tuple(each) for each in shares([part.sums for part in parts]))
    means = np.stack([part.tenths for part in parts])
    return Influence(
        names,
        sum(part.sums.number for part in parts),
        dict(zip(groups, found, strict=True)),
        {
            party: {headline: _ends(means[:, k, :, h]) for h, headline in enumerate(names)}
            for k, party in enumerate(_numbered(plan))
        },
    )


def _ends(means: Floats) -> tuple[Mean, Mean]:
    """The means at both tenths, from those of independent parts, shape (parts, 2)."""
    error = means.std(axis=0, ddof=1) / sqrt(len(means)) if len(means) > 1 else np.zeros(len(TENTHS))
    low, high = (Mean(float(mean), float(se)) for mean, se in zip(means.mean(axis=0), error, strict=True))
    return low, high


def _numbered(plan: Plan) -> list[str]:
    """The parties with ranged numbers that must agree, at least if some judgment is read so."""
    given = {
        name
        for judgment in plan.scenario.judgments.values()
        for reading in judgment.readings.values()
        for change in (reading.sets, reading.adds)
        for name, part in change.parties.items()
        if part.role is not None
    }
    parties = plan.scenario.parties.values()
    return [each.id for each in parties if (each.must_agree or each.id in given) and plan.columns(each.id)]


def _all_of(plan: Plan, party: str) -> tuple[int, ...]:
    leaning = (plan.leaning_column(party),) if party in plan.leaners else ()
    return (*plan.columns(party), *leaning)


def _replaced(parts: Parts, columns: Sequence[int], other: Parts | float) -> Parts:
    found = parts.copy()
    found[:, list(columns)] = other if isinstance(other, float) else other[:, list(columns)]
    return found
