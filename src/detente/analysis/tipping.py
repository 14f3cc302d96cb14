"""What would you have to believe for the answer to change? The number, or all numbers together, that turn a party.

A gain is a sum of judged numbers, so what turns it is worked out exactly: for one number alone the value at which the
gain is 0, and for all of them together how far they must move from their likely values towards the ends that count
against the answer (the smallest largest relative change; a linear program with one row).
"""

from dataclasses import dataclass
from fractions import Fraction

from detente.analysis.packages import reply
from detente.analysis.shared import settle
from detente.analysis.tables import plain
from detente.model.outcome import Outcome, holds
from detente.model.party import Party
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.table import Table, figure

NO_DEAL = "no deal"


@dataclass(frozen=True, slots=True)
class Tip:
    """One number that alone would turn the answer: what it is of, its likely value, and where it turns."""

    what: str
    likely: float
    tips_at: float
    low: float
    high: float
    below: bool
    line: int | None

    @property
    def within(self) -> bool:
        """Whether that value lies within the range that the file gives it."""
        return self.low <= self.tips_at <= self.high

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
class Tipping:
    """What turns a party's answer to a package; `together` is the part of the way to the ends of the ranges."""

    package: str
    party: str
    accepts: bool
    gain: float
    together: float | None
    singles: tuple[Tip, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "accepts": self.accepts,
            "gain": self.gain,
            "together": self.together,
            "singles": [each.payload() for each in self.singles],
        }


def tipping(scenario: Scenario, package: str) -> tuple[Tipping, ...]:
    """For each party that must agree and refuses nothing in it: what it would have to believe to answer otherwise.

    NotFoundError for a name that is no package.
    """
    settled = settle(scenario)
    outcome = settled.outcome(settled.package(package).terms)
    found = []
    for party in settled.parties.values():
        stands = reply(settled, party, outcome)
        parts = _parts(settled, party, outcome)
        if party.must_agree and stands.binds and not stands.crossed and parts:
            found.append(_turned(package, party, parts))
    return tuple(found)


def _turned(package: str, party: Party, parts: list[tuple[str, Quantity, int]]) -> Tipping:
    gain = sum((sign * number.likely for _, number, sign in parts), Fraction(0))
    accepts = gain >= 0
    room = Fraction(0)
    singles = []
    for what, number, sign in parts:
        falls = (sign > 0) == accepts
        end = number.low if falls else number.high
        room += abs(sign * (end - number.likely))
        low, likely, high = plain(number.low), plain(number.likely), plain(number.high)
        tips_at = plain(number.likely - gain / sign)
        singles.append(Tip(what, likely, tips_at, low, high, falls, number.line))
    nearest = sorted(singles, key=lambda tip: (not tip.within, abs(tip.tips_at - tip.likely)))
    together = plain(abs(gain) / room) if room and abs(gain) <= room else None
    return Tipping(package, party.id, accepts, plain(gain), together, tuple(nearest))


def _parts(scenario: Scenario, party: Party, outcome: Outcome) -> list[tuple[str, Quantity, int]]:
    """The numbers that a gain is the sum of, each once, with how often it counts."""
    found: dict[int, tuple[str, Quantity, int]] = {}

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


def believed(scenario: Scenario, found: tuple[Tipping, ...]) -> Table:
    """What one would have to believe, a row for each party and package."""
    rows = []
    for each in found:
        within = [tip.in_words() for tip in each.singles if tip.within][:2]
        alone = " or ".join(within) or "no single number within its range"
        part = "not within the ranges" if each.together is None else f"all {100 * each.together:.0f}% of the way"
        package, party = scenario.package(each.package).name, scenario.parties[each.party].title
        rows.append((package, party, "takes it" if each.accepts else "does not", alone, part))
    columns = ("package", "party", "answer", "unless one number alone", "or together")
    return Table("What you would have to believe for the answer to change", columns, tuple(rows))
