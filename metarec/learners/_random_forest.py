"""Random forest."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._domains import Value
from metarec.learners._forest import FOREST_DEFAULTS, forest_space

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(**hyperparameters, random_state=random_state)


RANDOM_FOREST = BaseLearner(
    name="random_forest",
    summary="Trees on bootstrap samples, sqrt(columns) candidates a split.",
    space=forest_space,
    defaults=FOREST_DEFAULTS,
    build=_build,
)
