"""Which strategies are there? Holding out for everything, pressing, waiting, going first, and going step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from detente.simulation.strategy import NONE, WAIT, Move, Situation, Steps, Strategy


@dataclass(frozen=True)
class AllOrNothing:
    """Everything at once, or nothing."""

    name: str = "all-or-nothing"
    holds_out: bool = True

    def move(self, here: Situation) -> Move:
        """All that is left, in return for all that is left."""
        return here.round(here.left)


@dataclass(frozen=True)
class AtOnce:
    """The package at hand, all of it at once."""

    name: str = "at-once"

    def move(self, here: Situation) -> Move:
        """All that is left, in return for all that is left."""
        return here.round(here.left)


@dataclass(frozen=True)
class Pressure:
    """Sanctions until the others have done their part; then its own."""

    name: str = "pressure"
    holds_out: bool = True

    def move(self, here: Situation) -> Move:
        """Ask for all of theirs, and press as long as any is left."""
        return _others_first(here, press=True)


@dataclass(frozen=True)
class Patience:
    """Nothing, until the others have done their part (strategic patience); then its own."""

    name: str = "patience"
    holds_out: bool = True

    def move(self, here: Situation) -> Move:
        """Ask for all of theirs."""
        return _others_first(here, press=False)


def _others_first(here: Situation, *, press: bool) -> Move:
    theirs = here.left & here.theirs
    if not theirs:
        return Move(here.within_reach(here.left), of_own_accord=True)
    for bundle in (theirs, here.with_needs(theirs), here.left):
        if bundle and bundle == here.within_reach(bundle):
            return Move(bundle & here.mine, bundle & here.theirs, then=(here.left & here.mine,), press=press)
    return Move(press=press)


@dataclass(frozen=True)
class Roadmap:
    """The planned order, round by round; a breach ends it."""

    name: str = "roadmap"

    def move(self, here: Situation) -> Move:
        """My part of the next round, in return for theirs."""
        if here.broken or here.lost:
            return Move(leave=True)
        return _next_round(here, here.agenda.rounds)


@dataclass(frozen=True)
class Replanning:
    """The planned order; after a breach what was broken is made good first, and the rest is planned anew."""

    name: str = "replanning"

    def move(self, here: Situation) -> Move:
        """My part of the next round of the plan as it now stands, in return for theirs."""
        owed = here.broken | here.owed
        return _next_round(here, here.agenda.replanned(here.done, owed) if owed else here.agenda.rounds)


def _next_round(here: Situation, rounds: tuple[Steps, ...]) -> Move:
    left = [some for each in rounds if (some := each - here.done)]
    return here.round(left[0], tuple(left[1:])) if left else WAIT


@dataclass(frozen=True)
class Grit:
    """Announced steps of its own accord, small ones first, up to a limit of exposure (GRIT; Osgood 1962)."""

    name: str = "grit"

    def move(self, here: Situation) -> Move:
        """The cheapest step within the reserve; a step is taken back for one taken back or broken."""
        if here.lost or (here.broken and not here.memory):
            return Move(back=_latest(here), of_own_accord=True, announced=True, memory=1)
        able = frozenset(step for step in here.ready & here.mine if _within_reserve(here, step))
        if here.broken or not able:
            return Move(memory=here.memory)
        return Move(frozenset({here.cheapest(able)}), of_own_accord=True, announced=True)


def _within_reserve(here: Situation, step: str) -> bool:
    agenda = here.agenda
    me = agenda.game.parties.index(here.side)
    after = agenda.state(here.done | {step})
    game = agenda.game
    return -game.balance(me, after) <= agenda.reserve[here.side]


@dataclass(frozen=True)
class TitForTat:
    """It begins, and then does as the others did: a step for a step, and back for back (Axelrod 1984)."""

    name: str = "tit-for-tat"

    def move(self, here: Situation) -> Move:
        """A step first, and whenever the others took one or have taken all; one back where they are behind."""
        theirs = here.theirs - here.agenda.of(here.side)
        answered = not here.memory or theirs <= here.done or bool((here.done - here.before) & theirs)
        if here.lost or (not answered and here.share(here.side) > _least_of_others(here)):
            return Move(back=_latest(here), of_own_accord=True, memory=1)
        able = here.ready & here.mine if answered else NONE
        return Move(frozenset({here.cheapest(able)}) if able else NONE, of_own_accord=True, memory=1)


def _least_of_others(here: Situation) -> Fraction:
    """How far the side among the others has come that has come least."""
    game = here.agenda.game
    shares = [here.share(side) for side in game.parties if side != here.side and here.agenda.of(side)]
    return min(shares, default=Fraction(1))


def _latest(here: Situation) -> Steps:
    """The dearest of my own steps that can be taken back, if there is any."""
    game = here.agenda.game
    alone = {each.id for each in game.commitments if each.by == (here.side,)}
    loose = game.reversible & ~game.lasting(here.agenda.state(here.done))
    able = here.done & alone & here.agenda.named(loose)
    return frozenset({max(able, key=lambda step: (here.cost(step), step))}) if able else NONE


@dataclass(frozen=True)
class IssueByIssue:
    """One issue after the other, each settled whole and for itself before the next."""

    name: str = "issue-by-issue"

    def move(self, here: Situation) -> Move:
        """My part of the next issue, in return for theirs in it."""
        return _next_round(here, tuple(here.within_reach(each - here.done) for each in here.agenda.issues))


@dataclass(frozen=True)
class GoingFirst:
    """All that it can do alone, at once and unasked."""

    name: str = "going-first"

    def move(self, here: Situation) -> Move:
        """Every step of mine that is ready."""
        steps = here.together(here.ready & here.mine)
        return Move(steps, of_own_accord=True) if steps else WAIT


@dataclass(frozen=True)
class Responsive:
    """It does its part in what is offered where that pays and its trust suffices, and returns a step for a step."""

    name: str = "responsive"
    answers: bool = True

    def move(self, here: Situation) -> Move:
        """What is asked of me, for what is offered; a step where others are ahead; one back for one taken back."""
        if here.lost:
            return Move(back=_latest(here))
        asked, offered, then = _asked(here)
        if asked:
            return Move(asked, offered, then=then)
        able = here.ready & here.mine
        if able and _ahead(here):
            return Move(frozenset({_first_planned(here, able)}))
        return WAIT


def _asked(here: Situation) -> tuple[Steps, Steps, tuple[Steps, ...]]:
    """What the others want of me, or cannot do without me; what they offer for it; and what is to follow."""
    wanted, offered = NONE, NONE
    then: tuple[Steps, ...] = ()
    for move in here.heard.values():
        mine = (move.wanted | move.steps) & here.mine & here.left
        if mine:
            wanted, offered, then = wanted | mine, offered | (move.steps & here.theirs), then or move.then
    return wanted, offered, then


def _ahead(here: Situation) -> bool:
    """Whether others have done more of theirs than I of mine, what they do now of their own accord included."""
    given = frozenset(step for move in here.heard.values() if move.of_own_accord for step in move.steps)
    game, mine = here.agenda.game, here.share(here.side)
    for side in game.parties:
        own = here.agenda.of(side)
        if side != here.side and own and Fraction(len(own & (here.done | given)), len(own)) > mine:
            return True
    return False


def _first_planned(here: Situation, able: Steps) -> str:
    """Of some steps the one that comes first in the plan."""
    return next(here.cheapest(some) for each in here.agenda.rounds if (some := each & able))


STRATEGIES: Mapping[str, Strategy] = {
    each.name: each
    for each in (
        AllOrNothing(),
        AtOnce(),
        Pressure(),
        Patience(),
        Roadmap(),
        Replanning(),
        Grit(),
        TitForTat(),
        IssueByIssue(),
        GoingFirst(),
    )
}
"""Those that lead, by name."""

AT_ONCE = AtOnce.name
RESPONSIVE = Responsive()

KNOWN: Mapping[str, Strategy] = {**STRATEGIES, RESPONSIVE.name: RESPONSIVE}
