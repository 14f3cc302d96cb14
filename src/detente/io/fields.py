"""What may stand in a field? Names, sentences, numbers, tables: each says in one sentence what is due instead.

A validator never raises: it adds to the faults and lets nothing stand for what is wrong, so that everything wrong
with a file is found in one reading.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Annotated, ClassVar, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from detente.io.nodes import CONTROL, Faults, Node, Table, Text, blank, short, shown
from detente.io.numbers import NumeralError, middle, number, numbers
from detente.model.quantity import Quantity, Shape

LONGEST_NAME = 200
LONGEST_LINE = 1_000
LONGEST_PROSE = 20_000
NUMERIC = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\s*(\.\.\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\s*)?$"

T = TypeVar("T")
ABSENT: JsonSchemaValue = {"type": "null"}
TEXT_SCHEMA: JsonSchemaValue = {"type": ["string", "number", "boolean", "null"]}
"""Any scalar is a text as it was written, whatever YAML takes it for."""

NUMBER_SCHEMA: JsonSchemaValue = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": NUMERIC}, ABSENT]}


def faults_of(info: ValidationInfo) -> Faults:
    """Where this reading keeps its faults."""
    if not isinstance(info.context, Faults):
        raise TypeError("validate documents with context=Faults(...)")
    return info.context


class Reads:
    """A field that a function reads, and what JSON Schema says of it."""

    def __init__(self, read: Callable[[Node, ValidationInfo], object], schema: JsonSchemaValue) -> None:
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return dict(self.schema)


class Wraps:
    """A field written as a document of its own or as something shorter; a function reads both."""

    def __init__(
        self,
        document: type[BaseModel],
        read: Callable[[Node, ValidatorFunctionWrapHandler, ValidationInfo], object],
        *shorter: JsonSchemaValue,
    ) -> None:
        self.document = document
        self.read = read
        self.shorter = shorter

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(self.read, handler.generate_schema(self.document))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _either(*self.shorter, handler(core))


class Also:
    """Another shape that a field may have in the file; a validator turns it into the first."""

    def __init__(self, *shapes: JsonSchemaValue) -> None:
        self.shapes = shapes

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _either(*self.shapes, handler(core))


def _either(*shapes: JsonSchemaValue) -> JsonSchemaValue:
    flat = [one for shape in shapes for one in (shape["anyOf"] if shape.keys() == {"anyOf"} else [shape])]
    once = [one for place, one in enumerate(flat) if one not in flat[:place]]
    if any(isinstance(one.get("type"), list) and "null" in one["type"] for one in once):
        once = [one for one in once if one != ABSENT]
    return once[0] if len(once) == 1 else {"anyOf": once}


def _text(value: Node, faults: Faults, what: str, longest: int) -> Text | None:
    if not isinstance(value, Text):
        faults.add(f"{what} is due here; this is {shown(value)}", value)
        return None
    if value.plain and not value:
        return None
    text = value.saying(value.strip())
    if len(text) > longest:
        faults.add(f"{what} has at most {longest:,} characters; this has {len(text):,}", text)
        return None
    return text


def _name(value: Node, info: ValidationInfo) -> Text | None:
    faults = faults_of(info)
    text = _text(value, faults, "a name", LONGEST_NAME)
    if text is not None and not text:
        faults.add("a name is due here; this is empty", text)
        return None
    if text is not None and (bad := CONTROL.search(text)):
        faults.add(f"a name cannot hold the control character U+{ord(bad[0]):04X}", text)
        return None
    return text


def _key(value: Node, info: ValidationInfo) -> Text:
    if not isinstance(value, Text):
        raise TypeError("the keys of trees are texts")
    if not value:
        faults_of(info).add("a name is due here; this is empty", value)
        return value
    return _name(value, info) or value


def _line(value: Node, info: ValidationInfo) -> Text | None:
    text = _text(value, faults_of(info), "a line of text", LONGEST_LINE)
    return None if text is None else text.saying(" ".join(text.split()))


def _prose(value: Node, info: ValidationInfo) -> Text | None:
    return _text(value, faults_of(info), "a text", LONGEST_PROSE)


def _source(value: Node, info: ValidationInfo) -> Text | None:
    text = _prose(value, info)
    if text:
        faults_of(info).sources.append(text)
    return text


def _listed(value: Node) -> object:
    if blank(value):
        return []
    return [value] if isinstance(value, Text) else value


def _listing(value: Node, info: ValidationInfo) -> object:
    if blank(value):
        return []
    if not isinstance(value, list):
        faults_of(info).add(f"a list is due here; this is {shown(value)}", value)
        return []
    return value


def _table(value: Node, info: ValidationInfo) -> object:
    if not blank(value) and not isinstance(value, Table):
        faults_of(info).add(f"a table is due here; this is {shown(value)}", value)
    return value if isinstance(value, Table) else {}


def _absent(value: Node) -> Node | None:
    return None if blank(value) else value


def _flag(value: Node, info: ValidationInfo) -> bool | None:
    if blank(value):
        return None
    if isinstance(value, Text) and value in ("true", "false"):
        return value == "true"
    faults_of(info).add(f"true or false is due here; this is {shown(value)}", value)
    return None


def _exact(value: Node, info: ValidationInfo) -> Fraction | None:
    if blank(value):
        return None
    faults = faults_of(info)
    if not isinstance(value, Text):
        faults.add(f"a number is due here, such as 12 or -3.5; this is {shown(value)}", value)
        return None
    try:
        return number(str(value.strip()))
    except NumeralError as error:
        faults.add(str(error), value)
        return None


def _quantity(value: Node, info: ValidationInfo) -> Quantity | None:
    if blank(value):
        return None
    if not isinstance(value, Text):
        faults_of(info).add(f"a number is due here, such as 12 or 10..14; this is {shown(value)}", value)
        return None
    try:
        return Quantity(*numbers(str(value)), line=value.line)
    except NumeralError as error:
        faults_of(info).add(str(error), value)
        return None


class OneOf:
    """One word of a closed list."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def read(self, value: Node, info: ValidationInfo) -> Text | None:
        """The word, or a fault that lists what there is."""
        text = _name(value, info)
        if text is None or text in self.words:
            return text
        either = ", ".join(self.words[:-1]) + (" or " if self.words[1:] else "") + self.words[-1]
        faults_of(info).add(f"{either} is due here; this is {shown(text)}", text)
        return None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"enum": [*self.words, None]}


Key = Annotated[Text, Reads(_key, {"type": "string"})]
Name = Annotated[Text | None, Reads(_name, TEXT_SCHEMA)]
Version = Annotated[Text | None, Reads(_name, {"enum": [1, "1"]})]
Line = Annotated[Text | None, Reads(_line, TEXT_SCHEMA)]
Prose = Annotated[Text | None, Reads(_prose, TEXT_SCHEMA)]
Flag = Annotated[bool | None, Reads(_flag, {"type": ["boolean", "null"]})]
Exact = Annotated[Fraction | None, Reads(_exact, NUMBER_SCHEMA)]
Plain = Annotated[Quantity | None, Reads(_quantity, NUMBER_SCHEMA)]

_Source = Annotated[Text | None, Reads(_source, TEXT_SCHEMA)]
ListOf = Annotated[list[T], BeforeValidator(_listing), Also(ABSENT)]
TableOf = Annotated[dict[Key, Annotated[T, Also(ABSENT)]], BeforeValidator(_table), Also(ABSENT)]
Maybe = Annotated[T | None, BeforeValidator(_absent)]
Names = Annotated[ListOf[Name], BeforeValidator(_listed), Also(TEXT_SCHEMA)]
Proses = Annotated[ListOf[Prose], BeforeValidator(_listed), Also(TEXT_SCHEMA)]
Sources = Annotated[ListOf[_Source], BeforeValidator(_listed), Also(TEXT_SCHEMA)]


WHY = Field(None, description="Why, in words.")
SOURCE: list[Text | None] = Field(default_factory=list, description="Keys of sources, or references.")
TITLE = Field(None, description="What people call it.")


class Doc(BaseModel):
    """A table with keys of its own; it remembers where it stands in the file."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)
    needed: ClassVar[tuple[str, ...]] = ()
    _at: Table = PrivateAttr()

    @property
    def at(self) -> Table:
        """The table as it stands in the file."""
        return self._at

    @classmethod
    def unfolded(cls, node: Node) -> Node:
        """The table that a shorter way of writing stands for."""
        return node

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, value: Node, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        faults = faults_of(info)
        node = cls.unfolded(value)
        if isinstance(node, Table):
            table = cls._known(node, faults)
        else:
            table = Table(value.line, value.column)
            if not blank(node):
                faults.add(f"a table is due here; this is {shown(node)}", value)
        if isinstance(node, Table) or blank(node):
            for key in cls.needed:
                if not table.gives(key):
                    faults.add(f"'{key}' is {'empty' if key in table else 'missing'}", table.key(key))
        doc = handler(table)
        doc._at = table
        return doc

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        if cls.needed:
            handler.resolve_ref_schema(schema)["required"] = list(cls.needed)
        return schema

    @classmethod
    def _known(cls, table: Table, faults: Faults) -> Table:
        known = keys_of(cls)
        if all(key in known for key in table):
            return table
        kept = Table(table.line, table.column)
        kept.odd = True
        for key, value in table.items():
            if key in known:
                kept[key] = value
            else:
                faults.add(f"unknown key '{short(key)}'{faults.hint(key, known)}", key)
        return kept


@cache
def keys_of(document: type[Doc]) -> dict[str, None]:
    """The keys that a document may have, as the file writes them."""
    return dict.fromkeys(field.alias or name for name, field in document.model_fields.items())


class NumberDoc(Doc):
    """A number with its range, reason and source: a value, or low and high with what is likely."""

    value: Plain = Field(None, description="The number, where it has no range.")
    low: Exact = Field(None, description="As low as it may be.")
    likely: Exact = Field(None, description="The best guess; without it, the middle.")
    high: Exact = Field(None, description="As high as it may be.")
    shape: Annotated[Text | None, OneOf("pert", "triangular", "uniform")] = Field(
        None, description="How belief lies within the range; default: pert."
    )
    why: Prose = Field(None, description="Why it was judged so.")
    source: Sources = Field(default_factory=list, description="Keys of sources, or references.")


def read_quantity(value: Node, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Quantity | None:
    """A number as it is written anywhere: 12, 10..14, or a table with its range, reason and source."""
    if not isinstance(value, Table):
        return _quantity(value, info)
    before = faults_of(info).count
    doc: NumberDoc = handler(value)
    if faults_of(info).count > before:
        return None
    found = _ordered(doc, faults_of(info))
    if found is None:
        return None
    shape = cast(Shape, said(doc.shape) or "pert")
    return Quantity(*found, said(doc.why), sources(doc.source), value.line, shape)


def _ordered(doc: NumberDoc, faults: Faults) -> tuple[Fraction, Fraction, Fraction] | None:
    if doc.value is not None and not {"low", "likely", "high"} & doc.at.keys():
        return doc.value.low, doc.value.likely, doc.value.high
    if doc.value is not None or doc.low is None or doc.high is None:
        faults.add("give 'value', or 'low' and 'high' with perhaps 'likely'", doc.at)
        return None
    if doc.low > doc.high:
        faults.add("low is above high", doc.at.under("low"))
        return None
    if doc.likely is None:
        return doc.low, middle(doc.low, doc.high), doc.high
    if not doc.low <= doc.likely <= doc.high:
        faults.add("likely lies outside low to high", doc.at.under("likely"))
        return None
    return doc.low, doc.likely, doc.high


def said(text: str | None) -> str:
    """A text for the model; nothing where nothing was written."""
    return "" if text is None else str(text)


def sources(found: list[Text | None]) -> tuple[str, ...]:
    """The sources for the model."""
    return tuple(str(text) for text in found if text)


Number = Annotated[Quantity | None, Wraps(NumberDoc, read_quantity, *NUMBER_SCHEMA["anyOf"])]
