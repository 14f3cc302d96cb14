"""What a file says of the process among people is what the model holds, and every mistake is told at its place."""

from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.errors import ScenarioError
from detente.io import parse_scenario, read, scenario_schema
from detente.io.opinions import load_opinions
from detente.io.process import growth
from detente.model.process import CALM, EVERYBODY, NO_PROCESS, Process, Tension, echo_of
from detente.model.quantity import Quantity
from detente.model.scenario import Scenario

PEACE = """
detente: 1
title: Peace
parties:
  US:
    types: {trustworthy: 60, opportunist: 30, spoiler: 10}
  DPRK:
    types:
      trustworthy: 0.5
      opportunist: {weight: 0.4, costs: 2.5, why: "so", source: x}
      spoiler: {weight: 0.1, gains: 0.2, worth: {peace: {treaty: -5}}}
  ROK: {role: consulted}
issues:
  peace:
    by: US
    options:
      none:
      eow: {reversible: true, symbolic: {belief: 0.3, tension: -0.01, worth: {DPRK: {nuclear_tests: 2..4}}, fades: 24}}
      treaty:
  nuclear_tests: {by: DPRK, options: [go on, stop]}
process:
  lead: US
  slip: 0.02
  false alarm: 0.05
  restraint: 2
  spread: 1
  announced: 1.5
  tension:
    start: {US: 0.4..0.6, DPRK: 0.5}
    drive: 0.1
    calming: 0.3
    echo: 0.1
    incidents: 0.05
    kept: 0.05
    broken: 0.15
    high: 0.7
  crisis: {calm: 0.001..0.005, full: 0.05}
  leadership:
    US: {chance: 0.01, patience: 0.97}
    DPRK: 0.002
  ratification: {US: 0.2..0.4}
  spoiling: {ROK: 0.5}
  pressure: {bites: {DPRK: 0.3}, costs: {US: 0.05}, tension: 0.01}
  reserve: {US: 10}
  why: "so"
  source: x
judgments:
  J:
    likely: wary
    readings:
      wary: {weight: 0.5, change: {DPRK: {types: {trustworthy: 10, opportunist: 60, spoiler: 30}}}}
      as it was: {weight: 0.5}
sources: {x: X 2021}
"""

LISTED = """
detente: 1
title: Steps
parties: {US: {}, DPRK: {}}
commitments:
  A1: {by: US, lump: {US: -1, DPRK: 2}, verifiable: 80..95, symbolic: {tension: -0.02, worth: {US: {B1: 1}}}}
  B1: {by: DPRK, lump: {US: 2, DPRK: -1}}
"""


def edited(old: str, new: str, text: str = PEACE) -> str:
    assert old in text
    return text.replace(old, new, 1)


def process(body: str) -> Process:
    return parse_scenario(LISTED + "process:\n" + "".join(f"  {line}\n" for line in body.splitlines())).process


def told(text: str) -> list[str]:
    return [f"{each.line}:{each.column} {each.path}: {each.message}" for each in read(text).errors]


def violations(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(scenario_schema())
    return [error.message for error in validator.iter_errors(yaml.safe_load(text))]


def number(value: str) -> Quantity:
    return Quantity.of(Fraction(value))


def span(low: str, likely: str, high: str) -> Quantity:
    return Quantity(Fraction(low), Fraction(likely), Fraction(high))


def everybody(value: str) -> dict[str, Quantity]:
    return {EVERYBODY: number(value)}


def test_what_the_file_says_of_the_process_is_what_the_scenario_holds() -> None:
    loaded = read(PEACE)
    assert (loaded.errors, loaded.warnings) == ((), ())
    assert loaded.scenario is not None
    found = loaded.scenario.process

    assert (found.lead, found.why, found.source) == ("US", "so", ("x",))
    assert (found.slip, found.false_alarm) == (number("0.02"), number("0.05"))
    assert (found.restraint, found.spread, found.announced) == (number("2"), number("1"), number("1.5"))
    assert found.tension == Tension(
        start={**everybody("0.5"), "US": span("0.4", "0.5", "0.6"), "DPRK": number("0.5")},
        drive=everybody("0.1"),
        calming=everybody("0.3"),
        echo={EVERYBODY: everybody("0.1")},
        incidents=number("0.05"),
        kept=number("0.05"),
        broken=number("0.15"),
        high=number("0.7"),
    )
    assert found.crisis == (span("0.001", "0.003", "0.005"), number("0.05"))
    assert found.leadership["US"].chance == number("0.01")
    assert found.leadership["US"].patience == number("0.97")
    assert (found.leadership["DPRK"].chance, found.leadership["DPRK"].patience) == (number("0.002"), None)
    assert found.ratification == {"US": span("0.2", "0.3", "0.4")}
    assert found.spoiling == {"ROK": number("0.5")}
    assert (found.pressure.bites, found.pressure.costs) == ({"DPRK": number("0.3")}, {"US": number("0.05")})
    assert found.pressure.tension == number("0.01")
    assert found.reserve == {"US": number("10")}


def test_what_the_file_says_of_types_and_symbols_is_what_the_scenario_holds() -> None:
    found = parse_scenario(PEACE)
    dprk, symbol = found.parties["DPRK"].types, found.issues["peace"].options["eow"].symbolic

    assert [each.weight for each in found.parties["US"].types.values()] == [60, 30, 10]
    assert [each.costs for each in found.parties["US"].types.values()] == [1, 2, 1]
    assert [each.gains for each in found.parties["US"].types.values()] == [1, 1, 0]
    assert (dprk["opportunist"].costs, dprk["opportunist"].why) == (Fraction(5, 2), "so")
    assert (dprk["spoiler"].gains, dprk["spoiler"].worth) == (Fraction(1, 5), {"peace": {"treaty": number("-5")}})
    assert dprk["opportunist"].line == 10
    assert (found.parties["ROK"].types, list(found.parties["ROK"].possible_types)) == ({}, ["trustworthy"])
    assert symbol is not None
    assert (symbol.belief, symbol.tension, symbol.fades) == (number("0.3"), number("-0.01"), number("24"))
    assert symbol.worth == {"DPRK": {"nuclear_tests": span("2", "3", "4")}}


def test_a_listed_commitment_says_how_well_it_is_seen_and_what_it_means() -> None:
    found = parse_scenario(LISTED).commitments["A1"]

    assert found.verifiable == span("80", "87.5", "95")
    assert found.symbolic is not None
    assert (found.symbolic.tension, found.symbolic.belief, found.symbolic.fades) == (number("-0.02"), None, None)
    assert found.symbolic.worth == {"US": {"B1": number("1")}}


def test_a_key_that_is_not_given_keeps_its_default() -> None:
    assert parse_scenario(LISTED).process == NO_PROCESS
    assert process("why:") == NO_PROCESS
    assert process("tension: {incidents: 0}").tension == CALM
    assert process("tension: {drive: {US: 0.2}}").tension.drive == {**everybody("0.1"), "US": number("0.2")}
    assert process("reserve: 3").reserve == everybody("3")
    assert process("crisis: {calm: 0, full: 0}").crisis == (number("0"), number("0"))


def test_a_number_may_be_a_table_wherever_it_may_stand_alone() -> None:
    found = process(
        "slip: {value: 0.1, why: so}\ntension: {start: {low: 0.2, high: 0.4, why: so}, echo: {low: 0, high: 0.2}}\n"
        "leadership: {US: {low: 0.01, high: 0.03}}"
    )

    assert (found.slip.likely, found.slip.why) == (Fraction(1, 10), "so")
    assert found.tension.start[EVERYBODY].high == Fraction(2, 5)
    assert found.tension.echo[EVERYBODY][EVERYBODY].high == Fraction(1, 5)
    assert found.leadership["US"].chance == span("0.01", "0.02", "0.03")


def test_a_kind_that_is_not_named_where_kinds_are_is_out_of_the_question() -> None:
    found = parse_scenario(edited("types: {trustworthy: 60, opportunist: 30, spoiler: 10}", "types: {spoiler: 1}"))

    assert {kind: each.weight for kind, each in found.parties["US"].types.items()} == {
        "trustworthy": 0,
        "opportunist": 0,
        "spoiler": 1,
    }


def weights(scenario: Scenario) -> list[Fraction]:
    return [each.weight for each in scenario.settled().parties["DPRK"].types.values()]


def test_a_reading_sets_the_weights_it_names_and_leaves_the_rest_as_written() -> None:
    whole = parse_scenario(PEACE)
    part = parse_scenario(edited("types: {trustworthy: 10, opportunist: 60, spoiler: 30}", "types: {spoiler: 0.6}"))
    spoiler = whole.settled().parties["DPRK"].types["spoiler"]

    assert weights(whole) == [10, 60, 30]
    assert weights(whole.assuming({"J": "as it was"})) == [Fraction(1, 2), Fraction(2, 5), Fraction(1, 10)]
    assert weights(part) == [Fraction(1, 2), Fraction(2, 5), Fraction(3, 5)]
    assert (spoiler.gains, spoiler.worth) == (Fraction(1, 5), {"peace": {"treaty": number("-5")}})
    assert whole.settled().parties["DPRK"].types["opportunist"].why == "so"


def test_two_readings_that_set_the_types_of_one_party_clash() -> None:
    other = "  K: {readings: {no: {weight: 1, change: {DPRK: {types: {spoiler: 0.9}}}}}}\n"
    errors = told(edited("sources:", other + "sources:"))

    assert len(errors) == 1
    assert "'no' moves DPRK → types, and so does 'wary' of 'J' on line" in errors[0]


MISTAKES = [
    ("slip: 0.02", "slip: -0.1", "23:9 process → slip", "slip lies from 0 to 1"),
    ("slip: 0.02", "slip: 0.5..1.5", "23:9 process → slip", "slip lies from 0 to 1"),
    ("alarm: 0.05", "alarm: 2", "24:16 process → false alarm", "false alarm lies from 0 to 1"),
    ("spread: 1", "spread: 0..1", "26:11 process → spread", "spread must be above 0"),
    ("announced: 1.5", "announced: 0.9", "27:14 process → announced", "announced cannot be below 1"),
    ("DPRK: 0.5}", "DPRK: 1.5}", "29:33 process → tension → start → DPRK", "start lies from 0 to 1"),
    ("calming: 0.3", "calming: 0", "31:14 process → tension → calming", "calming lies above 0, and is at most 1"),
    ("calming: 0.3", "calming: {US: 2}", "31:19 process → tension → calming → US", "calming lies above 0"),
    ("echo: 0.1", "echo: -1", "32:11 process → tension → echo", "echo cannot be below 0"),
    ("echo: 0.1", "echo: {US: {DPRK: -1}}", "32:23 process → tension → echo → US → DPRK", "echo cannot be below 0"),
    ("echo: 0.1", "echo: {US: {US: 0}}", "32:17 process → tension → echo → US → US", "a side does not echo itself"),
    ("echo: 0.1", "echo: {US: {USA: 0}}", "32:17 process → tension → echo → US → USA", "no party named 'USA'"),
    ("echo: 0.1", "echo: 0..0.3", "32:5 process → tension → echo", "tension never dies down: of all there is, 1 times"),
    ("calming: 0.3\n    echo: 0.1", "calming: 0.05", "28:3 process → tension", "tension never dies down: of all there"),
    ("incidents: 0.05", "incidents: -1", "33:16 process → tension → incidents", "incidents cannot be below 0"),
    ("kept: 0.05", "kept: -1", "34:11 process → tension → kept", "kept cannot be below 0"),
    ("broken: 0.15", "broken: -1", "35:13 process → tension → broken", "broken cannot be below 0"),
    ("high: 0.7", "high: 70", "36:11 process → tension → high", "high lies from 0 to 1"),
    ("full: 0.05", "full: 1", "37:38 process → crisis → full", "full is a chance per month, from 0 to below 1"),
    ("calm: 0.001..0.005", "calm: 0", "37:18 process → crisis → calm", "'calm' must be above 0 where 'full' is"),
    ("full: 0.05", "full: 0.003..0.1", "37:38 process → crisis → full", "a crisis cannot be less likely at full"),
    ("chance: 0.01", "chance: 1.01", "39:18 process → leadership → US → chance", "chance lies from 0 to 1"),
    ("DPRK: 0.002", "DPRK: -1", "40:11 process → leadership → DPRK", "chance lies from 0 to 1"),
    ("DPRK: 0.002", "RPK: 0", "40:5 process → leadership → RPK", "no party named 'RPK'; did you mean 'ROK'?"),
    (
        "patience: 0.97",
        "patience: 1",
        "39:34 process → leadership → US → patience",
        "patience is a discount per period",
    ),
    ("{US: 0.2..0.4}", "{US: 20..40}", "41:22 process → ratification → US", "ratification lies from 0 to 1"),
    ("{ROK: 0.5}", "{ROK: 5}", "42:19 process → spoiling → ROK", "spoiling lies from 0 to 1"),
    ("{ROK: 0.5}", "{US: 0.5}", "42:14 process → spoiling → US", "'US' is a principal and has its say anyway"),
    ("bites: {DPRK: 0.3}", "bites: {DPRK: -1}", "43:28 process → pressure → bites → DPRK", "bites cannot be below 0"),
    ("costs: {US: 0.05}", "costs: {UK: 0}", "43:42 process → pressure → costs → UK", "no party named 'UK'"),
    ("tension: 0.01}", "tension: -1}", "43:62 process → pressure → tension", "tension cannot be below 0"),
    ("reserve: {US: 10}", "reserve: -1", "44:12 process → reserve", "reserve cannot be below 0"),
    ("lead: US", "lead: ROK", "22:9 process → lead", "'ROK' cannot lead: it is no principal and carries nothing out"),
    ("lead: US", "lead: USA", "22:9 process → lead", "no party named 'USA'; did you mean 'US'?"),
    ("{trustworthy: 60", "{trustworthy: -1", "6:26 parties → US → types → trustworthy", "a weight cannot be below 0"),
    ("trustworthy: 0.5", "trustworthy: 0..1", "9:20 parties → DPRK → types → trustworthy", "a number is due here"),
    ("costs: 2.5", "costs: -1", "10:41 parties → DPRK → types → opportunist → costs", "costs cannot be below 0"),
    ("gains: 0.2", "gains: -1", "11:37 parties → DPRK → types → spoiler → gains", "gains cannot be below 0"),
    (
        "types: {trustworthy: 60, opportunist: 30, spoiler: 10}",
        "types: {}",
        "6:5 parties → US → types",
        "no kind has a",
    ),
    ("trustworthy: 60, opportunist: 30, spoiler: 10", "spoiler: 0", "6:5 parties → US → types", "no kind has a weight"),
    (
        "{peace: {treaty: -5}}",
        "{peace: {treat: -5}}",
        "11:58 parties → DPRK → types → spoiler → worth → peace → treat",
        "no",
    ),
    (
        "{peace: {treaty: -5}}",
        "{piece: {}}",
        "11:50 parties → DPRK → types → spoiler → worth → piece",
        "no issue named",
    ),
    ("fades: 24", "fades: 0", "18:116 issues → peace → options → eow → symbolic → fades", "fades lies from 1 to 1,200"),
    ("{DPRK: {nuclear", "{PRK: {nuclear", "18:79 issues → peace → options → eow → symbolic → worth → PRK", "no party"),
    (
        "{nuclear_tests: 2",
        "{tests: 2",
        "18:86 issues → peace → options → eow → symbolic → worth → DPRK → tests",
        "no issue named 'tests'",
    ),
    (
        "change: {DPRK: {types: {trustworthy: 10, opportunist: 60, spoiler: 30}}}",
        "change: {DPRK: {types: {trustworthy: 0, opportunist: 0, spoiler: 0}}}",
        "51:43 judgments → J → readings → wary → change → DPRK → types",
        "no kind has a weight above 0",
    ),
    (
        "change: {DPRK: {types",
        "add: {DPRK: {types",
        "51:40 judgments → J → readings → wary → add → DPRK → types",
        "what a side is like is set, not added to",
    ),
]


@pytest.mark.parametrize(("old", "new", "where", "message"), MISTAKES, ids=[f"{each[1]:.50}" for each in MISTAKES])
def test_a_mistake_is_told_at_its_place(old: str, new: str, where: str, message: str) -> None:
    errors = told(edited(old, new))

    assert len(errors) == 1, errors
    assert errors[0].startswith(f"{where}: {message}"), errors


SHAPES = [
    (
        "trustworthy: 60",
        "trustwrthy: 60",
        "6:13 parties → US → types → trustwrthy",
        "unknown key 'trustwrthy'; did you",
    ),
    ("{weight: 0.4, costs", "{costs", "10:20 parties → DPRK → types → opportunist", "'weight' is missing"),
    ("false alarm:", "false_alarm:", "24:3 process → false_alarm", "unknown key 'false_alarm'; did you mean 'false"),
    ("drive: 0.1", "drive: soon", "30:12 process → tension → drive", "a number is due here, such as 12 or 10..14"),
    ("drive: 0.1", "drive: [1, 2]", "30:12 process → tension → drive", "a number is due here, such as 12 or 10..14"),
    ("echo: 0.1", "echo: {US: {DPRK: x}}", "32:23 process → tension → echo → US → DPRK", "a number is due here"),
    ("incidents: 0.05", "incident: 0.05", "33:5 process → tension → incident", "unknown key 'incident'; did you mean"),
    ("{calm: 0.001..0.005, ", "{", "37:11 process → crisis", "'calm' is missing"),
    ("{chance: 0.01, ", "{", "39:9 process → leadership → US", "'chance' is missing"),
    ("spoiling: {ROK: 0.5}", "spoiling: 0.5", "42:13 process → spoiling", "a table is due here; this is '0.5'"),
    ("bites:", "bite:", "43:14 process → pressure → bite", "unknown key 'bite'; did you mean 'bites'?"),
    ("belief: 0.3", "believe: 0.3", "18:42 issues → peace → options → eow → symbolic → believe", "unknown key"),
]


@pytest.mark.parametrize(("old", "new", "where", "message"), SHAPES, ids=[f"{each[1]:.50}" for each in SHAPES])
def test_what_has_the_wrong_shape_is_refused_here_and_by_the_json_schema(
    old: str, new: str, where: str, message: str
) -> None:
    errors = told(edited(old, new))

    assert any(each.startswith(f"{where}: {message}") for each in errors), errors
    assert violations(edited(old, new))


@pytest.mark.parametrize(
    "text",
    [
        PEACE,
        LISTED,
        edited("echo: 0.1", "echo: {US: 0.1, DPRK: {US: 0.2, ROK: 0}}"),
        edited("start: {US: 0.4..0.6, DPRK: 0.5}", "start: {low: 0.4, high: 0.6, why: so}"),
        edited("DPRK: 0.002", "DPRK: {value: 0.002, source: x}"),
        edited("tension:\n", "tension:\n    start:\n    echo:\n")
        .replace("    start: {US", "    drive: {US")
        .replace("    drive: 0.1\n", "")
        .replace("    echo: 0.1\n", ""),
        edited("reserve: {US: 10}", "reserve: 10..20"),
    ],
)
def test_what_is_read_passes_the_json_schema(text: str) -> None:
    assert told(text) == []
    assert violations(text) == []


def test_all_mistakes_are_told_at_once() -> None:
    text = PEACE
    for old, new, *_ in (MISTAKES[0], MISTAKES[3], MISTAKES[12], MISTAKES[18], MISTAKES[31], MISTAKES[34]):
        text = edited(old, new, text)

    assert len(told(text)) == 6


def test_commitments_are_named_where_the_file_lists_them() -> None:
    errors = told(edited("{US: {B1: 1}}", "{US: {B2: 1}}", LISTED)) + told(edited("80..95", "80..105", LISTED))

    assert [each.split(": ", 1)[1] for each in errors] == [
        "no commitment named 'B2'; there is: A1, B1",
        "verifiable goes from 0 to 100",
    ]


def test_a_party_that_some_reading_makes_a_principal_may_lead_and_one_that_it_makes_consulted_may_spoil() -> None:
    roles = "  K: {readings: {in: {change: {ROK: {role: principal}, DPRK: {role: consulted}}}}}\n"
    text = edited("sources:", roles + "sources:", edited("lead: US", "lead: ROK"))

    assert told(edited("{ROK: 0.5}", "{DPRK: 0.5}", text)) == []


def test_principals_and_whoever_carries_something_out_are_the_sides_and_may_lead() -> None:
    veto = edited("ROK: {role: consulted}", "ROK: {role: veto}", edited("  spoiling: {ROK: 0.5}\n", ""))
    doing = edited("by: DPRK", "by: ROK", edited("lead: US", "lead: ROK", veto))

    assert parse_scenario(veto).sides == ("US", "DPRK")
    assert parse_scenario(doing).sides == ("US", "DPRK", "ROK")


def test_tension_must_die_down_under_the_roles_of_every_reading() -> None:
    roles = "  K: {readings: {in: {change: {ROK: {role: principal}}}}}\n"
    text = edited("echo: 0.1", "echo: 0.2")

    assert told(text) == []
    assert ["tension never dies down" in each for each in told(edited("sources:", roles + "sources:", text))] == [True]


@pytest.mark.parametrize("count", range(2, 12))
def test_the_default_echo_of_all_others_together_is_never_more_than_a_tenth(count: int) -> None:
    sides = [f"s{k}" for k in range(count)]
    echoes = [echo_of(CALM, sides, "s0", other).likely for other in sides]

    assert echoes[0] == 0
    assert len(set(echoes[1:])) == 1
    assert Fraction(1, 10) - Fraction(count, 10**9) < sum(echoes) <= Fraction(1, 10)
    assert growth(CALM, sides) == pytest.approx(0.8, abs=1e-7)


def test_what_is_named_of_echoes_is_taken_as_written() -> None:
    sides = ["US", "DPRK", "ROK"]
    tension = process("tension: {calming: 0.9, echo: {US: 0.3, DPRK: {US: 0.4}}}").tension

    assert echo_of(tension, sides, "US", "ROK") == number("0.3")
    assert echo_of(tension, sides, "DPRK", "US") == number("0.4")
    assert echo_of(tension, sides, "DPRK", "ROK") == number("0.05")
    assert echo_of(tension, sides, "ROK", "US") == number("0.05")
    assert echo_of(process("tension: {echo: 0.2}").tension, sides, "ROK", "US") == number("0.2")


def test_two_sides_that_echo_each_other_unequally_grow_with_the_root_of_the_product() -> None:
    tension = process("tension: {calming: 0.5..0.7, echo: {US: {DPRK: 0.1..0.4}, DPRK: {US: 0.1}}}").tension

    assert growth(tension, ["US", "DPRK"]) == pytest.approx(1 - 0.5 + (0.4 * 0.1) ** 0.5)
    assert growth(tension, ["US"]) == pytest.approx(0.5)
    assert growth(tension, []) == 0


def test_an_opinion_may_see_another_side_behind_the_same_face(tmp_path: Path) -> None:
    scenario = parse_scenario(PEACE)
    opinion = "detente-opinion: 1\nby: Ana\nchange: {US: {types: {spoiler: 50}}}\n"
    (tmp_path / "ana.yaml").write_text(opinion, encoding="utf-8")
    (ana,) = load_opinions(tmp_path, scenario)

    assert [each.weight for each in ana.scenario(scenario).parties["US"].types.values()] == [60, 30, 50]
    (tmp_path / "ana.yaml").write_text(opinion.replace("US", "DPRK"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="is in force and sets this value"):
        load_opinions(tmp_path, scenario)


def test_show_tells_what_is_said_of_the_process_and_nothing_where_nothing_is() -> None:
    tables = {table.title: table.rows for table in detente.show(parse_scenario(PEACE)).tables()}
    rows = dict(tables["The process"])

    assert ("DPRK", "opportunist", "60%") in [row[:3] for row in tables["What the sides may be like"]]
    assert tables["Steps that mean more than they are worth"] == (
        ("peace: eow", "0.3", "−0.01", "DPRK, nuclear_tests 3 (2 to 4)", "24"),
    )
    assert rows["tension: start"] == "US 0.5 (0.4 to 0.6); DPRK 0.5; everybody else 0.5"
    assert rows["tension: echo"] == "everybody 0.1 of each other side"
    assert rows["leadership"] == "US 0.01, then patience 0.97; DPRK 0.002"
    assert rows["crisis"] == "0.003 (0.001 to 0.005) at no tension, 0.05 at full"
    quiet = detente.show(detente.load("river"))
    assert "The process" not in [table.title for table in quiet.tables()]
    assert "process" not in quiet.payload()


def test_diff_tells_where_two_processes_differ() -> None:
    other = edited("drive: 0.1", "drive: 0.2", edited("trustworthy: 60", "trustworthy: 70"))
    changes = detente.diff(parse_scenario(PEACE), parse_scenario(other)).changes

    assert [(each.path[-3:], each.a, each.b) for each in changes] == [
        (("types", "trustworthy", "weight"), 60, 70),
        (("tension", "drive", "everybody"), 0.1, 0.2),
    ]


@settings(max_examples=150)
@given(st.data())
def test_any_change_of_a_file_with_a_process_is_a_scenario_or_an_error_with_a_place(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([PEACE, LISTED]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    odd = [
        "",
        "US",
        "1e9",
        "[",
        "}",
        ": ",
        "types: {}",
        "true",
        "-1",
        "0.5..2",
        "\n",
        "{low: 0}",
        "ROK",
        "1e12",
        "echo",
    ]
    loaded = read(text[:start] + data.draw(st.sampled_from(odd)) + text[end:])

    assert (loaded.scenario is None) == bool(loaded.errors)
    assert all(problem.line >= 1 and problem.message for problem in loaded.errors)
    if loaded.scenario is not None:
        assert detente.show(loaded.scenario).payload()
        assert all(table.rows for table in detente.show(loaded.scenario).tables())
