"""What would make the process safer? Each guarantee, each ally's buy-in, each step's sight: tried, and weighed.

Tried: with one number changed at a time, on the same draws, how much likelier is it that all gets done? Weighed: over
the ranges of the file, what part of the differences in that chance comes from each number (Sobol' indices).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from detente.analysis.estimates import Chance, Mean
from detente.analysis.work import Crew
from detente.kernels.indices import Share, Sums, shares
from detente.kernels.quantiles import SHAPES
from detente.model.quantity import Quantity, nine_decimals
from detente.model.scenario import Scenario
from detente.simulation.levers import Lever, levers
from detente.simulation.runs import Line, Problem, played
from detente.simulation.stage import Floats
from detente.simulation.tally import IMPLEMENTATION, MEASURES
from detente.table import Table

RUNS = 256
"""So many runs are played for each set of numbers that is drawn."""

DRAWS, PARTS = 32, 8
"""So many sets of numbers are drawn twice, in parts of their own for the errors."""

MOST = 8
"""So many numbers are weighed each for itself: those that move the chance most between the ends of their ranges."""

REST = "all others together"


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing changed, and by how much likelier all then gets done (with the standard error on the same draws)."""

    says: str
    more: Mean


@dataclass(frozen=True, slots=True)
class Safer:
    """What would make a strategy safer: the chance as it is, what each change adds, and what the ranges weigh."""

    strategy: str
    chance: Chance
    tried: tuple[Tried, ...]
    weighed: tuple[tuple[str, Share], ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "strategy": self.strategy,
            "implementation": self.chance.payload(),
            "tried": [{"says": each.says, **each.more.payload()} for each in self.tried],
            "weighed": [
                {
                    "number": name,
                    "first": share.first,
                    "first_se": share.first_se,
                    "total": share.total,
                    "total_se": share.total_se,
                }
                for name, share in self.weighed
            ],
        }

    def tables(self) -> tuple[Table, ...]:
        """What each change adds or takes, the most first, and what weighs most within the ranges."""
        ranked = sorted(self.tried, key=lambda each: -each.more.mean)
        rows = tuple((each.says, _effect(each.more)) for each in ranked)
        columns = (f"with {self.strategy}", "all done, in percentage points")
        title = f"What would make it safer, and what would not ({self.strategy}: {self.chance.in_words} now)"
        tried = Table(title, columns, rows, frozenset(columns[1:]), "There is nothing to try.")
        if not self.weighed:
            return (tried,)
        heads = ("number", "part that comes from it alone", "part that it has a hand in")
        weighed = tuple(
            (name, _percent(each.first, each.first_se), _percent(each.total, each.total_se))
            for name, each in self.weighed
        )
        return (tried, Table("What weighs most within the ranges of the file", heads, weighed, frozenset(heads[1:])))


def _percent(share: float, error: float) -> str:
    return f"{100 * share:.0f}% (± {100 * error:.0f})"


def _effect(more: Mean) -> str:
    """A difference in percentage points, or that the runs cannot tell it from none."""
    if more.above is None:
        return "cannot be told"
    return f"{'+' if more.mean > 0 else '−'}{100 * abs(more.mean):.1f} (± {100 * more.se:.1f})"


def safer(problem: Problem, line: Line, runs: int, crew: Crew) -> Safer:
    """What would make one line of a problem safer."""
    known = levers(line.scenario, line.target)
    lines = [line, *(_moved(line, [(each, each.safer)], each.says) for each in known)]
    [(_, moments)] = played([(replace(problem, lines=tuple(lines)), None)], runs, crew)
    measure = MEASURES.index(IMPLEMENTATION)
    tried = tuple(Tried(each.says, moments.difference(measure, k, 0)) for k, each in enumerate(known, start=1))
    return Safer(line.name, moments.chance(measure, 0), tried, _weighed(problem, line, known, crew))


def _moved(line: Line, numbers: Sequence[tuple[Lever, Quantity]], name: str) -> Line:
    """The same line with other numbers in its scenario."""
    scenario: Scenario = line.scenario
    for lever, number in numbers:
        scenario = lever.set(scenario, number)
    return replace(line, name=name, scenario=scenario)


def _weighed(problem: Problem, line: Line, known: Sequence[Lever], crew: Crew) -> tuple[tuple[str, Share], ...]:
    """The indices of the numbers that move the chance most, and of all others together; none where nothing moves it."""
    ranged = [each for each in known if not each.number.certain]
    if not ranged:
        return ()
    ends = [
        _moved(line, [(lever, Quantity.of(end))], lever.about)
        for lever in ranged
        for end in (lever.number.low, lever.number.high)
    ]
    at_ends = _chances(problem, ends, crew).reshape(-1, 2)
    order = np.argsort(-np.abs(at_ends[:, 1] - at_ends[:, 0]), kind="stable").tolist()
    groups = [[k] for k in order[:MOST]] + ([order[MOST:]] if len(order) > MOST else [])
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(problem.seed, spawn_key=(1, 0))))
    one, other = rng.random((2, DRAWS, len(ranged)))
    sets = [one, other]
    for group in groups:
        mixed = one.copy()
        mixed[:, group] = other[:, group]
        sets.append(mixed)
    drawn = [_moved(line, _drawn(ranged, row), "drawn") for each in sets for row in each]
    found = _chances(problem, drawn, crew).reshape(len(sets), 1, PARTS, -1)
    parts = [Sums.of(found[0, :, k], found[1, :, k], found[2:, :, k]) for k in range(PARTS)]
    if found.std() == 0:
        return ()
    names = [ranged[group[0]].about if k < MOST else REST for k, group in enumerate(groups)]
    weighed = zip(names, (share[0] for share in shares(parts)), strict=True)
    return tuple(sorted(weighed, key=lambda pair: -pair[1].total))


def _drawn(ranged: Sequence[Lever], row: Floats) -> list[tuple[Lever, Quantity]]:
    """The numbers that one row of draws between 0 and 1 makes."""
    found = []
    for lever, part in zip(ranged, row, strict=True):
        number = lever.number
        span = number.high - number.low
        share = SHAPES[number.shape](np.array([part]), float((number.likely - number.low) / span))[0]
        found.append((lever, Quantity.of(nine_decimals(number.low + span * Fraction(float(share))))))
    return found


def _chances(problem: Problem, lines: Sequence[Line], crew: Crew) -> Floats:
    """The chance that all gets done on each line, each a problem of its own."""
    found = played([(replace(problem, lines=(line,)), None) for line in lines], RUNS, crew)
    return np.array([moments.chance(MEASURES.index(IMPLEMENTATION), 0).p for _, moments in found])
