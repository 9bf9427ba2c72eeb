"""The tree kernel against scikit-learn and against brute force."""

from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from metafeatures._intermediates.sample import Sample, standardised
from metafeatures._intermediates.tree import Tree, grow, presort
from metafeatures._kernels import _trees

RNG = np.random.default_rng(11)


def sample(n: int, p: int, k: int, *, ties: bool = False, noise: float = 0.5) -> Sample:
    """Rows with k classes, or for k = 0 with numbers to predict."""
    X = RNG.integers(0, 4, (n, p)).astype(float) if ties else RNG.normal(size=(n, p))
    score = X[:, 0] + X[:, -1] ** 2 + noise * RNG.normal(size=n)
    fold = RNG.permutation(n).astype(np.int32) % 10
    if k == 0:
        return made(X, np.empty(0, np.int32), 0, standardised(score), fold)
    codes = np.searchsorted(np.quantile(score, np.arange(1, k) / k), score).astype(np.int32)
    return made(X, codes, k, fold=fold)


def made(
    X: np.ndarray,
    codes: np.ndarray,
    k: int,
    values: Any = (),
    fold: Any = (),
) -> Sample:
    values, fold = np.asarray(values, np.float64), np.asarray(fold, np.int32)
    return Sample(np.asfortranarray(X), np.asarray(codes, np.int32), k, values, fold, 10)


def full(data: Sample, **options: Any) -> Tree:
    """Grow a tree over all rows."""
    return grow(data, presort(data.X), np.ones(len(data.X), bool), **options)


def told(tree: Tree, X: np.ndarray, max_depth: int = -1) -> np.ndarray:
    rows = np.arange(len(X), dtype=np.int32)
    return tree.value[tree.find(np.asfortranarray(X), rows, max_depth)]


def self_predictions(data: Sample, **options: Any) -> np.ndarray:
    return told(full(data, **options), data.X)


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
        tree = grow(data, order, data.fold != fold)
        ours.append(np.mean(told(tree, data.X[test]) == data.codes[test]))
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
    tree = full(data, max_depth=1, use_entropy=use_entropy)
    assert len(tree.feature) == 3
    left = data.X[:, tree.feature[0]] <= tree.threshold[0]
    parts = [data.codes[left], data.codes[~left]]
    assert sum(len(c) * impurity(c, use_entropy) for c in parts) == pytest.approx(best)


def test_a_pure_or_constant_node_is_a_leaf() -> None:
    data = made(np.ones((5, 2)), [0, 1, 1, 0, 1], 2)
    assert (self_predictions(data) == 1).all()
    assert (self_predictions(made(RNG.normal(size=(5, 2)), np.ones(5), 2)) == 1).all()
    assert (self_predictions(made(RNG.normal(size=(5, 2)), [], 0, np.full(5, 0.3))) == 0.3).all()


def test_threshold_between_neighbouring_numbers() -> None:
    x = np.array([1.0, np.nextafter(1.0, 2.0), -1.7e308, 1.7e308])
    data = made(x[:, None], [0, 1, 1, 0], 2)
    assert (self_predictions(data) == data.codes).all()


@pytest.mark.parametrize("k", [0, 2, 3, 40])
@pytest.mark.parametrize("ties", [False, True])
def test_what_a_tree_knows_of_its_nodes(k: int, ties: bool) -> None:
    data = sample(200, 4, k, ties=ties)
    data.X[:, 1] = data.X[:, 1] > 0  # a column with two values
    tree = full(data)
    inside = np.zeros((len(tree.feature), 200), bool)
    inside[0] = True
    y = data.values if k == 0 else np.eye(k)[data.codes]

    def impurity_times_size(rows: np.ndarray) -> float:
        return float(((y[rows] - y[rows].mean(axis=0)) ** 2).sum())

    for node in range(len(tree.feature)):
        assert tree.size[node] == inside[node].sum() > 0
        if k:
            assert tree.value[node] == np.bincount(data.codes[inside[node]]).argmax()
        else:
            assert tree.value[node] == pytest.approx(data.values[inside[node]].mean())
        if tree.feature[node] < 0:
            assert tree.gain[node] == 0
            rows = data.X[inside[node]]
            assert impurity_times_size(inside[node]) < 1e-9 or (rows == rows[0]).all()
            continue
        goes_left = data.X[:, tree.feature[node]] <= tree.threshold[node]
        below = 0.0
        for child, side in zip(tree.children[node], (goes_left, ~goes_left), strict=True):
            assert child > node
            assert tree.depth[child] == tree.depth[node] + 1
            inside[child] = inside[node] & side
            below += impurity_times_size(inside[child])
        assert tree.gain[node] == pytest.approx(impurity_times_size(inside[node]) - below)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("depth", [1, 2, -1])
def test_regression_trees_like_scikit_learn(ties: bool, depth: int) -> None:
    data = sample(300, 5, 0, ties=ties)
    other = DecisionTreeRegressor(max_depth=depth if depth > 0 else None, random_state=0)
    ours = self_predictions(data, max_depth=depth) - data.values
    theirs = other.fit(data.X, data.values).predict(data.X) - data.values
    assert (ours**2).sum() == pytest.approx((theirs**2).sum())


@pytest.mark.parametrize("k", [0, 2, 4])
def test_a_tree_cut_off_is_a_tree_grown_so_deep(k: int) -> None:
    data = sample(300, 5, k, ties=True)
    tree = full(data)
    for depth in (0, 1, 2, 5):
        shallow = self_predictions(data, max_depth=depth)
        assert told(tree, data.X, depth) == pytest.approx(shallow)


@pytest.mark.parametrize("k", [0, 2, 4])
def test_only_training_rows_and_the_one_column_count(k: int) -> None:
    data = sample(120, 3, k)
    train = data.fold != 0
    tree = grow(data, presort(data.X), train, column=1)
    assert set(tree.feature) == {-1, 1}
    some = made(
        data.X[train][:, 1:2],
        data.codes[train[: len(data.codes)]],
        k,
        data.values[train[: len(data.values)]],
    )
    alone = full(some)
    assert tree.threshold[tree.feature >= 0] == pytest.approx(alone.threshold[alone.feature >= 0])
    assert tree.value == pytest.approx(alone.value)


def test_importances_sum_to_one() -> None:
    data = sample(200, 4, 3)
    importances = full(data).importances(4)
    expected = DecisionTreeClassifier(max_depth=2, random_state=0).fit(data.X, data.codes)
    assert importances.sum() == pytest.approx(1)
    shallow = full(data, max_depth=2).importances(4)
    assert shallow == pytest.approx(expected.feature_importances_)
    assert (full(made(np.ones((5, 2)), [0, 1, 1, 0, 1], 2)).importances(2) == 0).all()


def one_sided(n: int) -> np.ndarray:
    """Columns with many rows at an end, with two values, with all values distinct, constant."""
    zeros = np.where(RNG.random(n) < 0.7, 0.0, RNG.integers(1, 9, n))
    noise = RNG.normal(size=n)
    return np.column_stack(
        [zeros, -zeros, zeros > 0, zeros == 0, noise, np.ones(n), np.maximum(noise, 0.5), noise < 2]
    ).astype(float)


@pytest.mark.parametrize("n", [1, 2, 9, 300])
def test_presort(n: int) -> None:
    X = np.asfortranarray(one_sided(n))
    order = presort(X).astype(np.intp)
    assert (np.sort(order, axis=1) == np.arange(n)).all()
    assert (np.take_along_axis(X.T, order, axis=1) == np.sort(X.T, axis=1)).all()


@pytest.mark.parametrize(
    ("k", "options"),
    [
        (0, {}),
        (0, {"seed": 3}),
        (2, {}),
        (2, {"seed": 3}),
        (5, {}),
        (5, {"seed": 3}),
        (2, {"use_entropy": True}),
        (5, {"use_entropy": True}),
    ],
)
def test_every_split_is_the_best_of_its_node(k: int, options: dict[str, Any]) -> None:
    X = one_sided(120)
    score = X[:, 0] + X[:, 4] + X[:, 6] + RNG.normal(size=120)
    codes = np.searchsorted(np.quantile(score, np.arange(1, k) / k), score) if k else []
    data = made(X, codes, k, standardised(score) if k == 0 else [])
    tree = full(data, **options)

    def left_over(rows: np.ndarray) -> float:
        if k == 0:
            return float(data.values[rows].var() * rows.sum())
        return rows.sum() * impurity(data.codes[rows], "use_entropy" in options)

    inside = np.ones((len(tree.feature), 120), bool)
    for node in np.flatnonzero(tree.feature >= 0):
        rows = inside[node]
        gains = [
            left_over(rows) - left_over(rows & (x <= value)) - left_over(rows & (x > value))
            for x in X.T
            for value in np.unique(x[rows])[:-1]
        ]
        goes_left = X[:, tree.feature[node]] <= tree.threshold[node]
        for child, side in zip(tree.children[node], (goes_left, ~goes_left), strict=True):
            inside[child] = rows & side
            assert tree.size[child] == inside[child].sum() > 0
        assert tree.gain[node] == pytest.approx(max(gains), abs=1e-9)


def test_one_class_is_a_leaf_beside_open_nodes() -> None:
    """Either child may be the only one that goes on."""
    x = np.arange(40.0)
    for codes in (x > 30, x < 10):
        again = np.where(codes, 2, RNG.integers(0, 2, 40))
        data = made(np.column_stack([x, x % 7, np.maximum(x, 12)]), again, 3)
        assert (self_predictions(data) == data.codes).all()


def test_shapes_are_checked() -> None:
    data = sample(10, 2, 2)
    order, columns = presort(data.X), np.arange(2, dtype=np.int32)
    train = np.ones(10, np.uint8)

    def call(order: np.ndarray, columns: np.ndarray, train: np.ndarray, room: int) -> None:
        nodes = [np.empty(room, np.int32) for _ in range(3)]
        numbers = [np.empty(room) for _ in range(3)]
        _trees.grow(
            data.X, order, columns, train, data.codes, data.values, 2, -1, False, 0, nodes[0],
            numbers[0], np.empty((room, 2), np.int32), numbers[1], nodes[1], nodes[2], numbers[2],
        )  # fmt: skip

    call(order, columns, train, 19)
    with pytest.raises(ValueError, match="room for 2 n - 1 nodes"):
        call(order, columns, train, 18)
    with pytest.raises(ValueError, match="one line for each"):
        call(order, columns[:1], train, 19)
    with pytest.raises(ValueError, match="columns of X"):
        call(order, columns + 1, train, 19)
    with pytest.raises(ValueError, match="one place for each row"):
        call(order, columns, train[1:], 19)
    with pytest.raises(ValueError, match="must hold a row"):
        call(order, columns, np.zeros(10, np.uint8), 19)
    with pytest.raises(ValueError, match="one line for each column"):
        _trees.lowest_first(data.X, order, columns[:1])
    with pytest.raises(ValueError, match="must hold a row"):
        _trees.lowest_first(data.X[:0], order[:, :0].copy(), columns)
