"""Does an order of steps hold? Every incentive, round by round, and what each party risks and needs, exactly.

V is what a party gets by going on, W by walking away with what the others do this round, taking back what it can,
and being left with what nobody can undo (theorem 1 of the handbook's chapter on roadmaps: no punishment is harsher).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from detente.planning.game import Game, State, places

Order = tuple[State, ...]
"""The commitments of each round, as sets."""


@dataclass(frozen=True, slots=True)
class Incentive:
    """Whether one party goes on in one round (the last: once all is done); `slack` is V - W, `risk` what it exposes."""

    party: int
    round: int
    slack: Fraction
    risk: Fraction

    @property
    def trust(self) -> Fraction | None:
        """The belief in the others from which on it goes on (Kydd 2005); None: not even if it were certain of them."""
        if self.slack < 0:
            return None
        return self.risk / (self.risk + self.slack) if self.risk > 0 else Fraction(0)


@dataclass(frozen=True, eq=False)
class Walk:
    """An order of steps in a game, from what is done already (`start`) to the end, with all that follows from it."""

    game: Game
    order: Order
    start: State = 0

    @cached_property
    def states(self) -> tuple[State, ...]:
        """What is done before each round, and in the end."""
        found = [self.start]
        for step in self.order:
            found.append(found[-1] | step)
        return tuple(found)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How many periods each round takes: until its slowest step is done and a breach would have been noticed."""
        return tuple(max(self.game.lag[k] for k in places(step)) for step in self.order)

    def exposure(self, party: int, place: int) -> Fraction:
        """What a party would have lost if the others stopped just after it did its part of a round."""
        game, before = self.game, self.states[place]
        there = before | (game.alone[party] & self.order[place])
        return -(game.balance(party, there) + game.running(party, there))

    def exposed_to(self, party: int, place: int) -> tuple[int, ...]:
        """On whose steps, this round's or later ones, a party's return for its own depends."""
        game, left = self.game, self.game.all & ~self.states[place]
        paying = sum(1 << k for k in places(left) if game.lump[party][k] + game.flow[party][k] > 0)
        return tuple(p for p in range(len(game.parties)) if p != party and game.own[p] & paying & ~game.alone[party])

    def temptation(self, party: int, place: int) -> Fraction:
        """What a party would gain by leaving with the others' part of a round, rather than going on to the end."""
        game, before = self.game, self.states[place]
        theirs = self.order[place] & ~game.own[party]
        return game.balance(party, before | theirs) - game.balance(party, game.all)

    def exposures(self) -> dict[int, Fraction]:
        """The greatest exposure of each player."""
        rounds = range(len(self.order))
        return {p: max([Fraction(0), *(self.exposure(p, t) for t in rounds)]) for p in self.game.players}

    def bond(self, *, completion: bool = False) -> Fraction:
        """The deposit that keeps every player from leaving; with `completion`, one period of that counts as well."""
        found = [Fraction(0)]
        for party in self.game.players:
            less = self.game.completion[party] if completion else Fraction(0)
            found += [self.temptation(party, place) - less for place in range(len(self.order))]
        return max(found)

    def active(self, party: int, place: int) -> bool:
        """Whether a party has anything to break in a round: a step of its own, or one that it can take back."""
        game = self.game
        step = self.order[place] if place < len(self.order) else 0
        standing = self.states[place] & ~game.lasting(self.states[place])
        return bool(game.own[party] & (step | standing))

    def incentives(self, patience: Sequence[Fraction]) -> list[Incentive]:
        """Every incentive at these discounts per period, in the order of rounds; the last ones after completion."""
        found = []
        for party in self.game.players:
            going_on = self.going_on(party, patience[party])
            for place in range(len(self.order) + 1):
                if self.active(party, place):
                    slack = going_on[place] - self.walking_away(party, place, patience[party])
                    found.append(Incentive(party, place, slack, self.risk(party, place, patience[party])))
        return sorted(found, key=lambda each: (each.round, each.party))

    def going_on(self, party: int, delta: Fraction) -> list[Fraction]:
        """V before each round, and after the last."""
        game = self.game
        value = game.pays(party, game.all) / (1 - delta)
        found = [value]
        for place in range(len(self.order) - 1, -1, -1):
            after, length = self.states[place + 1], self.lengths[place]
            now = game.gained(party, after) - game.gained(party, self.states[place])
            survives = (1 - game.hazard) ** length if after != game.all else Fraction(1)
            left = game.pays(party, game.lasting(after)) / (1 - delta)
            later = survives * value + (1 - survives) * left
            value = now + _annuity(delta, length) * game.pays(party, after) + delta**length * later
            found.append(value)
        return found[::-1]

    def walking_away(self, party: int, place: int, delta: Fraction) -> Fraction:
        """W in a round; once all is done, at the best moment to let go of what is noticed late."""
        return max(self._leaving(party, place, length, kept, delta) for length, kept in self.ways_out(party, place))

    def ways_out(self, party: int, place: int) -> Iterable[tuple[int, State]]:
        """How long the others go on, and what of the party's own it keeps until then."""
        game = self.game
        if place < len(self.order):
            return [(self.lengths[place], 0)]
        loose = game.own[party] & ~game.lasting(game.all)
        lags = sorted({game.detection[k] for k in places(loose)})
        return [(lag, sum(1 << k for k in places(loose) if game.detection[k] < lag)) for lag in lags]

    def _leaving(self, party: int, place: int, length: int, kept: State, delta: Fraction) -> Fraction:
        game = self.game
        now, meanwhile, left = self.deviation(party, place, kept)
        at_once, later = (game.walking_back(party, some, delta) for some in self.taken_back(party, place, kept))
        after = game.pays(party, left) / (1 - delta) - later
        paid = game.stake[party] + at_once
        return now + _annuity(delta, length) * game.pays(party, meanwhile) + delta**length * after - paid

    def taken_back(self, party: int, place: int, kept: State) -> tuple[State, State]:
        """What a party that walks away is rid of at once, and what once the others have noticed."""
        loose = self.game.own[party] & self.states[place] & ~self.game.lasting(self.states[place])
        return loose & ~kept, loose & kept

    def dropped(self, party: int, place: int) -> State:
        """What a party that walks away does not do in a round; where nothing of its own is due, what it takes back."""
        due = self.game.own[party] & (self.order[place] if place < len(self.order) else 0)
        return due or sum(self.taken_back(party, place, 0))

    def deviation(self, party: int, place: int, kept: State = 0) -> tuple[Fraction, State, State]:
        """What a party gets at once by walking away, the state while nobody has noticed, and what lasts."""
        game, before = self.game, self.states[place]
        theirs = (self.order[place] if place < len(self.order) else 0) & ~game.own[party]
        there = before | theirs
        meanwhile = game.without(party, there, before & ~kept)
        return game.gained(party, there) - game.gained(party, before), meanwhile, game.lasting(there)

    def risk(self, party: int, place: int, delta: Fraction) -> Fraction:
        """What is at risk for a party in a round: its own lumps, what it pays until it would notice, or for ever."""
        game, before = self.game, self.states[place]
        there = before | (game.alone[party] & (self.order[place] if place < len(self.order) else 0))
        running = game.alone[party] & there & ~game.lasting(there)
        fixed = game.alone[party] & game.lasting(there) & ~game.lasting(before)
        paid = game.gained(party, there) - game.gained(party, before)
        paid += sum((game.flow[party][k] for k in places(fixed)), Fraction(0)) / (1 - delta)
        paid += sum((_annuity(delta, game.detection[k]) * game.flow[party][k] for k in places(running)), Fraction(0))
        return -paid

    def value(self, party: int) -> Fraction:
        """What a party can expect from the start, with its patience (else the reference discount) and the hazard."""
        game = self.game
        return self.going_on(party, game.discount if game.patience is None else game.patience[party])[0]

    def broken_needs(self) -> list[int]:
        """Commitments done before, or in the same round as, what they need."""
        return [
            k for place, step in enumerate(self.order) for k in places(step) if self.game.needs[k] & ~self.states[place]
        ]


def _annuity(delta: Fraction, length: int) -> Fraction:
    """What 1 per period is worth for so many periods."""
    return (1 - delta**length) / (1 - delta)
