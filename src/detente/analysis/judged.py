"""What is sure, and what is not? The result of looking at many draws."""

from collections.abc import Mapping
from dataclasses import dataclass

from detente.analysis.draws import Method
from detente.analysis.estimates import Chance, Mean, Spread
from detente.analysis.influence import Influence
from detente.analysis.read_out import kinds_in_words, read_out, spread_in_words
from detente.analysis.robust import Sturdy
from detente.analysis.tipping import Tipping, TippingAgreement
from detente.model.scenario import Scenario
from detente.table import Table


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How likely each party that must agree takes a package, and all of them together.

    `kept` is the part of the best joint value (Nash product) of each draw that the package brings, on average: nothing
    where it does not pass. What is missing from 1 is its regret. `value` is the joint value itself.
    """

    by: Mapping[str, Chance]
    all: Chance
    kept: Chance
    value: Mean

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "accepted": {
                "by": {party: chance.payload() for party, chance in self.by.items()},
                "all": self.all.payload(),
            },
            "kept": self.kept.payload(),
            "value": self.value.payload(),
        }


@dataclass(frozen=True, slots=True)
class Shares:
    """How likely a deal is, and each answer to packages and demands, over so many draws; and what each veto takes.

    `vetoes` is the part of the best joint value that each veto takes (None: there is none to take in any draw).
    """

    draws: int
    seed: int
    method: Method
    agreement: Chance
    packages: Mapping[str, Acceptance]
    demands: Mapping[str, Mapping[str, Chance]]
    vetoes: Mapping[str, Spread | None]

    @property
    def largest_error(self) -> float:
        """The largest standard error of all these chances."""
        chances = [self.agreement, *(c for p in self.packages.values() for c in (p.all, p.kept, *p.by.values()))]
        return max(chance.se for chance in [*chances, *(c for each in self.demands.values() for c in each.values())])

    def payload(self, about: Mapping[str, object]) -> dict[str, object]:
        """For JSON, of one kind of answers."""
        return {"draws": self.draws, "seed": self.seed, "method": self.method, **about}

    @property
    def in_words(self) -> str:
        """How it was drawn."""
        return f"{self.draws:,} draws ({self.method}), seed {self.seed}"

    def verdicts_in_words(self, demand: str) -> str:
        """What a demand comes to, the most likely first."""
        return kinds_in_words(self.demands[demand])

    def price_in_words(self, party: str) -> str:
        """What a party's veto takes of the joint value."""
        average, span = spread_in_words(self.vetoes[party])
        return f"{average} on average; in 9 draws of 10 {span}" if span else average


@dataclass(frozen=True, slots=True)
class Given:
    """What is likely if one judgment is read one way, everything else drawn as ever: its weight, and the headlines."""

    weight: float | None
    agreement: Chance
    value: Mean
    packages: Mapping[str, Chance]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "weight": self.weight,
            "agreement": self.agreement.payload(),
            "value": self.value.payload(),
            "packages": {name: chance.payload() for name, chance in self.packages.items()},
        }


@dataclass(frozen=True, slots=True)
class Crossing:
    """The two judgments that move the joint value most, and what is likely for each pair of their readings."""

    judgments: tuple[str, str]
    cells: Mapping[tuple[str, str], Given]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        cells = [{"readings": [*pair], **each.payload()} for pair, each in self.cells.items()]
        return {"judgments": [*self.judgments], "cells": cells}


@dataclass(frozen=True, slots=True)
class Judgments:
    """The chances over all draws, what they hang on, what stands up best, and what would turn answers.

    `value` is the best joint value of each draw, `vetoes` the part of it that each veto takes (None: there is none to
    take in any draw). `given` holds the headlines for each reading of each judgment with weights, `opened` for each
    reading of one that is left open. `cloud` is what each principal gains by the best deals of the first draws, `rules`
    how its gain by each bargaining rule is distributed over as many (None: no deal in any), `crossing` the headlines by
    the two judgments that matter most (None: fewer than two matter).
    """

    scenario: Scenario
    draws: int
    seed: int
    method: Method
    agreement: Chance
    value: Spread
    packages: Mapping[str, Acceptance]
    demands: Mapping[str, Mapping[str, Chance]]
    vetoes: Mapping[str, Spread | None]
    given: Mapping[str, Mapping[str, Given]]
    opened: Mapping[str, Mapping[str, Given]]
    cloud: Mapping[str, tuple[float, ...]]
    rules: Mapping[str, Mapping[str, Spread | None]]
    crossing: Crossing | None
    sturdy: Sturdy
    influence: Influence
    tipping: tuple[Tipping, ...]
    tipping_agreement: TippingAgreement

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "schema": "detente/judgments/1",
            "draws": self.draws,
            "seed": self.seed,
            "method": self.method,
            "agreement": self.agreement.payload(),
            "value": self.value.payload(),
            "packages": {name: each.payload() for name, each in self.packages.items()},
            "demands": {
                name: {verdict: chance.payload() for verdict, chance in each.items()}
                for name, each in self.demands.items()
            },
            "vetoes": {name: each.payload() if each else None for name, each in self.vetoes.items()},
            **self.sturdy.payload(),
            "drivers": self.influence.payload(),
            "given": {name: {r: each.payload() for r, each in table.items()} for name, table in self.given.items()},
            "open": {name: {r: each.payload() for r, each in table.items()} for name, table in self.opened.items()},
            "cloud": {name: list(gains) for name, gains in self.cloud.items()},
            "rules": {
                rule: {name: spread.payload() if spread else None for name, spread in each.items()}
                for rule, each in self.rules.items()
            },
            "crossing": self.crossing.payload() if self.crossing else None,
            "tipping": {
                name: {each.party: each.payload() for each in self.tipping if each.package == name}
                for name in self.packages
            },
            "tipping_agreement": self.tipping_agreement.payload(),
        }

    def tables(self) -> tuple[Table, ...]:
        """The chances of deals, packages and verdicts; what they hang on; what stands up best; what to find out."""
        return read_out(self)
