"""What of it goes into a scenario? The section `process: tension:`, with ranges, kept where tension is stable."""

import json
import re
from collections.abc import Mapping
from math import sqrt

from detente.model.series import Monthly
from detente.simulation.fitted import Fitted, Parameter

Section = dict[str, object]

_BARE = re.compile("[A-Za-z][A-Za-z0-9_]*")

ECHOED = 0.4
"""Of calming the part taken for echo where only their difference is known: reciprocity is found, and found limited."""

LEAST_CALMING, HOLDS = 0.01, 0.99
"""Calming is at least this, and an echo at most this part of it, so that tension settles."""


def process(monthly: Monthly, dyads: Mapping[str, Fitted], window: int) -> Mapping[str, Section]:
    """For each dyad what a scenario file can say of its two sides; the months fitted speak, the last month starts.

    Of undirected scores calming less echo is known; the echo is then set to a part of calming, for whoever reads it to
    change together. With directions both are by party. Numbers are moved only where tension would not settle, and then
    the drive with them, so that it settles where it was.
    """
    usual = {name: sum(each.tension[:window]) / window for name, each in dyads.items()}
    if not monthly.opposite:
        return {name: {"tension": _undirected(each, usual[name])} for name, each in dyads.items()}
    pairs = {name: other for name, other in monthly.opposite.items() if _sides(name) < _sides(other)}
    return {
        "-".join(_sides(name)): {"tension": _directed({way: dyads[way] for way in (name, other)}, usual)}
        for name, other in pairs.items()
    }


def in_yaml(section: object) -> str:
    """A section on one line of YAML."""
    if isinstance(section, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {in_yaml(value)}" for key, value in section.items()) + "}"
    return f"{section:g}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _undirected(fitted: Fitted, usual: float) -> Section:
    net = fitted.parameters["calming"]
    likely = _within(net.value, LEAST_CALMING, 1)
    echo = round(min(likely * ECHOED / (1 - ECHOED), 1 - likely), 3)
    section: Section = {
        "start": round(fitted.tension[-1], 3),
        "drive": _span(_moved(fitted.fed, (likely - net.value) * usual), 0, 1),
        "calming": _span(_moved(net, echo), LEAST_CALMING + echo, 1),
        "echo": echo,
        "incidents": _span(fitted.parameters["incidents"], 0, 1),
    }
    return section | ({"broken": _span(fitted.parameters["broken"], 0, 1)} if "broken" in fitted.parameters else {})


def _directed(ways: Mapping[str, Fitted], usual: Mapping[str, float]) -> Section:
    drive: Section = {}
    calming: Section = {}
    echo: Section = {}
    for (way, fitted), opposite in zip(ways.items(), list(ways)[::-1], strict=True):
        side, other = _sides(way)
        eased, echoed = fitted.parameters["calming"], fitted.parameters["echo"]
        least = _within(eased.low, LEAST_CALMING, 1)
        calming[side] = _span(eased, LEAST_CALMING, 1)
        echo[side] = {other: _span(echoed, 0, HOLDS * least)}
        more = (_within(eased.value, LEAST_CALMING, 1) - eased.value) * usual[way]
        less = (_within(echoed.value, 0, HOLDS * least) - echoed.value) * usual[opposite]
        drive[side] = _span(_moved(fitted.fed, more - less), 0, 1)
    shaken = [fitted.parameters["incidents"].value for fitted in ways.values()]
    return {
        "start": {_sides(way)[0]: round(fitted.tension[-1], 3) for way, fitted in ways.items()},
        "drive": drive,
        "calming": calming,
        "echo": echo,
        "incidents": round(sqrt(sum(each**2 for each in shaken) / len(shaken)), 3),
    }


def _moved(parameter: Parameter, by: float) -> Parameter:
    return Parameter(parameter.value + by, parameter.error, parameter.low + by, parameter.high + by)


def _sides(name: str) -> tuple[str, str]:
    one, _, other = name.partition(" → ")
    return one, other


def _span(parameter: Parameter, least: float, most: float) -> float | dict[str, float]:
    low, likely, high = (
        round(_within(each, least, most), 3) for each in (parameter.low, parameter.value, parameter.high)
    )
    low, high = min(low, likely), max(high, likely)
    return {"low": low, "likely": likely, "high": high} if low < high else likely


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
