"""What must an order obey? What commitments need, the scenario's conditions, and the limits that were asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from detente.analysis.tables import plain
from detente.planning.game import State, places
from detente.planning.measure import Walk
from detente.table import points


@dataclass(frozen=True, slots=True)
class Rules:
    """What an order must obey, besides what commitments need.

    `pinned` has the round in which a commitment comes, `barred` pairs of a commitment and a round in which it does not,
    `deadlines` the period by which it is done and verified, counted from the start; `after` has pairs of commitments of
    which the first comes in no earlier round than the second.
    """

    most: int | None = None
    exposure: Fraction | None = None
    alternating: bool = False
    first: int | None = None
    pinned: Mapping[int, int] = field(default_factory=dict)
    barred: frozenset[tuple[int, int]] = frozenset()
    deadlines: Mapping[int, int] = field(default_factory=dict)
    start: State = 0
    after: tuple[tuple[int, int], ...] = ()


def holds(walk: Walk, patience: Sequence[Fraction]) -> bool:
    """Whether nobody ever gains by walking away, at these discounts."""
    return all(each.slack >= 0 for each in walk.incentives(patience))


def obeys(walk: Walk, rules: Rules, patience: Sequence[Fraction] | None) -> bool:
    """Whether an order keeps to needs, conditions and limits, and nobody gains by leaving."""
    game = walk.game
    if walk.broken_needs() or not all(map(game.allows, walk.states[1:])) or any(passed(walk, rules)):
        return False
    return patience is None or holds(walk, patience)


def passed(walk: Walk, rules: Rules) -> Iterator[str]:
    """The limits that an order does not keep to, in words: what is pinned or barred, sizes and turns, exposure."""
    yield from _misplaced(walk, rules)
    for t, step in enumerate(walk.order, start=1):
        size = bin(step).count("1")
        if rules.most is not None and size > rules.most:
            yield f"round {t} has {size} steps, and at most {rules.most} may be in one"
    if rules.first is not None and walk.order and walk.order[0] & ~walk.game.own[rules.first]:
        yield f"not all of round 1 is carried out by {walk.game.parties[rules.first]}"
    if rules.alternating and not _in_turn(walk):
        yield "the sides do not take turns"
    exposed = max(walk.exposures().values(), default=Fraction(0)) if rules.exposure is not None else Fraction(0)
    if rules.exposure is not None and exposed > rules.exposure:
        yield f"somebody is exposed by {points(plain(exposed))}, more than {points(plain(rules.exposure))}"


def _misplaced(walk: Walk, rules: Rules) -> Iterator[str]:
    """The steps that are not where they were pinned, or where they were barred, or late."""
    names = walk.game.names
    rounds = {k: t for t, step in enumerate(walk.order, start=1) for k in places(step)}
    for k, t in rules.pinned.items():
        if rounds.get(k, t) != t:
            yield f"{names[k]} comes in round {rounds[k]}, not {t}"
    for k, t in rules.barred:
        if rounds.get(k) == t:
            yield f"{names[k]} comes in round {t}"
    for k, month in rules.deadlines.items():
        if k in rounds and (ends := sum(walk.lengths[: rounds[k]])) > month:
            yield f"{names[k]} is done in month {ends}, not by month {month}"
    for k, other in rules.after:
        if rounds.get(k, 0) < rounds.get(other, 0):
            yield f"{names[k]} comes before {names[other]}"


def _in_turn(walk: Walk) -> bool:
    game = walk.game
    movers = [p for p in game.players if game.own[p] & ~walk.start]
    may: set[int] = set(movers)
    for step in walk.order:
        able = {p for p in movers if not step & ~game.own[p]}
        may = {p for p in able if len(movers) == 1 or may - {p}} if step != walk.order[0] else able
        if not may:
            return False
    return True
