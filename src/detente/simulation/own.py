"""How does somebody play a strategy of their own? A Python file is read, and every strategy in it may be named."""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from detente.errors import StrategyError
from detente.simulation.strategies import KNOWN
from detente.simulation.strategy import Move, Situation, Strategy, answers, holds_out

MOST_BYTES = 1 << 20
"""A file of strategies is no larger than this."""

MOST_LETTERS = 40
"""The name of a strategy is no longer than this."""


@dataclass(frozen=True)
class Own:
    """A strategy of somebody's own, with the text of its file, so that any worker anywhere can play it."""

    name: str
    answers: bool
    holds_out: bool
    place: str
    file: str
    text: str

    def move(self, here: Situation) -> Move:
        """What it says; StrategyError, with the line, where it fails or says what is no move."""
        try:
            found = _strategies_in(self.file, self.text)[self.place].move(here)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever the code of others may raise
            raise StrategyError(
                f"{_place(self.file, error)}: {self.name}, as {here.side}: {_in_words(error)}"
            ) from None
        return _sound(found, f"{self.file}: {self.name}, as {here.side},")


def own_strategies(path: str | os.PathLike[str]) -> tuple[Strategy, ...]:
    """The strategies that a Python file makes: every thing at its top that has a name and a move. The file is run.

    OSError where it cannot be read; StrategyError, with the line, where it cannot be run, holds no strategy, or one
    whose name will not do.
    """
    file = str(path)
    with Path(path).open("rb") as stream:
        read = stream.read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise StrategyError(f"{file}: a file of strategies has at most {MOST_BYTES >> 20} MiB")
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = read[: error.start].count(b"\n") + 1
        raise StrategyError(f"{file}:{line}: the byte 0x{read[error.start]:02X} is not UTF-8") from None
    found = _strategies_in(file, text)
    if not found:
        raise StrategyError(
            f"{file}: no strategy in it; make one at the top level, such as MINE = MyWay(), with a name and a move"
        )
    try:
        told = [(place, each.name, answers(each), holds_out(each)) for place, each in found.items()]
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever the code of others may raise
        raise StrategyError(f"{_place(file, error)}: a strategy has no name: {_in_words(error)}") from None
    _check_names(file, [(place, name) for place, name, *_ in told])
    return tuple(Own(name, late, all_of_it, place, file, text) for place, name, late, all_of_it in told)


@lru_cache(maxsize=16)
def _strategies_in(file: str, text: str) -> Mapping[str, Strategy]:
    """What of a file is a strategy, by the name of the variable; what came by another module is not the file's own."""
    module = ModuleType(f"detente_own_{sha256(text.encode()).hexdigest()[:12]}")
    module.__file__ = file
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(text, file, "exec"), module.__dict__)  # it is asked for: the file is run
        things = {id(each): (name, each) for name, each in reversed(module.__dict__.items())}
        return {name: each for name, each in reversed(things.values()) if _is_strategy(each)}
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever the code of others may raise
        raise StrategyError(f"{_place(file, error)}: the file cannot be run: {_in_words(error)}") from None


def _is_strategy(thing: object) -> bool:
    """Whether it has a name and a move, and is not one of détente's."""
    kind = type(thing)
    return (
        not isinstance(thing, type | ModuleType)
        and callable(getattr(kind, "move", None))
        and hasattr(thing, "name")
        and not any(thing is each for each in KNOWN.values())
    )


def _check_names(file: str, told: Sequence[tuple[str, object]]) -> None:
    """StrategyError for a name by which a strategy cannot be asked for."""
    names = [name for _, name in told]
    for place, name in told:
        if not isinstance(name, str) or not name or name != " ".join(name.replace(",", " ").split()):
            raise StrategyError(f"{file}: {place}: a name is a text without commas, such as 'my-way', not {name!r}")
        if len(name) > MOST_LETTERS:
            raise StrategyError(f"{file}: {place}: a name has at most {MOST_LETTERS} letters")
        if name in KNOWN:
            raise StrategyError(f"{file}: {place}: a strategy of détente has the name '{name}'; give it another")
        if names.count(name) > 1:
            raise StrategyError(f"{file}: {place}: two strategies have the name '{name}'")


def _sound(move: object, whose: str) -> Move:
    """A move made of what moves are made of."""
    if not isinstance(move, Move):
        raise StrategyError(f"{whose} gave {_short(move)}, and a Move is due")
    for key in ("steps", "wanted", "back"):
        if not _are_steps(getattr(move, key)):
            raise StrategyError(f"{whose} gave {key}={_short(getattr(move, key))}, and a set of steps by name is due")
    if not isinstance(move.then, tuple | list) or not all(map(_are_steps, move.then)):
        raise StrategyError(f"{whose} gave then={_short(move.then)}, and sets of steps by name are due")
    if not isinstance(move.memory, int):
        raise StrategyError(f"{whose} gave memory={_short(move.memory)}, and a whole number is due")
    return replace(
        move,
        steps=frozenset(move.steps),
        wanted=frozenset(move.wanted),
        back=frozenset(move.back),
        then=tuple(map(frozenset, move.then)),
    )


def _are_steps(given: object) -> bool:
    return isinstance(given, Set) and all(isinstance(step, str) for step in given)


def _short(thing: object) -> str:
    told = repr(thing)
    return told if len(told) <= 60 else f"{told[:59]}…"


def _place(file: str, error: BaseException) -> str:
    """The file, and the last of its lines that an error came by."""
    if isinstance(error, SyntaxError):
        return f"{file}:{error.lineno}" if error.lineno else file
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == file]
    return f"{file}:{lines[-1]}" if lines else file


def _in_words(error: BaseException) -> str:
    """What kind of error it is, and what it says."""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return type(error).__name__ + (f": {' '.join(said.split())[:300]}" if said else "")
