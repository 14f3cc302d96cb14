"""How does a scenario look to the kernels? Issues become tables of exact gains; rules join them into groups.

Everything that does not depend on the outcome's other issues stands in the table of its own issue. An interaction or a
condition becomes a table over the issues it names, or, where that would be too large, a flag that some issue sets when
it breaks the rule. A veto with `over` and a refusal under a quorum are flags too: whether they apply is part of the
context within which points are compared, since acceptance is then no longer a matter of gains alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.analysis.layout import DIGIT, Layout
from detente.analysis.question import Question
from detente.analysis.rules import Joined, forbidden, joined, where_holds
from detente.analysis.tables import (
    common_scale,
    constant_gain,
    interaction_gains,
    option_gain,
    quantities,
    whole,
)
from detente.errors import TooLargeError
from detente.kernels.elimination import Bounds
from detente.kernels.messages import Message, table
from detente.kernels.pruning import Ints
from detente.model.outcome import Terms
from detente.model.scenario import Interaction, Scenario

Values = tuple[int, ...]

_FLAGS = 62
WIDE = 4096
"""A rule over more combinations than this is followed with a flag rather than a table."""


@dataclass(frozen=True, eq=False)
class Flag:
    """One bit of a point's flags: set where the outcome has an issue at one of the options marked."""

    kind: str
    name: str
    marks: Callable[[Question], Mapping[str, Iterable[str]]]


class Sheet:
    """The tables of one group of issues: one for each class of questions that share their numbers."""

    def __init__(self, scope: tuple[int, ...], code: Ints) -> None:
        self.scope = scope
        self.code = code
        self.variant: list[int] = []
        self._classes: dict[object, int] = {}
        self._known: dict[object, int] = {}
        self._content: list[tuple[Sequence[Values], Sequence[bool], Sequence[int]]] = []

    def again(self, source: object) -> bool:
        """Take the numbers of an earlier question that came from the same source, if there was one."""
        place = self._known.get(source)
        if place is None:
            return False
        self.variant.append(place)
        return True

    def add(self, source: object, worth: Sequence[Values], allowed: Sequence[bool], flags: Sequence[int]) -> None:
        """The next question's numbers, from some source: a row for each party, what is allowed, and the flags."""
        key = (tuple(worth), tuple(allowed), tuple(flags))
        place = self._classes.setdefault(key, len(self._classes))
        if place == len(self._content):
            self._content.append((worth, allowed, flags))
        self._known[source] = place
        self.variant.append(place)

    @property
    def largest(self) -> int:
        """The largest number in it."""
        return max((abs(v) for worth, _, _ in self._content for row in worth for v in row), default=0)

    def message(self, kind: type, count: type | None) -> Message:
        """For the kernel."""
        cells = self.code.shape[1]
        parties = len(self._content[0][0])
        numbers: list[Sequence[Values]] = [worth for worth, _, _ in self._content]
        worth: NDArray[np.generic] = np.array(numbers, dtype=kind).reshape(len(numbers), parties, cells)
        return table(
            self.scope,
            np.array(self.variant, dtype=np.int64),
            np.ascontiguousarray(worth.transpose(1, 0, 2)),
            code=self.code,
            allowed=np.array([allowed for _, allowed, _ in self._content], dtype=bool),
            flags=np.array([flags for _, _, flags in self._content], dtype=np.int64),
            count=count,
        )


class Compiled:
    """A batch of questions of one shape, as messages for the kernel."""

    def __init__(self, batch: Sequence[Question], *, rules_only: bool = False) -> None:
        self.batch = batch
        self.rules_only = rules_only
        first = batch[0]
        self.layout = Layout.of(first.scenario)
        self.columns = () if rules_only else tuple(name for name in first.weighed if self._moves(name))
        self.scale = (
            1 if rules_only else common_scale(quantities([q.scenario for q in batch]), (q.bound for q in batch))
        )
        self.nogoods = first.scenario.nogoods
        self.interactions = [] if rules_only else self._moving_interactions()
        self.wide = [terms for terms in self._rules() if self._cells(terms) > WIDE]
        self.flags = self._flags()
        if len(self.flags) > _FLAGS:
            held = [each.name for each in self.flags if each.kind in ("over", "refused")]
            raise TooLargeError(
                f"too large for an exact answer: {len(self.flags)} things must be followed side by side (the red lines "
                f"and the limited say of {', '.join(held[:6])}{', …' if len(held) > 6 else ''}, and rules over many "
                f"options); the limit is {_FLAGS}; leave parties out, or bring those together that object to the same"
            )
        self._cache: dict[object, Values] = {}
        self._pairs: dict[object, tuple[int, int]] = {}
        self.sheets = [self._constant(), *(self._issue(k) for k in range(len(self.layout.names))), *self._groups()]
        bound = sum(sheet.largest for sheet in self.sheets) + self._wide_bound()
        self.kind: type = object if bound >= DIGIT else np.int64

    def messages(self, *, count: bool) -> list[Message]:
        """The tables, counting outcomes if asked."""
        counted: type | None = None
        if count:
            counted = object if self.layout.total > DIGIT else np.int64
        return [sheet.message(self.kind, counted) for sheet in self.sheets]

    def whole(self, value: Fraction) -> int:
        """A gain as the whole number that it is on the common scale."""
        return whole(value, self.scale)

    def bit(self, kind: str, name: str) -> int | None:
        """The bit of a flag, if there is one."""
        return next((k for k, flag in enumerate(self.flags) if (flag.kind, flag.name) == (kind, name)), None)

    def floors(self) -> Bounds | None:
        """The gain below which a party's consent, always needed, is out of reach; shape (columns, questions)."""
        late = any(rule.when in self.wide for rule in self.interactions)  # what these add comes after the elimination
        if late or not self.batch[0].passing or self.kind is object:
            return None
        columns = [*self.columns, *([""] if self.batch[0].near is not None else [])]
        floors = [[self._floor(question, name) for question in self.batch] for name in columns]
        return Bounds(np.array(floors, dtype=np.int64).reshape(len(columns), len(self.batch)))

    def _floor(self, question: Question, name: str) -> int:
        if not name:
            return -DIGIT if question.within is None else -question.within
        wanted = (question.at_least or {}).get(name)
        floor = -DIGIT if wanted is None else self.whole(wanted)
        return max(floor, 0) if question.hard(name) else floor

    @property
    def principals(self) -> int:
        """How many of the columns, the first ones, are principals'."""
        return sum(name in self.batch[0].principals for name in self.columns)

    def _moves(self, name: str) -> bool:
        """Whether any outcome is worth anything to a party: a gate has no gains, and needs no column."""
        return any(
            q.party(name).reservation is not None
            or any(q.party(name).preferences.worth.values())
            or any(name in rule.worth for rule in q.scenario.interactions.values())
            for q in self.batch
        )

    def _rules(self) -> Iterable[Terms]:
        yield from self.nogoods
        yield from (interaction.when for interaction in self.interactions)

    def _cells(self, terms: Terms) -> int:
        return prod(len(self.batch[0].scenario.issues[issue].options) for issue in terms)

    def _moving_interactions(self) -> list[Interaction]:
        """Those that are worth something to someone whose gains are followed."""
        return [
            interaction
            for name, interaction in self.batch[0].scenario.interactions.items()
            if any(p in q.scenario.interactions[name].worth for q in self.batch for p in self.columns)
        ]

    def _flags(self) -> list[Flag]:
        first = self.batch[0]
        flags = [Flag("broken", str(k), _complement(terms, first.scenario)) for k, terms in enumerate(self.wide)]
        if self.rules_only:
            return flags
        flags += [Flag("over", name, partial(_over, name)) for name in first.weighed if first.party(name).over]
        if first.red_lines:
            soft = [name for name in first.weighed if not first.hard(name)]
            refusing = [name for name in soft if any(q.party(name).preferences.refuses for q in self.batch)]
            flags += [Flag("refused", name, partial(_refused, name)) for name in refusing]
        if first.lacking is not None:
            flags.append(Flag("lacking", "", lambda question: _broken(question.lacking or {}, question.scenario)))
        return flags

    def _constant(self) -> Sheet:
        sheet = Sheet((), np.zeros((self.layout.digits, 1), dtype=np.int64))
        for question in self.batch:
            if sheet.again(source := (id(question.scenario), question.bound)):
                continue
            worth = [(self.whole(constant_gain(question.party(name), question.bound)),) for name in self.columns]
            sheet.add(source, [*worth, *self._no_change(question, 1)], [True], [0])
        return sheet

    def _no_change(self, question: Question, cells: int) -> list[Values]:
        return [] if question.near is None else [(0,) * cells]

    def _issue(self, place: int) -> Sheet:
        name, options = self.layout.names[place], self.layout.options[place]
        sheet = Sheet((place,), self.layout.codes(place))
        for question in self.batch:
            narrowed = [None if terms is None else terms.get(name) for terms in (question.holding, question.lacking)]
            near = None if question.near is None else question.near[name]
            source = (id(question.scenario), question.bound, *narrowed, near)
            if sheet.again(source):
                continue
            worth = [self._gains(question, party, name) for party in self.columns]
            if question.near is not None:
                worth.append(tuple(-int(near is not None and option != near) for option in options))
            marks = [(1 << bit, flag.marks(question).get(name, ())) for bit, flag in enumerate(self.flags)]
            flags = [sum(bit for bit, marked in marks if option in marked) for option in options]
            sheet.add(source, worth, self._allowed(question, name, options), flags)
        return sheet

    def _gains(self, question: Question, name: str, issue: str) -> Values:
        party = question.party(name)
        worth = party.preferences.worth.get(issue)
        if worth is None:
            return (0,) * len(question.scenario.issues[issue].options)
        key = (id(worth), issue, question.bound, party.reservation is None)
        if key not in self._cache:
            options = question.scenario.issues[issue].options
            self._cache[key] = tuple(
                self.whole(option_gain(question.scenario, party, issue, option, question.bound)) for option in options
            )
        return self._cache[key]

    def _allowed(self, question: Question, issue: str, options: Sequence[str]) -> list[bool]:
        held = (question.holding or {}).get(issue, options)
        refused: set[str] = set()
        if question.red_lines:
            for name in question.binding:
                if question.hard(name) and not self.rules_only:
                    refused.update(question.party(name).preferences.refuses.get(issue, {}))
        return [option in held and option not in refused for option in options]

    def _groups(self) -> Iterable[Sheet]:
        """One sheet for each set of issues that some rule joins."""
        small = [terms for terms in self.nogoods if terms not in self.wide]
        moving = [rule for rule in self.interactions if rule.when not in self.wide]
        for scope, rules in joined(self.layout, small, moving).items():
            yield self._group(scope, rules)

    def _group(self, scope: tuple[int, ...], rules: Joined) -> Sheet:
        allowed = ~forbidden(self.layout, rules.nogoods, scope)
        cells = len(allowed)
        masks = [where_holds(self.layout, each.when, scope).tolist() for each in rules.interactions]
        sheet = Sheet(scope, np.zeros((self.layout.digits, cells), dtype=np.int64))
        for question in self.batch:
            if sheet.again(source := (id(question.scenario), question.bound)):
                continue
            worth = [self._interaction_row(question, name, rules.interactions, masks, cells) for name in self.columns]
            sheet.add(source, [*worth, *self._no_change(question, cells)], allowed.tolist(), [0] * cells)
        return sheet

    def _interaction_row(
        self, question: Question, name: str, interactions: list[Interaction], masks: list[list[bool]], cells: int
    ) -> Values:
        row = [0] * cells
        for interaction, mask in zip(interactions, masks, strict=True):
            there, absent = self.interaction(question, name, interaction.id)
            if there or absent:
                row = [value + (there if held else absent) for value, held in zip(row, mask, strict=True)]
        return tuple(row)

    def interaction(self, question: Question, name: str, interaction: str) -> tuple[int, int]:
        """What an interaction adds to a party's gain where it holds, and where it does not."""
        rule, party = question.scenario.interactions[interaction], question.party(name)
        key = (id(rule.worth), rule.id, name, question.bound, party.reservation is None)
        if key not in self._pairs:
            there, absent = interaction_gains(question.scenario, party, rule, question.bound)
            self._pairs[key] = (self.whole(there), self.whole(absent))
        return self._pairs[key]

    def _wide_bound(self) -> int:
        return sum(
            max(abs(value) for value in self.interaction(question, name, rule.id))
            for rule in self.interactions
            if rule.when in self.wide
            for question in self.batch
            for name in self.columns
        )


def _over(name: str, question: Question) -> Mapping[str, Iterable[str]]:
    return question.party(name).over


def _refused(name: str, question: Question) -> Mapping[str, Iterable[str]]:
    return question.party(name).preferences.refuses


def _broken(terms: Terms, scenario: Scenario) -> Mapping[str, Iterable[str]]:
    """The options that break the terms, issue by issue."""
    return {i: frozenset(scenario.issues[i].options) - frozenset(options) for i, options in terms.items()}


def _complement(terms: Terms, scenario: Scenario) -> Callable[[Question], Mapping[str, Iterable[str]]]:
    marks = _broken(terms, scenario)
    return lambda _: marks
