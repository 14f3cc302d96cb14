"""What a file says is what the model holds: numbers exactly, names as written, steps and lines worked out."""

import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from detente.io import load_scenario, parse_scenario, read, scenario_schema, schema
from detente.io.numbers import NumeralError, middle, nanos, number, numbers, rounded, written
from detente.model.claim import (
    AcceptedBy,
    Attainable,
    BetterFor,
    DemandIs,
    OnlyWithout,
    Rescues,
    Test,
    VetoCosts,
)
from detente.model.party import Role
from detente.model.quantity import Quantity
from detente.model.scenario import Quorum, Scenario

PATH = Path(schema.__file__).parents[1] / "catalog" / "cases" / "river.yaml"
RIVER = PATH.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def river() -> Scenario:
    return load_scenario(PATH)


def small(extra: str = "", issue: str = "{options: [x, y]}", worth: str = "{}") -> Scenario:
    return parse_scenario(
        f"detente: 1\ntitle: t\nissues: {{i: {issue}}}\nparties: {{a: {{worth: {{i: {worth}}}}}, b: {{}}}}\n{extra}"
    )


def likely(scenario: Scenario, party: str = "a", issue: str = "i") -> dict[str, Fraction]:
    return {option: q.likely for option, q in scenario.parties[party].preferences.worth[issue].items()}


# the river file


def test_the_river_loads_without_a_word() -> None:
    loaded = read(RIVER)

    assert loaded.errors == loaded.warnings == ()


def test_the_river_holds_what_its_file_says(river: Scenario) -> None:
    assert river.title == "The river accord"
    assert list(river.issues) == ["water", "payment", "inspectors"]
    assert river.status_quo == {"water": "a trickle", "payment": "nothing", "inspectors": "refused"}
    assert river.issues["inspectors"].by == ("upland", "lowland")
    assert river.issues["payment"].options["lump sum"].reversible is False
    assert river.issues["payment"].options["lump sum"].months == Quantity(Fraction(2), Fraction(3), Fraction(4))
    assert river.parties["upland"].reservation == Quantity.of(2)
    assert list(river.parties["upland"].preferences.refuses["inspectors"]) == ["resident"]
    assert river.parties["senate"].role is Role.VETO
    assert river.parties["senate"].over == {"payment": ("lump sum",)}
    assert river.interactions["planting"].worth == {"lowland": Quantity.of(4), "upland": Quantity.of(1)}
    assert river.demands["resident inspectors"].terms == {"inspectors": ("resident",)}
    assert river.packages["engineers' draft"].terms["payment"] == "yearly fee"
    assert river.judgments["spot prices"].likely == "fall back"
    assert river.settled().parties["upland"].reservation == Quantity.of(0)
    assert river.settled().allows(river.status_quo)


def test_a_number_keeps_its_range_its_reason_its_source_and_its_line(river: Scenario) -> None:
    worth = river.parties["upland"].preferences.of("payment", "lump sum")

    assert (worth.low, worth.likely, worth.high) == (20, 24, 30)
    assert (worth.why, worth.source, worth.line) == ("pays for the spillway", ("budget 2024",), 24)


def test_yaml_and_json_of_the_same_scenario_are_the_same(river: Scenario) -> None:
    tree = yaml.load(RIVER, Loader=yaml.BaseLoader)

    assert parse_scenario(json.dumps(tree)) == river
    assert parse_scenario(json.dumps(tree, indent="\t")) == river
    assert parse_scenario(RIVER.encode("utf-8-sig")) == river
    assert parse_scenario(RIVER.replace("\n", "\r\n")) == river


# names and texts


def test_every_name_is_text_exactly_as_written() -> None:
    names = [
        "no",
        "on",
        "1:30",
        "2021",
        "0x1F",
        "null",
        "~",
        "1e3",
        "2022-01-01",
        "가격 합의",
        "engineers' draft",
    ]
    scenario = small(issue="{options: [" + ", ".join(names) + "]}")

    assert list(scenario.issues["i"].options) == names


def test_quotes_make_no_difference_to_a_name() -> None:
    assert small(issue="{options: ['x', \"y\"]}") == small()


def test_nothing_written_counts_as_absent_where_a_table_a_list_or_a_number_is_due() -> None:
    scenario = parse_scenario(
        "detente: 1\ntitle: t\nsummary:\nissues: {i: {title: , options: [x, y]}}\n"
        "parties: {a: {worth: ~, reservation: null, refuses: }, b: }\nconditions: ~\nclaims:\njudgments: null\n"
    )

    assert scenario.parties["a"].reservation is None
    assert scenario.parties["b"].role is Role.PRINCIPAL
    assert scenario.summary == ""


def test_the_escapes_of_json_are_read_at_their_places() -> None:
    text = '{"detente": 1,\n\t"title": "\\ud83d\\ude00 a\\/b \\u00e9", "isues": {}}'
    errors = read(text).errors

    assert ("unknown key 'isues'; did you mean 'issues'?", 2, 39) in [(e.message, e.line, e.column) for e in errors]
    good = '{"detente":1,"title":"\\ud83d\\ude00 a\\/b","issues":{"i":{"options":["x"]}},"parties":{"a":{}}}'
    assert parse_scenario(good).title == "😀 a/b"


@pytest.mark.parametrize("escape", ["\\ud83d", "\\ude00\\ud83d", "\\u0000"])
def test_half_a_surrogate_pair_is_an_error_with_its_place(escape: str) -> None:
    errors = read(
        '{"detente": 1,\n "title": "' + escape + '", "issues": {"i": {"options": ["x"]}}, "parties": {"a": {}}}'
    ).errors

    assert [(e.line, e.column, e.path) for e in errors] == [(2, 11, "title")]


def test_titles_stand_on_one_line() -> None:
    assert small(issue='{title: "  a\\n b ", options: [x]}').issues["i"].title == "a b"


# numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Fraction(12)),
        ("-3.5", Fraction(-7, 2)),
        ("+4", Fraction(4)),
        ("1e3", Fraction(1000)),
        ("1E-9", Fraction(1, 10**9)),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("1e12", Fraction(10**12)),
        ("0.0000000005", Fraction(0)),
        ("0.0000000015", Fraction(2, 10**9)),
        ("1e-999", Fraction(0)),
    ],
)
def test_a_number_is_read_exactly_to_nine_decimals(text: str, value: Fraction) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        ".nan",
        "inf",
        "-Infinity",
        "1_000",
        "0x10",
        "1,5",
        "١٢",
        "1e13",
        "1000000000000.1",
        "1e9999",
        "--1",
        "1e",
        ".",
        "",
        "1 2",
        "1..2..3",
        "1...2",
        "..",
        "5..",
        "9" * 61,
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NumeralError):
        numbers(text)


@pytest.mark.parametrize("text", ["10..14", "10 .. 14", " 10.0..14.0 ", "1e1..14e0"])
def test_a_range_is_likely_at_its_middle(text: str) -> None:
    assert numbers(text) == (10, 12, 14)


@given(st.integers(-(10**21), 10**21))
def test_a_number_is_read_as_it_is_written(billionths: int) -> None:
    assert nanos(number(written(billionths))) == billionths


@given(st.integers(-(10**21), 10**21), st.integers(-(10**21), 10**21))
def test_the_middle_lies_between(one: int, other: int) -> None:
    low, high = Fraction(min(one, other), 10**9), Fraction(max(one, other), 10**9)

    assert low <= middle(low, high) <= high
    assert abs(middle(low, high) - (low + high) / 2) <= Fraction(1, 2 * 10**9)


@given(st.integers(-(10**12), 10**12), st.sampled_from([2, 4, 10]) | st.integers(1, 10**6))
@example(1, 2)
@example(3, 2)
@example(-1, 2)
def test_rounding_goes_half_to_even(dividend: int, divisor: int) -> None:
    assert rounded(dividend, divisor) == Fraction(round(Fraction(dividend, divisor)), 10**9)


@pytest.mark.parametrize("table", ["{low: 1, likely: 2, high: 3}", "{low: 1, high: 3}", "{value: 1..3}", "1..3"])
def test_a_range_can_be_written_in_four_ways(table: str) -> None:
    assert small(worth="{y: " + table + "}").parties["a"].preferences.of("i", "y") == numbers_of(1, 2, 3)


def numbers_of(low: int, middle: int, high: int) -> Quantity:
    return Quantity(Fraction(low), Fraction(middle), Fraction(high))


# numeric issues


def test_each_step_of_a_range_is_an_option_and_the_first_the_status_quo() -> None:
    issue = small(issue="{range: {from: 0, to: 1, step: 0.3, unit: USD m}}").issues["i"]

    assert list(issue.options) == ["0", "0.3", "0.6", "0.9"]
    assert (issue.kind, issue.status_quo, issue.unit) == ("number", "0", "USD m")
    assert issue.option_name("0.3") == "0.3 USD m"


def test_an_option_may_be_written_with_more_zeros() -> None:
    scenario = small(
        issue="{range: {from: 0, to: 5, step: 0.5}, status_quo: 2.50}",
        extra="demands: {d: {terms: {i: [1.0, 3..4]}}}\npackages: {p: {terms: {i: +4.00}}}\n",
    )

    assert scenario.issues["i"].status_quo == "2.5"
    assert scenario.demands["d"].terms == {"i": ("1", "3", "3.5", "4")}
    assert scenario.packages["p"].terms == {"i": "4"}


def test_worth_runs_in_straight_lines_between_points_and_flat_beyond_them() -> None:
    scenario = small(
        issue="{range: {from: 0, to: 40, step: 10}}", worth="{10: 0, 20: 12..14, 30: {low: 18, likely: 18, high: 28}}"
    )
    worth = scenario.parties["a"].preferences.worth["i"]

    assert likely(scenario) == {"0": 0, "10": 0, "20": 13, "30": 18, "40": 18}
    assert [(worth[o].low, worth[o].high) for o in ("20", "40")] == [(12, 14), (18, 28)]


def test_worth_between_points_is_rounded_to_nine_decimals() -> None:
    worth = likely(small(issue="{range: {from: 0, to: 3, step: 1}}", worth="{0: 0, 3: 1}"))

    assert worth == {"0": 0, "1": Fraction(333333333, 10**9), "2": Fraction(666666667, 10**9), "3": 1}


@given(st.dictionaries(st.integers(0, 20), st.tuples(st.integers(-99, 99), st.integers(0, 9)), min_size=1, max_size=6))
def test_worth_of_a_numeric_issue_agrees_with_a_line_drawn_slowly(points: dict[int, tuple[int, int]]) -> None:
    text = ", ".join(f"{x}: {low}..{low + width}" for x, (low, width) in points.items())
    worth = (
        small(issue="{range: {from: 0, to: 20, step: 1}}", worth="{" + text + "}").parties["a"].preferences.worth["i"]
    )

    for x in range(21):
        left = max((p for p in points if p <= x), default=min(points))
        right = min((p for p in points if p >= x), default=max(points))
        share = Fraction(x - left, right - left) if right != left else Fraction(0)
        exact = points[left][0] * (1 - share) + points[right][0] * share
        assert abs(worth[str(x)].low - exact) <= Fraction(1, 2 * 10**9)
        assert worth[str(x)].low <= worth[str(x)].likely <= worth[str(x)].high


@pytest.mark.parametrize(
    ("start", "to", "step", "options"),
    [
        ("2022-01-31", "2022-05-01", "1 month", ["2022-01-31", "2022-02-28", "2022-03-31", "2022-04-30"]),
        ("2020-02-29", "2024-12-31", "1 year", ["2020-02-29", "2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"]),
        ("2022-12-25", "2023-01-08", "1 week", ["2022-12-25", "2023-01-01", "2023-01-08"]),
        ("2022-12-30", "2023-01-04", "2 days", ["2022-12-30", "2023-01-01", "2023-01-03"]),
        ("9999-11-30", "9999-12-31", "1 month", ["9999-11-30", "9999-12-30"]),
        ("2022-01-31", "2022-02-27", "1 month", ["2022-01-31"]),
    ],
)
def test_dates_step_by_the_calendar(start: str, to: str, step: str, options: list[str]) -> None:
    issue = small(issue=f"{{range: {{from: {start}, to: {to}, step: {step}}}}}").issues["i"]

    assert list(issue.options) == options
    assert issue.kind == "date"


def test_what_lies_between_two_points_has_the_reasons_of_both() -> None:
    def whys(first: str, last: str) -> dict[str, str]:
        worth = f"{{0: {{value: 1, {first}}}, 4: {{value: 3, {last}}}}}"
        scenario = small(issue="{range: {from: 0, to: 5, step: 1}}", worth=worth)
        return {option: each.why for option, each in scenario.parties["a"].preferences.worth["i"].items()}

    both = whys("why: a start", "why: an end")

    assert both == {
        "0": "a start",
        **dict.fromkeys("123", "between 0 (a start) and 4 (an end)"),
        "4": "an end",
        "5": "an end",
    }
    assert whys("why: the same", "why: the same")["2"] == "the same"
    assert whys("why: ", "why: an end")["2"] == "between 0 and 4 (an end)"
    assert whys("why: ", "why: ")["2"] == ""


def test_a_span_of_dates_stands_for_all_within() -> None:
    scenario = small(
        issue="{range: {from: 2022-01-01, to: 2022-12-01, step: 1 month}}",
        extra="demands: {d: {terms: {i: 2022-02-15..2022-04-01}}}\n",
    )

    assert scenario.demands["d"].terms == {"i": ("2022-03-01", "2022-04-01")}


def test_a_numeric_issue_has_up_to_2001_options() -> None:
    assert len(small(issue="{range: {from: 0, to: 2000, step: 1}}").issues["i"].options) == 2001
    assert read("detente: 1\ntitle: t\nissues: {i: {range: {from: 0, to: 2001, step: 1}}}\nparties: {a: {}}\n").errors


# changes, claims and the rest


def test_a_reading_changes_everything_that_it_may() -> None:
    change = (
        "{a: {worth: {i: {y: 3}}, reservation: 1, refuses: {i: []}}, b: {role: veto, over: {i: y}},"
        " interactions: {k: {worth: {a: 2}}}}"
    )
    scenario = small(
        f"interactions: [{{id: k, when: {{i: y}}, worth: {{a: 1}}}}]\n"
        f"judgments: {{j: {{likely: r, open: true, readings: {{r: {{change: {change}, weight: 0.3}}, "
        "s: {weight: 0.7}}}}\n"
    )
    settled = scenario.settled()

    assert settled.parties["a"].preferences.of("i", "y") == Quantity.of(3)
    assert settled.parties["b"].over == {"i": ("y",)}
    assert settled.interactions["k"].worth == {"a": Quantity.of(2)}
    assert scenario.judgments["j"].open is True
    assert scenario.judgments["j"].readings["r"].weight == pytest.approx(0.3)


def test_the_worth_of_an_interaction_may_be_changed_in_short() -> None:
    interactions = "interactions: [{when: {i: y}, worth: {a: 1}}]\n"
    judgment = "judgments: {{j: {{readings: {{r: {{change: {{interactions: {{interaction 1: {}}}}}}}}}}}}}\n"

    assert small(interactions + judgment.format("{a: 2}")) == small(interactions + judgment.format("{worth: {a: 2}}"))


def test_adding_can_be_said_in_two_ways() -> None:
    judgment = "judgments: {{j: {{likely: r, readings: {{r: {}}}}}}}\n"
    one = small(judgment.format("{change: {a: {worth: {i: {y: 2}}}}, add: true}"), worth="{y: 1}")
    other = small(judgment.format("{add: {a: {worth: {i: {y: 2}}}}}"), worth="{y: 1}")

    assert one == other
    assert one.settled().parties["a"].preferences.of("i", "y") == Quantity.of(3)


def test_points_of_a_change_move_all_options_of_a_numeric_issue() -> None:
    judgment = "judgments: {j: {likely: r, readings: {r: {add: {a: {worth: {i: {0: 1, 2: 3}}}}}}}}\n"
    scenario = small(judgment, issue="{range: {from: 0, to: 2, step: 1}}", worth="{0: 10}")

    assert likely(scenario.settled()) == {"0": 11, "1": 12, "2": 13}


def test_two_readings_in_force_may_add_to_the_same_value() -> None:
    text = "judgments: {{j: {{likely: r, readings: {{r: {0}}}}}, k: {{likely: s, readings: {{s: {0}}}}}}}\n"

    assert small(text.format("{add: {a: {reservation: 2}}}")).settled().parties["a"].reservation == Quantity(
        *numbers("4"), "worth of the status quo"
    )


def test_an_agreement_may_be_a_quorum() -> None:
    assert small("agreement: {at least: 1, always: [b]}\n").quorum == Quorum(1, ("b",))


@pytest.mark.parametrize(
    ("test", "meant"),
    [
        ("{demand: D, is: torpedo}", DemandIs("D", ("torpedo",))),
        ("{demand: D, is: [costly, harmless]}", DemandIs("D", ("costly", "harmless"))),
        ("{package: P, is: attainable}", Attainable("P")),
        ("{package: status quo, is: unattainable}", Attainable("status quo", expected=False)),
        ("{terms: {i: [x, y]}, is: attainable}", Attainable(None, {"i": ("x", "y")})),
        ("{package: P, accepted_by: [a, b]}", AcceptedBy("P", ("a", "b"))),
        ("{package: P, refused_by: a}", AcceptedBy("P", ("a",), expected=False)),
        ("{package: P, better_than: status quo, for: [a, b]}", BetterFor("P", "status quo", ("a", "b"))),
        ("{veto: b, costs: 10%}", VetoCosts("b", Fraction(1, 10), share=True)),
        ("{veto: b, costs_at_most: 5}", VetoCosts("b", Fraction(5), at_most=True)),
        ("{veto: b, costs: 5, to: a}", VetoCosts("b", Fraction(5), to="a")),
        ("{demand: D, rescues: E}", Rescues("D", "E")),
        ("{only_without: [D, E]}", OnlyWithout(("D", "E"))),
    ],
)
def test_a_claim_is_tested_in_the_terms_of_the_scenario(test: str, meant: Test) -> None:
    scenario = small(
        "demands: {D: {terms: {i: x}}, E: {terms: {i: y}}}\npackages: {P: {by: a, terms: {i: y}}}\n"
        f"claims: {{c: {{says: So it is., by: A. Author 2021, camp: us, test: {test}}}}}\n"
        "judgments: {j: {likely: r, readings: {r: {change: {b: {role: veto}}}}}}\n"
    )

    assert scenario.claims["c"].test == meant


# the JSON Schema


def violations(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(scenario_schema())
    return [error.message for error in validator.iter_errors(yaml.safe_load(text))]


FULL = """
detente: 1
title: 2021
issues:
  i: {options: [yes, no, 1, 2.5, on]}
  money: {range: {from: 0, to: 40, step: 5, unit: USD m}, status_quo: 5.0, by: a, source: [one, two]}
  deed: {options: {x: , y: {reversible: 3..4, months: 2, why: so}}}
parties:
  a: {worth: {i: {yes: 3, 1: -2.5..4}, money: {0: 0, 20: {value: 12, why: so}}}, refuses: {i: no, deed: {y: why}}}
  b: {role: veto, over: {deed: y}}
  c:
interactions:
conditions: [{never: {i: [1, 2.5], deed: y}}]
agreement: {at least: 2, always: a}
points: comparable
judgments:
  j: {open: yes, readings: {r: {change: {a: {reservation: 1..2}, interactions: {}}, add: true, weight: 0.5}}}
claims: {c: {says: True, test: {terms: {i: 1}, is: attainable}}}
sources: {one: 1, two: Two}
notes: a sentence
"""


@pytest.mark.parametrize("text", [RIVER, FULL], ids=["river", "full"])
def test_a_valid_file_passes_the_json_schema_as_yaml_reads_it(text: str) -> None:
    assert violations(text) == []


def test_the_full_file_is_valid_but_for_its_flag() -> None:
    assert [e.message for e in read(FULL).errors] == ["true or false is due here; this is 'yes'"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: The", "tilte: The"),
        ("name: Lowland", "nmae: Lowland"),
        ("reservation: 2", "reservation: soon"),
        ("role: veto", "role: vito"),
        ("{inspectors: resident}", "7"),
        ("{reservation: 6}", "{reservations: 6}"),
        ("by: upland", "by: {upland: 1}"),
        ("detente: 1\n", ""),
        ("detente: 1\n", "detente: 2\n"),
        ("  - {never: {water: full, payment: nothing}}\n", "  - {}\n"),
        ("  - {never: {water: full, payment: nothing}}\n", "  - {when: {water: full}}\n"),
    ],
)
def test_what_is_no_scenario_fails_the_json_schema(old: str, new: str) -> None:
    assert violations(RIVER.replace(old, new, 1))


def test_the_json_schema_is_one_and_describes_every_key() -> None:
    found = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(found)
    definitions = [found, *found["$defs"].values()]

    assert all(field.get("description") for each in definitions for field in each.get("properties", {}).values())
