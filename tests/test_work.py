"""Is the answer the same whoever does the work, and is nothing that was worked out lost or counted twice?"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest
from click.testing import CliRunner, Result

import detente
from detente.analysis.fingerprint import fingerprint
from detente.analysis.limits import time_limit
from detente.analysis.work import TRIES, Seam, at_work
from detente.cli import app
from detente.errors import ClusterError, LostWorkError, OutOfTimeError, Problem, ResumeError, ScenarioError
from detente.io.kept import MOST_BYTES

QUESTION = {"question": "halves", "seed": 1}
HALVES = [{"place": place, "half": place / 2} for place in range(12)]


def half(place: int) -> dict[str, object]:
    return {"place": place, "half": place / 2}


def answered(seam: Seam, work: Callable[..., object] = half, **question: object) -> list[object]:
    with at_work(seam, {**QUESTION, **question}) as crew:
        return crew.carried_out(work, range(12))


class LastFirst(Executor):
    """Does its jobs when all of them are there, the last one first."""

    def __init__(self) -> None:
        self.given: list[tuple[Future, Callable, tuple]] = []  # type: ignore[type-arg]

    def submit(self, fn, /, *args):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        self.given.insert(0, (future, fn, args))
        if len(self.given) == 12:
            threading.Thread(target=self.work).start()
        return future

    def work(self) -> None:
        for future, fn, args in self.given:
            future.set_result(fn(*args))


def test_results_stand_in_the_order_of_the_jobs_in_whatever_order_they_are_finished() -> None:
    heard: list[tuple[int, int]] = []
    found = answered(Seam(executor=LastFirst(), progress=lambda done, total: heard.append((done, total))))

    assert found == HALVES
    assert sorted(set(heard)) == [(done, 12) for done in range(13)]


@pytest.mark.parametrize("company", [False, True], ids=["forked", "started afresh"])
def test_processes_give_what_this_one_gives(company: bool) -> None:
    with ThreadPoolExecutor(1) as pool:
        if company:
            pool.submit(int)  # another thread: forking is not safe then
        assert answered(Seam(workers=2)) == answered(Seam()) == HALVES


def local(place: int) -> Callable[[], int]:
    return lambda: place


def test_a_single_worker_works_here_and_pickles_nothing() -> None:
    assert [each() for each in answered(Seam(), local)] == list(range(12))  # type: ignore[operator]


def first_time(folder: Path, place: int) -> bool:
    try:
        (folder / str(place)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def dies_once(job: tuple[Path, int]) -> dict[str, object]:
    folder, place = job
    if place in (3, 7) and first_time(folder, place):
        os._exit(1) if place == 3 else os.kill(os.getpid(), signal.SIGKILL)
    return half(place)


def test_a_worker_that_is_killed_takes_nothing_with_it(tmp_path: Path) -> None:
    with at_work(Seam(workers=3), QUESTION) as crew:
        assert crew.carried_out(dies_once, [(tmp_path, place) for place in range(12)]) == HALVES

    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "7"]


def always_dies(job: tuple[Path, int]) -> dict[str, object]:
    folder, place = job
    if place == 3:
        with (folder / "deaths").open("a") as stream:
            stream.write("x")
        os._exit(1)
    return half(place)


def test_where_workers_always_die_that_is_told_and_all_the_rest_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    jobs = [(tmp_path, place) for place in range(12)]
    with (
        pytest.raises(LostWorkError, match=r"died 3 times at one part of 12.*the rest stands in "),
        at_work(Seam(workers=3, resume=file), QUESTION) as crew,
    ):
        crew.carried_out(always_dies, jobs)

    assert (tmp_path / "deaths").read_text() == "x" * TRIES
    assert places(file) == [place for place in range(12) if place != 3]


def places(file: Path) -> list[int]:
    return sorted(json.loads(line)["job"] for line in file.read_bytes().splitlines()[1:])


class Cramped(Executor):
    """Has not the room to do the job of place 3 while it does any other."""

    def __init__(self) -> None:
        self.out: list[Future] = []  # type: ignore[type-arg]

    def submit(self, fn, /, given):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        if given.job == 3 and not all(each.done() for each in self.out):
            future.set_exception(BrokenExecutor())
        elif given.job == 3:
            future.set_result(fn(given))
        else:
            self.out.append(future)
            threading.Timer(0.1, lambda: future.set_result(fn(given))).start()
        return future


def test_a_job_that_needs_all_the_room_gets_it_in_the_end() -> None:
    assert answered(Seam(executor=Cramped())) == HALVES


class Stopped(Exception):  # noqa: N818  # no error: somebody has had enough
    """Somebody stops the run."""


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Stopped])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_stopped_goes_on_with_what_is_missing(
    workers: int, stop: type[BaseException], tmp_path: Path
) -> None:
    file = tmp_path / "kept"

    def told(done: int, total: int) -> None:
        if done == 5:
            raise stop

    with pytest.raises(stop):
        answered(Seam(workers=workers, resume=file, progress=told))
    assert len(places(file)) == 5

    calls: list[int] = []

    def counted(place: int) -> dict[str, object]:
        calls.append(place)
        return half(place)

    before = places(file)

    assert answered(Seam(resume=file), counted) == HALVES
    assert sorted(calls + before) == list(range(12))


def must_not_be_asked(place: int) -> None:
    raise AssertionError(place)


def test_what_is_finished_is_not_done_again_and_no_worker_is_called(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    answered(Seam(resume=file))
    whole = file.read_bytes()

    assert answered(Seam(resume=file, dask="tcp://127.0.0.1:1"), must_not_be_asked) == HALVES
    assert file.read_bytes() == whole


def strange(place: int) -> list[object]:
    return [0.1 + place, 1e-320, -0.0, float("inf"), 2**70, "é\ud800", None, {"": [True]}]


def test_what_is_kept_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    seam = Seam(resume=tmp_path / "kept")

    assert repr(answered(seam, strange)) == repr(answered(seam, must_not_be_asked)) == repr(answered(Seam(), strange))


def test_batches_of_one_question_are_kept_apart(tmp_path: Path) -> None:
    for work in (half, must_not_be_asked):
        with at_work(Seam(resume=tmp_path / "kept"), QUESTION) as crew:
            assert crew.carried_out(work, range(3), "first") == HALVES[:3]
            assert crew.carried_out(work, range(5), "second") == HALVES[:5]
            assert crew.carried_out(must_not_be_asked, range(3), "first") == HALVES[:3]


def cut(whole: bytes) -> Iterator[bytes]:
    lines = whole.splitlines(keepends=True)
    yield whole[:-1]
    yield whole[: -len(lines[-1]) // 2]
    yield b"".join(lines[:-1])
    yield whole + b'{"batch": "", "job"'
    yield whole + b"\0" * 500
    yield lines[0]
    yield lines[0][:40]
    yield b""


def test_a_file_that_was_cut_off_anywhere_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    answered(Seam(resume=file))
    for torn in cut(file.read_bytes()):
        file.write_bytes(torn)

        assert answered(Seam(resume=file)) == HALVES
        assert places(file) == list(range(12))


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b"\xff\xfe\0",
        b"9" * 5000,
        b'{"batch": "", "job": 0, "result": 1, "sum": "0"}',
        b'{"batch": [], "job": {}, "result": 1, "sum": 2}',
        b"{" + b" " * (2 * MOST_BYTES),
    ],
    ids=["deep", "binary", "a long number", "a wrong sum", "wrong kinds", "a very long line"],
)
def test_a_damaged_line_is_passed_over_and_its_job_done_again(line: bytes, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    answered(Seam(resume=file))
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([lines[0], line, *lines[2:], lines[5]]) + b"\n")

    calls: list[int] = []
    found = answered(Seam(resume=file), lambda place: calls.append(place) or half(place))

    assert found == HALVES
    assert calls == [json.loads(lines[1])["job"]]


@pytest.mark.parametrize(
    "text", [b"title: precious\n", b"{}", b"[1]\n", b"\0" * 100, b"x" * 200_000, b'{"schema": 1, "question": 2}\n']
)
def test_a_file_that_is_not_ours_is_left_as_it_is(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_bytes(text)
    with pytest.raises(ResumeError, match="this file holds something else and is left as it is"):
        answered(Seam(resume=file))

    assert file.read_bytes() == text


def test_the_work_on_another_question_is_refused_and_the_difference_told(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    answered(Seam(resume=file), scenario="a" * 64)
    whole = file.read_bytes()
    with pytest.raises(ResumeError, match=r"another question \(seed: 1 there, 2 here; another scenario\)"):
        answered(Seam(resume=file), seed=2, scenario="b" * 64)

    assert file.read_bytes() == whole


def test_two_runs_do_not_keep_their_work_in_one_file_at_once(tmp_path: Path) -> None:
    seam = Seam(resume=tmp_path / "kept")
    with (
        at_work(seam, QUESTION),
        pytest.raises(ResumeError, match="another run is keeping its work in this file"),
        at_work(seam, QUESTION),
    ):
        pass

    assert answered(seam) == HALVES


def test_a_folder_or_a_device_keeps_no_work(tmp_path: Path) -> None:
    for place in (tmp_path, Path(os.devnull)):
        with pytest.raises(ResumeError, match="kept in a plain file"):
            answered(Seam(resume=place))
    with pytest.raises(OSError, match="nowhere"):
        answered(Seam(resume=tmp_path / "nowhere" / "kept"))


def fails(place: int) -> object:
    sleep(0.2 if place == 4 else 0)
    if place in (4, 5):
        raise ScenarioError((Problem("f", place, 1, "", "wrong"),))
    return half(place)


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_of_the_work_itself_comes_out_as_it_is_and_that_of_the_first_job(workers: int) -> None:
    with pytest.raises(ScenarioError) as raised:
        answered(Seam(workers=workers), fails)

    assert raised.value.problems == (Problem("f", 4, 1, "", "wrong"),)
    assert str(raised.value) == "f:4:1: wrong"


def dawdles(place: int) -> None:
    sleep(30)


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_that_hear_nothing_of_the_time_limit_are_stopped_at_it(workers: int) -> None:
    with pytest.raises(OutOfTimeError, match=r"within 0\.3 seconds"), time_limit(0.3):
        answered(Seam(workers=workers), dawdles)


def test_a_seam_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a worker"):
        Seam(workers=0)
    with pytest.raises(ValueError, match="not both"):
        Seam(executor=LastFirst(), dask="tcp://127.0.0.1:1")


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://", "http://a:1", "tcp://a:99999", "tcp://a:x", "127.0.0.1"])
def test_what_is_no_address_of_a_cluster_is_refused(address: str) -> None:
    with pytest.raises(ClusterError, match="no address of a Dask scheduler"):
        answered(Seam(dask=address))


def test_a_cluster_that_does_not_answer_is_told() -> None:
    with pytest.raises(ClusterError, match=r"no cluster answers at tcp://127\.0\.0\.1:1 \(Connection refused\)"):
        answered(Seam(dask="tcp://127.0.0.1:1"))


def test_what_answers_but_is_no_scheduler_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=greet, args=[server], daemon=True).start()
        with pytest.raises(ClusterError, match="no Dask scheduler"):
            answered(Seam(dask=address))


def greet(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            with server.accept()[0] as stream:
                stream.sendall(b"SSH-2.0-somebody else\r\n")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'detente\[cluster\]'"):
        answered(Seam(dask="tcp://127.0.0.1:1"))


def test_a_fingerprint_is_that_of_the_content_whatever_the_hash_seed_and_the_lines() -> None:
    river = detente.load("river")
    code = (
        "import detente; from detente.analysis.fingerprint import fingerprint as of; print(of(detente.load('river')))"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in "12"
    }

    assert prints == {fingerprint(river)}
    assert fingerprint(river.assuming({"spot prices": "stay high"})) != fingerprint(river)
    assert fingerprint([1, [2]]) != fingerprint([1, 2]) != fingerprint([1, "2"])


# The command.


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["judgments", "river", "--draws", "32", "--json", *words], prog_name="detente")


def test_the_answer_is_the_same_to_the_byte_on_one_worker_two_and_eight() -> None:
    alone, two, eight = (run("--workers", number) for number in ("1", "2", "8"))

    assert (alone.exit_code, alone.stderr) == (0, "")
    assert alone.stdout == two.stdout == eight.stdout


def test_the_command_goes_on_from_what_is_kept_and_refuses_another_question(tmp_path: Path) -> None:
    file = str(tmp_path / "kept")
    first, again = run("--resume", file, "--workers", "2"), run("--resume", file, "--workers", "1")
    other = run("--resume", file, "--seed", "2")

    assert first.stdout == again.stdout == run().stdout
    assert (other.exit_code, other.stdout) == (2, "")
    assert "seed: 1 there, 2 here" in other.stderr


def test_an_answer_is_not_written_over_what_is_kept(tmp_path: Path) -> None:
    file = str(tmp_path / "kept.json")

    assert run("--resume", file, "-o", file).exit_code == 2
    assert not Path(file).exists()


def test_a_cluster_that_cannot_be_had_is_a_matter_of_usage() -> None:
    result = run("--dask", "tcp://127.0.0.1:1")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: no cluster answers at")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way there")
def test_ctrl_c_is_quiet_with_workers_and_what_is_finished_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    words = ["judgments", "korea-2021", "--draws", "512", "--workers", "2", "--resume", str(file)]
    command = [sys.executable, "-c", "from detente.cli import main; main()", *words]
    done = subprocess.Popen(command, stdout=-1, stderr=-1, start_new_session=True)
    while not (file.exists() and file.read_bytes().count(b"\n") > 1) and done.poll() is None:
        sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(done.pid, signal.SIGINT)  # as a terminal does: to all of them
    output, talk = done.communicate(timeout=60)

    assert (done.returncode, output) == (130, b"")
    assert b"Traceback" not in talk
    assert file.read_bytes().endswith(b"\n")


# A cluster: last, for it leaves threads behind, and where there are threads no process is forked.


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a real cluster of two processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=60) as found:
        yield found.scheduler_address


def test_a_cluster_gives_the_same_to_the_byte(cluster: str) -> None:
    assert run("--dask", cluster).stdout == run("--workers", "1").stdout


def test_a_process_is_played_on_a_cluster_as_it_is_here(cluster: str) -> None:
    asked = ["simulate", "river", "--strategy", "roadmap,grit", "--runs", "2100", "--months", "12", "--json"]
    here = CliRunner().invoke(app, [*asked, "--workers", "1"]).stdout

    assert CliRunner().invoke(app, [*asked, "--dask", cluster]).stdout == here
    assert json.loads(here)["runs"] == 2100


def test_a_cluster_outlives_the_death_of_its_workers(cluster: str, tmp_path: Path) -> None:
    with at_work(Seam(dask=cluster), QUESTION) as crew:
        assert crew.carried_out(dies_once, [(tmp_path, place) for place in range(12)]) == HALVES


def test_an_error_of_the_work_comes_out_of_a_cluster_as_it_is(cluster: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        answered(Seam(dask=cluster), fails)

    assert raised.value.problems == (Problem("f", 4, 1, "", "wrong"),)
    assert str(raised.value) == "f:4:1: wrong"
