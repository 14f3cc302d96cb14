"""What has happened since the plan was made? What was done, missed and broken, with dates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from fractions import Fraction

from detente.errors import InfeasibleError
from detente.model.commitment import Rounds


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on a day: commitments carried out, not carried out in time, and broken.

    `tension`, from -1 to 1, is by how much it moved the tension of every side, over and above what is kept and broken:
    a summit, a launch, a hostile word.
    """

    date: date
    done: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    why: str = ""
    tension: Fraction | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Log:
    """The record of a plan: when it started, the rounds that were agreed (none: not yet), and what happened since."""

    start: date
    rounds: Rounds = ()
    events: tuple[Event, ...] = ()
    file: str = field(default="", compare=False)

    @property
    def today(self) -> date:
        """The day of the last event."""
        return self.events[-1].date if self.events else self.start


@dataclass(frozen=True, slots=True)
class Promised:
    """What a log is checked against.

    `needs` has for each commitment those that are done before it; `reversible` are those that can be undone, `rests`
    the next rung of the same ladder, while which is in force this one is too, and `keeps` the later one that, once
    done, keeps it for good. `broken_by` tells which condition is broken where some are in force that was not before.
    """

    needs: Mapping[str, Sequence[str]]
    reversible: frozenset[str]
    rests: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    broken_by: Callable[[frozenset[str], frozenset[str]], str | None] = lambda _before, _after: None


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month; InfeasibleError where calendars have ended."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > MAXYEAR:
        raise InfeasibleError(f"what begins on {day} ends after the year {MAXYEAR}, where calendars end")
    for last in (day.day, 30, 29):
        try:
            return date(years, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(years, month + 1, 28)
