"""How long does planning take? Ratios against subset dynamic programming in the same run, and the worst case known.

    .venv/bin/python benchmarks/roadmap.py

The peer is the textbook method for one aim, dynamic programming over all subsets (Schrage & Baker 1978) in NumPy: the
least exposure with one step in a round. It knows no incentives, no bundles and no limits; memory grows with 2^n.
"""

import random
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

import detente
from detente.planning.best import AIMS, Best, best
from detente.planning.game import Game, game
from detente.planning.halving import least_patience
from detente.planning.measure import Walk
from detente.planning.rules import Rules

SECONDS = 60.0


def lumps(count: int, parties: int, seed: int) -> str:
    """Random steps: three in ten are flows that can be stopped, four in ten of the rest wait for an earlier one."""
    rng = random.Random(seed)
    names = [chr(65 + k) for k in range(parties)]
    sides = ", ".join(f"{name}: {{}}" for name in names)
    lines = ["detente: 1", "title: Random", f"parties: {{{sides}}}", "commitments:"]
    for k in range(count):
        owner, cost = names[k % parties], rng.randint(1, 9)
        gains = {name: rng.randint(0, 8) for name in names if name != owner}
        if rng.random() < 0.3:
            paid = ", ".join(f"{name}: {value / 6:.2f}" for name, value in gains.items())
            lines.append(f"  c{k}: {{by: {owner}, reversible: true, flow: {{{owner}: -0.{cost}, {paid}}}}}")
        else:
            paid = ", ".join(f"{name}: {value}" for name, value in gains.items())
            waits = f", needs: [c{rng.randrange(k)}]" if k and rng.random() < 0.4 else ""
            lines.append(f"  c{k}: {{by: {owner}, lump: {{{owner}: -{cost}, {paid}}}{waits}}}")
    for key, value in (("patience", 0.95), ("completion", 1)):
        lines.append(f"{key}: {{{', '.join(f'{name}: {value}' for name in names)}}}")
    return "\n".join(lines)


def three_partition(groups: int, seed: int) -> str:
    """Steps that can be kept within half a group's size only if they can be split into groups of equal sums.

    One side owns steps of a_j points with a_j between B/4 and B/2, the other one of B points for each group, and one of
    B/2: strongly NP-hard to tell (Garey & Johnson 1979, SP15).
    """
    rng, size = random.Random(seed), 100
    parts = []
    for _ in range(groups):
        while True:
            one, other = rng.randint(26, 49), rng.randint(26, 49)
            if 25 < size - one - other < 50:
                parts += [one, other, size - one - other]
                break
    rng.shuffle(parts)
    lines = ["detente: 1", "title: Three-partition", "parties: {A: {}, B: {}}", "commitments:"]
    lines += [f"  a{k}: {{by: A, lump: {{A: -{part}, B: {part}}}}}" for k, part in enumerate(parts)]
    lines += [f"  b{k}: {{by: B, lump: {{A: {size}, B: -{size}}}}}" for k in range(groups)]
    return "\n".join([*lines, f"  half: {{by: B, lump: {{A: {size // 2}, B: -{size // 2}}}}}"])


def planned(text: str) -> Game:
    """The commitments of a text, as numbers."""
    return game(detente.parse_scenario(text).settled(), None)


def by_subsets(made: Game) -> float:
    """The least exposure with one step in a round, over all subsets."""
    count = len(made.commitments)
    sets = np.arange(1 << count)
    worst = np.full(1 << count, np.inf)
    worst[0] = 0.0
    balance = {p: _sums([_lasting(made, p, k) for k in range(count)]) for p in made.players}
    running = {p: _sums([_running(made, p, k) for k in range(count)]) for p in made.players}
    order = np.argsort(np.bitwise_count(sets), kind="stable")
    sizes = np.bitwise_count(sets)[order]
    for size in range(1, count + 1):
        layer = order[np.searchsorted(sizes, size) : np.searchsorted(sizes, size + 1)]
        for k in range(count):
            having = layer[layer >> k & 1 == 1]
            before = having & ~(1 << k)
            ready = (before & made.needs[k]) == made.needs[k]
            having, before = having[ready], before[ready]
            exposed: NDArray[np.float64] = np.zeros(len(having))
            for p in made.players:
                own = made.alone[p] >> k & 1
                state = having if own else before
                exposed = np.maximum(exposed, -(balance[p][state] + running[p][state]))
            np.minimum.at(worst, having, np.maximum(worst[before], exposed))
    return float(worst[-1])


def _sums(values: list[float]) -> NDArray[np.float64]:
    found = np.zeros(1)
    for value in values:
        found = np.concatenate([found, found + value])
    return found


def _lasting(made: Game, party: int, k: int) -> float:
    lasting = Fraction(0) if made.reversible >> k & 1 else made.flow[party][k] / (1 - made.discount)
    return float(made.lump[party][k] + lasting)


def _running(made: Game, party: int, k: int) -> float:
    mine = (made.alone[party] & made.reversible) >> k & 1
    return float(made.detection[k] * made.flow[party][k]) if mine else 0.0


Answer = TypeVar("Answer")


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """The median CPU time of three runs, and the answer."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        found = work()
        times.append(time.process_time() - begun)
    return median(times), found


def _solved(made: Game, aim: str, patience: tuple[Fraction, ...] | None) -> Best:
    with detente.time_limit(SECONDS):
        return least_patience(made, Rules()) if aim == "patience" else best(made, aim, Rules(), patience)


def _said(made: Game, aim: str, found: Best) -> tuple[str, str]:
    if found.order is None:
        return "none", "proven" if found.proven else "not proven"
    walk = Walk(made, found.order)
    value = "" if aim == "patience" else f"{float(AIMS[aim][1](walk)):.4g}"
    return value, "optimal" if found.proven else f"gap {float(found.gap or 0):.3g}"


def main() -> None:
    """Print both tables."""
    print("| least exposure, 3 parties | here | subset DP | ratio | the same |\n|---|---:|---:|---:|---|")
    for count in (12, 15, 18, 20):
        made = planned(lumps(count, 3, 1))
        _solved(made, "exposure", None)
        here, found = timed(partial(_solved, made, "exposure", None))
        peer, value = timed(partial(by_subsets, made))
        mine = float(AIMS["exposure"][1](Walk(made, found.order or ())))
        same = "yes" if abs(mine - value) < 1e-9 else f"{mine:g} against {value:g}: bundles help"
        print(f"| {count} steps | {here:.3f} s | {peer:.3f} s | {peer / here:.1f} | {same} |", flush=True)
    print("\n| case | aim | CPU | value | status |\n|---|---|---:|---:|---|")
    cases = [
        *(("26 steps, 3 parties, incentives", lumps(26, 3, 1), aim) for aim in ("exposure", "rounds", "value")),
        *(("40 steps, 4 parties, incentives", lumps(40, 4, 1), aim) for aim in ("exposure", "rounds", "value")),
        ("60 steps, 4 parties", lumps(60, 4, 1).split("\npatience")[0], "exposure"),
        *(("12 steps, 2 parties", lumps(12, 2, seed), "patience") for seed in (4,)),
        *((f"three-partition, {groups} groups", three_partition(groups, 1), "exposure") for groups in (3, 4, 5, 6)),
    ]
    for name, text, aim in cases:
        made = planned(text)
        begun = time.process_time()
        found = _solved(made, aim, made.patience)
        reached, status = _said(made, aim, found)
        print(f"| {name} | {aim} | {time.process_time() - begun:.2f} s | {reached} | {status} |", flush=True)


if __name__ == "__main__":
    main()
