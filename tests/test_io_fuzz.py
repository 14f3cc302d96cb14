"""The law of the reader: any bytes give a scenario, or problems with their places; nothing else, and soon."""

import json
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.errors import ScenarioError
from detente.io import parse_scenario, read, source
from detente.io.fields import Doc, keys_of
from detente.io.nodes import MOST_PROBLEMS, Text
from detente.model.scenario import Scenario

RIVER = (Path(source.__file__).parents[1] / "catalog" / "cases" / "river.yaml").read_text(encoding="utf-8")
SECONDS = 5.0
FUZZ = settings(max_examples=150, suppress_health_check=list(HealthCheck))

NAMES = ["water", "half", "full", "payment", "lump sum", "upland", "lowland", "senate", "resident", "planting"]
ODD = ["", "<<", "~", "null", "0", "10", "2022-01-01", "spot prices", "stay high", "interactions"]
KEYS = sorted({*NAMES, *ODD, *(key for document in Doc.__subclasses__() for key in keys_of(document))})
SCALARS = st.one_of(
    st.sampled_from(KEYS),
    st.sampled_from(["1", "-3.5", "10..14", "14..10", "1e999999999", "9" * 400, "nan", "1_000", "0x1", "10%", "true"]),
    st.sampled_from(["veto", "principal", "consulted", "comparable", "attainable", "1 month", "0 days", "9999-12-31"]),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.none(),
)
TREES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(KEYS), below, max_size=6),
    max_leaves=40,
)


def obeys_the_law(text: str | bytes) -> Scenario | None:
    begun = time.process_time()
    try:
        scenario = parse_scenario(text, "any.yaml")
    except ScenarioError as error:
        scenario, problems = None, error.problems
    else:
        problems = ()
    assert (scenario is None) == bool(problems)
    assert len(problems) <= MOST_PROBLEMS + 1
    for problem in problems:
        assert problem.file == "any.yaml"
        assert problem.line >= 1
        assert problem.column >= 1
        assert 0 < len(problem.message) < 2_000
        assert type(problem.message) is str
    assert time.process_time() - begun < SECONDS
    return scenario


@FUZZ
@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    obeys_the_law(data)


@FUZZ
@given(st.text(max_size=200))
def test_random_text_is_read_or_refused(text: str) -> None:
    obeys_the_law(text)


@FUZZ
@given(st.text(alphabet=" \n\t-:,[]{}&*!|>'\"%@`#?.ab01\\u\x85\u2028\ufeff", max_size=60))
def test_random_signs_of_yaml_are_read_or_refused(text: str) -> None:
    obeys_the_law(text)


@FUZZ
@given(st.data())
def test_a_file_with_its_lines_and_words_shuffled_is_read_or_refused(data: st.DataObject) -> None:
    lines = RIVER.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.integers(0, len(lines) - 1))
        act = data.draw(st.sampled_from(["delete", "double", "swap", "replace", "word", "cut"]))
        line = lines[where]
        if act == "delete":
            lines[where] = ""
        elif act == "double":
            lines[where] = line * 2
        elif act == "swap":
            lines[where], lines[other] = lines[other], line
        elif act == "replace":
            lines[where] = data.draw(SCALARS.map(str)) + "\n"
        elif act == "word":
            words = line.split(" ")
            words[data.draw(st.integers(0, len(words) - 1))] = data.draw(SCALARS.map(str))
            lines[where] = " ".join(words)
        else:
            lines[where] = line[: data.draw(st.integers(0, len(line)))]
    obeys_the_law("".join(lines))


@FUZZ
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=12))
def test_any_tree_of_our_keys_is_read_or_refused_as_yaml_and_as_json(tree: dict[str, object]) -> None:
    as_yaml = read(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
    obeys_the_law(yaml.safe_dump(tree))
    obeys_the_law(json.dumps(tree))

    assert as_yaml.errors or as_yaml.scenario


@FUZZ
@given(st.data())
def test_a_scenario_with_a_branch_replaced_is_read_or_refused(data: st.DataObject) -> None:
    tree = yaml.load(RIVER, Loader=yaml.BaseLoader)
    node = tree
    while True:
        key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        below = node[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.integers(0, 3)) == 0:
            break
        node = below
    node[key] = data.draw(TREES)
    obeys_the_law(json.dumps(tree))


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)


def numeric(issues: int, parties: int, points: str = "{0: 0, 7: 5..9, 2000: 3}") -> str:
    names = [f"i{k}" for k in range(issues)]
    return (
        "detente: 1\ntitle: t\nissues:\n"
        + "".join(f"  {name}: {{range: {{from: 0, to: 2000, step: 1}}}}\n" for name in names)
        + "parties:\n"
        + "".join(f"  p{k}: {{worth: {{{', '.join(f'{n}: {points}' for n in names)}}}}}\n" for k in range(parties))
    )


def interlocked(issues: int, conditions: int) -> str:
    """Pigeons: more of them than holes, so that only a long search would tell."""
    text = "detente: 1\ntitle: t\nissues:\n"
    holes = ", ".join(f"h{k}" for k in range(issues - 1))
    text += "".join(f"  i{k}: [{holes}]\n".replace("[", "{options: [").replace("]", "]}") for k in range(issues))
    text += "parties: {p: {}}\ndemands:\n" + "".join(f"  d{k}: {{terms: {{i0: h{k}}}}}\n" for k in range(issues - 1))
    text += "conditions:\n"
    rules = (
        f"  - {{never: {{i{a}: h{h}, i{b}: h{h}}}}}\n"
        for a in range(issues)
        for b in range(a)
        for h in range(issues - 1)
    )
    return text + "".join(rule for rule, _ in zip(rules, range(conditions), strict=False))


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        pytest.param("[" * 100_000, "nest", id="deep lists"),
        pytest.param('{"a":' * 100_000, "nest", id="deep tables"),
        pytest.param("- " * 100_000, "nest", id="deep dashes"),
        pytest.param("? " * 50_000, "nest", id="deep keys"),
        pytest.param('{"a": ' + "[" * 300 + "]" * 300 + "}", "nest", id="deep json"),
        pytest.param(LAUGHS, "more than 200,000 values", id="a billion laughs"),
        pytest.param("a: &a [*a]\n", "stands for what it is part of", id="an alias of itself"),
        pytest.param("title: *x\n", "stands for nothing above", id="an alias of nothing"),
        pytest.param("[" + "x," * 2_000_000 + "]", "more than 200,000 values", id="long list"),
        pytest.param("x" * (5 * 2**20), "larger than 4 MiB", id="too large"),
        pytest.param("é" * (3 * 2**20), "larger than 4 MiB", id="too large in bytes"),
        pytest.param("detente: 1e999999999\n", "the version", id="huge exponent"),
        pytest.param(
            RIVER.replace("reservation: 2", "reservation: " + "9" * 1_000_000), "at most 60", id="long number"
        ),
        pytest.param(RIVER.replace("reservation: 2", "reservation: 1e999"), "beyond 10^12", id="large number"),
        pytest.param(numeric(200, 100), "written out", id="too many cells"),
        pytest.param(interlocked(12, 800), "interlock", id="pigeons"),
        pytest.param(
            RIVER + "".join(f"{'k' * 150}{k}: 1\n" for k in range(3_000)), "and 2800 more", id="many unknown keys"
        ),
        pytest.param(
            RIVER.replace("{half: -8, full: -20}", "{" + ", ".join("h" * 190 + str(k) for k in range(5_000)) + "}"),
            "and 4800 more",
            id="many unknown options",
        ),
        pytest.param("x" * 4_000_000 + ": 1\n", "not YAML", id="an endless key"),
        pytest.param("'" + "x" * 900 + "': 1\n", "unknown key", id="a long key"),
        pytest.param("\n" * 4_000_000, "empty", id="nothing but lines"),
        pytest.param("#" * 4_000_000, "empty", id="nothing but a comment"),
        pytest.param("&a " * 100_000, "not YAML", id="anchors"),
        pytest.param("{" * 50 + "a" + "}" * 50, "a key is a name", id="tables as keys"),
        pytest.param('"' + "\\" * 1_000_001, "not YAML", id="backslashes"),
        pytest.param("%" * 1_000_000, "not YAML", id="directives"),
    ],
)
def test_an_attack_is_refused_soon(text: str, fragment: str) -> None:
    begun = time.process_time()
    loaded = read(text)

    assert any(fragment in problem.message for problem in loaded.errors), loaded.errors[:3]
    assert loaded.scenario is None
    assert time.process_time() - begun < SECONDS


def test_conditions_too_hard_to_check_are_told_where_they_begin() -> None:
    text = interlocked(12, 800)
    (problem,) = read(text).errors

    assert text.splitlines()[problem.line - 1] == "conditions:"


def test_the_slow_loader_in_python_obeys_the_law_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LOADER", yaml.SafeLoader)

    assert read(RIVER).scenario is not None
    for text in ("[" * 5_000, "- " * 5_000, "a: &a [*a]", "a: {", "\t", "? " * 2_000, LAUGHS):
        assert obeys_the_law(text) is None


def test_nothing_of_the_reader_is_left_in_the_model() -> None:
    scenario = obeys_the_law(RIVER)

    assert scenario is not None
    assert all(type(text) is str for text in texts(scenario))


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if type(value).__name__ != "Role" else []
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in texts(each)]
    if isinstance(value, tuple | list):
        return [text for each in value for text in texts(each)]
    names = getattr(type(value), "__slots__", ())
    return [text for name in names if hasattr(value, name) for text in texts(getattr(value, name))]


def test_a_text_knows_its_place() -> None:
    text = Text("half", 3, 7)

    assert (text, text.line, text.column) == ("half", 3, 7)
    assert type(str(text)) is str
