"""What do the cases of the past say of a claim? Those that agree, and as plainly those that do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.demands import HARMLESS, at_the_bounds
from detente.analysis.shared import settle
from detente.catalog import past
from detente.catalog.precedents import Precedent, cases, precedent
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
    for case in _named(test.cases):
        known = case.scenario.demands
        if test.demand not in known:
            raise NotFoundError(f"no demand named '{test.demand}' in {case.name}{nearest(test.demand, known)}")
        judged = at_the_bounds(settle(case.scenario), known[test.demand].terms)
        likely.add(judged["likely"] in wanted)
        firm = set(judged.values()) <= wanted
        doubt = " at the likely values only" if judged["likely"] in wanted and not firm else ""
        (agreeing if firm else against).append(f"{case.name} ({judged['likely']}{doubt})")
    return Heard(tuple(agreeing), tuple(against), likely.pop() if len(likely) == 1 else None)


def _ended(test: Ended) -> Heard:
    chosen = _named(test.cases) if test.cases else [case for case in cases() if _has(case, test.features)]
    if not chosen:
        raise NotFoundError("no case of the past is like that")
    told = [(case.history.ending in test.endings, case.name) for case in chosen]
    agreeing = tuple(words for agrees, words in told if agrees)
    return Heard(agreeing, tuple(words for agrees, words in told if not agrees), None)


def _named(names: Sequence[str]) -> list[Precedent]:
    for name in names:
        if name not in past():
            raise NotFoundError(f"no case of the past named '{name}'{nearest(name, past())}")
    return [precedent(name) for name in dict.fromkeys(names)]


def _has(case: Precedent, features: Mapping[str, str]) -> bool:
    setting = case.setting
    own = {"domain": setting.domain, "scope": setting.scope, "offer": setting.offer, "linkage": setting.linkage}
    return all(own[feature] == word for feature, word in features.items())
