"""What the fit on all rows is expected to take."""

import pytest

from metarec.tuning.costs import expect_refit


def test_folds_of_one_size_let_it_grow_with_the_rows() -> None:
    assert expect_refit([50, 50], [1.0, 3.0], n_samples=0, n_rows=100) == pytest.approx(4.0)


def test_it_grows_as_it_did_from_sample_to_fold() -> None:
    quadratic = expect_refit([10, 20, 20], [1.0, 4.0, 4.0], n_samples=1, n_rows=40)
    assert quadratic == pytest.approx(16.0)
    slight = expect_refit([10, 20, 20], [1.0, 1.5], n_samples=1, n_rows=40)
    assert slight == pytest.approx(2.25)


def test_odd_times_are_not_believed() -> None:
    shrinking = expect_refit([10, 20], [2.0, 1.0], n_samples=1, n_rows=40)
    assert 1.0 < shrinking < 2.0
    exploding = expect_refit([10, 20], [1e-3, 1.0], n_samples=1, n_rows=40)
    assert exploding == pytest.approx(4.0)
