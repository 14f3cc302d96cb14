"""Where do people disagree, and which disagreement matters to the advice? Each alone, put into the others' view."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from detente.analysis.demands import HARMLESS
from detente.analysis.sensitivity import Standing, standings
from detente.analysis.shared import shared_work
from detente.analysis.views import Place, about, as_seen_by, places, view, words
from detente.errors import TooLargeError
from detente.model.opinion import Opinion
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario
from detente.table import listed

MOST = 5_000
"""So many trials of one person's view with another person's view of one thing at most."""

_TOGETHER = 64
"""So many scenarios are answered together."""

_TOLD = 3
"""So many terms or demands are told by name; more are counted."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What of one person's advice changes on the view that others have of one thing.

    `deal` is "gone" or "new" where there is no deal left or one becomes possible; `terms` are what the best deal then
    holds otherwise, `packages` whether those that turn then pass, `demands` the old and the new verdict.
    """

    by: str
    others: tuple[str, ...]
    deal: str
    terms: Outcome
    packages: Mapping[str, bool]
    demands: Mapping[str, tuple[str, str]]

    @property
    def rank(self) -> int:
        """How weighty what turns is: 0 for the deal itself, then packages, terms, verdicts; 4 for nothing."""
        turned = (bool(self.deal), bool(self.packages), bool(self.terms), bool(self.demands))
        return turned.index(True) if any(turned) else len(turned)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "by": self.by,
            "on_the_view_of": list(self.others),
            "deal": self.deal or None,
            "terms": dict(self.terms),
            "packages": dict(self.packages),
            "demands": {name: {"from": old, "to": new} for name, (old, new) in self.demands.items()},
        }

    def told(self, scenario: Scenario) -> str:
        """What changes, in words: the deal, the packages, its terms and, if there is one, the verdicts on demands."""
        parts = [{"gone": "no deal is left", "new": "a deal becomes possible", "": ""}[self.deal]]
        for passes in (True, False):
            named = [scenario.packages[name].name for name, then in self.packages.items() if then == passes]
            parts.append(f"{listed(named)} {'now' if passes else 'no longer'} {_passes(named)}" if named else "")
        terms = [scenario.issues[issue].option_name(option) for issue, option in self.terms.items()]
        parts.append(f"the best deal then has {_few(terms, 'other term')}" if terms else "")
        parts.append(self._verdicts(scenario) if not self.deal else "")
        return "; ".join(part for part in parts if part)

    def _verdicts(self, scenario: Scenario) -> str:
        """The verdicts that turn, in words."""
        found: dict[tuple[str, str], list[str]] = {}
        for name, verdicts in self.demands.items():
            old, new = ("harmless" if each in HARMLESS else each for each in verdicts)
            if old != new:
                found.setdefault((old, new), []).append(scenario.demands[name].name)
        return "; ".join(f"{_few(named, 'other demand')}: {old} → {new}" for (old, new), named in found.items())


def _passes(named: Sequence[str]) -> str:
    return "passes" if len(named) == 1 else "pass"


def _few(words: Sequence[str], more: str) -> str:
    """The first of some words, and how many more there are."""
    left = len(words) - _TOLD
    if left <= 1:
        return listed(words)
    return f"{', '.join(words[:_TOLD])} and {left} {more}s"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something on which persons differ: what each thinks of it, and whose advice turns on another's view of it."""

    place: Place
    about: str
    views: Mapping[str, str]
    turns: tuple[Turn, ...]

    @property
    def matters(self) -> bool:
        """Whether anybody's advice hangs on it."""
        return bool(self.turns)

    @property
    def rank(self) -> int:
        """How weighty what hangs on it is: 0 for a deal at all."""
        return min((each.rank for each in self.turns), default=4)

    def weightiest(self, person: str) -> Turn | None:
        """What changes most for a person, of all other views of it."""
        return min((each for each in self.turns if each.by == person), key=lambda each: each.rank, default=None)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "place": list(self.place),
            "about": self.about,
            "views": dict(self.views),
            "matters": self.matters,
            "changes": [each.payload() for each in self.turns],
        }


@dataclass(frozen=True, slots=True)
class _Trial:
    """One person's scenario with one thing as others see it."""

    place: Place
    person: str
    others: tuple[str, ...]
    scenario: Scenario


def stood(scenarios: Iterable[Scenario]) -> Iterator[Standing]:
    """The standing of each of some settled scenarios, so many at a time that memory stays bounded."""
    waiting = iter(scenarios)
    while batch := list(islice(waiting, _TOGETHER)):
        with shared_work():
            yield from standings(batch)


def disagreements(
    seen: Mapping[str, Scenario], opinions: Sequence[Opinion], stands: Mapping[str, Standing]
) -> tuple[Disagreement, ...]:
    """Everything that people see differently, and which of it matters to whose advice; the weightiest first.

    TooLargeError where there is more than can be tried.
    """
    contested = _contested(seen, opinions)
    count = len(seen) * sum(len(camps) - 1 for camps in contested.values())
    if count > MOST:
        raise TooLargeError(
            f"{len(contested):,} disagreements would take {count:,} trials; the limit is {MOST:,}: "
            "leave out persons, or what they agree on but write differently"
        )
    turns: dict[Place, list[Turn]] = {place: [] for place in contested}
    trials = _trials(contested, seen)
    while batch := list(islice(trials, _TOGETHER)):
        for trial, then in zip(batch, stood(each.scenario for each in batch), strict=True):
            turn = _turn(trial, stands[trial.person], then)
            if turn.rank < 4:
                turns[trial.place].append(turn)
    found = [Disagreement(place, about(place, seen), words(place, seen), tuple(each)) for place, each in turns.items()]
    return tuple(sorted(found, key=lambda each: each.rank))


Camps = Mapping[Place, Mapping[Hashable, tuple[str, ...]]]
"""By what is contested and by view, who holds it."""


def _contested(seen: Mapping[str, Scenario], opinions: Sequence[Opinion]) -> Camps:
    found: dict[Place, dict[Hashable, tuple[str, ...]]] = {}
    for place in places(opinions, seen):
        camps: dict[Hashable, tuple[str, ...]] = {}
        for person, scenario in seen.items():
            held = view(scenario, place)
            camps[held] = (*camps.get(held, ()), person)
        if len(camps) > 1:
            found[place] = camps
    return found


def _trials(contested: Camps, seen: Mapping[str, Scenario]) -> Iterator[_Trial]:
    """Each person with each other view of each item."""
    for place, camps in contested.items():
        for person, scenario in seen.items():
            for others in camps.values():
                if person not in others:
                    yield _Trial(place, person, others, as_seen_by(scenario, seen[others[0]], place).settled())


def _turn(trial: _Trial, old: Standing, new: Standing) -> Turn:
    terms: Outcome = {}
    if old.deal and new.deal:
        terms = {issue: option for issue, option in new.deal.terms.items() if option != old.deal.terms[issue]}
    return Turn(
        trial.person,
        trial.others,
        "gone" if old.deal and not new.deal else "new" if new.deal and not old.deal else "",
        terms,
        {name: passes for name, passes in new.packages.items() if passes != old.packages[name]},
        {name: (old.demands[name], said) for name, said in new.demands.items() if said != old.demands[name]},
    )
