"""What may a strategy not say? Steps that are not its own, done already, or that wait for others."""

from detente.simulation.strategy import Move, Situation
from detente.table import listed


def impossible(here: Situation, move: Move, *, answering: bool) -> list[str]:
    """What of a move cannot be; who answers may rest on what others say."""
    return _not_there(here, move) or ([] if answering else _out_of_order(here, move))


def _not_there(here: Situation, move: Move) -> list[str]:
    """What is in a move and is not for this side to say."""
    every, mine, theirs = here.agenda.all, here.mine, here.theirs
    named = move.steps.union(move.wanted, move.back, *move.then)
    told = [
        (named - every, "no step of this plan"),
        (move.steps & every - mine, "not its own to take"),
        (move.wanted & every - theirs, "nobody else's to take"),
        ((move.steps | move.wanted) & here.done, "done already"),
        (move.back & every - (mine & here.done), "not its own to take back"),
    ]
    return [f"{listed(sorted(steps))}: {why}" for steps, why in told if steps]


def _out_of_order(here: Situation, move: Move) -> list[str]:
    """What cannot come now, even if all that a side proposes came about."""
    game, taken, wrong = here.agenda.game, move.steps | move.wanted, []
    for step in sorted(taken):
        late = here.waits_for(step) - taken
        wrong += [f"{step}: needs {listed(sorted(late))} before"] if late else []
    if not wrong and taken and not game.allows(here.agenda.state(here.done | taken)):
        wrong.append(f"{listed(sorted(taken))}: a condition of the scenario would be broken")
    return wrong
