"""Itemsets against counts written out, figures of pymfe 0.4.4 and, where it is, pymfe itself."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine

from metafeatures import extract
from metafeatures._intermediates import items
from metafeatures._kernels._items import symmetric_differences

RNG = np.random.default_rng(5)
N = 216
FRAME = pd.DataFrame(
    {
        "c": RNG.choice(list("uvw"), N),
        "d": RNG.choice(["x", "y", None], N),
        "x": RNG.normal(size=N),
        "ties": RNG.integers(0, 3, N),
        "holes": np.where(RNG.random(N) < 0.2, np.nan, RNG.normal(size=N)),
        "constant": 1.0,
    }
)
LOADERS = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer}


def binary(column: pd.Series) -> np.ndarray:
    """One column of 0 and 1 per item."""
    if column.dtype != np.float64 and column.name != "ties":
        return pd.get_dummies(column).to_numpy()
    known = column.dropna().to_numpy(float)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, int(len(known) ** (1 / 3)) + 1)[1:]))
    bins = np.digitize(column, edges, right=True)
    return np.stack([(bins == k) & column.notna() for k in range(len(edges))], axis=1)


def written_out(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    matrices = [binary(frame[name]) for name in frame]
    pairs = [
        (first[:, :, None] != second[:, None, :]).mean(axis=0).ravel()
        for first, second in combinations(matrices, 2)
    ]
    return np.concatenate([m.mean(axis=0) for m in matrices]), np.concatenate(pairs)


def test_against_counts_written_out() -> None:
    numbers = extract(FRAME, groups=["itemset"])
    for name, values in zip(("one_itemset", "two_itemset"), written_out(FRAME), strict=True):
        found = [numbers[f"{name}.{summary}"] for summary in ("mean", "sd", "min", "max")]
        expected = [values.mean(), values.std(ddof=1), values.min(), values.max()]
        assert found == pytest.approx(expected, rel=1e-12)


# one_itemset and two_itemset, mean and sd each.
PYMFE = {
    "iris": [0.2, 0.04993563108104261, 0.32, 0.0851125499534728],
    "wine": [0.2, 0.016099696495401234, 0.32, 0.046088523393282545],
    "breast_cancer": [0.12500000000000003, 0.000979573464597616, 0.21875, 0.022978570378723934],
}


@pytest.mark.parametrize("name", PYMFE)
def test_against_figures_of_pymfe(name: str) -> None:
    X, y = LOADERS[name](return_X_y=True)
    numbers = extract(X, y.astype(str), groups=["itemset"])
    found = [numbers[f"{f}.{s}"] for f in ("one_itemset", "two_itemset") for s in ("mean", "sd")]
    assert found == pytest.approx(PYMFE[name], rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_against_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe")
    frame = FRAME[["c", "x", "ties"]]
    model = mfe.MFE(groups=["itemset"], random_state=0)
    model.fit(frame.astype(object).to_numpy(), np.arange(N) % 3)
    expected = dict(zip(*model.extract(), strict=True))
    numbers = extract(frame, groups=["itemset"])
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, rel=1e-9)


def test_pairs_need_two_columns() -> None:
    numbers = extract(FRAME[["c"]], groups=["itemset"])
    assert numbers["one_itemset.mean"] == pytest.approx(1 / 3)
    reason = "there are no two columns whose items could be paired"
    assert numbers.skipped["two_itemset.mean"] == reason


def test_too_many_items_are_not_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_ITEMS", 6)
    few = FRAME[["c", "ties"]]
    many = few.assign(e=RNG.choice(list("abcdefghi"), N))
    for frame in (few, many):
        values = written_out(few)[1]
        numbers = extract(frame, features=["two_itemset"], max_rows=None)
        assert numbers["two_itemset.sd"] == pytest.approx(values.std(ddof=1), rel=1e-12)
    assert numbers.measured_on["two_itemset.mean"] == "2 of 3 columns"


def test_very_wide_tables_count_fewer_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_COUNTED", 2)
    numbers = extract(RNG.normal(size=(30, 5)), groups=["itemset"])
    assert numbers.measured_on["one_itemset.mean"] == "2 of 5 numeric columns"
    assert numbers["one_itemset.mean"] == pytest.approx(1 / 3)


def test_pairs_of_a_sample_keep_the_bins_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_WORK", 1.0)
    numbers = extract(FRAME, groups=["itemset"], max_rows=120)
    exact = extract(FRAME, groups=["itemset"], max_rows=None)
    assert numbers.measured_on["two_itemset.mean"] == "120 of 216 rows"
    assert "two_itemset.mean" not in exact.measured_on
    assert numbers["one_itemset.sd"] == exact["one_itemset.sd"]
    assert numbers["two_itemset.sd"] != exact["two_itemset.sd"]
    assert numbers["two_itemset.mean"] == pytest.approx(exact["two_itemset.mean"], rel=0.05)


def test_the_kernel_checks_shapes() -> None:
    codes = np.zeros((3, 2), np.int16, order="F")
    counts, starts = np.array([3.0, 3.0]), np.array([0, 1, 2])
    with pytest.raises(ValueError, match="room"):
        symmetric_differences(codes, counts, starts, 0, np.empty(2))
    with pytest.raises(ValueError, match="starts"):
        symmetric_differences(codes, counts, starts, 2, np.empty(1))
    with pytest.raises(ValueError, match="starts"):
        symmetric_differences(codes, counts, starts[:2], 0, np.empty(1))
