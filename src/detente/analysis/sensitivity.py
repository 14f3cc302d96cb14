"""On which contested judgments does the answer rest? Each flipped alone, and what changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.bargaining import nash_outcome
from detente.analysis.counting import unbound
from detente.analysis.demands import NO_DEAL, SINKS, verdicts
from detente.analysis.packages import agreed, reply
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.shared import once, settle, sharing
from detente.model.outcome import Outcome
from detente.model.party import Role
from detente.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Flip:
    """One judgment read otherwise than in the base case, everything else the same."""

    judgment: str
    reading: str
    scenario: Scenario


def flips(scenario: Scenario) -> tuple[Flip, ...]:
    """Every single change of one judgment to another of its readings."""
    return once("flips", scenario, lambda: tuple(_flips(scenario)))


def _flips(scenario: Scenario) -> Iterator[Flip]:
    for judgment in scenario.judgments.values():
        for reading in judgment.readings:
            if reading != judgment.likely:
                yield Flip(judgment.id, reading, scenario.assuming({judgment.id: reading}).settled())


@dataclass(frozen=True, slots=True)
class Deal:
    """What Nash's rule settles on: the terms, and what the principals gain."""

    terms: Outcome
    gains: Mapping[str, float]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"terms": dict(self.terms), "gains": dict(self.gains)}


@dataclass(frozen=True, slots=True)
class Standing:
    """The answers that a reader takes away: the deal, the demands, the packages, and who would take the deal.

    `content` says of each party that is no principal whether it would take the deal that the principals settle on where
    it is only heard: then its veto costs the two sides nothing.
    """

    deal: Deal | None
    demands: Mapping[str, str]
    packages: Mapping[str, bool]
    content: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Change:
    """What one flip changes: before and after, for every answer that is not the same."""

    judgment: str
    reading: str
    deal: Deal | None
    deal_gone: bool
    deal_new: bool
    terms: Outcome
    demands: Mapping[str, tuple[str, str]]
    packages: Mapping[str, bool]
    content: Mapping[str, bool]

    @property
    def headline(self) -> bool:
        """Whether the headline changes: that there is a deal, or what the best deal holds."""
        return self.deal_gone or self.deal_new or bool(self.terms)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "judgment": self.judgment,
            "reading": self.reading,
            "headline_changes": self.headline,
            "deal": self.deal.payload() if self.deal else None,
            "deal_gone": self.deal_gone,
            "deal_new": self.deal_new,
            "terms": dict(self.terms),
            "demands": {name: {"from": old, "to": new} for name, (old, new) in self.demands.items()},
            "packages": dict(self.packages),
            "would_take_the_deal": dict(self.content),
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The base case's standing, and what each single flip of a judgment changes."""

    base: Standing
    changes: tuple[Change, ...]

    def behind_demand(self, name: str) -> tuple[str, ...]:
        """The judgments that the verdict on a demand depends on."""
        return _distinct(change.judgment for change in self.changes if name in change.demands)

    def behind_sinking(self, name: str) -> tuple[str, ...]:
        """The judgments on which it depends whether a demand cannot be had."""
        turned = (each for each in self.changes if name in each.demands)
        sunk = (*SINKS, NO_DEAL)
        return _distinct(each.judgment for each in turned if len({said in sunk for said in each.demands[name]}) > 1)

    def behind_package(self, name: str) -> tuple[str, ...]:
        """The judgments on which it depends whether a package is attainable."""
        return _distinct(change.judgment for change in self.changes if name in change.packages)

    def behind_party(self, name: str) -> tuple[str, ...]:
        """The judgments on which it depends whether a party would take the deal."""
        return _distinct(change.judgment for change in self.changes if name in change.content)

    def behind_deal(self) -> tuple[str, ...]:
        """The judgments on which it depends whether there is a deal at all."""
        return _distinct(change.judgment for change in self.changes if change.deal_gone or change.deal_new)


@sharing
def rests_on(scenario: Scenario) -> Sensitivity:
    """What changes when each contested judgment alone is read otherwise; all solved together.

    Raises TooLargeError where the issues hang together too tightly.
    """
    each = flips(scenario)
    base, *others = standings([settle(scenario), *(flip.scenario for flip in each)])
    return Sensitivity(base, tuple(_change(base, new, flip) for flip, new in zip(each, others, strict=True)))


def standings(scenarios: Sequence[Scenario]) -> list[Standing]:
    """The answers that a reader takes away from each of some settled scenarios; all solved together."""
    judged = verdicts(scenarios)
    free = [
        {name: unbound(scenario, name) for name, party in scenario.parties.items() if party.role is Role.VETO}
        for scenario in scenarios
    ]
    asked = [[scenario, *unbounds.values()] for scenario, unbounds in zip(scenarios, free, strict=True)]
    answers = iter(ask([Question(each, ties=True, passing=True) for group in asked for each in group]))
    result = []
    for scenario, unbounds, demands in zip(scenarios, free, judged, strict=True):
        deal = _deal(next(answers))
        others = {name: _deal(next(answers)) for name in unbounds}
        result.append(Standing(deal, demands, _passing(scenario), _content(scenario, deal, others)))
    return result


def _deal(answer: Answer) -> Deal | None:
    found = nash_outcome(answer)
    return None if found is None else Deal(*found)


def _passing(scenario: Scenario) -> Mapping[str, bool]:
    return {name: agreed(scenario, scenario.outcome(p.terms)) for name, p in scenario.packages.items()}


def _content(scenario: Scenario, deal: Deal | None, others: Mapping[str, Deal | None]) -> Mapping[str, bool]:
    content = {}
    for name, party in scenario.parties.items():
        if party.role is not Role.PRINCIPAL:
            settled_on = others.get(name, deal)
            outcome = settled_on.terms if settled_on else scenario.status_quo
            content[name] = reply(scenario, party, outcome).accepts
    return content


def _change(base: Standing, new: Standing, flip: Flip) -> Change:
    terms: Outcome = {}
    if base.deal and new.deal:
        old = base.deal.terms
        terms = {issue: option for issue, option in new.deal.terms.items() if option != old[issue]}
    return Change(
        flip.judgment,
        flip.reading,
        new.deal,
        base.deal is not None and new.deal is None,
        base.deal is None and new.deal is not None,
        terms,
        {name: (old, new.demands[name]) for name, old in base.demands.items() if new.demands[name] != old},
        {name: value for name, value in new.packages.items() if value != base.packages[name]},
        {name: value for name, value in new.content.items() if value != base.content.get(name, value)},
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
