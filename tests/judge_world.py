"""What does a scenario file say, read once more from docs/file-format.md? For the judge, without a line of detente."""

import json
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

Tree = Mapping[str, Any]
Outcome = dict[str, str]
Sets = dict[str, set[str]]


@dataclass(frozen=True, eq=False)
class Judged:
    """One judged number of the file; two are the same only where they are the same words of the file."""

    low: Fraction
    likely: Fraction
    high: Fraction
    factors: "tuple[Judged, Judged] | None" = None

    def at(self, bound: str) -> Fraction:
        return {"low": self.low, "likely": self.likely, "high": self.high}[bound]

    def plus(self, other: "Judged") -> "Judged":
        return Judged(self.low + other.low, self.likely + other.likely, self.high + other.high)


@dataclass
class Side:
    role: str
    over: Sets
    worth: dict[str, dict[str, Judged]]
    reservation: Judged | None
    refuses: Sets


@dataclass
class Rule:
    when: Sets
    worth: dict[str, Judged] = field(default_factory=dict)
    requires: Sets | None = None


@dataclass
class World:
    """A scenario under its readings."""

    issues: dict[str, dict[str, Fraction | None]]
    status_quo: Outcome
    sides: dict[str, Side]
    together: dict[str, Rule]
    conditions: list[Rule]
    quorum: int | None = None
    always: tuple[str, ...] = ()

    def those(self, *roles: str) -> tuple[str, ...]:
        """Who has one of these roles, role by role, in the file's order."""
        return tuple(name for role in roles for name, side in self.sides.items() if side.role == role)

    @property
    def principals(self) -> tuple[str, ...]:
        return self.those("principal")

    @property
    def binding(self) -> tuple[str, ...]:
        return self.those("principal", "veto")


def tree_of(path: Path) -> Tree:
    """The tree of a file, every word as it is written."""
    tree: Tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return tree


def text_of(tree: Tree) -> str:
    """A file that holds this tree."""
    return json.dumps(tree, ensure_ascii=False)


def nine(value: Fraction) -> Fraction:
    return Fraction(round(value * 10**9), 10**9)  # Python rounds a Fraction half to even


def number(word: object) -> Fraction:
    return nine(Fraction(str(word)))


def judged(node: object) -> Judged:
    if isinstance(node, Mapping):
        if "value" in node:
            return judged(node["value"])
        low, high = number(node["low"]), number(node["high"])
        return Judged(low, number(node["likely"]) if "likely" in node else nine((low + high) / 2), high)
    low, _, high = (number(part) if part != ".." else None for part in _parts(str(node)))
    assert low is not None
    assert high is not None
    return Judged(low, nine((low + high) / 2), high)


def _parts(word: str) -> tuple[str, str, str]:
    low, dots, high = word.partition("..")
    return low, "..", high if dots else low


def many(node: object) -> list[str]:
    """One word, a list of them, or a table with a reason for each."""
    return [str(each) for each in node] if isinstance(node, list | Mapping) else [str(node)]


def place(word: str) -> Fraction:
    """Where a number or a date lies."""
    return Fraction(date.fromisoformat(word).toordinal()) if word[4:5] == "-" else number(word)


def steps(node: Tree) -> dict[str, Fraction | None]:
    """The options of a numeric issue, with their places."""
    start, to = str(node["from"]), place(str(node["to"]))
    if start[4:5] == "-":
        return {day: place(day) for day in days(date.fromisoformat(start), to, *str(node["step"]).split())}
    found, at = {}, number(start)
    while at <= to:
        found[decimal(at)] = at
        at += number(node["step"])
    return found


def days(start: date, to: Fraction, by: str, unit: str) -> Iterator[str]:
    """The dates from a start on, as long as they do not pass the end."""
    day, number = start, 0
    while day.toordinal() <= to:
        yield day.isoformat()
        number += int(by)
        if unit[0] in "dw":
            day = start + timedelta(number * (7 if unit[0] == "w" else 1))
            continue
        years, month = divmod(start.month - 1 + number * (12 if unit[0] == "y" else 1), 12)
        day = date(start.year + years, month + 1, min(start.day, monthrange(start.year + years, month + 1)[1]))


def decimal(value: Fraction) -> str:
    whole, rest = divmod(abs(value) * 10**9, 10**9)
    return ("-" if value < 0 else "") + f"{whole}.{int(rest):09d}".rstrip("0").rstrip(".")


def named(world: World, issue: str, words: Iterable[str]) -> set[str]:
    """The options that some words stand for; in a numeric issue a word may be a span."""
    options, found = world.issues[issue], set()
    for word in words:
        if numeric(options):
            low, _, high = _parts(word)
            found |= {name for name, at in options.items() if at is not None and place(low) <= at <= place(high)}
        else:
            found.add(word)
    return found


def numeric(options: Mapping[str, Fraction | None]) -> bool:
    return None not in options.values()


def sets(world: World, node: Tree | None) -> Sets:
    return {issue: named(world, issue, many(words)) for issue, words in (node or {}).items()}


def worths(world: World, node: Tree | None) -> dict[str, dict[str, Judged]]:
    found = {}
    for issue, words in (node or {}).items():
        table = {str(word): judged(value) for word, value in words.items() if word != "scale"}
        places = world.issues[issue]
        found[issue] = {o: between(table, at) for o, at in places.items() if at is not None} if table else {}
        found[issue] = found[issue] or table
        if "scale" in words:
            scale, once = judged(words["scale"]), {}
            for word, own in found[issue].items():  # what is one number stays one
                found[issue][word] = once.setdefault(id(own), times(scale, own))
    return found


def times(scale: Judged, own: Judged) -> Judged:
    """All products of two judged numbers, of which one is not below 0."""
    corners = [nine(a * b) for a in (scale.low, scale.high) for b in (own.low, own.high)]
    return Judged(min(corners), nine(scale.likely * own.likely), max(corners), (scale, own))


def between(table: Mapping[str, Judged], at: Fraction) -> Judged:
    """Straight lines between the points of a table, flat beyond them."""
    points = sorted(((place(word), value) for word, value in table.items()), key=lambda each: each[0])
    below = [each for each in points if each[0] <= at]
    above = [each for each in points if each[0] >= at]
    if not below or not above or below[-1][0] == at:
        return (below[-1] if below else above[0])[1]
    (left, first), (right, last) = below[-1], above[0]
    share = (at - left) / (right - left)
    return Judged(*(nine(first.at(b) + share * (last.at(b) - first.at(b))) for b in ("low", "likely", "high")))


def world_of(tree: Tree, readings: Mapping[str, str] | None = None) -> World:
    """The world that a file describes, with these readings in force in place of the likely ones."""
    issues = {}
    for name, node in tree["issues"].items():
        issues[name] = steps(node["range"]) if "range" in node else dict.fromkeys(map(str, node["options"]))
    world = World(issues, {}, {}, {}, [])
    for name, node in tree["issues"].items():
        first = next(iter(issues[name]))
        world.status_quo[name] = min(named(world, name, [str(node.get("status_quo", first))]))
    for name, node in tree["parties"].items():
        world.sides[name] = Side(
            node.get("role") or "principal",
            sets(world, node.get("over")),
            worths(world, node.get("worth")),
            judged(node["reservation"]) if "reservation" in node else None,
            sets(world, node.get("refuses")),
        )
    for k, node in enumerate(tree.get("interactions", []), 1):
        values = {name: judged(value) for name, value in node["worth"].items()}
        world.together[node.get("id", f"interaction {k}")] = Rule(sets(world, node["when"]), values)
    for node in tree.get("conditions", []):
        when = sets(world, node.get("when") or node.get("never"))
        world.conditions.append(Rule(when, requires=sets(world, node["requires"]) if "requires" in node else None))
    if tree.get("agreement"):
        world.quorum = int(tree["agreement"]["at least"])
        world.always = tuple(many(tree["agreement"].get("always", [])))
    _read_in(world, tree, readings or {})
    return world


def _read_in(world: World, tree: Tree, readings: Mapping[str, str]) -> None:
    active = []
    for name, node in tree.get("judgments", {}).items():
        reading = readings.get(name, node.get("likely"))
        if reading is not None:
            active.append(node["readings"][reading])
    changes = [(each.get("change") or {}, each.get("add") is True) for each in active]
    changes += [(each["add"], True) for each in active if isinstance(each.get("add"), Mapping)]
    for change, adds in changes:
        if not adds:
            _change(world, change, False)
    for change, adds in changes:
        if adds:
            _change(world, change, True)
    for change, adds in changes:
        for name, part in change.items() if adds else ():
            if name != "interactions" and "reservation" in part:
                side = world.sides[name]
                side.reservation = (side.reservation or at_status_quo(world, name)).plus(judged(part["reservation"]))


def _change(world: World, change: Tree, adds: bool) -> None:
    for name, part in change.items():
        if name == "interactions":
            for rule, values in part.items():
                _put(world.together[rule].worth, {n: judged(v) for n, v in values.get("worth", values).items()}, adds)
            continue
        side = world.sides[name]
        for issue, table in worths(world, part.get("worth")).items():
            _put(side.worth.setdefault(issue, {}), table, adds)
        for issue, options in sets(world, part.get("refuses")).items():
            side.refuses[issue] = options | (side.refuses.get(issue, set()) if adds else set())
        if "over" in part:
            over = sets(world, part["over"])
            side.over = (
                {i: over.get(i, set()) | side.over.get(i, set()) for i in {**side.over, **over}} if adds else over
            )
        side.role = part.get("role", side.role)
        if "reservation" in part and not adds:
            side.reservation = judged(part["reservation"])


def _put(old: dict[str, Judged], new: Mapping[str, Judged], adds: bool) -> None:
    sums: dict[tuple[int, int], Judged] = {}  # what was one judged number for two options still is
    before = dict(old)
    for key, value in new.items():
        if adds and key in before:
            value = sums.setdefault((id(before[key]), id(value)), before[key].plus(value))
        old[key] = value


def holds(terms: Mapping[str, Iterable[str]], outcome: Outcome) -> bool:
    return all(outcome[issue] in set(options) for issue, options in terms.items())


def parts(world: World, who: str, outcome: Outcome) -> list[Judged]:
    """The judged numbers whose sum is what an outcome is worth to a party."""
    table = world.sides[who].worth
    found = [table[i][o] for i, o in outcome.items() if i in table and o in table[i]]
    return found + [r.worth[who] for r in world.together.values() if who in r.worth and holds(r.when, outcome)]


def total(numbers: Iterable[Judged], bound: str = "likely") -> Fraction:
    return sum((each.at(bound) for each in numbers), Fraction(0))


OPPOSITE = {"low": "high", "likely": "likely", "high": "low"}


def apart(new: Iterable[Judged], old: Iterable[Judged], bound: str = "likely") -> Fraction:
    """Some numbers minus others at a bound; what stands on both sides is no doubt, and a scale is one number."""
    new, old = list(new), list(old)
    signed = [(each, bound, 1) for each in new if all(each is not other for other in old)]
    signed += [(each, OPPOSITE[bound], -1) for each in old if all(each is not other for other in new)]
    if bound == "likely":
        return sum((sign * each.likely for each, _, sign in signed), Fraction(0))
    result = sum((sign * each.at(end) for each, end, sign in signed if each.factors is None), Fraction(0))
    under: dict[Judged, list[tuple[Judged, str, int]]] = {}
    for each, end, sign in signed:
        if each.factors is not None:
            under.setdefault(each.factors[0], []).append((each.factors[1], end, sign))
    for scale, owns in under.items():
        sums = [
            sum((sign * nine(at * own.at(end)) for own, end, sign in owns), Fraction(0))
            for at in (scale.low, scale.likely, scale.high)
        ]
        result += min(sums) if bound == "low" else max(sums)
    return result


def at_status_quo(world: World, who: str) -> Judged:
    there = parts(world, who, world.status_quo)
    return Judged(total(there, "low"), total(there, "likely"), total(there, "high"))
