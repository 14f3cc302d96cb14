"""Money, time and dates: which steps of a range are options, and what is each worth? Straight lines between points."""

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from detente.io.nodes import Faults, Text, short
from detente.io.numbers import NumeralError, nanos, number, rounded, written
from detente.io.schema import RangeDoc
from detente.model.quantity import NOTHING, Quantity

MOST_OPTIONS = 2_001
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
STEP = re.compile(r"([0-9]{1,5}) +(day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Axis:
    """The options of a numeric issue: their places (billionths, or days) and their names, upwards."""

    kind: Literal["number", "date"]
    places: tuple[int, ...]
    names: tuple[str, ...]
    spans: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    def options(self, name: Text, faults: Faults) -> tuple[str, ...]:
        """The option of that name (2.50 is 2.5), or all within a span such as 10..25."""
        if name not in self.spans:
            try:
                self.spans[str(name)] = self._found(str(name))
            except NumeralError as error:
                faults.add(str(error), name)
                return ()
        return self.spans[name]

    def worth(self, table: Mapping[Text, Quantity | None], faults: Faults) -> dict[str, Quantity]:
        """The worth of every option: straight lines between the points given, flat beyond them."""
        points: dict[int, tuple[str, Quantity]] = {}
        for name, quantity in table.items():
            try:
                place = self._place(str(name))
            except NumeralError as error:
                faults.add(str(error), name)
                continue
            if place in points:
                faults.add(f"'{short(name)}' stands here twice, written differently", name)
            elif not self.places[0] <= place <= self.places[-1]:
                faults.add(f"'{short(name)}' lies outside {self.names[0]}..{self.names[-1]}", name)
            elif quantity is not None:
                points[place] = str(name), quantity
        found = dict(zip(self.names, _lines(points, self.places), strict=True)) if points else {}
        for place in sorted(points)[1:-1]:
            after = bisect_left(self.places, place)
            if self.places[after] != place and {self.places[after - 1], self.places[after]} <= set(points):
                found[self.names[after - 1]] += replace(
                    NOTHING, why=points[place][1].why, source=points[place][1].source
                )
        return found

    def _place(self, text: str) -> int:
        return nanos(number(text)) if self.kind == "number" else _day(text).toordinal()

    def _found(self, text: str) -> tuple[str, ...]:
        first, dots, last = text.partition("..")
        low = self._place(first.strip())
        high = self._place(last.strip()) if dots else low
        if low > high:
            raise NumeralError(f"the span is upside down; did you mean {last.strip()}..{first.strip()}?")
        if dots and not self.places[0] <= low <= high <= self.places[-1]:
            raise NumeralError(f"the span {text} reaches outside {self.names[0]}..{self.names[-1]}")
        found = self.names[bisect_left(self.places, low) : bisect_right(self.places, high)]
        if found:
            return found
        if dots:
            raise NumeralError(f"no option lies within {text}")
        after = bisect_left(self.places, low)
        near = " and ".join(self.names[max(after - 1, 0) : after + 1])
        raise NumeralError(f"no option named '{text}'; the nearest: {near}")


def place(option: str) -> int:
    """Where an option of a numeric issue lies: a day, or billionths."""
    return _day(option).toordinal() if DATE.fullmatch(option) else nanos(number(option))


def _lines(points: Mapping[int, tuple[str, Quantity]], places: Sequence[int]) -> Iterator[Quantity]:
    """What every place is worth: straight lines between the points, flat beyond them."""
    where = sorted(points)
    whys = ["", *(_both(points[left], points[right]) for left, right in pairwise(where)), ""]
    for place in places:
        after = bisect_left(where, place)
        if after == len(where) or (after == 0 and where[0] != place):
            yield points[where[max(after - 1, 0)]][1]
        elif where[after] == place:
            yield points[place][1]
        else:
            left, right = where[after - 1], where[after]
            yield _between(points[left][1], points[right][1], Fraction(place - left, right - left), whys[after])


def _both(one: tuple[str, Quantity], other: tuple[str, Quantity]) -> str:
    """Why what lies between two points is worth what it is: what holds of both, or each with its reason."""
    if one[1].why == other[1].why:
        return one[1].why
    told = [f"{short(name)} ({quantity.why})" if quantity.why else short(name) for name, quantity in (one, other)]
    return f"between {told[0]} and {told[1]}"


def _between(start: Quantity, end: Quantity, part: Fraction, why: str) -> Quantity:
    """What lies on the straight line, so far on the way from one point to the next."""

    def line(first: Fraction, last: Fraction) -> Fraction:
        weighed = nanos(first) * (part.denominator - part.numerator) + nanos(last) * part.numerator
        return rounded(weighed, part.denominator)

    likely = line(start.likely, end.likely)
    source = start.source if start.source == end.source else tuple(dict.fromkeys(start.source + end.source))
    if start.certain and end.certain:
        return Quantity(likely, likely, likely, why, source, start.line)
    low, high = line(start.low, end.low), line(start.high, end.high)
    return Quantity(low, likely, high, why, source, start.line, (end if start.certain else start).shape)


def _day(text: str) -> date:
    if not DATE.fullmatch(text):
        raise NumeralError(f"a date is due here, such as 2022-12-31; this is '{short(text)}'")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NumeralError(f"there is no such date: {text}") from None


def axis(document: RangeDoc, faults: Faults) -> Axis | None:
    """The options that a range stands for; None, and why among the faults, if it stands for none."""
    if document.start is None or document.to is None or document.step is None:
        return None
    build = _dates if DATE.fullmatch(document.start) else _numbers
    return build(document.start, document.to, document.step, faults)


def _numbers(start: Text, to: Text, step: Text, faults: Faults) -> Axis | None:
    ends: list[int] = []
    for text in (start, to, step):
        try:
            ends.append(nanos(number(str(text))))
        except NumeralError as error:
            faults.add(str(error), text)
    if len(ends) < 3:
        return None
    low, high, by = ends
    if by <= 0:
        faults.add("the step must be above 0", step)
        return None
    if not _fits(low, high, (high - low) // by + 1, to, step, faults):
        return None
    places = tuple(range(low, high + 1, by))
    if places[-1] < high:
        more = f"; make it {written(places[-1])} or {written(places[-1] + by)}, or take another step"
        _tell_end(start, to, step, written(places[-1]), more, faults)
    return Axis("number", places, tuple(map(written, places)))


def _fits(low: int, high: int, count: int, to: Text, step: Text, faults: Faults) -> bool:
    if low > high:
        faults.add("'to' lies before 'from'", to)
    elif count > MOST_OPTIONS:
        faults.add(f"at most {MOST_OPTIONS:,} options; this range has {count:,}", step)
    return low <= high and count <= MOST_OPTIONS


def _tell_end(start: Text, to: Text, step: Text, last: str, more: str, faults: Faults) -> None:
    """The end that a range names is no option."""
    faults.warn(f"steps of {step} from {start} end at {last}, so {to} is no option{more}", to)


def _dates(start: Text, to: Text, step: Text, faults: Faults) -> Axis | None:
    ends: list[date] = []
    for text in (start, to):
        try:
            ends.append(_day(str(text)))
        except NumeralError as error:
            faults.add(str(error), text)
    matched = STEP.fullmatch(step)
    if matched is None or int(matched[1]) == 0:
        message = f"a step between dates is due here, such as 1 day, 2 weeks or 1 month; this is '{short(step)}'"
        faults.add(message, step)
    if matched is None or int(matched[1]) == 0 or len(ends) < 2:
        return None
    (first, last), by = ends, int(matched[1])
    in_days = matched[2] in ("day", "week")
    by *= {"day": 1, "week": 7, "month": 1, "year": 12}[matched[2]]
    months = (last.year - first.year) * 12 + last.month - first.month
    count = ((last - first).days if in_days else months) // by + 1
    if not _fits(first.toordinal(), last.toordinal(), count, to, step, faults):
        return None
    days = [first + timedelta(by * k) if in_days else _months_later(first, by * k) for k in range(count)]
    days = [day for day in days if day <= last]
    if days[-1] != last:
        _tell_end(start, to, step, days[-1].isoformat(), "", faults)
    return Axis("date", tuple(day.toordinal() for day in days), tuple(day.isoformat() for day in days))


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
