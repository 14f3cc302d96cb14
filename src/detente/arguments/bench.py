"""Does a test hold in one case? Everything that tests ask of many cases, solved together, and each answer read off."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from detente.analysis.bargaining import best_nash, nash_outcome
from detente.analysis.counting import unbound
from detente.analysis.demands import HARMLESS, bare
from detente.analysis.packages import agreed, reply, would_take
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.tables import (
    BOUNDS,
    Amount,
    Bound,
    Span,
    advantage,
    ends_in_words,
    gain,
    percent_ends,
    plain,
    span_in_words,
)
from detente.analysis.vetoes import joint_loss, own_loss
from detente.arguments import ways
from detente.errors import InfeasibleError, ScenarioError
from detente.model.claim import (
    AcceptedBy,
    Attainable,
    BetterFor,
    ComesBefore,
    DemandIs,
    ExposesLess,
    OnlyWithout,
    Reachable,
    Rescues,
    Test,
    VetoCosts,
)
from detente.model.outcome import Terms
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.table import figure, listed

Result = TypeVar("Result")


def benches(cases: list[tuple[Scenario, Bound]], tests: Sequence[Test]) -> "list[Bench]":
    """A test bench for each case, with every answer that the tests need; all solved together."""
    needed: list[tuple[int, Hashable, Question]] = []
    for place, (scenario, bound) in enumerate(cases):
        questions = {key: q for test in tests for key, q in _needs(test, scenario, bound).items()}
        needed += [(place, key, question) for key, question in questions.items()]
    solved: list[dict[Hashable, Answer]] = [{} for _ in cases]
    for (place, key, _), answer in zip(needed, ask([question for _, _, question in needed]), strict=True):
        solved[place][key] = answer
    _add_vetoes(cases, tests, solved)
    names = list(dict.fromkeys(test.demand for test in tests if isinstance(test, DemandIs)))
    asked = [(each, bound, each.demands[name].terms) for each, bound in cases for name in names]
    wholes = [answers["base"] for answers in solved for _ in names]
    found = iter(bare(asked, wholes))
    held = [{name: next(found) for name in names} for _ in cases]
    return [Bench(*case, answers, demands) for case, answers, demands in zip(cases, solved, held, strict=True)]


def _add_vetoes(
    cases: list[tuple[Scenario, Bound]], tests: Sequence[Test], solved: list[dict[Hashable, Answer]]
) -> None:
    """The answers in which a party is carried along, where the deal that it only hears of would not suit it anyway."""
    vetoes = [test for test in tests if isinstance(test, VetoCosts)]
    asked = [
        (place, test.party)
        for place, (scenario, bound) in enumerate(cases)
        for test in vetoes
        if _also(scenario, test.party)
        and (test.to is not None or not _suits(solved[place]["free", test.party], test.party, bound))
    ]
    questions = [
        Question(unbound(cases[place][0], name), cases[place][1], also=(name,), passing=True) for place, name in asked
    ]
    for (place, name), answer in zip(asked, ask(questions), strict=True):
        solved[place]["veto", name] = answer


def _suits(free: Answer, name: str, bound: Bound) -> bool:
    """Whether a party would take the best deal made without it: then its veto costs nothing in joint value."""
    deal = nash_outcome(free)
    if deal is None:
        return True
    scenario = free.question.scenario
    party = scenario.parties[name]
    return not party.crossed(deal[0]) and gain(scenario, party, deal[0], bound) >= 0


def _needs(test: Test, scenario: Scenario, bound: Bound) -> Mapping[Hashable, Question]:
    """The questions that a test asks."""
    terms = {name: demand.terms for name, demand in scenario.demands.items()}
    base = Question(scenario, bound, ties=True, passing=True)
    if isinstance(test, DemandIs):
        return {"base": base}
    if isinstance(test, Attainable) and test.package is None:
        return {("terms", _key(test.terms)): Question(scenario, bound, holding=test.terms, passing=True)}
    if isinstance(test, VetoCosts):
        return {("free", test.party): Question(unbound(scenario, test.party), bound, ties=True, passing=True)}
    if isinstance(test, Rescues):
        both = _joint((terms[test.rescuer], terms[test.demand]))
        alone = Question(scenario, bound, holding=terms[test.demand], lacking=terms[test.rescuer], passing=True)
        return {
            ("both", test.rescuer, test.demand): Question(scenario, bound, holding=both, passing=True),
            ("alone", test.rescuer, test.demand): alone,
        }
    if isinstance(test, OnlyWithout):
        joint = _joint(tuple(terms[name] for name in test.demands))
        return {"base": base, ("all", test.demands): Question(scenario, bound, holding=joint, passing=True)}
    return {}


def _also(scenario: Scenario, party: str) -> tuple[str, ...]:
    return () if scenario.parties[party].role is Role.PRINCIPAL else (party,)


def _joint(terms: tuple[Terms, ...]) -> Terms:
    """All the terms at once; an issue on which they contradict each other is left with no option."""
    joint: dict[str, tuple[str, ...]] = {}
    for each in terms:
        for issue, options in each.items():
            joint[issue] = tuple(option for option in joint.get(issue, options) if option in options)
    return joint


def _key(terms: Terms) -> Hashable:
    return tuple(sorted(terms.items()))


@dataclass(frozen=True, eq=False)
class Bench:
    """One case, at one end of the ranges, with the answers that the tests need."""

    scenario: Scenario
    bound: Bound
    answers: Mapping[Hashable, Answer]
    held: Mapping[str, str]

    def holds(self, test: Test) -> bool:
        """Whether the test comes out as the claim says."""
        return _TESTS[type(test)][0](self, test)

    def figure(self, test: Test) -> str:
        """The number or verdict behind it."""
        return _TESTS[type(test)][1](self, test)

    def obstacle(self, test: Test) -> str:
        """Why a test cannot be asked here: a step that is not on the way, a principal's veto; "" where it can."""
        if isinstance(test, VetoCosts) and self.scenario.parties[test.party].role is Role.PRINCIPAL:
            return f"{self.scenario.parties[test.party].title} is a principal, without whom there is no deal"
        if not isinstance(test, Reachable | ExposesLess | ComesBefore):
            return ""
        try:
            ways.check(self.scenario, self.bound, test)
        except ScenarioError as error:
            return error.problems[0].message
        except InfeasibleError as error:
            return str(error)
        return ""

    def feasible(self, key: Hashable) -> bool:
        """Whether some acceptable outcome answers a question."""
        return bool(self.answers[key].accepted.any())


def _demand_is(bench: Bench, test: DemandIs) -> bool:
    wanted = {each for verdict in test.verdicts for each in (HARMLESS if verdict == "harmless" else (verdict,))}
    return _verdict(bench, test) in wanted


def _verdict(bench: Bench, test: DemandIs) -> str:
    return bench.held[test.demand]


def _demand_figure(bench: Bench, test: DemandIs) -> str:
    return f"{bench.scenario.demands[test.demand].name}: {_verdict(bench, test)}"


def _attainable(bench: Bench, test: Attainable) -> bool:
    if test.package is None:
        return bench.feasible(("terms", _key(test.terms))) is test.expected
    outcome = bench.scenario.outcome(bench.scenario.package(test.package).terms)
    return agreed(bench.scenario, outcome, bench.bound) is test.expected


def _attainable_figure(bench: Bench, test: Attainable) -> str:
    if test.package is None:
        answer = bench.answers["terms", _key(test.terms)]
        value = best_nash(answer)
        return "no acceptable outcome holds it" if value is None else f"best Nash product {figure(plain(value.value))}"
    principals = [name for name, party in bench.scenario.parties.items() if party.must_agree]
    return _gains_figure(bench, test.package, tuple(principals))


def _accepted_by(bench: Bench, test: AcceptedBy) -> bool:
    scenario = bench.scenario
    outcome = scenario.outcome(scenario.package(test.package).terms)
    answers = []
    for name in test.parties:
        party = scenario.parties[name]
        answers.append(would_take(scenario, party, outcome, bench.bound))
    return all(answer is test.expected for answer in answers)


def _gains_figure(bench: Bench, package: str, parties: tuple[str, ...]) -> str:
    scenario = bench.scenario
    outcome = scenario.outcome(scenario.package(package).terms)
    parts = []
    for name in parties:
        stands = reply(scenario, scenario.parties[name], outcome)
        red = listed([scenario.issues[issue].option_name(option) for issue, option in stands.crossed])
        if red or stands.gain.likely or stands.gain.low != stands.gain.high:
            said = f"refuses {red}" if red else span_in_words(stands.gain)
            if not scenario.parties[name].has_say(outcome):
                said = "has no say here"
            parts.append(f"{scenario.parties[name].title} {said}")
    return "; ".join(parts)


def _accepted_figure(bench: Bench, test: AcceptedBy) -> str:
    return _gains_figure(bench, test.package, test.parties)


def _advantage(bench: Bench, test: BetterFor, name: str, bound: Bound) -> Fraction:
    scenario = bench.scenario
    new, old = (scenario.outcome(scenario.package(package).terms) for package in (test.package, test.than))
    return advantage(scenario, scenario.parties[name], new, old, bound)


def _better_for(bench: Bench, test: BetterFor) -> bool:
    return all(_advantage(bench, test, name, bench.bound) > 0 for name in test.parties)


def _better_figure(bench: Bench, test: BetterFor) -> str:
    spans = {name: Span.of(_advantage(bench, test, name, bound) for bound in BOUNDS) for name in test.parties}
    new, old = (bench.scenario.package(each).name for each in (test.package, test.than))
    gets = "; ".join(f"{bench.scenario.parties[name].title} {span_in_words(span)}" for name, span in spans.items())
    return f"by {new} more than by {old}: {gets}"


def _veto_amount(bench: Bench, test: VetoCosts) -> Fraction:
    answer = bench.answers.get(("veto", test.party))
    if answer is None:
        return Fraction(0)
    if test.to is not None:
        return (
            own_loss(bench.scenario, answer, test.party, test.to)
            if test.to in answer.question.principals
            else Fraction(0)
        )
    loss, share = joint_loss(bench.scenario, answer, test.party)
    return (share or Fraction(0)) if test.share else loss


def _veto_costs(bench: Bench, test: VetoCosts) -> bool:
    amount = _veto_amount(bench, test)
    if test.at_most:
        return amount <= test.amount
    return amount >= test.amount if test.amount > 0 else amount > 0


def _veto_figure(bench: Bench, test: VetoCosts) -> str:
    amount = float(_veto_amount(bench, test))
    name = bench.scenario.parties[test.party].title
    if test.to is not None:
        return f"a veto for {name} costs {bench.scenario.parties[test.to].title} {figure(amount)} points"
    if not amount:
        return f"a veto for {name} costs nothing"
    return (
        f"a veto for {name} costs {figure(100 * amount)}%"
        if test.share
        else f"a veto for {name} takes {figure(amount)} of the Nash product"
    )


def cost_at_the_ends(benches: Mapping[Bound, Bench], test: VetoCosts) -> str:
    """What a veto costs at the ends of the ranges, where that differs from the likely values."""
    span = Amount.where_there(
        {
            bound: float(_veto_amount(bench, test)) if bench.feasible(("free", test.party)) else None
            for bound, bench in benches.items()
        }
    )
    if span is None:
        return ""
    return percent_ends(span, "no deal") if test.share and test.to is None else ends_in_words(span, "no deal")


def _rescues(bench: Bench, test: Rescues) -> bool:
    return bench.feasible(("both", test.rescuer, test.demand)) and not _alone(bench, test)


def _alone(bench: Bench, test: Rescues) -> bool:
    return bench.feasible(("alone", test.rescuer, test.demand))


def _rescues_figure(bench: Bench, test: Rescues) -> str:
    both = "can be met" if bench.feasible(("both", test.rescuer, test.demand)) else "sinks every deal"
    alone = "can be met" if _alone(bench, test) else "sinks every deal"
    names = bench.scenario.demands
    return f"{names[test.demand].name} {alone} without {names[test.rescuer].name}, and {both} with it"


def _only_without(bench: Bench, test: OnlyWithout) -> bool:
    return bench.feasible("base") and not bench.feasible(("all", test.demands))


def _only_without_figure(bench: Bench, test: OnlyWithout) -> str:
    base = "a deal exists" if bench.feasible("base") else "no deal exists"
    held = "and one that meets them all" if bench.feasible(("all", test.demands)) else "and none that meets them all"
    return f"{base}, {held}"


def _on_the_way(answer: Callable[..., Result]) -> Callable[..., Result]:
    """A question about the way to a package, at the bench's end of the ranges."""
    return lambda bench, test: answer(bench.scenario, bench.bound, test)


_TESTS: Mapping[type, tuple[Callable[..., bool], Callable[..., str]]] = {
    DemandIs: (_demand_is, _demand_figure),
    Attainable: (_attainable, _attainable_figure),
    AcceptedBy: (_accepted_by, _accepted_figure),
    BetterFor: (_better_for, _better_figure),
    VetoCosts: (_veto_costs, _veto_figure),
    Rescues: (_rescues, _rescues_figure),
    OnlyWithout: (_only_without, _only_without_figure),
    Reachable: (_on_the_way(ways.reachable), _on_the_way(ways.reachable_figure)),
    ExposesLess: (_on_the_way(ways.exposes_less), _on_the_way(ways.exposes_less_figure)),
    ComesBefore: (_on_the_way(ways.comes_before), _on_the_way(ways.comes_before_figure)),
}
