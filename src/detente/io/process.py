"""How does it go among people, as the file tells it? Who leads, what is seen, how tension moves, what may happen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.io.fields import Doc, said, sources
from detente.io.judgments import Moved
from detente.io.nodes import Faults, Node, Table, Text, short
from detente.io.parties import ROLES
from detente.io.process_schema import (
    ByPartyDoc,
    CrisisDoc,
    EchoDoc,
    LeaderDoc,
    PressureDoc,
    ProcessDoc,
    TensionDoc,
)
from detente.io.scope import Scope
from detente.model.party import Role
from detente.model.process import (
    CALM,
    EVERYBODY,
    NO_PROCESS,
    ByParty,
    Leadership,
    Pressure,
    Process,
    Tension,
    echo_of,
    of_party,
)
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class _Rule:
    """What holds of a number, and how that is said after its key."""

    says: str
    holds: Callable[[Quantity], bool]


_SHARE = _Rule("lies from 0 to 1", lambda value: value.low >= 0 and value.high <= 1)
_AMOUNT = _Rule("cannot be below 0", lambda value: value.low >= 0)
_HAZARD = _Rule("is a chance per month, from 0 to below 1", lambda value: value.low >= 0 and value.high < 1)
_PART = _Rule("lies above 0, and is at most 1", lambda value: value.low > 0 and value.high <= 1)

_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("slip", "false alarm", "chance", "ratification", "spoiling", "start", "high"), _SHARE),
    **dict.fromkeys(("echo", "incidents", "kept", "broken", "bites", "costs", "tension", "reserve"), _AMOUNT),
    **dict.fromkeys(("calm", "full"), _HAZARD),
    "calming": _PART,
    "spread": _Rule("must be above 0", lambda value: value.low > 0),
    "announced": _Rule("cannot be below 1", lambda value: value.low >= 1),
    "patience": _Rule("is a discount per period, above 0 and below 1", lambda v: v.low > 0 and v.high < 1),
}
_ALONE = ("everybody", "parties", "sides")
"""Keys that the file does not write: what is under them is under the key above."""


def resolve_process(document: ProcessDoc | None, packages: Mapping[str, object], scope: Scope) -> Process:
    """The process, with the default of each key that is not given; a fault for every number outside its range."""
    if document is None:
        return NO_PROCESS
    _check_ranges("process", document, document.at, scope.faults)
    return Process(
        tension=_tension(document.tension, scope),
        lead=None if document.lead is None else scope.party(document.lead),
        everything=None if document.everything is None else scope.entry("package", document.everything, packages),
        crisis=_crisis(document.crisis, scope.faults),
        crisis_costs=scope.by_party({} if document.crisis is None else document.crisis.costs),
        leadership=_leadership(document.leadership, scope),
        ratification=scope.by_party(document.ratification),
        spoiling=scope.by_party(document.spoiling),
        pressure=_pressure(document.pressure, scope),
        reserve=_each(document.reserve, NO_PROCESS.reserve, scope),
        why=said(document.why),
        source=sources(document.source),
        **_given(document, "slip", "false_alarm", "restraint", "spread", "announced"),
    )


def _given(document: Doc, *keys: str) -> dict[str, Quantity]:
    """The numbers that the file gives under these keys."""
    return {key: value for key in keys if (value := getattr(document, key)) is not None}


def _check_ranges(key: str, value: object, at: Node, faults: Faults) -> None:
    """Every number under a key of the file obeys the rule of its key."""
    if isinstance(value, Quantity):
        rule = _RULES.get(key)
        if rule is not None and not rule.holds(value):
            faults.add(f"{key} {rule.says}", at)
    elif isinstance(value, Doc):
        for name, info in type(value).model_fields.items():
            own = info.alias or name
            if value.at.gives(own):
                below = key if own in _ALONE else own
                _check_ranges(below, getattr(value, name), value.at.under(own), faults)
    elif isinstance(value, dict) and isinstance(at, Table):
        for name, each in value.items():
            _check_ranges(key, each, at.under(name), faults)


def _tension(document: TensionDoc | None, scope: Scope) -> Tension:
    if document is None:
        return CALM
    return replace(
        CALM,
        start=_each(document.start, CALM.start, scope),
        drive=_each(document.drive, CALM.drive, scope),
        calming=_each(document.calming, CALM.calming, scope),
        echo=_echo(document.echo, scope),
        **_given(document, "incidents", "kept", "broken", "high"),
    )


def _each(document: ByPartyDoc | None, default: ByParty, scope: Scope) -> ByParty:
    """One number for everybody, or by party, the default for whoever is not named."""
    if document is None:
        return default
    if document.everybody is not None:
        return {EVERYBODY: document.everybody}
    return {**default, **scope.by_party(document.parties)}


def _echo(document: EchoDoc | None, scope: Scope) -> dict[str, ByParty]:
    if document is None:
        return {}
    if document.everybody is not None:
        return {EVERYBODY: {EVERYBODY: document.everybody}}
    found = {}
    for name, row in document.sides.items():
        for other in row.parties:
            if other == name:
                scope.faults.add(
                    "a side does not echo itself; what is left of its own tension is up to 'calming'", other
                )
        found[scope.party(name)] = _each(row, {}, scope)
    return found


def _crisis(document: CrisisDoc | None, faults: Faults) -> tuple[Quantity, Quantity] | None:
    if document is None or document.calm is None or document.full is None:
        return None
    calm, full = document.calm, document.full
    if full.low < calm.high:
        faults.add("a crisis cannot be less likely at full tension than at none", document.at.under("full"))
    elif calm.low == 0 < full.high:
        message = "'calm' must be above 0 where 'full' is: the chance grows by a factor; try a small one such as 0.0001"
        faults.add(message, document.at.under("calm"))
    return calm, full


def _leadership(documents: Mapping[Text, LeaderDoc], scope: Scope) -> dict[str, Leadership]:
    return {
        scope.party(name): Leadership(each.chance, each.patience)
        for name, each in documents.items()
        if each.chance is not None
    }


def _pressure(document: PressureDoc | None, scope: Scope) -> Pressure:
    if document is None:
        return NO_PROCESS.pressure
    tension = NO_PROCESS.pressure.tension if document.tension is None else document.tension
    return Pressure(scope.by_party(document.bites), scope.by_party(document.costs), tension)


def growth(tension: Tension, sides: Sequence[str]) -> float:
    """How much of all tension is left after a month, at worst and if nothing feeds it: below 1 it dies down.

    The spectral radius of I − diag(calming) + echo over the sides, calming at its low end and echo at its high.
    """
    matrix = np.array([[float(echo_of(tension, sides, one, other).high) for other in sides] for one in sides])
    left = [1 - float(calming.low) for one in sides if (calming := of_party(tension.calming, one)) is not None]
    return float(np.abs(np.linalg.eigvals(matrix + np.diag(left))).max(initial=0.0)) if sides else 0.0


def possible_sides(scenario: Scenario, moved: Mapping[str, Moved]) -> tuple[str, ...]:
    """Whoever acts under some reading's roles."""
    roles = _roles(scenario, moved)
    return scenario.with_roles({name: Role.PRINCIPAL for name, some in roles.items() if Role.PRINCIPAL in some}).sides


def check_process(document: ProcessDoc | None, scenario: Scenario, moved: Mapping[str, Moved], scope: Scope) -> None:
    """Whoever leads acts, whoever spoils has no say, and tension dies down: under every reading's roles."""
    if document is None:
        return
    roles, sides = _roles(scenario, moved), possible_sides(scenario, moved)
    lead = document.lead
    if lead is not None and lead in roles and lead not in sides:
        message = f"'{short(lead)}' cannot lead: it is no principal and carries nothing out"
        scope.faults.add(message, lead)
    for name in document.spoiling:
        if name in roles and Role.CONSULTED not in roles[name]:
            message = f"'{short(name)}' is {ROLES[scenario.parties[name].role]} and has its say anyway"
            scope.faults.add(f"{message}; only a consulted party spoils", name)
    for name in (*document.leadership, *document.ratification):
        has_say = name in roles and (name in sides or Role.VETO in roles[name])
        if name in roles and not has_say:
            scope.faults.warn(f"'{short(name)}' has no part in the process, so this does nothing", name)
    _check_growth(document, scenario.process.tension, [scenario.sides, sides], scope.faults)


def _roles(scenario: Scenario, moved: Mapping[str, Moved]) -> dict[str, set[Role]]:
    """The roles that each party has as written or under some reading."""
    roles = {name: {party.role} for name, party in scenario.parties.items()}
    for judgment in moved.values():
        for moves in judgment.readings.values():
            for name, role in moves.roles.items():
                roles.get(name, set()).add(role)
    return roles


def _check_growth(document: ProcessDoc, tension: Tension, every: Sequence[Sequence[str]], faults: Faults) -> None:
    echoes = [number for row in tension.echo.values() for number in row.values()]
    sound = all(map(_PART.holds, tension.calming.values())) and all(map(_AMOUNT.holds, echoes))
    if document.tension is None or not sound:
        return
    radius = max(growth(tension, sides) for sides in every)
    if round(radius, 9) >= 1:
        message = (
            f"tension never dies down: of all there is, {radius:,.4g} times as much is left after a month "
            "(the spectral radius, which must be below 1); try more 'calming' or less 'echo'"
        )
        given = document.tension.at
        faults.add(message, given.key("echo") if given.gives("echo") else document.at.key("tension"))
