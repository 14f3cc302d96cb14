"""How long does planning take? Ratios against subset dynamic programming in the same run, and the worst case known.

    .venv/bin/python benchmarks/roadmap.py

For one aim without incentives the peer is dynamic programming over all subsets (Schrage & Baker 1978) in NumPy: the
least exposure with one step in a round; memory grows with 2^n. For every aim on a few steps it is enumeration of all
ordered partitions, and for least patience plain bisection over whether some order of at most eight rounds holds.
"""

import random
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

import detente
from detente.planning.best import AIMS, Best, best, model_of
from detente.planning.game import Game, game, places
from detente.planning.halving import CLOSE, floor_of_patience, least_patience, least_trust, trust_needed
from detente.planning.measure import Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import Rules, holds

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


def timed(work: Callable[[], Answer], times: int = 3) -> tuple[float, Answer]:
    """The median CPU time of some runs, and the answer."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        found = work()
        taken.append(time.process_time() - begun)
    return median(taken), found


def apart(work: Callable[[], Answer]) -> tuple[Answer, float]:
    """An answer from a process of its own, and how much memory that took (MB)."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(work).result()
        memory = pool.submit(_peak).result()
    return found, memory


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def exposed_by_subsets(count: int) -> tuple[float, float]:
    """The CPU time and the answer of the subset method, for a process of its own."""
    return timed(partial(by_subsets, planned(lumps(count, 3, 1))), 1)


def by_enumeration(made: Game, measure: Callable[[Walk], Fraction | None]) -> Fraction | None:
    """The least of a measure over every ordered partition, each measured (None: it does not count)."""
    found: list[Fraction] = []

    def go(order: tuple[int, ...], done: int) -> None:
        if done == made.all:
            value = measure(Walk(made, order))
            found.extend([] if value is None else [value])
            return
        able = sum(1 << k for k in places(made.all & ~done) if not made.needs[k] & ~done)
        step = able
        while step:
            go((*order, step), done | step)
            step = (step - 1) & able

    go((), 0)
    return min(found, default=None)


def measured(aim: str, made: Game) -> Callable[[Walk], Fraction | None]:
    """What an aim makes small, of orders that nobody gains by breaking."""
    patience = made.patience or ()

    def found(walk: Walk) -> Fraction | None:
        if aim == "patience":
            least_of_all = least(intervals(walk))
            return None if least_of_all is None else Fraction(least_of_all)
        if aim == "trust":
            return trust_needed(walk, patience)
        return AIMS[aim][1](walk) if not patience or holds(walk, patience) else None

    return found


def solved(made: Game, aim: str, seconds: float = SECONDS) -> Best:
    """The best order for an aim; where the game states patience, of those that nobody gains by breaking."""
    with detente.time_limit(seconds):
        if aim == "patience":
            return least_patience(made, Rules())
        if aim == "trust":
            return least_trust(made, Rules(), made.patience or ())
        return best(made, aim, Rules(), made.patience)


def within(made: Game, rounds: int, seconds: float = SECONDS) -> tuple[float, float]:
    """The least patience in so many rounds, by plain bisection to 1e-4: the last level in vain, and what was found."""
    low, high = Fraction(floor_of_patience(made) or 0), Fraction(1)
    with detente.time_limit(seconds):
        while high - low > Fraction(1, 10**4):
            middle = (low + high) / 2
            model = model_of(made, Rules(), (1,) * rounds, [middle] * len(made.parties), 2**30)
            found = model.solve(None)
            if found.order is not None:
                high = middle
            elif found.proven:
                low = middle
            else:
                break
    return float(low), float(high)


def with_months(text: str, seed: int) -> str:
    """The same steps, half of which take two to four months."""
    rng = random.Random(seed)
    lines = [
        f"{line[:-1]}, months: {rng.randint(2, 4)}}}" if line.startswith("  c") and rng.random() < 0.5 else line
        for line in text.splitlines()
    ]
    return "\n".join(lines)


def exposures() -> None:
    """One aim, no incentives: against the subset method, whose memory is counted."""
    print("| least exposure, 3 parties | here | subset DP | its memory | ratio | the same |")
    print("|---|---:|---:|---:|---:|---|")
    for count in (12, 15, 18, 20, 22, 24):
        made = replace(planned(lumps(count, 3, 1)), patience=None)
        solved(made, "exposure")
        here, found = timed(partial(solved, made, "exposure"))
        (peer, value), memory = apart(partial(exposed_by_subsets, count))
        mine = float(AIMS["exposure"][1](Walk(made, found.order or ())))
        same = "yes" if abs(mine - value) < 1e-9 else f"{mine:g} against {value:g}: bundles help"
        print(
            f"| {count} steps | {here:.3f} s | {peer:.2f} s | {memory:.0f} MB | {peer / here:.1f} | {same} |",
            flush=True,
        )


def small() -> None:
    """Every aim on a few steps, rounds of all lengths, against all ordered partitions."""
    print("\n| 5 steps that take 1 to 4 months | here | enumeration | ratio | the same |\n|---|---:|---:|---:|---|")
    made = planned(with_months(lumps(5, 2, 9).replace("{A: 1, B: 1}", "{A: 3, B: 3}"), 9))
    for aim in (*AIMS, "patience", "trust"):
        here, found = timed(partial(solved, made, aim), 1)
        peer, value = timed(partial(by_enumeration, made, measured(aim, made)), 1)
        mine = None if found.order is None else measured(aim, made)(Walk(made, found.order))
        close = mine == value or (mine is not None and value is not None and abs(mine - value) <= 2 * CLOSE)
        print(f"| {aim} | {here:.3f} s | {peer:.2f} s | {peer / here:.1f} | {'yes' if close else 'no'} |", flush=True)


def patiences() -> None:
    """Least patience: the answer over all numbers of rounds, and plain bisection within eight rounds."""
    print("\n| least patience | here | least | status | bisection within 8 rounds | proven above | found |")
    print("|---|---:|---:|---|---:|---:|---:|")
    for count, parties, seed in ((12, 2, 4), (16, 3, 5), (20, 4, 2), (24, 3, 6)):
        made = planned(lumps(count, parties, seed).replace("completion: {A: 1", "completion: {A: 3"))
        here, found = timed(partial(solved, made, "patience"), 1)
        needed = None if found.order is None else least(intervals(Walk(made, found.order)))
        peer, (low, high) = timed(partial(within, made, 8), 1)
        value = "none" if needed is None else f"{needed:.6f}"
        row = f"{count} steps, {parties} parties | {here:.1f} s | {value} | {status(found)}"
        print(f"| {row} | {peer:.1f} s | {low:.5f} | {high:.5f} |", flush=True)


def status(found: Best) -> str:
    """Whether it is proven, and else how large the gap can be."""
    if found.order is None:
        return "none, proven" if found.proven else "none, not proven"
    return "optimal" if found.proven else f"gap {float(found.gap or 0):.3g}"


def large() -> None:
    """What takes long: many steps with incentives, rounds of all lengths, and the worst case known."""
    print("\n| case | aim | CPU | value | status |\n|---|---|---:|---:|---|")
    bare = [(f"{n} steps, 3 parties", lumps(n, 3, 1).split("\npatience")[0], "exposure") for n in (15, 30, 45, 60)]
    cases = [
        *bare,
        *(("26 steps, 3 parties, incentives", lumps(26, 3, 1), aim) for aim in AIMS),
        *(("40 steps, 4 parties, incentives", lumps(40, 4, 1), aim) for aim in AIMS),
        *(("12 steps, 2 parties", lumps(12, 2, 4), aim) for aim in ("patience", "trust")),
        *(("9 steps, 1 to 4 months", with_months(lumps(9, 2, 5), 5), aim) for aim in ("value", "patience", "trust")),
        *((f"three-partition, {groups} groups", three_partition(groups, 1), "exposure") for groups in (3, 4, 5, 6)),
    ]
    for name, text, aim in cases:
        made = planned(text)
        taken, found = timed(partial(solved, made, aim), 1)
        value = None if found.order is None else measured(aim, made)(Walk(made, found.order))
        reached = "" if value is None else f"{float(value):.4g}"
        print(f"| {name} | {aim} | {taken:.2f} s | {reached} | {status(found)} |", flush=True)


def main() -> None:
    """Print the tables."""
    for table in (exposures, small, patiences, large):
        table()


if __name__ == "__main__":
    main()
