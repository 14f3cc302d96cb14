"""Who is at the table, what does each side want, and what are some terms worth together? Names become ids."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from detente.io.fields import said, sources
from detente.io.kinds import UNLIKELY, resolve_types
from detente.io.nodes import Text, short
from detente.io.positions import refused_in, resolve_positions, worth_of
from detente.io.schema import INTERACTIONS, InteractionDoc, LeaningDoc, PartyChangeDoc, PartyDoc, RefusalDoc
from detente.io.scope import Scope
from detente.model.party import Leaning, Party, Preferences, Refusal, Role
from detente.model.position import Position
from detente.model.process import ANY_TYPE
from detente.model.quantity import Quantity
from detente.model.scenario import Interaction

ROLES = {Role.PRINCIPAL: "a principal", Role.VETO: "a veto", Role.CONSULTED: "consulted"}
"""The roles as a sentence says them."""


def roles_as_written(documents: Mapping[Text, PartyDoc], scope: Scope) -> None:
    """Put the parties' names in scope."""
    for name, document in documents.items():
        if name == INTERACTIONS:
            scope.faults.add(f"'{INTERACTIONS}' cannot be a party's id: the word has its own meaning in a change", name)
        scope.roles[str(name)] = Role(document.role or Role.PRINCIPAL)


def resolve_parties(documents: Mapping[Text, PartyDoc], scope: Scope) -> dict[str, Party]:
    """The parties, in the order of the file."""
    return {str(name): _party(name, document, scope) for name, document in documents.items()}


def _party(name: Text, document: PartyDoc, scope: Scope) -> Party:
    role = scope.roles[name]
    over = scope.terms(document.over)
    if over and role is not Role.VETO and not _misread(document, "role"):
        scope.faults.add(
            f"only a veto has its say over some options; this party is {ROLES[role]}", document.at.key("over")
        )
    positions = resolve_positions(document.positions, scope)
    if document.types is not None:
        at = document.at.key("types")
        scope.types[str(name)] = resolve_types(document.types, UNLIKELY, scope, at)
    return Party(
        id=str(name),
        preferences=Preferences(*stated(document, positions, scope)),
        role=role,
        name=said(document.name),
        reservation=document.reservation,
        batna=said(document.batna),
        over=over,
        leaning=_leaning(document, scope),
        positions=positions,
        types=scope.types.get(name, ANY_TYPE),
        why=said(document.why),
        source=sources(document.source),
        line=name.line,
    )


def stated(
    document: PartyDoc | PartyChangeDoc, positions: Mapping[str, Position], scope: Scope
) -> tuple[dict[str, dict[str, Quantity]], dict[str, dict[str, Refusal]]]:
    """What options are worth, and which are refused, by points, red lines and positions; by one of these an issue."""
    for issue in document.positions:
        for table, what in ((document.worth, "points"), (document.refuses, "red lines")):
            if issue in table:
                scope.faults.add(f"this issue has a position and {what}: give one of the two", issue)
    worth, refused = scope.worth(document.worth), refusals(document.refuses, scope)
    return worth | worth_of(positions, scope), refused | refused_in(positions)


def _leaning(document: PartyDoc, scope: Scope) -> Fraction:
    leaning = document.leaning
    if leaning is not None and not 0 <= leaning <= 1:
        scope.faults.add("a leaning lies from 0 to 1", document.at.under("leaning"))
    return Fraction(0) if leaning is None else leaning


def resolve_leanings(documents: Mapping[Text, LeaningDoc], scope: Scope) -> dict[str, Leaning]:
    """Which numbers are wrong together; no number may stand in two such groups."""
    found: dict[str, Leaning] = {}
    for name, document in documents.items():
        share = document.share
        if share is not None and not 0 <= share <= 1:
            scope.faults.add("a leaning lies from 0 to 1", document.at.under("share"))
        if name in scope.roles:
            scope.faults.add(f"'{short(name)}' is a party's id; a leaning needs a name of its own", name)
        issues = tuple(str(issue) for issue in document.issues if issue is not None and scope.grid(issue) is not None)
        parties = scope.parties(document.parties)
        each = Leaning(
            str(name), share or Fraction(0), parties, issues, said(document.why), sources(document.source), name.line
        )
        for other in found.values():
            if _overlap(each.parties, other.parties) and _overlap(each.issues, other.issues):
                also = f"'{short(other.id)}' on line {other.line}"
                message = f"some numbers lean with this as well as with {also}; they can with one only"
                scope.faults.add(message, name)
        found[str(name)] = each
    return found


def _overlap(some: Sequence[str], others: Sequence[str]) -> bool:
    return not some or not others or not set(some).isdisjoint(others)


def _misread(document: PartyDoc, key: str) -> bool:
    return document.role is None and document.at.gives(key)


def refusals(table: Mapping[Text, Mapping[Text, RefusalDoc]], scope: Scope) -> dict[str, dict[str, Refusal]]:
    """The options refused, by issue, with the reasons; a span refuses all within."""
    refused: dict[str, dict[str, Refusal]] = {}
    for issue, documents in table.items():
        grid = scope.grid(issue)
        if grid is None:
            continue
        found = refused.setdefault(str(issue), {})
        for name, document in documents.items():
            refusal = Refusal(said(document.why), sources(document.source), name.line)
            options = grid.options(name, scope.faults)
            scope.spend(len(options), issue)
            found.update(dict.fromkeys(options, refusal))
    return refused


def resolve_interactions(documents: list[InteractionDoc], scope: Scope) -> dict[str, Interaction]:
    """The interactions by id; one without an id is called by its number in the list."""
    found: dict[str, Interaction] = {}
    for number, document in enumerate(documents, 1):
        name = str(document.id) if document.id is not None else f"interaction {number}"
        if name in found:
            message = f"'{short(name)}' is the id of two interactions; the first is on line {found[name].line}"
            scope.faults.add(message, document.id if document.id is not None else document.at)
        if document.at.gives("when") and not document.when:
            scope.faults.add("'when' names no issue", document.at.key("when"))
        interaction = Interaction(
            name,
            scope.terms(document.when),
            scope.by_party(document.worth),
            said(document.why),
            sources(document.source),
            document.at.line,
        )
        found.setdefault(name, interaction)
    return found
