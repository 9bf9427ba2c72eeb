"""What the decision tree and the forests share: bounds that depend on the number of rows."""

from collections.abc import Mapping

from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Rows, Value


def split_rows(shape: TableShape | None) -> Rows:
    """Domain of `min_samples_split`: at most a quarter of the rows, and never above 1024.

    A quarter leaves several splits to a tree that sees half of the rows, as in two folds.
    """
    return Rows(2, 1024 if shape is None else max(2, min(1024, shape.n_rows // 4)))


def forest_space(shape: TableShape | None) -> Mapping[str, Domain]:
    """Space of a random forest and of extremely randomised trees."""
    return {
        "criterion": Categorical(("gini", "entropy")),
        "min_samples_split": split_rows(shape),
        "n_estimators": Integer(10, 500, log=True),
    }


FOREST_DEFAULTS: Mapping[str, Value] = {
    "criterion": "gini",
    "min_samples_split": 2,
    "n_estimators": 100,
}
