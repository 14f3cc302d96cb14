"""Who plays the runs? The same process under several strategies and mixes of types, part by part, by any workers."""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from math import ceil
from typing import Any

import numpy as np

from detente.analysis.fingerprint import fingerprint
from detente.analysis.work import Crew
from detente.model.commitment import Rounds
from detente.model.outcome import Outcome
from detente.model.process import KINDS
from detente.model.scenario import Scenario
from detente.simulation.fate import Fate
from detente.simulation.play import AS_JUDGED, Play, Start
from detente.simulation.referee import Referee
from detente.simulation.stage import Stage, stage
from detente.simulation.strategy import Strategy
from detente.simulation.tally import Moments, Tally, measured

PART = 2048
"""So many runs are played together; a part is the same whoever plays it."""

Mix = tuple[int, ...] | None
"""What each side is like, by place among the kinds (`AS_JUDGED`: as it is believed); None: all as they are believed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A settled scenario, the outcome that is aimed at, and who follows which strategy: the lead, the others."""

    name: str
    scenario: Scenario
    target: Outcome | None
    lead: Strategy
    against: Strategy


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a process stands by its log: what is in force, what each side broke, beliefs and tension by side.

    Commitments go by name; `beliefs` are logarithms of weights, by kind and side.
    """

    done: tuple[str, ...]
    broken: tuple[tuple[str, ...], ...]
    beliefs: tuple[tuple[float, ...], ...]
    tension: tuple[float, ...]
    agreed: bool


@dataclass(frozen=True, eq=False)
class Problem:
    """What is played on the same draws: lines, the order agreed on, so many months, and where it starts."""

    lines: tuple[Line, ...]
    rounds: Rounds
    months: int
    seed: int
    standing: Standing | None = None

    @cached_property
    def print(self) -> str:
        """Everything that an answer rests on, as a fingerprint."""
        lines = [(each.name, each.scenario, each.target, _told(each.lead), _told(each.against)) for each in self.lines]
        return fingerprint((lines, self.rounds, self.months, self.seed, self.standing))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.print == other.print

    def __hash__(self) -> int:
        return hash(self.print)


def _told(strategy: Strategy) -> str:
    """Which strategy it is, how it is set, and what it does."""
    kind, told = type(strategy), []
    for each in kind.__mro__[:-1]:
        for name, value in each.__dict__.items():
            code = getattr(value, "__code__", None)
            told.append(f"{each.__qualname__}.{name} {marshal.dumps(code).hex() if code else _plain(value)}")
            told.append("" if code else f"{name} {_plain(getattr(strategy, name, None))}")
    told += [f"{name} {_plain(value)}" for name, value in getattr(strategy, "__dict__", {}).items()]
    return f"{kind.__module__}.{kind.__qualname__} {strategy.name} {told}"


def _plain(value: object) -> str:
    """A value that says what it is; what only says where it is stored says nothing."""
    try:
        return fingerprint(value)
    except TypeError:
        return ""


MOST_JOBS = 64
"""The parts of one cell are so many jobs at most, however many runs there are."""

AT_ONCE = 256
"""So many jobs' results are held at once, until they are added up."""

CROWDED = 100_000
"""A referee who remembers more situations than this is let go after the part that it is at."""

Job = tuple[Problem, Mix, tuple[int, ...], int, bool]
"""A problem, a mix of types, the parts to play, how many runs there are in all, and whether tension is told."""


Played = tuple[list[Tally], Moments]
"""The tally of every line, and their moments together."""


def played(cells: Sequence[tuple[Problem, Mix]], runs: int, crew: Crew, *, tension: bool = False) -> list[Played]:
    """What comes of some problems, each under one mix of types; tension is told, if at all, where all are as judged."""
    parts = range(ceil(runs / PART))
    shares = [tuple(parts[k :: min(MOST_JOBS, len(parts))]) for k in range(min(MOST_JOBS, len(parts)))]
    found: list[Played] = []
    step = max(1, AT_ONCE // len(shares))
    for some in (cells[start : start + step] for start in range(0, len(cells), step)):
        jobs: list[Job] = [(*cell, share, runs, tension and cell[1] is None) for cell in some for share in shares]
        done = crew.carried_out(_played, jobs, fingerprint([tension, *((problem.print, mix) for problem, mix in some)]))
        found += [_together(done[k * len(shares) : (k + 1) * len(shares)]) for k in range(len(some))]
    return found


def _together(results: Sequence[dict[str, Any]]) -> Played:
    """What some jobs of one cell come to together."""
    tallies = zip(*([Tally.of_plain(each) for each in result["tallies"]] for result in results), strict=True)
    moments = [Moments.of_plain(result["moments"]) for result in results]
    return [sum(each[1:], start=each[0]) for each in tallies], sum(moments[1:], start=moments[0])


def _played(job: Job) -> dict[str, Any]:
    """Some parts of the runs of every line, in plain values."""
    problem, mix, parts, runs, tension = job
    first, *rest = (_part(problem, mix, part, min(PART, runs - part * PART), tension) for part in parts)
    tallies, moments = first
    for more, others in rest:
        tallies, moments = [one + other for one, other in zip(tallies, more, strict=True)], moments + others
    return {"tallies": [each.plain() for each in tallies], "moments": moments.plain()}


def _part(problem: Problem, mix: Mix, part: int, size: int, tension: bool) -> Played:
    """One part of the runs of every line."""
    tallies, rows = [], []
    for known in referees(problem):
        each = known if len(known.nodes) < CROWDED else Referee(known.stage, known.strategies)
        fate = Fate(each.stage, size, part, problem.seed)
        ran = Play(each, fate, size, mix, _start(each.stage, problem.standing)).run(problem.months)
        tallies.append(Tally.of(ran, problem.months, tension=tension))
        rows.append(measured(ran))
    return tallies, Moments.of(rows)


@lru_cache(maxsize=4)
def referees(problem: Problem) -> tuple[Referee, ...]:
    """For each line a referee, who remembers the situations that have come up."""
    made: dict[tuple[int, int], Stage] = {}
    for line in problem.lines:
        key = id(line.scenario), id(line.target)
        if key not in made:
            made[key] = stage(line.scenario, line.target, problem.rounds)
    return tuple(referee(made[id(line.scenario), id(line.target)], line) for line in problem.lines)


def referee(made: Stage, line: Line) -> Referee:
    """The referee of a process in which one side leads with a strategy, and the others follow another."""
    return Referee(made, [line.lead if i == made.lead else line.against for i in range(len(made.sides))])


def _start(made: Stage, standing: Standing | None) -> Start:
    if standing is None:
        return Start(0, (0,) * len(made.sides), made.logs, made.climate.start)
    done, *broken = (sum(made.game.bits.get(name, 0) for name in names) for names in (standing.done, *standing.broken))
    return Start(done, tuple(broken), np.array(standing.beliefs), np.array(standing.tension), standing.agreed)


def mixes_of(made: Stage) -> list[tuple[int, ...]]:
    """Every mix of what the principals may be like; whoever else takes part is as it is believed to be."""
    possible = [
        np.flatnonzero(made.prior[:, i] > 0).tolist() if party in made.game.principals else [AS_JUDGED]
        for i, party in enumerate(made.sides)
    ]
    return list(product(*possible))


def mix_in_words(made: Stage, mix: Mix) -> str:
    """A mix as people say it: whoever may be one thing only goes without saying."""
    if mix is None:
        return "as judged"
    titles = [made.scenario.parties[name].title for name in made.names]
    doubted = [i for i, kind in enumerate(mix) if kind != AS_JUDGED and (made.prior[:, i] > 0).sum() > 1]
    return ", ".join(f"{titles[i]} {KINDS[mix[i]]}" for i in doubted) or "nobody in doubt"
