"""Which order is best? Constraint programming (CP-SAT) over who has done what by the end of each round.

One yes-or-no variable y[k, t] says whether commitment k is in force at the end of round t. Exposure, temptation, V and
W are linear in these (interactions by products of them), so every aim and every incentive is a linear row. What the
solver proposes is measured exactly before anyone sees it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from ortools.sat.python import cp_model

from detente.analysis.limits import seconds_left
from detente.planning.game import Bonus, Clause, Game, State, places
from detente.planning.linear import NOTHING, WHOLE, Linear, scale_of
from detente.planning.measure import Order, Walk
from detente.planning.rules import Rules


@dataclass(frozen=True, slots=True)
class Found:
    """What the solver says: an order (None: there is none, or none was found), whether that is proven, and a bound."""

    order: Order | None
    proven: bool
    bound: float


Expression = cp_model.LinearExpr | int
Members = tuple[int | None, ...]
"""For each commitment the variable that says whether it is in a state; None: it never is."""


class Model:
    """An order of at most so many rounds, each of a given length, as rows for the solver."""

    def __init__(self, game: Game, rules: Rules, lengths: Sequence[int], whole: int = WHOLE) -> None:
        self.game, self.rules, self.lengths, self.whole = game, rules, tuple(lengths), whole
        self.rounds = len(lengths)
        self.cp = cp_model.CpModel()
        self.one = self.cp.new_constant(1)
        self.vars: dict[int, cp_model.IntVar] = {self.one.index: self.one}
        self._products: dict[tuple[object, ...], Linear] = {}
        self.y = [self._column(k) for k in range(len(game.commitments))]
        self.done = [self._done(t) for t in range(self.rounds + 1)]
        self._order()
        self._conditions()

    # The order itself

    def new(self, name: str) -> int:
        """A new yes-or-no variable, by its number."""
        var = self.cp.new_bool_var(name)
        self.vars[var.index] = var
        return int(var.index)

    def _column(self, k: int) -> list[int | None]:
        if self.rules.start >> k & 1:
            return [self.one.index] * (self.rounds + 1)
        free: list[int | None] = [self.new(f"y{k}.{t}") for t in range(1, self.rounds)]
        return [None, *free, self.one.index][: self.rounds + 1] if self.rounds else [None]

    def _done(self, t: int) -> int | None:
        """Whether everything is done by the end of round t."""
        column = [each[t] for each in self.y]
        if any(each is None for each in column):
            return None
        if t == self.rounds:
            return self.one.index
        found = self.new(f"done{t}")
        for each in column:
            assert each is not None  # just looked
            self.cp.add_implication(self.vars[found], self.vars[each])
        self.cp.add_bool_or([self.vars[found], *(self.vars[e].negated() for e in column if e is not None)])
        return found

    def at(self, index: int | None) -> Expression:
        """A variable for the solver; 0 for what never is."""
        return 0 if index is None else self.vars[index]

    def step(self, k: int, t: int) -> Expression:
        """1 where commitment k is done in round t."""
        return self.at(self.y[k][t]) - self.at(self.y[k][t - 1])

    def _order(self) -> None:
        game, rules, cp = self.game, self.rules, self.cp
        open_ = [k for k in range(len(game.commitments)) if not rules.start >> k & 1]
        for t in range(1, self.rounds + 1):
            for k in open_:
                cp.add(self.at(self.y[k][t - 1]) <= self.at(self.y[k][t]))
                for p in places(game.needs[k]):
                    cp.add(self.at(self.y[k][t]) <= self.at(self.y[p][t - 1]))
                if self.rules.pinned.get(k, t) != t or (k, t) in rules.barred:
                    cp.add(self.step(k, t) == 0)
                if game.lag[k] > self.lengths[t - 1]:
                    cp.add(self.step(k, t) == 0)
            for k, other in rules.after:
                cp.add(self.at(self.y[k][t]) <= self.at(self.y[other][t]))
            moved = total(self.step(k, t) for k in open_)
            cp.add(moved >= 1 - self.at(self.done[t - 1]))
            if rules.most is not None:
                cp.add(moved <= rules.most)
        for k, month in rules.deadlines.items():
            self._finish(k, month)
        if rules.alternating:
            self._alternate(open_)
        if rules.first is not None and self.rounds:
            for k in open_:
                if not game.own[rules.first] >> k & 1:
                    cp.add(self.step(k, 1) == 0)

    def _finish(self, k: int, month: int) -> None:
        """A commitment is done in a round that ends by that period."""
        for t in range(1, self.rounds + 1):
            now, before = self.y[k][t], self.y[k][t - 1]
            if now is not None and before != self.one.index:
                row = self.cp.add(total(self.durations[:t]) <= month)
                row.only_enforce_if([self.vars[now], *([] if before is None else [self.vars[before].negated()])])

    def _alternate(self, open_: Sequence[int]) -> None:
        """In each round one owner moves, and never the same as in the round before; joint steps are everyone's."""
        game = self.game
        movers = [p for p in game.players if any(game.own[p] >> k & 1 for k in open_)]
        turns = [{p: self.new(f"turn{p}.{t}") for p in movers} for t in range(1, self.rounds + 1)]
        for t, turn in enumerate(turns, start=1):
            self.cp.add_exactly_one([self.vars[each] for each in turn.values()])
            for k in open_:
                may = total(self.vars[turn[p]] for p in movers if game.own[p] >> k & 1)
                self.cp.add(self.step(k, t) <= may)
            if t < self.rounds and len(movers) > 1:
                for p in movers:
                    still = 1 - self.at(self.done[t])
                    self.cp.add(self.vars[turn[p]] + self.vars[turns[t][p]] + still <= 2)

    def _conditions(self) -> None:
        for t in range(1, self.rounds):
            members = self.state(t)
            for nogood in self.game.nogoods:
                holding = total(self._expression(self.clause(each, members)) for each in nogood.clauses)
                self.cp.add(holding <= len(nogood.clauses) - 1)

    # States, and what they are worth

    def state(self, t: int) -> Members:
        """What is done by the end of round t."""
        return tuple(column[t] for column in self.y)

    def mixed(self, party: int, mine: int, others: int, *, own: State) -> Members:
        """What is done if some commitments stand as at the end of one round, and the rest as at the end of another."""
        return tuple(column[mine if own >> k & 1 else others] for k, column in enumerate(self.y))

    def kept(self, members: Members, undone: State) -> Members:
        """What is left once some of it is undone: what a higher rung fixes stays."""
        above = self.game.above
        return tuple(
            m if not undone >> k & 1 else (None if (fixed := above[k]) is None else members[fixed])
            for k, m in enumerate(members)
        )

    def clause(self, clause: Clause, members: Members) -> Linear:
        """Whether a clause holds in a state."""
        found = Linear({}, Fraction(clause.start))
        for place, turn in clause.turns:
            found = found.plus(self._single(members[place]), Fraction(turn))
        return found

    @staticmethod
    def _single(index: int | None) -> Linear:
        return NOTHING if index is None else Linear({index: Fraction(1)})

    def _bonus(self, bonus: Bonus, members: Members) -> Linear:
        """Whether all clauses of an interaction hold in a state, against the status quo."""
        rest = tuple(members[place] for clause in bonus.clauses for place, _ in clause.turns)
        key = (id(bonus), rest)
        if key not in self._products:
            self._products[key] = self._product([self.clause(each, members) for each in bonus.clauses])
        base = all(clause.start for clause in bonus.clauses)
        return self._products[key].plus(Linear({}, Fraction(-int(base))))

    def _product(self, parts: Sequence[Linear]) -> Linear:
        varying = [part for part in parts if any(part.terms.values())]
        if any(part.constant == 0 for part in parts if part not in varying):
            return NOTHING
        if len(varying) <= 1:
            return varying[0] if varying else Linear({}, Fraction(1))
        both = self.new("product")
        for part in varying:
            self.cp.add(self.vars[both] <= self._expression(part))
        self.cp.add(self.vars[both] >= total(map(self._expression, varying)) - (len(varying) - 1))
        return Linear({both: Fraction(1)})

    def _summed(self, party: int, row: Sequence[Fraction], members: Members, *, flows: bool) -> Linear:
        terms: dict[int, Fraction] = {}
        for value, index in zip(row, members, strict=True):
            if value and index is not None:
                terms[index] = terms.get(index, Fraction(0)) + value
        found = Linear(terms)
        for bonus in self.game.bonuses:
            if bonus.flows == flows and party in bonus.worth:
                found = found.plus(self._bonus(bonus, members), bonus.worth[party])
        return found

    def gained(self, party: int, members: Members) -> Linear:
        """The lumps that a party has had in a state."""
        return self._summed(party, self.game.lump[party], members, flows=False)

    def pays(self, party: int, members: Members) -> Linear:
        """What a state pays a party in each period, without completion."""
        return self._summed(party, self.game.flow[party], members, flows=True)

    def balance(self, party: int, members: Members) -> Linear:
        """Lumps, and at what they are worth the flows that last, as rungs do below one that cannot be undone."""
        fixed = self.kept(members, self.game.reversible)
        found, worth = self.gained(party, members), 1 / (1 - self.game.discount)
        for value, index in zip(self.game.flow[party], fixed, strict=True):
            if value:
                found = found.plus(self._single(index), value * worth)
        return found

    # Rows

    def exposure(self, party: int, t: int) -> Linear:
        """What a party would have lost if the others stopped just after it did its part of round t."""
        game = self.game
        members = self.mixed(party, t, t - 1, own=game.alone[party])
        fixed = self.kept(members, game.reversible)
        found = NOTHING.plus(self.balance(party, members), Fraction(-1))
        for k in places(game.alone[party] & game.reversible):
            paid = game.detection[k] * game.flow[party][k]
            found = found.plus(self._single(members[k]), -paid).plus(self._single(fixed[k]), paid)
        whole = game.balance(party, game.all) + game.running(party, game.all)
        return found.plus(self._single(self.done[t - 1]), whole)  # nobody is exposed once all is done

    def temptation(self, party: int, t: int) -> Linear:
        """What a party would gain by leaving with the others' part of round t, rather than going on to the end."""
        members = self.mixed(party, t - 1, t, own=self.game.own[party])
        whole = Linear({}, -self.game.balance(party, self.game.all))
        return self.balance(party, members).plus(whole)

    @cached_property
    def _active(self) -> dict[tuple[int, int], int]:
        return {}

    def active(self, party: int, t: int) -> int:
        """Whether a party has anything to break in round t, before all is done."""
        if (party, t) not in self._active:
            found = self._active[party, t] = self.new(f"active{party}.{t}")
            for k in places(self.game.own[party]):
                self.cp.add(self.step(k, t) <= self.vars[found])
                if self.game.reversible >> k & 1:
                    fixed = self.game.above[k]
                    loose = self.at(self.y[k][t - 1]) - (0 if fixed is None else self.at(self.y[fixed][t - 1]))
                    self.cp.add(loose - self.at(self.done[t - 1]) <= self.vars[found])
        return self._active[party, t]

    def going_on(self, party: int, delta: Fraction) -> list[Linear]:
        """V before each round, and after the last."""
        game = self.game
        value = Linear({}, game.pays(party, game.all) / (1 - delta))
        found = [value]
        for t in range(self.rounds, 0, -1):
            length, members = self.lengths[t - 1], self.state(t)
            power = delta**length
            now = self.gained(party, members).plus(self.gained(party, self.state(t - 1)), Fraction(-1))
            flow = self.pays(party, members).plus(self._single(self.done[t]), game.completion[party])
            survives = (1 - game.hazard) ** length
            left = self.pays(party, self.kept(members, game.reversible))
            rest = game.pays(party, game.lasting(game.all))
            rest -= game.completion[party] if game.lasting(game.all) == game.all else 0
            whole = game.pays(party, game.all) - rest
            value = (
                now.plus(flow, (1 - power) / (1 - delta))
                .plus(value, power * survives)
                .plus(left, power * (1 - survives) / (1 - delta))
                .plus(self._single(self.done[t]), power * (1 - survives) * whole / (1 - delta))
            )
            found.append(value)
        return found[::-1]

    def walking_away(self, party: int, t: int, delta: Fraction) -> Linear:
        """W in round t."""
        game, length = self.game, self.lengths[t - 1]
        own = game.own[party]
        there = self.mixed(party, t - 1, t, own=own)
        now = self.gained(party, there).plus(self.gained(party, self.state(t - 1)), Fraction(-1))
        meanwhile = self.pays(party, self.kept(there, own & game.reversible))
        left = self.pays(party, self.kept(there, game.reversible))
        cost = Linear({}, game.stake[party])
        for k in places(own & game.reversible):
            if back := game.walking_back(party, 1 << k, delta):
                cost = cost.plus(self._single(self.y[k][t - 1]), back)
                if (fixed := game.above[k]) is not None:
                    cost = cost.plus(self._single(self.y[fixed][t - 1]), -back)
        power = delta**length
        return now.plus(meanwhile, (1 - power) / (1 - delta)).plus(left, power / (1 - delta)).plus(cost, Fraction(-1))

    def risk(self, party: int, t: int, delta: Fraction) -> Linear:
        """What is at risk for a party in round t."""
        game, alone = self.game, self.game.alone[party]
        after = self.mixed(party, t, t - 1, own=alone)
        paid = self.gained(party, after).plus(self.gained(party, self.state(t - 1)), Fraction(-1))
        fixed, was = (self.kept(members, game.reversible) for members in (self.state(t), self.state(t - 1)))
        for k in places(alone):
            ever = game.flow[party][k] / (1 - delta)
            paid = paid.plus(self._single(fixed[k]), ever).plus(self._single(was[k]), -ever)
            if game.reversible >> k & 1:
                part = ever * (1 - delta ** game.detection[k])
                paid = paid.plus(self._single(self.y[k][t]), part).plus(self._single(fixed[k]), -part)
        return NOTHING.plus(paid, Fraction(-1))

    def incentives(self, patience: Sequence[Fraction], trust: Fraction | None = None) -> None:
        """Nobody gains by walking away in any round; with `trust`, nor needs to believe more in the others."""
        for party in self.game.players:
            going_on = self.going_on(party, patience[party])
            for t in range(1, self.rounds + 1):
                slack = going_on[t - 1].plus(self.walking_away(party, t, patience[party]), Fraction(-1))
                self.least(slack, self.active(party, t))
                if trust is not None:
                    spare = NOTHING.plus(slack, trust).plus(self.risk(party, t, patience[party]), trust - 1)
                    self.least(spare, self.active(party, t))

    def guarantees(self, patience: Sequence[Fraction]) -> tuple[Expression, Expression, int]:
        """What those who gain by leaving must forfeit at least: the most by anyone, and by all, with their scale."""
        ends = Walk(self.game, (), self.game.all).incentives(patience)
        rows: list[tuple[int, Linear, int | None]] = [(e.party, Linear({}, -e.slack), None) for e in ends]
        for party in self.game.players:
            going_on = self.going_on(party, patience[party])
            for t in range(1, self.rounds + 1):
                gain = self.walking_away(party, t, patience[party]).plus(going_on[t - 1], Fraction(-1))
                rows.append((party, gain, self.active(party, t)))
        scale, loss = scale_of([value for _, row, _ in rows for value in (*row.terms.values(), row.constant)])
        size = max(sum(map(abs, row.terms.values()), abs(row.constant)) for _, row, _ in rows)
        found = {p: self.cp.new_int_var(0, int(size * scale) + loss + 1, f"stake{p}") for p in self.game.players}
        most = self.cp.new_int_var(0, int(size * scale) + loss + 1, "most")
        self.cp.add_max_equality(most, list(found.values()))
        for party, gain, only_if in rows:
            row = self.cp.add(found[party] >= self._expression(gain, scale))
            if only_if is not None:
                row.only_enforce_if(self.vars[only_if])
        return most, total(found.values()), scale

    def least(self, linear: Linear, only_if: int | None = None) -> None:
        """At least 0, up to rounding: what is proposed is measured exactly afterwards."""
        scale, loss = scale_of([*linear.terms.values(), linear.constant], self.whole)
        row = self.cp.add(self._expression(linear, scale) >= -loss)
        if only_if is not None:
            row.only_enforce_if(self.vars[only_if])

    def _expression(self, linear: Linear, scale: int = 1) -> Expression:
        """A linear form times a scale, in whole numbers."""
        parts = (self.vars[i] * round(value * scale) for i, value in linear.terms.items() if value)
        return total(parts) + round(linear.constant * scale)

    # Aims

    def top(self, rows: Iterable[Linear]) -> tuple[cp_model.IntVar, int]:
        """A number that is at least every one of these and at least 0, with the scale that made it whole."""
        listed = list(rows)
        scale, loss = scale_of([value for row in listed for value in (*row.terms.values(), row.constant)])
        sizes = [sum(map(abs, row.terms.values()), abs(row.constant)) for row in listed]
        found = self.cp.new_int_var(0, int(max(sizes, default=Fraction(0)) * scale) + loss + 1, "top")
        for row in listed:
            self.cp.add(found >= self._expression(row, scale))
        return found, scale

    def per_round(self, measure: Callable[[int, int], Linear]) -> list[Linear]:
        """A measure of every player in every round."""
        return [measure(party, t) for party in self.game.players for t in range(1, self.rounds + 1)]

    def used(self) -> Expression:
        """How many rounds are used."""
        return self.rounds - total(self.at(each) for each in self.done[:-1])

    def periods(self) -> Expression:
        """How many periods the rounds take together."""
        return total(self.durations)

    @cached_property
    def durations(self) -> list[cp_model.IntVar]:
        """How many periods each round takes at least."""
        longest = max(self.game.lag)
        lengths = [self.cp.new_int_var(0, longest, f"length{t}") for t in range(1, self.rounds + 1)]
        for t, length in enumerate(lengths, start=1):
            for k in range(len(self.y)):
                self.cp.add(length >= self.game.lag[k] * self.step(k, t))
        return lengths

    def loss(self) -> tuple[Expression, int]:
        """Minus what all principals together can expect, with its scale."""
        game = self.game
        found = NOTHING
        for party in game.principals:
            delta = game.discount if game.patience is None else game.patience[party]
            found = found.plus(self.going_on(party, delta)[0], Fraction(-1))
        scale, _ = scale_of([*found.terms.values(), found.constant])
        return self._expression(found, scale), scale

    def forbid(self, order: Order) -> None:
        """Anything but this order."""
        literals = []
        for t, step in enumerate(order, start=1):
            for k in places(step):
                before, after = self.y[k][t - 1], self.y[k][t]
                literals += [] if after is None else [self.vars[after].negated()]
                literals += [] if before is None else [self.vars[before]]
        self.cp.add_bool_or(literals)

    def solve(self, aim: Expression | None, hint: Order | None = None, part: float = 1.0) -> Found:
        """Minimise an aim (None: any order that obeys), within this part of the time that is left."""
        if aim is not None:
            self.cp.minimize(aim)
        if hint is not None:
            self._suggest(hint)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_time_in_seconds = part * seconds_left()
        status = solver.solve(self.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            bound = solver.best_objective_bound if aim is not None else 0.0
            return Found(self._order_of(solver), status == cp_model.OPTIMAL, bound)
        return Found(None, status == cp_model.INFEASIBLE, float("-inf"))

    def _order_of(self, solver: cp_model.CpSolver) -> Order:
        def state(t: int) -> State:
            return sum(1 << k for k, m in enumerate(self.state(t)) if m is not None and solver.value(self.vars[m]))

        states = [state(t) for t in range(self.rounds + 1)]
        steps = (after & ~before for before, after in pairwise(states))
        return tuple(step for step in steps if step)

    def _suggest(self, order: Order) -> None:
        self.cp.clear_hints()  # type: ignore[no-untyped-call]  # ortools leaves it so
        done = self.rules.start
        for t in range(1, self.rounds):
            done |= order[t - 1] if t <= len(order) else 0
            for k, column in enumerate(self.y):
                index = column[t]
                if index is not None and index != self.one.index:
                    self.cp.add_hint(self.vars[index], done >> k & 1)


def total(parts: Iterable[Expression]) -> Expression:
    """A sum for the solver, 0 if there is nothing to add."""
    return cp_model.LinearExpr.sum(list(parts))
