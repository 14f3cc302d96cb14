"""What does each side say that it wants? Positions are read and become points and red lines."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import lcm

from detente.io.fields import said, sources
from detente.io.history import day
from detente.io.nodes import Text, short
from detente.io.numbers import product
from detente.io.schema import PositionDoc
from detente.io.scope import Scope
from detente.model.party import Refusal
from detente.model.position import WEIGHTS, Position, Salience, shares
from detente.model.quantity import Quantity, nine_decimals


def resolve_positions(documents: Mapping[Text, PositionDoc], scope: Scope) -> dict[str, Position]:
    """A party's positions by issue; those that cannot be read are left out, and told among the faults."""
    found = {}
    for issue, document in documents.items():
        before = scope.faults.count
        position = _position(issue, document, scope)
        if scope.faults.count == before and position is not None:
            found[str(issue)] = position
    return found


def _position(issue: Text, document: PositionDoc, scope: Scope) -> Position | None:
    grid = scope.grid(issue)
    if grid is None or document.wants is None:
        return None
    wanted = grid.options(document.wants, scope.faults)
    if len(wanted) > 1:
        scope.faults.add("a side wants one option: name it, and the others under 'accepts'", document.wants)
    accepts = scope.options(issue, document.accepts, grid)
    refuses = scope.options(issue, document.refuses, grid)
    for name in filter(None, document.refuses):
        both = next((option for option in grid.options(name, scope.faults) if option in (*wanted, *accepts)), None)
        if both is not None:
            scope.faults.add(f"'{short(both)}' is {'wanted' if both in wanted else 'accepted'} and refused", name)
    return Position(
        wanted[0] if wanted else "",
        tuple(option for option in accepts if option not in wanted),
        refuses,
        Salience(document.salience or Salience.IMPORTANT),
        day(document.date, scope.faults),
        said(document.why),
        sources(document.source),
        issue.line,
    )


def worth_of(positions: Mapping[str, Position], scope: Scope) -> dict[str, dict[str, Quantity]]:
    """What positions make of the options of their issues: the weight of a fraction of a rung times how many it has."""
    found = {}
    for name, position in positions.items():
        issue = scope.issues.get(name)
        if issue is None:
            continue
        numeric = issue.kind != "named"
        table = shares(position, tuple(issue.options), ordered=numeric or issue.ladder, exact=numeric)
        scope.spend(len(table), Text(name, position.line or 1, 1))
        unit = lcm(*(end.denominator for share in table.values() for end in (share.low, share.likely, share.high)))
        weight = replace(_times(WEIGHTS[position.salience], Fraction(1, unit)), line=position.line)
        rungs = {
            option: replace(_times(share, Fraction(unit)), why=position.why, source=position.source, line=position.line)
            for option, share in table.items()
        }
        found[name] = {option: product(weight, each) for option, each in rungs.items()}
    return found


def _times(number: Quantity, factor: Fraction) -> Quantity:
    """A number times a factor, to nine decimals."""
    low, likely, high = (nine_decimals(factor * end) for end in (number.low, number.likely, number.high))
    return Quantity(low, likely, high)


def refused_in(positions: Mapping[str, Position]) -> dict[str, dict[str, Refusal]]:
    """The red lines that positions draw, by issue."""
    return {
        name: {option: Refusal(position.why, position.source, position.line) for option in position.refuses}
        for name, position in positions.items()
        if position.refuses
    }
