"""What holds of every process: textbook games as special cases, noise, luck in common, and what a strategy may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import log
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.analysis.judgments import SEED
from detente.analysis.work import Seam
from detente.errors import StrategyError
from detente.kernels.beliefs import looking_kept
from detente.planning.roadmap import roadmap
from detente.simulation.fate import Fate
from detente.simulation.play import Play, Ran, Start
from detente.simulation.referee import Referee
from detente.simulation.simulate import simulate
from detente.simulation.stage import Stage, stage
from detente.simulation.strategies import RESPONSIVE, STRATEGIES, Roadmap, TitForTat
from detente.simulation.strategy import NONE, Move, Situation, Strategy
from process_cases import MARKS, NEVER, SURE, TINY, Node, order_of, ran, scenario_of, stage_of, tree_of

ALL = tuple(STRATEGIES.values())


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


def with_spoiler(role: str, strength: str | None = None) -> Stage:
    tree = {**SPOILED, "parties": {**SPOILED["parties"], "D": {"role": role}}, "process": dict(SPOILED["process"])}
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
    assert same(runs(with_spoiler("consulted", "0")), runs(with_spoiler("consulted")))
    assert (runs(with_spoiler("consulted")).agreed != NEVER).any()
    assert (runs(with_spoiler("veto")).agreed == NEVER).all()


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


def test_on_the_way_to_a_package_too_a_spoiler_of_full_strength_is_a_veto() -> None:
    def runs(role: str, strength: str | None, loses: str) -> Ran:
        tree = {**BOUND, "completion": {"A": 1, "B": 1}}
        tree["parties"] = {
            **BOUND["parties"],
            "D": {"role": role, "worth": {"x": {"high": loses}, "y": {"yes": "0.5"}}},
        }
        tree["process"] = {"slip": "0.1"} if strength is None else {"slip": "0.1", "spoiling": {"D": strength}}
        scenario = scenario_of(tree)
        planned = roadmap(scenario, package="all", order="y: yes|x: low|x: high", force=True)
        made = stage(scenario, planned.target, planned.rounds)
        return ran(made, [Roadmap(), RESPONSIVE], runs=200, months=12)

    assert same(runs("consulted", "1", "-1"), runs("veto", None, "-1"))
    assert (runs("veto", None, "-1").agreed == NEVER).all()
    assert same(runs("consulted", "1", "-0.4"), runs("veto", None, "-0.4"))
    assert same(runs("consulted", "0", "-1"), runs("consulted", None, "-0.4"))
    assert (runs("veto", None, "-0.4").agreed >= 0).all()


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
    tree["process"] = {**TINY["process"], "false alarm": alarm, "restraint": -6, "slip": "0.02"}
    found = ran(stage_of(scenario_of(tree), (1, 2)), [Roadmap(), RESPONSIVE], runs=60, months=2)
    return float(found.trust[0].max())


def test_the_less_can_be_seen_the_less_a_step_that_looks_kept_moves_trust() -> None:
    by_sight = [after_one_step(v, "0.05") for v in (99, 80, 50, 20)]
    by_alarm = [after_one_step(80, f) for f in ("0", "0.1", "0.3", "0.6")]

    for row in (by_sight, by_alarm):
        assert row == sorted(row, reverse=True)
        assert row[0] > row[-1] > 0.7
    assert after_one_step(5, "0.05") == pytest.approx(0.7, abs=1e-12)  # as often seen as feared: no news


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


def test_every_part_and_every_seed_has_luck_of_its_own_whatever_the_strategies_do() -> None:
    made = stage_of(scenario_of(TINY), (1, 2))
    drawn = [Fate(made, 50, part, seed).next_month().kept for part, seed in ((0, 1), (1, 1), (0, 2))]

    assert len({each.tobytes() for each in drawn}) == 3
    assert np.array_equal(drawn[0], Fate(made, 50, 0, 1).next_month().kept)


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
