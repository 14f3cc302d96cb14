"""What does the brief say? The answer first, each verdict with its reason, and what would change it said as plainly."""

from collections.abc import Iterable, Iterator, Sequence

from detente.analysis.demands import COSTLY, SINKS, DemandVerdict, cost_in_words, lacks_in_words
from detente.analysis.frontier import Point
from detente.analysis.spoken import needed
from detente.analysis.tables import reservation, span_in_words
from detente.analysis.vetoes import price_in_words
from detente.model.party import Party, Role
from detente.model.scenario import Scenario
from detente.planning.roadmap import Roadmap
from detente.report.attainment import attainable, compared
from detente.report.blocks import Block, Heading, Paragraph, Rows
from detente.report.by_steps import all_at_once
from detente.report.certainty import how_sure
from detente.report.certainty import in_a_sentence as certain
from detente.report.findings import Findings
from detente.report.grounds import arguments, history, rests, sources
from detente.report.roadmaps import in_a_sentence, in_order
from detente.report.verdicts import left_out, say
from detente.report.words import CONTESTED, asked, range_in_words, role, who_must_agree
from detente.table import Table, listed, points


def blocks(found: Findings) -> tuple[Block, ...]:
    """The whole brief."""
    sure = (how_sure,) if found.scenario.issues else ()
    deals = (parties, attainable, compared, left_out, say) if found.scenario.issues else ()
    after = (in_order, all_at_once, rests, *sure, arguments, history, sources)
    return tuple(_explained([block for section in (question, *deals, *after) for block in section(found)]))


def _explained(told: Sequence[Block]) -> Iterator[Block]:
    """The blocks, and at the end of the first section that calls a figure contested what that means."""
    first = next((k for k, block in enumerate(told) if _says_contested(block)), len(told))
    end = next((k for k in range(first, len(told)) if isinstance(told[k], Heading)), len(told))
    yield from told[:end]
    if first < len(told):
        yield Paragraph(CONTESTED)
    yield from told[end:]


def _says_contested(block: Block) -> bool:
    match block:
        case Paragraph(text=text):
            said = [text]
        case Rows(table=table):
            said = [cell for row in table.rows for cell in row]
        case _:
            said = []
    return any("contested)" in text or "; contested" in text for text in said)


def in_short(found: Findings) -> list[str]:
    """The answer in a few sentences, before anything else."""
    way = in_a_sentence(found.roadmap) if isinstance(found.roadmap, Roadmap) else ""
    if not found.scenario.issues:
        return [way or str(found.roadmap)]
    told = (_deal(found), _packages(found), _sinking(found), _vetoes(found), way, _turning(found), certain(found))
    return [text for text in told if text]


def question(found: Findings) -> Iterable[Block]:
    """The question, and the answer in short."""
    scenario = found.scenario
    yield Heading(scenario.title, "title", level=1)
    if scenario.summary:
        yield Paragraph(scenario.summary)
    yield Heading("In short", "in-short")
    for text in in_short(found):
        yield Paragraph(text, lead=True)


def _deal(found: Findings) -> str:
    settled = found.frontier.scenario
    otherwise = f"; {found.bargain.otherwise}" if found.bargain.otherwise else ""
    if found.bargain.agreements is None:
        closest = found.sensitivity.behind_deal()
        turned = f" That turns on {listed(closest)}." if closest else ""
        return f"No deal is to be had that {who_must_agree(settled)} would sign{otherwise}.{_in_the_way(found)}{turned}"
    deal = found.bargain.agreements["nash"]
    gains = [
        f"{party.title} gains {span_in_words(deal.point.spans[party.id], points)}"
        for party in settled.parties.values()
        if party.role is Role.PRINCIPAL
    ]
    return (
        f"A deal is there to be had{otherwise}. The one that leaves least on the table for all sides together (Nash): "
        f"{_said(settled, deal.point)}. {listed(gains)} over no deal."
    )


def _in_the_way(found: Findings) -> str:
    """Who stands in the way of any deal, and by how much."""
    each, settled = found.obstacle, found.demands.scenario
    if each is None or not each.blockers:
        return ""
    if each.compensation is None:
        names = listed([settled.parties[name].title for name in each.blockers])
        priced = "; were every red line a matter of price, a deal would be possible" if each.price_would_do else ""
        return f" Red lines leave none: those of {names}{priced}."
    terms = _said(settled, each.nearest) if each.nearest else ""
    return f" What comes nearest: {terms}. There {lacks_in_words(settled, each)}."


def _packages(found: Findings) -> str:
    reports = found.packages.reports.values()
    if not reports:
        return ""
    who = who_must_agree(found.packages.scenario)
    taken = [f"{r.package.name}{' (contested)' if r.contested else ''}" for r in reports if r.passes]
    if not taken:
        return f"None of the packages on the table would be signed by {who}."
    if len(taken) == len(reports):
        return f"Every package on the table would be signed by {who}: {listed(taken)}."
    return f"Of the {len(reports)} packages on the table, {who} would sign {listed(taken)}, and no other."


def _sinking(found: Findings) -> str:
    verdicts = found.demands.verdicts.values()
    sunk = [each for each in verdicts if each.verdict in SINKS]
    costly = [each for each in verdicts if each.verdict == COSTLY]
    parts = []
    if sunk:
        parts.append(f"Insisted on, these would sink it: {listed([_with_why(found, each) for each in sunk])}.")
    if costly:
        names = [f"{each.demand.name} at {cost_in_words(each)}" for each in costly]
        parts.append(f"These can be had, at a price: {listed(names)} of the joint value.")
    return " ".join(parts)


def _with_why(found: Findings, each: DemandVerdict) -> str:
    settled = found.demands.scenario
    names = listed([settled.parties[name].title for name in each.blockers])
    if each.compensation is None:
        return f"{each.demand.name} ({names} {'refuse' if len(each.blockers) > 1 else 'refuses'})"
    return f"{each.demand.name}, where {lacks_in_words(settled, each)}"


def _vetoes(found: Findings) -> str:
    held = {n: p for n, p in found.vetoes.prices.items() if p.role is Role.VETO}
    given = {n: p for n, p in found.vetoes.prices.items() if p.role is not Role.VETO}
    parts = []
    for group, words, cost in ((held, "The veto of", "costs"), (given, "A veto for", "would cost")):
        names = {n: found.vetoes.scenario.parties[n].title for n in group}
        parts += [f"{words} {names[n]} {cost} {price_in_words(p)}." for n, p in group.items() if p.price.nash]
        free = [f"{names[n]}{' (contested)' if p.contested else ''}" for n, p in group.items() if not p.price.nash]
        if free:
            parts.append(f"{words} {listed(free, 'or')} {cost} the two sides together nothing.")
    return " ".join(parts)


def _turning(found: Findings) -> str:
    if not found.scenario.judgments:
        return "No contested judgment is named in this scenario."
    behind = found.sensitivity.behind_deal()
    sinking = {
        each.demand.name: found.sensitivity.behind_sinking(name)
        for name, each in found.demands.verdicts.items()
        if each.verdict in SINKS
    }
    turned = [f"{name} on {listed([asked(found, j) for j in js])}" for name, js in sinking.items() if js]
    if behind:
        first = f"Whether there is a deal turns on {listed([asked(found, j) for j in behind])}."
    else:
        deal = "a deal" if found.bargain.agreements else "no deal"
        first = f"That there is {deal} depends on no contested judgment alone."
    return f"{first} What would sink it turns, each alone: {'; '.join(turned)}." if turned else first


def _said(scenario: Scenario, point: Point) -> str:
    changed = [
        f"{scenario.issues[issue].name}: {scenario.issues[issue].option_name(option)}"
        for issue, option in point.terms.items()
        if option != scenario.issues[issue].status_quo
    ]
    return "; ".join(changed) or "nothing is changed"


def parties(found: Findings) -> Iterable[Block]:
    """Who must agree, who is heard, and what each has without a deal."""
    settled = found.frontier.scenario
    yield Heading("Who must agree, and who is heard", "parties")
    rows = tuple(
        (party.title, role(settled, party), party.batna or "", _without(settled, party), _red_lines(settled, party))
        for party in settled.parties.values()
    )
    columns = ("party", "its say", "without a deal it would", "no deal is worth to it", "it refuses at any price")
    yield Rows(Table("", columns, rows).filled())
    if settled.quorum:
        yield Paragraph(f"An agreement needs {needed(settled)}.")


def _without(scenario: Scenario, party: Party) -> str:
    value = reservation(scenario, party)
    why = value.why if party.reservation else "as things are now"
    return f"{range_in_words(value)}{'; ' + why if why else ''}"


def _red_lines(scenario: Scenario, party: Party) -> str:
    refuses = party.preferences.refuses
    return listed([scenario.issues[i].option_name(o) for i, options in refuses.items() for o in options])
