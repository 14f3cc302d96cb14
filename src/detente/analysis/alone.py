"""Which single number ends every agreement, or makes one possible? Each alone moved, and the exact value found.

A scale is not among them: where it moves, what speaks for an outcome and what speaks against it move together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from detente.analysis.margin import shares, sparing
from detente.model.outcome import Outcome, holds
from detente.model.party import Party, Preferences
from detente.model.quantity import Quantity, times
from detente.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Number:
    """A judged number of a party: what it is of, and whether a gain falls as it rises.

    `weight` is the likely value of the scale that multiplies it, if one does; `rows` says at which options it counts
    (empty: everywhere).
    """

    party: str
    what: str
    value: Quantity
    falling: bool
    weight: Fraction | None = None
    rows: tuple[tuple[str, str], ...] = ()

    def end(self, exists: bool) -> Fraction:
        """The end of its range that counts against an agreement, where one exists, or for one."""
        return self.value.low if exists != self.falling else self.value.high


def turning_alone(scenario: Scenario, exists: bool, by: Mapping[str, object]) -> list[tuple[Number, Fraction]]:
    """The numbers that alone turn whether an agreement exists, each with the value at which it does.

    `by` says for each party that must agree how far all its numbers must move (None: not even to their ends), so that
    only those of others are tried. The scenario is settled.
    """
    seen = sparing(scenario) if exists else []
    tried = [
        number
        for name, part in by.items()
        if part is not None
        for number in _numbers(scenario, scenario.parties[name])
        if number.value.low < number.value.high and not _spared(number, seen)
    ]
    found = shares([(_only(scenario, number), (number.party,)) for number in tried], exists)
    return [
        (number, number.value.likely + share * (number.end(exists) - number.value.likely))
        for number, share in zip(tried, found, strict=True)
        if share is not None
    ]


def _spared(number: Number, seen: Sequence[Outcome]) -> bool:
    """Whether one of the outcomes that pass does not hold the number at all, so that it passes whatever that is."""
    if not number.rows or number.falling:
        return False
    return any(all(outcome[issue] != option for issue, option in number.rows) for outcome in seen)


def _numbers(scenario: Scenario, party: Party) -> Iterator[Number]:
    free, now = party.reservation is None, scenario.status_quo
    for name, table in party.preferences.worth.items():
        issue = scenario.issues[name]
        rows: dict[int, list[str]] = {}
        for option, number in table.items():
            rows.setdefault(id(number), []).append(option)
        for options in rows.values():
            number = table[options[0]]
            scale, own = number.times or (None, number)
            what = f"{issue.name}: {issue.option_name(options[0])}"
            weight = None if scale is None else scale.likely
            where = tuple((name, option) for option in options)
            yield Number(party.id, what, own, free and now[name] in options, weight, where)
    for rule in scenario.interactions.values():
        if party.id in rule.worth:
            yield Number(party.id, rule.why or rule.id, rule.worth[party.id], free and holds(rule.when, now))
    if party.reservation is not None:
        yield Number(party.id, "no deal", party.reservation, True)


def _only(scenario: Scenario, number: Number) -> Scenario:
    """The scenario in which nothing of the party is in doubt but one number."""
    kept: dict[int, Quantity] = {}

    def settled(each: Quantity) -> Quantity:
        own = each if each.times is None else each.times[1]
        if id(each) not in kept:
            kept[id(each)] = _ranged(number) if own is number.value else Quantity.of(each.likely)
        return kept[id(each)]

    def of(party: Party) -> Party:
        worth = {
            issue: {option: settled(each) for option, each in table.items()}
            for issue, table in party.preferences.worth.items()
        }
        reservation = None if party.reservation is None else settled(party.reservation)
        return replace(party, preferences=Preferences(worth, party.preferences.refuses), reservation=reservation)

    name = number.party
    rules = {
        rule.id: replace(rule, worth={**rule.worth, name: settled(rule.worth[name])}) if name in rule.worth else rule
        for rule in scenario.interactions.values()
    }
    return replace(scenario, parties={**scenario.parties, name: of(scenario.parties[name])}, interactions=rules)


def _ranged(number: Number) -> Quantity:
    """The number with its range, its scale held at what is likely."""
    if number.weight is None:
        return number.value
    low, likely, high = (
        times(number.weight, each) for each in (number.value.low, number.value.likely, number.value.high)
    )
    return Quantity(low, likely, high)
