"""Is the tool consistent with history? Each case of the past answered without its end, and compared with the end.

What follows from the positions before the end is compared with what was agreed, issue by issue, and so is what simple
rules would have said. Whoever coded the positions knew the end; agreement with history is therefore no forecast.
Intervals are percentiles over resamples of whole cases (Efron 1979): what belongs to one case goes together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from detente.analysis.bargaining import Agreement, bargain
from detente.analysis.demands import NO_DEAL, SINKS, verdicts
from detente.analysis.limits import tick
from detente.analysis.question import Question
from detente.analysis.search import Evaluator
from detente.analysis.shared import settle, sharing
from detente.catalog.precedents import Precedent, cases
from detente.errors import TooLargeError
from detente.model.issue import Issue
from detente.model.outcome import Outcome
from detente.model.party import Role
from detente.model.position import Position
from detente.model.scenario import Scenario
from detente.table import Table

NOT_A_FORECAST = (
    "Consistency with history, not a forecast: whoever coded the positions knew how it ended, and the cases are "
    "no sample."
)
RESAMPLES, SEED = 2_000, 1
_MOST = 10_000_000
_BLOCK = 200_000

Floats = npt.NDArray[np.float64]
Guess = Mapping[str, Mapping[str, float]]
"""For each issue, how likely each option is held to be."""

NASH, EQUAL, RANDOM = "Nash", "egalitarian", "a random attainable outcome"
STILL, MIDDLE, OFFER = "status quo", "midpoint of positions", "a side's first offer"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over cases, with a 95% interval from resampled cases."""

    value: float
    low: float
    high: float

    def payload(self) -> dict[str, float]:
        """For JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}

    @property
    def in_words(self) -> str:
        """As people read it."""
        return f"{100 * self.value:.0f}% ({100 * self.low:.0f} to {100 * self.high:.0f})".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Compared:
    """One case: whether a deal was foreseen, how each rule's terms compare with those agreed, and each demand's test.

    `right` is for each rule the part of the issues settled on which it names the option agreed, `close` counts an
    option on the ladder by how near it lies (both None where no terms were agreed). `demands` holds for each demand
    that was made what was foreseen (that it sinks every deal, or not; None: no deal either way) and whether it was
    given up.
    """

    case: Precedent
    foreseen: bool
    right: Mapping[str, float] | None
    close: Mapping[str, float] | None
    demands: Mapping[str, tuple[bool | None, bool]]

    @property
    def agreed(self) -> bool:
        """Whether there was an agreement that took effect."""
        return self.case.history.ending.agreed

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "case": self.case.name,
            "ending": self.case.history.ending.value,
            "deal": {"foreseen": self.foreseen, "made": self.agreed},
            "right": None if self.right is None else dict(self.right),
            "close": None if self.close is None else dict(self.close),
            "demands": {
                name: {"sinks": sinks, "given_up": given_up} for name, (sinks, given_up) in self.demands.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Backtest:
    """How what follows from the positions compares with what happened, over all cases, beside simple rules.

    `right` and `close` are by rule, `ahead` is by how much Nash's rule names more of the options agreed than another.
    `deals`, `demands` and their `base` (to say of every case that there is a deal, of every demand that it is given up)
    are the parts foreseen right.
    """

    cases: tuple[Compared, ...]
    right: Mapping[str, Estimate]
    close: Mapping[str, Estimate]
    ahead: Mapping[str, Estimate]
    deals: Estimate
    deals_base: Estimate
    demands: Estimate
    demands_base: Estimate
    resamples: int
    seed: int

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/backtest/1",
            "caution": NOT_A_FORECAST,
            "resamples": self.resamples,
            "seed": self.seed,
            "terms": {
                rule: {
                    "right": self.right[rule].payload(),
                    "close": self.close[rule].payload(),
                    "nash_ahead": self.ahead[rule].payload() if rule in self.ahead else None,
                }
                for rule in self.right
            },
            "deals": {"right": self.deals.payload(), "always_a_deal": self.deals_base.payload()},
            "demands": {"right": self.demands.payload(), "always_given_up": self.demands_base.payload()},
            "cases": [each.payload() for each in self.cases],
        }

    def tables(self) -> tuple[Table, ...]:
        """The terms by rule, deals and demands, and case by case."""
        caution = Table("", ("",), ((NOT_A_FORECAST,),))
        return (caution, self.table(), self._kinds("deal"), self._kinds("demand"), self._cases())

    def table(self) -> Table:
        """How much of what was agreed each rule names."""
        scored = sum(each.right is not None for each in self.cases)
        rows = tuple(
            (
                rule,
                self.right[rule].in_words,
                self.close[rule].in_words,
                self.ahead[rule].in_words if rule in self.ahead else "",
            )
            for rule in self.right
        )
        columns = ("rule", "options named right", "or near on the ladder", "Nash names more by")
        title = (
            f"Terms: issue by issue, over {scored} cases in which terms were agreed (95% intervals, seed {self.seed})"
        )
        return Table(title, columns, rows)

    def _kinds(self, what: str) -> Table:
        """What was foreseen of deals, or of demands, against what became of them."""
        if what == "deal":
            title, says, base = "Deals", ("a deal", "no deal"), "to say 'a deal' of every case"
            pairs = [(each.foreseen, each.agreed) for each in self.cases]
            found = (self.deals, self.deals_base)
            became = ("a deal took effect", "none did")
        else:
            title, says = "Demands that were made", ("sinks every deal", "can be had")
            base = "to say 'given up' of every demand"
            every = [pair for each in self.cases for pair in each.demands.values()]
            pairs = [(sinks, given_up) for sinks, given_up in every if sinks is not None]
            found = (self.demands, self.demands_base)
            became = ("given up", "met")
        rows = [
            (f"foreseen: {word}", *(str(pairs.count((foreseen, came))) for came in (True, False)), "")
            for word, foreseen in zip(says, (True, False), strict=True)
        ]
        rows.append(("foreseen right", "", "", found[0].in_words))
        rows.append((base, "", "", found[1].in_words))
        return Table(title, ("", *became, "right"), tuple(rows), frozenset(became))

    def _cases(self) -> Table:
        rows = tuple(
            (
                each.case.called,
                each.case.history.ending.value,
                "yes" if each.foreseen else "no",
                "" if each.right is None else f"{100 * each.right[NASH]:.0f}%",
                "" if each.right is None else f"{100 * each.right[RANDOM]:.0f}%",
                _in_words(each.demands),
            )
            for each in self.cases
        )
        columns = ("case", "how it ended", "deal foreseen", "Nash right", "at random", "demands foreseen right")
        return Table("Case by case", columns, rows, frozenset(("Nash right", "at random")))


def _in_words(found: Mapping[str, tuple[bool | None, bool]]) -> str:
    judged = [pair for pair in found.values() if pair[0] is not None]
    return f"{sum(sinks == gone for sinks, gone in judged)} of {len(judged)}" if judged else ""


def backtest(*, seed: int = SEED, resamples: int = RESAMPLES) -> Backtest:
    """How what follows from the positions of every case compares with what happened, beside simple rules.

    The same seed gives the same intervals. TooLargeError where a case has too many outcomes to list.
    """
    return scored([compare(each) for each in cases()], seed=seed, resamples=resamples)


def scored(found: Sequence[Compared], *, seed: int, resamples: int) -> Backtest:
    """The scores over some cases, with intervals from resampled cases."""
    chance = np.random.default_rng(seed)
    drawn = chance.integers(0, len(found), (resamples, len(found)))
    right = {rule: _of([(each.right[rule], 1) if each.right else (0, 0) for each in found]) for rule in GUESSES}
    close = {rule: _of([(each.close[rule], 1) if each.close else (0, 0) for each in found]) for rule in GUESSES}
    return Backtest(
        tuple(found),
        {rule: _estimate(table, drawn) for rule, table in right.items()},
        {rule: _estimate(table, drawn) for rule, table in close.items()},
        {
            rule: _estimate(np.stack([right[NASH][0] - table[0], table[1]]), drawn)
            for rule, table in right.items()
            if rule != NASH
        },
        _estimate(_of([(each.foreseen == each.agreed, 1) for each in found]), drawn),
        _estimate(_of([(each.agreed, 1) for each in found]), drawn),
        _estimate(_of([_hits(each, lambda sinks, gone: sinks == gone) for each in found]), drawn),
        _estimate(_of([_hits(each, lambda sinks, gone: gone) for each in found]), drawn),
        resamples,
        seed,
    )


def _hits(each: Compared, right: Callable[[bool, bool], bool]) -> tuple[float, float]:
    judged = [(sinks, gone) for sinks, gone in each.demands.values() if sinks is not None]
    return sum(right(sinks, gone) for sinks, gone in judged), len(judged)


def _of(found: Sequence[tuple[float, float]]) -> Floats:
    """For each case the sum of what is scored, and how many there are."""
    return np.array(found, dtype=float).T


def _estimate(table: Floats, drawn: npt.NDArray[np.int64]) -> Estimate:
    """The mean over what is scored, and where it lies in 95 of 100 resamples."""
    sums, numbers = table[0][drawn].sum(axis=1), table[1][drawn].sum(axis=1)
    means = sums[numbers > 0] / numbers[numbers > 0]
    low, high = np.percentile(means, (2.5, 97.5)) if len(means) else (0.0, 0.0)
    number = table[1].sum()
    return Estimate(float(table[0].sum() / number) if number else 0.0, float(low), float(high))


@sharing
def compare(case: Precedent) -> Compared:
    """One case compared with its end."""
    scenario, history = settle(case.scenario), case.history
    deals = bargain(scenario).agreements
    nash = None if deals is None else deals["nash"]
    found = verdicts([scenario])[0]
    guesses = {rule: guess(scenario, deals) for rule, guess in GUESSES.items()}
    right = close = None
    if history.terms and history.ending.agreed:
        right = {rule: _share(scenario, guess, history.terms, _right) for rule, guess in guesses.items()}
        close = {rule: _share(scenario, guess, history.terms, _close) for rule, guess in guesses.items()}
    made = {
        name: (None if found[name] == NO_DEAL else found[name] in SINKS, fate != "met")
        for name, fate in history.demands.items()
        if fate != "never made"
    }
    return Compared(case, nash is not None and _all_gain(scenario, nash), right, close, made)


def _all_gain(scenario: Scenario, deal: Agreement) -> bool:
    """Whether every principal gains by the deal: without that there is no reason to make it."""
    return all(deal.point.gains[p.id] > 0 for p in scenario.parties.values() if p.role is Role.PRINCIPAL)


def _share(scenario: Scenario, guess: Guess, terms: Outcome, score: Callable[[Issue, str, str], float]) -> float:
    """What part of the terms agreed a guess names, by a score of options."""
    found = [
        sum(weight * score(scenario.issues[name], option, actual) for option, weight in guess[name].items())
        for name, actual in terms.items()
    ]
    return sum(found) / len(found)


def _right(issue: Issue, option: str, actual: str) -> float:
    return float(option == actual)


def _close(issue: Issue, option: str, actual: str) -> float:
    if option == actual or not _ordered(issue):
        return float(option == actual)
    order = list(issue.options)
    return 1 - abs(order.index(option) - order.index(actual)) / (len(order) - 1)


def _ordered(issue: Issue) -> bool:
    """Whether one option can lie between two others."""
    return issue.ladder or issue.kind != "named"


Deals = Mapping[str, Agreement] | None


def _certain(outcome: Outcome) -> Guess:
    return {issue: {option: 1.0} for issue, option in outcome.items()}


def _by(rule: str) -> Callable[[Scenario, Deals], Guess]:
    return lambda scenario, deals: _certain(scenario.status_quo if deals is None else deals[rule].point.terms)


def _midpoint(scenario: Scenario, deals: Deals) -> Guess:
    """Between what the principals want, issue by issue, half a rung going to the status quo's side."""
    found = {}
    for name, issue in scenario.issues.items():
        order = list(issue.options)
        now = order.index(issue.status_quo)
        wanted = [order.index(each.wants) for each in _positions(scenario, name)]
        if not wanted or (not _ordered(issue) and len(set(wanted)) > 1):
            found[name] = issue.status_quo
            continue
        twice = 2 * sum(wanted) - len(wanted) * 2 * now
        steps = (abs(twice) + len(wanted) - 1) // (2 * len(wanted))
        found[name] = order[now + (steps if twice > 0 else -steps)]
    return _certain(found)


def _first_offers(scenario: Scenario, deals: Deals) -> Guess:
    """What each principal wants on everything, one side as likely as another; the rest left as it is."""
    sides = [party for party in scenario.parties.values() if party.role is Role.PRINCIPAL]
    found: dict[str, dict[str, float]] = {}
    for name, issue in scenario.issues.items():
        weights = found.setdefault(name, {})
        for party in sides:
            option = party.positions[name].wants if name in party.positions else issue.status_quo
            weights[option] = weights.get(option, 0.0) + 1 / len(sides)
    return found


def _positions(scenario: Scenario, issue: str) -> list[Position]:
    return [
        party.positions[issue]
        for party in scenario.parties.values()
        if party.role is Role.PRINCIPAL and issue in party.positions
    ]


def _at_random(scenario: Scenario, deals: Deals) -> Guess:
    """Every attainable outcome as likely as another, counted one by one."""
    weigher = Evaluator(Question(scenario))
    total = prod(weigher.sizes)
    if total > _MOST:
        raise TooLargeError(f"{scenario.title}: {total:,} outcomes are too many to list; the limit is {_MOST:,}")
    counts = [np.zeros(size, dtype=np.int64) for size in weigher.sizes]
    for first in range(0, total, _BLOCK):
        tick()
        digits = np.unravel_index(np.arange(first, min(total, first + _BLOCK)), weigher.sizes)
        passing = weigher.accepts(list(digits))[0]
        for count, digit in zip(counts, digits, strict=True):
            count += np.bincount(digit[passing], minlength=len(count))
    number = counts[0].sum()
    if not number:
        return _certain(scenario.status_quo)
    return {
        name: dict(zip(issue.options, (count / number).tolist(), strict=True))
        for (name, issue), count in zip(scenario.issues.items(), counts, strict=True)
    }


GUESSES: Mapping[str, Callable[[Scenario, Deals], Guess]] = {
    NASH: _by("nash"),
    EQUAL: _by("egalitarian"),
    RANDOM: _at_random,
    OFFER: _first_offers,
    MIDDLE: _midpoint,
    STILL: lambda scenario, deals: _certain(scenario.status_quo),
}
"""The rules that are compared: what each would have said of the terms."""
