"""Why is each part of a scenario as it is? Its red lines, rules, judgments and terms, each with its why and sources."""

from collections.abc import Iterator

from detente.analysis.spoken import condition_in_words, options_in_words
from detente.model.citation import Grounded, cited, names_of
from detente.model.party import Refusal
from detente.model.scenario import Scenario
from detente.report.numbers import readings, way, worth
from detente.report.process import types
from detente.report.traced import GROUNDS, grounds
from detente.report.words import question, range_in_words
from detente.table import Table, exact, listed

_LINE = frozenset({"line"})

Row = tuple[str, ...]


def reasons(scenario: Scenario) -> Iterator[Table]:
    """Everything that the answers rest on, as the file gives it, with the works cited last."""
    for make in _TABLES:
        table = make(scenario)
        if table.rows:
            yield table


def _red_lines(scenario: Scenario) -> Table:
    rows: list[Row] = []
    for party in scenario.parties.values():
        for issue, table in party.preferences.refuses.items():
            alike: dict[tuple[object, ...], tuple[Refusal, list[str]]] = {}
            for option, refusal in table.items():
                key = (refusal.why, refusal.source, refusal.line)
                alike.setdefault(key, (refusal, []))[1].append(option)
            rows += [
                (party.title, options_in_words(scenario, {issue: tuple(options)}), *grounds(scenario, refusal))
                for refusal, options in alike.values()
            ]
    return Table("Red lines: what is refused at any price", ("party", "refuses", *GROUNDS), tuple(rows), _LINE)


def _conditions(scenario: Scenario) -> Table:
    rows = tuple((condition_in_words(scenario, each), *grounds(scenario, each)) for each in scenario.conditions)
    return Table("Conditions that every outcome obeys", ("rule", *GROUNDS), rows, _LINE)


def _judgments(scenario: Scenario) -> Table:
    """Every reading beside the others, with which of them is in force."""
    rows: list[Row] = []
    for each in scenario.judgments.values():
        asked = question(each)
        if each.likely is None:
            rows.append((asked, "the values as written", "in force", "", "", "", ""))
        for name, reading in each.readings.items():
            weight = "" if reading.weight is None else exact(reading.weight)
            here = "in force" if name == each.likely else ""
            rows.append((asked, reading.name, here, weight, *grounds(scenario, reading)))
        if each.why or each.source:
            rows.append((asked, "what is in force, and why", "", "", *grounds(scenario, each)))
    columns = ("judgment", "reading", "here", "weight", *GROUNDS)
    title = "The judgments: every reading, with its why and its sources"
    return Table(title, columns, tuple(rows), frozenset({"weight", "line"})).filled()


def _together(scenario: Scenario) -> Table:
    rows = tuple(
        (
            each.id,
            options_in_words(scenario, each.when),
            "; ".join(f"{scenario.parties[name].title} {range_in_words(value)}" for name, value in each.worth.items()),
            *grounds(scenario, each),
        )
        for each in scenario.interactions.values()
    )
    return Table("Worth more, or less, together", ("", "when", "worth", *GROUNDS), rows, _LINE)


def _terms(scenario: Scenario) -> Table:
    """What is demanded, offered and planned, by whom and why."""
    rows: list[Row] = []
    for demand in scenario.demands.values():
        terms = options_in_words(scenario, demand.terms)
        rows.append(("demand", demand.name, _by(scenario, demand.by), terms, *grounds(scenario, demand)))
    for package in scenario.packages.values():
        terms = options_in_words(scenario, {issue: (option,) for issue, option in package.terms.items()})
        rows.append(("package", package.name, _by(scenario, package.by), terms, *grounds(scenario, package)))
    for plan in scenario.roadmaps.values():
        terms = "; then ".join(listed(deeds) for deeds in plan.rounds)
        rows.append(("roadmap", plan.name, _by(scenario, plan.by), terms, *grounds(scenario, plan)))
    columns = ("", "called", "by", "terms", *GROUNDS)
    return Table("Demands, packages and roadmaps, as they were put", columns, tuple(rows), _LINE).filled()


def _claims(scenario: Scenario) -> Table:
    rows = tuple(
        (each.says, " · ".join(text for text in (each.by, each.camp) if text), *grounds(scenario, each))
        for each in scenario.claims.values()
    )
    return Table("The claims, with where they were made", ("claim", "made by", *GROUNDS), rows, _LINE).filled()


def _things(scenario: Scenario) -> Table:
    """Parties, issues, options and what else has a reason of its own."""
    rows = [
        (what, which, *grounds(scenario, each)) for what, which, each in _reasoned(scenario) if each.why or each.source
    ]
    process = scenario.process
    if process.why or process.source:
        rows.append(("process", "as a whole", process.why, cited(scenario.sources, process.source), ""))
    return Table("Parties, issues and options", ("", "which", *GROUNDS), tuple(rows), _LINE).filled()


def _reasoned(scenario: Scenario) -> Iterator[tuple[str, str, Grounded]]:
    yield from (("party", party.title, party) for party in scenario.parties.values())
    for issue in scenario.issues.values():
        yield "issue", issue.name, issue
        yield from (("option", f"{issue.name}: {each.name}", each) for each in issue.options.values())
    yield from (("commitment", each.name, each) for each in scenario.commitments.values())
    for leaning in scenario.leanings.values():
        yield "numbers that are wrong together", f"{leaning.id}: {exact(float(leaning.share))}", leaning


def _works(scenario: Scenario) -> Table:
    names = names_of(tuple(scenario.sources.items()))
    rows = tuple((names[key], work, key) for key, work in scenario.sources.items())
    return Table("Works cited", ("cited as", "work", "key in the file"), rows)


def _by(scenario: Scenario, parties: tuple[str, ...]) -> str:
    return listed([scenario.parties[name].title for name in parties])


_TABLES = (
    _red_lines,
    _conditions,
    _judgments,
    readings,
    worth,
    _together,
    _terms,
    _claims,
    _things,
    types,
    way,
    _works,
)
