"""How do several analysts see it, what is their pooled view, and which of their disagreements matter to the advice?

Pooled chances are the weighted mean of the persons' (the linear opinion pool; Stone 1961), and beside it stands their
weighted median. A disagreement matters where some person's advice, at the likely values, changes once that person
takes another's view of it alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from detente.analysis.answers import KINDS, Answers, answers
from detente.analysis.demands import NO_DEAL
from detente.analysis.disagreement import Disagreement, disagreements, stood
from detente.analysis.draws import CHUNKS, MOST_SOBOL, Method, Plan, sizes
from detente.analysis.estimates import Chance
from detente.analysis.frontier import valuing
from detente.analysis.pooling import Pooled, Tally, median, pooled
from detente.analysis.sensitivity import Deal, Standing
from detente.analysis.tables import gain, plain
from detente.kernels.pruning import Bools
from detente.model.opinion import Opinion
from detente.model.scenario import Scenario
from detente.table import Table, figure, listed

_SEEN = 0.05
"""A verdict with less of a chance is left out of the printed table."""

_TOGETHER = 1024
"""About so many draws are answered together."""

Asked = tuple[str, ...]
"""What a chance is of: ("agreement",), ("packages", name) or ("demands", name, verdict)."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person's answers: the standing at the likely values, and the chances over draws.

    `demands` are the chances of each verdict on each demand, if it is insisted on; all verdicts that anybody's draws
    gave are there for everybody.
    """

    by: str
    weight: float
    standing: Standing
    agreement: Chance
    packages: Mapping[str, Chance]
    demands: Mapping[str, Mapping[str, Chance]]
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
            "verdicts": {
                name: {kind: chance.payload() for kind, chance in each.items()} for name, each in self.demands.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Opinions:
    """How each person sees it, their pool, and their disagreements, those that matter first.

    `demands` pools the chance of each verdict on each demand; `gains` is what each package gives each party that must
    agree, at the likely values, in the persons' weighted mean and median. `mixed` are the open judgments, by name, of
    which persons hold different readings: one person's chances are never averaged over these, but the pool's are.
    """

    scenario: Scenario
    draws: int
    seed: int
    persons: tuple[Person, ...]
    agreement: Pooled
    packages: Mapping[str, Pooled]
    demands: Mapping[str, Mapping[str, Pooled]]
    gains: Mapping[str, Mapping[str, tuple[float, float]]]
    disagreements: tuple[Disagreement, ...]
    mixed: Mapping[str, str]

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
                "verdicts": {
                    name: {kind: pool.payload() for kind, pool in each.items()} for name, each in self.demands.items()
                },
                "gains": {
                    name: {party: {"mean": mean, "median": middle} for party, (mean, middle) in each.items()}
                    for name, each in self.gains.items()
                },
            },
            "pooled_over_open": list(self.mixed),
            "disagreements": [each.payload() for each in self.disagreements],
        }

    def tables(self) -> tuple[Table, ...]:
        """What each would advise, each person's chances beside the pool, what packages give, and the disagreements."""
        found = [self._advice(), self._chances(), self._verdicts(), self._gains(), self._matters(), self._rest()]
        return tuple(table for table in found if table.rows)

    def _advice(self) -> Table:
        deals = [each.standing.deal for each in self.persons if each.standing.deal]
        changes = [_changes(self.scenario, deal) for deal in deals]
        shared = [term for term in changes[0] if all(term in each for each in changes)] if len(changes) > 1 else []
        everybody = "all" if len(deals) == len(self.persons) else "all who see a deal"
        rows = [(everybody, listed(shared), "", "")] if shared else []
        for each in self.persons:
            deal = each.standing.deal
            own = [term for term in _changes(self.scenario, deal) if term not in shared] if deal else []
            also = f"{'also ' if shared else ''}{listed(own)}" if own else "nothing else" if shared else "nothing"
            gains = (
                [f"{self.scenario.parties[p].title} {figure(gain)}" for p, gain in deal.gains.items()] if deal else []
            )
            passing = [self.scenario.packages[name].name for name, passes in each.standing.packages.items() if passes]
            rows.append((self._heading(each), also if deal else "no deal", listed(gains), listed(passing) or "none"))
        columns = ("", "the best deal (Nash) changes", "and gains, in points", "packages that would be signed")
        return Table("What each would advise, at the likely values", columns, tuple(rows))

    def _heading(self, person: Person) -> str:
        """The person, with the share in the pool where these differ."""
        even = len({each.weight for each in self.persons}) == 1
        return person.by if even else f"{person.by} ({100 * person.weight:.0f}% of the pool)"

    def _chances(self) -> Table:
        rows = [("an agreement", *self._row([p.agreement for p in self.persons], self.agreement))]
        for name, pool in self.packages.items():
            title = self.scenario.packages[name].name
            rows.append((title, *self._row([person.packages[name] for person in self.persons], pool)))
        title = "How likely there is an agreement, and that all who must agree would sign a package"
        told = f"{self.draws:,} draws each, seed {self.seed}; ± standard error"
        if self.mixed:
            told += f"; the pool mixes different readings of what is left open: {listed(list(self.mixed.values()))}"
        return Table(f"{title} ({told})", self._columns(""), tuple(rows))

    def _verdicts(self) -> Table:
        rows = []
        for name, pools in self.demands.items():
            by = [person.demands[name] for person in self.persons]
            linear = {kind: pool.linear for kind, pool in pools.items()}
            rows.append((self.scenario.demands[name].name, *(_likeliest(each) for each in (*by, linear))))
        chances = (chance for person in self.persons for each in person.demands.values() for chance in each.values())
        error = max((chance.se for chance in chances), default=0.0)
        title = "How likely each verdict is on a demand that is insisted on"
        left = f"under {100 * _SEEN:.0f}%, and that there is no deal either way, left out"
        return Table(
            f"{title} (standard errors up to {100 * error:.1f}; {left})", self._columns("demand")[:-1], tuple(rows)
        )

    def _columns(self, first: str) -> tuple[str, ...]:
        return (first, *(each.by for each in self.persons), "pooled (linear)", "pooled (median)")

    def _row(self, chances: Sequence[Chance], pool: Pooled) -> list[str]:
        return [chance.in_words for chance in (*chances, pool.linear, pool.median)]

    def _gains(self) -> Table:
        parties = list(next(iter(self.gains.values()), {}))
        rows = tuple(
            (self.scenario.packages[name].name, *(f"{figure(m)}; {figure(d)}" for m, d in each.values()))
            for name, each in self.gains.items()
        )
        titles = tuple(self.scenario.parties[party].title for party in parties)
        title = "What packages give over no deal, in points at the likely values (nothing drawn): pooled mean; median"
        return Table(title, ("package", *titles), rows)

    def _matters(self) -> Table:
        rows = []
        for each in self.disagreements:
            for place, (by, view) in enumerate(each.views.items() if each.matters else ()):
                turn = each.weightiest(by)
                said = f"as {listed(turn.others)}: {turn.told(self.scenario)}" if turn else "nothing changes"
                rows.append(("" if place else each.about, f"{by}: {view}", said))
        columns = ("about", "who thinks what", "seeing this alone as others do, would advise")
        return Table("Disagreements that matter, the weightiest first", columns, tuple(rows))

    def _rest(self) -> Table:
        rows = tuple(
            (each.about, "; ".join(f"{by}: {view}" for by, view in each.views.items()))
            for each in self.disagreements
            if not each.matters
        )
        return Table("Disagreements that change nobody's advice", ("about", "who thinks what"), rows)


def _changes(scenario: Scenario, deal: Deal) -> list[str]:
    """What a deal changes of the status quo."""
    return [
        scenario.issues[issue].option_name(option)
        for issue, option in deal.terms.items()
        if option != scenario.status_quo[issue]
    ]


def _likeliest(verdicts: Mapping[str, Chance]) -> str:
    """The verdicts worth telling, the likeliest first."""
    told = sorted(verdicts.items(), key=lambda each: -each[1].p)
    return ", ".join(f"{kind} {100 * each.p:.0f}%" for kind, each in told if each.p >= _SEEN and kind != NO_DEAL) or "–"


def compared(scenario: Scenario, opinions: Sequence[Opinion], *, draws: int = 256, seed: int = 1) -> Opinions:
    """Each person's answers, their pool, and where they disagree; all persons are given the same draws.

    Raises TooLargeError where the issues hang together too tightly, or where people differ in too much.
    """
    total = sum((each.weight for each in opinions), Fraction(0))
    shares = [each.weight / total for each in opinions]
    seen = {opinion.by: opinion.scenario(scenario) for opinion in opinions}
    stands = dict(zip(seen, stood(each.settled() for each in seen.values()), strict=True))
    parts = disagreements(seen, opinions, stands)
    counted = [_counted(each, draws, seed) for each in seen.values()]
    met = _met(counted)
    persons = tuple(
        Person(
            by,
            float(share),
            stands[by],
            told["agreement",].chance,
            {name: told["packages", name].chance for name in scenario.packages},
            {name: {kind: told["demands", name, kind].chance for kind in kinds} for name, kinds in met.items()},
            _package_gains(seen[by]),
        )
        for by, share, told in zip(seen, shares, counted, strict=True)
    )
    pool = {asked: pooled([told[asked] for told in counted], shares) for asked in counted[0]}
    return Opinions(
        scenario.settled(),
        draws,
        seed,
        persons,
        pool["agreement",],
        {name: pool["packages", name] for name in scenario.packages},
        {name: {kind: pool["demands", name, kind] for kind in kinds} for name, kinds in met.items()},
        _pooled_gains(persons, shares),
        parts,
        _mixed(scenario, parts),
    )


def _mixed(scenario: Scenario, parts: Sequence[Disagreement]) -> dict[str, str]:
    """The open judgments among what people disagree on."""
    told = {each.place[1]: each.about for each in parts if each.place[0] == "judgment"}
    return {name: about for name, about in told.items() if scenario.judgments[name].open}


def _counted(scenario: Scenario, draws: int, seed: int) -> dict[Asked, Tally]:
    """How often each answer came, in each part of a person's draws; some parts at a time, so that memory is bounded."""
    plan = Plan.of(scenario)
    method: Method = "sobol" if plan.dimensions <= MOST_SOBOL else "random"
    parts = [place for place in range(CHUNKS) if sizes(draws)[place]]
    some = tuple(sizes(draws)[place] for place in parts)
    hits: dict[Asked, list[int]] = {}
    for places in np.array_split(parts, min(len(parts), max(1, draws // _TOGETHER))):
        found = answers(plan, plan.drawn(plan.parts(places.tolist(), draws, seed, method)))
        ends = np.cumsum([sizes(draws)[place] for place in places])[:-1]
        for asked, row in _answered(found):
            hits.setdefault(asked, []).extend(int(part.sum()) for part in np.split(row, ends))
    return {asked: Tally(tuple(each), some, certain=not plan.dimensions) for asked, each in hits.items()}


def _answered(found: Answers) -> Iterator[tuple[Asked, Bools]]:
    """Each answer, and in which draws it came."""
    yield ("agreement",), found.agreement
    yield from ((("packages", name), row) for name, row in found.passes.items())
    for name, column in found.demands.items():
        yield from ((("demands", name, kind), column == k) for k, kind in enumerate(KINDS))


def _met(counted: Sequence[Mapping[Asked, Tally]]) -> dict[str, list[str]]:
    """By demand, the verdicts that came in anybody's draws."""
    found: dict[str, list[str]] = {}
    for asked in counted[0]:
        if asked[0] == "demands" and any(sum(told[asked].hits) for told in counted):
            found.setdefault(asked[1], []).append(asked[2])
    return found


def _package_gains(scenario: Scenario) -> dict[str, dict[str, float]]:
    settled = scenario.settled()
    deciding = [party for party in valuing(settled) if party.must_agree]
    outcomes = {name: settled.outcome(package.terms) for name, package in settled.packages.items()}
    return {
        name: {party.id: plain(gain(settled, party, outcome)) for party in deciding}
        for name, outcome in outcomes.items()
    }


def _pooled_gains(persons: Sequence[Person], shares: Sequence[Fraction]) -> dict[str, dict[str, tuple[float, float]]]:
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for name, gains in persons[0].gains.items():
        for party in gains:
            if all(party in person.gains[name] for person in persons):
                values = [person.gains[name][party] for person in persons]
                mean = sum(person.weight * value for person, value in zip(persons, values, strict=True))
                found.setdefault(name, {})[party] = (mean, median(values, shares))
    return found
