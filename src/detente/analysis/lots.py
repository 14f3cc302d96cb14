"""What is every option worth in each of many draws? Draws as arrays, in lots that share their roles.

A lot holds, for its draws, what `Scenario.settled` would make of each, in whole numbers of 1 / scale.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from detente.analysis.draws import Drawn, Plan, weights
from detente.kernels.pruning import Bools, Exact, Ints
from detente.model.judgment import Change, Judgment, Reading
from detente.model.outcome import holds
from detente.model.party import Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Lot:
    """Some draws with the same roles: `places` says which of the drawn ones.

    `worth` has for each party and issue an array of shape (draws, options), `reservation` for each party one of shape
    (draws,), `together` for each interaction and party likewise, and `refused` for each party and issue one of shape
    (draws, options). `scenario` holds the roles and rules; its numbers do not count.
    """

    scenario: Scenario
    scale: int
    places: Ints
    worth: Mapping[str, Mapping[str, Exact]]
    reservation: Mapping[str, Exact]
    together: Mapping[str, Mapping[str, Exact]]
    refused: Mapping[str, Mapping[str, Bools]]

    @property
    def largest(self) -> int:
        """No gain lies further from 0."""
        parts = [*self.reservation.values(), *(w for worth in self.together.values() for w in worth.values())]
        parts += [table for tables in self.worth.values() for table in tables.values()]
        return sum(int(np.abs(each).max(initial=0)) for each in parts)

    def gains(self, party: str, outcome: Mapping[str, str]) -> Exact:
        """What an outcome gives a party over no deal in each draw, times the scale."""
        total: Exact = -self.reservation[party]
        for issue, table in self.worth[party].items():
            total = total + table[:, list(self.scenario.issues[issue].options).index(outcome[issue])]
        for name, rule in self.scenario.interactions.items():
            if party in self.together[name] and holds(rule.when, outcome):
                total = total + self.together[name][party]
        return total

    def refuses(self, party: str, outcome: Mapping[str, str]) -> Bools:
        """In which draws a party refuses something in an outcome."""
        found = np.zeros(len(self.places), dtype=bool)
        for issue, table in self.refused[party].items():
            found |= table[:, list(self.scenario.issues[issue].options).index(outcome[issue])]
        return found

    def takes(self, party: str, outcome: Mapping[str, str]) -> Bools:
        """In which draws a party would let an outcome pass."""
        if not self.scenario.parties[party].has_say(outcome):
            return np.ones(len(self.places), dtype=bool)
        return np.asarray((self.gains(party, outcome) >= 0) & ~self.refuses(party, outcome), dtype=bool)

    def passes(self, outcome: Mapping[str, str]) -> Bools:
        """In which draws an outcome is an agreement."""
        binding = [name for name, party in self.scenario.parties.items() if party.must_agree]
        quorum = self.scenario.quorum
        passing = np.full(len(self.places), self.scenario.allows(outcome))
        takes = {name: self.takes(name, outcome) for name in binding}
        for name in binding if quorum is None else quorum.always:
            passing &= takes[name]
        if quorum is not None:
            passing &= sum(taken.astype(np.int64) for taken in takes.values()) >= quorum.at_least
        return passing

    def value(self, outcome: Mapping[str, str]) -> NDArray[np.float64]:
        """The joint value of an outcome where it passes (product of the principals' gains, in points), else 0.

        It is 0, too, where a quorum passes what a principal loses by.
        """
        principals = [name for name, party in self.scenario.parties.items() if party.role is Role.PRINCIPAL]
        joint = np.ones(len(self.places))
        for name in principals:
            joint *= np.maximum(self.gains(name, outcome), 0).astype(float) / self.scale
        return np.where(self.passes(outcome), joint, 0.0)


def lots(plan: Plan, drawn: Drawn) -> Iterator[Lot]:
    """The draws in lots, one for each combination of readings that give parties other roles or reach.

    Where a draw has no reading of a judgment in force (-1), the judgment stays as the scenario has it.
    """
    shaping = [judgment for judgment in plan.judgments if any(map(_shapes, judgment.readings.values()))]
    everywhere = np.zeros(drawn.number, dtype=np.int64)
    rows = np.stack([everywhere, *(drawn.readings[judgment.id] for judgment in shaping)])
    kinds, kind = np.unique(rows, axis=1, return_inverse=True)
    for place, (_, *readings) in enumerate(kinds.T.tolist()):
        inside = np.flatnonzero(kind.reshape(-1) == place)
        chosen = {j.id: list(j.readings)[k] for j, k in zip(shaping, readings, strict=True) if k >= 0}
        yield _Tables(plan, drawn, inside).lot(plan.scenario.assuming(chosen).settled())


def _shapes(reading: Reading) -> bool:
    parts = [*reading.sets.parties.values(), *reading.adds.parties.values()]
    return any(part.role is not None or part.over is not None for part in parts)


class _Tables:
    """The numbers of some draws, with the readings of each worked in."""

    def __init__(self, plan: Plan, drawn: Drawn, places: Ints) -> None:
        self.plan, self.places, self.scenario = plan, places, plan.scenario
        self.drawn = drawn
        self.worth = {
            party.id: {issue: self._table(issue, table) for issue, table in party.preferences.worth.items()}
            for party in self.scenario.parties.values()
        }
        self.refused = {
            party.id: {issue: self._marks(issue, some) for issue, some in party.preferences.refuses.items()}
            for party in self.scenario.parties.values()
        }
        self.together = {
            name: {party: self._number(value) for party, value in rule.worth.items()}
            for name, rule in self.scenario.interactions.items()
        }
        self.reservation: dict[str, Exact] = {
            party.id: self._number(party.reservation) for party in self.scenario.parties.values() if party.reservation
        }
        self.stated = {name: self._everywhere() for name in self.reservation}

    def lot(self, template: Scenario) -> Lot:
        """With the readings in force worked in, in the order in which `Scenario.settled` does it."""
        active = [found for judgment in self.scenario.judgments.values() for found in self._active(judgment)]
        for reading, where in active:
            self._change(reading.sets, where, add=False)
        for reading, where in active:
            self._change(reading.adds, where, add=True)
        settled = {party: self._without_deal(party) for party in self.scenario.parties}
        for reading, where in active:
            for party, part in reading.adds.parties.items():
                if part.reservation is not None:
                    settled[party] = np.where(where, settled[party] + self._number(part.reservation), settled[party])
        return Lot(template, self.plan.scale, self.places, self.worth, settled, self.together, self.refused)

    def _active(self, judgment: Judgment) -> Iterator[tuple[Reading, Bools]]:
        """The readings of a judgment, each with the draws in which it is in force."""
        if weights(judgment) is None:
            if judgment.likely is not None:
                yield judgment.readings[judgment.likely], self._everywhere()
            return
        chosen = self.drawn.readings[judgment.id][self.places]
        for place, reading in enumerate(judgment.readings.values()):
            yield reading, chosen == place

    def _change(self, change: Change, where: Bools, *, add: bool) -> None:
        for party, part in change.parties.items():
            for issue, table in part.worth.items():
                old = self.worth[party].get(issue)
                new = self._table(issue, {}) if old is None else old
                self.worth[party][issue] = self._with(new, issue, table, where, add=add)
            for issue, some in part.refuses.items():
                marks = self._marks(issue, some)
                old_marks = self.refused[party].get(issue, np.zeros_like(marks))
                new_marks = marks | old_marks if add else marks
                self.refused[party][issue] = np.where(where[:, None], new_marks, old_marks)
            if part.reservation is not None and not add:
                before = self.reservation.get(party, self._nothing())
                self.reservation[party] = np.where(where, self._number(part.reservation), before)
                self.stated[party] = where | self.stated.get(party, ~self._everywhere())
        for name, worth in change.interactions.items():
            for party, value in worth.items():
                before = self.together[name].get(party, self._nothing())
                number = self._number(value)
                self.together[name][party] = np.where(where, before + number if add else number, before)

    def _with(self, old: Exact, issue: str, table: Mapping[str, Quantity], where: Bools, *, add: bool) -> Exact:
        new = old.copy()
        options = list(self.scenario.issues[issue].options)
        for option, value in table.items():
            column, number = options.index(option), self._number(value)
            new[:, column] = np.where(where, old[:, column] + number if add else number, old[:, column])
        return new

    def _without_deal(self, party: str) -> Exact:
        """What no deal is worth: as stated, or else what the status quo is worth."""
        now = self._nothing()
        for issue, table in self.worth[party].items():
            options = list(self.scenario.issues[issue].options)
            now = now + table[:, options.index(self.scenario.issues[issue].status_quo)]
        for name, rule in self.scenario.interactions.items():
            if party in self.together[name] and holds(rule.when, self.scenario.status_quo):
                now = now + self.together[name][party]
        if party not in self.reservation:
            return now
        return cast(Exact, np.where(self.stated[party], self.reservation[party], now))

    def _number(self, value: Quantity) -> Exact:
        drawn = self.drawn.values.get(id(value))
        if drawn is not None:
            return drawn[self.places]
        certain: Exact = self._nothing() + int(value.likely * self.plan.scale)
        return certain

    def _table(self, issue: str, table: Mapping[str, Quantity]) -> Exact:
        options = self.scenario.issues[issue].options
        columns = [self._number(table[o]) if o in table else self._nothing() for o in options]
        stacked: Exact = np.stack(columns, axis=1).astype(self.plan.kind)
        return stacked

    def _marks(self, issue: str, some: Mapping[str, object]) -> Bools:
        options = self.scenario.issues[issue].options
        return np.broadcast_to(np.array([option in some for option in options]), (len(self.places), len(options)))

    def _nothing(self) -> Exact:
        return np.zeros(len(self.places), dtype=self.plan.kind)

    def _everywhere(self) -> Bools:
        return np.ones(len(self.places), dtype=bool)
