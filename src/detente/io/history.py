"""How did it end? The setting and the history of a case; the history is read against its scenario and kept apart."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from detente.io.fields import said, sources
from detente.io.history_schema import EventDoc, HistoryDoc, SettingDoc
from detente.io.nodes import Faults, Text, shown
from detente.io.schema import PartyDoc
from detente.io.scope import Scope
from detente.model.history import Ending, Event, Fate, History
from detente.model.setting import Linkage, Offer, Setting
from detente.model.setting import Scope as Reach

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def day(text: Text | None, faults: Faults) -> str:
    """A year, a month or a day as the file writes it; a fault for anything else."""
    if text is not None and not _sound(text):
        faults.add(f"a year, month or day is due here, such as 1963-07-15; this is {shown(text)}", text)
    return said(text)


def _sound(text: str) -> bool:
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None


def later(one: str, other: str) -> bool:
    """Whether one date is certainly after another, each a year, a month or a day; never where one is not known."""
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def resolve_setting(document: SettingDoc | None) -> Setting | None:
    """What kind of negotiation it is."""
    if document is None:
        return None
    return Setting(
        said(document.domain),
        cast(Reach | None, _word(document.scope)),
        cast(Offer | None, _word(document.offer)),
        cast(Linkage | None, _word(document.linkage)),
    )


def _word(text: Text | None) -> str | None:
    return None if text is None else str(text)


def resolve_history(
    document: HistoryDoc | None, parties: Mapping[Text, PartyDoc], demands: Mapping[str, object], scope: Scope
) -> History | None:
    """How it ended; a fault for names that the scenario lacks, and for positions of later than that."""
    if document is None:
        return None
    faults = scope.faults
    ended = day(document.date, faults)
    _check_hindsight(parties, ended, faults)
    return History(
        Ending(document.ending or Ending.NONE),
        ended,
        _terms(document.terms, scope),
        _fates(document.demands, demands, scope),
        document.held,
        {str(name): said(role) for name, role in document.stakeholders.items()},
        _events(document.steps, faults),
        _events(document.facts, faults),
        tuple((said(each.one), said(each.other)) for each in document.views),
        said(document.why),
    )


def _check_hindsight(parties: Mapping[Text, PartyDoc], ended: str, faults: Faults) -> None:
    for party in parties.values():
        for position in party.positions.values():
            if position.date is not None and later(position.date, ended):
                faults.add(f"this is after the end, {ended}: a position is what was said before it", position.date)


def _terms(table: Mapping[Text, Text | None], scope: Scope) -> dict[str, str]:
    found = {}
    for issue, name in table.items():
        grid = scope.grid(issue)
        options = grid.options(name, scope.faults) if grid is not None and name is not None else ()
        if len(options) > 1 and name is not None:
            scope.faults.add("one option is agreed for an issue, not a span", name)
        if options:
            found[str(issue)] = options[0]
    return found


def _fates(table: Mapping[Text, Text | None], demands: Mapping[str, object], scope: Scope) -> dict[str, Fate]:
    return {
        scope.entry("demand", name, demands): cast(Fate, str(fate)) for name, fate in table.items() if fate is not None
    }


def _events(documents: Sequence[EventDoc], faults: Faults) -> tuple[Event, ...]:
    found = []
    for each in documents:
        for end in str(each.date or "").split(".."):
            if end and each.date is not None:
                day(each.date.saying(end), faults)
        found.append(Event(said(each.date), said(each.says), said(each.by), sources(each.source)))
    return tuple(found)
