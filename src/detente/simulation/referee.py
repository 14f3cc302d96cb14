"""What comes of what the sides say? Offers, deals and outcomes, each worked out once however many runs come to it.

Whatever is certain once a situation is known is worked out here, exactly or in plain floats, and kept; what differs
from run to run (beliefs, tension, chance) is left to `play`, which works on all runs at once.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from math import prod
from operator import or_

import numpy as np

from detente.analysis.limits import tick
from detente.errors import StrategyError
from detente.kernels.beliefs import keeping, looking_kept
from detente.model.process import KINDS
from detente.planning.game import State, places
from detente.planning.measure import Order, Walk
from detente.simulation.agenda import agenda
from detente.simulation.rules import impossible
from detente.simulation.situations import Deal, Ledger, Node, Offer, Outcome
from detente.simulation.stage import ROWS, TEMPERS, Floats, Stage
from detente.simulation.strategy import Agenda, Move, Situation, Strategy, answers
from detente.simulation.weighing import Scales, trust_needed


class Referee:
    """Asks the strategies what they say, and works out what comes of it."""

    def __init__(self, stage: Stage, strategies: Sequence[Strategy]) -> None:
        self.stage, self.strategies = stage, tuple(strategies)
        self.nodes: Ledger[Node] = Ledger()
        self.states: Ledger[State] = Ledger()
        self.offers: Ledger[Offer] = Ledger()
        self.deals: Ledger[Deal] = Ledger()
        self.outcomes: Ledger[Outcome] = Ledger()
        self.scales = Scales(stage)
        self._paid: dict[int, Floats] = {}

    @cached_property
    def agenda(self) -> Agenda:
        """What is to be done."""
        return agenda(self.stage)

    def start(self, done: State = 0, broken: tuple[State, ...] = ()) -> int:
        """The situation at the start, by number."""
        none = (0,) * len(self.stage.sides)
        return self._node(Node(done, done, done, broken or none, none))

    def _node(self, node: Node) -> int:
        return self.nodes.number(node, lambda: node)

    def state(self, state: State) -> int:
        """What is in force, by number."""
        return self.states.number(state, lambda: state)

    def lasting(self, state: int) -> int:
        """What stays in force once all that can be undone is, by number."""
        return self.state(self.stage.game.lasting(self.states[state]))

    def offer(self, node: int, symbols: int) -> int:
        """What the sides say in a situation, with these symbols at work, by number."""
        return self.offers.number((node, symbols), lambda: self._offered(self.nodes[node], symbols))

    def deal(self, offer: int, declined: int) -> int:
        """What is left of an offer once some sides have declined, by number."""
        return self.deals.number((offer, declined), lambda: self._dealt(self.offers[offer], declined))

    def outcome(self, deal: int, broke: int, took: int, looks: int) -> int:
        """What comes of a deal, by number."""
        key = (deal, broke, took, looks)
        return self.outcomes.number(key, lambda: self._ended(self.deals[deal], broke, took, looks))

    def _offered(self, node: Node, symbols: int) -> Offer:
        tick()
        sides, stage = range(len(self.stage.sides)), self.stage
        moves = self._moves(node)
        needs, relies = np.zeros((TEMPERS, len(sides))), np.zeros((len(sides), len(sides)))
        steps = self._together(node, moves, 0)
        if steps:
            slack, risk = self.scales.weigh(self._order(node, moves, steps), node.seen, symbols)
            for i in sides:
                if stage.owned[i] & steps and not moves[i].of_own_accord:
                    pressed = self._pressed(moves, i) * self._after(steps, i)
                    relies[i] = self.scales.relied_on(node.seen, i)
                    exposed = risk[:: len(KINDS), i] * relies[i].any()
                    needs[:, i] = trust_needed(exposed, slack[:: len(KINDS), i] + pressed)
        return Offer(node, symbols, moves, needs, relies)

    def _moves(self, node: Node) -> tuple[Move, ...]:
        """What each side says, those who answer last."""
        said: dict[str, Move] = {}
        for late in (False, True):
            heard = dict(said)
            for i, (name, strategy) in enumerate(zip(self.stage.names, self.strategies, strict=True)):
                if answers(strategy) == late:
                    said[name] = self._said(node, i, strategy, heard if late else {})
        return tuple(said[name] for name in self.stage.names)

    def _said(self, node: Node, i: int, strategy: Strategy, heard: dict[str, Move]) -> Move:
        told, name = self.agenda, self.stage.names[i]
        others = _union(state for k, state in enumerate(node.broken) if k != i)
        here = Situation(
            agenda=told,
            side=name,
            done=told.named(node.seen),
            before=told.named(node.before),
            broken=told.named(others),
            owed=told.named(node.broken[i]),
            memory=node.memory[i],
            heard=heard,
        )
        move = strategy.move(here)
        wrong = impossible(here, move, answering=answers(strategy))
        if wrong:
            raise StrategyError(f"{strategy.name}, as {name}, proposed what cannot be: {'; '.join(wrong)}")
        return move

    def _together(self, node: Node, moves: Sequence[Move], declined: int) -> State:
        """The steps that come about: what all who carry them out offer, where what they ask for comes about as well."""
        told, stage, seen = self.agenda, self.stage, node.seen
        offers = [0 if declined >> i & 1 else told.state(move.steps) & ~seen for i, move in enumerate(moves)]
        wanted = [told.state(move.wanted) & ~seen for move in moves]
        while True:
            steps = stage.game.all & ~seen
            for owned, offer in zip(stage.owned, offers, strict=True):
                steps &= ~owned | offer
            steps = self._in_order(seen, steps)
            left = [offer if not want & ~steps else 0 for offer, want in zip(offers, wanted, strict=True)]
            if left == offers:
                return steps if stage.game.allows(seen | steps) else 0
            offers = left

    def _in_order(self, seen: State, steps: State) -> State:
        """Those of some steps that wait for nothing outside of them."""
        needs = self.stage.game.needs
        while late := sum(1 << k for k in places(steps) if needs[k] & ~(seen | steps)):
            steps &= ~late
        return steps

    def _order(self, node: Node, moves: Sequence[Move], steps: State) -> Order:
        """These steps, then what the sides expect to follow, then all that is left."""
        then = next((move.then for move in moves if move.then), ())
        done, order = node.seen | steps, [steps]
        for each in (*map(self.agenda.state, then), self.stage.game.all):
            if each & ~done:
                order.append(each & ~done)
                done |= each
        return tuple(order)

    def _pressed(self, moves: Sequence[Move], i: int) -> float:
        """What sanctions by others cost a side a month, if any are imposed."""
        pressed = any(move.press for k, move in enumerate(moves) if k != i)
        return float(self.stage.bites[i]) if pressed else 0.0

    def _after(self, steps: State, i: int) -> Floats:
        """What 1 a month from the next round on is worth to a side, by temper."""
        delta = self.stage.patience[:, i]
        return np.asarray(delta ** self._length(steps) / (1 - delta), dtype=np.float64)

    def _length(self, steps: State) -> int:
        return max((self.stage.game.lag[k] for k in places(steps)), default=1)

    def _dealt(self, offer: Offer, declined: int) -> Deal:
        node, moves, game = offer.node, offer.moves, self.stage.game
        leaves = any(move.leave for move in moves)
        steps = 0 if leaves else self._together(node, moves, declined)
        back = _union(self._withdrawn(node, i, move) for i, move in enumerate(moves))
        last = node.seen == game.all and not (back or leaves or node.settled)
        keep, seen, active = self._chances(offer, steps) if steps or last else (np.ones((ROWS, len(moves))), None, 0)
        own = [i for i, owned in enumerate(self.stage.owned) if owned & steps]
        begun = sum(bool(owned & (node.seen | steps)) for owned in self.stage.owned)
        return Deal(
            offer=offer,
            steps=steps,
            back=back,
            keep=keep,
            seen=np.ones(len(moves)) if seen is None else seen,
            active=active,
            acting=sum(1 << i for i in own),
            announced=sum(1 << i for i in own if moves[i].announced),
            press=sum(1 << i for i, move in enumerate(moves) if move.press),
            length=self._lasts(steps, last=last),
            idle=not (steps or back or active or leaves),
            agreed=any(not moves[i].of_own_accord for i in own) or (bool(steps) and begun > 1),
            leaves=leaves,
        )

    def _lasts(self, steps: State, *, last: bool) -> int:
        """How long a round lasts; after the last one, until whoever lets go of something would have been noticed."""
        game = self.stage.game
        if last:
            return max((game.detection[k] for k in places(game.all & ~game.lasting(game.all))), default=1)
        return self._length(steps)

    def _withdrawn(self, node: Node, i: int, move: Move) -> State:
        """What a side takes back, as far as it can."""
        game = self.stage.game
        return self.agenda.state(move.back) & node.seen & ~game.lasting(node.seen) & self.stage.owned[i]

    def _chances(self, offer: Offer, steps: State) -> tuple[Floats, Floats, int]:
        """How likely each side keeps to a deal, by row, how likely a breach is seen, and who has anything to keep."""
        stage, process, seen = self.stage, self.stage.process, offer.node.seen
        order = self._order(offer.node, offer.moves, steps) if steps else ()
        slack, _ = self.scales.weigh(order, seen, offer.symbols)
        walk = Walk(stage.game, order, seen)
        keep, noticed, active = np.ones((ROWS, len(stage.sides))), np.ones(len(stage.sides)), 0
        for i, party in enumerate(stage.sides):
            if not walk.active(party, 0):
                continue
            active |= 1 << i
            mine = stage.owned[i] & steps
            pressed = np.repeat(self._pressed(offer.moves, i) * self._after(steps, i), len(KINDS))
            slip = float(process.slip.likely)
            would = keeping(-slack[:, i] - pressed, float(process.restraint.likely), float(process.spread.likely))
            keep[:, i] = np.clip(would, slip, 1 - slip)
            keep[:: len(KINDS), i] = 1 - slip if mine else 1.0
            loose = mine or stage.game.own[party] & seen & ~stage.game.lasting(seen)
            noticed[i] = 1 - prod(1 - stage.verifiable[k] for k in places(loose))
        return keep, noticed, active

    def _ended(self, deal: Deal, broke: int, took: int, looks: int) -> Outcome:
        node, game, stage = deal.offer.node, self.stage.game, self.stage
        sides = range(len(stage.sides))
        undone = _union(stage.owned[i] for i in sides if broke >> i & 1) & deal.steps
        actual = (node.actual | deal.steps & ~undone) & ~deal.back
        seen, broken = node.seen | deal.steps, list(node.broken)
        for i in sides:
            if took >> i & 1:
                actual = game.without(stage.sides[i], actual, node.actual)
            if looks >> i & 1:
                gone = stage.owned[i] & deal.steps
                if took >> i & 1:
                    gone |= node.seen & ~game.without(stage.sides[i], node.seen, node.seen)
                seen &= ~gone
                broken[i] |= gone
        seen &= ~deal.back
        actual = game.lasting(actual) if deal.leaves else actual
        done = seen == game.all
        memory = tuple(move.memory for move in deal.offer.moves)
        made_good = tuple(each & ~seen for each in broken)
        return Outcome(
            node=self._node(Node(actual, seen, node.seen, made_good, memory, done and node.seen == game.all)),
            actual=self.state(actual),
            gains=self._gains(deal, actual, took),
            told=self._told(deal, looks),
            stir=self._stir(deal, looks),
            length=deal.length,
            complete=actual == game.all,
            on_paper=done,
        )

    def _gains(self, deal: Deal, actual: State, took: int) -> Floats:
        """What each side has at once: lumps of what is new, less what walking back and leaving cost it.

        What has been had once is not given back when a step is undone.
        """
        before, stage, game = deal.offer.node.actual, self.stage, self.stage.game
        found = np.zeros((ROWS, len(stage.sides)))
        lumps = self.scales.drawn_with(deal.offer.symbols).lump
        for i, party in enumerate(stage.sides):
            found[:, i] = self.scales.sums.gained(party, before | actual) - self.scales.sums.gained(party, before)
            new = list(places(actual & ~before))
            found[:, i] += (lumps - stage.drawn.lump)[:, party, new].sum(axis=1)
            if took >> i & 1:
                loose = before & game.own[party] & ~game.lasting(before)
                found[:, i] -= float(game.stake[party]) + self.scales.sums.walking_back(party, loose)
        return found

    def _told(self, deal: Deal, looks: int) -> Floats:
        """What the sight of each side's part says of it: the logarithm of its likelihood, by kind, temper and side."""
        process = self.stage.process
        found = np.zeros((len(KINDS), TEMPERS, len(self.stage.sides)))
        for i in range(len(self.stage.sides)):
            if deal.active >> i & 1:
                alarm = float(process.false_alarm.likely) if deal.acting >> i & 1 else 0.0
                kept = looking_kept(deal.keep[:, i], deal.seen[i], alarm)
                with np.errstate(divide="ignore"):
                    said = np.log1p(-kept) if looks >> i & 1 else np.log(kept)
                loud = deal.announced >> i & 1 and not looks >> i & 1
                weight = float(process.announced.likely) if loud else 1.0
                found[:, :, i] = weight * said.reshape(TEMPERS, len(KINDS)).T
        return found

    def _stir(self, deal: Deal, looks: int) -> Floats:
        """How the sight of what each side did moves the tension of the others."""
        climate, sides = self.stage.climate, range(len(self.stage.sides))
        loud = float(self.stage.process.announced.likely)
        found = np.zeros(len(self.stage.sides))
        for i in sides:
            others = np.array([j != i for j in sides])
            if looks >> i & 1:
                found += others * climate.broken
            elif deal.acting >> i & 1:
                found -= others * climate.kept * (loud if deal.announced >> i & 1 else 1.0)
        return found

    def sight(self, seen: State, steps: State, *, kept: bool) -> tuple[Floats, Floats]:
        """What steps say of those who carry them out, kept or broken, and how that moves the tension of the others.

        The first is what it adds to the logarithm of each type, shape (kinds, sides), the second has shape (sides,).
        """
        sides = range(len(self.stage.sides))
        rest = tuple(self.agenda.named(step) for each in self.stage.order if (step := each & ~(seen | steps)))
        nobody, waiting = (0,) * len(sides), (Move(then=rest),) * len(sides)
        offer = Offer(Node(seen, seen, seen, nobody, nobody), 0, waiting, np.zeros(0), np.zeros(0))
        keep, noticed, _ = self._chances(offer, steps)
        acting = sum(1 << i for i in sides if self.stage.owned[i] & steps)
        deal = Deal(offer, steps, 0, keep, noticed, acting, acting, 0, 0, 1, idle=False, agreed=True, leaves=False)
        looks = 0 if kept else acting
        return self._told(deal, looks)[:, 0], self._stir(deal, looks)

    def pays(self, state: int) -> Floats:
        """What a state pays in each month, by row and side."""
        if state not in self._paid:
            paid = [self.scales.sums.pays(party, self.states[state]) for party in self.stage.sides]
            self._paid[state] = np.stack(paid, axis=1)
        return self._paid[state]


def _union(states: Iterable[State]) -> State:
    return reduce(or_, states, 0)
