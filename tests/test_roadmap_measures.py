"""Is an order of steps measured as the book measures it?"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.planning.game import Game, game, places
from detente.planning.measure import Walk
from detente.planning.patience import intervals, least
from judge_roadmap import Deal, Promise, Steps, Way
from strategies import Draw

SETTINGS = settings(max_examples=120)
TENTH = Fraction(1, 10)


@st.composite
def deals(draw: Draw, least: int = 1, most: int = 5, tame: bool = False, months: bool = True) -> Deal:
    """A few promises between two or three sides; `tame`: steps cost only their owners, and are done by one alone."""
    timed = months and not tame
    parties = ("A", "B", "C")[: draw(st.integers(2, 3))]
    promises: dict[str, Promise] = {}
    for k in range(draw(st.integers(least, most))):
        by = frozenset(draw(st.lists(st.sampled_from(parties), min_size=1, max_size=1 if tame else 2)))
        earlier = list(promises)
        needs = draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else []
        below = draw(st.sampled_from([None, *(n for n, p in promises.items() if p.reversible and p.above is None)]))
        if below is not None and not tame:  # a rung that cannot be undone, on one that can
            by, needs = promises[below].by, [*needs, below]
            promises[below].above = f"c{k}"
        reversible = draw(st.booleans()) and (tame or below is None)
        flows = reversible if tame else draw(st.booleans())
        worth = {
            who: Fraction(draw(st.integers(-6, 0) if who in by else st.integers(0 if tame else -2, 9))) * TENTH
            for who in parties
        }
        promises[f"c{k}"] = Promise(
            by,
            {} if flows else worth,
            worth if flows else {},
            reversible,
            frozenset(needs),
            draw(st.integers(1, 3)) if timed else 1,
            draw(st.integers(1, 3)) if timed else 1,
            Fraction(draw(st.integers(0, 20))) * TENTH if reversible and not tame else Fraction(0),
        )
    some = st.dictionaries(st.sampled_from(parties), st.integers(0, 5).map(lambda v: v * TENTH))
    return Deal(promises, parties, draw(some), {} if tame else draw(some), Fraction(draw(st.integers(0, 2)), 20))


def game_of(deal: Deal, patience: dict[str, Fraction] | None = None) -> Game:
    """The same deal, by way of the file."""

    def table(values: Mapping[str, Fraction]) -> str:
        return "{" + ", ".join(f"{key}: {float(value):.10f}" for key, value in values.items()) + "}"

    lines = ["detente: 1", "title: Random", f"parties: {{{', '.join(f'{p}: {{}}' for p in deal.parties)}}}"]
    lines.append("commitments:")
    for name, each in deal.promises.items():
        parts = [f"by: [{', '.join(sorted(each.by))}]", f"lump: {table(each.lump)}", f"flow: {table(each.flow)}"]
        undo = float(each.undoing) if each.undoing else str(each.reversible).lower()
        parts += [f"reversible: {undo}", f"needs: [{', '.join(each.needs)}]"]
        parts += [f"months: {each.months}", f"detection: {each.detection}"]
        lines.append(f"  {name}: {{{', '.join(parts)}}}")
    lines += [f"completion: {table(deal.completion)}", f"stake: {table(deal.stake)}"]
    lines += [f"breakdown: {float(deal.hazard)}", f"discount: {float(deal.discount)}"]
    if patience:
        lines.append(f"patience: {table(patience)}")
    made = game(detente.parse_scenario("\n".join(lines)).settled(), None)
    return replace(made, commitments=tuple(replace(c, above=deal.promises[c.id].above) for c in made.commitments))


def walk_of(made: Game, steps: Steps) -> Walk:
    return Walk(made, tuple(sum(1 << made.names.index(name) for name in step) for step in steps))


def names_of(made: Game, order: tuple[int, ...]) -> Steps:
    return tuple(frozenset(made.names[k] for k in places(step)) for step in order)


@st.composite
def ways(draw: Draw, tame: bool = False) -> Way:
    deal = draw(deals(tame=tame))
    orders = list(deal.orders())
    return Way(deal, orders[draw(st.integers(0, len(orders) - 1))])


@SETTINGS
@given(ways(), st.lists(st.integers(1, 99), min_size=3, max_size=3))
def test_every_measure_of_an_order_is_the_judges(way: Way, percent: list[int]) -> None:
    made = game_of(way.deal)
    walk = walk_of(made, way.steps)
    patience = dict(zip(way.deal.parties, (Fraction(p, 100) for p in percent), strict=False))
    given_patience = [patience[party] for party in made.parties]

    assert {made.parties[p]: e for p, e in walk.exposures().items()} == way.exposure()
    assert walk.bond() == way.bond()
    assert walk.bond(completion=True) == way.bond(completion=True)
    found = {(made.parties[each.party], each.round): each for each in walk.incentives(given_patience)}
    assert {key: each.slack for key, each in found.items()} == way.slacks(patience)
    for (who, t), each in found.items():
        assert each.risk == way.risk(who, t, patience[who])
    assert walk.broken_needs() == []


@SETTINGS
@given(ways(), st.lists(st.integers(1, 999), min_size=8, max_size=8))
def test_the_intervals_of_patience_hold_just_the_discounts_at_which_nobody_leaves(
    way: Way, thousandths: list[int]
) -> None:
    found = intervals(walk_of(game_of(way.deal), way.steps))

    assert found is not None
    for number in thousandths:
        delta = Fraction(number, 1000)
        close = any(abs(float(delta) - end) < 1e-12 for pair in found for end in pair)
        inside = any(low <= delta <= high for low, high in found)
        assert close or inside == way.holds(dict.fromkeys(way.deal.parties, delta))


@SETTINGS
@given(ways(tame=True))
def test_where_steps_cost_lumps_and_nothing_is_at_stake_more_patience_never_hurts(way: Way) -> None:
    deal = Deal(way.deal.promises, way.deal.parties, way.deal.completion)
    found = intervals(walk_of(game_of(deal), way.steps))

    assert found is not None
    assert len(found) <= 1
    assert least(found) == (found[0][0] if found else None)


def lumps_only(deal: Deal) -> Deal:
    """Irreversible promises of one side each, which cost it and hurt nobody, and need nothing."""
    promises = {}
    for name, each in deal.promises.items():
        owner = min(each.by)
        lump = {who: -abs(v) if who == owner else abs(v) for who, v in (each.lump or each.flow).items()}
        promises[name] = Promise(frozenset([owner]), lump)
    return Deal(promises, deal.parties)


@SETTINGS
@given(ways())
def test_the_bond_of_an_order_is_the_exposure_of_its_reverse(way: Way) -> None:
    deal = lumps_only(way.deal)
    there, back = Way(deal, way.steps), Way(deal, way.steps[::-1])
    end = {who: deal.balance(who, deal.whole) for who in deal.parties}
    made = game_of(deal)

    for party, who in enumerate(made.parties):
        forth = walk_of(made, there.steps)
        reverse = walk_of(made, back.steps)
        rounds = range(len(way.steps))
        temptations = max(forth.temptation(party, t) for t in rounds)
        exposures = max(reverse.exposure(party, t) for t in rounds)
        assert temptations == exposures
        assert end[who] == made.balance(party, made.all)


@SETTINGS
@given(ways(), st.randoms(use_true_random=False))
def test_splitting_a_bundle_into_single_steps_raises_neither_exposure_nor_bond(way: Way, rng: Random) -> None:
    deal = lumps_only(way.deal)
    made = game_of(deal)
    singles = tuple(frozenset([name]) for step in way.steps for name in rng.sample(sorted(step), len(step)))
    whole, split = walk_of(made, way.steps), walk_of(made, singles)

    assert split.bond() <= whole.bond()
    assert all(split.exposures()[p] <= each for p, each in whole.exposures().items())


@SETTINGS
@given(ways(), st.integers(2, 9))
def test_points_of_another_size_change_exposure_and_nothing_else(way: Way, factor: int) -> None:
    who = way.deal.parties[0]

    def scaled(table: Mapping[str, Fraction]) -> dict[str, Fraction]:
        return {party: value * (factor if party == who else 1) for party, value in table.items()}

    promises = {
        name: replace(each, lump=scaled(each.lump), flow=scaled(each.flow)) for name, each in way.deal.promises.items()
    }
    completion, stake = scaled(way.deal.completion), scaled(way.deal.stake)
    deal = Deal(promises, way.deal.parties, completion, stake, way.deal.hazard)
    before, after = walk_of(game_of(way.deal), way.steps), walk_of(game_of(deal), way.steps)

    assert intervals(before) == intervals(after)
    assert after.exposures()[0] == factor * before.exposures()[0]
    assert {k: v for k, v in after.exposures().items() if k} == {k: v for k, v in before.exposures().items() if k}


E5 = {
    f"{p}{c}": Promise(frozenset(p), {p: Fraction(-c), q: Fraction(2 * c)}) for p, q in ("AB", "BA") for c in (1, 2, 4)
}


@pytest.mark.parametrize(
    ("order", "exposure", "bond", "patience"),
    [
        ("A1,A2,A4,B1,B2,B4", 7, 7, 6 / 7),
        ("A1,B1|A2,B2|A4,B4", 1, 4, 0.75),
        ("A4,B4|A2,B2|A1,B1", 4, 1, 3**0.5 - 1),
        ("A1|B2|A4|B4|A2|B1", 1, 1, None),
    ],
)
def test_small_steps_first_limit_exposure_and_small_steps_last_limit_the_bond(
    order: str, exposure: int, bond: int, patience: float | None
) -> None:
    made = game_of(Deal(E5, ("A", "B"), {"A": Fraction(1), "B": Fraction(1)}))
    walk = walk_of(made, tuple(frozenset(step.split(",")) for step in order.split("|")))

    assert max(walk.exposures().values()) == exposure
    assert walk.bond() == bond
    if patience is not None:
        assert least(intervals(walk)) == pytest.approx(patience, abs=1e-12)


def test_there_is_an_order_that_works_only_where_the_sides_are_neither_too_patient_nor_too_hasty() -> None:
    promises = {
        "k0": Promise(frozenset("A"), {"B": Fraction(6)}, {"B": Fraction(1)}),
        "k1": Promise(frozenset("B"), {}, {"A": Fraction(2), "B": Fraction(-2)}),
    }
    found = intervals(walk_of(game_of(Deal(promises, ("A", "B"))), (frozenset(["k1"]), frozenset(["k0"]))))

    assert found == [(pytest.approx(1 / 2), pytest.approx(2 / 3))]
    assert least(found) is None
