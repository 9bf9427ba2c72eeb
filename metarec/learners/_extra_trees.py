"""Extremely randomised trees."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._domains import Value
from metarec.learners._forest import (
    FOREST_DEFAULTS,
    FOREST_IMPLICIT,
    REGRESSION_FOREST_DEFAULTS,
    forest_space,
    regression_forest_space,
    weighted,
)
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _classifier(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import ExtraTreesClassifier

    return weighted(ExtraTreesClassifier(**values, random_state=random_state))


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(**values, random_state=random_state)


EXTRA_TREES_CLASSIFIER = with_preparation(
    BaseLearner(
        name="extra_trees",
        summary="Trees with random thresholds on all rows, sqrt(columns) candidates a split.",
        space=forest_space,
        defaults=FOREST_DEFAULTS,
        build=_classifier,
        cost="medium",
        implicit=FOREST_IMPLICIT,
    ),
    ordinal=True,
    implicit=True,
)

EXTRA_TREES_REGRESSOR = with_preparation(
    BaseLearner(
        name="extra_trees",
        summary="Trees with random thresholds on all rows, all columns candidates a split.",
        space=regression_forest_space,
        defaults=REGRESSION_FOREST_DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="medium",
    ),
    ordinal=True,
)
