"""Which promises is a roadmap planned with, and what holds along the way?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from detente.io.fields import said, sources
from detente.io.nodes import Faults, Text, short
from detente.io.process_schema import SymbolDoc
from detente.io.schema import CommitmentDoc, IssueDoc, OptionDoc, PlanDoc, ScenarioDoc
from detente.io.scope import Scope
from detente.model.commitment import DISCOUNT, Commitment, Course, Plan, Rounds
from detente.model.demand import Package
from detente.model.issue import path_to
from detente.model.process import Symbol
from detente.model.quantity import Quantity

Key = TypeVar("Key")

_MOST_MISSING = 5
"""So many commitments that are in no round are named."""

LONGEST = 1_200
"""Months that anything may take: a hundred years."""


def check_carried_out(document: OptionDoc | CommitmentDoc, faults: Faults) -> None:
    """Time is no less than nothing and no more than anyone lives, sight a percentage, undoing no gain."""
    for key, value in (("months", document.months), ("detection", document.detection)):
        if value is not None and not 0 <= value.low <= value.high <= LONGEST:
            message = f"{key} cannot be below 0" if value.low < 0 else f"{key} cannot be above {LONGEST:,}"
            faults.add(message, document.at.under(key))
    if document.verifiable is not None and not 0 <= document.verifiable.low <= document.verifiable.high <= 100:
        faults.add("verifiable goes from 0 to 100", document.at.under("verifiable"))
    if isinstance(document.reversible, Quantity) and document.reversible.low < 0:
        faults.add("undoing cannot cost less than nothing", document.at.under("reversible"))


def resolve_needs(documents: Mapping[Text, IssueDoc], scope: Scope) -> None:
    """Put into scope what each option needs of other issues, and what it means; a fault where some wait in a circle."""
    waits: dict[Rung, list[Rung]] = {}
    places: dict[Rung, Text] = {}
    for name, document in documents.items():
        issue = scope.issues.get(name)
        if issue is None:
            continue
        options = dict(issue.options)
        for option, each in document.options.items():
            needs = _needs(name, each, scope)
            symbol = _symbol(each.symbolic, "issue", scope.grids, scope)
            options[option] = replace(options[option], needs=needs, symbolic=symbol)
            waits[str(name), str(option)] = list(needs.items())
            places[str(name), str(option)] = option
        scope.issues[str(name)] = replace(issue, options=options)
        for rung in waits.keys() & {(str(name), option) for option in options}:
            waits[rung] += [(str(name), below) for below in path_to(issue, rung[1])[:-1][-1:]]
    for circle in _circles(waits):
        first = next((rung for rung in circle if rung in places), None)
        if first is not None:
            scope.faults.add(_waiting([option for _, option in circle]), places[first])


def _symbol(document: SymbolDoc | None, what: str, known: Mapping[str, object], scope: Scope) -> Symbol | None:
    """What a step means beyond its worth; the steps whose worth it changes are named by issue or commitment."""
    if document is None:
        return None
    fades = document.fades
    if fades is not None and not 1 <= fades.low <= fades.high <= LONGEST:
        scope.faults.add(f"fades lies from 1 to {LONGEST:,} months", document.at.under("fades"))
    worth = {
        scope.party(party): {scope.entry(what, name, known): each for name, each in table.items() if each is not None}
        for party, table in document.worth.items()
    }
    return Symbol(document.belief, document.tension, worth, fades)


Rung = tuple[str, str]


def _needs(issue: Text, document: OptionDoc, scope: Scope) -> dict[str, str]:
    needs = {}
    for other, name in document.needs.items():
        if other == issue:
            scope.faults.add("an option can need options of other issues only; its own come in order anyway", other)
            continue
        grid = scope.grid(other)
        named = grid.options(name, scope.faults) if grid is not None and name is not None else ()
        if len(named) > 1 and name is not None:
            scope.faults.add("one option is due here, not a span", name)
        needs.update({str(other): named[0]} if named else {})
    return needs


def _circles(waits: Mapping[Key, list[Key]]) -> list[list[Key]]:
    """All that wait for one another, circle by circle, each step before what it waits for; no step is told twice."""
    found: list[list[Key]] = []
    left = dict(waits)
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[Key] = list(reversed(error.args[1]))
            found.append(circle)
            left = {key: [k for k in some if k not in circle] for key, some in left.items() if key not in circle}
        else:
            return found


def _waiting(circle: Sequence[str]) -> str:
    words = " needs ".join(f"'{short(name)}'" for name in circle)
    return f"these wait for one another: {words}"


def resolve_commitments(documents: Mapping[Text, CommitmentDoc], scope: Scope) -> dict[str, Commitment]:
    """The commitments, in the order of the file; a fault for whatever can never be done."""
    found: dict[str, Commitment] = {}
    names = {str(name): name for name in documents}
    for name, document in documents.items():
        check_carried_out(document, scope.faults)
        if not document.by and document.at.gives("by"):
            scope.faults.add("somebody must carry it out", name)
        needs = tuple(scope.entry("commitment", each, names) for each in document.needs)
        undo = document.reversible
        found[str(name)] = Commitment(
            id=str(name),
            by=scope.parties(document.by),
            lump=scope.by_party(document.lump),
            flow=scope.by_party(document.flow),
            reversible=undo is not None and undo is not False,
            undoing=undo if isinstance(undo, Quantity) else None,
            needs=tuple(dict.fromkeys(needs)),
            months=document.months,
            detection=document.detection,
            verifiable=document.verifiable,
            symbolic=_symbol(document.symbolic, "commitment", names, scope),
            title=said(document.title),
            why=said(document.why),
            source=sources(document.source),
            line=name.line,
        )
    _check_cycles(documents, found, scope)
    return found


def _check_cycles(documents: Mapping[Text, CommitmentDoc], found: Mapping[str, Commitment], scope: Scope) -> None:
    for circle in _circles({name: [n for n in each.needs if n in found] for name, each in found.items()}):
        scope.faults.add(_waiting(circle), next(name for name in documents if name == circle[0]))


def resolve_course(document: ScenarioDoc, scope: Scope) -> Course:
    """Patience, breakdown, completion and stakes; a fault for what lies outside its range."""
    at = document.at
    patience = _within(document.patience, scope, "patience is a discount per period, above 0 and below 1", _open)
    stake = _within(document.stake, scope, "a stake cannot be below 0", lambda value: value.low >= 0)
    discount, breakdown = document.discount, document.breakdown
    if discount is not None and not 0 < discount < 1:
        scope.faults.add("the reference discount lies above 0 and below 1", at.under("discount"))
    if breakdown is not None and not 0 <= breakdown.low <= breakdown.high < 1:
        scope.faults.add("a chance of breakdown per period lies from 0 to below 1", at.under("breakdown"))
    return Course(
        DISCOUNT if discount is None else Fraction(discount),
        patience,
        breakdown,
        scope.by_party(document.completion),
        stake,
    )


def _open(value: Quantity) -> bool:
    return 0 < value.low <= value.high < 1


def _within(
    table: Mapping[Text, Quantity | None], scope: Scope, rule: str, holds: Callable[[Quantity], bool]
) -> dict[str, Quantity]:
    for name, value in table.items():
        if value is not None and not holds(value):
            scope.faults.add(rule, name)
    return scope.by_party(table)


def resolve_roadmaps(
    documents: Mapping[Text, PlanDoc],
    packages: Mapping[str, Package],
    commitments: Mapping[str, Commitment],
    scope: Scope,
) -> dict[str, Plan]:
    """The roadmaps that the file draws up; which commitments a package comes to is known only once it is planned."""
    found = {}
    for name, document in documents.items():
        package = scope.entry("package", document.package, packages) if document.package is not None else None
        if package is None and not commitments:
            scope.faults.add("name the 'package' that the rounds lead to", name)
        rounds: Rounds = tuple(tuple(said(each) for each in step) for step in document.rounds)
        if document.at.gives("rounds") and not all(document.rounds or [[]]):
            scope.faults.add("a roadmap has at least one round, and no round is empty", document.at.key("rounds"))
        if package is None and commitments:
            _check_rounds(document, commitments, scope)
        found[str(name)] = Plan(
            str(name),
            rounds,
            package,
            scope.parties(document.by),
            said(document.title),
            said(document.why),
            sources(document.source),
            name.line,
        )
    return found


def _check_rounds(document: PlanDoc, commitments: Mapping[str, Commitment], scope: Scope) -> None:
    """Everything comes once; what comes before what it needs is told, for somebody may have drawn it up like that."""
    seen: dict[Text, None] = {}
    for step in document.rounds:
        before = set(seen)
        for name in step:
            scope.entry("commitment", name, commitments)
            if name is not None and name in seen:
                scope.faults.add(f"'{short(name)}' comes twice", name)
            known = commitments.get(name or "")
            early = [] if known is None else [each for each in known.needs if each not in before]
            if name is not None and early:
                scope.faults.warn(f"'{short(name)}' needs '{short(early[0])}' in an earlier round", name)
            if name is not None:
                seen[name] = None
    missing = [name for name in commitments if name not in seen]
    if missing and document.rounds:
        words = ", ".join(f"'{short(name)}'" for name in missing[:_MOST_MISSING])
        more = ", …" * (len(missing) > _MOST_MISSING)
        scope.faults.add(f"these commitments are in no round: {words}{more}", document.at.key("rounds"))
