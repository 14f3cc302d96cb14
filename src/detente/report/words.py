"""How does a brief say small things? Phrases that several of its sections use."""

from detente.model.judgment import Judgment
from detente.model.party import Party, Role
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario
from detente.report.findings import Findings
from detente.table import figure, listed


def asked(found: Findings, judgment: str) -> str:
    """A judgment by its name and its question."""
    named = found.scenario.judgments[judgment]
    return f"{judgment} ('{named.question}')" if named.question else judgment


def question(judgment: Judgment) -> str:
    """A judgment by its name and its question, at the head of a row."""
    return f"{judgment.id}: {judgment.question}" if judgment.question else judgment.id


def role(scenario: Scenario, party: Party) -> str:
    """What a party's consent counts for."""
    if party.role is Role.PRINCIPAL:
        return "must agree"
    if party.role is Role.CONSULTED:
        return "is heard"
    over = [scenario.issues[i].option_name(o) for i, options in party.over.items() for o in options]
    return f"must consent to {listed(over, 'or')}" if over else "has a veto"


def range_in_words(value: Quantity) -> str:
    """A judged number with its range."""
    if value.certain:
        return figure(float(value.likely))
    return f"{figure(float(value.likely))} ({figure(float(value.low))} to {figure(float(value.high))})"
