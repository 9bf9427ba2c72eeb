"""Gaussian naive Bayes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Real, Value
from metarec.learners._preparation import with_preparation

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {"var_smoothing": Real(1e-12, 1.0, log=True)}


def _build(values: Mapping[str, Value], _: int | None) -> "BaseEstimator":
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB(**values)


NAIVE_BAYES = with_preparation(
    BaseLearner(
        name="naive_bayes",
        summary="One normal distribution per class and column, columns taken as independent.",
        space=_space,
        defaults={"var_smoothing": 1e-9},
        build=_build,
        cost="low",
        implicit=frozenset({"var_smoothing"}),
        takes_sparse=False,
    ),
    scaling=True,
    selection=True,
    implicit=True,
)
