"""What people see of a process: the command, strategies of their own, sentences, pictures, the page and the brief."""

import json
import pickle
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import detente
from detente.analysis.draws import parts_of
from detente.analysis.shared import shared_work
from detente.cli import app
from detente.model.process import KINDS
from detente.report import process_charts
from detente.report.brief import brief
from detente.report.by_steps import RUNS, STRATEGIES
from detente.report.played import LEGEND, beside_steps, in_sentences, least_regretted
from detente.report.process_charts import endings_chart, fan_chart, map_chart, survival_chart
from detente.report.simulated import SimulationPage
from detente.simulation.own import MOST_BYTES, own_strategies
from detente.simulation.rows import CAUTION
from detente.simulation.runs import PART
from detente.simulation.strategies import KNOWN
from detente.simulation.tally import ENDINGS

RIVER = detente.simulate(detente.load("river"), runs=60, months=12)
MANY = str(PART + 500)

MINE = """
from dataclasses import dataclass
from detente import Move, Situation

@dataclass(frozen=True)
class OneForOne:
    name: str = "one-for-one"

    def move(self, here: Situation) -> Move:
        mine, theirs = here.ready & here.mine, here.ready & here.theirs
        if here.broken or not mine or not theirs:
            return Move(leave=bool(here.broken))
        return here.round(frozenset({here.cheapest(mine), here.cheapest(theirs)}))

MINE = OneForOne()
ALSO = MINE
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="detente")


def told(*words: str) -> dict[str, object]:
    done = run("simulate", *words, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_command_prints_what_the_function_answers() -> None:
    found = told("river", "--runs", "60", "--months", "12")

    assert found == json.loads(json.dumps(RIVER.payload()))
    assert found["schema"] == "detente/simulate/1"


def test_without_names_every_strategy_meets_every_mix_of_types_and_with_names_only_what_is_judged() -> None:
    few = ("river", "--runs", "5", "--months", "3")
    every, named, asked = (told(*few, *rest) for rest in ((), NAMED, (*NAMED, "--mixes")))
    plain = told(*few, "--no-mixes")

    assert every["strategies"] == plain["strategies"] == [name for name in detente.STRATEGIES if name != "at-once"]
    assert named["strategies"] == asked["strategies"] == ["patience", "roadmap"]
    assert len(every["mixes"]) == len(asked["mixes"]) == 1 + len(KINDS) ** 2  # type: ignore[arg-type]
    assert list(named["mixes"]) == list(plain["mixes"]) == ["as judged"]  # type: ignore[call-overload]


NAMED = ("--strategy", "patience, roadmap")


def test_a_strategy_of_ones_own_stands_beside_the_others_and_is_the_same_on_any_number_of_workers(mine: Path) -> None:
    words = ("river", "--own", str(mine), "--strategy", "one-for-one,roadmap", "--runs", MANY, "--months", "12")
    alone, shared = (run("simulate", *words, "--json", "--workers", n).stdout for n in ("1", "2"))
    added = told("river", "--own", str(mine), "--runs", "5", "--no-mixes")
    against = told("river", "--own", str(mine), "--against", "one-for-one", "--strategy", "roadmap", "--runs", "5")

    assert alone == shared
    assert json.loads(alone)["strategies"] == ["one-for-one", "roadmap"]
    assert added["strategies"] == [*detente.STRATEGIES, "one-for-one"]
    assert against["against"] == ["one-for-one"]


def test_a_strategy_of_ones_own_is_played_where_its_file_is_not(mine: Path, tmp_path: Path) -> None:
    (own,) = own_strategies(mine)
    kept = tmp_path / "kept"
    kept.write_bytes(pickle.dumps(own))
    mine.unlink()
    code = (
        "import detente, pickle, sys; own = pickle.load(open(sys.argv[1], 'rb'));"
        "found = detente.simulate(detente.load('river'), strategies=[own], runs=20, mixes=False);"
        "print(found.odds['as judged']['one-for-one'].worth['upland'].mean)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(kept)], capture_output=True, text=True, check=True)
    here = detente.simulate(detente.load("river"), strategies=[own], runs=20, mixes=False)

    assert float(done.stdout) == here.odds["as judged"]["one-for-one"].worth["upland"].mean


CLASS = "class A:\n    name = 'a'\n    def move(self, here):\n        "
WRONG = {
    "x = (\n": ":1: the file cannot be run: SyntaxError: '(' was never closed",
    "\nimport nothing_of_the_kind": ":2: the file cannot be run: ModuleNotFoundError: No module named 'nothing_of_the",
    "import sys\nsys.exit(3)": ":2: the file cannot be run: SystemExit: 3",
    "def f(): return f()\nf()": ":1: the file cannot be run: RecursionError",
    "x = 1": ": no strategy in it; make one at the top level",
    CLASS + "pass": ": no strategy in it",
    CLASS + "return 1 / 0\nB = A()": ":4: a, as upland: ZeroDivisionError: division by zero",
    CLASS + "return None\nB = A()": ": a, as upland, gave None, and a Move is due",
    "from detente import Move\n" + CLASS + "return Move('x')\nB = A()": ": a, as upland, gave steps='x', and a set",
    "from detente import Move\n" + CLASS + "return Move(then=3)\nB = A()": ": a, as upland, gave then=3, and sets",
    "from detente import Move\n" + CLASS + "return Move(memory='')\nB = A()": ": a, as upland, gave memory='', and a",
    CLASS + "pass\nB = A()\nC = A()": ": B: two strategies have the name 'a'",
    CLASS.replace("'a'", "'roadmap'") + "pass\nB = A()": ": B: a strategy of détente has the name 'roadmap'",
    CLASS.replace("'a'", "'a,b'") + "pass\nB = A()": ": B: a name is a text without commas",
    CLASS.replace("'a'", "7") + "pass\nB = A()": ": B: a name is a text without commas, such as 'my-way', not 7",
    CLASS.replace("'a'", f"{'a' * 41!r}") + "pass\nB = A()": ": B: a name has at most 40 letters",
    "class A:\n    @property\n    def name(self): return 1 / 0\n    def move(self, here): pass\nB = A()": (
        ":3: the file cannot be run: ZeroDivisionError"
    ),
    "#" * (MOST_BYTES + 1): ": a file of strategies has at most 1 MiB",
    "a\0b": ": the file cannot be run: ",
    "#\n\udcff": ":2: the byte 0xFF is not UTF-8",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_file_of_strategies_that_will_not_do_is_told_in_a_sentence_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    done = run("simulate", "river", "--own", str(path), "--runs", "2", "--no-mixes")

    assert done.exit_code == 65
    assert done.stderr.startswith(f"{path}{WRONG[text]}"), done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_a_strategy_that_would_end_the_program_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("import sys\n" + CLASS + "sys.exit()\nB = A()")
    done = run("simulate", "river", "--own", str(path), "--strategy", "a", "--no-mixes")

    assert done.exit_code == 65
    assert done.stderr.startswith(f"{path}:5: a, as upland: SystemExit"), done.stderr


def test_a_step_that_does_not_exist_is_told_with_the_strategy(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("from detente import Move\n" + CLASS + "return Move(steps={'x'})\nB = A()")
    done = run("simulate", "river", "--own", str(path), "--strategy", "a")

    assert (done.exit_code, done.stderr) == (65, "a, as upland, proposed what cannot be: x: no step of this plan\n")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--strategy", "rodmap"), 2, "no strategy named 'rodmap'; did you mean 'roadmap'?"),
        (("--strategy", "rodmap,gritt", "--against", "x"), 2, "'roadmap'?; no strategy named 'gritt'; did you mean"),
        (("--against", "responsiv"), 2, "did you mean 'responsive'?"),
        (("--strategy", "roadmap,"), 2, "names of strategies are due here"),
        (("--lead", "lowlnd"), 2, "did you mean 'lowland'?"),
        (("--runs", "10000001"), 2, "1<=x<=10000000"),
        (("--months", "1201"), 2, "1<=x<=1200"),
        (("--seed", "-1"), 2, "x>=0"),
        (("--own", "nowhere.py"), 2, "does not exist"),
        (("--runs", "1000000", "--time-limit", "0.2"), 1, "not all runs were played in time"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_try(words: tuple[str, ...], code: int, says: str) -> None:
    done = run("simulate", "river", *words)

    assert done.exit_code == code
    assert says in done.stderr


def test_the_nearest_name_is_sought_among_ones_own_as_well(mine: Path) -> None:
    done = run("simulate", "river", "--own", str(mine), "--strategy", "one-for-on")

    assert (done.exit_code, "did you mean 'one-for-one'?" in done.stderr) == (2, True)


def test_whoever_is_named_leads_and_that_alone_states_no_process() -> None:
    found = detente.simulate(detente.load("river"), strategies=["roadmap"], lead="lowland", runs=2, mixes=False)

    assert (found.lead, found.stated) == ("lowland", False)
    assert detente.load("six-party-steps").states_process
    assert not detente.load("river").states_process


# Sentences and the page.


def test_step_by_step_is_told_beside_each_rival_once_where_it_loses_as_where_it_wins() -> None:
    differences = RIVER.differences["as judged"]
    for party, said in zip(("upland", "lowland"), beside_steps(RIVER), strict=True):
        less, more = (re.findall(rf"worth {word} than ([^;.]*(?:\.\d[^;.]*)*)", said) for word in ("less", "more"))
        for name in RIVER.strategies:
            if name == "roadmap":
                continue
            pair = ("roadmap", name) if ("roadmap", name) in differences else (name, "roadmap")
            each = differences[pair].worth[party]
            ahead = each.mean if pair[0] == "roadmap" else -each.mean
            where = "level" if abs(ahead) <= 2 * each.se else "more" if ahead > 0 else "less"

            assert said.count(f"{name} (by") + said.count(name) >= 1
            assert any(f"{name} (by" in part for part in less) == (where == "less")
            assert any(f"{name} (by" in part for part in more) == (where == "more")


def test_sentences_name_the_best_for_each_principal_and_the_least_regretted() -> None:
    odds = RIVER.odds["as judged"]
    for party, said in zip(("upland", "lowland"), in_sentences(RIVER)[1:], strict=True):
        assert max(odds, key=lambda name: odds[name].worth[party].mean) in said
        assert RIVER.title_of(party) in said
    for regret, said in zip(RIVER.regrets, least_regretted(RIVER), strict=True):
        assert len(regret.least) == len(regret.worst) or all(name in said for name in regret.least)


def test_one_strategy_alone_is_told_without_comparing_it() -> None:
    found = detente.simulate(detente.load("river"), strategies=["grit"], runs=20, mixes=False)
    (said,) = in_sentences(found)

    assert said.startswith("With grit, something is agreed in 100% (± ")
    assert beside_steps(found) == least_regretted(found) == []


def test_the_page_says_the_caution_first_draws_everything_and_tells_what_was_taken_for_granted(tmp_path: Path) -> None:
    page = SimulationPage(RIVER)
    shown, plain = page.html(), page.markdown()
    stated = SimulationPage(
        detente.simulate(detente.load("six-party-steps"), strategies=["roadmap"], runs=5, mixes=False)
    ).markdown()

    assert shown.index(CAUTION.split(",")[0].replace("'", "&#39;")) < shown.index("<table")
    assert shown.count("<svg") == shown.count('role="img" aria-label="') == 3
    assert f"**{CAUTION}**" in plain
    assert "The file says nothing of a process, and this is taken instead: Upland and Lowland may each" in plain
    assert "The file says nothing" not in stated
    assert "may happen by chance is in the file." in stated
    assert run("simulate", "river", "--runs", "2", "--no-mixes", "-o", str(tmp_path / "a.md")).exit_code == 0


def test_the_terminal_has_the_words_the_tables_and_the_caution() -> None:
    shown = " ".join(run("simulate", "river", "--runs", "60", "--months", "12").stdout.split())

    assert CAUTION in shown
    assert all(text in shown for text in in_sentences(RIVER))
    assert all(table.title in shown for table in RIVER.tables())


# Pictures.


def numbers(pattern: str, svg: str) -> list[float]:
    return [float(each) for each in re.findall(pattern, svg)]


def test_bars_of_endings_are_as_long_as_their_shares_and_fill_the_row() -> None:
    shares = [0.1, 0.2, 0.3, 0.25, 0.15]
    drawn = endings_chart("ends", ENDINGS, [("a<b", shares), ("c", [0, 0, 0, 0, 1.0])])
    bars = numbers(r'width="([\d.]+)" height="22" fill="#', drawn)

    assert np.allclose(np.array(bars[:5]) / sum(bars[:5]), shares, atol=1e-3)
    assert sum(bars[:5]) == pytest.approx(bars[5], abs=0.5)
    assert all(f">{100 * share:.0f}%</text>" in drawn for share in shares)
    assert "a&lt;b: implemented 10%; done on paper only 20%" in drawn
    assert "a<b" not in drawn


def test_a_fan_has_its_median_between_its_bands_and_a_line_where_tension_is_high() -> None:
    band = [[level] * 2001 for level in (0.1, 0.3, 0.5, 0.7, 0.9)]
    drawn = fan_chart("tension", [("calm", band), ("x", band)], 0.6)
    middle = re.findall(r'd="M([\d. L]+)" fill="none" stroke="#1f5a99" stroke-width="2"/>', drawn)
    (high,) = {float(y) for y in re.findall(r'd="M34.0 ([\d.]+)h[\d.]+"', drawn)}
    ys = {float(point.split()[1]) for point in middle[0].split("L")}
    levels = numbers(r'y1="([\d.]+)"', drawn)[:3]

    assert ys == {levels[1]}
    assert high == pytest.approx(levels[0] + 0.6 * (levels[2] - levels[0]), abs=0.1)
    assert len(middle[0].split("L")) <= process_charts._MOST_POINTS + 1
    assert "high, from 0.6" in drawn


def test_survival_starts_at_the_top_and_the_letters_at_its_lines_do_not_overlap() -> None:
    lines = [(f"s{k}", [1.0, 0.8, float(k % 2)]) for k in range(12)]
    drawn = survival_chart("stands", lines)
    starts = set(re.findall(r'<path d="M([\d.]+ [\d.]+)H', drawn))
    letters = sorted(numbers(r'<text x="694.0" y="([\d.]+)"', drawn))
    looks = re.findall(r'stroke="(#\w+)" stroke-width="2"( stroke-dasharray="[\d ]+")?/></g>', drawn)

    assert starts == {"52.0 18.0"}
    assert len(letters) == 12
    assert letters[0] >= 18
    assert letters[-1] <= 304
    assert all(after - before >= 11.9 for before, after in pairwise(letters))
    assert len(set(looks)) == 12


def test_on_the_map_a_place_where_step_by_step_loses_is_marked_with_what_it_lacks() -> None:
    winners = [["roadmap", "patience"], ["going-first", "<b>"]]
    drawn = map_chart(
        "who", ("trust", "hazard"), ["10%", "50%"], ["0", "2"], winners, [[0.0, 2.5], [None, 1.0]], "roadmap"
    )
    cells = drawn[drawn.index("across: trust") :]

    assert [cells.count(f"url(#map-{kind})") for kind in ("level", "loses")] == [1, 2]
    assert ">−2.5</text>" in drawn
    assert "trust 50%, hazard 0: patience; roadmap is 2.5 behind" in drawn
    assert "trust 10%, hazard 2: going-first, from which roadmap cannot be told" in drawn
    assert "<b>" not in drawn


# The brief.


def test_the_brief_plays_the_roadmap_and_its_rivals_where_the_file_says_how_it_goes() -> None:
    found = brief(detente.load("six-party-steps"))
    plain = found.markdown()
    section = plain[plain.index("## All at once, or step by step?") :]

    assert f"**{CAUTION}**" in section
    for name in STRATEGIES:
        assert f"| {name} |" in section
    assert found.payload()["process"]["runs"] == RUNS  # type: ignore[index]
    assert found.findings.played is not None
    assert found.findings.played.rounds == found.findings.roadmap.rounds  # type: ignore[union-attr]


SILENT = """
detente: 1
title: Two steps
parties:
  a: {role: principal}
  b: {role: principal}
commitments:
  A1: {by: a, lump: {a: -1, b: 3}}
  B1: {by: b, lump: {a: 3, b: -1}}
"""


def test_the_brief_leaves_it_out_where_the_file_says_nothing_and_where_it_is_to_be_quick() -> None:
    quick = brief(detente.load("six-party-steps"), quick=True)
    silent = brief(detente.parse_scenario(SILENT))

    assert not isinstance(silent.findings.roadmap, str)
    assert quick.findings.played is silent.findings.played is None
    assert "All at once" not in quick.markdown() + silent.markdown()
    assert quick.payload()["process"] is None


def test_points_that_were_drawn_once_are_the_same_points_and_cannot_be_written_on() -> None:
    with shared_work():
        first, again = parts_of(5, 8, 3, 1, "sobol"), parts_of(5, 8, 3, 1, "sobol")
        other, more = parts_of(5, 8, 3, 2, "sobol"), parts_of(5, 40, 3, 1, "sobol")

    assert np.shares_memory(first, again)
    assert np.shares_memory(first, more)
    assert (first == parts_of(5, 8, 3, 1, "sobol")).all()
    assert (first != other).any()
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


def test_all_or_nothing_is_after_everything_and_the_package_at_once_is_another_strategy() -> None:
    korea, asked = detente.load("korea-2021"), {"strategies": ["all-or-nothing", "at-once"], "runs": 50, "mixes": False}
    found = detente.simulate(korea, **asked)
    same = detente.simulate(korea, **asked, everything="op_ed_softened", package="op_ed_softened")
    odds, level = found.odds["as judged"], same.odds["as judged"]

    assert (odds["all-or-nothing"].agreement.p, odds["at-once"].agreement.p > 0.9) == (0, True)
    assert level["all-or-nothing"].payload() == level["at-once"].payload()


def test_every_strategy_has_its_line_in_the_legend() -> None:
    assert set(LEGEND) == set(KNOWN)
