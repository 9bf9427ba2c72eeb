"""The noise floor: the regret that is left for one who knows how good each configuration is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from metarec.evaluation.result import LIST_LENGTHS
from metarec.history import METRICS, HistoryStore, fold_column
from metarec.learners import Configuration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metarec._types import FloatMatrix
    from metarec.history import KnownDataset, MetaDataset


@dataclass(frozen=True)
class NoiseFloor:
    """Regret that noise alone leaves, by list length, over the data sets with scores per fold."""

    between_halves: Mapping[int, float]
    """Measured: chosen by one half of the folds, judged by the other half alone."""
    regret: Mapping[int, float]
    """Estimated from that: chosen without noise, judged by all folds, as in a meta-test."""
    n_datasets: int


def noise_floor(
    history: HistoryStore | Sequence[HistoryStore],
    meta_dataset: MetaDataset,
    datasets: Iterable[KnownDataset],
    *,
    list_lengths: tuple[int, ...] = LIST_LENGTHS,
) -> NoiseFloor | None:
    """Choose by the scores on one half of the folds, and judge by those on the other half.

    The first k are the k best on one part of a folds; their regret is measured on the other part of
    b folds alone. There two noises meet, of variances 1/a and 1/b. Where one who knows the true
    order is meta-tested, only that of the judging folds is left, 1/(a + b). Regret from noise grows
    with the standard deviation, so the estimate is the measured one times sqrt(ab) / (a + b).

    Parameters
    ----------
    history : HistoryStore or sequence of HistoryStore
        What `meta_dataset` was built from.
    meta_dataset : MetaDataset
        The data sets and configurations.
    datasets : iterable of KnownDataset
        Those to look at, such as `MetaTest.datasets`.
    list_lengths : tuple of int
        The k of "best of the first k".

    Returns
    -------
    NoiseFloor or None
        None where no run of these data sets has scores of two folds.

    Examples
    --------
    >>> from metarec.history import build_meta_dataset
    >>> shipped = HistoryStore.shipped()
    >>> known = build_meta_dataset(shipped, kind="regression", metric="rmse")
    >>> floor = noise_floor(shipped, known, known.datasets)
    >>> floor.between_halves[1] > floor.regret[1] > floor.regret[5] > 0
    True
    """
    stores = [history] if isinstance(history, HistoryStore) else list(history)
    by_dataset = _fold_scores(stores, meta_dataset)
    rows = {(each.source, each.name): row for row, each in enumerate(meta_dataset.datasets)}
    at = np.array(list_lengths) - 1
    found = [
        _between_halves(meta_dataset, rows[key], scores, max(list_lengths))[:, at]
        for key in ((dataset.source, dataset.name) for dataset in datasets)
        if (scores := by_dataset.get(key)) is not None
    ]
    if not found:
        return None
    measured, estimated = np.mean(found, axis=0).tolist()
    return NoiseFloor(
        dict(zip(list_lengths, measured, strict=True)),
        dict(zip(list_lengths, estimated, strict=True)),
        len(found),
    )


def _between_halves(
    meta_dataset: MetaDataset, row: int, scores: FloatMatrix, longest: int
) -> FloatMatrix:
    """Regret of the best of the first 1, 2, ..., measured and estimated, shape (2, longest).

    The mean over splits of the folds, and over which part is chosen by.
    """
    n_folds = len(scores)
    alone = meta_dataset.take(np.array([row]))
    share = np.sqrt(n_folds // 2 * (n_folds - n_folds // 2)) / n_folds
    curves = []
    for start in range(n_folds):
        half = np.zeros(n_folds, dtype=bool)
        half[np.arange(start, start + n_folds // 2) % n_folds] = True
        for chosen, judged in ((half, ~half), (~half, half)):
            order = np.argsort(-scores[chosen].mean(axis=0), kind="stable")  # NaN comes last
            regret = replace(alone, scores=scores[judged].mean(axis=0)[None]).regret()[0]
            best_so_far = np.fmin.accumulate(regret[order])
            curves.append(best_so_far[np.minimum(np.arange(longest), best_so_far.size - 1)])
    measured = np.mean(curves, axis=0)
    return np.stack([measured, share * measured])


def _fold_scores(
    stores: Sequence[HistoryStore], meta_dataset: MetaDataset
) -> dict[tuple[str, str], FloatMatrix]:
    """By source and name, shape (n_folds, n_configurations), larger is better.

    A configuration without a score on every fold is NaN; a data set with fewer than two folds or
    two such configurations is absent.
    """
    import pyarrow.compute as pc

    column = fold_column(meta_dataset.metric)
    names = ("source", "dataset", "algorithm", "hyperparameters", column)
    where = pc.field(column).is_valid() & (pc.field("status") == "ok")
    places = {each: place for place, each in enumerate(meta_dataset.configurations)}
    known = {(each.source, each.name) for each in meta_dataset.datasets}
    place_of: dict[tuple[str, str], int | None] = {}
    runs: dict[tuple[str, str], list[tuple[int, list[float]]]] = {}
    for store in stores:
        table = store.runs(columns=names, where=where)
        for source, dataset, algorithm, text, folds in zip(
            *(table[name].to_pylist() for name in names), strict=True
        ):
            if (algorithm, text) not in place_of:
                configuration = Configuration(algorithm, json.loads(text))
                place_of[algorithm, text] = places.get(configuration)
            place = place_of[algorithm, text]
            if place is not None and (source, dataset) in known:
                runs.setdefault((source, dataset), []).append((place, folds))
    sign = 1.0 if METRICS[meta_dataset.metric] == "maximize" else -1.0
    found: dict[tuple[str, str], FloatMatrix] = {}
    for key, of_dataset in runs.items():
        ((n_folds, _),) = Counter(len(folds) for _, folds in of_dataset).most_common(1)
        scores = np.full((n_folds, len(places)), np.nan)
        for place, folds in of_dataset:
            if len(folds) == n_folds:
                scores[:, place] = [np.nan if score is None else sign * score for score in folds]
        scores[:, np.isnan(scores).any(axis=0)] = np.nan
        if n_folds >= 2 and np.isfinite(scores[0]).sum() >= 2:
            found[key] = scores
    return found
