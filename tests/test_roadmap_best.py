"""Is the best order found the best of all ordered partitions?"""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from detente.planning.best import AIMS, best
from detente.planning.halving import CLOSE, least_patience, least_trust, trust_needed
from detente.planning.measure import Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import Rules
from judge_roadmap import Deal, Way
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


@SETTINGS
@given(deals(most=4, months=False))
def test_nobody_needs_to_believe_less_than_on_the_way_of_least_trust(deal: Deal) -> None:
    patience = dict.fromkeys(deal.parties, PATIENT)
    made = game_of(deal, patience)
    assert made.patience is not None
    found = least_trust(made, Rules(), made.patience)
    needed = [p for steps in deal.orders() if (p := Way(deal, steps).trust(patience)) is not None]

    assert (found.order is None) == (not needed)
    if found.order is not None:
        reached = trust_needed(Walk(made, found.order), made.patience)
        assert reached is not None
        assert min(needed) <= reached <= min(needed) + CLOSE


@SETTINGS
@given(deals(most=4, tame=True))
def test_no_order_asks_for_less_patience(deal: Deal) -> None:
    calm = Deal(deal.promises, deal.parties, deal.completion)
    made = game_of(calm)
    found = least_patience(made, Rules())
    every = [least(intervals(walk_of(made, steps))) for steps in calm.orders()]
    needed = [each for each in every if each is not None]

    assert (found.order is None) == (not needed)
    if found.order is not None:
        reached = least(intervals(Walk(made, found.order)))
        assert reached is not None
        assert min(needed) <= reached <= min(needed) + float(CLOSE)
