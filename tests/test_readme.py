"""Does the README show what the program draws, and do its commands run?"""

import sys
from pathlib import Path

import detente
from detente.report.blocks import Chart

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "korea-2021.svg"


def drawn() -> str:
    """The first chart of the brief on the flagship case."""
    blocks = detente.brief(detente.load("korea-2021"), quick=True).blocks
    return next(block.svg for block in blocks if isinstance(block, Chart)) + "\n"


def test_the_picture_in_the_readme_is_the_one_that_the_brief_draws() -> None:
    shown = PICTURE.read_text(encoding="utf-8")

    assert shown == drawn()
    assert len(shown) < 300_000


def test_both_commands_of_the_readme_set_up_what_they_need() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line.strip() for line in lines if ".venv/bin/pip" in line]

    assert len(commands) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install") for line in commands)
    assert commands[0].endswith(".venv/bin/detente brief korea-2021 -o korea.html")
    assert commands[1].endswith(".venv/bin/pytest")


if __name__ == "__main__" and "--draw" in sys.argv:
    PICTURE.write_text(drawn(), encoding="utf-8")
