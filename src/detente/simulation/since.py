"""Where does a process stand by its log? What each event said of the sides, and what it did to tension and odds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from detente.analysis.estimates import Chance
from detente.analysis.work import Crew
from detente.kernels.beliefs import trust
from detente.kernels.tension import moved
from detente.model.log import Event, Log
from detente.model.process import Symbol
from detente.planning.game import State, places
from detente.simulation.referee import Referee
from detente.simulation.runs import Problem, Standing, played
from detente.simulation.stage import Stage
from detente.simulation.tally import IMPLEMENTATION, MEASURES, Tally, survival
from detente.table import Table, listed


@dataclass(frozen=True, slots=True)
class Moment:
    """What is believed of each side, its tension, and how likely each strategy gets all done from there on.

    `stands` is how likely what has been agreed still stands a year later (None: nothing ever is).
    """

    day: date
    says: str
    trust: dict[str, float]
    tension: dict[str, float]
    odds: dict[str, Chance]
    stands: dict[str, float | None]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "date": self.day.isoformat(),
            "says": self.says,
            "trust": dict(self.trust),
            "tension": dict(self.tension),
            "implementation": {name: chance.payload() for name, chance in self.odds.items()},
            "stands_a_year_later": dict(self.stands),
        }


@dataclass(frozen=True, slots=True)
class Since:
    """A log replayed: the start, and what followed each event."""

    moments: tuple[Moment, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"moments": [each.payload() for each in self.moments]}

    def tables(self) -> tuple[Table, Table]:
        """A row for each event: trust in each side and the tension of each; then the odds of each strategy."""
        first = self.moments[0]
        heads = (*(f"trusted: {name}" for name in first.trust), *(f"tension {name}" for name in first.tension))
        rows = tuple(
            (
                each.day.isoformat(),
                each.says,
                *(_percent(value) for value in each.trust.values()),
                *(f"{value:.2f}" for value in each.tension.values()),
            )
            for each in self.moments
        )
        told = Table("What the log says of the sides", ("date", "what happened", *heads), rows, frozenset(heads))
        return told, self._odds()

    def _odds(self) -> Table:
        first = self.moments[0]
        odds = tuple(f"{name}: {what}" for name in first.odds for what in ("all done", "stands a year on"))
        rows = tuple(
            (each.day.isoformat(), *(cell for name in each.odds for cell in self._cells(each, name)))
            for each in self.moments
        )
        return Table("The odds from there on", ("from", *odds), rows, frozenset(odds))

    @staticmethod
    def _cells(moment: Moment, name: str) -> tuple[str, str]:
        stands = moment.stands[name]
        return f"{100 * moment.odds[name].p:.0f}%", "" if stands is None else f"{100 * stands:.0f}%"


class Point(NamedTuple):
    """A day, what happened on it, where the process stood then, and how much each side was trusted."""

    day: date
    says: str
    standing: Standing
    trust: tuple[float, ...]


def replayed(made: Stage, referee: Referee, log: Log) -> list[Point]:
    """Where the process stood at the start, and after each event of its log.

    Between events tension moves as without incidents. A step done looks kept, one missed or broken looks broken, and
    beliefs follow by Bayes' rule with the chances of each kind to keep it there.
    """
    replay = _Replay(made, referee, log.start)
    found = [Point(log.start, "the start", replay.standing(), replay.trusted())]
    for event in log.events:
        replay.wait_until(event.date)
        replay.take(event)
        found.append(Point(event.date, _in_words(made, event), replay.standing(), replay.trusted()))
    return found


def _months(start: date, end: date) -> int:
    """How many months have begun between two days."""
    return (end.year - start.year) * 12 + end.month - start.month


def _percent(trust: float) -> str:
    """A trust in percent; nobody is ever quite sure."""
    return ">99%" if 0.995 <= trust < 1 else f"{100 * trust:.0f}%"


class _Replay:
    """The sides' beliefs and tension, followed through a log."""

    def __init__(self, made: Stage, referee: Referee, start: date) -> None:
        self.stage, self.referee, self.day = made, referee, start
        self.done, self.agreed = 0, False
        self.broken = [0] * len(made.sides)
        self.since: dict[int, date] = {}
        self.beliefs, self.tension = made.logs.copy(), made.climate.start[:, None].copy()
        self.place = made.game.bits

    def standing(self) -> Standing:
        """Where it stands now."""
        names = self.referee.agenda.named
        return Standing(
            tuple(sorted(names(self.done))),
            tuple(tuple(sorted(names(each))) for each in self.broken),
            tuple(tuple(float(value) for value in row) for row in self.beliefs),
            tuple(float(value) for value in self.tension[:, 0]),
            self.agreed,
        )

    def trusted(self) -> tuple[float, ...]:
        """How much each side is trusted, by what was seen and by what its symbols add as long as they are at work."""
        beliefs = self.beliefs.copy()
        for k, symbol in self.stage.symbols:
            if symbol.belief is not None and self._at_work(k, symbol):
                for i, owned in enumerate(self.stage.owned):
                    beliefs[0, i] += float(symbol.belief.likely) * (owned >> k & 1)
        return tuple(float(each) for each in trust(beliefs))

    def _at_work(self, k: int, symbol: Symbol) -> bool:
        """Whether a step is in force and what it means has not faded."""
        since = self.since.get(k)
        return since is not None and (symbol.fades is None or _months(since, self.day) < float(symbol.fades.likely))

    def wait_until(self, day: date) -> None:
        """Tension moves for every month that has passed; what a symbol does to it counts as long as it stands."""
        climate, drive = self.stage.climate, self.stage.climate.drive[:, None].copy()
        for k, symbol in self.stage.symbols:
            if symbol.tension is not None and self._at_work(k, symbol):
                drive += float(symbol.tension.likely)
        for _ in range(_months(self.day, day)):
            self.tension = np.clip(moved(self.tension, climate.calming, climate.echo, drive), 0, 1)
        self.day = day

    def take(self, event: Event) -> None:
        """What was done, missed and broken, and what else moved tension."""
        for names, kept in ((event.done, True), (event.missed, False), (event.broken, False)):
            steps = sum(self.place[name] for name in names)
            if steps:
                self._sight(steps, kept=kept)
        if event.tension is not None:
            self.tension = np.clip(self.tension + float(event.tension), 0, 1)

    def _sight(self, steps: State, *, kept: bool) -> None:
        told, stir = self.referee.sight(self.done & ~steps, steps, kept=kept)
        self.beliefs = self.beliefs + told
        self.tension = np.clip(self.tension + stir[:, None], 0, 1)
        if kept:
            self.done, self.agreed = self.done | steps, True
        else:
            self.done &= ~steps
        self.since = {k: self.since.get(k, self.day) for k in places(self.done)}
        for i, owned in enumerate(self.stage.owned):
            mine = owned & steps
            self.broken[i] = self.broken[i] & ~mine if kept else self.broken[i] | mine


def _in_words(made: Stage, event: Event) -> str:
    """What happened, by name."""
    names = {each.id: each.name for each in made.game.commitments}
    told = [
        f"{word}: {listed([names[name] for name in some])}"
        for word, some in (("done", event.done), ("missed", event.missed), ("broken", event.broken))
        if some
    ]
    return "; ".join(told) or event.why or "what moved tension"


YEAR = 12


def since(problem: Problem, made: Stage, points: Sequence[Point], runs: int, crew: Crew) -> Since:
    """What each event of a log did to trust, tension and the odds of every strategy of a problem."""
    cells = [(replace(problem, standing=point.standing), None) for point in points]
    measure, names = MEASURES.index(IMPLEMENTATION), [line.name for line in problem.lines]
    return Since(
        tuple(
            Moment(
                point.day,
                point.says,
                dict(zip(made.names, point.trust, strict=True)),
                dict(zip(made.names, point.standing.tension, strict=True)),
                {name: moments.chance(measure, k) for k, name in enumerate(names)},
                {name: _stands(tally, problem.months) for name, tally in zip(names, tallies, strict=True)},
            )
            for point, (tallies, moments) in zip(points, played(cells, runs, crew), strict=True)
        ),
    )


def _stands(tally: Tally, months: int) -> float | None:
    """How likely what has been agreed still stands a year later, or at the end."""
    return survival(tally)[min(YEAR, months)] if tally.held.any() else None
