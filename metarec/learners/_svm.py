"""Support vector machine with a kernel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner, Condition
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Real, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

MAX_ITER = 1_000_000
"""Steps of the solver; a cubic kernel with a large C may otherwise take hours."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "C": Real(0.03125, 32.0, log=True),
        "coef0": Real(0.0, 10.0),
        "kernel": Categorical(("rbf", "poly")),
    }


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.svm import SVC

    return SVC(**hyperparameters, max_iter=MAX_ITER, random_state=random_state)


SVM = BaseLearner(
    name="svm",
    summary="SVM with a radial or cubic kernel of width 1 / (columns * variance).",
    space=_space,
    defaults={"C": 1.0, "coef0": 0.0, "kernel": "rbf"},
    build=_build,
    conditions=(Condition("coef0", "kernel", ("poly",)),),
    # Time grows with the square to the cube of the rows.
    max_rows=20_000,
)
