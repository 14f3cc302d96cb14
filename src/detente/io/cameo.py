"""How friendly or hostile is an event? CAMEO codes with Goldstein's weights as GDELT and as ICEWS use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from detente.io.nodes import Faults
from detente.io.rows import Sheet


@dataclass(frozen=True, slots=True)
class Weighed:
    """A kind of event; `tenths` is its weight in tenths, from -100 to 100, by who uses it, if they give it one."""

    name: str
    tenths: Mapping[str, int]


@cache
def cameo() -> Mapping[str, Weighed]:
    """Every code of CAMEO (Gerner and others 2002) with its weights (Goldstein 1992); credits stand in the file."""
    sheet = Sheet((files("detente.io") / "cameo.csv").read_bytes(), Faults("cameo.csv"))
    users = sheet.head.cells[2:]
    return {
        code: Weighed(name, {user: round(10 * float(each)) for user, each in zip(users, weights, strict=True) if each})
        for code, name, *weights in (row.cells for row in sheet)
    }
