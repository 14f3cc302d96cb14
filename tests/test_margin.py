"""Is no agreement left just where it is said that none is?"""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings

import detente
import judge
from detente.analysis.margin import margins
from detente.analysis.tipping import tipping_agreement
from strategies import Node, negotiations, scenario_of

TINY = Fraction(1, 10**60)
"""Less than what lies between any two shares at which some outcome of these scenarios turns."""


class Ways:
    """A world whose numbers move, judged outcome by outcome."""

    def __init__(self, world: judge.World) -> None:
        self.world = world
        self.looks = [judge.look(world, outcome) for outcome in judge.outcomes(world)]
        self.exists = any(each.passes for each in self.looks)
        bound = "low" if self.exists else "high"
        self.ends = [{n: judge.gain(world, n, each.outcome, bound) for n in world.binding} for each in self.looks]

    def there(self, share: Fraction, moving: Sequence[str]) -> bool:
        """Whether a deal exists so far along the way."""
        return any(self._passes(at, ends, share, moving) for at, ends in zip(self.looks, self.ends, strict=True))

    def _passes(self, at: judge.Look, ends: dict[str, Fraction], share: Fraction, moving: Sequence[str]) -> bool:
        taken = set()
        for name in self.world.binding:
            worth = at.gains[name] + (share * (ends[name] - at.gains[name]) if name in moving else 0)
            if name in at.silent or (worth >= 0 and name not in at.refusing):
                taken.add(name)
        if self.world.quorum is None:
            return len(taken) == len(self.world.binding)
        always = {name for name in self.world.always if name in self.world.binding}
        return len(taken) >= self.world.quorum and always <= taken


@settings(max_examples=250, deadline=None)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_a_deal_is_left_up_to_the_share_and_none_beyond_it(tree: Node) -> None:
    ways = Ways(judge.world_of(tree))
    binding = ways.world.binding
    groups = [tuple(binding), *((name,) for name in binding)]
    for group, share in zip(groups, margins(scenario_of(tree).settled(), ways.exists, groups), strict=True):
        if share is None:
            assert ways.there(Fraction(1), group) == ways.exists
        else:
            assert 0 <= share <= 1
            assert ways.there(share, group)
            assert not ways.there(share + (TINY if ways.exists else -TINY), group)


@settings(max_examples=60, deadline=None)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_the_end_of_the_way_is_the_low_or_high_end_of_gains(tree: Node) -> None:
    found = tipping_agreement(scenario_of(tree))
    world = judge.world_of(tree)
    end = any(judge.passes(world, each, "low" if found.exists else "high") for each in judge.outcomes(world))

    assert (found.together is None) == (end == found.exists)
    assert set(found.by) == set(world.binding)


def halves(title: str, reservations: str) -> detente.Scenario:
    """Two sides share out ten: each step of one is worth a point more to one side and less to the other."""
    return detente.parse_scenario(
        f"detente: 1\ntitle: {title}\nissues: {{cake: {{range: {{from: 0, to: 10, step: 1}}}}}}\n"
        "parties:\n"
        f"  a: {{worth: {{cake: {{0: 0, 10: 10}}}}, reservation: {reservations}}}\n"
        f"  b: {{worth: {{cake: {{0: 10, 10: 0}}}}, reservation: {reservations}}}\n"
    )


def test_on_paper_both_outside_offers_may_rise_to_the_half() -> None:
    found = tipping_agreement(halves("Cake", "{low: 0, likely: 4, high: 7}"))

    assert found.exists
    assert found.together == pytest.approx(1 / 3)
    assert found.by == {"a": pytest.approx(2 / 3), "b": pytest.approx(2 / 3)}


def test_on_paper_a_deal_appears_once_the_outside_offers_fall_to_the_half() -> None:
    found = tipping_agreement(halves("Dear cake", "{low: 0, likely: 6, high: 7}"))

    assert not found.exists
    assert found.together == pytest.approx(1 / 6)
    assert found.by == {"a": pytest.approx(2 / 6), "b": pytest.approx(2 / 6)}


def test_the_deal_that_lasts_longest_counts_and_each_side_alone_leaves_another() -> None:
    """The one in which a gives and takes lasts until 0.4 − 0.7 t is 0, the other until 1 − 3 t is 0.5."""
    text = (
        "detente: 1\ntitle: t\nissues: {x: {options: [no, yes]}, y: {options: [no, yes]}}\nparties:\n"
        "  a: {worth: {x: {yes: {low: -0.3, likely: 0.4, high: 1}}, y: {yes: 0}}, reservation: 0}\n"
        "  b: {worth: {x: {yes: 1}, y: {yes: {low: -2, likely: 1, high: 1}}}, reservation: 0.5}\n"
    )
    found = tipping_agreement(detente.parse_scenario(text))

    assert found.together == pytest.approx(4 / 7)
    assert found.by == {"a": None, "b": None}
