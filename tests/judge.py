"""The judge: what docs/file-format.md says, done the slow and obvious way, to hold the engine against.

It looks at every outcome, in plain Python and exact fractions. It shares no code with detente, on purpose: whatever
the engine is clever about, the judge is not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

from judge_world import Judged, Outcome, World, apart, at_status_quo, holds, parts, text_of, total, tree_of, world_of

__all__ = ["Judged", "Outcome", "Search", "World", "apart", "at_status_quo", "holds", "text_of", "tree_of", "world_of"]

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
    return apart(here, base, bound)


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


@dataclass
class Look:
    """One allowed outcome, and what everyone makes of it; `silent` are vetoes without a say, `refusing` red lines."""

    outcome: Outcome
    gains: dict[str, Fraction]
    silent: set[str]
    refusing: set[str]
    passes: bool

    def shortfall(self, who: str) -> Fraction:
        """What is missing for the party's consent, where it has a say."""
        return Fraction(0) if who in self.silent else max(Fraction(0), -self.gains[who])

    def takes(self, who: str) -> bool:
        return who in self.silent or (who not in self.refusing and self.gains[who] >= 0)


def look(world: World, outcome: Outcome, bound: str = "likely", red_lines: bool = True) -> Look:
    silent = {
        name
        for name, side in world.sides.items()
        if side.role == "veto" and side.over and not any(outcome[i] in options for i, options in side.over.items())
    }
    refusing = {name for name in world.sides if red_lines and name not in silent and refuses(world, name, outcome)}
    gains = {name: gain(world, name, outcome, bound) for name in world.sides}
    return Look(outcome, gains, silent, refusing, passes(world, outcome, bound, red_lines))


class View:
    """Everything that can be seen of a world at one end of the ranges."""

    def __init__(self, world: World, bound: str = "likely", red_lines: bool = True) -> None:
        self.world, self.bound = world, bound
        self.looks = [look(world, outcome, bound, red_lines) for outcome in outcomes(world)]
        self.passing = [each for each in self.looks if each.passes]

    def holding(self, terms: Mapping[str, Iterable[str]]) -> list[Look]:
        return [each for each in self.looks if holds(terms, each.outcome)]

    def best(self, looks: Iterable[Look]) -> tuple[int, Fraction] | None:
        """How many principals gain in the best deal among these that pass, and the product of what these gain."""
        values = []
        for each in looks:
            gains = [each.gains[name] for name in self.world.principals]
            if each.passes and min(gains) >= 0:
                positive = [value for value in gains if value > 0]
                values.append((len(positive), prod(positive, start=Fraction(1))))
        return max(values, default=None)

    def product(self, looks: Iterable[Look]) -> Fraction:
        """The best Nash product: 0 where somebody gains nothing, or where there is no deal."""
        best = self.best(looks)
        return best[1] if best and best[0] == len(self.world.principals) else Fraction(0)

    def most(self, who: str, looks: Iterable[Look]) -> Fraction:
        return max([Fraction(0), *(each.gains[who] for each in looks if each.passes)])

    def coalitions(self, at: Look, least: bool = False) -> Iterator[tuple[str, ...]]:
        """Every set of parties whose consent would make an agreement, without those whose red line is crossed."""
        binding = self.world.binding
        always = {name for name in self.world.always if name in binding} if self.world.quorum is not None else set()
        needed = len(binding) if self.world.quorum is None else max(self.world.quorum, len(always))
        for size in [min(needed, len(binding))] if least else range(needed, len(binding) + 1):
            for some in combinations(binding, size):
                if always <= set(some) and at.refusing.isdisjoint(some):
                    yield some

    def verdict(self, terms: Mapping[str, Iterable[str]], comparable: bool) -> str:
        if not self.passing:
            return "no deal either way"
        demanded = self.holding(terms)
        held = [each for each in demanded if each.passes]
        before, after = self.best(self.passing), self.best(held)
        if before is not None and before == after:
            return "already in the best deal"
        if not held:
            sums = [
                sum((Fraction(0) if name in each.silent else each.gains[name] for name in some), Fraction(0))
                for each in demanded
                for some in self.coalitions(each)
            ]
            return "nonstarter" if not sums or (comparable and max(sums) < 0) else "torpedo"
        if before is None:
            return "tradeable"
        falls = after is None or after[0] < before[0] or before[1] - after[1] > before[1] / 10
        return "costly" if falls else "tradeable"

    def nearness(self, at: Look) -> tuple[list[Fraction], list[Fraction]]:
        """The order of what comes nearest to agreement: the more the nearer."""
        missing = [sorted(-at.shortfall(name) for name in some) for some in self.coalitions(at, least=True)]
        return max(missing), sorted(at.gains[name] for name in self.world.principals)

    def compensation(self, at: Look) -> list[Fraction]:
        """What the coalition that comes nearest lacks at an outcome, each in its own points."""
        return [-lack for lack in self.nearness(at)[0] if lack]

    def rescue(self, terms: Mapping[str, Iterable[str]]) -> int | None:
        """The fewest issues beside the demand's that must change for an acceptable outcome that holds it."""
        base = self.world.status_quo
        held = [each.outcome for each in self.holding(terms) if each.passes]
        return min((sum(o[i] != base[i] for i in base if i not in terms) for o in held), default=None)


def always_in_the_way(view: View, demanded: Sequence[Look]) -> list[str]:
    """Whose red line stands in the way of every one of these outcomes; or, if nobody's alone, of any of them."""
    binding = view.world.binding
    alone = [name for name in binding if all(name in each.refusing for each in demanded)]
    return alone or [name for name in binding if any(name in each.refusing for each in demanded)]


def only_heard(world: World, who: str) -> World:
    """The same world in which a veto is only heard: one vote fewer is needed."""
    side = world.sides[who]
    if side.role != "veto":
        return world
    sides = {**world.sides, who: replace(side, role="consulted")}
    quorum = None if world.quorum is None else world.quorum - 1
    return replace(world, sides=sides, quorum=quorum, always=tuple(name for name in world.always if name != who))


@dataclass
class VetoPrice:
    nash: Fraction
    share: Fraction | None
    principals: dict[str, Fraction]


class Heard:
    """A world in which a party is only heard, and what of it the party would take."""

    def __init__(self, world: World, who: str, bound: str = "likely") -> None:
        self.who, self.side = who, world.sides[who]
        self.view = View(only_heard(world, who), bound)
        self.taken = [each for each in self.view.passing if self.takes(each)]
        with_vote = {tuple(each.outcome.items()) for each in View(world, bound).passing}
        voted = [each for each in self.view.passing if tuple(each.outcome.items()) in with_vote]
        self.let_pass = voted if self.side.role == "veto" else self.taken

    def has_say(self, at: Look) -> bool:
        over = self.side.over
        return not over or any(at.outcome[issue] in options for issue, options in over.items())

    def refuses(self, at: Look) -> bool:
        return self.has_say(at) and any(at.outcome[i] in options for i, options in self.side.refuses.items())

    def takes(self, at: Look) -> bool:
        return not self.has_say(at) or (at.gains[self.who] >= 0 and not self.refuses(at))

    def price(self) -> VetoPrice:
        view = self.view
        before, after = view.product(view.passing), view.product(self.let_pass)
        principals = {p: view.most(p, view.passing) - view.most(p, self.let_pass) for p in view.world.principals}
        return VetoPrice(before - after, (before - after) / before if before else None, principals)

    def loss(self, at: Look) -> Fraction:
        return max(Fraction(0), -at.gains[self.who]) if self.has_say(at) else Fraction(0)

    def tolerance(self) -> dict[Fraction, Fraction]:
        """For each loss, the best Nash product while the party loses no more and nothing that it refuses is done."""
        open_ = [each for each in self.view.passing if not self.refuses(each)]
        levels = {Fraction(0), *(self.loss(each) for each in open_)}
        return {most: self.view.product(e for e in open_ if self.loss(e) <= most) for most in levels}


def advantage(world: World, who: str, new: Outcome, old: Outcome, bound: str = "likely") -> Fraction:
    """What one outcome is worth more than another; what the two share is no doubt at all."""
    return apart(parts(world, who, new), parts(world, who, old), bound)


def as_good(view: View, start: Look) -> list[tuple[Look, list[Fraction]]]:
    """The acceptable outcomes by which nobody who must agree gets less, with what each gets more."""
    rises = [(each, [each.gains[n] - start.gains[n] for n in view.world.binding]) for each in view.passing]
    return [(each, more) for each, more in rises if min(more) >= 0]


def more_to_be_had(view: View, start: Look) -> tuple[Fraction, dict[str, Fraction]] | None:
    """The most that all who must agree and care for anything could get more at once, and each alone, nobody losing."""
    above = as_good(view, start)
    if not above:
        return None
    rises = [dict(zip(view.world.binding, more, strict=True)) for _, more in above]
    caring = [name for name in view.world.binding if cares(view.world, name)]
    at_once = (
        max((min(rise[name] for name in caring) for rise in rises), default=Fraction(0)) if caring else Fraction(0)
    )
    return at_once, {name: max(rise[name] for rise in rises) for name in caring}


def cares(world: World, who: str) -> bool:
    """Whether some term is worth something to a party."""
    numbers = [value for table in world.sides[who].worth.values() for value in table.values()]
    numbers += [rule.worth[who] for rule in world.together.values() if who in rule.worth]
    return any(value.low != 0 or value.high != 0 for value in numbers)


def spread(ends: Mapping[str, Fraction | None]) -> tuple[Fraction, Fraction, Fraction, tuple[str, ...]] | None:
    """The least, the likely and the largest of a figure, and the ends at which there is none."""
    there = [value for value in ends.values() if value is not None]
    likely = ends["likely"]
    absent = tuple(end for end, value in ends.items() if value is None)
    return None if likely is None else (min(there), likely, max(there), absent)


def swaps(world: World, start: Outcome) -> dict[frozenset[tuple[str, str]], tuple[dict[str, Fraction], bool]]:
    """Every change of one or two terms by which nobody who must agree loses and one gains: the rises, and whether."""
    found = {}
    for outcome in outcomes(world):
        change = frozenset((issue, option) for issue, option in outcome.items() if option != start[issue])
        rises = {name: advantage(world, name, outcome, start) for name in world.sides}
        mine = [rises[name] for name in world.binding]
        if 1 <= len(change) <= 2 and min(mine) >= 0 and max(mine) > 0:
            found[change] = rises, passes(world, outcome)
    return found


def cheapest_offers(view: View, start: Look, by: str) -> list[Look]:
    """The offers that cost a party least among those that all others who must agree would take.

    They take what passes and gives them no less than the package. Where that passes already, one must get more.
    """
    others = [name for name in view.world.binding if name != by]

    def least(name: str) -> Fraction:
        return max(Fraction(0), start.gains[name])

    open_ = [e for e in view.passing if all(n in e.silent or e.gains[n] >= least(n) for n in others)]
    if start.passes:
        open_ = [e for e in open_ if any(e.gains[n] > least(n) for n in others)]
    most = max((each.gains[by] for each in open_), default=None)
    return [each for each in open_ if each.gains[by] == most]
