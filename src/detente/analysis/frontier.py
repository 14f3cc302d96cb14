"""What is attainable, and which outcomes leave nothing on the table?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.analysis.counting import Count, Counts, counted, differ, numbers, range_payload
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, count_allowed
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import BOUNDS, ENDS, Span, bare_span, gain, plain, reservation, with_ranges
from detente.model.outcome import Outcome
from detente.model.party import Party, Role
from detente.model.scenario import Scenario
from detente.table import Table


@dataclass(frozen=True, slots=True)
class Point:
    """An outcome with what it is worth to every party, and what each gains over no deal, with its range."""

    worth: Mapping[str, float]
    spans: Mapping[str, Span]
    terms: Outcome

    @property
    def gains(self) -> dict[str, float]:
        """What each party gains at the likely values."""
        return {name: span.likely for name, span in self.spans.items()}

    def payload(self) -> dict[str, object]:
        """For JSON."""
        ranges = {name: span.payload() for name, span in self.spans.items()}
        return {"worth": dict(self.worth), "gains": self.gains, "ranges": ranges, "terms": dict(self.terms)}


@dataclass(frozen=True, slots=True)
class Frontier:
    """The acceptable outcomes that no other acceptable one beats for all who must agree, one per distinct worth.

    `outcomes` counts what the conditions allow, `counts` what passes as an agreement.
    """

    scenario: Scenario
    parties: tuple[str, ...]
    outcomes: int
    counts: Counts
    points: tuple[Point, ...]

    @property
    def acceptable(self) -> Count:
        """How many outcomes pass as an agreement at the likely values."""
        return self.counts["likely"]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/frontier/1",
            "outcomes": self.outcomes,
            "acceptable": self.acceptable.exact,
            "acceptable_count": self.acceptable.payload(),
            "acceptable_range": range_payload(self.counts),
            "exact": True,
            "parties": list(self.parties),
            "points": [point.payload() for point in self.points],
        }

    def tables(self) -> tuple[Table, ...]:
        """How many outcomes there are, and the points."""
        return self._numbers(), self.table()

    def _numbers(self) -> Table:
        passing = "that would pass" if self.scenario.quorum else "acceptable to all who must agree"
        rows = [("possible", f"{self.outcomes:,}"), (passing, self.acceptable.in_words)]
        if differ(self.counts):
            rows += [(f"{passing}, every gain at its {end} end", self.counts[end].in_words) for end in ENDS]
        rows.append(("that leave nothing on the table, of equal worth counted once", f"{len(self.points):,}"))
        return Table("How many outcomes there are", ("outcomes", "how many"), tuple(rows), frozenset({"how many"}))

    def table(self) -> Table:
        """One row for each point: its terms, and the gain of every party."""
        return points_table(self.scenario, "What leaves nothing on the table", [("", point) for point in self.points])


@sharing
def frontier(scenario: Scenario, *, ends: bool = True) -> Frontier:
    """The acceptable outcomes that are undominated for principals and vetoes together (Pareto 1906).

    Exact for any number of parties. What is acceptable at both ends of the ranges is counted, too, unless `ends` is
    false: that takes longest. Raises TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    question = Question(settled, passing=True)
    answer = ask([question])[0]
    points = answer.undominated(answer.agreed(), question.binding)
    order = np.lexsort([*(-answer.rows(question.binding)[:, points].astype(float))[::-1]]) if len(points) else points
    return Frontier(
        settled,
        question.binding,
        count_allowed(settled),
        numbers(counted(settled, ends=ends)),
        tuple(point_of(answer, int(p)) for p in points[order]),
    )


def point_of(answer: Answer, place: int) -> Point:
    """A point of an answer, with the gains of everyone."""
    return point_at(answer.question.scenario, answer.outcome(place))


def point_at(scenario: Scenario, outcome: Outcome) -> Point:
    """An outcome with its worth and gains (`scenario` settled)."""
    worth, spans = {}, {}
    for name, party in scenario.parties.items():
        low, likely, high = (gain(scenario, party, outcome, bound) for bound in BOUNDS)
        worth[name] = plain(likely + reservation(scenario, party).likely)
        spans[name] = Span.of((low, likely, high))
    return Point(worth, spans, outcome)


def valuing(scenario: Scenario) -> list[Party]:
    """The parties to whom terms are worth something; a gate that only lets pass or stops has no gains to show."""
    moved = {name for rule in scenario.interactions.values() for name in rule.worth}
    return [
        p for name, p in scenario.parties.items() if p.role is Role.PRINCIPAL or p.preferences.worth or name in moved
    ]


def caring(scenario: Scenario) -> list[Party]:
    """The parties to whom some term is worth something."""
    rules = scenario.interactions.values()
    return [
        party
        for name, party in scenario.parties.items()
        if any(value.low or value.high for table in party.preferences.worth.values() for value in table.values())
        or any(rule.worth[name].low or rule.worth[name].high for rule in rules if name in rule.worth)
    ]


def terms_in_words(scenario: Scenario, outcome: Outcome) -> str:
    """What an outcome changes, as people say it; "no change" for the status quo."""
    changed = [
        scenario.issues[issue].option_name(option)
        for issue, option in outcome.items()
        if option != scenario.issues[issue].status_quo
    ]
    return "; ".join(changed) or "no change"


def points_table(scenario: Scenario, title: str, points: Sequence[tuple[str, Point]]) -> Table:
    """Points as rows: a label, the terms in words, and what each party gains over no deal."""
    parties = valuing(scenario)
    names = [party.title for party in parties]
    labelled = any(label for label, _ in points)
    rows = tuple(
        (
            *((label,) if labelled else ()),
            terms_in_words(scenario, point.terms),
            *(bare_span(point.spans[party.id]) for party in parties),
        )
        for label, point in points
    )
    columns = (*(("",) if labelled else ()), "terms (the rest as it is)", *names)
    title += with_ranges((point.spans[party.id] for _, point in points for party in parties), "; gains ")
    return Table(title, columns, rows, frozenset(names), "No outcome is acceptable to all who must agree.")
