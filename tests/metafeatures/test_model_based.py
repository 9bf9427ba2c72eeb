"""The tree that describes a table, against pymfe and written out."""

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from metafeatures import catalogue, extract

RNG = np.random.default_rng(6)

STORED = {
    "iris": {
        "leaves": 9,
        "leaves_branch.mean": 3.777777778,
        "leaves_corrob.sd": 0.1505176254,
        "leaves_homo.mean": 37.46666667,
        "leaves_per_class.sd": 0.2222222222,
        "nodes_per_level.sd": 0.894427191,
        "nodes_repeated.mean": 2.666666667,
        "tree_depth.sd": 1.434860108,
        "tree_imbalance.mean": 0.1949170539,
        "tree_shape.sd": 0.1071196031,
        "var_importance.sd": 0.4492554815,
    },
    "wine": {
        "leaves": 12,
        "leaves_branch.mean": 3.75,
        "leaves_corrob.sd": 0.1265510065,
        "leaves_homo.mean": 46.13333333,
        "leaves_per_class.sd": 0.1666666667,
        "nodes_per_level.sd": 1.303840481,
        "nodes_repeated.mean": 1.375,
        "tree_depth.sd": 1.26052878,
        "tree_imbalance.mean": 0.2389172267,
        "tree_shape.sd": 0.08514832202,
        "var_importance.sd": 0.1268953802,
    },
    "breast_cancer": {
        "leaves": 22,
        "leaves_branch.mean": 4.954545455,
        "leaves_corrob.sd": 0.121347578,
        "leaves_homo.mean": 166.1714286,
        "leaves_per_class.sd": 0.06428243465,
        "nodes_per_level.sd": 1.825741858,
        "nodes_repeated.mean": 1.5,
        "tree_depth.sd": 1.630278292,
        "tree_imbalance.mean": 0.1578153644,
        "tree_shape.sd": 0.1059090612,
        "var_importance.sd": 0.1275150426,
    },
}
"""Figures of pymfe 0.4.4 with random_state=0."""


@pytest.mark.parametrize("name", STORED)
def test_stored_figures_of_pymfe(name: str) -> None:
    data = getattr(datasets, f"load_{name}")()
    numbers = extract(data.data, data.target, groups=["model-based"])
    for output, value in STORED[name].items():
        assert numbers[output] == pytest.approx(value), output


@pytest.mark.parametrize("case", ["two classes", "five classes", "whole numbers", "mixed"])
@pytest.mark.filterwarnings("ignore:It is not possible")
def test_every_value_is_that_of_pymfe(case: str) -> None:
    mfe = pytest.importorskip("pymfe.mfe").MFE
    X = RNG.normal(size=(500, 6))
    score = X[:, 0] + X[:, 1] ** 2 + 0.5 * RNG.normal(size=500)
    y = np.searchsorted(np.quantile(score, np.arange(1, 5) / 5), score)
    if case == "two classes":
        y = y // 3
    if case == "whole numbers":
        X = np.round(2 * X)
    if case == "mixed":
        X = X.astype(object)
        X[:, 1] = np.array(list("uvw"))[RNG.permutation(np.arange(500) % 3)]
        X[:, 4] = np.where(X[:, 4] > 0.5, "p", "q")
    names, values = mfe(groups=["model-based"], random_state=0).fit(X, y).extract()
    numbers = extract(pd.DataFrame(X).infer_objects(), y, groups=["model-based"])
    assert set(names) == set(numbers)
    for name, value in zip(names, values, strict=True):
        assert numbers[name] == pytest.approx(value), name


def test_the_first_of_equal_columns_is_not_preferred() -> None:
    x = RNG.normal(size=400)
    numbers = extract(
        np.column_stack([x] * 4), x + RNG.normal(size=400) > 0, groups=["model-based"]
    )
    assert numbers["var_importance.mean"] == pytest.approx(0.25)
    assert numbers["var_importance.sd"] < 0.25


def test_a_tree_written_out() -> None:
    """x <= 2.5 parts a from the rest; y <= 0.5 parts b from c."""
    x = np.repeat([1.0, 2.0, 3.0, 4.0], 3)
    y = np.tile([0.0, 1.0, 1.0], 4)
    classes = np.where(x < 2.5, "a", np.where(y < 0.5, "b", "c"))
    numbers = extract(np.column_stack([x, y]), classes, groups=["model-based"])
    gini = [12 - (36 + 4 + 16) / 12, 6 - (4 + 16) / 6]
    gain = np.array([gini[0] - gini[1], gini[1]])
    expected = {
        "leaves": 3,
        "leaves_branch.mean": 5 / 3,
        "leaves_corrob.mean": 1 / 3,
        "leaves_corrob.sd": np.std([6, 2, 4], ddof=1) / 12,
        "leaves_homo.mean": np.mean([3 / 0.5, 3 / 0.5, 3 / 0.5]),
        "leaves_per_class.mean": 1 / 3,
        "nodes": 2,
        "nodes_per_attr": 1,
        "nodes_per_inst": 2 / 12,
        "nodes_per_level.mean": 1,
        "nodes_repeated.mean": 1,
        "tree_depth.mean": (0 + 1 + 1 + 2 + 2) / 5,
        "tree_imbalance.mean": 0.5 * 2**-0.5,
        "tree_shape.mean": 0.5,
        "var_importance.mean": 0.5,
        "var_importance.sd": np.std(gain / gain.sum(), ddof=1),
    }
    for name, value in expected.items():
        assert numbers[name] == pytest.approx(value), name


def test_regression_has_a_tree_too() -> None:
    x = np.arange(8.0)
    numbers = extract(x[:, None], np.where(x < 4, 1.5, x + 0.25), groups=["model-based"])
    assert numbers["leaves"] == 5
    assert numbers["nodes_per_level.mean"] == 4 / 3
    assert numbers.skipped["leaves_per_class.mean"] == "it is not defined for regression"
    scaled = extract(x[:, None], np.where(x < 4, 1.5e300, (x + 0.25) * 1e300), features=["leaves"])
    assert scaled["leaves"] == 5


def test_a_single_leaf() -> None:
    numbers = extract(np.ones((6, 2)), [0, 1] * 3, groups=["model-based"])
    assert numbers["leaves"] == numbers["leaves_per_class.mean"] == 1
    assert numbers["nodes"] == numbers["var_importance.mean"] == 0
    for name in ("nodes_per_level", "nodes_repeated", "leaves_homo"):
        assert numbers.skipped[f"{name}.mean"] == "the tree has no split"


def test_a_chain_of_splits_is_too_deep_for_its_chances() -> None:
    n = 2500
    numbers = extract(
        np.arange(n, dtype=float)[:, None], 3.0 ** np.linspace(0, 600, n), max_rows=None,
        groups=["model-based"],
    )  # fmt: skip
    assert np.isfinite([v for k, v in numbers.items() if k not in numbers.skipped]).all()


def test_names_of_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe").MFE
    theirs = set(mfe.valid_metafeatures(groups=["model-based"]))
    assert theirs == {e.pymfe for e in catalogue() if e.group == "model-based"}
