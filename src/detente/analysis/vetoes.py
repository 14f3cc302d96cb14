"""What does a veto for whom cost, what does each party lose where it is only heard, and what would win it over?

The price of a veto is what the best deal loses when one more party must agree (Tsebelis 2002, ch. 1: a veto player
shrinks the winset or leaves it as it is). Nothing is ever invented for a party that only opens or shuts a gate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from detente.analysis.bargaining import best_nash, mutual, nash_outcome
from detente.analysis.counting import Attainable, counted, unbound, with_veto
from detente.analysis.frontier import Point, point_of
from detente.analysis.over_draws import over_draws
from detente.analysis.packages import would_take
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask, closest
from detente.analysis.shared import settle, sharing
from detente.analysis.shortfall import nearest
from detente.analysis.tables import BOUNDS, Amount, Bound, Span, gain_span, percent, plain, span_in_words
from detente.analysis.work import HERE, Seam
from detente.kernels.pruning import Bools, Ints
from detente.model.outcome import Outcome
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.table import Table, figure, listed, points

if TYPE_CHECKING:
    from detente.analysis.judged import Shares


_GAIN = "gain in the deal made without its veto"


@dataclass(frozen=True, slots=True)
class Price:
    """What a veto takes from the best Nash product, and from the most that each principal can get.

    `attainable` says whether there is any deal to take from, where the party is only heard.
    """

    nash: float
    principals: Mapping[str, float]
    share: float | None
    attainable: bool

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"nash": self.nash, "principals": dict(self.principals), "share": self.share}


@dataclass(frozen=True, slots=True)
class VetoPrice:
    """What a party's veto costs, against hearing it only.

    `gain` is what it gets in the deal that the principals would make if it were only heard (Nash), `lacks` what it is
    short of there in its own points where it has a say, `crossed` the terms in it that it refuses. `kept` is the part
    of the outcomes attainable where it is only heard that are so with its veto (None: nothing is, or, where `sampled`,
    no draw was), `kept_range` the same with its range (None also where it was not counted). `tolerance` says how good
    the best deal can be when the party puts up with a loss of so much, at most (None: any loss, red lines included).
    `accepted_deal` is the best deal that it would take, `swaps` the fewest changes to the principals' deal that win it
    over.
    """

    party: str
    role: Role
    prices: Mapping[Bound, Price]
    gain: Span
    lacks: Amount
    crossed: tuple[tuple[str, str], ...]
    kept: float | None
    kept_range: Amount | None
    sampled: bool
    tolerance: tuple[tuple[float | None, Amount], ...]
    accepted_deal: Point | None
    swaps: Outcome | None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "role": self.role.value,
            "price": self.price.payload(),
            "price_range": {
                **self.nash.payload(),
                "contested": self.contested,
                "share": self.share and self.share.payload(),
                "principals": {name: self.fall(name).payload() for name in self.price.principals},
            },
            "gain": self.gain.payload(),
            "lacks": self.lacks.likely,
            "lacks_range": self.lacks.payload(),
            "crossed": [list(pair) for pair in self.crossed],
            "kept": self.kept,
            "kept_range": self.kept_range and self.kept_range.payload(),
            "kept_exact": not self.sampled,
            "tolerance": [
                {"loss": loss, "nash": value.likely, "nash_range": value.payload()} for loss, value in self.tolerance
            ],
            "accepted_deal": self.accepted_deal.payload() if self.accepted_deal else None,
            "swaps": None if self.swaps is None else dict(self.swaps),
        }

    @property
    def price(self) -> Price:
        """What the veto costs at the likely values."""
        return self.prices["likely"]

    @property
    def nash(self) -> Amount:
        """What it takes from the best Nash product, with its range over the ends."""
        return self._span({bound: each.nash for bound, each in self.prices.items()})

    @property
    def share(self) -> Amount | None:
        """The same as a part of the best Nash product, over the ends where there is one."""
        return Amount.where_there({bound: each.share for bound, each in self.prices.items()})

    def fall(self, principal: str) -> Amount:
        """What it takes from the most that a principal can get, with its range over the ends."""
        return self._span({bound: each.principals[principal] for bound, each in self.prices.items()})

    def _span(self, ends: Mapping[Bound, float]) -> Amount:
        """Over the ends at which there is a deal to take from; 0 where there is none at the likely values."""
        taken = {bound: value if self.prices[bound].attainable else None for bound, value in ends.items()}
        return Amount.where_there(taken) or Amount(0, 0, 0)

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
                gain_in_words(each),
                price_in_words(each),
                *((self.shares.price_in_words(name),) if self.shares else ()),
                winning_in_words(self.scenario, each),
            )
            for name, each in self.prices.items()
        )
        drawn = ("over draws",) if self.shares else ()
        columns = ("party", "role", _GAIN, "price of its veto", *drawn, "what would win it over")
        return Table(
            f"Vetoes, over {self.shares.in_words}" if self.shares else "Vetoes",
            columns,
            rows,
            frozenset({_GAIN}),
            "Everyone here is a principal.",
        )


@sharing
def vetoes(scenario: Scenario, *, draws: int = 0, seed: int = 1, seam: Seam = HERE, ends: bool = True) -> Vetoes:
    """For each consulted party what a veto for it would cost, and for each veto party what its veto costs.

    With `draws` (at least 16) also what each takes over so many draws of what is in doubt. The outcomes that a veto
    leaves are counted at both ends of the ranges, too, unless `ends` is false: that takes longest. Raises TooLargeError
    where the issues hang together too tightly.
    """
    settled = settle(scenario)
    names = [name for name, party in settled.parties.items() if party.role is not Role.PRINCIPAL]
    asked = [Question(unbound(settled, name), bound, also=(name,), passing=True) for name in names for bound in BOUNDS]
    answers = iter(ask(asked))
    found = {name: {bound: next(answers) for bound in BOUNDS} for name in names}
    deals = _deals(settled, names)
    numbers = counted(settled, ends=ends)
    swaps = _swaps(settled, {name: found[name]["likely"] for name in names}, deals)
    return Vetoes(
        settled,
        {name: _priced(settled, name, found[name], deals[name], numbers, swaps.get(name)) for name in names},
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


def veto_shares(name: str, scenarios: Sequence[Scenario]) -> list[Fraction | None]:
    """The part of the best Nash product that a party's veto takes in each of some settled scenarios, likely values."""
    answers = ask([Question(unbound(each, name), also=(name,), passing=True) for each in scenarios])
    return [joint_loss(each, answer, name)[1] for each, answer in zip(scenarios, answers, strict=True)]


def own_loss(scenario: Scenario, answer: Answer, name: str, principal: str) -> Fraction:
    """What a veto takes from the most that a principal can get."""
    most = _most(answer, principal, answer.accepted)
    return most - _most(answer, principal, answer.accepted & with_veto(scenario, name, answer.accepts))


def _price(scenario: Scenario, answer: Answer, name: str) -> Price:
    loss, share = joint_loss(scenario, answer, name)
    principals = {each: plain(own_loss(scenario, answer, name, each)) for each in answer.question.principals}
    return Price(plain(loss), principals, None if share is None else plain(share), bool(answer.accepted.any()))


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
    numbers: Mapping[Bound, Attainable],
    swaps: Outcome | None,
) -> VetoPrice:
    answer = answers["likely"]
    party = scenario.parties[name]
    outcome = deal or scenario.status_quo
    span = gain_span(answer.question.scenario, answer.question.party(name), outcome)
    willing = _mutual_with(answer, answer.accepts[name])
    kept = {bound: each.kept[name] for bound, each in numbers.items()}
    return VetoPrice(
        party=name,
        role=party.role,
        prices={bound: _price(scenario, answers[bound], name) for bound in BOUNDS},
        gain=span,
        lacks=Amount.above_zero(-span) if party.has_say(outcome) else Amount(0, 0, 0),
        crossed=party.crossed(outcome),
        kept=kept["likely"],
        kept_range=Amount.where_there(kept) if len(kept) == len(BOUNDS) else None,
        sampled=any(each.sampled for each in numbers.values()),
        tolerance=_tolerance(answers, name),
        accepted_deal=point_of(answer, _best(answer, willing)) if len(willing) else None,
        swaps={} if deal and would_take(scenario, party, outcome) else swaps,
    )


def _best(answer: Answer, points: Ints) -> int:
    value = best_nash(answer, points)
    return next(int(p) for p in points if best_nash(answer, np.array([p])) == value)


def _tolerance(answers: Mapping[Bound, Answer], name: str) -> tuple[tuple[float | None, Amount], ...]:
    """The steps of the best Nash product as the party puts up with more loss; last, whatever it loses.

    The steps are those at the likely values; what is to be had for as much loss at the ends of the ranges stands by.
    """
    curves = {bound: _curve(answer, name) for bound, answer in answers.items()}

    def best(bound: Bound, most: float) -> float:
        return max(value for loss, value in curves[bound].items() if loss <= most)

    steps = [(loss, Amount.around({bound: best(bound, loss) for bound in BOUNDS})) for loss in curves["likely"]]
    whatever = {bound: best_nash(answer, mutual(answer)) for bound, answer in answers.items()}
    return (*steps, (None, Amount.around({b: plain(each.value) if each else 0 for b, each in whatever.items()})))


def _curve(answer: Answer, name: str) -> Mapping[float, float]:
    """By each loss from which on more is to be had, the best Nash product while the party loses no more."""
    points = mutual(answer)
    open_points = points[answer.unrefused[name][points]]
    loss = np.where(answer.silent_at(name), 0, np.maximum(-answer.row(name), 0))[open_points]
    order = np.argsort(loss, kind="stable")
    gains = answer.rows(answer.question.principals)[:, open_points[order]].astype(float) / answer.scale
    best = np.maximum.accumulate(np.prod(gains, axis=0))
    steps: dict[float, float] = {0: 0}
    for k in range(len(order)):
        if k == 0 or best[k] > best[k - 1] * (1 + 1e-12):
            steps[plain(Fraction(int(loss[order[k]]), answer.scale))] = float(best[k])
    return steps


def gain_in_words(each: VetoPrice) -> str:
    """What the party gets in the deal made without its veto, as people say it."""
    return span_in_words(each.gain) if each.price.attainable else "no deal"


def price_in_words(each: VetoPrice) -> str:
    """What the veto costs, as people say it."""
    if not each.price.attainable:
        return "nothing: no deal is there to lose"
    if each.share is not None and each.price.nash:
        return f"{percent(each.share, 'no deal')} of the joint value (Nash product)"
    less = any(each.price.principals.values())
    nothing = "nothing in joint value, though one side could get less" if less else "nothing"
    if each.share is not None and each.share.high:
        return f"{nothing}; within the ranges up to {figure(100 * each.share.high)}% of the joint value (contested)"
    return f"{nothing}{' (contested)' if each.contested else ''}"


def kept_in_words(each: VetoPrice) -> str:
    """The part of what is attainable that a veto leaves, as people say it."""
    if each.kept is None:
        return "not known: no draw was attainable" if each.price.attainable else "nothing is attainable"
    part = percent(each.kept_range or Amount(each.kept, each.kept, each.kept))
    return f"about {part}, from draws" if each.sampled else part


def winning_in_words(scenario: Scenario, each: VetoPrice) -> str:
    """What would win the party over, as people say it."""
    if each.swaps == {}:
        return "it would take the deal as it is"
    if each.swaps is None:
        return "nothing that both sides would sign"
    changes = [scenario.issues[issue].option_name(option) for issue, option in each.swaps.items()]
    lack = f"it lacks {span_in_words(each.lacks, points)}; " if each.lacks.likely else ""
    red = listed([scenario.issues[issue].option_name(option) for issue, option in each.crossed])
    return f"{lack}{f'it refuses {red}; ' if red else ''}enough: {listed(changes)}"
