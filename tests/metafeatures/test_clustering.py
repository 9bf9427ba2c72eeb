"""Cluster validity against scikit-learn, SciPy, figures of pymfe 0.4.4 and pymfe itself."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist, pdist
from scipy.stats import entropy, pointbiserialr
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from metafeatures import extract

RNG = np.random.default_rng(7)
LOADERS = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer}
NAMES = ("ch", "int", "nre", "pb", "sc", "sil", "vdb", "vdu")


def tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    X = RNG.normal(size=(120, 4))
    return {
        "noise": (X, np.repeat([0, 1, 2], 40)),
        "unequal": (X, np.sort(RNG.choice(4, 120, p=[0.7, 0.2, 0.08, 0.02]))[::-1]),
        "a row alone": (X, np.append(0, 1 + np.arange(119) % 2)),
        "ties": (RNG.integers(0, 2, (120, 3)).astype(float), np.arange(120) % 2),
        "apart": (X + 50 * (np.arange(120) % 3)[:, None], np.arange(120) % 3),
        "far from 0": (X + 1e6, np.arange(120) % 3),
    }


TABLES = tables()


def written_out(X: np.ndarray, y: np.ndarray) -> dict[str, float]:
    classes = [X[y == k] for k in np.unique(y)]
    pairs = [cdist(a, b) for a, b in combinations(classes, 2)]
    widest = max(pdist(rows).max() for rows in classes if len(rows) > 1)
    same = np.array([a == b for a, b in combinations(y, 2)])
    counts = np.unique(y, return_counts=True)[1]
    return {
        "ch": calinski_harabasz_score(X, y),
        "int": np.mean([d.mean() for d in pairs]),
        "nre": entropy(counts),
        "pb": pointbiserialr(same, pdist(X))[0],
        "sc": (counts < 15).sum(),
        "sil": silhouette_score(cdist(X, X), y, metric="precomputed"),
        "vdb": davies_bouldin_score(X - X.mean(axis=0), y),
        "vdu": min(d.min() / d.size for d in pairs) / widest,
        "dunn": min(d.min() for d in pairs) / widest,
    }


@pytest.mark.parametrize("name", TABLES)
def test_against_definitions_written_out(name: str) -> None:
    X, y = TABLES[name]
    expected = written_out(X, y)
    numbers = extract(X, y.astype(str), features=list(expected))
    assert dict(numbers) == pytest.approx(expected, rel=1e-8, abs=1e-12)


# In the order of NAMES.
PYMFE = {
    "iris": [
        487.33087637489984,
        3.322592586185653,
        1.0986122886681096,
        -0.6800495958526899,
        0.0,
        0.5034774406932961,
        0.7513707094756737,
        2.3392212858877218e-05,
    ],
    "wine": [
        206.6781164482878,
        424.9689253318391,
        1.086038443640683,
        -0.4201120824503934,
        0.0,
        0.20008297882823034,
        1.5154862521642123,
        1.1421612008476927e-06,
    ],
    "breast_cancer": [
        633.6311042652751,
        1030.1020736588098,
        0.6603163491952275,
        -0.4908523706721157,
        0.0,
        0.5136967682373823,
        0.7206452123084452,
        3.3171017151862845e-08,
    ],
}


@pytest.mark.parametrize("name", PYMFE)
def test_against_figures_of_pymfe(name: str) -> None:
    X, y = LOADERS[name](return_X_y=True)
    numbers = extract(X, y.astype(str), features=NAMES)
    assert [numbers[name] for name in NAMES] == pytest.approx(PYMFE[name], rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_against_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe")
    frame = pd.DataFrame({"a": RNG.normal(size=90), "c": np.sort(RNG.choice(list("uvw"), 90))})
    model = mfe.MFE(groups=["clustering"], random_state=0)
    model.fit(frame.astype(object).to_numpy(), np.arange(90) % 3)
    expected = dict(zip(*model.extract(), strict=True))
    numbers = extract(frame, (np.arange(90) % 3).astype(str), features=list(expected))
    assert dict(numbers) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_units_change_only_distances(scale: float) -> None:
    X, y = TABLES["noise"]
    names = [*NAMES, "dunn"]
    expected = dict(extract(X, y.astype(str), features=names))
    expected["int"] *= scale
    found = dict(extract(X * scale, y.astype(str), features=names))
    assert found == pytest.approx(expected, rel=1e-9, abs=0)


def test_a_sample_is_extended_to_the_table() -> None:
    X, y = RNG.normal(size=(3000, 3)), np.arange(3000) % 3
    X[:, 0] += 2 * y
    exact = extract(X, y.astype(str), groups=["clustering"], max_rows=None)
    sampled = extract(X, y.astype(str), groups=["clustering"], max_rows=1000)
    assert sampled["nre"] == exact["nre"]
    for name in ("ch", "int", "pb", "sil", "vdb"):
        assert sampled[name] == pytest.approx(exact[name], rel=0.15)
        assert sampled[name] != exact[name]


def test_degenerate_classes() -> None:
    X = RNG.normal(size=(20, 2))
    alone = extract(X, [f"k{i}" for i in range(20)], groups=["clustering"])
    assert {n: alone.skipped[n] for n in ("ch", "pb", "sil")} == dict.fromkeys(
        ("ch", "pb", "sil"), "every row has a class of its own"
    )
    assert alone.skipped["vdu"] == alone.skipped["dunn"] == "no class varies"
    same = extract(np.ones((20, 2)), ["p", "q"] * 10, groups=["clustering"])
    assert same.skipped["vdb"] == "all classes have the same centre"
    assert same.skipped["pb"] == "all rows are equally far apart"
    assert same["sil"] == same["int"] == 0
    one = extract(X, ["p"] * 20, groups=["clustering"])
    assert one["nre"] == 0
    assert one.skipped["sil"] == "the target has only one class"


def test_threads_do_not_change_a_digit() -> None:
    X, y = RNG.normal(size=(1500, 3)), (np.arange(1500) % 4).astype(str)
    expected = dict(extract(X, y, groups=["clustering"]))
    assert dict(extract(X, y, groups=["clustering"], n_jobs=3)) == expected


def test_classes_that_hardly_vary_have_no_infinite_ratio() -> None:
    X = np.array([[0.0], [1e-155], [1.0], [-1.0]])
    numbers = extract(X, list("aabc"), groups=["clustering"])
    assert numbers.skipped["ch"] == "it exceeds the range of float64"
    assert np.isfinite(numbers["dunn"])
