"""`metarec.suggest`: one call from a table to suggestions."""

from __future__ import annotations

import time
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING

from metarec._exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metarec.recommender import Recommender
    from metarec.suggestions import Suggestions


def suggest(
    X: object,
    y: object = None,
    *,
    target: str | None = None,
    task: str = "auto",
    metric: str = "auto",
    top: int = 5,
    algorithms: Sequence[str] | None = None,
    time_limit: float | str | None = None,
    knowledge: str | Path | Recommender | None = None,
    explain: bool = True,
    random_state: int = 0,
) -> Suggestions:
    """Which algorithm with which hyperparameters is likely to work best on a table.

    Parameters
    ----------
    X : path, DataFrame, Table, array or sparse matrix of shape (n_rows, n_columns)
        Whatever `metafeatures.as_table` reads: a CSV, Parquet, Feather or ARFF file, a pandas or
        polars frame, a pyarrow table, NumPy or SciPy.
    y : array-like of shape (n_rows,), optional
        The target, if it is not a column of `X`.
    target : str, optional
        The column of `X` that is the target. If both are left out it is found: a column called
        target, class, y or label, or else the last one.
    task : {"auto", "classification", "binary", "multiclass", "regression"}
        Kind of task; "auto" decides by the target's values.
    metric : str
        What the score is; "auto" takes the metric of the knowledge.
    top : int
        How many suggestions.
    algorithms : sequence of str, optional
        Only these base-learners.
    time_limit : float or str, optional
        Seconds, or "60s", "10m", "1h": only configurations of which one fit on all rows, on one
        thread, is likely to finish in time. `Recommender.suggest` has the rule.
    knowledge : path or Recommender, optional
        Your own knowledge; the shipped one if left out.
    explain : bool
        Whether the first ten suggestions come with reasons, which takes some 0.05 s.
    random_state : int
        Seed of the meta-features' folds and of the suggested estimators.

    Returns
    -------
    Suggestions
        Best first; the list covers, it does not repeat itself.

    Raises
    ------
    metafeatures.TableError
        If the table cannot be read or has no such target.
    metarec.MetarecError
        If a file has a column without values, nothing is known for the task or metric, or an
        argument cannot be met.

    Examples
    --------
    >>> import metarec
    >>> from sklearn.datasets import load_breast_cancer
    >>> X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    >>> suggestions = metarec.suggest(X, y, top=3)
    >>> [suggestion.rank for suggestion in suggestions]
    [1, 2, 3]
    """
    from metafeatures import as_table
    from metarec.recommender import Recommender

    started = time.perf_counter()
    table = as_table(X, y, target=target, task=task, find_target=True)
    read = time.perf_counter() - started
    if isinstance(X, str | PathLike) and (empty := table.empty_columns):
        # In a file it is a broken export; in a frame it is often the fault of a split.
        msg = (
            f"{table.source}: column {empty[0]!r} has no values in the rows that have a target: "
            "drop it or fill it"
        )
        raise UsageError(msg)
    suggestions = Recommender.of(knowledge).suggest(
        table,
        metric=metric,
        top=top,
        algorithms=algorithms,
        explain=explain,
        time_limit=time_limit,
        random_state=random_state,
    )
    return replace(suggestions, seconds={"read": read, **suggestions.seconds})
