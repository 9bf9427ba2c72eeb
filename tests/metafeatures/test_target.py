"""Which column, which task, which classes."""

import numpy as np
import pandas as pd
import pytest

from metafeatures import TargetError, as_table, infer_target


@pytest.mark.parametrize(
    ("names", "column", "reason"),
    [
        (["y", "class"], "class", "the column is called 'class'"),
        (["Target", "class"], "Target", "the column is called 'Target'"),
        (["label", "x", "Y"], "Y", "the column is called 'Y'"),
        (["label", "x"], "label", "the column is called 'label'"),
        (["classes", "x"], "x", "it is the last column"),
    ],
)
def test_infer_target(names: list[str], column: str, reason: str) -> None:
    assert infer_target(names) == (column, reason)


def test_infer_target_needs_names() -> None:
    with pytest.raises(TargetError, match="no columns"):
        infer_target([])


WHOLE = np.arange(100) % 20
CASES = [
    (["a", "b"] * 50, "binary", 2),
    (list("abcd") * 25, "multiclass", 4),
    ([True, False] * 50, "binary", 2),
    (WHOLE, "multiclass", 20),
    (np.arange(100) % 21, "regression", 0),
    (WHOLE.astype(float), "regression", 0),
    (np.arange(100.0) % 2, "binary", 2),
    (["only"] * 100, "binary", 1),
    (pd.date_range("2020", periods=100), "regression", 0),
]


@pytest.mark.parametrize(("y", "task", "n_classes"), CASES)
def test_auto(y: object, task: str, n_classes: int) -> None:
    target = as_table(np.zeros((100, 1)), y).target
    assert target is not None
    assert (target.task, target.n_classes) == (task, n_classes)
    assert len(target.codes if n_classes else target.values) == 100


@pytest.mark.parametrize("y", [[0, 1], [0, 1, 2]])
def test_few_rows_of_whole_numbers(y: list[int]) -> None:
    target = as_table([[0.0]] * len(y), y).target
    assert target is not None
    assert target.task == ("binary" if len(y) == 2 else "regression")


def test_asked_for() -> None:
    X = np.zeros((100, 1))
    for task, found in [
        ("classification", "multiclass"),
        ("multiclass", "multiclass"),
        ("regression", "regression"),
    ]:
        target = as_table(X, WHOLE.astype(float), task=task).target
        assert target is not None
        assert target.task == found
        assert target.reason == f"task={task!r} was asked for"


def test_classes_are_named_and_sorted() -> None:
    target = as_table([[1.0]] * 4, ["b", "c", "a", "b"]).target
    assert target is not None
    assert (target.classes, target.codes.tolist()) == (("a", "b", "c"), [1, 2, 0, 1])
    numbers = as_table([[1.0]] * 4, [10, 9, 10, 9], task="classification").target
    assert numbers is not None
    assert (numbers.classes, numbers.codes.tolist()) == (("9", "10"), [1, 0, 1, 0])


def test_missing_targets_are_dropped() -> None:
    table = as_table({"x": [1, 2, 3], "c": ["u", "v", "v"]}, ["p", None, "q"])
    assert table.target is not None
    assert table.target.n_missing == 1
    assert table.numeric[:, 0].tolist() == [1, 3]
    assert (table.n_rows, table.levels) == (2, (2,))
