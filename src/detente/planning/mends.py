"""What would mend a plan that somebody gains by breaking? Each mend is worked out and tried, the cheapest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from detente.analysis.limits import seconds_left
from detente.analysis.tables import plain
from detente.model.commitment import Rounds
from detente.model.scenario import Scenario
from detente.planning.best import best
from detente.planning.beware import worth_of
from detente.planning.game import Bonus, Clause, Game, Nogood, State, places
from detente.planning.guarantees import guarantees, least_guaranteed
from detente.planning.measure import Walk
from detente.planning.rules import Rules, holds, obeys
from detente.table import counted, figure, listed, points

PARTS = (2, 3, 4)
"""Into how many parts a step is split, at most so many are tried."""

_TOO_LATE = 0.5
"""With so few seconds left, nothing more is tried."""

_MOST = 6
"""So many steps are split at most, those by which most is gained by leaving first."""

_FEW = 8
"""Of up to so many steps an order is told in a line."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A change that makes the plan hold: its kind, what it concerns, and the order that holds with it.

    `cost` is in points: what is pledged, what a sweetener takes from its `payers`, and what all principals together
    lose in value by a slower order; None where the file puts no price on it.
    """

    kind: str
    about: str
    amount: float
    cost: float | None
    effect: str
    rounds: Rounds
    payers: tuple[str, ...] = ()

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "kind": self.kind,
            "about": self.about,
            "amount": self.amount,
            "cost": self.cost,
            "payers": list(self.payers),
            "effect": self.effect,
            "rounds": [list(step) for step in self.rounds],
        }

    def in_words(self, scenario: Scenario) -> str:
        """As people say it."""
        if self.kind == "split":
            return f"carry out {self.about} in {figure(self.amount)} parts"
        if self.kind == "verification":
            return f"notice a breach of {self.about} within a month, {figure(self.amount)} sooner"
        if self.kind == "order":
            return "take the same steps in another order"
        if self.kind == "last":
            return f"keep {self.about} for the end"
        if self.kind == "sweetener":
            return f"add {self.about} to the deal"
        party = scenario.parties[self.about].title
        return f"a guarantee of {points(self.amount)} that {party} forfeits by breaking off"

    def price(self, scenario: Scenario) -> str:
        """What it costs, and in what way."""
        if self.cost is None:
            return "not priced"
        if not self.cost:
            return "nothing"
        if self.kind == "guarantee":
            lost = self.cost - self.amount
            return f"{figure(self.amount)} pledged" + (f", {figure(lost)} of the value" if lost else "")
        who = listed([scenario.parties[party].title for party in self.payers])
        return f"{figure(self.cost)} to {who}" if who else f"{figure(self.cost)} of the value"


@dataclass(frozen=True, slots=True)
class Mends:
    """Everything tried that mends a plan; `complete` is false where there was no time for all.

    The cheapest first: by the points that are lost or pledged, whoever's they are; what has no price comes last.
    """

    found: tuple[Mend, ...] = ()
    complete: bool = True


def mends(
    walk: Walk, patience: Sequence[Fraction], sweetened: Iterable[tuple[str, Game]] = (), *, hopeless: bool = False
) -> Mends:
    """What would mend a plan that somebody gains by breaking.

    `sweetened` are games with one more issue in the deal; `hopeless` says that no order of the same steps holds.
    """
    other = None if hopeless else _holding(walk.game, walk.start, patience, "months")
    if other is not None:
        again = Mend("order", "", 0, _lost(walk, other), *_then(walk, other))
        kinds = [
            [again],
            _pledged(walk, walk, patience),
            _verified(walk, patience, search=False),
            _kept(walk, patience),
        ]
    else:
        kinds = [
            _verified(walk, patience, search=True),
            _splits(walk, patience),
            _sweetened(walk, sweetened, patience),
            _pledged(walk, least_guaranteed(walk, patience), patience),
        ]
    found, complete = [], True
    for kind in kinds:
        for mend in kind:
            complete &= mend is not None
            found += [] if mend is None else [mend]
    return Mends(tuple(sorted(found, key=_cheapness)), complete)


def _cheapness(mend: Mend) -> tuple[bool, float, float]:
    return mend.cost is None, mend.cost or 0, mend.amount


def _holding(
    game: Game, start: State, patience: Sequence[Fraction], aim: str = "rounds", rules: Rules | None = None
) -> Walk | None:
    """An order that nobody gains by breaking, if one is found."""
    order = best(game, aim, rules or Rules(start=start), patience).order
    return None if order is None else Walk(game, order, start)


def _then(walk: Walk, other: Walk) -> tuple[str, Rounds]:
    """What holds then, in words and round by round."""
    rounds = tuple(tuple(other.game.names[k] for k in places(step)) for step in other.order)
    if other.order == walk.order:
        return "this order holds", rounds
    said = f"self-enforcing in {counted(len(rounds), 'round')}"
    if sum(map(len, rounds)) > _FEW:
        return said, rounds
    return f"{said}: {' | '.join(', '.join(step) for step in rounds)}", rounds


def _lost(walk: Walk, other: Walk) -> float:
    """How much less the principals together can expect from another order."""
    before, after = (sum((each.value(p) for p in walk.game.principals), Fraction(0)) for each in (walk, other))
    return plain(max(Fraction(0), before - after))


def _pledged(walk: Walk, other: Walk, patience: Sequence[Fraction]) -> Iterable[Mend]:
    """What each party that gains by leaving would have to forfeit, at least, for an order to hold."""
    lacks, lost = guarantees(other, patience), _lost(walk, other)
    said, rounds = _then(walk, other)
    together = said if len(lacks) == 1 else f"{said}, if the others give theirs as well"
    for party, lack in lacks.items():
        yield Mend("guarantee", walk.game.parties[party], plain(lack), plain(lack) + lost, together, rounds)


def _verified(walk: Walk, patience: Sequence[Fraction], *, search: bool) -> Iterable[Mend | None]:
    for k, each in enumerate(walk.game.commitments):
        slow = walk.game.detection[k]
        if slow == 1:
            continue
        quick = replace(each, detection=None)
        steps = tuple(quick if j == k else other for j, other in enumerate(walk.game.commitments))
        made = replace(walk.game, commitments=steps)
        same = Walk(made, walk.order, walk.start)
        there = same if holds(same, patience) else None
        if there is None and search:
            if seconds_left() < _TOO_LATE:
                yield None
                return
            there = _holding(made, walk.start, patience)
        if there is not None:
            yield Mend("verification", each.name, slow - 1, None, *_then(walk, there))


def _kept(walk: Walk, patience: Sequence[Fraction]) -> Iterable[Mend | None]:
    """Reversible steps that hold the order together where they come last: they are the prize for getting there."""
    found = [mend for mend in (_moved(walk, k, patience) for k in _not_last(walk)) if mend is not None]
    yield from found
    for k in () if found else _not_last(walk):
        if seconds_left() < _TOO_LATE:
            yield None
            return
        others = places(walk.game.all & ~walk.start & ~(1 << k))
        last = Rules(start=walk.start, after=tuple((k, other) for other in others))
        there = _holding(walk.game, walk.start, patience, rules=last)
        if there is not None:
            yield Mend("last", walk.game.commitments[k].name, len(there.order), _lost(walk, there), *_then(walk, there))


def _not_last(walk: Walk) -> list[int]:
    steps = walk.game.all & ~walk.start & walk.game.reversible
    return [k for k in places(steps) if walk.order[-1] != 1 << k]


def _moved(walk: Walk, k: int, patience: Sequence[Fraction]) -> Mend | None:
    rest = tuple(each for each in (step & ~(1 << k) for step in walk.order) if each)
    there = Walk(walk.game, (*rest, 1 << k), walk.start)
    if not obeys(there, Rules(), patience):
        return None
    _, rounds = _then(walk, there)
    said, place = "the order holds with it as its last round", next(t for t, s in enumerate(walk.order) if s >> k & 1)
    return Mend("last", walk.game.commitments[k].name, place + 1, _lost(walk, there), said, rounds)


def _sweetened(walk: Walk, games: Iterable[tuple[str, Game]], patience: Sequence[Fraction]) -> Iterable[Mend | None]:
    for name, made in games:
        if seconds_left() < _TOO_LATE:
            yield None
            return
        there = _holding(made, 0, patience)
        if there is not None:
            gains = [
                worth_of(made, p, made.all) - worth_of(walk.game, p, walk.game.all) for p in range(len(made.parties))
            ]
            payers = tuple(party for party, gain in zip(made.parties, gains, strict=True) if gain < 0)
            cost = plain(sum((-gain for gain in gains if gain < 0), Fraction(0)))
            yield Mend("sweetener", name, 0, cost, *_then(walk, there), payers)


def _breaking(walk: Walk, patience: Sequence[Fraction]) -> list[int]:
    """The steps of the rounds that somebody gains by breaking, worst first."""
    slack: dict[int, Fraction] = {}
    for each in walk.incentives(patience):
        step: State = walk.order[min(each.round, len(walk.order) - 1)] if walk.order else 0
        for k in places(step):
            if each.slack < 0:
                slack[k] = min(slack.get(k, Fraction(0)), each.slack)
    return sorted(slack, key=lambda k: slack[k])[:_MOST]


def _splits(walk: Walk, patience: Sequence[Fraction]) -> Iterable[Mend | None]:
    for k in _breaking(walk, patience):
        for parts in PARTS:
            if seconds_left() < _TOO_LATE:
                yield None
                return
            there = _holding(split(walk.game, k, parts), spread(walk.start, k, parts), patience)
            if there is not None:
                yield Mend("split", walk.game.commitments[k].name, parts, _lost(walk, there), *_then(walk, there))
                break


def spread(state: State, place: int, parts: int) -> State:
    """A state in which the commitment at that place, not done, has become several."""
    return (state & ((1 << place) - 1)) | (state >> place << (place + parts - 1))


def split(game: Game, place: int, parts: int) -> Game:
    """The same game with one commitment carried out in equal parts, one after the other."""
    old = game.commitments[place]
    pieces = [
        replace(old, id=f"{old.id} ({k}/{parts})", needs=old.needs if k == 1 else (f"{old.id} ({k - 1}/{parts})",))
        for k in range(1, parts + 1)
    ]
    last = pieces[-1].id
    rest = [replace(each, needs=tuple(last if n == old.id else n for n in each.needs)) for each in game.commitments]
    rest = [replace(each, above=last if each.above == old.id else each.above) for each in rest]
    steps = (*rest[:place], *pieces, *rest[place + 1 :])

    def shared(row: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return (*row[:place], *(row[place] / parts for _ in pieces), *row[place + 1 :])

    def moved(clause: Clause) -> Clause:
        shift = parts - 1
        return Clause(clause.start, tuple((k + shift if k >= place else k, turn) for k, turn in clause.turns))

    return replace(
        game,
        commitments=steps,
        lump=tuple(map(shared, game.lump)),
        flow=tuple(map(shared, game.flow)),
        bonuses=tuple(Bonus(tuple(map(moved, each.clauses)), each.worth, each.flows) for each in game.bonuses),
        nogoods=tuple(Nogood(tuple(map(moved, each.clauses)), each.condition) for each in game.nogoods),
    )
