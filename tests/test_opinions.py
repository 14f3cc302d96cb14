"""Do several opinions come together as on paper, and is it told which disagreements matter?"""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import detente
from detente.analysis.answers import Answers, answers
from detente.analysis.disagreement import stood
from detente.analysis.draws import Drawn, Plan
from detente.analysis.opinions import Opinions
from detente.analysis.pooling import Tally, half_way, pooled
from detente.errors import NotFoundError, ScenarioError
from detente.io.opinions import load_opinions
from detente.model.opinion import Opinion
from detente.model.scenario import Scenario

BASE = """
detente: 1
title: A well
issues: {well: {options: [none, shared, own]}, fee: {options: [none, paid]}}
parties:
  hill: {worth: {well: {shared: 4, own: 7}, fee: {paid: -1}}}
  vale: {worth: {well: {shared: 3, own: -2}, fee: {paid: 2}}}
packages: {share: {terms: {well: shared}}, own: {terms: {well: own, fee: paid}}}
demands: {fee: {terms: {fee: paid}}}
judgments:
  rain:
    likely: enough
    readings:
      enough: {weight: 1}
      little: {weight: 1, change: {vale: {worth: {well: {shared: -3}}}}}
"""
ANA = "detente-opinion: 1\nby: Ana\nweights: {rain: {enough: 3, little: 1}}\n"
BEN = "detente-opinion: 1\nby: Ben\nweight: 3\nreadings: {rain: little}\n"
EVE = "detente-opinion: 1\nby: Eve\nchange: {hill: {worth: {well: {own: 6.5}}}, vale: {worth: {well: {own: 1}}}}\n"


def written(folder: Path, **persons: str) -> tuple[Path, Path]:
    (folder / "opinions").mkdir()
    for name, text in persons.items():
        (folder / "opinions" / f"{name}.yaml").write_text(text, encoding="utf-8")
    case = folder / "well.yaml"
    case.write_text(BASE, encoding="utf-8")
    return case, folder / "opinions"


@pytest.fixture
def found(tmp_path: Path) -> Opinions:
    case, _ = written(tmp_path, ana=ANA, ben=BEN, eve=EVE)
    return detente.opinions(detente.load(case), draws=320)


def test_each_person_is_asked_apart(found: Opinions) -> None:
    ana, ben, eve = found.persons

    assert [each.by for each in found.persons] == ["Ana", "Ben", "Eve"]
    assert [each.weight for each in found.persons] == [0.2, 0.6, 0.2]
    assert ana.packages["share"].p == pytest.approx(3 / 4, abs=0.01)
    assert (ben.packages["share"].p, ben.packages["share"].se) == (0, 0)  # held, so nothing is in doubt
    assert eve.packages["share"].p == pytest.approx(1 / 2, abs=0.01)
    assert [each.standing.packages["own"] for each in found.persons] == [True, True, True]
    assert eve.gains["own"] == {"hill": 5.5, "vale": 3}


def test_the_pool_is_the_weighted_mean_and_the_weighted_median(found: Opinions) -> None:
    shares = [each.packages["share"].p for each in found.persons]
    pooled = found.packages["share"]

    assert pooled.linear.p == pytest.approx(0.2 * shares[0] + 0.6 * shares[1] + 0.2 * shares[2])
    assert pooled.median == found.persons[1].packages["share"]  # Ben is more than half of the pool
    assert found.gains["own"]["hill"] == pytest.approx((0.8 * 6 + 0.2 * 5.5, 6))
    assert found.gains["own"]["vale"] == pytest.approx((0.2 * 3, 0))
    assert found.gains["share"]["vale"] == pytest.approx((0.4 * 3 + 0.6 * -3, -3))


def test_what_changes_anybodys_advice_matters_and_nothing_else_does(found: Opinions) -> None:
    told = {each.about: each for each in found.disagreements}

    assert list(told) == ["rain", "vale: well, own", "hill: well, own"]
    assert told["rain"].views == {"Ana": "enough 75%, little 25%", "Ben": "little", "Eve": "enough 50%, little 50%"}
    turn = told["rain"].weightiest("Ben")
    assert turn is not None
    assert (turn.others, turn.packages["share"]) == (("Ana",), True)
    assert "share now passes" in turn.told(found.scenario)
    assert told["vale: well, own"].matters
    assert not told["hill: well, own"].matters  # half a point more or less, and all stays as it is
    assert json.loads(json.dumps(found.payload()))["disagreements"][2]["matters"] is False


def test_everything_wrong_in_any_opinion_is_told_with_its_place(tmp_path: Path) -> None:
    wrong = "detente-opinion: 1\nby: Ana\nreadings: {rian: enough, rain: plenty}\nweight: 0\n"
    case, folder = written(
        tmp_path, ana=wrong, ben="detente-opinion: 2\nby: Ana\nchange: {hil: {reservation: 1}}\n", c="- a\n"
    )
    with pytest.raises(ScenarioError) as error:
        load_opinions(folder, detente.load(case))

    told = [(Path(p.file).name, p.line, p.message) for p in error.value.problems]
    assert told == [
        ("ana.yaml", 3, "no judgment named 'rian'; did you mean 'rain'?"),
        ("ana.yaml", 3, "no reading of rain named 'plenty'; there is: enough, little, as written"),
        ("ana.yaml", 4, "a person's weight is above 0"),
        ("ben.yaml", 1, "the version of this format is 1; this is '2'"),
        ("ben.yaml", 3, "no party named 'hil'; did you mean 'hill'?"),
        ("c.yaml", 1, "an opinion is a table (key: value); this is a list"),
    ]


def test_where_there_are_no_opinions_it_is_said_where_they_belong(tmp_path: Path) -> None:
    case, empty = tmp_path / "well.yaml", tmp_path / "empty"
    case.write_text(BASE, encoding="utf-8")
    empty.mkdir()
    with pytest.raises(NotFoundError, match="no folder 'opinions' beside"):
        detente.opinions(detente.load(case))
    with pytest.raises(NotFoundError, match="a scenario that is no file"):
        detente.opinions(detente.parse_scenario(BASE))
    with pytest.raises(NotFoundError, match="no opinions ship with salary"):
        detente.opinions(detente.load("salary"))
    with pytest.raises(NotFoundError, match="one file a person is due there"):
        load_opinions(empty, detente.parse_scenario(BASE))


def test_two_opinions_of_one_person_are_refused(tmp_path: Path) -> None:
    case, folder = written(tmp_path, ana=ANA, too=ANA)
    with pytest.raises(ScenarioError, match="'Ana' has an opinion in another file already"):
        load_opinions(folder, detente.load(case))


def test_the_flagship_case_has_both_camps_and_one_between_them() -> None:
    korea = detente.load("korea-2021")
    found = detente.opinions(korea, draws=64)

    assert [each.by for each in found.persons] == ["Its critics", "Neither camp", "The op-ed's camp"]
    critics, _, camp = found.persons
    assert critics.packages["op_ed_softened"].p < camp.packages["op_ed_softened"].p
    assert {"op_ed_softened"} <= {name for name, passes in camp.standing.packages.items() if passes}
    assert detente.opinions(korea, draws=64).payload() == found.payload()


def test_an_opinion_is_about_values_and_its_heaviest_reading_is_in_force(tmp_path: Path) -> None:
    role = "detente-opinion: 1\nby: Ana\nchange: {hill: {role: consulted}}\n"
    case, folder = written(tmp_path, ana=role)
    with pytest.raises(ScenarioError, match="an opinion changes values, not 'role'"):
        load_opinions(folder, detente.load(case))

    (folder / "ana.yaml").write_text(ANA.replace("enough: 3", "enough: 0.3"), encoding="utf-8")
    (ana,) = detente.opinions(detente.load(case), draws=32).persons
    assert not ana.standing.packages["share"]  # she thinks little rain more likely


CONTESTED = """
detente: 1
title: A contested well
issues: {well: {options: [none, shared]}, fee: {range: {from: 0, to: 40, step: 10}}}
parties:
  hill: {worth: {well: {shared: 4}, fee: {0: 0, 40: 8}}}
  vale: {reservation: 0, worth: {well: {shared: 3}, fee: {0: 0, 40: -8}}}
judgments:
  rain:
    likely: enough
    readings:
      enough: {}
      little: {weight: 0, change: {vale: {worth: {well: {shared: -3}, fee: {0: 0, 40: -9}}}}}
  law: {likely: old, readings: {old: {}, new: {change: {vale: {reservation: -1}}}}}
  tax: {likely: low, readings: {low: {}, high: {add: {hill: {worth: {well: {shared: -1}}}}}}}
""".replace("enough: {}", "enough: {weight: 1}")


def read(folder: Path, text: str, base: str = CONTESTED) -> Opinion:
    folder.mkdir(exist_ok=True)
    (folder / "ana.yaml").write_text(f"detente-opinion: 1\nby: Ana\n{text}", encoding="utf-8")
    (found,) = load_opinions(folder, detente.parse_scenario(base, "well.yaml"))
    return found


def told(folder: Path, text: str, base: str = CONTESTED) -> list[tuple[int, int, str]]:
    with pytest.raises(ScenarioError) as error:
        read(folder, text, base)
    return [(each.line, each.column, each.message) for each in error.value.problems]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("readings: {rain: little}\nchange: {vale: {worth: {well: {shared: 5}}}}", (4, 32)),
        ("readings: {rain: little}\nadd: {vale: {worth: {well: {shared: 5}}}}", (4, 29)),
        ("readings: {rain: little}\nchange: {vale: {worth: {fee: {0: 0, 20: -1}}}}", (4, 37)),
        ("weights: {rain: {enough: 1, little: 2}}\nchange: {vale: {worth: {well: {shared: 5}}}}", (4, 32)),
    ],
)
def test_a_value_that_a_reading_in_force_sets_is_an_error_that_says_what_to_do(
    tmp_path: Path, text: str, place: tuple[int, int]
) -> None:
    line, column, message = told(tmp_path, text)[0]

    assert (line, column) == place
    assert message.startswith("reading 'little' of 'rain' (well.yaml, line 13) is in force and sets this value")
    assert "'rain: as written'" in message


def test_a_value_that_the_likely_reading_of_the_scenario_sets_counts_once_none_is_held(tmp_path: Path) -> None:
    base = CONTESTED.replace("likely: enough", "likely: little")
    own = "change: {vale: {worth: {well: {shared: 5}}}}"
    seen = read(tmp_path, f"readings: {{rain: as written}}\n{own}", base).scenario(
        detente.parse_scenario(base, "well.yaml")
    )

    assert [(line, column) for line, column, _ in told(tmp_path, own, base)] == [(3, 32)]
    assert seen.settled().parties["vale"].preferences.of("well", "shared").likely == 5
    assert seen.judgments["rain"].likely is None


def test_what_a_reading_only_adds_to_or_sets_elsewhere_leaves_room_for_a_value(tmp_path: Path) -> None:
    own = read(tmp_path, "readings: {tax: high}\nchange: {hill: {worth: {well: {shared: 5}}}}")
    seen = own.scenario(detente.parse_scenario(CONTESTED)).settled()

    assert seen.parties["hill"].preferences.of("well", "shared").likely == 4


def test_of_readings_that_weigh_the_same_the_likely_one_of_the_scenario_stays_in_force(tmp_path: Path) -> None:
    base = CONTESTED.replace("likely: enough", "likely: little")
    case = detente.parse_scenario(base, "well.yaml")
    even = "weights: {rain: {enough: 1, little: 1}}"

    assert read(tmp_path, even, base).scenario(case).judgments["rain"].likely == "little"
    assert read(tmp_path, even).scenario(detente.parse_scenario(CONTESTED)).judgments["rain"].likely == "enough"


# The pool


def tally(*hits: int, each: int = 10, certain: bool = False) -> Tally:
    return Tally(hits, (each,) * len(hits), certain)


@pytest.mark.parametrize(
    ("values", "shares", "middle"),
    [
        ([5, 1, 3], [1, 1, 1], {3}),
        ([5, 1, 3, 2], [1, 1, 1, 1], {2, 3}),
        ([5, 1], [1, 1], {1, 5}),
        ([5, 1], [2, 1], {5}),
        ([5, 1, 3], [2, 1, 1], {3, 5}),
        ([7], [4], {7}),
    ],
)
def test_the_median_is_half_way_by_weight(values: list[int], shares: list[int], middle: set[int]) -> None:
    parts = [Fraction(share, sum(shares)) for share in shares]

    assert {values[place] for place in half_way(values, parts)} == middle


def test_the_median_carries_the_error_of_whoever_is_in_the_middle() -> None:
    low, high, middle = tally(1, 1, 2, 0), tally(9, 8, 10, 9), tally(3, 5, 4, 4)
    found = pooled([low, high, middle], [Fraction(1, 3)] * 3)
    two = pooled([low, high], [Fraction(1, 2)] * 2)

    assert found.median == middle.chance
    assert (found.median.p, found.median.se) == (0.4, pytest.approx(0.0408, abs=1e-4))  # sqrt(2 / 300 / 4)
    assert two.median == two.linear
    assert two.linear.p == pytest.approx((0.1 + 0.9) / 2)


def test_the_linear_pool_has_the_error_of_the_persons_common_draws() -> None:
    one, other = tally(1, 3, 2, 2), tally(3, 5, 4, 4)
    alike = pooled([one, other], [Fraction(1, 2)] * 2).linear
    apart = pooled([one, tally(5, 3, 4, 4)], [Fraction(1, 2)] * 2).linear
    silent = pooled([one, tally(0, 0, 0, 0)], [Fraction(1, 4), Fraction(3, 4)]).linear

    assert alike.se == pytest.approx(one.chance.se)  # both err alike, so the mean errs as much as either
    assert apart.se == pytest.approx(one.chance.se)  # the differences cancel: at most as much as each alone
    assert silent.se == pytest.approx(((one.chance.se / 4) ** 2 + (3 / 4 / 42) ** 2) ** 0.5)


def test_where_nothing_is_drawn_the_pool_is_exact() -> None:
    sure = [tally(10, 10, certain=True), tally(0, 0, certain=True), tally(0, 0, certain=True)]
    found = pooled(sure, [Fraction(1, 3)] * 3)

    assert (found.linear.p, found.linear.se) == (pytest.approx(1 / 3), 0)
    assert (found.median.p, found.median.se) == (0, 0)


def test_verdicts_are_as_likely_as_the_readings_that_bring_them(tmp_path: Path) -> None:
    case = tmp_path / "well.yaml"
    text = BASE.replace("vale: {worth: {well: {shared: -3}}}", "hill: {refuses: {fee: [paid]}}")
    case.write_text(text, encoding="utf-8")
    (tmp_path / "opinions").mkdir()
    for name, opinion in {"ana": ANA, "ben": BEN}.items():
        (tmp_path / "opinions" / f"{name}.yaml").write_text(opinion, encoding="utf-8")
    found = detente.opinions(detente.load(case), draws=320)
    ana, ben = (each.demands["fee"] for each in found.persons)

    assert ana["nonstarter"].p == pytest.approx(1 / 4, abs=0.01)  # in a dry year Hill refuses the fee
    assert ana["nonstarter"].se > 0
    assert (ben["nonstarter"].p, ben["nonstarter"].se) == (1, 0)
    assert sum(each.p for each in ana.values()) == pytest.approx(1)
    assert set(ana) == set(ben)
    assert found.demands["fee"]["nonstarter"].linear.p == pytest.approx(ana["nonstarter"].p / 4 + 3 / 4)
    assert found.demands["fee"]["nonstarter"].median == ben["nonstarter"]
    assert json.loads(json.dumps(found.payload()))["persons"]["Ben"]["verdicts"]["fee"]["nonstarter"]["p"] == 1


# Disagreements


def compare(folder: Path, *texts: str, base: str = CONTESTED) -> Opinions:
    folder.mkdir(exist_ok=True)
    for by, text in zip(("Ana", "Ben", "Eve"), texts, strict=False):
        (folder / f"{by}.yaml").write_text(f"detente-opinion: 1\nby: {by}\n{text}", encoding="utf-8")
    return detente.opinions(detente.parse_scenario(base), opinions=folder, draws=16)


@pytest.mark.parametrize(
    ("text", "about", "views"),
    [
        (
            "change: {vale: {worth: {fee: {0: 0, 20: -6, 40: -8}}}}",
            "vale: fee, furthest apart at 20",
            {"Ana": "−6", "Ben": "−4"},
        ),
        ("change: {hill: {refuses: {fee: [20..40]}}}", "hill: fee, red lines", {"Ana": "20 to 40", "Ben": "none"}),
        (
            "add: {vale: {worth: {fee: {0: 0, 40: {low: -1, likely: 0, high: 1}}}}}",
            "vale: fee, furthest apart at 40",
            {"Ana": "−8 (−9 to −7)", "Ben": "−8"},
        ),
    ],
)
def test_a_table_of_a_numeric_issue_is_one_thing_to_disagree_on(
    tmp_path: Path, text: str, about: str, views: dict[str, str]
) -> None:
    (told,) = compare(tmp_path / "o", text, "").disagreements

    assert (told.about, told.views) == (about, views)


def test_the_shape_of_a_range_is_something_to_disagree_on(tmp_path: Path) -> None:
    ranged = "change: {vale: {worth: {well: {shared: {low: 1, likely: 3, high: 5, shape: %s}}}}}"
    (told,) = compare(tmp_path / "o", ranged % "uniform", ranged % "pert").disagreements

    assert told.views == {"Ana": "3 (1 to 5, uniform)", "Ben": "3 (1 to 5)"}
    assert not told.matters


def test_what_is_written_otherwise_and_means_the_same_is_no_disagreement(tmp_path: Path) -> None:
    same = "change: {vale: {worth: {well: {none: 0, shared: 3.0}}}}\nweights: {rain: {enough: 5}}"

    assert not compare(tmp_path / "o", same, "").disagreements


def test_whoever_takes_anothers_view_of_one_thing_is_advised_as_if_it_were_written_so(tmp_path: Path) -> None:
    case = detente.parse_scenario(CONTESTED)
    found = compare(tmp_path / "o", "readings: {rain: little}", "readings: {tax: high}", "")
    (turn,) = (
        each for d in found.disagreements if d.place == ("judgment", "rain") for each in d.turns if each.by == "Ben"
    )
    both = next(stood([case.assuming({"rain": "little", "tax": "high"}).settled()]))
    alone = found.persons[1].standing

    assert turn.others == ("Ana",)
    assert alone.deal
    assert both.deal
    assert turn.terms == {i: o for i, o in both.deal.terms.items() if o != alone.deal.terms[i]} == {"well": "none"}
    assert turn.told(case) == "the best deal then has none"


def test_scenarios_are_answered_in_batches_however_many_there_are() -> None:
    case = detente.parse_scenario(BASE).settled()
    asked = 0

    def many() -> Iterator[Scenario]:
        nonlocal asked
        for _ in range(1000):
            asked += 1
            yield case

    first = next(stood(many()))

    assert asked == 64
    assert first == next(stood([case]))


def test_it_is_told_where_the_pool_mixes_readings_of_what_is_left_open(tmp_path: Path) -> None:
    base = CONTESTED.replace("law: {likely: old", "law: {open: true, likely: old")
    differing = compare(tmp_path / "o", "readings: {law: new}", "readings: {tax: high}", base=base)
    alike = compare(tmp_path / "p", "readings: {tax: high}", "", base=base)

    assert differing.mixed == {"law": "law"}
    assert "what is left open: law" in differing.tables()[1].title
    assert not alike.mixed


def test_all_that_is_told_prints_as_a_diplomat_reads_it(found: Opinions) -> None:
    advice, chances, verdicts, gains, matters, rest = found.tables()

    assert [row[0] for row in advice.rows[1:]] == [
        "Ana (20% of the pool)",
        "Ben (60% of the pool)",
        "Eve (20% of the pool)",
    ]
    assert advice.rows[0][0] == "all"
    assert [row[0] for row in chances.rows] == ["an agreement", "share", "own"]
    assert verdicts.rows[0][0] == "fee"
    assert [row[0] for row in gains.rows] == ["share", "own"]
    assert [row[0] for row in matters.rows if row[0]] == [each.about for each in found.disagreements if each.matters]
    assert [row[0] for row in rest.rows] == [each.about for each in found.disagreements if not each.matters]


def test_many_draws_are_answered_in_lots_and_it_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    river, asked = detente.load("river"), []

    def counting(plan: Plan, drawn: Drawn) -> Answers:
        asked.append(drawn.number)
        return answers(plan, drawn)

    whole = detente.opinions(river, draws=1000)
    monkeypatch.setattr("detente.analysis.opinions._TOGETHER", 100)
    monkeypatch.setattr("detente.analysis.opinions.answers", counting)

    assert detente.opinions(river, draws=1000) == whole
    assert sum(asked) == 2 * 1000
    assert max(asked) <= 126  # two parts of 62 or 63
