"""Is it the same question? A fingerprint of everything that an answer rests on."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from hashlib import sha256


def fingerprint(value: object) -> str:
    """The SHA-256 of a scenario, or of whatever else of the model: the same in every process and on every machine.

    Order counts, and so does which numbers are one and the same (these are drawn together); lines of a file do not.
    """
    hasher = sha256()
    for part in _told(value, {}):
        hasher.update(part.encode("utf-8", "surrogatepass"))
    return hasher.hexdigest()


def _told(value: object, seen: dict[int, int]) -> Iterator[str]:
    if isinstance(value, Enum):
        yield f"{type(value).__name__}.{value.name};"
    elif value is None or isinstance(value, bool | int | float | str | Fraction | date):
        yield f"{value!r};"
    elif isinstance(value, Mapping):
        yield f"{{{len(value)}:"
        for key, each in value.items():
            yield from _told(key, seen)
            yield from _told(each, seen)
    elif isinstance(value, Set):
        yield f"<{len(value)}:"
        yield from sorted("".join(_told(each, seen)) for each in value)
    elif isinstance(value, Sequence):
        yield f"[{len(value)}:"
        for each in value:
            yield from _told(each, seen)
    elif is_dataclass(value) and id(value) in seen:
        yield f"#{seen[id(value)]};"
    elif is_dataclass(value):
        seen[id(value)] = len(seen)
        yield f"{type(value).__name__}("
        for field in fields(value):
            if field.compare:
                yield from _told(getattr(value, field.name), seen)
    else:
        raise TypeError(f"a {type(value).__name__} has no fingerprint")
