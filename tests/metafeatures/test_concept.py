"""Concept measures against their definitions, figures of pymfe 0.4.4 and pymfe itself."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from sklearn.datasets import load_breast_cancer, load_iris, load_wine

from metafeatures import extract

RNG = np.random.default_rng(8)
LOADERS = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer}
NAMES = ("cohesiveness", "conceptvar", "impconceptvar", "wg_dist")


def written_out(X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    span = X.max(axis=0) - X.min(axis=0)
    X = (X - X.min(axis=0)) / np.where(span > 0, span, 1)
    d, s = cdist(X, X), np.sqrt(X.shape[1])
    smooth = np.where(d < s, 2.0 ** (-2 * d / np.where(d < s, s - d, 1)), 0)
    stepped = 2.0 ** -np.maximum(np.ceil(d), 1)
    np.fill_diagonal(smooth, 0)
    np.fill_diagonal(stepped, 0)
    apart = y[:, None] != y
    return {
        "cohesiveness": stepped.sum(axis=1),
        "conceptvar": (smooth * apart).sum(axis=1) / smooth.sum(axis=1),
        "impconceptvar": (stepped * apart).sum(axis=1),
        "wg_dist": (smooth * d).sum(axis=1) / smooth.sum(axis=1),
    }


TABLES = {
    "noise": (RNG.normal(size=(150, 4)), RNG.integers(0, 3, 150)),
    "ties": (RNG.integers(0, 2, (150, 3)).astype(float), np.arange(150) % 2),
    "a class each": (RNG.normal(size=(40, 2)), np.arange(40)),
    "a constant column": (
        np.column_stack([RNG.normal(size=(50, 2)), np.ones(50)]),
        RNG.integers(0, 2, 50),
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_against_definitions_written_out(name: str) -> None:
    X, y = TABLES[name]
    numbers = extract(X, [f"k{i}" for i in y], groups=["concept"])
    for feature, values in written_out(X, y).items():
        found = [numbers[f"{feature}.{s}"] for s in ("mean", "sd", "min", "max")]
        expected = [values.mean(), values.std(ddof=1), values.min(), values.max()]
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-13)


# Mean and sd of each of NAMES.
PYMFE = {
    "iris": [
        67.10333333333334,
        5.355733510152213,
        0.495358313970321,
        0.07796805526728046,
        42.61,
        5.354503216731368,
        0.46209017658705315,
        0.05612193762635788,
    ],
    "wine": [
        65.625,
        6.62579277849095,
        0.5974110295615449,
        0.04430655907810484,
        37.76685393258427,
        4.804702521231343,
        0.9366990324867391,
        0.1005866967809446,
    ],
    "breast_cancer": [
        219.27899824253075,
        35.85918820445068,
        0.4273741399289144,
        0.13447771845828496,
        84.26603690685413,
        30.972572964408485,
        0.953017269656378,
        0.2596602485952693,
    ],
}


@pytest.mark.parametrize("name", PYMFE)
def test_against_figures_of_pymfe(name: str) -> None:
    X, y = LOADERS[name](return_X_y=True)
    numbers = extract(X, y.astype(str), groups=["concept"])
    found = [numbers[f"{feature}.{s}"] for feature in NAMES for s in ("mean", "sd")]
    assert found == pytest.approx(PYMFE[name], rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_against_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe")
    frame = pd.DataFrame({"a": RNG.normal(size=90), "c": np.sort(RNG.choice(list("uvw"), 90))})
    model = mfe.MFE(groups=["concept"], random_state=0)
    model.fit(frame.astype(object).to_numpy(), np.arange(90) % 3)
    expected = dict(zip(*model.extract(), strict=True))
    numbers = extract(frame, (np.arange(90) % 3).astype(str), groups=["concept"])
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, rel=1e-9)


def test_classes_are_not_needed_for_density() -> None:
    X, y = TABLES["noise"]
    names = ["cohesiveness", "wg_dist"]
    expected = dict(extract(X, y.astype(str), features=names))
    for target in (None, y + 0.5 * RNG.random(150)):
        assert dict(extract(X, target, features=names)) == pytest.approx(expected)


def test_sums_are_extended_to_the_table() -> None:
    X = np.random.default_rng(4).normal(size=(3000, 3))
    y = (np.arange(3000) % 3).astype(str)
    exact = extract(X, y, groups=["concept"], max_rows=None)
    sampled = extract(X, y, groups=["concept"], max_rows=1000)
    for name in NAMES:
        assert sampled[f"{name}.mean"] == pytest.approx(exact[f"{name}.mean"], rel=0.25)
        assert sampled[f"{name}.mean"] != exact[f"{name}.mean"]


def test_rows_as_far_apart_as_rows_can_be() -> None:
    numbers = extract([[0.0], [1.0]], ["p", "q"], groups=["concept"])
    assert numbers.skipped["wg_dist.mean"] == "all rows lie as far apart as rows can"
    assert numbers["cohesiveness.mean"] == numbers["impconceptvar.mean"] == 0.5


def test_threads_do_not_change_a_digit() -> None:
    X, y = RNG.normal(size=(1500, 3)), (np.arange(1500) % 4).astype(str)
    expected = dict(extract(X, y, groups=["concept"]))
    assert dict(extract(X, y, groups=["concept"], n_jobs=3)) == expected
