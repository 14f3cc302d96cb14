"""What would you have to believe for the answer to change? The numbers and the readings that turn a headline.

A gain is a sum of judged numbers, so what turns a party is worked out exactly: for one number alone the value at which
the gain is 0; the fewest numbers that turn it, those with the furthest to go first; and for all of them together how
far they must move from their likely values towards the ends that count against the answer (the smallest largest
relative change; a linear program with one row). Under a scale, one number alone is the scale, or an option's points;
where numbers move together, and not in straight lines any more, what scale and points make is one number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from detente.analysis.alone import Number, turning_alone
from detente.analysis.margin import margins
from detente.analysis.otherwise import Turning, touches, turning
from detente.analysis.question import Question
from detente.analysis.search import ask
from detente.analysis.sensitivity import Flip, flips
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import BOUNDS, difference, gain, one_scale, plain
from detente.model.issue import Issue
from detente.model.outcome import Outcome, holds
from detente.model.party import Party
from detente.model.quantity import Quantity, times
from detente.model.scenario import Scenario
from detente.table import figure

NO_DEAL = "no deal"

Kind = Literal["worth", "scale", "points"]
"""Whether a number is a worth, a scale that multiplies all numbers of a table, or one of these before its scale."""

BEFORE = ", before its scale"
"""What is added to the name of a number that a scale multiplies."""


@dataclass(frozen=True, slots=True)
class Tip:
    """One number: what it is of, its likely value and range, and the value beyond which it alone turns the answer.

    `below` says which way that is; `within`, whether the end of its range turns the answer; and `moves`, by how many
    points its worth must move.
    """

    what: str
    likely: float
    tips_at: float
    low: float
    high: float
    below: bool
    within: bool
    line: int | None
    moves: float
    of: Kind = "worth"

    def nearness(self) -> tuple[bool, float]:
        """The order of what turns an answer most easily: within its range first, then what must move least."""
        return not self.within, self.moves

    @property
    def end(self) -> float:
        """The end of its range that counts against the answer."""
        return self.low if self.below else self.high

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "what": self.what,
            "of": self.of,
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

    `fewest` are the fewest of its `numbers` that turn it, each at the end of its range (empty: not all of them do),
    `readings` the judgments that turn it, and `helped` the reading that shortens the way most without turning it alone.
    Among `singles` a scale and the points that it multiplies are numbers of their own; elsewhere their product is one.
    """

    package: str
    party: str
    accepts: bool
    gain: float
    together: float | None
    singles: tuple[Tip, ...]
    fewest: tuple[Tip, ...]
    numbers: int
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
    """What turns whether an agreement exists: one number alone, all together, those of one party, or other readings.

    `singles` are the numbers within whose range the answer turns, each with its party (a scale is not among them).
    `together` and `by` are parts of the way from the likely values to the low ends of gains, beyond which no agreement
    is left; or, where there is none, to the high ends, from which on there is one (None: not even at the ends).
    """

    exists: bool
    singles: tuple[tuple[str, Tip], ...]
    together: float | None
    by: Mapping[str, float | None]
    readings: Turning

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "exists": self.exists,
            "singles": [{"party": party, **tip.payload()} for party, tip in self.singles],
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
    singles = [(number.party, _lone(number, at, exists)) for number, at in turning_alone(settled, exists, by)]
    singles.sort(key=lambda pair: pair[1].nearness())
    return TippingAgreement(exists, tuple(singles), together, by, turning(scenario, [None])[None])


def _lone(number: Number, tips_at: Fraction, exists: bool) -> Tip:
    """A number that alone turns whether an agreement exists."""
    value, weight = number.value, Fraction(1) if number.weight is None else number.weight
    return Tip(
        number.what if number.weight is None else f"{number.what}{BEFORE}",
        plain(value.likely),
        plain(tips_at),
        plain(value.low),
        plain(value.high),
        exists != number.falling,
        True,
        value.line,
        plain(abs(weight * (tips_at - value.likely))),
        "worth" if number.weight is None else "points",
    )


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


@dataclass(frozen=True, slots=True)
class _Part:
    """A number that a gain is the sum of: what it is of, and how often it counts.

    Under the scale of an issue, `products` are the products that it is made of, each with its name and sign.
    """

    what: str
    number: Quantity
    sign: int
    issue: str = ""
    products: tuple[tuple[str, Quantity, int], ...] = ()


def _turned(asked: _Asked, parts: Sequence[_Part], readings: Turning) -> Tipping:
    party, outcome = asked.party, asked.outcome
    total = gain(asked.settled, party, outcome)
    accepts = not party.has_say(outcome) or (not party.crossed(outcome) and total >= 0)
    singles = [tip for part in parts for tip in _singles(part, total, accepts)]
    together = _share(parts, accepts)
    return Tipping(
        asked.package,
        party.id,
        accepts,
        plain(total),
        None if together is None else plain(together),
        tuple(sorted(singles, key=Tip.nearness)),
        _fewest(parts, total, accepts) if together is not None else (),
        len(parts),
        readings,
        _helped(asked, accepts, together, readings),
    )


@dataclass(frozen=True, slots=True)
class _Lever:
    """One number that may move alone: what it is of, how much of a gain it moves, and how far it can move it."""

    what: str
    number: Quantity
    by: Fraction
    room: Fraction
    of: Kind = "worth"

    def tip(self, total: Fraction, accepts: bool) -> Tip:
        """Where it turns the answer."""
        low, likely, high = (plain(each) for each in (self.number.low, self.number.likely, self.number.high))
        at = plain(self.number.likely - total / self.by)
        falls, within = (self.by > 0) == accepts, _turns(total, self.room, accepts)
        moves = plain(abs(total if self.of != "worth" else total / self.by))
        return Tip(self.what, likely, at, low, high, falls, within, self.number.line, moves, self.of)


def _whole(part: _Part, accepts: bool) -> _Lever:
    """The number as it stands in the sum, whatever it is made of."""
    return _Lever(part.what, part.number, Fraction(part.sign), _room(part, accepts))


def _singles(part: _Part, total: Fraction, accepts: bool) -> list[Tip]:
    """Where each single number of a part turns the answer; a scale, which is never below 0, may do so nowhere."""
    if not part.products:
        return [_whole(part, accepts).tip(total, accepts)]
    found = [lever.tip(total, accepts) for lever in _levers(part, accepts) if lever.by]
    return [tip for tip in found if tip.of != "scale" or not tip.below or tip.tips_at > 0]


def _levers(part: _Part, accepts: bool) -> Iterator[_Lever]:
    """A scale, and each number that it multiplies: a gain is straight in every one of them alone."""
    factors = [(what, *product.times, sign) for what, product, sign in part.products if product.times is not None]
    scale = factors[0][1]
    by = sum((sign * own.likely for _, _, own, sign in factors), Fraction(0))
    end = _against(scale, by, accepts)
    moved = (sign * (times(end, own.likely) - times(scale.likely, own.likely)) for _, _, own, sign in factors)
    yield _Lever(f"the scale of {part.issue}", scale, by, abs(sum(moved, Fraction(0))), "scale")
    for what, _, own, sign in factors:
        by = sign * scale.likely
        moved_by = times(scale.likely, _against(own, by, accepts)) - times(scale.likely, own.likely)
        yield _Lever(f"{what}{BEFORE}", own, by, abs(moved_by), "points")


def _against(number: Quantity, by: Fraction, accepts: bool) -> Fraction:
    """The end of a range that counts against the answer."""
    return number.low if (by > 0) == accepts else number.high


def _room(part: _Part, accepts: bool) -> Fraction:
    """How far a number can move the gain against the answer."""
    return abs(part.sign * (_against(part.number, Fraction(part.sign), accepts) - part.number.likely))


def _rooms(parts: Sequence[_Part], accepts: bool) -> list[Fraction]:
    return [_room(part, accepts) for part in parts]


def _turns(total: Fraction, room: Fraction, accepts: bool) -> bool:
    """Whether an answer turns where the gain moves so far against it."""
    return total < room if accepts else -total <= room


def _share(parts: Sequence[_Part], accepts: bool) -> Fraction | None:
    """The part of the way to their ends that all numbers must move; None where the ends do not turn the answer."""
    total = sum((part.sign * part.number.likely for part in parts), Fraction(0))
    room = sum(_rooms(parts, accepts), Fraction(0))
    return abs(total) / room if room and _turns(total, room, accepts) else None


def _fewest(parts: Sequence[_Part], total: Fraction, accepts: bool) -> tuple[Tip, ...]:
    """The fewest numbers that turn the answer: the gain is a sum, so those that can move it furthest."""
    chosen: list[Tip] = []
    moved = Fraction(0)
    for lever in sorted((_whole(part, accepts) for part in parts), key=lambda lever: -lever.room):
        if _turns(total, moved, accepts):
            break
        chosen.append(lever.tip(total, accepts))
        moved += lever.room
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


def _parts(scenario: Scenario, party: Party, outcome: Outcome) -> list[_Part]:
    """The numbers that a gain is the sum of, each once, with how often it counts; none where they do not matter."""
    if not party.has_say(outcome) or party.crossed(outcome):
        return []
    free, now = party.reservation is None, scenario.status_quo
    found: list[_Part] = []
    for issue, table in party.preferences.worth.items():
        old = table.get(now[issue]) if free else None
        found += _on(scenario.issues[issue], (outcome[issue], table.get(outcome[issue])), (now[issue], old))
    for rule in scenario.interactions.values():
        counts = int(holds(rule.when, outcome)) - int(free and holds(rule.when, now))
        if counts and party.id in rule.worth:
            found.append(_Part(rule.why or rule.id, rule.worth[party.id], counts))
    if party.reservation is not None:
        found.append(_Part(NO_DEAL, party.reservation, -1))
    return found


Valued = tuple[str, Quantity | None]
"""An option, and what it is worth."""


def _on(issue: Issue, new: Valued, old: Valued) -> list[_Part]:
    """What an option counts for, and what the one now in force; under one scale the two are one number."""
    if new[1] is old[1]:
        return []
    worth = [
        (f"{issue.name}: {issue.option_name(option)}", number, sign)
        for (option, number), sign in ((new, 1), (old, -1))
        if number is not None
    ]
    if new[1] is not None and old[1] is not None and one_scale(new[1], old[1]):
        low, likely, high = (difference(new[1], old[1], bound) for bound in BOUNDS)
        what = f"{worth[0][0]} rather than {issue.option_name(old[0])}, with its scale"
        return [_Part(what, Quantity(low, likely, high, line=new[1].line), 1, issue.name, tuple(worth))]
    return [
        _Part(what, number, sign)
        if number.times is None
        else _Part(f"{what}, with its scale", number, sign, issue.name, ((what, number, sign),))
        for what, number, sign in worth
    ]
