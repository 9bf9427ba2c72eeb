"""FLAML's portfolios under our names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHMS: Final = {
    "extra_tree": "extra_trees",
    "lgbm": "lightgbm",
    "rf": "random_forest",
    "xgb_limitdepth": "xgboost",
    "xgboost": "xgboost",
}


def from_flaml(learner: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Translate one configuration; None if its learner has no counterpart.

    `log_max_bin` is the logarithm of the number of bins plus 1. A tree that FLAML bounds by
    leaves alone is bounded by the depth that these leaves need.

    Examples
    --------
    >>> from_flaml("lgbm", {"log_max_bin": 8})
    ('lightgbm', {'max_bin': 255})
    >>> from_flaml("xgboost", {"max_leaves": 50})
    ('xgboost', {'max_depth': 6})
    """
    if learner not in _ALGORITHMS:
        return None
    algorithm, ours = _ALGORITHMS[learner], dict(values)
    if "log_max_bin" in ours:
        ours["max_bin"] = (1 << ours.pop("log_max_bin")) - 1
    if "max_leaves" in ours:
        leaves = ours.pop("max_leaves")
        if algorithm == "xgboost":
            ours["max_depth"] = math.ceil(math.log2(leaves))
        else:
            ours["max_leaf_nodes"] = leaves
    return algorithm, ours
