"""What would mend a plan that somebody gains by breaking? Each mend is worked out and tried, the cheapest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from detente.analysis.limits import seconds_left
from detente.analysis.tables import plain
from detente.model.scenario import Scenario
from detente.planning.best import best
from detente.planning.game import Bonus, Clause, Game, Nogood, State, places
from detente.planning.measure import Walk
from detente.planning.rules import Rules, holds, obeys
from detente.table import counted, figure, points

PARTS = (2, 3, 4)
"""Into how many parts a step is split, at most so many are tried."""

_TOO_LATE = 0.5
"""With so few seconds left, nothing more is tried."""

_MOST = 6
"""So many steps are tried, those by which most is gained by leaving first."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A change that makes the plan hold: its kind, what it concerns, what it costs in points, and what follows."""

    kind: str
    about: str
    amount: float
    cost: float
    effect: str

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "kind": self.kind,
            "about": self.about,
            "amount": self.amount,
            "cost": self.cost,
            "effect": self.effect,
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


@dataclass(frozen=True, slots=True)
class Mends:
    """Everything tried that mends a plan, the cheapest first; `complete` is false where there was no time for all."""

    found: tuple[Mend, ...] = ()
    complete: bool = True


def mends(
    walk: Walk, patience: Sequence[Fraction], sweetened: Iterable[tuple[str, Game]] = (), *, hopeless: bool = False
) -> Mends:
    """What would mend a plan that somebody gains by breaking.

    `sweetened` are games with one more issue in the deal; `hopeless` says that no order of the same steps holds.
    """
    found = [*_guarantees(walk, patience), *_verified(walk, patience), *_kept(walk, patience)]
    other = None if hopeless else best(walk.game, "months", Rules(start=walk.start), patience).order
    complete = True
    if other is not None:
        found.append(Mend("order", "", 0, 0, f"self-enforcing in {counted(len(other), 'round')}"))
    for kind in () if other is not None else (_splits(walk, patience), _sweetened(sweetened, patience)):
        for mend in kind:
            if mend is None:
                complete = False
                break
            found.append(mend)
    return Mends(tuple(sorted(found, key=lambda each: (each.cost, each.amount))), complete)


def _kept(walk: Walk, patience: Sequence[Fraction]) -> Iterable[Mend]:
    """Flows that can be stopped, kept for the end: then they are the prize for getting there."""
    for t, step in enumerate(walk.order):
        for k in places(step & walk.game.reversible):
            if walk.order[-1] == 1 << k:
                continue
            rest = tuple(each for each in (s & ~(1 << k) for s in walk.order) if each)
            if obeys(Walk(walk.game, (*rest, 1 << k), walk.start), Rules(), patience):
                yield Mend("last", walk.game.commitments[k].name, t + 1, 0, "the order holds with it as its last round")


def _sweetened(games: Iterable[tuple[str, Game]], patience: Sequence[Fraction]) -> Iterable[Mend | None]:
    for name, made in games:
        if seconds_left() < _TOO_LATE:
            yield None
            return
        found = best(made, "rounds", Rules(), patience)
        if found.order is not None:
            yield Mend("sweetener", name, 0, 0, f"self-enforcing in {counted(len(found.order), 'round')}")


def _guarantees(walk: Walk, patience: Sequence[Fraction]) -> Iterable[Mend]:
    """What each party that gains by leaving would have to forfeit, at least, for this order to hold."""
    lacks: dict[int, Fraction] = {}
    for each in walk.incentives(patience):
        if each.slack < 0:
            lacks[each.party] = max(lacks.get(each.party, Fraction(0)), -each.slack)
    together = "this order holds" if len(lacks) == 1 else "this order holds, if the others give theirs as well"
    for party, lack in lacks.items():
        yield Mend("guarantee", walk.game.parties[party], plain(lack), plain(lack), together)


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
            made = split(walk.game, k, parts)
            found = best(made, "rounds", Rules(start=spread(walk.start, k, parts)), patience)
            if found.order is not None:
                rounds = counted(len(found.order), "round")
                yield Mend("split", walk.game.commitments[k].name, parts, 0, f"self-enforcing in {rounds}")
                break


def _verified(walk: Walk, patience: Sequence[Fraction]) -> Iterable[Mend]:
    for k, each in enumerate(walk.game.commitments):
        slow = walk.game.detection[k]
        if slow > 1:
            quick = replace(each, detection=None)
            steps = tuple(quick if j == k else other for j, other in enumerate(walk.game.commitments))
            if holds(Walk(replace(walk.game, commitments=steps), walk.order, walk.start), patience):
                yield Mend("verification", each.name, slow - 1, 0, "this order holds")


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
