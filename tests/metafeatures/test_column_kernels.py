"""Kernels of single columns, joint counts and deviations against NumPy, over hostile input."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from metafeatures import as_table
from metafeatures._context import Context
from metafeatures._intermediates.blocks import each_column_block
from metafeatures._intermediates.entropies import discretise
from metafeatures._kernels._columns import copy_columns, order_statistics, shapiro_wilk
from metafeatures._kernels._joint import (
    binned_class_measures,
    class_measures,
    concentrations,
    to_bins,
)
from metafeatures._kernels._scatter import class_sums, level_deviations, numeric_deviations

RNG = np.random.default_rng(12)
HOSTILE = {
    "one": np.array([3.5]),
    "two": np.array([1.0, 2.0]),
    "even": RNG.normal(size=40),
    "odd": RNG.normal(size=41),
    "ties": RNG.integers(0, 4, 301) * 1.0,
    "constant": np.full(9, -2.0),
    "skewed": np.exp(9 * RNG.normal(size=500)),
    "positive": 1e-12 + RNG.random(300),
    "huge": 1e300 * RNG.random(100),
    "tiny": 1e-300 * RNG.random(100),
    "outlier": np.append(np.zeros(99), 1e9),
    "offset": 1e9 + RNG.integers(0, 9, 200),
}
INTEGERS = np.zeros(3, dtype=np.int32)
CLASSES = RNG.integers(0, 3, 500).astype(np.int32)


@pytest.mark.parametrize("name", HOSTILE)
def test_order_statistics(name: str) -> None:
    x = np.sort(HOSTILE[name])
    out = np.empty(9)
    order_statistics(x, out, np.empty(0))
    assert out[:3] == pytest.approx(np.quantile(x, [0.5, 0.25, 0.75]), rel=1e-14)
    assert out[3] == pytest.approx(1.4826 * np.median(np.abs(x - np.median(x))), abs=1e-7 * x[-1])
    assert out[4] == pytest.approx(stats.trim_mean(x, 0.2), rel=1e-12)
    assert out[5] == len(np.unique(x))
    if x[0] >= 1e-10:
        assert out[6] == pytest.approx(np.exp(np.log(x).mean()))
    if x[0] > 0:
        assert out[7] == pytest.approx(1 / (1 / x).mean(), rel=1e-12)
    assert np.isnan(out[6:8]).all() == (x[0] < 0)


@pytest.mark.parametrize("n", range(1, 12))
def test_the_median_distance_at_every_length(n: int) -> None:
    for _ in range(30):
        x = np.sort(RNG.integers(-5, 6, n) * RNG.choice([1.0, 0.3]))
        out = np.empty(9)
        order_statistics(x, out, np.empty(0))
        assert out[3] == pytest.approx(1.4826 * np.median(np.abs(x - np.median(x))))


@pytest.mark.parametrize("name", HOSTILE)
def test_bins_and_their_entropy(name: str) -> None:
    x = HOSTILE[name]
    edges, out, bins = np.empty(7), np.empty(9), np.empty(len(x), np.int32)
    found = order_statistics(np.sort(x), out, edges)
    expected = np.unique(np.quantile(x, np.linspace(0, 1, 8)[1:]))
    assert edges[:found] == pytest.approx(expected, rel=1e-14)
    to_bins(x, edges[:found], bins)
    assert np.array_equal(bins, np.searchsorted(edges[:found], x))
    assert out[8] == pytest.approx(stats.entropy(np.bincount(bins), base=2), abs=1e-12)


@pytest.mark.parametrize("n_edges", [1, 2, 3, 50, 2000])
def test_any_edges_and_values(n_edges: int) -> None:
    for edges in (
        np.sort(RNG.normal(size=n_edges)),
        np.exp(np.sort(20 * RNG.normal(size=n_edges))),
    ):
        values = np.concatenate([edges, 2 * RNG.normal(size=300), [-1e300, np.nan]])
        bins = np.empty(len(values), np.int32)
        to_bins(values, edges, bins)
        expected = np.minimum(np.searchsorted(edges, values), n_edges - 1)
        assert np.array_equal(bins, np.where(np.isnan(values), -1, expected))


@pytest.mark.parametrize("n_classes", [3, 200_000])
def test_measures_of_bins_are_those_of_codes(n_classes: int) -> None:
    values = np.where(RNG.random(500) < 0.1, np.nan, RNG.normal(size=500))
    edges = np.array([-1.0, 0.0, 0.5, 9.0])
    codes = np.empty(500, np.int32)
    to_bins(values, edges, codes)
    direct, binned = np.empty(4), np.empty(4)
    class_measures(codes, 4, CLASSES, n_classes, direct)
    binned_class_measures(values, edges, CLASSES, n_classes, binned)
    assert direct == pytest.approx(binned, rel=1e-14)
    known = codes >= 0
    joint = pd.crosstab(codes[known], CLASSES[known]).to_numpy()
    assert direct[0] == pytest.approx(stats.entropy(joint.sum(axis=1), base=2))
    assert direct[1] == pytest.approx(stats.entropy(joint.ravel(), base=2))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n_jobs", [1, 3])
def test_blocks_are_the_columns(order: str, n_jobs: int) -> None:
    X = np.asarray(RNG.normal(size=(150, 21)), order=order)
    found: dict[int, np.ndarray] = {}

    def visit(start: int, block: np.ndarray) -> None:
        assert block.flags.f_contiguous
        found.update({start + i: column.copy() for i, column in enumerate(block.T)})

    each_column_block(Context(as_table(X), n_jobs=n_jobs), visit)
    assert np.array_equal(np.column_stack([found[j] for j in range(21)]), X)


def test_a_table_in_either_order_is_not_copied() -> None:
    for order in "CF":
        X = np.asarray(RNG.normal(size=(30, 4)), order=order)
        assert np.shares_memory(as_table(X).numeric, X)
        frame = pd.DataFrame(X)
        assert np.shares_memory(as_table(frame).numeric, frame.to_numpy())
    X[2, 1] = np.inf
    assert not np.shares_memory(as_table(X).numeric, X)


def test_deviations() -> None:
    X = RNG.normal(size=(20, 5))
    X[3, 2] = np.nan
    rows, columns = np.array([3, 0, 7]), np.array([1, 2, 4])
    mean, inverse = np.array([0.5, 1.0, -2.0]), np.array([1.0, 2.0, 0.5])
    for source in (X, np.asfortranarray(X), X[:, ::-1]):
        out = np.full((3, 4), 7.0)
        numeric_deviations(source, columns, rows, mean / 2, inverse * 2, out)
        expected = np.nan_to_num((source[np.ix_(rows, columns)] - mean) * inverse)
        assert out[:, :3] == pytest.approx(expected)
        assert (out[:, 3] == 7).all()


def test_deviations_of_levels() -> None:
    codes = np.array([0, 1, 2, -1], dtype=np.int32)
    share, inverse, out = np.array([0.25, 0.5]), np.array([2.0, 1.0]), np.empty((4, 2))
    level_deviations(codes, np.arange(4), np.array([-2, -1, 0, 1]), share, inverse, 0, out)
    assert out.tolist() == [[-0.5, -0.5], [1.5, -0.5], [-0.5, 0.5], [0, 0]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: copy_columns(np.ones((3, 2)), 1, np.empty((3, 2), order="F")),
        lambda: order_statistics(np.empty(0), np.empty(9), np.empty(0)),
        lambda: order_statistics(np.ones(3), np.empty(8), np.empty(0)),
        lambda: shapiro_wilk(np.ones(2), np.ones(1)),
        lambda: to_bins(np.ones(3), np.empty(0), INTEGERS.copy()),
        lambda: class_measures(INTEGERS, 0, INTEGERS, 1, np.empty(4)),
        lambda: class_measures(INTEGERS - 1, 1, INTEGERS, 1, np.empty(4)),
        lambda: class_measures(INTEGERS, 1, INTEGERS - 1, 1, np.empty(4)),
        lambda: binned_class_measures(np.full(3, np.nan), np.ones(1), INTEGERS, 1, np.empty(4)),
        lambda: binned_class_measures(np.ones(3), np.ones(1), INTEGERS + 1, 1, np.empty(4)),
        lambda: concentrations(
            np.full((2, 3), 2, np.uint16), np.array([2, 3], np.int32), 0, np.empty((2, 2))
        ),
        lambda: numeric_deviations(
            np.ones((3, 2)), np.array([2]), np.array([0]), np.ones(1), np.ones(1), np.empty((1, 1))
        ),
        lambda: numeric_deviations(
            np.ones((3, 2)), np.array([1]), np.array([3]), np.ones(1), np.ones(1), np.empty((1, 1))
        ),
        lambda: level_deviations(
            INTEGERS, np.arange(3), np.array([-1]), np.ones(1), np.ones(1), 0, np.empty((3, 1))
        ),
        lambda: level_deviations(
            INTEGERS, np.arange(3), np.array([-1, 1]), np.ones(1), np.ones(1), 0, np.empty((3, 1))
        ),
        lambda: class_sums(np.ones((3, 2)), INTEGERS + 1, np.zeros((1, 2))),
    ],
)
def test_misuse_is_an_error_not_a_crash(call: object) -> None:
    with pytest.raises(ValueError, match="must"):
        call()  # type: ignore[operator]


def test_discretise_takes_any_memory() -> None:
    values = RNG.normal(size=(100, 3))
    assert np.array_equal(discretise(values[:, 1]), discretise(values[:, 1].copy()))
