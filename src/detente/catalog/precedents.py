"""What does history say of deals like this one? The cases of the past, filtered, or the nearest to a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from detente import io
from detente.analysis.likeness import Structure, apart, distance
from detente.analysis.tables import plain
from detente.catalog import past, text
from detente.errors import NotFoundError
from detente.io.history import resolve_setting
from detente.io.history_schema import SettingDoc
from detente.io.nodes import Faults
from detente.io.nodes import Table as Tree
from detente.io.source import compose
from detente.model.history import Ending, History
from detente.model.names import nearest
from detente.model.scenario import Scenario
from detente.model.setting import LINKAGES, OFFERS, Setting
from detente.table import Table, figure, listed

CAUTION = (
    "The cases are no sample: each is here because somebody argues from it, and one hand coded them all. "
    "A likeness is a reason to read a case, not a forecast."
)
MOST = 5
_ALIKE = 0.25
"""Two cases share a feature where they are at most so far apart in it."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A negotiation of the past: as it stood before the end, and how it ended."""

    name: str
    scenario: Scenario
    history: History

    @property
    def setting(self) -> Setting:
        """What kind of negotiation it was."""
        return self.scenario.setting or Setting()

    @property
    def called(self) -> str:
        """What it is called among others."""
        return f"{self.scenario.title} ({self.history.date[:4]})"

    @property
    def held(self) -> str:
        """How long commitments held, in words."""
        if self.history.ending is Ending.NONE:
            return "nothing was agreed"
        if self.history.ending is Ending.REPUDIATED:
            return "never in force"
        if self.history.held is None:
            return "no end on record"
        low, high = plain(self.history.held.low), plain(self.history.held.high)
        return f"{figure(low)} months" if low == high else f"{figure(low)} to {figure(high)} months"

    def payload(self) -> dict[str, object]:
        """For JSON."""
        held = self.history.held
        return {
            "name": self.name,
            "title": self.scenario.title,
            "date": self.history.date,
            "parties": {name: party.title for name, party in self.scenario.parties.items()},
            **self.setting.features,
            "ending": self.history.ending.value,
            "held": None if held is None else {"low": plain(held.low), "high": plain(held.high)},
        }


@dataclass(frozen=True, slots=True)
class Likeness:
    """A case of the past beside the scenario: how far apart they are, feature by feature, in words on both sides."""

    precedent: Precedent
    distance: float
    apart: Mapping[str, float]
    features: Mapping[str, str]

    @property
    def shared(self) -> tuple[str, ...]:
        """The features in which the two are much alike."""
        return tuple(name for name, far in self.apart.items() if far <= _ALIKE)

    @property
    def differing(self) -> tuple[str, ...]:
        """The features in which they are not."""
        return tuple(name for name in self.apart if name not in self.shared)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            **self.precedent.payload(),
            "distance": self.distance,
            "apart": dict(self.apart),
            "features": dict(self.features),
            "shared": list(self.shared),
            "differing": list(self.differing),
        }


@dataclass(frozen=True, slots=True)
class Precedents:
    """The cases that were asked for; with `likenesses`, the nearest to the scenario first, whose features are `own`."""

    cases: tuple[Precedent, ...]
    likenesses: tuple[Likeness, ...] | None = None
    own: Mapping[str, str] | None = None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        told = self.cases if self.likenesses is None else self.likenesses
        return {
            "schema": "detente/precedents/1",
            "caution": CAUTION,
            **({} if self.own is None else {"features": dict(self.own)}),
            "precedents": [each.payload() for each in told],
        }

    def table(self) -> Table:
        """One row for each case: what it was, and how it ended."""
        if self.likenesses is not None:
            return self._nearest(self.likenesses)
        rows = tuple(
            (
                each.name,
                each.scenario.title,
                each.setting.domain,
                each.setting.offer or "",
                each.setting.linkage or "",
                each.history.ending.value,
                each.held,
            )
            for each in self.cases
        )
        columns = ("name", "title", "domain", "offer", "linkage", "how it ended", "held for")
        return Table("Negotiations of the past", columns, rows, empty="No case is like that.")

    def _nearest(self, likenesses: Sequence[Likeness]) -> Table:
        rows = tuple(
            (
                each.precedent.called,
                f"{each.distance:.2f}",
                listed(each.shared) or "nothing",
                "; ".join(f"{name}: {each.features[name]}" for name in each.differing) or "nothing",
                f"{each.precedent.history.ending.value} · {each.precedent.held}",
            )
            for each in likenesses
        )
        columns = ("case", "distance", "alike in", "different in", "how it ended; held for")
        title = "The nearest cases of the past, by structure"
        return Table(title, columns, rows, frozenset(("distance",)), "No case is like that.")

    def tables(self) -> tuple[Table, ...]:
        """The cases, and what the scenario's own features are that they are compared with."""
        if self.own is None:
            return (self.table(),)
        own = Table("What they are compared with", ("feature", "here"), tuple(self.own.items()))
        caution = Table("Caution", ("",), ((CAUTION,),))
        return (self.table(), own, caution)


def precedents(
    scenario: Scenario | None = None,
    *,
    party: str | None = None,
    domain: str | None = None,
    ending: str | None = None,
    linkage: str | None = None,
    offer: str | None = None,
    most: int = MOST,
) -> Precedents:
    """The cases of the past that fit the filters; with a scenario, the nearest by structure, at most so many.

    A party or domain fits where its name holds the word. NotFoundError for an ending, linkage or offer that no case
    can have.
    """
    for what, word, words in (("ending", ending, Ending), ("linkage", linkage, LINKAGES), ("offer", offer, OFFERS)):
        if word is not None and word not in list(words):
            raise NotFoundError(f"no {what} named '{word}'{nearest(word, list(words))}")
    chosen = tuple(
        each
        for each in cases()
        if (party is None or _plays(each.scenario, party))
        and (domain is None or domain.lower() in each.setting.domain.lower())
        and ending in (None, each.history.ending)
        and linkage in (None, each.setting.linkage)
        and offer in (None, each.setting.offer)
    )
    if scenario is None:
        return Precedents(chosen)
    own = Structure.of(scenario)
    found = [_likeness(own, each) for each in chosen if each.scenario.file != scenario.file]
    found.sort(key=lambda each: (each.distance, each.precedent.name))
    return Precedents(chosen, tuple(found[:most]), own.in_words())


@cache
def cases() -> tuple[Precedent, ...]:
    """Every case of the past, in order of the time at which it ended."""
    return tuple(sorted(map(precedent, past()), key=lambda each: (each.history.date, each.name)))


@cache
def precedent(name: str) -> Precedent:
    """The case of the past of that name; NotFoundError if there is none."""
    loaded = io.read(text(name), name)
    assert loaded.scenario is not None  # what ships is a scenario
    if loaded.history is None:
        raise NotFoundError(f"'{name}' is no case of the past{nearest(name, past())}")
    return Precedent(name, loaded.scenario, loaded.history)


@dataclass(frozen=True, slots=True)
class Outline:
    """Of a case of the past what kind of negotiation it was, and when and how it ended."""

    name: str
    setting: Setting
    date: str
    ending: Ending


@cache
def outlines() -> tuple[Outline, ...]:
    """Every case of the past in outline, in the order of `cases`; nothing else of their files is read."""
    return tuple(sorted(map(_outline, past()), key=lambda each: (each.date, each.name)))


def _outline(name: str) -> Outline:
    faults = Faults(name)
    tree = compose(text(name), faults)
    assert isinstance(tree, Tree)  # what ships is a scenario
    history = tree.under("history")
    assert isinstance(history, Tree)  # and one of the past has ended
    setting = resolve_setting(SettingDoc.model_validate(tree.under("setting"), context=faults))
    return Outline(name, setting or Setting(), str(history.under("date")), Ending(str(history.under("ending"))))


def _plays(scenario: Scenario, word: str) -> bool:
    """Whether a party is so called, by its id or within its name."""
    return any(
        word.lower() == name.lower() or word.lower() in party.title.lower() for name, party in scenario.parties.items()
    )


def _likeness(own: Structure, case: Precedent) -> Likeness:
    other = Structure.of(case.scenario)
    parts = {name: float(part) for name, part in apart(own, other).items()}
    return Likeness(case, float(distance(own, other)), parts, other.in_words())
