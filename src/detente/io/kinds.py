"""What may each side be like? Kinds with their weights, and what steps are then worth, from the words of the file."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from detente.io.fields import said, sources
from detente.io.nodes import Node
from detente.io.process_schema import TypeChangeDoc, TypesChangeDoc
from detente.io.scope import Scope
from detente.model.process import ANY_TYPE, KINDS, PartyType

UNLIKELY: Mapping[str, PartyType] = {kind: replace(each, weight=Fraction(0)) for kind, each in ANY_TYPE.items()}
"""The kinds before a file gives them weights."""


def resolve_types(
    document: TypesChangeDoc, before: Mapping[str, PartyType], scope: Scope, at: Node
) -> dict[str, PartyType]:
    """What a party may be like, every kind of it: what the document says, and for the rest what was there before."""
    found = dict(before)
    for kind in KINDS:
        each: TypeChangeDoc | None = getattr(document, kind)
        if each is not None:
            found[kind] = _type(each, before[kind], scope, document.at.key(kind))
    if not any(each.weight for each in found.values()):
        scope.faults.add("no kind has a weight above 0", at)
    return found


def _type(document: TypeChangeDoc, before: PartyType, scope: Scope, at: Node) -> PartyType:
    given = document.at
    for key, value in (("weight", document.weight), ("costs", document.costs), ("gains", document.gains)):
        if value is not None and value < 0:
            message = "a weight cannot be below 0" if key == "weight" else f"{key} cannot be below 0"
            scope.faults.add(message, given.under(key))
    reasons = given.gives("why") or given.gives("source")
    return PartyType(
        before.kind,
        before.weight if document.weight is None else document.weight,
        before.costs if document.costs is None else document.costs,
        before.gains if document.gains is None else document.gains,
        scope.worth(document.worth) if given.gives("worth") else before.worth,
        said(document.why) if reasons else before.why,
        sources(document.source) if reasons else before.source,
        at.line,
    )
