"""What may a file say of the process among people? Types, symbols, tension and chance, key by key."""

from typing import ClassVar

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from detente.io.fields import SOURCE, WHY, Doc, Exact, Maybe, Name, Number, Prose, Sources, TableOf
from detente.io.nodes import Node, Table, blank, wrapped

Worth = TableOf[TableOf[Number]]


def _is_number(node: Node) -> bool:
    """Whether something stands for one number: all that is no table, and a table of a number's own keys."""
    if isinstance(node, Table):
        return any(key in ("value", "low", "high") for key in node)
    return not blank(node)


def _shorter(schema: JsonSchemaValue, handler: GetJsonSchemaHandler, key: str, *, table: str = "") -> JsonSchemaValue:
    """What JSON Schema says of a document that may be written as what stands under `key` alone (or under `table`)."""
    found = handler.resolve_ref_schema(schema)
    body = dict(found)
    alone = body["properties"][key]["anyOf"]
    longer = [body] if not table else [one for one in body["properties"][table]["anyOf"] if len(one) > 1]
    found.clear()
    found.update({"description": body["description"], "anyOf": [*alone, *longer]})
    return schema


class ByPartyDoc(Doc):
    """A number for everybody, or numbers by party."""

    everybody: Number = Field(None, description="The number of all who are not named.")
    parties: TableOf[Number] = Field(default_factory=dict, description="The numbers by party.")

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """One number is that of everybody."""
        return node if blank(node) else wrapped("everybody" if _is_number(node) else "parties", node)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core, handler)
        return _shorter(schema, handler, "everybody", table="parties")


class EchoDoc(Doc):
    """How much each side echoes every other: one number, or by side, and there one number or by the other."""

    everybody: Number = Field(None, description="How much each side echoes every other.")
    sides: TableOf[ByPartyDoc] = Field(default_factory=dict, description="How much a side echoes the others.")

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """One number is that of everybody."""
        return node if blank(node) else wrapped("everybody" if _is_number(node) else "sides", node)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core, handler)
        return _shorter(schema, handler, "everybody", table="sides")


class TypeChangeDoc(Doc):
    """What a reading changes of one of the things that a side may be like."""

    weight: Exact = Field(None, description="How likely it is, beside the other kinds' weights.")
    costs: Exact = Field(None, description="By what its losses are multiplied; default: by its kind.")
    gains: Exact = Field(None, description="By what its gains are multiplied; default: by its kind.")
    worth: Worth = Field(default_factory=dict, description="What options are worth to it instead, by issue.")
    why: Prose = WHY
    source: Sources = SOURCE

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """A number alone is the weight."""
        return node if blank(node) or isinstance(node, Table) else wrapped("weight", node)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _shorter(super().__get_pydantic_json_schema__(core, handler), handler, "weight")


class TypeDoc(TypeChangeDoc):
    """One of the things that a side may be like."""

    needed: ClassVar = ("weight",)


class TypesChangeDoc(Doc):
    """What a reading changes of what a side may be like."""

    trustworthy: Maybe[TypeChangeDoc] = Field(None, description="It keeps its word.")
    opportunist: Maybe[TypeChangeDoc] = Field(None, description="It keeps its word while that pays.")
    spoiler: Maybe[TypeChangeDoc] = Field(None, description="It gains nothing from the deal.")


class TypesDoc(TypesChangeDoc):
    """What a side may be like: how likely each kind is; one that is not named is not."""

    trustworthy: Maybe[TypeDoc] = Field(None, description="It keeps its word.")
    opportunist: Maybe[TypeDoc] = Field(None, description="It keeps its word while that pays.")
    spoiler: Maybe[TypeDoc] = Field(None, description="It gains nothing from the deal.")


class SymbolDoc(Doc):
    """What a step means beyond its worth."""

    belief: Number = Field(None, description="Added to the log-odds that who does it is trustworthy.")
    tension: Number = Field(None, description="Added each month to what feeds everybody's tension.")
    worth: Worth = Field(
        default_factory=dict, description="Added to what each later step of an issue, or a commitment, is worth."
    )
    fades: Number = Field(None, description="After so many months it is over; default: as long as it stands.")


class TensionDoc(Doc):
    """How tension, from 0 to 1, moves from month to month."""

    start: Maybe[ByPartyDoc] = Field(None, description="How tense each side is at first, 0 to 1; default: 0.5.")
    drive: Maybe[ByPartyDoc] = Field(None, description="What feeds its tension each month; default: 0.1.")
    calming: Maybe[ByPartyDoc] = Field(None, description="The part of it that goes each month; default: 0.3.")
    echo: Maybe[EchoDoc] = Field(
        None, description="The part of another's tension that adds to its own; default: 0.1 over all others."
    )
    incidents: Number = Field(None, description="The standard deviation of monthly shocks; default: 0.")
    kept: Number = Field(None, description="By how much a step seen to be kept lowers it; default: 0.05.")
    broken: Number = Field(None, description="By how much one seen to be broken raises it; default: 0.15.")
    high: Number = Field(None, description="From where on it counts as high; default: 0.7.")


class CrisisDoc(Doc):
    """The chance of a crisis per month."""

    needed: ClassVar = ("calm", "full")
    calm: Number = Field(None, description="At no tension.")
    full: Number = Field(None, description="At full tension.")
    costs: TableOf[Number] = Field(default_factory=dict, description="What one costs each party, in points.")


class LeaderDoc(Doc):
    """That another leader comes."""

    needed: ClassVar = ("chance",)
    chance: Number = Field(None, description="The chance per month.")
    patience: Number = Field(None, description="The new leader's patience, a discount per period; default: as before.")

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """A number alone is the chance."""
        return wrapped("chance", node) if _is_number(node) else node

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _shorter(super().__get_pydantic_json_schema__(core, handler), handler, "chance")


class PressureDoc(Doc):
    """What sanctions do while they last."""

    bites: TableOf[Number] = Field(
        default_factory=dict, description="What they cost those under them, in points a month."
    )
    costs: TableOf[Number] = Field(default_factory=dict, description="What they cost those who impose them, likewise.")
    tension: Number = Field(None, description="What they add each month to what feeds tension; default: 0.")


class ProcessDoc(Doc):
    """How the negotiation is carried on: who leads, what is seen, what may happen by chance."""

    lead: Name = Field(None, description="Who leads; default: the first principal.")
    everything: Name = Field(None, description="The package that all or nothing means; default: the one at hand.")
    slip: Number = Field(None, description="The chance that even a trustworthy side fails to do its part; default: 0.")
    false_alarm: Number = Field(
        None, alias="false alarm", description="The chance that a step kept looks broken; default: 0."
    )
    restraint: Number = Field(
        None, description="The gain from breaking at which an untrustworthy side is as likely to keep; default: 2."
    )
    spread: Number = Field(None, description="How gradually it goes from keeping to breaking, in points; default: 1.")
    announced: Number = Field(None, description="So many times as much an announced step counts; default: 1.5.")
    tension: Maybe[TensionDoc] = Field(None, description="How tension moves from month to month.")
    crisis: Maybe[CrisisDoc] = Field(None, description="The chance of a crisis per month; default: none.")
    leadership: TableOf[LeaderDoc] = Field(
        default_factory=dict, description="The chance per month that another leader comes, by party; default: none."
    )
    ratification: TableOf[Number] = Field(
        default_factory=dict, description="The chance that a party fails to ratify; default: none."
    )
    spoiling: TableOf[Number] = Field(
        default_factory=dict, description="How strongly, 0 to 1, a consulted party that loses spoils; default: not."
    )
    pressure: Maybe[PressureDoc] = Field(None, description="What sanctions do while they last.")
    reserve: Maybe[ByPartyDoc] = Field(
        None, description="The most, in points, that a side exposes itself by steps of its own accord; default: all."
    )
    why: Prose = WHY
    source: Sources = SOURCE
