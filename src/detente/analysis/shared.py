"""How is the same work not done twice? Inside `shared_work`, a question about a scenario is answered once.

A brief puts many overlapping questions: each verdict, each claim and each flipped judgment asks for the same deals.
Nothing is remembered once the block ends.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from detente.model.scenario import Scenario

Result = TypeVar("Result")
Given = ParamSpec("Given")

_memory: ContextVar[dict[Hashable, object] | None] = ContextVar("memory", default=None)


@contextmanager
def shared_work() -> Iterator[None]:
    """Inside, what `once` has worked out for a key is kept; a block within a block shares with it."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def sharing(question: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same question, asked inside `shared_work`."""

    @wraps(question)
    def asked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with shared_work():
            return question(*args, **kwargs)

    return asked


def recalled(key: Hashable, kind: type[Result]) -> Result | None:
    """What is remembered for a key, if anything."""
    found = (_memory.get() or {}).get(key)
    return found if isinstance(found, kind) else None


def remember(key: Hashable, result: object) -> None:
    """Keep a result while the block lasts."""
    memory = _memory.get()
    if memory is not None:
        memory[key] = result


def once(key: str, about: Scenario, work: Callable[[], Result]) -> Result:
    """The result of some work about a scenario, done once inside the block."""
    memory = _memory.get()
    if memory is None:
        return work()
    full = (key, id(about))
    if full not in memory:
        memory[full] = work()
        memory["kept alive", id(about)] = about  # so that no other scenario takes its id
    result: Result = memory[full]  # type: ignore[assignment]
    return result


def settle(scenario: Scenario) -> Scenario:
    """The scenario with its readings in force worked in."""
    return once("settled", scenario, scenario.settled)
