"""What is each option worth, in exact whole numbers? From a scenario's judged values to what the kernels need.

Gains are worth minus reservation. At the bound "low" every gain stands at its lowest (worth low, reservation high), at
"high" at its highest; where the reservation is the worth of the status quo, what an outcome shares with the status quo
cancels first, so that a doubt about it does not count twice. A scale that multiplies both is one number for both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal, Self

from detente.analysis.shared import once
from detente.model.outcome import Outcome, Terms, holds
from detente.model.party import Party
from detente.model.quantity import NOTHING, Quantity, times
from detente.model.scenario import Interaction, Scenario
from detente.table import figure, listed

Bound = Literal["low", "likely", "high"]
_ZERO = Fraction(0)
BOUNDS: tuple[Bound, ...] = ("low", "likely", "high")
ENDS: tuple[Bound, Bound] = ("low", "high")


def reservation(scenario: Scenario, party: Party) -> Quantity:
    """The worth of no deal to a party: as stated, or the worth of the status quo."""
    return party.reservation or scenario.worth_of_status_quo(party)


def difference(new: Quantity, old: Quantity, bound: Bound) -> Fraction:
    """One worth minus another at a bound of the difference; nothing where they are the same judged number."""
    if new is old:
        return _ZERO
    if new.times is not None and old.times is not None and one_scale(new, old):
        return _scaled_difference(new.times[0], new.times[1], old.times[1], bound)
    plus = new.likely if bound == "likely" else new.low if bound == "low" else new.high
    if old is NOTHING:
        return plus
    return plus - (old.likely if bound == "likely" else old.high if bound == "low" else old.low)


def one_scale(one: Quantity, other: Quantity) -> bool:
    """Whether one scale multiplies both."""
    return one.times is not None and other.times is not None and one.times[0] is other.times[0]


def _scaled_difference(scale: Quantity, new: Quantity, old: Quantity, bound: Bound) -> Fraction:
    """What two numbers under one scale differ by: straight in the scale, so lowest and highest at an end of it."""
    if bound == "likely":
        return times(scale.likely, new.likely) - times(scale.likely, old.likely)
    plus, minus = (new.low, old.high) if bound == "low" else (new.high, old.low)
    # the likely scale lies between its ends, but after rounding the difference there may not
    found = [times(each, plus) - times(each, minus) for each in (scale.low, scale.likely, scale.high)]
    return min(found) if bound == "low" else max(found)


def option_gain(scenario: Scenario, party: Party, issue: str, option: str, bound: Bound) -> Fraction:
    """What an option adds to the party's gain."""
    worth = party.preferences.worth.get(issue, {})
    base = NOTHING if party.reservation else worth.get(scenario.issues[issue].status_quo, NOTHING)
    return difference(worth.get(option, NOTHING), base, bound)


def interaction_gains(
    scenario: Scenario, party: Party, interaction: Interaction, bound: Bound
) -> tuple[Fraction, Fraction]:
    """What an interaction adds to the party's gain where it holds, and where it does not."""
    value = interaction.worth.get(party.id)
    if value is None:
        return _ZERO, _ZERO
    base = value if party.reservation is None and _holds_now(scenario, interaction) else NOTHING
    return difference(value, base, bound), difference(NOTHING, base, bound)


def _holds_now(scenario: Scenario, interaction: Interaction) -> bool:
    return all(scenario.issues[issue].status_quo in options for issue, options in interaction.when.items())


def constant_gain(party: Party, bound: Bound) -> Fraction:
    """What no deal takes off every gain: the stated reservation (0 where it is the status quo)."""
    return difference(NOTHING, party.reservation, bound) if party.reservation else Fraction(0)


@dataclass(frozen=True, eq=False)
class _Ledger:
    """What every option and interaction adds to a party's gain, in whole numbers of 1 / scale."""

    scale: int
    constant: int
    options: Mapping[str, Mapping[str, int]]
    rules: Sequence[tuple[Terms, int, int]]

    @classmethod
    def of(cls, scenario: Scenario, party: Party, bound: Bound) -> "_Ledger":
        options = {
            issue: {
                option: option_gain(scenario, party, issue, option, bound) for option in scenario.issues[issue].options
            }
            for issue in party.preferences.worth
        }
        rules = [
            (rule.when, *interaction_gains(scenario, party, rule, bound))
            for rule in scenario.interactions.values()
            if party.id in rule.worth
        ]
        constant = constant_gain(party, bound)
        parts = [constant, *(value for table in options.values() for value in table.values())]
        parts += [value for _, there, absent in rules for value in (there, absent)]
        scale = lcm(*{part.denominator for part in parts})
        return cls(
            scale,
            whole(constant, scale),
            {issue: {o: whole(value, scale) for o, value in table.items()} for issue, table in options.items()},
            [(when, whole(there, scale), whole(absent, scale)) for when, there, absent in rules],
        )


def gain(scenario: Scenario, party: Party, outcome: Outcome, bound: Bound = "likely") -> Fraction:
    """What an outcome gives a party over no deal (`scenario` settled)."""
    ledger = once(f"ledger {bound} {party.id}", scenario, lambda: _Ledger.of(scenario, party, bound))
    total = ledger.constant + sum(table[outcome[issue]] for issue, table in ledger.options.items())
    total += sum(there if holds(when, outcome) else absent for when, there, absent in ledger.rules)
    return Fraction(total, ledger.scale)


def advantage(scenario: Scenario, party: Party, new: Outcome, old: Outcome, bound: Bound = "likely") -> Fraction:
    """What a party gets more from one outcome than from another (`scenario` settled); what they share cancels."""
    total = Fraction(0)
    for issue in scenario.issues:
        total += difference(party.preferences.of(issue, new[issue]), party.preferences.of(issue, old[issue]), bound)
    for interaction in scenario.interactions.values():
        value = interaction.worth.get(party.id, NOTHING)
        pair = [value if holds(interaction.when, outcome) else NOTHING for outcome in (new, old)]
        total += difference(pair[0], pair[1], bound)
    return total


@dataclass(frozen=True, slots=True)
class Span:
    """A figure at the low, the likely and the high end of the numbers it comes from."""

    low: float
    likely: float
    high: float

    @classmethod
    def of(cls, values: Iterable[Fraction]) -> Self:
        """From three exact numbers."""
        low, likely, high = (plain(value) for value in values)
        return cls(low, likely, high)

    @classmethod
    def around(cls, ends: Mapping[Bound, float]) -> Self:
        """From a figure at each end of the ranges, which may be smallest or largest at any of them."""
        return cls(min(ends.values()), ends["likely"], max(ends.values()))

    @property
    def ends(self) -> tuple[float, float, float]:
        """The low, the likely and the high one."""
        return self.low, self.likely, self.high

    @property
    def contested(self) -> bool:
        """Whether its sign depends on the range: below zero at one end, at least zero at the other."""
        return self.low < 0 <= self.high

    def __neg__(self) -> "Amount":
        """What is gained as what is lost."""
        return Amount(-self.high, -self.likely, -self.low)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"low": self.low, "likely": self.likely, "high": self.high, "contested": self.contested}


@dataclass(frozen=True, slots=True)
class Amount(Span):
    """A figure that counts only above zero, such as a cost; `absent` are the ends at which no deal is there to have it.

    Low and high are then the least and the most of where there is one.
    """

    absent: tuple[Bound, ...] = ()

    @classmethod
    def above_zero(cls, span: Span) -> Self:
        """What of a figure is above zero."""
        return cls(max(0, span.low), max(0, span.likely), max(0, span.high))

    @classmethod
    def where_there(cls, ends: Mapping[Bound, float | None]) -> Self | None:
        """From a figure at each end at which there is one; None where there is none at the likely values."""
        there = {bound: value for bound, value in ends.items() if value is not None}
        if "likely" not in there:
            return None
        absent = tuple(bound for bound in BOUNDS if bound in ends and bound not in there)
        return cls(min(there.values()), there["likely"], max(there.values()), absent)

    @property
    def contested(self) -> bool:
        """Whether it depends on the range that there is any: nothing at one end, something at another."""
        return self.low <= 0 < self.high

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {**Span.payload(self), "no_deal_at": list(self.absent)}


def with_ranges(gains: Iterable[Span], before: str) -> str:
    """What the title of a table of many gains says of their ranges, if they have any."""
    ranged = any(span.low != span.high for span in gains)
    return f"{before}low to high, and contested where 0 lies between" if ranged else ""


def span_in_words(span: Span, told: Callable[[float], str] = figure, missing: str = "") -> str:
    """A figure with its range, and whether its sign depends on it: 12 (8 to 15), 12 (−8 to 15; contested).

    `missing` says what is not there at the ends at which there is no such figure: no deal at the low end.
    """
    return f"{told(span.likely)}{ends_in_words(span, missing)}"


def bare_span(span: Span, told: Callable[[float], str] = figure) -> str:
    """A figure with its range alone, for tables of many."""
    return f"{told(span.likely)}{_brackets(_range(span, figure))}"


def percent(part: Span, missing: str = "") -> str:
    """A part of the whole with its range, and whether it may be nothing: 30% (10 to 60%), 30% (0 to 60%; contested)."""
    return f"{_hundred(part.likely)}%{percent_ends(part, missing)}"


def ends_in_words(span: Span, missing: str = "", told: Callable[[float], str] = figure, unit: str = "") -> str:
    """What stands behind a figure in brackets: its range, whether its sign depends on it, and where there is none."""
    absent = span.absent if isinstance(span, Amount) and missing else ()
    return _brackets(
        _range(span, told, unit),
        "contested" if span.contested else "",
        f"{missing} at the {listed(absent)} end" if absent else "",
    )


def _range(span: Span, told: Callable[[float], str], unit: str = "") -> str:
    return f"{told(span.low)} to {told(span.high)}{unit}" if span.low != span.high else ""


def _brackets(*said: str) -> str:
    told = "; ".join(filter(None, said))
    return f" ({told})" if told else ""


def percent_ends(part: Span, missing: str = "") -> str:
    """The same of a part of the whole."""
    return ends_in_words(part, missing, _hundred, "%")


def _hundred(part: float) -> str:
    return figure(100 * part)


def gain_span(scenario: Scenario, party: Party, outcome: Outcome) -> Span:
    """The gain at its low, likely and high end (`scenario` settled)."""
    return Span.of(gain(scenario, party, outcome, bound) for bound in BOUNDS)


def advantage_span(scenario: Scenario, party: Party, new: Outcome, old: Outcome) -> Span:
    """What a party gets more from one outcome than from another, at the ends of it (`scenario` settled)."""
    return Span.of(advantage(scenario, party, new, old, bound) for bound in BOUNDS)


def plain(value: Fraction) -> float:
    """A Python number for results: an int where it is whole, a float elsewhere."""
    return int(value) if value.denominator == 1 else float(value)


def common_scale(numbers: Iterable[Quantity], bounds: Iterable[Bound]) -> int:
    """The smallest whole number that turns all of them, at these ends of their ranges, into whole numbers."""
    likely_only = set(bounds) == {"likely"}
    denominators: set[int] = set()
    for number in numbers:
        denominators.add(number.likely.denominator)
        if not likely_only:
            denominators.update((number.low.denominator, number.high.denominator))
        if number.times is not None and not number.certain:
            denominators.update(_scaled_denominators(*number.times, likely_only=likely_only))
    return lcm(*denominators)


def whole(value: Fraction, scale: int) -> int:
    """A number as so many parts of 1 / scale, which the scale is made for."""
    parts, rest = divmod(scale, value.denominator)
    assert not rest  # the scale is a multiple of every denominator
    return value.numerator * parts


def _scaled_denominators(scale: Quantity, own: Quantity, *, likely_only: bool) -> set[int]:
    """Those of the products from which a difference under one scale is made: not the number itself, but rounded."""
    if likely_only:
        return {times(scale.likely, own.likely).denominator}
    return {times(a, b).denominator for a in (scale.low, scale.likely, scale.high) for b in (own.low, own.high)}


def quantities(scenarios: Sequence[Scenario]) -> Iterable[Quantity]:
    """Every judged number that moves a gain."""
    seen: set[int] = set()
    for scenario in scenarios:
        for party in scenario.parties.values():
            if party.reservation:
                yield party.reservation
            for table in party.preferences.worth.values():
                if id(table) not in seen:
                    seen.add(id(table))
                    yield from table.values()
        for interaction in scenario.interactions.values():
            yield from interaction.worth.values()
