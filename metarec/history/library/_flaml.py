"""FLAML's configurations under our names.

`from_flaml` takes what comes closest, for a portfolio of things to try; `exact_from_flaml`
translates only what a pipeline here repeats, for runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from metarec.history.library._translation import exact_configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec.learners import Configuration, Kind

_ALGORITHMS: Final = {
    "extra_tree": "extra_trees",
    "lgbm": "lightgbm",
    "rf": "random_forest",
    "xgb_limitdepth": "xgboost",
    "xgboost": "xgboost",
}

_BY_LEAVES: Final = "xgboost"
"""Grows trees leaf by leaf, which the base-learner does not."""

_NATIVE: Final = "lgbm"
"""Splits categories as such, where the base-learner has them encoded."""

_SEARCH: Final = "FLAML_sample_size"
"""Says on how many rows a configuration was found; the algorithm does not see it."""


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


def exact_from_flaml(
    learner: str, values: Mapping[str, Any], kind: Kind, *, all_numeric: bool
) -> Configuration | None:
    """Translate a configuration that was run; None unless a pipeline here does the same.

    Parameters
    ----------
    learner, values
        FLAML's name of the learner, and its names and values of the hyperparameters.
    kind : {"classification", "regression"}
        What it does.
    all_numeric : bool
        Whether the table has no categories; to other learners than LightGBM, FLAML gives them as
        codes.

    Examples
    --------
    >>> values = {"n_estimators": 50, "max_leaves": 64}
    >>> exact_from_flaml("rf", values, "regression", all_numeric=False).hyperparameters["encoding"]
    'ordinal'
    >>> exact_from_flaml("xgboost", values, "regression", all_numeric=False)
    """
    translated = from_flaml(learner, {k: each for k, each in values.items() if k != _SEARCH})
    if translated is None or learner == _BY_LEAVES or (learner == _NATIVE and not all_numeric):
        return None
    algorithm, ours = translated
    encoding = {} if all_numeric else {"encoding": "ordinal"}
    return exact_configuration(algorithm, {**ours, **encoding}, kind)
