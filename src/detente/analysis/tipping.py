"""What would you have to believe for the answer to change? The numbers and the readings that turn a headline.

A gain is a sum of judged numbers, so what turns a party is worked out exactly: for one number alone the value at which
the gain is 0; the fewest numbers that turn it, those with the furthest to go first; and for all of them together how
far they must move from their likely values towards the ends that count against the answer (the smallest largest
relative change; a linear program with one row).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.analysis.margin import margins
from detente.analysis.otherwise import Turning, touches, turning
from detente.analysis.question import Question
from detente.analysis.search import ask
from detente.analysis.sensitivity import Flip, flips
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import gain, plain
from detente.model.outcome import Outcome, holds
from detente.model.party import Party
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.table import figure

NO_DEAL = "no deal"


@dataclass(frozen=True, slots=True)
class Tip:
    """One number: what it is of, its likely value and range, and the value beyond which it alone turns the answer.

    `below` says which way that is; `within`, whether the end of its range turns the answer.
    """

    what: str
    likely: float
    tips_at: float
    low: float
    high: float
    below: bool
    within: bool
    line: int | None

    @property
    def end(self) -> float:
        """The end of its range that counts against the answer."""
        return self.low if self.below else self.high

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "what": self.what,
            "likely": self.likely,
            "tips_at": self.tips_at,
            "when": "below" if self.below else "above",
            "within_range": self.within,
            "line": self.line,
        }

    def in_words(self) -> str:
        """As people say it."""
        return f"{self.what} is {'below' if self.below else 'above'} {figure(self.tips_at)} (now {figure(self.likely)})"


@dataclass(frozen=True, slots=True)
class Helped:
    """One judgment read otherwise, and the part of the way that all numbers must then still move."""

    judgment: str
    reading: str
    together: float

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"judgment": self.judgment, "reading": self.reading, "together": self.together}


@dataclass(frozen=True, slots=True)
class Tipping:
    """What turns a party's answer to a package; `together` is the part of the way to the ends of the ranges.

    `fewest` are the fewest numbers that turn it, each at the end of its range (empty: not all of them do), `readings`
    the judgments that turn it, and `helped` the reading that shortens the way most without turning it alone.
    """

    package: str
    party: str
    accepts: bool
    gain: float
    together: float | None
    singles: tuple[Tip, ...]
    fewest: tuple[Tip, ...]
    readings: Turning
    helped: Helped | None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "accepts": self.accepts,
            "gain": self.gain,
            "together": self.together,
            "singles": [each.payload() for each in self.singles],
            "fewest": [{"what": each.what, "to": each.end, "line": each.line} for each in self.fewest],
            "readings": self.readings.payload(),
            "with_reading": self.helped.payload() if self.helped else None,
        }


@dataclass(frozen=True, slots=True)
class TippingAgreement:
    """What turns whether an agreement exists: all numbers together, those of one party alone, or other readings.

    `together` and `by` are parts of the way from the likely values to the low ends of gains, beyond which no agreement
    is left; or, where there is none, to the high ends, from which on there is one (None: not even at the ends).
    """

    exists: bool
    together: float | None
    by: Mapping[str, float | None]
    readings: Turning

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "exists": self.exists,
            "together": self.together,
            "by": dict(self.by),
            "readings": self.readings.payload(),
        }


@sharing
def tipping_agreement(scenario: Scenario) -> TippingAgreement:
    """What one would have to believe for an agreement to exist no longer, or to exist after all.

    TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    exists = bool(ask([Question(settled, passing=True)])[0].accepted.any())
    binding = tuple(party.id for party in settled.parties.values() if party.must_agree)
    together, *alone = (
        None if share is None else plain(share)
        for share in margins(settled, exists, [binding, *((name,) for name in binding)])
    )
    by = dict(zip(binding, alone, strict=True))
    return TippingAgreement(exists, together, by, turning(scenario, [None])[None])


def tipping(scenario: Scenario, package: str) -> tuple[Tipping, ...]:
    """For each party that must agree and that anything could turn: what it would have to believe to answer otherwise.

    NotFoundError for a name that is no package.
    """
    return tippings(scenario, [package])


@sharing
def tippings(scenario: Scenario, packages: Sequence[str]) -> tuple[Tipping, ...]:
    """The same for several packages, in their order; NotFoundError for a name that is no package."""
    settled = settle(scenario)
    outcomes = {name: settled.outcome(settled.package(name).terms) for name in packages}
    asked = [(name, party) for name in packages for party in settled.parties.values() if party.must_agree]
    readings = turning(scenario, [(name, party.id) for name, party in asked])
    found = []
    for name, party in asked:
        turned = readings[name, party.id]
        parts = _parts(settled, party, outcomes[name])
        if parts or turned.smallest:
            found.append(_turned(_Asked(scenario, settled, name, party, outcomes[name]), parts, turned))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One party and one package."""

    scenario: Scenario
    settled: Scenario
    package: str
    party: Party
    outcome: Outcome


Part = tuple[str, Quantity, int]
"""A number that a gain is the sum of: what it is of, the number, and how often it counts."""


def _turned(asked: _Asked, parts: Sequence[Part], readings: Turning) -> Tipping:
    party, outcome = asked.party, asked.outcome
    total = gain(asked.settled, party, outcome)
    accepts = not party.has_say(outcome) or (not party.crossed(outcome) and total >= 0)
    tips = [(_tip(part, total, accepts), room) for part, room in zip(parts, _rooms(parts, accepts), strict=True)]
    together = _share(parts, accepts)
    return Tipping(
        asked.package,
        party.id,
        accepts,
        plain(total),
        None if together is None else plain(together),
        tuple(sorted((tip for tip, _ in tips), key=lambda tip: (not tip.within, abs(tip.tips_at - tip.likely)))),
        _fewest(tips, total, accepts) if together is not None else (),
        readings,
        _helped(asked, accepts, together, readings),
    )


def _tip(part: Part, total: Fraction, accepts: bool) -> Tip:
    what, number, sign = part
    falls = (sign > 0) == accepts
    low, likely, high = plain(number.low), plain(number.likely), plain(number.high)
    within = _turns(total, _room(part, accepts), accepts)
    return Tip(what, likely, plain(number.likely - total / sign), low, high, falls, within, number.line)


def _room(part: Part, accepts: bool) -> Fraction:
    """How far a number can move the gain against the answer."""
    _, number, sign = part
    end = number.low if (sign > 0) == accepts else number.high
    return abs(sign * (end - number.likely))


def _rooms(parts: Sequence[Part], accepts: bool) -> list[Fraction]:
    return [_room(part, accepts) for part in parts]


def _turns(total: Fraction, room: Fraction, accepts: bool) -> bool:
    """Whether an answer turns where the gain moves so far against it."""
    return total < room if accepts else -total <= room


def _share(parts: Sequence[Part], accepts: bool) -> Fraction | None:
    """The part of the way to their ends that all numbers must move; None where the ends do not turn the answer."""
    total = sum((sign * number.likely for _, number, sign in parts), Fraction(0))
    room = sum(_rooms(parts, accepts), Fraction(0))
    return abs(total) / room if room and _turns(total, room, accepts) else None


def _fewest(tips: Sequence[tuple[Tip, Fraction]], total: Fraction, accepts: bool) -> tuple[Tip, ...]:
    """The fewest numbers that turn the answer: the gain is a sum, so those that can move it furthest."""
    chosen: list[Tip] = []
    moved = Fraction(0)
    for tip, room in sorted(tips, key=lambda pair: -pair[1]):
        if _turns(total, moved, accepts):
            break
        chosen.append(tip)
        moved += room
    return tuple(chosen)


def _helped(asked: _Asked, accepts: bool, together: Fraction | None, readings: Turning) -> Helped | None:
    """The reading with which all numbers have least far to go, where it turns nothing alone but shortens the way."""
    best: tuple[Fraction, Flip] | None = None
    for flip in flips(asked.scenario):
        if not touches(asked.scenario.judgments[flip.judgment], asked.party.id):
            continue
        if (flip.judgment, flip.reading) in readings.alone:
            continue
        party = flip.scenario.parties[asked.party.id]
        share = _share(_parts(flip.scenario, party, asked.outcome), accepts) if party.must_agree else None
        if share is not None and (together is None or share < together) and (best is None or share < best[0]):
            best = share, flip
    return None if best is None else Helped(best[1].judgment, best[1].reading, plain(best[0]))


def _parts(scenario: Scenario, party: Party, outcome: Outcome) -> list[Part]:
    """The numbers that a gain is the sum of, each once, with how often it counts; none where they do not matter."""
    if not party.has_say(outcome) or party.crossed(outcome):
        return []
    found: dict[int, Part] = {}

    def add(what: str, number: Quantity | None, sign: int) -> None:
        if number is not None:
            _, _, before = found.get(id(number), (what, number, 0))
            found[id(number)] = (what, number, before + sign)

    now = scenario.status_quo
    for issue, table in party.preferences.worth.items():
        names = scenario.issues[issue]
        add(f"{names.name}: {names.option_name(outcome[issue])}", table.get(outcome[issue]), 1)
        if party.reservation is None:
            add(f"{names.name}: {names.option_name(now[issue])}", table.get(now[issue]), -1)
    for rule in scenario.interactions.values():
        counts = int(holds(rule.when, outcome)) - int(party.reservation is None and holds(rule.when, now))
        add(rule.why or rule.id, rule.worth.get(party.id), counts)
    add(NO_DEAL, party.reservation, -1)
    return [part for part in found.values() if part[2]]
