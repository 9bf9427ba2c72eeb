"""The NumPy classifiers against scikit-learn on the same folds."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from metafeatures._intermediates.classifiers import (
    gaussian_naive_bayes,
    linear_discriminant,
    nearest_rows,
)

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


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (linear_discriminant, LinearDiscriminantAnalysis()),
        (gaussian_naive_bayes, GaussianNB()),
    ],
)
def test_predictions_like_scikit_learn(case: str, ours: object, theirs: object) -> None:
    X, codes, fold = CASES[case]
    same = []
    for k in range(10):
        train, test = fold != k, fold == k
        expected = theirs.fit(X[train], codes[train]).predict(X[test])
        same.extend(ours(X[train], codes[train], X[test]) == expected)
    # Rows on the border of two classes may fall either way.
    assert np.mean(same) >= 0.98


def test_a_class_without_training_rows() -> None:
    X = np.array([[0.0], [0.1], [1.0], [1.1]])
    codes = np.array([0, 0, 5, 5], np.int32)
    for classify in (linear_discriminant, gaussian_naive_bayes):
        assert classify(X, codes, np.array([[0.05], [1.05]])).tolist() == [0, 5]


def test_identical_training_rows_give_the_most_frequent_class() -> None:
    codes = np.array([1, 0, 1], np.int32)
    for classify in (linear_discriminant, gaussian_naive_bayes):
        assert classify(np.ones((3, 2)), codes, np.ones((2, 2))).tolist() == [1, 1]


@pytest.mark.parametrize("n", [30, 700])
def test_nearest_rows_like_scikit_learn(n: int) -> None:
    X, codes, fold = blobs(n, 6, 3)
    nearest = nearest_rows(X, fold)
    for k in range(10):
        train, test = fold != k, fold == k
        other = KNeighborsClassifier(1, algorithm="brute").fit(X[train], codes[train])
        assert (codes[nearest[test]] == other.predict(X[test])).all()
    assert (fold[nearest] != fold).all()
