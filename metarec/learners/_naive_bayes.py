"""Gaussian naive Bayes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Value

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _space(_: TableShape | None) -> Mapping[str, Domain]:
    return {}


def _build(_: Mapping[str, Value], __: int | None) -> "ClassifierMixin":
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB()


NAIVE_BAYES = BaseLearner(
    name="naive_bayes",
    summary="One normal distribution per class and column, columns taken as independent.",
    space=_space,
    defaults={},
    build=_build,
    takes_sparse=False,
)
