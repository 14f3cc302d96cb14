"""How is it said what one would have to believe? The table of what turns each answer, and the same in sentences."""

from collections.abc import Sequence

from detente.analysis.otherwise import Turning
from detente.analysis.tipping import NO_DEAL, Tip, Tipping, TippingAgreement
from detente.model.scenario import Scenario
from detente.table import Table, counted, figure, points

_LISTED = 2
"""So many numbers or readings are named; the JSON has them all."""


def believed(scenario: Scenario, agreement: TippingAgreement, found: Sequence[Tipping]) -> Table:
    """What one would have to believe, a row for the agreement and for each party and package."""
    columns = ("package", "party", "answer", "unless one number alone", "or one judgment alone", "or together")
    rows = (_of_agreement(scenario, agreement), *(_of_package(scenario, each) for each in found))
    return Table("What you would have to believe for the answer to change", columns, rows)


Row = tuple[str, ...]


def _of_agreement(scenario: Scenario, found: TippingAgreement) -> Row:
    answer = "there is one" if found.exists else "there is none"
    told = [_way(found.together), *(_way(part, scenario.parties[n].title) for n, part in found.by.items())]
    told.append(_read(scenario, found.readings.together))
    return (
        "that an agreement exists",
        "all",
        answer,
        _or(_lone(scenario, found)[:_LISTED]) or "no single number within its range",
        _alone(scenario, found.readings),
        _together(told),
    )


def _lone(scenario: Scenario, found: TippingAgreement) -> list[str]:
    return [f"for {scenario.parties[party].title}, {tip.in_words()}" for party, tip in found.singles]


def _of_package(scenario: Scenario, found: Tipping) -> Row:
    answer = "takes it" if found.accepts else "does not"
    alone = [tip.in_words() for tip in found.singles if tip.within][:_LISTED]
    number = len(found.fewest)
    told = [_way(found.together)]
    if 1 < number < found.numbers:
        told.append(f"{number} numbers at the ends of their ranges")
    if found.helped:
        read = _read(scenario, [(found.helped.judgment, found.helped.reading)])
        told.append(f"{_way(found.helped.together)} where {read}")
    told.append(_read(scenario, found.readings.together))
    return (
        scenario.packages[found.package].name,
        scenario.parties[found.party].title,
        answer,
        _or(alone) or "no single number within its range",
        _alone(scenario, found.readings),
        _together(told),
    )


def _way(part: float | None, whose: str = "all") -> str:
    return "" if part is None else f"{whose} {_percent(part)} of the way"


def _together(told: Sequence[str]) -> str:
    return _or([each for each in told if each]) or "not within the ranges"


def _alone(scenario: Scenario, readings: Turning) -> str:
    told = [_read(scenario, [each]) for each in readings.alone[:_LISTED]]
    more = len(readings.alone) - len(told)
    return _or([*told, f"{more} more"] if more else told) or ("none" if readings.tried else "not tried")


def _or(told: Sequence[str]) -> str:
    return "; or ".join(told)


def _read(scenario: Scenario, reads: Sequence[tuple[str, str]]) -> str:
    """Some readings as people say them: each question with its answer."""
    return " and ".join(_answered(scenario, judgment, reading) for judgment, reading in reads)


def _answered(scenario: Scenario, judgment: str, reading: str) -> str:
    asked = scenario.judgments[judgment]
    verb = "answered" if asked.question else "read as"
    return f"'{asked.name}' is {verb} '{asked.readings[reading].name}'"


def _percent(part: float) -> str:
    """A part of the way; what is not nothing is not said to be nothing."""
    return f"{100 * part:.0f}%" if part >= 0.005 or not part else "less than 1%"


def agreement_in_words(scenario: Scenario, found: TippingAgreement) -> str:
    """What would turn whether an agreement exists, in a sentence."""
    head = "A deal is there to be had" if found.exists else "No deal is to be had"
    told = _lone(scenario, found)[:1] + _readings(scenario, found.readings)
    if found.together is not None:
        parts = {scenario.parties[name].title: part for name, part in found.by.items() if part is not None}
        apart = " or ".join(f"those of {title} alone {_percent(part)}" for title, part in parts.items())
        told.append(f"all numbers move {_ends(found.together, found.exists)}{f' (or {apart})' if apart else ''}")
    return _unless(head, told, "numbers within their ranges", _tried(scenario, found.readings))


def in_words(scenario: Scenario, found: Tipping) -> str:
    """What would turn a party's answer to a package, in a sentence."""
    package, party = scenario.packages[found.package].name, scenario.parties[found.party].title
    head = f"{package[:1].upper()}{package[1:]} stays {'acceptable' if found.accepts else 'unacceptable'} to {party}"
    told = [_worth(tip) for tip in found.singles if tip.within][:1] + _readings(scenario, found.readings)
    if found.together is not None:
        told.append(f"all its numbers move {_ends(found.together, found.accepts)}")
    elif found.helped:
        read = _read(scenario, [(found.helped.judgment, found.helped.reading)])
        told.append(f"{read} and all its numbers move {_ends(found.helped.together, found.accepts)}")
    beside = ", with any one judgment read otherwise," if scenario.judgments else ""
    return _unless(head, told, f"its numbers within their ranges{beside}", _tried(scenario, found.readings))


def _ends(part: float, falls: bool) -> str:
    return f"{_percent(part)} of the way to the {'worse' if falls else 'better'} ends of their ranges"


def _worth(tip: Tip) -> str:
    """The value at which one number turns the answer, and what the file has for it."""
    what = "having no deal" if tip.what == NO_DEAL else tip.what.rstrip(".")
    bounds = f"now {figure(tip.likely)}; {figure(tip.low)} to {figure(tip.high)} in the file"
    if tip.of != "worth":
        return f"{what} is {'less' if tip.below else 'more'} than {figure(tip.tips_at)} for it ({bounds})"
    return f"{what} is worth {'less' if tip.below else 'more'} than {points(tip.tips_at)} to it ({bounds})"


def _readings(scenario: Scenario, readings: Turning) -> list[str]:
    """The first judgment that turns an answer alone, and how many others do; or the smallest set of them."""
    if not readings.smallest:
        return []
    others = len(readings.alone) - 1
    more = f" ({counted(others, 'other reading')} would do, too)" if others > 0 else ""
    return [_read(scenario, readings.smallest) + more]


def _unless(head: str, told: Sequence[str], numbers: str, tried: str) -> str:
    if told:
        return f"{head} unless {_or(told)}."
    return f"{head}: neither {numbers} nor {tried} turn that." if tried else f"{head} whatever {numbers}."


def _tried(scenario: Scenario, readings: Turning) -> str:
    number = min(readings.tried, len(scenario.judgments))
    return f"up to {counted(number, 'judgment')} read otherwise at once" if number else ""
