"""The tree that describes a table, against pymfe and written out."""

import numpy as np
import pytest

from metafeatures import catalogue, extract

RNG = np.random.default_rng(6)


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
