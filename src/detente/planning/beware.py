"""What is to be known about a way? Who is worse off on it than without a deal, and where the test is too strict."""

from dataclasses import dataclass
from fractions import Fraction

from detente.analysis.tables import plain
from detente.model.scenario import Scenario
from detente.planning.game import Game
from detente.planning.measure import Walk
from detente.table import listed


@dataclass(frozen=True, slots=True)
class Dip:
    """A party whose worth lies below what it has without a deal after some rounds, and the most that it lacks."""

    party: str
    rounds: tuple[int, ...]
    lacks: float


def dips(scenario: Scenario, walk: Walk) -> list[Dip]:
    """Consulted parties and vetoes that are, after some rounds, worse off than without a deal."""
    found = []
    for place, (name, party) in enumerate(scenario.parties.items()):
        if place in walk.game.principals:
            continue
        spare = Fraction(0)
        if party.reservation is not None:
            spare = party.reservation.likely - scenario.worth_of_status_quo(party).likely
        gains = [worth_of(walk.game, place, state) - spare for state in walk.states[1:]]
        low = tuple(k + 1 for k, gain in enumerate(gains) if gain < 0)
        if low:
            found.append(Dip(name, low, plain(-min(gains))))
    return found


def worth_of(made: Game, party: int, state: int) -> Fraction:
    """What a state is worth to a party for ever: lumps, and flows at the reference discount."""
    return made.gained(party, state) + made.pays(party, state) / (1 - made.discount)


def notes(made: Game, scenario: Scenario) -> list[str]:
    """Which steps pay their own owner or hurt others, and what that means for the test."""
    pays_owner, hurts, titles = [], [], scenario.parties
    for k, each in enumerate(made.commitments):
        worth = {p: made.lump[p][k] + made.flow[p][k] for p in range(len(made.parties))}
        pays_owner += [each.name for p in made.players if made.own[p] >> k & 1 and worth[p] > 0][:1]
        hurt = [titles[made.parties[p]].title for p in made.players if not made.own[p] >> k & 1 and worth[p] < 0]
        hurts += [f"{each.name} ({listed(hurt)})"] if hurt else []
    notes = []
    if pays_owner:
        notes.append(f"These pay their own owner: {listed(pays_owner)}.")
    if hurts:
        notes.append(f"These hurt somebody who does not carry them out: {listed(hurts)}.")
    if pays_owner or hurts:
        notes.append(
            "So the test of incentives is sufficient, not necessary: a milder threat might hold the plan together."
        )
    return notes
