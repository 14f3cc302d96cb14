"""All at once, or step by step? A process played out under several strategies, with what comes of each."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from detente.analysis.judgments import SEED
from detente.analysis.shared import recalled, remember, settle, sharing
from detente.analysis.work import HERE, Crew, Seam, at_work
from detente.errors import InfeasibleError, NotFoundError, OutOfTimeError, StrategyError
from detente.model.commitment import Rounds
from detente.model.log import Log
from detente.model.names import nearest, strangers
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario
from detente.planning.commitments import outcome_of
from detente.planning.roadmap import followed, roadmap
from detente.simulation.choice import MIXES, READINGS, Regret, state_of
from detente.simulation.claimed import Region, Runs, regions
from detente.simulation.doubt import Grid, Map, by_reading, elsewhere, grid_of, who_wins_where
from detente.simulation.obstacles import obstacle
from detente.simulation.odds import Beside, Odds, beside, odds_of
from detente.simulation.pairs import Pair, pairs
from detente.simulation.rows import tables_of
from detente.simulation.runs import Line, Mix, Played, Problem, mix_in_words, mixes_of, played, referee, referees
from detente.simulation.safer import Safer
from detente.simulation.safer import safer as what_is_safer
from detente.simulation.since import Point, Since, replayed, since
from detente.simulation.stage import Stage, stage
from detente.simulation.strategies import AT_ONCE, KNOWN, RESPONSIVE, STRATEGIES
from detente.simulation.strategy import Strategy, holds_out
from detente.simulation.tally import MEASURES, Moments
from detente.table import Table

RUNS = 1000
MONTHS = 120
MOST_RUNS, MOST_MONTHS = 10_000_000, 1_200
MOST_MIXES = 81
"""More mixes of types than these are not played one by one."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """A process played out: `odds` by mix of types and strategy, `differences` between any two strategies by mix.

    Whoever does not lead follows a strategy of `against`. `regrets` says for each principal what each strategy would
    cost it in hindsight, over the mixes; if asked for, `doubts` says so over the readings of judgments, `maps` who wins
    where, and `claims` where the claims of the file on the process hold. A model's behaviour, not a forecast.
    """

    scenario: Scenario
    stage: Stage
    rounds: Rounds
    against: tuple[str, ...]
    strategies: tuple[str, ...]
    months: int
    runs: int
    seed: int
    problem: Problem
    moments: Moments
    odds: Mapping[str, Mapping[str, Odds]]
    differences: Mapping[str, Mapping[tuple[str, str], Beside]]
    regrets: tuple[Regret, ...]
    doubts: tuple[Regret, ...] = ()
    maps: tuple[Map, ...] = ()
    claims: tuple[Region, ...] = ()
    safer: Safer | None = None
    since: Since | None = None

    @cached_property
    def obstacles(self) -> Mapping[str, str]:
        """What stands in the way of the strategies with which nothing is ever agreed, as judged, as far as is sure."""
        if self.problem.standing is not None:
            return {}
        odds = next(iter(self.odds.values()))
        judges = zip(self.strategies, referees(self.problem), strict=True)
        found = {name: obstacle(judge) for name, judge in judges if not odds[name].agreement.p}
        return {name: said for name, said in found.items() if said}

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """What each pair of strategies comes to, where the others follow more than one; as judged."""
        if len(self.against) < 2:
            return ()
        lead = self.stage.lead
        others = [i for i in principal_sides(self.stage) if i != lead]
        return tuple(pairs(self.problem.lines, self.moments, self.stage.names, lead, others))

    @property
    def lead(self) -> str:
        """The side that leads."""
        return self.stage.names[self.stage.lead]

    @property
    def stated(self) -> bool:
        """Whether the file says anything of the process."""
        return self.scenario.states_process

    def title_of(self, party: str) -> str:
        """What people call a side."""
        return self.scenario.parties[party].title

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/simulate/1",
            "runs": self.runs,
            "months": self.months,
            "seed": self.seed,
            "lead": self.lead,
            "against": list(self.against),
            "strategies": list(self.strategies),
            "rounds": [list(step) for step in self.rounds],
            "mixes": {mix: {name: each.payload() for name, each in odds.items()} for mix, odds in self.odds.items()},
            "differences": {
                mix: [{"of": list(pair), **each.payload()} for pair, each in found.items()]
                for mix, found in self.differences.items()
            },
            "obstacles": dict(self.obstacles),
            "pairs": [each.payload() for each in self.pairs],
            "regret": [] if self.pairs else [each.payload() for each in self.regrets],
            "regret_by_reading": [each.payload() for each in self.doubts],
            "maps": [each.payload() for each in self.maps],
            "claims": [each.payload() for each in self.claims],
            "safer": None if self.safer is None else self.safer.payload(),
            "since": None if self.since is None else self.since.payload(),
        }

    def tables(self) -> tuple[Table, ...]:
        """What comes of each strategy, beside the first, under each mix of types, and what would be regretted."""
        return tables_of(self)

    def table(self) -> Table:
        """What comes of each strategy."""
        return self.tables()[0]


@sharing
def simulate(
    scenario: Scenario,
    *,
    strategies: Sequence[str | Strategy] = (),
    against: str | Strategy | Sequence[str | Strategy] = RESPONSIVE.name,
    package: str | None = None,
    rule: str | None = None,
    order: str | Rounds | None = None,
    everything: str | None = None,
    lead: str | None = None,
    mixes: bool = True,
    doubt: bool = False,
    safer: str | None = None,
    log: str | os.PathLike[str] | None = None,
    months: int = MONTHS,
    runs: int = RUNS,
    seed: int = SEED,
    seam: Seam = HERE,
) -> Simulation:
    """What comes of holding out for everything, of pressing, of waiting, and of going step by step.

    The way to a package (or to what a rule settles on, or the commitments that the scenario lists) is played `runs`
    times over `months`, for each of the `strategies` (all of them, if none is named) of the side that leads; the others
    follow `against`, and where these are several, every pair is played. `order` is a roadmap to follow instead of the
    best one; `everything` the package that all or nothing means, if not the one of the file. With `mixes`, every mix of
    what the principals may be like is played beside what is judged; with `doubt`, every reading of every judgment, and
    a map of trust and hazards, and over both the claims of the file on processes; with `safer`, it is told what would
    make that strategy safer. With a `log` of what has happened since the plan was made, it is played from there on, and
    told what each event said of the sides and did to the odds. The same seed gives the same answer to the last bit,
    whoever does the work (`seam`).

    NotFoundError for unknown names; StrategyError for a strategy that proposes what cannot be; InfeasibleError where
    there is nothing to do.
    """
    _check_size(runs, months)
    if log is not None and order is not None:
        raise InfeasibleError("a log follows the rounds that were agreed: leave the order out, or the log")
    led = _led(scenario, lead, everything)
    settled = settle(led)
    planned = roadmap(led, package=package, rule=rule, order=order, force=True)
    record = None if log is None else followed(log, planned.game, settled, planned.target)
    rounds = record.rounds if record is not None and record.rounds else planned.rounds
    problem = Problem(_lines(settled, planned.target, strategies, against), rounds, months, seed)
    task = _task(problem, planned.target, record, runs)
    made_safer = None if safer is None else _line(problem, safer)
    more = {"mixes": mixes, "doubt": doubt, "safer": safer}
    question = {"question": "simulate", "problem": task.problem.print, "runs": runs, **more}
    try:
        with at_work(seam, question) as crew:
            found = task.played(crew, mixes=mixes)
            if doubt:
                found = task.doubted(found, led, crew)
            if record is not None:
                found = replace(found, since=since(task.problem, task.made, task.points, runs, crew))
            if made_safer is not None:
                found = replace(found, safer=what_is_safer(task.problem, made_safer, runs, crew))
            return found
    except OutOfTimeError:
        said = "not all runs were played in time; allow more, or ask for fewer runs, months or strategies"
        raise OutOfTimeError(said) from None


def _check_size(runs: int, months: int) -> None:
    if not 1 <= runs <= MOST_RUNS:
        raise ValueError(f"the number of runs lies from 1 to {MOST_RUNS:,}, not {runs}")
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"the number of months lies from 1 to {MOST_MONTHS:,}, not {months}")


def _led(scenario: Scenario, lead: str | None, everything: str | None) -> Scenario:
    """The scenario with another lead and another meaning of everything, where these are named."""
    if lead is None and everything is None:
        return scenario
    process, sides = scenario.process, settle(scenario).sides
    if lead is not None and lead not in scenario.parties:
        raise NotFoundError(f"no party named '{lead}'{nearest(lead, scenario.parties)}")
    if lead is not None and lead not in sides:
        raise InfeasibleError(f"'{lead}' cannot lead: it is no principal and carries nothing out")
    if everything is not None and not scenario.issues:
        raise InfeasibleError("what everything means is a package, and here commitments are listed")
    changed = replace(process, lead=lead or process.lead, everything=everything or process.everything)
    return replace(scenario, process=changed)


@dataclass(frozen=True, eq=False)
class _Task:
    """What is to be played: a problem from where it stands, and where it stood after each event of its log."""

    problem: Problem
    made: Stage
    points: Sequence[Point]
    runs: int
    target: Outcome | None
    record: Log | None

    def played(self, crew: Crew, *, mixes: bool) -> Simulation:
        """As judged, and under every mix of types if that is asked."""
        every = mixes_of(self.made) if mixes else []
        some: list[Mix] = [None, *(every if 1 < len(every) <= MOST_MIXES else [])]
        found = _played(self.problem, some, self.runs, crew)
        return _simulation(self.problem, self.made, self.runs, dict(zip(some, found, strict=True)))

    def doubted(self, found: Simulation, scenario: Scenario, crew: Crew) -> Simulation:
        """The same with what would be regretted reading by reading, who wins where, and where claims hold."""
        sides = principal_sides(self.made)
        readings = by_reading(self.elsewhere, scenario, self.runs, crew)
        doubts = tuple(each for i in sides if (each := regret_of(self.made, i, readings, READINGS)).states)
        grid = grid_of(self.elsewhere, self.made.scenario, self.runs, crew)
        maps = who_wins_where(grid, found.strategies, self.made, sides)
        return replace(found, doubts=doubts, maps=maps, claims=_regions(found, readings, grid))

    def elsewhere(self, scenario: Scenario) -> Problem:
        """The same problem in another scenario, the log replayed there."""
        return _task(elsewhere(self.problem, scenario), self.target, self.record, self.runs).problem


def _task(problem: Problem, target: Outcome | None, record: Log | None, runs: int) -> _Task:
    """A problem on the way to an outcome, from where its log has come to."""
    first = problem.lines[0]
    made = stage(first.scenario, target, problem.rounds)
    if record is None:
        return _Task(problem, made, (), runs, target, record)
    points = replayed(made, referee(made, first), record)
    return _Task(replace(problem, standing=points[-1].standing), made, points, runs, target, record)


def _played(problem: Problem, some: Sequence[Mix], runs: int, crew: Crew) -> Sequence[Played]:
    """What comes of a problem under some mixes; where it is played as judged only, once inside `shared_work`."""
    if len(some) > 1:
        return played([(problem, mix) for mix in some], runs, crew, tension=True)
    key = ("played", problem.print, runs)
    found = recalled(key, list) or played([(problem, None)], runs, crew, tension=True)
    remember(key, found)
    return found


def _line(problem: Problem, name: str) -> Line:
    lines = {line.name: line for line in problem.lines}
    if name not in lines:
        raise NotFoundError(f"no strategy named '{name}' is played{nearest(name, lines)}")
    return lines[name]


def _regions(found: Simulation, readings: Mapping[str, Runs], grid: Grid) -> tuple[Region, ...]:
    """Where the claims of the file on the process hold."""
    titles = {name: found.title_of(name) for name in found.stage.names}
    base, *places = (Runs(each, found.strategies, found.stage.names) for each in (found.moments, *grid.moments))
    claims = tuple(found.scenario.claims.values())
    return tuple(regions(claims, base, list(readings.values()), places, titles))


def _lines(
    scenario: Scenario,
    target: Outcome | None,
    strategies: Sequence[str | Strategy],
    against: str | Strategy | Sequence[str | Strategy],
) -> tuple[Line, ...]:
    """Who follows what, each pair once; where all is not everything, the package at once is a strategy of its own."""
    rivals = against if isinstance(against, Sequence) and not isinstance(against, str) else [against]
    _check_names([*(strategies or ()), *rivals])
    others = _by_name(rivals or [RESPONSIVE])
    named = scenario.process.everything
    everything = target if named is None or target is None else outcome_of(scenario, named)
    if everything is not None and everything == scenario.status_quo:
        raise InfeasibleError(f"'{named}', which is to mean everything, changes nothing")
    usual = [name for name in STRATEGIES if name != AT_ONCE or everything != target]
    chosen = _by_name(strategies or usual)
    return tuple(
        Line(
            name if len(others) == 1 else f"{name} against {rival}",
            scenario,
            everything if holds_out(each) else target,
            each,
            other,
        )
        for name, each in chosen.items()
        for rival, other in others.items()
    )


def _check_names(given: Sequence[str | Strategy]) -> None:
    unknown = strangers("strategy", [each for each in given if isinstance(each, str)], KNOWN)
    if unknown:
        raise NotFoundError(unknown)


def _by_name(given: Sequence[str | Strategy]) -> dict[str, Strategy]:
    found: dict[str, Strategy] = {}
    for each in given:
        strategy = KNOWN[each] if isinstance(each, str) else each
        if found.setdefault(strategy.name, strategy) != strategy:
            raise StrategyError(f"two different strategies have the name '{strategy.name}'; give each its own")
    return found


def _simulation(problem: Problem, made: Stage, runs: int, found: Mapping[Mix, Played]) -> Simulation:
    names = tuple(line.name for line in problem.lines)
    said = {mix: mix_in_words(made, mix) for mix in found}
    odds = {
        said[mix]: {name: odds_of(made, tallies[k], moments, k) for k, name in enumerate(names)}
        for mix, (tallies, moments) in found.items()
    }
    differences = {
        said[mix]: {(names[j], names[k]): beside(made, moments, j, k) for j, k in combinations(range(len(names)), 2)}
        for mix, (_, moments) in found.items()
    }
    states = {
        said[mix]: Runs(moments, names, made.names)
        for mix, (_, moments) in found.items()
        if mix is not None or len(found) == 1
    }
    return Simulation(
        scenario=made.scenario,
        stage=made,
        rounds=problem.rounds,
        against=tuple(dict.fromkeys(line.against.name for line in problem.lines)),
        strategies=names,
        months=problem.months,
        runs=runs,
        seed=problem.seed,
        problem=problem,
        moments=found[None][1],
        odds=odds,
        differences=differences,
        regrets=tuple(regret_of(made, i, states) for i in principal_sides(made)),
    )


def principal_sides(made: Stage) -> list[int]:
    """The principals, by place among the sides, whoever leads first."""
    found = [i for i, party in enumerate(made.sides) if party in made.game.principals]
    return sorted(found, key=lambda i: (i != made.lead, i))


def regret_of(made: Stage, side: int, states: Mapping[str, Runs], over: str = MIXES) -> Regret:
    """What each strategy would cost a side in hindsight, over these of the states in which it is a side."""
    party = made.names[side]
    found = tuple(
        state_of(state, runs.moments, runs.strategies, len(MEASURES) + runs.sides.index(party))
        for state, runs in states.items()
        if party in runs.sides
    )
    return Regret(party, made.scenario.parties[party].title, found, over)
