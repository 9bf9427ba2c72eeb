"""Gradient boosting of regression trees."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Real, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "learning_rate": Real(0.001, 0.5, log=True),
        "max_depth": Integer(2, 8),
        "max_features": Categorical((None, "log2")),
    }


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(**hyperparameters, random_state=random_state)


GRADIENT_BOOSTING = BaseLearner(
    name="gradient_boosting",
    summary="100 rounds of regression trees with exact splits, one tree per class and round.",
    space=_space,
    defaults={"learning_rate": 0.1, "max_depth": 3, "max_features": None},
    build=_build,
    # Exact splits sort every column in every node, for every class; above this, minutes per fit.
    max_rows=100_000,
    max_rows_times_classes=600_000,
)
