"""Does an order hold in each of many draws? The same measures as for one, on arrays, with a row for each draw.

Every figure is rounded arithmetic with a bound on its error; where the bound leaves the sign of an incentive open, it
is left to whoever asks to measure that draw exactly (`unsure`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.analysis.limits import tick
from detente.kernels.support import supported_from
from detente.planning.game import State, places
from detente.planning.measure import Walk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

_EPS = float(np.finfo(float).eps)
_DEGREE = 600
"""The longest course, in periods, for which the patience that is needed is worked out."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The numbers of a game in many draws, a row for each.

    `lump` and `flow` are draws x parties x commitments, `bonus` draws x parties x bonuses; `stake`, `completion` and
    `patience` draws x parties; `undoing` (what undoing costs, before keeping it is weighed), `lag` and `detection` are
    draws x commitments; `hazard` has one number for each draw.
    """

    lump: Floats
    flow: Floats
    bonus: Floats
    completion: Floats
    stake: Floats
    patience: Floats | None
    hazard: Floats
    undoing: Floats
    lag: Ints
    detection: Ints

    def __len__(self) -> int:
        """How many draws."""
        return len(self.hazard)


@dataclass(frozen=True, slots=True)
class Chances:
    """Whether one party goes on in one round (the last: once all is done), draw by draw."""

    party: int
    round: int
    slack: Floats
    risk: Floats
    unsure: Marks


@dataclass(frozen=True, eq=False)
class Many:
    """An order of steps, with its numbers in many draws; `walk` says who does what and what it needs."""

    walk: Walk
    drawn: Drawn

    @cached_property
    def lengths(self) -> list[Ints]:
        """How many periods each round takes."""
        return [np.max(self.drawn.lag[:, list(places(step))], axis=1) for step in self.walk.order]

    @cached_property
    def _sums(self) -> dict[tuple[int, State, bool], Floats]:
        return {}

    def _summed(self, party: int, state: State, *, flows: bool) -> Floats:
        key = (party, state, flows)
        if key not in self._sums:
            game, drawn = self.walk.game, self.drawn
            row = (drawn.flow if flows else drawn.lump)[:, party]
            total = (row * np.array([float(state >> k & 1) for k in range(row.shape[1])])).sum(axis=1)
            for place, (bonus, turn) in enumerate(zip(game.bonuses, game.turns(state), strict=True)):
                if turn and bonus.flows == flows:
                    total = total + turn * drawn.bonus[:, party, place]
            self._sums[key] = total
        return self._sums[key]

    def gained(self, party: int, state: State) -> Floats:
        """The lumps that a party has had in a state."""
        return self._summed(party, state, flows=False)

    def pays(self, party: int, state: State) -> Floats:
        """What a state pays a party in each period, completion included."""
        found = self._summed(party, state, flows=True)
        return found + self.drawn.completion[:, party] if state == self.walk.game.all else found

    def flows(self, party: int, state: State) -> Floats:
        """What the steps of a state pay a party in each period, each for itself."""
        return np.asarray(self.drawn.flow[:, party, list(places(state))].sum(axis=1), dtype=np.float64)

    def exposures(self) -> dict[int, Floats]:
        """The greatest exposure of each player."""
        rounds = range(len(self.walk.order))
        nothing = np.zeros(len(self.drawn))
        found = {p: np.max([nothing, *(self._exposure(p, t) for t in rounds)], axis=0) for p in self.walk.game.players}
        return {party: np.where(row > 0, row, 0.0) for party, row in found.items()}

    def _exposure(self, party: int, place: int) -> Floats:
        game, before = self.walk.game, self.walk.states[place]
        there = before | (game.alone[party] & self.walk.order[place])
        paying = list(places(game.alone[party] & there & ~game.lasting(there)))
        running = (self.drawn.detection[:, paying] * self.drawn.flow[:, party, paying]).sum(axis=1)
        fixed = self.flows(party, game.lasting(there)) / float(1 - game.discount)
        return np.asarray(-(self.gained(party, there) + fixed + running), dtype=np.float64)

    def incentives(self) -> Iterator[Chances]:
        """Every incentive at the drawn patience, party by party."""
        for party in self.walk.game.players if self.drawn.patience is not None else ():
            for place in range(len(self.walk.order) + 1):
                if self.walk.active(party, place):
                    yield self.incentive(party, place)

    def incentive(self, party: int, place: int) -> Chances:
        """Whether one party goes on in one round (after the last: once all is done); patience must be drawn."""
        delta = self._patience(party)
        slack = self.going_on(party)[place] - self._walking_away(party, place, delta)
        error = 16 * _EPS * self._terms * self.size[:, party] / (1 - delta) ** 2
        unsure = (np.abs(slack) <= error) & (self.size[:, party] > 0)
        return Chances(party, place, slack, self._risk(party, place, delta), unsure)

    def _patience(self, party: int) -> Floats:
        if self.drawn.patience is None:
            raise ValueError("there is no incentive without patience")
        return np.asarray(self.drawn.patience[:, party], dtype=np.float64)

    @cached_property
    def size(self) -> Floats:
        """All that a party's figures are made of, taken positive: draws x parties."""
        drawn = self.drawn
        parts = sum(np.abs(each).sum(axis=2) for each in (drawn.lump, drawn.flow, drawn.bonus))
        costs = drawn.undoing.sum(axis=1)[:, None] * (parts + drawn.completion > 0)
        return np.asarray(parts + np.abs(drawn.completion) + drawn.stake + costs, dtype=np.float64)

    @property
    def _terms(self) -> int:
        """About how many terms a figure is the sum of."""
        return len(self.walk.order) * 4 + len(self.walk.game.commitments) + len(self.walk.game.bonuses) + 4

    @cached_property
    def _values(self) -> dict[int, list[Floats]]:
        return {}

    def going_on(self, party: int) -> list[Floats]:
        """V before each round, and after the last; patience must be drawn."""
        if party not in self._values:
            self._values[party] = self._valued(party, self._patience(party))
        return self._values[party]

    def _valued(self, party: int, delta: Floats) -> list[Floats]:
        walk, game = self.walk, self.walk.game
        value = self.pays(party, game.all) / (1 - delta)
        found = [value]
        for place in range(len(walk.order) - 1, -1, -1):
            after, power = walk.states[place + 1], delta ** self.lengths[place]
            now = self.gained(party, after) - self.gained(party, walk.states[place])
            survives = self._survives(place)
            left = self.pays(party, game.lasting(after)) / (1 - delta)
            flow = (1 - power) / (1 - delta) * self.pays(party, after)
            value = now + flow + power * (survives * value + (1 - survives) * left)
            found.append(value)
        return found[::-1]

    def _survives(self, place: int) -> Floats:
        """The chance that the process does not end by itself during a round."""
        if self.walk.states[place + 1] == self.walk.game.all:
            return np.ones(len(self.drawn))
        return np.asarray((1 - self.drawn.hazard) ** self.lengths[place], dtype=np.float64)

    def _walking_away(self, party: int, place: int, delta: Floats) -> Floats:
        found = np.full(len(self.drawn), -np.inf)
        for rows, length, kept in self._ways_out(party, place):
            now, meanwhile, left = self._leaving(party, place, kept)
            power, rest = delta[rows] ** length[rows], 1 - delta[rows]
            flow = (1 - power) / rest * meanwhile[rows]
            at_once, later = (self.walking_back(party, some)[rows] for some in self.walk.taken_back(party, place, kept))
            value = now[rows] + flow + power * (left[rows] / rest - later) - at_once
            found[rows] = np.maximum(found[rows], value)
        return found

    def _leaving(self, party: int, place: int, kept: State) -> tuple[Floats, Floats, Floats]:
        """At once, less the stake; in each period while nobody has noticed; and in each period after that."""
        walk, game, before = self.walk, self.walk.game, self.walk.states[place]
        there = before | ((walk.order[place] if place < len(walk.order) else 0) & ~game.own[party])
        _, meanwhile, left = walk.deviation(party, place, kept)
        now = self.gained(party, there) - self.gained(party, before) - self.drawn.stake[:, party]
        return now, self.pays(party, meanwhile), self.pays(party, left)

    def walking_back(self, party: int, state: State) -> Floats:
        """What a party pays to be rid of steps: for each to undo it, or to keep it for ever, whichever is less."""
        steps, rest = list(places(state)), 1 - self._patience(party)[:, None]
        found = np.minimum(self.drawn.undoing[:, steps], self._keeping(party, steps) / rest)
        return np.asarray(found.sum(axis=1), dtype=np.float64)

    def _keeping(self, party: int, steps: list[int]) -> Floats:
        """What keeping each of these in force costs a party in each period."""
        return np.maximum(-self.drawn.flow[:, party, steps], 0)

    def _rid(self, party: int, at_once: State, later: State) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
        """Every choice of what to keep for ever rather than undo: what undoing costs, and what keeping per period.

        Each for what is let go of at once, then for what is later. In each draw the steps are taken in the order in
        which less and less patience makes a party keep them: no other choice is ever better than all of these.
        """
        steps = list(places(at_once | later))
        undoing, keeping = self.drawn.undoing[:, steps], self._keeping(party, steps)
        first = np.array([at_once >> k & 1 for k in steps], dtype=np.bool_)
        with np.errstate(divide="ignore", invalid="ignore"):
            rank = np.argsort(np.argsort(np.where(undoing > 0, keeping / undoing, np.inf), axis=1), axis=1)
        for count in range(1 + int((undoing > 0).any(axis=0).sum())):
            stays = rank < count
            undone, kept = np.where(stays, 0, undoing), np.where(stays, keeping, 0)
            yield (
                undone[:, first].sum(axis=1),
                kept[:, first].sum(axis=1),
                undone[:, ~first].sum(axis=1),
                kept[:, ~first].sum(axis=1),
            )

    def _ways_out(self, party: int, place: int) -> Iterator[tuple[Ints, Ints, State]]:
        """Draws, how long the others go on there, and what of the party's own it keeps until then."""
        walk, game = self.walk, self.walk.game
        every = np.arange(len(self.drawn))
        if place < len(walk.order):
            yield every, self.lengths[place], 0
            return
        loose = list(places(game.own[party] & ~game.lasting(game.all)))
        rows, group = np.unique(self.drawn.detection[:, loose], axis=0, return_inverse=True)
        for number, row in enumerate(rows.tolist()):
            here = every[group.reshape(-1) == number]
            for lag in sorted(set(row)):
                kept = sum(1 << k for k, length in zip(loose, row, strict=True) if length < lag)
                yield here, np.full(len(every), lag), kept

    def _risk(self, party: int, place: int, delta: Floats) -> Floats:
        walk, game, before = self.walk, self.walk.game, self.walk.states[place]
        there = before | (game.alone[party] & (walk.order[place] if place < len(walk.order) else 0))
        running = list(places(game.alone[party] & there & ~game.lasting(there)))
        paid = self.gained(party, there) - self.gained(party, before)
        fixed = game.alone[party] & game.lasting(there) & ~game.lasting(before)
        paid = paid + self.flows(party, fixed) / (1 - delta)
        annuity = (1 - delta[:, None] ** self.drawn.detection[:, running]) / (1 - delta[:, None])
        return np.asarray(-(paid + (annuity * self.drawn.flow[:, party, running]).sum(axis=1)), dtype=np.float64)

    def patience(self) -> tuple[Floats, Marks] | None:
        """The least patience, the same for all, in each draw (infinity: none would do), and where that is sure.

        None where the course takes very long.
        """
        months = np.sum(self.lengths, axis=0, dtype=np.int64) if self.lengths else np.zeros(len(self.drawn), np.int64)
        longest = int(months.max(initial=0))
        if longest > _DEGREE:
            return None
        degree = max(longest, int(self.drawn.detection.max(initial=1))) + bool(self.drawn.undoing.any())
        found, sure = np.zeros(len(self.drawn)), np.ones(len(self.drawn), dtype=np.bool_)
        for rows, slack, error in self._slacks(degree):
            tick()
            some = rows[np.isfinite(found[rows]) & sure[rows]]
            inside = np.isin(rows, some)
            found[some], sure[some] = supported_from(slack[inside], error[inside], found[some])
        return found, sure

    def _slacks(self, degree: int) -> Iterator[tuple[Ints, Floats, Floats]]:
        """(1 - d)(V - W) as polynomials in d, the last first: for which draws, and by how much they can be off at most.

        Where what lasts pays as much as the end of the way, they are divided by 1 - d.
        """
        for party in self.walk.game.players:
            size = self.size[:, party]
            for place, going_on in self._going_on_as_rows(party, degree):
                for rows, leaving, end in self._leavings(party, place, degree):
                    slack = going_on - leaving
                    level = self.pays(party, self.walk.game.all) == end
                    slack = np.where(level[:, None], np.cumsum(slack, axis=1), slack)
                    slack[level, -1] = 0
                    error = 256 * _EPS * (degree + 2) * (np.abs(slack).sum(axis=1) + size)
                    some = rows[size[rows] > 0]
                    yield some, slack[some], error[some]

    def _leavings(self, party: int, place: int, degree: int) -> Iterator[tuple[Ints, Floats, Floats]]:
        """(1 - d)W for every way of walking away: for which draws, and what it comes to where d is 1."""
        every = np.arange(len(self.drawn))
        for rows, length, kept in self._ways_out(party, place) if self.walk.active(party, place) else ():
            now, meanwhile, left = self._leaving(party, place, kept)
            for undone, stays, undone_later, stays_later in self._rid(party, *self.walk.taken_back(party, place, kept)):
                leaving = self._flow(now - undone, meanwhile, length, degree, left - undone_later - stays_later)
                leaving[:, 0] -= stays
                if undone_later.any():
                    leaving[every, length + 1] += undone_later
                yield rows, leaving, left - stays - stays_later

    def _flow(self, now: Floats, pays: Floats, length: Ints, degree: int, then: Floats | float = 0) -> Floats:
        """(1 - d) times a lump now, so much per period for so many periods, and so much per period from then on."""
        rows = np.zeros((len(self.drawn), degree + 1))
        rows[:, 0] += now + pays
        rows[:, 1] -= now
        rows[np.arange(len(rows)), length] += then - pays
        return rows

    def _going_on_as_rows(self, party: int, degree: int) -> Iterator[tuple[int, Floats]]:
        """(1 - d)V after the last round, and before each, the last first."""
        walk, game = self.walk, self.walk.game
        value = np.zeros((len(self.drawn), degree + 1))
        value[:, 0] = self.pays(party, game.all)
        yield len(walk.order), value
        for place in range(len(walk.order) - 1, -1, -1):
            before, after, survives = walk.states[place], walk.states[place + 1], self._survives(place)
            now = self.gained(party, after) - self.gained(party, before)
            left = (1 - survives) * self.pays(party, game.lasting(after))
            terms = self._flow(now, self.pays(party, after), self.lengths[place], degree, left)
            value = terms + survives[:, None] * _shifted(value, self.lengths[place])
            yield place, value


def _shifted(rows: Floats, by: Ints) -> Floats:
    """Polynomials times so high a power of d, row by row."""
    source = np.arange(rows.shape[1])[None, :] - by[:, None]
    return np.where(source >= 0, np.take_along_axis(rows, np.maximum(source, 0), axis=1), 0.0)
