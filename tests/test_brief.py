"""Does the brief say what the answers say, on one page that needs nothing, for any scenario?"""

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

import detente
from detente.catalog import names, past, text
from detente.cli.screen import brief_in_words
from detente.io import parse_scenario
from detente.report.blocks import Chart, Heading, Paragraph, Rows
from detente.report.brief import Brief

GAINS = "Gains over no deal: low to high, and contested where 0 lies between"

ONE_ISSUE = """
detente: 1
title: One issue
issues: {fence: {options: [none, shared]}}
parties:
  a: {worth: {fence: {shared: 2}}}
  b: {worth: {fence: {shared: 1}}}
"""

NO_DEAL = """
detente: 1
title: Nothing to be had
issues: {fence: {options: [none, shared]}}
parties:
  a: {reservation: 5, worth: {fence: {shared: 2}}}
  b: {worth: {fence: {shared: 1}}}
demands: {the fence: {by: b, terms: {fence: shared}}}
packages: {shared: {terms: {fence: shared}}}
judgments:
  the dog: {question: Is there a dog?, readings: {yes: {change: {a: {reservation: 0}}}, no: {}}, likely: no}
claims:
  futile: {says: There is nothing to talk about., by: A, test: {package: shared, is: unattainable}}
"""

KOREAN = """
detente: 1
title: 마을 우물
summary: 두 마을이 우물 하나를 함께 쓴다.
issues:
  물: {title: 아침에 긷는 물의 몫, options: [지금처럼, 절반씩, 번갈아 하루씩]}
parties:
  윗마을:
    name: 윗마을 어촌계와 그 이웃 열두 집을 모두 아우르는 아주 긴 이름의 협의회
    worth: {물: {절반씩: 2..4, 번갈아 하루씩: 1}}
  아랫마을: {worth: {물: {절반씩: 1, 번갈아 하루씩: 3}}}
"""


def many_issues() -> str:
    issues = "\n".join(f"  i{k}: {{title: Question number {k}, options: [as it is, a, b]}}" for k in range(40))
    sides = "\n".join(
        f"  {name}: {{worth: {{{', '.join(f'i{k}: {{a: {sign * (k % 7 - 3) + 1}, b: {sign}}}' for k in range(40))}}}}}"
        for name, sign in (("x", 1), ("y", -1))
    )
    return f"detente: 1\ntitle: Forty issues\nissues:\n{issues}\nparties:\n{sides}\n"


TEXTS = {"one issue": ONE_ISSUE, "no deal": NO_DEAL, "Korean": KOREAN, "forty issues": many_issues()}


class Page(HTMLParser):
    """What a page asks for from outside, and how its elements nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.open: list[str] = []
        self.captions = self.tables = self.figures = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe"}:
            self.outside.append(tag)
        self.outside += [
            value or "" for name, value in attrs if name in {"src", "href"} and not (value or "").startswith("#")
        ]
        self.tables += tag == "table"
        self.figures += tag == "figure"
        if tag not in {"meta", "br", "rect", "line", "path", "circle"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"rect", "line", "path", "circle"}:
            return
        assert self.open.pop() == tag


@cache
def whole(name: str) -> Brief:
    """The brief of a case, with everything in it; it takes seconds, so it is asked for once."""
    return detente.brief(detente.load(name))


@pytest.mark.parametrize("name", names())
def test_every_case_of_the_catalog_has_its_brief(name: str) -> None:
    seldom = name in past() and name not in ("leap-day-2012", "jackson-vanik-1975")  # two of the past are enough
    brief = detente.brief(detente.load(name), quick=True) if seldom else whole(name)

    json.dumps(brief.payload())
    assert brief.markdown().startswith(f"# {brief.findings.scenario.title}")


@pytest.mark.parametrize("told", TEXTS.values(), ids=TEXTS.keys())
def test_the_page_stands_alone_and_is_well_formed(told: str) -> None:
    brief = detente.brief(detente.parse_scenario(told))
    page = Page(brief.html())

    assert page.outside == []
    assert page.open == []
    assert "http" not in brief.html().replace("http://www.w3.org/2000/svg", "")
    assert page.figures == sum(isinstance(block, Chart) for block in brief.blocks)


@pytest.mark.parametrize("told", TEXTS.values(), ids=TEXTS.keys())
def test_every_picture_has_its_figures_in_a_table_beneath(told: str) -> None:
    for block in detente.brief(detente.parse_scenario(told)).blocks:
        if isinstance(block, Chart):
            assert block.table.rows
            assert re.search(r"<title>.+</title>", block.svg)
            assert "nan" not in block.svg


def test_where_there_is_no_deal_the_brief_says_so_first_and_what_would_change_it() -> None:
    brief = detente.brief(detente.parse_scenario(NO_DEAL))
    short = " ".join(brief.payload()["in_short"])  # type: ignore[arg-type]

    assert short.startswith("No deal is to be had")
    assert "the dog" in short
    assert brief.payload()["bargain"]["points"] is None  # type: ignore[index]


def test_the_river_brief_gives_the_answers_worked_out_by_hand() -> None:
    told = detente.brief(detente.load("river")).markdown()

    assert "Upland gains 15 points (11 to 21) and Lowland gains 3 points over no deal" in told
    assert "resident inspectors (Upland refuses)" in told
    assert "Of 21 possible outcomes" in told
    assert "a deal remains (Upland 9 and Lowland 3)" in told
    assert "engineers' draft: no longer attainable" in told


def test_the_sections_come_in_the_order_in_which_people_ask() -> None:
    blocks = whole("korea-2021").blocks
    anchors = [block.anchor for block in blocks if isinstance(block, Heading)]

    assert anchors == [
        "title",
        "in-short",
        "parties",
        "attainable",
        "packages",
        "demands",
        "vetoes",
        "roadmap",
        "process",
        "judgments",
        "sure",
        "claims",
        "history",
        "sources",
    ]


def test_every_number_of_the_korea_case_stands_in_the_brief_with_its_line_and_its_why() -> None:
    tables = [block.table for block in whole("korea-2021").blocks if isinstance(block, Rows)]
    numbers = next(table for table in tables if table.title.startswith("Every number"))
    lines = text("korea-2021").decode().splitlines()

    assert len(numbers.rows) > 300
    for party, what, figures, why, _source, line in numbers.rows:
        assert why, (party, what)
        assert 1 <= int(line) <= len(lines)
        assert figures


def test_both_camps_stand_in_one_table_of_tested_arguments() -> None:
    verdicts = detente.claims(detente.load("korea-2021")).verdicts
    camps = [each.claim.camp for each in verdicts]

    assert set(camps) == {"the op-ed", "its critics"}
    assert camps.count("the op-ed") == camps.count("its critics")
    assert {each.verdict for each in verdicts} == {"holds", "fails", "contested", "untestable"}


def test_in_the_korea_case_the_red_lines_sink_what_the_reference_text_says_and_one_judgment_lifts_each() -> None:
    korea = detente.load("korea-2021")
    found = detente.demands(korea).verdicts
    turning = {
        "complete denuclearisation": {"C1": "in the end"},
        "verified human-rights improvement": {"C8": "can be linked"},
        "formal recognition of the ROK": {"recognition": "a price"},
    }

    for name, reading in turning.items():
        assert (found[name].verdict, found[name].blockers) == ("nonstarter", ("DPRK",))
        assert detente.demands(korea.assuming(reading)).verdicts[name].verdict == "costly"


def test_a_veto_for_seoul_costs_the_two_sides_nothing_in_the_korea_case() -> None:
    price = detente.vetoes(detente.load("korea-2021")).prices["ROK"]

    assert price.price.nash == 0
    assert price.gain.likely > 0


def test_a_quick_brief_leaves_out_the_order_of_steps_and_the_draws_and_nothing_else() -> None:
    korea = detente.load("korea-2021")
    quick = detente.brief(korea, quick=True)
    anchors = [[b.anchor for b in each.blocks if isinstance(b, Heading)] for each in (whole("korea-2021"), quick)]

    assert [each for each in anchors[0] if each not in anchors[1]] == ["roadmap", "process", "sure", "history"]
    assert quick.payload()["roadmap"] is None
    assert any("takes 3 rounds" in text for text in whole("korea-2021").payload()["in_short"])  # type: ignore[attr-defined]


def in_short_of(text_: str) -> str:
    return " ".join(detente.brief(parse_scenario(text_), quick=True).payload()["in_short"])  # type: ignore[arg-type]


def test_where_no_deal_is_to_be_had_the_brief_says_who_stands_in_the_way_and_by_how_much() -> None:
    priced = "parties: {p: {reservation: 1, worth: {a: {y: 3, z: -2}}}, q: {worth: {a: {y: -4, z: 5}}}}"
    refused = "parties: {p: {reservation: 1, worth: {a: {y: 3}}, refuses: {a: [x, z]}}, q: {refuses: {a: [y]}}}"
    head = "{detente: 1, title: None, issues: {a: {options: [x, y, z]}}, "

    assert "What comes nearest: nothing is changed. There p lacks 1." in in_short_of(f"{head}{priced}}}")
    assert "Red lines leave none: those of p and q" in in_short_of(f"{head}{refused}}}")


def test_that_there_is_a_deal_at_one_end_of_the_ranges_alone_is_told_first() -> None:
    likely, unlikely = (
        ONE_ISSUE.replace("{shared: 2}}", f"{{shared: {span}}}}}, reservation: 1") for span in ("-1..4", "-4..3")
    )

    assert in_short_of(ONE_ISSUE).startswith("A deal is there to be had. ")
    assert "to be had; with every gain at its low end there is none (contested). " in in_short_of(likely)
    assert "would sign; with every gain at its high end there is one (contested). " in in_short_of(unlikely)


ARMS = """
detente: 1
title: Arms and bases
issues: {arms: {options: [kept, destroyed]}}
parties:
  anna: {worth: {arms: {destroyed: -9}}, refuses: {arms: [destroyed]}}
  ben: {worth: {arms: {destroyed: 4}}}
  court: {role: consulted, worth: {arms: {destroyed: 1}}}
demands: {destroy: {by: ben, terms: {arms: destroyed}}}
judgments:
  soft: {readings: {yes: {change: {anna: {refuses: {arms: []}}}}, no: {}}, likely: no}
  war: {readings: {yes: {change: {anna: {reservation: 3}, court: {reservation: 1}}}, no: {}}, likely: no}
"""


def test_a_judgment_that_lets_a_demand_sink_the_deal_otherwise_does_not_turn_that_it_sinks_it() -> None:
    assert "What would sink it turns" not in in_short_of(ARMS)
    assert "What would sink it turns, each alone: destroy on soft" in in_short_of(ARMS.replace("-9", "1"))


def test_nobody_would_take_or_refuse_a_deal_that_is_not_there() -> None:
    brief = detente.brief(parse_scenario(ARMS), quick=True)
    (rests_on,) = [
        block.table for block in brief.blocks if isinstance(block, Rows) and "the headline then" in block.table.columns
    ]
    gone = [row for row in rests_on.rows if "no deal is left" in row]

    assert len(gone) == 1
    assert "take the deal" not in " ".join(gone[0])
    court = detente.vetoes(parse_scenario(ARMS).assuming({"war": "yes"})).table().rows[0]
    assert court[2:4] == ("no deal", "nothing: no deal is there to lose")


def test_what_the_draws_leave_as_it_is_stands_beside_the_chances() -> None:
    told = whole("river").payload()["in_short"]
    korea = " ".join(whole("korea-2021").payload()["in_short"])  # type: ignore[arg-type]

    assert any("held at 'fall back', not drawn" in text for text in told)  # type: ignore[attr-defined]
    assert "not drawn" not in korea
    assert re.search(
        r"nobody gains by walking away at any point \(contested\); so it is in \d\d% \(± [\d.]+\) of draws", korea
    )
    assert "The most exposed would risk no more with another order (everything at once), in 1 round" in korea


def test_under_a_quorum_the_brief_tells_what_passes_from_what_suits_everyone() -> None:
    blocks = detente.brief(detente.load("deliberation-base"), quick=True).blocks
    told = " ".join(block.text for block in blocks if isinstance(block, Paragraph))

    assert "55 would pass." in told
    assert "12 would suit everyone with a vote." in told
    assert "acceptable to all who must agree" not in told


def test_what_a_quorum_needs_is_said_in_the_same_words_by_the_brief_and_where_the_scenario_is_shown() -> None:
    scenario = detente.load("deliberation-base")
    needs = dict(detente.show(scenario).tables()[0].rows)["agreement by"]
    told = [block.text for block in detente.brief(scenario, quick=True).blocks if isinstance(block, Paragraph)]

    assert needs.startswith("5 of the 6 who have a vote")
    assert f"An agreement needs {needs}." in told


def test_in_the_terminal_the_figures_of_a_chart_stand_in_its_table_or_in_the_text_around_it() -> None:
    blocks = whole("korea-2021").blocks
    told = brief_in_words(blocks)
    charts = [block for block in blocks if isinstance(block, Chart)]

    assert [chart.title for chart in charts if chart.repeated] == [
        "Gains of United States and North Korea",
        "How much of the joint value is left if the demand is insisted on",
        "What each veto costs in joint value",
        "The way, round by round",
    ]
    assert all((chart.table.title in told) is not chart.repeated for chart in charts)
    assert "194.7 (14.3 to 412.1)" in told


def test_on_paper_everything_that_is_folded_away_is_shown() -> None:
    page = whole("korea-2021").html()
    paper = page[page.index("@media print") : page.index("</style>")]

    assert "<details><summary>" in page
    assert "details::details-content { content-visibility: visible; height: auto; }" in paper


def test_every_table_of_a_page_has_a_name_its_own_or_that_of_its_section() -> None:
    page = whole("korea-2021").html()
    shown = re.findall(r'<div class="scroll(?: wide)?" tabindex="0" role="region" aria-label="([^"]+)">', page)

    assert len(shown) == Page(page).tables
    assert "Table" not in shown
    assert {
        "Who must agree, and who is heard",
        "The packages compared",
        GAINS,
    } <= set(shown)


def test_figures_wrap_in_tables_of_many_columns() -> None:
    page = whole("korea-2021").html()
    wide = f'class="scroll wide" tabindex="0" role="region" aria-label="{GAINS}"'

    assert wide in page
    assert ".wide td.number { white-space: normal; }" in page


def test_judgments_named_by_their_names_alone_are_told_once_beneath_and_lead_on_to_what_they_change() -> None:
    brief = detente.brief(detente.load("korea-2021"), quick=True)
    asked = [block for block in brief.blocks if isinstance(block, Rows) and block.table.columns[-1] == "its question"]
    told = [row for block in asked for row in block.table.rows]
    turns = next(b for b in brief.blocks if isinstance(b, Rows) and b.table.columns[-1] == "turns on").table
    page = brief.html()

    assert ("C8", brief.findings.scenario.judgments["C8"].question) in told
    assert len(set(told)) == len(told)
    assert {name for row in turns.rows for name in re.findall(r"\bC\d+", row[-1])} <= {name for name, _ in told}
    for target in (link for block in asked for link in block.links.values()):
        assert page.count(f'id="{target[1:]}"') == 1


def test_contested_is_explained_where_it_is_first_used_and_only_there() -> None:
    told = detente.brief(detente.load("korea-2021"), quick=True).markdown()
    place = told.index("Contested: it comes out")

    assert told.count("Contested: it comes out") == 1
    assert told[:place].count("; contested") > 0
    assert told[:place].count("## ") == told[: told.index("; contested")].count("## ")


@pytest.mark.parametrize("name", ["deliberation-base", "deliberation-seven"])
def test_where_nothing_is_in_doubt_the_brief_says_so_and_counts_no_draws(name: str) -> None:
    told = whole(name).markdown()

    assert told.count("Nothing in the file is in doubt") == 2
    assert " draws of what is in doubt" not in told
    assert "was drawn" not in told
