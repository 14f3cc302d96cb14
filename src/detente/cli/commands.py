"""Which commands are there? One row for each: what it takes, and the public function of the same name does the rest."""

from dataclasses import dataclass

import click

from detente.cli.parameters import (
    BACKTEST,
    BY,
    CALIBRATE,
    CHANCES,
    DEMAND,
    DRAWING,
    EVENTS,
    FILTERS,
    FORCE,
    FORMATS,
    GALLERY,
    JSON,
    NEW_FILE,
    OPINIONS,
    OUT,
    PACKAGE,
    POSITIONS,
    QUICK,
    READING,
    ROADMAP,
    SHARING,
    SUBJECT,
    TIME_LIMIT,
    scenario,
    written_as,
)
from detente.cli.playing import SIMULATE


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its parameters go to the function of its name in `detente`, arguments by place, options by name.

    With `raw` the function gets the file as it was read, sound or not; `fails` names what of the result makes the exit
    code 65. `page` names the class of `detente.report` that shows the result.
    """

    name: str
    help: str
    example: str
    params: tuple[click.Parameter, ...] = ()
    options: tuple[click.Option, ...] = (JSON, OUT)
    raw: bool = False
    fails: str = ""
    page: str = ""


SCENARIO = scenario("scenario")
PAST = scenario("scenario", required=False)
READ = (READING, JSON, OUT)
SOLVED = (READING, TIME_LIMIT, JSON, OUT)

COMMANDS = (
    Command("scenarios", "List the scenarios that ship with détente.", "detente scenarios"),
    Command(
        "new",
        "Write a commented starter scenario into FILE.",
        "detente new well.yaml",
        (NEW_FILE, FORCE, POSITIONS),
        options=(JSON,),
    ),
    Command(
        "check",
        "Tell everything that is wrong with a scenario file, by line and column.",
        "detente check well.yaml",
        (SCENARIO,),
        raw=True,
        fails="errors",
    ),
    Command("schema", "Print the JSON Schema of a scenario file, for editors.", "detente schema > scenario.json"),
    Command(
        "show",
        "Show a scenario: issues, parties, rules, demands, packages and judgments.",
        "detente show river",
        (SCENARIO,),
        READ,
    ),
    Command(
        "diff",
        "Show what differs between two scenarios.",
        "detente diff river my-river.yaml",
        (scenario("a"), scenario("b")),
        READ,
    ),
    Command(
        "frontier",
        "Find the acceptable outcomes that leave nothing on the table.",
        "detente frontier river",
        (SCENARIO,),
        SOLVED,
    ),
    Command(
        "bargain",
        "Find what fair rules would settle on: Nash, Kalai-Smorodinsky, egalitarian, utilitarian.",
        "detente bargain river",
        (SCENARIO,),
        SOLVED,
    ),
    Command(
        "packages",
        "Tell who would take each package, and what near it would be better.",
        "detente packages river",
        (SCENARIO,),
        (*CHANCES, *SHARING, *SOLVED),
    ),
    Command(
        "improve",
        "Find swaps that help everyone from PACKAGE on, and each side's next offer.",
        """detente improve river "engineers' draft" --by lowland""",
        (SCENARIO, PACKAGE, BY),
        SOLVED,
    ),
    Command(
        "demands",
        "Judge each demand: which sink every deal, which can be traded, who blocks.",
        "detente demands river",
        (SCENARIO,),
        (*CHANCES, *SHARING, *SOLVED),
    ),
    Command(
        "vetoes",
        "Tell what each veto costs, and what a veto for a consulted party would cost.",
        "detente vetoes river",
        (SCENARIO,),
        (*CHANCES, *SHARING, *SOLVED),
    ),
    Command(
        "roadmap",
        "Plan the order of steps, such that nobody gains by walking away and nobody is too exposed.",
        "detente roadmap river --rule nash --aim exposure",
        (SCENARIO,),
        (*ROADMAP, READING, TIME_LIMIT, JSON, written_as(*FORMATS, ".svg", ".csv", ".mmd", ".ics")),
        page="exports.RoadmapPage",
    ),
    Command(
        "claims",
        "Test the claims of the scenario, camp by camp.",
        "detente claims korea-2021",
        (SCENARIO,),
        (*CHANCES, *SHARING, *SOLVED),
    ),
    Command(
        "judgments",
        "Draw every range and weighted judgment: how likely are a deal, each package, each verdict?",
        "detente judgments river --draws 256 --seed 1",
        (SCENARIO,),
        (*DRAWING, *SOLVED),
        page="certainty.JudgmentsPage",
    ),
    Command(
        "simulate",
        "Play a process out, all at once or step by step: what comes of each strategy, under doubt and chance?",
        "detente simulate korea-2021 --strategy all-or-nothing,at-once,roadmap --runs 200",
        (SCENARIO,),
        (*SIMULATE, *SHARING, *SOLVED),
        page="simulated.SimulationPage",
    ),
    Command(
        "insist",
        "Tell what insisting on DEMAND does to the zone of agreement, and what would have to be true for it to be met.",
        "detente insist ltbt-1963 end of repression",
        (SCENARIO, DEMAND),
        SOLVED,
    ),
    Command(
        "opinions",
        "Compare several analysts' opinions of a scenario, pool them, and tell which disagreements matter.",
        "detente opinions korea-2021",
        (SCENARIO,),
        (*OPINIONS, *SOLVED),
    ),
    Command(
        "precedents",
        "List negotiations of the past, or the nearest to a SCENARIO by structure, and how they ended.",
        "detente precedents korea-2021",
        (PAST, *FILTERS),
    ),
    Command(
        "backtest",
        "Compare what follows from the positions of every past case with what happened, beside simple rules.",
        "detente backtest",
        BACKTEST,
        (TIME_LIMIT, JSON, OUT),
    ),
    Command(
        "calibrate",
        "Read off a series of events how tension moves, with errors, and test whether that tells the next month.",
        "detente calibrate korea-tension --shock launches",
        (EVENTS,),
        (*CALIBRATE, JSON, OUT),
        page="calibration.CalibrationPage",
    ),
    Command(
        "gallery",
        "Write a page for every case of the past into a folder, and an index to browse and compare them.",
        "detente gallery -o gallery",
        options=(*GALLERY, JSON),
    ),
    Command(
        "explain",
        "Explain why SUBJECT (a demand, package, veto, claim or rule) is judged so.",
        "detente explain river resident inspectors",
        (SCENARIO, SUBJECT),
        SOLVED,
    ),
    Command(
        "brief",
        "Write the brief: what can be agreed, what would sink it, on what it rests.",
        "detente brief korea-2021 -o korea.html",
        (SCENARIO,),
        (QUICK, *SOLVED),
    ),
)
