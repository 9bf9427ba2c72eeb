"""Pairs of classes: overlap of columns, best direction, separating hyperplane."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from metafeatures import as_table
from metafeatures._context import Context
from metafeatures._exceptions import OutOfTime
from metafeatures._intermediates import class_pairs as module
from metafeatures._intermediates import linear_separation
from metafeatures._intermediates.class_pairs import class_pairs, class_rows
from metafeatures._intermediates.feature_overlap import (
    directional_ratios,
    discriminant_ratios,
    first_and_last_overlap,
)
from metafeatures._intermediates.interior_point import minimum
from metafeatures._intermediates.linear_separation import separations
from metafeatures._kernels._hinge import descend
from metafeatures._kernels._overlap import peel

RNG = np.random.default_rng(8)


def context_of(X: NDArray[Any], codes: NDArray[Any], **settings: Any) -> Context:
    return Context(as_table(X, np.array([f"c{code:03}" for code in codes])), **settings)


def blobs(n: int, n_classes: int, p: int, shift: float) -> tuple[NDArray[Any], NDArray[Any]]:
    codes = np.arange(n) % n_classes
    return RNG.normal(size=(n, p)) + shift * codes[:, None], codes


def test_class_rows() -> None:
    X, codes = blobs(50, 3, 4, 1.0)
    rows = class_rows(context_of(X, codes))
    unit = (X - X.min(axis=0)) / np.ptp(X, axis=0)
    for code in range(3):
        mine = unit[codes == code]
        assert rows.of(code) == pytest.approx(mine)
        assert rows.low[code] == pytest.approx(mine.min(axis=0))
        assert rows.high[code] == pytest.approx(mine.max(axis=0))
        assert rows.mean[code] == pytest.approx(mine.mean(axis=0))
    assert np.array_equal(rows.numbers(0, 2), np.r_[0:17, 34:50])


def test_all_pairs_or_some(monkeypatch: pytest.MonkeyPatch) -> None:
    X, codes = blobs(60, 12, 2, 1.0)
    every = [tuple(pair) for pair in class_pairs(context_of(X, codes)).tolist()]
    assert every == [(a, b) for a in range(12) for b in range(a + 1, 12)]
    monkeypatch.setattr(module, "MAX_PAIRS", 40)
    some = [tuple(pair) for pair in class_pairs(context_of(X, codes)).tolist()]
    assert len(set(some)) == 40
    assert set(some) <= set(every)
    monkeypatch.setattr(module, "MAX_PAIRS", 65)
    assert len({tuple(pair) for pair in class_pairs(context_of(X, codes)).tolist()}) == 65


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
def test_discriminant_ratios(scale: float) -> None:
    X, codes = blobs(90, 3, 4, 0.5)
    members = [X[codes == code] for code in range(3)]
    between = sum(len(m) * (m.mean(axis=0) - X.mean(axis=0)) ** 2 for m in members)
    within = sum(((m - m.mean(axis=0)) ** 2).sum(axis=0) for m in members)
    found = discriminant_ratios(context_of(X * scale, codes))
    assert found == pytest.approx(between / within)


@pytest.mark.parametrize("p", [1, 3, 40])
def test_directional_ratios_against_the_textbook(p: int) -> None:
    X, codes = blobs(60, 3, p, 0.8)
    unit = (X - X.min(axis=0)) / np.ptp(X, axis=0)
    expected = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        one, other = unit[codes == a], unit[codes == b]
        W = (np.atleast_2d(np.cov(one.T)) + np.atleast_2d(np.cov(other.T))) / 2
        d = one.mean(axis=0) - other.mean(axis=0)
        direction = np.linalg.pinv(W, rcond=1e-12) @ d
        expected.append((direction @ d) ** 2 / (direction @ W @ direction))
    assert directional_ratios(context_of(X, codes)) == pytest.approx(expected, rel=1e-8)


def test_no_other_direction_is_better() -> None:
    X, codes = blobs(200, 2, 5, 0.3)
    best = directional_ratios(context_of(X, codes))[0]
    for direction in RNG.normal(size=(200, 5)):
        one, other = X[codes == 0] @ direction, X[codes == 1] @ direction
        ratio = (one.mean() - other.mean()) ** 2 / ((one.var(ddof=1) + other.var(ddof=1)) / 2)
        assert ratio <= best + 1e-9


def test_directional_ratio_without_variation() -> None:
    X = np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 1.0], [1.0, 1.0], [0.5, 0.0], [0.5, 0.0]])
    assert np.isinf(directional_ratios(context_of(X, np.repeat([0, 1, 2], 2)))).all()


def overlap_in_turn(X: NDArray[Any], is_first: NDArray[Any]) -> tuple[float, float]:
    """F3 and F4 of two classes as their definitions say."""
    n, first, columns = len(X), None, list(range(X.shape[1]))
    while columns and len(X):
        inside = np.zeros((len(X), len(columns)), dtype=bool)
        if is_first.any() and not is_first.all():
            one, other = X[is_first][:, columns], X[~is_first][:, columns]
            low = np.maximum(one.min(axis=0), other.min(axis=0))
            high = np.minimum(one.max(axis=0), other.max(axis=0))
            inside = (X[:, columns] >= low) & (X[:, columns] <= high)
        best = int(inside.sum(axis=0).argmin())
        X, is_first = X[inside[:, best]], is_first[inside[:, best]]
        first = len(X) / n if first is None else first
        del columns[best]
    return first or 0.0, len(X) / n


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0, 9.0])
@pytest.mark.parametrize("whole", [False, True])
def test_overlap_column_by_column(shift: float, whole: bool) -> None:
    X, codes = blobs(120, 3, 5, shift)
    X = np.round(X) if whole else X
    first, last = first_and_last_overlap(context_of(X, codes, n_jobs=2))
    for i, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
        pair = (codes == a) | (codes == b)
        assert (first[i], last[i]) == overlap_in_turn(X[pair], codes[pair] == a)


def exact_hyperplane(X: NDArray[Any], is_first: NDArray[Any]) -> tuple[float, float, float]:
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    machine = LinearSVC(loss="hinge", C=2, tol=1e-6, max_iter=1_000_000, random_state=0)
    values = machine.fit(Z, is_first).decision_function(Z)
    wrong = (values > 0) != is_first
    objective = 0.5 * ((machine.coef_**2).sum() + machine.intercept_[0] ** 2)
    objective += 2 * np.maximum(0, 1 - np.where(is_first, 1, -1) * values).sum()
    return float(np.abs(values[wrong]).sum() / len(X)), float(wrong.mean()), float(objective)


@pytest.mark.parametrize("shift", [0.2, 1.0, 5.0])
def test_separations_are_those_of_scikit_learn(shift: float) -> None:
    X, codes = blobs(240, 3, 4, shift)
    found = separations(context_of(X, codes, n_jobs=2))
    for i, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
        pair = (codes == a) | (codes == b)
        distance, error, _ = exact_hyperplane(X[pair], codes[pair] == a)
        assert found.distance[i] == pytest.approx(distance, abs=5e-3)
        assert found.error[i] == pytest.approx(error, abs=1.5 / pair.sum())
    assert found.interpolated_error == pytest.approx(found.error, abs=0.1)


def test_a_finer_tolerance_reaches_the_minimum() -> None:
    X, codes = blobs(200, 2, 6, 0.5)
    Z = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(200)])
    sign = np.where(codes == 0, 1, -1).astype(np.int8)
    alpha, weights = np.zeros(200), np.zeros(7)
    order, state = np.arange(200, dtype=np.int32), np.array([200, 1], np.uint64)
    squares, bounds = (Z**2).sum(axis=1), np.array([-np.inf, np.inf])
    arguments = (alpha, weights, squares, order, state, bounds)
    rounds = 0
    while not descend(Z, sign, 2.0, 1e-6, 100, *arguments):
        rounds += 100
        assert rounds < 1_000_000
    assert alpha.min() >= 0
    assert alpha.max() <= 2
    assert weights == pytest.approx((alpha * sign) @ Z, abs=1e-8)
    primal = 0.5 * weights @ weights + 2 * np.maximum(0, 1 - sign * (Z @ weights)).sum()
    dual = alpha.sum() - 0.5 * weights @ weights
    assert primal == pytest.approx(dual, rel=1e-6)
    assert primal == pytest.approx(exact_hyperplane(X, codes == 0)[2], rel=1e-6)


@pytest.mark.parametrize("shift", [0.0, 0.5, 9.0])
@pytest.mark.parametrize("p", [1, 6, 150])
def test_the_interior_point_is_near_the_minimum(shift: float, p: int) -> None:
    X, codes = blobs(200, 2, p, shift)
    Z = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(200)])
    signed = Z * np.where(codes == 0, 1, -1)[:, None]
    pauses: list[None] = []
    weights = minimum(signed, 2.0, lambda: pauses.append(None))
    assert pauses
    objective = 0.5 * weights @ weights + 2 * np.maximum(0, 1 - signed @ weights).sum()
    best = exact_hyperplane(X, codes == 0)[2]
    assert best * (1 - 1e-4) <= objective <= max(best * (1 + 2e-4), best + 2e-4)


def test_both_ways_to_a_machine_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_of(*blobs(240, 3, 4, 1.0))
    found = separations(context)
    monkeypatch.setattr(linear_separation, "MAX_ROUNDS", 0)
    other = separations(context_of(context.table.numeric, context.target.codes))
    assert other.distance == pytest.approx(found.distance, abs=5e-3)
    assert other.error == pytest.approx(found.error, abs=0.02)


@pytest.mark.parametrize("measure", [directional_ratios, first_and_last_overlap, separations])
def test_the_time_limit_is_looked_at(measure: Any) -> None:
    with pytest.raises(OutOfTime):
        measure(context_of(*blobs(60, 3, 4, 1.0), deadline=0.0))


def test_shapes_are_checked() -> None:
    X, rows, columns = np.zeros((4, 2)), np.arange(4, dtype="i4"), np.arange(2, dtype="i4")
    for n_first, n_rows, n_columns in ((0, 4, 2), (4, 4, 2), (2, 5, 2), (2, 4, 0), (2, 4, 3)):
        with pytest.raises(ValueError, match="must"):
            peel(X, rows, n_first, n_rows, columns, n_columns)
    sign, alpha, order = np.ones(4, np.int8), np.zeros(4), np.arange(4, dtype=np.int32)
    state, bounds = np.array([4, 1], np.uint64), np.array([-np.inf, np.inf])
    good: list[Any] = [X, sign, 1.0, 0.1, 1, alpha, np.zeros(2), alpha + 1, order, state, bounds]
    wrong: dict[int, Any] = {
        1: sign[1:],
        5: alpha[1:],
        6: np.zeros(3),
        8: order[1:],
        9: np.array([5, 1], np.uint64),
        10: bounds[1:],
    }
    for place, value in wrong.items():
        with pytest.raises(ValueError, match="must"):
            descend(*good[:place], value, *good[place + 1 :])
    with pytest.raises(ValueError, match="not 0"):
        descend(*good[:9], np.array([4, 0], np.uint64), bounds)
