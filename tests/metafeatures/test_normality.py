"""Shapiro and Wilk's test against SciPy."""

import numpy as np
import pytest
from scipy import stats

from metafeatures import extract
from metafeatures._intermediates.normality import ShapiroWilk
from metafeatures._kernels._columns import shapiro_wilk

RNG = np.random.default_rng(8)


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 11, 12, 20, 100, 999, 5000])
def test_against_scipy(n: int) -> None:
    for values in (RNG.normal(size=n), RNG.exponential(size=n), RNG.integers(0, 9, n) / 3.0):
        if np.ptp(values) == 0:
            continue
        expected, p = stats.shapiro(values)
        test = ShapiroWilk(n)
        w = shapiro_wilk(np.sort(values), test.weights)
        assert w == pytest.approx(expected, abs=1e-6)
        assert test.accepts(w) == (p > 0.05)


@pytest.mark.parametrize("scale", [1e-290, 1e300])
def test_no_scale_is_too_small_or_large(scale: float) -> None:
    values, weights = np.sort(RNG.normal(size=50)), ShapiroWilk(50).weights
    assert shapiro_wilk(values * scale, weights) == pytest.approx(shapiro_wilk(values, weights))


def test_a_constant_column_is_not_normal() -> None:
    X = np.column_stack([np.ones(50), stats.norm.ppf((np.arange(50) + 0.5) / 50)])
    assert extract(X, features=["nr_norm"])["nr_norm"] == 1


def test_the_first_5000_rows_decide() -> None:
    x = np.append(stats.norm.ppf((np.arange(5000) + 0.5) / 5000), RNG.exponential(size=9000))
    assert extract(x[:, None], features=["nr_norm"])["nr_norm"] == 1
    assert extract(x[::-1, None], features=["nr_norm"])["nr_norm"] == 0
