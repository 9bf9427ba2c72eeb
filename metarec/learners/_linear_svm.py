"""Linear support vector machine."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Real, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

MAX_ITER = 10_000
"""Steps of the solver; the library's 1000 end early where columns outnumber rows."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"C": Real(0.01, 32.0, log=True)}


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.svm import LinearSVC

    return LinearSVC(**hyperparameters, max_iter=MAX_ITER, random_state=random_state)


LINEAR_SVM = BaseLearner(
    name="linear_svm",
    summary="Linear SVM with squared hinge loss, one class against the rest.",
    space=_space,
    defaults={"C": 1.0},
    build=_build,
)
