"""Multi-layer perceptron."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Condition, Domain, Integer, Real, Value
from metarec.learners._preparation import with_preparation
from metarec.learners._scaled_target import on_scaled_target

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

MAX_ITER = 500
"""Epochs; enough to converge from a learning rate of 0.001 on most tables."""

MIN_ROWS_EARLY_STOPPING = 100
"""Fewer rows leave less than 10 of them to tell when to stop."""


def _space(shape: TableShape | None) -> Mapping[str, Domain]:
    small = shape is not None and shape.n_rows < MIN_ROWS_EARLY_STOPPING
    return {
        "alpha": Real(1e-6, 0.1, log=True),
        "learning_rate": Categorical(("constant", "adaptive")),
        "learning_rate_init": Real(1e-4, 0.03, log=True),
        "solver": Categorical(("adam", "sgd"), first_share=0.8),
        "n_layers": Integer(1, 4),
        "width": Integer(16, 512, log=True),
        "activation": Categorical(("relu", "tanh"), first_share=0.7),
        "early_stopping": Categorical((False,) if small else (False, True)),
    }


def _build(
    model: Callable[..., "BaseEstimator"], values: Mapping[str, Value], random_state: int | None
) -> "BaseEstimator":
    own: dict[str, Any] = dict(values)
    layers = (own.pop("width"),) * own.pop("n_layers")
    return model(hidden_layer_sizes=layers, **own, max_iter=MAX_ITER, random_state=random_state)


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.neural_network import MLPClassifier

    return _build(MLPClassifier, values, random_state)


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.neural_network import MLPRegressor

    return on_scaled_target(_build(MLPRegressor, values, random_state))


DEFAULTS: Mapping[str, Value] = {
    "alpha": 1e-4,
    "learning_rate": "constant",
    "learning_rate_init": 1e-3,
    "solver": "adam",
    "n_layers": 1,
    "width": 100,
    "activation": "relu",
    "early_stopping": False,
}

CONDITIONS = (Condition("learning_rate", "solver", ("sgd",)),)

# An epoch visits every row; above this, minutes per fit.
MAX_ROWS = 100_000

MLP_CLASSIFIER = with_preparation(
    BaseLearner(
        name="mlp",
        summary="Up to four hidden layers of one width, one of 100 rectified units by default.",
        space=_space,
        defaults=DEFAULTS,
        build=_classifier,
        cost="high",
        conditions=CONDITIONS,
        implicit=frozenset({"n_layers", "width", "activation", "early_stopping"}),
        max_rows=MAX_ROWS,
    ),
    scaling=True,
    selection=True,
    implicit=True,
)

MLP_REGRESSOR = with_preparation(
    BaseLearner(
        name="mlp",
        summary="Up to four hidden layers of one width, on the standardised target.",
        space=_space,
        defaults=DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="high",
        conditions=CONDITIONS,
        max_rows=MAX_ROWS,
    ),
    scaling=True,
    selection=True,
)
