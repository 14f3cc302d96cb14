"""How are terms and rules said? By the names that people know; spans of a ladder or range by their two ends."""

from collections.abc import Sequence

from detente.model.issue import Issue
from detente.model.outcome import Condition, Outcome, Terms
from detente.model.scenario import Scenario
from detente.table import listed


def options_in_words(scenario: Scenario, terms: Terms) -> str:
    """For some issues, the options that will do."""
    return "; ".join(_one(scenario, issue, options) for issue, options in terms.items())


def condition_in_words(scenario: Scenario, condition: Condition) -> str:
    """A rule that every outcome obeys."""
    when = [_one(scenario, issue, options) for issue, options in condition.when.items()]
    if not condition.requires:
        return f"never {' together with '.join(when)}"
    return f"{listed(when)} requires {listed([_one(scenario, i, o) for i, o in condition.requires.items()])}"


def needed(scenario: Scenario) -> str:
    """Whose consent makes an agreement."""
    if scenario.quorum is None:
        return "all who must agree"
    always = listed([scenario.parties[name].title for name in scenario.quorum.always])
    votes = sum(party.must_agree for party in scenario.parties.values())
    among = f", {always} always among them" if always else ""
    return f"{scenario.quorum.at_least} of the {votes} who have a vote{among}"


def binding(scenario: Scenario, outcome: Outcome) -> tuple[Condition, ...]:
    """The conditions that hold an outcome where it is: what is met requires something, or bars what is just missing."""
    return tuple(each for each in scenario.conditions if _binds(each, outcome))


def _binds(condition: Condition, outcome: Outcome) -> bool:
    missed = sum(outcome[issue] not in options for issue, options in condition.when.items())
    return missed == 0 if condition.requires else missed == 1 < len(condition.when)


def _one(scenario: Scenario, issue: str, options: Sequence[str]) -> str:
    named = scenario.issues[issue]
    return f"{named.name}: {_choice(named, tuple(options))}"


def _choice(issue: Issue, options: tuple[str, ...]) -> str:
    order = list(issue.options)
    first = order.index(options[0]) if options else 0
    if issue.kind == "named" or len(options) < 3 or tuple(order[first : first + len(options)]) != options:
        return listed([issue.option_name(option) for option in options], "or")
    return f"{issue.option_name(options[0])} to {issue.option_name(options[-1])}"
