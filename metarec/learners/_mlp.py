"""Multi-layer perceptron."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner, Condition
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Domain, Real, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

MAX_ITER = 500
"""Epochs; enough to converge from a learning rate of 0.001 on most tables."""


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {
        "alpha": Real(1e-6, 0.1, log=True),
        "learning_rate": Categorical(("constant", "adaptive")),
        "learning_rate_init": Real(1e-4, 0.03, log=True),
        "solver": Categorical(("adam", "sgd")),
    }


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(**hyperparameters, max_iter=MAX_ITER, random_state=random_state)


MLP = BaseLearner(
    name="mlp",
    summary="One hidden layer of 100 rectified units.",
    space=_space,
    defaults={
        "alpha": 1e-4,
        "learning_rate": "constant",
        "learning_rate_init": 1e-3,
        "solver": "adam",
    },
    build=_build,
    conditions=(Condition("learning_rate", "solver", ("sgd",)),),
    # An epoch visits every row; above this, minutes per fit.
    max_rows=100_000,
)
