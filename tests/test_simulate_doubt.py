"""On which doubts does the choice rest, what would make a process safer, and where does it stand by its log?"""

from datetime import date
from math import exp
from typing import Any

import numpy as np
import pytest

import detente
from detente.analysis.estimates import Mean
from detente.analysis.work import Seam
from detente.errors import NotFoundError
from detente.model.log import Log
from detente.model.quantity import Quantity
from detente.simulation.choice import Regret, State
from detente.simulation.doubt import HAZARDS, TRUSTS
from detente.simulation.levers import levers
from detente.simulation.runs import Line, mixes_of, referee
from detente.simulation.simulate import Simulation, simulate
from detente.simulation.since import replayed
from detente.simulation.strategies import KNOWN, RESPONSIVE
from judge import text_of
from process_cases import TINY, Node, scenario_of

FEW: dict[str, Any] = {"strategies": ["at-once", "roadmap"], "order": "a|b", "runs": 60, "months": 10, "mixes": False}


def tiny(**more: object) -> Node:
    return {**TINY, **more}


DOUBTED = tiny(
    judgments={
        "J": {
            "question": "Is B to be trusted?",
            "readings": {
                "yes": {"weight": 1, "change": {"B": {"types": {"trustworthy": 1, "opportunist": 0}}}},
                "no": {"weight": 1, "change": {"B": {"types": {"trustworthy": 0, "opportunist": 1}}}},
                "as written": {"weight": 1},
            },
        }
    }
)


@pytest.fixture(scope="module")
def doubted() -> Simulation:
    return simulate(scenario_of_open(DOUBTED), **FEW, doubt=True)


def scenario_of_open(tree: Node) -> Any:
    """The scenario of a tree with its judgments still open."""
    return detente.parse_scenario(text_of(tree), "tiny.json")


def test_every_reading_that_changes_anything_is_a_state_of_the_world(doubted: Simulation) -> None:
    [one, other] = doubted.doubts

    assert (one.party, other.party) == ("A", "B")
    assert [each.name for each in one.states] == ["Is B to be trusted? yes", "Is B to be trusted? no"]


def test_a_reading_is_played_as_the_scenario_that_assumes_it_would_be(doubted: Simulation) -> None:
    assumed = simulate(scenario_of_open(DOUBTED).assuming({"J": "no"}), **FEW)
    state = doubted.doubts[0].states[1]

    assert state.worth == {name: odds.worth["A"] for name, odds in assumed.odds["as judged"].items()}


def test_the_map_has_every_trust_and_hazard_and_is_told_from_each_side(doubted: Simulation) -> None:
    [one, other] = doubted.maps

    assert (one.party, other.party, one.multiples) == ("A", "B", False)
    assert one.trusts == tuple(map(float, TRUSTS))
    assert one.hazards == tuple(map(float, HAZARDS))
    assert len(one.places) == len(TRUSTS) * len(HAZARDS)


def test_without_trust_nothing_is_done_at_once_and_with_it_it_is(doubted: Simulation) -> None:
    """A risks 1 and goes on for 4 in the next round, so it asks for some trust; B, who goes last, for none."""
    played = {trust: doubted.maps[0].at(float(trust), 0.0) for trust in TRUSTS}
    worths = [place.worth["roadmap"].mean for place in played.values()]

    assert worths == sorted(worths)
    assert worths[0] < worths[-1]


def test_a_strategy_loses_to_another_only_beyond_two_standard_errors(doubted: Simulation) -> None:
    for place in doubted.maps[0].places:
        margin = place.ahead["at-once"]
        said = place.loses_to("at-once")
        assert said == (None if abs(margin.mean) <= 2 * margin.se else margin.mean < 0)
        assert place.best in place.tied


def test_regret_is_what_is_lacking_to_the_best_and_the_least_of_the_worst_is_chosen() -> None:
    """Savage (1951): rows a and b, two states; a lacks 5 in the second, b lacks 3 in the first."""
    sure = {name: Mean(value, 0.0) for name, value in (("0", 0.0), ("3", 3.0), ("5", 5.0))}
    first = State("calm", {"a": Mean(10, 0), "b": Mean(7, 0)}, {"a": sure["0"], "b": sure["3"]})
    second = State("storm", {"a": Mean(1, 0), "b": Mean(6, 0)}, {"a": sure["5"], "b": sure["0"]})
    found = Regret("A", "A", (first, second))

    assert (first.best, second.best) == ("a", "b")
    assert {name: each.mean for name, each in found.worst.items()} == {"a": 5, "b": 3}
    assert found.least == ("b",)
    assert [row[0] for row in found.table().rows] == ["at worst", "calm", "storm"]


def test_regrets_are_differences_on_the_same_draws_and_nothing_is_better_than_the_best() -> None:
    found = simulate(scenario_of(TINY), **{**FEW, "mixes": True})
    for each in found.regrets[0].states:
        best = each.worth[each.best].mean
        for name, behind in each.behind.items():
            assert behind.mean == pytest.approx(best - each.worth[name].mean, abs=1e-9)
            assert behind.mean >= 0


SAFE = tiny(
    parties={**TINY["parties"], "C": {"role": "consulted"}},
    breakdown={"low": "0.01", "likely": "0.05", "high": "0.1"},
    process={
        **TINY["process"],
        "slip": {"low": "0.01", "likely": "0.1", "high": "0.2"},
        "crisis": {"calm": "0.01", "full": "0.2"},
        "ratification": {"A": "0.3"},
    },
)


def test_every_number_that_could_be_safer_is_tried_and_set_where_it_belongs() -> None:
    scenario = scenario_of(SAFE)
    found = {each.about: each for each in levers(scenario, None)}

    numbers = {"sight of a", "sight of b", "stake of A", "ratification by A", "slips", "crises", "breakdown"}
    assert numbers <= found.keys()
    for lever in found.values():
        changed = lever.set(scenario, lever.safer)
        assert changed != scenario
        again = {each.about: each.number for each in levers(changed, None)}
        assert again.get(lever.about, lever.safer).likely == lever.safer.likely or lever.about.startswith("stake")
    half = found["crises"].set(scenario, Quantity.of(found["crises"].safer.likely)).process.crisis
    assert half is not None
    assert [float(each.likely) for each in half] == pytest.approx([0.005, 0.1])


def test_what_makes_it_safer_is_told_with_its_error_and_what_weighs_with_its_share() -> None:
    found = simulate(scenario_of(SAFE), **FEW, safer="roadmap").safer
    assert found is not None
    more = {each.says: each.more for each in found.tried}

    assert found.strategy == "roadmap"
    assert more["nobody fails by mistake"].mean > 0
    assert {name for name, _ in found.weighed} == {"breakdown", "slips"}
    assert all(-0.5 < share.first < 1.5 and share.total >= 0 for _, share in found.weighed)


def test_only_a_strategy_that_is_played_can_be_made_safer() -> None:
    with pytest.raises(NotFoundError, match="no strategy named 'grit' is played"):
        simulate(scenario_of(TINY), **FEW, safer="grit")


LOG = """log: 1
start: 2021-01-10
rounds: [[a], [b]]
events:
  - {date: 2021-02-01, done: a, why: seen by all}
  - {date: 2021-04-01, missed: b}
  - {date: 2021-04-20, tension: 0.2, why: a hard word}
  - {date: 2021-06-01, done: b}
"""


def test_a_log_moves_trust_tension_and_odds(tmp_path: Any) -> None:
    path = tmp_path / "tiny.log.yaml"
    path.write_text(LOG, encoding="utf-8")
    found = simulate(scenario_of(TINY), **{**FEW, "order": None}, log=path)
    assert found.since is not None
    start, done, missed, word, made_good = found.since.moments

    assert (start.day, made_good.day) == (date(2021, 1, 10), date(2021, 6, 1))
    assert done.trust == pytest.approx({"A": 0.7, "B": 0.8})  # whatever A is like, it would have taken this step
    assert missed.trust["B"] < start.trust["B"]  # a slip, or more likely a cheat
    assert missed.trust["B"] < made_good.trust["B"]
    assert missed.trust["A"] == done.trust["A"]
    assert word.tension["A"] == pytest.approx(min(1, missed.tension["A"] + 0.2))
    assert made_good.odds["roadmap"].p == 1
    assert found.odds["as judged"]["roadmap"].implementation.p == 1


def test_beliefs_by_a_log_are_those_of_a_run_that_went_the_same_way() -> None:
    """Bayes by hand: kept with q or 1 − slip, and a false alarm now and then."""
    found = simulate(scenario_of(TINY), **FEW)
    made = found.stage
    told = referee(made, _line(made)).sight(1, 2, kept=True)[0]
    chances = np.exp(told[:, 1])
    tempted = 2 * 2 - 0.5 / (1 - 0.8)  # what an opportunist gains by breaking b: its cost, less the prize
    q = 1 / (1 + exp(tempted + 0.5))

    assert chances[0] == pytest.approx((1 - 0.1) * (1 - 0.15) + 0.1 * (1 - 0.8))
    assert chances[1] == pytest.approx(q * (1 - 0.15) + (1 - q) * (1 - 0.8))
    assert told[:, 0].tolist() == [0, 0, 0]


def _line(made: Any) -> Any:
    return Line("roadmap", made.scenario, None, KNOWN["roadmap"], RESPONSIVE)


def test_the_replay_of_a_log_begins_with_what_is_believed_at_first() -> None:
    made = simulate(scenario_of(TINY), **FEW).stage
    [(day, says, standing)] = replayed(made, referee(made, _line(made)), Log(date(2021, 1, 1)))

    assert (day, says, standing.done, standing.agreed) == (date(2021, 1, 1), "the start", (), False)
    assert np.array(standing.beliefs) == pytest.approx(made.logs, nan_ok=True)


def test_every_mix_that_is_possible_is_played_and_no_other() -> None:
    made = simulate(scenario_of(TINY), **FEW).stage

    assert mixes_of(made) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_doubts_are_the_same_for_any_number_of_workers(doubted: Simulation) -> None:
    shared = simulate(scenario_of_open(DOUBTED), **FEW, doubt=True, seam=Seam(workers=2))

    assert shared.payload() == doubted.payload()
