"""The judge of roadmaps: every ordered partition of a few promises, measured by the book, in sets and fractions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations

Steps = tuple[frozenset[str], ...]
ZERO = Fraction(0)


@dataclass
class Promise:
    by: frozenset[str]
    lump: Mapping[str, Fraction] = field(default_factory=dict)
    flow: Mapping[str, Fraction] = field(default_factory=dict)
    reversible: bool = False
    needs: frozenset[str] = frozenset()
    months: int = 1
    detection: int = 1
    undoing: Fraction = ZERO
    above: str | None = None  # once this is done, the promise cannot be undone any more


@dataclass
class Deal:
    """Promises by name, and what holds along the way."""

    promises: Mapping[str, Promise]
    parties: tuple[str, ...]
    completion: Mapping[str, Fraction] = field(default_factory=dict)
    stake: Mapping[str, Fraction] = field(default_factory=dict)
    hazard: Fraction = ZERO
    discount: Fraction = Fraction(99, 100)

    @cached_property
    def whole(self) -> frozenset[str]:
        return frozenset(self.promises)

    def own(self, who: str) -> frozenset[str]:
        return frozenset(name for name, p in self.promises.items() if who in p.by)

    def alone(self, who: str) -> frozenset[str]:
        return frozenset(name for name, p in self.promises.items() if p.by == {who})

    @cached_property
    def reversible(self) -> frozenset[str]:
        return frozenset(name for name, p in self.promises.items() if p.reversible)

    def lasting(self, names: Iterable[str]) -> frozenset[str]:
        """What nobody can undo where these are in force."""
        there = frozenset(names)
        return frozenset(name for name in there if name not in self.reversible or self.promises[name].above in there)

    def lumps(self, who: str, names: Iterable[str]) -> Fraction:
        return sum((self.promises[name].lump.get(who, ZERO) for name in names), ZERO)

    def flows(self, who: str, names: Iterable[str]) -> Fraction:
        there = frozenset(names)
        bonus = self.completion.get(who, ZERO) if there == self.whole else ZERO
        return bonus + sum((self.promises[name].flow.get(who, ZERO) for name in there), ZERO)

    def balance(self, who: str, names: Iterable[str]) -> Fraction:
        there = frozenset(names)
        return self.lumps(who, there) + sum(
            (self.promises[name].flow.get(who, ZERO) for name in self.lasting(there)), ZERO
        ) / (1 - self.discount)

    def orders(self) -> Iterator[Steps]:
        """Every ordered partition in which what is needed comes in an earlier round."""
        yield from self._orders(self.whole, frozenset())

    def _orders(self, left: frozenset[str], done: frozenset[str]) -> Iterator[Steps]:
        if not left:
            yield ()
            return
        ready = sorted(name for name in left if self.promises[name].needs <= done)
        for size in range(1, len(ready) + 1):
            for some in combinations(ready, size):
                step = frozenset(some)
                for rest in self._orders(left - step, done | step):
                    yield (step, *rest)


@dataclass
class Way:
    """One order, measured."""

    deal: Deal
    steps: Steps

    @cached_property
    def before(self) -> list[frozenset[str]]:
        found: list[frozenset[str]] = [frozenset()]
        for step in self.steps:
            found.append(found[-1] | step)
        return found

    @cached_property
    def lengths(self) -> list[int]:
        promises = self.deal.promises
        return [max(max(promises[n].months, promises[n].detection) for n in step) for step in self.steps]

    def exposure(self) -> dict[str, Fraction]:
        found = {}
        for who in self.deal.parties:
            worst = ZERO
            for before, step in zip(self.before, self.steps, strict=False):
                mine = step & self.deal.alone(who)
                paying = self.deal.alone(who) & (before | mine) - self.deal.lasting(before | mine)
                running = sum(
                    (self.deal.promises[n].detection * self.deal.promises[n].flow.get(who, ZERO) for n in paying), ZERO
                )
                worst = max(worst, -self.deal.balance(who, before | mine) - running)
            found[who] = worst
        return found

    def bond(self, completion: bool = False) -> Fraction:
        worst = ZERO
        for who in self.deal.parties:
            end = self.deal.balance(who, self.deal.whole) + (
                self.deal.completion.get(who, ZERO) if completion else ZERO
            )
            for before, step in zip(self.before, self.steps, strict=False):
                worst = max(worst, self.deal.balance(who, before | (step - self.deal.own(who))) - end)
        return worst

    def going_on(self, who: str, delta: Fraction) -> list[Fraction]:
        deal = self.deal
        values = [deal.flows(who, deal.whole) / (1 - delta)]
        for t in reversed(range(len(self.steps))):
            after, length = self.before[t + 1], self.lengths[t]
            ends = 1 - (1 - deal.hazard) ** length if after != deal.whole else ZERO
            collapse = deal.flows(who, deal.lasting(after)) / (1 - delta)
            flow = sum((delta**s for s in range(length)), ZERO) * deal.flows(who, after)
            later = (1 - ends) * values[0] + ends * collapse
            values.insert(0, deal.lumps(who, self.steps[t]) + flow + delta**length * later)
        return values

    def leaving(self, who: str, t: int, delta: Fraction) -> Fraction:
        deal, own = self.deal, self.deal.own(who)
        before = self.before[t]
        loose = own & before - deal.lasting(before)
        if t == len(self.steps):
            lags = {deal.promises[n].detection for n in loose}
            found = [
                self._let_go(who, t, lag, {n for n in loose if deal.promises[n].detection >= lag}, delta)
                for lag in lags
            ]
            return max(found)
        return self._let_go(who, t, self.lengths[t], loose, delta)

    def _let_go(self, who: str, t: int, length: int, gone: Iterable[str], delta: Fraction) -> Fraction:
        """Breaking off in round t, noticed after so long; each own step is undone, now or then, or kept for ever."""
        deal, own, gone = self.deal, self.deal.own(who), frozenset(gone)
        theirs = (self.steps[t] if t < len(self.steps) else frozenset()) - own
        there = self.before[t] | theirs
        loose = sorted(own & self.before[t] - deal.lasting(self.before[t]))
        unseen = sum((delta**s for s in range(length)), ZERO) * deal.flows(who, there - gone)
        left = delta**length * deal.flows(who, deal.lasting(there)) / (1 - delta)
        best = None
        for size in range(len(loose) + 1):
            for kept in combinations(loose, size):
                paid = ZERO
                for name in loose:
                    since = ZERO + 1 if name in gone else delta**length
                    forever = deal.promises[name].flow.get(who, ZERO) / (1 - delta)
                    paid += since * (forever if name in kept else -deal.promises[name].undoing)
                best = paid if best is None else max(best, paid)
        assert best is not None
        return deal.lumps(who, theirs) + unseen + left + best - deal.stake.get(who, ZERO)

    def slacks(self, delta: Mapping[str, Fraction]) -> dict[tuple[str, int], Fraction]:
        found = {}
        for who in self.deal.parties:
            values = self.going_on(who, delta[who])
            for t in range(len(self.steps) + 1):
                step = self.steps[t] if t < len(self.steps) else frozenset()
                if self.deal.own(who) & (step | (self.before[t] - self.deal.lasting(self.before[t]))):
                    found[who, t] = values[t] - self.leaving(who, t, delta[who])
        return found

    def holds(self, delta: Mapping[str, Fraction]) -> bool:
        return all(slack >= 0 for slack in self.slacks(delta).values())

    def risk(self, who: str, t: int, delta: Fraction) -> Fraction:
        deal = self.deal
        mine = (self.steps[t] if t < len(self.steps) else frozenset()) & deal.alone(who)
        there = self.before[t] | mine
        fixed = deal.alone(who) & deal.lasting(there) - deal.lasting(self.before[t])
        running = deal.alone(who) & there - deal.lasting(there)
        paid = deal.lumps(who, mine)
        paid += sum((deal.promises[n].flow.get(who, ZERO) for n in fixed), ZERO) / (1 - delta)
        for name in running:
            months = range(deal.promises[name].detection)
            paid += sum((delta**s for s in months), ZERO) * deal.promises[name].flow.get(who, ZERO)
        return -paid

    def trust(self, delta: Mapping[str, Fraction]) -> Fraction | None:
        """None: not even the surest believer would go on."""
        worst = ZERO
        for (who, t), slack in self.slacks(delta).items():
            if slack < 0:
                return None
            risk = self.risk(who, t, delta[who])
            if risk > 0:
                worst = max(worst, risk / (risk + slack))
        return worst

    def value(self, delta: Mapping[str, Fraction]) -> Fraction:
        return sum((self.going_on(who, delta[who])[0] for who in self.deal.parties), ZERO)
