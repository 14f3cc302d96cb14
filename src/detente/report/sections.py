"""What does the brief say? The answer first, each verdict with its reason, and what would change it said as plainly."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from detente.analysis.demands import COSTLY, IN_BEST, NO_DEAL, SINKS, TRADEABLE, DemandVerdict, reason
from detente.analysis.frontier import Point, points_table, valuing
from detente.analysis.packages import span_in_words
from detente.analysis.sensitivity import Change
from detente.analysis.tables import reservation
from detente.analysis.vetoes import VetoPrice, price_in_words
from detente.model.party import Party, Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.charts import BLUE, GREEN, GREY, ORANGE, RED, Bar, Mark, bars, scatter
from detente.table import Table, figure, listed, points

if TYPE_CHECKING:
    from detente.report.brief import Findings

_RULES = {
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}
_COLOURS = {NO_DEAL: GREY, IN_BEST: GREEN, TRADEABLE: GREEN, COSTLY: ORANGE}


def blocks(found: "Findings") -> tuple[Block, ...]:
    """The whole brief."""
    return tuple(
        block
        for section in (question, parties, attainable, compared, left_out, say, rests, arguments, sources)
        for block in section(found)
    )


def in_short(found: "Findings") -> list[str]:
    """The answer in a few sentences, before anything else."""
    return [text for text in (_deal(found), _packages(found), _sinking(found), _vetoes(found), _turning(found)) if text]


def question(found: "Findings") -> Iterable[Block]:
    """The question, and the answer in short."""
    scenario = found.scenario
    yield Heading(scenario.title, "title", level=1)
    if scenario.summary:
        yield Paragraph(scenario.summary)
    yield Heading("In short", "in-short")
    for text in in_short(found):
        yield Paragraph(text, lead=True)


def _deal(found: "Findings") -> str:
    settled = found.frontier.scenario
    if found.bargain.agreements is None:
        closest = found.sensitivity.behind_deal()
        turned = f" That turns on {listed(closest)}." if closest else ""
        return f"No deal is to be had that all who must agree would sign.{turned}"
    deal = found.bargain.agreements["nash"]
    gains = [
        f"{party.title} gains {points(deal.spans[party.id].likely)}"
        for party in settled.parties.values()
        if party.role is Role.PRINCIPAL
    ]
    return (
        f"A deal is there to be had. The one that leaves least on the table for all sides together (Nash): "
        f"{_said(settled, deal.point)}. {listed(gains)} over no deal."
    )


def _packages(found: "Findings") -> str:
    reports = found.packages.reports.values()
    if not reports:
        return ""
    taken = [report.package.name for report in reports if report.passes]
    if not taken:
        return "None of the packages on the table would be signed by all who must agree."
    if len(taken) == len(reports):
        return f"Every package on the table would be signed by all who must agree: {listed(taken)}."
    return f"Of the {len(reports)} packages on the table, all who must agree would sign {listed(taken)}, and no other."


def _sinking(found: "Findings") -> str:
    verdicts = found.demands.verdicts.values()
    sunk = [each for each in verdicts if each.verdict in SINKS]
    costly = [each for each in verdicts if each.verdict == COSTLY]
    parts = []
    if sunk:
        parts.append(f"Insisted on, these would sink it: {listed([_with_why(found, each) for each in sunk])}.")
    if costly:
        names = [f"{each.demand.name} ({figure(100 * (each.cost or 0))}% of the joint value)" for each in costly]
        parts.append(f"These can be had, at a price: {listed(names)}.")
    return " ".join(parts)


def _with_why(found: "Findings", each: DemandVerdict) -> str:
    settled = found.demands.scenario
    names = listed([settled.parties[name].title for name in each.blockers])
    if each.compensation is None:
        return f"{each.demand.name} ({names} {'refuse' if len(each.blockers) > 1 else 'refuses'})"
    lacks = [f"{settled.parties[p].title} lacks {figure(lack)}" for p, lack in each.compensation.items()]
    return f"{each.demand.name} ({listed(lacks)})"


def _vetoes(found: "Findings") -> str:
    held = {n: p for n, p in found.vetoes.prices.items() if p.role is Role.VETO}
    given = {n: p for n, p in found.vetoes.prices.items() if p.role is not Role.VETO}
    parts = []
    for group, words, cost in ((held, "The veto of", "costs"), (given, "A veto for", "would cost")):
        names = {n: found.vetoes.scenario.parties[n].title for n in group}
        parts += [f"{words} {names[n]} {cost} {price_in_words(p)}." for n, p in group.items() if p.price.nash]
        free = [names[n] for n, p in group.items() if not p.price.nash]
        if free:
            parts.append(f"{words} {listed(free, 'or')} {cost} the two sides together nothing.")
    return " ".join(parts)


def _turning(found: "Findings") -> str:
    if not found.scenario.judgments:
        return "No contested judgment is named in this scenario."
    behind = found.sensitivity.behind_deal()
    sinking = {
        each.demand.name: found.sensitivity.behind_demand(name)
        for name, each in found.demands.verdicts.items()
        if each.verdict in SINKS
    }
    turned = [f"{name} on {listed([_asked(found, j) for j in js])}" for name, js in sinking.items() if js]
    if behind:
        first = f"Whether there is a deal turns on {listed([_asked(found, j) for j in behind])}."
    else:
        deal = "a deal" if found.bargain.agreements else "no deal"
        first = f"That there is {deal} depends on no contested judgment alone."
    return f"{first} Of what would sink it, {'; '.join(turned)}." if turned else first


def _asked(found: "Findings", judgment: str) -> str:
    named = found.scenario.judgments[judgment]
    return f"{judgment} ('{named.question}')" if named.question else judgment


def _said(scenario: Scenario, point: Point) -> str:
    changed = [
        f"{scenario.issues[issue].name}: {scenario.issues[issue].option_name(option)}"
        for issue, option in point.terms.items()
        if option != scenario.issues[issue].status_quo
    ]
    return "; ".join(changed) or "nothing is changed"


def parties(found: "Findings") -> Iterable[Block]:
    """Who must agree, who is heard, and what each has without a deal."""
    settled = found.frontier.scenario
    yield Heading("Who must agree, and who is heard", "parties")
    rows = tuple(
        (party.title, _role(settled, party), party.batna or "", _without(settled, party), _red_lines(settled, party))
        for party in settled.parties.values()
    )
    columns = ("party", "its say", "without a deal it would", "which is worth to it", "it refuses at any price")
    yield Rows(Table("", columns, rows))
    if settled.quorum:
        always = listed([settled.parties[name].title for name in settled.quorum.always])
        among = f", {always} always among them" if always else ""
        yield Paragraph(f"An agreement needs {settled.quorum.at_least} of those who have a say{among}.")


def _role(scenario: Scenario, party: Party) -> str:
    if party.role is Role.PRINCIPAL:
        return "must agree"
    if party.role is Role.CONSULTED:
        return "is heard"
    over = [scenario.issues[i].option_name(o) for i, options in party.over.items() for o in options]
    return f"must consent to {listed(over, 'or')}" if over else "has a veto"


def _without(scenario: Scenario, party: Party) -> str:
    value = reservation(scenario, party)
    why = value.why if party.reservation else "as things are now"
    return f"{_range(value)}{'; ' + why if why else ''}"


def _red_lines(scenario: Scenario, party: Party) -> str:
    refuses = party.preferences.refuses
    return listed([scenario.issues[i].option_name(o) for i, options in refuses.items() for o in options])


def _range(value: Quantity) -> str:
    if value.certain:
        return figure(float(value.likely))
    return f"{figure(float(value.likely))} ({figure(float(value.low))} to {figure(float(value.high))})"


def attainable(found: "Findings") -> Iterable[Block]:
    """How many outcomes pass, what the rules settle on, and the frontier as a picture."""
    settled, front = found.frontier.scenario, found.frontier
    yield Heading("What is attainable", "attainable")
    yield Paragraph(f"{_number_passing(found)} {_number_best(found)}")
    agreements = found.bargain.agreements
    if agreements is None:
        return
    labelled: dict[int, tuple[list[str], Point]] = {}
    for rule, agreement in agreements.items():
        key = hash(tuple(sorted(agreement.point.terms.items())))
        labelled.setdefault(key, ([], agreement.point))[0].append(_RULES[rule])
    rows = [(listed(rules), point) for rules, point in labelled.values()]
    yield Rows(points_table(settled, "What fair rules would settle on, in gains over no deal", rows))
    chart = _frontier_chart(found)
    if chart:
        yield chart
    yield _gains_chart(found)
    best = points_table(settled, "Everything that leaves nothing on the table", [("", p) for p in front.points])
    yield Rows(best, long=True)


def _number_passing(found: "Findings") -> str:
    count, total = found.frontier.acceptable, found.frontier.outcomes
    if count.exact is not None:
        verb = "is" if count.exact == 1 else "are"
        return f"Of {total:,} possible outcomes, {count.exact:,} {verb} acceptable to all who must agree."
    error = count.standard_error or 0
    return (
        f"Of {total:,} possible outcomes, about {count.best:,.0f} are acceptable to all who must agree "
        f"(estimated from {count.draws:,} draws, standard error {error:,.0f})."
    )


def _number_best(found: "Findings") -> str:
    number = len(found.frontier.points)
    if not number:
        return ""
    return f"{number} of them {'leaves' if number == 1 else 'leave'} nothing on the table: no other is better for all."


def _frontier_chart(found: "Findings") -> Chart | None:
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


def _gains_chart(found: "Findings") -> Chart:
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


def compared(found: "Findings") -> Iterable[Block]:
    """The named packages side by side."""
    if not found.packages.reports:
        return
    yield Heading("The packages compared", "packages")
    yield Rows(found.packages.table())
    turned = [
        f"{report.package.name}: {listed([_asked(found, j) for j in behind])}"
        for name, report in found.packages.reports.items()
        if (behind := found.sensitivity.behind_package(name))
    ]
    if turned:
        yield Paragraph("Whether all who must agree would sign turns, each judgment alone, on these.")
        yield Bullets(tuple(turned))


def left_out(found: "Findings") -> Iterable[Block]:
    """What to leave out and why."""
    verdicts = found.demands.verdicts
    if not verdicts:
        return
    yield Heading("What to leave out, and why", "demands")
    rows = []
    for name, each in verdicts.items():
        behind = listed(found.sensitivity.behind_demand(name)) or "no judgment alone"
        by = listed([found.scenario.parties[p].title for p in each.demand.by])
        contested = " (contested within the ranges)" if each.contested else ""
        rows.append((each.demand.name, by, f"{each.verdict}{contested}", reason(found.demands.scenario, each), behind))
    columns = ("demand", "wanted by", "verdict if insisted on", "why", "turns on")
    yield Rows(Table("", columns, tuple(rows)))
    if found.demands.fatal_pairs:
        names = found.demands.scenario.demands
        pairs = [f"{names[a].name} with {names[b].name}" for a, b in found.demands.fatal_pairs]
        yield Paragraph(f"Harmless alone and fatal together: {listed(pairs)}.")
    yield _demands_chart(found)
    yield Paragraph(
        "A nonstarter crosses a red line, or no side payment would mend it; a torpedo sinks every deal, but a price "
        "might mend that; a costly demand takes more than a tenth of the joint value (the best Nash product)."
    )


def _demands_chart(found: "Findings") -> Chart:
    rows = []
    for each in found.demands.verdicts.values():
        kept = 0.0 if each.cost is None else 100 * (1 - each.cost)
        rows.append(Bar(each.demand.name, kept, f"{each.verdict}, {figure(kept)}%", _COLOURS.get(each.verdict, RED)))
    title = "How much of the joint value is left if the demand is insisted on"
    says = "In percent of the best Nash product without the demand; nothing is left where it sinks every deal."
    cells = tuple((row.label, row.text) for row in rows)
    return Chart(title, says, bars(title, rows, "% of the joint value"), Table(title, ("demand", "left"), cells))


def say(found: "Findings") -> Iterable[Block]:
    """The price of each veto, and what each consulted party gains or loses."""
    prices = found.vetoes.prices
    if not prices:
        return
    settled = found.vetoes.scenario
    yield Heading("Who needs a say", "vetoes")
    rows = []
    for name, each in prices.items():
        red = listed([settled.issues[issue].option_name(option) for issue, option in each.crossed])
        rows.append(
            (
                settled.parties[name].title,
                _role(settled, settled.parties[name]),
                span_in_words(each.gain),
                red,
                price_in_words(each),
                _falls(settled, each),
                f"{figure(100 * each.kept)}%",
                listed(found.sensitivity.behind_party(name)) or "no judgment alone",
            )
        )
    columns = (
        *("party", "its say", "gains in the deal", "refuses in it", "price of its veto"),
        *("the most each side could get falls by", "outcomes left", "whether it would take the deal turns on"),
    )
    yield Rows(Table("", columns, tuple(rows), frozenset({"gains in the deal", "outcomes left"})))
    yield Bullets(tuple(_winning(settled, name, each) for name, each in prices.items() if each.swaps != {}))
    yield _vetoes_chart(found)


def _falls(scenario: Scenario, each: VetoPrice) -> str:
    falls = [f"{scenario.parties[p].title} {figure(fall)}" for p, fall in each.price.principals.items() if fall]
    return listed(falls) or "nothing"


def _winning(scenario: Scenario, name: str, each: VetoPrice) -> str:
    title = scenario.parties[name].title
    if each.swaps is None:
        return f"{title}: nothing that the others would sign wins it over."
    changes = [f"{scenario.issues[i].name}: {scenario.issues[i].option_name(o)}" for i, o in each.swaps.items()]
    lacks = f" It lacks {points(each.lacks)} in the deal." if each.lacks else ""
    return f"{title} would be won over by {listed(changes)}.{lacks}"


def _vetoes_chart(found: "Findings") -> Chart:
    settled = found.vetoes.scenario
    rows = []
    for name, each in found.vetoes.prices.items():
        share = 100 * (each.price.share or 0)
        held = each.role is Role.VETO
        text = f"{figure(share)}%{' (has it)' if held else ''}"
        rows.append(Bar(settled.parties[name].title, share, text, BLUE if held else GREY))
    title = "What each veto costs in joint value"
    says = "In percent of the best Nash product. Blue: it has a veto. Grey: it is heard, and would be given one."
    cells = tuple((row.label, row.text) for row in rows)
    return Chart(title, says, bars(title, rows, "% of the joint value"), Table(title, ("party", "cost"), cells))


def rests(found: "Findings") -> Iterable[Block]:
    """What this rests on: every contested judgment, flipped alone."""
    yield Heading("What this rests on", "judgments")
    if not found.scenario.judgments:
        yield Paragraph("No contested judgment is named: the answers stand and fall with the numbers as they are.")
        return
    yield Paragraph("Each judgment is read otherwise, alone, everything else as in this brief.")
    rows = []
    for change in found.sensitivity.changes:
        judgment = found.scenario.judgments[change.judgment]
        reading = judgment.readings[change.reading]
        used = judgment.readings[judgment.likely].name if judgment.likely else "the values as written"
        rows.append(
            (
                change.judgment,
                judgment.question,
                used,
                f"{reading.name} ({', '.join(reading.source)})" if reading.source else reading.name,
                _headline(found, change),
                _rest(found, change),
            )
        )
    columns = ("judgment", "question", "read here as", "read otherwise", "the headline then", "and what else changes")
    yield Rows(Table("", columns, tuple(rows)))


def _headline(found: "Findings", change: Change) -> str:
    if change.deal_gone:
        return "no deal is left"
    if change.deal_new:
        return "a deal becomes possible"
    if change.deal is None:
        return "still no deal"
    settled = found.frontier.scenario
    gains = [
        f"{party.title} {figure(change.deal.gains[party.id])}"
        for party in settled.parties.values()
        if party.role is Role.PRINCIPAL
    ]
    terms = [f"{settled.issues[i].name}: {settled.issues[i].option_name(o)}" for i, o in change.terms.items()]
    best = f"the best deal now has {listed(terms)}" if terms else "the best deal holds the same terms"
    return f"a deal remains ({listed(gains)}); {best}"


def _rest(found: "Findings", change: Change) -> str:
    settled = found.demands.scenario
    parts = [f"{settled.demands[n].name}: {old} → {new}" for n, (old, new) in change.demands.items()]
    parts += [
        f"{settled.packages[n].name}: {'now' if passes else 'no longer'} attainable"
        for n, passes in change.packages.items()
    ]
    parts += [
        f"{settled.parties[n].title} {'would now' if content else 'would no longer'} take the deal"
        for n, content in change.content.items()
    ]
    return "; ".join(parts) or "nothing"


def arguments(found: "Findings") -> Iterable[Block]:
    """The arguments, tested: both camps in one table."""
    if not found.claims.verdicts:
        return
    yield Heading("The arguments, tested", "claims")
    yield Paragraph("A claim holds, fails, or is contested: then it depends on the ranges. The tool takes no side.")
    yield Rows(found.claims.table())


def sources(found: "Findings") -> Iterable[Block]:
    """Assumptions, every number with its why, and the works cited."""
    scenario = found.scenario
    yield Heading("Sources and assumptions", "sources")
    if scenario.notes:
        yield Bullets(scenario.notes)
    yield Rows(_numbers(scenario), long=True)
    if scenario.sources:
        rows = tuple(scenario.sources.items())
        yield Rows(Table("Works cited", ("key", "work"), rows), long=True)


def _numbers(scenario: Scenario) -> Table:
    rows = []
    for party in scenario.parties.values():
        if party.reservation:
            rows.append(_number(party, "without a deal", party.reservation))
        for issue, table in party.preferences.worth.items():
            named = scenario.issues[issue]
            rows += [
                _number(party, f"{named.name}: {named.option_name(option)}", value)
                for option, value in table.items()
                if named.kind == "named"
            ]
        for rule in scenario.interactions.values():
            if party.id in rule.worth:
                rows.append(_number(party, f"together: {rule.id}", rule.worth[party.id], rule.why))
    columns = ("party", "what", "points (low to high)", "why", "source", "line")
    title = "Every number, with its why and its line in the file"
    return Table(title, columns, tuple(rows), frozenset({"points (low to high)", "line"}), "No number is given.")


def _number(party: Party, what: str, value: Quantity, why: str = "") -> tuple[str, ...]:
    cited = "; ".join(value.source)
    return (party.title, what, _range(value), value.why or why, cited, "" if value.line is None else str(value.line))
