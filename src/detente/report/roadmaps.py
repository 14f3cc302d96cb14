"""How does a roadmap look? The way round by round: in words, as a picture, at a glance; its section in the brief."""

from collections.abc import Iterable, Sequence

from detente.analysis.limits import search_limit
from detente.errors import InfeasibleError, ScenarioError, TooLargeError
from detente.model.scenario import Scenario
from detente.planning.game import places
from detente.planning.roadmap import Roadmap, roadmap
from detente.planning.rows import beside, cautions, numbered, rounds_of, sure, told
from detente.planning.sure import Sureness
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.findings import Findings
from detente.report.timeline import Entry, Lane, timeline
from detente.table import Table, counted, figure, listed, points

_PICTURE = "The way, round by round"

_SEARCH = 2.0
"""The seconds that looking for an order of steps may take on a page."""


def planned(scenario: Scenario, *, package: str | None = None, draws: int = 0) -> Roadmap | str:
    """The roadmap to the best deal, or to a package even if somebody would not sign it; else why there is none."""
    try:
        with search_limit(_SEARCH):
            return roadmap(scenario, package=package, force=package is not None, draws=draws)
    except ScenarioError as error:
        return error.problems[0].message if len(error.problems) == 1 else "nobody is named who carries it out"
    except (InfeasibleError, TooLargeError) as error:
        return str(error)


def blocks(found: Roadmap) -> list[Block]:
    """The picture first, then every table."""
    shown: list[Block] = [picture(found)] if found.walk.order else []
    return [*shown, *(Rows(table) for table in found.tables())]


def picture(found: Roadmap) -> Chart:
    """Lanes for each party, with the table of what is drawn."""
    says = "Who moves when (joint steps stand in every lane), and under each lane how far out on a limb it is."
    return Chart(_PICTURE, says, drawing(found), steps(found), repeated=True)


def drawing(found: Roadmap, head: Sequence[str] = ()) -> str:
    """Lanes for each party, under some lines of text."""
    numbers = numbered(found)
    order, walk = found.walk.order, found.walk
    lanes = []
    for party in found.game.players:
        mine = [tuple(numbers[k] for k in places(step) if found.game.own[party] >> k & 1) for step in order]
        exposed = tuple(max(0.0, float(walk.exposure(party, t))) for t in range(len(order)))
        lanes.append(Lane(found.scenario.parties[found.game.parties[party]].title, tuple(mine), exposed))
    legend = [Entry(n, found.name_of(k), not found.commitments[k].reversible) for k, n in numbers.items()]
    return timeline(_PICTURE, walk.lengths, lanes, legend, head)


def glanced(found: Roadmap) -> Table:
    """The lanes as a table: numbers of steps by party and round, exposure under them."""
    order, walk, numbers = found.walk.order, found.walk, numbered(found)
    starts = [sum(walk.lengths[:t]) for t in range(len(order) + 1)]
    heads = [f"round {t + 1}" for t in range(len(order))]
    rows = [("until month", *(str(starts[t + 1]) for t in range(len(order))))]
    for party in found.game.players:
        name = found.scenario.parties[found.game.parties[party]].title
        mine = [[str(numbers[k]) for k in places(step) if found.game.own[party] >> k & 1] for step in order]
        rows.append((name, *(" ".join(each) or "·" for each in mine)))
        exposed = [figure(max(0.0, float(walk.exposure(party, t)))) for t in range(len(order))]
        if any(each != "0" for each in exposed):
            rows.append(("   exposed", *("" if each == "0" else each for each in exposed)))
    return Table("At a glance: the steps by their numbers", ("", *heads), tuple(rows))


def steps(found: Roadmap) -> Table:
    """One row for each step."""
    rows, start, numbers = [], 0, numbered(found)
    for place, step in enumerate(found.walk.order):
        length = found.walk.lengths[place]
        for k in places(step):
            each = found.commitments[k]
            who = " and ".join(found.scenario.parties[party].title for party in each.by)
            row = (str(numbers[k]), str(place + 1), str(start + 1), str(start + length), who, each.name)
            rows.append((*row, "no" if each.reversible else "yes"))
        start += length
    columns = ("step", "round", "from month", "to month", "who", "what", "for good")
    return Table("Steps", columns, tuple(rows), frozenset(columns[:4]))


def marked(found: Roadmap) -> Table:
    """The same, each row with whose way it is and with what nobody may miss of it."""
    table = steps(found)
    about = (found.scenario.title, found.says, "; ".join(cautions(found)))
    return Table(table.title, (*table.columns, "way", "which", "caution"), tuple((*row, *about) for row in table.rows))


def in_order(found: Findings) -> Iterable[Block]:
    """In what order: the section of the brief; its sentence stands among the first ones."""
    if isinstance(found.roadmap, str):
        if found.roadmap:
            yield Heading("In what order", "roadmap")
            yield Paragraph(f"No way is planned to the best deal: {found.roadmap}.")
        return
    yield Heading("In what order", "roadmap")
    yield picture(found.roadmap)
    yield Rows(rounds_of(found.roadmap))
    yield Rows(beside(found.roadmap))
    yield from (Rows(table) for table in sure(found.roadmap))
    if said := told(found.roadmap):
        yield Bullets(tuple(said))
    yield Paragraph(
        "Small steps limit what each side risks, and cost time: the comparison shows what is paid and what is bought. "
        "Other aims and limits: detente roadmap --help."
    )


def in_a_sentence(found: Roadmap, goal: str = "the best deal") -> str:
    """What the way takes, who is exposed when, and whether it holds; `goal` is what the package planned for is."""
    walk, titles = found.walk, found.scenario.parties
    rounds, months = counted(len(walk.order), "round"), counted(sum(walk.lengths), "month")
    took = f"The way to {'the end' if found.target is None else goal} takes {rounds} and {months}"
    exposed = [(p, v) for p, v in walk.exposures().items() if v]
    if exposed:
        party, value = max(exposed, key=lambda each: each[1])
        place = max(range(len(walk.order)), key=lambda t: walk.exposure(party, t))
        name = titles[found.game.parties[party]].title
        others = [titles[found.game.parties[p]].title for p in walk.exposed_to(party, place)]
        whom = f", exposed to {listed(others)}" if others else ""
        risk = (
            f"the most that anyone would lose by a breach is {points(float(value))}: {name}, in round {place + 1}{whom}"
        )
    else:
        risk = "nobody is ever worse off for having gone first"
    return f"{took}; {risk}. {_holding(found)}{_as_safe(found)}"


def _as_safe(found: Roadmap) -> str:
    """Another order that exposes the most exposed no more, holds as well and is done sooner, if there is one."""
    this = next(iter(found.comparison), None)
    if this is None:
        return ""
    others = [
        each
        for each in found.comparison[1:]
        if each.possible and each.exposure <= this.exposure and each.months < this.months and each.holds == this.holds
    ]
    if not others:
        return ""
    soonest = min(others, key=lambda each: (each.months, each.rounds))
    took = f"{counted(soonest.rounds, 'round')} and {counted(soonest.months, 'month')}"
    return f" The most exposed would risk no more with another order ({soonest.name}), in {took}."


def _holding(found: Roadmap) -> str:
    if found.self_enforcing is None:
        if found.comparison and found.comparison[0].patience is None:
            return "Whatever their patience, the same for all, somebody gains by walking away on the way."
        return "The file states no patience, so it is left open whether anybody gains by walking away on the way."
    if found.self_enforcing:
        chance = found.sure.self_enforcing if isinstance(found.sure, Sureness) else None
        drawn = f"; so it is in {chance.in_words} of draws" if chance and chance.p < 1 else ""
        contested = " (contested)" if found.contested else ""
        return f"At the patience that the file states, nobody gains by walking away at any point{contested}{drawn}."
    mend = f" It would take {found.mends.found[0].in_words(found.scenario)}." if found.mends.found else ""
    return f"It is {cautions(found)[-1]}.{mend}"
