"""Does it hold together? Demands that can be met, packages that obey, somebody who must agree, sources that exist."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from detente.io.conditions import Rules
from detente.io.judgments import Moved, Moves, roles_in_force
from detente.io.nodes import Faults, Table, Text, UnreadableError, short, shown
from detente.io.parties import ROLES
from detente.io.schema import IssueDoc, PartyDoc, ScenarioDoc
from detente.io.scope import Scope
from detente.model.demand import Package
from detente.model.outcome import Outcome, SearchTooLongError, Terms
from detente.model.party import Role
from detente.model.scenario import Quorum
from detente.table import listed

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
    document: ScenarioDoc,
    rules: Rules,
    status_quo: Outcome,
    demands: Mapping[Text, Terms],
    packages: Mapping[Text, Package],
    scope: Scope,
) -> None:
    """Every demand can be had in some outcome, and no package breaks a condition."""
    documents, at = document.conditions, document.at.key("conditions")
    for number in rules.broken_by(status_quo):
        scope.faults.warn("the status quo breaks this condition", documents[number].at)
    for name, package in packages.items():
        for number in islice(rules.broken_by({**status_quo, **package.terms}), 1):
            line = documents[number].at.line
            scope.faults.add(f"this package breaks the condition on line {line}", name)
    try:
        possible = rules.leave({})
    except SearchTooLongError:
        scope.faults.add("the conditions interlock too much to be checked", at)
        return
    if not possible:
        culprit = rules.emptied_by()
        if culprit is None:
            scope.faults.add("the conditions leave no outcome at all", at)
        else:
            scope.faults.add("no outcome is left after this condition", documents[culprit].at)
        return
    for name, terms in demands.items():
        try:
            if not rules.leave(terms):
                scope.faults.add("no outcome that the conditions allow holds the terms of this demand", name)
        except SearchTooLongError:
            scope.faults.add("the conditions interlock too much to tell whether this demand can be met", name)
            return


def check_consent(
    parties: Mapping[Text, PartyDoc],
    judgments: Mapping[str, Moved],
    quorum: Quorum | None,
    scope: Scope,
    at: Text | Table,
) -> None:
    """Under any readings somebody must agree, a quorum can be had, and only a veto has its say over some options."""
    written = {str(name): bool(document.over) for name, document in parties.items()}
    wrong = {name for name, over in written.items() if over and scope.roles[name] is not Role.VETO}
    if Role.PRINCIPAL not in scope.roles.values():
        scope.faults.add("at least one party must be a principal", at)
        return
    active = _active(judgments)
    told: set[str] = set()
    for some in (_alone(judgments, active), _together(judgments, active, scope)):
        known = frozenset(told)  # what a reading does wrong alone is not told again of several
        for where, moved in some:
            roles, over = _as_read(moved, scope.roles, written)
            for what, message in _without_consent(roles, quorum):
                if what not in known:
                    scope.faults.add(f"{where} {message}", moved[-1].name)
                told.add(what)
            for name in (name for name, reaches in over.items() if reaches and name not in wrong):
                if roles.get(name, Role.VETO) is not Role.VETO:
                    message = f"'{short(name)}' is {ROLES[roles[name]]}, and only a veto has its say over some options"
                    scope.faults.add(f"{where} {message}; 'over: {{}}' lifts that", moved[-1].name)
                    wrong.add(name)


def _as_read(
    moved: Sequence[Moves], roles: Mapping[str, Role], over: Mapping[str, bool]
) -> tuple[dict[str, Role], dict[str, bool]]:
    """The roles, and who has its say over some options only, with some readings in force."""
    roles, over = dict(roles), dict(over)
    for moves in moved:
        roles.update(moves.roles)
        over.update({name: some for name, (some, add) in moves.over.items() if not add})
    for moves in moved:
        over.update({name: some or over.get(name, False) for name, (some, add) in moves.over.items() if add})
    return roles, over


def _without_consent(roles: Mapping[str, Role], quorum: Quorum | None) -> Iterator[tuple[str, str]]:
    """What is wrong where nobody would have to agree, or too few, and a sentence that says so."""
    if Role.PRINCIPAL not in roles.values():
        yield "principal", "no party is a principal"
        return
    count = sum(role is not Role.CONSULTED for role in roles.values())
    if quorum is not None and count < quorum.at_least:
        have = "has" if count == 1 else "have"
        yield "at least", f"only {count} {have} a say, and the quorum asks for {quorum.at_least}"
    for name in quorum.always if quorum is not None else ():
        if roles.get(name) is Role.CONSULTED:
            yield f"always {name}", f"'{short(name)}' is consulted, and the quorum always needs its consent"


def _active(judgments: Mapping[str, Moved]) -> dict[str, Moves]:
    """The likely readings that move anybody's consent, by judgment."""
    likely = {name: each.readings[each.likely] for name, each in judgments.items() if each.likely is not None}
    return {name: moves for name, moves in likely.items() if _moves_consent(moves)}


State = tuple[str, list[Moves]]
"""Readings in force together, in words and one by one."""


def _alone(judgments: Mapping[str, Moved], active: Mapping[str, Moves]) -> Iterator[State]:
    """The likely readings, and these with one judgment flipped."""
    if active:
        yield "with the likely readings", list(active.values())
    for name, each in judgments.items():
        for reading, moves in each.readings.items():
            if reading != each.likely and (name in active or _moves_consent(moves)):
                yield f"with the reading {shown(moves.name)}", [*_beside(active, name), moves]


def _together(judgments: Mapping[str, Moved], active: Mapping[str, Moves], scope: Scope) -> Iterator[State]:
    """Readings of several judgments, such that if any together are wrong, some of these are."""
    for counts in ((Role.PRINCIPAL,), (Role.PRINCIPAL, Role.VETO)):
        yield from _fewest(judgments, active, counts, scope)
    yield from _reaching(judgments, active)


def _fewest(
    judgments: Mapping[str, Moved], active: Mapping[str, Moves], counts: Collection[Role], scope: Scope
) -> Iterator[State]:
    """Every judgment read such that the fewest have one of some roles; no two judgments set the same one's role."""
    chosen: dict[str, Moves | None] = {**active}
    said = []
    for name, each in judgments.items():
        ways = [(_more(moves, counts, scope), shown(moves.name), moves) for moves in each.readings.values()]
        fewest, words, moves = min([*ways, (0, f"'{short(name)}' as written", None)], key=lambda way: way[0])
        if fewest < (_more(active[name], counts, scope) if name in active else 0):
            chosen.pop(name, None)
            chosen[name] = moves
            said.append(words)
    moved = [moves for moves in chosen.values() if moves is not None]
    if said and moved:
        yield f"with {listed(said)}{' together' if len(said) > 1 else ''}", moved


def _reaching(judgments: Mapping[str, Moved], active: Mapping[str, Moves]) -> Iterator[State]:
    """For each party, a reading that makes it no veto beside one of another judgment that gives it a say over options.

    No two judgments set its role, so that the first of the one and of the others will do.
    """
    named = [(name, moves) for name, each in judgments.items() for moves in each.readings.values()]
    fallen: dict[str, tuple[str, Moves]] = {}
    for name, moves in named:
        for party, role in moves.roles.items():
            if role is not Role.VETO:
                fallen.setdefault(party, (name, moves))
    for name, moves in named:
        for party, (some, _) in moves.over.items():
            other, fall = fallen.get(party, (name, moves))
            if some and other != name:
                del fallen[party]
                where = f"with {shown(fall.name)} and {shown(moves.name)} together"
                yield where, [*_beside(active, other, name), fall, moves]


def _beside(active: Mapping[str, Moves], *judgments: str) -> list[Moves]:
    """The likely readings of all other judgments."""
    return [moves for name, moves in active.items() if name not in judgments]


def _more(moves: Moves, counts: Collection[Role], scope: Scope) -> int:
    """How many more parties have one of some roles with a reading than as written."""
    was = {name: scope.roles.get(name) for name in moves.roles}
    return sum((role in counts) - (was[name] in counts) for name, role in moves.roles.items())


def _moves_consent(moves: Moves) -> bool:
    return bool(moves.roles or moves.over)


def check_doers(issues: Mapping[Text, IssueDoc], judgments: Mapping[str, Moved], scope: Scope) -> None:
    """Whoever carries something out and is only heard, as things stand in the base case, gets a warning."""
    roles = roles_in_force(judgments, scope)
    for party in (name for issue in issues.values() for name in issue.by if name is not None):
        if roles.get(party) is Role.CONSULTED:
            likely = "" if scope.roles[party] is Role.CONSULTED else " with the likely readings"
            message = f"{shown(party)} is consulted{likely}; its cooperation is needed there whatever its role says"
            scope.faults.warn(message, party)


def check_sources(document: ScenarioDoc, faults: Faults) -> None:
    """A source of one word is meant as a key where there are keys."""
    known = document.sources
    for text in faults.sources if known else ():
        if text not in known and not any(sign in text for sign in " /:"):
            faults.warn(f"'{short(text)}' is no key of 'sources'{faults.hint(text, known)}", text)
