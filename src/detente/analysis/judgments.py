"""How sure is it? The chances that an agreement exists, that packages pass and that demands sink it, over draws."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import prod, sqrt
from typing import TypedDict

from detente.analysis.bargaining import NashValue, best_nash
from detente.analysis.demands import HARMLESS, verdicts
from detente.analysis.draws import CHUNKS, Method, Plan, sizes
from detente.analysis.fingerprint import fingerprint
from detente.analysis.packages import agreed, would_take
from detente.analysis.question import Question
from detente.analysis.search import Answer, ask
from detente.analysis.shared import shared_work
from detente.analysis.tables import gain
from detente.analysis.tipping import Tipping, believed, tipping
from detente.analysis.work import HERE, Crew, Seam, at_work
from detente.errors import NotFoundError
from detente.model.names import nearest
from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.table import Table

METHODS: tuple[Method, ...] = ("sobol", "random")
DRAWS, SEED = 512, 1
MOST = 10_000_000

_TOGETHER = 64
"""So many draws are asked together."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability, with its standard error."""

    p: float
    se: float

    @classmethod
    def of(cls, hits: Sequence[float], draws: Sequence[int], *, certain: bool = False) -> "Chance":
        """From the hits in each chunk: the whole share, and the error that the chunks' differences show.

        Where every draw says the same, the error is that of a share that nobody has seen differ (Laplace's rule of
        succession: 1 / (n + 2)); unless nothing was in doubt (`certain`).
        """
        total = sum(draws)
        p = sum(hits) / total
        if p in (0, 1):
            return cls(p, 0.0 if certain else 1 / (total + 2))
        shares = [(hit / number, number) for hit, number in zip(hits, draws, strict=True) if number]
        if len(shares) < 2:
            return cls(p, sqrt(p * (1 - p) / total))
        spread = sum(number * (share - p) ** 2 for share, number in shares) / total
        return cls(p, sqrt(spread / (len(shares) - 1)))

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"p": self.p, "se": self.se}

    @property
    def in_words(self) -> str:
        """In percent, with its error."""
        return f"{100 * self.p:.0f}% (± {100 * self.se:.1f})" if self.se else f"{100 * self.p:.0f}%"


class Told(TypedDict):
    """A tally in plain values."""

    draws: int
    agreement: int
    packages: dict[str, dict[str, int]]
    kept: dict[str, float]
    demands: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted in one chunk of draws."""

    draws: int
    agreement: int
    packages: Mapping[str, Counter[str]] = field(default_factory=dict)
    kept: Mapping[str, float] = field(default_factory=dict)
    demands: Mapping[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Told) -> "Tally":
        """From plain values."""
        packages, demands = (
            {name: Counter(each) for name, each in counted.items()} for counted in (told["packages"], told["demands"])
        )
        return cls(told["draws"], told["agreement"], packages, told["kept"], demands)

    def told(self) -> Told:
        """In plain values."""
        packages, demands = (
            {name: dict(each) for name, each in counted.items()} for counted in (self.packages, self.demands)
        )
        return Told(
            draws=self.draws, agreement=self.agreement, packages=packages, kept=dict(self.kept), demands=demands
        )


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How likely each party that must agree takes a package, and all of them together.

    `kept` is the part of the best joint value (Nash product) of each draw that the package brings, on average: nothing
    where it does not pass. What is missing from 1 is its regret.
    """

    by: Mapping[str, Chance]
    all: Chance
    kept: Chance


@dataclass(frozen=True, slots=True)
class Judgments:
    """The chances over all draws; of an agreement for each reading that is left open; and what would turn answers."""

    scenario: Scenario
    draws: int
    seed: int
    method: Method
    agreement: Chance
    packages: Mapping[str, Acceptance]
    demands: Mapping[str, Mapping[str, Chance]]
    readings: Mapping[str, Mapping[str, Chance]]
    tipping: tuple[Tipping, ...]

    @property
    def robust(self) -> Mapping[str, str]:
        """The package that most likely passes, and the one that keeps most of the joint value; none that never does."""
        ranked = {
            "most likely to pass": {name: each.all.p for name, each in self.packages.items()},
            "least regret": {name: each.kept.p for name, each in self.packages.items()},
        }
        best = {how: max(values, key=lambda name: values[name]) for how, values in ranked.items() if values}
        return {how: name for how, name in best.items() if ranked[how][name] > 0}

    @property
    def largest_error(self) -> float:
        """The largest standard error of all chances."""
        chances = [self.agreement, *(c for p in self.packages.values() for c in (p.all, p.kept, *p.by.values()))]
        chances += [c for each in self.demands.values() for c in each.values()]
        chances += [c for each in self.readings.values() for c in each.values()]
        return max(chance.se for chance in chances)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/judgments/1",
            "draws": self.draws,
            "seed": self.seed,
            "method": self.method,
            "agreement": self.agreement.payload(),
            "packages": {
                name: {
                    "accepted": {
                        "by": {party: chance.payload() for party, chance in each.by.items()},
                        "all": each.all.payload(),
                    },
                    "kept": each.kept.payload(),
                }
                for name, each in self.packages.items()
            },
            "robust": dict(self.robust),
            "tipping": {
                name: {each.party: each.payload() for each in self.tipping if each.package == name}
                for name in self.packages
            },
            "demands": {
                name: {verdict: chance.payload() for verdict, chance in each.items()}
                for name, each in self.demands.items()
            },
            "open": {
                judgment: {reading: {"agreement": chance.payload()} for reading, chance in each.items()}
                for judgment, each in self.readings.items()
            },
        }

    def tables(self) -> tuple[Table, ...]:
        """The chance of a deal, of each package, of each verdict, and by reading of what is left open."""
        settled = self.scenario.settled()
        first = (("an agreement exists", self.agreement.in_words),)
        opened = tuple(
            (f"{self.scenario.judgments[judgment].name}: {reading}", chance.in_words)
            for judgment, each in self.readings.items()
            for reading, chance in each.items()
        )
        opened += tuple((how, settled.packages[name].name) for how, name in self.robust.items())
        title = f"How sure: {self.draws:,} draws ({self.method}), seed {self.seed}"
        deciding = [name for name, party in settled.parties.items() if party.must_agree]
        heads = ("package", "all who must agree", "joint value kept", *(settled.parties[n].title for n in deciding))
        rows = tuple(
            (
                settled.packages[name].name,
                each.all.in_words,
                each.kept.in_words,
                *(each.by[party].in_words for party in deciding),
            )
            for name, each in self.packages.items()
        )
        verdicts_ = tuple(
            (settled.demands[name].name, "; ".join(f"{verdict} {chance.in_words}" for verdict, chance in each.items()))
            for name, each in self.demands.items()
        )
        found = [Table(title, ("", ""), first + opened)]
        found += [Table("Who would take the packages", heads, rows)] * bool(rows)
        found += [Table("What the demands are", ("demand", "verdict if insisted on"), verdicts_)] * bool(verdicts_)
        found += [believed(settled, self.tipping)] * bool(self.tipping)
        return tuple(found)


def judgments(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    method: Method = "sobol",
    error: float | None = None,
    seam: Seam = HERE,
) -> Judgments:
    """How likely it is that an agreement exists, that each package passes, and that each demand sinks every deal.

    Every ranged number and every judgment with weights is drawn, each draw is answered exactly over all outcomes, and
    every share carries its standard error. With `error`, the draws are doubled until every share stands within so many
    percentage points (at 95%). Judgments that are open are held at each of their readings in turn. The same seed gives
    the same answer to the last bit, whoever does the work (`seam`). NotFoundError for an unknown method; TooLargeError
    where the issues hang together too tightly.
    """
    if method not in METHODS:
        raise NotFoundError(f"no method named '{method}'{nearest(method, METHODS)}")
    if not CHUNKS <= draws <= MOST:
        raise ValueError(f"the number of draws lies from {CHUNKS} to {MOST:,}, not {draws}")
    question = {"question": "judgments", "scenario": fingerprint(scenario), "seed": seed, "method": method}
    with at_work(seam, {**question, "draws": draws}) as crew:
        return _until(scenario, draws, seed, method, error, crew)


def _until(scenario: Scenario, draws: int, seed: int, method: Method, error: float | None, crew: Crew) -> Judgments:
    found = _judged(scenario, draws, seed, method, crew)
    while error is not None and 196 * found.largest_error > error and 2 * found.draws <= MOST:
        found = _judged(scenario, 2 * found.draws, seed, method, crew)
    return found


def _judged(scenario: Scenario, draws: int, seed: int, method: Method, crew: Crew) -> Judgments:
    tallies = _counted(scenario, draws, seed, method, crew, whole=True)
    sized = [each.draws for each in tallies]
    plan = Plan.of(scenario)
    certain = not plan.dimensions
    doubtful = {doubt.party for doubt in plan.doubts}

    def chance(hits: Iterator[float], *, sure: bool = certain) -> Chance:
        return Chance.of(list(hits), sized, certain=sure)

    deciding = [name for name, party in scenario.settled().parties.items() if party.must_agree]
    packages = {
        name: Acceptance(
            {
                party: chance(
                    (t.packages[name][party] for t in tallies), sure=not plan.judgments and party not in doubtful
                )
                for party in deciding
            },
            chance(t.packages[name][""] for t in tallies),
            chance(t.kept[name] for t in tallies),
        )
        for name in scenario.packages
    }
    demands = {}
    for name in scenario.demands:
        kinds = sorted({verdict for t in tallies for verdict in t.demands[name]})
        demands[name] = {kind: chance(t.demands[name][kind] for t in tallies) for kind in kinds}
    readings: dict[str, dict[str, Chance]] = {}
    for judgment in scenario.judgments.values():
        for reading in judgment.readings if judgment.open else ():
            held = _counted(scenario.assuming({judgment.id: reading}), draws, seed, method, crew, whole=False)
            found = Chance.of([each.agreement for each in held], [each.draws for each in held], certain=certain)
            readings.setdefault(judgment.id, {})[reading] = found
    agreement = chance(t.agreement for t in tallies)
    turning = tuple(each for name in scenario.packages for each in tipping(scenario, name))
    return Judgments(scenario, draws, seed, method, agreement, packages, demands, readings, turning)


def _counted(scenario: Scenario, draws: int, seed: int, method: Method, crew: Crew, *, whole: bool) -> list[Tally]:
    """The tallies of all chunks, in their order."""
    jobs = [(scenario, place, draws, seed, method, whole) for place in range(CHUNKS) if sizes(draws)[place]]
    batch = f"{draws} draws of {'the scenario' if whole else fingerprint(scenario)}"
    return [Tally.of(told) for told in crew.carried_out(_chunk, jobs, batch)]


Job = tuple[Scenario, int, int, int, Method, bool]


def _chunk(job: Job) -> Told:
    """One chunk of draws, counted."""
    return _tallied(job).told()


def _tallied(job: Job) -> Tally:
    scenario, place, draws, seed, method, whole = job
    drawn = Plan.of(scenario).chunk(place, draws, seed, method)
    packages: dict[str, Counter[str]] = {name: Counter() for name in scenario.packages}
    kept = dict.fromkeys(scenario.packages, 0.0)
    demands: dict[str, Counter[str]] = {name: Counter() for name in scenario.demands}
    total = agreement = 0
    while batch := list(islice(drawn, _TOGETHER)):
        total += len(batch)
        with shared_work():
            answers = ask([Question(each, ties=True, passing=True) for each in batch])
            agreement += sum(bool(answer.accepted.any()) for answer in answers)
            if whole:
                _add_packages(batch, answers, packages, kept)
                for found in verdicts(batch):
                    for name, verdict in found.items():
                        demands[name]["harmless" if verdict in HARMLESS else verdict] += 1
    return Tally(total, agreement, packages, kept, demands)


def _add_packages(
    batch: Sequence[Scenario], answers: Sequence[Answer], packages: Mapping[str, Counter[str]], kept: dict[str, float]
) -> None:
    """Count who takes each package in some draws, and what of the joint value it keeps."""
    for each, answer in zip(batch, answers, strict=True):
        best = best_nash(answer)
        for name, counted in packages.items():
            takers = _takers(each, name)
            counted.update(takers)
            kept[name] += _kept(each, name, best) if "" in takers else 0.0


def _kept(scenario: Scenario, name: str, best: NashValue | None) -> float:
    """The part of the best joint value that a package brings which passes."""
    if best is None or not best.value:
        return 0.0
    outcome = scenario.outcome(scenario.package(name).terms)
    gains = [gain(scenario, each, outcome) for each in scenario.parties.values() if each.role is Role.PRINCIPAL]
    return float(prod(gains, start=Fraction(1)) / best.value)


def _takers(scenario: Scenario, name: str) -> list[str]:
    """Who would take a package; "" if all who must agree would."""
    outcome = scenario.outcome(scenario.package(name).terms)
    takers = [each.id for each in scenario.parties.values() if each.must_agree and would_take(scenario, each, outcome)]
    return [*takers, *([""] if agreed(scenario, outcome, "likely") else [])]
