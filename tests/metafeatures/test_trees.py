"""The tree kernel against scikit-learn and against brute force."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from metafeatures._intermediates.sample import Sample
from metafeatures._intermediates.tree import presort, tree_predictions
from metafeatures._kernels import _trees

RNG = np.random.default_rng(11)


def sample(n: int, p: int, k: int, *, ties: bool = False, noise: float = 0.5) -> Sample:
    X = RNG.integers(0, 4, (n, p)).astype(float) if ties else RNG.normal(size=(n, p))
    score = X[:, 0] + X[:, -1] ** 2 + noise * RNG.normal(size=n)
    codes = np.searchsorted(np.quantile(score, np.arange(1, k) / k), score).astype(np.int32)
    fold = RNG.permutation(n).astype(np.int32) % 10
    return Sample(np.asfortranarray(X), codes, k, fold, 10)


def self_predictions(data: Sample, **options: object) -> np.ndarray:
    """Train on all rows but the last, and predict all: fold 1 holds no row."""
    everything = Sample(data.X, data.codes, data.n_classes, np.zeros(len(data.X), np.int32), 1)
    n = len(data.X)
    room = 2 * n - 1
    feature, label = np.empty(room, np.int32), np.empty(room, np.int32)
    threshold, children = np.empty(room), np.empty((room, 2), np.int32)
    columns = np.arange(data.X.shape[1], dtype=np.int32)
    _trees.grow(
        everything.X,
        presort(data.X),
        columns,
        data.codes,
        data.n_classes,
        options.get("max_depth", -1),
        options.get("use_entropy", False),
        feature,
        threshold,
        children,
        label,
    )
    out = np.empty(n, np.int32)
    _trees.predict(data.X, np.arange(n, dtype=np.int32), feature, threshold, children, label, out)
    return out


@pytest.mark.parametrize("k", [2, 3, 7])
@pytest.mark.parametrize("use_entropy", [False, True])
def test_a_full_tree_learns_distinct_rows_by_heart(k: int, use_entropy: bool) -> None:
    data = sample(200, 4, k)
    assert (self_predictions(data, use_entropy=use_entropy) == data.codes).all()


@pytest.mark.parametrize(("n", "p", "k", "ties"), [(300, 5, 2, False), (400, 3, 4, True)])
def test_accuracy_of_folds_like_scikit_learn(n: int, p: int, k: int, ties: bool) -> None:
    data = sample(n, p, k, ties=ties)
    order = presort(data.X)
    ours, theirs = [], []
    for fold in range(10):
        train, test = data.split(fold)
        ours.append(np.mean(tree_predictions(data, order, fold) == data.codes[test]))
        other = DecisionTreeClassifier(random_state=0).fit(data.X[train], data.codes[train])
        theirs.append(other.score(data.X[test], data.codes[test]))
    # Equally good splits are resolved differently, so folds differ a little.
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.04)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_shallow_trees_equal_scikit_learn_without_ties(depth: int) -> None:
    data = sample(250, 6, 3)
    for use_entropy, criterion in ((False, "gini"), (True, "entropy")):
        other = DecisionTreeClassifier(max_depth=depth, criterion=criterion, random_state=0)
        expected = other.fit(data.X, data.codes).predict(data.X)
        ours = self_predictions(data, max_depth=depth, use_entropy=use_entropy)
        assert np.mean(ours == expected) >= 0.995


def impurity(codes: np.ndarray, use_entropy: bool) -> float:
    p = np.bincount(codes) / len(codes)
    p = p[p > 0]
    return float(-(p * np.log(p)).sum()) if use_entropy else float(1 - (p**2).sum())


@pytest.mark.parametrize("use_entropy", [False, True])
@pytest.mark.parametrize("ties", [False, True])
def test_a_stump_is_the_best_of_all_stumps(use_entropy: bool, ties: bool) -> None:
    data = sample(40, 3, 3, ties=ties)
    best = np.inf
    for j in range(3):
        values = np.unique(data.X[:, j])
        for threshold in (values[1:] + values[:-1]) / 2:
            left = data.X[:, j] <= threshold
            parts = [data.codes[left], data.codes[~left]]
            best = min(best, sum(len(c) * impurity(c, use_entropy) for c in parts))
    feature, label = np.empty(79, np.int32), np.empty(79, np.int32)
    threshold, children = np.empty(79), np.empty((79, 2), np.int32)
    n_nodes = _trees.grow(
        data.X,
        presort(data.X),
        np.arange(3, dtype=np.int32),
        data.codes,
        3,
        1,
        use_entropy,
        feature,
        threshold,
        children,
        label,
    )
    assert n_nodes == 3
    left = data.X[:, feature[0]] <= threshold[0]
    parts = [data.codes[left], data.codes[~left]]
    assert sum(len(c) * impurity(c, use_entropy) for c in parts) == pytest.approx(best)


def test_a_pure_or_constant_node_is_a_leaf() -> None:
    X = np.asfortranarray(np.ones((5, 2)))
    data = Sample(X, np.array([0, 1, 1, 0, 1], np.int32), 2, np.zeros(5, np.int32), 1)
    assert (self_predictions(data) == 1).all()
    pure = Sample(np.asfortranarray(RNG.normal(size=(5, 2))), np.ones(5, np.int32), 2, data.fold, 1)
    assert (self_predictions(pure) == 1).all()


def test_threshold_between_neighbouring_numbers() -> None:
    x = np.array([1.0, np.nextafter(1.0, 2.0), -1.7e308, 1.7e308])
    data = Sample(np.asfortranarray(x[:, None]), np.array([0, 1, 1, 0], np.int32), 2, None, 1)
    assert (self_predictions(data) == data.codes).all()


def test_shapes_are_checked() -> None:
    data = sample(10, 2, 2)
    small = (np.empty(3, np.int32), np.empty(3), np.empty((3, 2), np.int32), np.empty(3, np.int32))
    columns = np.arange(2, dtype=np.int32)
    with pytest.raises(ValueError, match="room for 2 n - 1 nodes"):
        _trees.grow(data.X, presort(data.X), columns, data.codes, 2, -1, False, *small)
    with pytest.raises(ValueError, match="one line for each"):
        _trees.grow(data.X, presort(data.X), columns[:1], data.codes, 2, -1, False, *small)
