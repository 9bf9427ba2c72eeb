"""Knowledge: what a trained meta-learner needs to answer, as one verified file.

The file is a zip of JSON, Parquet, NumPy arrays and LightGBM text, never pickle, with one folder
for each kind of task and metric. Its manifest carries the SHA-256 of every other member; a member
that differs is refused. A save is one atomic move, so that an interrupted one leaves the old file
whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metarec._exceptions import KnowledgeError
from metarec._files import write_whole
from metarec.history.meta_dataset import KnownDataset, MetaDataset
from metarec.learners import Configuration
from metarec.metalearners import (
    Familiarity,
    FitTime,
    RankedDistance,
    ScoreModel,
    get_metalearner,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metarec._types import FloatMatrix, FloatVector
    from metarec.learners import Kind
    from metarec.metalearners import Likeness, MetaLearner, Task

_FORMAT: Final = 6
_MANIFEST: Final = "manifest.json"
_META_DATASET: Final = "meta_dataset.parquet"
_CONFIGURATIONS: Final = "configurations.json"
_FIT_TIME: Final = "fit_time.json"
_FAMILIARITY: Final = "familiarity.json"
_SCORE: Final = "score.json"
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
_LEVEL: Final = 9
"""Of compression: written once, read often."""
_MAX_MEMBER_BYTES: Final = 64 * 2**20
_UNFAMILIAR_ANSWER: Final = "size_aware_portfolio"
"""The meta-learner for tables that are unlike everything known."""


@dataclass(frozen=True, eq=False)
class Expert:
    """What was learned for one kind of task and one metric."""

    metalearner: MetaLearner
    """Fitted."""
    meta_dataset: MetaDataset
    """What it was fitted on."""
    fit_time: FitTime
    """How long its configurations take."""
    familiarity: Familiarity
    """How unlike everything known a table is."""
    score: ScoreModel
    """Which scores they reach."""

    def distances(self, task: Task) -> FloatVector:
        """How unlike every known data set a table is, shape (n_datasets,)."""
        vector = task.vector(self.meta_dataset.meta_feature_names)
        return RankedDistance(self.meta_dataset.meta_features).to_all(vector)

    def answering(self, task: Task, distances: FloatVector) -> tuple[MetaLearner, Likeness]:
        """Who ranks for a table at these distances, and how like the known data sets it is."""
        likeness = self.familiarity.of_task(task, distances)
        if likeness.why_unfamiliar is None:
            return self.metalearner, likeness
        return get_metalearner(_UNFAMILIAR_ANSWER)().fit(self.meta_dataset), likeness


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Experts by kind of task and metric."""

    experts: Mapping[tuple[Kind, str], Expert]
    """In the order of their training; those that were loaded from a file are read when used."""
    version: str
    """Version of metarec that made it."""
    sources: tuple[str, ...]
    """Sources of the runs."""
    sha256: str = ""
    """Of the manifest, which carries those of all members; empty until saved or loaded."""

    def metrics(self, kind: Kind) -> tuple[str, ...]:
        """Metrics that are known for a kind of task."""
        return tuple(metric for known, metric in self.experts if known == kind)


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
    members = {
        f"{_folder(*place)}{name}": data
        for place, expert in knowledge.experts.items()
        for name, data in _expert_to_files(expert).items()
    }
    manifest = _to_json(
        {
            "format": _FORMAT,
            "version": knowledge.version,
            "sources": list(knowledge.sources),
            "experts": [
                {
                    "kind": kind,
                    "metric": metric,
                    "metalearner": expert.metalearner.name,
                    "meta_features": list(expert.meta_dataset.meta_feature_names),
                }
                for (kind, metric), expert in knowledge.experts.items()
            ],
            "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
        }
    )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in {_MANIFEST: manifest, **members}.items():
            # A fixed date: the same knowledge gives the same file.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, _LEVEL)
    write_whole(path, written.getvalue())
    return hashlib.sha256(manifest).hexdigest()


def load_knowledge(path: str | Path) -> Knowledge:
    """Open knowledge; each expert is read and verified when it is first used.

    Parameters
    ----------
    path : str or Path
        A file that `save_knowledge` wrote.

    Returns
    -------
    Knowledge
        An expert that is damaged or altered raises `KnowledgeError` when it is used.

    Raises
    ------
    KnowledgeError
        If the file is missing, damaged or of another format.
    """
    with _readable(path):
        archive = zipfile.ZipFile(io.BytesIO(Path(path).read_bytes()))
        content = _read_member(archive, _MANIFEST)
        manifest = json.loads(content)
        if manifest["format"] != _FORMAT:
            msg = (
                f"{str(path)!r} is knowledge of format {manifest['format']}, this metarec reads "
                f"format {_FORMAT}: train it again with `metarec train`"
            )
            raise KnowledgeError(msg)
        if {*manifest["sha256"], _MANIFEST} != set(archive.namelist()):
            msg = f"{str(path)!r} is damaged: its members are not those of its manifest"
            raise KnowledgeError(msg)
        return Knowledge(
            experts=_StoredExperts(path, archive, manifest),
            version=manifest["version"],
            sources=tuple(manifest["sources"]),
            sha256=hashlib.sha256(content).hexdigest(),
        )


class _StoredExperts(Mapping[tuple["Kind", str], Expert]):
    """Experts in an opened file, each read once."""

    def __init__(
        self, path: str | Path, archive: zipfile.ZipFile, manifest: Mapping[str, Any]
    ) -> None:
        self._path, self._archive, self._digests = path, archive, manifest["sha256"]
        self._described = {(item["kind"], item["metric"]): item for item in manifest["experts"]}
        self._read: dict[tuple[Kind, str], Expert] = {}

    def __getitem__(self, place: tuple[Kind, str]) -> Expert:
        if place not in self._read:
            described, folder = self._described[place], _folder(*place)
            with _readable(self._path):
                files = {
                    name.removeprefix(folder): self._verified(name)
                    for name in self._digests
                    if name.startswith(folder)
                }
                self._read[place] = _expert_from_files(files, described)
        return self._read[place]

    def __iter__(self) -> Iterator[tuple[Kind, str]]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)

    def _verified(self, name: str) -> bytes:
        data = _read_member(self._archive, name)
        if hashlib.sha256(data).hexdigest() != self._digests[name]:
            msg = f"{str(self._path)!r} is damaged: {name!r} is not what the manifest says"
            raise KnowledgeError(msg)
        return data


@contextmanager
def _readable(path: str | Path) -> Iterator[None]:
    """Turn what a damaged file may raise into one clear error."""
    try:
        yield
    except FileNotFoundError as error:
        msg = f"no knowledge at {str(path)!r}: make some with `metarec train`"
        raise KnowledgeError(msg) from error
    except _UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        msg = f"{str(path)!r} is not knowledge that metarec can read: {reason}"
        raise KnowledgeError(msg) from error


def _folder(kind: Kind, metric: str) -> str:
    return f"{kind}/{metric}/"


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _MAX_MEMBER_BYTES:
        msg = f"{name!r} is larger than {_MAX_MEMBER_BYTES} bytes"
        raise ValueError(msg)
    return archive.read(name)


def _expert_to_files(expert: Expert) -> dict[str, bytes]:
    configurations = [
        {"algorithm": item.algorithm, "hyperparameters": dict(item.hyperparameters)}
        for item in expert.meta_dataset.configurations
    ]
    return {
        _META_DATASET: _meta_dataset_to_parquet(expert.meta_dataset),
        _CONFIGURATIONS: _to_json(configurations),
        _FIT_TIME: expert.fit_time.to_json(),
        _FAMILIARITY: expert.familiarity.to_json(),
        _SCORE: expert.score.to_json(),
        **{_LEARNED + name: data for name, data in expert.metalearner.to_files().items()},
    }


def _expert_from_files(files: Mapping[str, bytes], described: Mapping[str, Any]) -> Expert:
    needed = (_META_DATASET, _CONFIGURATIONS, _FIT_TIME, _FAMILIARITY, _SCORE)
    if missing := [name for name in needed if name not in files]:
        msg = f"it has no {missing[0]!r}, as of an older metarec: train again with `metarec train`"
        raise ValueError(msg)
    meta_dataset = _meta_dataset_from_parquet(
        files[_META_DATASET],
        kind=described["kind"],
        metric=described["metric"],
        meta_feature_names=tuple(described["meta_features"]),
        configurations=tuple(
            Configuration(item["algorithm"], item["hyperparameters"])
            for item in json.loads(files[_CONFIGURATIONS])
        ),
    )
    learned = {
        name.removeprefix(_LEARNED): data
        for name, data in files.items()
        if name.startswith(_LEARNED)
    }
    metalearner = get_metalearner(described["metalearner"])
    return Expert(
        metalearner=metalearner.from_files(learned, meta_dataset),
        meta_dataset=meta_dataset,
        fit_time=FitTime.from_json(files[_FIT_TIME]),
        familiarity=Familiarity.from_json(files[_FAMILIARITY]),
        score=ScoreModel.from_json(files[_SCORE]),
    )


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
            "source": [dataset.source for dataset in meta_dataset.datasets],
            "variant_of": pa.array(
                [dataset.variant_of for dataset in meta_dataset.datasets], pa.string()
            ),
            "fit_rows": rows(meta_dataset.fit_rows[:, None]),
            "meta_features": rows(meta_dataset.meta_features),
            "scores": rows(meta_dataset.scores),
            "fit_seconds": rows(meta_dataset.fit_seconds),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", compression_level=19)
    return buffer.getvalue()


def _meta_dataset_from_parquet(
    data: bytes,
    *,
    kind: Kind,
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
        kind=kind,
        metric=metric,
        datasets=tuple(
            KnownDataset(**row)
            for row in table.select(
                ["name", "openml_id", "family", "source", "variant_of"]
            ).to_pylist()
        ),
        configurations=configurations,
        meta_feature_names=meta_feature_names,
        meta_features=matrix("meta_features", len(meta_feature_names)),
        scores=matrix("scores", len(configurations)),
        fit_seconds=matrix("fit_seconds", len(configurations)),
        fit_rows=matrix("fit_rows", 1).ravel(),
    )
