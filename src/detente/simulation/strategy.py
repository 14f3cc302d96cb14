"""What does a strategy see, and what may it say? The protocol that every strategy keeps to, yours as well."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from detente.planning.bounds import together
from detente.planning.game import Game, State, places

Steps = frozenset[str]
"""Commitments by name."""

NONE: Steps = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """What one side says at one moment: what it would do now, for what, and what it expects to follow.

    `steps` are steps of its own. With `wanted`, it takes them only if the others take these in the same round. It
    weighs first whether it trusts the others enough, unless it moves `of_own_accord`. `back` are reversible steps of
    its own that it takes back; `then` the rounds that it expects after this one (what it leaves out comes last, all at
    once). `announced` steps are recognised for what they are; `press` imposes sanctions until it says otherwise;
    `leave` ends the process. `memory` is handed to it again at its next move.
    """

    steps: Steps = NONE
    wanted: Steps = NONE
    back: Steps = NONE
    then: tuple[Steps, ...] = ()
    of_own_accord: bool = False
    announced: bool = False
    press: bool = False
    leave: bool = False
    memory: int = 0


WAIT = Move()
"""Nothing now."""


@dataclass(frozen=True, eq=False)
class Agenda:
    """What is to be done between the sides: the steps, the roadmap that was planned, and what steps cost.

    `rounds` is the planned order. `reserve` is the most that each side exposes itself by steps of its own accord.
    """

    game: Game
    rounds: tuple[Steps, ...]
    issues: tuple[Steps, ...]
    reserve: Mapping[str, Fraction]
    replanned: "Callable[[Steps, Steps], tuple[Steps, ...]]"

    @cached_property
    def all(self) -> Steps:
        """Every step."""
        return frozenset(self.game.names)

    def of(self, side: str) -> Steps:
        """The steps that a side has a hand in."""
        return self._hands[side][0]

    def not_alone(self, side: str) -> Steps:
        """The steps that others have a hand in."""
        return self._hands[side][1]

    @cached_property
    def _hands(self) -> Mapping[str, tuple[Steps, Steps]]:
        made = self.game.commitments
        return {
            side: (
                frozenset(each.id for each in made if side in each.by),
                frozenset(each.id for each in made if set(each.by) - {side}),
            )
            for side in self.game.parties
        }

    def state(self, steps: Steps) -> State:
        """The same as a state of the game."""
        return sum(self.game.bits[name] for name in steps)

    def named(self, state: State) -> Steps:
        """A state of the game by names."""
        return frozenset(self.game.names[k] for k in places(state))


@dataclass(frozen=True, eq=False)
class Situation:
    """What a side knows when it moves, all of it as everybody sees it.

    `done` is in force, `before` was at the last move. `broken` is what others were seen to break and have not made good
    since, `owed` what I was. `heard` is what the sides that lead have just said, for a strategy that answers.
    """

    agenda: Agenda
    side: str
    done: Steps
    before: Steps
    broken: Steps = NONE
    owed: Steps = NONE
    memory: int = 0
    heard: Mapping[str, Move] = field(default_factory=dict)

    @property
    def mine(self) -> Steps:
        """The steps that I have a hand in."""
        return self.agenda.of(self.side)

    @property
    def theirs(self) -> Steps:
        """The steps that others have a hand in."""
        return self.agenda.not_alone(self.side)

    @property
    def left(self) -> Steps:
        """What is not done yet."""
        return self.agenda.all - self.done

    @property
    def ready(self) -> Steps:
        """What is left, waits for nothing else, and breaks no condition."""
        game, done = self.agenda.game, self.agenda.state(self.done)
        able = [k for k in places(game.all & ~done) if not game.needs[k] & ~done and game.allows(done | 1 << k)]
        return frozenset(game.names[k] for k in able)

    def within_reach(self, steps: Steps) -> Steps:
        """Those of some steps that wait for nothing but each other."""
        game = self.agenda.game
        while late := {step for step in steps if self.waits_for(step) - steps}:
            steps -= late
        return steps if game.allows(self.agenda.state(self.done | steps)) else NONE

    def together(self, steps: Steps) -> Steps:
        """As many of some steps, in the order of the file, as break no condition together."""
        agenda = self.agenda
        return agenda.named(together(agenda.game, agenda.state(self.done), agenda.state(steps)))

    def with_needs(self, steps: Steps) -> Steps:
        """Some steps, and all that they need and is not done."""
        while more := {need for step in steps for need in self.waits_for(step)} - steps:
            steps |= more
        return steps

    def waits_for(self, step: str) -> Steps:
        """What a step needs and is not done."""
        game = self.agenda.game
        return self.agenda.named(game.needs[game.names.index(step)]) - self.done

    @property
    def lost(self) -> Steps:
        """What others have taken back since the last move."""
        return (self.before - self.done) & self.theirs

    def round(self, steps: Steps, then: tuple[Steps, ...] = ()) -> Move:
        """My part of a round in return for that of the others; a step that does not exist is told as mine."""
        return Move(steps & self.mine | steps - self.agenda.all, steps & self.theirs, then=then)

    def cost(self, step: str) -> Fraction:
        """What a step costs me, in points; less than nothing where it pays."""
        game = self.agenda.game
        k, me = game.names.index(step), game.parties.index(self.side)
        return -(game.lump[me][k] + game.flow[me][k] / (1 - game.discount))

    def cheapest(self, steps: Steps) -> str:
        """The step that costs me least; of equals, the first of the file."""
        return min(steps, key=lambda step: (self.cost(step), self.agenda.game.names.index(step)))

    def share(self, side: str) -> Fraction:
        """Which part of its steps a side has done."""
        own = self.agenda.of(side)
        return Fraction(len(own & self.done), len(own)) if own else Fraction(0)


class Strategy(Protocol):
    """How one side conducts itself: a name, and a move for every situation.

    A move must depend on the situation only; who wants to remember more puts it into `Move.memory`. Two attributes may
    be there: a strategy that `answers` moves after the others and has `heard` what they said; one that `holds_out` is
    after what the scenario calls everything, in place of the package at hand.
    """

    @property
    def name(self) -> str:
        """What people call it, as one word."""
        ...

    def move(self, here: Situation) -> Move:
        """What the side says now."""
        ...


def holds_out(strategy: Strategy) -> bool:
    """Whether a strategy is after everything."""
    return bool(getattr(strategy, "holds_out", False))


def answers(strategy: Strategy) -> bool:
    """Whether a strategy moves after it has heard the others."""
    return bool(getattr(strategy, "answers", False))
