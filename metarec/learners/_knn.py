"""Nearest neighbours."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Integer, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _space(shape: TableShape | None) -> Mapping[str, Domain]:
    # A third of the table is still there when a fold trains on half of it.
    most = 15 if shape is None else max(1, min(15, shape.n_rows // 3))
    return {"n_neighbors": Integer(1, most), "p": Integer(1, 2)}


def _build(hyperparameters: Mapping[str, Value], _: int | None) -> "ClassifierMixin":
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(**hyperparameters)


KNN = BaseLearner(
    name="knn",
    summary="Majority of the nearest rows, by Manhattan (p=1) or Euclidean (p=2) distance.",
    space=_space,
    defaults={"n_neighbors": 5, "p": 2},
    build=_build,
    # Predicting compares each new row with all rows once columns are many.
    max_rows=100_000,
)
