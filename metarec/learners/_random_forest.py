"""Random forest."""

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
    from sklearn.ensemble import RandomForestClassifier

    return weighted(RandomForestClassifier(**values, random_state=random_state))


def _regressor(values: Mapping[str, Value], random_state: int | None) -> "BaseEstimator":
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(**values, random_state=random_state)


RANDOM_FOREST_CLASSIFIER = with_preparation(
    BaseLearner(
        name="random_forest",
        summary="Trees on bootstrap samples, sqrt(columns) candidates a split.",
        space=forest_space,
        defaults=FOREST_DEFAULTS,
        build=_classifier,
        cost="medium",
        implicit=FOREST_IMPLICIT,
    ),
    ordinal=True,
    implicit=True,
)

RANDOM_FOREST_REGRESSOR = with_preparation(
    BaseLearner(
        name="random_forest",
        summary="Trees on bootstrap samples, all columns candidates a split.",
        space=regression_forest_space,
        defaults=REGRESSION_FOREST_DEFAULTS,
        build=_regressor,
        tasks=REGRESSION,
        cost="medium",
    ),
    ordinal=True,
)
