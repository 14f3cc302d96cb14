"""What became of it? How a negotiation of the past ended, kept apart from the scenario, so that no analysis sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

from detente.model.quantity import Quantity


class Ending(StrEnum):
    """How it ended, from carried out to never agreed."""

    IMPLEMENTED = "implemented"
    LAPSED = "implemented, then lapsed"
    PARTIAL = "agreed in part"
    COLLAPSED = "agreed, then collapsed"
    REPUDIATED = "repudiated before effect"
    NONE = "no agreement"

    @property
    def agreed(self) -> bool:
        """Whether there was an agreement that took effect."""
        return self not in (Ending.NONE, Ending.REPUDIATED)


Fate = Literal["met", "insisted on", "dropped", "never made"]
"""What became of a demand; one that was insisted on and not met stood in the way of the deal."""

FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is on record: when, what, who did it (if it was a step), and by which source."""

    date: str
    says: str
    by: str = ""
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """How a negotiation of the past ended: on which terms, with which demands, and in which steps.

    `date` is when it was agreed or given up; `terms` are those of the agreement (where an issue is not named, nothing
    was agreed on it); `held` says for how many months commitments held, None where they still do or nothing was agreed.
    `views` are pairs of contested readings of the outcome.
    """

    ending: Ending
    date: str
    terms: Mapping[str, str] = field(default_factory=dict)
    demands: Mapping[str, Fate] = field(default_factory=dict)
    held: Quantity | None = None
    stakeholders: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Event, ...] = ()
    facts: tuple[Event, ...] = ()
    views: tuple[tuple[str, str], ...] = ()
    why: str = ""
