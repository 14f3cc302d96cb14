"""What can no order be better than? Bounds that need no search, and the order that often meets them."""

from collections.abc import Mapping
from fractions import Fraction

from detente.planning.game import Game, State, places
from detente.planning.measure import Order

_MOMENTS = 600
"""So many periods are looked at for the best moment of a step: beyond them nothing that counts is gained by waiting."""


def as_soon_as_possible(game: Game, start: State = 0) -> Order:
    """Every step in the first round that what it needs and the conditions allow."""
    steps, done = [], start
    while step := together(game, done, ready(game, done)):
        steps.append(step)
        done |= step
    return rest(game, steps, done)


def ready(game: Game, done: State) -> State:
    """What is left and waits for nothing."""
    return sum(1 << k for k in places(game.all & ~done) if not game.needs[k] & ~done)


def together(game: Game, done: State, able: State) -> State:
    """As many of some steps as go together under the conditions."""
    step = 0
    for k in places(able):
        if game.allows(done | step | 1 << k):
            step |= 1 << k
    return step


def rest(game: Game, steps: list[State], done: State) -> Order:
    """What the conditions leave no other place for comes last, all at once."""
    return (*steps, *([game.all & ~done] if game.all & ~done else []))


def longest_chain(game: Game, start: State = 0) -> int:
    """The rounds that any order takes: the longest chain of steps that need one another."""
    found: dict[int, int] = {}

    def length(k: int) -> int:
        if k not in found:
            found[k] = 1 + max((length(p) for p in places(game.needs[k] & ~start)), default=0)
        return found[k]

    return max((length(k) for k in places(game.all & ~start)), default=0)


def least_exposure(game: Game) -> Fraction:
    """An exposure that no order goes below: in its round each step costs its owner so much, whatever came before.

    Before it came at least what it needs, and at best all that pays and does not wait for it. In the round of a party's
    last step, all its steps are done, and at best all that pays.
    """
    found = Fraction(0)
    for party in game.players:
        balance = _added(game, party)
        extra = sum((abs(b.worth.get(party, Fraction(0))) for b in game.bonuses if not b.flows), Fraction(0))
        whole = [v if game.alone[party] >> k & 1 else max(v, Fraction(0)) for k, v in enumerate(balance)]
        if game.alone[party]:
            found = max(found, -sum(whole, extra))
        for k in places(game.alone[party]):
            before = _before(game, k)
            after = sum(1 << j for j in range(len(balance)) if _before(game, j) >> k & 1)
            free = game.all & ~before & ~after & ~(1 << k)
            paid = sum((balance[j] for j in places(before | 1 << k)), extra)
            paid += sum((max(balance[j], Fraction(0)) for j in places(free)), Fraction(0))
            found = max(found, -paid)
    return found


def _added(game: Game, party: int) -> list[Fraction]:
    """What each step adds to what a party has, whenever it comes: what it fixes that came before it counts with it."""
    found = list(game.lump[party])
    for k, flow in enumerate(game.flow[party]):
        ever, fixed = flow / (1 - game.discount), game.above[k]
        unseen = game.detection[k] * flow if game.alone[party] >> k & 1 else Fraction(0)
        found[k] += unseen if game.reversible >> k & 1 else ever
        if fixed is not None and game.reversible >> k & 1:
            found[fixed] += ever - unseen
    return found


def _before(game: Game, k: int) -> State:
    """All that a step waits for, directly or not."""
    found, todo = 0, game.needs[k]
    while todo & ~found:
        new = todo & ~found
        found |= new
        for p in places(new):
            todo |= game.needs[p]
    return found


def most_value(game: Game) -> Fraction:
    """More than the principals together can expect in any order: each step at its best moment.

    A step waits for what it needs; one that costs more than it brings might as well never come. Where the process can
    break down a flow may end while it still pays one side and before it costs another, so its costs are left out.
    """
    deltas = [game.discount if game.patience is None else game.patience[p] for p in range(len(game.parties))]
    after = earliest(game)

    def at_best(worth: Mapping[int, Fraction], since: int) -> Fraction:
        moments = range(since, since + _MOMENTS)
        return max([Fraction(0), *(sum((deltas[p] ** t * v for p, v in worth.items()), Fraction(0)) for t in moments)])

    found = Fraction(0)
    for k, since in enumerate(after):
        flows = {p: game.flow[p][k] / (1 - deltas[p]) for p in game.principals}
        kept = {p: max(value, Fraction(0)) if game.hazard else value for p, value in flows.items()}
        found += at_best({p: game.lump[p][k] + kept[p] for p in game.principals}, since)
    for bonus in game.bonuses:
        for p in game.principals:
            found += abs(bonus.worth.get(p, Fraction(0))) / ((1 - deltas[p]) if bonus.flows else 1)
    last = max(after, default=0)
    prizes = (max(Fraction(0), game.completion[p]) * deltas[p] ** last / (1 - deltas[p]) for p in game.principals)
    return found + sum(prizes, Fraction(0))


def earliest(game: Game) -> list[int]:
    """For each commitment how many periods must have passed before its round begins."""
    found: dict[int, int] = {}

    def since(k: int) -> int:
        if k not in found:
            found[k] = max((since(p) + game.lag[p] for p in places(game.needs[k])), default=0)
        return found[k]

    return [since(k) for k in range(len(game.commitments))]


def floor(game: Game, aim: str, start: State = 0) -> Fraction:
    """What an aim cannot be made smaller than (for value: minus what it cannot be larger than)."""
    if aim == "exposure":
        return least_exposure(game)
    if aim == "rounds":
        return Fraction(longest_chain(game, start))
    if aim == "months":
        left = [since + game.lag[k] for k, since in enumerate(earliest(game)) if not start >> k & 1]
        return Fraction(max(left, default=0) if not start else max(game.lag[k] for k in places(game.all & ~start)))
    return -most_value(game) if aim == "value" else Fraction(0)
