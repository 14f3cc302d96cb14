"""What has been worked out already? A file of finished jobs, so that a run can be stopped and taken up again.

JSON Lines: a header that names the question, then a line for each finished job, with a checksum. A line is there as a
whole or is cut off; a job counts once.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from detente.errors import ResumeError

SCHEMA = "detente/work/1"
MOST_BYTES = 16 * 2**20
"""The longest line that is read or written."""

MOST_LINES = 100_000
"""The most lines that are read."""

_LONGEST_HEADER = 64 * 2**10
_SYNCED_EVERY = 1.0
_LOCKED_AT = 2**62
_SAID = 24
"""A value longer than this is not told in a message."""

_IN_USE = "{}: another run is keeping its work in this file; wait for it, or give another file"

Key = tuple[str, int]
"""The batch that a job belongs to, and its place there."""


class Kept:
    """The finished jobs of one question, in a file that is locked as long as it is open."""

    def __init__(self, stream: FileIO, path: Path, question: Mapping[str, object]) -> None:
        self._stream, self._path = stream, path
        self._header = _line({"schema": SCHEMA, "question": question, "sha256": sha256(_line(question)).hexdigest()})
        self._places: dict[Key, int] = {}
        self._synced = 0.0

    def results(self, batch: str, jobs: int) -> dict[int, object]:
        """What is there of the jobs of a batch, by place."""
        starts = {place: self._places[batch, place] for place in range(jobs) if (batch, place) in self._places}
        found = {}
        with self._path.open("rb") as reader:
            for place, start in starts.items():
                reader.seek(start)
                found[place] = json.loads(reader.readline())["result"]
        return found

    def add(self, batch: str, place: int, result: object) -> None:
        """Keep what a job has brought, unless it is there already: written at once, on the disk within moments."""
        if (batch, place) in self._places:
            return
        line = _line({"batch": batch, "job": place, "result": result, "sum": self._sum(batch, place, result)})
        if len(line) > MOST_BYTES:
            raise ValueError(f"a job brings at most {MOST_BYTES:,} bytes, not {len(line):,}")
        self._places[batch, place] = self._write(line)

    def sync(self) -> None:
        """Have everything on the disk."""
        with _named(self._path):
            os.fsync(self._stream.fileno())
        self._synced = time.monotonic()

    def take_up(self) -> None:
        """Read what is there; ResumeError, the file untouched, if it is not the work of this question."""
        with self._path.open("rb") as reader:
            first = reader.readline(_LONGEST_HEADER)
            if not first or (first.startswith(_OURS) and first != self._header and self._header.startswith(first)):
                self._stream.truncate(0)
                self._write(self._header)
                return
            if first != self._header:
                raise ResumeError(f"{self._path}: {_difference(first, self._header)}")
            self._stream.truncate(self._read(reader, len(first)))

    def _read(self, reader: BinaryIO, start: int) -> int:
        """Note where each job stands; where the last whole line ends. What is damaged is passed over."""
        whole = start
        for _ in range(MOST_LINES):
            line = reader.readline(MOST_BYTES)
            if not line:
                return whole
            ended = line.endswith(b"\n")
            key = self._key(line) if ended else None
            if key is not None:
                self._places.setdefault(key, start)
            start += len(line)
            whole = start if ended else whole
        raise ResumeError(f"{self._path}: this file has more than {MOST_LINES:,} lines; give another")

    def _write(self, line: bytes) -> int:
        with _named(self._path):
            start = self._stream.seek(0, os.SEEK_END)
            left = memoryview(line)
            while left:
                left = left[self._stream.write(left) :]
        if time.monotonic() > self._synced + _SYNCED_EVERY:
            self.sync()
        return start

    def _sum(self, batch: str, place: int, result: object) -> str:
        return sha256(self._header + _line([batch, place, result])).hexdigest()[:16]

    def _key(self, line: bytes) -> Key | None:
        """Which job a line holds; None if it is damaged."""
        try:
            told = json.loads(line)
            batch, place, result, total = (told[name] for name in ("batch", "job", "result", "sum"))
            sound = isinstance(batch, str) and type(place) is int and total == self._sum(batch, place, result)
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return (batch, place) if sound else None


@contextmanager
def kept(path: Path, question: Mapping[str, object]) -> Iterator[Kept]:
    """The finished jobs of a question, which `question` tells in plain values, in a file that is made if need be.

    ResumeError if another run uses the file, if it holds another question's work, or is no such file at all.
    """
    with _opened(path) as stream:
        with _named(path):
            _lock(stream, path)
        try:
            file = Kept(stream, path, question)
            file.take_up()
            try:
                yield file
            finally:
                file.sync()
        finally:
            _unlock(stream)


def _opened(path: Path) -> FileIO:
    if "\0" in str(path):
        raise ResumeError("no file has such a name; give another")
    if path.exists() and not path.is_file():
        raise ResumeError(f"{path}: finished work is kept in a plain file, which this is not; give another")
    return FileIO(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Whatever the disk cannot do is told with the file's name."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


_OURS = f'{{"schema": "{SCHEMA}"'.encode()
"""How a header begins, whatever the question."""


def _difference(first: bytes, header: bytes) -> str:
    """What makes the question of a file another one."""
    try:
        told = json.loads(first)
        schema, there = told["schema"], dict(told["question"])
    except (ValueError, TypeError, KeyError, RecursionError):
        schema, there = None, {}
    if not isinstance(schema, str) or not schema.startswith("detente/work/"):
        return "this file holds something else and is left as it is; give another, or a name that is not there yet"
    if schema != SCHEMA:
        return "this work is kept in the manner of another version of détente; give another file"
    here = json.loads(header)["question"]
    names = [name for name in {**here, **there} if there.get(name) != here.get(name)]
    parts = "; ".join(_apart(name, there.get(name), here.get(name)) for name in names[:8])
    return f"this file holds the work on another question ({parts}); ask that one again, or give another file"


def _apart(name: str, there: object, here: object) -> str:
    said = [json.dumps(each, ensure_ascii=False) for each in (there, here)]
    return f"another {name}"[:60] if max(map(len, said)) > _SAID else f"{name}: {said[0]} there, {said[1]} here"


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: FileIO, path: Path) -> None:
        stream.seek(_LOCKED_AT)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            raise ResumeError(_IN_USE.format(path)) from None
        stream.seek(0)

    def _unlock(stream: FileIO) -> None:
        stream.seek(_LOCKED_AT)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(stream: FileIO, path: Path) -> None:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ResumeError(_IN_USE.format(path)) from None

    def _unlock(stream: FileIO) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)  # said aloud: a process forked meanwhile has the file open too
