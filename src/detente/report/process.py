"""What does a scenario say of the process among people? Types, symbols and the process itself, as tables to read."""

from collections.abc import Iterator, Mapping

from detente.model.citation import cited
from detente.model.issue import Issue
from detente.model.process import ECHO, EVERYBODY, NO_PROCESS, ByParty, PartyType, Process, Symbol, Tension
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.report.traced import GROUNDS, grounds
from detente.table import Table, exact


def process_tables(scenario: Scenario) -> tuple[Table, ...]:
    """What sides may be like (under the readings in force), which steps are symbols, and how the process goes."""
    return types(scenario.settled()), _symbols(scenario), _process(scenario)


def types(scenario: Scenario) -> Table:
    """What the sides may be like, as far as it is said."""
    rows = [
        (
            party.title,
            each.kind,
            f"{exact(round(100 * float(each.weight / total), 1))}%",
            exact(float(each.costs)),
            exact(float(each.gains)),
            _instead(scenario, each),
            *grounds(scenario, each),
        )
        for party in scenario.parties.values()
        if (total := sum(one.weight for one in party.types.values()))
        for each in party.types.values()
    ]
    columns = ("party", "kind", "how likely", "costs times", "gains times", "worth instead", *GROUNDS)
    return Table("What the sides may be like", columns, tuple(rows)).filled()


def _instead(scenario: Scenario, each: PartyType) -> str:
    return "; ".join(
        f"{scenario.issues[issue].name}: {scenario.issues[issue].option_name(option)} {span(number)}"
        for issue, table in each.worth.items()
        for option, number in table.items()
    )


def _symbols(scenario: Scenario) -> Table:
    rows = tuple(_symbol(scenario, step, symbol) for step, symbol in _symbolic(scenario))
    columns = ("step", "belief (log-odds)", "tension a month", "worth of later steps", "fades after (months)")
    return Table("Steps that mean more than they are worth", columns, rows)


def _symbolic(scenario: Scenario) -> Iterator[tuple[str, Symbol]]:
    for issue in scenario.issues.values():
        for option in issue.options.values():
            if option.symbolic is not None:
                yield f"{issue.name}: {issue.option_name(option.id)}", option.symbolic
    for commitment in scenario.commitments.values():
        if commitment.symbolic is not None:
            yield commitment.name, commitment.symbolic


def _symbol(scenario: Scenario, step: str, symbol: Symbol) -> tuple[str, ...]:
    named: Mapping[str, Issue] = scenario.issues
    worth = "; ".join(
        f"{scenario.parties[party].title}, {named[key].name if key in named else key} {span(number)}"
        for party, table in symbol.worth.items()
        for key, number in table.items()
    )
    fades = "never" if symbol.fades is None else span(symbol.fades)
    return step, span(symbol.belief), span(symbol.tension), worth, fades


def _process(scenario: Scenario) -> Table:
    process = scenario.process
    rows: list[tuple[str, str]] = []
    if process != NO_PROCESS:
        rows = [
            ("lead", scenario.parties[scenario.settled().lead].title),
            ("everything", "" if process.everything is None else scenario.package(process.everything).name),
            ("slip", span(process.slip)),
            ("false alarm", span(process.false_alarm)),
            ("restraint", span(process.restraint)),
            ("spread", span(process.spread)),
            ("announced", f"{span(process.announced)} times"),
            *_tension(scenario, process.tension),
            *_chance(scenario, process),
            ("why", process.why),
            ("source", cited(scenario.sources, process.source)),
        ]
    return Table("The process", ("of the process", "as it is taken"), tuple(row for row in rows if row[1]))


def _tension(scenario: Scenario, tension: Tension) -> Iterator[tuple[str, str]]:
    for key in ("start", "drive", "calming"):
        yield f"tension: {key}", _each(scenario, getattr(tension, key))
    yield "tension: echo", _echo(scenario, tension)
    for key in ("incidents", "kept", "broken", "high"):
        yield f"tension: {key}", span(getattr(tension, key))


def _echo(scenario: Scenario, tension: Tension) -> str:
    parts = [
        f"{_whose(scenario, side, 'everybody')} {span(number)} of {_whose(scenario, other, 'each other side')}"
        for side, row in tension.echo.items()
        for other, number in row.items()
    ]
    if EVERYBODY not in tension.echo:
        parts.append(f"{'otherwise ' if parts else ''}{exact(float(ECHO))} of all others together")
    return "; ".join(parts)


def _chance(scenario: Scenario, process: Process) -> Iterator[tuple[str, str]]:
    if process.crisis is not None:
        calm, full = process.crisis
        yield "crisis", f"{span(calm)} at no tension, {span(full)} at full"
        yield "a crisis costs", _each(scenario, process.crisis_costs)
    leaders = [
        f"{scenario.parties[name].title} {span(each.chance)}"
        + ("" if each.patience is None else f", then patience {span(each.patience)}")
        for name, each in process.leadership.items()
    ]
    yield "leadership", "; ".join(leaders)
    yield "ratification", _each(scenario, process.ratification)
    yield "spoiling", _each(scenario, process.spoiling)
    yield "pressure: bites", _each(scenario, process.pressure.bites)
    yield "pressure: costs", _each(scenario, process.pressure.costs)
    yield "pressure: tension", span(process.pressure.tension)
    yield "reserve", _each(scenario, process.reserve)


def _each(scenario: Scenario, table: ByParty) -> str:
    order = sorted(table.items(), key=lambda pair: pair[0] == EVERYBODY)
    rest = "everybody else" if len(table) > 1 else "everybody"
    return "; ".join(f"{_whose(scenario, party, rest)} {span(number)}" for party, number in order)


def _whose(scenario: Scenario, party: str, rest: str) -> str:
    return rest if party == EVERYBODY else scenario.parties[party].title


def span(quantity: Quantity | None) -> str:
    """A number with all its decimals and its range; nothing where there is none."""
    if quantity is None:
        return ""
    low, likely, high = (exact(float(each)) for each in (quantity.low, quantity.likely, quantity.high))
    return likely if quantity.certain else f"{likely} ({low} to {high})"
