"""Does it hold together? Demands that can be met, packages that obey, somebody who must agree, sources that exist."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from detente.io.conditions import Rules
from detente.io.judgments import Moved, Moves
from detente.io.nodes import Faults, Table, Text, UnreadableError, short
from detente.io.parties import ROLES
from detente.io.schema import ConditionDoc, PartyDoc, ScenarioDoc
from detente.io.scope import Scope
from detente.model.demand import Package
from detente.model.outcome import Outcome, SearchTooLongError, Terms
from detente.model.party import Role

MOST = {
    "issues": 500,
    "parties": 100,
    "interactions": 2_000,
    "conditions": 1_000,
    "demands": 500,
    "packages": 500,
    "judgments": 200,
    "claims": 2_000,
    "commitments": 300,
    "roadmaps": 100,
    "sources": 5_000,
    "notes": 1_000,
}
MOST_READINGS = 50


def check_counts(document: ScenarioDoc, faults: Faults) -> None:
    """UnreadableError if there is more of something than anyone could read."""
    before = faults.count
    for key, most in MOST.items():
        count = len(getattr(document, key))
        if count > most:
            faults.add(f"at most {most:,} {key}; there are {count:,}", document.at.key(key))
    for name, judgment in document.judgments.items():
        if len(judgment.readings) > MOST_READINGS:
            faults.add(f"at most {MOST_READINGS} readings; there are {len(judgment.readings):,}", name)
    if faults.count > before:
        raise UnreadableError


def check_rules(
    documents: Sequence[ConditionDoc],
    rules: Rules,
    status_quo: Outcome,
    demands: Mapping[Text, Terms],
    packages: Mapping[Text, Package],
    scope: Scope,
) -> None:
    """Every demand can be had in some outcome, and no package breaks a condition."""
    for number in rules.broken_by(status_quo):
        scope.faults.warn("the status quo breaks this condition", documents[number].at)
    for name, package in packages.items():
        for number in islice(rules.broken_by({**status_quo, **package.terms}), 1):
            line = documents[number].at.line
            scope.faults.add(f"this package breaks the condition on line {line}", name)
    at = documents[0].at
    try:
        possible = rules.leave({})
    except SearchTooLongError:
        scope.faults.add("the conditions interlock too much to be checked", at)
        return
    if not possible:
        scope.faults.add("the conditions leave no outcome at all", at)
        return
    for name, terms in demands.items():
        try:
            if not rules.leave(terms):
                scope.faults.add("no outcome that the conditions allow holds the terms of this demand", name)
        except SearchTooLongError:
            scope.faults.add("the conditions interlock too much to tell whether this demand can be met", name)
            return


def check_consent(
    parties: Mapping[Text, PartyDoc], judgments: Mapping[str, Moved], scope: Scope, at: Text | Table
) -> None:
    """Under every reading somebody must agree, and only a veto has its say over some options."""
    written = {str(name): bool(document.over) for name, document in parties.items()}
    wrong = {name for name, over in written.items() if over and scope.roles[name] is not Role.VETO}
    if Role.PRINCIPAL not in scope.roles.values():
        scope.faults.add("at least one party must be a principal", at)
        return
    for where, active in _states(judgments, scope):
        roles, over = dict(scope.roles), dict(written)
        for moves in active:
            roles.update(moves.roles)
            over.update({name: some for name, (some, add) in moves.over.items() if not add})
        for moves in active:
            over.update({name: some or over.get(name, False) for name, (some, add) in moves.over.items() if add})
        spot = active[-1].name
        if Role.PRINCIPAL not in roles.values():
            scope.faults.add(f"{where} no party is a principal", spot)
        for name, some in over.items():
            if some and name in roles and roles[name] is not Role.VETO and name not in wrong:
                message = (
                    f"{where} '{short(name)}' is {ROLES[roles[name]]}, and only a veto has its say over some options"
                )
                scope.faults.add(f"{message}; 'over: {{}}' lifts that", spot)
                wrong.add(name)


def _states(judgments: Mapping[str, Moved], scope: Scope) -> Iterator[tuple[str, list[Moves]]]:
    """The readings in force, in words: as likely, with one judgment flipped, and those that draws may put together."""
    active = {
        name: each.readings[each.likely]
        for name, each in judgments.items()
        if each.likely is not None and _moves_consent(each.readings[each.likely])
    }
    if active:
        yield "with the likely readings", list(active.values())
    for name, each in judgments.items():
        for reading, moves in each.readings.items():
            if reading != each.likely and (name in active or _moves_consent(moves)):
                flipped = [*(one for other, one in active.items() if other != name), moves]
                yield f"with the reading '{short(moves.name)}'", flipped
    yield from _drawn_together(judgments, active, scope)


def _drawn_together(
    judgments: Mapping[str, Moved], active: Mapping[str, Moves], scope: Scope
) -> Iterator[tuple[str, list[Moves]]]:
    """Readings that draws may put in force together, such that if any would be wrong, one of these is.

    No two of them set one role (that is a fault of its own), so the fewest principals are left where each judgment
    leaves the fewest; and a veto's reach goes with its role, so pairs of the two are enough.
    """
    drawn = {
        name: [moves for reading, moves in each.readings.items() if reading in each.drawn and _moves_consent(moves)]
        for name, each in judgments.items()
    }
    drawn = {name: some for name, some in drawn.items() if some}
    fewest = {name: min(some, key=lambda moves: _principals(moves, scope)) for name, some in drawn.items()}
    rest = {name: moves for name, moves in active.items() if name not in drawn}
    if len(fewest) > 1:
        yield _where(fewest.values()), [*rest.values(), *fewest.values()]
    for one, some in drawn.items():
        for other, others in drawn.items():
            for role in some if one != other else ():
                for reach in (each for each in others if set(role.roles) & set(each.over)):
                    beside = [moves for name, moves in active.items() if name not in (one, other)]
                    yield _where((role, reach)), [*beside, role, reach]


def _principals(moves: Moves, scope: Scope) -> int:
    """How many more principals there are with a reading than as written."""
    was = {name: scope.roles.get(name) for name in moves.roles}
    return sum((role is Role.PRINCIPAL) - (was[name] is Role.PRINCIPAL) for name, role in moves.roles.items())


def _where(several: Iterable[Moves]) -> str:
    names = [f"'{short(each.name)}'" for each in several]
    return f"where draws put the readings {', '.join(names[:-1])} and {names[-1]} together,"


def _moves_consent(moves: Moves) -> bool:
    return bool(moves.roles or moves.over)


def check_sources(document: ScenarioDoc, faults: Faults) -> None:
    """A source of one word is meant as a key where there are keys."""
    known = document.sources
    for text in faults.sources if known else ():
        if text not in known and not any(sign in text for sign in " /:"):
            faults.warn(f"'{short(text)}' is no key of 'sources'{faults.hint(text, known)}", text)
