"""What does a file of events say? Scores by month, from monthly scores or from dated CAMEO-coded events."""

import os
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from math import isfinite
from pathlib import Path

from detente.errors import InfeasibleError, NotFoundError, Problem, ScenarioError
from detente.io.cameo import cameo
from detente.io.nodes import Faults, Text, UnreadableError, short, shown
from detente.io.rows import MOST_BYTES, Row, Sheet
from detente.model.names import nearest
from detente.model.series import Asked, Monthly, fitted_months, least_months
from detente.table import counted, listed

MOST_MONTHS = 2_400
MOST_DYADS = 12
MOST_FAULTS = 1_000
"""After so many faults a file is not read further."""

FEWEST_SHOCKS = 3
BUSIEST = 4
"""So many dyads are taken from a file of events where none is named."""

EVENT = ("source", "target", "code")
_DATE = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?|([0-9]{2})([0-9]{2}))")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_DYAD = re.compile(r"[^-]*[^-\s][^-]*-[^-]*[^-\s][^-]*")


def read_series(path: str | os.PathLike[str], asked: Asked) -> Monthly:
    """The monthly scores in the file at a path, as `parse_series` does; OSError if it cannot be opened."""
    name = os.fspath(path)
    if Path(name).is_dir():
        raise ScenarioError((Problem(name, 1, 1, "", "this is a folder; a series of events is a CSV file"),))
    with Path(name).open("rb") as stream:
        return parse_series(stream.read(MOST_BYTES + 1), asked, name)


def parse_series(source: str | bytes, asked: Asked, file: str = "<text>") -> Monthly:
    """The monthly scores that a CSV text holds; ScenarioError with every problem, NotFoundError for a name.

    Columns `date`, `source`, `target` and `code` make it a file of events, else it is one of monthly scores.
    """
    faults = Faults(file)
    found = None
    try:
        sheet = Sheet(source, faults)
        columns = _columns(sheet)
        events = sum(name in columns for name in EVENT) >= 2
        found = _events(sheet, columns, asked) if events else _scores(sheet, columns, asked)
    except UnreadableError:
        assert faults.count  # why is among the faults
    if found is None or faults.count:
        raise ScenarioError(faults.errors)
    return found


def _columns(sheet: Sheet) -> Mapping[str, int]:
    """Where each column is; the names of those with a meaning of their own in small letters."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(sheet.head.cells):
        name = cell.lower() if cell.lower() in ("date", *EVENT) else cell
        if name in columns:
            sheet.faults.add(f"a second column named '{short(name)}'", sheet.head.at(place))
        elif name:
            columns[name] = place
    return columns


def _scores(sheet: Sheet, columns: Mapping[str, int], asked: Asked) -> Monthly:
    if "date" not in columns:
        message = (
            "no column 'date'; monthly scores need date and a column for each dyad, events date, source, target, code"
        )
        raise sheet.faults.fatal(message, sheet.head.line, 1)
    dyads = _named(sheet, columns, asked)
    read = (*dyads, *((asked.shock,) if asked.shock else ()))
    months, values = _by_month(sheet, columns["date"], {name: columns[name] for name in read})
    _long_enough(sheet, months, asked)
    fitted = fitted_months(len(months), asked.held_out)
    for name in dyads:
        _moves(sheet, name, values[name][: fitted - 1], sheet.head.at(columns[name]))
    if asked.shock:
        shaken = sum(each != values[asked.shock][0] for each in values[asked.shock][1:fitted])
        if shaken < FEWEST_SHOCKS:
            message = (
                f"'{asked.shock}' differs in {counted(shaken, 'month')} of those fitted; {FEWEST_SHOCKS} are needed"
            )
            sheet.faults.add(message, sheet.head.at(columns[asked.shock]))
    scores = {name: tuple(values[name]) for name in dyads}
    shocks = tuple(values[asked.shock]) if asked.shock else ()
    return Monthly(sheet.faults.file, tuple(map(_said, months)), scores, {}, shocks, sheet.about)


def _named(sheet: Sheet, columns: Mapping[str, int], asked: Asked) -> tuple[str, ...]:
    """The dyads that are asked for, or else all columns named like one; the shock is there, too."""
    for name in (*asked.dyads, *((asked.shock,) if asked.shock else ())):
        if name not in columns or name == "date":
            others = [each for each in columns if each != "date"]
            raise NotFoundError(f"no column named '{name}' in {sheet.faults.file}{nearest(name, others)}")
    if asked.shock in asked.dyads:
        raise InfeasibleError(f"'{asked.shock}' cannot be both a dyad and what shakes it")
    like = (name for name in columns if _DYAD.fullmatch(name) and name != asked.shock)
    dyads = tuple(dict.fromkeys(asked.dyads)) or tuple(like)
    if not dyads:
        message = "no column is named like a dyad (USA-PRK); name the columns that are with --dyad"
        raise sheet.faults.fatal(message, sheet.head.line, 1)
    if len(dyads) > MOST_DYADS:
        message = f"{len(dyads)} dyads, and at most {MOST_DYADS} go together; choose some with --dyad"
        raise sheet.faults.fatal(message, sheet.head.line, 1)
    return dyads


def _by_month(sheet: Sheet, date_at: int, places: Mapping[str, int]) -> tuple[list[int], dict[str, list[float]]]:
    """The months and the values of the columns; months that come twice, are out of order or missing are told."""
    months: list[int] = []
    lines: dict[int, int] = {}
    values: dict[str, list[float]] = {name: [] for name in places}
    told = 0
    for row in _bounded(sheet):
        whole = sheet.faults.count == told  # else rows before this could not be read: no gap
        month = _month(sheet, row, date_at)
        for name, place in places.items():
            values[name].append(_number(sheet, row, name, place))
        if month is None:
            continue
        if month in lines:
            sheet.faults.add(f"{_said(month)} came already, on line {lines[month]}", row.at(date_at))
            continue
        if months and month < months[-1]:
            sheet.faults.add(f"months stand in order; {_said(months[-1])} comes before this", row.at(date_at))
        elif months and month > months[-1] + 1 and whole:
            sheet.faults.add(_gap(months[-1], month), row.at(date_at))
        lines[month] = row.line
        months.append(month)
        told = sheet.faults.count
        if len(months) > MOST_MONTHS:
            raise sheet.faults.fatal(f"more than {MOST_MONTHS:,} months, which is the limit", row.line, 1)
    return months, values


def _gap(before: int, after: int) -> str:
    missing = [_said(month) for month in range(before + 1, min(after, before + 4))]
    rest = after - before - 1 - len(missing)
    names = f"{', '.join(missing)} and {rest:,} more" if rest else listed(missing)
    verb = "is" if after - before == 2 else "are"
    return f"{names} {verb} missing before this; fill the gap, or leave out what is on one side of it"


def _events(sheet: Sheet, columns: Mapping[str, int], asked: Asked) -> Monthly:
    missing = [name for name in ("date", *EVENT) if name not in columns]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        message = f"events need the columns date, source, target and code; {listed(missing)} {are} missing"
        raise sheet.faults.fatal(message, sheet.head.line, 1)
    if asked.shock:
        raise NotFoundError(f"shocks are a column of monthly scores; {sheet.faults.file} is a file of events")
    sums: Counter[tuple[str, str, int]] = Counter()
    heard: Counter[tuple[str, str]] = Counter()
    first, last = 10**6, 0
    for row in _bounded(sheet):
        month, weight = _month(sheet, row, columns["date"]), _weight(sheet, row, columns["code"], asked.codes)
        source, target = (_side(sheet, row, columns[name], name) for name in ("source", "target"))
        if month is None or weight is None or not source or not target:
            continue
        first, last = min(first, month), max(last, month)
        if last - first >= MOST_MONTHS:
            message = f"with this the file spans more than {MOST_MONTHS:,} months, which is the limit"
            raise sheet.faults.fatal(message, row.line, row.at(columns["date"]).column)
        if source != target:
            heard[source, target] += 1
            sums[source, target, month] += weight
    months = list(range(first, last + 1))
    _long_enough(sheet, months, asked)
    if sheet.faults.count:
        raise UnreadableError
    return _directed(sheet, months, sums, _pairs(sheet, heard, asked.dyads), asked)


def _directed(
    sheet: Sheet,
    months: Sequence[int],
    sums: Mapping[tuple[str, str, int], int],
    pairs: Sequence[tuple[str, str]],
    asked: Asked,
) -> Monthly:
    """What each side did to the other: the sum of the weights of a month by its days."""
    fitted = fitted_months(len(months), asked.held_out)
    scores: dict[str, tuple[float, ...]] = {}
    opposite: dict[str, str] = {}
    for one, other in (each for a, b in pairs for each in ((a, b), (b, a))):
        name = f"{one} → {other}"
        scores[name] = tuple(sums[one, other, month] / (10 * _days(month)) for month in months)
        opposite[name] = f"{other} → {one}"
        _moves(sheet, name, scores[name][: fitted - 1], sheet.head.at(0))
    return Monthly(sheet.faults.file, tuple(map(_said, months)), scores, opposite, (), sheet.about)


def _pairs(sheet: Sheet, heard: Mapping[tuple[str, str], int], dyads: Sequence[str]) -> Sequence[tuple[str, str]]:
    """The dyads asked for; where none is named, the few of which most is told in both directions."""
    both = {pair for pair in heard if pair[::-1] in heard}
    if not both:
        raise sheet.faults.fatal("no two sides act on each other, each as source and as target", sheet.head.line, 1)
    if not dyads:
        once = [pair for pair in both if pair < pair[::-1]]
        return sorted(once, key=lambda pair: (-heard[pair] - heard[pair[::-1]], pair))[:BUSIEST]
    if len(dyads) > MOST_DYADS:
        raise NotFoundError(f"at most {MOST_DYADS} dyads go together; {len(dyads)} are named")
    known = {f"{one}-{other}": (one, other) for one, other in sorted(both)}
    for name in dyads:
        if name not in known:
            missing = f"no sides '{name}' that act on each other in {sheet.faults.file}"
            raise NotFoundError(f"{missing}{nearest(name, known)}")
    return list(dict.fromkeys(known[name] if known[name] < known[name][::-1] else known[name][::-1] for name in dyads))


def _bounded(sheet: Sheet) -> Iterator[Row]:
    for row in sheet:
        yield row
        if sheet.faults.count >= MOST_FAULTS:
            raise sheet.faults.fatal("too much is wrong; the file was not read further than this", row.line, 1)


def _month(sheet: Sheet, row: Row, place: int) -> int | None:
    """The months since the year 0."""
    found = _DATE.fullmatch(row.cells[place])
    if found:
        year, month, day = (int(part or 1) for part in (found[1], found[2] or found[4], found[3] or found[5]))
        with suppress(ValueError):  # there is no such day
            date(year, month, day)
            return 12 * year + month - 1
    cell = row.at(place)
    sheet.faults.add(f"a date is due here, such as 2018-01-31 or 2018-01; this is {shown(cell)}", cell)
    return None


def _said(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _days(month: int) -> int:
    return monthrange(month // 12, month % 12 + 1)[1]


def _number(sheet: Sheet, row: Row, name: str, place: int) -> float:
    text = row.cells[place]
    if _NUMBER.fullmatch(text) and isfinite(value := float(text)) and abs(value) <= 1e12:
        return value
    cell = row.at(place)
    sheet.faults.add(f"{short(name)}: a number is due here, such as -12.5; this is {shown(cell)}", cell)
    return 0.0


def _side(sheet: Sheet, row: Row, place: int, name: str) -> str:
    if not row.cells[place]:
        sheet.faults.add(f"{name}: nobody is named; leave out events without both sides", row.at(place))
    return row.cells[place]


def _weight(sheet: Sheet, row: Row, place: int, codes: str) -> int | None:
    """The weight of an event in tenths."""
    code = row.cells[place]
    known = cameo()
    if code in known and codes in known[code].tenths:
        return known[code].tenths[codes]
    cell = row.at(place)
    if code in known:
        user, other = codes.upper(), next(iter(known[code].tenths))
        sheet.faults.add(f"{user} gives no weight to {code} ({known[code].name}); --codes {other} does", cell)
    else:
        lost = f"; '0{code}' is: spreadsheets lose the zero in front" if f"0{code}" in known else ""
        sheet.faults.add(f"no CAMEO code {shown(cell)}{lost}", cell)
    return None


def _long_enough(sheet: Sheet, months: Sequence[int], asked: Asked) -> None:
    needed = least_months(asked.held_out)
    if len(months) >= needed:
        return
    if len(months) + sheet.faults.count < needed:
        part = f"with {100 * asked.held_out:.0f}% held out"
        message = f"{counted(len(months), 'month')}, and {needed} are needed {part}; add earlier or later ones"
        sheet.faults.add(message, sheet.head.at(0))
    raise UnreadableError


def _moves(sheet: Sheet, name: str, values: Sequence[float], at: Text) -> None:
    if len(set(values)) < 2:
        message = f"{name} is {values[0]:g} in every month that is fitted: nothing can be learnt; leave the dyad out"
        sheet.faults.add(message, at)
