"""Why is nothing agreed? What stands in the way at the start: a signature, trust, or that it does not pay."""

from detente.kernels.beliefs import trust
from detente.simulation.referee import Referee
from detente.simulation.weighing import NEVER
from detente.table import listed


def obstacle(judge: Referee) -> str:
    """What stands in the way of one line at the start, in a sentence; nothing where nothing surely does."""
    made = judge.stage
    against = [made.scenario.parties[made.game.parties[party]].title for party, p in made.blockers.items() if p >= 1]
    if against:
        return f"{listed(against)} would not sign"
    return "; ".join(text for i in range(len(made.sides)) if (text := _unwilling(judge, i)))


def _unwilling(judge: Referee, i: int) -> str:
    """Why a side declines at the start, if it does."""
    made, offer = judge.stage, judge.offers[judge.offer(judge.start(), 0)]
    title, needed = made.scenario.parties[made.names[i]].title, float(offer.needs[0, i])
    if needed >= NEVER:
        return f"{title} gains nothing by going on, whatever the others do"
    given = float((offer.relies[i] * trust(made.logs)).sum())
    if given >= needed:
        return ""
    return f"{title} trusts the others {100 * given:.0f}%, and it takes {100 * needed:.0f}%"
