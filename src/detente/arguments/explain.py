"""Why is the verdict what it is? Step by step, down to the lines of the file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from detente.analysis.bargaining import RULES, bargain
from detente.analysis.demands import COSTLY_FALL, DemandVerdict, demands, reason, verdicts
from detente.analysis.frontier import terms_in_words
from detente.analysis.packages import packages, reply, standing
from detente.analysis.sensitivity import Flip, flips
from detente.analysis.shared import settle, sharing
from detente.analysis.spoken import binding, condition_in_words, options_in_words
from detente.analysis.tables import gain_span, span_in_words
from detente.analysis.vetoes import VetoPrice, price_in_words, veto_shares, vetoes, winning_in_words
from detente.arguments.claims import CONTESTED, UNTESTABLE, claims
from detente.errors import NotFoundError
from detente.model.citation import Grounded, cited
from detente.model.claim import ProcessTest
from detente.model.judgment import Reading
from detente.model.names import nearest
from detente.model.outcome import Outcome, holds
from detente.model.party import Party, Role
from detente.model.quantity import NOTHING, Quantity
from detente.model.scenario import Interaction, Scenario, key_of, names_of
from detente.table import Table, figure, listed, points

_TURNING, _FIRM = "the judgments that turn it, each alone", "no judgment alone turns it"
KINDS = ("demand", "package", "veto", "claim", "rule")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: what is so, on which line of the file it stands, and the steps beneath it."""

    text: str
    line: int | None = None
    steps: tuple["Step", ...] = ()

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"text": self.text, "line": self.line, "steps": [step.payload() for step in self.steps]}

    def rows(self, depth: int = 0) -> Iterator[tuple[str, str]]:
        """Line and text, indented by depth."""
        yield ("" if self.line is None else str(self.line), "  " * depth + self.text)
        for step in self.steps:
            yield from step.rows(depth + 1)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and the steps that lead to it."""

    scenario: Scenario
    subject: str
    verdict: str
    steps: tuple[Step, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/explain/1",
            "subject": self.subject,
            "verdict": self.verdict,
            "file": self.scenario.file,
            "steps": [step.payload() for step in self.steps],
        }

    def table(self) -> Table:
        """One row for each step, with the line of the file that it rests on."""
        rows = tuple(row for step in self.steps for row in step.rows())
        return Table(f"{self.subject}: {self.verdict}", ("line", "step"), rows, frozenset({"line"}))


@sharing
def explain(scenario: Scenario, subject: str) -> Explanation:
    """Why a verdict is what it is.

    The subject is a demand, a package, a party that is no principal, a claim or a bargaining rule by its name, with
    its kind before it where the name alone could be two things (`demand peace treaty`). Raises NotFoundError for a
    name that is none of these, or more than one.
    """
    kind, name = _resolved(scenario, subject)
    verdict, steps = _EXPLAINERS[kind](scenario, name)
    return Explanation(settle(scenario), f"{kind} {name}", verdict, tuple(steps))


def _resolved(scenario: Scenario, subject: str) -> tuple[str, str]:
    heard = {name: party for name, party in settle(scenario).parties.items() if party.role is not Role.PRINCIPAL}
    tables: Mapping[str, Mapping[str, object]] = {
        "demand": scenario.demands,
        "package": {**scenario.packages, "status quo": None},
        "veto": heard,
        "claim": scenario.claims,
        "rule": RULES,
    }
    first, _, rest = subject.partition(" ")
    if first in tables and (named := key_of(tables[first], rest)):
        return first, named
    found = [(kind, named) for kind in KINDS if (named := key_of(tables[kind], subject))]
    if len(found) == 1:
        return found[0]
    if found:
        offers = listed([f"'{kind} {subject}'" for kind, _ in found], "or")
        raise NotFoundError(f"'{subject}' is more than one thing here; say {offers}")
    known = [name for kind in KINDS for name in names_of(tables[kind])]
    raise NotFoundError(f"no demand, package, veto, claim or rule named '{subject}'{nearest(subject, known)}")


def _package(scenario: Scenario, name: str) -> tuple[str, list[Step]]:
    settled = settle(scenario)
    package = settled.package(name)
    outcome = settled.outcome(package.terms)
    report = packages(_with_package(scenario, name)).reports[name]
    steps = [_because(settled, f"the terms: {terms_in_words(settled, outcome)}", package)]
    steps += _bound(settled, outcome)
    steps += [outcome_step(settled, party, outcome) for party in settled.parties.values()]
    if report.better is not None:
        changes = listed([settled.issues[i].option_name(o) for i, o in report.changes.items()])
        steps.append(Step(f"better for all who must agree, with the fewest terms changed: {changes}"))
    answers = [(flip, standing_of(flip.scenario, name)) for flip in flips(scenario)]
    return standing(settled, report), [*steps, _turning(scenario, standing_of(settled, name), answers)]


def standing_of(scenario: Scenario, name: str) -> str:
    """Who refuses a package (`scenario` settled)."""
    outcome = scenario.outcome(scenario.package(name).terms)
    replies = [reply(scenario, party, outcome) for party in scenario.parties.values()]
    against = [scenario.parties[each.party].title for each in replies if each.binds and not each.accepts]
    return f"refused by {listed(against)}" if against else "taken by all who must agree"


def _with_package(scenario: Scenario, name: str) -> Scenario:
    return replace(scenario, packages={name: scenario.package(name)})


def outcome_step(scenario: Scenario, party: Party, outcome: Outcome) -> Step:
    """What a party makes of an outcome, sum by sum (`scenario` settled)."""
    stands = reply(scenario, party, outcome)
    steps = [
        _worth(scenario, scenario.issues[issue].option_name(option), value)
        for issue, option in outcome.items()
        if (value := party.preferences.of(issue, option)) and (value.low or value.high)
    ]
    steps += [
        _together(scenario, rule, value, outcome)
        for rule in scenario.interactions.values()
        if (value := rule.worth.get(party.id, NOTHING)) and (value.low or value.high) and holds(rule.when, outcome)
    ]
    base = party.reservation or scenario.worth_of_status_quo(party)
    steps.append(_worth(scenario, "less what it has without a deal", base))
    steps += [_refusal(scenario, party, issue, option) for issue, option in stands.crossed]
    answer = "takes it" if stands.accepts else "does not take it"
    heard = "" if party.must_agree else " (heard only)"
    return Step(f"{party.title}{heard} gains {span_in_words(stands.gain)} and {answer}", party.line, tuple(steps))


def _because(scenario: Scenario, text: str, ground: Grounded) -> Step:
    """What is so, with why it was judged so and by which works."""
    why = f"; {ground.why}" if ground.why else ""
    works = f" [{cited(scenario.sources, ground.source)}]" if ground.source else ""
    return Step(f"{text}{why}{works}", ground.line)


def _worth(scenario: Scenario, name: str, value: Quantity) -> Step:
    return _because(scenario, f"{name}: {_span(value)}", value)


def _together(scenario: Scenario, rule: Interaction, value: Quantity, outcome: Outcome) -> Step:
    """What terms are worth together; for a number without a reason of its own that of the rule."""
    ground = replace(value, why=value.why or rule.why, source=value.source or rule.source, line=value.line or rule.line)
    terms = listed([scenario.issues[issue].option_name(outcome[issue]) for issue in rule.when])
    return _worth(scenario, f"{terms}{' together' if len(rule.when) > 1 else ''}", ground)


def _span(value: Quantity) -> str:
    span = figure(float(value.likely))
    if not value.certain:
        span += f" ({figure(float(value.low))} to {figure(float(value.high))})"
    return span


def _refusal(scenario: Scenario, party: Party, issue: str, option: str) -> Step:
    refusal = party.preferences.refuses[issue][option]
    return _because(scenario, f"refuses {scenario.issues[issue].option_name(option)}", refusal)


def _bound(scenario: Scenario, outcome: Outcome) -> list[Step]:
    """The conditions that bind at an outcome."""
    bound = binding(scenario, outcome)
    steps = tuple(_because(scenario, condition_in_words(scenario, each), each) for each in bound)
    return [Step("the conditions that bind there", None, steps)] if steps else []


def _demand(scenario: Scenario, name: str) -> tuple[str, list[Step]]:
    one = replace(scenario, demands={name: scenario.demands[name]})
    result = demands(one)
    settled, verdict = result.scenario, result.verdicts[name]
    steps = [_because(settled, f"the demand: {options_in_words(settled, verdict.demand.terms)}", verdict.demand)]
    steps += _red_lines(settled, verdict)
    steps += _nearest(settled, verdict)
    if verdict.met:
        words = terms_in_words(settled, verdict.met.point.terms)
        beneath = (*_bound(settled, verdict.met.point.terms), *_principal_gains(settled, verdict.met.point.terms))
        steps.append(Step(f"the best deal that holds it (Nash): {words}", None, beneath))
    if verdict.left_out:
        words = terms_in_words(settled, verdict.left_out.point.terms)
        terms = verdict.left_out.point.terms
        beneath = (*_bound(settled, terms), *_principal_gains(settled, terms))
        steps.append(Step(f"the best deal with it left out (Nash): {words}", None, beneath))
    steps.append(Step(f"verdict: {verdict.verdict}; {reason(settled, verdict)}"))
    if verdict.contested:
        steps.append(Step(f"within the ranges: {verdict.at_low} at the low end, {verdict.at_high} at the high end"))
    return verdict.verdict, steps + _demand_flips(scenario, name, verdict.verdict)


def _red_lines(scenario: Scenario, verdict: DemandVerdict) -> list[Step]:
    if verdict.compensation is not None:
        return []
    steps = []
    for name in verdict.blockers:
        party = scenario.parties[name]
        lines = [
            (_refusal(scenario, party, i, o), i, o) for i, table in party.preferences.refuses.items() for o in table
        ]
        asked = tuple(step for step, i, o in lines if o in verdict.demand.terms.get(i, ()))
        lines_shown = asked or tuple(step for step, _, _ in lines)
        steps.append(Step(f"every outcome that holds it crosses a red line of {party.title}", party.line, lines_shown))
    return steps


def _nearest(scenario: Scenario, verdict: DemandVerdict) -> list[Step]:
    if verdict.nearest is None:
        return []
    terms = verdict.nearest.terms
    priced = " if red lines were only a matter of price" if verdict.compensation is None else ""
    text = f"the outcome that holds it and comes nearest{priced}: {terms_in_words(scenario, terms)}"
    asked = [party for party in scenario.parties.values() if party.must_agree]
    gains = (outcome_step(scenario, party, terms) for party in asked)
    return [Step(text, None, (*_bound(scenario, terms), *gains))]


def _principal_gains(scenario: Scenario, outcome: Outcome) -> tuple[Step, ...]:
    return tuple(
        outcome_step(scenario, party, outcome) for party in scenario.parties.values() if party.role is Role.PRINCIPAL
    )


def _demand_flips(scenario: Scenario, name: str, verdict: str) -> list[Step]:
    each = flips(scenario)
    answers = [new[name] for new in verdicts([flip.scenario for flip in each])]
    return [_turning(scenario, verdict, zip(each, answers, strict=True))]


def _turning(scenario: Scenario, base: str, answers: Iterable[tuple[Flip, str]]) -> Step:
    """The judgments that turn an answer, each alone."""
    turned = tuple(
        _because(scenario, f"with {flip.judgment} read as '{flip.reading}': {new}", _reading(scenario, flip))
        for flip, new in answers
        if new != base
    )
    return Step(_TURNING if turned else _FIRM, None, turned)


def _reading(scenario: Scenario, flip: Flip) -> Reading:
    return scenario.judgments[flip.judgment].readings[flip.reading]


def _veto(scenario: Scenario, name: str) -> tuple[str, list[Step]]:
    result = vetoes(scenario, ends=False)
    settled, price = result.scenario, result.prices[name]
    party = settled.parties[name]
    steps = [_because(settled, f"{party.title} {'has a veto' if price.role is Role.VETO else 'is heard'}", party)]
    short = span_in_words(price.lacks)
    lacks = f", {short} short of what it has without a deal" if price.lacks.likely else ""
    steps.append(Step(f"in the deal that the others settle on (Nash) it gains {span_in_words(price.gain)}{lacks}"))
    steps += [
        _because(
            settled,
            f"that deal holds {settled.issues[i].option_name(o)}, which it refuses",
            party.preferences.refuses[i][o],
        )
        for i, o in price.crossed
    ]
    if price.accepted_deal:
        words = terms_in_words(settled, price.accepted_deal.terms)
        inner = (
            *_bound(settled, price.accepted_deal.terms),
            *_principal_gains(settled, price.accepted_deal.terms),
            outcome_step(settled, party, price.accepted_deal.terms),
        )
        steps.append(Step(f"the best deal that it would take too: {words}", None, inner))
    steps.append(Step(f"its veto costs {price_in_words(price)}"))
    steps += [
        Step(
            f"and {settled.parties[each].title} could get up to {span_in_words(fall)} less"
            if fall.likely
            else f"within the ranges, {settled.parties[each].title} could get up to {figure(fall.high)} less"
        )
        for each in price.price.principals
        if (fall := price.fall(each)).high
    ]
    steps.append(_tolerance(price))
    steps.append(Step(f"what would win it over: {winning_in_words(settled, price)}"))
    steps.append(_price_turning(scenario, name))
    return f"its veto costs {price_in_words(price)}", steps


def _price_turning(scenario: Scenario, name: str) -> Step:
    """The judgments that turn whether a veto costs anything, or move what it costs by a tenth of the joint value."""
    each = [flip for flip in flips(scenario) if flip.scenario.parties[name].role is not Role.PRINCIPAL]
    base, *others = veto_shares(name, [settle(scenario), *(flip.scenario for flip in each)])

    def told(share: Fraction | None) -> str:
        if share is None:
            return "there is no joint value to take from"
        return f"{figure(100 * float(share))}% of the joint value" if share else "nothing"

    def same(share: Fraction | None) -> bool:
        if share is None or base is None:
            return share is base
        return bool(share) == bool(base) and abs(share - base) < COSTLY_FALL

    answers = [(flip, told(base if same(share) else share)) for flip, share in zip(each, others, strict=True)]
    return _turning(scenario, told(base), answers)


def _tolerance(price: VetoPrice) -> Step:
    """How good the best deal can be, the more the party puts up with."""
    steps = tuple(
        Step(f"{'whatever it loses' if loss is None else f'a loss of at most {points(loss)}'}: {span_in_words(value)}")
        for loss, value in price.tolerance
    )
    return Step("the best Nash product, if the party puts up with", None, steps)


def _claim(scenario: Scenario, name: str) -> tuple[str, list[Step]]:
    result = claims(scenario)
    verdict = next(each for each in result.verdicts if each.claim.id == name)
    claim = verdict.claim
    made_by = ", ".join(text for text in (claim.by, claim.camp) if text)
    steps = [_because(scenario, f"'{claim.says}'{f' ({made_by})' if made_by else ''}", claim)]
    if claim.test is None:
        return verdict.in_words, [*steps, Step("no test can express it" if claim.why else "it has no test")]
    steps.append(Step(f"the test: {_test_in_words(claim.test)}", claim.line))
    if verdict.verdict == UNTESTABLE:
        return verdict.in_words, [*steps, Step(f"it cannot be asked: {verdict.figure}")]
    if isinstance(claim.test, ProcessTest):
        from detente.arguments.processes import compared  # late, as it is for the claims

        steps.append(Step(f"what was compared: {compared(result.scenario, claim.test)}"))
    steps.append(Step(f"what it finds: {verdict.figure}"))
    steps.append(Step(f"so it {'is ' if verdict.verdict == CONTESTED else ''}{verdict.in_words}"))
    turned = tuple(_because(scenario, name, scenario.judgments[name]) for name in verdict.flips or ())
    steps.append(Step(_TURNING if turned else _FIRM, None, turned))
    return verdict.in_words, steps


def _test_in_words(test: object) -> str:
    name = type(test).__name__
    values = {k: v for k in getattr(test, "__slots__", ()) if (v := getattr(test, k)) not in (None, False, (), {})}
    said = ", ".join(f"{key} {_plain(value)}" for key, value in values.items())
    return f"{''.join(' ' + c.lower() if c.isupper() else c for c in name).strip()}: {said}"


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return listed([str(each) for each in value], "or")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    return "yes" if value is True else str(value)


def _rule(scenario: Scenario, name: str) -> tuple[str, list[Step]]:
    result = bargain(scenario)
    if result.agreements is None:
        return "no deal", [Step("no outcome is acceptable to all who must agree")]
    found = result.agreements[name]
    terms = found.point.terms
    steps = [Step(f"the terms: {terms_in_words(result.scenario, terms)}")]
    steps += _bound(result.scenario, terms)
    steps += [outcome_step(result.scenario, party, terms) for party in result.scenario.parties.values()]
    if found.ties > 1:
        steps.append(Step(f"{found.ties} outcomes give the principals the same; this is the first in the file's order"))
    gains = [
        f"{party.title} {figure(gain_span(result.scenario, party, terms).likely)}"
        for party in result.scenario.parties.values()
        if party.role is Role.PRINCIPAL
    ]
    return listed(gains), steps


_EXPLAINERS: Mapping[str, Callable[[Scenario, str], tuple[str, list[Step]]]] = {
    "demand": _demand,
    "package": _package,
    "veto": _veto,
    "claim": _claim,
    "rule": _rule,
}
