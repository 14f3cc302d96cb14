"""How long may an answer take, and how much memory? Limits on time and on points weighed at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from detente.errors import OutOfTimeError, TooLargeError
from detente.kernels.elimination import TooWideError

Each = TypeVar("Each")
Result = TypeVar("Result")

_deadline: ContextVar[tuple[float, float] | None] = ContextVar("deadline", default=None)


Limit = tuple[float, float]
"""How many seconds are left, and of how many."""


def time_left() -> Limit | None:
    """What the time limit leaves, so that another process can keep to it; None without one."""
    deadline = _deadline.get()
    return None if deadline is None else (max(0.001, deadline[0] - time.monotonic()), deadline[1])


@contextmanager
def keeping_to(limit: Limit | None) -> Iterator[None]:
    """The time limit of another process, by what it had left when it handed the work on."""
    if limit is None:
        yield
        return
    token = _deadline.set((time.monotonic() + limit[0], limit[1]))
    try:
        yield
    finally:
        _deadline.reset(token)


_search_ends: ContextVar[float | None] = ContextVar("search ends", default=None)

ROWS = 200_000_000
"""The most candidate points weighed in one step before a question counts as too large."""

ROWS_TOGETHER = 2_000_000
"""The most weighed in one step for several questions or draws; those that take more are taken apart."""


def apart(some: Sequence[Each], ask: Callable[[Sequence[Each], int], Result], names: Sequence[str]) -> Iterator[Result]:
    """What is asked of some questions or draws, part after part, each as large as is not too wide.

    `ask` gets some of them and how many points may be weighed at once. Raises TooLargeError where one alone is too
    wide, by the names of its issues.
    """
    left = [some]
    while left:
        tick()
        now = left.pop()
        try:
            found = ask(now, ROWS_TOGETHER if len(now) > 1 else ROWS)
        except TooWideError as error:
            if len(now) <= 1:
                raise _too_large(error, names) from None
            middle = len(now) // 2
            left += [now[middle:], now[:middle]]
        else:
            yield found


def _too_large(error: TooWideError, names: Sequence[str]) -> TooLargeError:
    group = [names[k] for k in error.variables] or list(names)
    listed = ", ".join(group[:12]) + (", …" if len(group) > 12 else "")
    return TooLargeError(
        f"too large for an exact answer: the issues {listed} hang together and need {error.rows:,} points at once "
        f"(the limit is {ROWS:,}); drop an interaction or a condition between them, or merge some options"
    )


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Whatever is asked inside raises OutOfTimeError once so many seconds have passed."""
    if not seconds > 0:
        raise ValueError(f"a time limit is a positive number of seconds, not {seconds}")
    with keeping_to((seconds, seconds)):
        yield


def tick() -> None:
    """Raise OutOfTimeError if the time is up."""
    deadline = _deadline.get()
    if deadline is not None and time.monotonic() > deadline[0]:
        raise OutOfTimeError(f"no exact answer within {deadline[1]:.3g} seconds; allow more time or leave issues out")


_TOO_LATE = 0.05

LONGEST = 10.0
"""The seconds that a search which could go on for ever is given where nobody set a limit."""


@contextmanager
def search_limit(seconds: float = LONGEST) -> Iterator[None]:
    """Whatever is searched inside ends with what it has found by the time limit, or else after so many seconds."""
    if _deadline.get() is not None or _search_ends.get() is not None:
        yield
        return
    token = _search_ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _search_ends.reset(token)


def seconds_left() -> float:
    """How many seconds a search may still take."""
    deadline, ends = _deadline.get(), _search_ends.get()
    until = deadline[0] if deadline is not None else ends
    return LONGEST if until is None else max(0.01, until - time.monotonic())


def out_of_time() -> bool:
    """Whether so little time is left that a search begins nothing more."""
    return seconds_left() < _TOO_LATE
