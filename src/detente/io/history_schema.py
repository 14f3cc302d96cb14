"""What may a file say of its setting and its history? Their documents, key by key."""

from typing import Annotated, ClassVar

from pydantic import Field

from detente.io.fields import (
    SOURCE,
    WHY,
    Doc,
    Line,
    ListOf,
    Name,
    Number,
    OneOf,
    Prose,
    Sources,
    TableOf,
)
from detente.io.nodes import Text
from detente.model.history import FATES, Ending
from detente.model.setting import LINKAGES, OFFERS, SCOPES

Fated = Annotated[Text | None, OneOf(*FATES)]


class SettingDoc(Doc):
    """What kind of negotiation it is, by what is known before it ends."""

    domain: Line = Field(None, description="The field it belongs to, such as arms control.")
    scope: Annotated[Text | None, OneOf(*SCOPES)] = Field(None, description="How much is to be settled.")
    offer: Annotated[Text | None, OneOf(*OFFERS)] = Field(None, description="How the proposal is put.")
    linkage: Annotated[Text | None, OneOf(*LINKAGES)] = Field(
        None, description="What is made of matters outside the negotiation."
    )


class EventDoc(Doc):
    """Something that is on record."""

    needed: ClassVar = ("date", "says")
    date: Name = Field(None, description="When: a year, month or day; a span such as 1963-07..1963-08; or 1963.. .")
    by: Line = Field(None, description="Who did it, of a step.")
    says: Prose = Field(None, description="What happened.")
    source: Sources = SOURCE


class ViewsDoc(Doc):
    """Two readings of the outcome that contradict each other."""

    needed: ClassVar = ("one", "other")
    one: Prose = Field(None, description="One reading.")
    other: Prose = Field(None, description="The other.")


class HistoryDoc(Doc):
    """What became of it. No analysis reads any of this; it is compared with what they say."""

    needed: ClassVar = ("ending", "date")
    ending: Annotated[Text | None, OneOf(*Ending)] = Field(None, description="How it ended.")
    date: Name = Field(None, description="When it was agreed or given up: a year, month or day.")
    terms: TableOf[Name] = Field(default_factory=dict, description="What was agreed, by issue.")
    demands: TableOf[Fated] = Field(default_factory=dict, description="What became of each demand.")
    held: Number = Field(None, description="For how many months commitments held, if they did not for good.")
    stakeholders: TableOf[Line] = Field(default_factory=dict, description="Who else was concerned, and how.")
    steps: ListOf[EventDoc] = Field(default_factory=list, description="The steps as they were taken, in order.")
    facts: ListOf[EventDoc] = Field(default_factory=list, description="What is on record, with sources.")
    views: ListOf[ViewsDoc] = Field(default_factory=list, description="Contested readings of the outcome.")
    why: Prose = WHY
