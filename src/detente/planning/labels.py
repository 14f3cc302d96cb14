"""Which order is best where rounds take different times? Few steps, worked out backwards from the end, exactly.

From each set of steps that may be done already, the ways on are kept that no other beats: in what they are worth to
every player from there on, and in what they cost for the aim. That is safe, since an incentive only ever asks that
going on be worth enough (Abreu, Pearce & Stacchetti 1990, on a finite set of states without a way back).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from detente.analysis.limits import out_of_time
from detente.planning.game import Game, State, places
from detente.planning.measure import Order, Walk
from detente.planning.rules import Rules

MOST = 8
"""Up to so many steps."""

Costs = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A way on: what it is worth to each player, what it costs, and its rounds."""

    values: tuple[Fraction, ...]
    costs: Costs
    order: Order

    def beats(self, other: "Label") -> bool:
        """Whether it is as good in everything."""
        worth = zip(self.values, other.values, strict=True)
        cost = zip(self.costs, other.costs, strict=True)
        return all(mine >= theirs for mine, theirs in worth) and all(mine <= theirs for mine, theirs in cost)


Cost = Callable[[Walk, Fraction, Label], Fraction]
"""What a cost becomes with one more round before it: the round, what it was, and the label as it stands then."""

COSTS: dict[str, Cost] = {
    "exposure": lambda step, was, _: max([was, *(step.exposure(p, 0) for p in step.game.players)]),
    "bond": lambda step, was, _: max([was, *(step.temptation(p, 0) for p in step.game.players)]),
    "rounds": lambda step, was, _: was + 1,
    "months": lambda step, was, _: was + step.lengths[0],
    "value": lambda step, _, label: (
        -sum(
            (v for p, v in zip(step.game.players, label.values, strict=True) if p in step.game.principals), Fraction(0)
        )
    ),
}


def fits(game: Game, rules: Rules) -> bool:
    """Whether there are few enough steps, and no limit that counts rounds from the start."""
    plain = Rules(most=rules.most, exposure=rules.exposure, start=rules.start)
    return rules == plain and bin(game.all & ~rules.start).count("1") <= MOST


def best_of_few(
    game: Game, aims: Sequence[str], rules: Rules, patience: Sequence[Fraction] | None
) -> tuple[Order | None, bool]:
    """The order that is best for the first aim, then for the next; and whether there was time to be sure."""
    deltas = patience or [
        game.discount if game.patience is None else game.patience[p] for p in range(len(game.parties))
    ]
    ends = tuple(game.pays(p, game.all) / (1 - deltas[p]) for p in game.players)
    nothing = Fraction(0)
    last = Label(ends, tuple(nothing if aim != "value" else -_sum(game, ends) for aim in aims), ())
    kept: dict[State, list[Label]] = {game.all: [last]}
    for state in _states(game, rules.start):
        labels: list[Label] = []
        for step in _steps(game, state, rules):
            for label in kept.get(state | step, ()):
                made = _before(Walk(game, (step,), state), label, aims, deltas, binding=patience is not None)
                if made is not None:
                    labels = _added(labels, made)
        kept[state] = labels
        if out_of_time():
            return None, False
    found = kept.get(rules.start, [])
    return (min(found, key=lambda each: each.costs).order if found else None), True


def _sum(game: Game, values: Sequence[Fraction]) -> Fraction:
    return sum((v for p, v in zip(game.players, values, strict=True) if p in game.principals), Fraction(0))


def _states(game: Game, start: State) -> Iterator[State]:
    """Every set of steps that may be done already, the fullest first."""
    free = game.all & ~start
    subsets = [start]
    for k in places(free):
        subsets += [each | 1 << k for each in subsets]
    ordered = sorted(subsets, key=lambda state: -bin(state).count("1"))
    return (state for state in ordered if state != game.all)


def _steps(game: Game, state: State, rules: Rules) -> Iterator[State]:
    """Every round that may come next."""
    ready = [k for k in places(game.all & ~state) if not game.needs[k] & ~state]
    subsets = [0]
    for k in ready:
        subsets += [each | 1 << k for each in subsets]
    for step in subsets[1:]:
        if rules.most is not None and bin(step).count("1") > rules.most:
            continue
        if not game.allows(state | step):
            continue
        if rules.exposure is not None:
            walk = Walk(game, (step,), state)
            if any(walk.exposure(p, 0) > rules.exposure for p in game.players):
                continue
        yield step


def _before(
    step: Walk, label: Label, aims: Sequence[str], deltas: Sequence[Fraction], *, binding: bool
) -> Label | None:
    """A way on with one more round before it; None where somebody would gain by walking away in it."""
    game, length, after = step.game, step.lengths[0], step.states[1]
    survives = (1 - game.hazard) ** length if after != game.all else Fraction(1)
    values = []
    for party, later in zip(game.players, label.values, strict=True):
        delta = deltas[party]
        power = delta**length
        now = game.gained(party, after) - game.gained(party, step.start)
        left = game.pays(party, game.lasting(after)) / (1 - delta)
        flow = (1 - power) / (1 - delta) * game.pays(party, after)
        value = now + flow + power * (survives * later + (1 - survives) * left)
        if binding and step.active(party, 0) and value < step.walking_away(party, 0, delta):
            return None
        values.append(value)
    made = Label(tuple(values), label.costs, (step.order[0], *label.order))
    return replace(made, costs=tuple(COSTS[aim](step, was, made) for aim, was in zip(aims, label.costs, strict=True)))


def _added(labels: list[Label], made: Label) -> list[Label]:
    """The labels with one more, those that it beats left out; without it if another beats it."""
    if any(each.beats(made) for each in labels):
        return labels
    return [*(each for each in labels if not made.beats(each)), made]
