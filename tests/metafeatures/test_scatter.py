"""Correlations, spectra and classes apart, against NumPy and SciPy."""

import numpy as np
import pandas as pd
import pytest
from scipy import linalg, sparse

from metafeatures import extract

RNG = np.random.default_rng(9)
N = 240
Y = RNG.choice(list("pqr"), N, p=[0.5, 0.3, 0.2])
FRAME = pd.DataFrame(
    {
        "a": RNG.normal(size=N) + (Y == "p"),
        "b": RNG.exponential(size=N) * 100 + 1e6,
        "c": RNG.choice(list("zxy"), N),
        "d": np.where(RNG.random(N) < 0.6, Y, "s"),
    }
)
MULTIVARIATE = ["cor", "cov", "eigenvalues", "nr_cor_attr", "gravity", "can_cor", "nr_disc"]
MULTIVARIATE += ["w_lambda", "p_trace", "lh_trace", "roy_root", "sd_ratio"]


def matrix_of(frame: pd.DataFrame) -> np.ndarray:
    """pymfe's matrix N, written out."""
    full = [frame["c"] == level for level in "xyz"]
    reduced = [frame["d"] == level for level in "qrs"]
    return np.column_stack([frame["a"], frame["b"], *full, *reduced]).astype(float)


def within_and_between(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = np.cov(X, rowvar=False) * (len(X) - 1)
    within = sum(np.cov(X[y == k], rowvar=False) * ((y == k).sum() - 1) for k in np.unique(y))
    return within, total - within


def test_pairs_of_columns() -> None:
    X = matrix_of(FRAME)
    numbers = extract(FRAME, Y, features=MULTIVARIATE)
    below = np.tril_indices(X.shape[1], -1)
    cor, cov = np.corrcoef(X, rowvar=False), np.cov(X, rowvar=False)
    assert numbers["cor.mean"] == pytest.approx(np.abs(cor[below]).mean())
    assert numbers["cor.sd"] == pytest.approx(np.abs(cor[below]).std(ddof=1))
    assert numbers["cov.mean"] == pytest.approx(np.abs(cov[below]).mean())
    assert numbers["eigenvalues.mean"] == pytest.approx(np.linalg.eigvalsh(cov).mean())
    assert numbers["eigenvalues.sd"] == pytest.approx(np.linalg.eigvalsh(cov).std(ddof=1))
    assert numbers["nr_cor_attr"] == pytest.approx((np.abs(cor[below]) >= 0.5).mean())
    centres = X[Y == "p"].mean(axis=0) - X[Y == "r"].mean(axis=0)
    assert numbers["gravity"] == pytest.approx(np.linalg.norm(centres))


def test_classes_apart() -> None:
    X = np.delete(matrix_of(FRAME), 2, axis=1)  # the levels of c add up to one
    within, between = within_and_between(X, Y)
    roots = linalg.eigh(between, within, eigvals_only=True)[-2:]
    numbers = extract(FRAME, Y, features=MULTIVARIATE)
    assert numbers["nr_disc"] == 2
    assert numbers["lh_trace"] == pytest.approx(roots.sum())
    assert numbers["roy_root"] == pytest.approx(roots.max())
    assert numbers["p_trace"] == pytest.approx((roots / (1 + roots)).sum())
    assert numbers["w_lambda"] == pytest.approx(np.prod(1 / (1 + roots)))
    assert numbers["can_cor.mean"] == pytest.approx(np.sqrt(roots / (1 + roots)).mean())
    assert numbers.skipped["sd_ratio"] == "the covariance matrix of a class is singular"


@pytest.mark.parametrize("p", [1, 2, 5])
def test_homogeneity_of_covariances(p: int) -> None:
    X = RNG.normal(size=(N, p)) * (1 + (Y == "q"))[:, None] + 7
    sizes = np.array([(k == Y).sum() for k in "pqr"])
    covariances = [np.atleast_2d(np.cov(X[k == Y], rowvar=False)) for k in "pqr"]
    pooled = sum((n - 1) * s for n, s in zip(sizes, covariances, strict=True)) / (N - 3)
    m = sum(
        (n - 1) * np.log(np.linalg.det(np.linalg.solve(s, pooled)))
        for n, s in zip(sizes, covariances, strict=True)
    )
    gamma = 1 - (2 * p**2 + 3 * p - 1) / (6 * (p + 1) * 2) * ((1 / (sizes - 1)).sum() - 1 / (N - 3))
    found = extract(X, Y, features=["sd_ratio"])["sd_ratio"]
    assert found == pytest.approx(np.exp(gamma * m / (p * (N - 3))))


def test_missing_cells_are_at_the_mean() -> None:
    holes = FRAME.copy()
    holes.loc[:20, "b"] = np.nan
    filled = holes.assign(b=holes["b"].fillna(holes["b"].mean()))
    expected = dict(extract(filled, Y, features=MULTIVARIATE))
    assert dict(extract(holes, Y, features=MULTIVARIATE)) == pytest.approx(expected, nan_ok=True)


def test_collinear_columns_count_once() -> None:
    X = RNG.normal(size=(N, 3))
    more = np.column_stack([X, X[:, 0] + X[:, 1], X[:, 2], np.ones(N)])
    names = ["can_cor", "nr_disc", "w_lambda", "p_trace", "lh_trace", "roy_root"]
    assert dict(extract(more, Y, features=names)) == pytest.approx(
        dict(extract(X, Y, features=names))
    )


def test_levels_that_correlate_by_one_half() -> None:
    numbers = extract({"c": list("xyz") * 40}, features=["nr_cor_attr"])
    assert numbers["nr_cor_attr"] == 1


def test_classes_that_are_told_apart() -> None:
    numbers = extract({"x": (Y == "p") * 1.0 + (Y == "q") * 2.0}, Y, features=MULTIVARIATE)
    assert numbers["can_cor.mean"] == pytest.approx(1)
    assert numbers["w_lambda"] == pytest.approx(0, abs=1e-9)
    assert "perfectly" in numbers.skipped["lh_trace"]


def test_blocks_and_threads_add_up() -> None:
    X = RNG.normal(size=(40_000, 12)) + 1e5
    y = RNG.integers(0, 3, len(X))
    X[:, 0] += y
    for order in "CF":
        numbers = extract(np.asarray(X, order=order), y, features=MULTIVARIATE)
        cov = np.cov(X, rowvar=False)
        assert numbers["eigenvalues.sd"] == pytest.approx(np.linalg.eigvalsh(cov).std(ddof=1))
        assert dict(extract(X, y, features=MULTIVARIATE, n_jobs=2)) == dict(numbers)


def test_sparse_and_dense_tables_agree() -> None:
    matrix = sparse.random(90, 8, 0.3, random_state=0, format="csr")
    matrix.data[:3] = np.nan
    y = [0, 1, 2] * 30
    expected = dict(extract(matrix.toarray(), y, features=MULTIVARIATE))
    assert dict(extract(matrix, y, features=MULTIVARIATE)) == pytest.approx(expected)


def test_wide_tables_take_1024_columns() -> None:
    X = RNG.normal(size=(30, 1100))
    numbers = extract(X, [0, 1] * 15, features=["cor.mean", "can_cor", "sd_ratio"])
    assert numbers.measured_on["cor.mean"] == "1,024 of 1,100 columns and dummies"
    assert numbers["cor.mean"] == pytest.approx(0.15, abs=0.01)
    assert "singular" in numbers.skipped["sd_ratio"]
