"""How is a process told? As rows: what comes of each strategy, under which mix, and what would be regretted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.analysis.estimates import Chance, Mean
from detente.simulation.claimed import table as claimed_table
from detente.table import Table, counted

if TYPE_CHECKING:
    from detente.simulation.odds import Odds
    from detente.simulation.simulate import Simulation

CAUTION = "A model's behaviour, not a forecast: it shows what follows from the numbers of the file."


def tables_of(found: Simulation) -> tuple[Table, ...]:
    """Everything that was found: as judged, by mix, what would be regretted, who wins where, what would be safer."""
    return (
        *since(found),
        *as_judged(found),
        *mixes(found),
        *regrets(found),
        *maps(found),
        *claimed(found),
        *safer(found),
    )


def since(found: Simulation) -> tuple[Table, ...]:
    """What a log says of the sides, if one was given."""
    return () if found.since is None else found.since.tables()


def as_judged(found: Simulation) -> tuple[Table, Table, Table]:
    """What comes of each strategy, what it is worth, and how it ends."""
    first = next(iter(found.odds.values()))
    return _odds(found, first), _worth(found, first), _endings(found, first)


def regrets(found: Simulation) -> tuple[Table, ...]:
    """What would be regretted, by what the sides are like and by reading."""
    return tuple(each.table() for each in (*found.regrets, *found.doubts) if len(found.strategies) > 1)


def maps(found: Simulation) -> tuple[Table, ...]:
    """Who wins where."""
    return tuple(table for each in found.maps for table in each.tables())


def claimed(found: Simulation) -> tuple[Table, ...]:
    """Where the claims of the file on the process hold."""
    return (claimed_table(found.claims),) if found.claims else ()


def safer(found: Simulation) -> tuple[Table, ...]:
    """What would make a strategy safer."""
    return () if found.safer is None else found.safer.tables()


def _odds(found: Simulation, odds: Mapping[str, Odds]) -> Table:
    lead = found.title_of(found.lead)
    title = (
        f"{found.scenario.title}: {counted(found.runs, 'run')} of {counted(found.months, 'month')}, seed {found.seed}; "
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


def mixes(found: Simulation) -> tuple[Table, ...]:
    """The chance that all is done, by what the sides are like."""
    if len(found.odds) < 2:
        return ()
    columns = ("if", *found.strategies)
    rows = tuple(
        (mix, *(f"{100 * odds[name].implementation.p:.0f}%" for name in found.strategies))
        for mix, odds in found.odds.items()
    )
    return (Table("The chance that all is done, by what the sides are like", columns, rows, frozenset(columns[1:])),)
