"""What of it goes into a scenario? The section `process: tension:`, with ranges, kept where tension is stable."""

import json
import re
from collections.abc import Mapping

from detente.model.series import Monthly
from detente.simulation.fitted import Fitted, Parameter

Number = float | dict[str, float]
Section = dict[str, object]

_BARE = re.compile("[A-Za-z][A-Za-z0-9_]*")

ECHOED = 0.4
"""Of calming the part taken for echo where only their difference is known: reciprocity is found, and found limited."""

LEAST_CALMING, HOLDS = 0.01, 0.99
"""Calming is at least this, and an echo at most this part of it, so that tension settles."""


def process(monthly: Monthly, dyads: Mapping[str, Fitted]) -> Mapping[str, Section]:
    """For each dyad what a scenario file can say of its two sides; the months fitted speak, the last month starts.

    Of undirected scores calming less echo is known; the echo is then set to a part of calming, for whoever reads it to
    change together. With directions both are by party. Numbers leave their interval only where tension would never
    settle.
    """
    if not monthly.opposite:
        return {name: {"tension": _undirected(each)} for name, each in dyads.items()}
    once = [name for name in dyads if _sides(name) < _sides(name)[::-1]]
    return {"-".join(_sides(name)): {"tension": _directed(dyads, name, monthly.opposite[name])} for name in once}


def in_yaml(section: object) -> str:
    """A section on one line of YAML."""
    if isinstance(section, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {in_yaml(value)}" for key, value in section.items()) + "}"
    return f"{section:g}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _undirected(fitted: Fitted) -> Section:
    net = fitted.parameters["calming"]
    likely = _within(net.value, LEAST_CALMING, 1)
    echo = round(min(likely * ECHOED / (1 - ECHOED), 1 - likely), 3)
    calming = _span(Parameter(net.value + echo, net.error, net.low + echo, net.high + echo), LEAST_CALMING + echo, 1)
    section: Section = {
        "start": round(fitted.tension[-1], 3),
        "drive": _span(fitted.fed, 0, 1),
        "calming": calming,
        "echo": echo,
    }
    return section | _rest(fitted)


def _directed(dyads: Mapping[str, Fitted], *ways: str) -> Section:
    each = {_sides(way)[0]: dyads[way] for way in ways}
    calming = {side: _span(one.parameters["calming"], LEAST_CALMING, 1) for side, one in each.items()}
    least = {side: one["low"] if isinstance(one, dict) else one for side, one in calming.items()}
    echo = {
        side: {other: _span(each[side].parameters["echo"], 0, HOLDS * least[side])} for side, other in map(_sides, ways)
    }
    incidents = [one.parameters["incidents"].value ** 2 for one in each.values()]
    return {
        "start": {side: round(one.tension[-1], 3) for side, one in each.items()},
        "drive": {side: _span(one.fed, 0, 1) for side, one in each.items()},
        "calming": calming,
        "echo": echo,
        "incidents": round((sum(incidents) / len(incidents)) ** 0.5, 3),
    }


def _rest(fitted: Fitted) -> Section:
    rest: Section = {"incidents": _span(fitted.parameters["incidents"], 0, 1)}
    if "broken" in fitted.parameters:
        rest["broken"] = _span(fitted.parameters["broken"], 0, 1)
    return rest


def _sides(name: str) -> tuple[str, str]:
    one, _, other = name.partition(" → ")
    return one, other


def _span(parameter: Parameter, least: float, most: float) -> Number:
    low, likely, high = (
        round(_within(each, least, most), 3) for each in (parameter.low, parameter.value, parameter.high)
    )
    low, high = min(low, likely), max(high, likely)
    return {"low": low, "likely": likely, "high": high} if low < high else likely


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
