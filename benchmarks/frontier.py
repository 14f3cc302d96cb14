"""How fast are exact frontiers, and how much memory do they take, against listing every outcome?

Run it from the root of the checkout: `.venv/bin/python benchmarks/frontier.py`. Every case runs in its own process, so
that its peak memory is its own. The peer is enumeration: every outcome's gains, then the non-dominated filter of
moocore, on the same machine in the same run. Where not every outcome fits, a part that does is enumerated and its time
multiplied by the number of such parts: an extrapolation, and labelled as such. On that part both must find the same
frontier. Commands are timed from a cold start, by the CPU time of their process.
"""

import json
import os
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from statistics import median

import numpy as np
from moocore import is_nondominated
from numpy.typing import NDArray

import detente
from detente.analysis.layout import Layout
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.tables import common_scale, constant_gain, interaction_gains, option_gain, quantities
from detente.model.issue import Issue, Option
from detente.model.outcome import Terms
from detente.model.party import Party, Preferences, Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario

RUNS = 9
ENUMERATED = 1_000_000
SEED = 2021
MEMORY = 500.0
"""The most MB that anything here should take."""

Points = set[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """What is timed, the most seconds it should take, and how the scenario is made."""

    name: str
    target: float
    scenario: Callable[[], Scenario]


# The cases


def opposed(issues: int, parties: int, top: int, noise: int) -> Scenario:
    """Additive points, ten options an issue; every option splits `top` points among the parties, give or take `noise`.

    What one side gains another loses: the hard case, with a large frontier. Without noise no outcome beats another.
    """
    chance = random.Random(SEED)
    names = [f"issue {k + 1}" for k in range(issues)]
    options = [f"option {k + 1}" for k in range(10)]
    worth: list[dict[str, dict[str, Quantity]]] = [{name: {} for name in names} for _ in range(parties)]
    for name in names:
        for option in options:
            cuts = [0, *sorted(chance.randint(0, top) for _ in range(parties - 1)), top]
            for k, table in enumerate(worth):
                share = cuts[k + 1] - cuts[k] + chance.randint(-noise, noise)
                table[name][option] = Quantity.of(share)
    return Scenario(
        "opposed",
        {name: Issue(name, {option: Option(option) for option in options}, options[0]) for name in names},
        {f"party {k + 1}": Party(f"party {k + 1}", Preferences(table)) for k, table in enumerate(worth)},
    )


def korea(*principals: str) -> Scenario:
    """The flagship case with its interactions and conditions; these parties must agree, the others are heard."""
    scenario = detente.load("korea-2021").settled()
    roles = {name: Role.PRINCIPAL if name in principals else Role.CONSULTED for name in scenario.parties}
    return scenario.with_roles(roles)


CASES: Mapping[str, Case] = {
    case.name: case
    for case in (
        Case("2 parties, 10^20, opposed", 0.02, lambda: opposed(20, 2, 1000, 50)),
        Case("2 parties, 10^20, zero-sum", 0.02, lambda: opposed(20, 2, 100, 0)),
        Case("3 parties, 10^15, opposed", 0.3, lambda: opposed(15, 3, 100, 5)),
        Case("3 parties, 10^15, zero-sum", 0.3, lambda: opposed(15, 3, 10, 0)),
        Case("korea-2021, 2 principals", 0.02, lambda: korea("US", "DPRK")),
        Case("korea-2021, 4 parties", 0.3, lambda: korea("US", "DPRK", "ROK", "CHN")),
    )
}

COMMANDS: Mapping[str, float | None] = {
    "--help": 0.15,
    "brief korea-2021 --quick": 2.0,
    "brief korea-2021": 10.0,
    "frontier korea-2021": None,
    "demands korea-2021": None,
    "vetoes korea-2021": None,
    "claims korea-2021": None,
}


# The question, and the same by enumeration


def points_of(answer: Answer) -> Points:
    """The undominated gains of who must agree, times the scale, acceptable or not."""
    every = np.arange(len(answer.accepted))
    kept = answer.undominated(every, answer.question.binding)
    return set(zip(*(row.tolist() for row in answer.rows(answer.question.binding)[:, kept]), strict=True))


def part_of(scenario: Scenario) -> Terms:
    """The part that is enumerated: issues in the file's order are free while they fit, the rest at the status quo."""
    held, size = {}, 1
    for name, issue in scenario.issues.items():
        if size * len(issue.options) <= ENUMERATED:
            size *= len(issue.options)
        else:
            held[name] = (issue.status_quo,)
    return held


def enumerated(scenario: Scenario, held: Terms) -> Points:
    """Every allowed outcome of the part weighed, and the dominated ones dropped by moocore's filter."""
    sizes = [1 if name in held else len(issue.options) for name, issue in scenario.issues.items()]
    options = [held.get(name, tuple(issue.options)) for name, issue in scenario.issues.items()]
    digits = dict(zip(scenario.issues, np.unravel_index(np.arange(prod(sizes)), sizes), strict=True))
    named = dict(zip(scenario.issues, options, strict=True))

    def holds(terms: Terms) -> NDArray[np.bool_]:
        marks = [np.array([o in terms[name] for o in named[name]])[digits[name]] for name in terms]
        return np.asarray(np.logical_and.reduce(marks))

    allowed = np.ones(prod(sizes), dtype=bool)
    for condition in scenario.conditions:
        allowed &= ~holds(condition.when) | (holds(condition.requires) if condition.requires else False)
    binding = [party for party in scenario.parties.values() if party.must_agree]
    for party in binding:
        for name, refused in party.preferences.refuses.items():
            allowed &= ~holds({name: tuple(refused)})
    scale = common_scale(quantities([scenario]), ["likely"])
    columns = []
    for party in binding:
        total = np.full(int(allowed.sum()), int(constant_gain(party, "likely") * scale))
        for name in party.preferences.worth:
            worth = [int(option_gain(scenario, party, name, o, "likely") * scale) for o in named[name]]
            total += np.array(worth)[digits[name][allowed]]
        for rule in scenario.interactions.values():
            if party.id in rule.worth:
                there, absent = interaction_gains(scenario, party, rule, "likely")
                total += np.where(holds(rule.when)[allowed], int(there * scale), int(absent * scale))
        columns.append(total)
    gains = np.stack(columns, axis=1)
    kept = gains[is_nondominated(gains.astype(float), maximise=True, keep_weakly=True)]
    return set(map(tuple, kept.tolist()))


# Timing


def timed(run: Callable[[], object], runs: int) -> list[float]:
    """The CPU seconds of each run: other work on the machine counts for little."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return seconds


def measured(case: Case) -> dict[str, object]:
    """One case, in this process: the question first, so that the peak memory is its own."""
    scenario = case.scenario()
    seconds = timed(lambda: ask([Question(scenario)]), RUNS)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    held = part_of(scenario)
    part = prod(len(issue.options) for name, issue in scenario.issues.items() if name not in held)
    listing = median(timed(lambda: enumerated(scenario, held), 3))
    parts = Layout.of(scenario).total // part
    return {
        "points": len(points_of(ask([Question(scenario)])[0])),
        "first": seconds[0],
        "seconds": median(seconds[1:]),
        "part": part,
        "listing": listing,
        "listing_all": listing * parts,
        "same": points_of(ask([Question(scenario, holding=held)])[0]) == enumerated(scenario, held),
        "memory": memory,
    }


def commanded(words: str, runs: int) -> tuple[float, float] | None:
    """The CPU seconds (median) and peak MB of a command, each time from a cold start; None if there is none such."""
    command = [str(Path(sys.executable).with_name("detente")), *words.split()]
    seconds, memory = [], 0.0
    for _ in range(runs):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            return None
        seconds.append(usage.ru_utime + usage.ru_stime)
        memory = max(memory, usage.ru_maxrss / 1024)
    return median(seconds), memory


# Printing


def length(seconds: float) -> str:
    """A time as people say it."""
    for unit, size in (("years", 31_557_600.0), ("days", 86_400.0), ("h", 3600.0), ("s", 1.0)):
        if seconds >= 2 * size or (unit == "s" and seconds >= 1):
            return f"{seconds / size:,.0f} {unit}" if seconds / size >= 100 else f"{seconds / size:.3g} {unit}"
    return f"{1000 * seconds:.3g} ms"


def beside(value: float, target: float | None) -> str:
    """Whether a target is met."""
    return "" if target is None else ("met" if value <= target else "MISSED")


def show(title: str, rows: Sequence[Sequence[str]]) -> None:
    """A table in Markdown, which reads well in a terminal too."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    print(f"\n{title}\n", *lines, sep="\n", flush=True)


def frontiers() -> None:
    """The table of frontiers."""
    head = ("case", "frontier", "first run", "median", "target", "", "part listed", "its listing", "all, extrapolated")
    rows = [(*head, "ratio", "same on the part", "peak MB")]
    for case in CASES.values():
        child = subprocess.run([sys.executable, __file__, case.name], stdout=subprocess.PIPE, text=True, check=True)
        f = json.loads(child.stdout)
        times = (length(f["first"]), length(f["seconds"]), length(case.target), beside(f["seconds"], case.target))
        peer = (f"{f['part']:,}", length(f["listing"]), length(f["listing_all"]))
        ratio = f"{f['listing_all'] / f['seconds']:.1e}"
        rows.append((case.name, f"{f['points']:,}", *times, *peer, ratio, str(f["same"]), f"{f['memory']:.0f}"))
    show(
        f"Frontiers (CPU, medians of {RUNS - 1} runs after a first; an outcome for every point included)",
        rows,
    )


def commands() -> None:
    """The table of commands."""
    rows = [("command", "CPU", "target", "", "peak MB", f"target {MEMORY:.0f} MB")]
    for words, target in COMMANDS.items():
        found = commanded(words, 5)
        if found is None:
            rows.append((f"detente {words}", "skipped: no such command yet, or it fails", "", "", "", ""))
            continue
        seconds, memory = found
        goal = "" if target is None else length(target)
        row = (length(seconds), goal, beside(seconds, target), f"{memory:.0f}", beside(memory, MEMORY))
        rows.append((f"detente {words}", *row))
    show("Commands from a cold start (medians of 5 runs; CPU time of the process)", rows)


def main() -> None:
    """Every table; or, with the name of a case, the figures of that case as JSON."""
    if len(sys.argv) > 1:
        print(json.dumps(measured(CASES[sys.argv[1]])))
        return
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} cores, {platform.machine()}")
    frontiers()
    commands()


if __name__ == "__main__":
    main()
