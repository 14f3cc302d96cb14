"""Which promises does a package come to? Each rung of an issue's ladder is one, owned by whoever carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from detente.analysis.shared import settle
from detente.analysis.tables import Bound, difference
from detente.errors import InfeasibleError, Problem, ScenarioError
from detente.model.commitment import Commitment
from detente.model.demand import Package
from detente.model.issue import Issue, Option, path_to
from detente.model.outcome import Outcome
from detente.model.quantity import NOTHING, Quantity
from detente.model.scenario import Scenario

DETECTION = ((90, 1), (70, 3), (50, 6), (0, 12))
"""Months until a breach is noticed, by how verifiable an option is (0 to 100, its likely value): at least so much."""

Target = Package | Mapping[str, str] | str
"""A package, its terms, or its name."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The way of one issue from the status quo to a package: options in order, one commitment to each but the first.

    Options that a party refuses whose consent is needed are stepped over, and those that a condition of the scenario
    never allows on the way, whatever else of it is done.
    """

    issue: Issue
    options: tuple[str, ...]

    @property
    def rungs(self) -> tuple[str, ...]:
        """The names of the commitments, in order."""
        return tuple(f"{self.issue.id}: {option}" for option in self.options[1:])


def commitments(scenario: Scenario, package: Target | None = None) -> tuple[Commitment, ...]:
    """The promises that a package comes to, each with its owners, what it is worth, and what it needs before it.

    An irreversible step pays its change of worth once, a reversible one as a flow of worth x (1 - d) per period. A
    scenario that lists its commitments needs no package. NotFoundError for a name that is no package; InfeasibleError
    where the package leaves out what one of its options needs.
    """
    settled = settle(scenario)
    if package is None:
        return tuple(settled.commitments.values())
    return promised(settled, ladders(settled, outcome_of(settled, package)))


def outcome_of(scenario: Scenario, package: Target) -> Outcome:
    """The outcome that a package comes to."""
    if isinstance(package, str):
        return scenario.outcome(scenario.package(package).terms)
    return scenario.outcome(package.terms if isinstance(package, Package) else package)


def ladders(scenario: Scenario, target: Outcome) -> dict[str, Ladder]:
    """The way of each issue that the outcome moves."""
    found = {}
    for name, issue in scenario.issues.items():
        deciding = [party for party in scenario.parties.values() if party.must_agree]
        refused = {option for party in deciding for option in party.preferences.refuses.get(name, {})}
        way = path_to(issue, target[name])
        if len(way) > 1:
            found[name] = Ladder(issue, (way[0], *(o for o in way[1:-1] if o not in refused), way[-1]))
    while (rung := _never_allowed(scenario, found)) is not None:
        name, option = rung
        found[name] = Ladder(found[name].issue, tuple(o for o in found[name].options if o != option))
    return found


def _never_allowed(scenario: Scenario, ways: Mapping[str, Ladder]) -> tuple[str, str] | None:
    """An issue and an option on its way at which a condition is broken, wherever the other issues stand on theirs."""
    stands = {name: {issue.status_quo} for name, issue in scenario.issues.items()}
    stands |= {name: set(way.options) for name, way in ways.items()}
    for condition in scenario.conditions:
        for nogood in condition.nogoods(scenario.issues):
            if all(scenario.issues[name].status_quo in options for name, options in nogood.items()):
                continue  # broken from the start
            free = [name for name, options in nogood.items() if not stands[name] <= set(options)]
            way = ways.get(free[0]) if len(free) == 1 else None
            for option in () if way is None else way.options[1:-1]:
                if option in nogood[free[0]]:
                    return free[0], option
    return None


def promised(scenario: Scenario, ways: Mapping[str, Ladder]) -> tuple[Commitment, ...]:
    """The commitments of some ladders; ScenarioError where nobody carries one out."""
    idle = [ladder.issue for ladder in ways.values() if not ladder.issue.by]
    if idle:
        said = "nobody carries it out; name a party, or several together, under 'by'"
        raise ScenarioError(tuple(Problem(scenario.file, i.line or 1, 1, f"issues → {i.id}", said) for i in idle))
    return tuple(
        _commitment(scenario, ladder, place, name, _needs(ladder, place, ways))
        for ladder in ways.values()
        for place, name in enumerate(ladder.rungs, start=1)
    )


def _commitment(scenario: Scenario, ladder: Ladder, place: int, name: str, needs: tuple[str, ...]) -> Commitment:
    issue, option = ladder.issue, ladder.issue.options[ladder.options[place]]
    worth = {party: _rise(scenario, ladder, place, party) for party in scenario.parties}
    moved = {party: value for party, value in worth.items() if value.low or value.high}
    as_flow = pays_flow(option)
    undo = option.reversible
    return Commitment(
        id=name,
        by=issue.by,
        lump={} if as_flow else moved,
        flow={party: _part(value, 1 - scenario.course.discount) for party, value in moved.items()} if as_flow else {},
        reversible=undoable(option),
        undoing=undo if isinstance(undo, Quantity) else None,
        needs=needs,
        months=option.months,
        detection=option.detection or _detection(option),
        verifiable=option.verifiable,
        symbolic=option.symbolic,
        above=next((ladder.rungs[k - 1] for k in _fixed(ladder) if k > place), None),
        title=f"{issue.name}: {issue.option_name(option.id)}",
        why=option.why,
        source=option.source,
        line=option.line,
    )


def undoable(option: Option) -> bool:
    """Whether an option, once there, can be undone."""
    return option.reversible is not None and option.reversible is not False


def pays_flow(option: Option) -> bool:
    """Whether an option's worth comes while it is in force: as said, or else where it can be undone."""
    return undoable(option) if option.pays is None else option.pays == "flow"


def _fixed(ladder: Ladder) -> list[int]:
    """The places of what cannot be undone: once there, everything below it stays."""
    options = ladder.issue.options
    return [place for place, option in enumerate(ladder.options) if place and not undoable(options[option])]


def _rise(scenario: Scenario, ladder: Ladder, place: int, party: str) -> Quantity:
    """What an option is worth to a party more than the one before it."""
    worth = scenario.parties[party].preferences.worth.get(ladder.issue.id, {})
    new, old = worth.get(ladder.options[place], NOTHING), worth.get(ladder.options[place - 1], NOTHING)
    low, likely, high = (difference(new, old, bound) for bound in ("low", "likely", "high"))
    return Quantity(low, likely, high, new.why, new.source, new.line)


def rise_at(scenario: Scenario, ladder: Ladder, place: int, party: str, bound: Bound) -> Fraction:
    """The same where every worth stands at one end of its range."""
    preferences = scenario.parties[party].preferences
    new, old = (preferences.of(ladder.issue.id, ladder.options[k]) for k in (place, place - 1))
    return at_bound(new, bound) - at_bound(old, bound)


def at_bound(value: Quantity, bound: Bound) -> Fraction:
    """One end of a range, or what is likely."""
    return value.likely if bound == "likely" else value.low if bound == "low" else value.high


def _part(value: Quantity, factor: Fraction) -> Quantity:
    return Quantity(value.low * factor, value.likely * factor, value.high * factor, value.why, value.source, value.line)


def _detection(option: Option) -> Quantity | None:
    if option.verifiable is None:
        return None
    return Quantity.of(next(months for least, months in DETECTION if option.verifiable.likely >= least))


def _needs(ladder: Ladder, place: int, ways: Mapping[str, Ladder]) -> tuple[str, ...]:
    """The rung before, and those by which what the option needs of other issues is there."""
    option = ladder.issue.options[ladder.options[place]]
    found = [ladder.rungs[place - 2]] if place > 1 else []
    for name, wanted in option.needs.items():
        way = ways.get(name)
        if way is None or wanted not in way.options:
            said = f"'{option.name}' of {ladder.issue.name} needs '{wanted}' of {name} first"
            raise InfeasibleError(f"{said}, and the package never comes to that")
        if wanted != way.options[0]:
            found.append(way.rungs[way.options.index(wanted) - 1])
    return tuple(found)
