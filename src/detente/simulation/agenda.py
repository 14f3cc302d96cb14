"""What is to be done between the sides, and how is it planned anew once something was broken?"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from detente.model.process import of_party
from detente.planning.compare import by_size
from detente.planning.game import State, places
from detente.planning.many import Many
from detente.planning.measure import Order, Walk
from detente.simulation.stage import NEARLY, Stage
from detente.simulation.strategy import Agenda, Steps


def agenda(stage: Stage) -> Agenda:
    """The steps, the roadmap that was planned, the issues, and how far each side goes of its own accord."""
    game = stage.game

    def named(state: State) -> Steps:
        return frozenset(game.names[k] for k in places(state))

    return Agenda(
        game=game,
        rounds=tuple(named(step) for step in stage.order),
        issues=tuple(named(steps) for steps in stage.issues.values() if steps),
        reserve={name: _reserve(stage, name) for name in stage.names},
        replanned=_planner(stage, named),
    )


def _reserve(stage: Stage, name: str) -> Fraction:
    """How far a side goes of its own accord: as the file says, or else as far as its dearest single step."""
    stated = of_party(stage.process.reserve, name)
    if stated is not None:
        return stated.likely
    game, me = stage.game, stage.game.parties.index(name)
    costs = [-(game.lump[me][k] + game.flow[me][k] / (1 - game.discount)) for k in places(game.own[me])]
    return max([Fraction(0), *costs])


def _planner(stage: Stage, named: Callable[[State], Steps]) -> Callable[[Steps, Steps], tuple[Steps, ...]]:
    """Plans what is left: what was broken is made good first; then, of three orders, the one that exposes least.

    The rest goes in the order agreed, or one step at a time, small or large ones first; an order that nobody gains by
    breaking goes before one that somebody does. No rounds where none of them is possible.
    """
    game = stage.game

    @cache
    def planned(done: State, owed: State) -> tuple[Steps, ...]:
        first: Order = (owed & ~done,)
        since = done | owed
        rests: list[Order] = [
            tuple(step for agreed in stage.order if (step := agreed & ~since)),
            by_size(game, since, smallest=True),
            by_size(game, since, smallest=False),
        ]
        walks = [walk for rest in rests if _possible(walk := Walk(game, first + rest, done))]
        return tuple(named(step) for step in min(walks, key=_worse).order) if walks else ()

    def _possible(walk: Walk) -> bool:
        return not walk.broken_needs() and all(map(game.allows, walk.states[1:]))

    def _worse(walk: Walk) -> tuple[bool, float]:
        many = Many(walk, stage.drawn)
        broken = any(each.slack[0] < -NEARLY * (1 + many.size[0, each.party]) for each in many.incentives())
        return broken, max((float(row[0]) for row in many.exposures().values()), default=0.0)

    def replanned(done: Steps, owed: Steps) -> tuple[Steps, ...]:
        return planned(sum(game.bits[name] for name in done), sum(game.bits[name] for name in owed))

    return replanned
