"""Where does it stand, and why? The last cells of a row that rests on the file."""

from detente.model.citation import Grounded, cited
from detente.model.scenario import Scenario

GROUNDS = ("why", "source", "line")
"""The last columns of whatever rests on the file."""


def grounds(scenario: Scenario, each: Grounded | None, whole: Grounded | None = None) -> tuple[str, str, str]:
    """Why, by which works and on which line of the file; what it does not say itself is said by what it is part of."""
    told = [part for part in (each, whole) if part is not None]
    why = next((part.why for part in told if part.why), "")
    works = next((part.source for part in told if part.source), ())
    line = next((str(part.line) for part in told if part.line is not None), "")
    return why, cited(scenario.sources, works), line
