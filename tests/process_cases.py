"""Small random processes as the trees of their files, with an order of steps: for the judge and for properties."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from detente.analysis.shared import settle
from detente.io import parse_scenario
from detente.model.commitment import Rounds
from detente.model.scenario import Scenario
from detente.planning.game import Game, game, places
from detente.planning.measure import Order
from detente.simulation.fate import Fate
from detente.simulation.play import Play, Ran, Start
from detente.simulation.referee import Referee
from detente.simulation.stage import Stage, stage
from detente.simulation.strategy import Strategy
from judge import text_of

Node = dict[str, Any]
SIDES = ("A", "B", "C")
SURE: Node = {"types": {"trustworthy": 1}}
NEVER = -1
MARKS = ("agreed", "complete", "on_paper", "whole", "seems_whole", "ended", "cause", "crisis", "high")
"""What is told of a run in whole numbers."""

TINY: Node = {
    "detente": 1,
    "title": "Two steps",
    "parties": {
        "A": {"types": {"trustworthy": 7, "opportunist": 3}},
        "B": {"types": {"trustworthy": 8, "opportunist": 2}},
    },
    "commitments": {
        "a": {"by": "A", "lump": {"A": -1, "B": 3}, "verifiable": 60},
        "b": {"by": "B", "lump": {"A": 4, "B": -2}, "verifiable": 80},
    },
    "completion": {"A": "0.5", "B": "0.5"},
    "patience": {"A": "0.9", "B": "0.8"},
    "process": {"slip": "0.1", "false alarm": "0.15", "restraint": "-0.5", "spread": 1},
}


def scenario_of(tree: Node) -> Scenario:
    """The scenario of a tree, by way of the loader."""
    return settle(parse_scenario(text_of(tree), "random.json"))


def stage_of(scenario: Scenario, order: Order | None = None) -> Stage:
    """Ready to be played in some order (all at once, if none is given)."""
    made = game(scenario, None)
    return stage(scenario, None, named(made, (made.all,) if order is None else order))


def named(made: Game, order: Order) -> Rounds:
    """The rounds of an order, by name."""
    return tuple(tuple(made.names[k] for k in places(step)) for step in order)


def ran(
    made: Stage, strategies: Sequence[Strategy], *, runs: int, months: int, seed: int = 0, start: Start | None = None
) -> Ran:
    """Some runs of a process, each side with its strategy."""
    begin = start or Start(0, (0,) * len(made.sides), made.logs, made.climate.start)
    return Play(Referee(made, strategies), Fate(made, runs, 0, seed), runs, None, begin).run(months)


def order_of(random: Random, scenario: Scenario) -> Order:
    """Some order in which what is needed comes earlier."""
    made = game(scenario, None)
    found, done = [], 0
    while done != made.all:
        ready = [k for k in places(made.all & ~done) if not made.needs[k] & ~done]
        some = random.sample(ready, random.randint(1, len(ready)))
        found.append(sum(1 << k for k in some))
        done |= found[-1]
    return tuple(found)


def start_of(random: Random, made: Stage) -> Start:
    """Somewhere on the way: some rounds are done, some steps were broken, trust and tension are what they are."""
    done, broken = 0, [0 for _ in made.sides]
    for step in made.order[: random.randint(0, len(made.order) - 1)]:
        done |= step
    for k in places(made.game.all & ~done):
        if random.random() < 0.3 and not made.game.needs[k] & ~done:
            broken = [each | (own & 1 << k) for each, own in zip(broken, made.owned, strict=True)]
    beliefs = np.log(np.array([[random.uniform(0.05, 1) for _ in made.sides] for _ in range(3)]))
    tension = np.array([random.random() for _ in made.sides])
    return Start(done, tuple(broken), beliefs, tension, bool(done) or random.random() < 0.5)


def tree_of(random: Random) -> Node:
    """Two or three sides, one to five steps, and anything that a process may have."""
    sides = SIDES[: random.choice((2, 2, 3))]
    parties: Node = {side: {} for side in sides}
    for side in sides:
        if random.random() < 0.7:
            parties[side]["types"] = _types(random)
    if random.random() < 0.4:
        parties["D"] = {"role": random.choice(("consulted", "veto"))}
    steps = {f"s{k}": _step(random, f"s{k}", sides, k, "D" in parties) for k in range(random.randint(1, 5))}
    tree: Node = {"detente": 1, "title": "Some process", "parties": parties, "commitments": steps}
    tree["process"] = _process(random, sides, parties.get("D") == {"role": "consulted"})
    tree["patience"] = {side: f"0.{random.randint(80, 98)}" for side in sides}
    if random.random() < 0.4:
        tree["discount"] = f"0.{random.randint(60, 98)}"
    if random.random() < 0.3:
        tree["breakdown"] = _chance(random, 0.1)
    if random.random() < 0.5:
        tree["completion"] = {side: _points(random, 0, 1.5) for side in sides}
    if random.random() < 0.3:
        tree["stake"] = {side: _points(random, 0, 2) for side in sides}
    return tree


def _points(random: Random, low: float, high: float) -> str:
    return f"{random.uniform(low, high):.3f}"


def _chance(random: Random, most: float) -> str:
    return f"{random.uniform(0.001, most):.4f}"


def _types(random: Random) -> Node:
    found: Node = {"trustworthy": _points(random, 0.3, 2)}
    if random.random() < 0.7:
        plain: Any = _points(random, 0.05, 1)
        found["opportunist"] = plain if random.random() < 0.5 else {"weight": plain, "costs": "1.7", "gains": "1.2"}
    if random.random() < 0.5:
        found["spoiler"] = {"weight": _points(random, 0.05, 0.5), "gains": random.choice(("0", "0.25"))}
    return found


def _step(random: Random, name: str, sides: Sequence[str], k: int, fourth: bool) -> Node:
    by = random.choice(sides)
    joint = random.random() < 0.15
    owners = list(sides[:2]) if joint else [by]
    worth = {side: _points(random, -3, -0.2) if side in owners else _points(random, 0.3, 6) for side in sides}
    if fourth and random.random() < 0.7:
        worth["D"] = _points(random, -2, 1)
    step: Node = {"by": owners if joint else by}
    if random.random() < 0.5:
        step["flow"] = {side: f"{float(points) / 15:.4f}" for side, points in worth.items()}
        step["reversible"] = True if joint or random.random() < 0.6 else _points(random, 0, 1)
    else:
        step["lump"] = worth
        if random.random() < 0.25:
            step["reversible"] = True
    if k and random.random() < 0.3:
        step["needs"] = [f"s{random.randrange(k)}"]
    if random.random() < 0.4:
        step["months"] = random.randint(1, 4)
    if random.random() < 0.4:
        step["detection"] = random.randint(1, 3)
    if random.random() < 0.5:
        step["verifiable"] = random.randint(20, 99)
    if random.random() < 0.3:
        step["symbolic"] = _symbol(random, sides, k)
    return step


def _symbol(random: Random, sides: Sequence[str], k: int) -> Node:
    found: Node = {"belief": _points(random, -0.5, 1), "tension": _points(random, -0.05, 0.03)}
    if random.random() < 0.6:
        found["worth"] = {random.choice(sides): {f"s{random.randint(0, k)}": _points(random, -1, 2)}}
    if random.random() < 0.6:
        found["fades"] = random.randint(1, 12)
    return found


def _process(random: Random, sides: Sequence[str], spoils: bool) -> Node:
    found: Node = {"slip": _chance(random, 0.2), "false alarm": _chance(random, 0.2)}
    found |= {
        "restraint": _points(random, -1, 3),
        "spread": _points(random, 0.3, 2),
        "announced": _points(random, 1, 2),
    }
    found["tension"] = {
        "start": {side: _points(random, 0, 1) for side in sides},
        "drive": _points(random, 0, 0.2),
        "calming": _points(random, 0.25, 0.5),
        "echo": _points(random, 0, 0.1),
        "incidents": random.choice(("0", "0.05")),
        "high": "0.55",
    }
    if random.random() < 0.5:
        costs = {sides[0]: _points(random, 0, 3)}
        found["crisis"] = {"calm": _chance(random, 0.01), "full": "0.15", "costs": costs}
    if random.random() < 0.4:
        side = random.choice(sides)
        found["leadership"] = {side: random.choice(["0.05", {"chance": "0.08", "patience": "0.87"}])}
    if random.random() < 0.3:
        found["ratification"] = {random.choice(sides): "0.35"}
    if spoils:
        found["spoiling"] = {"D": _points(random, 0.1, 0.9)}
    if random.random() < 0.5:
        bites, costs = ({side: _points(random, 0, most) for side in sides} for most in (0.3, 0.1))
        found["pressure"] = {"bites": bites, "costs": costs, "tension": "0.02"}
    if random.random() < 0.5:
        found["reserve"] = {random.choice(sides): _points(random, 0, 4)}
    return found
