"""An append-only store of runs and meta-features: Parquet files below one folder.

Layout: ``runs/source=NAME/part-UUID.parquet`` and ``meta_features/source=NAME/part-UUID.parquet``.
A part is written beside its final name and then moved there, so that a reader never meets half a
file, and writers never share one.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metarec._exceptions import HistoryError
from metarec.history.records import META_FEATURE_SCHEMA, RUN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

_SCHEMAS: Final = {"runs": RUN_SCHEMA, "meta_features": META_FEATURE_SCHEMA}


class HistoryStore:
    """Runs and meta-features below one folder.

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
    >>> store.runs(columns=["dataset", "balanced_accuracy"]).to_pylist()
    [{'dataset': 'iris', 'balanced_accuracy': 0.95}]
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def append_runs(self, runs: pa.Table, *, source: str) -> Path:
        """Add runs of one source; returns the file written."""
        return self._append("runs", runs, source)

    def append_meta_features(self, meta_features: pa.Table, *, source: str) -> Path:
        """Add meta-features of one source's data sets; returns the file written."""
        return self._append("meta_features", meta_features, source)

    def runs(self, *, source: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """All runs, or those of one source.

        Raises
        ------
        HistoryError
            If the folder holds no runs, or files of another schema.
        """
        return self._read("runs", source, columns)

    def meta_features(self, *, source: str | None = None) -> pa.Table:
        """All meta-features, or those of one source's data sets."""
        return self._read("meta_features", source, None)

    def sources(self) -> list[str]:
        """Names of the sources that have runs, sorted."""
        return sorted(path.name.partition("=")[2] for path in self.folder.glob("runs/source=*"))

    def _append(self, kind: str, table: pa.Table, source: str) -> Path:
        import pyarrow.parquet as pq

        folder = self.folder / kind / f"source={source}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"part-{uuid.uuid4().hex}.parquet"
        unfinished = folder / f".{name}"
        pq.write_table(table.cast(_SCHEMAS[kind]), unfinished, compression="zstd")
        return unfinished.rename(folder / name)

    def _read(self, kind: str, source: str | None, columns: Sequence[str] | None) -> pa.Table:
        import pyarrow as pa
        import pyarrow.dataset as ds
        import pyarrow.parquet as pq

        folder = self.folder / kind
        if source is not None:
            folder /= f"source={source}"
        files = sorted(str(path) for path in folder.rglob("part-*.parquet"))
        if not files:
            msg = f"no {kind} in {str(folder)!r}: import some with `metarec history import`"
            raise HistoryError(msg)
        schema = _SCHEMAS[kind]
        try:
            for file in files:
                if lacking := set(schema.names) - set(pq.read_schema(file).names):
                    msg = f"{file!r} lacks the column {min(lacking)!r}: import its source again"
                    raise HistoryError(msg)
            dataset = ds.dataset(files, schema=schema, format="parquet")
            return dataset.to_table(columns=None if columns is None else list(columns))
        except (OSError, ValueError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0]
            msg = f"{kind} in {str(folder)!r} cannot be read: {reason}"
            raise HistoryError(msg) from error
