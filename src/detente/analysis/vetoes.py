"""What does a veto for whom cost, what does each party lose where it is only heard, and what would win it over?

The price of a veto is what the best deal loses when one more party must agree (Tsebelis 2002, ch. 1: a veto player
shrinks the winset or leaves it as it is). Nothing is ever invented for a party that only opens or shuts a gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from detente.analysis.bargaining import best_nash, mutual, nash_outcome
from detente.analysis.counting import attainable, unbound, with_veto
from detente.analysis.frontier import Point, point_of
from detente.analysis.over_draws import over_draws
from detente.analysis.packages import would_take
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, closest
from detente.analysis.shared import settle, sharing
from detente.analysis.shortfall import nearest
from detente.analysis.tables import BOUNDS, Bound, Span, gain_span, percent, plain, span_in_words
from detente.analysis.work import HERE, Seam
from detente.kernels.pruning import Bools, Ints
from detente.model.outcome import Outcome
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.table import Table, figure, listed, points

if TYPE_CHECKING:
    from detente.analysis.judged import Shares


@dataclass(frozen=True, slots=True)
class Price:
    """What a veto takes from the best Nash product, and from the most that each principal can get."""

    nash: float
    principals: Mapping[str, float]
    share: float | None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"nash": self.nash, "principals": dict(self.principals), "share": self.share}


@dataclass(frozen=True, slots=True)
class VetoPrice:
    """What a party's veto costs, against hearing it only.

    `gain` is what it gets in the deal that the principals would make if it were only heard (Nash), `lacks` what it is
    short of there in its own points where it has a say, `crossed` the terms in it that it refuses. `kept` is the part
    of the outcomes attainable where it is only heard that are so with its veto. `tolerance` says how good the best deal
    can be when the party puts up with a loss of so much, at most (None: any loss, red lines included). `accepted_deal`
    is the best deal that it would take, `swaps` the fewest changes to the principals' deal that win it over.
    """

    party: str
    role: Role
    prices: Mapping[Bound, Price]
    gain: Span
    lacks: float
    crossed: tuple[tuple[str, str], ...]
    kept: float
    tolerance: tuple[tuple[float | None, float], ...]
    accepted_deal: Point | None
    swaps: Outcome | None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "role": self.role.value,
            "price": self.price.payload(),
            "price_range": {
                "low": self.nash.low,
                "likely": self.nash.likely,
                "high": self.nash.high,
                "contested": self.contested,
                "share": None if self.share is None else {"low": self.share.low, "high": self.share.high},
                "principals": {name: self.fall(name).payload() for name in self.price.principals},
            },
            "gain": self.gain.payload(),
            "lacks": self.lacks,
            "crossed": [list(pair) for pair in self.crossed],
            "kept": self.kept,
            "tolerance": [{"loss": loss, "nash": value} for loss, value in self.tolerance],
            "accepted_deal": self.accepted_deal.payload() if self.accepted_deal else None,
            "swaps": None if self.swaps is None else dict(self.swaps),
        }

    @property
    def price(self) -> Price:
        """What the veto costs at the likely values."""
        return self.prices["likely"]

    @property
    def nash(self) -> Span:
        """What it takes from the best Nash product, with its range over the ends."""
        return Span.around({bound: each.nash for bound, each in self.prices.items()})

    @property
    def share(self) -> Span | None:
        """The same as a part of the best Nash product, over the ends where there is one."""
        shares = {bound: each.share for bound, each in self.prices.items() if each.share is not None}
        return Span.around(shares) if "likely" in shares else None

    def fall(self, principal: str) -> Span:
        """What it takes from the most that a principal can get, with its range over the ends."""
        return Span.around({bound: each.principals[principal] for bound, each in self.prices.items()})

    @property
    def contested(self) -> bool:
        """Whether it depends on the ranges that the veto costs anything, where there is anything to lose."""
        return len({each.nash > 0 for each in self.prices.values() if each.share is not None}) > 1


@dataclass(frozen=True, slots=True)
class Vetoes:
    """The price of each veto, and of each that a consulted party might be given.

    `shares` are there where draws were asked for.
    """

    scenario: Scenario
    prices: Mapping[str, VetoPrice]
    shares: "Shares | None" = None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        found: dict[str, object] = {
            "schema": "detente/vetoes/1",
            "parties": {name: price.payload() for name, price in self.prices.items()},
        }
        if self.shares:
            taken = {name: each.payload() if each else None for name, each in self.shares.vetoes.items()}
            found["over_draws"] = self.shares.payload(taken)
        return found

    def table(self) -> Table:
        """One row for each party that is not a principal."""
        rows = tuple(
            (
                self.scenario.parties[name].title,
                "has a veto" if each.role is Role.VETO else "is heard",
                span_in_words(each.gain),
                price_in_words(each),
                *((self.shares.price_in_words(name),) if self.shares else ()),
                winning_in_words(self.scenario, each),
            )
            for name, each in self.prices.items()
        )
        drawn = ("over draws",) if self.shares else ()
        columns = ("party", "role", "gain in the deal", "price of its veto", *drawn, "what would win it over")
        return Table(
            f"Vetoes, over {self.shares.in_words}" if self.shares else "Vetoes",
            columns,
            rows,
            frozenset({"gain in the deal"}),
            "Everyone here is a principal.",
        )


@sharing
def vetoes(scenario: Scenario, *, draws: int = 0, seed: int = 1, seam: Seam = HERE) -> Vetoes:
    """For each consulted party what a veto for it would cost, and for each veto party what its veto costs.

    With `draws` (at least 16) also what each takes over so many draws of what is in doubt. Raises TooLargeError where
    the issues hang together too tightly.
    """
    settled = settle(scenario)
    names = [name for name, party in settled.parties.items() if party.role is not Role.PRINCIPAL]
    asked = [Question(unbound(settled, name), bound, also=(name,), passing=True) for name in names for bound in BOUNDS]
    answers = iter(ask(asked))
    found = {name: {bound: next(answers) for bound in BOUNDS} for name in names}
    deals = _deals(settled, names)
    kept = attainable(settled).kept
    swaps = _swaps(settled, {name: found[name]["likely"] for name in names}, deals)
    return Vetoes(
        settled,
        {name: _priced(settled, name, found[name], deals[name], kept[name], swaps.get(name)) for name in names},
        over_draws(scenario, draws, seed, seam),
    )


def _deals(scenario: Scenario, names: list[str]) -> Mapping[str, Outcome | None]:
    """What Nash's rule settles on where each party is only heard."""
    free = {name: unbound(scenario, name) for name in names}
    distinct = {id(each): each for each in free.values()}
    answers = ask([Question(each, ties=True, passing=True) for each in distinct.values()])
    found = {key: nash_outcome(answer) for key, answer in zip(distinct, answers, strict=True)}
    deals = {name: found[id(each)] for name, each in free.items()}
    return {name: deal[0] if deal else None for name, deal in deals.items()}


def joint_loss(scenario: Scenario, answer: Answer, name: str) -> tuple[Fraction, Fraction | None]:
    """What a veto takes from the best Nash product, and that as a share of it; the party is carried along unbound."""
    with_it = with_veto(scenario, name, answer.accepts)
    before, after = best_nash(answer), best_nash(answer, _mutual_with(answer, with_it))
    loss = (before.value if before else Fraction(0)) - (after.value if after else Fraction(0))
    return loss, loss / before.value if before and before.value else None


def own_loss(scenario: Scenario, answer: Answer, name: str, principal: str) -> Fraction:
    """What a veto takes from the most that a principal can get."""
    most = _most(answer, principal, answer.accepted)
    return most - _most(answer, principal, answer.accepted & with_veto(scenario, name, answer.accepts))


def _price(scenario: Scenario, answer: Answer, name: str) -> Price:
    loss, share = joint_loss(scenario, answer, name)
    principals = {each: plain(own_loss(scenario, answer, name, each)) for each in answer.question.principals}
    return Price(plain(loss), principals, None if share is None else plain(share))


def _mutual_with(answer: Answer, with_it: Bools) -> Ints:
    points = mutual(answer)
    return points[with_it[points]]


def _most(answer: Answer, party: str, among: Bools) -> Fraction:
    row = answer.row(party)[among]
    return Fraction(max(0, int(row.max())), answer.scale) if len(row) else Fraction(0)


def _swaps(
    settled: Scenario, answers: Mapping[str, Answer], deals: Mapping[str, Outcome | None]
) -> Mapping[str, Outcome]:
    """The fewest changes to the principals' deal that win over each party that would not take it."""
    asked = {}
    for name, answer in answers.items():
        deal = deals[name]
        if (
            deal
            and len(_mutual_with(answer, answer.accepts[name]))
            and not would_take(settled, settled.parties[name], deal)
        ):
            asked[name] = Question(answer.question.scenario, also=(name,), near=deal, passing=True)
    swaps = {}
    answers_ = closest(list(asked.values()), lambda each: len(_willing(each)) > 0)
    for (name, question), answer in zip(asked.items(), answers_, strict=True):
        points = _mutual_with(answer, answer.accepts[name])
        assert answer.changes is not None  # the question asks for them
        assert question.near is not None  # likewise
        fewest = points[answer.changes[points] == answer.changes[points].min()]
        outcome = answer.outcome(nearest(answer, fewest))
        swaps[name] = {issue: option for issue, option in outcome.items() if option != question.near[issue]}
    return swaps


def _willing(answer: Answer) -> Ints:
    """The acceptable points that the party carried along would take."""
    return _mutual_with(answer, answer.accepts[answer.question.also[0]])


def _priced(
    scenario: Scenario,
    name: str,
    answers: Mapping[Bound, Answer],
    deal: Outcome | None,
    kept: float,
    swaps: Outcome | None,
) -> VetoPrice:
    answer = answers["likely"]
    party = scenario.parties[name]
    outcome = deal or scenario.status_quo
    span = gain_span(answer.question.scenario, answer.question.party(name), outcome)
    willing = _mutual_with(answer, answer.accepts[name])
    return VetoPrice(
        party=name,
        role=party.role,
        prices={bound: _price(scenario, answers[bound], name) for bound in BOUNDS},
        gain=span,
        lacks=max(0, -span.likely) if party.has_say(outcome) else 0,
        crossed=party.crossed(outcome),
        kept=kept,
        tolerance=_tolerance(answer, name),
        accepted_deal=point_of(answer, _best(answer, willing)) if len(willing) else None,
        swaps={} if deal and would_take(scenario, party, outcome) else swaps,
    )


def _best(answer: Answer, points: Ints) -> int:
    value = best_nash(answer, points)
    return next(int(p) for p in points if best_nash(answer, np.array([p])) == value)


def _tolerance(answer: Answer, name: str) -> tuple[tuple[float | None, float], ...]:
    """The steps of the best Nash product as the party puts up with more loss; last, whatever it loses."""
    points = mutual(answer)
    open_points = points[answer.unrefused[name][points]]
    loss = np.where(answer.silent_at(name), 0, np.maximum(-answer.row(name), 0))[open_points]
    order = np.argsort(loss, kind="stable")
    gains = answer.rows(answer.question.principals)[:, open_points[order]].astype(float) / answer.scale
    best = np.maximum.accumulate(np.prod(gains, axis=0))
    record = [k for k in range(len(order)) if k == 0 or best[k] > best[k - 1] * (1 + 1e-12)]
    steps: dict[float, float] = {0: 0}
    for k in record:
        steps[plain(Fraction(int(loss[order[k]]), answer.scale))] = float(best[k])
    whatever = best_nash(answer, points)
    return (*steps.items(), (None, plain(whatever.value) if whatever else 0))


def price_in_words(each: VetoPrice) -> str:
    """What the veto costs, as people say it."""
    contested = " (contested)" if each.contested else ""
    if not each.price.nash and not any(each.price.principals.values()):
        return f"nothing{contested}"
    if not each.price.nash:
        return f"nothing in joint value, though one side could get less{contested}"
    if each.share is None:
        return f"{figure(each.price.nash)}{contested}"
    return f"{percent(each.share)} of the joint value (Nash product){contested}"


def winning_in_words(scenario: Scenario, each: VetoPrice) -> str:
    """What would win the party over, as people say it."""
    if each.swaps == {}:
        return "it would take the deal as it is"
    if each.swaps is None:
        return "nothing that both sides would sign"
    changes = [scenario.issues[issue].option_name(option) for issue, option in each.swaps.items()]
    lack = f"it lacks {points(each.lacks)}; " if each.lacks else ""
    red = listed([scenario.issues[issue].option_name(option) for issue, option in each.crossed])
    return f"{lack}{f'it refuses {red}; ' if red else ''}enough: {listed(changes)}"
