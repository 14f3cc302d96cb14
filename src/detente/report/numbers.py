"""Which numbers does it rest on? Every one of them with its why, its sources, and its line in the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from detente.analysis.spoken import options_in_words
from detente.model.citation import Grounded
from detente.model.commitment import NO_COURSE
from detente.model.issue import Issue
from detente.model.judgment import Change, PartyChange, Reading
from detente.model.party import Party
from detente.model.process import NO_PROCESS, PartyType
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.report.process import span
from detente.report.traced import GROUNDS, grounds
from detente.report.words import question, range_in_words
from detente.table import Table, exact

_TRIFLE = 1e-6
"""Numbers of a range have nine decimals: what strays no further from a straight line lies on it."""

Row = tuple[str, ...]
Told = tuple[str, str, str, Grounded | None]
"""Whose, of what, what it is, and why."""


def worth(scenario: Scenario) -> Table:
    """What everything is worth to everyone; of a number or date the ends of the straight lines between options."""
    rows: list[Row] = []
    for party in scenario.parties.values():
        told = [*_no_deal(party), *_points(scenario, party.title, party.preferences.worth, party.positions)]
        rows += [(*each, *grounds(scenario, why, party)) for *each, why in told]
        for rule in scenario.interactions.values():
            if party.id in rule.worth:
                value = rule.worth[party.id]
                said = (party.title, f"together: {rule.id}", range_in_words(value))
                rows.append((*said, *grounds(scenario, value, rule)))
    columns = ("party", "what", "points (low to high)", *GROUNDS)
    title = "Every number, with its why and its line in the file"
    return Table(title, columns, tuple(rows), frozenset({"points (low to high)", "line"}), "No number is given.")


def _no_deal(party: Party) -> Iterator[Told]:
    if party.reservation:
        yield party.title, "without a deal", range_in_words(party.reservation), party.reservation


def _points(
    scenario: Scenario, whose: str, worth: Mapping[str, Mapping[str, Quantity]], positions: Mapping[str, object]
) -> Iterator[Told]:
    """What options are worth, and what all the numbers of an issue are multiplied by (a position has its own rule)."""
    for issue, table in worth.items():
        named = scenario.issues[issue]
        for option in _turns(named, table):
            yield whose, f"{named.name}: {named.option_name(option)}", range_in_words(table[option]), table[option]
        if issue not in positions:
            scales = {id(value.times[0]): value.times[0] for value in table.values() if value.times is not None}
            for scale in scales.values():
                yield whose, f"{named.name}: all its numbers times", range_in_words(scale), scale


def _turns(issue: Issue, table: Mapping[str, Quantity]) -> Sequence[str]:
    """The options to tell: all of those named; of a number or date those where worth turns, or has a reason of its own.

    Between them it runs in straight lines.
    """
    names = list(table)
    if issue.kind == "named" or len(names) < 3:
        return names
    spots = [_spot(table[name]) for name in names]
    told = [names[0]]
    for k in range(1, len(names) - 1):
        bends = any(abs(a - 2 * b + c) > _TRIFLE for a, b, c in zip(*spots[k - 1 : k + 2], strict=True))
        own = table[names[k]].why not in ("", table[names[k - 1]].why) and not _told_at_the_ends(names[k], table)
        if bends or own:
            told.append(names[k])
    return [*told, names[-1]]


def _told_at_the_ends(option: str, table: Mapping[str, Quantity]) -> bool:
    """Whether an option only lies between others, at which its reasons stand."""
    why = table[option].why
    if not why.startswith("between "):
        return False
    for other in table.values():
        why = why.replace(f"({other.why})", "")
    return "(" not in why


def _spot(value: Quantity) -> tuple[float, float, float]:
    return float(value.low), float(value.likely), float(value.high)


def readings(scenario: Scenario) -> Table:
    """What each reading of a judgment sets or adds; why stands with the reading, unless a number has its own reason."""
    rows = [
        (question(judgment), reading.name, *told, *_own(scenario, why, reading))
        for judgment in scenario.judgments.values()
        for reading in judgment.readings.values()
        for *told, why in _changes(scenario, reading)
    ]
    columns = ("judgment", "read as", "whose", "what", "is then", *GROUNDS)
    title = "What each reading changes (for the reading's own reason, unless another stands here)"
    return Table(title, columns, tuple(rows), frozenset({"line"})).filled()


def _changes(scenario: Scenario, reading: Reading) -> Iterator[Told]:
    yield from _changed(scenario, reading.sets)
    for whose, what, value, why in _changed(scenario, reading.adds):
        yield whose, what, f"added: {value}", why


def _own(scenario: Scenario, each: Grounded | None, reading: Reading) -> tuple[str, str, str]:
    """The reason that a change has of its own, and its line, or else that of its reading."""
    why, works, line = grounds(scenario, each)
    return why, works, line or grounds(scenario, reading)[2]


def _changed(scenario: Scenario, change: Change) -> Iterator[Told]:
    for name, part in change.parties.items():
        yield from _party(scenario, scenario.parties[name], part)
    for rule, values in change.interactions.items():
        for name, value in values.items():
            yield scenario.parties[name].title, f"together: {rule}", range_in_words(value), value


def _party(scenario: Scenario, party: Party, part: PartyChange) -> Iterator[Told]:
    if part.reservation is not None:
        yield party.title, "without a deal", range_in_words(part.reservation), part.reservation
    yield from _points(scenario, party.title, part.worth, {})
    for issue, options in part.refuses.items():
        if not options:
            yield party.title, scenario.issues[issue].name, "refuses nothing", None
        for option, refusal in options.items():
            yield party.title, options_in_words(scenario, {issue: (option,)}), "refused at any price", refusal
    if part.role is not None:
        yield party.title, "its say", part.role.value, None
    if part.over is not None:
        yield party.title, "its say is over", options_in_words(scenario, part.over) or "everything", None
    for kind, each in part.types.items():
        if each != party.types.get(kind):
            yield party.title, f"may be {kind}", _kind(each), each
            yield from ((party.title, f"{kind}: {what}", value, why) for what, value, why in _told(scenario, each))


def _kind(each: PartyType) -> str:
    numbers = (each.weight, each.costs, each.gains)
    return "weight {}, costs times {}, gains times {}".format(*(exact(float(number)) for number in numbers))


def way(scenario: Scenario) -> Table:
    """The numbers of steps, of the way and of the process among people; those taken where the file says nothing too."""
    rows: list[Row] = []
    for issue in scenario.issues.values():
        for option in issue.options.values() if issue.kind == "named" else ():
            rows += _of(scenario, f"{issue.name}: {option.name}", option)
    for commitment in scenario.commitments.values():
        rows += _of(scenario, commitment.name, commitment)
    for party in scenario.parties.values():
        for each in party.types.values():
            rows += _of(scenario, f"{party.title}, if {each.kind}", each)
    if scenario.course != NO_COURSE:
        discount = exact(float(scenario.course.discount))
        rows.append(("along the way", "the reference discount per period", discount, *grounds(scenario, None)))
        rows += _of(scenario, "along the way", scenario.course)
    process = scenario.process
    if process != NO_PROCESS:
        rows += _of(scenario, "among people", process)
    columns = ("of", "what", "number (low to high)", *GROUNDS)
    title = "The numbers of steps, of the way and of the process"
    return Table(title, columns, tuple(rows), frozenset({"number (low to high)", "line"}))


def _of(scenario: Scenario, whose: str, record: object) -> list[Row]:
    return [(whose, what, value, *grounds(scenario, why)) for what, value, why in _told(scenario, record)]


def _told(scenario: Scenario, record: object) -> Iterator[tuple[str, str, Quantity]]:
    """Every judged number within a record, however deep, by the words that lead to it."""
    titles = {party.id: party.title for party in scenario.parties.values()}
    titles |= {issue.id: issue.name for issue in scenario.issues.values()}
    titles |= {commitment.id: commitment.name for commitment in scenario.commitments.values()}
    for path, value in _within(record, ()):
        words = [titles.get(word, word.replace("_", " ")) or "all who are not named" for word in path]
        yield ", ".join(words), span(value), value


def _within(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Quantity]]:
    if isinstance(value, Quantity):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _within(each, (*path, key))
    elif isinstance(value, tuple):
        for where, each in zip(("calm", "full"), value, strict=False):  # the chance of a crisis is the one pair
            yield from _within(each, (*path, where))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _within(getattr(value, field.name), (*path, field.name))
