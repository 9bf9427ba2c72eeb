"""Meta-features of regression tables against their definitions written out with SciPy and NumPy."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import kurtosis, rankdata, skew, spearmanr
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mutual_info_score

from metafeatures import as_table, catalogue, extract
from metafeatures._intermediates import regression
from metafeatures._intermediates.regression import doubled_ranks
from metafeatures._kernels._ranks import drop_discordant, rank_correlations

RNG = np.random.default_rng(6)
NAMES = [entry.name for entry in catalogue() if entry.tasks == ("regression",)]


def tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    X = RNG.normal(size=(150, 4))
    ties = RNG.integers(0, 4, (150, 3)).astype(float)
    diabetes = load_diabetes(return_X_y=True)
    return {
        "noise": (X, X[:, 0] - X[:, 1] ** 2 + RNG.normal(size=150)),
        "falling": (X, -np.exp(X[:, 2]) + 0.3 * RNG.normal(size=150)),
        "ties": (ties, ties[:, 0] * ties[:, 1] + RNG.integers(0, 2, 150) + 0.5),
        "linear": (X, X @ np.array([0.5, -1.0, 2.0, 0.0])),
        "wide": (RNG.normal(size=(20, 30)), RNG.normal(size=20)),
        "diabetes": (diabetes[0][:200], diabetes[1][:200]),
    }


TABLES = tables()


def unit(values: np.ndarray) -> np.ndarray:
    return (values - values.min(axis=0)) / (values.max(axis=0) - values.min(axis=0))


def removals(x: np.ndarray, y: np.ndarray) -> int:
    if spearmanr(x, y)[0] < 0:
        y = -y
    n = len(x)
    while len(x) > 1:
        if min(np.ptp(x), np.ptp(y)) > 0 and spearmanr(x, y)[0] > 0.9:
            break
        worst = np.abs(rankdata(x) - rankdata(y)).argmax()
        x, y = np.delete(x, worst), np.delete(y, worst)
    return n - len(x)


def hard_rows(X: np.ndarray, y: np.ndarray) -> float:
    n = len(y)
    while X.shape[1] and len(y):
        flat = np.ptp(X, axis=0) == 0
        rho = [
            0.0 if flat[j] or np.ptp(y) == 0 else abs(spearmanr(X[:, j], y)[0])
            for j in range(X.shape[1])
        ]
        best = int(np.argmax(np.round(rho, 12)))
        fit = LinearRegression().fit(X[:, [best]], y).predict(X[:, [best]])
        kept = np.abs(y - fit) > 0.1
        X, y = np.delete(X[kept], best, axis=1), y[kept]
    return len(y) / n


def spanning_tree(X: np.ndarray) -> list[tuple[int, int]]:
    """Kruskal's algorithm."""
    distance = cdist(X, X)
    part, edges = list(range(len(X))), []
    pairs = sorted((distance[i, j], i, j) for i in range(len(X)) for j in range(i))
    for _, i, j in pairs:
        if part[i] != part[j]:
            part = [part[i] if p == part[j] else p for p in part]
            edges.append((i, j))
    return edges


def written_out(X: np.ndarray, y: np.ndarray) -> dict[str, float]:
    X, y = unit(X), unit(y)
    rho = np.array([abs(spearmanr(column, y)[0]) for column in X.T])
    order = np.argsort(y, kind="stable")
    w = np.random.default_rng(0).random(len(y) - 1)[:, None]
    new = w * X[order[:-1]] + (1 - w) * X[order[1:]]
    new_y = w[:, 0] * y[order[:-1]] + (1 - w[:, 0]) * y[order[1:]]
    model = LinearRegression().fit(X, y)
    residuals = y - model.predict(X)
    distance = cdist(X, X)
    np.fill_diagonal(distance, np.inf)
    return {
        "c1_regr": rho.max(),
        "c2_regr": rho.mean(),
        "c3_regr": min(removals(column, y) for column in X.T) / len(y),
        "c4_regr": hard_rows(X, y),
        "l1_regr": np.abs(residuals).mean(),
        "l2_regr": (residuals**2).mean(),
        "l3_regr": ((model.predict(new) - new_y) ** 2).mean(),
        "s2": np.linalg.norm(np.diff(X[order], axis=0), axis=1).mean(),
        "s3": ((y[distance.argmin(axis=1)] - y) ** 2).mean(),
        "s4": ((y[cdist(new, X).argmin(axis=1)] - new_y) ** 2).mean(),
        "rank_cor_target.mean": rho.mean(),
        "cor_target.mean": np.abs([np.corrcoef(column, y)[0, 1] for column in X.T]).mean(),
    }


@pytest.mark.parametrize("name", TABLES)
def test_against_definitions_written_out(name: str) -> None:
    X, y = TABLES[name]
    expected = written_out(X, y)
    numbers = extract(X, y, features=list(expected), max_rows=None)
    assert dict(numbers) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ["noise", "falling", "diabetes"])
def test_spanning_tree(name: str) -> None:
    # Without ties there is only one such tree.
    X, y = TABLES[name]
    steps = [abs(unit(y)[i] - unit(y)[j]) for i, j in spanning_tree(unit(X))]
    assert extract(X, y, features=["s1"])["s1"] == pytest.approx(np.mean(steps))


def test_distribution_of_the_target() -> None:
    y = np.append(RNG.normal(size=40), [9.5, 9.5, -12.25])
    n, X = len(y), RNG.normal(size=(43, 2))
    first, third = np.percentile(y, [25, 75])
    outliers = (y < first - 1.5 * (third - first)) | (y > third + 1.5 * (third - first))
    expected = {
        "target_mean": y.mean(),
        "target_sd": y.std(ddof=1),
        "target_min": y.min(),
        "target_max": y.max(),
        "target_skewness": skew(y) * (1 - 1 / n) ** 1.5,
        "target_kurtosis": (kurtosis(y) + 3) * (1 - 1 / n) ** 2 - 3,
        "target_outliers": outliers.mean(),
        "target_nr_distinct": 42,
        "target_distinct_share": 42 / 43,
    }
    assert dict(extract(X, y, features=list(expected))) == pytest.approx(expected)


def test_mutual_information_with_the_target() -> None:
    frame = pd.DataFrame({"c": RNG.choice(list("uvw"), 65), "x": RNG.normal(size=65)})
    y = frame["x"] ** 3 + RNG.normal(size=65)

    def bins(values: pd.Series) -> np.ndarray:
        return np.digitize(values, np.quantile(values, [0.25, 0.5, 0.75, 1]), right=True)

    shared = [mutual_info_score(frame["c"], bins(y)), mutual_info_score(bins(frame["x"]), bins(y))]
    numbers = extract(frame, y, features=["mut_inf_target"])
    expected = [np.mean(shared) / np.log(2), np.std(shared, ddof=1) / np.log(2)]
    found = [numbers["mut_inf_target.mean"], numbers["mut_inf_target.sd"]]
    assert found == pytest.approx(expected)


def test_scale_and_shift_change_only_the_distribution() -> None:
    X, y = TABLES["noise"]
    names = [name for name in NAMES if not name.startswith("target_")]
    numbers = extract(X, y, features=names)
    moved = extract(X * 3e200 - 5e200, 1e-200 * (y + 4), features=names)
    assert dict(moved) == pytest.approx(dict(numbers), rel=1e-6)


def test_huge_targets() -> None:
    X = RNG.normal(size=(30, 2))
    huge = extract(X, 1.7e308 * np.sign(X[:, 0]) * RNG.random(30), features=NAMES)
    assert set(huge.skipped) <= {"target_sd"}


@pytest.mark.parametrize("n", [1, 20])
def test_a_constant_target(n: int) -> None:
    table = as_table(RNG.normal(size=(n, 2)), np.full(n, 0.1), task="regression")
    numbers = extract(table, features=NAMES)
    assert numbers["target_mean"] == numbers["target_max"] == 0.1
    assert numbers["target_outliers"] == numbers["mut_inf_target.mean"] == 0
    reasons = {numbers.skipped[name] for name in ("c1_regr", "s4", "target_skewness")}
    assert reasons == {"the target is constant"}


DEGENERATE = {
    "two rows": [[1.0, 2.0], [2.0, 1.0]],
    "three rows": [[1.0], [2.0], [2.0]],
    "constant": np.ones((30, 2)),
    "all missing": np.full((30, 2), np.nan),
    "half missing": np.where(RNG.random((30, 2)) < 0.5, np.nan, RNG.random((30, 2))),
    "infinite": np.where(RNG.random((30, 2)) < 0.5, np.inf, RNG.random((30, 2))),
    "widest": 1.7e308 * np.sign(RNG.normal(size=(30, 2))),
    "tiny": 1e-310 * RNG.normal(size=(30, 2)),
    "equal columns": np.repeat(RNG.normal(size=(30, 1)), 3, axis=1),
    "more columns than rows": RNG.normal(size=(10, 400)),
    "text only": pd.DataFrame({"t": [f"word {i}" for i in range(40)]}),
    "categories": pd.DataFrame({"c": list("uvwxy") * 6, "d": ["p", None, "q"] * 10}),
}


@pytest.mark.parametrize("target", ["spread", "extreme", "step", "tiny"])
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_tables(name: str, target: str) -> None:
    n = len(DEGENERATE[name])
    y = {
        "spread": np.arange(n) ** 1.5,
        "extreme": np.append(np.arange(n - 1), 1e300),
        "step": np.append(np.zeros(n - 1), 1.0),
        "tiny": 5e-324 * np.arange(n),
    }[target]
    numbers = extract(as_table(DEGENERATE[name], y, task="regression"), features=NAMES)
    for entry in catalogue():
        for output in entry.outputs if entry.name in NAMES else ():
            if output in numbers.skipped:
                assert np.isnan(numbers[output])
            else:
                assert entry.low - 1e-9 <= numbers[output] <= entry.high + 1e-9, output


def test_threads_do_not_change_a_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regression, "MAX_OPERATIONS", 300)
    X, y = TABLES["diabetes"]
    assert dict(extract(X, y, features=NAMES, n_jobs=3)) == dict(extract(X, y, features=NAMES))


def test_work_in_pieces_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = TABLES["noise"]
    whole = extract(X, y, features=NAMES)
    monkeypatch.setattr(regression, "MAX_OPERATIONS", 300)
    assert dict(extract(X, y, features=NAMES)) == dict(whole)


def test_ranks() -> None:
    values = RNG.integers(0, 9, 50).astype(float)
    assert (doubled_ranks(values) == 2 * rankdata(values)).all()


def test_kernels_check_shapes() -> None:
    X, order = np.zeros((3, 2), order="F"), np.zeros((2, 3), np.int32)
    ranks, kept, out = np.zeros(3), np.ones(3, np.uint8), np.zeros(1)
    with pytest.raises(ValueError, match="rows"):
        rank_correlations(X, order, ranks[:2], kept, np.array([0]), out)
    with pytest.raises(ValueError, match="columns"):
        rank_correlations(X, order, ranks, kept, np.array([2]), out)
    with pytest.raises(ValueError, match="rank"):
        drop_discordant(np.array([2, 4]), np.array([2, 4]), 3, 0.9, 1)
