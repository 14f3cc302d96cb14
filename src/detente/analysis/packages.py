"""Who would take each named package, what does it leave on the table, and what near it would be better for all?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from detente.analysis.frontier import Point, caring, point_at, point_of, valuing
from detente.analysis.over_draws import over_draws
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, closest
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import BOUNDS, ENDS, Amount, Bound, Span, bare_span, gain, gain_span, plain, span_in_words
from detente.analysis.work import HERE, Seam
from detente.kernels.choice import most_equal
from detente.model.demand import Package
from detente.model.outcome import Outcome
from detente.model.party import Party, Role
from detente.model.scenario import Scenario
from detente.table import Table, figure, listed

if TYPE_CHECKING:
    from detente.analysis.judged import Shares


@dataclass(frozen=True, slots=True)
class Reply:
    """What a party makes of an outcome: its gain with its range, the terms in it that it refuses, and its answer.

    `accepts` is its answer as it stands, `firm` whether the answer is the same at both ends of the ranges; `binds`
    whether its consent counts here.
    """

    party: str
    gain: Span
    crossed: tuple[tuple[str, str], ...]
    accepts: bool
    firm: bool
    binds: bool

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "gain": self.gain.payload(),
            "refuses": [list(pair) for pair in self.crossed],
            "accepts": self.accepts,
            "contested": not self.firm,
            "binds": self.binds,
        }


def reply(scenario: Scenario, party: Party, outcome: Outcome) -> Reply:
    """What a party makes of an outcome (`scenario` settled)."""
    span, crossed, says = gain_span(scenario, party, outcome), party.crossed(outcome), party.has_say(outcome)
    answers = [not says or (not crossed and value >= 0) for value in (span.low, span.likely, span.high)]
    binds = party.role is Role.PRINCIPAL or (party.role is Role.VETO and says)
    return Reply(party.id, span, crossed, answers[1], len(set(answers)) == 1, binds)


def passes_with(scenario: Scenario, accepts: Mapping[str, bool]) -> bool:
    """Whether an outcome is an agreement, from each party's answer (`scenario` settled)."""
    binding = [name for name, party in scenario.parties.items() if party.must_agree]
    quorum = scenario.quorum
    if quorum is None:
        return all(accepts[name] for name in binding)
    return all(accepts[name] for name in quorum.always) and sum(accepts[name] for name in binding) >= quorum.at_least


def agreed(scenario: Scenario, outcome: Outcome, bound: Bound = "likely") -> bool:
    """Whether an outcome passes as an agreement at one end of the ranges (`scenario` settled)."""
    if not scenario.allows(outcome):
        return False
    accepts = {
        name: would_take(scenario, party, outcome, bound)
        for name, party in scenario.parties.items()
        if party.must_agree
    }
    return passes_with(scenario, accepts)


def would_take(scenario: Scenario, party: Party, outcome: Outcome, bound: Bound = "likely") -> bool:
    """Whether a party would let an outcome pass at one end of the ranges (`scenario` settled)."""
    if not party.has_say(outcome):
        return True
    return not party.crossed(outcome) and gain(scenario, party, outcome, bound) >= 0


@dataclass(frozen=True, slots=True)
class PackageReport:
    """A package examined.

    `as_good` says whether some acceptable outcome is at least as good for all who must agree, at each end of the
    ranges. `distance` is the most that everyone of them to whom some term is worth something could get more at once in
    such an outcome, each in its own points; `left` is what each of these alone could get more (None: there is no such
    outcome). `better` is the acceptable outcome that beats it for all who must agree with the fewest terms changed,
    `changes` those terms.
    """

    package: Package
    point: Point
    replies: Mapping[str, Reply]
    passes: bool
    passes_low: bool
    passes_high: bool
    as_good: Mapping[Bound, bool]
    distance: Amount | None
    left: Mapping[str, Amount | None]
    better: Point | None
    changes: Outcome

    @property
    def contested(self) -> bool:
        """Whether it depends on the ranges that it passes."""
        return self.passes_low != self.passes_high

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "terms": dict(self.package.terms),
            "by": list(self.package.by),
            **{key: value for key, value in self.point.payload().items() if key != "terms"},
            "parties": {name: each.payload() for name, each in self.replies.items()},
            "attainable": self.passes,
            "attainable_range": {"low": self.passes_low, "high": self.passes_high, "contested": self.contested},
            "as_good_exists": dict(self.as_good),
            "distance": self.distance and self.distance.likely,
            "distance_range": self.distance and self.distance.payload(),
            "left_on_the_table": {name: more and more.likely for name, more in self.left.items()},
            "left_ranges": {name: more and more.payload() for name, more in self.left.items()},
            "better": self.better.payload() if self.better else None,
            "changes": dict(self.changes),
        }


@dataclass(frozen=True, slots=True)
class Packages:
    """The named packages side by side; `shares` are there where draws were asked for."""

    scenario: Scenario
    reports: Mapping[str, PackageReport]
    shares: "Shares | None" = None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        found: dict[str, object] = {
            "schema": "detente/packages/1",
            "packages": {name: report.payload() for name, report in self.reports.items()},
        }
        if self.shares:
            found["over_draws"] = self.shares.payload({n: each.payload() for n, each in self.shares.packages.items()})
        return found

    def table(self) -> Table:
        """One row for each package: whether it passes, who is in the way, and each party's gain."""
        parties = valuing(self.scenario)
        rows = tuple(
            (
                report.package.name,
                standing(self.scenario, report),
                *((self.shares.packages[report.package.id].all.in_words,) if self.shares else ()),
                *(bare_span(report.replies[party.id].gain) for party in parties),
                improvement(self.scenario, report),
            )
            for report in self.reports.values()
        )
        names = tuple(party.title for party in parties)
        drawn = ("accepted by all in",) if self.shares else ()
        columns = ("package", "standing", *drawn, *names, "nearest that is better for all")
        title = f"Packages, over {self.shares.in_words}" if self.shares else "Packages"
        return Table(title, columns, rows, frozenset(names), "No package is named.")

    def tables(self) -> tuple[Table, ...]:
        """The packages, and what each leaves on the table."""
        return (self.table(), self.left_table()) if self.reports else (self.table(),)

    def left_table(self) -> Table:
        """One row for each package: how much more everyone could get at once, and each alone."""
        parties = [party for party in caring(self.scenario) if party.must_agree]
        rows = tuple(
            (
                report.package.name,
                _none_as_good(report) if report.distance is None else span_in_words(report.distance, missing="none"),
                *("" if more is None else span_in_words(more) for more in (report.left[party.id] for party in parties)),
            )
            for report in self.reports.values()
        )
        title = "How much more could be had in a deal by which nobody who must agree gets less"
        names = tuple(party.title for party in parties)
        columns = ("package", "by all at once", *names)
        return Table(title, columns, rows, frozenset(columns[1:]))


@sharing
def packages(scenario: Scenario, *, draws: int = 0, seed: int = 1, seam: Seam = HERE) -> Packages:
    """Each named package: gains, who accepts it, its distance to the frontier, and what near it would be better.

    With `draws` (at least 16) also how likely it is accepted over so many draws of what is in doubt. Raises
    TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    outcomes = {name: settled.outcome(package.terms) for name, package in settled.packages.items()}
    bases = dict(zip(BOUNDS, ask([Question(settled, bound, passing=True) for bound in BOUNDS]), strict=True))
    near = nearest_better(settled, list(outcomes.values()))
    return Packages(
        settled,
        {
            name: _report(settled, settled.packages[name], outcomes[name], bases, answer)
            for name, answer in zip(outcomes, near, strict=True)
        },
        over_draws(scenario, draws, seed, seam),
    )


def nearest_better(scenario: Scenario, outcomes: Sequence[Outcome]) -> list[Answer]:
    """For each outcome the acceptable ones that beat it for all who must agree, by the number of terms changed."""
    asked = []
    for outcome in outcomes:
        floor = {name: gain(scenario, party, outcome) for name, party in scenario.parties.items() if party.must_agree}
        asked.append(Question(scenario, near=outcome, passing=True, at_least=floor))
    return closest(asked, lambda answer: dominating(answer) is not None)


def _report(
    scenario: Scenario, package: Package, outcome: Outcome, bases: Mapping[Bound, Answer], near: Answer
) -> PackageReport:
    replies = {name: reply(scenario, party, outcome) for name, party in scenario.parties.items()}
    passing = {bound: agreed(scenario, outcome, bound) for bound in BOUNDS}
    moved = [party.id for party in caring(scenario) if party.must_agree]
    more = {bound: _more(base, outcome, moved) for bound, base in bases.items()}
    place = dominating(near)
    better = None if place is None else point_of(near, place)
    changes = {} if better is None else {i: o for i, o in better.terms.items() if o != outcome[i]}
    return PackageReport(
        package=package,
        point=point_at(scenario, outcome),
        replies=replies,
        passes=passing["likely"],
        passes_low=passing["low"],
        passes_high=passing["high"],
        as_good={bound: at_once is not None for bound, (at_once, _) in more.items()},
        distance=Amount.where_there({bound: at_once for bound, (at_once, _) in more.items()}),
        left={name: Amount.where_there({bound: alone[name] for bound, (_, alone) in more.items()}) for name in moved},
        better=better,
        changes=changes,
    )


def _more(base: Answer, outcome: Outcome, parties: Sequence[str]) -> tuple[float | None, Mapping[str, float | None]]:
    """How much more than an outcome gives they could all get at once, and each alone, where nobody gets less."""
    binding = base.question.binding
    rises = base.rows(binding) - _floor(base, outcome)[:, None]
    above = rises[:, base.accepted & np.asarray((rises >= 0).all(axis=0), dtype=bool)]
    if not above.shape[1]:
        return None, dict.fromkeys(parties)
    theirs = above[[binding.index(name) for name in parties]]
    at_once = int(theirs.min(axis=0).max()) if len(parties) else 0
    alone = {name: plain(Fraction(int(row.max()), base.scale)) for name, row in zip(parties, theirs, strict=True)}
    return plain(Fraction(at_once, base.scale)), alone


def _floor(answer: Answer, outcome: Outcome) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """What an outcome gives to each who must agree, times the scale."""
    scenario = answer.question.scenario
    bound = answer.question.bound
    gains = [gain(scenario, scenario.parties[name], outcome, bound) * answer.scale for name in answer.question.binding]
    return np.array([int(value) for value in gains], dtype=object)


def dominating(near: Answer) -> int | None:
    """The acceptable point that beats an outcome for all who must agree with the fewest terms changed, if any."""
    outcome = {issue: option or "" for issue, option in (near.question.near or {}).items()}
    rises = near.rows(near.question.binding) - _floor(near, outcome)[:, None]
    at_least = np.asarray((rises >= 0).all(axis=0) & (rises > 0).any(axis=0), dtype=bool)
    points = np.flatnonzero(near.accepted & at_least)
    if not len(points):
        return None
    assert near.changes is not None  # the question asks for them
    fewest = points[near.changes[points] == near.changes[points].min()]
    best = fewest[most_equal(near.rows(near.question.principals)[:, fewest])]
    return int(min(best.tolist(), key=lambda point: tuple(near.code[:, point])))


def standing(scenario: Scenario, report: PackageReport) -> str:
    """Whether a package passes, and if not who is in the way, as people say it."""
    contested = "; contested" if report.contested else ""
    if report.passes:
        return f"attainable{contested}"
    against = [each for each in report.replies.values() if each.binds and not each.accepts]
    parts = []
    for each in against:
        name = scenario.parties[each.party].title
        red = listed([scenario.issues[issue].option_name(option) for issue, option in each.crossed])
        parts.append(f"{name} (refuses {red})" if red else f"{name} (lacks {figure(-each.gain.likely)})")
    return f"refused by {listed(parts)}{contested}" if parts else f"not attainable{contested}"


def _none_as_good(report: PackageReport) -> str:
    ends = [end for end in ENDS if report.as_good[end]]
    return f"no deal is as good for all{f' (at the {listed(ends)} end one is; contested)' if ends else ''}"


def improvement(scenario: Scenario, report: PackageReport) -> str:
    """What near a package would be better for all who must agree, as people say it."""
    if report.better is None:
        return "none"
    return listed([scenario.issues[issue].option_name(option) for issue, option in report.changes.items()])
