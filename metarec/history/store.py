"""An append-only store of runs and meta-features: Parquet files below one folder.

Layout: ``runs/source=NAME/task=TYPE/part-UUID.parquet`` and
``meta_features/source=NAME/part-UUID.parquet``. How parts appear and replace each other is the
matter of `metarec.history._parts`.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from metarec._exceptions import HistoryError
from metarec.history._locks import lock
from metarec.history._parts import delete_leftovers, read_parts, write_part
from metarec.history.records import META_FEATURE_SCHEMA, RUN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

_SCHEMAS: Final = {"runs": RUN_SCHEMA, "meta_features": META_FEATURE_SCHEMA}
_ATTEMPTS: Final = 5  # to read while another process replaces parts
_FIRST_WAIT: Final = 0.05
"""Seconds before the second attempt; each next one waits twice as long."""
_LARGE_PART: Final = 500_000
_COMPACT_LOCK: Final = ".compact.lock"


class HistoryStore:
    """Runs and meta-features below one folder.

    Any number of processes may read and append at once.

    Parameters
    ----------
    folder : str or Path
        Where the history lies; made by the first write.

    Examples
    --------
    >>> import tempfile, pyarrow as pa
    >>> store = HistoryStore(tempfile.mkdtemp())
    >>> row = {"dataset": "iris", "task": "multiclass", "algorithm": "knn", "status": "ok",
    ...        "hyperparameters": "{}", "balanced_accuracy": 0.95}
    >>> _ = store.append_runs(pa.Table.from_pylist([row], schema=RUN_SCHEMA), source="mine")
    >>> store.runs(columns=["source", "dataset", "balanced_accuracy"]).to_pylist()
    [{'source': 'mine', 'dataset': 'iris', 'balanced_accuracy': 0.95}]
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @classmethod
    def shipped(cls) -> Self:
        """The history that comes with metarec: its own runs, to be read only."""
        from importlib import import_module

        # `importlib.resources` hands out files, but no folder of every installation.
        data = import_module("metarec.data")
        return cls(Path(str(data.__file__)).parent / "history")

    def append_runs(self, runs: pa.Table, *, source: str) -> list[Path]:
        """Add runs of one source; returns the files written, one per task type."""
        import pyarrow.compute as pc

        _check_source(source)
        runs = runs.cast(RUN_SCHEMA)
        folder = self.folder / "runs" / f"source={source}"
        tasks = sorted(runs["task"].unique().to_pylist())
        if len(tasks) == 1:  # a filter would copy every row
            return [write_part(runs, folder / f"task={tasks[0]}")]
        return [
            write_part(runs.filter(pc.field("task") == task), folder / f"task={task}")
            for task in tasks
        ]

    def append_meta_features(self, meta_features: pa.Table, *, source: str) -> Path:
        """Add meta-features of one source's data sets; returns the file written."""
        _check_source(source)
        folder = self.folder / "meta_features" / f"source={source}"
        return write_part(meta_features.cast(META_FEATURE_SCHEMA), folder)

    def replace_runs(self, runs: pa.Table, *, source: str) -> list[Path]:
        """Put runs in the place of all that the source has of their task types.

        Readers see the old runs or the new ones, whole. The caller keeps other writers of the
        source away, see `exclusive`.

        Parameters
        ----------
        runs : pyarrow.Table
            The runs, of schema `RUN_SCHEMA`.
        source : str
            Whose runs.

        Returns
        -------
        list of Path
            The files written, one per task type.
        """
        import pyarrow.compute as pc

        _check_source(source)
        runs = runs.cast(RUN_SCHEMA)
        written = []
        for task in sorted(runs["task"].unique().to_pylist()):
            folder = self.folder / "runs" / f"source={source}" / f"task={task}"
            with lock(folder / _COMPACT_LOCK, purpose="compacting"):
                old = [part.path.name for part in read_parts(folder, ["."])]
                new = runs.filter(pc.field("task") == task)
                written.append(write_part(new, folder, replaces=old))
                delete_leftovers(folder)
        return written

    def runs(
        self,
        *,
        source: str | None = None,
        task: str | None = None,
        columns: Sequence[str] | None = None,
        where: pc.Expression | None = None,
    ) -> pa.Table:
        """All runs, or those of one source or task type; only their files are opened.

        Parameters
        ----------
        source, task : str, optional
            Only runs of this source, and of this task type.
        columns : sequence of str, optional
            Names of `RUN_SCHEMA`, or "source"; all of the schema if left out.
        where : pyarrow.compute.Expression, optional
            Only the rows for which it holds.

        Raises
        ------
        HistoryError
            If the folder holds no such runs, or files of another schema.
        """
        return self._read("runs", source, task, columns, where)

    def scan_runs(
        self,
        *,
        columns: Sequence[str],
        source: str | None = None,
        task: str | None = None,
        where: pc.Expression | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The same as `runs` batch by batch, for a history that does not fit into memory."""
        opened = self._open("runs", source, task)
        yield from opened.to_batches(
            columns=list(columns),
            filter=_both(task, where),
            # More is read ahead by default: twice the memory, and no faster.
            batch_readahead=2,
            fragment_readahead=1,
        )

    def meta_features(
        self,
        *,
        source: str | None = None,
        columns: Sequence[str] | None = None,
        where: pc.Expression | None = None,
    ) -> pa.Table:
        """All meta-features, or those of one source's data sets; `source` can be a column."""
        return self._read("meta_features", source, None, columns, where)

    def sources(self) -> list[str]:
        """Names of the sources that have runs, sorted."""
        return sorted(
            path.name.partition("=")[2]
            for path in self.folder.glob("runs/source=*")
            if next(path.rglob("part-*.parquet"), None)
        )

    def compact(self, *, source: str, smaller_than: int = _LARGE_PART) -> int:
        """Join the small parts of one source; no reader or writer is disturbed.

        Parameters
        ----------
        source : str
            Whose parts.
        smaller_than : int
            Parts with fewer rows are joined, up to about this many rows.

        Returns
        -------
        int
            How many parts were replaced.
        """
        folders = [
            path
            for kind in _SCHEMAS
            for pattern in (f"source={source}", f"source={source}/task=*")
            for path in sorted((self.folder / kind).glob(pattern))
        ]
        return sum(_compact(folder, smaller_than) for folder in folders)

    def exclusive(self, purpose: str) -> AbstractContextManager[None]:
        """Keep other processes from doing the same with this history; ends with this process."""
        return lock(self.folder / f".{purpose}.lock", purpose=purpose)

    def _read(
        self,
        kind: str,
        source: str | None,
        task: str | None,
        columns: Sequence[str] | None,
        where: pc.Expression | None,
    ) -> pa.Table:
        import pyarrow as pa

        names = _SCHEMAS[kind].names if columns is None else list(columns)
        for attempt in range(_ATTEMPTS):
            try:
                opened = self._open(kind, source, task)
                return opened.to_table(columns=names, filter=_both(task, where))
            except FileNotFoundError:
                if attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(_FIRST_WAIT * 2**attempt)
            except (OSError, ValueError, pa.ArrowException) as error:
                raise self._unreadable(kind, error) from error
        raise AssertionError

    def _open(self, kind: str, source: str | None, task: str | None) -> ds.Dataset:
        """The parts as one dataset."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        folder, schema = self.folder / kind, _SCHEMAS[kind]
        chosen = f"source={source or '*'}"
        # Parts that lie in the source's folder itself are of the layout before task types.
        patterns = (chosen, f"{chosen}/task={task or '*'}")
        try:
            parts = read_parts(folder, patterns)
        except pa.ArrowException as error:
            raise self._unreadable(kind, error) from error
        if not parts:
            of = "".join(
                f" of {what} {name!r}"
                for what, name in (("source", source), ("task", task))
                if name is not None
            )
            msg = (
                f"no {kind}{of} in {str(self.folder)!r}: import some with `metarec history import`"
            )
            raise HistoryError(msg)
        required = {field.name for field in schema if not field.nullable}
        for part in parts:
            if lacking := required - part.columns:
                msg = (
                    f"{str(part.path)!r} lacks the column {min(lacking)!r}: import its source again"
                )
                raise HistoryError(msg)
        return ds.dataset(
            [str(part.path) for part in parts],
            schema=schema.append(pa.field("source", pa.string())),
            format="parquet",
            partitioning=ds.partitioning(pa.schema([("source", pa.string())]), flavor="hive"),
            partition_base_dir=str(folder),
        )

    def _unreadable(self, kind: str, error: Exception) -> HistoryError:
        reason = str(error).splitlines()[0]
        return HistoryError(f"{kind} in {str(self.folder)!r} cannot be read: {reason}")


def _both(task: str | None, where: pc.Expression | None) -> pc.Expression | None:
    import pyarrow.compute as pc

    if task is None:
        return where
    of_task = pc.field("task") == task
    return of_task if where is None else of_task & where


def _check_source(source: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", source):
        msg = f"{source!r} cannot name a source: use letters, digits and . _ - only"
        raise HistoryError(msg)


def _compact(folder: Path, smaller_than: int) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    replaced = 0
    with lock(folder / _COMPACT_LOCK, purpose="compacting"):
        delete_leftovers(folder)
        small = [part for part in read_parts(folder, ["."]) if part.n_rows < smaller_than]
        while small:
            group, n_rows = [small.pop()], 0
            while small and n_rows < smaller_than:
                group.append(small.pop())
                n_rows = sum(part.n_rows for part in group)
            if len(group) > 1:
                tables = [pq.ParquetFile(part.path).read() for part in group]
                names = [part.path.name for part in group]
                joined = pa.concat_tables(tables, promote_options="default")
                write_part(joined, folder, replaces=names)
                replaced += len(group)
        delete_leftovers(folder)
    return replaced
