"""How many draws can be answered in a second, many together, against each answered alone as a scenario of its own?

Run it from the root of the checkout: `.venv/bin/python benchmarks/draws.py`. Both ways give the same answers to every
draw that both are asked about, and the table says so. CPU time of one process; the draws themselves are made before.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import detente
from detente.analysis.answers import Answers, answers, one_by_one
from detente.analysis.bargaining import best_nash
from detente.analysis.draws import CHUNKS, Drawn, Plan
from detente.analysis.lots import Lot, lots
from detente.analysis.packages import agreed
from detente.analysis.question import Question
from detente.analysis.room import Cases, Room
from detente.analysis.search import ask
from detente.analysis.shared import shared_work
from detente.model.scenario import Scenario

DRAWS, ALONE = 4096, 64
EVERYTHING = "everything: packages, demands, prices of vetoes"
TARGETS = {"whether any agreement exists": 8000, "the Nash point": 8000, "the frontier and all bargaining points": 1000}


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """The CPU time that some work takes, and what comes of it."""
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def ranges_only() -> Scenario:
    """The flagship case with its ranges drawn and its judgments held at their likely readings."""
    korea = detente.load("korea-2021")
    likely = {name: each.likely for name, each in korea.judgments.items() if each.likely is not None}
    held = korea.assuming(likely)
    open_ = {
        name: replace(each, readings={k: replace(r, weight=None) for k, r in each.readings.items()})
        for name, each in held.judgments.items()
    }
    return replace(held, judgments=open_)


def alone(scenarios: list[Scenario]) -> list[object]:
    """Each draw on its own: its Nash value, from its whole frontier."""
    with shared_work():
        found = ask([Question(each, ties=True, passing=True) for each in scenarios])
    return [best_nash(each) for each in found]


def rates(plan: Plan, drawn: Drawn) -> list[tuple[str, float]]:
    """Draws answered in a second, together, by what is asked."""
    (lot,) = lots(plan, drawn)
    binding = [name for name, party in lot.scenario.parties.items() if party.must_agree]
    room, cases = Room(lot, binding), Cases.of(np.arange(DRAWS))
    work: dict[str, Callable[[], object]] = {
        "whether any agreement exists": lambda: room.exists(cases),
        "the Nash point": lambda: room.best(cases),
        "the frontier and all bargaining points": room.settled_on,
        EVERYTHING: lambda: answers(plan, drawn),
    }
    return [(name, DRAWS / timed(each)[0]) for name, each in work.items()]


def same(plan: Plan, drawn: Drawn, lot: Lot) -> bool:
    """Whether the first draws have the same best value and the same agreed packages both ways."""
    few = drawn.of(np.arange(ALONE))
    together = answers(plan, few)
    scenarios = list(plan.scenarios(few))
    values = [float(best.value) if best else 0.0 for best in alone(scenarios)]  # type: ignore[attr-defined]
    packages = all(
        bool(together.passes[name][k]) == agreed(each, each.outcome(package.terms))
        for k, each in enumerate(scenarios)
        for name, package in each.packages.items()
    )
    return packages and np.allclose(together.best, values) and lot.scale > 0


def main() -> None:
    """Print the table."""
    plan = Plan.of(ranges_only())
    drawn = plan.drawn(plan.parts([0], CHUNKS * DRAWS, 1, "sobol"))
    few = drawn.of(np.arange(ALONE))
    scenarios = list(plan.scenarios(few))
    each_alone = ALONE / timed(lambda: alone(scenarios))[0]
    all_alone = (
        ALONE
        / timed(lambda: one_by_one(plan, few, np.arange(ALONE), Answers.blank(plan.scenario, few), headlines=False))[0]
    )
    (lot,) = lots(plan, drawn)
    print(
        "| korea-2021, 2 principals, 254,115,840 outcomes | draws a second | target | | times as many as one by one |"
    )
    print("|---|---:|---:|---|---:|")
    for name, rate in rates(plan, drawn):
        target = TARGETS.get(name)
        met = "" if target is None else "met" if rate >= target else "MISSED"
        peer = all_alone if name == EVERYTHING else each_alone
        print(f"| {name} | {rate:,.0f} | {target or ''} | {met} | {rate / peer:.1f} |")
    print(
        f"\nOne by one: {each_alone:,.0f} a second (frontier and Nash point), {all_alone:,.0f} (everything).", end=" "
    )
    print(f"The same answers: {'yes' if same(plan, drawn, lot) else 'NO'}.")


if __name__ == "__main__":
    main()
