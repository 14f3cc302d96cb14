"""Which strategy, if nobody knows what the others are like? What each would cost in hindsight."""

from collections.abc import Mapping
from dataclasses import dataclass

from detente.analysis.estimates import Mean
from detente.table import Table, figure, listed


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
        return tuple(name for name, each in self.behind.items() if each.mean <= 2 * each.se)


@dataclass(frozen=True, slots=True)
class Regret:
    """What each strategy would cost a party in hindsight, state by state (minimax regret; Savage 1951)."""

    party: str
    title: str
    states: tuple[State, ...]

    @property
    def worst(self) -> dict[str, Mean]:
        """The most that each strategy may be regretted."""
        names = self.states[0].behind if self.states else {}
        return {name: max((each.behind[name] for each in self.states), key=lambda m: m.mean) for name in names}

    @property
    def least(self) -> tuple[str, ...]:
        """The strategy that is regretted least at worst, and those that cannot be told from it."""
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

    def table(self) -> Table:
        """A column for each strategy, the least regretted first; a row for each state, the worst of all above them."""
        worst = self.worst
        order = sorted(worst, key=lambda name: worst[name].mean)
        rows = [(each.name, *(self._cell(each, name) for name in order)) for each in self.states]
        if len(rows) > 1:
            rows.insert(0, ("at worst", *(figure(worst[name].mean) for name in order)))
        title = f"What {self.title} would regret, in its points: least {listed(list(self.least))}"
        return Table(title, ("if", *order), tuple(rows), frozenset(order))

    @staticmethod
    def _cell(state: State, name: str) -> str:
        behind = state.behind[name].mean
        return figure(behind) if behind else "best"
