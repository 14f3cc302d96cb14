"""Which outcomes are worth looking at? Questions about a scenario, put to the kernels many at a time.

Questions of one shape are solved together: whatever two of them have in common is worked out once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import chain

import numpy as np

from detente.analysis.compile import Compiled
from detente.analysis.layout import Layout
from detente.analysis.limits import apart, tick
from detente.analysis.question import Question
from detente.analysis.shared import recalled, remember
from detente.analysis.tables import plain
from detente.kernels.elimination import Reduce, TooWideError, eliminate
from detente.kernels.messages import Message, evaluate
from detente.kernels.pruning import Bools, Exact, Ints, merged, undominated
from detente.kernels.scalar import tightened
from detente.kernels.visiting import visit
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Answer:
    """The points of a question that no other dominates, acceptable or not.

    `gains` has shape (parties, points), in the order of `question.weighed`, times `scale`. `changes` counts the terms
    that differ from `question.near`, `count` the outcomes with these gains (with `ties`). `accepts` says for everyone
    whose gains are followed which points it would take, and `unrefused` which cross none of its red lines where it has
    a say; `accepted` says which points pass as an agreement, and `uncrossed` which would if price were no object.
    `silent` marks, for a veto with `over`, the points where it has no say.
    """

    question: Question
    scale: int
    gains: Exact
    changes: Ints | None
    code: Ints
    count: Exact | None
    accepts: Mapping[str, Bools]
    unrefused: Mapping[str, Bools]
    accepted: Bools
    uncrossed: Bools
    silent: Mapping[str, Bools]

    def row(self, party: str) -> Exact:
        """The gains of one party, times the scale."""
        row: Exact = self.gains[self.question.weighed.index(party)]
        return row

    def rows(self, parties: Sequence[str]) -> Exact:
        """The gains of some parties, times the scale."""
        return self.gains[[self.question.weighed.index(party) for party in parties]]

    def gain(self, party: str, point: int) -> Fraction:
        """One party's gain at one point."""
        return Fraction(int(self.row(party)[point]), self.scale)

    def gains_at(self, point: int, parties: Sequence[str] | None = None) -> dict[str, float]:
        """The gains at one point, as plain numbers."""
        return {name: plain(self.gain(name, point)) for name in parties or self.question.weighed}

    def outcome(self, point: int) -> Outcome:
        """The outcome of a point: the first in the file's order of those it stands for."""
        return Layout.of(self.question.scenario).decoded(self.code[:, point])

    def silent_at(self, party: str) -> Bools:
        """The points where a party has no say (a veto whose `over` does not apply)."""
        return self.silent.get(party, np.zeros(len(self.accepted), dtype=bool))

    def agreed(self) -> Ints:
        """The points that pass as an agreement."""
        return np.flatnonzero(self.accepted)

    def undominated(self, points: Ints, parties: Sequence[str]) -> Ints:
        """Those of these points that no other of them dominates for these parties; equal ones stay once."""
        groups = undominated(np.zeros(len(points), dtype=np.int64), self.rows(parties)[:, points])
        return points[groups.rows[groups.starts]]


def ask(questions: Sequence[Question]) -> list[Answer]:
    """The answers, in order; TooLargeError where a group of issues is too wide, OutOfTimeError past the limit."""
    known = [recalled(question.key(), Answer) for question in questions]
    batches: dict[object, list[int]] = {}
    for place, question in enumerate(questions):
        if known[place] is None:
            batches.setdefault(question.shape(), []).append(place)
    answers = {place: answer for place, answer in enumerate(known) if answer is not None}
    for places in batches.values():
        names = list(questions[places[0]].scenario.issues)
        solved = chain.from_iterable(apart([questions[place] for place in places], _solved, names))
        for place, answer in zip(places, solved, strict=True):
            answers[place] = answer
            remember(questions[place].key(), answer)
    return [answers[place] for place in range(len(questions))]


def closest(questions: Sequence[Question], found: Callable[[Answer], bool]) -> list[Answer]:
    """The answers to questions with `near`, each as soon as few enough changes are found to do.

    Only a few terms are let change at first, then more, then all; the fewest that do are the same, and cheaper to find.
    """
    answers: dict[int, Answer] = {}
    for within in (2, 5, None):
        open_ = [place for place in range(len(questions)) if place not in answers]
        asked = [replace(questions[place], within=within) for place in open_]
        tried = zip(open_, ask(asked), strict=True)
        answers.update((place, answer) for place, answer in tried if within is None or found(answer))
    return [answers[place] for place in range(len(questions))]


def count_allowed(scenario: Scenario) -> int:
    """The number of outcomes that the conditions allow, exactly (`scenario` settled)."""
    compiled = Compiled([Question(scenario)], rules_only=True)
    (message,) = apart([None], lambda _, limit: _eliminated(compiled, merged, limit, count=True), compiled.layout.names)
    part = message.of_variant(0)
    kept = _obeys_wide_rules(compiled, message.flags[part])
    assert message.count is not None  # asked for two lines above
    return sum(int(number) for number in message.count[part][kept])


def _solved(batch: Sequence[Question], limit: int) -> list[Answer]:
    compiled = Compiled(batch)
    first = batch[0]
    reduce: Reduce = partial(undominated, weighed=compiled.principals) if first.ties else undominated
    message = _eliminated(compiled, reduce, limit, count=first.ties)
    return [_answer(compiled, place, message) for place in range(len(batch))]


def _eliminated(compiled: Compiled, reduce: Reduce, limit: int, *, count: bool) -> Message:
    messages, bounds = compiled.messages(count=count), compiled.floors()
    return eliminate(compiled.layout.sizes, messages, reduce, limit=limit, bounds=bounds, tick=tick)


def _obeys_wide_rules(compiled: Compiled, flags: Ints) -> Bools:
    kept = np.ones(len(flags), dtype=bool)
    for k, terms in enumerate(compiled.wide):
        if terms in compiled.nogoods:
            kept &= flags & (1 << k) != 0
    return kept


def _answer(compiled: Compiled, place: int, message: Message) -> Answer:
    part = message.of_variant(place)
    count = None if message.count is None else message.count[part]
    return _weighed(compiled, place, message.worth[:, part], message.flags[part], message.code[:, part], count)


def _weighed(
    compiled: Compiled, place: int, worth: Exact, flags: Ints, code: Ints, count: Exact | None = None
) -> Answer:
    question = compiled.batch[place]
    keep = _obeys_wide_rules(compiled, flags)
    if question.lacking is not None:
        keep &= _marked(compiled, flags, "lacking", "")
    flags, worth = flags[keep], worth[:, keep]
    width = len(compiled.columns)
    gains = _everyone(compiled, question, worth[:width] + _wide_interactions(compiled, question, flags))
    silent = {name: _silent(compiled, question, name, flags) for name in question.weighed}
    unrefused = {
        name: ~_marked(compiled, flags, "refused", name) | silent.get(name, False) for name in question.weighed
    }
    accepts = {
        name: unrefused[name] & np.asarray((gains[k] >= 0) | silent.get(name, False), dtype=bool)
        for k, name in enumerate(question.weighed)
    }
    return Answer(
        question,
        compiled.scale,
        gains,
        None if question.near is None else np.asarray(-worth[width], dtype=np.int64),
        code[:, keep],
        None if count is None else count[keep],
        accepts,
        unrefused,
        passes(question, accepts),
        passes(question, unrefused),
        silent,
    )


def weigh_all(question: Question, seen: Callable[[Answer], None], *, limit: int, pairs: int) -> bool:
    """Every outcome that can pass, equal gains mostly together and counted, handed on in blocks; False where too many.

    Where it is False nothing was handed on: more than `limit` points would be needed at once, or more than `pairs`
    looked at in the end.
    """
    compiled = Compiled([question])
    sizes, messages, bounds = compiled.layout.sizes, compiled.messages(count=True), compiled.floors()
    if bounds is not None:
        bounds = tightened(sizes, messages, bounds.least[: compiled.principals]) if compiled.principals else None
    uncoded = [replace(each, code=each.code[:0]) for each in messages]

    def weigh(worth: Exact, flags: Ints, count: Exact) -> None:
        seen(_weighed(compiled, 0, worth, flags, np.zeros((0, len(flags)), dtype=np.int64), count))

    try:
        visit(sizes, uncoded, weigh, limit=limit, pairs=pairs, bounds=bounds, tick=tick)
    except TooWideError:
        return False
    return True


class Evaluator:
    """Weighs given outcomes of a question rather than searching for the best."""

    def __init__(self, question: Question) -> None:
        self._compiled = Compiled([question])
        self._messages = self._compiled.messages(count=False)
        self.sizes = self._compiled.layout.sizes

    def accepts(self, digits: Sequence[Ints]) -> tuple[Ints, Mapping[str, Bools]]:
        """Which of these outcomes pass as an agreement, and which of those each party would take.

        `digits` holds for each issue its option in every outcome.
        """
        worth, flags, allowed = evaluate(self._messages, self.sizes, digits)
        answer = _weighed(self._compiled, 0, worth, flags, allowed[None, :])
        passing = answer.agreed()
        return answer.code[0, passing], {name: taken[passing] for name, taken in answer.accepts.items()}


def _marked(compiled: Compiled, flags: Ints, kind: str, name: str) -> Bools:
    bit = compiled.bit(kind, name)
    return np.zeros(len(flags), dtype=bool) if bit is None else flags & (1 << bit) != 0


def _everyone(compiled: Compiled, question: Question, gains: Exact) -> Exact:
    """A row for everyone whose gains are followed, those who gain nothing anywhere included."""
    rows: Exact = np.zeros((len(question.weighed), gains.shape[1]), dtype=compiled.kind)
    for k, name in enumerate(compiled.columns):
        rows[question.weighed.index(name)] = gains[k]
    return rows


def _wide_interactions(compiled: Compiled, question: Question, flags: Ints) -> Exact:
    extra: Exact = np.zeros((len(compiled.columns), len(flags)), dtype=compiled.kind)
    for rule in compiled.interactions:
        if rule.when in compiled.wide:
            broken = flags & (1 << compiled.wide.index(rule.when)) != 0
            for k, name in enumerate(compiled.columns):
                there, absent = compiled.interaction(question, name, rule.id)
                extra[k] += np.where(broken, *np.array([[absent], [there]], dtype=compiled.kind))
    return extra


def _silent(compiled: Compiled, question: Question, name: str, flags: Ints) -> Bools:
    if not question.party(name).over:
        return np.zeros(len(flags), dtype=bool)
    return ~_marked(compiled, flags, "over", name)


def passes(question: Question, accepts: Mapping[str, Bools]) -> Bools:
    """Which outcomes are an agreement, from what each party would take: unanimity of who must agree, or the quorum."""
    quorum = question.scenario.quorum
    points = len(next(iter(accepts.values())))
    every = np.ones(points, dtype=bool)
    for name in question.binding if quorum is None else quorum.always:
        every = every & accepts[name]
    if quorum is not None:
        votes = sum((accepts[name].astype(np.int64) for name in question.binding), np.zeros(points, dtype=np.int64))
        every = every & (votes >= quorum.at_least)
    return every
