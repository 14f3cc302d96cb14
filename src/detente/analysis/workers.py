"""Who can be given work? Processes of this machine, an executor that somebody lends, or a cluster."""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Protocol, TypeVar

from detente.errors import ClusterError, LostWorkError

if TYPE_CHECKING:
    from distributed import Client

Job = TypeVar("Job")
Done = TypeVar("Done")

_DASK = logging.getLogger("distributed.client")
_MOST_ON_WINDOWS = 61
_PATIENCE = 5.0
"""So many seconds a cluster has to answer."""


class Workers(Protocol):
    """Whoever takes jobs; nothing is started before the first one."""

    def prepare(self, jobs: int) -> int:
        """Be ready for so many jobs; how many may be out at once."""

    def submit(self, work: Callable[[Job], Done], job: Job) -> "Future[Done]":
        """Hand out one job; BrokenExecutor if the workers are gone."""

    def renew(self) -> None:
        """New workers in place of those that are gone; an error that says so if there are none to be had."""

    def read(self, error: BaseException) -> BaseException | None:
        """What an error says; None if it is that a worker died, and nothing of the work."""

    def drop(self, future: "Future[Done]") -> None:
        """A job whose result nobody wants any more."""

    def leave(self, *, at_once: bool) -> None:
        """No more jobs will come; with `at_once`, also drop what is being done."""


class Processes:
    """Processes of this machine, which end with the one that started them, however it ends."""

    def __init__(self, most: int) -> None:
        self._most = min(most, _MOST_ON_WINDOWS) if sys.platform == "win32" else most
        self._size = 0
        self._pool: ProcessPoolExecutor | None = None

    def prepare(self, jobs: int) -> int:
        """As many processes as can be used; more than there were, where there is more to do."""
        size = min(self._most, jobs)
        if self._pool is None or self._size < size:
            self.leave(at_once=False)
            self._size = size
            self._pool = ProcessPoolExecutor(size, multiprocessing.get_context(_start()), _settle_in)
        return self._size

    def submit(self, work: Callable[[Job], Done], job: Job) -> "Future[Done]":
        """Hand out one job."""
        if self._pool is None:
            raise BrokenExecutor
        with _deaf():
            return self._pool.submit(work, job)

    def renew(self) -> None:
        """A pool in which somebody died is of no more use: build another."""
        self.leave(at_once=True)
        self.prepare(self._size)

    def read(self, error: BaseException) -> BaseException | None:
        """A pool says so when it is broken."""
        return None if isinstance(error, BrokenExecutor) else error

    def drop(self, future: "Future[Done]") -> None:
        """Each is being done already; what stops it is to leave."""

    def leave(self, *, at_once: bool) -> None:
        """End the processes."""
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in dict(pool._processes or {}).values() if at_once else ():
                process.kill()
            pool.shutdown(cancel_futures=True)


def _start() -> str:
    """Forking is quick, and safe where nothing else runs in this process; where something does, start afresh."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _settle_in() -> None:
    """What a process does first: leave Ctrl-C to its parent, and see to it that it does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C waits, so that a process which is born meanwhile does not hear it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Lent:
    """An executor that the caller has built, and will shut down."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def prepare(self, jobs: int) -> int:
        """It is ready, and keeps jobs waiting by itself."""
        return jobs

    def submit(self, work: Callable[[Job], Done], job: Job) -> "Future[Done]":
        """Hand out one job."""
        return self._executor.submit(work, job)

    def renew(self) -> None:
        """It cannot be built anew."""
        raise LostWorkError("a worker of the executor died, and the executor with it; give one that is sound")

    def read(self, error: BaseException) -> BaseException | None:
        """An executor says so when it is broken."""
        return None if isinstance(error, BrokenExecutor | CancelledError) else error

    def drop(self, future: "Future[Done]") -> None:
        """Let it not be begun."""
        future.cancel()

    def leave(self, *, at_once: bool) -> None:
        """It is the caller's."""


class Cluster:
    """The workers of a Dask scheduler at an address such as `tcp://10.0.0.5:8786`."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Client | None = None
        self._executor: Executor | None = None
        self._level = logging.NOTSET

    def prepare(self, jobs: int) -> int:
        """Connect; the scheduler keeps jobs waiting by itself."""
        if self._client is None:
            self._client = _connected(self._address)
            self._level = _DASK.level
            _DASK.setLevel(logging.CRITICAL)  # what becomes of the connection is told here, in one sentence
            self._executor = self._client.get_executor()
        return jobs

    def submit(self, work: Callable[[Job], Done], job: Job) -> "Future[Done]":
        """Hand out one job."""
        if self._executor is None or self._client is None or self._client.status != "running":
            raise BrokenExecutor
        return self._executor.submit(work, job)

    def renew(self) -> None:
        """The scheduler sees to its workers; if it has gone itself, that is the end."""
        raise ClusterError(f"the cluster at {self._address} has gone; start it anew, or do without")

    def read(self, error: BaseException) -> BaseException | None:
        """Dask has its own words for a worker that died, and for one that cannot make anything of a job."""
        if isinstance(error, CancelledError) or type(error).__module__.startswith("distributed"):
            return None
        if isinstance(error, ImportError) or (isinstance(error, RuntimeError) and "deserializ" in str(error)):
            return ClusterError(
                f"the cluster at {self._address} cannot read the work: scheduler and workers need the détente, "
                f"and the packages, that are here (détente {version('detente')})"
            )
        return error

    def drop(self, future: "Future[Done]") -> None:
        """What stops it is to leave: Dask takes jobs back only all together without complaining."""

    def leave(self, *, at_once: bool) -> None:
        """Take back what is not done, and close the connection."""
        if self._client is not None and self._executor is not None:
            if self._client.status == "running":
                self._executor.shutdown(wait=not at_once)
            self._client.close(_PATIENCE)
            _DASK.setLevel(self._level)
        self._client = self._executor = None


def _connected(address: str) -> "Client":
    try:
        from distributed import Client  # late: an extra, and only where it is asked for
    except ImportError:
        raise ClusterError("a cluster needs the package 'distributed': pip install 'detente[cluster]'") from None
    _reach(address)
    with ThreadPoolExecutor(1) as pool:  # a loop of its own, for a notebook has one running here
        kind = pool.submit(asyncio.run, _kind(address)).result()
    if kind != "Scheduler":
        raise ClusterError(f"what answers at {address} is no Dask scheduler; give the address that one shows")
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except OSError as error:
        raise ClusterError(f"the cluster at {address} has gone ({error}); start it anew, or do without") from None


def _reach(address: str) -> None:
    """Whether somebody listens at an address; ClusterError, with what to try, if not."""
    scheme, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if scheme not in ("", "tcp", "tls") or not host or not port.isdecimal() or not 0 < int(port[:6]) < 65536:
        raise ClusterError(f"'{address[:80]}' is no address of a Dask scheduler, such as tcp://10.0.0.5:8786")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ClusterError(f"no cluster answers at {address} ({reason}); is its scheduler running?") from None


async def _kind(address: str) -> object:
    """What listens there, in Dask's words; None for anything else. A client would wait for ever for a stranger."""
    from distributed import rpc
    from distributed.security import Security

    try:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as told:
            found = await asyncio.wait_for(told.identity(), _PATIENCE)
    except (OSError, TimeoutError, ValueError, TypeError, MemoryError):
        return None
    return found.get("type") if isinstance(found, dict) else None
