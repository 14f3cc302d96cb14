"""Is the best order found the best of all ordered partitions?"""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.planning.best import AIMS, best, speed_against_exposure
from detente.planning.halving import CLOSE, least_patience, least_trust, trust_needed
from detente.planning.measure import Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import Rules
from judge_roadmap import Deal, Promise, Way
from strategies import Draw
from test_roadmap_measures import deals, game_of, walk_of

SETTINGS = settings(max_examples=30)
PATIENT = Fraction(19, 20)


def worth(way: Way, aim: str, patience: dict[str, Fraction]) -> Fraction:
    return {
        "exposure": lambda: max(way.exposure().values()),
        "bond": way.bond,
        "rounds": lambda: Fraction(len(way.steps)),
        "months": lambda: Fraction(sum(way.lengths)),
        "value": lambda: -way.value(patience),
    }[aim]()


@pytest.mark.parametrize("aim", list(AIMS))
@SETTINGS
@given(deals(most=4, months=False))
def test_an_aim_alone_is_met_as_well_as_by_any_order(aim: str, deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, PATIENT)
    made = game_of(deal, patience)
    found = best(made, aim, Rules(), None)

    assert found.order is not None
    assert found.proven
    least_of_all = min(worth(Way(deal, steps), aim, patience) for steps in deal.orders())
    assert AIMS[aim][1](Walk(made, found.order)) == least_of_all


@pytest.mark.parametrize("aim", ["exposure", "bond", "rounds"])
@settings(max_examples=3)
@given(deals(least=6, most=6, months=False))
def test_with_six_steps_an_aim_is_met_as_well_as_by_any_order(aim: str, deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, PATIENT)
    made = game_of(deal, patience)
    found = best(made, aim, Rules(), None)

    assert found.order is not None
    assert found.proven
    assert AIMS[aim][1](Walk(made, found.order)) == min(worth(Way(deal, s), aim, patience) for s in deal.orders())


@pytest.mark.parametrize("aim", list(AIMS))
@settings(max_examples=60)
@given(deals(most=4) | deals(most=4, months=False))
def test_an_aim_is_met_as_well_as_by_any_order_that_nobody_gains_by_breaking(aim: str, deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, PATIENT)
    made = game_of(deal, patience)
    assert made.patience is not None
    found = best(made, aim, Rules(), made.patience)
    holding = [way for steps in deal.orders() if (way := Way(deal, steps)).holds(patience)]

    assert found.proven
    assert (found.order is None) == (not holding)
    if found.order is not None:
        walk = Walk(made, found.order)
        assert AIMS[aim][1](walk) == min(worth(way, aim, patience) for way in holding)
        assert all(each.slack >= 0 for each in walk.incentives(made.patience))


@settings(max_examples=60)
@given(deals(most=4) | deals(most=4, months=False))
def test_nobody_needs_to_believe_less_than_on_the_way_of_least_trust(deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, PATIENT)
    made = game_of(deal, patience)
    assert made.patience is not None
    found = least_trust(made, Rules(), made.patience)
    needed = [p for steps in deal.orders() if (p := Way(deal, steps).trust(patience)) is not None]

    assert found.proven
    assert (found.order is None) == (not needed)
    if found.order is not None:
        reached = trust_needed(Walk(made, found.order), made.patience)
        assert reached is not None
        assert min(needed) <= reached <= min(needed) + CLOSE


@settings(max_examples=60)
@given(deals(most=4, tame=True) | deals(most=4))
def test_no_order_asks_for_less_patience(deal: Deal) -> None:
    made = game_of(deal)
    found = least_patience(made, Rules())
    every = [least(intervals(walk_of(made, steps))) for steps in deal.orders()]
    needed = [each for each in every if each is not None and each < 1 - CLOSE]

    assert found.proven
    assert (found.order is None) == (not needed)
    if found.order is not None:
        reached = least(intervals(Walk(made, found.order)))
        assert reached is not None
        assert min(needed) <= reached <= min(needed) + 2 * float(CLOSE)


@st.composite
def two_chains(draw: Draw) -> Deal:
    """Nine promises of two sides in two chains, of which each waits for the one before it; rounds of all lengths."""
    promises: dict[str, Promise] = {}
    for k in range(9):
        own, other = ("A", "B") if k % 2 else ("B", "A")
        worth = {own: Fraction(-draw(st.integers(0, 6))), other: Fraction(draw(st.integers(0, 9)))}
        reversible = draw(st.booleans())
        flow = {who: value / 10 for who, value in worth.items()} if reversible else {}
        needs = frozenset([f"c{k - 2}"] if k > 1 else [])
        promises[f"c{k}"] = Promise(
            frozenset(own), {} if reversible else worth, flow, reversible, needs, draw(st.integers(1, 3))
        )
    prize = Fraction(draw(st.integers(0, 2)))
    return Deal(promises, ("A", "B"), {"A": prize, "B": prize})


@settings(max_examples=2)
@given(two_chains())
def test_with_nine_steps_of_different_lengths_every_aim_is_met_as_well_as_by_any_order(deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, Fraction(97, 100))
    made = game_of(deal, patience)
    assert made.patience is not None
    holding = [way for steps in deal.orders() if (way := Way(deal, steps)).holds(patience)]

    for aim in ("rounds", "value"):
        found = best(made, aim, Rules(), made.patience)
        assert found.proven
        assert (found.order is None) == (not holding)
        if found.order is not None:
            assert AIMS[aim][1](Walk(made, found.order)) == min(worth(way, aim, patience) for way in holding)
    trusting = least_trust(made, Rules(), made.patience)
    assert trusting.proven
    assert (trusting.order is None) == (not holding)
    if trusting.order is not None:
        least_of_all = min(trust for way in holding if (trust := way.trust(patience)) is not None)
        assert trust_needed(Walk(made, trusting.order), made.patience) == least_of_all


@settings(max_examples=30)
@given(deals(most=4))
def test_the_curve_has_the_least_exposure_for_each_number_of_rounds_that_nobody_gains_by_breaking(deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, PATIENT)
    made = game_of(deal, patience)
    found = speed_against_exposure(made, Rules(), made.patience)
    least_of_all: list[tuple[int, Fraction]] = []
    holding = [way for steps in deal.orders() if (way := Way(deal, steps)).holds(patience)]
    for rounds, exposure in sorted((len(way.steps), max(way.exposure().values())) for way in holding):
        if not least_of_all or exposure < least_of_all[-1][1]:
            least_of_all.append((rounds, exposure))

    assert [(each.rounds, each.exposure) for each in found] == least_of_all
    assert all(each.proven for each in found)
