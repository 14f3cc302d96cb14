"""Does the log of a plan say where it stands, and does what follows start from there?"""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.model.log import months_later
from detente.planning.sure import Sureness
from test_roadmap import E3

HEAD = "log: 1\nstart: 2021-03-01\nrounds: [[B1], [A1], [A3, B2], [A2, rA], [B3]]\nevents:\n"
SWAP = """
detente: 1
title: Two flows and a lump each
parties: {A: {}, B: {}}
commitments:
  rA: {by: A, flow: {A: -0.2, B: 0.6}, reversible: true}
  rB: {by: B, flow: {B: -0.2, A: 0.6}, reversible: true}
  A1: {by: A, lump: {A: -1, B: 2}}
  B1: {by: B, lump: {B: -1, A: 2}}
patience: {A: 0.9, B: 0.9}
completion: {A: 1, B: 1}
"""
AGREED = "rounds: [[rA, rB], [A1], [B1]]\n"
BOTH = "  - {date: 2021-02-01, done: [rA, rB]}\n"
BROKEN = "broken: rB}\n"
RELIEF = """
detente: 1
title: Relief needs a halt
issues:
  halt: {by: P, options: {none: {}, on: {reversible: true}}}
  relief: {by: U, options: {none: {}, full: {reversible: true}}}
  office: {by: [U, P], options: {none: {}, open: {}}}
parties:
  U: {worth: {halt: {on: 5}, relief: {full: -3}, office: {open: 1}}}
  P: {worth: {halt: {on: -3}, relief: {full: 5}, office: {open: 1}}}
conditions:
  - {when: {relief: full}, requires: {halt: on}}
patience: {U: 0.95, P: 0.95}
"""
LADDER = """
detente: 1
title: A ladder
issues:
  relief: {by: U, options: {none: {}, some: {reversible: true}, full: {reversible: true}}}
  halt: {by: P, options: {none: {}, on: {reversible: true}, treaty: {}}}
parties:
  U: {worth: {halt: {on: 5, treaty: 12}, relief: {some: -2, full: -6}}}
  P: {worth: {halt: {on: -3, treaty: -7}, relief: {some: 4, full: 11}}}
"""


def followed(tmp_path: Path, events: str, head: str = HEAD) -> detente.Roadmap:
    path = tmp_path / "log.yaml"
    path.write_text(head + events, encoding="utf-8")
    return detente.roadmap(detente.parse_scenario(E3), log=path)


def after(tmp_path: Path, text: str, events: str, rounds: str = "", **asked: Any) -> detente.Roadmap:
    path = tmp_path / "log.yaml"
    path.write_text(f"log: 1\nstart: 2021-01-01\n{rounds}events:\n{events}", encoding="utf-8")
    return detente.roadmap(detente.parse_scenario(text), log=path, force=True, **asked)


def test_planning_from_an_empty_log_is_planning(tmp_path: Path) -> None:
    plain = detente.roadmap(detente.parse_scenario(E3))
    logged = followed(tmp_path, "", "log: 1\nstart: 2021-03-01\n")

    assert logged.rounds == plain.rounds
    assert logged.payload()["value"] == plain.payload()["value"]
    assert logged.progress is not None
    assert logged.progress.done == ()


def test_what_is_done_is_not_planned_again_and_the_rest_is(tmp_path: Path) -> None:
    found = followed(tmp_path, "  - {date: 2021-03-15, done: B1}\n  - {date: 2021-04-10, done: A1}\n")

    assert found.progress is not None
    assert found.progress.done == ("A1", "B1")
    assert sorted(name for step in found.rounds for name in step) == ["A2", "A3", "B2", "B3", "rA"]
    assert found.progress.verified == {"A1": date(2021, 5, 10), "B1": date(2021, 4, 15)}
    due = {each.commitment: (each.by, each.since, each.verified) for each in found.progress.due}
    assert due == {
        "A3": (("A",), date(2021, 5, 10), date(2021, 6, 10)),
        "B2": (("B",), date(2021, 5, 10), date(2021, 6, 10)),
    }
    assert found.progress.holds


def test_nothing_is_planned_that_depends_on_what_is_broken(tmp_path: Path) -> None:
    found = followed(tmp_path, "  - {date: 2021-03-15, done: B1}\n  - {date: 2021-04-10, broken: A1, why: refused}\n")

    assert found.progress is not None
    assert found.progress.lost == ("A1", "A2", "B2", "B3")
    assert {name for step in found.rounds for name in step} == {"A3", "rA"}
    assert all(found.game.completion[p] == 0 for p in found.game.players)


def test_after_a_breach_the_others_are_told_what_to_hold_back(tmp_path: Path) -> None:
    events = "  - {date: 2021-03-15, done: [B1, rA]}\n  - {date: 2021-04-10, done: A1}\n"
    events += "  - {date: 2021-05-20, done: B2, missed: A3}\n  - {date: 2021-06-01, broken: A3}\n"
    found = followed(tmp_path, events)

    assert found.progress is not None
    assert found.progress.holds is False
    assert found.progress.hold_back == ("B3",)
    assert found.progress.take_back == ()
    assert found.progress.exposed == {"A": 0, "B": 2}


@pytest.mark.parametrize(
    ("events", "line", "message"),
    [
        ("  - {date: 2021-02-01, done: B1}\n", 5, "events stand in the order of days"),
        ("  - {date: 2021-03-02, done: A2}\n", 5, "'A2' needs 'A1', which was not done before"),
        ("  - {date: 2021-03-02, done: B1}\n  - {date: 2021-03-03, done: B1}\n", 6, "was done already"),
        ("  - {date: 2021-03-02, done: B1}\n  - {date: 2021-03-03, broken: B1}\n", 6, "cannot be undone"),
        ("  - {date: 2021-03-02, done: B1}\n  - {date: 2021-03-03, missed: B1}\n", 6, "so it was not missed"),
        ("  - {date: 2021-03-02, done: B7}\n", 5, "no commitment named 'B7'"),
        ("  - {date: soon, done: B1}\n", 5, "a day is due here"),
        ("  - {date: 2021-03-02}\n", 5, "name what was 'done', 'missed' or 'broken', or the 'tension' it added"),
        ("  - {date: 2021-03-02, tension: 1.2}\n", 5, "'tension' lies between -1 and 1"),
        ("  - {date: 2021-03-02, tension: high}\n", 5, "a number is due here"),
        ("  - {done: B1}\n", 5, "'date' is missing"),
    ],
)
def test_a_log_that_contradicts_the_plan_is_told_by_line(events: str, line: int, message: str, tmp_path: Path) -> None:
    with pytest.raises(detente.ScenarioError) as caught:
        followed(tmp_path, events)

    assert [problem.line for problem in caught.value.problems] == [line]
    assert message in caught.value.problems[0].message


def test_an_event_may_move_tension_and_nothing_else(tmp_path: Path) -> None:
    events = "  - {date: 2021-03-02, tension: -0.1, why: a summit}\n  - {date: 2021-03-15, done: B1, tension: 0.05}\n"
    progress = followed(tmp_path, events).progress

    assert progress is not None
    assert [event.tension for event in progress.log.events] == [Fraction(-1, 10), Fraction(1, 20)]
    assert progress.done == ("B1",)


def test_what_was_missed_and_done_later_is_missed_no_more(tmp_path: Path) -> None:
    text = E3.replace("rA:", "rX: {by: A, flow: {A: -0.2, B: 0.6}, reversible: true}\n  rA:")
    path = tmp_path / "log.yaml"
    events = "events:\n  - {date: 2021-03-02, missed: rX}\n  - {date: 2021-03-03, done: rX}\n"
    path.write_text(f"log: 1\nstart: 2021-03-01\n{events}  - {{date: 2021-03-04, broken: rX}}\n", encoding="utf-8")
    progress = detente.roadmap(detente.parse_scenario(text), log=path).progress

    assert progress is not None
    assert (progress.missed, progress.broken) == ((), ("rX",))


def test_what_is_done_outlives_what_it_needed(tmp_path: Path) -> None:
    text = """
detente: 1
title: A freeze, a list, and a reward
parties: {A: {}, B: {}}
commitments:
  freeze: {by: A, flow: {A: -1, B: 3}, reversible: true}
  list: {by: A, lump: {A: -1, B: 3}, needs: [freeze]}
  reward: {by: B, lump: {A: 3, B: -1}, needs: [list]}
"""
    path = tmp_path / "log.yaml"
    events = "".join(
        f"  - {{date: 2021-03-0{day}, {what}}}\n"
        for day, what in enumerate(("done: freeze", "done: list", "broken: freeze"), 2)
    )
    path.write_text(f"log: 1\nstart: 2021-03-01\nevents:\n{events}", encoding="utf-8")
    found = detente.roadmap(detente.parse_scenario(text), log=path)

    assert found.progress is not None
    assert found.progress.lost == ("freeze",)
    assert found.rounds == (("reward",),)


def test_rounds_that_were_agreed_hold_everything_once_and_in_order(tmp_path: Path) -> None:
    head = "log: 1\nstart: 2021-03-01\nrounds: [[B1, B1], [A2], [A1]]\n"
    with pytest.raises(detente.ScenarioError) as caught:
        followed(tmp_path, "", head)

    told = " ".join(problem.message for problem in caught.value.problems)
    assert "'B1' comes twice" in told
    assert "'A2' needs 'A1' in an earlier round" in told
    assert "is in no round" in told


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2021, 3, 15), 22, date(2023, 1, 15)),
        (date(2021, 5, 31), 1, date(2021, 6, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


def test_an_order_that_repeats_what_the_log_has_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "log.yaml"
    path.write_text(HEAD + "  - {date: 2021-03-15, done: B1}\n", encoding="utf-8")

    with pytest.raises(detente.InfeasibleError, match="the log has B1 as done already: leave it out of the order"):
        detente.roadmap(detente.parse_scenario(E3), log=path, order="B1|A1|A3,B2|A2,rA|B3")
    with pytest.raises(detente.InfeasibleError, match="comes twice"):
        detente.roadmap(detente.parse_scenario(E3), log=path, order="A1|A1|A3,B2|A2,rA|B3")


def test_how_sure_the_rest_is_starts_from_what_is_done(tmp_path: Path) -> None:
    """A's flow of 1 pays it back 0 to 4 of B's: with a discount of 1/2 it stays if it gets at least 2 a period."""
    text = """
detente: 1
title: Two flows
parties: {A: {}, B: {}}
commitments:
  a: {by: A, flow: {A: -1, B: 9}, reversible: true}
  b: {by: B, flow: {A: {low: 0, high: 4, shape: uniform}, B: -1}, reversible: true}
  c: {by: A, flow: {A: 9, B: 9}, reversible: true}
patience: {A: 0.5, B: 0.9}
"""
    path = tmp_path / "log.yaml"
    events = "events:\n  - {date: 2021-03-15, done: b}\n  - {date: 2021-03-16, done: c}\n"
    broken = events + "  - {date: 2021-03-17, broken: c}\n"
    path.write_text(f"log: 1\nstart: 2021-03-01\n{broken}", encoding="utf-8")
    found = detente.roadmap(detente.parse_scenario(text), log=path, draws=1024)

    assert found.rounds == (("a",),)
    assert isinstance(found.sure, Sureness)
    assert found.sure.goes_on["A"].p == pytest.approx(1 / 2, abs=0.01)


def test_the_victim_of_a_breach_is_told_what_to_hold_back_and_to_take_back_and_its_step_is_not_due(
    tmp_path: Path,
) -> None:
    for rounds, due in ((AGREED, ()), ("", ("B1",))):
        progress = after(tmp_path, SWAP, BOTH + "  - {date: 2021-03-01, " + BROKEN, rounds).progress

        assert progress is not None
        assert progress.hold_back == ("A1",)
        assert progress.take_back == ("rA",)
        assert tuple(each.commitment for each in progress.due) == due


def test_what_can_be_taken_back_after_a_breach_is_told_also_where_nothing_is_left_to_do(tmp_path: Path) -> None:
    events = BOTH + "  - {date: 2021-03-01, done: A1}\n  - {date: 2021-04-01, done: B1}\n  - {date: 2021-05-01, "
    found = after(tmp_path, SWAP, events + BROKEN, AGREED)

    assert found.progress is not None
    assert (found.progress.holds, found.progress.take_back) == (False, ("rA",))
    assert [mend.kind for mend in found.mends.found] == ["guarantee"]
    assert "no order" not in found.table().title.lower()


def test_who_is_only_late_does_not_go_on_where_another_has_broken_everything() -> None:
    found = detente.roadmap(detente.load("six-party-steps"), log="six-party-steps").progress

    assert found is not None
    assert (found.due, found.hold_back) == ((), ("more oil",))


def test_a_breach_that_leaves_the_rest_worth_going_on_with_holds_nothing_back(tmp_path: Path) -> None:
    kept = SWAP.replace("rB: {by: B,", "extra: {by: B, flow: {B: -0.01, A: 0.01}, reversible: true}\n  rB: {by: B,")
    events = "  - {date: 2021-02-01, done: extra}\n" + BOTH + "  - {date: 2021-03-01, broken: extra}\n"
    progress = after(tmp_path, kept.replace("-1,", "-0.1,"), events, "rounds: [[extra], [rA, rB], [A1, B1]]\n").progress

    assert progress is not None
    assert (progress.holds, progress.hold_back, progress.take_back) == (True, (), ())


def test_what_a_condition_forbids_without_a_broken_step_is_left_out_with_it(tmp_path: Path) -> None:
    events = "  - {date: 2021-02-01, done: 'halt: on'}\n  - {date: 2021-03-01, broken: 'halt: on'}\n"
    found = after(tmp_path, RELIEF, events)

    assert found.progress is not None
    assert found.progress.lost == ("halt: on", "relief: full")
    assert found.rounds == (("office: open",),)


def test_a_condition_that_a_breach_breaks_is_told_and_the_rest_planned(tmp_path: Path) -> None:
    events = "  - {date: 2021-02-01, done: 'halt: on'}\n  - {date: 2021-02-21, done: 'relief: full'}\n"
    found = after(tmp_path, RELIEF, events + "  - {date: 2021-03-01, broken: 'halt: on'}\n")

    assert found.progress is not None
    assert [condition.line for condition in found.progress.conditions] == [12]
    assert found.progress.take_back == ("relief: full",)
    assert found.rounds == (("office: open",),)


def test_korea_is_planned_on_after_a_test_of_missiles(tmp_path: Path) -> None:
    path = tmp_path / "log.yaml"
    done = '["missile_tests: long_range", "exercises: suspended", "peace: eow"]'
    broken = 'broken: "missile_tests: long_range"'
    events = f"  - {{date: 2021-05-15, done: {done}}}\n  - {{date: 2021-09-15, {broken}}}\n"
    path.write_text(f"log: 1\nstart: 2021-03-01\nevents:\n{events}", encoding="utf-8")
    found = detente.roadmap(detente.load("korea-2021"), log=path)

    assert found.progress is not None
    assert found.progress.lost == ("us_sanctions: sectoral", "missile_tests: long_range")
    assert "nuclear_tests: moratorium" in {name for step in found.rounds for name in step}


def test_where_nothing_can_be_planned_it_is_still_told_where_things_stand(tmp_path: Path) -> None:
    found = after(tmp_path, SWAP, BOTH, max_exposure=0)

    assert found.progress is not None
    assert found.progress.done == ("rA", "rB")
    assert found.progress.stuck == "no order obeys these limits"
    assert found.rounds == ()
    assert [table.title for table in found.tables()][:2] == [
        "Where it stands on 2021-02-01",
        "Two flows and a lump each. Nothing more is planned",
    ]
    assert found.table().empty == "No order obeys these limits."


@pytest.mark.parametrize(
    ("text", "events", "message"),
    [
        (LADDER, "{date: 2021-04-01, broken: 'relief: some'}", "'relief: full', which was done, goes further"),
        (LADDER, "{date: 2021-04-01, broken: 'halt: on'}", "'halt: on' cannot be undone: 'halt: treaty' was done"),
        (RELIEF, "{date: 2021-04-01, done: 'relief: full'}", "what is done here breaks the condition of line 12"),
    ],
)
def test_what_a_ladder_or_a_condition_does_not_allow_is_told_by_line(
    text: str, events: str, message: str, tmp_path: Path
) -> None:
    before = (
        "  - {date: 2021-02-01, done: ['halt: on', 'relief: some']}\n"
        "  - {date: 2021-03-01, done: ['halt: treaty', 'relief: full']}\n"
    )
    with pytest.raises(detente.ScenarioError) as caught:
        after(
            tmp_path, text, (before if text == LADDER else "  - {date: 2021-02-01, tension: 0}\n") + f"  - {events}\n"
        )

    assert [problem.line for problem in caught.value.problems] == [6 if text == LADDER else 5]
    assert message in caught.value.problems[0].message


def test_a_ladder_that_is_broken_as_a_whole_is_broken(tmp_path: Path) -> None:
    events = "  - {date: 2021-02-01, done: 'relief: some'}\n  - {date: 2021-03-01, done: 'relief: full'}\n"
    events += "  - {date: 2021-04-01, broken: ['relief: some', 'relief: full']}\n"
    progress = after(tmp_path, LADDER, events).progress

    assert progress is not None
    assert progress.broken == ("relief: some", "relief: full")


def test_the_next_round_waits_until_what_came_before_is_verified_and_what_is_late_is_overdue(tmp_path: Path) -> None:
    text = """
detente: 1
title: Detection
parties: {A: {}, B: {}}
commitments:
  a: {by: A, lump: {A: -1, B: 2}, months: 3, detection: 12}
  b: {by: B, lump: {A: 2, B: -1}, months: 3}
"""
    for rounds in ("rounds: [[a], [b]]\n", ""):
        done = after(tmp_path, text, "  - {date: 2021-02-01, done: a}\n", rounds)

        assert done.progress is not None
        assert done.progress.verified == {"a": date(2022, 2, 1)}
        assert done.start == date(2022, 2, 1)
        (due,) = done.progress.due
        assert (due.commitment, due.since, due.verified, due.overdue) == (
            "b",
            date(2022, 2, 1),
            date(2022, 5, 1),
            False,
        )
        assert any(row[0] == "next" for row in done.tables()[0].rows)
    late = after(tmp_path, text, "  - {date: 2025-01-01, tension: 0.1}\n", "rounds: [[a], [b]]\n")
    assert late.progress is not None
    assert [each.overdue for each in late.progress.due] == [True]
    assert any(row[0] == "overdue" for row in late.tables()[0].rows)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"order": "A1|B1|rB"}, "rB is broken, by the log: it is planned again once the log has it as done"),
        ({"pin": ("rB=1",)}, "rB is broken, by the log"),
        ({"pin": ("rA=1",)}, "the log has rA as done already"),
    ],
)
def test_what_is_broken_or_done_cannot_be_asked_for(asked: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(detente.InfeasibleError, match=message):
        after(tmp_path, SWAP, BOTH + "  - {date: 2021-03-01, " + BROKEN, AGREED, **asked)


@pytest.mark.parametrize("start", ["9999-12-31", "3021-01-01"])
def test_a_day_after_the_last_year_is_told(start: str, tmp_path: Path) -> None:
    with pytest.raises(detente.ScenarioError, match="a day up to the year 2500 is due here"):
        followed(tmp_path, "", HEAD.replace("2021-03-01", start))


def test_no_calendar_goes_on_after_its_last_year() -> None:
    with pytest.raises(detente.InfeasibleError, match="ends after the year 9999, where calendars end"):
        months_later(date(9999, 12, 31), 1)


def test_nobody_is_told_to_be_exposed_by_nothing(tmp_path: Path) -> None:
    found = after(tmp_path, SWAP.replace("A: -0.2, B: 0.6", "A: -0.02, B: 0.6"), "  - {date: 2021-02-01, done: rA}\n")

    assert found.progress is not None
    assert found.progress.exposed["A"] == 0.02
    assert ("exposed now", "nobody") in found.tables()[0].rows
