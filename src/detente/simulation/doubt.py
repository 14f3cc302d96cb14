"""On which doubts does the choice rest? What would be regretted reading by reading, and who wins where.

Where: over how much the principals trust each other at first, and how dangerous the way is. A strategy loses to another
where that is worth more to a party by over two standard errors on the same draws.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from detente.analysis.estimates import Mean
from detente.analysis.fingerprint import fingerprint
from detente.analysis.work import Crew
from detente.model.party import Party, Role
from detente.model.process import ANY_TYPE
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.simulation.choice import State, state_of
from detente.simulation.claimed import Runs
from detente.simulation.runs import Problem, played
from detente.simulation.stage import Stage
from detente.simulation.tally import AGREEMENT, MEASURES, Moments
from detente.table import Table, listed

Put = Callable[[Scenario], Problem]
"""Puts a problem into another scenario."""

TRUSTS = tuple(Fraction(k, 10) for k in (1, 3, 5, 7, 9))
"""How much the principals trust each other at first, as probabilities."""

TIMES = (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4))
"""What the hazards of the file are multiplied by."""

HAZARDS = tuple(Fraction(k, 1000) for k in (0, 5, 10, 20, 40))
"""The chances of a breakdown per month where the file states no hazard."""

NO_DEAL = "no deal"
"""What wins where the best strategy never comes to an agreement."""

STEPWISE = "roadmap"
"""The strategy whose rivals are asked where they beat it, if it is played; else the first that is."""

_ALMOST = Fraction(999, 1000)


@dataclass(frozen=True, slots=True)
class Place(State):
    """One place of the map: trust, hazard, what each strategy is worth there, and what the stepwise one has over each.

    `ahead` is by how much the stepwise strategy exceeds each rival, with standard errors on the same draws; `agreed`
    whether the best one ever comes to an agreement.
    """

    trust: float
    hazard: float
    ahead: Mapping[str, Mean]
    agreed: bool

    def loses_to(self, rival: str) -> bool | None:
        """Whether the stepwise strategy loses to a rival here; None where they cannot be told apart."""
        ahead = self.ahead[rival].above
        return None if ahead is None else not ahead

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "trust": self.trust,
            "hazard": self.hazard,
            "best": self.best,
            "tied": list(self.tied),
            "agreed": self.agreed,
            "worth": {name: each.payload() for name, each in self.worth.items()},
            "ahead": {name: each.payload() for name, each in self.ahead.items()},
        }


@dataclass(frozen=True, slots=True)
class Map:
    """Who wins where, by what it is worth to one party; hazards are multiples of the file's, or chances per month."""

    party: str
    title: str
    stepwise: str
    multiples: bool
    places: tuple[Place, ...]

    @property
    def trusts(self) -> tuple[float, ...]:
        """The trusts, from the least on."""
        return tuple(dict.fromkeys(each.trust for each in self.places))

    @property
    def hazards(self) -> tuple[float, ...]:
        """The hazards, from the least on."""
        return tuple(dict.fromkeys(each.hazard for each in self.places))

    def at(self, trust: float, hazard: float) -> Place:
        """One place of it."""
        return next(each for each in self.places if (each.trust, each.hazard) == (trust, hazard))

    def hazard_in_words(self, hazard: float) -> str:
        """A hazard as people say it."""
        return f"{hazard:g} × the file's" if self.multiples else f"{100 * hazard:g}% a month"

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "party": self.party,
            "stepwise": self.stepwise,
            "hazard": "multiple of the file's" if self.multiples else "breakdown per month",
            "places": [each.payload() for each in self.places],
        }

    def tables(self) -> tuple[Table, ...]:
        """Who wins where, and where the stepwise strategy loses to each rival."""
        columns = ("crises, breakdown", *(f"trust {100 * trust:.0f}%" for trust in self.trusts))
        rows = tuple(
            (self.hazard_in_words(hazard), *(self._cell(self.at(trust, hazard)) for trust in self.trusts))
            for hazard in self.hazards
        )
        won = Table(f"Who wins where, by what it is worth to {self.title}", columns, rows)
        return (won, self._losses())

    @staticmethod
    def _cell(place: Place) -> str:
        if not place.agreed:
            return NO_DEAL
        others = [name for name in place.tied if name != place.best]
        return f"{place.best} (or {listed(others, 'or')})" if others else place.best

    def _losses(self) -> Table:
        """A row for each rival: where it beats the stepwise strategy, where it loses to it, and where neither."""
        rows = []
        for rival in self.places[0].ahead:
            said = [each.loses_to(rival) for each in self.places]
            rows.append((rival, *(str(sum(one is answer for one in said)) for answer in (True, False, None))))
        places = f"in {len(self.places)} places of the map"
        title = f"{self.stepwise} against each other strategy, by what it is worth to {self.title}, {places}"
        columns = ("other", f"{self.stepwise} loses", "it wins", "cannot be told")
        return Table(title, columns, tuple(rows), frozenset(columns[1:]))


def by_reading(put: Put, scenario: Scenario, runs: int, crew: Crew) -> dict[str, Runs]:
    """What is measured under each reading of a judgment, the others as they are in force.

    Readings that leave the scenario as it is are left out. A reading may change who the sides are.
    """
    now = fingerprint(scenario.settled())
    states = {
        f"{judgment.name} {reading.name}": each
        for judgment in scenario.judgments.values()
        for reading in judgment.readings.values()
        if fingerprint(each := scenario.assuming({judgment.id: reading.id}).settled()) != now
    }
    problems = [put(each) for each in states.values()]
    found = played([(problem, None) for problem in problems], runs, crew)
    return {
        name: Runs(moments, tuple(line.name for line in problem.lines), each.sides)
        for (name, each), problem, (_, moments) in zip(states.items(), problems, found, strict=True)
    }


def elsewhere(problem: Problem, scenario: Scenario) -> Problem:
    """The same problem in another scenario; who leads is as it was, if that is a side there."""
    process = replace(scenario.process, lead=problem.lines[0].scenario.settled().lead)
    changed = replace(scenario, process=process)
    return replace(problem, lines=tuple(replace(line, scenario=changed) for line in problem.lines))


@dataclass(frozen=True, slots=True)
class Grid:
    """What is measured in each place of the map: a trust and a hazard."""

    multiples: bool
    at: tuple[tuple[Fraction, Fraction], ...]
    moments: tuple[Moments, ...]


def grid_of(put: Put, scenario: Scenario, runs: int, crew: Crew) -> Grid:
    """What is measured in each place of the map."""
    stated = [scenario.course.breakdown, *(scenario.process.crisis or ())]
    multiples = any(each is not None and each.likely > 0 for each in stated)
    hazards = TIMES if multiples else HAZARDS
    grid = [(trust, hazard) for hazard in hazards for trust in TRUSTS]
    cells = [(put(_moved(scenario, trust, hazard, multiples=multiples)), None) for trust, hazard in grid]
    return Grid(multiples, tuple(grid), tuple(moments for _, moments in played(cells, runs, crew)))


def who_wins_where(grid: Grid, names: Sequence[str], made: Stage, sides: Sequence[int]) -> tuple[Map, ...]:
    """Who wins where by what each of the strategies so named is worth, for each of some sides."""
    stepwise = STEPWISE if STEPWISE in names else names[0]
    return tuple(
        Map(
            made.names[side],
            made.scenario.parties[made.names[side]].title,
            stepwise,
            grid.multiples,
            tuple(
                _place(at, moments, names, stepwise, len(MEASURES) + side)
                for at, moments in zip(grid.at, grid.moments, strict=True)
            ),
        )
        for side in sides
    )


def _place(at: tuple[Fraction, Fraction], moments: Moments, names: Sequence[str], stepwise: str, measure: int) -> Place:
    here, step = state_of("", moments, names, measure), names.index(stepwise)
    return Place(
        *(f"trust {float(at[0]):g}, hazard {float(at[1]):g}", here.worth, here.behind),
        trust=float(at[0]),
        hazard=float(at[1]),
        ahead={name: moments.difference(measure, step, k) for k, name in enumerate(names) if k != step},
        agreed=bool(moments.sums[MEASURES.index(AGREEMENT), names.index(here.best)] > 0),
    )


def _moved(scenario: Scenario, trust: Fraction, hazard: Fraction, *, multiples: bool) -> Scenario:
    """The scenario with another trust among the principals, and other hazards."""
    parties = {
        name: _trusted(party, trust) if party.role is Role.PRINCIPAL else party
        for name, party in scenario.parties.items()
    }
    course, process = scenario.course, scenario.process
    if not multiples:
        return replace(scenario, parties=parties, course=replace(course, breakdown=Quantity.of(hazard)))
    if course.breakdown is not None:
        course = replace(course, breakdown=_times(course.breakdown, hazard))
    if process.crisis is not None:
        calm, full = process.crisis
        process = replace(process, crisis=(_times(calm, hazard), _times(full, hazard)))
    return replace(scenario, parties=parties, course=course, process=process)


def _times(chance: Quantity, factor: Fraction) -> Quantity:
    return Quantity.of(min(chance.likely * factor, _ALMOST))


def _trusted(party: Party, trust: Fraction) -> Party:
    """A party that is trusted so much; what else it may be like keeps its proportions, or is as likely either way."""
    types = {kind: party.possible_types.get(kind, replace(ANY_TYPE[kind], weight=Fraction(0))) for kind in ANY_TYPE}
    others = {kind: each.weight for kind, each in types.items() if kind != "trustworthy"}
    if not any(others.values()):
        others = dict.fromkeys(others, Fraction(1))
    shares = {kind: (1 - trust) * weight / sum(others.values()) for kind, weight in others.items()}
    shares["trustworthy"] = trust
    return replace(party, types={kind: replace(each, weight=shares[kind]) for kind, each in types.items()})
