"""Classifiers that do not take every label behind scikit-learn's way with labels."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def with_any_labels(classifier: "BaseEstimator") -> "BaseEstimator":
    """Let a classifier that wants classes 0, 1, 2, ... take and predict any labels.

    A vote of one turns labels to numbers and back.
    """
    from sklearn.ensemble import VotingClassifier

    return VotingClassifier([("alone", classifier)], voting="soft")
