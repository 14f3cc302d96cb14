"""How much room does a text take in a picture, and how is it shortened where there is less?"""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

_WIDTHS = {0.35: " ',./:;I\\ijl|’·", 0.42: '!"()*-[]frt', 1.0: "#%&+<=>@MOQW^mw~×—…→−≥≤◆"}
_LETTERS = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_SIZES = {"": 13.0, "tick": 11.0, "mark": 12.4, "inside": 12.4}
"""The size of each kind of text in a chart; what is bold is counted for more than it is."""


def breadth(text: str, kind: str = "") -> float:
    """About how wide a text is, in the broadest of the letterings that charts are shown in."""
    return _SIZES[kind] * sum(map(_letter, text))


def _letter(letter: str) -> float:
    """The width of a letter, in parts of its size."""
    if east_asian_width(letter) in "WF":
        return 1.05
    if combining(letter):
        return 0.0
    if letter in _LETTERS:
        return _LETTERS[letter]
    return 0.79 if letter.isupper() else 0.65


def fitted(text: str, room: float, kind: str = "") -> str:
    """A text shortened in its middle to fit: beginnings and ends tell names apart."""
    if breadth(text, kind) <= room:
        return text
    left = room - breadth("…", kind)
    begun = _as_much(text, 0.6 * left, kind)
    end = _as_much(text[::-1], left - breadth(begun, kind), kind)[::-1]
    return f"{begun.rstrip()}…{end.lstrip()}"


def opening(text: str, room: float) -> str:
    """A sentence as far as there is room: unlike a name, it is known by its beginning."""
    return text if breadth(text) <= room else f"{_as_much(text, room - breadth('…'), '').rstrip()}…"


def _as_much(text: str, room: float, kind: str) -> str:
    """As much of the beginning as has room."""
    for place, letter in enumerate(text):
        room -= breadth(letter, kind)
        if room < 0:
            return text[:place]
    return text


def told_apart(names: Sequence[str], room: float, kind: str = "") -> list[str]:
    """Names shortened to fit; those that would look the same are numbered by their places."""
    short = [fitted(name, room, kind) for name in names]
    signs = [f"{place}. " if short.count(name) > 1 else "" for place, name in enumerate(short, start=1)]
    return [sign + fitted(name, room - breadth(sign, kind), kind) for sign, name in zip(signs, names, strict=True)]
