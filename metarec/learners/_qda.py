"""Quadratic discriminant analysis."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Real, Value
from metarec.learners._lda import MAX_FEATURES
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

TOLERANCE = 1e-8
"""Least variance in any direction; the library's 1e-4 refuses columns scaled to 0 and 1."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"shrinkage": Real(0.001, 1.0, log=True)}


def _build(values: Mapping[str, Value], _: int | None) -> "BaseEstimator":
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

    # The other solver refuses a class with fewer rows than columns, or with a constant column.
    return QuadraticDiscriminantAnalysis(solver="eigen", tol=TOLERANCE, **values)


QDA = with_preparation(
    BaseLearner(
        name="qda",
        summary="One normal distribution per class, each with a covariance of its own.",
        space=_space,
        defaults={"shrinkage": 0.1},
        build=_build,
        cost="low",
        max_features=MAX_FEATURES,
        takes_sparse=False,
    ),
    scaling=True,
    selection=True,
)
