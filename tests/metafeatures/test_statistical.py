"""Skewness, kurtosis and principal components against SciPy and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.decomposition import PCA

from metafeatures import extract

RNG = np.random.default_rng(3)


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


def test_of_numeric_columns(frame: pd.DataFrame) -> None:
    numbers = extract(frame, groups=["statistical"])
    columns = [frame["a"].to_numpy(), frame["b"].dropna().to_numpy()]
    g1 = np.array([stats.skew(column) for column in columns])
    g2 = np.array([stats.kurtosis(column) for column in columns])
    n = np.array([len(column) for column in columns])
    b1 = g1 * ((n - 1) / n) ** 1.5
    b2 = (g2 + 3) * ((n - 1) / n) ** 2 - 3
    for name, values in {"skewness": b1, "kurtosis": b2}.items():
        assert numbers[f"{name}.mean"] == pytest.approx(values.mean())
        assert numbers[f"{name}.sd"] == pytest.approx(values.std(ddof=1))
        assert numbers[f"{name}.min"] == pytest.approx(values.min())
        assert numbers[f"{name}.max"] == pytest.approx(values.max())
    for name, values in {"skewness_biased": g1, "kurtosis_biased": g2}.items():
        assert numbers[f"{name}.mean"] == pytest.approx(values.mean())
        assert numbers[f"{name}.sd_pop"] == pytest.approx(values.std())


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
    expected = extract(frame, groups=["statistical"])
    assert dict(extract(scaled, groups=["statistical"])) == pytest.approx(dict(expected), rel=1e-6)


def test_order_of_rows_and_columns_changes_nothing(frame: pd.DataFrame) -> None:
    expected = dict(extract(frame, groups=["general", "statistical"]))
    shuffled = frame.sample(frac=1, random_state=0)[["d", "constant", "b", "a", "c"]]
    found = dict(extract(shuffled, groups=["general", "statistical"]))
    assert found == pytest.approx(expected, nan_ok=True)


def test_doubling_the_rows_keeps_population_values(frame: pd.DataFrame) -> None:
    once = extract(frame, groups=["statistical"])
    twice = extract(pd.concat([frame, frame]), groups=["statistical"])
    names = [name for name in once if "biased" in name or "encoded" in name or "pca" in name]
    assert {n: twice[n] for n in names} == pytest.approx({n: once[n] for n in names})
