"""What would sink it, and who needs a say? The sections on demands and vetoes."""

from collections.abc import Iterable, Sequence

from detente.analysis.demands import COSTLY, IN_BEST, NO_DEAL, TRADEABLE, reason
from detente.analysis.tables import Amount, Span, percent, span_in_words
from detente.analysis.vetoes import VetoPrice, gain_in_words, kept_in_words, price_in_words
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.charts import BLUE, GREEN, GREY, ORANGE, RED, Bar, bars
from detente.report.findings import Findings
from detente.report.words import asking, role
from detente.table import Table, listed, points

_COLOURS = {NO_DEAL: GREY, IN_BEST: GREEN, TRADEABLE: GREEN, COSTLY: ORANGE}


def left_out(found: Findings) -> Iterable[Block]:
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
    yield from asking(found, _behind_demands(found))
    if found.demands.fatal_pairs:
        names = found.demands.scenario.demands
        pairs = [f"{names[a].name} with {names[b].name}" for a, b in found.demands.fatal_pairs]
        yield Paragraph(f"Each can be had alone, and together they sink every deal: {listed(pairs)}.")
    yield _demands_chart(found)
    yield Paragraph(
        "A nonstarter crosses a red line, or no side payment would mend it; a torpedo sinks every deal, but a price "
        "might mend that; a costly demand takes more than a tenth of the joint value (the best Nash product)."
    )


def _behind_demands(found: Findings) -> Sequence[str]:
    """The judgments on which the verdicts turn, each once."""
    names = found.demands.verdicts
    return list(dict.fromkeys(each for name in names for each in found.sensitivity.behind_demand(name)))


def _demands_chart(found: Findings) -> Chart:
    rows = []
    for each in found.demands.verdicts.values():
        kept = Span(0, 0, 0) if each.cost is None else Span(*(1 - part for part in each.cost.ends[::-1]))
        low, likely, high = (100 * part for part in kept.ends)
        text = f"{each.verdict}, {percent(kept)}"
        rows.append(Bar(each.demand.name, likely, text, _COLOURS.get(each.verdict, RED), low, high))
    title = "How much of the joint value is left if the demand is insisted on"
    says = (
        "In percent of the best Nash product without the demand; nothing is left where it sinks every deal. "
        "The line is the range of what was judged."
    )
    table = Table(title, ("demand", "left"), tuple((row.label, row.text) for row in rows))
    return Chart(title, says, bars(title, rows, "% of the joint value"), table, repeated=True)


def say(found: Findings) -> Iterable[Block]:
    """The price of each veto, and what each consulted party gains or loses."""
    prices = found.vetoes.prices
    if not prices:
        return
    settled = found.vetoes.scenario
    yield Heading("Who needs a say", "vetoes")
    costs = tuple(
        (
            settled.parties[name].title,
            role(settled, settled.parties[name]),
            price_in_words(each),
            _falls(settled, each),
            kept_in_words(each),
        )
        for name, each in prices.items()
    )
    heads = ("party", "its say", "price of its veto", "the most each side could get falls by", "outcomes left")
    yield Rows(Table("", heads, costs, frozenset({"outcomes left"})))
    rows = tuple(
        (
            settled.parties[name].title,
            gain_in_words(each),
            listed([settled.issues[issue].option_name(option) for issue, option in each.crossed]),
            listed(found.sensitivity.behind_party(name)) or "no judgment alone",
        )
        for name, each in prices.items()
    )
    columns = ("party", "gains in the deal made without its veto", "refuses in it", "whether it would take it turns on")
    yield Rows(Table("", columns, rows, frozenset({columns[1]})))
    behind = dict.fromkeys(each for name in prices for each in found.sensitivity.behind_party(name))
    yield from asking(found, [each for each in behind if each not in _behind_demands(found)])
    yield Bullets(tuple(_winning(settled, name, each) for name, each in prices.items() if each.swaps != {}))
    yield _vetoes_chart(found)


def _falls(scenario: Scenario, each: VetoPrice) -> str:
    spans = {scenario.parties[p].title: each.fall(p) for p in each.price.principals}
    falls = [f"{title} {span_in_words(fall)}" for title, fall in spans.items() if fall.high]
    return listed(falls) or "nothing"


def _winning(scenario: Scenario, name: str, each: VetoPrice) -> str:
    title = scenario.parties[name].title
    if each.swaps is None:
        return f"{title}: nothing that the others would sign wins it over."
    changes = [f"{scenario.issues[i].name}: {scenario.issues[i].option_name(o)}" for i, o in each.swaps.items()]
    lacks = f" It lacks {span_in_words(each.lacks, points)} in the deal." if each.lacks.likely else ""
    return f"{title} would be won over by {listed(changes)}.{lacks}"


def _vetoes_chart(found: Findings) -> Chart:
    settled = found.vetoes.scenario
    rows = []
    for name, each in found.vetoes.prices.items():
        share = each.share or Amount(0, 0, 0)
        low, likely, high = (100 * part for part in share.ends)
        held = each.role is Role.VETO
        text = f"{percent(share)}{' (has it)' if held else ''}"
        rows.append(Bar(settled.parties[name].title, likely, text, BLUE if held else GREY, low, high))
    title = "What each veto costs in joint value"
    says = (
        "In percent of the best Nash product; the line is the range of what was judged. "
        "Blue: it has a veto. Grey: it is heard, and would be given one."
    )
    table = Table(title, ("party", "cost"), tuple((row.label, row.text) for row in rows))
    return Chart(title, says, bars(title, rows, "% of the joint value"), table, repeated=True)
