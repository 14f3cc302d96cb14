"""What does this order buy and what does it cost, beside doing everything at once, going first alone, and others?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.analysis.tables import plain
from detente.model.commitment import Plan
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario
from detente.planning.bounds import ready, rest, together
from detente.planning.game import Game, State, places
from detente.planning.measure import Order, Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import holds
from detente.table import figure, listed

_THIS = "this roadmap"


@dataclass(frozen=True, slots=True)
class Compared:
    """One order, measured like the others; `possible` is false where a step comes before what it needs."""

    name: str
    order: Order
    rounds: int
    months: int
    exposure: float
    bond: float
    patience: float | None
    value: float
    holds: bool | None
    possible: bool

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "name": self.name,
            "rounds": self.rounds,
            "months": self.months,
            "exposure": self.exposure,
            "bond": self.bond,
            "patience": self.patience,
            "value": self.value,
            "self_enforcing": self.holds,
            "possible": self.possible,
        }

    def row(self) -> tuple[str, ...]:
        """For a table."""
        numbers = (figure(self.exposure), figure(self.bond))
        needed = "no patience would do" if self.patience is None else f"{self.patience:.4g}"
        answer = {None: "", True: "yes", False: "no"}[self.holds]
        said = answer if self.possible else f"{answer}, and out of order".removeprefix(", and ")
        return (self.name, str(self.rounds), str(self.months), *numbers, needed, figure(self.value), said)


def compared(scenario: Scenario, walk: Walk, patience: Sequence[Fraction] | None) -> tuple[Compared, ...]:
    """An order beside the others that come to mind, and the plans of the file with the same commitments."""
    if not walk.game.all & ~walk.start:
        return ()
    orders = {_THIS: walk.order, **others(scenario, walk.game, walk.start)}
    return tuple(_measured(name, Walk(walk.game, order, walk.start), patience) for name, order in orders.items())


def others(scenario: Scenario, game: Game, start: State) -> dict[str, Order]:
    """The orders that come to mind, and the plans of the file with the same commitments; not all need be possible."""
    orders: dict[str, Order] = {"everything at once": (game.all & ~start,)}
    for party in game.players:
        if game.alone[party] & ~start:
            orders[f"{scenario.parties[game.parties[party]].title} goes first alone"] = going_first(game, party, start)
    orders["small steps first"] = by_size(game, start, smallest=True)
    orders["big steps first"] = by_size(game, start, smallest=False)
    for plan in scenario.roadmaps.values():
        if not start and not _misfit(plan, game):
            name = plan.name if plan.name not in {_THIS, *orders} else f"{plan.name} ({plan.id})"
            orders[name] = tuple(sum(game.bits[name] for name in step) for step in plan.rounds)
    return orders


def left_out(scenario: Scenario, target: Outcome | None, walk: Walk) -> tuple[str, ...]:
    """Which plans of the file are not compared with an order to a target, and why."""
    if not walk.game.all & ~walk.start:
        return ()
    why = [(plan.name, _why_not(scenario, target, walk, plan)) for plan in scenario.roadmaps.values()]
    return tuple(f"'{name}', a roadmap of the file, is not compared: it {each}." for name, each in why if each)


def _why_not(scenario: Scenario, target: Outcome | None, walk: Walk, plan: Plan) -> str:
    if walk.start:
        return "begins with steps that are done already"
    misfit = _misfit(plan, walk.game)
    if misfit and plan.package is not None:
        package = scenario.packages[plan.package]
        if scenario.outcome(package.terms) != target:
            return f"leads to '{package.name}'"
    return misfit


def _misfit(plan: Plan, game: Game) -> str:
    """What keeps a plan from being an order of these commitments; empty where nothing does."""
    named = Counter(name for step in plan.rounds for name in step)
    faults = {
        "names {}, not planned here": [name for name in named if name not in game.names],
        "leaves out {}": [name for name in game.names if name not in named],
        "repeats {}": [name for name, times in named.items() if times > 1],
    }
    return listed([words.format(listed([f"'{name}'" for name in names])) for words, names in faults.items() if names])


def _measured(name: str, walk: Walk, patience: Sequence[Fraction] | None) -> Compared:
    found = intervals(walk)
    return Compared(
        name=name,
        order=walk.order,
        rounds=len(walk.order),
        months=sum(walk.lengths),
        exposure=plain(max(walk.exposures().values(), default=Fraction(0))),
        bond=plain(walk.bond()),
        patience=least(found),
        value=plain(sum((walk.value(p) for p in walk.game.principals), Fraction(0))),
        holds=None if patience is None else holds(walk, patience),
        possible=_possible(walk),
    )


def _possible(walk: Walk) -> bool:
    """Whether nothing comes in a round before what it needs, and no condition is broken on the way."""
    late = any(walk.game.needs[k] & ~walk.states[t + 1] for t, step in enumerate(walk.order) for k in places(step))
    return not late and all(map(walk.game.allows, walk.states[1:]))


def going_first(game: Game, party: int, start: State = 0) -> Order:
    """One side does all that it can alone before anyone else moves (graduated unilateral steps; Osgood 1962)."""
    steps, done = [], start
    for among in (game.alone[party], game.all):
        while step := together(game, done, ready(game, done) & among):
            steps.append(step)
            done |= step
    return rest(game, steps, done)


def by_size(game: Game, start: State = 0, *, smallest: bool) -> Order:
    """One step at a time, of those that are ready the smallest (or the largest) cost to its owner first."""
    steps, done = [], start
    while able := [k for k in places(ready(game, done)) if game.allows(done | 1 << k)]:
        first = min(able, key=lambda k: (size(game, k) if smallest else -size(game, k), k))
        steps.append(1 << first)
        done |= 1 << first
    return rest(game, steps, done)


def size(game: Game, place: int) -> Fraction:
    """What a step costs those who carry it out, at most."""
    owners = [p for p in range(len(game.parties)) if game.own[p] >> place & 1]
    return max(-(game.lump[p][place] + game.flow[p][place] / (1 - game.discount)) for p in owners)
