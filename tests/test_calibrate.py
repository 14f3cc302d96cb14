"""Tension from events: closed forms, facts of the series that ships, an honest test, every mistake in a file."""

import itertools
import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.catalog import series
from detente.cli import app
from detente.errors import InfeasibleError, NotFoundError, ScenarioError
from detente.io.cameo import cameo
from detente.io.events import MOST_FAULTS, parse_series
from detente.io.rows import MOST_BYTES
from detente.kernels.series import (
    block_counts,
    falling,
    least_squares,
    long_run_error,
    middle_and_spread,
    rank_correlation,
    refitted,
    signed_root,
)
from detente.model.series import Asked, Monthly, least_months
from detente.simulation.calibrate import calibrate, calibrated, fitted
from detente.simulation.fitted import Fitted, Parameter
from detente.simulation.forecasts import compared, forecasts
from detente.simulation.suggestion import in_yaml, process

FOUND = calibrate("korea-tension", shock="launches")
MONTHS = tuple(f"{year}-{month:02d}" for year in range(2000, 2040) for month in range(1, 13))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="detente")


def moving(months: int, seed: int, *, noise: float = 0.05, others: float = 0.3) -> dict[str, np.ndarray]:
    """Two dyads by the model: calming 0.5, what they echo of the other, drive 0.1, and 0.2 for a shock of the month.

    The first is shaken by `noise`, the second always.
    """
    rng = np.random.default_rng(seed)
    shocks = (rng.random(months) < 0.2).astype(float)
    a, b = np.empty(months), np.empty(months)
    a[0], b[0] = 0.9, 0.1
    for t in range(months - 1):
        a[t + 1] = a[t] - 0.5 * a[t] + others * b[t] + 0.1 + 0.2 * shocks[t + 1] + noise * rng.standard_normal()
        b[t + 1] = b[t] - 0.5 * b[t] + others * a[t] + 0.1 + 0.2 * shocks[t + 1] + 0.05 * rng.standard_normal()
    return {"A-B": a, "A-C": b, "shocks": shocks}


def fit(tension: dict[str, np.ndarray], *, window: int, draws: int = 100, shocked: bool = True) -> Fitted:
    dyads = {name: each for name, each in tension.items() if name != "shocks"}
    months = len(dyads["A-B"])
    shocks = tuple(tension["shocks"].tolist()) if shocked else ()
    monthly = Monthly("f", MONTHS[:months], {name: tuple(each.tolist()) for name, each in dyads.items()}, {}, shocks)
    counts = block_counts(window - 1, draws, np.random.default_rng(1))
    return fitted(monthly, "A-B", dyads, window=window, counts=counts, scale=(0, 1))


def test_without_noise_every_parameter_is_found_exactly_and_without_error() -> None:
    found = fit(moving(60, 1, noise=0), window=40)

    true = {"calming": 0.5, "others": 0.3, "drive": 0.1, "broken": 0.2, "incidents": 0}
    assert {name: each.value for name, each in found.parameters.items()} == pytest.approx(true, abs=1e-10)
    assert max(each.error for each in found.parameters.values()) < 1e-8


def test_with_noise_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    true = {"others": 0.3, "drive": 0.1, "broken": 0.2, "incidents": 0.05}
    held = dict.fromkeys(true, 0)
    for seed in range(100):
        found = fit(moving(150, seed), window=120, draws=200).parameters
        for name, value in true.items():
            held[name] += found[name].low <= value <= found[name].high
    assert all(75 <= count <= 98 for count in held.values()), held


def test_the_standard_error_is_how_far_estimates_lie_apart_over_many_series() -> None:
    many = [fit(moving(150, seed), window=120).parameters["calming"] for seed in range(100)]

    assert np.mean([each.error for each in many]) == pytest.approx(np.std([each.value for each in many]), rel=0.3)
    assert np.mean([each.value for each in many]) == pytest.approx(0.5, abs=0.06)  # a little high, as it should be


def test_with_directions_calming_and_echo_are_told_apart() -> None:
    """The side USA calms by 0.6 and echoes 0.2, the side PRK by 0.3 and 0.1; on their mean only 0.45 - 0.15 shows."""
    rng = np.random.default_rng(4)
    a, b = np.empty(400), np.empty(400)
    a[0] = b[0] = 0.5
    for t in range(399):
        a[t + 1] = 0.4 * a[t] + 0.2 * b[t] + 0.2 + 0.03 * rng.standard_normal()
        b[t + 1] = 0.7 * b[t] + 0.1 * a[t] + 0.1 + 0.03 * rng.standard_normal()
    tension = {"USA → PRK": a, "PRK → USA": b}
    opposite = {"USA → PRK": "PRK → USA", "PRK → USA": "USA → PRK"}
    monthly = Monthly("f", MONTHS[:400], {name: tuple(each) for name, each in tension.items()}, opposite)
    counts = block_counts(349, 100, np.random.default_rng(1))
    ours, theirs = (fitted(monthly, name, tension, window=350, counts=counts, scale=(0, 1)) for name in tension)

    for found, name, value in (
        (ours, "calming", 0.6),
        (ours, "echo", 0.2),
        (theirs, "calming", 0.3),
        (theirs, "echo", 0.1),
    ):
        each = found.parameters[name]
        assert abs(each.value - value) < 3 * each.error, (name, value, each)


def test_ar1_is_what_its_closed_form_says_and_persistence_is_this_month() -> None:
    x = moving(60, 3)["A-B"]
    window = 40
    scored, _ = forecasts(x[:-1], x, window)
    before, after = x[: window - 1], x[1:window]
    slope = np.cov(before, after, bias=True)[0, 1] / np.var(before)
    off = x[window:] - (after.mean() + slope * (x[window - 1 : -1] - before.mean()))

    assert scored["AR(1)"].rmse == pytest.approx(np.sqrt(np.mean(off**2)))
    assert scored["AR(1)"].mae == pytest.approx(np.mean(abs(off)))
    assert scored["persistence"].rmse == pytest.approx(np.sqrt(np.mean(np.diff(x)[window - 1 :] ** 2)))
    assert scored["the model"] == scored["persistence"]  # it was given persistence's


def test_one_dyad_without_shocks_is_ar1_and_no_better_than_it() -> None:
    alone = fit({"A-B": moving(60, 5)["A-B"]}, window=40, shocked=False)

    assert alone.scored["the model"].rmse == pytest.approx(alone.scored["AR(1)"].rmse)
    assert alone.against["AR(1)"].verdict == "no better"


def test_where_ar1_is_the_truth_the_model_does_not_claim_to_beat_it() -> None:
    verdicts = [fit(moving(75, seed, others=0), window=50, draws=16).against["AR(1)"].verdict for seed in range(200)]
    blind = [fit(_apart(75, seed), window=50, draws=16, shocked=False).against["AR(1)"].verdict for seed in range(200)]

    assert blind.count("better") <= 8  # two-sided at 95%, by chance 5 of 200
    assert verdicts.count("better") <= 8


def _apart(months: int, seed: int) -> dict[str, np.ndarray]:
    """Two dyads that do not mind each other."""
    rng = np.random.default_rng(seed)
    found = {"A-B": np.full(months, 0.5), "A-C": np.full(months, 0.5)}
    for each in found.values():
        for t in range(months - 1):
            each[t + 1] = 0.2 + 0.6 * each[t] + 0.05 * rng.standard_normal()
    return found


def test_where_others_lead_the_model_is_seen_to_do_better() -> None:
    rng = np.random.default_rng(6)
    leader = 0.5 + 0.2 * rng.standard_normal(200).clip(-2, 2)
    follower = np.concatenate([[0.5], leader[:-1]]) + 0.01 * rng.standard_normal(200)
    found = fit({"A-B": follower, "A-C": leader}, window=130, shocked=False)

    assert {each.verdict for each in found.against.values()} == {"better"}


def test_the_error_of_a_mean_is_newey_wests_and_never_below_that_of_independent_values() -> None:
    rising = np.arange(8.0)
    away = rising - 3.5
    lagged = [sum(away[k:] * away[: 8 - k]) for k in range(8)]
    bartlett = lagged[0] + 2 * (2 / 3 * lagged[1] + 1 / 3 * lagged[2])  # floor(4 (8 / 100)^(2/9)) is 2 lags

    assert long_run_error(rising) == pytest.approx(np.sqrt(bartlett) / 8)
    assert long_run_error(np.array([1.0, -1] * 4)) == pytest.approx(1 / np.sqrt(8))


def test_a_difference_counts_beyond_students_t_alone() -> None:
    theirs = np.array([1.0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2])

    assert compared(0.5 * theirs, theirs).verdict == "better"
    assert compared(2 * theirs, theirs).verdict == "worse"
    assert compared(theirs[::-1], theirs).verdict == "no better"
    assert compared(theirs, theirs).difference == 0


def test_the_map_falls_from_one_to_nothing_and_is_a_half_at_the_median() -> None:
    roots = signed_root(np.array([-9.0, 0, 4, 16, -1]))
    assert roots.tolist() == [-3, 0, 2, 4, -1]
    middle, spread = middle_and_spread(roots)
    tension = falling(roots, middle, spread)

    assert (middle, spread) == (0, pytest.approx(1.4826 * 2))
    assert tension[1] == 0.5
    assert (np.diff(tension[np.argsort(roots)]) < 0).all()
    assert falling(np.array([-1e12, 1e12]), 0, 1e-3).tolist() == pytest.approx([1, 0])
    assert middle_and_spread(np.array([1.0, 1, 1, 5])) == (1, pytest.approx(np.sqrt(3)))


def test_a_resample_is_blocks_in_sequence_and_as_many_rows_as_there_are() -> None:
    counts = block_counts(49, 300, np.random.default_rng(1))

    assert (counts.sum(axis=1) == 49).all()
    assert counts.min() == 0
    one = np.random.default_rng(2)
    design, target = one.random((30, 2)), one.random(30)
    again = block_counts(30, 1, np.random.default_rng(9))
    rows = np.repeat(np.arange(30), again[0].astype(int))
    assert refitted(design, target, again)[0] == pytest.approx(least_squares(design[rows], target[rows])[0])


def test_the_unit_of_a_shock_does_not_matter() -> None:
    tension = moving(80, 2)
    one = fit(tension, window=50).parameters
    many = fit({**tension, "shocks": tension["shocks"] * 1e11}, window=50).parameters

    assert many["broken"].value * 1e11 == pytest.approx(one["broken"].value)
    assert many["broken"].error * 1e11 == pytest.approx(one["broken"].error)
    assert many["calming"].error == pytest.approx(one["calming"].error)


def test_rank_correlation_shares_ranks_among_equals() -> None:
    """Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: the covariance 4.5 by the root of 4.5 times 5."""
    found = rank_correlation(np.array([1.0, 5, 5, 9]), np.array([0.0, 1, 2, 3]))

    assert found == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert rank_correlation(np.ones(4), np.arange(4.0)) == 0


def test_the_series_that_ships_has_the_known_sums_and_rank_correlations() -> None:
    scores = dict(zip(FOUND.monthly.months, FOUND.monthly.scores["USA-PRK"], strict=True))

    assert round(scores["2018-01"] * 31) == -3_245
    assert round(scores["2018-05"] * 31) == 40_886
    assert round(scores["2019-02"] * 28) == 13_992
    assert round(scores["2020-04"] * 30) == 378
    assert round(scores["2020-05"] * 31) == 589
    assert FOUND.dyads["USA-PRK"].rank == pytest.approx(-0.47, abs=0.005)
    assert FOUND.dyads["KOR-PRK"].rank == pytest.approx(-0.60, abs=0.005)
    assert (len(scores), FOUND.window, FOUND.held_out) == (74, 49, 25)
    assert any("GDELT" in line for line in FOUND.monthly.about)


def test_a_dyad_of_it_is_what_a_few_lines_make_of_the_file() -> None:
    rows = [line.split(",") for line in series.text("korea-tension").decode().splitlines() if line[0] != "#"][1:]
    scores, launches = np.array(rows)[:, 1:5].astype(float), np.array(rows)[:, 5].astype(float)
    z = np.sign(scores) * np.abs(scores) ** 0.5
    z = (z - np.median(z[:49], axis=0)) / (1.4826 * np.median(np.abs(z[:49] - np.median(z[:49], axis=0)), axis=0))
    x = 1 / (1 + np.exp(z))
    known = np.column_stack([x[:-1, 0], x[:-1, 1:].mean(axis=1), np.ones(73), launches[1:]])
    b = np.linalg.lstsq(known[:48], x[1:49, 0], rcond=None)[0]
    known[:, 3] = launches[1:49].mean()
    off = x[49:, 0] - known[48:] @ b

    found = FOUND.dyads["USA-PRK"]
    assert [found.parameters[k].value for k in ("calming", "others", "drive", "broken")] == pytest.approx(
        [1 - b[0], *b[1:]]
    )
    assert found.scored["the model"].rmse == pytest.approx(np.sqrt(np.mean(off**2)))


def test_the_same_seed_gives_the_same_bits_and_another_other_errors() -> None:
    again = calibrate("korea-tension", shock="launches")
    other = calibrate("korea-tension", shock="launches", seed=0)

    assert json.dumps(again.payload()) == json.dumps(FOUND.payload())
    one, two = (each.dyads["USA-PRK"].parameters["calming"] for each in (FOUND, other))
    assert one.value == two.value
    assert one.error != two.error


def test_what_is_held_out_changes_no_parameter() -> None:
    lines = series.text("korea-tension").decode().splitlines()
    text = "\n".join([*lines[:-10], *(line.rsplit(",", 6)[0] + ",999,1,-1,7,0,0" for line in lines[-10:])])
    asked = Asked(shock="launches")
    changed = calibrated(parse_series(text, asked), asked)

    for name, each in FOUND.dyads.items():
        assert changed.dyads[name].parameters == each.parameters
        assert changed.dyads[name].tension[:49] == each.tension[:49]
    assert changed.dyads["USA-PRK"].scored != FOUND.dyads["USA-PRK"].scored


def test_the_verdict_is_in_plain_words() -> None:
    assert "It does not forecast better than persistence" in FOUND.verdict
    assert "for USA-PRK it does worse" in FOUND.verdict
    alone = calibrate("korea-tension", dyads=("USA-PRK",))
    assert "It does not forecast better than AR(1) for USA-PRK." in alone.verdict
    lines = " ".join(run("calibrate", "korea-tension").stdout.split())
    assert "It does not forecast better than persistence" in lines
    assert "only calming less the echo between them is known, not each alone" in lines


def radius(calming: list[float], echo: list[float]) -> float:
    moves = np.array([[1 - calming[0], echo[0]], [echo[1], 1 - calming[1]]])
    return float(max(abs(np.linalg.eigvals(moves))))


def ends(value: object) -> list[float]:
    return list(value.values()) if isinstance(value, dict) else [value]  # type: ignore[list-item]


def test_a_suggested_section_is_yaml_that_settles_wherever_in_its_ranges() -> None:
    for section in FOUND.payload()["process"].values():  # type: ignore[attr-defined]
        tension = yaml.safe_load(in_yaml(section))["tension"]

        assert tension == section["tension"]
        assert set(tension) == {"start", "drive", "calming", "echo", "incidents", "broken"}
        for calming in ends(tension["calming"]):
            assert 0 < calming <= 1
            assert radius([calming] * 2, [tension["echo"]] * 2) < 1
        for key in ("drive", "incidents", "broken"):
            assert sorted(ends(tension[key])) == ends(tension[key])
            assert min(ends(tension[key])) >= 0


def test_the_suggestion_settles_where_the_fitted_months_were() -> None:
    for name, section in FOUND.payload()["process"].items():  # type: ignore[attr-defined]
        drive, calming = (section["tension"][key]["likely"] for key in ("drive", "calming"))
        shaken = section["tension"]["broken"]["likely"] * np.mean(FOUND.monthly.shocks[1 : FOUND.window])
        usual = np.mean(FOUND.dyads[name].tension[: FOUND.window])

        assert (drive + shaken) / (calming - section["tension"]["echo"]) == pytest.approx(usual, abs=0.04)


def known(fed: float, **parameters: float) -> Fitted:
    """What could have been found of a side that was at a half throughout, each number known to 0.1."""
    told = {name: Parameter(value, 0.05, value - 0.1, value + 0.1) for name, value in parameters.items()}
    return Fitted((0, 1), (0.5,) * 4, told, Parameter(fed, 0.05, fed - 0.1, fed + 0.1), {}, {}, None)


def test_where_tension_would_not_settle_numbers_are_moved_and_the_drive_with_them() -> None:
    """Calming of 1.2 and a drive of 0.6 settle at a half, as do 1 and 0.5."""
    fast = known(0.6, calming=1.2, incidents=0.1)
    section = process(Monthly("f", MONTHS[:4], {}), {"A-B": fast}, 4)["A-B"]["tension"]

    assert (section["calming"], section["echo"]) == (1, 0)  # type: ignore[index]
    assert section["drive"] == {"low": 0.4, "likely": 0.5, "high": 0.6}  # type: ignore[index]
    growing = known(-0.1, calming=-0.2, incidents=0.1)
    section = process(Monthly("f", MONTHS[:4], {}), {"A-B": growing}, 4)["A-B"]["tension"]
    low = min(ends(section["calming"]))  # type: ignore[index]
    assert low - section["echo"] == pytest.approx(0.01)  # type: ignore[index]


def test_an_echo_that_would_outgrow_calming_is_cut_and_the_drive_makes_up_for_it() -> None:
    """Calming is 0.3 at least 0.2, the echo 0.5: cut to 0.198, half of the missing 0.302 goes to the drive."""
    ways = {name: known(-0.1, calming=0.3, echo=0.5, incidents=0.1) for name in ("A → B", "B → A")}
    opposite = {"A → B": "B → A", "B → A": "A → B"}
    section = process(Monthly("f", MONTHS[:4], {}, opposite), ways, 4)["A-B"]["tension"]

    assert section["echo"] == {"A": {"B": 0.198}, "B": {"A": 0.198}}  # type: ignore[index]
    assert section["drive"]["A"]["likely"] == pytest.approx(-0.1 + 0.302 / 2, abs=0.001)  # type: ignore[index]
    assert radius([0.2, 0.2], [0.198, 0.198]) < 1


def events(months: int = 40) -> list[str]:
    """The North is told to have acted each month in one way, its neighbour in turns in another."""
    lines = ["Date,SOURCE,Target,code"]
    for month in range(months):
        day = f"{2001 + month // 12}-{month % 12 + 1:02d}-15"
        lines += [f"{day},PRK,KOR,{('190', '057', '010')[month % 3]}", f"{day},KOR,PRK,{('138', '042')[month % 2]}"]
    return lines


def test_events_become_the_sum_of_their_weights_by_the_days_of_the_month() -> None:
    """January 2001: -10 + 8 - 10 from North to South, -7 back; February: 8 and 1.9; to a third party nothing counts."""
    more = ["2001/01/31,PRK,KOR,057", "20010102,PRK,KOR,190", "2001-02,PRK,USA,190", "2001-02-01,PRK,PRK,190"]
    found = parse_series("\n".join(events() + more), Asked(dyads=("KOR-PRK",)))

    assert list(found.scores) == ["KOR → PRK", "PRK → KOR"]
    assert found.scores["PRK → KOR"][:3] == (-12 / 31, 8 / 28, 0)
    assert found.scores["KOR → PRK"][:2] == (-7 / 31, 1.9 / 28)
    assert (found.months[0], found.months[-1], len(found.months)) == ("2001-01", "2004-04", 40)
    assert parse_series("\n".join(events() + more), Asked(dyads=("PRK-KOR", "KOR-PRK"))) == found


def test_a_month_without_events_scores_nothing() -> None:
    without = [line for line in events() if "2001-03" not in line]

    assert parse_series("\n".join(without), Asked()).scores["KOR → PRK"][2] == 0


def test_events_tell_both_directions_and_suggest_numbers_by_party(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    rng = np.random.default_rng(1)
    codes = list(cameo())[:200:7]
    lines = ["date,source,target,code"]
    for month in range(60):
        for one, other in (("a b", "NO"), ("NO", "a b")):
            lines += [f"{MONTHS[month]},{one},{other},{codes[k]}" for k in rng.integers(len(codes), size=5)]
    path.write_text("\n".join(lines))
    payload = calibrate(path, codes="icews").payload()

    section = payload["process"]["NO-a b"]["tension"]  # type: ignore[index]
    assert payload["directed"] is True
    assert set(payload["dyads"]) == {"NO → a b", "a b → NO"}  # type: ignore[call-overload]
    assert set(payload["dyads"]["NO → a b"]["parameters"]) == {"calming", "echo", "drive", "incidents"}  # type: ignore[index]
    assert yaml.load(in_yaml(section), Loader=yaml.BaseLoader)["echo"]["a b"].keys() == {"NO"}
    sides = ("NO", "a b")
    for both in itertools.product(*(ends(section["calming"][side]) for side in sides)):
        most = [max(ends(section["echo"][one][other])) for one, other in (sides, sides[::-1])]
        assert radius(list(both), most) < 1


def test_the_codes_are_cameos_with_goldsteins_weights() -> None:
    table = cameo()

    assert len(table) == 312
    weights = {code: table[code].tenths["gdelt"] / 10 for code in ("190", "057", "138", "042", "204", "010")}
    assert weights == {"190": -10, "057": 8, "138": -7, "042": 1.9, "204": -10, "010": 0}
    assert (table["016"].tenths["gdelt"], table["016"].tenths["icews"]) == (-20, -50)
    assert [code for code, each in table.items() if "gdelt" not in each.tenths] == ["1213"]
    assert all("icews" in each.tenths and each.name for each in table.values())
    assert {abs(each) <= 100 for one in table.values() for each in one.tenths.values()} == {True}


def monthly(months: int = 40, head: str = "date,A-B,A-C,s") -> list[str]:
    return [head, *(f"{MONTHS[k]},{k % 7},{k % 5},{k % 3}" for k in range(months))]


def told(text: str | bytes, **asked: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parse_series(text, Asked(**asked), "f.csv")  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


def test_every_mistake_in_monthly_scores_is_told_at_once_by_line_and_column() -> None:
    lines = monthly()
    lines[3] = "2000-13,1,2,0"
    lines[5] = f"{MONTHS[3]},1,2,0"
    lines[8] = '"2000-08","many, they say",two,0'
    lines[9] = "2000-09,1"
    del lines[20:22]
    problems = told("\n".join(lines), shock="s")

    assert problems == [
        "f.csv:4:1: a date is due here, such as 2018-01-31 or 2018-01; this is '2000-13'",
        "f.csv:6:1: 2000-04 came already, on line 5",
        "f.csv:9:11: A-B: a number is due here, such as -12.5; this is 'many, they say'",
        "f.csv:9:28: A-C: a number is due here, such as -12.5; this is 'two'",
        "f.csv:10:10: the row has 2 cells where 4 are named in the first row",
        "f.csv:21:1: 2001-08 and 2001-09 are missing before this; fill the gap, or leave out what is on one side of it",
    ]


def test_every_mistake_in_events_is_told_at_once_by_line_and_column() -> None:
    lines = events()
    lines[1] = "2001-02-30,PRK,KOR,190"
    lines[2] = "2001-01-15,KOR,PRK,57"
    lines[3] = "2001-01-15,,KOR,1213"
    lines[4] = '2001-01-15,"KOR",PRK,peace'
    problems = told("\n".join(lines))

    assert problems == [
        "f.csv:2:1: a date is due here, such as 2018-01-31 or 2018-01; this is '2001-02-30'",
        "f.csv:3:20: no CAMEO code '57'; '057' is: spreadsheets lose the zero in front",
        "f.csv:4:12: source: nobody is named; leave out events without both sides",
        "f.csv:4:17: GDELT gives no weight to 1213 (Reject judicial cooperation); --codes icews does",
        "f.csv:5:22: no CAMEO code 'peace'",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "f.csv:1:1: the file is empty"),
        ("# only a remark\n", "f.csv:1:1: the file is empty"),
        ("a,b\n1,2\n", "f.csv:1:1: no column 'date'"),
        ("date,a\n2000-01,2\n", "f.csv:1:1: no column is named like a dyad (USA-PRK); name the columns that are with"),
        ("date,source,CODE\n", "f.csv:1:1: events need the columns date, source, target and code; target is missing"),
        ("\n".join(monthly(35)), "f.csv:1:1: 35 months, and 36 are needed with 33% held out"),
        ("\n".join(events(35)), "f.csv:1:1: 35 months, and 36 are needed"),
        ("\n".join(monthly(head="date,A-B,A-B,s")), "f.csv:1:10: a second column named 'A-B'"),
        ("\n".join([*monthly(), *monthly()[1:]]), "f.csv:42:1: 2000-01 came already, on line 2"),
        ("\n".join([*monthly()[:1], *monthly()[:1:-1]]), "f.csv:3:1: months stand in order; 2003-04 comes before this"),
        ("\n".join(line.replace(",1,", ",3,") for line in ["date,A-B", *(f"{m},3" for m in MONTHS[:40])]),
         "f.csv:1:6: A-B is 3 in every month that is fitted"),
        ('date,A-B\n2000-01,"1\n', "f.csv:2:1: this is not CSV: unexpected end of data; a quote that was opened"),
        ("date,A-B\n2000-01,1e999\n", "f.csv:2:9: A-B: a number is due here, such as -12.5; this is '1e999'"),
        ("date,A-B\n2000-01,nan\n", "f.csv:2:9: A-B: a number is due here"),
        ("date,A-B\n2000-01,\n", "f.csv:2:9: A-B: a number is due here, such as -12.5; this is empty"),
        ("date,A-B\n2000-01,\0\n", "f.csv:2:9: the character U+0000 cannot stand in a file of text"),
        (b"date,A-B\n2000-01,\xff\n", "f.csv:2:9: the byte 0xFF is not UTF-8"),
        ("date" + ",a" * 2_000, "f.csv:1:1: more than 1,000 columns"),
        ("date,source,target,code\n0001-01,A,B,010\n9999-01,B,A,010\n", "f.csv:3:1: with this the file spans"),
        (b"x" * (MOST_BYTES + 1), "f.csv:1:1: the file is larger than 32 MiB"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_place(text: str | bytes, says: str) -> None:
    assert any(problem.startswith(says) for problem in told(text)), told(text)


def test_too_few_shocks_and_a_file_that_is_wrong_throughout_are_told() -> None:
    still = [line.rsplit(",", 1)[0] + ",0" for line in monthly()]
    problems = told("\n".join([monthly()[0], *still[1:]]), shock="s")
    assert problems == ["f.csv:1:14: 's' differs in 0 months of those fitted; 3 are needed"]
    wrong = told("date,A-B\n" + "x,1\n" * 5 * MOST_FAULTS)
    with pytest.raises(InfeasibleError):
        parse_series("\n".join(monthly()), Asked(dyads=("A-B",), shock="A-B"))
    assert wrong[-1].endswith(f"and {MOST_FAULTS + 1 - 200} more")


def test_marks_quotes_and_ends_of_lines_of_any_kind_are_read_alike() -> None:
    plain = parse_series("\n".join(monthly()), Asked(shock="s"))
    for text in (
        "\ufeff" + "\r\n".join(monthly()),
        "\r".join(monthly()),
        "# a remark\n\n" + "\n\n".join(monthly()),
        "\n".join(monthly()).replace(",", " ; "),
        "\n".join(monthly()).replace(",", "\t"),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in monthly()),
        "\n".join(monthly()).replace("2000-01,", "2000/1/31,").replace("date", "DATE"),
    ):
        found = parse_series(text.encode(), Asked(shock="s"))
        assert (found.months, found.scores, found.shocks) == (plain.months, plain.scores, plain.shocks)


CELLS = st.sampled_from(
    ["2000-01", "2000-02", "A", "B-C", "date", "source", "target", "code", "010", '"', "1e12", "#", ""]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.sampled_from(["\n", "\r\n", "\r"]), st.binary(max_size=6))
def test_any_bytes_are_read_or_told(rows: list[list[str]], end: str, more: bytes) -> None:
    with suppress(ScenarioError):
        assert parse_series(end.join(",".join(row) for row in rows).encode() + more, Asked()).scores


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1e12, 1e12 + 1e-4, -1e12, 5e-324, 1.0, -3.5]), min_size=36, max_size=40))
def test_any_scores_give_finite_numbers(values: list[float]) -> None:
    scores = {"A-B": tuple(values), "A-C": tuple(reversed(values))}
    asked = Asked()
    found = calibrated(Monthly("f", MONTHS[: len(values)], scores), asked).payload()

    assert json.dumps(found, allow_nan=False)


def test_so_many_months_are_needed_that_enough_are_fitted_and_enough_held_out() -> None:
    assert [least_months(share) for share in (1 / 3, 0.5, 0.1)] == [36, 48, 115]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"dyads": ("USA-PRX",)}, "no column named 'USA-PRX' in korea-tension; did you mean 'USA-PRK'?"),
        ({"shock": "launch"}, "did you mean 'launches'?"),
        ({"codes": "weis"}, "no weights named 'weis'"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(asked: dict[str, object], says: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        calibrate("korea-tension", **asked)  # type: ignore[arg-type]
    assert says in str(caught.value)


def test_on_the_command_line_it_is_written_told_and_refused(tmp_path: Path) -> None:
    page, bad = tmp_path / "a.html", tmp_path / "bad.csv"
    done = run("calibrate", "korea-tension", "--shock", "launches", "--json", "-o", str(page))
    payload = json.loads(done.stdout)
    bad.write_text("date,A-B\nx,1\n")

    assert payload == json.loads(json.dumps(FOUND.payload()))
    assert payload["schema"] == "detente/calibrate/1"
    assert "It does not forecast better than persistence" in page.read_text()
    wrong = run("calibrate", str(bad))
    assert wrong.exit_code == 65
    assert wrong.stderr.splitlines()[1] == f"{bad}:2:1: a date is due here, such as 2018-01-31 or 2018-01; this is 'x'"
    assert run("calibrate", "korea-tensoin").exit_code == 2
    assert run("calibrate", "korea-tension", "--held-out", "0.9").exit_code == 2
    assert run("calibrate", str(tmp_path)).exit_code == 65
