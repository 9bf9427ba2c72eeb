"""The NumPy classifiers against scikit-learn on the same folds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from metafeatures._intermediates.classifiers import (
    fold_discriminants,
    fold_regressions,
    linear_discriminant,
    naive_bayes_scores,
    nearest_in_line,
    nearest_rows,
)
from metafeatures._intermediates.sample import Sample

RNG = np.random.default_rng(5)


def blobs(n: int, p: int, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    codes = RNG.integers(0, k, n).astype(np.int32)
    X = RNG.normal(size=(n, p)) + RNG.normal(size=(k, p))[codes]
    return np.asfortranarray(X), codes, np.arange(n, dtype=np.int32) % 10


CASES = {
    "binary": blobs(200, 5, 2),
    "many classes": blobs(300, 8, 9),
    "more columns than rows": blobs(40, 90, 3),
}
X0, CODES0, FOLD0 = blobs(200, 4, 3)
CASES["collinear and constant"] = (
    np.column_stack([X0, X0[:, 0] * 2, np.ones(200), X0[:, 1] > 0]),
    CODES0,
    FOLD0,
)


LEVELS = RNG.integers(0, 3, (200, 2))
CASES["levels"] = (
    np.column_stack([X0, *(LEVELS[:, j] == k for j in range(2) for k in range(3))]),
    CODES0,
    FOLD0,
)


def each(work: Callable[[int], None], n: int) -> None:
    for i in range(n):
        work(i)


def sample(
    X: np.ndarray, codes: np.ndarray, fold: np.ndarray, values: np.ndarray | None = None
) -> Sample:
    X = np.asfortranarray(X, dtype=float)
    n_folds = int(fold.max()) + 1
    if values is not None:
        return Sample(X, np.empty(0, np.int32), 0, values, fold, n_folds)
    return Sample(X, codes, int(codes.max()) + 1, np.empty(0), fold, n_folds)


def discriminants(X: np.ndarray, codes: np.ndarray, fold: np.ndarray) -> np.ndarray:
    return fold_discriminants(sample(X, codes, fold), each)


def bayes(X: np.ndarray, codes: np.ndarray, fold: np.ndarray) -> np.ndarray:
    return naive_bayes_scores(sample(X, codes, fold), lambda: None).argmax(axis=1)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("ours", "theirs"), [(discriminants, LinearDiscriminantAnalysis()), (bayes, GaussianNB())]
)
def test_predictions_like_scikit_learn(case: str, ours: Any, theirs: Any) -> None:
    X, codes, fold = CASES[case]
    found = ours(X, codes, fold)
    same = []
    for k in range(10):
        train, test = fold != k, fold == k
        same.extend(found[test] == theirs.fit(X[train], codes[train]).predict(X[test]))
    # Rows on the border of two classes may fall either way.
    assert np.mean(same) >= 0.98


@pytest.mark.parametrize("case", CASES)
def test_the_short_way_to_a_discriminant_is_the_long_one(case: str) -> None:
    X, codes, fold = CASES[case]
    found = discriminants(X, codes, fold)
    for k in range(10):
        train, test = fold != k, fold == k
        assert (found[test] == linear_discriminant(X[train], codes[train], X[test])).all()


@pytest.mark.parametrize("case", CASES)
def test_scores_of_naive_bayes_written_out(case: str) -> None:
    X, codes, fold = CASES[case]
    k = codes.max() + 1
    scores = naive_bayes_scores(sample(X, codes, fold), lambda: None)
    for f in range(10):
        train, test = fold != f, fold == f
        largest = X[train].var(axis=0).max()
        for c in range(k):
            rows = X[train & (codes == c)]
            variance = rows.var(axis=0) + 1e-9 * largest
            parts = (X[test] - rows.mean(axis=0)) ** 2 / variance + np.log(variance)
            expected = np.log(len(rows)) - 0.5 * parts.sum(axis=1)
            assert scores[test, c] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_class_without_training_rows() -> None:
    X = np.array([[0.0], [0.1], [1.0], [1.1], [0.05], [1.05]])
    codes = np.array([0, 0, 2, 2, 1, 1], np.int32)
    fold = np.array([0, 0, 0, 0, 1, 1], np.int32)
    assert linear_discriminant(X[:4], codes[:4], X[4:]).tolist() == [0, 2]
    assert discriminants(X, codes, fold)[4:].tolist() == [0, 2]
    assert bayes(X, codes, fold)[4:].tolist() == [0, 2]


def test_identical_training_rows_give_the_most_frequent_class() -> None:
    codes = np.array([1, 0, 1, 0, 0], np.int32)
    X, fold = np.ones((5, 2)), np.array([0, 0, 0, 1, 1], np.int32)
    X[3:] = 2.0
    assert linear_discriminant(X[:3], codes[:3], X[3:]).tolist() == [1, 1]
    assert bayes(X, codes, fold)[3:].tolist() == [1, 1]


@pytest.mark.parametrize("case", CASES)
def test_regressions_like_numpy(case: str) -> None:
    X, codes, fold = CASES[case]
    y = codes + RNG.normal(size=len(codes))
    varied = X[:, X.std(axis=0) > 0]
    found = fold_regressions(sample(varied, codes, fold, y), each)
    scaled = (varied - varied.mean(axis=0)) / varied.std(axis=0)
    for k in range(10):
        train, test = fold != k, fold == k
        centre, mean = scaled[train].mean(axis=0), y[train].mean()
        slopes = np.linalg.lstsq(scaled[train] - centre, y[train] - mean, rcond=1e-5)[0]
        assert found[test] == pytest.approx((scaled[test] - centre) @ slopes + mean)


def test_the_nearest_row_by_one_column() -> None:
    x = np.round(RNG.normal(size=200), 1)
    train = RNG.random(200) < 0.8
    found = nearest_in_line(x, np.argsort(x).astype(np.int32), train)
    distance = np.abs(x[~train, None] - x)
    distance[:, ~train] = np.inf
    assert (found == distance.argmin(axis=1)).all()


@pytest.mark.parametrize("n", [30, 700])
def test_nearest_rows_like_scikit_learn(n: int) -> None:
    X, codes, fold = blobs(n, 6, 3)
    nearest = nearest_rows(X, fold, each)
    for k in range(10):
        train, test = fold != k, fold == k
        other = KNeighborsClassifier(1, algorithm="brute").fit(X[train], codes[train])
        assert (codes[nearest[test]] == other.predict(X[test])).all()
    assert (fold[nearest] != fold).all()
