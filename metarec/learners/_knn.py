"""Nearest neighbours."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._bounds import rows_at_most
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {
        # A third of the table is still there when a fold trains on half of it.
        "n_neighbors": Integer(1, rows_at_most(shape, 50, 3)),
        "p": Integer(1, 2),
        "weights": Categorical(("uniform", "distance")),
    }


def _classifier(values: Mapping[str, Value], _: int | None) -> "BaseEstimator":
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(**values)


def _regressor(values: Mapping[str, Value], _: int | None) -> "BaseEstimator":
    from sklearn.neighbors import KNeighborsRegressor

    return KNeighborsRegressor(**values)


DEFAULTS: Mapping[str, Value] = {"n_neighbors": 5, "p": 2, "weights": "uniform"}

# Predicting compares each new row with all rows once columns are many.
MAX_ROWS = 100_000

KNN_CLASSIFIER = with_preparation(
    BaseLearner(
        name="knn",
        summary="Majority of the nearest rows, by Manhattan (p=1) or Euclidean (p=2) distance.",
        space=_space,
        defaults=DEFAULTS,
        build=_classifier,
        cost="low",
        implicit=frozenset({"weights"}),
        max_rows=MAX_ROWS,
    ),
    scaling=True,
    selection=True,
    implicit=True,
)

KNN_REGRESSOR = with_preparation(
    BaseLearner(
        name="knn",
        summary="Mean of the nearest rows, by Manhattan (p=1) or Euclidean (p=2) distance.",
        space=_space,
        defaults=DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="low",
        max_rows=MAX_ROWS,
    ),
    scaling=True,
    selection=True,
)
