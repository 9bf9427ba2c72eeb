"""Logistic regression."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._bounds import CLASS_WEIGHT
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_ITER = 2_000
"""Passes over the rows; saga creeps where classes can be separated."""

SAGA_TOLERANCE = 1e-3
"""Ten times the library's: a third of the passes, and hardly a prediction changes."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "C": Real(0.01, 100.0, log=True),
        "l1_ratio": Categorical((0.0, 1.0)),
        "solver": Categorical(("liblinear", "saga")),
        "class_weight": CLASS_WEIGHT,
    }


def _build(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    model = LogisticRegression(**values, max_iter=MAX_ITER, random_state=random_state)
    if values["solver"] == "saga":
        return model.set_params(tol=SAGA_TOLERANCE)
    # liblinear knows two classes only; with two, one against the rest is the same model.
    return OneVsRestClassifier(model)


LOGISTIC_REGRESSION = with_preparation(
    BaseLearner(
        name="logistic_regression",
        summary="Logistic regression; l1_ratio 1 is the L1 penalty, 0 the L2 penalty.",
        space=_space,
        defaults={"C": 1.0, "l1_ratio": 0.0, "solver": "liblinear", "class_weight": None},
        build=_build,
        cost="low",
        implicit=frozenset({"class_weight"}),
    ),
    scaling=True,
    selection=True,
    implicit=True,
)
