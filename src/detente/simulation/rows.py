"""How is a process told? As rows: what comes of each strategy, under which mix, and what would be regretted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.analysis.estimates import Chance, Mean
from detente.simulation.claimed import table as claimed_table
from detente.table import Table

if TYPE_CHECKING:
    from detente.simulation.odds import Odds
    from detente.simulation.simulate import Simulation

CAUTION = "A model's behaviour, not a forecast: it shows what follows from the numbers of the file."


def tables_of(found: Simulation) -> tuple[Table, ...]:
    """What comes of each strategy as judged, its worth, how it ends, other mixes, and what would be regretted."""
    first = next(iter(found.odds))
    return (
        *(() if found.since is None else (found.since.table(),)),
        _odds(found, found.odds[first]),
        _worth(found, found.odds[first]),
        _endings(found, found.odds[first]),
        *_mixes(found),
        *(each.table() for each in (*found.regrets, *found.doubts) if len(found.strategies) > 1),
        *(table for each in found.maps for table in each.tables()),
        *((claimed_table(found.claims),) if found.claims else ()),
        *(() if found.safer is None else found.safer.tables()),
    )


def _odds(found: Simulation, odds: Mapping[str, Odds]) -> Table:
    lead = found.title_of(found.lead)
    title = (
        f"{found.scenario.title}: {found.runs:,} runs of {found.months} months, seed {found.seed}; "
        f"{lead} leads, the others are {found.against}"
    )
    columns = ("strategy", "agreed", "after", "all done", "after ", "collapsed", "a crisis", "months of high tension")
    rows = tuple(
        (
            name,
            percent(each.agreement),
            _months(each, "agreement"),
            percent(each.implementation),
            _months(each, "implementation"),
            percent(each.collapse),
            percent(each.crisis),
            each.high.in_words,
        )
        for name, each in odds.items()
    )
    return Table(title, columns, rows, frozenset(columns[1:]))


def percent(chance: Chance) -> str:
    """A chance in percent with its error."""
    return chance.in_words


def _months(odds: Odds, event: str) -> str:
    """The month by which half of those that ever come to it have; blank where none does."""
    found = odds.months[event]
    return "" if found is None else f"{found[1]} mo."


def _worth(found: Simulation, odds: Mapping[str, Odds]) -> Table:
    titles = {party: found.title_of(party) for party in next(iter(odds.values())).worth}
    columns = ("strategy", *titles.values())
    rows = tuple((name, *(_mean(each.worth[party]) for party in titles)) for name, each in odds.items())
    return Table("What it is worth to each side, in its own points", columns, rows, frozenset(columns[1:]))


def _mean(mean: Mean) -> str:
    return mean.in_words


def _endings(found: Simulation, odds: Mapping[str, Odds]) -> Table:
    names = list(next(iter(odds.values())).endings)
    columns = ("strategy", *names)
    rows = tuple((name, *(f"{100 * each.endings[end].p:.0f}%" for end in names)) for name, each in odds.items())
    return Table("How it ends", columns, rows, frozenset(columns[1:]))


def _mixes(found: Simulation) -> tuple[Table, ...]:
    """The chance that all is done, by what the sides are like."""
    if len(found.odds) < 2:
        return ()
    columns = ("if", *found.strategies)
    rows = tuple(
        (mix, *(f"{100 * odds[name].implementation.p:.0f}%" for name in found.strategies))
        for mix, odds in found.odds.items()
    )
    return (Table("The chance that all is done, by what the sides are like", columns, rows, frozenset(columns[1:])),)
