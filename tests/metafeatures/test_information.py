"""Entropies against SciPy, mutual information against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score

from metafeatures import extract
from metafeatures._intermediates.entropies import discretise

RNG = np.random.default_rng(4)
N = 125
Y = RNG.choice(list("pqr"), N)
FRAME = pd.DataFrame(
    {
        "c": np.where(RNG.random(N) < 0.5, Y, RNG.choice(list("pqrs"), N)),
        "x": RNG.normal(size=N),
        "ties": RNG.integers(0, 3, N),
        "constant": np.ones(N),
    }
)


def bins(values: np.ndarray) -> np.ndarray:
    """Equal frequency as pymfe defines it, written out."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, int(len(values) ** (1 / 3)) + 1)[1:]))
    return np.digitize(values, edges, right=True)


def ent(*columns: np.ndarray) -> float:
    return float(entropy(pd.DataFrame(list(columns)).T.value_counts(), base=2))


def test_against_scipy_and_scikit_learn() -> None:
    numeric = [bins(FRAME[name].to_numpy()) for name in ("x", "ties", "constant")]
    columns = [FRAME["c"].to_numpy(), *numeric]
    alone = np.array([ent(column) for column in columns])
    joint = np.array([ent(column, Y) for column in columns])
    shared = np.array([mutual_info_score(column, Y) for column in columns]) / np.log(2)
    numbers = extract(FRAME, Y, groups=["info-theory"])
    expected = {
        "class_ent": ent(Y),
        "attr_ent.mean": alone.mean(),
        "attr_ent.sd": alone.std(ddof=1),
        "joint_ent.mean": joint.mean(),
        "joint_ent.sd": joint.std(ddof=1),
        "mut_inf.mean": shared.mean(),
        "mut_inf.sd": shared.std(ddof=1),
        "ns_ratio": (alone.sum() - shared.sum()) / shared.sum(),
        "eq_num_attr": 4 * ent(Y) / shared.sum(),
    }
    assert {name: numbers[name] for name in expected} == pytest.approx(expected)


def test_nominal_ones_are_over_the_categorical_columns() -> None:
    more = FRAME.assign(d=RNG.choice(list("uv"), N))
    coded = [more[name].to_numpy() for name in ("c", "d")]
    alone = np.array([ent(column) for column in coded])
    shared = np.array([mutual_info_score(column, Y) for column in coded]) / np.log(2)
    numbers = extract(more, Y, groups=["info-theory"])
    expected = {
        "attr_ent_nominal.mean": alone.mean(),
        "attr_ent_nominal.max": alone.max(),
        "attr_ent_nominal.quantiles.1": np.quantile(alone, 0.25),
        "mut_inf_nominal.mean": shared.mean(),
        "mut_inf_nominal.min": shared.min(),
        "ns_ratio_nominal": (alone.mean() - shared.mean()) / shared.mean(),
        "eq_num_attr_nominal": ent(Y) / shared.mean(),
    }
    assert {name: numbers[name] for name in expected} == pytest.approx(expected)


def test_nominal_ones_need_a_categorical_column() -> None:
    numbers = extract(FRAME[["x"]], Y, features=["mut_inf_nominal", "eq_num_attr_nominal"])
    assert set(numbers.skipped.values()) == {"no categorical column has a known cell"}
    assert len(numbers.skipped) == len(numbers)


def tau(x: np.ndarray, y: np.ndarray) -> float:
    """Concentration of x given y, written out."""
    joint = pd.crosstab(x, y).to_numpy() / len(x)
    prior = (joint.sum(axis=1) ** 2).sum()
    return float(((joint**2 / joint.sum(axis=0)).sum() - prior) / (1 - prior))


def test_concentration() -> None:
    columns = [FRAME["c"].to_numpy(), bins(FRAME["x"].to_numpy()), bins(FRAME["ties"].to_numpy())]
    given_class = np.array([tau(column, Y) for column in columns])
    pairs = np.array([tau(x, y) for x in columns for y in columns if x is not y])
    pairs = np.append(pairs, np.zeros(3))  # nothing is told by a constant
    numbers = extract(FRAME, Y, features=["attr_conc", "class_conc"])
    assert dict(numbers) == pytest.approx(
        {
            "attr_conc.mean": pairs.mean(),
            "attr_conc.sd": pairs.std(ddof=1),
            "class_conc.mean": given_class.mean(),
            "class_conc.sd": given_class.std(ddof=1),
        }
    )


def test_concentration_of_pairs_leaves_out_missing_cells() -> None:
    x, y = FRAME["c"].to_numpy(), RNG.choice(list("uv"), N)
    more = {"x": [*x, None, "p"], "y": [*y, "u", None]}
    numbers = extract(more, features=["attr_conc.mean"])
    assert numbers["attr_conc.mean"] == pytest.approx((tau(x, y) + tau(y, x)) / 2)


def test_many_levels_and_classes() -> None:
    n = 3000
    x = np.array([f"x{i}" for i in RNG.integers(0, 900, n)])
    y = np.array([f"y{i}" for i in RNG.integers(0, 800, n)])
    numbers = extract({"x": x}, y, features=["joint_ent", "class_conc"])
    assert numbers["joint_ent.mean"] == pytest.approx(ent(x, y))
    assert numbers["class_conc.mean"] == pytest.approx(tau(x, y))


def test_large_tables_take_fewer_columns_and_rows() -> None:
    X = RNG.normal(size=(200_000, 14))
    numbers = extract(X, features=["attr_conc"])
    assert numbers.measured_on["attr_conc.mean"] == "12 of 14 columns, 75,757 of 200,000 rows"
    assert numbers["attr_conc.mean"] == pytest.approx(57 / 75_757, rel=0.05)


def test_missing_cells_are_left_out() -> None:
    more = pd.concat([FRAME[["c", "x"]], pd.DataFrame({"c": [None] * 9, "x": np.nan})])
    y = [*Y, *"ppppppppp"]
    names = ["attr_ent", "joint_ent", "mut_inf"]
    expected = extract(FRAME[["c", "x"]], Y, features=names)
    assert dict(extract(more, y, features=names)) == pytest.approx(dict(expected))


@pytest.mark.parametrize("n", [1, 2, 8, 26, 27, 64, 1000])
def test_bins(n: int) -> None:
    found = discretise(RNG.normal(size=n))
    assert found.min() == 0
    assert found.max() + 1 == int(n ** (1 / 3))
    counts = np.bincount(found)
    assert counts.max() - counts.min() <= 2


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e307])
def test_bins_like_numpy_quantiles(scale: float) -> None:
    for values in (RNG.normal(size=500), RNG.integers(0, 9, 500).astype(float), np.zeros(30)):
        assert np.array_equal(discretise(values * scale), bins(values))


def test_no_information() -> None:
    numbers = extract(np.ones((10, 2)), [0, 1] * 5, groups=["info-theory"])
    assert numbers["attr_ent.mean"] == numbers["mut_inf.mean"] == 0
    assert numbers.skipped["ns_ratio"] == "no column tells anything about the class"


def test_a_copy_of_the_class_tells_all() -> None:
    numbers = extract({"copy": Y}, Y, groups=["info-theory"])
    assert numbers["mut_inf.mean"] == pytest.approx(numbers["class_ent"])
    assert numbers["ns_ratio"] == pytest.approx(0, abs=1e-12)
    assert numbers["eq_num_attr"] == pytest.approx(1)
