"""How sure is it? The section on draws: what is likely, what it hangs on, and what one would have to believe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detente.analysis import read_out
from detente.analysis.beliefs import agreement_in_words, in_words
from detente.analysis.draws import Plan, weights
from detente.analysis.influence import AGREEMENT, VALUE, Factor
from detente.analysis.judged import Given, Judgments
from detente.model.judgment import Judgment
from detente.model.party import Party, Role
from detente.report import pages
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.charts import BLUE, ORANGE, Bar, Swing, bars, grid, tornado
from detente.report.findings import Findings
from detente.report.scatter import Mark, in_steps, scatter
from detente.report.words import asked
from detente.table import Table, figure, listed

_SWINGS = 8

_TABLES = (
    read_out.demands,
    read_out.vetoes,
    read_out.robust,
    read_out.rules,
    read_out.drivers,
    read_out.questions,
)

_SENTENCES = 6
"""So many sentences at most say what would turn an answer, the first of them that an agreement exists."""

_RARELY = 0.05
"""A package that passes no more often than this is left to the table."""


def how_sure(found: Findings) -> Iterable[Block]:
    """The whole section; nothing where draws were not asked for."""
    if found.judgments is None:
        return
    judged = found.judgments
    yield Heading("How sure this is", "sure")
    yield Paragraph(in_a_sentence(found))
    if not _in_doubt(judged):
        return
    yield Paragraph(
        f"Every ranged number and every judgment with weights was drawn, {judged.draws:,} times (seed {judged.seed}), "
        f"and each draw answered exactly; ± is the standard error.{_weights(judged)}"
    )
    yield from pictures(judged, _frontier(found))
    yield from (Rows(table) for table in (make(judged) for make in _TABLES) if table.rows)
    if turning := _turning(judged):
        yield Bullets(turning)
        yield Rows(read_out.believing(judged))
    given = read_out.by_reading(judged, judged.given)
    opened = read_out.by_reading(judged, judged.opened)
    yield from (Rows(table, long=table is given) for table in (opened, given) if table.rows)


def _weights(judged: Judgments) -> str:
    weighted = any(weights(each) is not None for each in judged.scenario.judgments.values())
    return " The weights are judgments, too." if weighted else ""


def _held(found: Findings) -> str:
    """The judgments that no draw reads otherwise than the file does."""
    held = [each for each in found.scenario.judgments.values() if weights(each) is None and not each.open]
    read = [f"'{each.name}'{_at(each)}" for each in held]
    return f" That is with {listed(read)}, not drawn: the file gives no weights." if read else ""


def _at(judgment: Judgment) -> str:
    reading = judgment.readings.get(judgment.likely or "")
    return f" held at '{reading.name}'" if reading else " held as the numbers stand"


def in_a_sentence(found: Findings) -> str:
    """How likely a deal is, on what that hangs most, and what stands up best."""
    judged = found.judgments
    if judged is None:
        return ""
    if not _in_doubt(judged):
        return "Nothing in the file is in doubt: it has no number with a range and no judgment with weights."
    drawn = f"{judged.agreement.in_words} of {judged.draws:,} draws of what is in doubt"
    parts = [f"An agreement exists in {drawn}.{_held(found)}"]
    for headline, words in ((AGREEMENT, "That hangs"), (VALUE, "What the best deal is worth hangs")):
        moving = [factor.name for factor, _ in judged.influence.ranked(headline) if factor.kind == "judgment"][:2]
        if moving:
            parts.append(f"{words} most on {listed([asked(found, name) for name in moving])}.")
            break
    passing = [(each.all.p, name) for name, each in judged.packages.items() if each.all.p >= 0.05]
    if passing:
        share, name = max(passing)
        settled = found.frontier.scenario
        parts.append(
            f"Of the packages on the table, {settled.packages[name].name} passes most often ({100 * share:.0f}%)."
        )
    return " ".join(parts)


def _in_doubt(judged: Judgments) -> bool:
    scenario = judged.scenario
    return Plan.of(scenario).dimensions > 0 or any(each.open for each in scenario.judgments.values())


def _turning(judged: Judgments) -> tuple[str, ...]:
    """What would turn whether there is a deal, and the answers to the packages that may pass."""
    passing = [each for each in judged.tipping if judged.packages[each.package].all.p > _RARELY]
    told = [agreement_in_words(judged.scenario, judged.tipping_agreement)]
    return tuple([*told, *(in_words(judged.scenario, each) for each in passing)][:_SENTENCES])


Front = tuple[Sequence[tuple[float, float]], Sequence[Mark]]


def pictures(judged: Judgments, front: Front = ((), ())) -> Iterable[Chart]:
    """What can be drawn; `front` is the frontier of the likely values, if it is known, with what to mark on it."""
    if judged.packages:
        yield _acceptance(judged)
    sides = [party for party in judged.scenario.settled().parties.values() if party.role is Role.PRINCIPAL]
    if len(sides) == 2 and judged.cloud[sides[0].id]:
        yield _cloud(judged, sides, front)
    for headline in judged.influence.headlines:
        swings = _swings(judged, headline)
        if swings:
            yield swings
    if judged.crossing:
        yield _map(judged)


def _frontier(found: Findings) -> Front:
    sides = [party.id for party in found.frontier.scenario.parties.values() if party.role is Role.PRINCIPAL]
    if len(sides) != 2 or found.bargain.agreements is None:
        return (), ()
    one, other = sides
    deal = found.bargain.agreements["nash"].point.gains
    marks = [Mark(deal[one], deal[other], "the best deal as the file has it (Nash)", ORANGE, "diamond")]
    return [(point.gains[one], point.gains[other]) for point in found.frontier.points], marks


def _acceptance(judged: Judgments) -> Chart:
    rows = []
    for name, each in judged.packages.items():
        low, high = max(0.0, each.all.p - 2 * each.all.se), min(1.0, each.all.p + 2 * each.all.se)
        text = each.all.in_words
        rows.append(Bar(judged.scenario.packages[name].name, 100 * each.all.p, text, BLUE, 100 * low, 100 * high))
    title = "How often each package is accepted by all who must agree"
    says = "In percent of all draws; the line is two standard errors to either side."
    return Chart(title, says, bars(title, rows, "% of draws"), read_out.packages(judged))


def _cloud(judged: Judgments, sides: Sequence[Party], front: Front) -> Chart:
    one, other = (side.id for side in sides)
    cloud = list(zip(judged.cloud[one], judged.cloud[other], strict=True))
    title = "What the best deal brings each side, draw by draw"
    axes = (f"gain of {sides[0].title}", f"gain of {sides[1].title}")
    drawn = "the line is" if in_steps(front[0]) else "grey points are"
    line = f"; {drawn} the frontier of the likely values" if front[0] else ""
    says = f"Each dot is the best deal of one draw ({len(cloud)} shown){line}."
    picture = scatter(title, axes, *front, "both gain", cloud)
    middle, low, high = (_quantile(cloud, q) for q in (0.5, 0.05, 0.95))
    rows = tuple((side.title, figure(low[k]), figure(middle[k]), figure(high[k])) for k, side in enumerate(sides))
    columns = ("gain in the best deal of", "5 draws in 100 below", "half below", "95 in 100 below")
    return Chart(title, says, picture, Table(title, columns, rows, frozenset(columns[1:])))


def _quantile(cloud: list[tuple[float, float]], share: float) -> tuple[float, float]:
    one, other = (sorted(each[k] for each in cloud) for k in (0, 1))
    place = round(share * (len(cloud) - 1))
    return one[place], other[place]


def _swings(judged: Judgments, headline: str) -> Chart | None:
    """A tornado: the mean of a headline over draws with one thing settled this way or that; none for what is sure."""
    middle, said, title = _headline(judged, headline)
    if headline != VALUE and not _RARELY < middle / 100 < 1 - _RARELY:
        return None
    unit = 1 if headline == VALUE else 100
    rows = []
    for factor, _ in judged.influence.ranked(headline):
        ends = sorted((unit * mean, name) for mean, name in _ends(judged, factor, headline))
        if ends and ends[0][0] < ends[-1][0]:
            name = read_out.factor_in_words(judged.scenario, factor)
            rows.append(Swing(name, ends[0][0], ends[-1][0], ends[0][1], ends[-1][1]))
    rows = sorted(rows, key=lambda row: row.low - row.high)[:_SWINGS]
    if not rows:
        return None
    says = f"{said[0].upper()}{said[1:]}, with one thing settled and everything else drawn."
    cells = tuple(
        (row.label, f"{row.low_name}: {figure(row.low)}", f"{row.high_name}: {figure(row.high)}") for row in rows
    )
    picture = tornado(title, rows, middle, f"{said}; dashed: the mean of all draws")
    return Chart(title, says, picture, Table(title, ("", "lowest", "highest"), cells))


def _headline(judged: Judgments, headline: str) -> tuple[float, str, str]:
    """The mean of a headline over all draws, what it is, and the title of its picture."""
    if headline == VALUE:
        said = "the mean of the best joint value (Nash product)"
        return judged.value.mean.mean, said, "What moves the best joint value, one thing at a time"
    if headline == AGREEMENT:
        said = "the chance of a deal, in percent"
        return 100 * judged.agreement.p, said, "What moves the chance of a deal, one thing at a time"
    name = judged.scenario.packages[headline].name
    said = "the chance that all who must agree accept it, in percent"
    return 100 * judged.packages[headline].all.p, said, f"What moves the chance of {name}, one thing at a time"


def _ends(judged: Judgments, factor: Factor, headline: str) -> list[tuple[float, str]]:
    """The mean of a headline with a factor settled one way or another, and what that way is called."""
    if factor.kind == "judgment":
        readings = judged.scenario.judgments[factor.name].readings
        given = judged.given[factor.name]
        return [(_mean(each, headline), readings[reading].name) for reading, each in given.items()]
    if factor.kind == "numbers":
        low, high = judged.influence.tenths[factor.name][headline]
        return [(low.mean, "lower tenth"), (high.mean, "upper tenth")]
    return []


def _mean(given: Given, headline: str) -> float:
    if headline == VALUE:
        return given.value.mean
    return given.agreement.p if headline == AGREEMENT else given.packages[headline].p


def _map(judged: Judgments) -> Chart:
    """The agreement map over the two judgments that matter most."""
    assert judged.crossing is not None  # asked for only where there is one
    first, second = (judged.scenario.judgments[name] for name in judged.crossing.judgments)
    cells = judged.crossing.cells
    rows, told = [], []
    for one in first.readings.values():
        line = []
        for other in second.readings.values():
            given = cells.get((one.id, other.id))
            line.append((given.agreement.p, given.agreement.in_words) if given else (0.0, "no draw"))
        rows.append((one.name, line))
        told.append((one.name, *(text for _, text in line)))
    title = "The chance of a deal, by the two judgments that matter most"
    says = "In percent of the draws in which both judgments are read so."
    heads = [other.name for other in second.readings.values()]
    picture = grid(title, (first.name, second.name), heads, rows)
    return Chart(title, says, picture, Table(title, (f"{first.name} / {second.name}", *heads), tuple(told)))


@dataclass(frozen=True, slots=True)
class JudgmentsPage:
    """What is sure and what is not, for its readers: tables, with the pictures where there is room for them."""

    judgments: Judgments

    def payload(self) -> Mapping[str, object]:
        """For JSON."""
        return self.judgments.payload()

    def tables(self) -> tuple[Table, ...]:
        """For the terminal."""
        return self.judgments.tables()

    def markdown(self) -> str:
        """In Markdown."""
        return pages.markdown(self._blocks())

    def html(self) -> str:
        """As one self-contained page."""
        return pages.html(self.judgments.scenario.title, self._blocks())

    def _blocks(self) -> list[Block]:
        title = Heading(f"{self.judgments.scenario.title}: how sure", "title", level=1)
        shown = list(pictures(self.judgments))
        behind = [chart.table.title for chart in shown]
        return [title, *shown, *(Rows(table) for table in self.judgments.tables() if table.title not in behind)]
