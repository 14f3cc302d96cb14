"""What is there to disagree on? Readings, numbers, red lines: each can be looked up, told in words and lent.

A place says what is meant: ("judgment", name) (its reading in force and its weights), ("worth", party, issue, option)
("reservation", party), ("refusal", party, issue, option) or ("together", interaction, party). Of a numeric issue the
worth and the red lines are one thing each, and the option is left out.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from detente.analysis.draws import weights
from detente.analysis.tables import plain, reservation
from detente.model.judgment import Change, Judgment
from detente.model.opinion import AS_WRITTEN, Opinion
from detente.model.party import Party, Preferences, Refusal
from detente.model.quantity import NOTHING, Quantity
from detente.model.scenario import Scenario
from detente.table import figure, listed

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of thing to disagree on: what is held (comparable), lending it, its name, and its words."""

    held: Callable[[Scenario, Place], Hashable]
    lent: Callable[[Scenario, Scenario, Place], Scenario]
    name: Callable[[Scenario, Place], str]
    words: Callable[[Scenario, Place], str]


def places(opinions: Sequence[Opinion], seen: Mapping[str, Scenario]) -> Iterator[Place]:
    """Everything on which somebody may differ: what any opinion touches, each once."""
    held = {judgment for opinion in opinions for judgment in (*opinion.readings, *opinion.weights)}
    found: dict[Place, None] = {}
    for scenario in seen.values():
        found.update({("judgment", name): None for name in scenario.judgments if name in held})
    for opinion in opinions:
        for change in (opinion.view.sets, opinion.view.adds):
            found.update(dict.fromkeys(_touched(change, seen)))
    yield from found


def _touched(change: Change, seen: Mapping[str, Scenario]) -> Iterator[Place]:
    issues = next(iter(seen.values())).issues
    for name, part in change.parties.items():
        if part.reservation is not None:
            yield "reservation", name
        for issue, table in part.worth.items():
            if issues[issue].kind == "named":
                yield from (("worth", name, issue, option) for option in table)
            elif table:
                yield "worth", name, issue
        for issue in part.refuses:
            named = issues[issue].kind == "named"
            yield from (("refusal", name, issue, *([option] if named else [])) for option in issues[issue].options)
    for rule, worth in change.interactions.items():
        yield from (("together", rule, party) for party in worth)


def view(scenario: Scenario, place: Place) -> Hashable:
    """What a person holds there: equal for two persons exactly where they do not differ."""
    return _KINDS[place[0]].held(scenario, place)


def as_seen_by(scenario: Scenario, other: Scenario, place: Place) -> Scenario:
    """One person's scenario with one thing as another sees it."""
    return _KINDS[place[0]].lent(scenario, other, place)


def about(place: Place, seen: Mapping[str, Scenario]) -> str:
    """What is disagreed on, as people say it; of a table, where they are furthest apart."""
    shown = _widest(place, seen)
    return _KINDS[place[0]].name(next(iter(seen.values())), shown)


def words(place: Place, seen: Mapping[str, Scenario]) -> dict[str, str]:
    """What each person holds, as people say it; of a table, where they are furthest apart."""
    shown = _widest(place, seen)
    return {person: _KINDS[place[0]].words(scenario, shown) for person, scenario in seen.items()}


def _widest(place: Place, seen: Mapping[str, Scenario]) -> Place:
    """Of a table for a numeric issue, the option on which people differ most; else the place itself."""
    if place[0] != "worth" or len(place) == 4:
        return place
    columns = zip(*(_worths(scenario, place) for scenario in seen.values()), strict=True)
    apart = [_apart(column) for column in columns]
    return (*place, list(next(iter(seen.values())).issues[place[2]].options)[apart.index(max(apart))])


def _apart(numbers: Sequence[Quantity]) -> tuple[Fraction, Fraction, int]:
    """How far some numbers lie apart: first the likely values, then their ranges, then how they are drawn."""
    ends = [[getattr(number, end) for number in numbers] for end in ("likely", "low", "high")]
    likely, low, high = (max(each) - min(each) for each in ends)
    return likely, low + high, len({_same(number) for number in numbers})


def _same(number: Quantity) -> Hashable:
    """What two numbers must share to be drawn alike."""
    if number.certain:
        return number.likely
    factors = None if number.times is None else tuple(_same(each) for each in number.times)
    return number.low, number.likely, number.high, number.shape, factors


def _number(number: Quantity) -> str:
    if number.certain:
        return figure(plain(number.likely))
    drawn = "" if number.shape == "pert" else f", {number.shape}"
    drawn += "" if number.times is None else ", with its scale"
    return f"{figure(plain(number.likely))} ({figure(plain(number.low))} to {figure(plain(number.high))}{drawn})"


def _party(scenario: Scenario, party: Party) -> Scenario:
    return replace(scenario, parties={**scenario.parties, party.id: party})


def _worths(scenario: Scenario, place: Place) -> tuple[Quantity, ...]:
    _, party, issue, *option = place
    return tuple(scenario.parties[party].preferences.of(issue, o) for o in option or scenario.issues[issue].options)


def _lend_worth(scenario: Scenario, other: Scenario, place: Place) -> Scenario:
    _, name, issue, *option = place
    party = scenario.parties[name]
    lent = dict(zip(option or scenario.issues[issue].options, _worths(other, place), strict=True))
    worth = {**party.preferences.worth, issue: {**party.preferences.worth.get(issue, {}), **lent}}
    return _party(scenario, replace(party, preferences=Preferences(worth, party.preferences.refuses)))


def _name_worth(scenario: Scenario, place: Place) -> str:
    _, party, issue, option = place
    named = scenario.issues[issue]
    most = "" if named.kind == "named" else "furthest apart at "
    return f"{scenario.parties[party].title}: {named.name}, {most}{named.option_name(option)}"


def _no_deal(scenario: Scenario, place: Place) -> Quantity:
    return reservation(scenario, scenario.parties[place[1]])


def _no_deal_in_words(scenario: Scenario, place: Place) -> str:
    stated = scenario.parties[place[1]].reservation is not None
    return f"{_number(_no_deal(scenario, place))}{'' if stated else ', as the status quo'}"


def _lend_reservation(scenario: Scenario, other: Scenario, place: Place) -> Scenario:
    return _party(scenario, replace(scenario.parties[place[1]], reservation=other.parties[place[1]].reservation))


def _refused(scenario: Scenario, place: Place) -> dict[str, Refusal]:
    _, party, issue, *option = place
    lines = scenario.parties[party].preferences.refuses.get(issue, {})
    return {each: lines[each] for each in option or scenario.issues[issue].options if each in lines}


def _lend_refusal(scenario: Scenario, other: Scenario, place: Place) -> Scenario:
    _, name, issue, *option = place
    party = scenario.parties[name]
    kept = {key: each for key, each in party.preferences.refuses.get(issue, {}).items() if option and key != option[0]}
    refuses = {**party.preferences.refuses, issue: {**kept, **_refused(other, place)}}
    return _party(scenario, replace(party, preferences=Preferences(party.preferences.worth, refuses)))


def _name_refusal(scenario: Scenario, place: Place) -> str:
    _, party, issue, *option = place
    named = scenario.issues[issue]
    which = f", {named.option_name(option[0])} as a red line" if option else ", red lines"
    return f"{scenario.parties[party].title}: {named.name}{which}"


def _refusal_in_words(scenario: Scenario, place: Place) -> str:
    refused, issue = _refused(scenario, place), scenario.issues[place[2]]
    if len(place) == 4:
        return "yes" if refused else "no"
    spans = [
        [issue.option_name(option) for option in run]
        for no, run in groupby(issue.options, key=lambda option: option in refused)
        if no
    ]
    return listed([run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in spans]) or "none"


def _together(scenario: Scenario, place: Place) -> Quantity:
    return scenario.interactions[place[1]].worth.get(place[2], NOTHING)


def _lend_together(scenario: Scenario, other: Scenario, place: Place) -> Scenario:
    rule = scenario.interactions[place[1]]
    lent = replace(rule, worth={**rule.worth, place[2]: _together(other, place)})
    return replace(scenario, interactions={**scenario.interactions, rule.id: lent})


def _name_together(scenario: Scenario, place: Place) -> str:
    rule = scenario.interactions[place[1]]
    return f"{scenario.parties[place[2]].title}: {rule.why or rule.id}"


def _judgment(scenario: Scenario, place: Place) -> Hashable:
    judgment = scenario.judgments[place[1]]
    given = weights(judgment) or {}
    return judgment.likely, judgment.open, tuple((reading, round(each, 12)) for reading, each in given.items())


def _judgment_in_words(scenario: Scenario, place: Place) -> str:
    judgment = scenario.judgments[place[1]]
    given = weights(judgment) or {}
    held = AS_WRITTEN if judgment.likely is None else judgment.readings[judgment.likely].name
    if not given:
        return f"left open ({held})" if judgment.open else held
    shares = ", ".join(f"{judgment.readings[name].name} {100 * each:.0f}%" for name, each in given.items() if each)
    return shares if judgment.likely == _first(judgment, given) else f"{shares}; likely: {held}"


def _first(judgment: Judgment, given: Mapping[str, float]) -> str | None:
    """The reading that goes without saying to be in force: the likely one if none is heavier, else the heaviest."""
    most = max(given.values())
    heaviest = [name for name, each in given.items() if each == most]
    return judgment.likely if judgment.likely in heaviest else heaviest[0]


def _lend_judgment(scenario: Scenario, other: Scenario, place: Place) -> Scenario:
    return replace(scenario, judgments={**scenario.judgments, place[1]: other.judgments[place[1]]})


_KINDS = {
    "judgment": _Kind(
        _judgment, _lend_judgment, lambda scenario, place: scenario.judgments[place[1]].name, _judgment_in_words
    ),
    "worth": _Kind(
        lambda scenario, place: tuple(_same(number) for number in _worths(scenario, place)),
        _lend_worth,
        _name_worth,
        lambda scenario, place: _number(_worths(scenario, place)[0]),
    ),
    "reservation": _Kind(
        lambda scenario, place: (
            scenario.parties[place[1]].reservation is None,
            _same(_no_deal(scenario, place)),
        ),
        _lend_reservation,
        lambda scenario, place: f"{scenario.parties[place[1]].title}: no deal",
        _no_deal_in_words,
    ),
    "refusal": _Kind(
        lambda scenario, place: tuple(_refused(scenario, place)),
        _lend_refusal,
        _name_refusal,
        _refusal_in_words,
    ),
    "together": _Kind(
        lambda scenario, place: _same(_together(scenario, place)),
        _lend_together,
        _name_together,
        lambda scenario, place: _number(_together(scenario, place)),
    ),
}
