"""Perceptron."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Value

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {}


def _build(_: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.linear_model import Perceptron

    return Perceptron(random_state=random_state)


PERCEPTRON = BaseLearner(
    name="perceptron",
    summary="Rosenblatt's perceptron, one class against the rest.",
    space=_space,
    defaults={},
    build=_build,
    cost="low",
    gives_probabilities=False,
)
