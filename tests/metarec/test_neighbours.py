"""The nearest known data sets, each once, with what won there."""

from dataclasses import replace

import numpy as np

from metarec.history import OWN_SOURCE, MetaDataset
from metarec.neighbours import find_neighbours


def _with(known: MetaDataset, row: int, **changes: object) -> MetaDataset:
    datasets = list(known.datasets)
    datasets[row] = replace(datasets[row], **changes)
    return replace(known, datasets=tuple(datasets))


def test_nearest_first_with_the_winner(meta_dataset: MetaDataset) -> None:
    distances = np.linspace(1.0, 0.0, len(meta_dataset.datasets))
    found = find_neighbours(meta_dataset, distances)
    assert [near.name for near in found] == ["d59", "d58", "d57", "d56", "d55"]
    assert [near.distance for near in found] == sorted(near.distance for near in found)
    for row, near in zip(range(59, 54, -1), found, strict=True):
        assert near.best_score == meta_dataset.scores[row].max()
        assert near.best == meta_dataset.configurations[meta_dataset.scores[row].argmax()]
        assert near.metric == "balanced_accuracy"


def test_one_data_set_of_two_sources_comes_once_under_its_readable_name(
    meta_dataset: MetaDataset,
) -> None:
    known = _with(meta_dataset, 0, name="openml-7", openml_id=7, source="oboe")
    known = _with(known, 1, name="audiology", openml_id=7, source=OWN_SOURCE)
    distances = np.arange(60.0)
    first, second, *_ = find_neighbours(known, distances)
    assert (first.name, first.source, first.openml_id, first.distance) == (
        "audiology", OWN_SOURCE, 7, 0.0,
    )  # fmt: skip
    assert first.best_score == known.scores[1].max()
    assert second.name == "d2"


def test_failed_and_missing_runs_win_nothing_and_losses_keep_their_sign(
    meta_dataset: MetaDataset,
) -> None:
    scores = -meta_dataset.scores.copy()
    scores[0] = [np.nan, -np.inf, -0.5, -0.25, -2.0, np.nan, -np.inf, -0.75]
    known = replace(meta_dataset, metric="rmse", scores=scores)
    (near, *_) = find_neighbours(known, np.arange(60.0))
    assert (near.best, near.best_score) == (known.configurations[3], 0.25)


def test_fewer_known_than_wanted(meta_dataset: MetaDataset) -> None:
    few = meta_dataset.take(np.array([4, 2]))
    assert [near.name for near in find_neighbours(few, np.array([0.2, 0.1]))] == ["d2", "d4"]
