"""How does one begin a scenario? With a file to fill in, commented, which is itself a scenario."""

import errno
import os
from importlib.resources import files
from pathlib import Path

from detente.cli.writing import write


def new(path: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Write a commented starter scenario; FileExistsError if something is there, unless forced."""
    target = Path(path)
    if not force and target.exists():
        raise FileExistsError(errno.EEXIST, "there already; --force writes over it", str(target))
    return write(target, (files("detente.cli") / "starter.yaml").read_text(encoding="utf-8"))
