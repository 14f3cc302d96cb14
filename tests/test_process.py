"""Does a process go as strategies, types and luck say? Judged run by run, by hand, and by whole game trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import exp, log
from random import Random

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from detente.analysis.judgments import SEED
from detente.analysis.shared import settle
from detente.analysis.work import Seam
from detente.catalog import text
from detente.errors import StrategyError
from detente.kernels.beliefs import looking_kept
from detente.planning.measure import Walk
from detente.planning.roadmap import roadmap
from detente.simulation.play import Fate, Play, Ran, Start
from detente.simulation.referee import Referee
from detente.simulation.simulate import simulate
from detente.simulation.stage import Stage, stage
from detente.simulation.strategies import RESPONSIVE, STRATEGIES, Replanning, Roadmap, TitForTat
from detente.simulation.strategy import NONE, Move, Situation, Strategy
from judge_process import Luck, Run, Table, TieError
from process_cases import Node, order_of, ran, scenario_of, stage_of, tree_of
from test_roadmap import E2, E3, HALVES

ALL = tuple(STRATEGIES.values())
MARKS = ("agreed", "complete", "on_paper", "ended", "cause", "crisis", "high")
SURE = {"types": {"trustworthy": 1}}
NEVER = -1


def judged(made: Stage, strategies: Sequence[Strategy], runs: int, months: int, seed: int) -> int:
    """How many runs the judge can tell; every one of them goes as the judge has it."""
    fate = Fate(made, runs, 0, seed)
    kinds, brought = fate.kinds, [fate.next_month() for _ in range(months)]
    found, table, told = ran(made, strategies, runs=runs, months=months, seed=seed), Table(made, strategies), 0
    for r in range(runs):
        try:
            story = Run(table, Luck(kinds[:, r].tolist(), brought, r)).played(months)
        except TieError:
            continue
        told += 1
        names = [each.name for each in strategies], r
        assert {mark: int(getattr(found, mark)[r]) for mark in MARKS} == {m: getattr(story, m) for m in MARKS}, names
        assert found.worth[:, r] == pytest.approx(story.worth, abs=1e-9), names
        assert found.trust[:, r] == pytest.approx(story.trust, abs=1e-9), names
    return told


@pytest.mark.parametrize("seed", range(16))
def test_every_run_goes_as_the_judge_has_it(seed: int) -> None:
    random = Random(seed)
    scenario = scenario_of(tree_of(random))
    made = stage_of(scenario, order_of(random, scenario))
    sides = range(len(made.sides))
    lines = [[each if i == made.lead else RESPONSIVE for i in sides] for each in ALL]
    lines += [[random.choice(ALL) for _ in sides] for _ in range(2)]
    told = sum(judged(made, line, 5, 24, seed) for line in lines)

    assert told > 0.9 * 5 * len(lines)


def river(**process: object) -> Stage:
    """The river, with some doubt of both sides and a process, along its roadmap."""
    tree = yaml.safe_load(text("river"))
    tree["parties"]["upland"]["types"] = {
        "trustworthy": 3,
        "opportunist": {"weight": 1, "worth": {"water": {"full": -9}}},
    }
    tree["parties"]["lowland"]["types"] = {"trustworthy": 4, "opportunist": 1, "spoiler": 1}
    tree["process"] = process
    scenario = settle(scenario_of(tree))
    planned = roadmap(scenario, force=True)
    return stage(scenario, planned.target, planned.walk.order)


@pytest.mark.parametrize("name", ["roadmap", "replanning", "all-or-nothing", "issue-by-issue"])
def test_a_package_goes_as_the_judge_has_it(name: str) -> None:
    made = river(slip="0.05", tolerance=-2, **{"false alarm": "0.05"}, crisis={"calm": "0.001", "full": "0.05"})

    assert judged(made, [STRATEGIES[name], RESPONSIVE], 20, 36, 3) == 20


E5 = """
detente: 1
title: E5
parties: {A: {}, B: {}}
commitments:
  A1: {by: A, lump: {A: -1, B: 2}}
  A2: {by: A, lump: {A: -2, B: 4}}
  A4: {by: A, lump: {A: -4, B: 8}}
  B1: {by: B, lump: {B: -1, A: 2}}
  B2: {by: B, lump: {B: -2, A: 4}}
  B4: {by: B, lump: {B: -4, A: 8}}
completion: {A: 1, B: 1}
"""
PLANNED = {
    "E2": (E2, "A1|B1|rA|rB"),
    "E2 in halves": (HALVES, "A1|B1|A2|B2|rA|rB"),
    "E2 in halves, slowly": (
        HALVES.replace("rA: {", "rA: {months: 3, ").replace("A2: {", "A2: {detection: 2, "),
        "A1|B1|A2|B2|rA|rB",
    ),
    "E3 with flows": (E3.replace("0.9", "0.98"), "A1|B1,B2|A2|A3,B3|rA"),
    "E5": (E5, "A1|B2|A4|B4|A2|B1"),
    "E5 in pairs": (E5, "A1,B1|A2,B2|A4,B4"),
}


def planned(written: str, order: str) -> Stage:
    """Everybody surely trustworthy, and the order as given."""
    tree = yaml.safe_load(written)
    tree["parties"] = dict.fromkeys(tree["parties"], SURE)
    scenario = scenario_of(tree)
    return stage(scenario, None, roadmap(scenario, order=order, force=True).walk.order)


def as_planned(walk: Walk, side: int, months: int) -> Fraction:
    """The worth to a side of a plan that is carried out for so many months, and of what is then in force for ever."""
    made = walk.game
    delta = made.discount if made.patience is None else made.patience[side]
    begun, state, total, month = [], 0, Fraction(0), 0
    for step, length in zip(walk.order, walk.lengths, strict=True):
        begun.append((month, state | step))
        state, month = state | step, month + length
    state = 0
    for now in range(months):
        for when, after in begun:
            if when == now:
                total += delta**now * (made.gained(side, after) - made.gained(side, state))
                state = after
        total += delta**now * made.pays(side, state)
    return total + delta**months * made.pays(side, state) / (1 - delta)


@pytest.mark.parametrize("name", PLANNED)
@pytest.mark.parametrize("other", [RESPONSIVE, Roadmap()], ids=["responsive", "roadmap"])
def test_among_people_who_trust_each_other_a_roadmap_goes_month_by_month_as_planned(name: str, other: Strategy) -> None:
    made = planned(*PLANNED[name])
    walk = Walk(made.game, made.order)
    whole = sum(walk.lengths)
    for months in range(1, whole + 5):
        found = ran(made, [Roadmap(), other], runs=3, months=months)

        assert found.agreed.tolist() == [0, 0, 0]
        assert found.ended.tolist() == [NEVER] * 3
        assert found.complete.tolist() == [whole if months > whole else NEVER] * 3
        for i, side in enumerate(made.sides):
            assert found.worth[i].tolist() == pytest.approx([float(as_planned(walk, side, months))] * 3, abs=1e-9)
    for i, side in enumerate(made.sides):
        assert found.worth[i, 0] == pytest.approx(float(walk.value(side)), abs=1e-9)


def test_the_river_accord_with_a_prize_for_finishing_is_worth_to_each_what_its_planner_says() -> None:
    tree = yaml.safe_load(text("river"))
    for name in tree["parties"]:
        tree["parties"][name]["types"] = {"trustworthy": 1}
    prize = {"upland": "0.2", "lowland": "0.1"}
    scenario = scenario_of({**tree, "breakdown": 0, "completion": prize})
    plan = roadmap(scenario)
    assert plan.status == "optimal"
    made = stage(scenario, plan.target, plan.walk.order)
    found = ran(made, [Roadmap()] * len(made.sides), runs=2, months=200)

    assert found.complete.tolist() == [sum(plan.walk.lengths)] * 2
    for i, side in enumerate(made.sides):
        assert found.worth[i, 0] == pytest.approx(float(plan.walk.value(side)), abs=1e-9)


@pytest.mark.parametrize(("name", "hazard"), [("E2 in halves", "0.05"), ("E5", "0.03"), ("E3 with flows", "0.02")])
def test_where_it_may_break_down_the_mean_worth_is_what_the_planner_expects(name: str, hazard: str) -> None:
    written, order = PLANNED[name]
    made = planned(written + f"breakdown: {hazard}\n", order)
    walk, runs = Walk(made.game, made.order), 20_000
    assert set(walk.lengths) == {1}
    found = ran(made, [Roadmap(), Roadmap()], runs=runs, months=len(walk.order) + 3)

    survives = (1 - float(hazard)) ** (len(walk.order) - 1)
    assert (found.ended == NEVER).mean() == pytest.approx(survives, abs=4 * (survives * (1 - survives) / runs) ** 0.5)
    for i, side in enumerate(made.sides):
        error = found.worth[i].std() / runs**0.5
        assert error > 0
        assert found.worth[i].mean() == pytest.approx(float(walk.value(side)), abs=4 * error)


@dataclass(frozen=True)
class Player:
    """A textbook strategy of the repeated prisoner's dilemma: what I do now, by what the other has done."""

    name: str

    def move(self, here: Situation) -> Move:
        (mine,), (theirs,) = here.mine, here.theirs
        cooperates, memory = self.chooses(here.memory, theirs in here.done)
        steps = frozenset({mine}) - here.done if cooperates else NONE
        back = NONE if cooperates else frozenset({mine}) & here.done
        return Move(steps, back=back, of_own_accord=True, memory=memory)

    def chooses(self, memory: int, other: bool) -> tuple[bool, int]:
        """Whether to cooperate: `memory` is 0 at first; `other` whether the other has, the last time."""
        return {
            "always": (True, 0),
            "never": (False, 0),
            "tit-for-tat": (not memory or other, 1),
            "grim": (memory < 2 and (not memory or other), 2 if memory and (memory == 2 or not other) else 1),
            "alternator": (not memory, 1 - memory),
        }[self.name]


DILEMMA = {
    "detente": 1,
    "title": "A prisoner's dilemma every month",
    "parties": {"A": SURE, "B": SURE},
    "commitments": {
        "a": {"by": "A", "flow": {"A": -1, "B": 3}, "reversible": True},
        "b": {"by": "B", "flow": {"B": -1, "A": 3}, "reversible": True},
    },
    "patience": {"A": "0.9", "B": "0.9"},
}
T, R, P, S, D = 3.0, 2.0, 0.0, -1.0, 0.9
FOR_EVER, EVERY_OTHER = 1 / (1 - D), 1 / (1 - D**2)
TEXTBOOK: Mapping[tuple[str, str], float] = {
    ("always", "always"): R * FOR_EVER,
    ("always", "never"): S * FOR_EVER,
    ("never", "always"): T * FOR_EVER,
    ("never", "never"): P * FOR_EVER,
    ("tit-for-tat", "always"): R * FOR_EVER,
    ("always", "tit-for-tat"): R * FOR_EVER,
    ("tit-for-tat", "never"): S + D * P * FOR_EVER,
    ("never", "tit-for-tat"): T + D * P * FOR_EVER,
    ("tit-for-tat", "tit-for-tat"): R * FOR_EVER,
    ("grim", "always"): R * FOR_EVER,
    ("always", "grim"): R * FOR_EVER,
    ("grim", "never"): S + D * P * FOR_EVER,
    ("never", "grim"): T + D * P * FOR_EVER,
    ("grim", "grim"): R * FOR_EVER,
    ("grim", "tit-for-tat"): R * FOR_EVER,
    ("tit-for-tat", "grim"): R * FOR_EVER,
    ("alternator", "always"): (R + D * T) * EVERY_OTHER,
    ("always", "alternator"): (R + D * S) * EVERY_OTHER,
    ("alternator", "never"): (S + D * P) * EVERY_OTHER,
    ("never", "alternator"): (T + D * P) * EVERY_OTHER,
    ("alternator", "alternator"): (R + D * P) * EVERY_OTHER,
    ("tit-for-tat", "alternator"): R + (D * S + D**2 * T) * EVERY_OTHER,
    ("alternator", "tit-for-tat"): R + (D * T + D**2 * S) * EVERY_OTHER,
    ("grim", "alternator"): R + D * S + (D**2 * T + D**3 * P) * EVERY_OTHER,
    ("alternator", "grim"): R + D * T + (D**2 * S + D**3 * P) * EVERY_OTHER,
}


@pytest.mark.parametrize("pair", TEXTBOOK, ids=" against ".join)
def test_the_repeated_prisoners_dilemma_pays_as_in_the_textbook(pair: tuple[str, str]) -> None:
    made = stage_of(scenario_of(DILEMMA))
    mine, theirs = (Player(name) for name in pair)
    for one, other in product({mine, ours(mine)}, {theirs, ours(theirs)}):
        found = ran(made, [one, other], runs=1, months=400)

        assert found.worth[:, 0].tolist() == pytest.approx([TEXTBOOK[pair], TEXTBOOK[pair[::-1]]], abs=1e-9)


def ours(player: Player) -> Strategy:
    """The strategy of the package by that name, if there is one."""
    return TitForTat() if player.name == "tit-for-tat" else player


SPOILED: Node = {
    "detente": 1,
    "title": "A swap beside somebody who loses",
    "parties": {"A": {}, "B": {"types": {"trustworthy": 3, "opportunist": 1}}},
    "commitments": {
        "a": {"by": "A", "lump": {"A": -1, "B": 3, "D": -2}, "verifiable": 70},
        "b": {"by": "B", "lump": {"A": 3, "B": -1, "D": "0.5"}},
    },
    "completion": {"A": "0.5", "B": "0.5"},
    "process": {"slip": "0.1"},
}


def with_spoiler(role: str | None, strength: str | None = None) -> Stage:
    tree = {**SPOILED, "parties": dict(SPOILED["parties"]), "process": dict(SPOILED["process"])}
    if role is None:
        steps = {name: dict(step) for name, step in SPOILED["commitments"].items()}
        for step in steps.values():
            step["lump"] = {who: points for who, points in step["lump"].items() if who != "D"}
        tree["commitments"] = steps
    else:
        tree["parties"]["D"] = {"role": role}
    if strength is not None:
        tree["process"]["spoiling"] = {"D": strength}
    return stage_of(scenario_of(tree), (1, 2))


def same(one: Ran, other: Ran) -> bool:
    """Whether two sets of runs are the same to the last bit."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in (*MARKS, "worth", "kinds", "trust", "tension")
    )


@pytest.mark.parametrize("strategy", ALL, ids=lambda each: each.name)
def test_a_spoiler_of_full_strength_is_a_veto_and_one_of_none_is_nobody(strategy: Strategy) -> None:
    def runs(made: Stage) -> Ran:
        return ran(made, [strategy, RESPONSIVE], runs=300, months=20)

    assert same(runs(with_spoiler("consulted", "1")), runs(with_spoiler("veto")))
    assert same(runs(with_spoiler("consulted", "0")), runs(with_spoiler(None)))
    assert (runs(with_spoiler("veto")).agreed == NEVER).all()


def test_the_stronger_a_spoiler_the_later_things_begin() -> None:
    shares = [
        (ran(with_spoiler("consulted", s), [Roadmap(), RESPONSIVE], runs=4000, months=2).agreed >= 0).mean()
        for s in ("0", "0.3", "0.6", "0.9")
    ]
    share = 1.5 / 2  # what it loses of all that it could

    assert shares[0] == 1
    for strength, found in zip((0.3, 0.6, 0.9), shares[1:], strict=True):
        never = (1 - (1 - strength) ** share) ** 2
        assert found == pytest.approx(1 - never, abs=4 * (never * (1 - never) / 4000) ** 0.5)


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
    "process": {"slip": "0.1", "false alarm": "0.15", "tolerance": "-0.5", "spread": 1},
}
PRIOR = {"A": 0.7, "B": 0.8}
LUMPS = {"A": (-1.0, 4.0), "B": (3.0, -2.0)}
DELTA, PRIZE, SLIP, ALARM, TOLERANCE = {"A": 0.9, "B": 0.8}, 0.5, 0.1, 0.15, -0.5
SEEN = {"A": 0.6, "B": 0.8}


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


def compared(found: Ran, leaves: Sequence[tuple[float, Mapping[str, float]]]) -> None:
    """The shares and means of runs beside those of all leaves of a tree, by name."""
    runs = len(found.agreed)
    rows = {
        "agreement": found.agreed >= 0,
        "implementation": found.complete >= 0,
        "on paper": found.on_paper >= 0,
        "collapse": found.ended >= 0,
        "A": found.worth[0],
        "B": found.worth[1],
    }
    assert sum(p for p, _ in leaves) == pytest.approx(1)
    for name, row in rows.items():
        mean = sum(p * leaf[name] for p, leaf in leaves)
        spread = max(sum(p * leaf[name] ** 2 for p, leaf in leaves) - mean**2, 0.0) ** 0.5
        assert row.mean() == pytest.approx(mean, abs=4 * spread / runs**0.5 + 1e-12), name


def test_one_step_after_the_other_goes_as_the_whole_game_tree_says() -> None:
    """A's step, then B's; whoever sees a breach leaves. What B would gain by breaking: its cost less the prize."""
    found = ran(stage_of(scenario_of(TINY), (1, 2)), [Roadmap(), Roadmap()], runs=20_000, months=8, seed=5)
    first = (
        2 * 1 - DELTA["A"] * PRIZE / (1 - DELTA["A"]) - DELTA["A"] * 4
    )  # costs count twice, b and the prize come later
    second = 2 * 2 - PRIZE / (1 - DELTA["B"])
    q = {"A": logistic(TOLERANCE - first), "B": logistic(TOLERANCE - second)}
    leaves = []
    for a_good, b_good, a_keeps, a_looks, b_keeps, b_looks in product((True, False), repeat=6):
        p = 1.0
        for who, good, keeps, looks in (("A", a_good, a_keeps, a_looks), ("B", b_good, b_keeps, b_looks)):
            kept, alarm = 1 - SLIP if good else q[who], ALARM if keeps else SEEN[who]
            p *= (PRIOR[who] if good else 1 - PRIOR[who]) * (kept if keeps else 1 - kept)
            p *= alarm if looks else 1 - alarm
        b_keeps = b_keeps and not a_looks
        leaf = {
            "agreement": 1.0,
            "implementation": float(a_keeps and b_keeps),
            "on paper": float(not a_looks and not b_looks),
            "collapse": float(a_looks or b_looks),
        }
        for who, good in (("A", a_good), ("B", b_good)):
            lumps = [2 * each if each < 0 and not good else each for each in LUMPS[who]]
            prize = DELTA[who] * PRIZE / (1 - DELTA[who]) * (a_keeps and b_keeps)
            leaf[who] = lumps[0] * a_keeps + DELTA[who] * lumps[1] * b_keeps + prize
        leaves.append((p, leaf))

    compared(found, leaves)


def test_steps_that_are_made_good_go_as_the_whole_game_tree_says() -> None:
    """Both at once; what looks broken is done again, for three months. A cheat gains its cost, less the prize."""
    tree = {**TINY, "completion": {"A": 4, "B": 4}, "process": {**TINY["process"], "tolerance": -20}}
    made = stage_of(scenario_of(tree), (3,))
    found = ran(made, [Replanning(), Replanning()], runs=20_000, months=3, seed=6)
    prize = {who: 4 / (1 - delta) for who, delta in DELTA.items()}
    q = {who: logistic(-20 - (2 * cost - prize[who])) for who, cost in (("A", 1), ("B", 2))}
    assert 0.2 < q["A"] < 1
    leaves: list[tuple[float, Mapping[str, float]]] = []

    def grow(p: float, good: dict[str, bool], month: int, there: str, seen: str, leaf: dict[str, float]) -> None:
        """All that may come of a month, from what is done (`there`) and what looks done (`seen`)."""
        if 0 < month < 3:
            leaf = {**leaf, "on paper": float(seen == "AB"), "implementation": float(there == "AB")}
        if month == 3 or seen == "AB":
            leaves.append((p, leaf))
            return
        owing = [who for who in "AB" if who not in seen]
        for fate in product(product((True, False), repeat=2), repeat=len(owing)):
            chance, now, looks = p, set(there), set(seen)
            for who, (keeps, broken) in zip(owing, fate, strict=True):
                kept, alarm = 1 - SLIP if good[who] else q[who], ALARM if keeps else SEEN[who]
                chance *= (kept if keeps else 1 - kept) * (alarm if broken else 1 - alarm)
                now |= {who} if keeps else set()
                looks |= set() if broken else {who}
            after = dict(leaf)
            for who in "AB":
                for place, owner in enumerate("AB"):
                    if owner in now and owner not in there:
                        points = LUMPS[who][place]
                        after[who] += DELTA[who] ** month * (2 * points if points < 0 and not good[who] else points)
                if len(now) == 2 > len(there):
                    after[who] += DELTA[who] ** month * prize[who]
            grow(chance, good, month + 1, "".join(sorted(now)), "".join(sorted(looks)), after)

    for a, b in product((True, False), repeat=2):
        p = (PRIOR["A"] if a else 1 - PRIOR["A"]) * (PRIOR["B"] if b else 1 - PRIOR["B"])
        none = dict.fromkeys(("implementation", "on paper", "collapse", "A", "B"), 0.0)
        none["agreement"] = 1.0
        grow(p, {"A": a, "B": b}, 0, "", "", none)

    compared(found, leaves)


def divergence(p: float, q: float) -> float:
    """How far apart two types are in whether their part looks kept (Kullback & Leibler 1951), in nats a sight."""
    return sum(a * log(a / b) for a, b in ((p, q), (1 - p, 1 - q)) if a > 0)


@given(
    st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.floats(0.01, 0.97), st.floats(0.01, 0.97), st.floats(0.01, 0.97)
)
def test_more_noise_never_makes_types_easier_to_tell_apart(
    good: float, bad: float, seen: float, worse: float, alarm: float
) -> None:
    alarm, worse, seen = sorted((seen, worse, alarm))

    def sight(v: float, f: float) -> float:
        kept = looking_kept(np.array([good, bad]), np.array([v, v]), f)
        return divergence(*kept.tolist())

    clear = sight(seen, alarm)
    assert sight(worse, alarm) <= clear + 1e-12
    assert sight(seen, worse) <= clear + 1e-12


def after_one_step(verifiable: int, alarm: str) -> float:
    """The trust in A once its first step has looked kept: the most that it can be after a month."""
    tree = {**TINY, "commitments": {name: dict(step) for name, step in TINY["commitments"].items()}}
    tree["commitments"]["a"]["verifiable"] = verifiable
    tree["process"] = {**TINY["process"], "false alarm": alarm, "tolerance": -6, "slip": "0.02"}
    found = ran(stage_of(scenario_of(tree), (1, 2)), [Roadmap(), RESPONSIVE], runs=60, months=2)
    return float(found.trust[0].max())


def test_the_less_can_be_seen_the_less_a_step_that_looks_kept_moves_trust() -> None:
    by_sight = [after_one_step(v, "0.05") for v in (99, 80, 50, 20)]
    by_alarm = [after_one_step(80, f) for f in ("0", "0.1", "0.3", "0.6")]

    for row in (by_sight, by_alarm):
        assert row == sorted(row, reverse=True)
        assert row[0] > row[-1] > PRIOR["A"]
    assert after_one_step(5, "0.05") == pytest.approx(PRIOR["A"], abs=1e-12)  # as often seen as feared: no news


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_can_go_wrong_nothing_ever_collapses(seed: int) -> None:
    random = Random(seed)
    tree = tree_of(random)
    tree["parties"] = {name: {**party, **SURE} for name, party in tree["parties"].items()}
    tree["process"] |= {"slip": 0, "false alarm": 0, "crisis": {"calm": 0, "full": 0}}
    tree.pop("breakdown", None)
    scenario = scenario_of(tree)
    made = stage_of(scenario, order_of(random, scenario))
    for strategy in ALL:
        line = [strategy if i == made.lead else RESPONSIVE for i in range(len(made.sides))]
        found = ran(made, line, runs=20, months=30)

        assert (found.ended == NEVER).all(), strategy.name
        assert (found.crisis == NEVER).all()


@dataclass(frozen=True)
class Another:
    """A strategy of one's own: the same as the roadmap, under another name."""

    name: str = "another"

    def move(self, here: Situation) -> Move:
        return Roadmap().move(here)


@dataclass(frozen=True)
class Cautious:
    """A strategy of one's own in ten lines: the cheapest step that is ready, in return for the cheapest of theirs."""

    name: str = "cautious"

    def move(self, here: Situation) -> Move:
        mine, theirs = here.ready & here.mine, here.ready & here.theirs
        if not mine or not theirs:
            return Move(mine, of_own_accord=True)
        return Move(frozenset({here.cheapest(mine)}), frozenset({here.cheapest(theirs)}))


def test_strategies_that_do_the_same_have_the_same_luck_and_so_the_same_runs() -> None:
    for seed in range(3):
        random = Random(seed)
        scenario = scenario_of(tree_of(random))
        made = stage_of(scenario, order_of(random, scenario))

        others = [RESPONSIVE] * (len(made.sides) - 1)
        one, other = (
            ran(made, [*others[: made.lead], each, *others[made.lead :]], runs=200, months=24)
            for each in (Roadmap(), Another())
        )
        assert same(one, other)


def test_a_strategy_of_ones_own_appears_beside_the_others() -> None:
    found = simulate(scenario_of(TINY), strategies=["roadmap", Another(), Cautious()], order="a|b", runs=50, months=12)
    rows = found.payload()["mixes"]["as judged"]  # type: ignore[index]

    assert found.strategies == ("roadmap", "another", "cautious")
    assert rows["roadmap"] == rows["another"]
    assert rows["roadmap"] != rows["cautious"]
    for table in found.tables()[:3]:
        assert "cautious" in [row[0] for row in table.rows]


def test_workers_and_parts_make_no_difference_to_the_last_bit() -> None:
    """2,100 runs are a whole part and a bit of another."""
    scenario = scenario_of({**TINY, "breakdown": "0.01"})
    asked = {"strategies": ["roadmap", "replanning"], "order": "a|b", "runs": 2100, "months": 8, "mixes": False}
    here, shared = (simulate(scenario, **asked, seam=Seam(workers=n)) for n in (1, 2))

    assert here.payload() == shared.payload()
    made, line = here.stage, [Roadmap(), RESPONSIVE]
    start = Start(0, (0, 0), made.logs, made.climate.start)
    lone = [
        Play(Referee(made, line), Fate(made, n, part, SEED), n, None, start).run(8) for part, n in enumerate((2048, 52))
    ]
    worth = here.odds["as judged"]["roadmap"].worth["A"].mean
    assert worth == pytest.approx(sum(each.worth[0].sum() for each in lone) / 2100, abs=1e-12)


@dataclass(frozen=True)
class Says:
    """A strategy that says one thing, whatever happens."""

    said: Move
    name: str = "mine"

    def move(self, here: Situation) -> Move:
        return self.said


BOUND: Node = {
    "detente": 1,
    "title": "A condition on the way",
    "parties": {"A": {"worth": {"x": {"low": 1, "high": 2}, "y": {"yes": -1}}}, "B": {"worth": {"y": {"yes": 3}}}},
    "issues": {
        "x": {"by": "A", "options": ["none", "low", "high"]},
        "y": {"by": "B", "options": ["no", "yes"]},
    },
    "conditions": [{"when": {"x": "high"}, "requires": {"y": "yes"}}],
    "packages": {"all": {"terms": {"x": "high", "y": "yes"}}},
}
WAITING: Node = {**TINY, "commitments": {**TINY["commitments"], "c": {"by": "A", "lump": {"A": 1}, "needs": ["b"]}}}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Move(frozenset({"z"})), "z: no step of this plan"),
        (Move(then=(frozenset({"z"}),)), "z: no step of this plan"),
        (Move(frozenset({"b"})), "b: not its own to take"),
        (Move(wanted=frozenset({"a"})), "a: nobody else's to take"),
        (Move(back=frozenset({"a"})), "a: not its own to take back"),
        (Move(frozenset({"c"})), "c: needs b before"),
        (Move(frozenset({"a"}), of_own_accord=True), "a: done already"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_strategy_that_proposes_what_cannot_be_is_told_what_and_why(said: Move, why: str) -> None:
    with pytest.raises(StrategyError) as told:
        simulate(scenario_of(WAITING), strategies=[Says(said)], order="a|b|c", runs=5, months=6)

    assert str(told.value) == f"mine, as A, proposed what cannot be: {why}"


def test_a_strategy_that_would_break_a_condition_is_told_so() -> None:
    steps = frozenset({"x: low", "x: high"})
    with pytest.raises(StrategyError, match="x: high and x: low: a condition of the scenario would be broken"):
        simulate(scenario_of(BOUND), strategies=[Says(Move(steps))], package="all", runs=5, months=6)
