"""How far must numbers move until no agreement is left, or until there is one? The exact part of the way to their ends.

Gains are sums, so along the way every gain moves straight from what it is at first to what it is at the end, and none
rises. The last point at which an outcome passes is a quotient of two whole numbers; the last of all outcomes is found
as in Dinkelbach (1967): look just beyond the last point known, and go on from what still passes there. Such points lie
at least so far apart that one look just beyond a point decides whether it is the last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np

from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.tables import Bound, difference, gain
from detente.model.outcome import Outcome, holds
from detente.model.party import Party, Preferences
from detente.model.quantity import NOTHING, Quantity
from detente.model.scenario import Scenario

_LOOKED_AT = 32
"""So many of the outcomes that pass, those with most to spare, are looked at for how long they do."""

_NEVER, _ALWAYS = Fraction(-1), Fraction(2)
"""Before the way begins, and beyond its end."""


def margins(scenario: Scenario, exists: bool, groups: Sequence[tuple[str, ...]]) -> list[Fraction | None]:
    """For each group of parties the share of the way at which moving all their numbers turns whether a deal exists.

    Where one `exists` they move from their likely values towards the ends that count against a deal, and none is left
    beyond the share (None: one is left at the very ends). Where none does they move towards the ends that count for
    one, and there is one from the share on (None: not even at the ends). The scenario is settled.
    """
    return shares([(scenario, group) for group in groups], exists)


def shares(moved: Sequence[tuple[Scenario, tuple[str, ...]]], exists: bool) -> list[Fraction | None]:
    """The same for scenarios each with the parties whose numbers move; all solved together."""
    ends: tuple[Bound, Bound] = ("likely", "low") if exists else ("high", "likely")
    ways = [_Way(scenario, group, *ends) for scenario, group in moved]
    moving = [way for way in ways if way.width]
    beyond = _seen([(way, Fraction(1)) for way in moving]) if exists else [[] for _ in moving]
    turned = [way for way, left in zip(moving, beyond, strict=True) if not left]
    first = _seen([(way, Fraction(0)) for way in turned])
    last = {
        way: max(way.until(outcome) for outcome in begins) for way, begins in zip(turned, first, strict=True) if begins
    }
    open_ = list(last)
    while open_:
        found = list(zip(open_, _seen([(way, way.just_beyond(last[way])) for way in open_]), strict=True))
        open_ = [way for way, outcomes in found if outcomes]
        later = {way: max(way.until(outcome) for outcome in outcomes) for way, outcomes in found if outcomes}
        assert all(share > last[way] for way, share in later.items())  # they pass beyond it
        last |= later
    return [None if way not in last else last[way] if exists else 1 - last[way] for way in ways]


def sparing(scenario: Scenario) -> list[Outcome]:
    """The acceptable outcomes with most to spare for who must agree."""
    return _sparing(ask([Question(scenario, passing=True)])[0])


def _seen(points: Sequence[tuple["_Way", Fraction]]) -> list[list[Outcome]]:
    """At each point of a way the outcomes that pass there with most to spare; none where nothing passes."""
    return [_sparing(answer) for answer in ask([Question(way.at(share), passing=True) for way, share in points])]


def _sparing(answer: Answer) -> list[Outcome]:
    """What passes with most to spare for who must agree."""
    points = answer.agreed()
    spare = answer.rows(answer.question.binding)[:, points].min(axis=0)
    order = np.argsort(-spare, kind="stable")[:_LOOKED_AT]
    return [answer.outcome(int(points[place])) for place in order]


@dataclass(frozen=True, eq=False)
class _Way:
    """All numbers of some parties move, from what counts for a gain at bound `start` to what does at bound `end`."""

    scenario: Scenario
    moving: tuple[str, ...]
    start: Bound
    end: Bound

    def at(self, share: Fraction) -> Scenario:
        """The scenario so far along the way: gains in whole numbers, each party's in units of its own."""
        worth = {name: dict(self._numbers(party, share)) for name, party in self.scenario.parties.items()}
        units = {name: lcm(*(value.denominator for value in table.values())) for name, table in worth.items()}
        whole = {
            name: {key: Quantity.of(value * units[name]) for key, value in table.items()}
            for name, table in worth.items()
        }
        return replace(
            self.scenario,
            parties={name: _with(party, whole[name]) for name, party in self.scenario.parties.items()},
            interactions={
                rule.id: replace(rule, worth={name: whole[name]["", rule.id] for name in rule.worth})
                for rule in self.scenario.interactions.values()
            },
        )

    def just_beyond(self, share: Fraction) -> Fraction:
        """A point beyond this one and short of any later one at which an outcome passes for the last time."""
        return share + Fraction(1, share.denominator * (self.width + 1))

    def until(self, outcome: Outcome) -> Fraction:
        """The last point at which an outcome passes; beyond the end where it passes all the way."""
        binding = [party for party in self.scenario.parties.values() if party.must_agree]
        lasts = {party.id: self._until(party, outcome) for party in binding}
        quorum = self.scenario.quorum
        if quorum is None:
            return min(lasts.values())
        enough = sorted(lasts.values(), reverse=True)[quorum.at_least - 1]
        return min([enough, *(lasts[name] for name in quorum.always)])

    def _until(self, party: Party, outcome: Outcome) -> Fraction:
        """The last point at which a party takes an outcome."""
        if not party.has_say(outcome):
            return _ALWAYS
        start, end = (gain(self.scenario, party, outcome, bound) for bound in self._bounds(party))
        if start < 0 or party.crossed(outcome):
            return _NEVER
        return _ALWAYS if end >= 0 else start / (start - end)

    def _bounds(self, party: Party) -> tuple[Bound, Bound]:
        return (self.start, self.end) if party.id in self.moving else ("likely", "likely")

    @cached_property
    def width(self) -> int:
        """No gain of those who move falls further on the way, in the smallest units of its numbers."""
        widest = 0
        for name in self.moving:
            first, last = (dict(self._numbers(self.scenario.parties[name], Fraction(share))) for share in (0, 1))
            unit = lcm(*(value.denominator for value in (*first.values(), *last.values())))
            falls: dict[tuple[str, ...], Fraction] = {}
            for key, value in first.items():
                where = key[:1] if key[:1] != ("",) else key  # an outcome has one option of an issue
                falls[where] = max(falls.get(where, Fraction(0)), abs(last[key] - value))
            widest = max(widest, int(unit * sum(falls.values())))
        return widest

    def _numbers(self, party: Party, share: Fraction) -> Iterator[tuple[tuple[str, ...], Fraction]]:
        """What every option and interaction adds to a party's gain so far along the way, by where it stands."""
        start, end = self._bounds(party)

        def mixed(new: Quantity, old: Quantity) -> Fraction:
            first = difference(new, old, start)
            return first if start == end or not share else first + share * (difference(new, old, end) - first)

        free = party.reservation is None
        for issue, table in party.preferences.worth.items():
            names = self.scenario.issues[issue]
            now = table.get(names.status_quo, NOTHING) if free else NOTHING
            for option in names.options if now is not NOTHING else table:
                yield (issue, option), mixed(table.get(option, NOTHING), now)
        for rule in self.scenario.interactions.values():
            if party.id in rule.worth:
                number, there = rule.worth[party.id], free and holds(rule.when, self.scenario.status_quo)
                yield ("", rule.id), -mixed(NOTHING, number) if there else mixed(number, NOTHING)
        if party.reservation is not None:
            yield (), -mixed(NOTHING, party.reservation)


def _with(party: Party, numbers: Mapping[tuple[str, ...], Quantity]) -> Party:
    """The party with these numbers in place of its own."""
    old = party.preferences
    worth: dict[str, dict[str, Quantity]] = {}
    for key, number in numbers.items():
        if key and key[0]:
            worth.setdefault(key[0], {})[key[1]] = number
    return replace(party, preferences=Preferences(worth, old.refuses), reservation=numbers.get(()))
