"""Do several opinions come together as on paper, and is it told which disagreements matter?"""

import json
from pathlib import Path
from statistics import median

import pytest

import detente
from detente.analysis.opinions import Opinions
from detente.errors import NotFoundError, ScenarioError
from detente.io.opinions import load_opinions

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


def test_the_pool_is_the_weighted_mean_and_the_median(found: Opinions) -> None:
    shares = [each.packages["share"].p for each in found.persons]
    pooled = found.packages["share"]

    assert pooled.linear.p == pytest.approx(0.2 * shares[0] + 0.6 * shares[1] + 0.2 * shares[2])
    assert pooled.median == median(shares)
    assert found.gains["own"]["hill"] == pytest.approx((0.8 * 6 + 0.2 * 5.5, 6))
    assert found.gains["own"]["vale"] == pytest.approx((0.2 * 3, 0))
    assert found.gains["share"]["vale"] == pytest.approx((0.4 * 3 + 0.6 * -3, 3))


def test_what_changes_anybodys_advice_matters_and_nothing_else_does(found: Opinions) -> None:
    told = {each.about: each for each in found.disagreements}

    assert list(told) == ["rain", "vale: well, own", "hill: well, own"]
    assert told["rain"].views == {"Ana": "enough 75%, little 25%", "Ben": "little", "Eve": "enough 50%, little 50%"}
    assert told["rain"].changes["Ben"].startswith("on the view of Ana: ")
    assert "share now passes" in told["rain"].changes["Ben"]
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
        ("ana.yaml", 3, "no reading of rain named 'plenty'; there is: enough, little"),
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
