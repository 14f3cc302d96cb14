"""Does a process go as strategies, types and luck say? Judged run by run, by the planner, and by whole game trees."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import exp
from random import Random

import pytest
import yaml

from detente.analysis.shared import settle
from detente.catalog import text
from detente.planning.measure import Walk
from detente.planning.roadmap import roadmap
from detente.simulation.fate import Fate
from detente.simulation.play import Ran, Start
from detente.simulation.stage import Stage, stage
from detente.simulation.strategies import RESPONSIVE, STRATEGIES, Replanning, Roadmap
from detente.simulation.strategy import Strategy
from judge_process import Luck, Run, Table, TieError
from process_cases import MARKS, NEVER, SURE, TINY, order_of, ran, scenario_of, stage_of, start_of, tree_of
from test_roadmap import E2, E3, HALVES

ALL = tuple(STRATEGIES.values())


def judged(
    made: Stage, strategies: Sequence[Strategy], runs: int, months: int, seed: int, start: Start | None = None
) -> int:
    """How many runs the judge can tell; every one of them goes as the judge has it."""
    fate = Fate(made, runs, 0, seed)
    kinds, brought = fate.kinds, [fate.next_month() for _ in range(months)]
    found = ran(made, strategies, runs=runs, months=months, seed=seed, start=start)
    table, told = Table(made, strategies), 0
    for r in range(runs):
        try:
            story = Run(table, Luck(kinds[:, r].tolist(), brought, r), start=start).played(months)
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


@pytest.mark.parametrize("seed", range(40, 48))
def test_it_goes_on_from_the_middle_as_the_judge_has_it(seed: int) -> None:
    random = Random(seed)
    scenario = scenario_of(tree_of(random))
    made = stage_of(scenario, order_of(random, scenario))
    for strategy in (Replanning(), Roadmap(), random.choice(ALL)):
        line = [strategy if i == made.lead else RESPONSIVE for i in range(len(made.sides))]
        assert judged(made, line, 8, 20, seed, start_of(random, made)) > 0


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
    return stage(scenario, planned.target, planned.rounds)


@pytest.mark.parametrize("name", ["roadmap", "replanning", "all-or-nothing", "issue-by-issue"])
def test_a_package_goes_as_the_judge_has_it(name: str) -> None:
    made = river(slip="0.05", restraint=-2, **{"false alarm": "0.05"}, crisis={"calm": "0.001", "full": "0.05"})

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
    return stage(scenario, None, roadmap(scenario, order=order, force=True).rounds)


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
    prize = {"upland": "0.2", "lowland": "0.2"}
    scenario = scenario_of({**tree, "breakdown": 0, "completion": prize})
    plan = roadmap(scenario)
    assert plan.status == "optimal"
    made = stage(scenario, plan.target, plan.rounds)
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


PRIOR = {"A": 0.7, "B": 0.8}
LUMPS = {"A": (-1.0, 4.0), "B": (3.0, -2.0)}
DELTA, PRIZE, SLIP, ALARM, RESTRAINT = {"A": 0.9, "B": 0.8}, 0.5, 0.1, 0.15, -0.5
SEEN = {"A": 0.6, "B": 0.8}


def keeping(x: float) -> float:
    """The chance that who is not trustworthy does its part: every hand trembles."""
    return min(max(1 / (1 + exp(-x)), SLIP), 1 - SLIP)


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
    q = {"A": keeping(RESTRAINT - first), "B": keeping(RESTRAINT - second)}
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
    tree = {**TINY, "completion": {"A": 4, "B": 4}, "process": {**TINY["process"], "restraint": -20}}
    made = stage_of(scenario_of(tree), (3,))
    found = ran(made, [Replanning(), Replanning()], runs=20_000, months=3, seed=6)
    prize = {who: 4 / (1 - delta) for who, delta in DELTA.items()}
    q = {who: keeping(-20 - (2 * cost - prize[who])) for who, cost in (("A", 1), ("B", 2))}
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


@pytest.mark.parametrize("cost", ["0.7", "1", "1.3", "2.9"])
def test_a_side_does_its_part_from_exactly_the_trust_on_that_its_planner_says(cost: str) -> None:
    def acts(trustworthy: int, other: int) -> bool:
        tree = {
            **TINY,
            "parties": {**TINY["parties"], "B": {"types": {"trustworthy": trustworthy, "opportunist": other}}},
        }
        tree["commitments"] = {**TINY["commitments"], "a": {"by": "A", "lump": {"A": f"-{cost}", "B": 3}}}
        made = stage_of(scenario_of(tree), (1, 2))
        return bool((ran(made, [Roadmap(), Roadmap()], runs=1, months=1).agreed >= 0).all())

    got = 4 * Fraction(9, 10) + Fraction(9, 10) * Fraction(1, 2) / Fraction(1, 10)
    needed = Fraction(cost) / got  # what it risks, over that and V - W, which come to what it would get

    assert acts(needed.numerator, needed.denominator - needed.numerator)
    for more in (1, 7, 10**4):
        many = 10**8
        assert acts(needed.numerator * many + more, (needed.denominator - needed.numerator) * many)
        assert not acts(needed.numerator * many - more, (needed.denominator - needed.numerator) * many)
