"""The exact numbers of trust and tension: thresholds, first steps, ladders, fixed points, hazards, likelihoods."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise, product
from math import exp, log, log1p, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import Payoffs, first_steps, least_trust, trust_ladder, trust_needed
from detente.errors import TooLargeError
from detente.kernels.beliefs import keeping, trust
from detente.kernels.tension import crisis_hazard, fixed_point, moved, spectral_radius

HALF = Fraction(1, 2)
KYDD = Payoffs.of(both=1, neither=0, alone=-1, cheating="0.5", preying="1.5")


@st.composite
def payoffs(draw: st.DrawFn) -> Payoffs:
    alone = draw(st.integers(-6, 3))
    neither = alone + draw(st.integers(1, 5))
    both = neither + draw(st.integers(1, 5))
    cheating, preying = both - draw(st.integers(1, 8)), both + draw(st.integers(1, 8))
    return Payoffs.of(both=both, neither=neither, alone=alone, cheating=cheating, preying=preying)


def pay(game: Payoffs, good: bool, mine: bool, theirs: bool) -> Fraction:
    if mine:
        return game.both if theirs else game.alone
    return (game.cheating if good else game.preying) if theirs else game.neither


Second = Mapping[tuple[bool, bool], bool]


def plans() -> Iterator[tuple[bool, Second]]:
    """Every way to play two rounds: what to do first, and then after what I did and what the other did."""
    seen = list(product((True, False), repeat=2))
    for first, *later in product((True, False), repeat=5):
        yield first, dict(zip(seen, later, strict=True))


def is_equilibrium(
    game: Payoffs, p: Fraction, a: Fraction, good: tuple[bool, Second], bad: tuple[bool, Second]
) -> bool:
    """Whether plans in which only the good go first are a perfect Bayesian equilibrium: no type gains anywhere.

    The first act tells the type, so what is believed after it is certain, whoever deviated.
    """
    plan = {True: good, False: bad}

    def second(kind: bool, mine: bool, theirs: bool, act: bool) -> Fraction:
        """Against another whose type its first act has told; it goes by what mine was."""
        return pay(game, kind, act, plan[theirs][1][theirs, mine])

    for kind, mine, theirs in product((True, False), repeat=3):
        act = plan[kind][1][mine, theirs]
        if second(kind, mine, theirs, act) < second(kind, mine, theirs, not act):
            return False

    def whole(kind: bool, first: bool) -> Fraction:
        found = Fraction(0)
        for theirs, chance in ((True, p), (False, 1 - p)):
            then = second(kind, first, theirs, plan[kind][1][first, theirs])
            found += chance * (a * pay(game, kind, first, theirs) + (1 - a) * then)
        return found

    return all(whole(kind, plan[kind][0]) >= whole(kind, not plan[kind][0]) for kind in (True, False))


def reassures(game: Payoffs, p: Fraction, a: Fraction) -> bool:
    """Whether some equilibrium has only the good go first, and then cooperate with each other."""
    every = list(plans())
    good = [each for each in every if each[0] and each[1][True, True]]
    bad = [each for each in every if not each[0]]
    return any(is_equilibrium(game, p, a, one, other) for one in good for other in bad)


def test_the_threshold_and_the_first_steps_of_the_book() -> None:
    assert trust_needed(KYDD) == Fraction(2, 3)
    found = first_steps(KYDD, HALF)
    assert found is not None
    assert (found.least, found.most) == (Fraction(1, 2), Fraction(2, 3))
    assert least_trust(KYDD) == Fraction(2, 7)
    at_least = first_steps(KYDD, Fraction(2, 7))
    assert at_least is not None
    assert at_least.least == at_least.most
    assert first_steps(KYDD, Fraction(2, 7) - Fraction(1, 10**9)) is None


@pytest.mark.parametrize("p", [Fraction(1, 4), Fraction(1, 3), HALF, Fraction(4, 5)])
def test_a_first_step_separates_exactly_where_the_game_tree_has_such_an_equilibrium(p: Fraction) -> None:
    found = first_steps(KYDD, p)
    ends = [] if found is None else [found.least, found.most]
    steps = {Fraction(k, 12) for k in range(1, 13)}
    steps |= {end + Fraction(d, 10**6) for end in ends for d in (-1, 0, 1) if end + Fraction(d, 10**6) <= 1}

    for a in sorted(steps):
        assert reassures(KYDD, p, a) == (found is not None and found.least <= a <= found.most), a


@given(payoffs(), st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50))
def test_steps_separate_from_the_least_trust_on_and_that_is_less_than_all_at_once_takes(
    g: Payoffs, p: Fraction
) -> None:
    assert (first_steps(g, p) is not None) == (p >= least_trust(g))
    assert 0 < least_trust(g) < trust_needed(g) < 1


@given(payoffs(), st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50))
def test_at_both_ends_one_type_does_not_care(g: Payoffs, p: Fraction) -> None:
    found = first_steps(g, p)
    if found is None:
        return
    for a, good in ((found.least, False), (found.most, True)):
        going = p * (a * g.both + (1 - a) * (g.both if good else g.preying)) + (1 - p) * (
            a * g.alone + (1 - a) * g.neither
        )
        cheat = p * a * (g.cheating if good else g.preying) + (1 - p) * a * g.neither + (1 - a) * g.neither

        assert going == cheat or (a == 1 and going >= cheat)


def test_the_ladder_of_the_book() -> None:
    found = trust_ladder(0.1, win=1, lose=1, cheat=2, keep=0.5, patience=0.5)

    assert found.stages == 4
    assert found.stakes == (Fraction(8, 27), Fraction(4, 9), Fraction(2, 3), Fraction(1))
    assert found.beliefs == (Fraction(1, 10), Fraction(1, 5), Fraction(2, 5), Fraction(4, 5))
    assert found.keeping == (Fraction(4, 9), Fraction(3, 8), Fraction(1, 6), Fraction(0))
    assert found.growth == Fraction(3, 2)


@given(
    st.fractions(Fraction(1, 40), Fraction(39, 40), max_denominator=40),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(2, 9),
    st.fractions(Fraction(1, 4), Fraction(9, 10), max_denominator=20),
)
def test_on_every_ladder_trust_just_suffices_and_a_cheat_does_not_care_when(
    p: Fraction, win: int, lose: int, cheat: int, delta: Fraction
) -> None:
    found = trust_ladder(p, win=win, lose=lose, cheat=cheat, keep=1, patience=delta)
    rows = list(zip(found.stakes, found.beliefs, found.keeping, strict=True))

    enough = Fraction(lose, win + lose)
    assert p >= enough**found.stages
    assert found.stages == 1 or p < enough ** (found.stages - 1)
    for (stake, belief, kept), (next_stake, next_belief, _) in pairwise(rows):
        honoured = belief + (1 - belief) * kept
        assert honoured * win == (1 - honoured) * lose
        assert next_belief == belief / honoured
        assert cheat * stake == stake + delta * cheat * next_stake
    _, belief, kept = rows[-1]
    assert found.stakes[-1] == 1
    assert kept == 0
    assert belief * win >= (1 - belief) * lose


def test_numbers_that_make_no_game_are_refused() -> None:
    with pytest.raises(ValueError, match="left alone"):
        Payoffs.of(both=0, neither=0, alone=-1, cheating=0, preying=1)
    with pytest.raises(ValueError, match="cheating"):
        Payoffs.of(both=1, neither=0, alone=-1, cheating=1, preying=2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        first_steps(KYDD, 1)
    with pytest.raises(ValueError, match="above 0"):
        trust_ladder(0.1, win=1, lose=1, cheat=1, keep=1, patience=0.5)
    with pytest.raises(TooLargeError, match="stages"):
        trust_ladder(1e-9, win=1, lose=1000, cheat=2, keep=0.5, patience=0.5)


def test_tension_settles_where_what_feeds_it_equals_what_calms_it() -> None:
    calming, echo, drive = np.array([0.3, 0.3]), np.array([[0, 0.1], [0.1, 0]]), np.array([0.12, 0.12])

    assert fixed_point(calming, echo, drive) == pytest.approx([0.6, 0.6], abs=1e-12)
    assert spectral_radius(calming, echo) == pytest.approx(0.8)
    tension = np.array([[0.7, 0.7], [0.7, 0.5]])
    after = moved(tension, calming, echo, drive[:, None]) - 0.6
    assert after[:, 0] == pytest.approx([0.1 * (1 - 0.3 + 0.1)] * 2)
    assert after[:, 1] == pytest.approx([0.1 * (1 - 0.3 - 0.1), -0.1 * (1 - 0.3 - 0.1)])


def test_the_arms_race_of_richardson_settles_at_25_and_35_elevenths() -> None:
    """x' = 2y - 5x + 5, y' = 2x - 3y + 5 in continuous time; a month is made short to get at its rates."""
    calming, echo, drive = np.array([5.0, 3.0]), np.array([[0.0, 2.0], [2.0, 0.0]]), np.array([5.0, 5.0])

    assert fixed_point(calming, echo, drive) == pytest.approx([25 / 11, 35 / 11], abs=1e-12)
    short = 1e-3
    slow = (1 - spectral_radius(calming * short, echo * short)) / short
    assert slow == pytest.approx(4 - sqrt(5), abs=1e-9)


@given(st.floats(0.05, 0.9), st.floats(0.05, 0.9), st.floats(0, 0.9), st.floats(0, 0.9))
def test_two_sides_are_stable_exactly_where_they_calm_more_than_they_echo(
    a: float, b: float, k: float, m: float
) -> None:
    radius = spectral_radius(np.array([a, b]), np.array([[0, k], [m, 0]]))

    if abs(a * b - k * m) > 1e-6:
        assert (radius < 1) == (a * b > k * m)


@given(
    st.lists(st.floats(0.1, 0.5), min_size=3, max_size=3),
    st.lists(st.floats(0, 0.1), min_size=6, max_size=6),
    st.lists(st.floats(0, 0.2), min_size=3, max_size=3),
    st.lists(st.floats(0, 0.4), min_size=3, max_size=3),
)
def test_more_calming_never_raises_where_tension_settles(
    calming: list[float], echoed: list[float], drive: list[float], more: list[float]
) -> None:
    echo = np.zeros((3, 3))
    echo[~np.eye(3, dtype=bool)] = echoed
    if spectral_radius(np.array(calming), echo) >= 0.999:
        return
    before = fixed_point(np.array(calming), echo, np.array(drive))
    after = fixed_point(np.array(calming) + np.array(more), echo, np.array(drive))

    assert (after <= before + 1e-12).all()


def test_the_hazard_of_a_crisis_passes_through_its_anchors() -> None:
    tension = np.array([0.0, 0.5, 1.0])
    calm, half, full = crisis_hazard(tension, 0.01, 0.3).tolist()
    a = log(-log1p(-calm))
    b = log(-log1p(-full)) - a

    assert (calm, full) == (pytest.approx(0.01), pytest.approx(0.3))
    assert (a, b) == (pytest.approx(-4.600149, abs=5e-7), pytest.approx(3.569219, abs=5e-7))
    assert half == pytest.approx(1 - exp(-exp(a + b / 2)))
    assert (1 - half) ** 10 == pytest.approx(0.5495, abs=5e-5)
    assert crisis_hazard(tension, 0.0, 0.3).tolist() == [0, 0, 0]


def test_dear_steps_kept_say_more_than_cheap_ones() -> None:
    kept = keeping(np.array([1.0, 2.0, 4.0]), 2.0, 1.0)
    ratios = (1 - 0.02) / kept

    assert kept == pytest.approx([1 / (1 + exp(c - 2)) for c in (1, 2, 4)])
    assert ratios == pytest.approx([1.3405, 1.96, 8.2213], abs=5e-5)


@given(st.floats(0.01, 0.99), st.lists(st.floats(0.1, 9), max_size=5))
def test_beliefs_move_by_the_logarithms_of_likelihood_ratios(p: float, ratios: list[float]) -> None:
    odds = p / (1 - p)
    weights = np.log(np.array([[p], [1 - p]]))
    for ratio in ratios:
        odds *= ratio
        weights[0] += log(ratio)

    assert trust(weights)[0] == pytest.approx(odds / (1 + odds))
