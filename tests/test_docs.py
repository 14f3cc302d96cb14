"""Do the documents tell the truth? Their examples run, their outputs are what comes out, their links lead somewhere."""

import doctest
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from detente.cli.app import app

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md") if (ROOT / name).exists()] + DOCS
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
INDEX = re.compile(
    r"(?<!detente)/work" + r"/|index[-_]url|/simple/|artifactory|pypi\.(?!org\b)|files\.pythonhosted", re.IGNORECASE
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in DOCS if ">>> " in page.read_text("utf-8")], ids=name_of)
def test_examples_in_the_documents_give_what_they_show(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")

    assert tried
    assert not failed


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    prose = FENCE.sub("", page.read_text("utf-8"))
    targets = [link["target"] for link in LINK.finditer(prose)]
    inside = [target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    lost = [target for target in inside if not (page.parent / target).exists()]

    assert not lost


def test_no_file_names_a_place_of_the_machine_or_of_an_index() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no checkout: git lists no files")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and name != "tests/test_docs.py":
            found += [f"{name}: {hit[0]}" for hit in INDEX.finditer(path.read_text("utf-8", errors="replace"))]

    assert not found


# The tutorial: `yaml FILE` blocks are added to a file ("instead": in place of the last one), `console` blocks are run.


def steps(page: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """The commands of the tutorial with the output it shows, the files as they stand at that point."""
    blocks: dict[str, list[str]] = {}
    for fence in FENCE.finditer(page.read_text("utf-8")):
        words = fence["info"].split()
        if words[:1] == ["yaml"] and len(words) > 1:
            parts = blocks.setdefault(words[1], [])
            if "instead" in words:
                parts.pop()
            parts.append(fence["body"])
            (folder / words[1]).write_text("".join(parts), encoding="utf-8")
        elif words == ["console"]:
            for part in re.split(r"^\$ ", fence["body"], flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield command, output.rstrip()


def run(command: str, folder: Path) -> str:
    """What a command prints, results and errors."""
    program = str(Path(sys.executable).with_name("detente"))
    words = [program, *(word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command.removeprefix("detente ")))]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        words, cwd=folder, env=environment, encoding="utf-8", stdout=-1, stderr=subprocess.STDOUT, check=False
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).rstrip()


def test_the_tutorial_shows_what_its_commands_print(tmp_path: Path) -> None:
    tried = 0
    for command, output in steps(ROOT / "docs" / "tutorial.md", tmp_path):
        tried += 1

        assert (command, excerpt(run(command, tmp_path), output)) == (command, output)

    assert tried


QUICK = ("bargain", "demands", "explain", "improve", "insist", "packages", "precedents", "roadmap", "show", "vetoes")
"""Commands that are tried as they are written; of the others, which take long or write files, the options are read."""


def test_the_commands_of_the_reference_can_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.findall(r"^    detente (.*)$", (ROOT / "docs" / "commands.md").read_text("utf-8"), flags=re.MULTILINE)
    asked = [shlex.split(line.partition(" > ")[0]) for line in lines]
    monkeypatch.chdir(tmp_path)
    told = {}
    for name, *words in (words for words in asked if words[-1] != "my-river.yaml"):
        if name in QUICK:
            more = ["--draws", "0"] if name == "roadmap" else []
            told[name, *words] = CliRunner().invoke(app, [name, *words, *more], prog_name="detente")
        else:
            app.commands[name].make_context(name, list(words))

    assert len(told) > len(QUICK)
    assert {words: done.output for words, done in told.items() if done.exit_code} == {}


def excerpt(printed: str, shown: str) -> str:
    """What is printed, cut where the page cuts it with a last line of `…`."""
    lines = shown.splitlines()
    return "\n".join([*printed.splitlines()[: len(lines) - 1], "…"]) if lines[-1:] == ["…"] else printed


def refresh(page: Path) -> None:
    """Paste what the commands print now: `python tests/test_docs.py`."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = [excerpt(run(c, Path(folder)), shown) for c, shown in steps(page, Path(folder))]
    fresh = iter(outputs)

    def pasted(fence: re.Match[str]) -> str:
        if fence["info"].strip() != "console":
            return fence[0]
        commands = re.findall(r"^\$ (.*)$", fence["body"], flags=re.MULTILINE)
        return "\n".join(["```console", *(f"$ {command}\n{next(fresh)}" for command in commands), "```"])

    page.write_text(FENCE.sub(pasted, page.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    refresh(ROOT / "docs" / "tutorial.md")
