"""What must an order obey? What commitments need, the scenario's conditions, and the limits that were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from detente.planning.game import State, places
from detente.planning.measure import Walk


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
    if walk.broken_needs() or not all(map(game.allows, walk.states[1:])) or not _limited(walk, rules):
        return False
    exposed = max(walk.exposures().values(), default=Fraction(0))
    if rules.exposure is not None and exposed > rules.exposure:
        return False
    return patience is None or holds(walk, patience)


def _limited(walk: Walk, rules: Rules) -> bool:
    """Whether rounds are small enough, in turn, and each step where it was pinned."""
    game = walk.game
    rounds = {k: t for t, step in enumerate(walk.order, start=1) for k in places(step)}
    if any(rounds.get(k, t) != t for k, t in rules.pinned.items()) or any(
        (k, t) in rules.barred for k, t in rounds.items()
    ):
        return False
    if any(k in rounds and sum(walk.lengths[: rounds[k]]) > month for k, month in rules.deadlines.items()):
        return False
    if any(rounds.get(k, 0) < rounds.get(other, 0) for k, other in rules.after):
        return False
    if rules.most is not None and any(bin(step).count("1") > rules.most for step in walk.order):
        return False
    if rules.first is not None and walk.order and walk.order[0] & ~game.own[rules.first]:
        return False
    return not rules.alternating or _in_turn(walk)


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
