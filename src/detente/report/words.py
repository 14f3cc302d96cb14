"""How does a brief say small things? Phrases that several of its sections use."""

from collections.abc import Iterable, Iterator

from detente.analysis.spoken import needed
from detente.model.judgment import Judgment
from detente.model.party import Party, Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.report.blocks import Rows
from detente.report.findings import Findings
from detente.table import Table, figure, listed


def asked(found: Findings, judgment: str) -> str:
    """A judgment by its name and its question."""
    named = found.scenario.judgments[judgment]
    return f"{judgment} ('{named.question}')" if named.question else judgment


def question(judgment: Judgment) -> str:
    """A judgment by its name and its question, at the head of a row."""
    return f"{judgment.id}: {judgment.question}" if judgment.question else judgment.id


def anchor(scenario: Scenario, judgment: str) -> str:
    """What leads to a judgment on a page."""
    return f"judgment-{list(scenario.judgments).index(judgment) + 1}"


def asking(found: Findings, judgments: Iterable[str]) -> Iterator[Rows]:
    """What the judgments just named ask, each led on to what it changes; nothing for those without a question."""
    named = {each: found.scenario.judgments[each].question for each in judgments}
    rows = tuple((name, said) for name, said in named.items() if said)
    if rows:
        links = {name: f"#{anchor(found.scenario, name)}" for name, _ in rows}
        yield Rows(Table("What these judgments ask", ("judgment", "its question"), rows), links=links)


def role(scenario: Scenario, party: Party) -> str:
    """What a party's consent counts for."""
    if party.role is Role.CONSULTED:
        return "is heard"
    over = [scenario.issues[i].option_name(o) for i, options in party.over.items() for o in options]
    if scenario.quorum and party.id not in scenario.quorum.always:
        return f"has a vote on {listed(over, 'or')}" if over else "has a vote"
    if party.role is Role.PRINCIPAL:
        return "must agree"
    return f"must consent to {listed(over, 'or')}" if over else "has a veto"


def who_must_agree(scenario: Scenario) -> str:
    """Whose signatures make an agreement."""
    return f"enough of them ({needed(scenario)})" if scenario.quorum else needed(scenario)


def range_in_words(value: Quantity) -> str:
    """A judged number with its range."""
    if value.certain:
        return figure(float(value.likely))
    return f"{figure(float(value.likely))} ({figure(float(value.low))} to {figure(float(value.high))})"


CONTESTED = "Contested: it comes out one way at one end of the ranges that were judged, and otherwise at the other end."
"""What the word means, said where it is first used."""
