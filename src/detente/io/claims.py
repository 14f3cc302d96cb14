"""Which sentences of the argument can be tested, and how? One test for each set of keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.io.fields import said, sources
from detente.io.nodes import Text, short, shown
from detente.io.numbers import NumeralError, number
from detente.io.parties import ROLES
from detente.io.schema import VERDICTS, ClaimDoc, TestDoc
from detente.io.scope import Scope
from detente.model.claim import (
    COMES_TO,
    STATUS_QUO,
    AcceptedBy,
    Attainable,
    BetterFor,
    Calms,
    Claim,
    ComesBefore,
    ComesTo,
    DemandIs,
    Ended,
    ExposesLess,
    Insisted,
    OnlyWithout,
    PaysMore,
    Reachable,
    Rescues,
    Test,
    VetoCosts,
)
from detente.model.history import Ending
from detente.model.party import Role
from detente.model.process import STRATEGY_NAMES
from detente.model.setting import LINKAGES, OFFERS, SCOPES

ATTAINABLE = ("attainable", "unattainable")
REACHABLE = ("reachable", "unreachable")


@dataclass(frozen=True, slots=True)
class Named:
    """What a test may name besides issues and parties."""

    scope: Scope
    demands: Mapping[str, object]
    packages: Mapping[str, object]
    commitments: Mapping[str, object]

    def demand(self, name: Text | None) -> str:
        """A demand's name; a fault if there is none."""
        return self.scope.entry("demand", name, self.demands)

    def package(self, name: Text | None) -> str:
        """A package's name, "status quo" among them; a fault if there is none."""
        return STATUS_QUO if name == STATUS_QUO else self.scope.entry("package", name, self.packages)

    def strategy(self, name: Text | None) -> str:
        """A strategy's name; a fault if there is none."""
        return self.scope.entry("strategy", name, dict.fromkeys(STRATEGY_NAMES))


def check_claims(
    documents: Mapping[Text, ClaimDoc], sides: Sequence[str], roles: Mapping[str, Role], scope: Scope
) -> None:
    """Whoever a strategy is said to pay is one of those who may act, and a veto is priced of no principal, for one."""
    for test in (document.test for document in documents.values() if document.test is not None):
        for name in test.parties if test.pays_more_than is not None else ():
            if name in scope.roles and name not in sides:
                message = f"'{short(name)}' is no side of the process: it is no principal and carries nothing out"
                scope.faults.add(message, name)
        if test.veto is not None and roles.get(test.veto) is Role.PRINCIPAL:
            message = (
                f"'{short(test.veto)}' is a principal, without whom there is no deal; name a veto or who is consulted"
            )
            scope.faults.add(message, test.veto)
        if test.to is not None and roles.get(test.to, Role.PRINCIPAL) is not Role.PRINCIPAL:
            message = f"'{short(test.to)}' is {ROLES[roles[test.to]]}; what a veto costs is told of principals"
            scope.faults.add(message, test.to)


def resolve_claims(documents: Mapping[Text, ClaimDoc], named: Named) -> dict[str, Claim]:
    """The claims, in the order of the file."""
    return {
        str(name): Claim(
            str(name),
            said(document.says),
            said(document.by),
            said(document.camp),
            None if document.test is None else _test(document.test, named),
            said(document.why),
            sources(document.source),
            name.line,
        )
        for name, document in documents.items()
    }


def _test(document: TestDoc, named: Named) -> Test | None:
    keys = frozenset(map(str, document.at))
    for key in document.at:
        if not document.at.gives(key) or not document.at[key]:
            named.scope.faults.add(f"'{key}' is empty", key)
    if keys in TESTS:
        return TESTS[keys](document, named)
    listed = "; ".join(sorted(f"{{{', '.join(sorted(each, key=ORDER.index))}}}" for each in TESTS))
    named.scope.faults.add(f"no test has just these keys; there is: {listed}", document.at)
    return None


def _demand_is(document: TestDoc, named: Named) -> Test:
    return DemandIs(named.demand(document.demand), _words(document.verdict, VERDICTS, named.scope))


def _words(words: list[Text | None], known: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    for word in words:
        if word is not None and word not in known:
            scope.faults.add(f"{', '.join(known[:-1])} or {known[-1]} is due here; this is {shown(word)}", word)
    return tuple(str(word) for word in words if word is not None)


def _attainable(document: TestDoc, named: Named) -> Test:
    words = _words(document.verdict, ATTAINABLE, named.scope)
    if len(words) > 1:
        named.scope.faults.add("attainable or unattainable is due here, not both", document.at.under("is"))
    package = named.package(document.package) if document.package is not None else None
    return Attainable(package, named.scope.terms(document.terms), words != ("unattainable",))


def _package_is(document: TestDoc, named: Named) -> Test:
    return _reachable(document, named) if set(document.verdict) & set(REACHABLE) else _attainable(document, named)


def _reachable(document: TestDoc, named: Named) -> Test:
    words = _words(document.verdict, REACHABLE, named.scope)
    if len(words) > 1:
        named.scope.faults.add("reachable or unreachable is due here, not both", document.at.under("is"))
    return Reachable(_way(document, named), words != ("unreachable",))


def _way(document: TestDoc, named: Named) -> str | None:
    """The package whose way is meant; without one, the commitments that the scenario lists."""
    if document.package is None and not named.commitments:
        named.scope.faults.add("name the 'package' whose way is meant", document.at)
    return None if document.package is None else named.package(document.package)


def _exposes_less(document: TestDoc, named: Named) -> Test:
    return ExposesLess(named.scope.parties(document.exposes_less), _way(document, named))


def _comes_before(document: TestDoc, named: Named) -> Test:
    way = _way(document, named)
    if way is None:
        for name in (document.step, document.before):
            named.scope.entry("commitment", name, named.commitments)
    if document.step is not None and document.step == document.before:
        named.scope.faults.add("a step cannot come before itself; name another one", document.before)
    return ComesBefore(said(document.step), said(document.before), way)


def _accepted_by(document: TestDoc, named: Named) -> Test:
    return AcceptedBy(named.package(document.package), named.scope.parties(document.accepted_by))


def _refused_by(document: TestDoc, named: Named) -> Test:
    return AcceptedBy(named.package(document.package), named.scope.parties(document.refused_by), expected=False)


def _better_than(document: TestDoc, named: Named) -> Test:
    parties = named.scope.parties(document.parties)
    if document.package is not None and document.package == document.better_than:
        named.scope.faults.add("a package is compared with another one; this is the same", document.better_than)
    return BetterFor(named.package(document.package), named.package(document.better_than), parties)


def _veto_costs(document: TestDoc, named: Named) -> Test:
    at_most = document.costs is None
    text = document.costs_at_most if document.costs is None else document.costs
    veto, to = named.scope.party(document.veto), None if document.to is None else named.scope.party(document.to)
    amount, share = Fraction(0), False
    if text is not None:
        share = text.endswith("%")
        try:
            amount = number(str(text.removesuffix("%").strip()))
        except NumeralError as error:
            named.scope.faults.add(str(error), text)
        if amount < 0:
            named.scope.faults.add("a veto cannot cost less than nothing", text)
        if share and to is not None:
            named.scope.faults.add("a cost to one party is in points, not percent", text)
    return VetoCosts(veto, amount / 100 if share else amount, share, to, at_most)


def _rescues(document: TestDoc, named: Named) -> Test:
    if document.demand is not None and document.demand == document.rescues:
        named.scope.faults.add("a demand cannot rescue itself; name another one", document.rescues)
    return Rescues(named.demand(document.demand), named.demand(document.rescues))


def _only_without(document: TestDoc, named: Named) -> Test:
    names: dict[str, None] = {}
    for name in document.only_without:
        if name is not None and name in names:
            named.scope.faults.add(f"{shown(name)} is listed twice", name)
        if name is not None:
            names[named.demand(name)] = None
    return OnlyWithout(tuple(names))


def _insisted(document: TestDoc, named: Named) -> Test:
    cases = tuple(str(name) for name in document.cases if name is not None)
    return Insisted(cases, said(document.demand), _words(document.verdict, VERDICTS, named.scope))


def _ended(document: TestDoc, named: Named) -> Test:
    endings = tuple(Ending(word) for word in _words(document.ended, tuple(Ending), named.scope) if word in list(Ending))
    for key, value in document.cases_with.items():
        if key not in FEATURES:
            named.scope.faults.unknown("feature", key, FEATURES)
        elif value is not None and FEATURES[key]:
            _words([value], FEATURES[key], named.scope)
    features = {str(key): said(value) for key, value in document.cases_with.items()}
    return Ended(endings, tuple(str(name) for name in document.cases if name is not None), features)


def _calms(document: TestDoc, named: Named) -> Test:
    return Calms(*_two_strategies(document.strategy, document.calms_more_than, named))


def _pays_more(document: TestDoc, named: Named) -> Test:
    one, other = _two_strategies(document.strategy, document.pays_more_than, named)
    return PaysMore(one, other, named.scope.parties(document.parties))


def _two_strategies(one: Text | None, other: Text | None, named: Named) -> tuple[str, str]:
    if one is not None and one == other:
        named.scope.faults.add("a strategy is compared with another one; this is the same", other)
    return named.strategy(one), named.strategy(other)


def _comes_to(document: TestDoc, named: Named) -> Test:
    (what,) = _words([document.comes_to], COMES_TO, named.scope) or ("",)
    text = document.at_least if document.at_most is None else document.at_most
    share = Fraction(1, 2) if text is None else _percent(text, named.scope)
    return ComesTo(named.strategy(document.strategy), what, share, document.at_most is not None)


def _percent(text: Text, scope: Scope) -> Fraction:
    """A share of the runs, above nothing and below all of them: only that can be told from runs."""
    amount = Fraction(0)
    try:
        amount = number(str(text.removesuffix("%").strip()))
    except NumeralError as error:
        scope.faults.add(str(error), text)
        return amount
    if not text.endswith("%"):
        scope.faults.add(f"a percentage is due here, such as 30%; this is {shown(text)}", text)
    elif not 0 < amount < 100:
        scope.faults.add("a share of the runs lies above 0% and below 100%", text)
    return amount / 100


FEATURES: Mapping[str, tuple[str, ...]] = {"domain": (), "scope": SCOPES, "offer": OFFERS, "linkage": LINKAGES}
"""The features by which cases of the past are picked, each with its words (none: any)."""

TESTS: dict[frozenset[str], Callable[[TestDoc, Named], Test]] = {
    frozenset(("demand", "is")): _demand_is,
    frozenset(("package", "is")): _package_is,
    frozenset(("is",)): _reachable,
    frozenset(("exposes_less",)): _exposes_less,
    frozenset(("package", "exposes_less")): _exposes_less,
    frozenset(("step", "before")): _comes_before,
    frozenset(("package", "step", "before")): _comes_before,
    frozenset(("terms", "is")): _attainable,
    frozenset(("package", "accepted_by")): _accepted_by,
    frozenset(("package", "refused_by")): _refused_by,
    frozenset(("package", "better_than", "for")): _better_than,
    frozenset(("veto", "costs")): _veto_costs,
    frozenset(("veto", "costs", "to")): _veto_costs,
    frozenset(("veto", "costs_at_most")): _veto_costs,
    frozenset(("veto", "costs_at_most", "to")): _veto_costs,
    frozenset(("demand", "rescues")): _rescues,
    frozenset(("only_without",)): _only_without,
    frozenset(("cases", "demand", "is")): _insisted,
    frozenset(("cases", "ended")): _ended,
    frozenset(("cases_with", "ended")): _ended,
    frozenset(("strategy", "calms_more_than")): _calms,
    frozenset(("strategy", "comes_to")): _comes_to,
    frozenset(("strategy", "comes_to", "at_least")): _comes_to,
    frozenset(("strategy", "comes_to", "at_most")): _comes_to,
    frozenset(("strategy", "pays_more_than", "for")): _pays_more,
}
"""The tests, by the keys that they are written with."""

ORDER = (
    *("cases", "cases_with", "ended", "strategy", "calms_more_than", "comes_to", "at_least", "at_most"),
    "pays_more_than",
    *("demand", "package", "terms", "veto", "is", "accepted_by", "refused_by", "better_than", "for"),
    *("costs", "costs_at_most", "to", "rescues", "only_without", "exposes_less", "step", "before"),
)
