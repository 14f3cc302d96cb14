"""How do several analysts see it, what is their pooled view, and which of their disagreements matter to the advice?

Pooled chances are the weighted mean of the persons' (the linear opinion pool; Stone 1961), and beside it stands their
median. A disagreement matters where some person's advice changes once that person takes another's view of it alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from detente.analysis.answers import Answers, answers
from detente.analysis.draws import CHUNKS, MOST_SOBOL, Method, Plan, sizes, weights
from detente.analysis.estimates import Chance, Floats, Sample
from detente.analysis.frontier import valuing
from detente.analysis.sensitivity import Standing, standings
from detente.analysis.shared import sharing
from detente.analysis.tables import gain, plain
from detente.errors import TooLargeError
from detente.kernels.pruning import Bools
from detente.model.judgment import Judgment
from detente.model.opinion import Opinion
from detente.model.party import Preferences
from detente.model.quantity import NOTHING, Quantity
from detente.model.scenario import Scenario
from detente.table import Table, figure, listed

MOST = 5_000
"""So many trials of one person's view with another person at most."""

Key = tuple[str, ...]
View = Judgment | Quantity | bool


@dataclass(frozen=True, slots=True)
class Person:
    """One person's answers: the standing at the likely values, and the chances over draws."""

    by: str
    weight: float
    standing: Standing
    agreement: Chance
    packages: Mapping[str, Chance]
    gains: Mapping[str, Mapping[str, float]]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        deal = self.standing.deal
        return {
            "weight": self.weight,
            "deal": deal.payload() if deal else None,
            "demands": dict(self.standing.demands),
            "attainable": dict(self.standing.packages),
            "gains": {name: dict(each) for name, each in self.gains.items()},
            "agreement": self.agreement.payload(),
            "packages": {name: chance.payload() for name, chance in self.packages.items()},
        }


@dataclass(frozen=True, slots=True)
class Pooled:
    """The persons' chances taken together: their weighted mean, with its error, and their median."""

    linear: Chance
    median: float

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"linear": self.linear.payload(), "median": self.median}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something on which persons differ: what each thinks of it, and whose advice changes by another's view of it.

    `changes` says for each such person what changes, and on whose view.
    """

    about: str
    views: Mapping[str, str]
    changes: Mapping[str, str]

    @property
    def matters(self) -> bool:
        """Whether anybody's advice hangs on it."""
        return bool(self.changes)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "about": self.about,
            "views": dict(self.views),
            "matters": self.matters,
            "changes": dict(self.changes),
        }


@dataclass(frozen=True, slots=True)
class Opinions:
    """How each person sees it, their pool, and their disagreements, those that matter first.

    `gains` is what each package gives each party that must agree, in the persons' weighted mean and median.
    """

    scenario: Scenario
    draws: int
    seed: int
    persons: tuple[Person, ...]
    agreement: Pooled
    packages: Mapping[str, Pooled]
    gains: Mapping[str, Mapping[str, tuple[float, float]]]
    disagreements: tuple[Disagreement, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/opinions/1",
            "draws": self.draws,
            "seed": self.seed,
            "persons": {each.by: each.payload() for each in self.persons},
            "pooled": {
                "agreement": self.agreement.payload(),
                "packages": {name: each.payload() for name, each in self.packages.items()},
                "gains": {
                    name: {party: {"mean": mean, "median": middle} for party, (mean, middle) in each.items()}
                    for name, each in self.gains.items()
                },
            },
            "disagreements": [each.payload() for each in self.disagreements],
        }

    def tables(self) -> tuple[Table, ...]:
        """Each person beside the pool, what packages would give, and the disagreements."""
        found = [self._chances(), self._advice(), self._gains(), self._differences(True), self._differences(False)]
        return tuple(table for table in found if table.rows)

    def _chances(self) -> Table:
        names = tuple(each.by for each in self.persons)
        rows = [("an agreement exists", *(p.agreement.in_words for p in self.persons), *_pool(self.agreement))]
        for name, pooled in self.packages.items():
            chances = (person.packages[name].in_words for person in self.persons)
            rows.append((self.scenario.packages[name].name, *chances, *_pool(pooled)))
        title = f"How likely, by person and pooled: {self.draws:,} draws each, seed {self.seed}"
        return Table(title, ("", *names, "pooled (linear)", "median"), tuple(rows))

    def _advice(self) -> Table:
        rows = []
        for each in self.persons:
            deal = each.standing.deal
            gains = (
                "no deal"
                if deal is None
                else listed([f"{self.scenario.parties[p].title} {figure(value)}" for p, value in deal.gains.items()])
            )
            passing = [self.scenario.packages[name].name for name, passes in each.standing.packages.items() if passes]
            rows.append((each.by, gains, listed(passing) or "none"))
        columns = ("person", "gains in the best deal (Nash)", "packages that all who must agree would sign")
        return Table("What each would advise", columns, tuple(rows))

    def _gains(self) -> Table:
        parties = list(next(iter(self.gains.values()), {}))
        rows = tuple(
            (self.scenario.packages[name].name, *(f"{figure(m)}; {figure(d)}" for m, d in each.values()))
            for name, each in self.gains.items()
        )
        titles = tuple(self.scenario.parties[party].title for party in parties)
        return Table("What packages give, over no deal: the persons' mean; their median", ("package", *titles), rows)

    def _differences(self, matter: bool) -> Table:
        rows = tuple(
            (
                each.about,
                "; ".join(f"{by}: {view}" for by, view in each.views.items()),
                *(("; ".join(f"{by} {change}" for by, change in each.changes.items()),) if matter else ()),
            )
            for each in self.disagreements
            if each.matters == matter
        )
        if matter:
            return Table("Disagreements that matter", ("about", "views", "whose advice would change, and how"), rows)
        return Table("Disagreements that change nobody's advice", ("about", "views"), rows)


def _pool(pooled: Pooled) -> tuple[str, str]:
    return pooled.linear.in_words, f"{100 * pooled.median:.0f}%"


@sharing
def compared(scenario: Scenario, opinions: Sequence[Opinion], *, draws: int = 256, seed: int = 1) -> Opinions:
    """Each person's answers, their pool, and where they disagree; all persons are given the same draws.

    Raises TooLargeError where the issues hang together too tightly.
    """
    seen = {opinion.by: opinion.scenario(scenario) for opinion in opinions}
    share = {opinion.by: float(opinion.weight) for opinion in opinions}
    total = sum(share.values())
    found = {by: _drawn(each, draws, seed) for by, each in seen.items()}
    sample = Sample(tuple(size for size in sizes(draws) if size))
    stands = dict(zip(seen, standings([each.settled() for each in seen.values()]), strict=True))
    persons = tuple(
        Person(
            by,
            share[by] / total,
            stands[by],
            sample.chance(found[by].agreement, certain=not Plan.of(each).dimensions),
            {n: sample.chance(row, certain=not Plan.of(each).dimensions) for n, row in found[by].passes.items()},
            _package_gains(each),
        )
        for by, each in seen.items()
    )

    def pooled(rows: Mapping[str, Bools], chances: Sequence[Chance]) -> Pooled:
        whole: Floats = np.zeros(draws)
        for by, row in rows.items():
            whole = whole + share[by] / total * row
        mean = sample.mean(whole)
        unseen = sum(person.weight * chance.se for person, chance in zip(persons, chances, strict=True))
        return Pooled(Chance(mean.mean, mean.se or unseen), median(chance.p for chance in chances))

    return Opinions(
        scenario.settled(),
        draws,
        seed,
        persons,
        pooled({by: each.agreement for by, each in found.items()}, [person.agreement for person in persons]),
        {
            n: pooled({by: each.passes[n] for by, each in found.items()}, [person.packages[n] for person in persons])
            for n in scenario.packages
        },
        _pooled_gains(persons),
        _disagreements(scenario, seen, stands),
    )


def _drawn(scenario: Scenario, draws: int, seed: int) -> Answers:
    plan = Plan.of(scenario)
    method: Method = "sobol" if plan.dimensions <= MOST_SOBOL else "random"
    return answers(plan, plan.drawn(plan.parts(range(CHUNKS), draws, seed, method)), headlines=True)


def _package_gains(scenario: Scenario) -> dict[str, dict[str, float]]:
    settled = scenario.settled()
    deciding = [party for party in valuing(settled) if party.must_agree]
    outcomes = {name: settled.outcome(package.terms) for name, package in settled.packages.items()}
    return {
        name: {party.id: plain(gain(settled, party, outcome)) for party in deciding}
        for name, outcome in outcomes.items()
    }


def _pooled_gains(persons: Sequence[Person]) -> dict[str, dict[str, tuple[float, float]]]:
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for name, gains in persons[0].gains.items():
        for party in gains:
            if all(party in person.gains[name] for person in persons):
                values = [person.gains[name][party] for person in persons]
                mean = sum(person.weight * value for person, value in zip(persons, values, strict=True))
                found.setdefault(name, {})[party] = (mean, median(values))
    return found


def _disagreements(
    base: Scenario, seen: Mapping[str, Scenario], stands: Mapping[str, Standing]
) -> tuple[Disagreement, ...]:
    """Everything on which persons differ, tried on each of them with each other view of it."""
    views = {by: _views(each) for by, each in seen.items()}
    keys = dict.fromkeys(key for each in views.values() for key in each)
    differing = [key for key in keys if len({_same(each.get(key)) for each in views.values()}) > 1]
    tried: list[tuple[Key, str, str, Scenario]] = []
    for key in differing:
        for by, scenario in seen.items():
            others = {_same(views[other].get(key)): other for other in seen}
            for sign, other in others.items():
                if sign != _same(views[by].get(key)):
                    tried.append((key, by, other, _taking(scenario, key, seen[other]).settled()))
    if len(tried) > MOST:
        raise TooLargeError(
            f"{len(differing):,} disagreements would take {len(tried):,} trials; the limit is {MOST:,}: "
            "leave out persons, or what they agree on but write differently"
        )
    changes: dict[Key, dict[str, str]] = {key: {} for key in differing}
    for (key, by, other, _), new in zip(tried, standings([each[3] for each in tried]), strict=True):
        said = _change(base, stands[by], new)
        if said:
            changes[key].setdefault(by, f"on the view of {other}: {said}")
    found = [
        Disagreement(_about(base, key), {by: _said(base, each.get(key)) for by, each in views.items()}, changes[key])
        for key in differing
    ]
    return tuple(sorted(found, key=lambda each: not each.matters))


def _views(scenario: Scenario) -> dict[Key, View]:
    """Everything that a person can see differently, by what it is of."""
    found: dict[Key, View] = {("judgment", name): each for name, each in scenario.judgments.items()}
    for name, party in scenario.parties.items():
        if party.reservation is not None:
            found["reservation", name] = party.reservation
        for issue, table in party.preferences.worth.items():
            found.update({("worth", name, issue, option): value for option, value in table.items()})
        for issue, refused in party.preferences.refuses.items():
            found.update({("refuses", name, issue, option): True for option in refused})
    for rule in scenario.interactions.values():
        found.update({("together", rule.id, name): value for name, value in rule.worth.items()})
    return found


def _same(view: View | None) -> object:
    """What two views must share to be the same."""
    if isinstance(view, Judgment):
        shares = weights(view)
        return (view.likely, view.open, None if shares is None else tuple(shares.items()))
    if isinstance(view, Quantity):
        return (view.low, view.likely, view.high)
    return view


def _taking(scenario: Scenario, key: Key, other: Scenario) -> Scenario:
    """A person's scenario with another's view of one thing."""
    kind, name, *rest = key
    if kind == "judgment":
        return replace(scenario, judgments={**scenario.judgments, name: other.judgments[name]})
    if kind == "together":
        rule = scenario.interactions[name]
        worth = {**rule.worth, rest[0]: other.interactions[name].worth.get(rest[0], NOTHING)}
        return replace(scenario, interactions={**scenario.interactions, name: replace(rule, worth=worth)})
    mine, theirs = scenario.parties[name], other.parties[name]
    if kind == "reservation":
        changed = replace(mine, reservation=theirs.reservation)
    else:
        issue, option = rest
        worths = {each: dict(table) for each, table in mine.preferences.worth.items()}
        refuses = {each: dict(table) for each, table in mine.preferences.refuses.items()}
        if kind == "worth":
            worths.setdefault(issue, {})[option] = theirs.preferences.of(issue, option)
        else:
            refuses.setdefault(issue, {}).pop(option, None)
            refused = theirs.preferences.refuses.get(issue, {}).get(option)
            refuses[issue] |= {option: refused} if refused is not None else {}
        changed = replace(mine, preferences=Preferences(worths, refuses))
    return replace(scenario, parties={**scenario.parties, name: changed})


def _change(scenario: Scenario, old: Standing, new: Standing) -> str:
    """What of the advice changes, in words; nothing where nothing does."""
    parts = []
    if (old.deal is None) != (new.deal is None):
        parts.append("no deal is left" if new.deal is None else "a deal becomes possible")
    elif old.deal is not None and new.deal is not None:
        before, after = old.deal.terms, new.deal.terms
        terms = [scenario.issues[i].option_name(o) for i, o in after.items() if o != before[i]]
        parts += [f"the best deal then has {listed(terms)}"] * bool(terms)
    parts += [
        f"{scenario.packages[n].name} {'now' if passes else 'no longer'} passes"
        for n, passes in new.packages.items()
        if passes != old.packages[n]
    ]
    parts += [
        f"{scenario.demands[n].name}: {old.demands[n]} → {said}"
        for n, said in new.demands.items()
        if said != old.demands[n]
    ]
    return ", ".join(parts)


def _about(scenario: Scenario, key: Key) -> str:
    kind, name, *rest = key
    if kind == "judgment":
        return scenario.judgments[name].name
    if kind == "together":
        return f"{scenario.parties[rest[0]].title}: {scenario.interactions[name].why or name}"
    title = scenario.parties[name].title
    if kind == "reservation":
        return f"{title}: no deal"
    issue = scenario.issues[rest[0]]
    red = " as a red line" if kind == "refuses" else ""
    return f"{title}: {issue.name}, {issue.option_name(rest[1])}{red}"


def _said(scenario: Scenario, view: View | None) -> str:
    if isinstance(view, Judgment):
        shares = weights(view)
        if shares is not None:
            return ", ".join(f"{view.readings[name].name} {100 * each:.0f}%" for name, each in shares.items())
        return view.readings[view.likely].name if view.likely is not None else "as written"
    if isinstance(view, Quantity):
        if view.certain:
            return figure(plain(view.likely))
        return f"{figure(plain(view.likely))} ({figure(plain(view.low))} to {figure(plain(view.high))})"
    return "yes" if view else "no"
