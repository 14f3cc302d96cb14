"""How does one begin a scenario? With a file to fill in, commented, which is itself a scenario."""

import errno
import os
from importlib.resources import files
from pathlib import Path

from detente.cli.writing import write


def new(path: str | os.PathLike[str], *, force: bool = False, positions: bool = False) -> Path:
    """Write a commented starter scenario, in points or in positions.

    FileExistsError if something is there, unless forced.
    """
    target = Path(path)
    if not force and target.exists():
        raise FileExistsError(errno.EEXIST, "there already; --force writes over it", str(target))
    starter = "positions.yaml" if positions else "starter.yaml"
    return write(target, (files("detente.cli") / starter).read_text(encoding="utf-8"))
