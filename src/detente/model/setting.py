"""What kind of negotiation is it? The features by which it is compared with others, known before it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Scope = Literal["limited", "comprehensive"]
Offer = Literal["one limited deal", "phased plan", "single package", "talks on an agenda"]
Linkage = Literal["none", "deferred", "dropped", "insisted on"]
Subject = Literal[
    "arms", "verification", "forces", "territory", "recognition", "economy", "people", "government", "procedure"
]

SCOPES: tuple[Scope, ...] = get_args(Scope)
OFFERS: tuple[Offer, ...] = get_args(Offer)
LINKAGES: tuple[Linkage, ...] = get_args(Linkage)
SUBJECTS: tuple[Subject, ...] = get_args(Subject)


@dataclass(frozen=True, slots=True)
class Setting:
    """How much is to be settled, how the proposal is put, and what is made of matters outside it.

    `linkage` is none where nobody brings other matters in, deferred where they are left for later, dropped where they
    were demanded and let go, insisted on where they are a condition. None: not stated.
    """

    domain: str = ""
    scope: Scope | None = None
    offer: Offer | None = None
    linkage: Linkage | None = None

    @property
    def features(self) -> Mapping[str, str | None]:
        """What it says, by name."""
        return {"domain": self.domain, "scope": self.scope, "offer": self.offer, "linkage": self.linkage}
