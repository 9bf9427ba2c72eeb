"""Knowledge: what a trained meta-learner needs to answer, as one verified file.

The file is a zip of JSON, Parquet and LightGBM text, never pickle. Its manifest carries the SHA-256
of every other member; a member that differs is refused. A save is one atomic move, so that an
interrupted one leaves the old file whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import KnowledgeError
from metarec.history.meta_dataset import KnownDataset, MetaDataset
from metarec.learners import Configuration
from metarec.metalearners import get_metalearner

if TYPE_CHECKING:
    from metarec._types import FloatMatrix
    from metarec.metalearners import MetaLearner

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_META_DATASET: Final = "meta_dataset.parquet"
_CONFIGURATIONS: Final = "configurations.json"
_LEARNED: Final = "learned/"
_UNREADABLE: Final = (
    OSError,
    AttributeError,
    KeyError,
    RuntimeError,  # an encrypted member, or one of an unknown compression
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What a file that is not knowledge, or is damaged, may raise while it is read."""
_MAX_MEMBER_BYTES: Final = 64 * 2**20


@dataclass(frozen=True, eq=False)
class Knowledge:
    """A fitted meta-learner with the meta-dataset it was fitted on."""

    metalearner: MetaLearner
    """Fitted."""
    meta_dataset: MetaDataset
    """What it was fitted on."""
    tasks: tuple[str, ...]
    """Kinds of task it can answer: binary, multiclass, regression."""
    version: str
    """Version of metarec that made it."""
    sources: tuple[str, ...]
    """Sources of the runs."""
    sha256: str = ""
    """Of the manifest, which carries those of all members; empty until saved or loaded."""


def save_knowledge(knowledge: Knowledge, path: str | Path) -> str:
    """Write knowledge to one file, atomically; the same knowledge gives the same bytes.

    Parameters
    ----------
    knowledge : Knowledge
        What to write.
    path : str or Path
        The file; an old one is replaced only when the new one is complete.

    Returns
    -------
    str
        SHA-256 of the manifest.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import metarec
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "own.zip"
    >>> knowledge = metarec.Recommender.shipped().knowledge
    >>> save_knowledge(knowledge, path) == knowledge.sha256 == load_knowledge(path).sha256
    True
    """
    meta_dataset = knowledge.meta_dataset
    members = {
        _META_DATASET: _meta_dataset_to_parquet(meta_dataset),
        _CONFIGURATIONS: _to_json(
            [
                {"algorithm": item.algorithm, "hyperparameters": dict(item.hyperparameters)}
                for item in meta_dataset.configurations
            ]
        ),
        **{_LEARNED + name: data for name, data in knowledge.metalearner.to_files().items()},
    }
    manifest = _to_json(
        {
            "format": _FORMAT,
            "version": knowledge.version,
            "metalearner": knowledge.metalearner.name,
            "metric": meta_dataset.metric,
            "tasks": list(knowledge.tasks),
            "sources": list(knowledge.sources),
            "meta_features": list(meta_dataset.meta_feature_names),
            "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
        }
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            for name, data in {_MANIFEST: manifest, **members}.items():
                # A fixed date: the same knowledge gives the same file.
                archive.writestr(zipfile.ZipInfo(name), data, compress_type=zipfile.ZIP_DEFLATED)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return hashlib.sha256(manifest).hexdigest()


def load_knowledge(path: str | Path) -> Knowledge:
    """Read and verify knowledge.

    Parameters
    ----------
    path : str or Path
        A file that `save_knowledge` wrote.

    Returns
    -------
    Knowledge

    Raises
    ------
    KnowledgeError
        If the file is missing, damaged, altered or of another format.
    """
    try:
        members = _read_members(Path(path))
        manifest = json.loads(members[_MANIFEST])
        if manifest["format"] != _FORMAT:
            msg = (
                f"{str(path)!r} is knowledge of format {manifest['format']}, this metarec reads "
                f"format {_FORMAT}: train it again with `metarec train`"
            )
            raise KnowledgeError(msg)
        if set(manifest["sha256"]) != set(members) - {_MANIFEST}:
            msg = f"{str(path)!r} is damaged: its members are not those of its manifest"
            raise KnowledgeError(msg)
        for name, digest in manifest["sha256"].items():
            if hashlib.sha256(members[name]).hexdigest() != digest:
                msg = f"{str(path)!r} is damaged: {name!r} is not what the manifest says"
                raise KnowledgeError(msg)
        meta_dataset = _meta_dataset_from_parquet(
            members[_META_DATASET],
            metric=manifest["metric"],
            meta_feature_names=tuple(manifest["meta_features"]),
            configurations=tuple(
                Configuration(item["algorithm"], item["hyperparameters"])
                for item in json.loads(members[_CONFIGURATIONS])
            ),
        )
        learned = {
            name.removeprefix(_LEARNED): data
            for name, data in members.items()
            if name.startswith(_LEARNED)
        }
        return Knowledge(
            metalearner=get_metalearner(manifest["metalearner"]).from_files(learned, meta_dataset),
            meta_dataset=meta_dataset,
            tasks=tuple(manifest["tasks"]),
            version=manifest["version"],
            sources=tuple(manifest["sources"]),
            sha256=hashlib.sha256(members[_MANIFEST]).hexdigest(),
        )
    except FileNotFoundError as error:
        msg = f"no knowledge at {str(path)!r}: make some with `metarec train`"
        raise KnowledgeError(msg) from error
    except _UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        msg = f"{str(path)!r} is not knowledge that metarec can read: {reason}"
        raise KnowledgeError(msg) from error


def _read_members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            if item.file_size > _MAX_MEMBER_BYTES:
                msg = f"{item.filename!r} is larger than {_MAX_MEMBER_BYTES} bytes"
                raise ValueError(msg)
        return {item.filename: archive.read(item) for item in archive.infolist()}


def _to_json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _meta_dataset_to_parquet(meta_dataset: MetaDataset) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def rows(matrix: FloatMatrix) -> pa.Array:
        return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])

    table = pa.table(
        {
            "name": [dataset.name for dataset in meta_dataset.datasets],
            "openml_id": pa.array(
                [dataset.openml_id for dataset in meta_dataset.datasets], pa.int64()
            ),
            "family": [dataset.family for dataset in meta_dataset.datasets],
            "meta_features": rows(meta_dataset.meta_features),
            "scores": rows(meta_dataset.scores),
            "fit_seconds": rows(meta_dataset.fit_seconds),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _meta_dataset_from_parquet(
    data: bytes,
    *,
    metric: str,
    meta_feature_names: tuple[str, ...],
    configurations: tuple[Configuration, ...],
) -> MetaDataset:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(pa.BufferReader(data)).read()

    def matrix(column: str, width: int) -> FloatMatrix:
        values = table[column].combine_chunks().flatten()
        # Arrow's own conversion to NumPy imports pandas, which a cold answer cannot spare.
        numbers = np.frombuffer(values.buffers()[1], dtype=np.float64)
        return numbers[values.offset : values.offset + len(values)].reshape(-1, width)

    return MetaDataset(
        metric=metric,
        datasets=tuple(
            KnownDataset(**row) for row in table.select(["name", "openml_id", "family"]).to_pylist()
        ),
        configurations=configurations,
        meta_feature_names=meta_feature_names,
        meta_features=matrix("meta_features", len(meta_feature_names)),
        scores=matrix("scores", len(configurations)),
        fit_seconds=matrix("fit_seconds", len(configurations)),
    )
