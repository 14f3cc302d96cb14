"""What is attainable? The sections on what the rules settle on, the frontier and the packages on the table."""

from collections.abc import Iterable, Mapping, Sequence

from detente.analysis.bargaining import Agreement
from detente.analysis.counting import Counts, differ
from detente.analysis.frontier import points_table, terms_in_words, valuing
from detente.analysis.packages import improvement, standing
from detente.analysis.tables import bare_span, with_ranges
from detente.model.party import Party, Role
from detente.model.scenario import Scenario
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.charts import BLUE, GREEN, GREY, RED, Bar, bars
from detente.report.findings import Findings
from detente.report.scatter import Mark, in_steps, scatter
from detente.report.words import asked, who_must_agree
from detente.table import Table, figure, listed

_RULES = {
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}


def attainable(found: Findings) -> Iterable[Block]:
    """How many outcomes pass, what the rules settle on, and the frontier as a picture."""
    settled, front = found.frontier.scenario, found.frontier
    yield Heading("What is attainable", "attainable")
    told = (_number_passing(found), _number_best(found), _number_at_the_ends(found), _number_unanimous(found))
    yield Paragraph(" ".join(filter(None, told)))
    agreements = found.bargain.agreements
    if agreements is None:
        return
    yield Rows(_settled_on(settled, agreements))
    chart = _frontier_chart(found)
    if chart:
        yield chart
    yield _gains_chart(found)
    best = points_table(settled, "Everything that leaves nothing on the table", [("", p) for p in front.points])
    yield Rows(best, long=True)


def _settled_on(scenario: Scenario, agreements: Mapping[str, Agreement]) -> Table:
    """The terms that each rule settles on, issue by issue, and what each party gains."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for rule, agreement in agreements.items():
        grouped.setdefault(tuple(agreement.point.terms.values()), []).append(rule)
    chosen = [agreements[rules[0]] for rules in grouped.values()]
    rows = [
        (issue.name, *(issue.option_name(each.point.terms[name]) for each in chosen))
        for name, issue in scenario.issues.items()
        if any(each.point.terms[name] != issue.status_quo for each in chosen)
    ]
    rows += [
        (f"gain of {party.title}", *(bare_span(each.point.spans[party.id]) for each in chosen))
        for party in valuing(scenario)
    ]
    names = tuple(listed([_RULES[rule] for rule in rules]) for rules in grouped.values())
    spans = [span for each in chosen for span in each.point.spans.values()]
    title = f"What fair rules would settle on (issues not named stay as they are{with_ranges(spans, '; gains ')})"
    return Table(title, ("", *names), tuple(rows))


def _number_passing(found: Findings) -> str:
    count, settled = found.frontier.acceptable, found.frontier.scenario
    passing = "would pass" if settled.quorum else "acceptable to all who must agree"
    verb = "" if settled.quorum else "is " if count.exact == 1 else "are "
    return f"Of {found.frontier.outcomes:,} possible outcomes, {count.about} {verb}{passing}{count.source}."


def _number_best(found: Findings) -> str:
    number = len(found.frontier.points)
    if not number:
        return ""
    leave = "leaves" if number == 1 else "leave"
    counted = f"{number:,} of them, those of equal worth counted once, {leave} nothing on the table"
    return f"{counted}: no other is better for all."


def _number_at_the_ends(found: Findings) -> str:
    counts = found.frontier.counts
    if not differ(counts):
        return ""
    return f"With every gain at its low end it would be {_both(counts)}."


def _number_unanimous(found: Findings) -> str:
    """Under a quorum, how many outcomes would not leave anyone in the minority."""
    counts = found.unanimous
    if counts is None:
        return ""
    count = counts["likely"]
    ends = f"; with every gain at its low end {_both(counts)}" if differ(counts) else ""
    return f"{count.about.capitalize()} would suit everyone with a vote{count.source}{ends}."


def _both(counts: Counts) -> str:
    return f"{counts['low'].in_words}, at its high end {counts['high'].in_words}"


def _frontier_chart(found: Findings) -> Chart | None:
    """The gains of the two principals, or of the first two where there are more."""
    principals = [each for each in found.frontier.scenario.parties.values() if each.role is Role.PRINCIPAL]
    if len(principals) < 2:
        return None
    one, two = principals[:2]
    front = [(float(p.gains[one.id]), float(p.gains[two.id])) for p in found.frontier.points]
    marks = _marked(found, one, two)
    title = f"Gains of {one.title} and {two.title}"
    zone = "zone of agreement"
    if len(principals) > 2:
        title, zone = f"{title}, two of the {len(principals)} principals", "both gain"
    axes = (f"{one.title}, gain over no deal", f"{two.title}, gain over no deal")
    rows = tuple((mark.label, figure(mark.x), figure(mark.y)) for mark in marks)
    rows += tuple(("on the frontier", figure(x), figure(y)) for x, y in front)
    names = ("point", one.title, two.title)
    table = Table(title, names, rows, frozenset(names[1:]))
    picture = scatter(title, axes, front, marks, zone)
    return Chart(title, _in_view(principals, in_steps(front)), picture, table, repeated=True)


def _marked(found: Findings, one: Party, two: Party) -> list[Mark]:
    """What the rules settle on and the packages, by what they bring two parties."""
    marks = []
    for rule, agreement in (found.bargain.agreements or {}).items():
        gains = agreement.point.gains
        marks.append(Mark(gains[one.id], gains[two.id], f"{_RULES[rule]} (rule)", GREEN, "diamond"))
    for report in found.packages.reports.values():
        gains = report.point.gains
        colour, state = (BLUE, "attainable") if report.passes else (RED, "not attainable")
        marks.append(Mark(gains[one.id], gains[two.id], f"{report.package.name}: {state}", colour, "square"))
    return marks


def _in_view(principals: Sequence[Party], steps: bool) -> str:
    """What the picture of two principals shows, and what it leaves out."""
    one, two, *others = (party.title for party in principals)
    drawn = f" Two of the {len(principals)} principals are drawn; the consent of {listed(others)} counts, too."
    beaten = " Where one is beaten here by another, somebody else who must agree is better off with it."
    return (
        f"Each point is an outcome.{drawn if others else ''} In the shaded zone neither {one} nor {two} loses; a "
        "package in it may still cross a red line or lack another's consent. "
        f"{'The steps' if steps else 'Grey points'} are the outcomes that leave nothing on the table."
        f"{'' if steps else beaten}"
    )


def _gains_chart(found: Findings) -> Chart:
    settled = found.frontier.scenario
    assert found.bargain.agreements is not None  # the section ends before this where there is no deal
    deal = found.bargain.agreements["nash"]
    rows = []
    for party in valuing(settled):
        span = deal.point.spans[party.id]
        colour = BLUE if party.must_agree else GREY
        rows.append(Bar(party.title, span.likely, bare_span(span), colour, span.low, span.high))
    title = "What each party gains in the deal that Nash's rule settles on"
    says = "In points of each party's own, over no deal; the line is the range of what was judged. Grey: heard only."
    cells = tuple((row.label, row.text) for row in rows)
    table = Table(title, ("party", "gain (low to high)"), cells, frozenset({"gain (low to high)"}))
    return Chart(title, says, bars(title, rows, "points of its own"), table)


def compared(found: Findings) -> Iterable[Block]:
    """The named packages side by side."""
    if not found.packages.reports:
        return
    yield Heading("The packages compared", "packages")
    settled, reports = found.packages.scenario, found.packages.reports.values()
    rows = tuple(
        (
            report.package.name,
            terms_in_words(settled, report.point.terms),
            standing(settled, report),
            improvement(settled, report),
        )
        for report in reports
    )
    yield Rows(Table("", ("package", "terms", "standing", "nearest that is better for all who must agree"), rows))
    heads = valuing(settled)
    gains = tuple(
        (report.package.name, *(bare_span(report.replies[party.id].gain) for party in heads)) for report in reports
    )
    names = tuple(party.title for party in heads)
    title = f"Gains over no deal{with_ranges((r.replies[party.id].gain for r in reports for party in heads), ': ')}"
    yield Rows(Table(title, ("package", *names), gains, frozenset(names)))
    yield Rows(found.packages.left_table())
    turned = [
        f"{report.package.name}: {listed([asked(found, j) for j in behind])}"
        for name, report in found.packages.reports.items()
        if (behind := found.sensitivity.behind_package(name))
    ]
    if turned:
        signing = f"{who_must_agree(settled)} would sign"
        yield Paragraph(f"Whether {signing} turns, each judgment alone, on these.")
        yield Bullets(tuple(turned))
