"""Are Sobol indices those of models whose indices are known in closed form?"""

from collections.abc import Callable
from math import pi

import numpy as np
import pytest
from scipy.stats import qmc

from detente.kernels.indices import Numbers, Share, Sums, shares

Model = Callable[[Numbers], Numbers]


def found(model: Model, inputs: int, draws: int, parts: int = 16) -> list[Share]:
    """The indices of each input alone, from scrambled Sobol points in independent parts."""
    sums = []
    for part in range(parts):
        points = qmc.Sobol(2 * inputs, scramble=True, rng=np.random.default_rng(part)).random(draws)
        a, b = points[:, :inputs], points[:, inputs:]
        mixed = []
        for k in range(inputs):
            each = a.copy()
            each[:, k] = b[:, k]
            mixed.append(model(each)[None])
        sums.append(Sums.of(model(a)[None], model(b)[None], np.stack(mixed)))
    return [share for (share,) in shares(sums)]


def ishigami(points: Numbers) -> Numbers:
    x = pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_function_of_ishigami_and_homma_has_its_known_indices() -> None:
    one, two, three = found(ishigami, 3, 256)

    for share, first, total in ((one, 0.3139, 0.5576), (two, 0.4424, 0.4424), (three, 0.0, 0.2437)):
        assert share.first == pytest.approx(first, abs=4 * share.first_se + 1e-3)
        assert share.total == pytest.approx(total, abs=4 * share.total_se + 1e-3)
        assert max(share.first_se, share.total_se) < 0.02


def test_in_a_linear_model_an_inputs_share_is_its_part_of_the_variance_and_nothing_is_joint() -> None:
    weights = np.array([1.0, 2.0, 4.0])
    for share, weight in zip(found(lambda points: 1000 + points @ weights, 3, 128), weights, strict=True):
        assert share.first == pytest.approx(weight**2 / 21, abs=0.005)
        assert share.total == pytest.approx(weight**2 / 21, abs=0.005)


def test_what_does_not_vary_is_explained_by_nothing() -> None:
    assert found(lambda points: np.full(len(points), 0.7), 2, 16) == [Share(0.0, 0.0, 0.0, 0.0)] * 2


def test_the_stated_errors_are_what_they_say_when_the_run_is_repeated() -> None:
    def model(points: Numbers) -> Numbers:
        return (points.sum(axis=1) > 1.2).astype(float)

    rng = np.random.default_rng(5)
    inside = 0
    exact = found(model, 2, 4096)[0].total
    for _ in range(60):
        sums = []
        for _ in range(16):
            a, b = rng.random((32, 2)), rng.random((32, 2))
            mixed = np.stack([model(np.column_stack([b[:, 0], a[:, 1]]))[None]])
            sums.append(Sums.of(model(a)[None], model(b)[None], mixed))
        share = shares(sums)[0][0]
        inside += abs(share.total - exact) <= 2 * share.total_se
    assert inside >= 50
