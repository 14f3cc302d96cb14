"""How likely is it that an argument holds? The share of draws in which each claim does, and what drives it.

All claims are tested on the same draws, many draws together. What a judgment drives is the part of a claim's variance
that goes with its reading (a first-order index; Sobol' 1993); the number that alone would turn a claim about a package
is worked out exactly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import sqrt
from typing import TypedDict

from detente.analysis.draws import CHUNKS, Method, Plan, sizes
from detente.analysis.estimates import Chance
from detente.analysis.fingerprint import fingerprint
from detente.analysis.judgments import DRAWS, SEED
from detente.analysis.packages import would_take
from detente.analysis.shared import settle, shared_work
from detente.analysis.tipping import Tip, tipping
from detente.analysis.work import HERE, Seam, at_work
from detente.arguments.bench import Bench, benches
from detente.model.claim import STATUS_QUO, AcceptedBy, Attainable, BetterFor, PastTest, ProcessTest, Test
from detente.model.scenario import Scenario
from detente.table import Table

MOST = 100_000
"""So many draws at most."""

_TRIFLE = 0.01
"""A judgment that explains less of a claim, or no more than twice its error, is left to the JSON."""

_TOGETHER = 64
"""So many draws are tested together."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A judgment that moves a claim: the part of its variance that goes with the reading, and the chance given each."""

    judgment: str
    index: float
    se: float
    given: Mapping[str, Chance]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        given = {reading: chance.payload() for reading, chance in self.given.items()}
        return {"judgment": self.judgment, "index": self.index, "se": self.se, "given": given}


@dataclass(frozen=True, slots=True)
class ClaimChance:
    """How likely a claim holds, what drives that (the most first), and the number that alone would turn it, if any.

    `readings` has for each judgment that is left open the chance under each of its readings; `tip` is a party and its
    number.
    """

    chance: Chance
    drivers: tuple[Driver, ...]
    tip: tuple[str, Tip] | None
    readings: Mapping[str, Mapping[str, Chance]] = field(default_factory=dict)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "chance": self.chance.payload(),
            "drivers": [each.payload() for each in self.drivers],
            "tipping": None if self.tip is None else {"party": self.tip[0], **self.tip[1].payload()},
            "open": {
                judgment: {reading: chance.payload() for reading, chance in each.items()}
                for judgment, each in self.readings.items()
            },
        }


@dataclass(frozen=True, slots=True)
class ClaimChances:
    """The chance of each claim that can be tested, by id."""

    draws: int
    seed: int
    method: Method
    claims: Mapping[str, ClaimChance]

    def payload(self) -> dict[str, dict[str, object]]:
        """For JSON: by claim."""
        return {name: each.payload() for name, each in self.claims.items()}

    def tables(self, scenario: Scenario) -> tuple[Table, ...]:
        """What drives each claim: judgments by what they explain, readings left open, the number that would turn it."""
        rows = [
            (scenario.claims[name].says, "; ".join(_driven(each)), _tipped(scenario, each))
            for name, each in self.claims.items()
        ]
        title = f"What drives the claims: {self.draws:,} draws ({self.method}), seed {self.seed}"
        columns = ("claim", "by reading", "turned by one number alone")
        shown = [0, *(k for k in (1, 2) if any(row[k] for row in rows))]
        told = tuple(tuple(row[k] for k in shown) for row in rows if any(row[1:]))
        return (Table(title, tuple(columns[k] for k in shown), told, empty="Nothing alone."),)


def _driven(found: ClaimChance) -> Iterator[str]:
    for each in (driver for driver in found.drivers if driver.index > max(_TRIFLE, 2 * driver.se)):
        given = ", ".join(f"{reading} {100 * chance.p:.0f}%" for reading, chance in each.given.items())
        yield f"{each.judgment} explains {100 * each.index:.0f}% ({given})"
    for judgment, readings in found.readings.items():
        yield f"{judgment}, left open: {', '.join(f'{r} {c.in_words}' for r, c in readings.items())}"


def _tipped(scenario: Scenario, found: ClaimChance) -> str:
    if found.tip is None or not found.tip[1].within:
        return ""
    return f"{scenario.parties[found.tip[0]].title}: {found.tip[1].in_words()}"


class _Tally(TypedDict):
    """What was counted in one chunk: draws, claims that hold, readings, and claims that hold by reading."""

    draws: int
    hits: dict[str, int]
    read: dict[str, dict[str, int]]
    joint: dict[str, dict[str, dict[str, int]]]


def claim_chances(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    method: Method = "sobol",
    seam: Seam = HERE,
) -> ClaimChances:
    """How likely each claim holds over draws of every ranged number and weighted judgment, and what drives it.

    A draw in which a test cannot be asked, since a step is not on the way there, counts as one in which the claim does
    not hold. Judgments that are open are held at each of their readings in turn. The same seed gives the same answer to
    the last bit, whoever does the work (`seam`). Raises TooLargeError where the issues hang together too tightly.
    """
    if not CHUNKS <= draws <= MOST:
        raise ValueError(f"the number of draws lies from {CHUNKS} to {MOST:,}, not {draws}")
    with shared_work():
        settled = settle(scenario)
        elsewhere = PastTest | ProcessTest  # no draw has a part in these
        asked = {n: c.test for n, c in settled.claims.items() if c.test and not isinstance(c.test, elsewhere)}
        bench = benches([(settled, "likely")], list(asked.values()))[0]
        tests = {name: test for name, test in asked.items() if not bench.obstacle(test)}
        tips = {name: _tip(bench, test) for name, test in tests.items()}
    question = {"question": "claims", "scenario": fingerprint(scenario), "draws": draws, "seed": seed, "method": method}
    with at_work(seam, question) as crew:
        held = [
            (judgment.id, reading)
            for judgment in scenario.judgments.values()
            for reading in (judgment.readings if judgment.open else ())
        ]
        scenarios = [scenario, *(scenario.assuming({judgment: reading}) for judgment, reading in held)]
        jobs: list[Job] = [(each, tests, place, draws, seed, method) for each in scenarios for place in range(CHUNKS)]
        done = crew.carried_out(_chunk, jobs)
    tallies = [done[k : k + CHUNKS] for k in range(0, len(done), CHUNKS)]
    opened: dict[str, dict[str, list[_Tally]]] = {}
    for (judgment, reading), some in zip(held, tallies[1:], strict=True):
        opened.setdefault(judgment, {})[reading] = some
    found = {name: _claim_chance(scenario, name, tallies[0], opened, tips[name]) for name in tests}
    return ClaimChances(draws, seed, method, found)


def _claim_chance(
    scenario: Scenario,
    name: str,
    tallies: Sequence[_Tally],
    opened: Mapping[str, Mapping[str, Sequence[_Tally]]],
    tip: tuple[str, Tip] | None,
) -> ClaimChance:
    """One claim's chance, also under each reading of what is left open, from what was counted."""
    certain = not Plan.of(scenario).dimensions
    readings = {
        judgment: {reading: _chance(some, name, certain=certain) for reading, some in each.items()}
        for judgment, each in opened.items()
    }
    return ClaimChance(_chance(tallies, name, certain=certain), _drivers(scenario, tallies, name), tip, readings)


def _chance(tallies: Sequence[_Tally], claim: str, *, certain: bool) -> Chance:
    return Chance.of([each["hits"][claim] for each in tallies], [each["draws"] for each in tallies], certain=certain)


Job = tuple[Scenario, Mapping[str, Test], int, int, int, Method]


def _chunk(job: Job) -> _Tally:
    """One chunk of draws, counted."""
    scenario, tests, place, draws, seed, method = job
    plan = Plan.of(scenario)
    read = {judgment.id: dict.fromkeys(judgment.readings, 0) for judgment in plan.judgments}
    joint = {name: {judgment: dict.fromkeys(each, 0) for judgment, each in read.items()} for name in tests}
    tally = _Tally(draws=sizes(draws)[place], hits=dict.fromkeys(tests, 0), read=read, joint=joint)
    drawn = plan.drawn(plan.parts([place], draws, seed, method))
    each_draw = zip(plan.scenarios(drawn), plan.read(drawn), strict=True)
    while batch := list(islice(each_draw, _TOGETHER)):
        with shared_work():
            found = benches([(each, "likely") for each, _ in batch], list(tests.values()))
            for bench, (_, readings) in zip(found, batch, strict=True):
                _count(tally, bench, tests, readings)
    return tally


def _count(tally: _Tally, bench: Bench, tests: Mapping[str, Test], readings: Mapping[str, str]) -> None:
    held = [name for name, test in tests.items() if not bench.obstacle(test) and bench.holds(test)]
    for judgment, reading in readings.items():
        tally["read"][judgment][reading] += 1
        for name in held:
            tally["joint"][name][judgment][reading] += 1
    for name in held:
        tally["hits"][name] += 1


def _drivers(scenario: Scenario, tallies: Sequence[_Tally], claim: str) -> tuple[Driver, ...]:
    """The judgments that explain anything of a claim, the most first."""
    found = []
    for judgment in Plan.of(scenario).judgments:
        names = list(judgment.readings)
        index = _index(tallies, claim, judgment.id, names)
        without = [_index([*tallies[:k], *tallies[k + 1 :]], claim, judgment.id, names) for k in range(len(tallies))]
        mean = sum(without) / len(without)
        error = sqrt((len(without) - 1) / len(without) * sum((each - mean) ** 2 for each in without))
        given = {}
        for name in names:
            counts = [each["read"][judgment.id][name] for each in tallies]
            if sum(counts):
                given[name] = Chance.of([each["joint"][claim][judgment.id][name] for each in tallies], counts)
        if index > 0:
            found.append(Driver(judgment.id, index, error, given))
    return tuple(sorted(found, key=lambda each: -each.index))


def _index(tallies: Sequence[_Tally], claim: str, judgment: str, readings: Sequence[str]) -> float:
    """The part of a claim's variance that goes with a judgment's reading, less what chance alone would show."""
    total = sum(each["draws"] for each in tallies)
    p = sum(each["hits"][claim] for each in tallies) / total
    if not 0 < p < 1:
        return 0.0
    among = 0.0
    counts = {name: sum(each["read"][judgment][name] for each in tallies) for name in readings}
    for name, count in counts.items():
        if count:
            share = sum(each["joint"][claim][judgment][name] for each in tallies) / count
            among += count / total * (share - p) ** 2
    groups = sum(count > 0 for count in counts.values())
    return max(0.0, among / (p * (1 - p)) - (groups - 1) / total)


def _tip(bench: Bench, test: Test) -> tuple[str, Tip] | None:
    """The nearest number, and whose, that alone would turn a claim about a package; None for other claims."""
    found = _answers(bench, test)
    if found is None:
        return None
    package, right = found
    wrong = [party for party, answer in right.items() if not answer]
    turning = list(right) if not wrong else wrong if len(wrong) == 1 else []
    tips = [
        (each.party, tip) for each in tipping(bench.scenario, package) if each.party in turning for tip in each.singles
    ]
    return min(tips, key=lambda pair: pair[1].nearness(), default=None)


def _answers(bench: Bench, test: Test) -> tuple[str, dict[str, bool]] | None:
    """The package that a claim is about, and of each party whether it answers as the claim needs all of them to."""
    scenario = bench.scenario
    if isinstance(test, AcceptedBy):
        return test.package, {p: bench.holds(replace(test, parties=(p,))) for p in test.parties}
    if isinstance(test, BetterFor) and STATUS_QUO in (test.package, test.than) and STATUS_QUO not in scenario.packages:
        package = test.package if test.than == STATUS_QUO else test.than
        if any(scenario.parties[p].reservation is not None for p in test.parties):
            return None
        return package, {p: bench.holds(replace(test, parties=(p,))) for p in test.parties}
    if isinstance(test, Attainable) and test.package is not None and scenario.quorum is None:
        outcome = scenario.outcome(scenario.package(test.package).terms)
        deciding = [party for party in scenario.parties.values() if party.must_agree]
        takes = {party.id: would_take(scenario, party, outcome) for party in deciding}
        return (test.package, takes) if scenario.allows(outcome) else None
    return None
