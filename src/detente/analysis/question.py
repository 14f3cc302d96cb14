"""What is asked about a scenario? Which outcomes, weighed by whom, at which end of the ranges."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from detente.analysis.tables import Bound
from detente.model.outcome import Terms
from detente.model.party import Party, Role
from detente.model.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Question:
    """Which outcomes are asked for, weighed by whom, at which end of the ranges; the scenario is settled.

    `holding` narrows the options and `lacking` asks for outcomes that break at least one of these terms. `also` names
    consulted parties whose gains are carried along without binding; `near` carries the number of terms that differ
    from an outcome (None: this issue does not count), the fewer the better. With `red_lines` false refusals are
    ignored. With `ties` outcomes with the same gains for the principals are counted, and the first of them in the
    file's order is found. With `passing` only points that pass as an agreement are of interest, and of these only such
    as give each party `at_least` so much and change at most `within` terms; others may be left out.
    """

    scenario: Scenario
    bound: Bound = "likely"
    holding: Terms | None = None
    lacking: Terms | None = None
    also: tuple[str, ...] = ()
    near: Mapping[str, str | None] | None = None
    red_lines: bool = True
    ties: bool = False
    passing: bool = False
    at_least: Mapping[str, Fraction] | None = None
    within: int | None = None

    @cached_property
    def principals(self) -> tuple[str, ...]:
        """The principals, in the file's order."""
        return self._with(Role.PRINCIPAL)

    @cached_property
    def vetoes(self) -> tuple[str, ...]:
        """The vetoes, in the file's order."""
        return self._with(Role.VETO)

    @property
    def weighed(self) -> tuple[str, ...]:
        """Everyone whose gains are followed: principals, vetoes, and who is carried along."""
        return (*self.principals, *self.vetoes, *self.also)

    @property
    def binding(self) -> tuple[str, ...]:
        """Who must agree."""
        return (*self.principals, *self.vetoes)

    def party(self, name: str) -> Party:
        """The party of that name."""
        return self.scenario.parties[name]

    def hard(self, name: str) -> bool:
        """Whether a refusal of this party takes an option off the table whatever else holds."""
        quorum = self.scenario.quorum
        return name in self.binding and not self.party(name).over and (quorum is None or name in quorum.always)

    def shape(self) -> object:
        """What two questions must share to be solved together."""
        scenario = self.scenario
        over = tuple(bool(self.party(name).over) for name in self.weighed)
        rules = tuple(id(each.when) for each in scenario.interactions.values())
        return (
            *(self.principals, self.vetoes, self.also, over, id(scenario.issues), id(scenario.conditions), rules),
            *(scenario.quorum, self.near is None, self.lacking is None, self.red_lines, self.ties, self.passing),
        )

    def key(self) -> Hashable:
        """What two questions with the same answer share, as long as both scenarios are alive."""
        tables = (self.holding, self.lacking, self.near, self.at_least)
        terms = [None if table is None else tuple(table.items()) for table in tables]
        return (id(self.scenario), self.bound, *terms, self.also, self.red_lines, self.ties, self.passing, self.within)

    def _with(self, role: Role) -> tuple[str, ...]:
        return tuple(name for name, party in self.scenario.parties.items() if party.role is role)
