"""Linear regression."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import REGRESSION, BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {}


def _build(_: Mapping[str, Value], __: int | None) -> "BaseEstimator":
    from sklearn.linear_model import LinearRegression

    return LinearRegression()


LINEAR_REGRESSION = with_preparation(
    BaseLearner(
        name="linear_regression",
        summary="Ordinary least squares.",
        space=_space,
        defaults={},
        build=_build,
        tasks=REGRESSION,
        cost="low",
    ),
    scaling=True,
    selection=True,
)
