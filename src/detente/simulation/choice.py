"""Which strategy, if nobody knows what the others are like? What each would cost in hindsight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.estimates import Mean
from detente.simulation.tally import Moments
from detente.table import Table, listed

MIXES, READINGS = "by what the sides are like", "by reading"
"""What may be so."""


@dataclass(frozen=True, slots=True)
class State:
    """One thing that may be so, and what each strategy is then worth to a party.

    `behind` is by how much each strategy falls short of the best there, with the standard error of that difference.
    """

    name: str
    worth: Mapping[str, Mean]
    behind: Mapping[str, Mean]

    @property
    def best(self) -> str:
        """The strategy that is worth most."""
        return max(self.worth, key=lambda name: self.worth[name].mean)

    @property
    def tied(self) -> tuple[str, ...]:
        """The strategies that cannot be told from the best: within two standard errors of it."""
        return tuple(name for name, each in self.behind.items() if not each.above)


def state_of(name: str, moments: Moments, strategies: Sequence[str], measure: int) -> State:
    """What each strategy is worth in one state, by what was measured there."""
    worth = {each: moments.mean(measure, k) for k, each in enumerate(strategies)}
    best = max(range(len(strategies)), key=lambda k: worth[strategies[k]].mean)
    return State(name, worth, {each: moments.difference(measure, best, k) for k, each in enumerate(strategies)})


@dataclass(frozen=True, slots=True)
class Regret:
    """What each strategy would cost a party in hindsight, state by state (minimax regret; Savage 1951).

    `over` says what the states are.
    """

    party: str
    title: str
    states: tuple[State, ...]
    over: str = MIXES

    @property
    def worst(self) -> dict[str, Mean]:
        """The most that each strategy may be regretted."""
        names = self.states[0].behind if self.states else {}
        return {name: max((each.behind[name] for each in self.states), key=lambda m: m.mean) for name in names}

    @property
    def least(self) -> tuple[str, ...]:
        """The strategy that is regretted least at worst, and those that cannot be told from it.

        The errors of two are taken for independent, which is on the safe side: they come from the same draws.
        """
        worst = self.worst
        if not worst:
            return ()
        lowest = min(worst.values(), key=lambda each: each.mean)
        return tuple(
            sorted(
                (n for n, each in worst.items() if each.mean - lowest.mean <= 2 * (each.se**2 + lowest.se**2) ** 0.5),
                key=lambda name: worst[name].mean,
            )
        )

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "party": self.party,
            "states": [
                {
                    "name": each.name,
                    "best": each.best,
                    "tied": list(each.tied),
                    "worth": {name: mean.payload() for name, mean in each.worth.items()},
                    "regret": {name: mean.payload() for name, mean in each.behind.items()},
                }
                for each in self.states
            ],
            "worst": {name: mean.payload() for name, mean in self.worst.items()},
            "least_regret": list(self.least),
        }

    def tables(self) -> tuple[Table, ...]:
        """How bad each strategy may be in hindsight, and where; then what is best in each state."""
        return (self._strategies(), *([self._states()] if len(self.states) > 1 else []))

    def _strategies(self) -> Table:
        worst = self.worst
        rows = []
        for name in sorted(worst, key=lambda name: worst[name].mean):
            where = max(self.states, key=lambda each: each.behind[name].mean)
            best = where.best if where.behind[name].mean else ""
            rows.append((name, worst[name].in_words, best, where.name if best and len(self.states) > 1 else ""))
        title = f"What {self.title} may come to regret of the lead's strategies, in its points ({self.over})"
        columns = ("strategy", "at worst behind", "which then is best", "if")
        return Table(title, columns, tuple(rows), frozenset(columns[1:2])).filled()

    def _states(self) -> Table:
        """A row for each state: what is best there, and how far behind the least regretted strategy is."""
        least = self.least[0]
        rows = tuple(
            (each.name, listed([each.best, *(n for n in each.tied if n != each.best)], "or"), self._behind(each, least))
            for each in self.states
        )
        columns = ("if", f"best for {self.title}", f"{least} is behind by")
        return Table(f"What is best for {self.title}, {self.over}", columns, rows, frozenset(columns[2:]))

    @staticmethod
    def _behind(state: State, name: str) -> str:
        return "" if name in state.tied else state.behind[name].in_words
