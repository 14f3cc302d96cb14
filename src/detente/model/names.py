"""Did you mean …? The nearest known name to one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def strangers(what: str, names: Iterable[str], known: Iterable[str]) -> str:
    """What to say of the names that are not known, each with a hint; nothing where all are known."""
    table = tuple(known)
    unknown = dict.fromkeys(name for name in names if name not in table)
    return "; ".join(f"no {what} named '{name}'{nearest(name, table)}" for name in unknown)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint to end an error message with: the nearest name, or the first few where none is near."""
    names = list(known)
    folded = {each.casefold(): each for each in reversed(names)}
    close = get_close_matches(name.casefold()[:200], folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{folded[close[0]]}'?"
    if not names:
        return ""
    listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"; there is: {listed}"
