"""The command line: exit codes, what goes where, and that nothing a user can do ends in a traceback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import detente
from detente import catalog
from detente.cli import app
from detente.cli.commands import COMMANDS

RIVER = catalog.text("river")
ARGUMENTS = {
    "new": ["new.yaml"],
    "calibrate": ["korea-tension"],
    "diff": ["river", "salary"],
    "improve": ["river", "engineers' draft"],
    "explain": ["river", "resident", "inspectors"],
    "simulate": ["river", "--runs", "20", "--months", "6"],
    "insist": ["river", "resident", "inspectors"],
}
NO_SCENARIO = {"scenarios", "schema", "backtest", "calibrate", "gallery"}
WRITING = {"new", "gallery"}


def run(*words: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(app, words, input=given, prog_name="detente")


def process(words: Sequence[str], **settings: str) -> "subprocess.Popen[bytes]":
    command, pipe = [sys.executable, "-c", "from detente.cli import main; main()", *words], subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **settings})


def words_for(command: str) -> list[str]:
    return [command, *ARGUMENTS.get(command, [] if command in NO_SCENARIO else ["river"])]


EVERY = [command.name for command in COMMANDS]
ANSWERING = [name for name in EVERY if name not in WRITING]
ABOUT_ONE = [name for name in ANSWERING if name not in NO_SCENARIO]
SOLVING = [command.name for command in COMMANDS if any(o.name == "time_limit" for o in command.options)]


@pytest.mark.parametrize("name", EVERY)
def test_every_command_explains_itself(name: str) -> None:
    result = run(name, "--help")

    assert result.exit_code == 0
    assert "Example:" in result.stdout


@pytest.mark.parametrize("name", ANSWERING)
def test_every_command_answers_in_words(name: str) -> None:
    result = run(*words_for(name))

    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
    assert result.stderr == ""


@pytest.mark.parametrize("name", [name for name in ANSWERING if name != "schema"])
def test_every_command_answers_in_json_under_its_own_schema(name: str) -> None:
    result = run(*words_for(name), "--json")

    assert json.loads(result.stdout)["schema"] == f"detente/{name}/1"


@pytest.mark.parametrize("ending", ["html", "md", "json"])
@pytest.mark.parametrize("name", ANSWERING)
def test_every_answer_can_be_written_into_a_file(name: str, ending: str, tmp_path: Path) -> None:
    target = tmp_path / f"answer.{ending}"
    result = run(*words_for(name), "-o", str(target))

    assert (result.exit_code, result.stderr.strip()) == (0, str(target))
    assert result.stdout == run(*words_for(name)).stdout
    assert target.read_bytes().endswith(b"\n")
    assert b"\r" not in target.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == [target.name]
    if ending == "json":
        json.loads(target.read_text(encoding="utf-8"))
    if ending == "html":
        assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_an_unknown_scenario_is_a_matter_of_usage_and_the_nearest_is_offered(name: str) -> None:
    result = run(*["rivr" if word == "river" else word for word in words_for(name)])

    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'river'?" in result.stderr


@pytest.mark.parametrize("name", [name for name in ABOUT_ONE if name != "check"])
def test_a_bad_file_is_told_problem_by_problem(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(
        RIVER.replace(b"haf", b"half").replace(b"{half: -8", b"{haf: -8").replace(b"name: Lowland", b"nam: L")
    )
    result = run(*[str(path) if word == "river" else word for word in words_for(name)])

    assert (result.exit_code, result.stdout) == (65, "")
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [f"{path}:23:15", f"{path}:28:5"]
    assert "did you mean 'half'?" in result.stderr


BAD = {
    "binary": bytes(range(256)),
    "UTF-16": "detente: 1".encode("utf-16"),
    "empty": b"",
    "not YAML": b"a: [",
    "a list": b"- a",
    "too large": b"#" * (4 * 2**20 + 1),
    "deep": b"[" * 5000,
}


@pytest.mark.parametrize("what", BAD)
def test_whatever_a_file_holds_there_is_no_traceback(what: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(BAD[what])
    result = run("frontier", str(path))
    piped = run("frontier", "-", given=BAD[what])

    assert result.exit_code == piped.exit_code == 65
    assert result.stderr.startswith(f"{path}:")
    assert piped.stderr.startswith("<stdin>:")
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "river/x", "/dev/null/x"])
def test_whatever_a_path_is_there_is_no_traceback(name: str) -> None:
    result = run("frontier", name)

    assert (result.exit_code, result.stdout) == (2, "")
    assert isinstance(result.exception, SystemExit)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_bytes(RIVER)
    path.chmod(0)
    result = run("frontier", str(path))

    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_check_says_that_nothing_is_wrong() -> None:
    assert run("check", "river").stdout == "no problems found\n"


def test_check_tells_errors_and_warnings_as_json_even_if_the_file_is_bad() -> None:
    result = run("check", "-", "--json", given=RIVER.replace(b"title: The", b"tilte: The"))
    told = json.loads(result.stdout)

    assert result.exit_code == 65
    assert told["schema"] == "detente/check/1"
    assert told["warnings"] == []
    assert told["errors"][0].keys() == {"file", "line", "column", "path", "message"}
    assert {(each["file"], each["line"]) for each in told["errors"]} == {("<stdin>", 1), ("<stdin>", 2)}


def test_check_tells_errors_in_words_by_line() -> None:
    result = run("check", "-", given=RIVER.replace(b"title: The", b"tilte: The"))

    assert result.exit_code == 65
    assert "<stdin>:2:1: tilte: unknown key 'tilte'; did you mean 'title'?" in result.stdout.splitlines()


def test_check_ends_well_where_there_are_only_warnings() -> None:
    result = run("check", "korea-2021")

    assert result.exit_code == 0
    assert ": warning: " in result.stdout
    assert result.stderr == ""


def test_few_warnings_are_told_on_stderr_and_many_are_counted() -> None:
    few = run("frontier", "-", given=RIVER.replace(b"by: lowland\n", b"by: delta\n", 1))
    many = run("show", "-", given=catalog.text("korea-2021"))

    assert few.exit_code == many.exit_code == 0
    assert few.stderr.startswith("warning: <stdin>:")
    assert many.stderr == "-: 9 warnings; 'detente check -' tells them\n"


def test_a_case_that_ships_is_checked_and_nobody_is_warned_of_it() -> None:
    assert run("show", "korea-2021").stderr == ""


def test_a_scenario_can_be_piped_in() -> None:
    assert run("frontier", "-", given=RIVER).stdout == run("frontier", "river").stdout


def test_only_one_scenario_can_be_piped_in() -> None:
    result = run("diff", "-", "-", given=RIVER)

    assert result.exit_code == 2
    assert "only once" in result.stderr


def test_a_reading_is_assumed() -> None:
    likely, high = (
        run("frontier", "river", "--json"),
        run("frontier", "river", "--reading", "spot prices=stay high", "--json"),
    )

    assert json.loads(likely.stdout)["acceptable"] == 4
    assert json.loads(high.stdout)["acceptable"] == 1


def test_a_reading_may_have_an_equals_sign_in_its_name() -> None:
    given = RIVER.replace(b"spot prices:", b"price = high:")

    assert run("show", "-", "--reading", "price = high=stay high", given=given).exit_code == 0


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("spot price=stay high", "did you mean 'spot prices'?"),
        ("spot prices=stay hihg", "did you mean 'stay high'?"),
        ("spot prices", "judgment=reading"),
    ],
)
def test_an_unknown_reading_is_a_matter_of_usage(reading: str, said: str) -> None:
    result = run("bargain", "river", "--reading", reading)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_of_two_readings_of_one_judgment_none_is_taken_for_the_other() -> None:
    result = run("bargain", "river", "--reading", "spot prices=fall back", "--reading", "spot prices=stay high")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "'fall back' and 'stay high' are both readings of 'spot prices'" in result.stderr


def test_a_scenario_of_no_name_is_a_matter_of_usage() -> None:
    result = run("check", "")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "is due here; this is empty" in result.stderr


@pytest.mark.parametrize("name", SOLVING)
def test_past_the_time_limit_a_command_gives_up(name: str) -> None:
    words = ["claims", "salary"] if name == "claims" else words_for(name)  # the river has none
    result = run(*words, "--time-limit", "1e-9")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: no exact answer within")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_a_time_limit_is_above_zero(seconds: str) -> None:
    assert run("frontier", "river", "--time-limit", seconds).exit_code == 2


@pytest.mark.parametrize(
    "words", [["improve", "river", "x"], ["explain", "river", "x"], ["improve", "river", "status quo", "--by", "x"]]
)
def test_an_unknown_package_or_party_is_a_matter_of_usage(words: list[str]) -> None:
    result = run(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is: " in result.stderr


def test_where_no_deal_exists_that_is_an_answer() -> None:
    result = run(
        "frontier",
        "-",
        given=RIVER.replace(b"reservation: 2\n", b"reservation: 500\n").replace(b"reservation: 0", b"reservation: 500"),
    )

    assert result.exit_code == 0
    assert "No outcome is acceptable" in result.stdout


@pytest.mark.parametrize("name", ["answer.txt", "answer", "nowhere/answer.json", "folder.md"])
def test_an_answer_that_cannot_be_written_is_refused_before_anything_is_asked(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    result = run("frontier", "rivr", "-o", str(tmp_path / name))

    assert result.exit_code == 2
    assert "Invalid value for '-o'" in result.stderr


@pytest.mark.parametrize("name", [".", "..", "/"])
def test_a_folder_is_no_scenario(name: str) -> None:
    result = run("brief", name)

    assert result.exit_code == 65
    assert result.stderr == f"{name}:1:1: this is a folder; a scenario is a file\n"


def test_an_answer_is_not_written_over_its_scenario(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_bytes(RIVER)
    result = run("show", str(path), "-o", str(path))

    assert result.exit_code == 2
    assert path.read_bytes() == RIVER


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    result = run("show", "river", "-o", str(tmp_path / "answer.md"))
    tmp_path.chmod(0o700)

    assert result.exit_code == 2
    assert "answer.md: Permission denied" in result.stderr


def test_a_new_scenario_is_itself_sound(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    result = run("new", str(path))

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{path}\n")
    assert run("check", str(path)).stdout == "no problems found\n"
    assert len(detente.frontier(detente.load(path)).points) > 1


def test_a_new_scenario_does_not_write_over_a_file_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("precious", encoding="utf-8")
    refused = run("new", str(path))

    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert path.read_text(encoding="utf-8") == "precious"
    assert run("new", str(path), "--force").exit_code == 0
    assert run("check", str(path)).exit_code == 0


@pytest.mark.parametrize("name", ["nowhere/mine.yaml", "."])
def test_a_new_scenario_in_an_impossible_place_is_refused(name: str, tmp_path: Path) -> None:
    result = run("new", str(tmp_path / name), "--force")

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def test_diff_tells_what_differs_by_path() -> None:
    result = run("diff", "river", "-", "--json", given=RIVER.replace(b"reservation: 2", b"reservation: 3"))

    assert json.loads(result.stdout)["changes"] == [{"path": "parties → upland → reservation", "a": 2, "b": 3}]


def test_diff_of_a_scenario_with_itself_finds_nothing() -> None:
    assert json.loads(run("diff", "river", "river", "--json").stdout)["changes"] == []
    assert "say the same" in run("diff", "river", "river").stdout


def test_show_tells_the_reading_in_force_and_its_reservation() -> None:
    high = run("show", "river", "--reading", "spot prices=stay high", "--json")
    told = json.loads(high.stdout)

    assert told["judgments"]["spot prices"]["likely"] == "stay high"
    assert detente.show(detente.load("river").assuming({"spot prices": "stay high"})).tables()[2].rows[0][3] == "6"


def test_names_of_the_catalog_are_completed_and_so_are_files() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from detente.cli import main; main()"],
        env={
            **os.environ,
            "_DETENTE_COMPLETE": "bash_complete",
            "COMP_WORDS": "detente frontier ri",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == ["plain,river", "file,ri"]


def test_there_is_no_colour_in_a_pipe_and_the_output_is_utf_8_whatever_the_locale() -> None:
    done = process(["scenarios"], LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    output, talk = done.communicate(timeout=60)

    assert (done.returncode, talk) == (0, b"")
    assert "détente" in output.decode()
    assert b"\x1b" not in output


def test_a_reader_who_leaves_is_not_complained_about() -> None:
    done = process(["show", "korea-2021", "--json"])
    assert done.stdout is not None
    done.stdout.close()
    assert done.stderr is not None
    talk = done.stderr.read()

    assert done.wait(timeout=60) == 141
    assert b"Broken" not in talk
    assert b"Traceback" not in talk


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way there")
def test_ctrl_c_is_quiet() -> None:
    done = process(["check", "-"])
    assert done.stdin is not None
    assert done.stdout is not None
    done.stdin.write(b"detente: 1\n" * 100_000)  # more than the pipe holds: once this returns, the command is reading
    done.stdin.flush()
    done.send_signal(signal.SIGINT)
    output, talk = done.communicate(timeout=60)

    assert (done.returncode, output, talk) == (130, b"", b"")


def test_help_takes_little_time() -> None:
    code = (
        "import time; from detente.cli import app; app(['--help'], standalone_mode=False); print(time.process_time())"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]

    assert min(float(done.stdout.split()[-1]) for done in runs) < 0.15
