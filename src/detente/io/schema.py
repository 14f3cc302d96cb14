"""What may a scenario file hold? Its documents, key by key, for reading and for editors (JSON Schema)."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, ValidationInfo, ValidatorFunctionWrapHandler
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema

from detente.io.fields import (
    NUMBER_SCHEMA,
    SOURCE,
    TEXT_SCHEMA,
    TITLE,
    WHY,
    Also,
    Doc,
    Exact,
    Flag,
    Line,
    ListOf,
    Maybe,
    Name,
    Names,
    Number,
    NumberDoc,
    OneOf,
    Prose,
    Proses,
    Sources,
    TableOf,
    Version,
    Wraps,
    faults_of,
    read_quantity,
)
from detente.io.history_schema import HistoryDoc, SettingDoc
from detente.io.nodes import Items, Node, Table, Text, blank, short, shown, wrapped
from detente.io.process_schema import ProcessDoc, SymbolDoc, TypesChangeDoc, TypesDoc, Worth
from detente.model.quantity import Quantity
from detente.model.setting import SUBJECTS

VERDICTS = (
    "nonstarter",
    "torpedo",
    "costly",
    "tradeable",
    "already in the best deal",
    "no deal either way",
    "harmless",
)
"""What may be claimed of a demand."""

INTERACTIONS = "interactions"
"""The word that stands among the parties of a change, and so can be no party's id."""

LIST_OF_NAMES = {"type": "array", "items": TEXT_SCHEMA}


def _as_table(value: Node, info: ValidationInfo) -> Node:
    """A list of names (or one) as a table of nothing but names."""
    if isinstance(value, Table) or blank(value):
        return value
    table = Table(value.line, value.column)
    for item in value if isinstance(value, Items) else [value]:
        if not isinstance(item, Text):
            faults_of(info).add("a name is due here; for more than names, write a table instead of a list", item)
            continue
        name = item.saying(item.strip())
        if name in table:
            faults_of(info).add(f"'{short(name)}' is listed twice", name)
        table[name] = Text("", item.line, item.column, plain=True)
    return table


def _options(value: Node, info: ValidationInfo) -> Node:
    if isinstance(value, Text) and not blank(value):
        faults_of(info).add(f"a list or a table of options is due here; this is {shown(value)}", value)
        return Table(value.line, value.column)
    return _as_table(value, info)


def _reversible(value: Node, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> bool | Quantity | None:
    if isinstance(value, Text) and value in ("true", "false"):
        return value == "true"
    return read_quantity(value, handler, info)


Reversible = Annotated[
    bool | Quantity | None, Wraps(NumberDoc, _reversible, {"type": "boolean"}, *NUMBER_SCHEMA["anyOf"])
]


SYMBOLIC = Field(None, description="What it means beyond its worth.")


class OptionDoc(Doc):
    """One way to settle an issue."""

    title: Line = TITLE
    months: Number = Field(None, description="How long it takes to carry out.")
    reversible: Reversible = Field(None, description="Whether it can be undone, or what undoing it costs.")
    verifiable: Number = Field(None, description="How well others can see that it is done, 0 to 100.")
    detection: Number = Field(None, description="Months until a breach is noticed; default: from 'verifiable'.")
    lump: Flag = Field(None, description="Whether its worth comes at once; default: if it cannot be undone.")
    flow: Flag = Field(None, description="Whether its worth comes while it is in force; default: if it can be undone.")
    needs: TableOf[Name] = Field(default_factory=dict, description="Options of other issues that must be there before.")
    symbolic: Maybe[SymbolDoc] = SYMBOLIC
    why: Prose = WHY
    source: Sources = SOURCE


class RangeDoc(Doc):
    """A numeric issue: each step from one number or date to another is an option."""

    needed: ClassVar = ("from", "to", "step")
    start: Name = Field(None, alias="from", description="The first number or date.")
    to: Name = Field(None, description="The last number or date.")
    step: Name = Field(None, description="A number; for dates such as: 1 day, 2 weeks, 1 month, 1 year.")
    unit: Line = Field(None, description="The unit of the numbers, such as USD m.")


class IssueDoc(Doc):
    """A question on the table: its options, or the range of a number or date."""

    title: Line = TITLE
    by: Names = Field(default_factory=list, description="Who carries it out: a party or a list.")
    status_quo: Name = Field(None, description="The option in force without a deal; default: the first.")
    options: Annotated[TableOf[OptionDoc], BeforeValidator(_options), Also(LIST_OF_NAMES)] = Field(
        default_factory=dict, description="The ways to settle it: a list of names, or a table."
    )
    range: Maybe[RangeDoc] = Field(None, description="For money, time and dates, in place of options.")
    about: Annotated[Text | None, OneOf(*SUBJECTS)] = Field(
        None, description="What it is about, for comparing it with issues of other negotiations."
    )
    ladder: Flag = Field(None, description="Whether a deal climbs the options one by one; default: if they are named.")
    why: Prose = WHY
    source: Sources = SOURCE


class RefusalDoc(Doc):
    """Why an option is refused."""

    why: Prose = WHY
    source: Sources = SOURCE

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """A text alone is the reason."""
        return wrapped("why", node) if isinstance(node, Text) and not blank(node) else node


Refused = Annotated[TableOf[Annotated[RefusalDoc, Also(TEXT_SCHEMA)]], BeforeValidator(_as_table)]
Refuses = TableOf[Annotated[Refused, Also(TEXT_SCHEMA, LIST_OF_NAMES)]]
Terms = TableOf[Names]


class PositionDoc(Doc):
    """What a side wants of an issue, in words."""

    needed: ClassVar = ("wants",)
    wants: Name = Field(None, description="The option that it wants.")
    accepts: Names = Field(default_factory=list, description="Options that it would accept besides.")
    refuses: Names = Field(default_factory=list, description="Options that it will not have at any price.")
    salience: Annotated[Text | None, OneOf("vital", "important", "minor")] = Field(
        None, description="How much the issue matters to it; default: important."
    )
    date: Name = Field(None, description="When it was last so: a year, month or day, such as 1963-07-15.")
    why: Prose = WHY
    source: Sources = SOURCE


WORTH: dict[Text, dict[Text, Quantity | None]] = Field(
    default_factory=dict, description="What the options are worth, in points of its own, by issue."
)
REFUSES: dict[Text, dict[Text, RefusalDoc]] = Field(
    default_factory=dict, description="Red lines: options that it will not have at any price, by issue."
)
OVER: dict[Text, list[Text | None]] = Field(
    default_factory=dict, description="Of a veto: the options over which it has its say."
)
POSITIONS: dict[Text, PositionDoc] = Field(
    default_factory=dict, description="What it wants, accepts and refuses, by issue, in place of points."
)
RESERVATION = Field(None, description="What no deal is worth; default: the worth of the status quo.")
Role = Annotated[Text | None, OneOf("principal", "veto", "consulted")]


class PartyDoc(Doc):
    """A side with preferences."""

    name: Line = TITLE
    role: Role = Field(None, description="Whose consent counts for what; default: principal.")
    batna: Prose = Field(None, description="What it does without a deal, in words.")
    reservation: Number = RESERVATION
    worth: Worth = WORTH
    positions: TableOf[PositionDoc] = POSITIONS
    refuses: Refuses = REFUSES
    over: Terms = OVER
    types: Maybe[TypesDoc] = Field(None, description="What it may be like, and how likely; default: each kind alike.")
    leaning: Exact = Field(None, description="How far its ranged numbers are wrong together, 0 to 1; default: 0.")
    why: Prose = WHY
    source: Sources = SOURCE


class InteractionDoc(Doc):
    """What some terms are worth together, beyond their parts."""

    needed: ClassVar = ("when", "worth")
    id: Name = Field(None, description="A name by which judgments may refer to it.")
    when: Terms = Field(default_factory=dict, description="Holds where every issue is at one of these options.")
    worth: TableOf[Number] = Field(default_factory=dict, description="What that is worth, by party.")
    why: Prose = WHY
    source: Sources = SOURCE


class ConditionDoc(Doc):
    """A rule that every outcome obeys: when … requires …, or never …."""

    when: Terms = Field(default_factory=dict, description="Where this holds …")
    requires: Terms = Field(default_factory=dict, description="… this must hold as well.")
    never: Terms = Field(default_factory=dict, description="This never holds together.")
    why: Prose = WHY
    source: Sources = SOURCE

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core, handler)
        handler.resolve_ref_schema(schema)["anyOf"] = [{"required": ["when", "requires"]}, {"required": ["never"]}]
        return schema


class AgreementDoc(Doc):
    """A quorum in place of unanimity."""

    needed: ClassVar = ("at least",)
    at_least: Exact = Field(None, alias="at least", description="So many of principals and vetoes must accept.")
    always: Names = Field(default_factory=list, description="These always among them.")


class DemandDoc(Doc):
    """Terms that a party wants in any agreement."""

    needed: ClassVar = ("terms",)
    title: Line = TITLE
    by: Names = Field(default_factory=list, description="Whose demand it is: a party or a list.")
    terms: Terms = Field(default_factory=dict, description="For some issues, the option or options that will do.")
    why: Prose = WHY
    source: Sources = SOURCE


class PackageDoc(Doc):
    """A named offer: some issues settled, the rest left at the status quo."""

    needed: ClassVar = ("terms",)
    title: Line = TITLE
    by: Names = Field(default_factory=list, description="Whose proposal it is: a party or a list.")
    terms: TableOf[Name] = Field(default_factory=dict, description="For some issues, the option.")
    why: Prose = WHY
    source: Sources = SOURCE


class PartyChangeDoc(Doc):
    """What a reading changes for one party."""

    worth: Worth = WORTH
    positions: TableOf[PositionDoc] = POSITIONS
    reservation: Number = RESERVATION
    refuses: Refuses = REFUSES
    role: Role = Field(None, description="Its role under this reading.")
    over: Terms = OVER
    types: Maybe[TypesChangeDoc] = Field(None, description="What it may be like under this reading.")


class InteractionChangeDoc(Doc):
    """What a reading changes for one interaction."""

    worth: TableOf[Number] = Field(default_factory=dict, description="What it is worth, by party.")

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """The parties may stand without the word worth around them."""
        if not isinstance(node, Table) or any(key == "worth" and isinstance(node[key], Table) for key in node):
            return node
        return wrapped("worth", node)


class ChangeDoc(Doc):
    """What a reading changes: values by party, and under 'interactions' by interaction."""

    parties: TableOf[PartyChangeDoc] = Field(default_factory=dict, description="The values that change, by party.")
    interactions: TableOf[InteractionChangeDoc] = Field(
        default_factory=dict, description="What interactions are worth, by interaction."
    )

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """Parties apart from interactions."""
        if not isinstance(node, Table):
            return node
        parties = Table(node.line, node.column)
        whole = wrapped("parties", parties)
        for key, value in node.items():
            (whole if key == INTERACTIONS else parties)[key] = value
        return whole

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core, handler)
        found = handler.resolve_ref_schema(schema)
        parties = found["properties"].pop("parties")
        found["additionalProperties"] = next(s["additionalProperties"] for s in parties["anyOf"] if len(s) > 1)
        return schema


def _addition(value: Node, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> bool | ChangeDoc | None:
    if blank(value):
        return None
    if isinstance(value, Text) and value in ("true", "false"):
        return value == "true"
    change: ChangeDoc = handler(value)
    return change


class ReadingDoc(Doc):
    """One answer to a contested question, and what it changes."""

    title: Line = TITLE
    change: Maybe[ChangeDoc] = Field(None, description="The values that it sets.")
    add: Annotated[bool | ChangeDoc | None, Wraps(ChangeDoc, _addition, {"type": "boolean"})] = Field(
        None, description="What it adds to values; true makes 'change' add."
    )
    weight: Exact = Field(None, description="How probable it is, beside the other readings' weights.")
    why: Prose = WHY
    source: Sources = SOURCE


class JudgmentDoc(Doc):
    """A contested question with named readings."""

    needed: ClassVar = ("readings",)
    question: Line = Field(None, description="The question.")
    likely: Name = Field(None, description="The reading in force; without it, the values as written.")
    open: Flag = Field(None, description="Never averaged over.")
    readings: TableOf[ReadingDoc] = Field(default_factory=dict, description="The answers, by name.")
    why: Prose = WHY
    source: Sources = SOURCE


class TestDoc(Doc):
    """A test in the scenario's own terms."""

    __test__ = False  # not one of pytest's
    demand: Name = Field(None, description="A demand.")
    package: Name = Field(None, description="A package.")
    terms: Terms = Field(default_factory=dict, description="Options by issue.")
    verdict: Names = Field(
        default_factory=list, alias="is", description="Attainable, reachable, or a demand's verdict."
    )
    accepted_by: Names = Field(default_factory=list, description="Each of these parties would take the package.")
    refused_by: Names = Field(default_factory=list, description="None of these parties would take the package.")
    better_than: Name = Field(None, description="Another package.")
    parties: Names = Field(default_factory=list, alias="for", description="To whom it is better, or worth more.")
    veto: Name = Field(None, description="The party whose veto is tested.")
    costs: Name = Field(None, description="At least so many points, or so many percent.")
    costs_at_most: Name = Field(None, description="At most so many points, or so many percent.")
    to: Name = Field(None, description="The principal who bears the cost.")
    rescues: Name = Field(None, description="The demand that this demand rescues.")
    only_without: Names = Field(default_factory=list, description="Demands that no deal can meet together.")
    exposes_less: Names = Field(default_factory=list, description="Whom going step by step exposes less.")
    step: Name = Field(None, description="A commitment on the way.")
    before: Name = Field(None, description="The commitment before which it must come.")
    cases: Names = Field(default_factory=list, description="Cases of the past, by name.")
    cases_with: TableOf[Name] = Field(
        default_factory=dict, description="The cases of the past with these features: domain, scope, offer, linkage."
    )
    ended: Names = Field(default_factory=list, description="How these cases ended, one of several ways.")
    strategy: Name = Field(None, description="A strategy of the side that leads.")
    calms_more_than: Name = Field(None, description="The strategy under which tension is higher.")
    comes_to: Name = Field(None, description="Agreement, no agreement, implementation, collapse or crisis.")
    at_least: Name = Field(None, description="In more than so many percent of the runs; default: 50%.")
    at_most: Name = Field(None, description="In less than so many percent of the runs.")
    pays_more_than: Name = Field(None, description="The strategy that is worth less to these sides.")


class CommitmentDoc(Doc):
    """A promise to carry out one thing, in a scenario that lists what it plans with."""

    needed: ClassVar = ("by",)
    title: Line = TITLE
    by: Names = Field(default_factory=list, description="Who carries it out: a party, or several together.")
    lump: TableOf[Number] = Field(default_factory=dict, description="What it is worth once, by party.")
    flow: TableOf[Number] = Field(default_factory=dict, description="What it pays per period in force, by party.")
    reversible: Reversible = Field(None, description="Whether it can be undone, or what undoing it costs.")
    needs: Names = Field(default_factory=list, description="What must be done in an earlier round.")
    months: Number = Field(None, description="How long it takes to carry out; default: one period.")
    detection: Number = Field(None, description="Months until a breach is noticed; default: one period.")
    verifiable: Number = Field(None, description="How well others can see that it is done, 0 to 100; default: surely.")
    symbolic: Maybe[SymbolDoc] = SYMBOLIC
    why: Prose = WHY
    source: Sources = SOURCE


class PlanDoc(Doc):
    """A roadmap as somebody has drawn it up, round by round."""

    needed: ClassVar = ("rounds",)
    title: Line = TITLE
    by: Names = Field(default_factory=list, description="Whose plan it is: a party or a list.")
    package: Name = Field(None, description="The package that it leads to; without it, the listed commitments.")
    rounds: ListOf[Names] = Field(default_factory=list, description="The commitments of each round, in order.")
    why: Prose = WHY
    source: Sources = SOURCE


class ClaimDoc(Doc):
    """A sentence of an argument."""

    needed: ClassVar = ("says",)
    says: Prose = Field(None, description="The sentence.")
    by: Line = Field(None, description="Its author.")
    camp: Line = Field(None, description="Whose argument it belongs to.")
    test: Maybe[TestDoc] = Field(None, description="How to test it; without it, the claim is untestable.")
    why: Prose = WHY
    source: Sources = SOURCE


class LeaningDoc(Doc):
    """Ranged numbers that are wrong together, whoever's they are."""

    needed: ClassVar = ("share",)
    share: Exact = Field(None, description="How far they are wrong together: 0 each for itself, 1 all alike.")
    parties: Names = Field(default_factory=list, description="Whose numbers; default: everybody's.")
    issues: Names = Field(default_factory=list, description="On which issues; default: all numbers there are.")
    why: Prose = WHY
    source: Sources = SOURCE


class ScenarioDoc(Doc):
    """A negotiation as an analyst describes it."""

    needed: ClassVar = ("detente", "title", "parties")
    detente: Version = Field(None, description="The version of this format: 1.")
    title: Line = Field(None, description="What the negotiation is called.")
    summary: Prose = Field(None, description="A sentence or two.")
    setting: Maybe[SettingDoc] = Field(None, description="What kind of negotiation it is, for comparing it.")
    issues: TableOf[IssueDoc] = Field(default_factory=dict, description="The questions on the table, by id.")
    parties: TableOf[PartyDoc] = Field(default_factory=dict, description="The sides, by id; at least one principal.")
    interactions: ListOf[InteractionDoc] = Field(
        default_factory=list, description="What some terms are worth together, beyond their parts."
    )
    conditions: ListOf[ConditionDoc] = Field(default_factory=list, description="Rules that every outcome obeys.")
    agreement: Maybe[AgreementDoc] = Field(None, description="A quorum in place of unanimity.")
    points: Annotated[Text | None, OneOf("comparable")] = Field(
        None, description="'comparable' where points may be added across parties."
    )
    demands: TableOf[DemandDoc] = Field(default_factory=dict, description="Terms that a party wants, by name.")
    packages: TableOf[PackageDoc] = Field(default_factory=dict, description="Offers and drafts, by name.")
    judgments: TableOf[JudgmentDoc] = Field(default_factory=dict, description="Contested questions, by name.")
    leanings: TableOf[LeaningDoc] = Field(
        default_factory=dict, description="Ranged numbers that are wrong together, by name."
    )
    claims: TableOf[ClaimDoc] = Field(default_factory=dict, description="Sentences of an argument, by id.")
    commitments: TableOf[CommitmentDoc] = Field(
        default_factory=dict, description="What a roadmap is planned with, where it does not follow from a package."
    )
    discount: Exact = Field(None, description="The reference discount per period, above 0 and below 1; default: 0.99.")
    patience: TableOf[Number] = Field(default_factory=dict, description="Each party's own discount per period.")
    breakdown: Number = Field(None, description="The chance per period that the process breaks down by itself.")
    completion: TableOf[Number] = Field(
        default_factory=dict, description="What it pays each party per period that all is done, beyond the parts."
    )
    stake: TableOf[Number] = Field(default_factory=dict, description="What a party forfeits once by breaking off.")
    process: Maybe[ProcessDoc] = Field(None, description="How it is carried on among people: trust, tension, chance.")
    roadmaps: TableOf[PlanDoc] = Field(default_factory=dict, description="Roadmaps as somebody has drawn them up.")
    history: Maybe[HistoryDoc] = Field(None, description="What became of it; no analysis reads it.")
    sources: TableOf[Prose] = Field(default_factory=dict, description="Short key: full reference.")
    notes: Proses = Field(default_factory=list, description="Assumptions that a reader must know.")


def scenario_schema() -> JsonSchemaValue:
    """The JSON Schema (draft 2020-12) of a scenario file, for editors and other programs."""
    schema = ScenarioDoc.model_json_schema()
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "A détente scenario"}
