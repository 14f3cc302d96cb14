"""Every mistake that a scenario file can hold, where it is told, and how."""

import json
import re
from collections import ChainMap
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import ScenarioError
from detente.io import check_text, load_scenario, parse_scenario, read, schema

RIVER = (Path(schema.__file__).parents[1] / "catalog" / "cases" / "river.yaml").read_text(encoding="utf-8")

# what is wrong; a piece of the river file, and what stands there instead (None: a file of its own); where; the message
SMALL = "detente: 1\ntitle: t\nissues: {i: {options: [x]}}\n"
MONEY = "detente: 1\ntitle: t\nissues: {m: {range: {from: 0, to: 40, step: 5}}}\n"

MISTAKES = [
    (
        "an unknown key at the top",
        "title: The river accord",
        "tilte: The river accord",
        "2:1",
        "unknown key 'tilte'; did you mean 'title'?",
    ),
    ("a missing key at the top", "title: The river accord\n", "", "1:1", "'title' is missing"),
    (
        "an unknown key below",
        "    name: Lowland\n",
        "    nmae: Lowland\n",
        "28:5",
        "unknown key 'nmae'; did you mean 'name'?",
    ),
    (
        "an unknown issue in worth",
        "      water: {half: -8",
        "      watre: {half: -8",
        "23:7",
        "no issue named 'watre'; did you mean 'water'?",
    ),
    (
        "an unknown option in worth",
        "{half: -8, full",
        "{haf: -8, full",
        "23:15",
        "no option named 'haf'; did you mean 'half'?",
    ),
    (
        "an unknown option in refuses",
        "refuses: {inspectors: [resident]}",
        "refuses: {inspectors: [residant]}",
        "26:28",
        "no option named 'residant'; did you mean 'resident'?",
    ),
    (
        "an unknown option in over",
        "over: {payment: [lump sum]}",
        "over: {payment: [lumpsum]}",
        "32:62",
        "no option named 'lumpsum'; did you mean 'lump sum'?",
    ),
    (
        "an unknown option in when",
        "when: {water: full, insp",
        "when: {water: ful, insp",
        "34:34",
        "no option named 'ful'; did you mean 'full'?",
    ),
    (
        "an unknown option in requires",
        "requires: {inspectors: [yearly,",
        "requires: {inspectors: [yaerly,",
        "36:57",
        "no option named 'yaerly'; did you mean 'yearly'?",
    ),
    (
        "an unknown option in never",
        "payment: nothing}}",
        "payment: nothin}}",
        "37:36",
        "no option named 'nothin'; did you mean 'nothing'?",
    ),
    (
        "an unknown option in a demand",
        "terms: {inspectors: resident}",
        "terms: {inspectors: residents}",
        "39:58",
        "no option named 'residents'; did you mean 'resident'?",
    ),
    (
        "an unknown option in a package",
        "{water: half, payment: yearly",
        "{water: hlaf, payment: yearly",
        "41:37",
        "no option named 'hlaf'; did you mean 'half'?",
    ),
    (
        "an unknown status quo",
        "    by: lowland\n",
        "    by: lowland\n    status_quo: nothng\n",
        "11:17",
        "no option named 'nothng'; did you mean 'nothing'?",
    ),
    (
        "an unknown party as by of an issue",
        "    by: lowland\n",
        "    by: lowlnd\n",
        "10:9",
        "no party named 'lowlnd'; did you mean 'lowland'?",
    ),
    (
        "an unknown party in an interaction",
        "worth: {lowland: 4, up",
        "worth: {lowlnd: 4, up",
        "34:81",
        "no party named 'lowlnd'; did you mean 'lowland'?",
    ),
    (
        "an unknown party as by of a demand",
        "{by: lowland, terms",
        "{by: lowlnd, terms",
        "39:29",
        "no party named 'lowlnd'; did you mean 'lowland'?",
    ),
    (
        "an unknown party as by of a package",
        "{terms: {water: half",
        "{by: uplnd, terms: {water: half",
        "41:26",
        "no party named 'uplnd'; did you mean 'upland'?",
    ),
    (
        "an unknown party in the agreement",
        "conditions:\n",
        "agreement: {at least: 2, always: [uplnd]}\nconditions:\n",
        "35:35",
        "no party named 'uplnd'; did you mean 'upland'?",
    ),
    (
        "an unknown party in a change",
        "stay high: {change: {upland:",
        "stay high: {change: {uplnd:",
        "46:28",
        "no party named 'uplnd'; did you mean 'upland'?",
    ),
    (
        "an unknown interaction in a change",
        "{change: {upland: {reservation: 6}}",
        "{change: {interactions: {plant: {lowland: 2}}}",
        "46:43",
        "no interaction named 'plant'; did you mean 'planting'?",
    ),
    (
        "an unknown party in a changed interaction",
        "{change: {upland: {reservation: 6}}",
        "{change: {interactions: {planting: {worth: {lowlnd: 2}}}}",
        "46:62",
        "no party named 'lowlnd'; did you mean 'lowland'?",
    ),
    (
        "an unknown option in a changed worth",
        "{change: {upland: {reservation: 6}}",
        "{change: {upland: {worth: {water: {haf: 2}}}}",
        "46:53",
        "no option named 'haf'; did you mean 'half'?",
    ),
    (
        "an unknown option in changed refusals",
        "{change: {upland: {reservation: 6}}",
        "{change: {upland: {refuses: {water: [haf]}}}",
        "46:55",
        "no option named 'haf'; did you mean 'half'?",
    ),
    (
        "an unknown reading as likely",
        "likely: fall back",
        "likely: fall bak",
        "48:13",
        "no reading named 'fall bak'; did you mean 'fall back'?",
    ),
    (
        "a judgment without readings",
        "    likely: fall back",
        "  other: {question: What else?}",
        "48:10",
        "'readings' is missing",
    ),
    (
        "an unknown demand in a claim",
        "judgments:\n",
        "claims: {c: {says: s, test: {demand: resident, is: costly}}}\njudgments:\n",
        "42:38",
        "no demand named 'resident'; there is: resident inspectors",
    ),
    (
        "an unknown package in a claim",
        "judgments:\n",
        "claims: {c: {says: s, test: {package: draft, is: attainable}}}\njudgments:\n",
        "42:39",
        "no package named 'draft'; there is: engineers' draft",
    ),
    (
        "an unknown party in a claim",
        "judgments:\n",
        "claims: {c: {says: s, test: {package: status quo, accepted_by: [uplnd]}}}\njudgments:\n",
        "42:65",
        "no party named 'uplnd'; did you mean 'upland'?",
    ),
    (
        "an unknown verdict in a claim",
        "judgments:\n",
        "claims: {c: {says: s, test: {demand: resident inspectors, is: silly}}}\njudgments:\n",
        "42:63",
        "nonstarter, torpedo, costly, tradeable, already in the best",
    ),
    (
        "a test of keys that do not go together",
        "judgments:\n",
        "claims: {c: {says: s, test: {demand: resident inspectors, veto: senate}}}\njudgments:\n",
        "42:29",
        "no test has just these keys; there is: {cases, demand, is};",
    ),
    (
        "a key that stands twice",
        "summary: Upland",
        "title: again\nsummary: Upland",
        "3:1",
        "'title' stands here twice; the first is on line 2",
    ),
    (
        "an option that is listed twice",
        "[a trickle, half, full]",
        "[a trickle, half, half]",
        "8:32",
        "'half' is listed twice",
    ),
    (
        "an option that a set names twice",
        "inspectors: [yearly, resident]}, worth",
        "inspectors: [yearly, yearly]}, worth",
        "34:61",
        "'yearly' is listed twice",
    ),
    (
        "two interactions of one id",
        "conditions:\n",
        "  - {id: planting, when: {water: half}, worth: {upland: 1}}\nconditions:\n",
        "35:10",
        "'planting' is the id of two interactions; the first is on",
    ),
    ("low above high", "low: 20, likely", "low: 31, likely", "24:53", "low is above high"),
    ("likely outside", "likely: 24", "likely: 31", "24:65", "likely lies outside low to high"),
    ("a range upside down", "10..14", "14..10", "24:29", "the range is upside down; did you mean 10..14?"),
    (
        "a number that is none",
        "reservation: 2",
        "reservation: soon",
        "21:18",
        "a number is due here, such as 12 or 10..14; this is 'soon'",
    ),
    (
        "not a number",
        "reservation: 2",
        "reservation: .nan",
        "21:18",
        "a number is due here, such as 12 or 10..14; this is '.nan'",
    ),
    (
        "a number with underscores",
        "reservation: 2",
        "reservation: 1_000",
        "21:18",
        "a number is due here, such as 12 or 10..14; this is '1_000'",
    ),
    (
        "a number beyond",
        "reservation: 2",
        "reservation: 1000000000001",
        "21:18",
        "nothing beyond 10^12 counts; this is '1000000000001'",
    ),
    (
        "a huge exponent",
        "reservation: 2",
        "reservation: 1e999999999",
        "21:18",
        "a number is due here, such as 12 or 10..14; this is",
    ),
    (
        "a table where a text is due",
        "title: The river accord",
        "title: {a: b}",
        "2:8",
        "a line of text is due here; this is a table",
    ),
    (
        "a list where a table is due",
        "packages:\n",
        "sources: [a]\npackages:\n",
        "40:10",
        "a table is due here; this is a list",
    ),
    ("an unknown version", "detente: 1", "detente: 2", "1:10", "the version of this format is 1; this is '2'"),
    ("a missing version", "detente: 1\n", "", "1:1", "'detente' is missing"),
    (
        "no issue",
        None,
        "detente: 1\ntitle: t\nissues: {}\nparties: {a: {}}\n",
        "3:1",
        "a scenario needs at least one issue",
    ),
    (
        "no party",
        None,
        SMALL + "parties: {}\n",
        "4:1",
        "a scenario needs at least one party",
    ),
    (
        "an issue without options",
        "[refused, yearly, resident]",
        "[]",
        "15:3",
        "an issue needs at least one option: give 'options' or a",
    ),
    (
        "an issue with options and a range",
        "options: [a trickle, half, full]",
        "range: {from: 0, to: 1, step: 1}\n    options: [a trickle, half, full]",
        "8:5",
        "an issue has options or a range, not both",
    ),
    (
        "no principal as written",
        None,
        SMALL + "parties: {a: {role: veto}}\n",
        "4:1",
        "at least one party must be a principal",
    ),
    (
        "no principal in the readings in force",
        None,
        SMALL + "parties: {a: {}}\njudgments: {j: {likely: r, readings: {r: {change: {a: {role: veto}}}}}}\n",
        "5:39",
        "with the likely readings no party is a principal",
    ),
    (
        "no principal under a flip",
        None,
        SMALL + "parties: {a: {}}\njudgments: {j: {readings: {r: {change: {a: {role: veto}}}}}}\n",
        "5:28",
        "with the reading 'r' no party is a principal",
    ),
    (
        "a condition of neither kind",
        "{never: {water: full, payment: nothing}}",
        "{when: {water: full, payment: nothing}}",
        "37:5",
        "a condition has 'when' and 'requires', or else 'never'",
    ),
    (
        "a condition of both kinds",
        "{never: {water: full,",
        "{when: {water: half}, never: {water: full,",
        "37:5",
        "a condition has 'when' and 'requires', or else 'never'",
    ),
    (
        "a condition that names nothing",
        "{never: {water: full, payment: nothing}}",
        "{never: {}}",
        "37:6",
        "'never' names no issue",
    ),
    (
        "a demand that no outcome holds",
        "terms: {inspectors: resident}",
        "terms: {inspectors: refused, payment: lump sum}",
        "39:3",
        "no outcome that the conditions allow holds the terms of",
    ),
    (
        "conditions that leave no outcome",
        "payment: nothing}}\n",
        "payment: nothing}}\n  - {never: {water: [a trickle, half, full]}}\n",
        "38:5",
        "no outcome is left after this condition",
    ),
    (
        "conditions of which the second leaves no outcome",
        "payment: nothing}}\n",
        "payment: nothing}}\n  - {never: {water: [a trickle, half]}}\n"
        "  - {never: {water: full}}\n  - {never: {inspectors: yearly}}\n",
        "39:5",
        "no outcome is left after this condition",
    ),
    (
        "a span that goes beyond its issue",
        None,
        MONEY + "parties: {a: {refuses: {m: [30..90]}}}\n",
        "4:29",
        "the span 30..90 reaches outside 0..40",
    ),
    (
        "a veto of a principal",
        "judgments:\n",
        "claims: {c: {says: s, test: {veto: upland, costs: 10%}}}\njudgments:\n",
        "42:36",
        "'upland' is a principal, without whom there is no deal; name a veto or who is consulted",
    ),
    (
        "a veto that costs somebody who is heard",
        "judgments:\n",
        "claims: {c: {says: s, test: {veto: senate, costs: 1, to: delta}}}\njudgments:\n",
        "42:58",
        "'delta' is consulted; what a veto costs is told of principals",
    ),
    (
        "a demand that rescues itself",
        "judgments:\n",
        "claims: {c: {says: s, test: {demand: resident inspectors, rescues: resident inspectors}}}\njudgments:\n",
        "42:68",
        "a demand cannot rescue itself",
    ),
    (
        "a package better than itself",
        "judgments:\n",
        "claims: {c: {says: s, test: {package: status quo, better_than: status quo, for: upland}}}\njudgments:\n",
        "42:64",
        "a package is compared with another one; this is the same",
    ),
    (
        "a step before itself",
        "judgments:\n",
        "claims: {c: {says: s, test: {package: status quo, step: 'water: half', before: 'water: half'}}}\njudgments:\n",
        "42:80",
        "a step cannot come before itself",
    ),
    (
        "a demand listed twice in a claim",
        "judgments:\n",
        "claims: {c: {says: s, test: {only_without: [resident inspectors, resident inspectors]}}}\njudgments:\n",
        "42:66",
        "'resident inspectors' is listed twice",
    ),
    (
        "a package that breaks a condition",
        "water: half, payment: yearly fee, insp",
        "water: full, payment: nothing, insp",
        "41:3",
        "this package breaks the condition on line 37",
    ),
    (
        "too many who must agree",
        "conditions:\n",
        "agreement: {at least: 4}\nconditions:\n",
        "35:23",
        "a whole number from 1 to 3 is due here: so many are",
    ),
    (
        "too few who must agree",
        "conditions:\n",
        "agreement: {at least: 0}\nconditions:\n",
        "35:23",
        "a whole number from 1 to 3 is due here: so many are",
    ),
    (
        "a consulted party always among them",
        "conditions:\n",
        "agreement: {at least: 2, always: delta}\nconditions:\n",
        "35:34",
        "'delta' is consulted, and its consent never counts",
    ),
    (
        "over without a veto",
        "role: veto, over",
        "role: consulted, over",
        "32:50",
        "only a veto has its say over some options; this party is",
    ),
    (
        "over without a veto under a reading",
        "{change: {upland: {reservation: 6}}",
        "{change: {senate: {role: consulted}}",
        "46:7",
        "with the reading 'stay high' 'senate' is consulted, and",
    ),
    (
        "over for a principal by a reading",
        "{change: {upland: {reservation: 6}}",
        "{change: {upland: {over: {payment: [lump sum]}}}",
        "46:7",
        "with the reading 'stay high' 'upland' is a principal, and",
    ),
    (
        "two readings in force that set one value",
        "    likely: fall back",
        "    likely: fall back\n  rain:\n    likely: wet\n    readings: {wet: {change: {upland: {reservation: 3}}}}",
        "51:40",
        "'wet' moves upland → reservation, and so does 'stay high' of 'spot prices' on line 46; judgments",
    ),
    (
        "one reading in force sets what another adds to",
        "    likely: fall back",
        "    likely: fall back\n  rain:\n    likely: wet\n    readings: {wet: {add: {upland: {reservation: 3}}}}",
        "51:37",
        "'wet' moves upland → reservation, and so does 'stay high' of 'spot prices' on line 46; judgments",
    ),
    (
        "a reading that sets what the likely one of another judgment sets",
        "    likely: fall back",
        "    likely: fall back\n  rain: {readings: {wet: {change: {upland: {reservation: 3}}}, dry: {}}}",
        "49:45",
        "'wet' moves upland → reservation, and so does 'stay high' of 'spot prices' on line 46; judgments",
    ),
    (
        "two readings neither of which is in force",
        "    likely: fall back",
        "    likely: fall back\n  one: {readings: {a: {change: {lowland: {worth: {water: {full: 3}}}}}, b: {}}}\n"
        "  two: {readings: {c: {change: {lowland: {worth: {water: {full: 4}}}}}, d: {}}}",
        "50:59",
        "'c' moves lowland → worth → water → full, and so does 'a' of 'one' on line 49; judgments",
    ),
    (
        "two readings that move one interaction",
        "    likely: fall back",
        "    likely: fall back\n  one: {readings: {a: {change: {interactions: {planting: {upland: 3}}}}}}\n"
        "  two: {readings: {c: {add: {interactions: {planting: {upland: 4}}}}}}",
        "50:56",
        "'c' moves interactions → planting → upland, and so does 'a' of 'one' on line 49; judgments",
    ),
    ("a weight below 0", "source: market report", "weight: -1", "46:63", "a weight cannot be below 0"),
    (
        "a party called interactions",
        "  delta: {name",
        "  interactions: {name",
        "31:3",
        "'interactions' cannot be a party's id: the word has its own",
    ),
    (
        "an unknown role",
        "role: veto",
        "role: vito",
        "32:39",
        "principal, veto or consulted is due here; this is 'vito'",
    ),
    (
        "points of another kind",
        "conditions:\n",
        "points: same\nconditions:\n",
        "35:9",
        "comparable is due here; this is 'same'",
    ),
    ("months below 0", "months: 2..4", "months: -2..4", "14:26", "months cannot be below 0"),
    ("verifiable above 100", "verifiable: 95", "verifiable: 101", "13:61", "verifiable goes from 0 to 100"),
    (
        "reversible by a word",
        "reversible: false",
        "reversible: perhaps",
        "14:44",
        "a number is due here, such as 12 or 10..14; this is",
    ),
    (
        "a name too long",
        "  delta: {name",
        "  " + "d" * 201 + ": {name",
        "31:3",
        "a name has at most 200 characters; this has 201",
    ),
    (
        "a name with a control character",
        "  delta: {name",
        '  "del\\tta": {name',
        "31:3",
        "a name cannot hold the control character U+0009",
    ),
    ("an empty name", "  delta: {name", '  "": {name', "31:3", "a name is due here; this is empty"),
    ("a tag", "title: The", "title: !!str The", "2:8", "a scenario file has no tags; leave out"),
    ("a key that is a list", "packages:\n", "[a, b]: c\npackages:\n", "40:1", "a key is a name; this is a list"),
    (
        "a second document",
        "likely: fall back\n",
        "likely: fall back\n---\na: b\n",
        "49:1",
        "one file holds one scenario; a second starts here",
    ),
    (
        "a merge key",
        "    likely: fall back",
        "    <<: {likely: fall back}",
        "48:5",
        "unknown key '<<'; there is: question, likely, open,",
    ),
    (
        "a NUL in a text",
        "title: The river accord",
        'title: "The \\0 accord"',
        "2:8",
        "the character U+0000 cannot stand in a text",
    ),
    (
        "add: true and nothing to add",
        "{change: {upland: {reservation: 6}}",
        "{add: true",
        "46:19",
        "'add: true' makes 'change' add, and there is no 'change'",
    ),
    (
        "a step of 0",
        "options: [refused, yearly, resident]",
        "range: {from: 0, to: 10, step: 0}",
        "15:70",
        "the step must be above 0",
    ),
    (
        "a range backwards",
        "options: [refused, yearly, resident]",
        "range: {from: 10, to: 0, step: 1}",
        "15:61",
        "'to' lies before 'from'",
    ),
    (
        "a range of too many steps",
        "options: [refused, yearly, resident]",
        "range: {from: 0, to: 1000000, step: 1e-9}",
        "15:75",
        "at most 2,001 options; this range has 1,000,000,000,000,001",
    ),
    (
        "a step between dates that is none",
        "options: [refused, yearly, resident]",
        "range: {from: 2022-01-01, to: 2022-02-01, step: 1 fortnight}",
        "15:87",
        "a step between dates is due here, such as 1 day, 2 weeks or",
    ),
    (
        "a date that does not exist",
        "options: [refused, yearly, resident]",
        "range: {from: 2022-01-01, to: 2022-02-30, step: 1 day}",
        "15:69",
        "there is no such date: 2022-02-30",
    ),
    (
        "a range without an end",
        "options: [refused, yearly, resident]",
        "range: {from: 0, step: 1}",
        "15:46",
        "'to' is missing",
    ),
]


def edited(old: str | None, new: str) -> str:
    assert old is None or old in RIVER
    return new if old is None else RIVER.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "where", "message"), [row[1:] for row in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_told_where_it_stands(old: str | None, new: str, where: str, message: str) -> None:
    told = [(f"{problem.line}:{problem.column}", problem.message) for problem in read(edited(old, new)).errors]

    assert any(place == where and text.startswith(message) for place, text in told), told


WARNINGS = [
    (
        "a consulted party in by",
        "by: [upland, lowland]",
        "by: [upland, delta]",
        "15:29",
        "'delta' is consulted; its cooperation",
    ),
    (
        "a judgment that changes nothing",
        "    likely: fall back",
        "    likely: fall back\n  rain: {readings: {wet: {}, dry: {}}}",
        "49:3",
        "no reading of this judgment changes anything",
    ),
    (
        "a status quo that breaks a condition",
        "payment: nothing}}\n",
        "payment: nothing}}\n  - {never: {water: a trickle, inspectors: refused}}\n",
        "38:5",
        "the status quo breaks this condition",
    ),
    (
        "a range of dates whose steps do not end at its end",
        "options: [a trickle, half, full]",
        "options: [a trickle, half, full]\n  day: {range: {from: 2022-01-01, to: 2022-12-31, step: 1 month}}",
        "9:39",
        "steps of 1 month from 2022-01-01 end at 2022-12-01, so 2022-12-31 is no option",
    ),
    (
        "a range whose steps do not end at its end",
        "options: [a trickle, half, full]",
        "options: [a trickle, half, full]\n  m: {range: {from: 0, to: 40, step: 7}}",
        "9:28",
        "steps of 7 from 0 end at 35, so 40 is no option; make it 35 or 42, or take another step",
    ),
    (
        "a source that is no key",
        "source: market report}",
        "source: [report1, free text, https://example.org]}",
        "46:64",
        "'report1' is no key of 'sources'; did you mean 'report'?",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "where", "message"), [row[1:] for row in WARNINGS], ids=[w[0] for w in WARNINGS]
)
def test_what_may_not_be_meant_is_a_warning(old: str, new: str, where: str, message: str) -> None:
    loaded = read(edited(old, new) + "sources: {report: A report}\n")
    told = [(f"{problem.line}:{problem.column}", problem.message) for problem in loaded.warnings]

    assert loaded.errors == ()
    assert any(place == where and text.startswith(message) for place, text in told), told


@pytest.mark.parametrize(
    ("written", "likely", "told"),
    [
        ("consulted", "veto", []),
        ("veto", "consulted", ["'c' is consulted with the likely readings; its cooperation is needed there"]),
    ],
)
def test_whether_a_party_in_by_is_only_heard_goes_by_the_readings_in_force(
    written: str, likely: str, told: list[str]
) -> None:
    loaded = read(
        "detente: 1\ntitle: t\nissues: {i: {by: c, options: [x]}}\n"
        f"parties: {{a: {{}}, c: {{role: {written}}}}}\n"
        f"judgments: {{j: {{likely: r, readings: {{r: {{change: {{c: {{role: {likely}}}}}}}}}}}}}\n"
    )

    assert loaded.errors == ()
    assert [each.message[: len(start)] for each, start in zip(loaded.warnings, told, strict=True)] == told


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_the_file() -> None:
    text = RIVER.replace("haf", "half").replace("{half: -8", "{haf: -8").replace("role: veto", "role: vito")
    text = (
        text.replace("reservation: 6", "reservation: soon").replace("detente: 1", "detente: 7").replace("14,", "1_4,")
    )
    errors, _ = check_text(text.replace("likely: fall back", "likely: fal back"), "river.yaml")

    assert [(e.line, e.message.split("'")[1]) for e in errors] == [
        (1, "7"),
        (23, "haf"),
        (24, "10..1_4"),
        (32, "vito"),
        (46, "soon"),
        (48, "fal back"),
    ]


def test_a_problem_says_file_line_column_path_and_what_was_meant() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(RIVER.replace("{half: -8", "{haf: -8"), "river.yaml")

    assert str(caught.value) == (
        "river.yaml:23:15: parties → upland → worth → water → haf: no option named 'haf'; did you mean 'half'?"
    )


def test_a_mistake_in_an_issue_does_not_make_every_use_of_it_a_mistake() -> None:
    errors, _ = check_text(RIVER.replace("[a trickle, half, full]", "7"))

    assert [(e.line, e.message) for e in errors] == [(8, "a list or a table of options is due here; this is '7'")]


@pytest.mark.parametrize(
    ("data", "where", "message"),
    [
        (b"", "1:1", "the file is empty"),
        (b"# nothing\n", "1:1", "the file is empty"),
        (b"detente: 1\ntitle: \xe9t\xe9\n", "2:8", "the byte 0xE9 is not UTF-8"),
        ("détente".encode("utf-16"), "1:1", "the file is in UTF-16"),
        (b"a: 1\nb: \x01\n", "2:4", "the character U+0001 cannot stand in a file"),
        (b"a: 1\n\tb: 2\n", "2:1", "this is not YAML: a tab cannot indent YAML"),
        (
            b"a: 1\nb: [1, 2\n",
            "2:4",
            "this is not YAML: the list opened with [ is not closed with ], or lacks a comma: it ",
        ),
        (b"a: {b: 1 c: 2}\n", "1:11", "this is not YAML: the table opened with { at 1:4 goes on here without a comma"),
        (b'a: 1\nb: "so\nc: d\n', "2:4", "this is not YAML: the quote opened here is never closed"),
        (b'a: "say "no" now"\n', "1:10", "this is not YAML: the quotes are closed before this; within"),
        (b"a: the river: an accord\n", "1:13", "this is not YAML: a ':' cannot stand here; a text that holds ': '"),
        (b"a: 1\nb\nc: 2\n", "2:1", "this is not YAML: a key stands here without the ':'"),
        (b"a:\n  b: 1\n c: 2\n", "3:2", "this is not YAML: a key is due here, indented like those of the table that"),
        (b"a: @b\n", "1:4", "this is not YAML: a text cannot begin with '@' unless it stands in quotes"),
        (b"- a\n- b\n", "1:1", "a scenario is a table (key: value); this is a list"),
        (b"just words\n", "1:1", "a scenario is a table (key: value); this is 'just words'"),
    ],
)
def test_what_is_no_scenario_at_all_is_told_with_its_place(data: bytes, where: str, message: str) -> None:
    (problem,) = read(data).errors

    assert f"{problem.line}:{problem.column}" == where
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "where", "path"),
    [
        ("title:\nissues: {}\n", "1:1", "title"),
        ("issues:\n  w:\n    options: !x [no, on]\n", "3:14", "issues → w → options"),
        ("parties: !!map {a: {}}\n", "1:10", "parties"),
        ("parties: !x\n  a: {}\n", "1:10", "parties"),
        ("issues:\n  w: {[a]: b}\n", "2:7", "issues → w"),
        ("issues:\n  w:\n    {a: b}: c\n", "3:5", "issues → w"),
        ("issues: {w: {}}\nissues: {v: !x {}}\n", "2:13", "issues → v"),
        ("issues:\n  w: {}\n  w: {}\nparties: {a: {}\n", "3:3", "issues → w"),
        ("issues:\n  w: *w\nparties: 'a\n", "2:6", "issues → w"),
        ("issues:\n  w: !x {}\n---\na: b\n", "2:6", "issues → w"),
    ],
)
def test_a_mistake_has_a_path_whatever_it_is_and_whatever_else_is_wrong(text: str, where: str, path: str) -> None:
    assert (where, path) in [(f"{each.line}:{each.column}", each.path) for each in read(text).errors]


def test_a_file_is_named_in_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text("detente: 1\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)

    assert {problem.file for problem in caught.value.problems} == {str(path)}
    assert [problem.message for problem in caught.value.problems] == [
        "'issues' is missing",
        "'parties' is missing",
        "'title' is missing",
    ]


CONSENT = """
detente: 1
title: T
issues: {x: {options: [no, yes]}}
parties: {a: {worth: {x: {yes: 1}}}, b: {worth: {x: {yes: 1}}}, c: {role: consulted}}
judgments:
  j: {readings: {j1: {change: {a: {role: consulted}}}, j2: {change: {a: {reservation: 0}}}}}
  k: {readings: {k1: {change: {b: {role: consulted}}}, k2: {change: {b: {reservation: 0}}}}}
"""
PROMOTED = "  m: {likely: m1, readings: {m1: {change: {c: {role: principal}}}}}\n"


def test_readings_leave_a_principal_whatever_is_read_together() -> None:
    ((line, message),) = [(each.line, each.message) for each in read(CONSENT).errors]
    ((_, other),) = [(each.line, each.message) for each in read(CONSENT + PROMOTED).errors]

    assert (line, message) == (8, "with 'j1' and 'k1' together no party is a principal")
    assert other == "with 'j1', 'k1' and 'm' as written together no party is a principal"
    assert read(CONSENT.replace("b: {role: consulted}", "b: {role: principal}")).errors == ()
    heard = CONSENT.replace("j: {", "j: {likely: j1, ").replace("b: {role: consulted}", "b: {role: veto}")
    fallen = heard.replace("k: {", "k: {likely: k1, ")
    assert "with 'm' as written no party is a principal" in [each.message for each in read(fallen + PROMOTED).errors]


QUORUM = """
detente: 1
title: T
issues: {x: {options: [no, yes]}}
parties: {a: {worth: {x: {yes: 1}}}, b: {role: veto}, c: {role: veto}}
agreement: {at least: 3, always: [c]}
judgments:
  j: {readings: {j1: {change: {b: {role: consulted}}}, j2: {change: {b: {reservation: 0}}}}}
  k: {readings: {k1: {change: {c: {role: consulted}}}}}
"""


def test_a_quorum_can_be_had_under_every_reading_and_whatever_is_read_together() -> None:
    def told(text: str) -> list[tuple[str, str]]:
        return [(f"{each.line}:{each.column}", each.message) for each in read(text).errors]

    gone = ("9:18", "with the reading 'k1' 'c' is consulted, and the quorum always needs its consent")

    assert told(QUORUM) == [
        ("8:18", "with the reading 'j1' only 2 have a say, and the quorum asks for 3"),
        gone,
        ("9:18", "with the reading 'k1' only 2 have a say, and the quorum asks for 3"),
    ]
    assert told(QUORUM.replace("at least: 3, always: [c]", "at least: 2")) == [
        ("9:18", "with 'j1' and 'k1' together only 1 has a say, and the quorum asks for 2"),
    ]
    assert told(QUORUM.replace("at least: 3", "at least: 1")) == [gone]
    assert told(QUORUM.replace("at least: 3, always: [c]", "at least: 1")) == []
    assert told(QUORUM.replace("j: {", "j: {likely: j1, ").replace("3, always: [c]", "3")) == [
        ("8:30", "with the likely readings only 2 have a say, and the quorum asks for 3"),
        ("9:18", "with the reading 'k1' only 1 has a say, and the quorum asks for 3"),
    ]


ROLES = st.sampled_from(["principal", "veto", "consulted"])


@settings(max_examples=300)
@given(
    st.fixed_dictionaries(dict.fromkeys("abcd", ROLES)),
    st.lists(
        st.tuples(st.lists(st.dictionaries(st.sampled_from("abcd"), ROLES), min_size=1, max_size=2), st.booleans())
    ),
    st.integers(0, 4),
)
def test_consent_is_there_if_and_only_if_it_is_however_the_judgments_are_read(
    roles: dict[str, str], judgments: list[tuple[list[dict[str, str]], bool]], quorum: int
) -> None:
    owned = [  # a party's role is moved by one judgment alone
        ([{name: each[name] for name in each if ord(name) % 3 == k} for each in readings], likely)
        for k, (readings, likely) in enumerate(judgments[:3])
    ]
    text = f"detente: 1\ntitle: t\nissues: {{x: {{options: [no]}}}}\nparties: {json.dumps(roles)}\njudgments:\n"
    text = re.sub(r'"(\w)": "(\w+)"', r"\1: {role: \2}", text)
    for k, (readings, likely) in enumerate(owned):
        changes = [{"change": {name: {"role": role} for name, role in each.items()}} for each in readings]
        judgment = {"readings": {f"r{n}": change for n, change in enumerate(changes)}} | (
            {"likely": "r0"} if likely else {}
        )
        text += f"  j{k}: {json.dumps(judgment)}\n"
    text += f"agreement: {{at least: {quorum}, always: a}}\n" if quorum else ""
    every = [{**roles, **dict(ChainMap(*some))} for some in product(*([{}, *readings] for readings, _ in owned))]
    having = [[name for name, role in each.items() if role != "consulted"] for each in every]

    sound = all("principal" in each.values() for each in every) and not (
        quorum and any("a" not in each or len(each) < quorum for each in having)
    )
    assert (read(text).errors == ()) == sound


REACH = """
detente: 1
title: T
issues: {x: {options: [no, yes]}}
parties: {a: {worth: {x: {yes: 1}}}, b: {role: veto}}
judgments:
  j: {readings: {j1: {change: {b: {role: principal}}}, j2: {change: {b: {role: veto}}}}}
  k: {readings: {k1: {change: {b: {over: {x: yes}}}}}}
"""


def test_a_role_and_a_reach_that_may_be_read_together_suit_each_other() -> None:
    (problem,) = read(REACH).errors

    assert problem.line == 8
    assert "with 'j1' and 'k1' together 'b' is a principal" in problem.message
    assert read(REACH.replace("role: principal", "reservation: 0")).errors == ()
