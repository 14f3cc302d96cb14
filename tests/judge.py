"""The judge: what docs/file-format.md says, done the slow and obvious way, to hold the engine against.

It looks at every outcome, in plain Python and exact fractions. It shares no code with detente, on purpose: whatever
the engine is clever about, the judge is not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from judge_world import Outcome, World, at_status_quo, holds, parts, text_of, total, tree_of, world_of

__all__ = ["Search", "World", "at_status_quo", "text_of", "tree_of", "world_of"]

Vector = tuple[Fraction, ...]


def outcomes(world: World) -> Iterator[Outcome]:
    """Every outcome that the conditions allow, in the file's order."""
    for options in product(*world.issues.values()):
        outcome = dict(zip(world.issues, options, strict=True))
        if allows(world, outcome):
            yield outcome


def allows(world: World, outcome: Outcome) -> bool:
    return all(
        not holds(rule.when, outcome) or (rule.requires is not None and holds(rule.requires, outcome))
        for rule in world.conditions
    )


def worth(world: World, who: str, outcome: Outcome) -> Fraction:
    return total(parts(world, who, outcome))


def gain(world: World, who: str, outcome: Outcome, bound: str = "likely") -> Fraction:
    """Worth minus reservation; at "low" and "high" what the two share is no doubt at all."""
    here = parts(world, who, outcome)
    reservation = world.sides[who].reservation
    base = parts(world, who, world.status_quo) if reservation is None else [reservation]
    new = [each for each in here if all(each is not other for other in base)]
    old = [each for each in base if all(each is not other for other in here)]
    opposite = {"low": "high", "likely": "likely", "high": "low"}[bound]
    return total(new, bound) - total(old, opposite)


def refuses(world: World, who: str, outcome: Outcome) -> bool:
    return any(outcome[issue] in options for issue, options in world.sides[who].refuses.items())


def accepts(world: World, who: str, outcome: Outcome, bound: str = "likely", red_lines: bool = True) -> bool:
    """Whether a party would take an outcome (of a consulted one: whether it would, if it were asked)."""
    side = world.sides[who]
    if side.role == "veto" and side.over and not any(outcome[i] in options for i, options in side.over.items()):
        return True
    return gain(world, who, outcome, bound) >= 0 and not (red_lines and refuses(world, who, outcome))


def passes(world: World, outcome: Outcome, bound: str = "likely", red_lines: bool = True) -> bool:
    """Whether an outcome passes as an agreement."""
    accepting = [name for name in world.binding if accepts(world, name, outcome, bound, red_lines)]
    if world.quorum is None:
        return len(accepting) == len(world.binding)
    always = [name for name in world.always if name in world.binding]  # who is only heard has no vote to withhold
    return len(accepting) >= world.quorum and all(name in accepting for name in always)


@dataclass
class Search:
    """A question to the judge: which outcomes, at which bound, with or without red lines."""

    world: World
    bound: str = "likely"
    holding: Mapping[str, Iterable[str]] | None = None
    lacking: Mapping[str, Iterable[str]] | None = None
    red_lines: bool = True

    def allowed(self) -> list[Outcome]:
        return [
            outcome
            for outcome in outcomes(self.world)
            if holds(self.holding or {}, outcome) and (self.lacking is None or not holds(self.lacking, outcome))
        ]

    def acceptable(self) -> list[Outcome]:
        return [each for each in self.allowed() if passes(self.world, each, self.bound, self.red_lines)]

    def gains(self, outcome: Outcome, parties: Sequence[str]) -> Vector:
        return tuple(gain(self.world, name, outcome, self.bound) for name in parties)

    def mutual(self) -> list[Outcome]:
        """Acceptable, and no principal loses."""
        return [each for each in self.acceptable() if min(self.gains(each, self.world.principals)) >= 0]

    def frontier(self, parties: Sequence[str], near: Outcome | None = None) -> set[Vector]:
        """The undominated gains among acceptable outcomes, with (minus) the terms changed behind them."""
        points = {
            (*self.gains(o, parties), *(() if near is None else (Fraction(-changed(o, near)),)))
            for o in self.acceptable()
        }
        return undominated(points)

    def bargain(self) -> dict[str, "Chosen"] | None:
        """What each rule settles on; None where there is nothing to settle on."""
        pool = [(self.gains(outcome, self.world.principals), outcome) for outcome in self.mutual()]
        if not pool:
            return None
        ideal = [max(column) for column in zip(*(gains for gains, _ in pool), strict=True)]
        found = {}
        for rule, value in RULES.items():
            keys = [(value(gains, ideal), sorted(gains)) for gains, _ in pool]
            gains, outcome = pool[keys.index(max(keys))]
            found[rule] = Chosen(outcome, gains, sum(gains == others for others, _ in pool))
        return found


@dataclass
class Chosen:
    outcome: Outcome
    gains: Vector
    ties: int


def changed(outcome: Outcome, near: Outcome) -> int:
    return sum(outcome[issue] != option for issue, option in near.items())


def dominates(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return tuple(one) != tuple(other) and all(a >= b for a, b in zip(one, other, strict=True))


def undominated(points: set[Vector]) -> set[Vector]:
    return {point for point in points if not any(dominates(other, point) for other in points)}


def nash(gains: Vector, _: Sequence[Fraction]) -> Any:
    positive = [each for each in gains if each > 0]
    return len(positive), prod(positive)


RULES: dict[str, Callable[[Vector, Sequence[Fraction]], Any]] = {
    "nash": nash,
    "kalai-smorodinsky": lambda gains, ideal: sorted(
        g / most for g, most in zip(gains, ideal, strict=True) if most > 0
    ),
    "egalitarian": lambda gains, _: sorted(gains),
    "utilitarian": lambda gains, _: sum(gains),
}
