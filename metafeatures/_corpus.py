"""Many tables: one row each, in parallel, errors recorded, taken up again where it stopped."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from metafeatures._context import MAX_ROWS
from metafeatures._exceptions import TableError
from metafeatures._extract import extract, planned_names
from metafeatures._journal import Journal, Row
from metafeatures._progress import Progress
from metafeatures._registry import GROUPS
from metafeatures._streaming.choice import data_files
from metafeatures._tables.objects import type_name

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["extract_many"]

ABOUT = ("table", "target", "task", "error")
"""The columns before those of the meta-features."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """All that a worker needs to know to make one row."""

    number: int
    name: str
    X: Any
    folder: Path
    """Where relative paths start; a worker may have begun its life in another folder."""
    reading: Mapping[str, Any]
    computing: Mapping[str, Any]
    record: bool


def extract_many(
    tables: Iterable[Any] | Mapping[str, Any],
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
    errors: Literal["raise", "record"] = "record",
    journal: str | os.PathLike[str] | None = None,
    verbose: bool = False,
) -> "pd.DataFrame":
    """Compute the meta-features of many tables.

    Parameters
    ----------
    tables : iterable or mapping
        Each is anything that `extract` takes, or a pair (X, y). A path is read only when its turn
        comes. The keys of a mapping are the names of its tables.
    target, task, find_target
        As in `as_table`, the same for every table. Tables given as pairs have their own target.
    groups, features, summaries, time_limit, max_rows, random_state
        As in `extract`; the time limit is per table.
    n_jobs : int
        Tables at a time, through joblib; a backend set with `joblib.parallel_config` is used. -1
        for one per processor.
    errors : {"record", "raise"}
        Whether a table that fails becomes a row with its message in the column "error", or stops
        everything.
    journal : path, optional
        A file that keeps every finished row at once. If it exists, tables in it are not done again
        unless they failed or their file changed; so a run that was killed goes on where it
        stopped. It stays when all is done.
    verbose : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    pandas.DataFrame
        One row per table, in the order given. Columns "table" (path or name), "target", "task",
        "error" (empty if there was none), then the meta-features, NaN where undefined.

    Raises
    ------
    TableError
        If an option is wrong; with errors="raise" also if a table is.
    OSError
        If the journal cannot be written, or the system killed a worker.

    Examples
    --------
    >>> found = extract_many({"small": ([[1.0], [2.0]], ["a", "b"]), "none": []},
    ...                      features=["nr_inst", "class_ent"])
    >>> found[["table", "nr_inst", "class_ent"]].values.tolist()
    [['small', 2.0, 1.0], ['none', nan, nan]]
    >>> found["error"][1]
    'list has no columns; give it at least one'
    """
    import pandas as pd

    if errors not in ("raise", "record"):
        raise TableError(f"errors must be 'raise' or 'record', but got {errors!r}")
    named = _named(tables)
    names = planned_names(groups, features, summaries)
    reading = {"target": target, "task": task, "find_target": find_target}
    computing = {
        "groups": groups,
        "features": features,
        "summaries": summaries,
        "time_limit": time_limit,
        "max_rows": max_rows,
        "random_state": random_state,
    }
    _check(computing, n_jobs)
    about = {**reading, **computing, "groups": sorted(groups), "names": names}
    kept = None if journal is None else Journal(Path(journal), about)
    keys = [_key(name, X) for name, X in named]
    rows = {} if kept is None else {k: r for k, r in kept.rows.items() if not r["error"]}
    todo = [i for i, key in enumerate(keys) if key not in rows]
    here, record = Path.cwd(), errors == "record"
    work = [_Job(i, *named[i], here, reading, computing, record) for i in todo]
    with (
        nullcontext() if kept is None else closing(kept),
        Progress(len(work), shown=verbose) as progress,
    ):
        for i, row in _run(work, n_jobs):
            rows[keys[i]] = row
            if kept is not None:
                kept.add(keys[i], row)
            progress.advance(row["table"])
    frame = pd.DataFrame([rows[key] for key in keys], columns=[*ABOUT, *names])
    return frame.astype(dict.fromkeys(names, "float64"))


def _named(tables: Iterable[Any] | Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Each table with its name: the key of a mapping, the path, or its number and type."""
    if isinstance(tables, Mapping):
        return [(str(name), X) for name, X in tables.items()]
    if isinstance(tables, str | os.PathLike) or hasattr(tables, "shape"):
        raise TableError("give a list of tables; put the table into brackets")
    named = []
    for i, X in enumerate(tables):
        path = isinstance(X, str | os.PathLike)
        named.append((str(X) if path else f"{i}: {type_name(_parts(X)[0])}", X))
    return named


def _parts(X: Any) -> tuple[Any, Any]:
    return X if isinstance(X, tuple) and len(X) == 2 else (X, None)


def _key(name: str, X: Any) -> str:
    """What a table is known by in the journal: its name and the size and age of its files."""
    X, _ = _parts(X)
    try:
        files = data_files(X) or ([Path(X)] if isinstance(X, str | os.PathLike) else [])
        stats = [file.stat() for file in files]
    except (OSError, ValueError):
        return name
    if not stats:
        return name
    return f"{name} {sum(s.st_size for s in stats)} {max(s.st_mtime_ns for s in stats)}"


def _check(computing: Mapping[str, Any], n_jobs: int) -> None:
    """Refuse wrong options at once, not once per table."""
    extract([[0.0]], n_jobs=n_jobs, **{**computing, "features": []})


def _run(work: list[_Job], n_jobs: int) -> Iterator[tuple[int, Row]]:
    if n_jobs == 1 or len(work) < 2:
        yield from map(_row, work)
        return
    from concurrent.futures.process import BrokenProcessPool

    import joblib
    from joblib.parallel import get_active_backend

    # Backends that cannot hand over results one by one hand over all at the end.
    one_by_one = getattr(get_active_backend()[0], "supports_return_generator", False)
    pool = joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered" if one_by_one else "list")
    try:
        yield from pool(joblib.delayed(_row)(job) for job in work)
    except BrokenProcessPool as error:
        raise OSError("a worker was killed, probably for want of memory; use fewer jobs") from error


def _row(job: _Job) -> tuple[int, Row]:
    """The row of one table, with its number."""
    row: Row = dict.fromkeys(ABOUT, "") | {"table": job.name}
    X, y = _parts(job.X)
    if isinstance(X, str | os.PathLike):
        X = job.folder / X
    try:
        files = data_files(X)
        apart = {} if y is None else {"target": None}
        found = extract(
            X if files is None else [job.folder / file for file in files],
            y,
            **{**job.reading, **apart},
            **job.computing,
        )
        if found.target is not None:
            row |= {"target": found.target.name, "task": found.target.task}
        row |= found.to_dict()["meta_features"]
    except Exception as error:
        if not job.record:
            raise
        known = isinstance(error, TableError | OSError)
        text = str(error) if known else f"{type(error).__name__}: {error}"
        if isinstance(X, Path):
            text = text.replace(str(X), job.name)
        row["error"] = " ".join(text.split())
    return job.number, row
