"""What does a scenario say, and in what do two of them differ? As tables to read, and as plain values to compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction

from detente.analysis.spoken import needed, options_in_words
from detente.analysis.tables import plain, reservation
from detente.model.citation import cited
from detente.model.issue import Issue
from detente.model.party import Party
from detente.model.position import Position
from detente.model.process import EVERYBODY, NO_PROCESS
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.report.process import process_tables
from detente.table import Table, counted, exact, figure, listed

_LEFT_OUT = frozenset({"line", "file", "id"})
"""Where something stands is no part of what it says, and an id is the key that it stands under."""


@dataclass(frozen=True, slots=True)
class Show:
    """A scenario in readable form; the parties' reservations are those under the readings in force."""

    scenario: Scenario

    def payload(self) -> dict[str, object]:
        """For JSON: everything the scenario says, issue by issue and party by party."""
        return {"schema": "detente/show/1", **document(self.scenario)}

    def tables(self) -> tuple[Table, ...]:
        """What it is about, who wants what, with which doubts and rules; what is argued, and how it is carried on."""
        scenario = self.scenario
        every = (
            _about(scenario),
            _issues(scenario),
            _parties(scenario.settled()),
            *(position_table(scenario, party) for party in scenario.parties.values()),
            _scales(scenario),
            _shapes(scenario),
            _leanings(scenario),
            _interactions(scenario),
            _conditions(scenario),
            _demands(scenario),
            _packages(scenario),
            _judgments(scenario),
            _claims(scenario),
            *process_tables(scenario),
        )
        return tuple(table for table in every if table.rows)


def show(scenario: Scenario) -> Show:
    """A scenario in readable form: what is on the table, who must agree, and what binds them.

    >>> from detente.catalog import load
    >>> show(load("river")).tables()[1].rows[0][:2]
    ('water', 'Water released in summer')
    """
    return Show(scenario)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two scenarios say differently; None where one of them does not say it."""

    path: tuple[str, ...]
    a: object
    b: object


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two scenarios, by path, in the order of the first."""

    names: tuple[str, str]
    changes: tuple[Difference, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        changes = [{"path": _path(each), "a": each.a, "b": each.b} for each in self.changes]
        return {"schema": "detente/diff/1", "changes": changes}

    def table(self) -> Table:
        """One row for each difference."""
        rows = tuple((_path(each), in_words(each.a), in_words(each.b)) for each in self.changes)
        return Table("What differs", ("path", *self.names), rows, empty="The two scenarios say the same.")


def diff(a: Scenario, b: Scenario) -> Diff:
    """What differs between two scenarios, wherever it stands in their files; the order of things does not count."""
    names = (a.file or "a", b.file or "b")
    if names[0] == names[1]:
        names = (f"{names[0]} (a)", f"{names[1]} (b)")
    return Diff(names, tuple(_differences((), document(a), document(b))))


def document(scenario: Scenario) -> dict[str, object]:
    """Everything a scenario says as plain values: tables, lists, texts and numbers, without what is empty."""
    return _fields(scenario)


def in_words(value: object) -> str:
    """A plain value as people write it; a dash for what is not there."""
    if isinstance(value, Mapping):
        return "; ".join(_pair(str(key), each) for key, each in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(in_words(each) for each in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return exact(value)
    return "–" if value is None else str(value)


def _pair(key: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"{key} ({in_words(value)})" if value else key
    return f"{key}: {in_words(value)}"


def _differences(path: tuple[str, ...], a: object, b: object) -> Iterator[Difference]:
    if a == b and isinstance(a, bool) == isinstance(b, bool):
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*a, *b)):
            yield from _differences((*path, str(key)), a.get(key), b.get(key))
    elif isinstance(a, list) and isinstance(b, list):
        gone, new = [x for x in a if x not in b], [x for x in b if x not in a]
        yield from (Difference(path, x, None) for x in gone)
        yield from (Difference(path, None, x) for x in new)
        if not gone and not new:
            yield Difference(path, a, b)
    else:
        yield Difference(path, a, b)


def _path(difference: Difference) -> str:
    return " → ".join(difference.path)


def _plain(value: object) -> object:
    if isinstance(value, Quantity):
        return _number(value)
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, Mapping):
        return {"everybody" if key == EVERYBODY else str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return _fields(value) if is_dataclass(value) else value


def _fields(value: object) -> dict[str, object]:
    """What a record holds by name; a demand's or a claim's test also says which kind of test it is."""
    assert is_dataclass(value)
    given = {each.name: getattr(value, each.name) for each in fields(value) if each.name not in _LEFT_OUT}
    named = {name: _plain(each) for name, each in given.items() if each != NO_PROCESS}
    if type(value).__module__.endswith(".claim") and "says" not in named:
        named = {"kind": type(value).__name__, **named}
    return {key: each for key, each in named.items() if each not in ({}, [], "", None)}


def _number(quantity: Quantity) -> object:
    reasons = {"why": quantity.why, "source": list(quantity.source)}
    given: dict[str, object] = {key: each for key, each in reasons.items() if each}
    if quantity.times is not None:
        scale, own = quantity.times
        given |= {"scale": _number(scale), "points": _number(own)}
    elif quantity.shape != "pert" and not quantity.certain:
        given["shape"] = quantity.shape
    if quantity.certain:
        return {"value": plain(quantity.likely), **given} if given else plain(quantity.likely)
    low, likely, high = (plain(each) for each in (quantity.low, quantity.likely, quantity.high))
    return {"low": low, "likely": likely, "high": high, **given}


def _about(scenario: Scenario) -> Table:
    rows = [("summary", scenario.summary), ("agreement by", needed(scenario.settled()))]
    rows += [("note", note) for note in scenario.notes]
    return Table(scenario.title, ("about", "in words"), tuple(row for row in rows if row[1]))


def _issues(scenario: Scenario) -> Table:
    rows = tuple(
        (
            issue.id,
            issue.name,
            _names(scenario, issue.by),
            issue.option_name(issue.status_quo),
            _options(issue),
        )
        for issue in scenario.issues.values()
    )
    return Table("Issues", ("issue", "title", "carried out by", "status quo", "options"), rows)


def _options(issue: Issue) -> str:
    names = list(issue.options)
    if issue.kind == "named" or len(names) < 3:
        return "; ".join(issue.option_name(name) for name in names)
    return f"{issue.option_name(names[0])} to {issue.option_name(names[-1])} in {len(names) - 1:,} steps"


def _parties(settled: Scenario) -> Table:
    rows = []
    for party in settled.parties.values():
        worth = reservation(settled, party)
        basis = "" if party.reservation else " (status quo)"
        role = party.role.value + (f" over {options_in_words(settled, party.over)}" if party.over else "")
        refused = {issue: tuple(options) for issue, options in party.preferences.refuses.items() if options}
        rows.append(
            (party.id, party.title, role, _span(worth) + basis, party.batna, options_in_words(settled, refused))
        )
    columns = ("party", "name", "role", "no deal is worth", "without a deal", "refuses")
    return Table("Parties", columns, tuple(rows))


def _span(quantity: Quantity) -> str:
    low, likely, high = (figure(plain(each)) for each in (quantity.low, quantity.likely, quantity.high))
    return likely if quantity.certain else f"{likely} ({low} to {high})"


def position_table(scenario: Scenario, party: Party) -> Table:
    """What a party wants, accepts and refuses, issue by issue, with date, why and source."""
    rows = tuple(_position(scenario.issues[name], each, scenario.sources) for name, each in party.positions.items())
    columns = ("issue", "wants", "accepts", "refuses", "how much it matters", "date", "why", "source")
    return Table(f"{party.title}: {counted(len(rows), 'position')}", columns, rows).filled()


def _position(issue: Issue, each: Position, sources: Mapping[str, str]) -> tuple[str, ...]:
    wanted = ((each.wants,), each.accepts, each.refuses)
    options = ("; ".join(issue.option_name(option) for option in some) for some in wanted)
    return (issue.name, *options, each.salience.value, each.date, each.why, cited(sources, each.source))


def _scales(scenario: Scenario) -> Table:
    rows: dict[int, tuple[str, ...]] = {}
    for party, issue, scale in _factors(scenario):
        rows[id(scale)] = (party.title, scenario.issues[issue].name, _span(scale), _shape(scale), scale.why)
    columns = ("party", "issue", "all its numbers times", "drawn", "why")
    return Table("Scales", columns, tuple(rows.values()))


def _factors(scenario: Scenario) -> Iterator[tuple[Party, str, Quantity]]:
    for party in scenario.parties.values():
        for issue, table in party.preferences.worth.items():
            if issue not in party.positions:
                yield from ((party, issue, number.times[0]) for number in table.values() if number.times is not None)


def _shape(quantity: Quantity) -> str:
    return "" if quantity.certain else quantity.shape


def _shapes(scenario: Scenario) -> Table:
    rows = [(whose, what, _span(number), number.shape) for whose, what, number in _drawn(scenario)]
    some = tuple(row for row in dict.fromkeys(rows) if row[-1] != "pert")
    return Table("Ranges that are not drawn as pert", ("party", "of", "range", "drawn"), some)


def _drawn(scenario: Scenario) -> Iterator[tuple[str, str, Quantity]]:
    """The ranges as they are written, whose and of what; under a scale those that it multiplies."""
    for party in scenario.parties.values():
        for issue, table in party.preferences.worth.items():
            names = scenario.issues[issue]
            for option, number in table.items():
                own = number if number.times is None else number.times[1]
                if not own.certain:
                    yield party.title, f"{names.name}: {names.option_name(option)}", own
        if party.reservation is not None and not party.reservation.certain:
            yield party.title, "no deal", party.reservation
    for rule in scenario.interactions.values():
        for name, number in rule.worth.items():
            if not number.certain:
                yield scenario.parties[name].title, rule.id, number


def _leanings(scenario: Scenario) -> Table:
    rows = [
        (each.id, each.title, "all", in_words(plain(each.leaning)), "")
        for each in scenario.parties.values()
        if each.leaning
    ]
    rows += [
        (
            each.id,
            _names(scenario, each.parties) or "all",
            listed([scenario.issues[issue].name for issue in each.issues]) or "all",
            in_words(plain(each.share)),
            each.why,
        )
        for each in scenario.leanings.values()
    ]
    columns = ("leaning", "numbers of", "on", "how far (0 to 1)", "why")
    return Table("Numbers that are wrong together", columns, tuple(rows))


def _interactions(scenario: Scenario) -> Table:
    rows = tuple(
        (
            each.id,
            options_in_words(scenario, each.when),
            "; ".join(f"{scenario.parties[name].title} {_span(worth)}" for name, worth in each.worth.items()),
            each.why,
        )
        for each in scenario.interactions.values()
    )
    return Table("Worth more, or less, together", ("interaction", "when", "worth", "why"), rows)


def _conditions(scenario: Scenario) -> Table:
    rows = tuple(
        (options_in_words(scenario, each.when), options_in_words(scenario, each.requires) or "never", each.why)
        for each in scenario.conditions
    )
    return Table("Conditions", ("when", "requires", "why"), rows)


def _demands(scenario: Scenario) -> Table:
    rows = tuple(
        (each.id, _names(scenario, each.by), options_in_words(scenario, each.terms), each.why)
        for each in scenario.demands.values()
    )
    return Table("Demands", ("demand", "by", "terms", "why"), rows)


def _packages(scenario: Scenario) -> Table:
    rows = tuple(
        (
            each.id,
            _names(scenario, each.by),
            options_in_words(scenario, {issue: (option,) for issue, option in each.terms.items()}),
            each.why,
        )
        for each in scenario.packages.values()
    )
    return Table("Packages", ("package", "by", "terms (the rest as it is)", "why"), rows)


def _judgments(scenario: Scenario) -> Table:
    rows = tuple(
        (each.id, each.question, "; ".join(each.readings), each.likely or "values as written", "yes" * each.open)
        for each in scenario.judgments.values()
    )
    return Table("Judgments", ("judgment", "question", "readings", "in force", "open"), rows)


def _claims(scenario: Scenario) -> Table:
    rows = tuple(
        (each.id, each.says, each.by, each.camp, "yes" if each.test else "no") for each in scenario.claims.values()
    )
    return Table("Claims", ("claim", "says", "by", "camp", "tested"), rows)


def _names(scenario: Scenario, parties: tuple[str, ...]) -> str:
    return listed([scenario.parties[name].title for name in parties])
