"""What can still be done? The game without what was broken, and without all that has lost its place with it."""

from dataclasses import replace
from fractions import Fraction
from heapq import heappop, heappush

from detente.planning.game import Bonus, Clause, Game, Nogood, State, places

_MOST_TRIED = 5_000
"""After so many attempts to lose as few steps as possible, any that the conditions allow will do."""


def lost(game: Game, broken: State, done: State) -> State:
    """What is broken, and as few more as can be: what is not done and needs it, or breaks a condition without it.

    A condition that what is done breaks already is left aside.
    """
    here = done & ~broken
    binding = [nogood for nogood in game.nogoods if not nogood.holds(here)]
    first = _with_what_needs(game, broken, done)
    queue, seen = [(0, first)], {first}
    while True:
        _, out = heappop(queue)
        left = game.all & ~out
        clash = next((nogood for nogood in binding if nogood.holds(left)), None)
        if clash is None:
            return out
        for k in {k for clause in clash.clauses for k, turn in clause.turns if turn > 0} & set(places(left & ~done)):
            more = _with_what_needs(game, out | 1 << k, done)
            if more not in seen:
                seen.add(more)
                size = bin(more).count("1")
                heappush(queue, (size if len(seen) < _MOST_TRIED else -size, more))


def _with_what_needs(game: Game, out: State, done: State) -> State:
    """Some steps, and all that is not done and needs them, directly or by way of something else."""
    before = -1
    while out != before:
        before = out
        for k, needs in enumerate(game.needs):
            if needs & out and not done >> k & 1:
                out |= 1 << k
    return out


def without(game: Game, out: State) -> Game:
    """The same game without some commitments: what rests on them never comes, and all is never done."""
    kept = [k for k in range(len(game.commitments)) if not out >> k & 1]
    if len(kept) == len(game.commitments):
        return game
    place = {old: new for new, old in enumerate(kept)}
    names = {game.names[k] for k in kept}

    def moved(clause: Clause) -> Clause:
        return Clause(clause.start, tuple((place[k], turn) for k, turn in clause.turns if k in place))

    return replace(
        game,
        commitments=tuple(
            replace(
                each,
                above=each.above if each.above in names else None,
                needs=tuple(name for name in each.needs if name in names),  # what is done outlives what it needed
            )
            for each in (game.commitments[k] for k in kept)
        ),
        lump=tuple(tuple(row[k] for k in kept) for row in game.lump),
        flow=tuple(tuple(row[k] for k in kept) for row in game.flow),
        bonuses=tuple(Bonus(tuple(map(moved, each.clauses)), each.worth, each.flows) for each in game.bonuses),
        nogoods=tuple(Nogood(tuple(map(moved, each.clauses)), each.condition) for each in game.nogoods),
        completion=tuple(Fraction(0) for _ in game.completion),
    )


def moved_up(state: State, out: State) -> State:
    """A state once some commitments are left out and the others have moved up."""
    found = 0
    for new, old in enumerate(k for k in range(max(state.bit_length(), 1)) if not out >> k & 1):
        found |= (state >> old & 1) << new
    return found
