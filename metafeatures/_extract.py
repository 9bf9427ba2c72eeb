"""Plan what was asked for, run it from cheap to dear, keep the time limit."""

import os
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from metafeatures._catalogue import ORDERED
from metafeatures._context import MAX_ROWS, Context
from metafeatures._exceptions import OutOfTime, TableError, Undefined, UnknownNameError
from metafeatures._registry import COSTS, GROUPS, Entry
from metafeatures._result import MetaFeatures
from metafeatures._summaries import SUMMARIES
from metafeatures._tables.as_table import as_table
from metafeatures._tables.table import Table

__all__ = ["extract"]


def extract(
    X: Any,
    y: Any = None,
    *,
    target: str | None = None,
    groups: Sequence[str] = GROUPS,
    features: Sequence[str] | None = None,
    time_limit: float | None = None,
    n_jobs: int = 1,
    max_rows: int | None = MAX_ROWS,
    random_state: int = 0,
) -> MetaFeatures:
    """Compute the meta-features of a table.

    Parameters
    ----------
    X, y, target
        The table and its target, as in `as_table`; X may also be a `Table`.
    groups : sequence of str
        Groups to compute; by default all.
    features : sequence of str, optional
        Names to compute instead of whole groups: outputs ("skewness.mean") or base names
        ("skewness" for all its summaries). Only what they need is computed.
    time_limit : float, optional
        Seconds, reading included. Cheap meta-features come first; those that are not ready when
        the time is over are skipped.
    n_jobs : int
        Threads; -1 for one per processor. The values do not depend on it.
    max_rows : int, optional
        Rows of the stratified sample on which everything is measured that costs more than a few
        passes over the table: model-based, landmarking, relative, clustering, complexity, concept
        and itemset. None for all rows: exact, and quadratic in the rows.
    random_state : int
        Seed of folds and samples, at least 0.

    Returns
    -------
    MetaFeatures
        One value per name, in the order of `catalogue`; NaN with a reason in `.skipped` where a
        meta-feature is undefined for this table.

    Raises
    ------
    TableError
        If X is no table or a parameter is out of range.
    UnknownNameError
        If a group or name is not in the catalogue.

    Examples
    --------
    >>> numbers = extract({"age": [20, 31, 44, 60]}, ["lo", "hi", "lo", "lo"], groups=["general"])
    >>> numbers["nr_inst"], numbers["freq_class.max"]
    (4.0, 0.75)
    >>> numbers.skipped["num_to_cat"]
    'there are no categorical columns'
    >>> dict(extract([[1.0], [2.0], [9.0]], features=["nr_attr"]))
    {'nr_attr': 1.0}
    """
    start = perf_counter()
    plan = _plan(groups, features)
    if time_limit is not None and not time_limit >= 0:
        raise TableError(f"time_limit must be at least 0 seconds, but got {time_limit}")
    if n_jobs != -1 and n_jobs < 1:
        raise TableError(f"n_jobs must be -1 or at least 1, but got {n_jobs}")
    if max_rows is not None and max_rows < 2:
        raise TableError(f"max_rows must be at least 2, or None, but got {max_rows}")
    if random_state < 0:
        raise TableError(f"random_state must be at least 0, but got {random_state}")
    table = as_table(X, y, target=target)
    context = Context(
        table,
        n_jobs=n_jobs if n_jobs > 0 else os.cpu_count() or 1,
        seed=random_state,
        max_rows=max_rows,
        deadline=None if time_limit is None else start + time_limit,
    )
    times = {"read": perf_counter() - start}
    values: dict[str, float] = {}
    skipped: dict[str, str] = {}
    with _one_blas_thread():
        for entry, outputs in sorted(plan, key=lambda item: COSTS.index(item[0].feature.cost)):
            begin = perf_counter()
            for name, value in _compute(entry, outputs, context).items():
                if isinstance(value, str):
                    values[name], skipped[name] = np.nan, value
                else:
                    values[name] = value
            group = entry.feature.group
            times[group] = times.get(group, 0.0) + perf_counter() - begin
    names = [name for _, outputs in plan for name in outputs]
    return MetaFeatures(
        {name: values[name] for name in names},
        times,
        {name: skipped[name] for name in names if name in skipped},
    )


def _one_blas_thread() -> AbstractContextManager[object]:
    """Keep matrix products on the caller's thread.

    The matrices are small: on busy or context cores, threads that wait for each other make them up
    to 60 times slower. It also keeps the last digits independent of the number of processors.
    """
    limit: AbstractContextManager[object] = _blas().limit(limits=1, user_api="blas")
    return limit


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _plan(groups: Sequence[str], features: Sequence[str] | None) -> list[tuple[Entry, list[str]]]:
    """Which entries to run, and which of their outputs to give, in the order of the catalogue."""
    if isinstance(groups, str) or isinstance(features, str):
        raise TableError("groups and features are lists of names; put the name into brackets")
    for group in groups:
        if group not in GROUPS:
            raise UnknownNameError("group", group, GROUPS)
    if features is None:
        return [(e, list(e.feature.outputs)) for e in ORDERED.values() if e.feature.group in groups]
    _check_names(features)
    asked = set(features)
    plan = []
    for name, entry in ORDERED.items():
        outputs = [o for o in entry.feature.outputs if o in asked or name in asked]
        if outputs:
            plan.append((entry, outputs))
    return plan


def _check_names(features: Collection[str]) -> None:
    known = [*ORDERED, *(o for e in ORDERED.values() for o in e.feature.outputs)]
    for name in features:
        if name not in known:
            raise UnknownNameError("meta-feature", name, dict.fromkeys(known))


def _compute(entry: Entry, outputs: list[str], context: Context) -> dict[str, float | str]:
    """Value, or the reason why there is none, of each output."""
    reason = _not_for(entry, context.table)
    if reason:
        return dict.fromkeys(outputs, reason)
    found: dict[str, float | str] = {}
    try:
        context.check_time()
        result = entry.function(context)
    except OutOfTime:
        return dict.fromkeys(outputs, "the time limit was over")
    except Undefined as undefined:
        return dict.fromkeys(outputs, str(undefined))
    for name in outputs:
        try:
            summary = name.removeprefix(entry.feature.name).removeprefix(".")
            found[name] = SUMMARIES[summary](np.asarray(result)) if summary else float(result)
        except Undefined as undefined:
            found[name] = str(undefined)
    return found


def _not_for(entry: Entry, table: Table) -> str:
    task = "none" if table.target is None else table.target.task
    if task in entry.feature.tasks:
        return ""
    return "there is no target" if task == "none" else f"it is not defined for {task}"
