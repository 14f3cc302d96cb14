"""What do the cases of the past say of a claim? Those that agree, and as plainly those that do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.demands import HARMLESS, at_the_bounds
from detente.analysis.shared import settle
from detente.analysis.tables import Bound
from detente.catalog import past
from detente.catalog.precedents import Outline, Precedent, outlines, precedent
from detente.errors import NotFoundError
from detente.model.claim import Ended, Insisted, PastTest
from detente.model.names import nearest
from detente.table import listed


@dataclass(frozen=True, slots=True)
class Heard:
    """The cases that agree with a claim and those that do not, each with what it says.

    `at_likely` is whether they agree at the likely values (None: some do, or no value has a part in it); a case that
    agrees only at some ends of its ranges counts against it.
    """

    agreeing: tuple[str, ...]
    against: tuple[str, ...]
    at_likely: bool | None

    def in_words(self) -> str:
        """Both sides, in a sentence each."""
        sides = (("agree", "agrees", self.agreeing), ("do not", "does not", self.against))
        told = ((each, one if len(each) == 1 else many) for many, one, each in sides if each)
        return "; ".join(f"{len(each)} {word}: {listed(each)}" for each, word in told)


def asked(test: PastTest) -> Heard:
    """What the cases say that a test speaks of; NotFoundError where there is no such case, or no such demand in it."""
    return _insisted(test) if isinstance(test, Insisted) else _ended(test)


def _insisted(test: Insisted) -> Heard:
    wanted = {each for word in test.verdicts for each in (HARMLESS if word == "harmless" else (word,))}
    agreeing: list[str] = []
    against: list[str] = []
    likely: set[bool] = set()
    chosen = _named(test.cases)
    for case, judged in zip(chosen, _judged(chosen, test.demand), strict=True):
        likely.add(judged["likely"] in wanted)
        firm = set(judged.values()) <= wanted
        doubt = " at the likely values only" if judged["likely"] in wanted and not firm else ""
        (agreeing if firm else against).append(f"{case.name} ({judged['likely']}{doubt})")
    return Heard(tuple(agreeing), tuple(against), likely.pop() if len(likely) == 1 else None)


def _judged(chosen: Sequence[Precedent], demand: str) -> list[dict[Bound, str]]:
    """The verdicts on a demand in each case, at the likely values and both ends of the ranges."""
    for case in chosen:
        if demand not in case.scenario.demands:
            raise NotFoundError(f"no demand named '{demand}' in {case.name}{nearest(demand, case.scenario.demands)}")
    return at_the_bounds([(settle(case.scenario), case.scenario.demands[demand].terms) for case in chosen])


def _ended(test: Ended) -> Heard:
    _check(test.cases)
    chosen = [each for each in outlines() if each.name in test.cases or (not test.cases and _has(each, test.features))]
    if not chosen:
        raise NotFoundError("no case of the past is like that")
    agreeing = tuple(each.name for each in chosen if each.ending in test.endings)
    return Heard(agreeing, tuple(each.name for each in chosen if each.ending not in test.endings), None)


def _named(names: Sequence[str]) -> list[Precedent]:
    _check(names)
    return [precedent(name) for name in dict.fromkeys(names)]


def _check(names: Sequence[str]) -> None:
    for name in names:
        if name not in past():
            raise NotFoundError(f"no case of the past named '{name}'{nearest(name, past())}")


def _has(case: Outline, features: Mapping[str, str]) -> bool:
    return all(case.setting.features[feature] == word for feature, word in features.items())
