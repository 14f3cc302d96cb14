"""Who plays the runs? The same process under several strategies and mixes of types, part by part, by any workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np

from detente.analysis.fingerprint import fingerprint
from detente.analysis.work import Crew
from detente.model.commitment import Rounds
from detente.model.outcome import Outcome
from detente.model.process import KINDS
from detente.model.scenario import Scenario
from detente.simulation.play import Fate, Play, Start
from detente.simulation.referee import Referee
from detente.simulation.stage import Stage, stage
from detente.simulation.strategy import Strategy
from detente.simulation.tally import Moments, Tally, measured

PART = 2048
"""So many runs are played together; a part is the same whoever plays it."""

Mix = tuple[int, ...] | None
"""What each side is like, by place among the kinds; None: as it is believed."""


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
    """Which strategy it is, and how it is set."""
    kind = type(strategy)
    return f"{kind.__module__}.{kind.__qualname__} {strategy.name} {getattr(strategy, '__dict__', {})!r}"


Job = tuple[Problem, Mix, int, int]


Played = tuple[list[Tally], Moments]
"""The tally of every line, and their moments together."""


def played(cells: Sequence[tuple[Problem, Mix]], runs: int, crew: Crew) -> list[Played]:
    """What comes of some problems, each under one mix of types."""
    sizes = [min(PART, runs - start) for start in range(0, runs, PART)]
    jobs: list[Job] = [(*cell, part, size) for cell in cells for part, size in enumerate(sizes)]
    done = crew.carried_out(_played, jobs, fingerprint([(problem.print, mix) for problem, mix in cells]))
    found = []
    for k in range(len(cells)):
        parts = done[k * len(sizes) : (k + 1) * len(sizes)]
        tallies = [[Tally.of_plain(each) for each in part["tallies"]] for part in parts]
        moments = [Moments.of_plain(part["moments"]) for part in parts]
        whole = [sum(each[1:], start=each[0]) for each in zip(*tallies, strict=True)]
        found.append((whole, sum(moments[1:], start=moments[0])))
    return found


def _played(job: Job) -> dict[str, Any]:
    """One part of the runs of every line, in plain values."""
    problem, mix, part, size = job
    tallies, rows = [], []
    for referee in _referees(problem):
        start = _start(referee.stage, problem.standing)
        fate = Fate(referee.stage, size, part, problem.seed)
        ran = Play(referee, fate, size, mix, start).run(problem.months)
        tallies.append(Tally.of(ran, problem.months).plain())
        rows.append(measured(ran))
    return {"tallies": tallies, "moments": Moments.of(rows).plain()}


@lru_cache(maxsize=4)
def _referees(problem: Problem) -> tuple[Referee, ...]:
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
    place = {name: 1 << k for k, name in enumerate(made.game.names)}
    done, *broken = (sum(place.get(name, 0) for name in names) for names in (standing.done, *standing.broken))
    return Start(done, tuple(broken), np.array(standing.beliefs), np.array(standing.tension), standing.agreed)


def mixes_of(made: Stage) -> list[tuple[int, ...]]:
    """Every mix of types that is held possible."""
    possible = [np.flatnonzero(made.prior[:, i] > 0).tolist() for i in range(len(made.sides))]
    return list(product(*possible))


def mix_in_words(made: Stage, mix: Mix) -> str:
    """A mix as people say it: whoever may be one thing only goes without saying."""
    if mix is None:
        return "as judged"
    titles = [made.scenario.parties[name].title for name in made.names]
    doubted = [i for i in range(len(mix)) if (made.prior[:, i] > 0).sum() > 1]
    return ", ".join(f"{titles[i]} {KINDS[mix[i]]}" for i in doubted) or "nobody in doubt"
