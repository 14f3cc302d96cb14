"""Who stands in the way, and by how much? What is missing, in each party's own points, for an outcome to pass.

The outcome that comes nearest to agreement is the one whose largest shortfall is smallest, then the next largest, and
so on (leximin, as in Kalai 1977, of gains cut off at 0); remaining ties go to the leximin of the principals' gains,
then to the first undominated one in the file. Under a quorum only those count whose red lines are not crossed: no price
would win the rest.
"""

from fractions import Fraction
from typing import cast

import numpy as np

from detente.analysis.search import Answer
from detente.kernels.choice import most_equal
from detente.kernels.pruning import Exact, Ints

_NEVER = -(2**62)  # stands for the gain of a party whose red line is crossed, lower than any other


def missing(answer: Answer, points: Ints) -> Exact:
    """For these points the gains that must rise, cut off at 0: who must agree, or the nearest who make a quorum."""
    question = answer.question
    quorum = question.scenario.quorum
    gaps = {name: np.minimum(_asked(answer, name, points), 0) for name in question.binding}
    if quorum is None:
        return _stacked(list(gaps.values()), points)
    fixed = [gaps[name] for name in quorum.always]
    others = _stacked([gaps[name] for name in question.binding if name not in quorum.always], points)
    needed = max(0, quorum.at_least - len(fixed))
    return _stacked([*fixed, *_falling(others)[:needed]], points)


def nearest(answer: Answer, points: Ints) -> int:
    """The point among these that comes nearest to agreement."""
    kept = points[most_equal(missing(answer, points))]
    kept = kept[most_equal(answer.rows(answer.question.principals)[:, kept])]
    return int(min(kept.tolist(), key=lambda point: tuple(answer.code[:, point])))


def blockers(answer: Answer, point: int) -> dict[str, Fraction]:
    """Who blocks at a point for want of gain, and what would compensate it, in its own points."""
    question = answer.question
    quorum = question.scenario.quorum
    short = {name: -answer.gain(name, point) for name in question.binding if not answer.silent_at(name)[point]}
    short = {name: gap for name, gap in short.items() if gap > 0}
    if quorum is None:
        return short
    open_ = [name for name in question.binding if name not in quorum.always and answer.unrefused[name][point]]
    content = sum(name not in short for name in open_)
    needed = max(0, quorum.at_least - len(quorum.always) - content)
    nearest_others = sorted((name for name in open_ if name in short), key=lambda name: short[name])[:needed]
    return {name: gap for name, gap in short.items() if name in quorum.always or name in nearest_others}


def best_sum(answer: Answer, points: Ints) -> int | None:
    """The largest sum of gains, times the scale, of who must agree: below 0, no side payment would make a deal."""
    if not len(points):
        return None
    question, quorum = answer.question, answer.question.scenario.quorum
    rows = {name: _asked(answer, name, points) for name in question.binding}
    always = question.binding if quorum is None else quorum.always
    total = np.zeros(len(points), dtype=object) + sum(rows[name] for name in always)
    if quorum is not None:
        others = _stacked([rows[name] for name in question.binding if name not in always], points)
        falling = _falling(others)
        needed = max(0, quorum.at_least - len(always))
        total = total + falling[:needed].sum(axis=0) + np.maximum(falling[needed:], 0).sum(axis=0)
    return int(total.max())


def _asked(answer: Answer, name: str, points: Ints) -> Exact:
    """A party's gains at these points: 0 where it has no say, out of reach where its red line is crossed."""
    gains = np.where(answer.silent_at(name), 0, answer.row(name))
    return cast(Exact, np.where(answer.unrefused[name], gains, _NEVER)[points])


def _falling(rows: Exact) -> Exact:
    """Each column sorted, the largest first."""
    return cast(Exact, np.sort(rows, axis=0)[::-1])


def _stacked(rows: list[Exact], points: Ints) -> Exact:
    return cast(Exact, np.array(rows, dtype=rows[0].dtype if rows else np.int64).reshape(len(rows), len(points)))
