"""Where does the plan stand? What is due, who is exposed, and what a breach has done to the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from detente.analysis.tables import plain
from detente.model.log import Log, months_later
from detente.model.outcome import Condition
from detente.planning.game import Game, State, places
from detente.planning.left import lost, moved_up, without
from detente.planning.measure import Order, Walk
from detente.planning.rules import holds


@dataclass(frozen=True, eq=False)
class Standing:
    """What has become of a plan, before it is planned on: `whole` is all of it, `done` what is in force of that.

    `missed` and `broken` were not made good since, and `lost` has gone with them. `game` holds only what can still be
    done, and `state` what of that is in force.
    """

    whole: Game
    done: State
    missed: State
    broken: State
    lost: State
    game: Game
    state: State
    log: Log | None

    def stopped(self) -> "Standing":
        """The same where nothing more is done."""
        game = without(self.game, self.game.all & ~self.state)
        return replace(self, game=game, state=game.all)

    def why_gone(self, name: str) -> str | None:
        """Why a commitment cannot be planned, if it cannot."""
        bit = self.whole.bits.get(name, 0)
        if bit & self.broken:
            return f"{name} is broken, by the log: it is planned again once the log has it as done"
        return f"{name} rests on what is broken, by the log" if bit & self.lost else None


@dataclass(frozen=True, slots=True)
class Due:
    """A commitment of the next round: by whom, from when, by when it can be verified, and whether that has passed."""

    commitment: str
    by: tuple[str, ...]
    since: date
    verified: date
    overdue: bool

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "commitment": self.commitment,
            "by": list(self.by),
            "since": self.since.isoformat(),
            "verified": self.verified.isoformat(),
            "overdue": self.overdue,
        }


@dataclass(frozen=True, eq=False)
class Progress:
    """What a log comes to.

    `verified` tells by when a breach of what is done would have been noticed. `lost` is left out until what is broken
    is done again. `exposed` is what each party would lose if the others did nothing more. `holds` says whether the rest
    of the agreed plan is still self-enforcing (None: no patience is known, or nothing was agreed). After a breach that
    leaves the rest so that somebody gains by leaving, `hold_back` names the steps to come, and `take_back` those in
    force, of everyone but who broke (or else missed) something; what is held back is not `due`. `conditions` are those
    that what is done breaks. `next` is the day from which the next round may begin; `stuck` says why nothing more is
    planned, if nothing is. `names` is what people call each commitment.
    """

    log: Log
    done: tuple[str, ...]
    missed: tuple[str, ...]
    broken: tuple[str, ...]
    lost: tuple[str, ...]
    verified: Mapping[str, date]
    due: tuple[Due, ...]
    next: date
    exposed: dict[str, float]
    holds: bool | None
    hold_back: tuple[str, ...]
    take_back: tuple[str, ...]
    conditions: tuple[Condition, ...]
    stuck: str
    names: Mapping[str, str]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "date": self.log.today.isoformat(),
            "done": list(self.done),
            "verified": {name: day.isoformat() for name, day in self.verified.items()},
            "missed": list(self.missed),
            "broken": list(self.broken),
            "lost": list(self.lost),
            "due": [each.payload() for each in self.due],
            "next": self.next.isoformat(),
            "exposed": dict(self.exposed),
            "self_enforcing": self.holds,
            "hold_back": list(self.hold_back),
            "take_back": list(self.take_back),
            "broken_conditions": [each.line for each in self.conditions],
            "stuck": self.stuck or None,
        }


def standing(game: Game, log: Log | None = None) -> Standing:
    """Where a plan stands by its log, or at its beginning."""
    state, missed, broken = (0, 0, 0) if log is None else _history(game, log)
    out = lost(game, broken, state)
    left, here = without(game, out), moved_up(state & ~out, out)
    left = replace(left, nogoods=tuple(nogood for nogood in left.nogoods if not nogood.holds(here)))
    return Standing(game, state, missed & ~state, broken, out, left, here, log)


def progress(here: Standing, log: Log, planned: Order, stuck: str = "") -> Progress:
    """What the log comes to, beside the rounds that were agreed, or else those that are planned from here."""
    whole, left = here.whole, here.game
    agreed = tuple(step for names in log.rounds if (step := _steps(left, names) & ~here.state))
    walk = Walk(left, agreed if log.rounds else planned, here.state)
    going_on = None if left.patience is None else holds(walk, left.patience)
    others = _others(here, going_on)
    held = left.all & ~here.state & others
    seen = _verified(whole, log)
    begins = _begins(here, log, walk.order, seen)
    return Progress(
        log=log,
        done=_names(whole, here.done),
        missed=_names(whole, here.missed),
        broken=_names(whole, here.broken),
        lost=_names(whole, here.lost),
        verified=seen,
        due=tuple(_due(walk, held, begins, log.today)),
        next=max(begins, log.today),
        exposed=_exposed(left, here.state),
        holds=going_on if log.rounds else None,
        hold_back=_names(left, held),
        take_back=_names(left, here.state & ~left.lasting(here.state) & others),
        conditions=whole.breaks(here.done),
        stuck=stuck,
        names={each.id: each.name for each in whole.commitments},
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


def _others(here: Standing, going_on: bool | None) -> State:
    """After a breach: what of the rest somebody has a hand in who broke nothing; nothing where the plan holds anyway.

    A breach outweighs a delay: who only missed something counts as such where nobody broke anything. Where no patience
    is known, a delay alone is no reason.
    """
    wrong = here.broken or (here.missed if going_on is not None else 0)
    if going_on or not wrong:
        return 0
    behind = {party for k in places(wrong) for party in here.whole.commitments[k].by}
    return sum(1 << k for k, each in enumerate(here.game.commitments) if not behind.issuperset(each.by))


def _verified(game: Game, log: Log) -> dict[str, date]:
    """By when a breach of what is done would have been noticed."""
    found: dict[str, date] = {}
    for event in log.events:
        found |= {name: months_later(event.date, game.detection[game.names.index(name)]) for name in event.done}
        for name in event.broken:
            found.pop(name, None)
    return {name: found[name] for name in game.names if name in found}


def _begins(here: Standing, log: Log, rest: Order, seen: Mapping[str, date]) -> date:
    """From when on the next round may begin: once what came before it is verified."""
    if not log.rounds:
        return max([log.today, *seen.values()])
    following = set(_names(here.game, rest[0])) if rest else set()
    begins = log.start
    for agreed in log.rounds:
        if following & set(agreed):
            break
        begins = max([begins, *(seen[name] for name in agreed if name in seen)])
    return begins


def _due(walk: Walk, held: State, begins: date, today: date) -> Iterable[Due]:
    """The steps of the first round that is not finished, save those that are held back."""
    for k in places(walk.order[0] & ~held if walk.order else 0):
        each = walk.game.commitments[k]
        verified = months_later(begins, walk.game.lag[k])
        yield Due(each.id, each.by, begins, verified, verified < today)


def _names(game: Game, state: State) -> tuple[str, ...]:
    return tuple(game.names[k] for k in places(state))


def _steps(game: Game, names: Iterable[str]) -> State:
    return sum(game.bits[name] for name in names if name in game.bits)


def _exposed(game: Game, state: State) -> dict[str, float]:
    """What each player would have lost if the others did nothing more."""
    idle = Walk(game, (0,), state)
    return {game.parties[p]: plain(max(Fraction(0), idle.exposure(p, 0))) for p in game.players}
