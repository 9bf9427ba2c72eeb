"""Decision tree."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metarec.learners._base import BaseLearner
from metarec.learners._configuration import TableShape
from metarec.learners._domains import Domain, Value
from metarec.learners._forest import split_rows

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin


def _space(shape: TableShape | None) -> Mapping[str, Domain]:
    return {"min_samples_split": split_rows(shape)}


def _build(hyperparameters: Mapping[str, Value], random_state: int | None) -> "ClassifierMixin":
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(**hyperparameters, random_state=random_state)


DECISION_TREE = BaseLearner(
    name="decision_tree",
    summary="CART with the Gini criterion, grown until nodes are pure or too small to split.",
    space=_space,
    defaults={"min_samples_split": 2},
    build=_build,
)
