"""Why is there no order? Which condition of the scenario stands in the way, by its line."""

from dataclasses import replace

from detente.analysis.spoken import condition_in_words
from detente.model.outcome import Condition
from detente.model.scenario import Scenario
from detente.planning.best import best
from detente.planning.game import Game
from detente.planning.rules import Rules
from detente.table import listed


def why_none(scenario: Scenario, game: Game, rules: Rules) -> str:
    """Which condition leaves no order, or that it is the limits."""
    free = Rules(start=rules.start)
    if not game.nogoods or (rules != free and best(game, "rounds", free, None).order is not None):
        return "no order obeys these limits"
    conditions: list[Condition] = []
    for nogood in game.nogoods:
        if nogood.condition not in conditions:
            conditions.append(nogood.condition)
    for condition in conditions:
        rest = tuple(nogood for nogood in game.nogoods if nogood.condition != condition)
        if best(replace(game, nogoods=rest), "rounds", rules, None).order is not None:
            return f"no order obeys {with_line(scenario, condition)}"
    words = listed([with_line(scenario, each) for each in conditions])
    return f"no order obeys {words}{'' if rules == free else ' within these limits'}"


def with_line(scenario: Scenario, condition: Condition) -> str:
    """A condition with its line in the file."""
    where = "" if condition.line is None else f" of line {condition.line}"
    return f"the condition{where} ({condition_in_words(scenario, condition)})"
