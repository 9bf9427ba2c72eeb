"""Plan what was asked for, run it from cheap to dear, keep the time limit."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import cache
from numbers import Integral, Real
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from metafeatures._catalogue import ORDERED, split_name
from metafeatures._context import MAX_ROWS, Context
from metafeatures._exceptions import (
    NeedsRows,
    OutOfTime,
    TableError,
    TargetError,
    Undefined,
    UnknownNameError,
)
from metafeatures._progress import Progress
from metafeatures._registry import COSTS, GROUPS, Entry
from metafeatures._result import MetaFeatures
from metafeatures._streaming.choice import in_batches
from metafeatures._streaming.partial import Partial
from metafeatures._summaries import SUFFIXES, SUMMARIES, summarise
from metafeatures._tables.as_table import as_table
from metafeatures._tables.table import Table
from metafeatures._tables.target import NAMED, infer_target

__all__ = ["extract", "planned_names"]

_NUMBERED = {suffix for suffixes in SUFFIXES.values() for suffix in suffixes}


def extract(
    X: Any,
    y: Any = None,
    *,
    target: str | None = None,
    task: str = "auto",
    find_target: bool = False,
    groups: Sequence[str] = GROUPS,
    features: Sequence[str] | None = None,
    summaries: Sequence[str] | None = None,
    time_limit: float | None = None,
    n_jobs: int = 1,
    max_rows: int | None = MAX_ROWS,
    random_state: int = 0,
    verbose: bool = False,
) -> MetaFeatures:
    """Compute the meta-features of a table.

    Parameters
    ----------
    X, y, target, task, find_target
        The table and its target, as in `as_table`; X may also be a `Table` or `Partial` (which have
        their target), or a folder of Parquet files or a list of paths, which are one table. Files
        that would take more than 256 MiB of memory are read in batches, as by `partial`, unless y
        is given.
    groups : sequence of str
        Groups to compute; by default all.
    features : sequence of str, optional
        Names to compute instead of whole groups: outputs ("skewness.mean") or base names
        ("skewness" for all its summaries). Any summary may be asked for ("skewness.iq_range",
        "skewness.quantiles.1"). Only what they need is computed.
    summaries : sequence of str, optional
        How meta-features with several values are condensed, instead of what the catalogue says for
        each: mean, sd, var, count, histogram, iq_range, kurtosis, max, median, min, quantiles,
        range, skewness, sum, powersum, pnorm as in pymfe, and sd_pop (divided by k, not k - 1).
    time_limit : float, optional
        Seconds, reading included. Cheap meta-features come first, and among equally cheap ones
        those of the first groups; those that are not ready when the time is over are skipped, with
        a reason. A table that is read in batches is not read to its end then; reading any other
        is not cut short.
    n_jobs : int
        Threads; -1 for one per processor. The values do not depend on it.
    max_rows : int, optional
        Rows of the stratified sample on which everything is measured that costs more than a few
        passes over the table: model-based, landmarking, relative, clustering, complexity, concept
        and itemset. None for all rows: exact, and quadratic in the rows.
    random_state : int
        Seed of folds and samples, at least 0.
    verbose : bool
        Whether to show a progress bar on a terminal when it takes longer than a second.

    Returns
    -------
    MetaFeatures
        One value per name, in the order of `catalogue`; NaN with a reason in `.skipped` where a
        meta-feature is undefined for this table. Of a table that was read in batches, whatever
        counts and moments do not tell is measured on a uniform sample of 65,536 rows;
        `.measured_on` says what.

    Raises
    ------
    TableError
        If X is no table or a parameter is out of range.
    UnknownNameError
        If a group, meta-feature or summary does not exist.

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
    plan = _plan(groups, features, summaries)
    if time_limit is not None and not (isinstance(time_limit, Real) and time_limit >= 0):
        raise TableError(f"time_limit must be at least 0 seconds, but got {time_limit!r}")
    if not isinstance(n_jobs, Integral) or (n_jobs != -1 and n_jobs < 1):
        raise TableError(f"n_jobs must be -1 or at least 1, but got {n_jobs!r}")
    if max_rows is not None and not (isinstance(max_rows, Integral) and max_rows >= 2):
        raise TableError(f"max_rows must be at least 2, or None, but got {max_rows!r}")
    if not isinstance(random_state, Integral) or random_state < 0:
        raise TableError(f"random_state must be at least 0, but got {random_state!r}")
    n_threads = n_jobs if n_jobs > 0 else os.cpu_count() or 1
    deadline = None if time_limit is None else start + time_limit
    reading = {"target": target, "task": task, "find_target": find_target}
    views: list[Context] = []
    with Progress(None, shown=verbose) as progress, suppress(OutOfTime):
        progress.begin("reading")
        streaming = {"n_jobs": n_threads, "seed": random_state, "deadline": deadline}
        views = [
            Context(
                table,
                n_jobs=n_threads,
                seed=random_state,
                max_rows=max_rows,
                deadline=deadline,
                known=known,
            )
            for table, known in _views(X, y, reading, {**streaming, "progress": progress})
        ]
    times = {"read": perf_counter() - start}
    values: dict[str, float] = {}
    skipped: dict[str, str] = {}
    measured_on: dict[str, str] = {}
    too_late = (
        f"the time limit of {time_limit:g} seconds was over" if time_limit is not None else ""
    )
    with (
        _one_blas_thread(),
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),  # not the caller's
        Progress(len(plan), shown=verbose) as progress,
    ):
        for entry, outputs in sorted(plan, key=lambda item: COSTS.index(item[0].feature.cost)):
            begin = perf_counter()
            progress.begin(entry.feature.name)
            try:
                found, remarks = _first_told(entry, outputs, views)
            except OutOfTime:
                found, remarks = dict.fromkeys(outputs, too_late), []
            if remarks:
                measured_on |= dict.fromkeys(outputs, ", ".join(remarks))
            for name, value in found.items():
                if isinstance(value, str):
                    values[name], skipped[name] = np.nan, value
                else:
                    values[name] = value
            group = entry.feature.group
            times[group] = times.get(group, 0.0) + perf_counter() - begin
            progress.advance()
    names = [name for _, outputs in plan for name in outputs]
    return MetaFeatures(
        {name: values[name] for name in names},
        times,
        {name: skipped[name] for name in names if name in skipped},
        {name: measured_on[name] for name in names if name in measured_on},
        _source(X, views),
        views[0].table.target.without_rows() if views and views[0].table.target else None,
    )


def _views(
    X: Any, y: Any, reading: dict[str, Any], streaming: dict[str, Any]
) -> list[tuple[Table, dict[Callable[[Context], Any], Any] | None]]:
    """The table, or the outline and the sample of one that is not kept, with what is known of it.

    Big files, folders and lists of paths are read in batches.

    Parameters
    ----------
    X, y
    reading : dict
        The arguments of `as_table`.
    streaming : dict
        Further settings for what is read in batches.

    Raises
    ------
    OutOfTime
        If the time is over before a table that is read in batches ends.
    """
    target, name_reason = reading["target"], NAMED
    if not isinstance(X, Partial):
        if y is not None or not in_batches(X):
            return [(as_table(X, y, **reading), None)]
        from metafeatures._streaming.reading import Settings, read_batches

        reading["target"] = None if target is None else str(target)
        X = read_batches(X, Settings(**reading, **streaming))
        if target is None and X.target is not None:
            _, name_reason = infer_target([column.name for column in X.columns])
    elif y is not None or target is not None:
        raise TargetError("a Partial has its target already; give the target when you make it")
    from metafeatures._streaming.outline import outline, sample_table

    whole, known = outline(X, name_reason)
    sample = sample_table(X, whole.target)
    if sample.n_rows == whole.n_rows:
        return [(sample, None)]  # it tells everything
    return [(whole, known), (replace(sample, in_order=False), None)]


def _source(X: Any, views: list[Context]) -> str:
    """Where the table came from."""
    if isinstance(X, str | os.PathLike):
        return str(X)
    # Only of files may nothing be known: when the time was over before they were read.
    return views[0].table.source if views else ", ".join(map(str, X))


def _first_told(
    entry: Entry, outputs: list[str], views: list[Context]
) -> tuple[dict[str, float | str], list[str]]:
    """What the first view gives that can tell, and the rows or columns that it was measured on.

    Raises
    ------
    OutOfTime
        If the time limit is over.
    """
    if not views:
        raise OutOfTime
    whole = views[0].table.n_rows
    for view in views:
        view.remarks = {}
        part = f"a sample of {view.table.n_rows:,} of {whole:,} rows"
        try:
            found = _compute(entry, outputs, view)
        except NeedsRows:
            continue
        return found, [*([part] if view is not views[0] else []), *view.remarks]
    raise AssertionError("the last view has all of its rows")


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


def planned_names(
    groups: Sequence[str], features: Sequence[str] | None, summaries: Sequence[str] | None
) -> list[str]:
    """The names that `extract` gives for these arguments.

    Raises
    ------
    UnknownNameError
        If a group, meta-feature or summary does not exist.
    """
    return [name for _, outputs in _plan(groups, features, summaries) for name in outputs]


def _plan(
    groups: Sequence[str], features: Sequence[str] | None, summaries: Sequence[str] | None
) -> list[tuple[Entry, list[str]]]:
    """Which entries to run, and which of their outputs to give, in the order of the catalogue."""
    for names in (groups, features, summaries):
        if isinstance(names, str):
            raise TableError("groups, features and summaries are lists; put the name into brackets")
    groups = _strings("groups", groups)
    features = None if features is None else _strings("features", features)
    summaries = None if summaries is None else _strings("summaries", summaries)
    for group in groups:
        if group not in GROUPS:
            raise UnknownNameError("group", group, GROUPS)
    for summary in summaries or ():
        if summary not in SUFFIXES:
            raise UnknownNameError("summary", summary, SUMMARIES)
    chosen: dict[str, list[str]] = {}
    if features is None:
        for name, entry in ORDERED.items():
            if entry.feature.group in groups:
                chosen[name] = _outputs(entry, summaries)
    for asked in features or ():
        entry, suffix = _named(asked)
        chosen.setdefault(entry.feature.name, []).extend(
            entry.feature.outputs_of([suffix])
            if suffix in SUFFIXES
            else [asked]
            if suffix
            else _outputs(entry, summaries)
        )
    return [
        (entry, list(dict.fromkeys(chosen[name])))
        for name, entry in ORDERED.items()
        if chosen.get(name)
    ]


def _strings(what: str, names: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(names, Iterable):
        raise TableError(f"{what} must be a list of names, but got {names!r}")
    listed = tuple(names)
    for name in listed:
        if not isinstance(name, str):
            raise TableError(f"{what} must be a list of names, but it holds {name!r}")
    return listed


def _outputs(entry: Entry, summaries: Sequence[str] | None) -> list[str]:
    feature = entry.feature
    return list(feature.outputs_of(feature.summaries if summaries is None else summaries))


def _named(asked: str) -> tuple[Entry, str]:
    """The entry that a name belongs to, and what is asked of it: a summary, an output or all."""
    name, suffix = split_name(asked)
    entry = ORDERED.get(name)
    if entry is None or (suffix and not entry.feature.summaries) or asked.endswith("."):
        outputs = [output for e in ORDERED.values() for output in e.feature.outputs]
        raise UnknownNameError("meta-feature", asked, dict.fromkeys([*ORDERED, *outputs]))
    if suffix and suffix not in SUFFIXES and suffix not in _NUMBERED:
        raise UnknownNameError("summary", suffix, SUMMARIES)
    return entry, suffix


def _compute(entry: Entry, outputs: list[str], context: Context) -> dict[str, float | str]:
    """Value, or the reason why there is none, of each output.

    Raises
    ------
    OutOfTime
        If the time limit is over before all is computed.
    """
    reason = _not_for(entry, context.table)
    if reason:
        return dict.fromkeys(outputs, reason)
    context.check_time()
    try:
        result = entry.function(context)
    except Undefined as undefined:
        return dict.fromkeys(outputs, str(undefined))
    if not entry.feature.summaries:
        return {outputs[0]: float(result)}
    start = len(entry.feature.name) + 1
    values = np.asarray(result, dtype=np.float64)
    return dict(zip(outputs, summarise(values, [o[start:] for o in outputs]).values(), strict=True))


def _not_for(entry: Entry, table: Table) -> str:
    task = "none" if table.target is None else table.target.task
    if task in entry.feature.tasks:
        return ""
    return "there is no target" if task == "none" else f"it is not defined for {task}"
