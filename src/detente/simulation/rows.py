"""How is a process told? As rows: what comes of each strategy, under which mix, and what would be regretted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.simulation.claimed import table as claimed_table
from detente.simulation.pairs import table as pair_table
from detente.simulation.strategies import RESPONSIVE
from detente.simulation.tally import ENDINGS
from detente.table import Table, counted, listed

if TYPE_CHECKING:
    from detente.simulation.odds import Odds
    from detente.simulation.simulate import Simulation

LASTING = ENDINGS[0]
"""All is done, and stands in the end."""

CAUTION = "A model's behaviour, not a forecast: it shows what follows from the numbers of the file."


def tables_of(found: Simulation) -> tuple[Table, ...]:
    """Everything that was found: as judged, by mix, what would be regretted, who wins where, what would be safer."""
    more = (*mixes(found), *regrets(found), *maps(found), *claimed(found), *safer(found))
    return (*since(found), *as_judged(found), *paired(found), *more)


def paired(found: Simulation) -> tuple[Table, ...]:
    """What each pair of strategies is worth to each principal, where the others follow more than one."""
    if not found.pairs:
        return ()
    return tuple(pair_table(found.pairs, each.party, each.title) for each in found.regrets)


def since(found: Simulation) -> tuple[Table, ...]:
    """What a log says of the sides, if one was given."""
    return () if found.since is None else found.since.tables()


def as_judged(found: Simulation) -> tuple[Table, Table, Table]:
    """What comes of each strategy, what it is worth, and how it ends."""
    first = next(iter(found.odds.values()))
    return _odds(found, first), _worth(found, first), _endings(first)


def regrets(found: Simulation) -> tuple[Table, ...]:
    """What would be regretted, by what the sides are like and by reading."""
    if len(found.strategies) < 2 or found.pairs:
        return ()  # nobody chooses a pair
    return tuple(table for each in (*found.regrets, *found.doubts) for table in each.tables())


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
    size = f"{counted(found.runs, 'run')} of {counted(found.months, 'month')}, seed {found.seed}"
    lead = found.title_of(found.lead)
    answering = found.against == (RESPONSIVE.name,)
    others = "the others answer" if answering else f"the others follow {listed(found.against, 'or')}"
    title = f"{found.scenario.title}: {size}; {lead} leads, {others}"
    columns = ("strategy", "agreed", "after", "all done once", "after ", "stands", "collapsed", "a crisis")
    rows = tuple(
        (
            name,
            each.agreement.in_words,
            _months(each, "agreement"),
            each.implementation.in_words,
            _months(each, "implementation"),
            each.endings[LASTING].in_words,
            each.collapse.in_words,
            each.crisis.in_words,
        )
        for name, each in odds.items()
    )
    return Table(title, columns, rows, frozenset(columns[1:]))


def _months(odds: Odds, event: str) -> str:
    """The month by which half of those that ever come to it have; blank where none does."""
    found = odds.months[event]
    return "" if found is None else f"{found[1]} mo."


def _worth(found: Simulation, odds: Mapping[str, Odds]) -> Table:
    titles = {party: found.title_of(party) for party in next(iter(odds.values())).worth}
    columns = ("strategy", *titles.values())
    rows = tuple((name, *(each.worth[party].in_words for party in titles)) for name, each in odds.items())
    return Table("What it is worth to each side, in its own points", columns, rows, frozenset(columns[1:]))


def _endings(odds: Mapping[str, Odds]) -> Table:
    names = list(next(iter(odds.values())).endings)
    columns = ("strategy", *names, "tension", "months high")
    rows = tuple(
        (
            name,
            *(f"{100 * each.endings[end].p:.0f}%" for end in names),
            f"{each.mean_tension.mean:.2f}",
            each.high.in_words,
        )
        for name, each in odds.items()
    )
    return Table("How it ends, and the tension on the way", columns, rows, frozenset(columns[1:]))


def mixes(found: Simulation) -> tuple[Table, ...]:
    """With which strategy all is done most often, by what the sides are like."""
    if len(found.odds) < 2:
        return ()
    rows = []
    for mix, odds in found.odds.items():
        best = max(found.strategies, key=lambda name: odds[name].endings[LASTING].p)
        chance = odds[best].endings[LASTING]
        rows.append(
            (mix, best if chance.p else "none", chance.in_words, odds[best].collapse.in_words if chance.p else "")
        )
    columns = ("if", "all is done and stands most often with", "in", "collapsed then")
    title = "What comes of it, by what the sides are like"
    return (Table(title, columns, tuple(rows), frozenset(columns[2:])),)
