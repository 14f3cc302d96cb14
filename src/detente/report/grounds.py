"""On what does it rest? The sections on judgments, arguments, and every number with its why."""

from collections.abc import Iterable

from detente.analysis.sensitivity import Change
from detente.catalog.precedents import CAUTION
from detente.model.citation import cited
from detente.model.judgment import Reading
from detente.model.party import Role
from detente.report.blocks import Block, Bullets, Heading, Paragraph, Rows
from detente.report.findings import Findings
from detente.report.reasons import reasons
from detente.report.words import anchor, question
from detente.table import Table, counted, figure, listed


def rests(found: Findings) -> Iterable[Block]:
    """What this rests on: every contested judgment, flipped alone."""
    yield Heading("What this rests on", "judgments")
    if not found.scenario.judgments:
        yield Paragraph("No contested judgment is named: the answers stand and fall with the numbers as they are.")
        return
    yield Paragraph("Each judgment is read otherwise, alone, everything else as in this brief.")
    rows = []
    for change in found.sensitivity.changes:
        judgment = found.scenario.judgments[change.judgment]
        used = judgment.readings[judgment.likely] if judgment.likely else None
        here = "the values as written" if used is None else _sourced(found, used)
        read = f"{_sourced(found, judgment.readings[change.reading])}; here: {here}"
        rows.append((question(judgment), read, _headline(found, change), _rest(found, change)))
    columns = ("judgment", "read otherwise", "the headline then", "and what else changes")
    anchors = {question(each): anchor(found.scenario, name) for name, each in found.scenario.judgments.items()}
    yield Rows(Table("", columns, tuple(rows)), anchors=anchors)


def _sourced(found: Findings, reading: Reading) -> str:
    works = f" [{cited(found.scenario.sources, reading.source)}]" if reading.source else ""
    return f"{reading.name}{works}"


def _headline(found: Findings, change: Change) -> str:
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


def _rest(found: Findings, change: Change) -> str:
    settled = found.demands.scenario
    parts = [f"{settled.demands[n].name}: {old} → {new}" for n, (old, new) in change.demands.items()]
    parts += [
        f"{settled.packages[n].name}: {'now' if passes else 'no longer'} attainable"
        for n, passes in change.packages.items()
    ]
    parts += [
        f"{settled.parties[n].title} {'would now' if content else 'would no longer'} take the deal"
        for n, content in (change.content.items() if change.deal else ())
    ]
    return "; ".join(parts) or "nothing"


def arguments(found: Findings) -> Iterable[Block]:
    """The arguments, tested: both camps in one table."""
    if not found.claims.verdicts and not found.claims.left_out:
        return
    yield Heading("The arguments, tested", "claims")
    yield Paragraph("A claim holds, fails, or is contested: then it depends on the ranges. The tool takes no side.")
    if found.claims.verdicts:
        yield Rows(found.claims.table())
    if left := found.claims.left_out:
        yield Paragraph(
            f"{counted(left, 'claim')} on the process or about the past {'is' if left == 1 else 'are'} left out of a "
            "quick brief: detente claims."
        )


def history(found: Findings) -> Iterable[Block]:
    """The nearest cases of the past, with the caution that belongs to them."""
    if found.precedents is None:
        return
    nearest, own, *_ = found.precedents.tables()
    yield Heading("What history says of deals like this one", "history")
    yield Paragraph(CAUTION)
    yield Rows(nearest)
    yield Rows(own, long=True)


def sources(found: Findings) -> Iterable[Block]:
    """Assumptions, every number with its why, and the works cited."""
    scenario = found.scenario
    yield Heading("Sources and assumptions", "sources")
    if scenario.notes:
        yield Bullets(scenario.notes)
    yield from (Rows(table, long=True) for table in reasons(scenario))
