"""How does it go? Many runs of a process at once, month by month, each with its own chance and its own beliefs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.analysis.limits import tick
from detente.errors import StrategyError
from detente.kernels.beliefs import trust
from detente.kernels.tension import crisis_hazard, moved
from detente.model.process import KINDS
from detente.planning.game import State
from detente.simulation.at_work import AtWork
from detente.simulation.fate import Fate, Month
from detente.simulation.referee import Referee
from detente.simulation.situations import Deal, Offer
from detente.simulation.stage import Floats
from detente.table import listed

Ints: TypeAlias = "NDArray[np.int64]"
Marks: TypeAlias = "NDArray[np.bool_]"

NOT_YET = -1
"""The month of what has not happened."""

AS_JUDGED = -1
"""The kind of a side that is drawn by what is believed of it."""

AGAIN = 12
"""Months until a party that failed to ratify is asked again."""

LEFT, CRISIS, BREAKDOWN = 1, 2, 3
"""What a process may end by: somebody leaves it, a crisis, or it breaks down by itself."""

_ROUNDED = 1e-12
"""Of a belief, what rounding may amount to: whoever trusts the others exactly enough trusts them enough."""

MOST_SITUATIONS = 200_000
"""More situations than this in one part of the runs, and a strategy tells too many apart to be played."""

BINS = 200
"""Tension is told in so many steps from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a process stands when it is played: what is in force, what was broken, beliefs and tension.

    `beliefs` are logarithms of weights of shape (kinds, sides), `tension` has shape (sides,). With `agreed`, steps have
    been agreed on and whatever needed ratifying is ratified.
    """

    done: State
    broken: tuple[State, ...]
    beliefs: Floats
    tension: Floats
    agreed: bool = False


@dataclass(frozen=True, eq=False)
class Ran:
    """What became of each run: months (`NOT_YET` where it never came to that), worth, and tension.

    `worth` has shape (sides, runs); `high` counts the months of high tension between any two sides; `tension` counts
    runs by pair of sides, month and step of tension.
    """

    agreed: Ints
    complete: Ints
    on_paper: Ints
    whole: Marks
    seems_whole: Marks
    ended: Ints
    cause: Ints
    crisis: Ints
    high: Ints
    tense: Floats
    worth: Floats
    kinds: Ints
    trust: Floats
    tension: Ints


def _shares(beliefs: Floats, prior: Floats) -> Floats:
    """What is believed of each side, as shares that add up to 1; the prior where all of it was ruled out."""
    top = beliefs.max(axis=0)
    weights = np.exp(beliefs - np.where(np.isfinite(top), top, 0.0))
    total = weights.sum(axis=0)
    return np.where(total > 0, weights / np.where(total > 0, total, 1.0), prior)


def _kinds(drawn: Floats, shares: Floats) -> Ints:
    """What a side is like in some runs, by draws between 0 and 1 and the share of each kind."""
    return np.asarray((drawn >= np.cumsum(shares)[:-1, None]).sum(axis=0), dtype=np.int64)


class Play:
    """Some runs of one process under one strategy of each side, all with the same scenario."""

    def __init__(self, referee: Referee, fate: Fate, runs: int, kinds: tuple[int, ...] | None, start: Start) -> None:
        self.referee, self.stage, self.fate, self.start = referee, referee.stage, fate, start
        stage, sides = self.stage, len(self.stage.sides)
        self.month = 0
        self.every = np.arange(runs)
        self.met: set[int] = set()
        believed = _shares(start.beliefs, stage.prior)
        self.kinds = np.array([_kinds(drawn, believed[:, i]) for i, drawn in enumerate(fate.kinds)])
        for i, kind in enumerate(kinds or ()):
            if kind != AS_JUDGED:
                self.kinds[i] = kind
        self.tempers = np.zeros((sides, runs), dtype=np.int64)
        self.beliefs = np.repeat(start.beliefs[:, :, None], runs, axis=2)
        self.tension = np.repeat(start.tension[:, None], runs, axis=1)
        self.node = np.full(runs, referee.start(start.done, start.broken))
        self.state, self.rate = np.zeros(runs, dtype=np.int64), np.zeros((sides, runs))
        self._set_actual(self.every, np.full(runs, referee.state(start.done)))
        self.due = np.zeros(runs, dtype=np.int64)
        self.pending = np.full(runs, NOT_YET)
        self.over = np.zeros(runs, dtype=np.bool_)
        self.ratified = np.full(runs, start.agreed)
        self.press = np.zeros(runs, dtype=np.int64)
        self.succeeded = np.zeros((sides, runs), dtype=np.bool_)
        self.symbols = AtWork(stage, runs)
        self.worth = np.zeros((sides, runs))
        self.agreed, self.complete, self.on_paper, self.ended, self.crisis = (np.full(runs, NOT_YET) for _ in range(5))
        self.agreed[:] = 0 if start.agreed else NOT_YET
        self.cause, self.high = np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=np.int64)
        self.tense = np.zeros(runs)

    def run(self, months: int) -> Ran:
        """Play so many months, and count what is in force at the end as staying so."""
        counts = np.zeros((len(self.stage.pairs), months + 1, BINS), dtype=np.int64)
        self._follow_symbols(self.every)
        for _ in range(months):
            tick()
            self._count(counts)
            month = self.fate.next_month()
            self._arrive()
            self._decide(month)
            self._pay()
            self._turn(month)
            self.month += 1
        self._count(counts)
        self._pay_for_ever()
        believed = trust(self._believed(self.every))
        return Ran(
            self.agreed,
            self.complete,
            self.on_paper,
            self._whole(),
            self._seems_whole(),
            self.ended,
            self.cause,
            self.crisis,
            self.high,
            self.tense / max(months, 1),
            self.worth,
            self.kinds,
            believed,
            counts,
        )

    def _whole(self) -> Marks:
        """Whether all is done and in force in the end, and has been verified once."""
        whole = self.state == self.referee.state(self.stage.game.all)
        return np.asarray(whole & (self.complete != NOT_YET), dtype=np.bool_)

    def _seems_whole(self) -> Marks:
        """Whether everybody thinks so in the end."""
        nodes, which = np.unique(self.node, return_inverse=True)
        seen = [self.referee.nodes[node].seen == self.stage.game.all for node in nodes.tolist()]
        return np.asarray(np.array(seen)[which] & (self.on_paper != NOT_YET), dtype=np.bool_)

    def _rows(self, i: int, runs: Ints) -> Ints:
        """The row of what steps are worth to a side in these runs."""
        return np.asarray(self.kinds[i, runs] + len(KINDS) * self.tempers[i, runs], dtype=np.int64)

    def _follow_symbols(self, runs: Ints) -> None:
        nodes, which = np.unique(self.node[runs], return_inverse=True)
        self.symbols.follow(runs, [self.referee.nodes[node].seen for node in nodes.tolist()], which, self.month)

    def _believed(self, runs: Ints) -> Floats:
        """Beliefs with what symbols add to them."""
        return self.symbols.add_to(self.beliefs[:, :, runs], runs, self.month)

    def _arrive(self) -> None:
        """What was done is verified: beliefs, tension, and what all think is in force follow from what is seen."""
        runs = np.flatnonzero((self.pending != NOT_YET) & (self.due <= self.month) & ~self.over)
        if not len(runs):
            return
        numbers, which = np.unique(self.pending[runs], return_inverse=True)
        found = [self.referee.outcomes[number] for number in numbers.tolist()]
        told = np.stack([each.told for each in found])
        for i in range(len(self.stage.sides)):
            of_the_old = self.succeeded[i, runs]
            self.beliefs[:, i, runs] += np.where(of_the_old, 0.0, told[which, :, self.tempers[i, runs], i].T)
            self.succeeded[i, runs] = False
        stir = np.stack([each.stir for each in found])
        self.tension[:, runs] = np.clip(self.tension[:, runs] + stir[which].T, 0, 1)
        self.node[runs] = np.array([each.node for each in found])[which]
        self.pending[runs] = NOT_YET
        for month, marks in ((self.complete, "complete"), (self.on_paper, "on_paper")):
            there = np.array([getattr(each, marks) for each in found])[which]
            month[runs] = np.where(there & (month[runs] == NOT_YET), self.month, month[runs])
        self._follow_symbols(runs)

    def _decide(self, month: Month) -> None:
        """Those who are to move do: they offer, weigh, and keep or break."""
        runs = np.flatnonzero((self.due <= self.month) & (self.pending == NOT_YET) & ~self.over)
        if not len(runs):
            return
        deals = self._deals(runs)
        numbers, which = np.unique(deals, return_inverse=True)
        found = [self.referee.deals[number] for number in numbers.tolist()]
        on = self._unhindered(runs, found, which, month)
        runs, deals, which = runs[on], deals[on], which[on]
        if not len(runs):
            return
        broke, took, looks = self._kept(runs, found, which, month)
        sides = len(self.stage.sides)
        keys = (((deals << sides | broke) << sides) | took) << sides | looks
        first, which_outcome = np.unique(keys, return_index=True, return_inverse=True)[1:]
        outcomes = [
            self.referee.outcome(int(deals[k]), int(broke[k]), int(took[k]), int(looks[k])) for k in first.tolist()
        ]
        ended = [self.referee.outcomes[number] for number in outcomes]
        gains = np.stack([each.gains for each in ended])
        for i in range(sides):
            rows = self._rows(i, runs)
            self.worth[i, runs] += self._discount[i] * gains[which_outcome, rows, i]
        self._set_actual(runs, np.array([each.actual for each in ended])[which_outcome])
        self.pending[runs] = np.array(outcomes)[which_outcome]
        self.due[runs] = self.month + np.array([each.length for each in ended])[which_outcome]
        self.press[runs] = np.array([each.press for each in found])[which]
        self._note(runs, found, which)

    def _deals(self, runs: Ints) -> Ints:
        """What is left of the offers in these runs once everybody has weighed whether it trusts the others enough."""
        moods, mood = self.stage.moods, self.symbols.mood(runs, self.month)
        keys, which = np.unique(self.node[runs] << len(moods) | mood, return_inverse=True)
        self._meet(keys.tolist())
        offers = [self.referee.offer(key >> len(moods), key & ((1 << len(moods)) - 1)) for key in keys.tolist()]
        found = [self.referee.offers[number] for number in offers]
        declined = self._declined(runs, found, which)
        sides = len(self.stage.sides)
        keys, which = np.unique(np.array(offers)[which] << sides | declined, return_inverse=True)
        deals = [self.referee.deal(key >> sides, key & ((1 << sides) - 1)) for key in keys.tolist()]
        return np.array(deals, dtype=np.int64)[which]

    def _meet(self, situations: Sequence[int]) -> None:
        """Count the situations that these runs come into; StrategyError for more than can be told apart."""
        self.met.update(situations)
        if len(self.met) > MOST_SITUATIONS:
            names = listed(list(dict.fromkeys(each.name for each in self.referee.strategies)))
            said = f"more than {MOST_SITUATIONS:,} different situations in {len(self.every):,} runs; remember less"
            raise StrategyError(f"{names}: {said}")

    def _declined(self, runs: Ints, offers: Sequence[Offer], which: Ints) -> Ints:
        """Which sides do not trust the others enough, one bit each."""
        needs = np.stack([each.needs for each in offers])
        relies = np.stack([each.relies for each in offers])
        declined = np.zeros(len(runs), dtype=np.int64)
        if not needs.any():
            return declined
        believed = trust(self._believed(runs))
        for i in np.flatnonzero(needs.any(axis=(0, 1))).tolist():
            trusted = np.zeros(len(runs))
            for j, row in enumerate(believed):
                trusted += relies[which, i, j] * row
            declined |= (trusted + _ROUNDED < needs[which, self.tempers[i, runs], i]).astype(np.int64) << i
        return declined

    def _unhindered(self, runs: Ints, deals: Sequence[Deal], which: Ints, month: Month) -> Marks:
        """Where nobody stops what is to be done; who fails to ratify is asked again a year later."""
        steps = np.array([bool(each.steps) for each in deals])[which]
        stopped = np.zeros(len(runs), dtype=np.bool_)
        for party, chance in self.stage.blockers.items():
            stopped |= steps & (month.blocked[party][runs] < chance)
        self.due[runs[stopped]] = self.month + 1
        asked = np.array([each.agreed for each in deals])[which] & ~self.ratified[runs] & ~stopped
        failed = np.zeros(len(runs), dtype=np.bool_)
        for party, chance in self.stage.ratifiers.items():
            failed |= asked & (month.ratified[party][runs] < chance)
        self.due[runs[failed]] = self.month + AGAIN
        self.ratified[runs[asked & ~failed]] = True
        return ~(stopped | failed)

    def _kept(self, runs: Ints, deals: Sequence[Deal], which: Ints, month: Month) -> tuple[Ints, Ints, Ints]:
        """Who breaks its part, who of them takes back what it can, and whose part looks broken: one bit each."""
        keep, seen = np.stack([each.keep for each in deals]), np.stack([each.seen for each in deals])
        active, acting = (np.array([getattr(each, name) for each in deals]) for name in ("active", "acting"))
        alarm = float(self.stage.process.false_alarm.likely)
        broke, took, looks = (np.zeros(len(runs), dtype=np.int64) for _ in range(3))
        for i in np.flatnonzero([(active >> i & 1).any() for i in range(len(self.stage.sides))]).tolist():
            there = (active >> i & 1).astype(np.bool_)[which]
            fails = there & (month.kept[i, runs] >= keep[which, self._rows(i, runs), i])
            noticed = month.seen[i, runs] < np.where(fails, seen[which, i], alarm * (acting[which] >> i & 1))
            broke |= fails.astype(np.int64) << i
            took |= (fails & (self.kinds[i, runs] > 0)).astype(np.int64) << i
            looks |= (there & noticed).astype(np.int64) << i
        return broke, took, looks

    def _note(self, runs: Ints, deals: Sequence[Deal], which: Ints) -> None:
        """When something was first agreed, and when somebody ended it."""
        agreed = np.array([each.agreed for each in deals])[which] & (self.agreed[runs] == NOT_YET)
        self.agreed[runs[agreed]] = self.month
        idle = np.array([each.idle for each in deals])[which]
        settled = np.array([each.offer.node.settled for each in deals])[which]
        self.due[runs[idle & settled]] = np.iinfo(np.int64).max
        leaves = runs[np.array([each.leaves for each in deals])[which]]
        self._end(leaves, LEFT, self.month)

    def _end(self, runs: Ints, cause: int, month: int) -> None:
        """The process ends in these runs after so many months: what can be undone is, and nothing more is done."""
        if not len(runs):
            return
        self.over[runs], self.pending[runs], self.press[runs] = True, NOT_YET, 0
        begun = runs[self.agreed[runs] != NOT_YET]
        self.ended[begun], self.cause[begun] = month, cause
        states, which = np.unique(self.state[runs], return_inverse=True)
        lasting = np.array([self.referee.lasting(state) for state in states.tolist()])
        self._set_actual(runs, lasting[which])
        self.symbols.lose(runs, [self.referee.states[state] for state in lasting.tolist()], which)

    def _set_actual(self, runs: Ints, states: Ints) -> None:
        """What is in force from now on, and what that pays."""
        self.state[runs] = states
        numbers, which = np.unique(states, return_inverse=True)
        pays = np.stack([self.referee.pays(number) for number in numbers.tolist()])
        for i in range(len(self.stage.sides)):
            self.rate[i, runs] = pays[which, self._rows(i, runs), i]

    def _paid(self) -> Floats:
        """What a month pays each side: what is in force, less what sanctions cost."""
        if not self.press.any():
            return self.rate
        sides = range(len(self.stage.sides))
        mine = np.array([self.press >> i & 1 for i in sides])
        others = np.array([(self.press & ~(1 << i)) != 0 for i in sides])
        return np.asarray(
            self.rate - mine * self.stage.sanction_costs[:, None] - others * self.stage.bites[:, None], dtype=np.float64
        )

    def _pay(self) -> None:
        self.worth += self._discount[:, None] * self._paid()

    def _pay_for_ever(self) -> None:
        """What is in force in the end stays so, and so do sanctions."""
        self.worth += self._discount[:, None] * self._paid() / (1 - self.stage.patience[0][:, None])

    @property
    def _discount(self) -> Floats:
        """What 1 in this month is worth at the start, by side."""
        return np.asarray(self.stage.patience[0] ** self.month, dtype=np.float64)

    def _turn(self, month: Month) -> None:
        """The month ends: tension moves, and a crisis, a breakdown or another leader may come."""
        climate, stage = self.stage.climate, self.stage
        drive = np.repeat(climate.drive[:, None], len(self.every), axis=1)
        drive += float(stage.process.pressure.tension.likely) * (self.press != 0)
        drive += self.symbols.fed(self.every, self.month)
        tension = moved(self.tension, climate.calming, climate.echo, drive)
        self.tension = np.clip(tension + climate.incidents * month.shocks, 0, 1)
        highest = self._pairs.max(axis=0, initial=0.0)
        self.high += highest >= climate.high
        self.tense += highest
        self._break_down(month, highest)
        self._change_leaders(month)

    @property
    def _pairs(self) -> Floats:
        """The tension between any two sides: the mean of theirs."""
        return np.array([(self.tension[i] + self.tension[j]) / 2 for i, j in self.stage.pairs])

    def _break_down(self, month: Month, highest: Floats) -> None:
        begun = ~self.over & (self.agreed != NOT_YET)
        if self.stage.process.crisis is not None:
            calm, full = (float(each.likely) for each in self.stage.process.crisis)
            crisis = month.crisis < crisis_hazard(highest, calm, full)
            self.crisis = np.where(crisis & (self.crisis == NOT_YET), self.month + 1, self.crisis)
            self.tension = np.where(crisis, np.minimum(self.tension + self.stage.climate.broken, 1), self.tension)
            self.worth -= (self.stage.crisis_costs * self.stage.patience[0] ** (self.month + 1))[:, None] * crisis
            self._end(np.flatnonzero(crisis & begun), CRISIS, self.month + 1)
        hazard = float(self.stage.game.hazard)
        if hazard > 0:
            unfinished = self.state != self.referee.state(self.stage.game.all)
            breaks = np.flatnonzero((month.breakdown < hazard) & begun & ~self.over & unfinished)
            self._end(breaks, BREAKDOWN, self.month + 1)

    def _change_leaders(self, month: Month) -> None:
        changed = np.zeros(len(self.every), dtype=np.bool_)
        for i, name in enumerate(self.stage.names):
            each = self.stage.process.leadership.get(name)
            runs = self.every[:0] if each is None else np.flatnonzero(month.leader[i] < float(each.chance.likely))
            if each is None or not len(runs):
                continue
            self.kinds[i, runs] = _kinds(month.kind[i, runs], self.stage.prior[:, i])
            self.beliefs[:, i, runs] = self.stage.logs[:, i, None]
            self.succeeded[i, runs] = self.pending[runs] != NOT_YET
            if each.patience is not None:
                self.tempers[i, runs] = 1
            changed[runs] = True
        if changed.any():
            self._set_actual(self.every[changed], self.state[changed])

    def _count(self, counts: Ints) -> None:
        for pair, row in enumerate(self._pairs):
            steps = np.minimum((row * BINS).astype(np.int64), BINS - 1)
            counts[pair, self.month] += np.bincount(steps, minlength=BINS)
