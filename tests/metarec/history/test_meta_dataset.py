"""The meta-dataset: aligned arrays from stored runs."""

from dataclasses import replace

import numpy as np
import pytest

from metarec.history import MetaDataset
from metarec.history.families import find_families


def test_regret_is_zero_for_the_best_and_one_for_the_worst(meta_dataset: MetaDataset) -> None:
    regret = meta_dataset.regret()
    assert regret.min(axis=1) == pytest.approx(0.0)
    assert regret.max(axis=1) == pytest.approx(1.0)
    assert (regret.argmin(axis=1) == meta_dataset.scores.argmax(axis=1)).all()


def test_equal_scores_have_no_regret_and_failed_runs_the_greatest(
    meta_dataset: MetaDataset,
) -> None:
    scores = meta_dataset.scores.copy()
    scores[0] = 0.5
    scores[1, 3], scores[1, 4] = -np.inf, np.nan
    regret = replace(meta_dataset, scores=scores).regret()
    assert (regret[0] == 0.0).all()
    assert regret[1, 3] == 1.0
    assert np.isnan(regret[1, 4])


def test_families_join_like_sizes_and_like_scores(meta_dataset: MetaDataset) -> None:
    features, scores = meta_dataset.meta_features.copy(), meta_dataset.scores.copy()
    features[5] = features[9]
    scores[7] = scores[20] * 0.9 + 0.01
    datasets = [replace(item, family=item.name) for item in meta_dataset.datasets]
    datasets[30] = replace(datasets[30], family=datasets[31].family)
    families = find_families(
        replace(meta_dataset, datasets=tuple(datasets), meta_features=features, scores=scores)
    )
    assert families[5] == families[9]
    assert families[7] == families[20]
    assert families[30] == families[31]
    assert len(set(families)) > 1


def test_take_and_choose_meta_features(meta_dataset: MetaDataset) -> None:
    part = meta_dataset.take(np.array([4, 2])).with_meta_features(["nr_class", "nr_inst"])
    assert [dataset.name for dataset in part.datasets] == ["d4", "d2"]
    assert part.meta_features[0].tolist() == meta_dataset.meta_features[4, [2, 0]].tolist()
    assert part.scores.shape == (2, 8)
