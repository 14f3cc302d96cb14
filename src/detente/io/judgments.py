"""On which contested judgments does it rest, and do their readings go together? Every value moved is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.io.fields import said, sources
from detente.io.kinds import resolve_types
from detente.io.nodes import Node, Text, short, shown
from detente.io.numeric import Axis
from detente.io.parties import stated
from detente.io.positions import resolve_positions
from detente.io.schema import INTERACTIONS, ChangeDoc, JudgmentDoc, PartyChangeDoc, ReadingDoc
from detente.io.scope import Scope
from detente.model.judgment import Change, Judgment, PartyChange, Reading
from detente.model.party import Refusal, Role
from detente.model.position import Position
from detente.model.process import ANY_TYPE, PartyType

Value = tuple[str, ...]
"""Which value of a scenario a reading moves, such as ("upland", "reservation")."""


@dataclass(slots=True)
class Moves:
    """What a reading moves, where in the file, and whether it adds."""

    name: Text
    values: dict[Value, tuple[Node, bool]] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    over: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    """By party, whether it then has its say over some options only, and whether that is by adding options."""


@dataclass(slots=True)
class Moved:
    """What the readings of a judgment move, and which of them is in force."""

    likely: str | None
    readings: dict[str, Moves]


class Changes:
    """The changes of one reading or opinion, read one after the other."""

    def __init__(self, scope: Scope, interactions: Mapping[str, object], name: Text) -> None:
        self.scope = scope
        self.interactions = interactions
        self.moves = Moves(name)

    def read(self, document: ChangeDoc | None, *, add: bool) -> Change:
        """What the document changes, its places remembered among the moves."""
        if document is None:
            return Change()
        parties = {}
        for name, part in document.parties.items():
            party = self.scope.party(name)
            parties[party] = self._party(party, part, add)
        interactions = {}
        for name, change in document.interactions.items():
            key = self.scope.entry("interaction", name, self.interactions)
            interactions[key] = self.scope.by_party(change.worth)
            for party, quantity in change.worth.items():
                if quantity is not None:
                    self._move((key, "interaction", str(party)), party, add)
        return Change(parties, interactions)

    def _move(self, value: Value, at: Node, add: bool) -> None:
        before = self.moves.values.get(value)
        self.moves.values[value] = (at, add and (before is None or before[1]))

    def _party(self, party: str, document: PartyChangeDoc, add: bool) -> PartyChange:
        at, scope = document.at, self.scope
        for issue, points in document.worth.items():
            whole = isinstance(scope.grids.get(issue), Axis)
            for option, quantity in points.items():
                if quantity is not None and not scope.scales(issue, option):
                    self._move((party, "worth", str(issue), "" if whole else str(option)), option, add)
        for issue in document.refuses:
            self._move((party, "refuses", str(issue)), issue, add)
        over = None
        if at.gives("over"):
            over = scope.terms(document.over)
            before, adding = self.moves.over.get(party, (False, True))
            self.moves.over[party] = (bool(over) or before, add and adding)
            self._move((party, "over"), at.key("over"), add)
        if document.reservation is not None:
            self._move((party, "reservation"), at.key("reservation"), add)
        role = None if document.role is None else Role(document.role)
        if role is not None:
            self.moves.roles[party] = role
            self._move((party, "role"), at.key("role"), False)
        positions = resolve_positions(document.positions, scope)
        self._taken(party, document, positions, add)
        worth, refused = stated(document, positions, scope)
        lifted: dict[str, dict[str, Refusal]] = {issue: {} for issue in positions}
        return PartyChange(worth, document.reservation, lifted | refused, role, over, self._types(party, document, add))

    def _types(self, party: str, document: PartyChangeDoc, add: bool) -> dict[str, PartyType]:
        """The weights of all kinds are one value: each says something only beside the others."""
        if document.types is None or not document.types.at:
            return {}
        at = document.at.key("types")
        if add:
            self.scope.faults.add("what a side is like is set, not added to", at)
        self._move((party, "types"), at, False)
        return resolve_types(document.types, self.scope.types.get(party, ANY_TYPE), self.scope, at)

    def _taken(self, party: str, document: PartyChangeDoc, positions: Mapping[str, Position], add: bool) -> None:
        """A position sets all that the issue is worth, and its red lines."""
        for issue in document.positions:
            if add:
                self.scope.faults.add("a position is taken, not added to another", issue)
            if issue in positions:
                numeric = isinstance(self.scope.grids.get(issue), Axis)
                for option in [""] if numeric else self.scope.issues[issue].options:
                    self._move((party, "worth", str(issue), option), issue, add)
                self._move((party, "refuses", str(issue)), issue, add)


def resolve_judgments(
    documents: Mapping[Text, JudgmentDoc], interactions: Mapping[str, object], scope: Scope
) -> tuple[dict[str, Judgment], dict[str, Moved]]:
    """The judgments, and what each of their readings moves."""
    judgments, moved = {}, {}
    for name, document in documents.items():
        readings, moves = {}, {}
        for key, reading in document.readings.items():
            readings[str(key)], moves[str(key)] = _reading(key, reading, interactions, scope)
        if document.at.gives("readings") and not readings:
            scope.faults.add("a judgment needs at least one reading", document.at.key("readings"))
        if readings and not any(each.values for each in moves.values()):
            scope.faults.warn("no reading of this judgment changes anything", name)
        _check_weights(document, scope)
        likely = document.likely
        if likely is not None and likely not in readings:
            scope.faults.unknown("reading", likely, readings)
        judgments[str(name)] = Judgment(
            str(name),
            readings,
            said(document.question),
            None if likely is None else str(likely),
            bool(document.open),
            said(document.why),
            sources(document.source),
            name.line,
        )
        known = str(likely) if likely is not None and likely in readings else None
        moved[str(name)] = Moved(known, moves)
    return judgments, moved


def roles_in_force(judgments: Mapping[str, Moved], scope: Scope) -> dict[str, Role]:
    """Every party's role in the base case."""
    roles = dict(scope.roles)
    for each in judgments.values():
        roles.update(each.readings[each.likely].roles if each.likely is not None else {})
    return roles


def _check_weights(document: JudgmentDoc, scope: Scope) -> None:
    """Weights say how the readings share what is believed: all of them have one or none has, and one is above 0."""
    given = {name: each for name, each in document.readings.items() if each.at.gives("weight")}
    for name in document.readings:
        if given and name not in given:
            scope.faults.add("this reading has no weight, while others have: give all of them one, or none", name)
    if given and all(each.weight == 0 for each in given.values()):
        scope.faults.add("no reading has a weight above 0", document.at.key("readings"))


def _reading(
    name: Text, document: ReadingDoc, interactions: Mapping[str, object], scope: Scope
) -> tuple[Reading, Moves]:
    changes = Changes(scope, interactions, name)
    if document.weight is not None and document.weight < 0:
        scope.faults.add("a weight cannot be below 0", document.at.under("weight"))
    if document.add is True and not document.at.gives("change"):
        scope.faults.add("'add: true' makes 'change' add, and there is no 'change'", document.at.key("add"))
    written = changes.read(document.change, add=document.add is True)
    added = changes.read(document.add, add=True) if isinstance(document.add, ChangeDoc) else Change()
    reading = Reading(
        str(name),
        Change() if document.add is True else written,
        written if document.add is True else added,
        said(document.title),
        None if document.weight is None else float(document.weight),
        said(document.why),
        sources(document.source),
        name.line,
    )
    return reading, changes.moves


def check_together(judgments: Mapping[str, Moved], scope: Scope) -> bool:
    """Whether any readings of different judgments go together: what two of them move, both add to.

    Each reading is asked for beside those in force, and several with each other, so that neither could come first.
    """
    count = scope.faults.count
    met: dict[Value, _First] = {}
    for judgment, each in judgments.items():
        for moves in each.readings.values():
            for value, (at, add) in moves.values.items():
                found = met.setdefault(value, _First()).clash(judgment, moves, add)
                if found is not None:
                    scope.faults.add(_clash(value, moves, *found), at)
    return scope.faults.count == count


@dataclass(slots=True)
class _First:
    """The first readings that move a value, and that set it, each of a judgment of its own: two of each will do."""

    moving: dict[str, Moves] = field(default_factory=dict)
    setting: dict[str, Moves] = field(default_factory=dict)

    def clash(self, judgment: str, moves: Moves, add: bool) -> tuple[str, Moves] | None:
        """The first reading of another judgment that this one does not go together with; it is remembered itself."""
        before = self.setting if add else self.moving
        found = next((each for each in before.items() if each[0] != judgment), None)
        for some in (self.moving, *(() if add else (self.setting,))):
            if len(some) < 2:
                some.setdefault(judgment, moves)
        return found


def _clash(value: Value, moves: Moves, judgment: str, other: Moves) -> str:
    first, *rest = value
    way = [INTERACTIONS, first, *rest[1:]] if rest[0] == "interaction" else [first, *(part for part in rest if part)]
    moved = f"{shown(moves.name)} moves {' → '.join(map(short, way))}"
    return (
        f"{moved}, and so does {shown(other.name)} of '{short(judgment)}' on line {other.name.line}; judgments are "
        "read together, so no two of them move one value unless both add: let both 'add', or make one judgment of them"
    )
