"""AdaBoost of decision stumps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Integer, Real, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _space(shape: TableShape | None) -> Mapping[str, Domain]:
    # SAMME overshoots above 1; histories of SAMME.R, which scikit-learn has given up, go to 3.
    fastest = 3.0 if shape is None else 1.0
    return {
        "learning_rate": Real(0.05, fastest, log=True),
        "n_estimators": Integer(10, 200, log=True),
    }


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.ensemble import AdaBoostClassifier

    return AdaBoostClassifier(**hyperparameters, random_state=random_state)


ADABOOST = BaseLearner(
    name="adaboost",
    summary="AdaBoost (SAMME) of decision stumps.",
    space=_space,
    defaults={"learning_rate": 1.0, "n_estimators": 50},
    build=_build,
)
