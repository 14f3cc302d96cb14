"""How is a file written? Whole or not at all: beside its place first, then moved there."""

import os
from contextlib import suppress
from pathlib import Path


def write(path: Path, text: str) -> Path:
    """Write UTF-8 with plain line ends; what was there stays until the new file is complete."""
    target = path.resolve()
    beside = target.with_name(f".detente-{os.getpid()}.tmp")
    try:
        with beside.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text if text.endswith("\n") else text + "\n")
        beside.replace(target)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):  # name the file that was asked for, not the one beside it
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise
    return path
