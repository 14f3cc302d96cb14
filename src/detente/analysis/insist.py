"""What if a demand were insisted on? The zone of agreement with and without it, and what would have had to be true."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations, islice

from detente.analysis.bargaining import Agreement
from detente.analysis.demands import IN_BEST, NO_DEAL, SINKS, TORPEDO, DemandVerdict, demands, reason, verdicts
from detente.analysis.frontier import Frontier, frontier, points_table
from detente.analysis.sensitivity import flips
from detente.analysis.shared import settle, sharing
from detente.analysis.tipping import BEFORE, Tip, Tipping, tippings
from detente.model.demand import Package
from detente.model.issue import Issue
from detente.model.outcome import Condition
from detente.model.party import Party, Preferences, Refusal
from detente.model.scenario import Scenario, found
from detente.table import Table, figure, listed, points

WITH_IT = "with the demand"
"""The package that holds the demand and comes nearest to an agreement."""

_SETS = 400
"""So many sets of red lines are tried, of one and of two."""


@dataclass(frozen=True, slots=True)
class Line:
    """A red line in the way: whose it is, what it refuses, and why."""

    party: str
    issue: str
    option: str
    refusal: Refusal

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "party": self.party,
            "issue": self.issue,
            "option": self.option,
            "why": self.refusal.why,
            "source": list(self.refusal.source),
            "line": self.refusal.line,
        }


@dataclass(frozen=True, slots=True)
class Insistence:
    """A demand insisted on: what can be agreed without it and with it, and what would have to be true for it to be met.

    Where it sinks every deal, `lines` are the fewest red lines that would have to go, and `enough` says whether that
    would do; if not, `lacking` is what who would still lack at the outcome that comes nearest, and `beliefs` which
    numbers would turn them. `readings` are the judgments that alone, read otherwise, leave a deal with the demand.
    """

    scenario: Scenario
    verdict: DemandVerdict
    without: Frontier
    held: Frontier
    lines: tuple[Line, ...]
    enough: bool
    lacking: Mapping[str, float]
    beliefs: tuple[Tipping, ...]
    readings: tuple[tuple[str, str], ...]

    @property
    def sinks(self) -> bool:
        """Whether insisting on it leaves no agreement."""
        return self.verdict.verdict in SINKS

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/insist/1",
            "demand": self.verdict.demand.id,
            **self.verdict.payload(),
            "without_it": _zone(self.without),
            "with_it": _zone(self.held),
            "red_lines": [line.payload() for line in self.lines],
            "enough": self.enough,
            "lacking": dict(self.lacking),
            "beliefs": {each.party: each.payload() for each in self.beliefs},
            "readings": [list(pair) for pair in self.readings],
        }

    def tables(self) -> tuple[Table, ...]:
        """The zone of agreement with and without it, the best deal in each, and what would have to be true."""
        name = self.verdict.demand.name
        deals = [(words, deal.point) for words, deal in self._deals() if deal is not None]
        best = points_table(self.scenario, f"The best deal (Nash) without and with: {name}", deals)
        return (self.table(), best, *((self._true(),) if self.sinks else ()))

    def _deals(self) -> list[tuple[str, Agreement | None]]:
        return [
            ("without it" if self.verdict.verdict != IN_BEST else "with it left out", self.verdict.left_out),
            ("with it", self.verdict.met),
        ]

    def table(self) -> Table:
        """The zone of agreement without the demand and with it."""
        rows = tuple(
            (words, zone.acceptable.in_words, str(len(zone.points)), verdict)
            for words, zone, verdict in (
                ("without it", self.without, "an agreement is to be had" if self.without.points else "no agreement"),
                ("with it", self.held, f"{self.verdict.verdict}: {reason(self.scenario, self.verdict)}"),
            )
        )
        columns = ("", "acceptable outcomes", "leave nothing on the table", "verdict")
        return Table(f"If this is insisted on: {self.verdict.demand.name}", columns, rows)

    def _true(self) -> Table:
        rows = [self._red_line(line) for line in self.lines]
        if self.lines:
            rows.append(("then", "an agreement with the demand is to be had" if self.enough else self._still()))
        rows += [(self.scenario.parties[each.party].title, _in_words(each)) for each in self.beliefs]
        rows += [
            (self.scenario.judgments[judgment].question or judgment, f"is answered '{reading}'")
            for judgment, reading in self.readings
        ]
        empty = "Nothing in this file would make it possible."
        return Table("What would have had to be true for it to be met", ("who", "what"), tuple(rows), empty=empty)

    def _red_line(self, line: Line) -> tuple[str, str]:
        issue: Issue = self.scenario.issues[line.issue]
        why = f" ({line.refusal.why.rstrip('.')})" if line.refusal.why else ""
        return (
            self.scenario.parties[line.party].title,
            f"does not refuse {issue.name}: {issue.option_name(line.option)}{why}",
        )

    def _still(self) -> str:
        lacks = [f"{self.scenario.parties[name].title} {figure(lack)}" for name, lack in self.lacking.items()]
        return f"still no agreement: at the outcome that comes nearest there is lacking to {listed(lacks)}"


@sharing
def insist(scenario: Scenario, demand: str) -> Insistence:
    """What insisting on a demand does to the zone of agreement, and what would have to be true for it to be met.

    NotFoundError for a name that is no demand; TooLargeError where the issues hang together too tightly.
    """
    wanted = found(scenario.demands, demand, "demand")
    demand = wanted.id
    settled = settle(scenario)
    verdict = demands(scenario).verdicts[demand]
    held = replace(settled, conditions=(*settled.conditions, Condition({}, wanted.terms, wanted.name)))
    zones = frontier(settled, ends=False), frontier(held, ends=False)
    base = Insistence(scenario, verdict, *zones, (), True, {}, (), _readings(scenario, demand))
    if verdict.verdict not in SINKS:
        return base
    lines = _in_the_way(settled, demand) if verdict.compensation is None else ()
    opened = demands(_without(scenario, lines)).verdicts[demand]
    if opened.verdict not in SINKS:
        return replace(base, lines=lines)
    package = Package(WITH_IT, {} if opened.nearest is None else opened.nearest.terms)
    near = replace(_without(scenario, lines), packages={WITH_IT: package})
    beliefs = tuple(each for each in tippings(near, [WITH_IT]) if not each.accepts)
    return replace(base, lines=lines, enough=False, lacking=opened.compensation or {}, beliefs=beliefs)


def _readings(scenario: Scenario, demand: str) -> tuple[tuple[str, str], ...]:
    """The judgments that alone, read otherwise, make the demand possible."""
    each = flips(scenario)
    read = verdicts([flip.scenario for flip in each])
    return tuple(
        (flip.judgment, flip.reading)
        for flip, new in zip(each, read, strict=True)
        if new[demand] not in (*SINKS, NO_DEAL)
    )


def _in_the_way(scenario: Scenario, demand: str) -> tuple[Line, ...]:
    """The fewest red lines without which the demand can be had; else those after which only gains are lacking."""
    every = [
        Line(party.id, issue, option, refusal)
        for party in scenario.parties.values()
        if party.must_agree
        for issue, table in party.preferences.refuses.items()
        for option, refusal in table.items()
    ]
    priced: tuple[Line, ...] = ()
    for size in (1, 2):
        sets = list(islice(combinations(every, size), _SETS))
        found = [new[demand] for new in verdicts([_without(scenario, lines) for lines in sets])]
        enough = [lines for lines, verdict in zip(sets, found, strict=True) if verdict not in SINKS]
        if enough:
            return enough[0]
        priced = priced or next((lines for lines, verdict in zip(sets, found, strict=True) if verdict == TORPEDO), ())
    return priced or tuple(every)


def _without(scenario: Scenario, lines: tuple[Line, ...]) -> Scenario:
    """The scenario with these red lines gone."""
    gone = {(line.party, line.issue, line.option) for line in lines}

    def opened(party: Party) -> Party:
        refuses = {
            issue: {option: why for option, why in table.items() if (party.id, issue, option) not in gone}
            for issue, table in party.preferences.refuses.items()
        }
        return replace(party, preferences=Preferences(party.preferences.worth, refuses))

    return replace(scenario, parties={name: opened(party) for name, party in scenario.parties.items()})


def _tip(tip: Tip) -> str:
    """By how many points one number must move; under a scale the points are those of the outcome."""
    what = tip.what.removesuffix(BEFORE)
    return f"{what} is worth {points(tip.moves)} {'less' if tip.below else 'more'} to it"


def _in_words(each: Tipping) -> str:
    """What would turn a party's answer."""
    alone = [_tip(tip) for tip in each.singles if tip.within and tip.of != "scale"][:2]
    if alone:
        return listed(alone, "or")
    if each.together is not None:
        return f"all its numbers lie {figure(100 * each.together)}% of the way to the ends that count for it"
    return "no numbers within its ranges"


def _zone(zone: Frontier) -> dict[str, object]:
    return {
        "acceptable": zone.acceptable.exact,
        "acceptable_count": zone.acceptable.payload(),
        "points": [point.payload() for point in zone.points],
    }
