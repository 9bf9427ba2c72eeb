"""Linear discriminant analysis."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Condition, Domain, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_FEATURES = 2_000
"""Time grows with the cube of the columns."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"solver": Categorical(("svd", "lsqr")), "shrinkage": Real(0.001, 1.0, log=True)}


def _build(values: Mapping[str, Value], _: int | None) -> "BaseEstimator":
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(**values)


LDA = with_preparation(
    BaseLearner(
        name="lda",
        summary="One normal distribution per class, with one covariance for all classes.",
        space=_space,
        defaults={"solver": "svd", "shrinkage": 0.1},
        build=_build,
        cost="low",
        conditions=(Condition("shrinkage", "solver", ("lsqr",)),),
        max_features=MAX_FEATURES,
        takes_sparse=False,
    ),
    scaling=True,
    selection=True,
)
