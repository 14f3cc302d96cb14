"""How fast are processes played out? Ratios against one run at a time in the same engine, and the size aimed at.

    .venv/bin/python benchmarks/process.py [RUNS]

Thirty commitments of three sides, 120 months, two strategies; 100,000 runs by default, on two workers. The peer plays
the same runs one after the other, each a part of its own, with every situation already worked out.
"""

import random
import resource
import sys
import time

import detente
from detente.analysis.work import Seam
from detente.model.scenario import Scenario
from detente.planning.roadmap import roadmap
from detente.simulation.fate import Fate
from detente.simulation.play import Play, Start
from detente.simulation.referee import Referee
from detente.simulation.stage import stage
from detente.simulation.strategies import RESPONSIVE, STRATEGIES

RUNS, MONTHS, FEW = 100_000, 120, 64
PAIR = ("roadmap", "all-or-nothing")


def thirty_steps(seed: int = 1) -> Scenario:
    """Thirty steps of three sides, a third of them flows that can be stopped, with noise, crises and new leaders."""
    rng = random.Random(seed)
    lines = ["detente: 1", "title: Thirty steps", "parties:"]
    lines += [f"  {name}: {{types: {{trustworthy: 70, opportunist: 20, spoiler: 10}}}}" for name in "ABC"]
    lines.append("commitments:")
    for k in range(30):
        owner, cost, sight, months = "ABC"[k % 3], rng.randint(1, 4), rng.randint(60, 99), rng.randint(1, 3)
        gains = {name: cost + rng.randint(0, 2) for name in "ABC" if name != owner}
        flows = k % 3 == 2
        points = {owner: -cost, **gains}
        told = ", ".join(f"{name}: {value / 50 if flows else value}" for name, value in points.items())
        kind = "flow" if flows else "lump"
        more = f"reversible: {str(flows).lower()}, verifiable: {sight}, months: {months}"
        lines.append(f"  {owner}{k}: {{by: {owner}, {kind}: {{{told}}}, {more}}}")
    lines += [
        "patience: {A: 0.98, B: 0.98, C: 0.98}",
        "completion: {A: 0.3, B: 0.3, C: 0.3}",
        "process:",
        "  slip: 0.02",
        "  false alarm: 0.02",
        "  tension: {start: 0.4, drive: 0.08, incidents: 0.05}",
        "  crisis: {calm: 0.001, full: 0.03}",
        "  leadership: {A: {chance: 0.015, patience: 0.96}, B: 0.005}",
        "  ratification: {A: 0.2}",
    ]
    return detente.parse_scenario("\n".join(lines))


def one_at_a_time(scenario: Scenario) -> float:
    """How many times as long a run takes alone as it does among 2,048."""
    planned = roadmap(scenario)
    made = stage(planned.scenario, planned.target, planned.rounds)
    start = Start(0, (0,) * len(made.sides), made.logs, made.climate.start)
    seconds = {}
    for size, parts in ((2048, 1), (1, FEW)):
        referee = Referee(made, [STRATEGIES["roadmap"] if i == made.lead else RESPONSIVE for i in range(3)])
        Play(referee, Fate(made, 2048, 0, 1), 2048, None, start).run(MONTHS)  # every situation is worked out before
        began = time.process_time()
        for part in range(parts):
            Play(referee, Fate(made, size, part, 1), size, None, start).run(MONTHS)
        seconds[size] = (time.process_time() - began) / (size * parts)
    return seconds[1] / seconds[2048]


def main() -> None:
    """Print the ratio and the size aimed at."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    scenario = thirty_steps()
    print(f"one run at a time takes {one_at_a_time(scenario):,.0f} times as long as among 2,048")
    began = time.perf_counter()
    detente.simulate(scenario, strategies=PAIR, runs=runs, months=MONTHS, mixes=False, seam=Seam(workers=2))
    elapsed = time.perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    memory = max(each.ru_maxrss for each in used) / 1024
    print(f"{runs:,} runs of {MONTHS} months, {' and '.join(PAIR)}: {elapsed:.1f} s on two workers")
    print(f"processor time of everything {cpu:.1f} s; the largest process held {memory:.0f} MB")


if __name__ == "__main__":
    main()
