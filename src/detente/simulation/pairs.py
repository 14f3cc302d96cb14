"""What comes of each pair of strategies, one of the side that leads and one of the others? A game in normal form.

A reply is best where no other is worth more to the side by over two standard errors, on the same draws; where both are
best replies to each other, neither side gains by changing its own (Nash 1951).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.estimates import Mean
from detente.simulation.runs import Line
from detente.simulation.tally import MEASURES, Moments
from detente.table import Table


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair: what it is worth to each side, and whose strategy in it is a best reply to the other's.

    The others move together: theirs is a best reply where no other common strategy of theirs is worth more to any of
    them that is a principal.
    """

    lead: str
    against: str
    worth: Mapping[str, Mean]
    best_for_lead: bool
    best_for_others: bool

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "lead": self.lead,
            "against": self.against,
            "worth": {party: each.payload() for party, each in self.worth.items()},
            "best_reply_of_lead": self.best_for_lead,
            "best_reply_of_others": self.best_for_others,
        }


def pairs(
    lines: Sequence[Line], moments: Moments, names: Sequence[str], lead: int, others: Sequence[int]
) -> list[Pair]:
    """Every pair of strategies that was played; `names` are the sides, `lead` and `others` principals among them."""

    def beats(k: int, line: int, side: int) -> bool:
        return moments.difference(len(MEASURES) + side, k, line).above is True

    def best(line: int, rivals: Sequence[int], sides: Sequence[int]) -> bool:
        return not any(beats(k, line, side) for k in rivals for side in sides)

    found = []
    for line, each in enumerate(lines):
        same_other = [k for k, one in enumerate(lines) if one.against == each.against]
        same_lead = [k for k, one in enumerate(lines) if one.lead == each.lead]
        worth = {name: moments.mean(len(MEASURES) + i, line) for i, name in enumerate(names)}
        found.append(
            Pair(
                each.lead.name, each.against.name, worth, best(line, same_other, [lead]), best(line, same_lead, others)
            )
        )
    return found


def table(found: Sequence[Pair], party: str, title: str) -> Table:
    """What each pair is worth to one party: a row for each strategy of the lead, a column for each of the others."""
    rows, columns = (list(dict.fromkeys(getattr(each, name) for each in found)) for name in ("lead", "against"))
    cells = {(each.lead, each.against): _cell(each, party) for each in found}
    said = "◂ best reply of the lead, ▾ of the others, ● of both"
    return Table(
        f"What each pair of strategies is worth to {title} ({said})",
        ("lead", *columns),
        tuple((row, *(cells[row, column] for column in columns)) for row in rows),
        frozenset(columns),
    )


def _cell(each: Pair, party: str) -> str:
    marks = {(True, True): " ●", (True, False): " ◂", (False, True): " ▾"}
    return each.worth[party].in_words + marks.get((each.best_for_lead, each.best_for_others), "")
