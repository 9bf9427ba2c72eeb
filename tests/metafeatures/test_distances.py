"""Pairwise distances against SciPy, and the blocks in which they come."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist

from metafeatures import as_table
from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates import distances as module
from metafeatures._intermediates.distances import (
    Points,
    each_distance_block,
    each_sample_block,
    sample_distances,
    unit_sample,
)
from metafeatures._kernels._distances import distances

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("n", [1, 2, 31, 32, 33, 100])
@pytest.mark.parametrize(("euclidean", "metric"), [(True, "euclidean"), (False, "cityblock")])
def test_against_scipy(n: int, euclidean: bool, metric: str) -> None:
    X, rows = RNG.normal(size=(n, 5)), RNG.normal(size=(7, 5))
    expected = cdist(rows, X, metric) / 5
    for dtype, rel in ((np.float64, 1e-14), (np.float32, 1e-7)):
        found = Points(X).distances_of(rows, euclidean=euclidean, divisor=5.0, dtype=dtype)
        assert found.dtype == dtype
        assert found == pytest.approx(expected, rel=rel)


def test_distances_are_symmetric_to_the_last_digit() -> None:
    X = RNG.normal(size=(70, 9))
    for euclidean in (True, False):
        found = Points(X).distances_of(X, euclidean=euclidean)
        assert np.array_equal(found, found.T)
        assert not found.diagonal().any()


@pytest.mark.parametrize(
    ("panels", "out"), [((1, 4, 32), (2, 3)), ((1, 5, 8), (2, 3)), ((1, 5, 32), (2, 33))]
)
def test_shapes_are_checked(panels: tuple[int, ...], out: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must have"):
        distances(np.zeros((2, 5)), np.zeros(panels), True, 1.0, np.empty(out))


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_blocks_cover_every_row_once(n_jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_CELLS", 1000)
    X, others = RNG.normal(size=(301, 3)), RNG.normal(size=(17, 3))
    context = Context(as_table(X), n_jobs=n_jobs)
    found, seen = np.full((301, 17), np.nan), np.zeros(301)

    def work(start: int, block: np.ndarray) -> None:
        assert block.size <= 1000
        found[start : start + len(block)] = block
        seen[start : start + len(block)] += 1

    each_distance_block(context, X, work, others=others)
    assert (seen == 1).all()
    assert found == pytest.approx(cdist(X, others), rel=1e-14)


def test_columns_are_scaled_and_constant_ones_left_out() -> None:
    frame = {"x": [1.0, 3.0, 2.0], "k": [7.0] * 3, "c": ["u", "v", "u"], "y": ["p", "q", "p"]}
    unit = unit_sample(Context(as_table(pd.DataFrame(frame), target="y")))
    assert unit.n_columns == 4
    assert pytest.approx(np.array([[0, 1, 0], [1, 0, 1], [0.5, 1, 0]])) == unit.X


@pytest.mark.parametrize("scale", [1e-310, 1.0, 1.7e308])
def test_scaling_of_extreme_numbers(scale: float) -> None:
    X = np.array([[-1.0], [0.0], [1.0], [0.5]]) * scale
    assert unit_sample(Context(as_table(X))).X[:, 0] == pytest.approx([0, 0.5, 1, 0.75])


def test_nothing_to_scale() -> None:
    with pytest.raises(Undefined, match="two distinct values"):
        unit_sample(Context(as_table(np.ones((5, 2)))))


def test_stored_distances_equal_those_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.column_stack([RNG.normal(size=(90, 4)), np.ones(90)])
    table = as_table(X)
    stored = sample_distances(Context(table, n_jobs=2))
    assert stored.stored is not None
    monkeypatch.setattr(module, "STORED_ROWS", 10)
    context = Context(table)
    anew = sample_distances(context)
    assert anew.stored is None
    assert np.array_equal(stored.rows(0, 90), anew.rows(0, 90))
    unit: Any = (X - X.min(axis=0)) / np.where(np.ptp(X, axis=0), np.ptp(X, axis=0), 1)
    assert anew.rows(0, 90) == pytest.approx(cdist(unit, unit, "cityblock") / 5, rel=1e-6)
    found = np.empty((90, 90), np.float32)

    def work(start: int, block: np.ndarray) -> None:
        found[start : start + len(block)] = block

    each_sample_block(context, work)
    assert np.array_equal(found, stored.rows(0, 90))
