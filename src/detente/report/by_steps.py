"""All at once, or step by step? The section of the brief in which the roadmap and its rivals are played out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from detente.report.blocks import Block, Bullets, Heading, Paragraph, Rows
from detente.report.findings import Findings
from detente.table import Table, counted

if TYPE_CHECKING:
    from detente.simulation.simulate import Simulation

STRATEGIES = ("all-or-nothing", "at-once", "pressure", "patience", "roadmap")
"""The roadmap, and what is proposed in its place."""

RUNS = 200
"""So many runs of each stand within three and a half points; the claims on the process are put to the same."""


def all_at_once(found: Findings) -> Iterable[Block]:
    """The section; nothing where there is no roadmap to play, or the file says nothing of a process."""
    if found.played is None:
        return
    from detente.report.played import (  # late: a quick brief needs none of it
        beside_steps,
        in_sentences,
        never_agreed,
        strategies_in_words,
    )
    from detente.report.simulated import ended
    from detente.simulation.rows import CAUTION, as_judged

    played = found.played
    yield Heading("All at once, or step by step?", "process")
    yield Paragraph(in_sentences(played)[0])
    yield Paragraph(CAUTION, lead=True)
    yield Rows(_table(played))
    yield ended(played, as_judged(played)[2])
    yield Bullets((*never_agreed(played), *beside_steps(played)))
    size = f"{counted(played.runs, 'run')} of {counted(played.months, 'month')}, seed {played.seed}"
    yield Paragraph(
        f"In the table, {strategies_in_words(played)} {size}; {played.title_of(played.lead)} leads, the others do "
        "their part where that pays and their trust suffices; ± is the standard error. More strategies and runs, "
        "tension, and what would be regretted: detente simulate."
    )


def _table(played: Simulation) -> Table:
    """What comes of each strategy, and what that is worth to each principal."""
    from detente.report.played import principals  # late, as above

    odds, parties = next(iter(played.odds.values())), principals(played)
    columns = ("strategy", "agreed", "all done", "collapsed", *(f"worth to {played.title_of(p)}" for p in parties))
    rows = tuple(
        (
            name,
            *(chance.in_words for chance in (each.agreement, each.implementation, each.collapse)),
            *(each.worth[p].in_words for p in parties),
        )
        for name, each in odds.items()
    )
    return Table("What comes of each strategy", columns, rows, frozenset(columns[1:]))


def payload(played: Simulation) -> dict[str, object]:
    """For JSON: what the section tells."""
    odds = next(iter(played.odds.values()))
    return {
        "runs": played.runs,
        "months": played.months,
        "seed": played.seed,
        "lead": played.lead,
        "strategies": {
            name: {
                "agreement": each.agreement.payload(),
                "implementation": each.implementation.payload(),
                "collapse": each.collapse.payload(),
                "worth": {party: mean.payload() for party, mean in each.worth.items()},
            }
            for name, each in odds.items()
        },
    }
