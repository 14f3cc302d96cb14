"""How does a document become a scenario? Every name is looked up, every value checked, every fault told at once."""

from detente.io.checks import check_consent, check_counts, check_doers, check_rules, check_sources
from detente.io.claims import Named, check_claims, resolve_claims
from detente.io.commitments import resolve_commitments, resolve_course, resolve_needs, resolve_roadmaps
from detente.io.conditions import Rules, resolve_conditions
from detente.io.fields import said, sources
from detente.io.history import resolve_history, resolve_setting
from detente.io.issues import resolve_issues
from detente.io.judgments import check_together, resolve_judgments, roles_in_force
from detente.io.nodes import Faults, Text, shown
from detente.io.parties import resolve_interactions, resolve_leanings, resolve_parties, roles_as_written
from detente.io.process import check_process, possible_sides, resolve_process
from detente.io.schema import AgreementDoc, DemandDoc, PackageDoc, ScenarioDoc
from detente.io.scope import Scope
from detente.model.claim import STATUS_QUO
from detente.model.demand import Demand, Package
from detente.model.history import History
from detente.model.party import Role
from detente.model.scenario import Quorum, Scenario

VERSION = "1"


def resolve(document: ScenarioDoc, faults: Faults) -> tuple[Scenario, History | None]:
    """The scenario that a document describes, and apart from it what became of it; of use only without faults."""
    check_counts(document, faults)
    _check_top(document, faults)
    scope = Scope(faults)
    roles_as_written(document.parties, scope)
    resolve_issues(document.issues, scope)
    resolve_needs(document.issues, scope)
    parties = resolve_parties(document.parties, scope)
    interactions = resolve_interactions(document.interactions, scope)
    before = faults.count
    conditions = resolve_conditions(document.conditions, scope)
    sound = faults.count == before and scope.issues.keys() == scope.grids.keys()
    quorum = _quorum(document.agreement, scope)
    demands, possible = _demands(document, scope)
    packages, complete = _packages(document, scope)
    judgments, moved = resolve_judgments(document.judgments, interactions, scope)
    check_doers(document.issues, moved, scope)
    if check_together(moved, scope) and parties:
        check_consent(document.parties, moved, quorum, scope, document.at.key("parties"))
    commitments = resolve_commitments(document.commitments, scope)
    scenario = Scenario(
        title=said(document.title),
        issues=scope.issues,
        parties=parties,
        summary=said(document.summary),
        interactions=interactions,
        conditions=conditions,
        quorum=quorum,
        comparable=document.points is not None,
        demands=demands,
        packages=packages,
        judgments=judgments,
        leanings=resolve_leanings(document.leanings, scope),
        claims=resolve_claims(document.claims, Named(scope, demands, packages, commitments)),
        commitments=commitments,
        course=resolve_course(document, scope),
        roadmaps=resolve_roadmaps(document.roadmaps, packages, commitments, scope),
        process=resolve_process(document.process, packages, scope),
        setting=resolve_setting(document.setting),
        sources={str(key): said(text) for key, text in document.sources.items()},
        notes=sources(document.notes),
        file=faults.file,
    )
    check_process(document.process, scenario, moved, scope)
    check_claims(document.claims, possible_sides(scenario, moved), roles_in_force(moved, scope), scope)
    if sound and conditions:
        rules = Rules(conditions, scope.issues)
        check_rules(document, rules, scenario.status_quo, possible, complete, scope)
    history = resolve_history(document.history, document.parties, demands, scope)
    check_sources(document, faults)
    return scenario, history


def _check_top(document: ScenarioDoc, faults: Faults) -> None:
    at = document.at
    if document.detente is not None and document.detente != VERSION:
        message = f"the version of this format is {VERSION}; this is {shown(document.detente)}"
        faults.add(message, document.detente)
    if document.title is not None and not document.title:
        faults.add("the title is empty", document.title)
    if not at.gives("issues") and not at.gives("commitments"):
        faults.add("'issues' is missing", at)
    if document.issues and document.commitments:
        said = "commitments are listed, so these are planned; the issues are not, unless a package or rule is named"
        faults.warn(said, at.key("commitments"))
    needed = {"issues": "issue", "parties": "party", "commitments": "commitment"}
    for key, what in needed.items():
        found = getattr(document, key)
        if at.gives(key) and not at.under(key) and not found:
            faults.add(f"a scenario needs at least one {what}", at.key(key))


def _quorum(document: AgreementDoc | None, scope: Scope) -> Quorum | None:
    if document is None:
        return None
    count = sum(role is not Role.CONSULTED for role in scope.roles.values())
    always = scope.parties(document.always)
    for name in document.always:
        if name is not None and scope.roles.get(name) is Role.CONSULTED:
            scope.faults.add(f"{shown(name)} is consulted, and its consent never counts", name)
    least = document.at_least
    if least is None:
        return None
    if least.denominator != 1 or not 1 <= least <= count:
        message = f"a whole number from 1 to {count} is due here: so many are principals or vetoes"
        scope.faults.add(message, document.at.under("at least"))
    return Quorum(int(least), always)


def _demands(document: ScenarioDoc, scope: Scope) -> tuple[dict[str, Demand], dict[Text, dict[str, tuple[str, ...]]]]:
    demands, sound = {}, {}
    for name, each in document.demands.items():
        before = scope.faults.count
        terms = scope.terms(each.terms)
        if scope.faults.count == before and _names_issues(each, scope.faults):
            sound[name] = terms
        demands[str(name)] = Demand(
            str(name),
            terms,
            scope.parties(each.by),
            said(each.title),
            said(each.why),
            sources(each.source),
            name.line,
        )
    return demands, sound


def _names_issues(document: DemandDoc, faults: Faults) -> bool:
    at = document.at
    if at.gives("terms") and not at.under("terms"):
        faults.add("'terms' names no issue", at.key("terms"))
    return bool(document.terms)


def _packages(document: ScenarioDoc, scope: Scope) -> tuple[dict[str, Package], dict[Text, Package]]:
    packages, sound = {}, {}
    for name, each in document.packages.items():
        before = scope.faults.count
        terms = _exact_terms(each, scope)
        if name == STATUS_QUO and each.terms:
            scope.faults.add(f"'{STATUS_QUO}' is the package that changes nothing; choose another name", name)
        package = Package(
            str(name),
            terms,
            scope.parties(each.by),
            said(each.title),
            said(each.why),
            sources(each.source),
            name.line,
        )
        packages[str(name)] = package
        if scope.faults.count == before:
            sound[name] = package
    return packages, sound


def _exact_terms(document: PackageDoc, scope: Scope) -> dict[str, str]:
    found = {}
    for issue, option in document.terms.items():
        grid = scope.grid(issue)
        if grid is None or option is None:
            continue
        options = grid.options(option, scope.faults)
        if len(options) > 1:
            scope.faults.add("a package names one option for each of its issues, not a span", option)
        found[str(issue)] = options[0] if options else ""
    return found
