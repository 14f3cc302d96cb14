"""Which order is chosen? The best for an aim, or else the one with the least bond, and how it is spoken of."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.analysis.limits import out_of_time
from detente.errors import InfeasibleError, NotFoundError, OutOfTimeError
from detente.model.names import nearest
from detente.model.scenario import Scenario
from detente.planning.best import AIMS, Best, best
from detente.planning.blocked import why_none
from detente.planning.compare import others
from detente.planning.game import Game
from detente.planning.halving import least_patience, least_trust
from detente.planning.measure import Order
from detente.planning.progress import Standing
from detente.planning.rules import Rules

AIM_NAMES = (*AIMS, "patience", "trust")
"""What a roadmap may be made small (or, for value, large) in."""

GIVEN = "given"
OPTIMAL = "optimal"
GAP = "gap"
INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An order, with its status and gap, and how it is spoken of; `stuck` says why there is none, if so."""

    order: Order
    status: str
    gap: Fraction | None
    says: str
    stuck: str = ""


def chosen(scenario: Scenario, here: Standing, aim: str, rules: Rules, patience: tuple[Fraction, ...] | None) -> Chosen:
    """The best order, or where none is self-enforcing the one with the least bond.

    Where there is none at all, a log still tells where things stand; else InfeasibleError or OutOfTimeError.
    """
    try:
        return _chosen(scenario, here, aim, rules, patience)
    except (InfeasibleError, OutOfTimeError) as error:
        if here.log is None:
            raise
        return Chosen((), INFEASIBLE, None, "Nothing more is planned", str(error))


def _chosen(
    scenario: Scenario, here: Standing, aim: str, rules: Rules, patience: tuple[Fraction, ...] | None
) -> Chosen:
    made = here.game
    known = tuple(others(scenario, made, here.state).values()) if made.all & ~here.state else ()
    found = _found(made, aim, rules, patience, known)
    if found.order is not None:
        says = f"The roadmap: the best order {'' if found.proven else 'found '}for {aim}"
        return Chosen(found.order, OPTIMAL if found.proven else GAP, found.gap, says)
    late = out_of_time()
    asked = patience is not None or aim in ("patience", "trust")
    fallback = best(made, "bond", rules, None, known) if asked else found
    if fallback.order is None:
        if fallback.proven:
            raise InfeasibleError(why_none(scenario, made, rules))
        if late:
            raise OutOfTimeError("no order was found in time; allow more time")
        raise OutOfTimeError("the search could not decide whether there is an order; ask for fewer limits")
    least_bond = f"this one has the least bond{'' if fallback.proven else ' of those found'}"
    if found.proven:
        return Chosen(fallback.order, INFEASIBLE, None, f"No order is self-enforcing; {least_bond}")
    undecided = (
        "No self-enforcing order was found in time"
        if late
        else "The search could not decide whether any order is self-enforcing"
    )
    return Chosen(fallback.order, GAP, None, f"{undecided}; {least_bond}")


def check_aim(made: Game, aim: str) -> None:
    """NotFoundError for what is no aim; InfeasibleError where it asks for a patience that the file does not state."""
    if aim not in AIM_NAMES:
        raise NotFoundError(f"no aim named '{aim}'{nearest(aim, AIM_NAMES)}")
    if aim == "trust" and made.patience is None:
        raise InfeasibleError("trust depends on patience: state 'patience' in the scenario, or choose another aim")


def _found(made: Game, aim: str, rules: Rules, patience: tuple[Fraction, ...] | None, known: Sequence[Order]) -> Best:
    if aim == "patience":
        return least_patience(made, rules, known)
    if aim == "trust":
        return least_trust(made, rules, made.patience or (), known)
    return best(made, aim, rules, patience, known)
