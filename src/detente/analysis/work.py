"""Who does the work of a question by draws? Its jobs, done here or shared out, and their results in order.

What the jobs are is fixed by the question and never by who does them, so an answer is the same to the last bit on one
worker, eight or a cluster. The seam is `concurrent.futures.Executor`. A result is made of plain JSON values, so that it
can be kept in a file and taken up again. A worker that dies takes nothing with it but the job it was at: that is given
out again, the last time alone, so that whoever is at fault is known and the rest gets done.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar, cast

from detente.analysis.limits import Limit, keeping_to, tick, time_left
from detente.analysis.workers import Cluster, Lent, Processes, Workers
from detente.errors import ClusterError, LostWorkError
from detente.io.kept import Kept, kept

Job = TypeVar("Job")
Done = TypeVar("Done")
Progress = Callable[[int, int], None]

TRIES = 3
"""So often a job is given out whose worker dies, the last time alone."""

_BEAT = 1.0
"""The longest wait, in seconds, before the time limit and the listener get a look in."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Who does the work of a question by draws, where what is finished is kept, and who hears how far it is.

    `workers` are processes of this machine (1: everything is done in this one); `executor` or `dask`, the address of a
    scheduler, stand in their place. `progress` hears how many jobs are done and of how many, so far as is known.
    """

    workers: int = 1
    executor: Executor | None = None
    dask: str | None = None
    resume: Path | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"work needs a worker, not {self.workers}")
        if self.executor is not None and self.dask is not None:
            raise ValueError("an executor or the address of a cluster, not both")

    def _workers(self) -> Workers | None:
        if self.executor is not None:
            return Lent(self.executor)
        if self.dask is not None:
            return Cluster(self.dask)
        return Processes(self.workers) if self.workers > 1 else None


HERE = Seam()
"""Everything is done in this process, and nothing kept."""


@contextmanager
def at_work(seam: Seam, question: Mapping[str, object]) -> Iterator["Crew"]:
    """Whoever the seam names, at work on one question until the block ends.

    `question` tells in plain values everything that an answer rests on, with a fingerprint in place of a scenario.
    ResumeError if the seam's file cannot serve; ClusterError if its cluster cannot.
    """
    told = {**question, "version": _version()}
    with nullcontext() if seam.resume is None else kept(seam.resume, told) as file:
        workers = seam._workers()
        try:
            yield (crew := Crew(workers, file, seam))
        except BaseException:
            crew.leave(at_once=True)
            raise
        crew.leave(at_once=False)


class Crew:
    """Those who work on one question."""

    def __init__(self, workers: Workers | None, file: Kept | None, seam: Seam) -> None:
        self._workers, self._file, self._seam = workers, file, seam
        self._done = self._total = 0

    def carried_out(self, work: Callable[[Job], Done], jobs: Sequence[Job], batch: str = "") -> list[Done]:
        """What `work` makes of each job, in the order of the jobs.

        Results are plain JSON values. `batch` tells the jobs of one call from those of others on the same question.
        Whatever the work raises comes out as it is: of several errors, that of the first job. LostWorkError if workers
        die again and again.
        """
        done = {} if self._file is None else cast(dict[int, Done], self._file.results(batch, len(jobs)))
        self._total, self._done = self._total + len(jobs), self._done + len(done)
        self._tell()

        def finished(place: int, result: Done) -> None:
            done[place] = result
            if self._file is not None:
                self._file.add(batch, place, result)
            self._done += 1
            self._tell()

        missing = [place for place in range(len(jobs)) if place not in done]
        if self._workers is None:
            for place in missing:
                tick()
                finished(place, work(jobs[place]))
        elif missing:
            lost = _Round(self._workers, work, jobs, finished, self._tell).done(missing)
            self._complain(lost, len(jobs))
        return [done[place] for place in range(len(jobs))]

    def leave(self, *, at_once: bool) -> None:
        """Send the workers home."""
        if self._workers is not None:
            self._workers.leave(at_once=at_once)

    def _tell(self) -> None:
        if self._seam.progress is not None:
            self._seam.progress(self._done, self._total)

    def _complain(self, lost: Sequence[int], jobs: int) -> None:
        if not lost:
            return
        which = "one part" if len(lost) == 1 else f"{len(lost)} parts"
        file = self._seam.resume
        rest = f"; the rest stands in {file}, and the same question goes on from there" if file else ""
        raise LostWorkError(
            f"workers died {TRIES} times at {which} of {jobs}, most likely for want of memory: "
            f"try fewer workers, or leave issues out{rest}"
        )


class _Round(Generic[Job, Done]):
    """One call's jobs, handed out to workers that may die."""

    def __init__(
        self,
        workers: Workers,
        work: Callable[[Job], Done],
        jobs: Sequence[Job],
        finished: Callable[[int, Done], None],
        beat: Callable[[], None],
    ) -> None:
        self._workers, self._work, self._jobs = workers, work, jobs
        self._finished, self._beat = finished, beat
        self._waiting: deque[int] = deque()
        self._alone: deque[int] = deque()
        self._out: dict[Future[Done], int] = {}
        self._tries: dict[int, int] = {}
        self._errors: dict[int, BaseException] = {}

    def done(self, places: Sequence[int]) -> list[int]:
        """Do the jobs of these places; those that no worker survived."""
        room = self._workers.prepare(len(places))
        self._waiting, self._tries = deque(places), dict.fromkeys(places, 0)
        try:
            while (place := self._next(room)) is not None or self._out:
                if place is not None:
                    self._hand_out(place)
                else:
                    self._collect()
        finally:
            for future in self._out:
                self._workers.drop(future)
        if self._errors:
            raise self._errors[min(self._errors)]
        return [place for place in places if self._tries[place] >= TRIES]

    def _next(self, room: int) -> int | None:
        """The job to hand out now, if any."""
        if self._waiting and len(self._out) < room:
            return self._waiting.popleft()
        return self._alone.popleft() if self._alone and not self._waiting and not self._out else None

    def _hand_out(self, place: int) -> None:
        given = _Given(self._work, self._jobs[place], time_left(), _version())
        try:
            future = self._workers.submit(_obeyed, given)
        except BrokenExecutor:
            self._workers.renew()
            future = self._workers.submit(_obeyed, given)
        self._out[future] = place

    def _collect(self) -> None:
        """Take what is finished; what is lost goes back to be handed out again."""
        left = time_left()
        ready, _ = wait(self._out, _BEAT if left is None else min(_BEAT, left[0]), FIRST_COMPLETED)
        errors = {}
        for future in sorted(ready, key=self._out.__getitem__):
            place = self._out.pop(future)
            error = CancelledError() if future.cancelled() else future.exception()
            if error is None:
                self._finished(place, future.result())
            elif (said := self._workers.read(error)) is None:
                self._lose(place)
            else:
                errors[place] = said
        if errors:
            self._fail(errors)
        tick()
        if not ready:
            self._beat()

    def _lose(self, place: int) -> None:
        self._tries[place] += 1
        if self._tries[place] < TRIES:
            (self._alone if self._tries[place] == TRIES - 1 else self._waiting).append(place)

    def _fail(self, errors: Mapping[int, BaseException]) -> None:
        """The question has no answer; only a job before these could still have another say in why."""
        self._errors.update(errors)
        first = min(self._errors)
        self._waiting = deque(each for each in self._waiting if each < first)
        self._alone = deque(each for each in self._alone if each < first)
        for future in [each for each, place in self._out.items() if place > first]:
            self._workers.drop(future)
            del self._out[future]


@dataclass(frozen=True, slots=True)
class _Given(Generic[Job, Done]):
    """A job with what a worker needs to know."""

    work: Callable[[Job], Done]
    job: Job
    limit: Limit | None
    version: str


def _obeyed(given: _Given[Job, Done]) -> Done:
    """The job, done by a worker within the time that is left."""
    if given.version != _version():
        raise ClusterError(f"the workers run détente {_version()} and not {given.version}; install the same there")
    with keeping_to(given.limit):
        return given.work(given.job)


@cache
def _version() -> str:
    return version("detente")
