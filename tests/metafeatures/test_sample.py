"""Encoding, sampling and folds."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from metafeatures import as_table
from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.encoding import design_matrix, encode
from metafeatures._intermediates.sample import landmark_sample

RNG = np.random.default_rng(2)


def test_encoding_written_out() -> None:
    table = as_table({"x": [1, 3, None, 5], "k": [2, 2, 2, 2], "c": ["u", None, "v", "u"]})
    matrix = encode(Context(table), np.arange(4), 99, RNG)
    x = np.array([1.0, 3, 3, 5])
    expected = np.column_stack([(x - 3) / x.std(), [0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0]])
    assert matrix == pytest.approx(expected)
    assert matrix.flags.f_contiguous


def test_encoding_of_some_rows_looks_at_these_rows_only() -> None:
    frame = pd.DataFrame({"x": [1, 3, 99, 99], "c": ["u", "v", "w", "w"]})
    some = encode(Context(as_table(frame)), np.array([0, 1]), 99, RNG)
    assert some == pytest.approx(encode(Context(as_table(frame[:2])), np.arange(2), 99, RNG))


@pytest.mark.parametrize("scale", [1e-320, 1e-150, 1e300])
def test_encoding_of_extreme_numbers(scale: float) -> None:
    X = np.array([[1.0], [2.0], [4.0]]) * scale
    matrix = encode(Context(as_table(X)), np.arange(3), 9, RNG)
    assert matrix.mean() == pytest.approx(0, abs=1e-12)
    assert matrix.std() == pytest.approx(1)


def test_columns_are_drawn_when_there_are_too_many() -> None:
    matrix = encode(Context(as_table(RNG.normal(size=(10, 500)))), np.arange(10), 40, RNG)
    assert matrix.shape == (10, 40)
    X = sparse.random(10, 5000, 0.5, random_state=0)
    assert encode(Context(as_table(X)), np.arange(10), 40, RNG).shape == (10, 40)


def test_rare_levels_give_way_to_numbers_and_common_levels() -> None:
    rare = np.arange(200) // 2
    frame = pd.DataFrame({"x": RNG.normal(size=200), "id": rare.astype(str), "c": ["u", "v"] * 100})
    matrix = encode(Context(as_table(frame)), np.arange(200), 10, RNG)
    assert matrix.shape == (200, 10)
    assert matrix.sum(axis=0)[1:] == pytest.approx([2] * 7 + [100] * 2)
    wide = frame.join(pd.DataFrame(RNG.normal(size=(200, 20))))
    assert encode(Context(as_table(wide)), np.arange(200), 10, RNG).sum(axis=0)[
        5:
    ] == pytest.approx([2] * 3 + [100] * 2)


def test_dummies_do_not_depend_on_the_order_in_which_levels_are_met() -> None:
    frame = pd.DataFrame({"c": ["u", "v", "w", None, "u"], "d": ["r", "s", "t", "t", None]})
    rows = np.arange(5)
    matrix = design_matrix(Context(as_table(frame)), rows, 99, RNG)
    c = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    d = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert np.array_equal(matrix, np.hstack([c, d]))
    turned = design_matrix(Context(as_table(frame[::-1].reset_index(drop=True))), rows, 99, RNG)
    assert np.array_equal(turned, matrix[::-1])
    assert np.array_equal(design_matrix(Context(as_table(frame)), rows[1:3], 99, RNG)[:, 0], [1, 0])


def test_nothing_to_encode() -> None:
    with pytest.raises(Undefined):
        encode(Context(as_table(np.ones((5, 2)))), np.arange(5), 9, RNG)


def test_sample_and_folds_are_stratified() -> None:
    y = np.where(np.arange(9000) < 900, "rare", "common")
    table = as_table(RNG.normal(size=(9000, 3)), y)
    assert table.target is not None
    sample = landmark_sample(Context(table))
    assert len(sample.X) == 2000
    assert np.bincount(sample.codes) == pytest.approx([1800, 200], abs=1)
    for fold in range(10):
        train, test = sample.split(fold)
        assert len(train) + len(test) == 2000
        assert np.bincount(sample.codes[test]) == pytest.approx([180, 20], abs=1)
