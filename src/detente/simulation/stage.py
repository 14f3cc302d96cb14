"""With what is a process played? A scenario and the way to a package as numbers, fixed for all runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.analysis.tables import gain
from detente.errors import TooLargeError
from detente.model.commitment import Rounds
from detente.model.outcome import Outcome
from detente.model.party import Party, Preferences, Role
from detente.model.process import ANY_TYPE, KINDS, ByParty, Process, Symbol, echo_of, of_party
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.planning.asked import unwilling
from detente.planning.bounds import as_soon_as_possible
from detente.planning.commitments import Ladder, ladders
from detente.planning.game import Game, State, along, places
from detente.planning.many import Drawn
from detente.planning.measure import Order

Floats = NDArray[np.float64]

TEMPERS = 2
"""How many patiences a side may have: that of the file, and that of another leader."""

ROWS = len(KINDS) * TEMPERS
"""What steps are worth, as which kind of side and with which patience: row kind + 3 x temper."""

NEARLY = 1e-9
"""Of all that a side's figures are made of, what rounding may amount to."""

MOST_MOODS = 20
"""So many steps may change what later ones are worth."""

MOST_SIDES = 10
"""So many sides can be played with."""


@dataclass(frozen=True, slots=True)
class Climate:
    """The tension of the sides as numbers: `echo` has shape (sides, sides), the others (sides,)."""

    start: Floats
    drive: Floats
    calming: Floats
    echo: Floats
    incidents: float
    kept: float
    broken: float
    high: float


@dataclass(frozen=True, eq=False)
class Stage:
    """What is played, and by whom: the game, the sides, what they are like, and what may happen.

    `sides` are the parties that are principals or carry something out, by their place in the game. `prior` has shape
    (kinds, sides) and adds up to 1 for each; `issues` has the commitments of each issue. `blockers` are the parties,
    by place, that are not won over by the package, each with the chance per month that it stops whatever is to be done.
    """

    scenario: Scenario
    target: Outcome | None
    game: Game
    drawn: Drawn
    order: Order
    issues: Mapping[str, State]
    prior: Floats
    climate: Climate
    blockers: Mapping[int, float]

    @property
    def process(self) -> Process:
        """How the negotiation is carried on."""
        return self.scenario.process

    @cached_property
    def sides(self) -> tuple[int, ...]:
        """Who plays, by place in the game: principals, and whoever carries anything out, on this way or another."""
        return tuple(self.game.parties.index(name) for name in self.scenario.sides)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids of the sides."""
        return self.scenario.sides

    @cached_property
    def lead(self) -> int:
        """The side that leads, by its place among the sides."""
        return self.names.index(self.scenario.lead)

    @cached_property
    def owned(self) -> tuple[State, ...]:
        """For each side what it has a hand in."""
        return tuple(self.game.own[party] for party in self.sides)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Any two sides."""
        return tuple(combinations(range(len(self.sides)), 2))

    @cached_property
    def logs(self) -> Floats:
        """What is believed at first, as logarithms of weights."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.prior), dtype=np.float64)

    @cached_property
    def patience(self) -> Floats:
        """The discount per month by temper and side."""
        found = self.drawn.patience
        if found is None:
            raise ValueError("a process is played with patience")
        return np.asarray(found[:: len(KINDS), self.sides], dtype=np.float64)

    @cached_property
    def verifiable(self) -> tuple[float, ...]:
        """For each commitment the chance that a breach is seen."""
        return tuple(_part(each.verifiable) for each in self.game.commitments)

    @cached_property
    def symbols(self) -> tuple[tuple[int, Symbol], ...]:
        """The commitments that mean more than they are worth, with what they mean."""
        return tuple((k, each.symbolic) for k, each in enumerate(self.game.commitments) if each.symbolic is not None)

    @cached_property
    def moods(self) -> tuple[int, ...]:
        """Which symbols change what later steps are worth, by number among the symbols."""
        found = tuple(number for number, (_, symbol) in enumerate(self.symbols) if symbol.worth)
        if len(found) > MOST_MOODS:
            raise TooLargeError(
                f"at most {MOST_MOODS} steps may change what later ones are worth; here are {len(found)}"
            )
        return found

    def added(self, symbol: Symbol) -> Floats:
        """What a symbol adds to each later step, rows x parties x commitments."""
        found = np.zeros_like(self.drawn.lump)
        for party, table in symbol.worth.items():
            for name, points in table.items():
                for k in places(self.issues.get(name, 0)):
                    found[:, self.game.parties.index(party), k] += float(points.likely)
        return found

    @cached_property
    def ratifiers(self) -> Mapping[int, float]:
        """The parties, by place, that may fail to ratify, each with the chance that it does: sides and vetoes."""
        parties = self.scenario.parties.values()
        concerned = [each.must_agree or each.id in self.names for each in parties]
        chances = [_number(of_party(self.process.ratification, each.id)) for each in parties]
        return {k: chance for k, chance in enumerate(chances) if chance > 0 and concerned[k]}

    @cached_property
    def bites(self) -> Floats:
        """What each side loses a month under sanctions."""
        return self._of_sides(self.process.pressure.bites)

    @cached_property
    def crisis_costs(self) -> Floats:
        """What each side loses by a crisis."""
        return self._of_sides(self.process.crisis_costs)

    @cached_property
    def sanction_costs(self) -> Floats:
        """What each side loses a month by imposing them."""
        return self._of_sides(self.process.pressure.costs)

    def _of_sides(self, table: ByParty) -> Floats:
        return np.array([_number(of_party(table, name)) for name in self.names])


def stage(scenario: Scenario, target: Outcome | None, rounds: Rounds) -> Stage:
    """A scenario (settled) and the way to an outcome (None: the commitments that it lists), ready to be played.

    What the planned rounds leave out comes last, as soon as it can.
    """
    ways = None if target is None else ladders(scenario, target)
    game = along(scenario, ways)
    names = scenario.sides
    if len(names) > MOST_SIDES:
        raise TooLargeError(f"a process is played with at most {MOST_SIDES} sides; here are {len(names)}")
    return Stage(
        scenario=scenario,
        target=target,
        game=game,
        drawn=_drawn(scenario, ways, game),
        order=_fitted(game, rounds),
        issues=_issues(ways, game),
        prior=np.array([_prior(scenario.parties[name]) for name in names]).T,
        climate=_climate(scenario.process, names),
        blockers=dict(_blockers(scenario, target, game)),
    )


def _fitted(game: Game, rounds: Rounds) -> Order:
    """The planned rounds as sets of the commitments that there are, whatever else is left after them."""
    steps = [step for each in rounds if (step := sum(game.bits.get(name, 0) for name in each))]
    return (*steps, *as_soon_as_possible(game, sum(steps)))


def _prior(party: Party) -> list[float]:
    """What is believed of a party at first, by kind."""
    types = party.possible_types
    total = sum((each.weight for each in types.values()), Fraction(0))
    return [float(types[kind].weight / total) if kind in types else 0.0 for kind in KINDS]


def _issues(ways: Mapping[str, Ladder] | None, game: Game) -> dict[str, State]:
    """The commitments of each issue; where they are listed, each stands for itself."""
    if ways is None:
        return dict(game.bits)
    return {name: sum(game.bits[rung] for rung in ladder.rungs) for name, ladder in ways.items()}


def _drawn(scenario: Scenario, ways: Mapping[str, Ladder] | None, game: Game) -> Drawn:
    """What steps are worth to each party as each kind of side, and with each patience."""
    parties = list(scenario.parties.values())
    kinds = [along(_as_kind(scenario, kind), ways) for kind in KINDS]

    def rows(table: str) -> Floats:
        """One row a kind, twice: for each temper."""
        found = np.array([np.array(getattr(each, table), dtype=np.float64).reshape(len(parties), -1) for each in kinds])
        for k, kind in enumerate(KINDS):
            for p, party in enumerate(parties):
                found[k, p] = _felt(found[k, p], party, kind)
        return np.concatenate([found] * TEMPERS)

    bonus = np.array(
        [[[float(b.worth.get(p, 0)) for b in each.bonuses] for p in range(len(parties))] for each in kinds]
    )
    for k, kind in enumerate(KINDS):
        for p, party in enumerate(parties):
            bonus[k, p] = _felt(bonus[k, p], party, kind)
    one = np.ones((ROWS, 1))
    return Drawn(
        lump=rows("lump"),
        flow=rows("flow"),
        bonus=np.concatenate([bonus] * TEMPERS).reshape(ROWS, len(parties), len(game.bonuses)),
        completion=rows("completion")[:, :, 0],
        stake=one * np.array([float(each) for each in game.stake]),
        patience=np.repeat(_patience(scenario, game), len(KINDS), axis=0),
        hazard=np.full(ROWS, float(game.hazard)),
        undoing=one * np.array([0.0 if c.undoing is None else float(c.undoing.likely) for c in game.commitments]),
        lag=(one * np.array(game.lag)).astype(np.int64),
        detection=(one * np.array(game.detection)).astype(np.int64),
    )


def _as_kind(scenario: Scenario, kind: str) -> Scenario:
    """The scenario with what everybody wants as that kind of side, before costs and gains are multiplied."""
    parties = {}
    for name, party in scenario.parties.items():
        own = party.types.get(kind, ANY_TYPE[kind]).worth
        worth = {**party.preferences.worth}
        for issue, table in own.items():
            worth[issue] = {**worth.get(issue, {}), **table}
        parties[name] = replace(party, preferences=Preferences(worth, party.preferences.refuses))
    return replace(scenario, parties=parties)


def _felt(points: Floats, party: Party, kind: str) -> Floats:
    """Points as that kind of side feels them: costs and gains each with their own weight."""
    own = party.types.get(kind, ANY_TYPE[kind])
    return np.where(points < 0, float(own.costs) * points, float(own.gains) * points)


def _patience(scenario: Scenario, game: Game) -> Floats:
    """The discount of each party under its leader, and under another."""
    first = [float(each) for each in game.patience or (game.discount,) * len(game.parties)]
    other = list(first)
    for party, each in scenario.process.leadership.items():
        if each.patience is not None:
            other[game.parties.index(party)] = float(each.patience.likely)
    return np.array([first, other])


def _climate(process: Process, names: Sequence[str]) -> Climate:
    tension = process.tension

    def row(table: ByParty) -> Floats:
        return np.array([_number(of_party(table, name)) for name in names])

    echo = [[_number(echo_of(tension, names, one, other)) for other in names] for one in names]
    incidents, kept, broken, high = (
        float(each.likely) for each in (tension.incidents, tension.kept, tension.broken, tension.high)
    )
    return Climate(
        row(tension.start), row(tension.drive), row(tension.calming), np.array(echo), incidents, kept, broken, high
    )


def _number(value: Quantity | None) -> float:
    return 0.0 if value is None else float(value.likely)


def _part(verifiable: Quantity | None) -> float:
    return 1.0 if verifiable is None else float(verifiable.likely) / 100


def _blockers(scenario: Scenario, target: Outcome | None, game: Game) -> Iterator[tuple[int, float]]:
    """Who stops the package: surely where its consent is needed, else by what it loses and how strongly it spoils.

    The chance per month is 1 - (1 - strength) ^ share, where the share is what it loses of all that it could lose in
    the issues that the package moves: a hazard in proportion to the loss, and certain at strength 1.
    """
    against = _against(scenario, target, game)
    for name, party in scenario.parties.items():
        strength = of_party(scenario.process.spoiling, name) if party.role is Role.CONSULTED else None
        if name in against:
            yield game.parties.index(name), 1.0
        elif strength is not None and strength.likely > 0:
            lost = _lost(scenario, target, game, party)
            if lost > 0:
                yield game.parties.index(name), 1 - (1 - float(strength.likely)) ** lost


def _against(scenario: Scenario, target: Outcome | None, game: Game) -> tuple[str, ...]:
    """Who must agree and would not; where commitments are listed, principals weigh them step by step."""
    if target is not None:
        return unwilling(scenario, target)
    vetoes = [party.id for party in scenario.parties.values() if party.role is Role.VETO]
    return tuple(name for name in vetoes if _worth_of_all(game, game.parties.index(name)) < 0)


def _worth_of_all(game: Game, party: int) -> Fraction:
    """What all commitments listed come to for a party, once they are done and for good."""
    return game.gained(party, game.all) + game.pays(party, game.all) / (1 - game.discount)


def _lost(scenario: Scenario, target: Outcome | None, game: Game, party: Party) -> float:
    """The part that a party loses of all that it could lose, 0 to 1."""
    place = game.parties.index(party.id)
    if target is None:
        loss = -_worth_of_all(game, place)
        parts = [
            lump + flow / (1 - game.discount) for lump, flow in zip(game.lump[place], game.flow[place], strict=True)
        ]
    else:
        loss = -gain(scenario, party, target)
        parts = [
            min(_worths(scenario, party, issue)) for issue in scenario.issues if target[issue] != _now(scenario, issue)
        ]
        parts += [each.worth[party.id].likely for each in scenario.interactions.values() if party.id in each.worth]
    most = -sum((part for part in parts if part < 0), Fraction(0))
    return 0.0 if loss <= 0 else float(min(Fraction(1), loss / max(most, loss)))


def _worths(scenario: Scenario, party: Party, issue: str) -> list[Fraction]:
    """What each option of an issue is worth to a party, against the status quo."""
    now = party.preferences.of(issue, _now(scenario, issue)).likely
    return [party.preferences.of(issue, option).likely - now for option in scenario.issues[issue].options]


def _now(scenario: Scenario, issue: str) -> str:
    return scenario.issues[issue].status_quo
