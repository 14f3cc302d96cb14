"""Is the chance that an order holds what exact measuring finds draw by draw, and what one can work out on paper?"""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.planning.commitments import ladders
from detente.planning.drawn import Batch, Source
from detente.planning.halving import trust_needed
from detente.planning.many import Many
from detente.planning.measure import Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import holds
from detente.planning.sure import Sureness

CASES = ("river", "korea-2021", "agreed-framework-steps", "sinai-steps", "vietnam-steps", "six-party-steps")


def swap(pays: str, patience: str = "0.8", more: str = "") -> detente.Scenario:
    """Two flows at once: A pays 1 a period and gets 4, B pays `pays` and gets 3: B stays if pays / 3 <= patience."""
    return detente.parse_scenario(
        f"""
detente: 1
title: Two flows
parties: {{A: {{}}, B: {{}}}}
commitments:
  a: {{by: A, flow: {{A: -1, B: 3}}, reversible: true}}
  b: {{by: B, flow: {{A: 4, B: {pays}}}, reversible: true}}
patience: {{A: 0.9, B: {patience}}}
{more}"""
    )


def sure(scenario: detente.Scenario, draws: int = 1024, **options: object) -> Sureness:
    found = detente.roadmap(scenario, order="a,b", draws=draws, **options).sure  # type: ignore[arg-type]
    assert isinstance(found, Sureness)
    return found


def test_the_chance_that_a_swap_holds_is_the_chance_that_it_costs_little_enough() -> None:
    found = sure(swap("{low: -3, high: -1, shape: uniform}"))

    assert found.self_enforcing is not None
    assert found.self_enforcing.p == pytest.approx(0.7, abs=0.005)
    assert found.self_enforcing.se < 0.02
    assert found.goes_on["A"].p == 1
    assert found.goes_on["B"] == found.self_enforcing
    assert {each.party for each in found.breaches} == {"B"}


def test_patience_needed_is_told_by_its_quantiles_each_with_an_error() -> None:
    spread = sure(swap("{low: -3, high: -1, shape: uniform}")).patience

    assert spread is not None
    for part, value in spread.quantiles.items():
        error = spread.errors[part]
        assert value == pytest.approx(max(1 / 4, (1 + 2 * part / 100) / 3), abs=0.01)
        assert error is not None
        assert 0 < error < 0.02
    assert spread.never.p == 0


def test_where_no_patience_would_do_that_is_never_and_how_often_is_told() -> None:
    spread = sure(swap("{low: -4, high: -2, shape: uniform}")).patience

    assert spread is not None
    assert spread.never.p == pytest.approx(1 / 2, abs=0.005)
    assert spread.quantiles[75] is spread.quantiles[95] is None
    assert spread.quantiles[25] == pytest.approx(5 / 6, abs=0.01)


@pytest.mark.parametrize(("patience", "chance"), [("{low: 0.4, high: 0.9, shape: uniform}", 7 / 15), ("0.8", 1)])
def test_patience_is_drawn_too(patience: str, chance: float) -> None:
    found = sure(swap("-2", patience, "breakdown: {low: 0, high: 0.1, shape: uniform}"))

    assert found.self_enforcing is not None
    assert found.self_enforcing.p == pytest.approx(chance, abs=0.005)


def test_costs_and_patience_in_doubt_are_drawn_each_for_itself() -> None:
    """B stays if pays / 3 <= patience: with both level on (1, 3) and (1/3, 1) that is one half, with an error."""
    found = sure(swap("{low: -2.99, high: -1.01, shape: uniform}", "{low: 0.3366667, high: 0.9966667, shape: uniform}"))

    assert found.self_enforcing is not None
    assert found.self_enforcing.p == pytest.approx(1 / 2, abs=0.03)
    assert abs(found.self_enforcing.p - 1 / 2) < 4 * found.self_enforcing.se < 0.1


def test_what_parties_are_exposed_by_is_drawn_with_what_a_step_costs() -> None:
    text = "detente: 1\ntitle: t\nparties: {A: {}, B: {}}\ncommitments:\n"
    text += "  a: {by: A, lump: {A: {low: -8, high: -4, shape: uniform}, B: 9}}\n  b: {by: B, lump: {A: 9, B: -1}}\n"
    found = detente.roadmap(detente.parse_scenario(text), order="a|b", draws=1024).sure

    assert isinstance(found, Sureness)
    assert found.self_enforcing is None
    assert found.trust is None
    for part, value in found.exposure["A"].quantiles.items():
        assert value == pytest.approx(4 + 4 * part / 100, abs=0.05)


def test_a_longer_delay_in_noticing_asks_for_more_patience() -> None:
    text = "detente: 1\ntitle: t\nparties: {A: {}, B: {}}\ncommitments:\n"
    text += "  a: {by: A, flow: {A: -1, B: 9}, reversible: true, detection: {low: 1, high: 3, shape: uniform}}\n"
    text += "  b: {by: B, flow: {A: 4, B: -1}, reversible: true}\npatience: {A: 0.45, B: 0.9}\n"
    found = sure(detente.parse_scenario(text))

    # noticed after 2 periods A needs d^2 >= 1/4, after 3 d^3 >= 1/4: 0.5 or 0.63, each in half of the draws
    assert found.patience is not None
    assert found.patience.quantiles[25] == pytest.approx(0.5, abs=1e-6)
    assert found.patience.quantiles[75] == pytest.approx(0.25 ** (1 / 3), abs=1e-6)
    assert found.goes_on["A"].p == 0


def test_without_any_doubt_there_is_nothing_to_draw() -> None:
    assert detente.roadmap(swap("-2"), order="a,b", draws=64).sure is None


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    scenario = swap("-3..-1", "0.4..0.9")
    first, second, third = (sure(scenario, 64, seed=seed).payload() for seed in (3, 3, 4))

    assert first == second
    assert first != third


def test_a_judgment_that_is_open_is_held_at_each_reading_and_one_with_weights_is_drawn() -> None:
    text = """
detente: 1
title: t
issues:
  x: {options: {no: {}, yes: {reversible: true}}, by: A}
  y: {options: {no: {}, yes: {reversible: true}}, by: B}
parties:
  A: {worth: {x: {yes: -1}, y: {yes: 4}}}
  B: {worth: {x: {yes: 3}, y: {yes: -1}}}
packages: {p: {terms: {x: yes, y: yes}}}
patience: {A: 0.9, B: 0.9}
judgments:
  costs:
    likely: little
    readings:
      little: {weight: 3}
      much: {weight: 1, change: {B: {worth: {y: {yes: -2.9}}}}}
  gains: {open: true, likely: high, readings: {high: {}, low: {change: {A: {worth: {y: {yes: 0.5}}}}}}}
"""
    found = detente.roadmap(detente.parse_scenario(text), package="p", force=True, draws=256).sure

    assert isinstance(found, Sureness)
    assert found.self_enforcing is not None
    assert found.self_enforcing.p == pytest.approx(3 / 4, abs=0.01)
    assert {name: chance.p for name, chance in found.readings["gains"].items()} == {
        "high": found.self_enforcing.p,
        "low": 0,
    }


def test_no_time_for_the_draws_leaves_the_roadmap_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*args: object, **options: object) -> None:
        raise detente.OutOfTimeError("too late")

    monkeypatch.setattr("detente.planning.roadmap.how_sure", late)
    found = detente.roadmap(swap("-2..-1"), order="a,b", draws=64)

    assert isinstance(found.sure, str)
    assert found.payload()["how_sure"] is None
    assert any("no time for 64 draws" in table.empty for table in found.tables())


# Rounded measures of all draws at once, against exact ones of each.


def measured(scenario: detente.Scenario, walk: Walk, draws: int, package: bool) -> None:
    source = Source(scenario, walk, ladders(scenario.settled(), target_of(scenario)) if package else None, 0)
    for batch in source.batches(draws, 1, "sobol"):
        agree(batch, walk)


def target_of(scenario: detente.Scenario) -> dict[str, str]:
    found = detente.roadmap(scenario).target
    assert found is not None
    return dict(found)


def agree(batch: Batch, walk: Walk) -> None:
    many = Many(walk, batch.numbers())
    incentives, patience, exposures = list(many.incentives()), many.patience(), many.exposures()
    assert patience is not None
    for k in range(len(many.drawn)):
        one = batch.exactly(k)
        for party, value in one.exposures().items():
            assert exposures[party][k] == pytest.approx(float(value), abs=1e-9)
        needed = least(intervals(one))
        if patience[1][k]:
            assert patience[0][k] == pytest.approx(np.inf if needed is None else needed, abs=3e-8)
        exact = {(i.party, i.round): i for i in one.incentives(one.game.patience)} if one.game.patience else {}
        assert set(exact) == {(each.party, each.round) for each in incentives}
        for each in incentives:
            assert each.risk[k] == pytest.approx(float(exact[each.party, each.round].risk), abs=1e-9)
            assert each.slack[k] == pytest.approx(float(exact[each.party, each.round].slack), abs=1e-9)
            assert each.unsure[k] or (each.slack[k] < 0) == (exact[each.party, each.round].slack < 0)


@pytest.mark.parametrize("name", CASES)
def test_all_draws_at_once_are_measured_as_each_is_exactly(name: str) -> None:
    scenario = detente.load(name)
    found = detente.roadmap(scenario)

    measured(scenario, found.walk, 16, package=found.target is not None)


@st.composite
def doubtful(draw: st.DrawFn) -> tuple[detente.Scenario, str]:
    """A few promises of which everything is in doubt, and an order of them."""
    dice = Random(draw(st.integers(0, 10**6)))

    def span(low: float, high: float) -> str:
        ends = sorted(round(dice.uniform(low, high), 2) for _ in range(3))
        return f"{{low: {ends[0]}, likely: {ends[1]}, high: {ends[2]}}}"

    names = [f"c{k}" for k in range(draw(st.integers(1, 4)))]
    lines = ["detente: 1", "title: Random", "parties: {A: {}, B: {leaning: 0.5}}", "commitments:"]
    for name in names:
        kind = "flow" if dice.random() < 0.6 else "lump"
        undo = dice.choice(["true", "false", span(0, 2), span(0, 30)])
        owner = dice.choice(["[A]", "[B]", "[A, B]"])
        times = f"months: {span(0, 4)}, detection: {span(0, 3)}"
        lines.append(
            f"  {name}: {{by: {owner}, {kind}: {{A: {span(-5, 6)}, B: {span(-5, 6)}}}, reversible: {undo}, {times}}}"
        )
    lines += [f"patience: {{A: {span(0.5, 0.99)}, B: {span(0.5, 0.99)}}}", f"breakdown: {span(0, 0.1)}"]
    lines += [f"completion: {{A: {span(-1, 2)}}}", f"stake: {{B: {span(0, 3)}}}"]
    dice.shuffle(names)
    return detente.parse_scenario("\n".join(lines)), dice.choice(["|", ","]).join(names)


@settings(max_examples=25, deadline=None)
@given(doubtful())
def test_whatever_is_in_doubt_all_draws_at_once_are_measured_as_each_is(drawn: tuple[detente.Scenario, str]) -> None:
    scenario, order = drawn
    found = detente.roadmap(scenario, order=order, draws=32)

    measured(scenario, found.walk, 32, package=False)
    assert isinstance(found.sure, Sureness)
    walks = [
        batch.exactly(k) for batch in Source(scenario, found.walk, None, 0).batches(32, 1, "sobol") for k in range(32)
    ]
    held = [holds(walk, walk.game.patience or ()) for walk in walks]
    trust = [trust_needed(walk, walk.game.patience or ()) for walk in walks]
    assert found.sure.self_enforcing is not None
    assert found.sure.self_enforcing.p == sum(held) / 32
    assert found.sure.trust is not None
    assert found.sure.trust.never.p == sum(each is None for each in trust) / 32
