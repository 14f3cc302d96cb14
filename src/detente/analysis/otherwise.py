"""Which judgments, read otherwise, turn an answer? Single readings and small sets of them, the smallest first.

Readings may change worth, reservations, red lines, roles and reach, and what one sets another may add to, so sets are
tried out rather than reasoned about: all of one size at once, each answered exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np

from detente.analysis.draws import Drawn, Plan
from detente.analysis.limits import tick
from detente.analysis.lots import Lot, lots
from detente.analysis.question import Question
from detente.analysis.room import Cases, Room, fits
from detente.analysis.search import ask
from detente.kernels.pruning import Bools
from detente.model.judgment import Judgment
from detente.model.party import Role
from detente.model.scenario import Scenario

Reads = tuple[tuple[str, str], ...]
"""Some judgments, each with the reading that it is given."""

Headline = tuple[str, str] | None
"""A package and a party that takes it or does not; None: that an agreement exists."""

MOST = 3
"""So many judgments at most are read otherwise at once."""

_SETS = 20_000
"""More sets of one size than this are not tried,"""

_LOTS = 128
"""nor such as give parties so many different roles or reach,"""

_ALONE = 1024
"""nor more than so many that must be searched as a scenario each."""

_BLOCK, _TOGETHER = 1024, 64


@dataclass(frozen=True, slots=True)
class Turning:
    """Which readings turn an answer: all that do alone; else the first of the smallest sets that do, in file order.

    Every set of at most `tried` judgments was tried.
    """

    alone: Reads
    together: Reads
    tried: int

    @property
    def smallest(self) -> Reads:
        """The smallest set; empty if none is known."""
        return self.alone[:1] or self.together

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {"alone": _plain(self.alone), "together": _plain(self.together), "tried": self.tried}


def _plain(reads: Reads) -> list[dict[str, str]]:
    return [{"judgment": judgment, "reading": reading} for judgment, reading in reads]


def turning(scenario: Scenario, headlines: Sequence[Headline]) -> dict[Headline, Turning]:
    """For each headline the readings that turn it, all other judgments as they are read now.

    A party that is only heard under some reading no longer stands in the way of any package.
    """
    if not scenario.judgments:
        return {each: Turning((), (), MOST) for each in headlines}
    search = _Search(scenario, headlines)
    found: dict[Headline, Turning] = {}
    tried = 0
    for size in range(1, MOST + 1):
        open_ = [each for each in headlines if each not in found]
        hits, whole = search.turned(size, open_)
        for each in open_:
            if hits[each] and size == 1:
                found[each] = Turning(tuple(pair for reads in hits[each] for pair in reads), (), size)
            elif hits[each]:
                found[each] = Turning((), hits[each][0], size)
        if not whole:
            break
        tried = size
    return {each: found.get(each) or Turning((), (), tried) for each in headlines}


class _TooManyError(Exception):
    """More cases than are worth the time."""


class _Search:
    """The answers under many sets of readings."""

    def __init__(self, scenario: Scenario, headlines: Sequence[Headline]) -> None:
        self.scenario = scenario
        self.plan = Plan.of_readings(scenario)
        self.lots = self.alone = 0
        self.base = {each: bool(answer[0]) for each, answer in self._answers([()], headlines).items()}

    def turned(self, size: int, headlines: Sequence[Headline]) -> tuple[dict[Headline, list[Reads]], bool]:
        """The sets of so many readings that turn each headline, and whether all were tried.

        Of single readings all; of larger sets not all, but the first among them.
        """
        hits: dict[Headline, list[Reads]] = {each: [] for each in headlines}
        judgments = [each for each in self.plan.judgments if any(_touches(each, headline) for headline in headlines)]
        if not _few(size, judgments):
            return hits, False
        sets = _sets(size, judgments)
        try:
            while block := list(islice(sets, _BLOCK)):
                open_ = [each for each in headlines if size == 1 or not hits[each]]
                if not open_:
                    break
                for each, answer in self._answers(block, open_).items():
                    hits[each] += [block[place] for place in np.flatnonzero(answer != self.base[each])]
        except _TooManyError:
            return hits, False
        return hits, True

    def _answers(self, sets: Sequence[Reads], headlines: Sequence[Headline]) -> dict[Headline, Bools]:
        found = {each: np.zeros(len(sets), dtype=bool) for each in headlines}
        for lot in lots(self.plan, self._drawn(sets)) if headlines else ():
            tick()
            self.lots += 1
            if self.lots > _LOTS:
                raise _TooManyError
            for each, answer in found.items():
                answer[lot.places] = self._exists(lot, sets) if each is None else self._takes(lot, *each)
        return found

    def _drawn(self, sets: Sequence[Reads]) -> Drawn:
        """The sets as draws, with the reading now in force where a judgment is not read otherwise."""
        judgments = self.plan.judgments
        places = {judgment.id: {name: k for k, name in enumerate(judgment.readings)} for judgment in judgments}
        now = {judgment.id: places[judgment.id].get(judgment.likely or "", -1) for judgment in judgments}
        rows = {name: np.full(len(sets), place) for name, place in now.items()}
        for k, reads in enumerate(sets):
            for judgment, reading in reads:
                rows[judgment][k] = places[judgment][reading]
        return Drawn(len(sets), {}, rows)

    def _takes(self, lot: Lot, package: str, party: str) -> Bools:
        """Where a party does not stand in the way of a package."""
        if not lot.scenario.parties[party].must_agree:
            return np.ones(len(lot.places), dtype=bool)
        return lot.takes(party, self.scenario.outcome(self.scenario.packages[package].terms))

    def _exists(self, lot: Lot, sets: Sequence[Reads]) -> Bools:
        """Where an agreement exists."""
        if fits(lot):
            binding = [name for name, party in lot.scenario.parties.items() if party.must_agree]
            binding.sort(key=lambda name: lot.scenario.parties[name].role is not Role.PRINCIPAL)
            return Room(lot, binding).exists(Cases.of(np.arange(len(lot.places))))
        self.alone += len(lot.places)
        if self.alone > _ALONE:
            raise _TooManyError
        answers: list[bool] = []
        for begin in range(0, len(lot.places), _TOGETHER):
            some = [dict(sets[place]) for place in lot.places[begin : begin + _TOGETHER]]
            asked = [Question(self.scenario.assuming(reads).settled(), passing=True) for reads in some]
            answers += [bool(answer.accepted.any()) for answer in ask(asked)]
        return np.array(answers, dtype=bool)


def touches(judgment: Judgment, party: str) -> bool:
    """Whether some reading changes anything for a party."""
    changes = [change for reading in judgment.readings.values() for change in (reading.sets, reading.adds)]
    return any(
        party in change.parties or any(party in worth for worth in change.interactions.values()) for change in changes
    )


def _touches(judgment: Judgment, headline: Headline) -> bool:
    return headline is None or touches(judgment, headline[1])


def _others(judgment: Judgment) -> Reads:
    """Its readings but for the one in force."""
    return tuple((judgment.id, name) for name in judgment.readings if name != judgment.likely)


def _few(size: int, judgments: Sequence[Judgment]) -> bool:
    """Whether so many judgments at once can be read otherwise in few enough ways to try them all."""
    ways = [1] + [0] * size  # ways[k]: to read k of the judgments so far otherwise
    for judgment in judgments:
        other = len(_others(judgment))
        for k in range(size, 0, -1):
            ways[k] += ways[k - 1] * other
    return ways[size] <= _SETS


def _sets(size: int, judgments: Sequence[Judgment]) -> Iterator[Reads]:
    """Every way to read so many judgments otherwise, in the file's order."""
    for some in combinations(judgments, size):
        yield from product(*map(_others, some))
