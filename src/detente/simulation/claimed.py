"""Does a claim on a process hold, by what the runs come to? Only what exceeds two standard errors is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.estimates import Chance, Mean
from detente.model.claim import Calms, Claim, ComesTo, PaysMore, ProcessTest
from detente.model.names import nearest
from detente.simulation.tally import AGREEMENT, COLLAPSE, CRISES, IMPLEMENTATION, MEASURES, TENSION, Moments
from detente.table import Table, counted, figure


@dataclass(frozen=True, slots=True)
class Told:
    """What the runs say of a claim: whether it holds (None: it cannot be told), and the numbers behind that."""

    holds: bool | None
    figure: str


@dataclass(frozen=True, slots=True)
class Runs:
    """What was measured under each strategy, on the same draws, and of which sides."""

    moments: Moments
    strategies: tuple[str, ...]
    sides: tuple[str, ...]

    def chance(self, measure: str, strategy: str) -> Chance:
        """The share of runs in which something comes."""
        return self.moments.chance(MEASURES.index(measure), self.strategies.index(strategy))

    def mean(self, measure: int, strategy: str) -> Mean:
        """A mean over the runs."""
        return self.moments.mean(measure, self.strategies.index(strategy))

    def difference(self, measure: int, one: str, other: str) -> Mean:
        """By how much one strategy exceeds another."""
        return self.moments.difference(measure, self.strategies.index(one), self.strategies.index(other))


def named(test: ProcessTest) -> tuple[str, ...]:
    """The strategies that a test names."""
    return (test.strategy,) if isinstance(test, ComesTo) else (test.strategy, test.than)


def obstacle(test: ProcessTest, known: Sequence[str], sides: Sequence[str]) -> str:
    """Why a test cannot be put to runs: a strategy or a side that is not there; "" where it can."""
    for name in named(test):
        if name not in known:
            return f"no strategy named '{name}'{nearest(name, known)}"
    for name in test.parties if isinstance(test, PaysMore) else ():
        if name not in sides:
            return f"no side of the process named '{name}'{nearest(name, sides)}"
    return ""


def claimed(test: ProcessTest, runs: Runs, titles: Mapping[str, str]) -> Told:
    """What the runs say of a claim; `titles` are what people call the sides."""
    if isinstance(test, ComesTo):
        return _comes_to(test, runs)
    if isinstance(test, Calms):
        return _calms(test, runs)
    return _pays_more(test, runs, titles)


def _comes_to(test: ComesTo, runs: Runs) -> Told:
    chance = _chance(test, runs)
    if test.what == "collapse" and not chance.p and not runs.chance(AGREEMENT, test.strategy).p:
        return Told(None, "nothing is ever agreed, so nothing can collapse")
    over = Mean(chance.p - float(test.share), chance.se)
    found = over.above
    said = f"{test.what} {chance.in_words}"
    if found is None:
        limit = figure(100 * float(test.share))
        return Told(None, f"{said}: it cannot be told from {limit}% in {counted(runs.moments.runs, 'run')}")
    return Told(found is not test.at_most, said)


def _chance(test: ComesTo, runs: Runs) -> Chance:
    measures = {
        "agreement": AGREEMENT,
        "no agreement": AGREEMENT,
        "implementation": IMPLEMENTATION,
        "collapse": COLLAPSE,
        "crisis": CRISES,
    }
    found = runs.chance(measures[test.what], test.strategy)
    return Chance(1 - found.p, found.se) if test.what == "no agreement" else found


def _calms(test: Calms, runs: Runs) -> Told:
    measure = MEASURES.index(TENSION)
    one, other = (runs.mean(measure, name).mean for name in (test.strategy, test.than))
    more = runs.difference(measure, test.strategy, test.than)
    found = Mean(-more.mean, more.se).above
    error = f" ± {more.se:.1g}" if more.se else ""
    said = f"tension {one:.2f} against {other:.2f} ({_signed(more.mean, f'{abs(more.mean):.2g}')}{error})"
    return Told(found, said + ("" if found is not None else f"; {_not_told(runs)}"))


def _pays_more(test: PaysMore, runs: Runs, titles: Mapping[str, str]) -> Told:
    """Held where it is worth more to each of them, and refuted where it is worth less to any."""
    found, said = [], []
    for name in test.parties:
        measure = len(MEASURES) + runs.sides.index(name)
        one, other = (runs.mean(measure, each).mean for each in (test.strategy, test.than))
        more = runs.difference(measure, test.strategy, test.than)
        found.append(more.above)
        words = _signed(more.mean, Mean(abs(more.mean), more.se).in_words.replace("(", "").replace(")", ""))
        said.append(f"{titles[name]} {figure(one)} against {figure(other)} ({words})")
    if False in found or None not in found:
        return Told(all(found), "; ".join(said))
    return Told(None, f"{'; '.join(said)}; {_not_told(runs)}")


def _signed(value: float, words: str) -> str:
    return f"−{words}" if value < 0 else f"+{words}" if value else words


def _not_told(runs: Runs) -> str:
    return f"they cannot be told apart in {counted(runs.moments.runs, 'run')}"


@dataclass(frozen=True, slots=True)
class Region:
    """Where a claim on a process holds: as judged, and over readings and places of the map, each told or not."""

    claim: Claim
    judged: bool | None
    readings: tuple[bool | None, ...]
    places: tuple[bool | None, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "id": self.claim.id,
            "says": self.claim.says,
            "as_judged": _word(self.judged),
            "readings": _counts(self.readings),
            "places": _counts(self.places),
        }


def regions(
    claims: Sequence[Claim], judged: Runs, readings: Sequence[Runs], places: Sequence[Runs], titles: Mapping[str, str]
) -> Iterator[Region]:
    """Where each claim on a process holds; claims that name a strategy that is not played, or nobody, are left out.

    It cannot be told under a reading that leaves out a side it names.
    """
    for claim in claims:
        test = claim.test
        if isinstance(test, ProcessTest) and not obstacle(test, judged.strategies, judged.sides):
            told = [tuple(_holds(test, each, titles) for each in some) for some in ([judged], readings, places)]
            yield Region(claim, told[0][0], told[1], told[2])


def _holds(test: ProcessTest, runs: Runs, titles: Mapping[str, str]) -> bool | None:
    return None if obstacle(test, runs.strategies, runs.sides) else claimed(test, runs, titles).holds


def table(found: Sequence[Region]) -> Table:
    """A row for each claim: as judged, and in how many readings and places of the map it holds and fails."""
    columns = ("claim", "as judged", "readings: holds", "fails", "map: holds", "fails ")
    rows = tuple(
        (each.claim.says, _word(each.judged), *_shares(each.readings), *_shares(each.places)) for each in found
    )
    return Table("The claims on the process, and where they hold", columns, rows, frozenset(columns[2:]))


def _shares(told: Sequence[bool | None]) -> tuple[str, str]:
    if not told:
        return ("", "")
    return (f"{told.count(True)} of {len(told)}", f"{told.count(False)} of {len(told)}")


def _counts(told: Sequence[bool | None]) -> dict[str, int]:
    words = ("holds", "fails", "not told")
    return dict(zip(words, (told.count(True), told.count(False), told.count(None)), strict=True))


def _word(told: bool | None) -> str:
    return "cannot be told" if told is None else "holds" if told else "fails"
