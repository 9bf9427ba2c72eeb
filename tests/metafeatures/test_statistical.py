"""Columns and the encoded table against NumPy, SciPy and scikit-learn."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.decomposition import PCA

from metafeatures import extract

RNG = np.random.default_rng(3)
SHAPE = ["cor", "nr_cor_attr", "nr_outliers", "nr_norm", "sparsity", "skewness", "kurtosis"]
SHAPE += ["skewness_biased", "kurtosis_biased", "skewness_encoded", "kurtosis_encoded"]
SHAPE += ["pca_fraction_95", "pca_kurtosis_first_pc", "pca_skewness_first_pc"]


@pytest.fixture
def frame() -> pd.DataFrame:
    n = 120
    frame = pd.DataFrame(
        {
            "a": RNG.normal(size=n),
            "b": RNG.exponential(size=n) * 1e6,
            "c": RNG.choice(list("xyz"), n, p=[0.7, 0.2, 0.1]),
            "d": RNG.random(n) < 0.3,
            "constant": np.ones(n),
        }
    )
    frame.loc[:9, "b"] = np.nan
    frame.loc[5:7, "c"] = None
    return frame


def encoded(frame: pd.DataFrame) -> np.ndarray:
    """Columns as auto-sklearn encodes them, written out."""
    a, b = frame["a"].to_numpy(), frame["b"].fillna(frame["b"].mean()).to_numpy()
    levels = [frame["c"] == level for level in "xyz"] + [frame["c"].isna(), frame["d"], ~frame["d"]]
    columns = [(a - a.mean()) / a.std(), (b - b.mean()) / b.std(), *levels]
    return np.column_stack(columns).astype(float)


def columns_of(frame: pd.DataFrame) -> list[np.ndarray]:
    """Known cells of the columns of pymfe's matrix N, written out."""
    level, truth = frame["c"].dropna(), frame["d"].to_numpy()
    numeric = [frame[name].dropna().to_numpy() for name in ("a", "b", "constant")]
    return [*numeric, *((level == x).to_numpy(float) for x in "xyz"), truth.astype(float)]


def positive(function: Any) -> Any:
    return lambda x: function(x) if x.min() >= 0 else np.nan


ORACLES = {
    "mean": np.mean,
    "median": np.median,
    "min": np.min,
    "max": np.max,
    "range": np.ptp,
    "iq_range": stats.iqr,
    "mad": lambda x: stats.median_abs_deviation(x, scale=1 / 1.4826),
    "t_mean": lambda x: stats.trim_mean(x, 0.2),
    "g_mean": positive(lambda x: stats.gmean(x) if x.min() > 0 else 0.0),
    "h_mean": positive(lambda x: stats.hmean(x) if x.min() > 0 else 0.0),
    "sd": lambda x: x.std(ddof=1),
    "var": lambda x: x.var(ddof=1),
    "skewness": lambda x: stats.skew(x) * (1 - 1 / len(x)) ** 1.5 if np.ptp(x) else np.nan,
    "kurtosis": lambda x: (
        (stats.kurtosis(x) + 3) * (1 - 1 / len(x)) ** 2 - 3 if np.ptp(x) else np.nan
    ),
}


@pytest.mark.parametrize("name", ORACLES)
def test_of_columns(frame: pd.DataFrame, name: str) -> None:
    values = np.array([ORACLES[name](column) for column in columns_of(frame)])
    values = values[~np.isnan(values)]
    numbers = extract(frame, features=[f"{name}.mean", f"{name}.sd"])
    assert numbers[f"{name}.mean"] == pytest.approx(values.mean())
    assert numbers[f"{name}.sd"] == pytest.approx(values.std(ddof=1))


def test_sparsity(frame: pd.DataFrame) -> None:
    values = []
    for name in frame:
        known = frame[name].dropna()
        values.append((len(known) / known.nunique() - 1) / (len(known) - 1))
    assert extract(frame, features=["sparsity.mean"])["sparsity.mean"] == pytest.approx(
        np.mean(values)
    )


def test_outliers(frame: pd.DataFrame) -> None:
    count = 0
    for x in columns_of(frame):
        q1, q3 = np.quantile(x, [0.25, 0.75])
        count += bool(((x < q1 - 1.5 * (q3 - q1)) | (x > q3 + 1.5 * (q3 - q1))).any())
    assert extract(frame, features=["nr_outliers"])["nr_outliers"] == count


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 11, 12, 50, 500, 6000])
def test_dummies_of_any_share(n: int) -> None:
    for ones in {1, n // 4, n // 2, n - n // 3, n} - {0}:
        x = (np.arange(n) < ones).astype(float)
        numbers = extract({"c": ["b" if one else "a" for one in x]})
        columns = [x] if ones == n else [1 - x, x]
        for name in set(ORACLES) - {"sd", "var", "skewness", "kurtosis"}:
            expected = np.mean([ORACLES[name](column) for column in columns])
            assert numbers[f"{name}.mean"] == pytest.approx(expected, abs=1e-15), name


def test_of_numeric_columns(frame: pd.DataFrame) -> None:
    numbers = extract(frame, groups=["statistical"])
    columns = [frame["a"].to_numpy(), frame["b"].dropna().to_numpy()]
    g1 = np.array([stats.skew(column) for column in columns])
    g2 = np.array([stats.kurtosis(column) for column in columns])
    for name, values in {"skewness_biased": g1, "kurtosis_biased": g2}.items():
        assert numbers[f"{name}.mean"] == pytest.approx(values.mean())
        assert numbers[f"{name}.sd_pop"] == pytest.approx(values.std())
    means = [column.mean() for column in columns] + [1]
    assert numbers["mean_numeric.mean"] == pytest.approx(np.mean(means))
    assert numbers["sd_numeric.max"] == pytest.approx(columns[1].std(ddof=1))


def test_of_the_encoded_table(frame: pd.DataFrame) -> None:
    numbers = extract(frame, groups=["statistical"])
    matrix = encoded(frame)
    for name, values in {
        "skewness": stats.skew(matrix),
        "kurtosis": stats.kurtosis(matrix),
    }.items():
        assert numbers[f"{name}_encoded.min"] == pytest.approx(values.min())
        assert numbers[f"{name}_encoded.max"] == pytest.approx(values.max())
        assert numbers[f"{name}_encoded.mean"] == pytest.approx(values.mean())
        assert numbers[f"{name}_encoded.sd_pop"] == pytest.approx(values.std())


def test_principal_components(frame: pd.DataFrame) -> None:
    numbers = extract(frame, groups=["statistical"])
    matrix = encoded(frame)
    pca = PCA().fit(matrix)
    first = pca.transform(matrix)[:, 0]
    needed = np.searchsorted(pca.explained_variance_ratio_.cumsum(), 0.95) + 1
    assert numbers["pca_fraction_95"] == pytest.approx(needed / matrix.shape[1])
    assert numbers["pca_kurtosis_first_pc"] == pytest.approx(stats.kurtosis(first))
    assert numbers["pca_skewness_first_pc"] == pytest.approx(abs(stats.skew(first)))


def test_rescaling_changes_nothing(frame: pd.DataFrame) -> None:
    scaled = frame.assign(a=frame["a"] * 1e200 + 1e199, b=frame["b"] * 1e-100)
    expected = extract(frame, features=SHAPE)
    assert dict(extract(scaled, features=SHAPE)) == pytest.approx(dict(expected), rel=1e-6)


def test_order_of_rows_and_columns_changes_nothing(frame: pd.DataFrame) -> None:
    expected = dict(extract(frame, groups=["general", "statistical"]))
    # The first categorical column stays the first: all its levels count.
    shuffled = frame.sample(frac=1, random_state=0)[["c", "constant", "b", "a", "d"]]
    found = dict(extract(shuffled, groups=["general", "statistical"]))
    assert found == pytest.approx(expected, nan_ok=True)


def test_doubling_the_rows_keeps_population_values(frame: pd.DataFrame) -> None:
    once = extract(frame, groups=["statistical"])
    twice = extract(pd.concat([frame, frame]), groups=["statistical"])
    names = [name for name in once if "biased" in name or "encoded" in name or "pca" in name]
    assert {n: twice[n] for n in names} == pytest.approx({n: once[n] for n in names})
