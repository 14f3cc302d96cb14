"""What does a process, played out, say of a claim? All strategies that the claims name, on the same draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from detente.analysis.judgments import SEED
from detente.analysis.sensitivity import Flip, flips
from detente.analysis.shared import settle
from detente.analysis.work import HERE, at_work
from detente.errors import InfeasibleError, OutOfTimeError, ScenarioError, TooLargeError
from detente.model.claim import Calms, Claim, ComesTo, PaysMore, ProcessTest
from detente.model.scenario import Scenario
from detente.simulation.claimed import Runs, Told, claimed, named, obstacle
from detente.simulation.doubt import elsewhere
from detente.simulation.runs import played
from detente.simulation.simulate import MONTHS, Simulation, simulate
from detente.simulation.strategies import KNOWN, RESPONSIVE

RUNS = 200
"""So many runs of each strategy stand within three and a half points."""


_COMPARED: Mapping[type, str] = {
    Calms: "the tension between the two sides most at odds, on average over the months",
    ComesTo: "the share of the runs that come to it",
    PaysMore: "what each strategy is worth to each of them, in its own points, discounted to the start",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the runs say of one claim, and the judgments that turn it (None: not asked); or why it cannot be asked."""

    told: Told
    flips: tuple[str, ...] | None = ()
    obstacle: str = ""


def compared(scenario: Scenario, test: ProcessTest) -> str:
    """What of the runs is compared, and what runs they are."""
    title = scenario.parties[scenario.lead].title
    return (
        f"{_COMPARED[type(test)]}: {RUNS} runs of {MONTHS} months, seed {SEED}, on the same draws for each strategy; "
        f"{title} leads, the others are {RESPONSIVE.name}"
    )


def answers(scenario: Scenario, claims: Sequence[Claim], *, turned: bool) -> dict[str, Answer]:
    """What the runs say of each claim on a process, by id.

    Every strategy that a claim names is played `RUNS` times on the way to the usual target: what is listed, or else
    the best deal. With `turned`, the judgments that say what sides are like are then read otherwise, one at a time, on
    the same way.
    """
    tests = {claim.id: claim.test for claim in claims if isinstance(claim.test, ProcessTest)}
    sides = settle(scenario).sides
    found = {name: _none(said) for name, test in tests.items() if (said := obstacle(test, tuple(KNOWN), sides))}
    asked = {name: test for name, test in tests.items() if name not in found}
    if not asked:
        return found
    try:
        return found | _played(scenario, asked, turned=turned)
    except OutOfTimeError:
        raise
    except ScenarioError as error:
        said = error.problems[0].message
    except (InfeasibleError, TooLargeError) as error:
        said = str(error)
    return found | dict.fromkeys(asked, _none(said))


def _none(obstacle: str) -> Answer:
    return Answer(Told(None, ""), obstacle=obstacle)


def _played(scenario: Scenario, tests: Mapping[str, ProcessTest], *, turned: bool) -> dict[str, Answer]:
    wanted = {name for test in tests.values() for name in named(test)}
    found = simulate(scenario, strategies=[name for name in KNOWN if name in wanted], mixes=False, runs=RUNS)
    base = Runs(found.moments, found.strategies, found.stage.names)
    titles = {name: found.title_of(name) for name in found.stage.names}
    told = {name: claimed(test, base, titles) for name, test in tests.items()}
    if not turned:
        return {name: Answer(each, None) for name, each in told.items()}
    decided = {name: tests[name] for name, each in told.items() if each.holds is not None}
    turning = _turning(found, _of_types(scenario), decided, told)
    return {name: Answer(each, tuple(dict.fromkeys(turning.get(name, ())))) for name, each in told.items()}


def _turning(
    found: Simulation, each: Sequence[Flip], tests: Mapping[str, ProcessTest], told: Mapping[str, Told]
) -> dict[str, list[str]]:
    """The judgments of which some reading turns each claim from holding to failing, or back."""
    wanted = {name for test in tests.values() for name in named(test)}
    lines = tuple(line for line in found.problem.lines if line.name in wanted)
    cells = [(elsewhere(replace(found.problem, lines=lines), flip.scenario), None) for flip in each if lines]
    with at_work(HERE, {"question": "claims on a process"}) as crew:
        results = played(cells, RUNS, crew)
    turned: dict[str, list[str]] = {}
    for flip, (_, moments) in zip(each, results, strict=False):
        runs = Runs(moments, tuple(line.name for line in lines), flip.scenario.sides)
        titles = {name: found.title_of(name) for name in runs.sides}
        for name, test in tests.items():
            now = None if obstacle(test, runs.strategies, runs.sides) else claimed(test, runs, titles).holds
            if now is not None and now is not told[name].holds:
                turned.setdefault(name, []).append(flip.judgment)
    return turned


def _of_types(scenario: Scenario) -> list[Flip]:
    """Every other reading of the judgments that say what sides are like."""
    judgments = {
        judgment.id
        for judgment in scenario.judgments.values()
        if any(
            change.types
            for reading in judgment.readings.values()
            for moved in (reading.sets, reading.adds)
            for change in moved.parties.values()
        )
    }
    return [flip for flip in flips(scenario) if flip.judgment in judgments]
