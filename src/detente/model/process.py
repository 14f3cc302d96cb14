"""How does it go among people? What sides are like, how tension feeds on itself, and what may happen along the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, get_args

from detente.model.quantity import NANO, NOTHING, Quantity

Kind = Literal["trustworthy", "opportunist", "spoiler"]
"""What a side may be like: it keeps its word, keeps it while that pays, or gains nothing from the deal."""

KINDS: tuple[Kind, ...] = get_args(Kind)

EVERYBODY = ""
"""The key, in a table by party, of the number that holds for whoever is not named."""

ByParty = Mapping[str, Quantity]
"""A number for each party named, and under `EVERYBODY` for all others."""


@dataclass(frozen=True, slots=True)
class PartyType:
    """One of the things that a side may be like: how likely, and what steps are then worth to it.

    `weight` is its share of what the others believe at first (Kydd 2005). Worth is that of the party, what is below
    nothing times `costs` and what is above times `gains`, save for the options of `worth` (by issue).
    """

    kind: Kind
    weight: Fraction
    costs: Fraction
    gains: Fraction
    worth: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


MULTIPLES: Mapping[Kind, tuple[Fraction, Fraction]] = {
    "trustworthy": (Fraction(1), Fraction(1)),
    "opportunist": (Fraction(2), Fraction(1)),
    "spoiler": (Fraction(1), Fraction(0)),
}
"""By what costs and gains are multiplied where a file does not say: an opportunist feels its own steps twice, a spoiler
has nothing from the deal."""

STRATEGY_NAMES = (
    *("all-or-nothing", "at-once", "pressure", "patience", "roadmap", "replanning", "grit", "tit-for-tat"),
    *("issue-by-issue", "going-first", "responsive"),
)
"""The strategies that a file may name."""

ANY_TYPE: Mapping[str, PartyType] = {kind: PartyType(kind, Fraction(1), *MULTIPLES[kind]) for kind in KINDS}
"""The types of a party of which nothing is said: each as likely as the others."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a step means beyond its worth, for `fades` months (None: as long as it stands).

    `belief` is added to the log-odds that its owners are trustworthy, `tension` to what feeds the tension of every side
    each month; `worth` is added, by party and issue (or commitment), to each later step there.
    """

    belief: Quantity | None = None
    tension: Quantity | None = None
    worth: Mapping[str, ByParty] = field(default_factory=dict)
    fades: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Tension:
    """How the tension of each side, from 0 to 1, moves from month to month (Richardson 1960, in discrete time).

    It loses a part `calming` of itself, echoes a part `echo` of that of each other side (by side, then by the other;
    `echo_of` tells it where nobody is named), is fed by `drive`, and shaken by incidents of this standard deviation; a
    step seen to be kept lowers it by `kept`, one seen to be broken raises it by `broken`. From `high` on it counts as
    high.
    """

    start: ByParty
    drive: ByParty
    calming: ByParty
    echo: Mapping[str, ByParty]
    incidents: Quantity
    kept: Quantity
    broken: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class Leadership:
    """The chance per month that another leader comes, drawn anew from the types, with this patience (None: as before).

    What the others believed of the old one is then gone.
    """

    chance: Quantity
    patience: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Pressure:
    """What sanctions cost those under them (`bites`) and those who impose them (`costs`), in points a month.

    `tension` is what they add each month to what feeds tension.
    """

    bites: ByParty = field(default_factory=dict)
    costs: ByParty = field(default_factory=dict)
    tension: Quantity = NOTHING


ONE, TWO, HALF_AS_MUCH_AGAIN = Quantity.of(1), Quantity.of(2), Quantity.of(Fraction(3, 2))


@dataclass(frozen=True, slots=True)
class Process:
    """How a negotiation is carried on: who leads, what is seen, what may happen by chance.

    `everything` is the package that strategies hold out for which want all or nothing (None: the package at hand).
    `slip` is the chance that even a trustworthy side fails to do its part, `false_alarm` that a step kept looks broken.
    An untrustworthy side keeps its part with the chance 1 / (1 + exp((c - restraint) / spread)), c being what it would
    gain by breaking it, but never less often than by a slip, nor more often than but for one: every hand trembles
    (Selten 1975). `crisis` is the chance of a crisis per month at no tension and at full (complementary log-log
    between), `crisis_costs` what each costs a party. What is `announced` counts so many times as much. `ratification`
    is the chance that a party fails to ratify; `spoiling` the strength, 0 to 1, with which a consulted party that loses
    spoils; `reserve` the most that a side exposes itself by steps of its own accord.
    """

    tension: Tension
    lead: str | None = None
    everything: str | None = None
    slip: Quantity = NOTHING
    false_alarm: Quantity = NOTHING
    restraint: Quantity = TWO
    spread: Quantity = ONE
    announced: Quantity = HALF_AS_MUCH_AGAIN
    crisis: tuple[Quantity, Quantity] | None = None
    crisis_costs: ByParty = field(default_factory=dict)
    leadership: Mapping[str, Leadership] = field(default_factory=dict)
    ratification: ByParty = field(default_factory=dict)
    spoiling: ByParty = field(default_factory=dict)
    pressure: Pressure = Pressure()
    reserve: ByParty = field(default_factory=dict)
    why: str = ""
    source: tuple[str, ...] = ()


def _everybody(value: str) -> ByParty:
    return {EVERYBODY: Quantity.of(Fraction(value))}


CALM = Tension(
    start=_everybody("0.5"),
    drive=_everybody("0.1"),
    calming=_everybody("0.3"),
    echo={},
    incidents=Quantity.of(0),
    kept=Quantity.of(Fraction("0.05")),
    broken=Quantity.of(Fraction("0.15")),
    high=Quantity.of(Fraction("0.7")),
)
"""The tension where a file says nothing: between two sides it stays at 0.5 until something happens."""

NO_PROCESS = Process(CALM)
"""The process where a file says nothing: nothing goes unseen, nothing happens by chance."""


def of_party(table: ByParty, party: str) -> Quantity | None:
    """The number that holds for a party."""
    return table.get(party, table.get(EVERYBODY))


ECHO = Fraction(1, 10)
"""How much of the others' tension a side echoes, all of them taken together, where a file does not say."""


def echo_of(tension: Tension, sides: Sequence[str], one: str, other: str) -> Quantity:
    """The part of the other's tension that adds each month to that of the one; nothing if they are the same side.

    What the file names, for the two of them or for everybody, is taken as written. Where it names nothing, `ECHO` is
    shared equally by the others among `sides` (those whose tension counts), rounded down to nine decimals, so that all
    of them together echo no more than it.
    """
    if one == other:
        return NOTHING
    named = of_party(tension.echo.get(one, tension.echo.get(EVERYBODY, {})), other)
    others = len(sides) - 1
    return named if named is not None else Quantity.of(Fraction(int(ECHO * NANO) // others, NANO))
