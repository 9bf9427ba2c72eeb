"""Extremely randomised trees."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._domains import Value
from metarec.learners._forest import FOREST_DEFAULTS, forest_space

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(**hyperparameters, random_state=random_state)


EXTRA_TREES = BaseLearner(
    name="extra_trees",
    summary="Trees with random thresholds on all rows, sqrt(columns) candidates a split.",
    space=forest_space,
    defaults=FOREST_DEFAULTS,
    build=_build,
)
