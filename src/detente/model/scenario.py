"""The whole negotiation: issues, parties, and what binds them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from detente.errors import NotFoundError
from detente.model.claim import STATUS_QUO, Claim
from detente.model.commitment import NO_COURSE, Commitment, Course, Plan
from detente.model.demand import Demand, Package
from detente.model.issue import Issue
from detente.model.judgment import Change, Judgment, PartyChange, Reading
from detente.model.names import nearest
from detente.model.outcome import Condition, Outcome, Terms
from detente.model.party import Leaning, Party, Preferences, Role
from detente.model.process import NO_PROCESS, Process
from detente.model.quantity import NOTHING, Quantity
from detente.model.setting import Setting


@dataclass(frozen=True, slots=True)
class Interaction:
    """What some terms are worth together, beyond their parts, wherever all of `when` holds."""

    id: str
    when: Terms
    worth: Mapping[str, Quantity]
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Agreement by less than unanimity: so many of principals and vetoes, these always among them."""

    at_least: int
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A negotiation as an analyst describes it; immutable, with everything in the order of the file."""

    title: str
    issues: Mapping[str, Issue]
    parties: Mapping[str, Party]
    summary: str = ""
    interactions: Mapping[str, Interaction] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    quorum: Quorum | None = None
    comparable: bool = False
    demands: Mapping[str, Demand] = field(default_factory=dict)
    packages: Mapping[str, Package] = field(default_factory=dict)
    judgments: Mapping[str, Judgment] = field(default_factory=dict)
    leanings: Mapping[str, Leaning] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    course: Course = NO_COURSE
    roadmaps: Mapping[str, Plan] = field(default_factory=dict)
    process: Process = NO_PROCESS
    setting: Setting | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    file: str = field(default="", compare=False)

    @property
    def status_quo(self) -> Outcome:
        """The outcome that holds without a deal."""
        return {name: issue.status_quo for name, issue in self.issues.items()}

    @property
    def sides(self) -> tuple[str, ...]:
        """The parties that act, and whose tension counts: principals, and whoever carries something out."""
        doers = {name for issue in self.issues.values() for name in issue.by}
        doers |= {name for commitment in self.commitments.values() for name in commitment.by}
        return tuple(name for name, party in self.parties.items() if party.role is Role.PRINCIPAL or name in doers)

    @property
    def lead(self) -> str:
        """The side that leads: as the file says, or else the first principal."""
        principals = (name for name, party in self.parties.items() if party.role is Role.PRINCIPAL)
        named = self.process.lead
        return named if named in self.sides else next(principals)

    @property
    def states_process(self) -> bool:
        """Whether anything is said of what sides may be like or how it goes among people, besides who leads."""
        return any(party.types for party in self.parties.values()) or replace(self.process, lead=None) != NO_PROCESS

    @property
    def nogoods(self) -> list[Terms]:
        """The conditions as sets of terms that never hold together."""
        return [nogood for condition in self.conditions for nogood in condition.nogoods(self.issues)]

    def outcome(self, terms: Mapping[str, str]) -> Outcome:
        """These terms, everything they do not name left at the status quo."""
        return {**self.status_quo, **terms}

    def leaning_of(self, party: str | None, issue: str | None) -> tuple[str, Fraction] | None:
        """With what a ranged number of a party leans, and how far: the group that covers it, or else its party."""
        for each in self.leanings.values():
            if each.covers(party, issue):
                return each.id, each.share
        leaning = self.parties[party].leaning if party is not None else Fraction(0)
        return (party, leaning) if party is not None and leaning else None

    def package(self, name: str) -> Package:
        """A package by its name ("status quo" is always one); NotFoundError if there is none."""
        if name == STATUS_QUO and name not in self.packages:
            return Package(STATUS_QUO, {})
        return found(self.packages, name, "package")

    def allows(self, outcome: Outcome) -> bool:
        """Whether the outcome obeys every condition."""
        return all(condition.allows(outcome) for condition in self.conditions)

    def assuming(self, readings: Mapping[str, str | None]) -> "Scenario":
        """The same scenario with these readings in force (None: the values as written), no longer in doubt.

        NotFoundError for an unknown judgment or reading.
        """
        judgments = dict(self.judgments)
        for name, reading in readings.items():
            judgment = found(judgments, name, "judgment")
            if reading is not None:
                found(judgment.readings, reading, f"reading of {name}")
            certain = {key: replace(each, weight=None) for key, each in judgment.readings.items()}
            judgments[name] = replace(judgment, readings=certain, likely=reading, open=False)
        return replace(self, judgments=judgments)

    def settled(self) -> "Scenario":
        """The scenario with its readings worked into the values, and no judgment left."""
        active = [j.readings[j.likely] for j in self.judgments.values() if j.likely is not None]
        return replace(self.changed(active), judgments={})

    def changed(self, readings: Sequence[Reading]) -> "Scenario":
        """The scenario with what some readings set and add, taken together; its judgments as before."""
        scenario = self
        for reading in readings:
            scenario = scenario._changed(reading.sets, add=False)
        for reading in readings:
            scenario = scenario._changed(_without_reservations(reading.adds), add=True)
        for reading in readings:  # last: where none is stated it builds on the worth of the status quo, by then settled
            scenario = scenario._changed(_only_reservations(reading.adds), add=True)
        return scenario

    def _changed(self, change: Change, *, add: bool) -> "Scenario":
        parties = dict(self.parties)
        for name, part in change.parties.items():
            parties[name] = self._changed_party(parties[name], part, add=add)
        interactions = dict(self.interactions)
        for name, worth in change.interactions.items():
            merged = _merged(interactions[name].worth, worth, add=add)
            interactions[name] = replace(interactions[name], worth=merged)
        return replace(self, parties=parties, interactions=interactions)

    def _changed_party(self, party: Party, change: PartyChange, *, add: bool) -> Party:
        old = party.preferences
        worth = dict(old.worth)
        for issue, table in change.worth.items():
            worth[issue] = _merged(worth.get(issue, {}), table, add=add)
        refuses = dict(old.refuses)
        for issue, options in change.refuses.items():
            refuses[issue] = {**refuses.get(issue, {}), **options} if add else options
        reservation = party.reservation
        if change.reservation is not None:
            basis = reservation or self.worth_of_status_quo(party)
            reservation = basis + change.reservation if add else change.reservation
        over = party.over if change.over is None else change.over
        if add and change.over is not None:
            over = {
                **party.over,
                **{i: tuple(dict.fromkeys((*party.over.get(i, ()), *o))) for i, o in change.over.items()},
            }
        return replace(
            party,
            preferences=Preferences(worth, refuses),
            reservation=reservation,
            role=change.role or party.role,
            over=over,
            types={**party.types, **change.types},
        )

    def worth_of_status_quo(self, party: Party) -> Quantity:
        """What no change is worth to the party, interactions included."""
        parts = [
            table[now] for i, table in party.preferences.worth.items() if (now := self.issues[i].status_quo) in table
        ]
        parts += [
            rule.worth[party.id]
            for rule in self.interactions.values()
            if party.id in rule.worth and all(self.issues[i].status_quo in o for i, o in rule.when.items())
        ]
        total = sum(parts, start=NOTHING)
        return Quantity(total.low, total.likely, total.high, "worth of the status quo")

    def with_roles(self, roles: Mapping[str, Role]) -> "Scenario":
        """The same negotiation with other roles; a veto so given covers everything."""
        parties = dict(self.parties)
        for name, role in roles.items():
            parties[name] = replace(found(parties, name, "party"), role=role, over={})
        return replace(self, parties=parties)


def _without_reservations(change: Change) -> Change:
    parties = {name: replace(part, reservation=None) for name, part in change.parties.items()}
    return replace(change, parties=parties)


def _only_reservations(change: Change) -> Change:
    parties = {name: PartyChange(reservation=part.reservation) for name, part in change.parties.items()}
    return Change(parties)


def _merged(old: Mapping[str, Quantity], new: Mapping[str, Quantity], *, add: bool) -> Mapping[str, Quantity]:
    if not add:
        return {**old, **new}
    sums: dict[tuple[int, int], Quantity] = {}  # a number that stands twice (a flat end) stays one number
    merged = dict(old)
    for key, value in new.items():
        if key in old:
            value = sums.setdefault((id(old[key]), id(value)), old[key] + value)
        merged[key] = value
    return merged


Entry = TypeVar("Entry")


def found(table: Mapping[str, Entry], name: str, what: str) -> Entry:
    """The entry of that name, or the only one of that title; NotFoundError with the nearest names."""
    key = key_of(table, name)
    if key is None:
        raise NotFoundError(f"no {what} named '{name}'{nearest(name, names_of(table))}")
    return table[key]


def key_of(table: Mapping[str, object], name: str) -> str | None:
    """Under what an entry stands that goes by this name, or that alone goes by this title; None: there is none."""
    titled = [name] if name in table else [key for key, entry in table.items() if name and _title(entry) == name]
    return titled[0] if len(titled) == 1 else None


def names_of(table: Mapping[str, object]) -> list[str]:
    """Every name in a table, and every title beside it, each once."""
    return list(dict.fromkeys(filter(None, [*table, *map(_title, table.values())])))


def _title(entry: object) -> str:
    return str(getattr(entry, "title", ""))
