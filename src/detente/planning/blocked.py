"""Why is there no order? Which condition of the scenario stands in the way, by its line."""

from dataclasses import replace

from detente.model.outcome import Condition, Terms
from detente.model.scenario import Scenario
from detente.planning.best import best
from detente.planning.game import Game
from detente.planning.rules import Rules
from detente.table import listed

_MOST = 4
"""So many options of one issue are named."""


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
            return f"no order obeys {condition_in_words(scenario, condition)}"
    words = listed([condition_in_words(scenario, each) for each in conditions])
    return f"no order obeys {words}{'' if rules == free else ' within these limits'}"


def condition_in_words(scenario: Scenario, condition: Condition) -> str:
    """What a condition asks for, with its line."""
    where = "" if condition.line is None else f" of line {condition.line}"
    when, wanted = (_terms(scenario, each) for each in (condition.when, condition.requires))
    said = f"{wanted} if {when}" if wanted and when else wanted or f"never {when}"
    return f"the condition{where} ({said})"


def _terms(scenario: Scenario, terms: Terms) -> str:
    parts = []
    for name, options in terms.items():
        issue = scenario.issues[name]
        shown = [f"'{issue.option_name(option)}'" for option in options[:_MOST]] + ["…"] * (len(options) > _MOST)
        parts.append(f"{issue.name} at {listed(shown, 'or')}")
    return listed(parts)
