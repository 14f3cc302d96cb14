"""The judge of processes: one run at a time, in plain words and fractions, given the same luck as a run of `Play`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import exp, expm1, inf, log, log1p, prod

from detente.model.party import Preferences, Role
from detente.model.process import ANY_TYPE, KINDS, ByParty, Kind, PartyType, Symbol, echo_of, of_party
from detente.model.quantity import Quantity
from detente.planning.asked import unwilling
from detente.planning.game import Game, game
from detente.planning.measure import Walk
from detente.simulation.agenda import agenda
from detente.simulation.fate import Month
from detente.simulation.play import Start
from detente.simulation.stage import Stage
from detente.simulation.strategy import NONE, Agenda, Move, Situation, Steps, Strategy, answers

TRUSTWORTHY = KINDS[0]
FILE, OTHER = 0, 1
"""Under whose patience: the leader's of the file, or another's."""


class TieError(Exception):
    """Two floats that decide something are too near each other to tell."""


def number(value: Quantity | None) -> float:
    return 0.0 if value is None else float(value.likely)


@dataclass
class Luck:
    """The draws of one run, out of those of a part."""

    kinds: list[float]
    months: list[Month]
    run: int

    def shock(self, month: int, side: int) -> float:
        return float(self.months[month].shocks[side, self.run])

    def of(self, what: str, month: int, place: int) -> float:
        return float(getattr(self.months[month], what)[place][self.run])

    def once(self, what: str, month: int) -> float:
        return float(getattr(self.months[month], what)[self.run])


@dataclass
class Seen:
    """Where things stand for everybody: what is in force, what all think is, what they thought, who broke what."""

    actual: Steps
    believed: Steps
    before: Steps
    broken: tuple[Steps, ...]
    memory: tuple[int, ...]
    settled: bool = False


@dataclass
class Pact:
    """What is to be done now."""

    steps: Steps
    back: Steps
    moves: list[Move]
    keep: list[dict[tuple[Kind, int], float]]
    noticed: list[float]
    active: list[bool]
    acting: list[bool]
    length: int
    agreed: bool
    leaves: bool
    idle: bool


@dataclass
class Under:
    """A pact that is being carried out: by whom it was broken, who looks as if, and when that is known."""

    pact: Pact
    after: Seen
    looks: list[bool]
    due: int
    same_leader: list[bool]
    complete: bool
    on_paper: bool


@dataclass
class Story:
    """What became of one run."""

    agreed: int = -1
    complete: int = -1
    on_paper: int = -1
    whole: bool = False
    seems_whole: bool = False
    ended: int = -1
    cause: int = 0
    crisis: int = -1
    high: int = 0
    worth: list[float] = field(default_factory=list)
    trust: list[float] = field(default_factory=list)


@dataclass
class Table:
    """What is the same in every run of a process: who sits there, what each wants, what the file says."""

    stage: Stage
    strategies: Sequence[Strategy]

    def __post_init__(self) -> None:
        self.scenario, self.process, self.game = self.stage.scenario, self.stage.scenario.process, self.stage.game
        self.sides = list(self.scenario.sides)
        self.weighed: dict[object, tuple[Fraction, Fraction]] = {}
        self.views: dict[object, Game] = {}

    @cached_property
    def agenda(self) -> Agenda:
        return agenda(self.stage)

    @cached_property
    def symbols(self) -> list[tuple[str, Symbol]]:
        return [(each.id, each.symbolic) for each in self.game.commitments if each.symbolic is not None]

    def own(self, side: str) -> Steps:
        return self.agenda.of(side)

    def type_of(self, side: str, kind: Kind) -> PartyType:
        return self.scenario.parties[side].types.get(kind, ANY_TYPE[kind])

    def prior(self, side: str, kind: Kind) -> float:
        types = self.scenario.parties[side].possible_types
        total = sum((each.weight for each in types.values()), Fraction(0))
        return float(types[kind].weight / total) if kind in types else 0.0

    def delta(self, side: str, temper: int) -> Fraction:
        changed = self.process.leadership.get(side)
        if temper == OTHER and changed is not None and changed.patience is not None:
            return changed.patience.likely
        patience = self.game.patience or (self.game.discount,) * len(self.game.parties)
        return patience[self.game.parties.index(side)]

    def view(self, side: str, kind: Kind, symbols: frozenset[int]) -> Game:
        """The game as that kind of side sees it: costs and gains of its own multiplied, symbols at work."""
        if (side, kind, symbols) not in self.views:
            self.views[side, kind, symbols] = self._view(side, kind, symbols)
        return self.views[side, kind, symbols]

    def _view(self, side: str, kind: Kind, symbols: frozenset[int]) -> Game:
        own, party = self.type_of(side, kind), self.scenario.parties[side]
        worth = {**party.preferences.worth}
        for issue, table in own.worth.items():
            worth[issue] = {**worth.get(issue, {}), **table}
        wants = replace(party, preferences=Preferences(worth, party.preferences.refuses))
        plain = game(replace(self.scenario, parties={**self.scenario.parties, side: wants}), self.stage.target)
        me = plain.parties.index(side)

        def felt(points: Fraction) -> Fraction:
            return points * (own.costs if points < 0 else own.gains)

        lump = [felt(each) for each in plain.lump[me]]
        for place in symbols:
            for issue, added in self.symbols[place][1].worth.get(side, {}).items():
                for k, name in enumerate(plain.names):
                    if self.stage.issues.get(issue, 0) >> k & 1:
                        assert name
                        lump[k] += added.likely
        flow = [felt(each) for each in plain.flow[me]]
        return replace(
            plain,
            lump=tuple(tuple(lump) if p == me else row for p, row in enumerate(plain.lump)),
            flow=tuple(tuple(flow) if p == me else row for p, row in enumerate(plain.flow)),
            completion=tuple(felt(each) if p == me else each for p, each in enumerate(plain.completion)),
            bonuses=tuple(
                replace(each, worth={p: felt(w) if p == me else w for p, w in each.worth.items()})
                for each in plain.bonuses
            ),
        )

    def weigh(
        self, side: str, kind: Kind, temper: int, order: tuple[Steps, ...], start: Steps, symbols: frozenset[int]
    ) -> tuple[Fraction, Fraction]:
        """V - W, and what is at risk, for one side as one kind: exactly."""
        key = (side, kind, temper, order, start, symbols)
        if key not in self.weighed:
            walk = self.walk(self.view(side, kind, symbols), order, start)
            me, delta = self.game.parties.index(side), self.delta(side, temper)
            found = Fraction(0), Fraction(0)
            if walk.active(me, 0):
                slack = walk.going_on(me, delta)[0] - walk.walking_away(me, 0, delta)
                found = slack, walk.risk(me, 0, delta)
            self.weighed[key] = found
        return self.weighed[key]

    def walk(self, view: Game, order: tuple[Steps, ...], start: Steps) -> Walk:
        return Walk(view, tuple(self.agenda.state(step) for step in order), self.agenda.state(start))

    def lasting(self, steps: Steps) -> Steps:
        return self.agenda.named(self.game.lasting(self.agenda.state(steps)))

    def without(self, side: str, steps: Steps, was: Steps) -> Steps:
        me = self.game.parties.index(side)
        return self.agenda.named(self.game.without(me, self.agenda.state(steps), self.agenda.state(was)))

    def months(self, steps: Steps) -> int:
        return max([1, *(self.game.lag[self.game.names.index(step)] for step in steps)])

    def blockers(self) -> list[tuple[int, float]]:
        """The chance of each party that is not won over to stop what is to be done, month by month."""
        found, target, parties = [], self.stage.target, self.scenario.parties
        against = [] if target is None else unwilling(self.scenario, target)
        for name, party in parties.items():
            me = self.game.parties.index(name)
            strength = number(of_party(self.process.spoiling, name)) if party.role is Role.CONSULTED else 0.0
            worths = [
                self.game.lump[me][k] + self.game.flow[me][k] / (1 - self.game.discount)
                for k in range(len(self.game.names))
            ]
            total = self.game.gained(me, self.game.all) + self.game.pays(me, self.game.all) / (1 - self.game.discount)
            veto = name in against or (target is None and party.role is Role.VETO and total < 0)
            assert target is None or not strength, "a spoiler of a package is judged elsewhere"
            if veto:
                found.append((me, 1.0))
            elif strength and total < 0:
                losses = -sum(each for each in worths if each < 0)
                found.append((me, 1 - (1 - strength) ** float(-total / max(losses, -total))))
        return found

    def ratifiers(self) -> list[tuple[int, float]]:
        return [
            (place, number(of_party(self.process.ratification, party.id)))
            for place, party in enumerate(self.scenario.parties.values())
            if party.must_agree or party.id in self.sides
        ]

    def owes(self, side: str, done: Steps) -> list[float]:
        """What each other side has in its hands of what is to come to a side, or goes on, that pays it."""
        me, found = self.game.parties.index(side), [0.0 for _ in self.sides]
        lasting = self.lasting(frozenset(done))
        for k, each in enumerate(self.game.commitments):
            others = [name for name in each.by if name != side]
            if each.id in lasting:
                continue
            once = 0 if each.id in done else self.game.lump[me][k]
            pays = float(once + self.game.flow[me][k] / (1 - self.game.discount))
            for name in others if pays > 0 else ():
                found[self.sides.index(name)] += pays / len(others)
        if any(found):
            return found
        loose = {name for each in self.game.commitments if each.id not in lasting for name in each.by}
        return [float(name != side and name in loose) for name in self.sides]

    def of(self, table: ByParty, side: str) -> float:
        return number(of_party(table, side))


class Run:
    """One run, month by month."""

    def __init__(
        self, table: Table, luck: Luck, kinds: Sequence[Kind] | None = None, start: Start | None = None
    ) -> None:
        self.table, self.luck, self.sides = table, luck, table.sides
        self.process, self.n = table.process, range(len(table.sides))
        self.kind = [self._drawn(self._priors(side), luck.kinds[i]) for i, side in enumerate(self.sides)]
        self.temper = [FILE for _ in self.n]
        self.beliefs = [self._first(side) for side in self.sides]
        self.tension = [table.of(self.process.tension.start, side) for side in self.sides]
        self.now = Seen(NONE, NONE, NONE, tuple(NONE for _ in self.n), tuple(0 for _ in self.n))
        self.force, self.under, self.due = NONE, None, 0
        self.over, self.ratified, self.pressing = False, False, [False for _ in self.n]
        self.since: dict[int, int] = {}
        self.month, self.story = 0, Story(worth=[0.0 for _ in self.n])

        if start is not None:
            self._begin(start)

    under: Under | None
    force: Steps
    due: float

    def _begin(self, start: Start) -> None:
        """Somewhere on the way, as a log has it."""
        named, none = self.table.agenda.named, tuple(0 for _ in self.n)
        done = named(start.done)
        self.now = Seen(done, done, done, tuple(map(named, start.broken)), none)
        self.force, self.ratified = done, start.agreed
        self.tension = start.tension.tolist()
        self.beliefs = [dict(zip(KINDS, start.beliefs[:, i].tolist(), strict=True)) for i in self.n]
        for i, logs in enumerate(self.beliefs):
            total = sum(map(exp, logs.values()))
            self.kind[i] = self._drawn({kind: exp(each) / total for kind, each in logs.items()}, self.luck.kinds[i])
        self.story.agreed = 0 if start.agreed else -1
        self.since = {place: 0 for place, (name, _) in enumerate(self.table.symbols) if name in done}

    def _drawn(self, shares: dict[Kind, float], u: float) -> Kind:
        below = 0.0
        for kind in KINDS[:-1]:
            below += shares[kind]
            if u < below:
                return kind
        return KINDS[-1]

    def _priors(self, side: str) -> dict[Kind, float]:
        return {kind: self.table.prior(side, kind) for kind in KINDS}

    def _first(self, side: str) -> dict[Kind, float]:
        return {kind: log(p) if p > 0 else -inf for kind, p in self._priors(side).items()}

    def played(self, months: int) -> Story:
        for self.month in range(months):
            self.arrive()
            if not self.over and self.under is None and self.due <= self.month:
                self.decide()
            for i in self.n:
                self.paid_to(i, 1.0)
            self.turn()
        self.month = months
        for i, side in enumerate(self.sides):
            self.paid_to(i, 1 / (1 - float(self.table.delta(side, FILE))))
        self.story.whole = self.force == self.table.agenda.all and self.story.complete >= 0
        self.story.seems_whole = self.now.believed == self.table.agenda.all and self.story.on_paper >= 0
        self.story.trust = [self.trust(i) for i in self.n]
        return self.story

    def at_work(self, place: int) -> bool:
        fades = self.table.symbols[place][1].fades
        return place in self.since and (fades is None or self.month - self.since[place] < float(fades.likely))

    def trust(self, i: int) -> float:
        """The chance that a side is trustworthy, by Bayes and by what symbols at work add."""
        logs = dict(self.beliefs[i])
        for place, (name, symbol) in enumerate(self.table.symbols):
            if symbol.belief is not None and self.at_work(place) and name in self.table.own(self.sides[i]):
                logs[TRUSTWORTHY] += float(symbol.belief.likely)
        top = max(logs.values())
        if top == -inf:
            return 0.0
        weights = {kind: exp(each - top) for kind, each in logs.items()}
        return weights[TRUSTWORTHY] / sum(weights.values())

    def arrive(self) -> None:
        under = self.under
        if self.over or under is None or under.due > self.month:
            return
        pact, tension, move = under.pact, self.process.tension, [0.0 for _ in self.n]
        loud = float(self.process.announced.likely)
        for i in self.n:
            if under.same_leader[i] and pact.active[i]:
                self.told(i, pact, under.looks[i])
            change = 0.0
            if under.looks[i]:
                change = number(tension.broken)
            elif pact.acting[i]:
                change = -number(tension.kept) * (loud if pact.moves[i].announced else 1)
            for j in self.n:
                move[j] += change if j != i else 0.0
        self.tension = [min(1.0, max(0.0, x + d)) for x, d in zip(self.tension, move, strict=True)]
        self.now, self.under = under.after, None
        if under.complete and self.story.complete < 0:
            self.story.complete = self.month
        if under.on_paper and self.story.on_paper < 0:
            self.story.on_paper = self.month
        for place, (name, _) in enumerate(self.table.symbols):
            if name not in self.now.believed:
                self.since.pop(place, None)
            else:
                self.since.setdefault(place, self.month)

    def told(self, i: int, pact: Pact, looks: bool) -> None:
        """What the sight of its part says of a side."""
        alarm = number(self.process.false_alarm) if pact.acting[i] else 0.0
        weight = float(self.process.announced.likely) if pact.moves[i].announced and pact.acting[i] and not looks else 1
        for kind in KINDS:
            kept = pact.keep[i][kind, self.temper[i]]
            fine = kept * (1 - alarm) + (1 - kept) * (1 - pact.noticed[i])
            chance = 1 - fine if looks else fine
            self.beliefs[i][kind] += weight * log(chance) if chance > 1e-15 else -inf

    def decide(self) -> None:
        table, month = self.table, self.month
        moves = self.said()
        symbols = frozenset(k for k, (_, s) in enumerate(table.symbols) if s.worth and self.at_work(k))
        pact = self.pact(moves, [self.declines(i, moves, symbols) for i in self.n], symbols)
        if pact.steps and any(self.luck.of("blocked", month, place) < chance for place, chance in table.blockers()):
            self.due = month + 1
            return
        if pact.agreed and not self.ratified:
            if any(self.luck.of("ratified", month, place) < chance for place, chance in table.ratifiers()):
                self.due = month + 12
                return
            self.ratified = True
        self.carry_out(pact, symbols)

    def said(self) -> list[Move]:
        """What the sides say; those who answer have heard the others."""
        heard: dict[str, Move] = {}
        for late in (False, True):
            known = dict(heard) if late else {}
            for i, (side, strategy) in enumerate(zip(self.sides, self.table.strategies, strict=True)):
                if answers(strategy) == late:
                    others = frozenset().union(*(each for j, each in enumerate(self.now.broken) if j != i))
                    now = self.now
                    here = Situation(
                        self.table.agenda, side, now.believed, now.before, others, now.broken[i], now.memory[i], known
                    )
                    heard[side] = strategy.move(here)
        return [heard[side] for side in self.sides]

    def together(self, moves: Sequence[Move], declined: Sequence[bool]) -> Steps:
        """The steps that all who carry them out offer, as far as what each asks for comes about too."""
        done, told, commitments = self.now.believed, self.table.agenda, self.table.game.commitments
        offers = [NONE if no else move.steps - done for move, no in zip(moves, declined, strict=True)]
        while True:
            steps = frozenset(
                each.id
                for each in commitments
                if each.id not in done and all(each.id in offers[self.sides.index(who)] for who in each.by)
            )
            while late := {each.id for each in commitments if each.id in steps and set(each.needs) - done - steps}:
                steps -= late
            kept = [offer if move.wanted - done <= steps else NONE for offer, move in zip(offers, moves, strict=True)]
            if kept == offers:
                return steps if self.table.game.allows(told.state(done | steps)) else NONE
            offers = kept

    def order(self, moves: Sequence[Move], steps: Steps) -> tuple[Steps, ...]:
        found, done = [steps], self.now.believed | steps
        for each in [*next((move.then for move in moves if move.then), ()), self.table.agenda.all]:
            if each - done:
                found.append(each - done)
                done |= each
        return tuple(found)

    def pressed(self, i: int, moves: Sequence[Move], steps: Steps, temper: int) -> float:
        """What the sanctions of others cost a side from the next round on."""
        if not any(move.press for j, move in enumerate(moves) if j != i):
            return 0.0
        delta = float(self.table.delta(self.sides[i], temper))
        return (
            self.table.of(self.process.pressure.bites, self.sides[i]) * delta ** self.table.months(steps) / (1 - delta)
        )

    def declines(self, i: int, moves: Sequence[Move], symbols: frozenset[int]) -> bool:
        table, side = self.table, self.sides[i]
        steps = self.together(moves, [False for _ in self.n])
        if not steps & table.own(side) or moves[i].of_own_accord:
            return False
        order, start = self.order(moves, steps), self.now.believed
        slack, risk = table.weigh(side, TRUSTWORTHY, self.temper[i], order, start, symbols)
        gain = float(slack) + self.pressed(i, moves, steps, self.temper[i])
        if abs(gain) < 1e-9 < abs(float(slack)):
            raise TieError
        if gain < 0:
            return True
        needed = float(risk) / (float(risk) + gain) if risk > 0 else 0.0
        owes = table.owes(side, start)
        trusted = sum(part * self.trust(j) for j, part in enumerate(owes)) / sum(owes) if any(owes) else 1.0
        if needed and trusted != needed and abs(trusted - needed) < 1e-9:
            raise TieError
        return trusted < needed

    def pact(self, moves: list[Move], declined: list[bool], symbols: frozenset[int]) -> Pact:
        table, done, settled = self.table, self.now.believed, self.now.settled
        leaves = any(move.leave for move in moves)
        steps = NONE if leaves else self.together(moves, declined)
        back = frozenset(
            step
            for i, move in enumerate(moves)
            for step in move.back & done & table.own(self.sides[i])
            if step not in table.lasting(done)
        )
        last = done == table.agenda.all and not (back or leaves or settled)
        acting = [bool(table.own(side) & steps) for side in self.sides]
        begun = sum(bool(table.own(side) & (done | steps)) for side in self.sides)
        length = table.months(steps)
        if last:
            loose = table.agenda.all - table.lasting(table.agenda.all)
            length = max([table.game.detection[table.game.names.index(each)] for each in loose], default=1)
        order = self.order(moves, steps) if steps else ()
        walk = table.walk(table.game, order, done)
        active = [bool(steps or last) and walk.active(table.game.parties.index(side), 0) for side in self.sides]
        return Pact(
            steps=steps,
            back=back,
            moves=moves,
            keep=[self.keeps(i, moves, steps, order, symbols) if active[i] else {} for i in self.n],
            noticed=[self.noticed(i, steps) for i in self.n],
            active=active,
            acting=acting,
            length=length,
            agreed=any(acting[i] and not moves[i].of_own_accord for i in self.n) or (bool(steps) and begun > 1),
            leaves=leaves,
            idle=not (steps or back or leaves or any(active)),
        )

    def keeps(
        self, i: int, moves: Sequence[Move], steps: Steps, order: tuple[Steps, ...], symbols: frozenset[int]
    ) -> dict[tuple[Kind, int], float]:
        """How likely each kind of side does its part: a trustworthy one unless it slips, another unless tempted."""
        found, side = {}, self.sides[i]
        for temper in (FILE, OTHER):
            for kind in KINDS:
                if kind == TRUSTWORTHY:
                    slips = number(self.process.slip) if steps & self.table.own(side) else 0.0
                    found[kind, temper] = 1 - slips
                    continue
                slack, _ = self.table.weigh(side, kind, temper, order, self.now.believed, symbols)
                tempted = -float(slack) - self.pressed(i, moves, steps, temper)
                x = (tempted - number(self.process.restraint)) / number(self.process.spread)
                slip = number(self.process.slip)
                found[kind, temper] = min(max(1 / (1 + exp(x)) if x < 700 else 0.0, slip), 1 - slip)
        return found

    def noticed(self, i: int, steps: Steps) -> float:
        """The chance that a breach of any of its steps is seen."""
        own, done = self.table.own(self.sides[i]), self.now.believed
        loose = own & steps or own & done - self.table.lasting(done)
        parts = [each.verifiable for each in self.table.game.commitments if each.id in loose]
        return 1 - prod(1 - (1.0 if each is None else float(each.likely) / 100) for each in parts)

    def carry_out(self, pact: Pact, symbols: frozenset[int]) -> None:
        table, month, now = self.table, self.month, self.now
        broke, looks = [False for _ in self.n], [False for _ in self.n]
        for i in self.n:
            if pact.active[i]:
                broke[i] = self.luck.of("kept", month, i) >= pact.keep[i][self.kind[i], self.temper[i]]
                alarm = number(self.process.false_alarm) if pact.acting[i] else 0.0
                looks[i] = self.luck.of("seen", month, i) < (pact.noticed[i] if broke[i] else alarm)
        took = [broke[i] and self.kind[i] != TRUSTWORTHY for i in self.n]
        believed, broken = now.believed | pact.steps, list(now.broken)
        undone = frozenset().union(*(table.own(side) for i, side in enumerate(self.sides) if broke[i]))
        actual = (now.actual | pact.steps - undone) - pact.back
        for i, side in enumerate(self.sides):
            if took[i]:
                actual = table.without(side, actual, now.actual)
            if looks[i]:
                gone = table.own(side) & pact.steps
                if took[i]:
                    gone |= now.believed - table.without(side, now.believed, now.believed)
                believed -= gone
                broken[i] |= gone
        believed -= pact.back
        if pact.leaves:
            actual = table.lasting(actual)
        self.earned(actual, took, symbols)
        self.force = actual
        everything = table.agenda.all
        after = Seen(
            actual,
            believed,
            now.believed,
            tuple(each - believed for each in broken),
            tuple(move.memory for move in pact.moves),
            believed == everything == now.believed,
        )
        self.due = month + pact.length
        self.under = Under(
            pact,
            after,
            looks,
            month + pact.length,
            [True for _ in self.n],
            actual == everything,
            believed == everything,
        )
        self.pressing = [move.press for move in pact.moves]
        if pact.agreed and self.story.agreed < 0:
            self.story.agreed = month
        if pact.idle and now.settled:
            self.under.due = 10**9
            self.due = 10**9
        if pact.leaves:
            self.end(1, self.month)

    def earned(self, actual: Steps, took: Sequence[bool], symbols: frozenset[int]) -> None:
        """Lumps of what is new, less what leaving and taking back cost whoever does."""
        before = self.now.actual
        for i, side in enumerate(self.sides):
            view = self.table.view(side, self.kind[i], symbols)
            me, state = view.parties.index(side), self.table.agenda.state
            points = view.gained(me, state(before | actual)) - view.gained(me, state(before))
            if took[i]:
                loose = before & self.table.own(side) - self.table.lasting(before)
                steps = [view.names.index(step) for step in loose]
                ever = 1 / (1 - self.table.delta(side, self.temper[i]))
                points -= view.stake[me] + sum(min(view.undoing[k], max(-view.flow[me][k] * ever, 0)) for k in steps)
            self.story.worth[i] += float(self.table.delta(side, FILE)) ** self.month * float(points)

    def end(self, cause: int, month: int) -> None:
        self.over, self.under, self.pressing = True, None, [False for _ in self.n]
        self.force = self.table.lasting(self.force)
        for place, (name, _) in enumerate(self.table.symbols):
            if name not in self.force:
                self.since.pop(place, None)
        if self.story.agreed >= 0:
            self.story.ended, self.story.cause = month, cause

    def rate(self, i: int) -> float:
        view = self.table.view(self.sides[i], self.kind[i], frozenset())
        return float(view.pays(view.parties.index(self.sides[i]), self.table.agenda.state(self.force)))

    def paid_to(self, i: int, months: float) -> None:
        pressure, side, rate = self.process.pressure, self.sides[i], self.rate(i)
        if self.pressing[i]:
            rate -= self.table.of(pressure.costs, side)
        if any(each for j, each in enumerate(self.pressing) if j != i):
            rate -= self.table.of(pressure.bites, side)
        self.story.worth[i] += float(self.table.delta(side, FILE)) ** self.month * rate * months

    def turn(self) -> None:
        tension, process, old = self.process.tension, self.process, self.tension
        fed = number(process.pressure.tension) if any(self.pressing) else 0.0
        fed += sum(number(s.tension) for k, (_, s) in enumerate(self.table.symbols) if self.at_work(k))
        new = []
        for i, side in enumerate(self.sides):
            echo = sum(number(echo_of(tension, self.sides, side, other)) * old[j] for j, other in enumerate(self.sides))
            level = (
                (1 - self.table.of(tension.calming, side)) * old[i] + echo + self.table.of(tension.drive, side) + fed
            )
            level += number(tension.incidents) * self.luck.shock(self.month, i)
            new.append(min(1.0, max(0.0, level)))
        self.tension = new
        highest = max([(x + y) / 2 for x, y in combinations(new, 2)], default=0.0)
        self.story.high += highest >= number(tension.high)
        self.crises(highest)
        self.leaders()

    def crises(self, highest: float) -> None:
        begun, hazard = self.story.agreed >= 0, float(self.table.game.hazard)
        if self.process.crisis is not None:
            calm, full = (float(each.likely) for each in self.process.crisis)
            chance = 0.0
            if calm > 0:
                a, top = log(-log1p(-calm)), log(-log1p(-full))
                chance = -expm1(-exp(a + (top - a) * highest))
            if self.luck.once("crisis", self.month) < chance:
                self.story.crisis = self.month + 1 if self.story.crisis < 0 else self.story.crisis
                self.tension = [min(1.0, x + number(self.process.tension.broken)) for x in self.tension]
                for i, side in enumerate(self.sides):
                    price = self.table.of(self.process.crisis_costs, side)
                    self.story.worth[i] -= float(self.table.delta(side, FILE)) ** (self.month + 1) * price
                if begun and not self.over:
                    self.end(2, self.month + 1)
        unfinished = self.force != self.table.agenda.all
        if self.luck.once("breakdown", self.month) < hazard and begun and not self.over and unfinished:
            self.end(3, self.month + 1)

    def leaders(self) -> None:
        for side, each in self.process.leadership.items():
            if side in self.sides:
                i = self.sides.index(side)
                if self.luck.of("leader", self.month, i) < number(each.chance):
                    self.kind[i] = self._drawn(self._priors(side), self.luck.of("kind", self.month, i))
                    self.beliefs[i] = self._first(side)
                    if each.patience is not None:
                        self.temper[i] = OTHER
                    if self.under is not None:
                        self.under.same_leader[i] = False
