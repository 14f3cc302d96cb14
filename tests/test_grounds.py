"""Does every reason and every source of a file reach the reader of the brief, wherever the format allows one?"""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Annotated, get_args, get_origin

import pytest

import detente
from detente.io.fields import Doc, Wraps
from detente.io.nodes import Faults, Items, Node, Table
from detente.io.process_schema import ByPartyDoc, EchoDoc
from detente.io.schema import ScenarioDoc
from detente.io.source import compose
from detente.report.blocks import Heading, Rows
from detente.report.brief import Brief

WHOLE = """
detente: 1
title: Reasons everywhere
summary: Two sides, a veto, and a reason for everything.
issues:
  a:
    by: x
    options:
      a0: {@}
      a1:
        months: #
        reversible: #
        verifiable: #
        detection: #
        symbolic: {belief: #, tension: #, worth: {x: {b: #}}, fades: #24}
        @
    @
  b: {options: [b0, b1], by: y, @}
  c: {options: [c0, c1], by: y, @}
  sum: {range: {from: 0, to: 10, step: 2}, by: x, @}
parties:
  x:
    reservation: #
    worth: {a: {scale: #, a1: #}, sum: {0: #, 4: #, 5: #, 10: #}}
    refuses: {c: {c1: {@}}}
    types: {trustworthy: {weight: 1, worth: {a: {a1: #}}, @}, opportunist: {weight: 1, @}, spoiler: {weight: 1, @}}
    @
  y:
    worth: {a: {a1: #}, b: {b1: #}}
    positions: {c: {wants: c1, refuses: c0, @}}
    @
  z: {role: consulted, @}
interactions:
  - {id: both, when: {a: a1, b: b1}, worth: {x: #}, @}
conditions:
  - {when: {b: b1}, requires: {a: a1}, @}
demands: {D: {by: x, terms: {b: b1}, @}}
packages: {P: {by: y, terms: {a: a1}, @}}
judgments:
  J:
    question: Is it so?
    likely: yes it is
    readings:
      yes it is: {@}
      no:
        change:
          x:
            worth: {a: {a1: #}}
            reservation: #
            refuses: {c: {c0: {@}}}
            types:
              trustworthy: {weight: 2, worth: {a: {a1: #}}, @}
              opportunist: {weight: 2, @}
              spoiler: {weight: 2, @}
          y: {positions: {c: {wants: c0, refuses: c1, @}}}
          interactions: {both: {x: #}}
        @
    @
  K:
    readings:
      more:
        add:
          y: {worth: {b: {b1: #}}, reservation: #, refuses: {a: {a0: {@}}}}
          interactions: {both: {y: #}}
        @
    @
leanings: {group: {share: 0.5, @}}
claims: {S: {says: So it is., test: {package: P, is: attainable}, @}}
commitments:
  deed:
    by: x
    lump: {x: #}
    flow: {y: #}
    reversible: #
    months: #
    detection: #
    verifiable: #
    symbolic: {belief: #, tension: #, worth: {y: {deed: #}}, fades: #24}
    @
patience: {x: #}
breakdown: #
completion: {x: #}
stake: {y: #}
process:
  slip: #
  false alarm: #
  restraint: #
  spread: #
  announced: #2
  tension:
    start: {x: #}
    drive: #
    calming: {x: #}
    echo: {x: {y: #0.01}, y: #0.01}
    incidents: #
    kept: #
    broken: #
    high: #
  crisis: {calm: #0.01, full: #0.05, costs: {x: #}}
  leadership: {x: {chance: #, patience: #}}
  ratification: {x: #}
  spoiling: {z: #}
  pressure: {bites: {x: #}, costs: {y: #}, tension: #}
  reserve: #
  @
roadmaps: {R: {rounds: [deed], @}}
notes: [A note of ours.]
"""
"""A reason and a source for all that may have one: `@` stands for both, `#` for a number with both (`#2`: for 2)."""

APART = "history"
"""What became of it is apart from the scenario, and no answer sees it."""


def written() -> str:
    """The file, every reason and every source the only one of its name."""
    number = count(1)

    def grounds(_: object = None) -> str:
        k = next(number)
        return f"why: reason no. {k} of all, source: Source no. {k} of all"

    lines = []
    for line in WHOLE.splitlines():
        if line.strip() == "@":  # a table written out
            lines += [line.replace("@", part) for part in grounds().split(", ")]
            continue
        told = re.sub(r"#([\d.]*)", lambda at: f"{{low: {at[1] or 0.5}, high: {at[1] or 0.7}, {grounds()}}}", line)
        lines.append(re.sub("@", grounds, told))
    return "\n".join(lines)


@cache
def whole() -> Brief:
    return detente.brief(detente.parse_scenario(written()), quick=True)


Path = tuple[str, ...]

ALIKE = {"opportunist": "trustworthy", "spoiler": "trustworthy", "add": "change"}
"""Keys under which the same may stand."""

SHORT = (ByPartyDoc, EchoDoc)
"""Numbers for everybody or for some; where one has a reason, all may have one."""


def within(annotation: object, node: Node | None, path: Path = ()) -> Iterator[Path]:
    """The places of the format that may have a reason (what is named or listed: `*`), or those of a file that do."""
    kind, parts = get_origin(annotation), get_args(annotation)
    if kind is Annotated:
        for document in [each.document for each in parts[1:] if isinstance(each, Wraps)] or parts[:1]:
            yield from within(document, node, path)
    elif isinstance(annotation, type) and issubclass(annotation, Doc):
        table = None if node is None else annotation.unfolded(node)
        inside = [each for name in annotation.model_fields for each in _field(annotation, name, table, path)]
        yield from ([path] if inside and annotation in SHORT else inside)
    elif kind in (dict, list):
        some = node.values() if isinstance(node, Table) else node if isinstance(node, Items) else ()
        for each in [None] if node is None else some:
            yield from within(parts[-1], each, (*path, "*"))
    else:
        for each in parts:
            yield from within(each, node, path)


def _field(document: type[Doc], name: str, table: Node | None, path: Path) -> Iterator[Path]:
    field = document.model_fields[name]
    key = field.alias or name
    here = {str(each): node for each, node in table.items()} if isinstance(table, Table) else {}
    if table is None or key in here:
        if name == "why":
            yield path
        whole = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        yield from within(whole, here.get(key), (*path, ALIKE.get(key, key)))


def test_the_file_of_this_test_gives_a_reason_wherever_the_format_allows_one() -> None:
    tree = compose(written(), Faults("<text>"))
    allowed = {path for path in within(ScenarioDoc, None) if path[0] != APART}

    assert len(allowed) > 70
    assert sorted(allowed - set(within(ScenarioDoc, tree))) == []


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_every_reason_and_every_source_of_a_file_stands_in_the_brief(form: str) -> None:
    brief = whole()
    told = {"markdown": brief.markdown, "html": brief.html, "json": lambda: json.dumps(brief.payload())}[form]()
    due = re.findall(r"(?:reason|Source) no\. \d+ of all", written())

    assert len(due) > 180
    assert [each for each in due if each not in told] == []


def test_long_tables_come_last_and_folded_so_that_the_brief_stays_readable() -> None:
    blocks = whole().blocks
    place = next(k for k, each in enumerate(blocks) if isinstance(each, Heading) and each.anchor == "sources")
    tables = [each for each in blocks[place:] if isinstance(each, Rows)]

    assert len(tables) > 8
    assert all(each.long for each in tables)


def table(brief: Brief, title: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The rows of a table of the brief, by their first two cells."""
    found = next(each.table for each in brief.blocks if isinstance(each, Rows) and each.table.title.startswith(title))
    return {row[:2]: row[2:] for row in found.rows}


def test_of_an_issue_in_numbers_every_figure_that_the_file_gives_stands_in_the_brief_with_its_reason() -> None:
    numbers = table(detente.brief(detente.load("salary"), quick=True), "Every number")

    salary = {what: row[:2] for (party, what), row in numbers.items() if party == "Candidate" and "Salary" in what}
    assert salary == {
        "Salary: 80 EUR thousand a year": ("0", ""),
        "Salary: 86 EUR thousand a year": ("15", "as good as the present pay"),
        "Salary: 92 EUR thousand a year": ("27", "half of what is above goes in taxes"),
        "Salary: 100 EUR thousand a year": ("39", "matters less once the flat is paid"),
    }


def test_a_judgment_is_shown_with_the_sources_of_both_sides() -> None:
    korea = detente.load("korea-2021")
    brief = detente.brief(korea, quick=True)
    asked = "C1: Would Pyongyang ever give up all its weapons?"
    tables = [each.table for each in brief.blocks if isinstance(each, Rows)]
    turned = next(row[1] for each in tables if "read otherwise" in each.columns for row in each.rows if row[0] == asked)

    assert turned.startswith("in the end [Klingner 2022]; here: never [Carpenter 2020-21; Jackson 2019")
    readings = table(brief, "The judgments")
    assert readings[asked, "never"][0] == "in force"
    assert readings[asked, "in the end"][3:4] == ("Klingner 2022",)
    assert "Klingner 2022" in [row[0] for row in table(brief, "Works cited")]


def test_a_work_is_nowhere_named_by_its_key_alone() -> None:
    told = detente.brief(detente.load("korea-2021"), quick=True).markdown()

    assert "klingner22" not in told[: told.index("**Works cited**")]


def test_the_brief_as_json_says_what_the_page_says() -> None:
    told = json.loads(json.dumps(whole().payload()))

    assert told["summary"] == "Two sides, a veto, and a reason for everything."
    assert told["notes"] == ["A note of ours."]
    assert told["parties"]["z"]["role"] == "consulted"
    assert told["parties"]["x"]["no_deal"]["likely"] == 0.6
    assert list(told["parties"]["x"]["refuses"]["c"]) == ["c1"]
    assert told["scenario"] == {
        key: each for key, each in detente.show(whole().findings.scenario).payload().items() if key != "schema"
    }
