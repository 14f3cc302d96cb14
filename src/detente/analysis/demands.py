"""Which demands would sink a deal, who blocks, and what would rescue them?

With W the acceptable outcomes and D those that hold the demand (Putnam 1988; Sebenius 1983; Tsebelis 2002):
*no deal either way* (W is empty), *already in the best deal* (a Nash outcome holds it), *nonstarter* (no acceptable
outcome holds it, because a red line stands in the way of all that do or, where points are comparable, because no side
payment would mend it), *torpedo* (none holds it, but a price might mend that), *costly* (the best Nash product falls by
more than a tenth), *tradeable*.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from detente.analysis.bargaining import Agreement, NashValue, best_nash, nash_agreement, nash_outcome
from detente.analysis.frontier import Point, point_at, terms_in_words
from detente.analysis.over_draws import over_draws
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, closest
from detente.analysis.shared import settle, sharing
from detente.analysis.shortfall import best_sum, blockers, nearest
from detente.analysis.tables import BOUNDS, Amount, Bound, gain_span, percent, plain, span_in_words
from detente.analysis.work import HERE, Seam
from detente.kernels.pruning import Ints
from detente.model.demand import Demand
from detente.model.outcome import Outcome, Terms, allowed_outcome, holds
from detente.model.party import Party
from detente.model.scenario import Scenario
from detente.table import Table, listed

if TYPE_CHECKING:
    from detente.analysis.judged import Shares

NO_DEAL = "no deal either way"
IN_BEST = "already in the best deal"
NONSTARTER = "nonstarter"
TORPEDO = "torpedo"
COSTLY = "costly"
TRADEABLE = "tradeable"
VERDICTS = (NO_DEAL, IN_BEST, NONSTARTER, TORPEDO, COSTLY, TRADEABLE)
SINKS = (NONSTARTER, TORPEDO)
HARMLESS = (IN_BEST, TRADEABLE)

_WEIGHT = {NO_DEAL: 2, NONSTARTER: 2, TORPEDO: 2, COSTLY: 1, TRADEABLE: 0, IN_BEST: 0}

COSTLY_FALL = Fraction(1, 10)
"""A demand is costly where the best Nash product falls by more than this."""


@dataclass(frozen=True, slots=True)
class DemandVerdict:
    """What becomes of a demand that is insisted on.

    `blockers` would not sign the outcome that comes nearest (or whose red line stands in the way), `compensation` is
    what each lacks there, in its own points (None: a red line, not a price). `nearest` is that outcome; for a red line
    it is what would come nearest if refusals were only a matter of price, and `price_would_do` whether that would pass.
    `rescue` is the smallest set of other terms with which the demand is acceptable, the rest left as it is. `left_out`
    is the best deal without it, `met` the best deal that holds it, `cost` the part of the Nash product that it costs,
    with its range over the ends where there is one to lose.
    `at_low` and `at_high` are the verdicts with every gain at its low and its high end.
    """

    demand: Demand
    verdict: str
    at_low: str
    at_high: str
    blockers: tuple[str, ...]
    compensation: Mapping[str, float] | None
    compensation_spans: Mapping[str, Amount]
    nearest: Point | None
    price_would_do: bool | None
    rescue: Outcome | None
    left_out: Agreement | None
    met: Agreement | None
    cost: Amount | None
    outside_money: Amount | None

    @property
    def contested(self) -> bool:
        """Whether what it comes to (it cannot be had, it costs much, it does little harm) differs within the ranges."""
        return len({_WEIGHT[each] for each in (self.verdict, self.at_low, self.at_high)}) > 1

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "by": list(self.demand.by),
            "terms": {issue: list(options) for issue, options in self.demand.terms.items()},
            "verdict": self.verdict,
            "verdict_range": {"low": self.at_low, "high": self.at_high, "contested": self.contested},
            "blockers": list(self.blockers),
            "compensation": None if self.compensation is None else dict(self.compensation),
            "compensation_ranges": {name: span.payload() for name, span in self.compensation_spans.items()},
            "nearest": self.nearest.payload() if self.nearest else None,
            "price_would_do": self.price_would_do,
            "rescue": None if self.rescue is None else dict(self.rescue),
            "left_out": self.left_out.payload() if self.left_out else None,
            "met": self.met.payload() if self.met else None,
            "cost": self.cost and self.cost.likely,
            "cost_range": self.cost and self.cost.payload(),
            "outside_money": self.outside_money and self.outside_money.likely,
            "outside_money_range": self.outside_money and self.outside_money.payload(),
        }


@dataclass(frozen=True, slots=True)
class Demands:
    """The verdict on each demand, and the pairs of which each can be had alone, and that are fatal together.

    `shares` are there where draws were asked for.
    """

    scenario: Scenario
    verdicts: Mapping[str, DemandVerdict]
    fatal_pairs: tuple[tuple[str, str], ...]
    shares: "Shares | None" = None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        found: dict[str, object] = {
            "schema": "detente/demands/1",
            "demands": {name: verdict.payload() for name, verdict in self.verdicts.items()},
            "fatal_pairs": [list(pair) for pair in self.fatal_pairs],
        }
        if self.shares:
            kinds = {n: {k: c.payload() for k, c in each.items()} for n, each in self.shares.demands.items()}
            found["over_draws"] = self.shares.payload(kinds)
        return found

    def table(self) -> Table:
        """One row for each demand: wanted by whom, the verdict, and why."""
        rows = tuple(
            (
                each.demand.name,
                listed([self.scenario.parties[name].title for name in each.demand.by]),
                f"{each.verdict}{' (contested)' if each.contested else ''}",
                *((self.shares.verdicts_in_words(name),) if self.shares else ()),
                reason(self.scenario, each),
            )
            for name, each in self.verdicts.items()
        )
        drawn = ("over draws",) if self.shares else ()
        title = f"Demands, over {self.shares.in_words}" if self.shares else "Demands"
        return Table(title, ("demand", "wanted by", "verdict", *drawn, "why"), rows, empty="No demand is listed.")


Case = tuple[Scenario, Bound, Terms]
"""A scenario with its readings in force, an end of the ranges, and the terms insisted on."""


@sharing
def demands(scenario: Scenario, *, draws: int = 0, seed: int = 1, seam: Seam = HERE) -> Demands:
    """The verdict on every demand of the scenario, with who blocks, what would rescue it and what it costs.

    With `draws` (at least 16) also how likely each verdict is over so many draws of what is in doubt. Raises
    TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    names = list(settled.demands)
    whole = dict(zip(BOUNDS, ask([_base(settled, bound) for bound in BOUNDS]), strict=True))
    found = iter(
        holding([(settled, bound, settled.demands[name].terms) for bound in BOUNDS for name in names], ties=True)
    )
    held = {bound: {name: next(found) for name in names} for bound in BOUNDS}
    judged = {name: {bound: judge(whole[bound], held[bound][name]) for bound in BOUNDS} for name in names}
    extra = _extras(settled, held["likely"], {name: judged[name]["likely"] for name in names})
    verdicts_ = {
        name: _verdict(settled, name, whole, {bound: held[bound][name] for bound in BOUNDS}, judged[name], extra)
        for name in names
    }
    alive = [name for name in names if held["likely"][name].alive]
    return Demands(settled, verdicts_, _fatal_pairs(settled, alive), over_draws(scenario, draws, seed, seam))


def verdicts(scenarios: Sequence[Scenario]) -> list[dict[str, str]]:
    """The bare verdict on every demand in each of some scenarios with their readings in force, solved together."""
    whole = ask([_base(scenario, "likely") for scenario in scenarios])
    found: list[dict[str, str]] = []
    cases: list[tuple[int, str]] = []
    for place, (scenario, base) in enumerate(zip(scenarios, whole, strict=True)):
        deal = nash_outcome(base)
        in_best = [n for n, demand in scenario.demands.items() if deal is not None and holds(demand.terms, deal[0])]
        found.append(dict.fromkeys(scenario.demands, IN_BEST))
        cases += [(place, name) for name in scenario.demands if name not in in_best]
    asked: list[Case] = [(scenarios[place], "likely", scenarios[place].demands[name].terms) for place, name in cases]
    for (place, name), verdict in zip(cases, bare(asked, [whole[place] for place, _ in cases]), strict=True):
        found[place][name] = verdict
    return found


def at_the_bounds(asked: Sequence[tuple[Scenario, Terms]]) -> list[dict[Bound, str]]:
    """For settled scenarios the bare verdict on terms insisted on, at the likely values and both ends of the ranges."""
    cases: list[Case] = [(scenario, bound, terms) for scenario, terms in asked for bound in BOUNDS]
    found = iter(bare(cases, ask([_base(scenario, bound) for scenario, bound, _ in cases])))
    return [{bound: next(found) for bound in BOUNDS} for _ in asked]


def bare(cases: Sequence[Case], wholes: Sequence[Answer]) -> list[str]:
    """Nothing but the verdict in each case, from the answers with the demand left open; all solved together."""
    first = ask([Question(each, bound, holding=terms, passing=True) for each, bound, terms in cases])
    held = {place: Held(answer, None) for place, answer in enumerate(first)}
    open_ = {
        place: _open(cases[place][0], cases[place][2])
        for place, whole in enumerate(wholes)
        if whole.accepted.any() and not held[place].alive
    }
    unclear = [place for place, answer in open_.items() if answer is None]
    asked = [Question(each, bound, holding=terms) for each, bound, terms in (cases[place] for place in unclear)]
    held.update({place: Held(first[place], answer) for place, answer in zip(unclear, ask(asked), strict=True)})
    sunk = {place: TORPEDO if answer else NONSTARTER for place, answer in open_.items() if answer is not None}
    return [sunk.get(place) or judge(whole, held[place]) for place, whole in enumerate(wholes)]


def _open(scenario: Scenario, terms: Terms) -> bool | None:
    """Whether some allowed outcome holds the terms and crosses no red line; None where that takes more than a look."""
    if scenario.comparable or scenario.quorum is not None:
        return None
    refused: dict[str, set[str]] = {}
    for party in scenario.parties.values():
        for issue, options in party.preferences.refuses.items() if party.must_agree else ():
            if party.over and not set(options) <= set(party.over.get(issue, ())):
                return None  # whether it has a say there hangs on other issues
            refused.setdefault(issue, set()).update(options)
    left = {
        name: tuple(o for o in terms.get(name, issue.options) if o not in refused.get(name, ()))
        for name, issue in scenario.issues.items()
    }
    return allowed_outcome(scenario.issues, scenario.nogoods, left) is not None


@dataclass(frozen=True, eq=False)
class Held:
    """The outcomes that hold some terms: those that pass, and, only where none does, all of them."""

    passing: Answer
    all: Answer | None

    @property
    def alive(self) -> bool:
        """Whether an outcome that passes holds the terms."""
        return bool(self.passing.accepted.any())

    @property
    def uncrossed(self) -> Ints:
        """Where none passes, the points in whose way no red line stands."""
        return np.flatnonzero(self.all.uncrossed) if self.all else np.zeros(0, dtype=np.int64)


def holding(cases: Sequence[Case], *, ties: bool) -> list[Held]:
    """For each scenario, end of the ranges and terms, the outcomes that hold the terms; all solved together."""
    first = ask([Question(each, bound, holding=terms, ties=ties, passing=True) for each, bound, terms in cases])
    sunk = [place for place, answer in enumerate(first) if not answer.accepted.any()]
    asked = [Question(each, bound, holding=terms) for each, bound, terms in (cases[place] for place in sunk)]
    opened = dict(zip(sunk, ask(asked), strict=True))
    return [Held(answer, opened.get(place)) for place, answer in enumerate(first)]


def judge(whole: Answer, held: Held) -> str:
    """The verdict, from the answers with the demand left open and with it held."""
    if not whole.accepted.any():
        return NO_DEAL
    if not held.alive:
        return _sunk(held)
    open_value, held_value = best_nash(whole), best_nash(held.passing)
    if open_value is None or (held_value is not None and held_value >= open_value):
        return IN_BEST if open_value is not None else TRADEABLE
    if held_value is None or held_value.gaining < open_value.gaining:
        return COSTLY
    return COSTLY if held_value.product < (1 - COSTLY_FALL) * open_value.product else TRADEABLE


def _sunk(held: Held) -> str:
    if not len(held.uncrossed) or held.all is None:
        return NONSTARTER
    most = best_sum(held.all, held.uncrossed)
    if held.all.question.scenario.comparable and most is not None and most < 0:
        return NONSTARTER
    return TORPEDO


def _base(scenario: Scenario, bound: Bound) -> Question:
    return Question(scenario, bound, ties=True, passing=True)


@dataclass(frozen=True, eq=False)
class _Extras:
    """The further answers that some verdicts need, by demand."""

    priced: Mapping[str, Mapping[Bound, Answer]]
    without: Mapping[str, Answer]
    rescue: Mapping[str, Outcome]


def _extras(scenario: Scenario, held: Mapping[str, Held], judged: Mapping[str, str]) -> _Extras:
    blocked = [name for name, each in held.items() if not each.alive and not len(each.uncrossed)]
    wanted = [name for name, verdict in judged.items() if verdict == IN_BEST]
    alive = [name for name, each in held.items() if each.alive]
    terms = {name: demand.terms for name, demand in scenario.demands.items()}
    bounds = BOUNDS if scenario.comparable else BOUNDS[1:2]
    asked = [Question(scenario, bound, holding=terms[name], red_lines=False) for name in blocked for bound in bounds]
    asked += [Question(scenario, lacking=terms[name], ties=True, passing=True) for name in wanted]
    rescues = closest([_rescue_question(scenario, terms[name]) for name in alive], lambda each: len(each.agreed()) > 0)
    answers = iter([*ask(asked), *rescues])
    return _Extras(
        {name: {bound: next(answers) for bound in bounds} for name in blocked},
        {name: next(answers) for name in wanted},
        {name: _rescue(next(answers), terms[name]) for name in alive},
    )


def _rescue_question(scenario: Scenario, terms: Terms) -> Question:
    near = {**scenario.status_quo, **dict.fromkeys(terms)}
    return Question(scenario, holding=terms, near=near, passing=True)


def _rescue(answer: Answer, terms: Terms) -> Outcome:
    """The fewest terms beside the demand that make it acceptable, everything else left as it is."""
    assert answer.changes is not None  # the question asks for them
    points = answer.agreed()
    fewest = points[answer.changes[points] == answer.changes[points].min()]
    outcome = answer.outcome(nearest(answer, fewest))
    base = answer.question.scenario.status_quo
    return {issue: option for issue, option in outcome.items() if issue not in terms and option != base[issue]}


def _verdict(
    scenario: Scenario,
    name: str,
    wholes: Mapping[Bound, Answer],
    helds: Mapping[Bound, Held],
    judged: Mapping[Bound, str],
    extra: _Extras,
) -> DemandVerdict:
    whole, held = wholes["likely"], helds["likely"]
    crossed = name in extra.priced
    asked = extra.priced[name]["likely"] if crossed else held.all
    points = np.arange(len(asked.accepted)) if crossed and asked else held.uncrossed
    close = None if asked is None or not len(points) else nearest(asked, points)
    short = {} if close is None or asked is None else blockers(asked, close)
    outcome = None if close is None or asked is None else asked.outcome(close)
    spans = {} if outcome is None else {p: _lack(scenario, p, outcome) for p in short}
    return DemandVerdict(
        demand=scenario.demands[name],
        verdict=judged["likely"],
        at_low=judged["low"],
        at_high=judged["high"],
        blockers=_refusers(scenario, name) if crossed else tuple(short),
        compensation=None if crossed else {p: plain(gap) for p, gap in short.items()},
        compensation_spans={} if crossed else spans,
        nearest=None if outcome is None else point_at(scenario, outcome),
        price_would_do=bool(extra.priced[name]["likely"].accepted.any()) if crossed else None,
        rescue=extra.rescue.get(name),
        left_out=nash_agreement(extra.without.get(name, whole)),
        met=nash_agreement(held.passing),
        cost=_costs({bound: (best_nash(wholes[bound]), best_nash(helds[bound].passing)) for bound in BOUNDS}),
        outside_money=_outside_money(helds, extra.priced.get(name)) if scenario.comparable and outcome else None,
    )


def _lack(scenario: Scenario, name: str, outcome: Outcome) -> Amount:
    """What a party lacks at an outcome."""
    return Amount.above_zero(-gain_span(scenario, scenario.parties[name], outcome))


def _costs(values: Mapping[Bound, tuple[NashValue | None, NashValue | None]]) -> Amount | None:
    """The part of the best Nash product that is lost, from 0 to 1; None where there is none to lose."""
    costs = {
        bound: float(1 - (held.value if held else 0) / whole.value) if whole is not None and whole.value else None
        for bound, (whole, held) in values.items()
    }
    return Amount.where_there(costs)


def _outside_money(helds: Mapping[Bound, Held], priced: Mapping[Bound, Answer] | None) -> Amount | None:
    """The least outside money that would make it pass, where points are comparable: the smallest sum of shortfalls.

    None is needed at an end of the ranges at which a deal holds the terms.
    """
    least: dict[Bound, float | None] = {}
    for bound, held in helds.items():
        answer = priced[bound] if priced else held.all
        points = np.arange(len(answer.accepted)) if priced and answer else held.uncrossed
        sums = [sum(blockers(answer, int(point)).values(), Fraction(0)) for point in points] if answer else []
        least[bound] = plain(min(sums, default=Fraction(0)))
    return Amount.where_there(least)


def _refusers(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Whose red lines stand in the way of every outcome that holds the demand; or, if nobody's do, of any of them."""
    nogoods = scenario.nogoods
    every = {issue: tuple(each.options) for issue, each in scenario.issues.items()}
    held = {**every, **scenario.demands[name].terms}
    refusing = [party for party in scenario.parties.values() if party.must_agree and party.preferences.refuses]

    def possible(*limits: Terms) -> bool:
        left = {i: tuple(o for o in held[i] if all(o in limit.get(i, held[i]) for limit in limits)) for i in held}
        return allowed_outcome(scenario.issues, nogoods, left) is not None

    def without(banned: Mapping[str, Iterable[str]]) -> Terms:
        return {i: tuple(o for o in every[i] if o not in set(options)) for i, options in banned.items()}

    def one_by_one(terms: Mapping[str, Iterable[str]]) -> list[Terms]:
        return [{issue: tuple(options)} for issue, options in terms.items()]

    def alone(party: Party) -> bool:
        refuses, over = party.preferences.refuses, party.over
        return not possible(without(refuses)) and not (over and possible(without(over)))

    def at_all(party: Party) -> bool:
        spoken = one_by_one(party.over) or [{}]
        return any(possible(line, say) for line in one_by_one(party.preferences.refuses) for say in spoken)

    return tuple([party.id for party in refusing if alone(party)] or [party.id for party in refusing if at_all(party)])


def _fatal_pairs(scenario: Scenario, alive: Sequence[str]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for one, other in combinations(alive, 2):
        joint = _together(scenario.demands[one].terms, scenario.demands[other].terms)
        if joint is not None:
            pairs.append((one, other, joint))
    answers = ask([Question(scenario, holding=joint, passing=True) for _, _, joint in pairs])
    return tuple((a, b) for (a, b, _), answer in zip(pairs, answers, strict=True) if not answer.accepted.any())


def _together(one: Terms, other: Terms) -> Terms | None:
    """The terms of both demands; None where they contradict each other in words."""
    joint = dict(one)
    for issue, options in other.items():
        joint[issue] = tuple(option for option in joint.get(issue, options) if option in options)
    return joint if all(joint.values()) else None


def cost_in_words(each: DemandVerdict) -> str:
    """The part of the joint value that a demand costs, with its range."""
    return percent(each.cost, "no deal") if each.cost else "nothing"


def lacks_in_words(scenario: Scenario, each: DemandVerdict) -> str:
    """What everyone in the way lacks at the outcome that comes nearest."""
    spans = each.compensation_spans.items()
    return listed([f"{scenario.parties[name].title} lacks {span_in_words(span)}" for name, span in spans])


def reason(scenario: Scenario, each: DemandVerdict) -> str:
    """Why the verdict is what it is, in a sentence."""
    names = listed([scenario.parties[name].title for name in each.blockers])
    if each.compensation is None:
        priced = "; were every red line a matter of price, a deal would be possible" if each.price_would_do else ""
        return f"{names} will not have it at any price{priced}"
    if each.compensation:
        return f"at the outcome that comes nearest, {lacks_in_words(scenario, each)}"
    if each.verdict == IN_BEST:
        return "the best deal for both sides holds it anyway"
    cost = f"it costs {cost_in_words(each)} of the joint value (Nash product)" if each.cost else ""
    if each.rescue:
        needs = terms_in_words(scenario, scenario.outcome(each.rescue))
        return f"{cost or 'it can be met'}; beside it, it takes at least: {needs}"
    return cost or "it can be met"
