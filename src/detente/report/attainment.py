"""What is attainable? The sections on what the rules settle on, the frontier and the packages on the table."""

from collections.abc import Iterable, Mapping

from detente.analysis.bargaining import Agreement
from detente.analysis.frontier import points_table, terms_in_words, valuing
from detente.analysis.packages import improvement, span_in_words, standing
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.charts import BLUE, GREEN, GREY, RED, Bar, Mark, bars, scatter
from detente.report.findings import Findings
from detente.report.words import CONTESTED, asked, contested_packages
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
    yield Paragraph(f"{_number_passing(found)} {_number_best(found)}")
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
        (f"gain of {party.title}", *(figure(each.point.gains[party.id]) for each in chosen))
        for party in valuing(scenario)
    ]
    names = tuple(listed([_RULES[rule] for rule in rules]) for rules in grouped.values())
    title = "What fair rules would settle on (issues not named stay as they are)"
    return Table(title, ("", *names), tuple(rows))


def _number_passing(found: Findings) -> str:
    count, total = found.frontier.acceptable, found.frontier.outcomes
    if count.exact is not None:
        verb = "is" if count.exact == 1 else "are"
        return f"Of {total:,} possible outcomes, {count.exact:,} {verb} acceptable to all who must agree."
    if count.at_most is not None:
        return (
            f"Of {total:,} possible outcomes, fewer than about {count.at_most:,.0f} are acceptable to all who must "
            f"agree (none of {count.draws:,} drawn was; 95% confidence)."
        )
    error = count.standard_error or 0
    return (
        f"Of {total:,} possible outcomes, about {count.best:,.0f} are acceptable to all who must agree "
        f"(estimated from {count.draws:,} draws, standard error {error:,.0f})."
    )


def _number_best(found: Findings) -> str:
    number = len(found.frontier.points)
    if not number:
        return ""
    return f"{number} of them {'leaves' if number == 1 else 'leave'} nothing on the table: no other is better for all."


def _frontier_chart(found: Findings) -> Chart | None:
    settled = found.frontier.scenario
    principals = [party for party in settled.parties.values() if party.role is Role.PRINCIPAL]
    if len(principals) < 2:
        return None
    one, two = principals[:2]
    front = [(float(p.gains[one.id]), float(p.gains[two.id])) for p in found.frontier.points]
    marks: list[Mark] = []
    for rule, agreement in (found.bargain.agreements or {}).items():
        gains = agreement.point.gains
        marks.append(Mark(gains[one.id], gains[two.id], f"{_RULES[rule]} (rule)", GREEN, "diamond"))
    for report in found.packages.reports.values():
        gains = report.point.gains
        colour, state = (BLUE, "attainable") if report.passes else (RED, "not attainable")
        marks.append(Mark(gains[one.id], gains[two.id], f"{report.package.name}: {state}", colour, "square"))
    title = f"Gains of {one.title} and {two.title}"
    axes = (f"{one.title}, gain over no deal", f"{two.title}, gain over no deal")
    rows = tuple((mark.label, figure(mark.x), figure(mark.y)) for mark in marks)
    rows += tuple(("on the frontier", figure(x), figure(y)) for x, y in front)
    names = ("point", one.title, two.title)
    says = (
        f"Each point is an outcome. In the shaded zone neither {one.title} nor {two.title} loses; a package in it may "
        "still cross a red line or lack another's consent. The steps are the outcomes that leave nothing on the table."
    )
    table = Table(title, names, rows, frozenset(names[1:]))
    return Chart(title, says, scatter(title, axes, front, marks, "zone of agreement"), table)


def _gains_chart(found: Findings) -> Chart:
    settled = found.frontier.scenario
    assert found.bargain.agreements is not None  # the section ends before this where there is no deal
    deal = found.bargain.agreements["nash"]
    rows = []
    for party in valuing(settled):
        span = deal.spans[party.id]
        colour = BLUE if party.must_agree else GREY
        rows.append(Bar(party.title, span.likely, span_in_words(span), colour, span.low, span.high))
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
    if contested_packages(found):
        yield Paragraph(CONTESTED)
    heads = valuing(settled)
    gains = tuple(
        (report.package.name, *(span_in_words(report.replies[party.id].gain) for party in heads)) for report in reports
    )
    names = tuple(party.title for party in heads)
    yield Rows(Table("Gains over no deal, with their ranges", ("package", *names), gains, frozenset(names)))
    turned = [
        f"{report.package.name}: {listed([asked(found, j) for j in behind])}"
        for name, report in found.packages.reports.items()
        if (behind := found.sensitivity.behind_package(name))
    ]
    if turned:
        yield Paragraph("Whether all who must agree would sign turns, each judgment alone, on these.")
        yield Bullets(tuple(turned))
