"""What does a log of a roadmap say? What was done, missed and broken, or everything in it that contradicts the plan."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from detente.errors import Problem, ScenarioError
from detente.io.fields import Doc, Exact, ListOf, Maybe, Name, Names, Prose, Sources, Version, said
from detente.io.nodes import Faults, Table, Text, UnreadableError, short, shown
from detente.io.source import MOST_BYTES, compose
from detente.model.commitment import Rounds
from detente.model.log import Event, Log, Promised

MOST_EVENTS = 10_000

LAST_YEAR = 2500
"""Nothing is logged later."""


class EventDoc(Doc):
    """What happened on a day."""

    needed: ClassVar = ("date",)
    date: Name = Field(None, description="The day, as 2021-03-01.")
    done: Names = Field(default_factory=list, description="Commitments that were carried out.")
    missed: Names = Field(default_factory=list, description="Commitments that were due and not carried out.")
    broken: Names = Field(default_factory=list, description="Commitments that were taken back or turned out not done.")
    tension: Exact = Field(None, description="What it did to the tension of every side, from -1 (calmed) to 1.")
    why: Prose = Field(None, description="What is known of it.")
    source: Sources = Field(default_factory=list, description="References.")


class LogDoc(Doc):
    """A log of what became of a roadmap; new events are added at the end."""

    needed: ClassVar = ("log", "start")
    log: Version = Field(None, description="The version of this format: 1.")
    title: Prose = Field(None, description="What is being followed.")
    start: Name = Field(None, description="The day on which the first round began.")
    rounds: ListOf[Names] = Field(default_factory=list, description="The rounds that were agreed.")
    events: Maybe[ListOf[EventDoc]] = Field(None, description="What happened, in the order of days.")


def load_log(path: str | os.PathLike[str], promised: Promised) -> Log:
    """The log of a file; ScenarioError, with every problem, if it is none; OSError if it cannot be opened."""
    name = os.fspath(path)
    if Path(name).is_dir():
        raise ScenarioError((Problem(name, 1, 1, "", "this is a folder; a log is a file"),))
    with Path(name).open("rb") as stream:
        return parse_log(stream.read(MOST_BYTES + 1), promised, name)


def parse_log(text: str | bytes, promised: Promised, file: str = "<text>") -> Log:
    """The log that a text holds, checked against the plan."""
    faults = Faults(file)
    log = None
    try:
        tree = compose(text, faults)
        if not isinstance(tree, Table):
            raise faults.fatal(f"a log is a table (key: value); this is {shown(tree)}", tree.line, tree.column)
        document = LogDoc.model_validate(tree, context=faults)
        log = _resolved(document, promised, faults)
    except UnreadableError:
        log = None
    if log is None or faults.count:
        raise ScenarioError(faults.errors)
    return log


def _resolved(document: LogDoc, promised: Promised, faults: Faults) -> Log | None:
    if document.log is not None and document.log != "1":
        faults.add(f"the version of this format is 1; this is {shown(document.log)}", document.log)
    events = document.events or []
    if len(events) > MOST_EVENTS:
        faults.add(f"at most {MOST_EVENTS:,} events; there are {len(events):,}", document.at.key("events"))
        return None
    start = _day(document.start, faults)
    rounds = _rounds(document, promised.needs, faults)
    history = _History(promised, faults, start)
    found = tuple(event for each in events if (event := history.follow(each)) is not None)
    return None if start is None else Log(start, rounds, found, faults.file)


def _day(text: Text | None, faults: Faults) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.add(f"a day is due here, such as 2021-03-01; this is {shown(text)}", text)
        return None
    if day.year > LAST_YEAR:
        faults.add(f"a day up to the year {LAST_YEAR} is due here; this is {shown(text)}", text)
        return None
    return day


def _rounds(document: LogDoc, needs: Mapping[str, Sequence[str]], faults: Faults) -> Rounds:
    done: set[str] = set()
    for step in document.rounds:
        names = [name for name in step if name is not None]
        for name in names:
            if name not in needs:
                faults.unknown("commitment", name, needs)
            elif name in done or names.count(name) > 1:
                faults.add(f"'{short(name)}' comes twice", name)
            else:
                early = [each for each in needs[name] if each not in done]
                if early:
                    faults.add(f"'{short(name)}' needs '{short(early[0])}' in an earlier round", name)
        done.update(names)
    missing = [name for name in needs if name not in done]
    if document.rounds and missing:
        faults.add(f"'{short(missing[0])}' is in no round", document.at.key("rounds"))
    return tuple(tuple(said(name) for name in step) for step in document.rounds)


class _History:
    """Follows the events and tells what cannot have happened."""

    def __init__(self, promised: Promised, faults: Faults, start: date | None) -> None:
        self.promised, self.needs, self.faults = promised, promised.needs, faults
        self.last = start
        self.done: set[str] = set()

    def follow(self, document: EventDoc) -> Event | None:
        """One more event."""
        day = _day(document.date, self.faults)
        if day is not None and self.last is not None and day < self.last:
            self.faults.add(f"events stand in the order of days; this is before {self.last}", document.at.under("date"))
        self.last = day or self.last
        before = frozenset(self.done)
        for name in document.done:
            self._doing(name, before)
        for name in document.missed:
            if self._known(name) and name in self.done:
                self.faults.add(f"'{short(name or '')}' was done, so it was not missed", name or document.at)
        self._against_conditions(document, before)
        for name in document.broken:
            self._breaking(name, document.broken)
        self._moving(document)
        if day is None:
            return None
        done, missed, broken = (
            tuple(said(name) for name in each) for each in (document.done, document.missed, document.broken)
        )
        return Event(day, done, missed, broken, said(document.why), document.tension, document.at.line)

    def _moving(self, document: EventDoc) -> None:
        if document.tension is not None and abs(document.tension) > 1:
            self.faults.add("'tension' lies between -1 and 1", document.at.under("tension"))
        said = document.done or document.missed or document.broken or document.at.gives("tension")
        if not said and not document.at.odd:
            self.faults.add("name what was 'done', 'missed' or 'broken', or the 'tension' it added", document.at)

    def _known(self, name: Text | None) -> bool:
        if name is not None and name not in self.needs:
            self.faults.unknown("commitment", name, self.needs)
        return name is not None and name in self.needs

    def _doing(self, name: Text | None, before: frozenset[str]) -> None:
        if name is None or not self._known(name):
            return
        early = [each for each in self.needs[name] if each not in before]
        if name in self.done:
            self.faults.add(f"'{short(name)}' was done already", name)
        elif early:
            self.faults.add(f"'{short(name)}' needs '{short(early[0])}', which was not done before", name)
        self.done.add(str(name))

    def _against_conditions(self, document: EventDoc, before: frozenset[str]) -> None:
        """What is done on a day does not break a condition that held before."""
        said = self.promised.broken_by(before, frozenset(self.done))
        if said is not None:
            self.faults.add(f"what is done here breaks {said}", next(filter(None, document.done), document.at))

    def _breaking(self, name: Text | None, broken: Sequence[Text | None]) -> None:
        if name is None or not self._known(name):
            return
        kept, upper = self.promised.keeps.get(name), self.promised.rests.get(name)
        if name in self.done and name not in self.promised.reversible:
            self.faults.add(f"'{short(name)}' was done and cannot be undone", name)
        elif name in self.done and kept in self.done:
            self.faults.add(f"'{short(name)}' cannot be undone: '{short(kept or '')}' was done and keeps it", name)
        elif name in self.done and upper in self.done and upper not in broken:
            said = f"'{short(upper or '')}', which was done, goes further: if it was broken as well, say so"
            self.faults.add(f"'{short(name)}' was not broken alone; {said}", name)
        self.done.discard(str(name))
