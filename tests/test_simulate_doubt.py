"""On which doubts does the choice rest, what would make a process safer, and where does it stand by its log?"""

from dataclasses import dataclass
from datetime import date
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import detente
from detente.analysis.estimates import Mean
from detente.analysis.work import Seam
from detente.errors import DetenteError, NotFoundError, StrategyError
from detente.model.log import Log
from detente.model.quantity import Quantity
from detente.simulation.choice import Regret, State
from detente.simulation.doubt import HAZARDS, TRUSTS
from detente.simulation.fate import Fate
from detente.simulation.levers import levers
from detente.simulation.play import Play, Start
from detente.simulation.runs import Line, mixes_of, referee
from detente.simulation.simulate import Simulation, simulate
from detente.simulation.since import replayed
from detente.simulation.strategies import KNOWN, RESPONSIVE, Grit, TitForTat
from detente.simulation.strategy import Move, Situation
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
    strategies, states = found.tables()
    assert strategies.rows == (("b", "3", "a", "calm"), ("a", "5", "b", "storm"))
    assert states.rows == (("calm", "a", "3"), ("storm", "b", ""))


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
    [(day, says, standing, trust)] = replayed(made, referee(made, _line(made)), Log(date(2021, 1, 1)))

    assert (day, says, standing.done, standing.agreed) == (date(2021, 1, 1), "the start", (), False)
    assert np.array(standing.beliefs) == pytest.approx(made.logs, nan_ok=True)
    assert trust == pytest.approx((0.7, 0.8))


def test_every_mix_that_is_possible_is_played_and_no_other() -> None:
    made = simulate(scenario_of(TINY), **FEW).stage

    assert mixes_of(made) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_doubts_are_the_same_for_any_number_of_workers(doubted: Simulation) -> None:
    shared = simulate(scenario_of_open(DOUBTED), **FEW, doubt=True, seam=Seam(workers=2))

    assert shared.payload() == doubted.payload()


def with_log(tmp_path: Path, events: str, tree: Node = TINY, **asked: Any) -> Simulation:
    path = tmp_path / "tiny.log.yaml"
    path.write_text("log: 1\nstart: 2021-01-10\nrounds: [[a], [b]]\nevents:\n" + events, encoding="utf-8")
    return simulate(scenario_of(tree), **{**FEW, "order": None, **asked}, log=path)


def test_after_a_log_sides_are_what_they_are_then_believed_to_be(tmp_path: Path) -> None:
    """Where A is trusted so and so much, so large a share of the runs has a trustworthy A."""
    found = with_log(tmp_path, "  - {date: 2021-02-01, done: a}\n  - {date: 2021-03-01, missed: b}\n", runs=2048)
    made, standing = found.stage, found.problem.standing
    assert standing is not None
    assert found.since is not None
    start = Start(1, (0, 0), np.array(standing.beliefs), np.array(standing.tension))
    ran = Play(referee(made, _line(made)), Fate(made, 2048, 0, 1), 2048, None, start).run(1)
    share = (ran.kinds[1] == 0).mean()
    trusted = found.since.moments[-1].trust["B"]

    assert trusted < 0.7 < 0.8
    assert share == pytest.approx(trusted, abs=4 * (trusted * (1 - trusted) / 2048) ** 0.5)


def test_what_a_log_says_of_a_step_is_what_a_run_says_that_took_it(tmp_path: Path) -> None:
    """B's step, kept, in the second round: the log and a run in which all were kept come to the same trust."""
    events = "  - {date: 2021-01-10, done: a}\n  - {date: 2021-02-10, done: b}\n"
    found = with_log(tmp_path, events)
    made = found.stage
    start = Start(0, (0, 0), made.logs, made.climate.start)
    ran = Play(referee(made, _line(made)), Fate(made, 400, 0, 3), 400, (0, 0), start).run(3)
    run = np.flatnonzero(ran.whole & ran.seems_whole & (ran.complete == 2))[0]
    assert found.since is not None

    assert ran.trust[:, run].tolist() == pytest.approx(list(found.since.moments[-1].trust.values()))


def test_the_axis_of_trust_moves_trust_after_a_log_as_well(tmp_path: Path) -> None:
    found = with_log(tmp_path, "  - {date: 2021-02-01, done: a}\n", doubt=True)
    worths = [found.maps[0].at(float(trust), 0.0).worth["roadmap"].mean for trust in TRUSTS]

    assert worths == sorted(worths)
    assert worths[0] < worths[-1]


def test_whoever_is_trusted_for_sure_is_doubted_on_the_map() -> None:
    sure = {"parties": {name: {"types": {"trustworthy": 1}} for name in "AB"}}
    found = simulate(scenario_of(tiny(**sure)), **FEW, doubt=True)
    worths = {found.maps[0].at(float(trust), 0.0).worth["roadmap"].mean for trust in TRUSTS}

    assert len(worths) > 1


@dataclass
class Sulks:
    """Waits so many moves, then leaves."""

    name: str = "sulks"
    patience: int = 3

    def move(self, here: Situation) -> Move:
        """Nothing, or the end."""
        return Move(leave=here.memory >= self.patience, memory=here.memory + 1)


def test_a_strategy_that_is_set_otherwise_or_does_otherwise_is_another_question() -> None:
    asked = {**FEW, "strategies": [Sulks()]}
    prints = {
        simulate(scenario_of(TINY), **{**asked, "strategies": [each]}).problem.print for each in (Sulks(), Sulks())
    }
    others = [Sulks(patience=4), type("Sulks", (Sulks,), {"move": lambda self, here: Move()})()]
    for each in others:
        prints.add(simulate(scenario_of(TINY), **{**asked, "strategies": [each]}).problem.print)

    assert len(prints) == 3


def test_an_agreement_stands_at_first_and_then_falls_with_the_hazard() -> None:
    """The first step takes long: the chance to stand after n months is (1 - hazard) to the n."""
    tree = tiny(breakdown="0.1", parties={name: {"types": {"trustworthy": 1}} for name in "AB"}, process={})
    tree["commitments"] = {**tree["commitments"], "a": {**tree["commitments"]["a"], "months": 6}}
    found = simulate(scenario_of(tree), strategies=["roadmap"], order="a|b", runs=4000, months=20, mixes=False)
    stands = found.odds["as judged"]["roadmap"].stands

    assert stands[0] == 1
    for month in (1, 3, 6):
        expected = 0.9**month
        assert stands[month] == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 4000) ** 0.5)


def test_without_trust_it_is_told_why_nothing_is_agreed() -> None:
    wary = tiny(parties={"A": {"types": {"trustworthy": 1}}, "B": {"types": {"trustworthy": 1, "opportunist": 99}}})
    found = simulate(scenario_of(wary), **FEW)

    assert set(found.obstacles) == {"at-once", "roadmap"}
    assert found.obstacles["roadmap"].startswith("A trusts the others 1%, and it takes ")


def test_who_holds_out_does_not_give_first_what_others_wait_for() -> None:
    """B's step needs A's: whoever waits asks for both together, and gives nothing of its own accord."""
    tree = tiny(parties={"A": {"types": {"trustworthy": 1}}, "B": {"types": {"trustworthy": 1, "opportunist": 99}}})
    tree["commitments"] = {**tree["commitments"], "b": {**tree["commitments"]["b"], "needs": ["a"]}}
    found = simulate(scenario_of(tree), **{**FEW, "strategies": ["patience", "pressure", "going-first"]})
    worth = {name: each.worth["A"].mean for name, each in found.odds["as judged"].items()}

    assert worth["patience"] == worth["pressure"] == 0
    assert worth["going-first"] != 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"lead": "delta"}, "'delta' cannot lead"),
        ({"everything": "status quo"}, "changes nothing"),
        ({"everything": "no such"}, "no package named 'no such'"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict[str, str], said: str) -> None:
    with pytest.raises(DetenteError, match=said):
        simulate(detente.load("river"), runs=2, mixes=False, **asked)


def test_a_log_and_an_order_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="leave the order out"):
        with_log(tmp_path, "  - {date: 2021-02-01, done: a}\n", order="a|b")


@dataclass(frozen=True)
class Always:
    """Gives its step and keeps it."""

    name: str = "always"

    def move(self, here: Situation) -> Move:
        """Its step, unasked."""
        return Move(here.ready & here.mine, of_own_accord=True)


@dataclass(frozen=True)
class Never:
    """Gives nothing."""

    name: str = "never"

    def move(self, here: Situation) -> Move:
        """Nothing."""
        return Move()


DILEMMA: Node = {
    "detente": 1,
    "title": "The prisoner's dilemma",
    "parties": {name: {"types": {"trustworthy": 1}} for name in "AB"},
    "commitments": {
        "a": {"by": "A", "flow": {"A": -1, "B": 3}, "reversible": True},
        "b": {"by": "B", "flow": {"A": 3, "B": -1}, "reversible": True},
    },
    "patience": {"A": "0.9", "B": "0.9"},
}


def test_in_the_dilemma_never_is_the_best_reply_to_both_and_tit_for_tat_upholds_itself() -> None:
    """Against who always gives, never pays 3 a month and always 2; against tit-for-tat, to cheat pays 3 once."""
    ways = [Always(), Never(), "tit-for-tat"]
    found = simulate(scenario_of(DILEMMA), strategies=ways, against=ways, order="a,b", runs=2, months=60, mixes=False)
    replies = {(each.lead, each.against): (each.best_for_lead, each.best_for_others) for each in found.pairs}
    worth = {(each.lead, each.against): each.worth["A"].mean for each in found.pairs}

    assert worth["never", "always"] == pytest.approx(30)
    assert worth["always", "always"] == pytest.approx(20)
    assert worth["never", "tit-for-tat"] == pytest.approx(3)
    assert replies["never", "never"] == (True, True)
    assert replies["always", "always"] == (False, False)
    assert replies["tit-for-tat", "tit-for-tat"] == (True, True)
    assert found.payload()["regret"] == []


def test_a_crisis_costs_what_it_costs_at_the_end_of_its_month() -> None:
    """Surely one each month, 2 points to A, forty months and nothing else: 2 times delta + delta^2 + …"""
    tree = tiny(process={"crisis": {"calm": "0.999999", "full": "0.999999", "costs": {"A": 2}}})
    never = Never()
    found = simulate(scenario_of(tree), strategies=[never], against=never, order="a|b", runs=9, months=40, mixes=False)
    odds = found.odds["as judged"]["never"]

    assert odds.crisis.p == 1
    assert odds.worth["A"].mean == pytest.approx(-2 * sum(0.9**month for month in range(1, 41)), abs=1e-3)
    assert odds.worth["B"].mean == 0


AT_THE_TABLE = """
detente: 1
title: Three
issues:
  i: {options: ["no", "yes"], by: B}
  j: {options: ["no", "yes"], by: C}
parties:
  A: {role: ROLE, types: {trustworthy: 1, opportunist: 1}, worth: {i: {"yes": 3}, j: {"yes": 5}}}
  B: {role: principal, types: {trustworthy: 1, opportunist: 1}, worth: {i: {"yes": -1}, j: {"yes": 8}}}
  C: {role: principal, types: {trustworthy: 1, opportunist: 1}, worth: {i: {"yes": 9}, j: {"yes": -1}}}
judgments:
  say: {question: "Who sits at the table?", likely: as it is, readings: {as it is: {}, changed: {change: CHANGE}}}
claims:
  c: {says: The roadmap pays, test: {strategy: roadmap, pays_more_than: patience, for: [B, C]}}
"""


@pytest.mark.parametrize(("role", "other"), [("principal", "consulted"), ("consulted", "principal")])
def test_a_reading_may_change_who_the_sides_are(role: str, other: str) -> None:
    def three(first: str, second: str) -> Any:
        text = AT_THE_TABLE.replace("ROLE", first).replace("CHANGE", f"{{A: {{role: {second}}}}}")
        return scenario_of_open(yaml.safe_load(text))

    asked = {"strategies": ["roadmap", "patience"], "runs": 50, "months": 36, "mixes": False}
    found = detente.simulate(three(role, other), doubt=True, lead="B", **asked)
    there = detente.simulate(three(other, role), lead="B", **asked)

    for regret in found.doubts:
        if regret.party == "A":
            assert regret.states == ()
            continue
        [state] = regret.states
        [judged] = (each for each in there.regrets if each.party == regret.party)
        assert state.worth == judged.states[0].worth
    assert {each.party for each in found.doubts} == {"B", "C"}
    assert [len(each.readings) for each in found.claims] == [1]


def test_no_rival_is_the_usual_one_and_two_strategies_of_one_name_are_refused() -> None:
    river = detente.load("river")
    usual = detente.simulate(river, strategies=["roadmap"], runs=20, months=12, mixes=False)
    assert (
        detente.simulate(river, strategies=["roadmap"], against=[], runs=20, months=12, mixes=False).odds == usual.odds
    )
    with pytest.raises(StrategyError, match="two different strategies have the name 'x'"):
        detente.simulate(river, strategies=[Grit(name="x"), TitForTat(name="x")], runs=20, months=12)
