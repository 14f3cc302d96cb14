"""Three rounds of the past, replayed from their logs: do these say what history says, and are both sides heard?"""

from datetime import date
from pathlib import Path

import pytest
import yaml

import detente
from detente.catalog import log_of, logs
from detente.planning.progress import Progress
from test_cli import run


def stands(name: str) -> Progress:
    progress = detente.roadmap(detente.load(name), log=name).progress
    assert progress is not None
    return progress


def test_the_three_rounds_on_korea_come_with_their_logs() -> None:
    assert logs() == ("agreed-framework-steps", "singapore-hanoi-steps", "six-party-steps")


@pytest.mark.parametrize("name", logs())
def test_a_log_loads_and_contradicts_nothing_in_its_case(name: str) -> None:
    scenario = detente.load(name)
    order = next(iter(scenario.roadmaps.values())).rounds

    assert stands(name).log.rounds == order
    assert stands(name).log.file == name


@pytest.mark.parametrize("name", logs())
def test_every_event_says_why_and_from_where(name: str) -> None:
    for event in yaml.safe_load(log_of(name))["events"]:
        cited = event["source"] if isinstance(event["source"], list) else [event["source"]]

        assert event["why"]
        assert set(cited) <= set(detente.load(name).sources)


@pytest.mark.parametrize("name", logs())
def test_wherever_a_side_is_said_to_have_broken_its_word_it_is_heard_and_so_are_the_others(name: str) -> None:
    for event in stands(name).log.events:
        if event.broken:
            assert "Pyongyang: " in event.why
            assert any(f"{other}: " in event.why for other in ("Washington", "Its members", "the IAEA", "The others"))


def test_plutonium_was_frozen_for_eight_years_and_then_both_stopped() -> None:
    found = stands("agreed-framework-steps")
    frozen = next(event.date for event in found.log.events if "freeze" in event.done)
    thawed = next(event.date for event in found.log.events if "freeze" in event.broken)

    assert (frozen, thawed) == (date(1994, 11, 28), date(2002, 12, 31))
    assert found.broken == ("freeze", "oil every year")
    assert found.done == ("first easing", "ground broken", "dialogue with the South")
    assert {"key parts of the reactors", "past inspected", "dismantling"} <= set(found.lost)
    assert "liaison offices" in found.missed


def test_enrichment_is_a_charge_with_an_answer_and_no_step_of_the_plan() -> None:
    charge = next(event for event in stands("agreed-framework-steps").log.events if event.date == date(2002, 10, 4))

    assert (charge.done, charge.missed, charge.broken) == ((), (), ())
    assert charge.tension is not None
    assert charge.tension > 0
    assert all(f"{side}: " in charge.why for side in ("Washington", "Pyongyang", "Others"))


def test_the_six_party_steps_ended_over_a_protocol_that_was_never_written() -> None:
    found = stands("six-party-steps")

    assert found.done == ("funds released", "first oil", "declaration", "delisting")
    assert found.broken == found.lost == ("Yongbyon shut", "disabling", "written protocol")
    assert "more oil" in found.missed
    assert found.holds is False


def test_in_december_2008_all_had_been_done_but_the_protocol_and_a_part_of_the_oil(tmp_path: Path) -> None:
    path = tmp_path / "until-2008.yaml"
    path.write_bytes(b"\n".join(line for line in log_of("six-party-steps").splitlines() if b"date: 2009" not in line))
    progress = detente.roadmap(detente.load("six-party-steps"), log=path).progress

    assert progress is not None
    assert {each.commitment for each in progress.due} == {"more oil"}
    assert progress.missed == ("more oil", "written protocol")
    assert progress.broken == ()


def test_from_singapore_to_hanoi_small_things_were_done_and_none_that_needed_an_order() -> None:
    found = stands("singapore-hanoi-steps")
    done = {"test halt", "prisoners freed", "Punggye-ri", "exercises suspended", "remains", "military accord"}

    assert set(found.done) == done
    assert found.broken == found.lost == ()
    assert set(detente.load("singapore-hanoi-steps").commitments) - done == {*found.missed, "everything else given up"}
    assert all("Done" in detente.load("singapore-hanoi-steps").commitments[name].why for name in done)


def test_a_name_of_the_catalog_goes_before_a_file_and_a_path_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("six-party-steps").write_text("log: 1\nstart: 2020-01-01\n", encoding="utf-8")
    scenario = detente.load("six-party-steps")
    by_path = [detente.roadmap(scenario, log=log).progress for log in ("./six-party-steps", Path("six-party-steps"))]

    assert stands("six-party-steps").log.start == date(2007, 2, 13)
    assert [each and each.log.start for each in by_path] == [date(2020, 1, 1)] * 2


@pytest.mark.parametrize("name", ["six-party-step", "nowhere/at/all.yaml", "a\0b"])
def test_a_log_that_is_nowhere_is_not_found(name: str) -> None:
    with pytest.raises(detente.NotFoundError, match="no log named"):
        detente.roadmap(detente.load("six-party-steps"), log=name)


def test_the_command_takes_a_log_by_its_name() -> None:
    told = run("roadmap", "six-party-steps", "--log", "six-party-steps", "--draws", "0")

    assert told.exit_code == 0
    assert "Where it stands on 2009-05-25" in told.stdout


def test_a_slip_in_the_name_of_a_log_is_pointed_out() -> None:
    told = run("roadmap", "six-party-steps", "--log", "six-party-step")

    assert "did you mean 'six-party-steps'" in told.stderr
