"""What became of it? The page of a case of the past: how it ended, and as plainly where the answers say otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from detente.analysis.bargaining import Agreement
from detente.analysis.demands import NO_DEAL, DemandVerdict, reason
from detente.analysis.shared import sharing
from detente.catalog.backtest import NASH, NOT_A_FORECAST, Compared, compare
from detente.catalog.precedents import CAUTION, Precedent, Precedents, precedents
from detente.model.citation import cited
from detente.model.demand import Package
from detente.model.history import Ending, Event
from detente.model.issue import Issue
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.planning.roadmap import Roadmap
from detente.planning.rows import rounds_of, told
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.brief import brief
from detente.report.chronicle import Happening, chronicle
from detente.report.findings import Findings
from detente.report.grounds import arguments, sources
from detente.report.inspect import position_table
from detente.report.roadmaps import in_a_sentence, picture, planned
from detente.report.sections import parties
from detente.report.words import CONTESTED
from detente.table import Table, counted, listed

AGREED = "the terms agreed"
ALIKE = 3
"""So many cases that are built alike are named."""


@dataclass(frozen=True, slots=True)
class Past:
    """A case of the past with every answer about it, its end unseen, and what these come to beside its end.

    `way` is the roadmap to the terms agreed, or why there is none; `alike` the nearest cases by structure.
    """

    case: Precedent
    tested: Compared
    findings: Findings
    way: Roadmap | str
    alike: Precedents

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The page of the case."""
        found = self.findings
        own = (_summary, _timeline, _setting, _terms, _demands, _steps)
        rest = (*arguments(found), *_positions(self), *_views(self), *_alike(self), *sources(found))
        return (*(block for section in own for block in section(self)), *rest)

    @property
    def named(self) -> str:
        """How much of the terms agreed Nash's rule names."""
        if self.tested.right is None:
            return "not in force" if self.case.history.terms else "no terms"
        return f"{100 * self.tested.right[NASH]:.0f}%"


@sharing
def look_back(case: Precedent) -> Past:
    """Every answer about a case of the past, beside how it ended."""
    found = brief(case.scenario, quick=True).findings
    return Past(case, compare(case), found, _way(case), precedents(case.scenario, most=ALIKE))


def _way(case: Precedent) -> Roadmap | str:
    terms = case.history.terms
    if not terms:
        return "no terms were agreed"
    package = Package(AGREED, terms)
    with_it = replace(case.scenario, packages={**case.scenario.packages, AGREED: package})
    return planned(with_it, package=AGREED)


def _summary(past: Past) -> Iterable[Block]:
    """What it was about, how it ended, and what the answers without the end come to beside that."""
    case = past.case
    yield Heading(case.scenario.title, "title", level=1)
    if case.scenario.summary:
        yield Paragraph(case.scenario.summary)
    yield Heading("In short", "in-short")
    yield Paragraph(_ended(case), lead=True)
    yield Paragraph(_foreseen(past), lead=True)
    if case.history.why:
        yield Paragraph(case.history.why)
    yield Paragraph(NOT_A_FORECAST)


def _ended(case: Precedent) -> str:
    history = case.history
    if history.ending is Ending.NONE:
        return f"How it ended: no agreement; given up {history.date}."
    if history.ending is Ending.REPUDIATED:
        return f"How it ended: {history.ending.value}, {history.date}. The commitments were never in force."
    lasted = "have no end on record" if history.held is None else f"held for {case.held}"
    return f"How it ended: {history.ending.value}; agreed {history.date}. The commitments {lasted}."


def _foreseen(past: Past) -> str:
    """Whether the positions leave a deal and how much of the terms Nash's rule names; whether that came true."""
    foreseen, agreed = past.tested.foreseen, past.tested.agreed
    first = "a deal in which every principal gains" if foreseen else "no deal in which every principal gains"
    became = "and one took effect" if agreed else "and none took effect"
    turned = became if foreseen == agreed else became.replace("and", "but", 1)
    said = f"From the positions before the end follows {first}, {turned}."
    if past.tested.right is None:
        return said
    settled = past.case.history.terms
    named = round(past.tested.right[NASH] * len(settled))
    return f"{said} Of the {counted(len(settled), 'issue')} settled on, Nash’s rule names the option agreed on {named}."


def _timeline(past: Past) -> Iterable[Block]:
    """Steps and facts by date, drawn and told."""
    history, ending = past.case.history, past.case.history.ending
    events = [(_happening(each, step=True), each) for each in history.steps]
    events += [(_happening(each, step=False), each) for each in history.facts]
    events.sort(key=lambda pair: pair[0].start)
    yield Heading("What happened when", "timeline")
    rows = tuple(
        (
            str(number),
            each.date,
            "step" if drawn.step else "fact",
            each.by,
            each.says,
            cited(past.case.scenario.sources, each.source),
        )
        for number, (drawn, each) in enumerate(events, start=1)
    )
    title = "Steps and facts by date"
    columns = ("no.", "date", "", "by", "what", "source")
    table = Table("", columns, rows, frozenset(("no.",)))
    says = "In order of time, numbered as in the table beneath. The line down marks the end: agreed, or given up."
    end = (history.date, "given up" if ending in (Ending.NONE, Ending.REPUDIATED) else "agreed")
    yield Chart(title, says, chronicle(title, [drawn for drawn, _ in events], end), table, told=True)


def _happening(each: Event, *, step: bool) -> Happening:
    return Happening(each.date, f"{each.by}: {each.says}" if each.by else each.says, step)


def _setting(past: Past) -> Iterable[Block]:
    """What kind of negotiation it was, and who had a say."""
    setting, history = past.case.setting, past.case.history
    yield Heading("What kind of negotiation it was", "setting")
    features = {
        "field": setting.domain,
        "scope": setting.scope,
        "offer": setting.offer,
        "linkage to other matters": setting.linkage,
        "how it ended": f"{history.ending.value}, {history.date}",
        "commitments held for": past.case.held,
    }
    rows = tuple((name, value) for name, value in features.items() if value)
    yield Rows(Table("", ("feature", "here"), rows))
    yield from parties(past.findings)
    if history.stakeholders:
        yield Rows(Table("Who else was concerned", ("who", "its part"), tuple(history.stakeholders.items())))


def _terms(past: Past) -> Iterable[Block]:
    """Issue by issue what each principal wanted, what was agreed, and what Nash's rule would have settled on."""
    settled, agreed = past.findings.bargain.scenario, past.case.history.terms
    deals = past.findings.bargain.agreements
    nash = None if deals is None else deals["nash"]
    yield Heading("The terms", "terms")
    if not past.tested.agreed:
        unsigned = "There was no agreement: nothing was agreed on any issue."
        yield Paragraph("What was agreed was repudiated before it took effect." if agreed else unsigned, lead=True)
    yield Paragraph(_beside(settled, agreed, nash))
    rows = tuple(
        (
            issue.name,
            "\n".join(_stances(settled, issue)) or "no position is on record",
            _option(issue, agreed.get(name), "nothing was agreed"),
            _option(issue, None if nash is None else nash.point.terms[name], "no deal"),
            _same(agreed.get(name), None if nash is None else nash.point.terms[name]),
        )
        for name, issue in settled.issues.items()
    )
    columns = ("issue", "what each principal wanted, accepted, refused", "agreed", "Nash’s rule", "beside each other")
    yield Rows(Table("", columns, rows))


def _beside(scenario: Scenario, agreed: Mapping[str, str], nash: Agreement | None) -> str:
    """Where Nash's rule and the terms agreed differ, said as plainly as where they do not."""
    if nash is None:
        return "No outcome is acceptable to all who must agree, so no rule of bargaining names any terms."
    if not agreed:
        return "Nash’s rule would have settled on the terms below; nobody did."
    other = [
        f"{scenario.issues[name].name} (‘{scenario.issues[name].option_name(nash.point.terms[name])}’; "
        f"agreed was ‘{scenario.issues[name].option_name(option)}’)"
        for name, option in agreed.items()
        if nash.point.terms[name] != option
    ]
    if not other:
        return "Nash’s rule names every option that was agreed."
    same = len(agreed) - len(other)
    return f"Nash’s rule names {same} of the {len(agreed)} options agreed. It says otherwise on {listed(other)}."


def _stances(scenario: Scenario, issue: Issue) -> Iterable[str]:
    """What each principal wanted of an issue, would have accepted, and refused; those who stand alike together."""
    stances: dict[str, list[str]] = {}
    for party in scenario.parties.values():
        position = party.positions.get(issue.id)
        if party.role is Role.PRINCIPAL and position is not None:
            parts = [f"wanted {_options(issue, (position.wants,))}"]
            parts += [f"accepted {_options(issue, position.accepts)}"] * bool(position.accepts)
            parts += [f"refused {_options(issue, position.refuses)}"] * bool(position.refuses)
            stances.setdefault("; ".join(parts), []).append(party.title)
    return (f"{listed(titles)}: {stance}" for stance, titles in stances.items())


def _options(issue: Issue, options: Iterable[str]) -> str:
    return ", ".join(f"‘{issue.option_name(option)}’" for option in options)


def _option(issue: Issue, option: str | None, none: str) -> str:
    if option is None:
        return none
    return f"{issue.option_name(option)}{', as it was' if option == issue.status_quo else ''}"


def _same(agreed: str | None, nash: str | None) -> str:
    if agreed is None or nash is None:
        return "not compared"
    return "the same" if agreed == nash else "otherwise"


def _demands(past: Past) -> Iterable[Block]:
    """Each demand's verdict and its fate, and where the two disagree."""
    verdicts, fates = past.findings.demands.verdicts, past.case.history.demands
    if not verdicts:
        return
    settled = past.findings.demands.scenario
    yield Heading("The demands, and what became of them", "demands")
    yield Paragraph(_disagreeing(past))
    rows = tuple(
        (
            each.demand.name,
            listed([settled.parties[party].title for party in each.demand.by]),
            f"{each.verdict}{' (contested within the ranges)' if each.contested else ''}",
            reason(settled, each),
            fates.get(name, "not on record"),
            _came_true(past, name, each),
        )
        for name, each in verdicts.items()
    )
    columns = ("demand", "wanted by", "verdict if insisted on", "why", "what became of it", "beside each other")
    yield Rows(Table("", columns, rows))
    if any(each.contested for each in verdicts.values()):
        yield Paragraph(CONTESTED)
    yield Paragraph(
        "A demand that is foreseen to sink every deal (a nonstarter or a torpedo) is expected to be given up, any "
        f"other to be met. More on one of them: detente insist {past.case.name} DEMAND."
    )


def _came_true(past: Past, name: str, each: DemandVerdict) -> str:
    sinks, gone = past.tested.demands.get(name, (None, False))
    if sinks is None:
        return "not compared: no deal either way" if each.verdict == NO_DEAL else "not compared: never made"
    return "as foreseen" if sinks == gone else "otherwise"


def _disagreeing(past: Past) -> str:
    """Which demands went otherwise than their verdicts say."""
    fates, verdicts = past.case.history.demands, past.findings.demands.verdicts
    judged = {name: pair for name, pair in past.tested.demands.items() if pair[0] is not None}
    if not judged:
        return "No verdict can be compared with what became of a demand."
    met = [verdicts[name].demand.name for name, (sinks, gone) in judged.items() if sinks and not gone]
    lost = [
        f"{verdicts[name].demand.name} ({fates[name]})" for name, (sinks, gone) in judged.items() if gone and not sinks
    ]
    right = len(judged) - len(met) - len(lost)
    said = [f"Of the {counted(len(judged), 'demand')} that can be compared, {right} went as foreseen."]
    said += [f"Foreseen to sink every deal, and yet met: {listed(met)}."] * bool(met)
    said += [f"Foreseen as possible, and yet given up: {listed(lost)}."] * bool(lost)
    return " ".join(said)


def _steps(past: Past) -> Iterable[Block]:
    """The steps as they were taken, and beside them the way planned to the same terms."""
    steps = past.case.history.steps
    yield Heading("The steps", "steps")
    if steps:
        rows = tuple((each.date, each.by, each.says) for each in steps)
        yield Rows(Table("As they were taken", ("date", "by", "what"), rows))
    if isinstance(past.way, str):
        yield Paragraph(f"No way is planned to the terms agreed: {past.way}.")
        return
    yield Paragraph(f"Planned, not taken. {in_a_sentence(past.way, AGREED)}")
    yield picture(past.way)
    yield Rows(rounds_of(past.way))
    if notes := told(past.way):
        yield Bullets(tuple(notes))


def _positions(past: Past) -> Iterable[Block]:
    """What every party is on record as wanting, with date, why and source."""
    scenario = past.case.scenario
    yield Heading("The positions", "positions")
    yield Paragraph("As they stood before the end; the points of every answer follow from them by one rule.")
    for party in scenario.parties.values():
        if party.positions:
            yield Rows(position_table(scenario, party), long=True)


def _views(past: Past) -> Iterable[Block]:
    """Readings of the outcome that contradict each other, both sides."""
    views = past.case.history.views
    if not views:
        return
    yield Heading("Contested readings", "views")
    rows = tuple((str(number), *pair) for number, pair in enumerate(views, start=1))
    yield Rows(Table("", ("", "one reading", "another"), rows))


def _alike(past: Past) -> Iterable[Block]:
    """The nearest cases by structure."""
    yield Heading("Cases built alike", "alike")
    yield Rows(past.alike.table())
    yield Paragraph(CAUTION)
