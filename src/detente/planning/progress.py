"""Where does the plan stand? What is due, who is exposed, and what a breach has done to the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from detente.analysis.tables import plain
from detente.model.log import Log, months_later
from detente.planning.game import Bonus, Clause, Game, State, places
from detente.planning.measure import Order, Walk
from detente.planning.rules import holds


@dataclass(frozen=True, slots=True)
class Due:
    """A commitment that is due now: by whom, since when, and by when it can be verified."""

    commitment: str
    by: tuple[str, ...]
    since: date
    verified: date


@dataclass(frozen=True, eq=False)
class Progress:
    """What a log comes to.

    `lost` can no longer be done, since it is broken or needs what is. `exposed` is what each party would lose if the
    others did nothing more. `holds` says whether the rest of the agreed plan is still self-enforcing (None: no patience
    is known, or nothing was agreed). If it is not, `hold_back` names the steps to come of those who neither broke or
    missed anything nor gain by leaving, and `take_back` what these could withdraw.
    """

    log: Log
    done: tuple[str, ...]
    missed: tuple[str, ...]
    broken: tuple[str, ...]
    lost: tuple[str, ...]
    due: tuple[Due, ...]
    exposed: dict[str, float]
    holds: bool | None
    hold_back: tuple[str, ...]
    take_back: tuple[str, ...]
    game: Game
    state: State

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "date": self.log.today.isoformat(),
            "done": list(self.done),
            "missed": list(self.missed),
            "broken": list(self.broken),
            "lost": list(self.lost),
            "due": [
                {
                    "commitment": each.commitment,
                    "by": list(each.by),
                    "since": each.since.isoformat(),
                    "verified": each.verified.isoformat(),
                }
                for each in self.due
            ],
            "exposed": dict(self.exposed),
            "self_enforcing": self.holds,
            "hold_back": list(self.hold_back),
            "take_back": list(self.take_back),
        }


def progress(game: Game, log: Log) -> Progress:
    """Where a plan stands by its log; `game` of the result holds only what can still be done."""
    state, missed, broken = _history(game, log)
    lost = _lost(game, broken, state)
    left = without(game, lost)
    here = _moved(state & ~lost, lost)
    rest = tuple(step for agreed in log.rounds if (step := _steps(left, agreed) & ~here))
    walk = Walk(left, rest, here)
    patience = left.patience
    leaving = _leaving(walk) if rest and patience is not None else frozenset()
    others = _those_not(left, leaving | _behind(game, (broken | missed) & ~state)) if leaving else 0
    return Progress(
        log=log,
        done=_names(game, state),
        missed=_names(game, missed & ~state),
        broken=_names(game, broken),
        lost=_names(game, lost),
        due=tuple(_due(game, log, left, rest)),
        exposed=_exposed(left, here),
        holds=holds(walk, patience) if rest and patience is not None else None,
        hold_back=_names(left, left.all & ~here & others),
        take_back=_names(left, here & ~left.lasting(here) & others),
        game=left,
        state=here,
    )


def _history(game: Game, log: Log) -> tuple[State, State, State]:
    """What is in force, and what was missed or broken and not done since."""
    place = game.bits
    state = missed = broken = 0
    for event in log.events:
        for name in event.done:
            state |= place[name]
            broken &= ~place[name]
            missed &= ~place[name]
        for name in event.missed:
            missed |= place[name]
        for name in event.broken:
            state &= ~place[name]
            broken |= place[name]
    return state, missed, broken


def _lost(game: Game, broken: State, state: State) -> State:
    """What is broken, and all that is not done and needs it, directly or by way of something else."""
    lost, before = broken, -1
    while lost != before:
        before = lost
        for k, needs in enumerate(game.needs):
            if needs & lost and not state >> k & 1:
                lost |= 1 << k
    return lost


def _leaving(walk: Walk) -> frozenset[str]:
    """Who gains by walking away at some point of the rest of the plan."""
    patience = walk.game.patience or ()
    return frozenset(walk.game.parties[each.party] for each in walk.incentives(patience) if each.slack < 0)


def _behind(game: Game, steps: State) -> frozenset[str]:
    """Who should have carried out these."""
    return frozenset(party for k in places(steps) for party in game.commitments[k].by)


def _those_not(game: Game, parties: frozenset[str]) -> State:
    """What none of these parties has a hand in."""
    return sum(1 << k for k, each in enumerate(game.commitments) if parties.isdisjoint(each.by))


def _names(game: Game, state: State) -> tuple[str, ...]:
    return tuple(game.names[k] for k in places(state))


def _steps(game: Game, names: Iterable[str]) -> State:
    return sum(1 << game.names.index(name) for name in names if name in game.names)


def _exposed(game: Game, state: State) -> dict[str, float]:
    """What each player would have lost if the others did nothing more."""
    idle = Walk(game, (0,), state)
    return {game.parties[p]: plain(max(Fraction(0), idle.exposure(p, 0))) for p in game.players}


def _due(game: Game, log: Log, left: Game, rest: Order) -> Iterable[Due]:
    """The steps of the first round that is not finished."""
    if not rest:
        return
    since = log.start
    for agreed in log.rounds:
        if set(agreed) & set(_names(left, rest[0])):
            break
        days = [event.date for event in log.events if set(event.done) & set(agreed)]
        since = max([since, *days])
    for k in places(rest[0]):
        each = left.commitments[k]
        yield Due(each.id, each.by, since, months_later(since, left.lag[k]))


def without(game: Game, lost: State) -> Game:
    """The same game without some commitments: what rests on them never comes, and all is never done."""
    kept = [k for k in range(len(game.commitments)) if not lost >> k & 1]
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
        nogoods=tuple(tuple(map(moved, clauses)) for clauses in game.nogoods),
        completion=tuple(Fraction(0) for _ in game.completion),
    )


def _moved(state: State, lost: State) -> State:
    """A state once some commitments are left out and the others have moved up."""
    found = 0
    for new, old in enumerate(k for k in range(max(state.bit_length(), 1)) if not lost >> k & 1):
        found |= (state >> old & 1) << new
    return found
