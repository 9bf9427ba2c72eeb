"""What the model sees of a cell."""

from dataclasses import replace

import numpy as np
import pytest

from metarec.history import MetaDataset
from metarec.metalearners import Task
from metarec.metalearners.cells import Cells, principal_loadings

EVERY = np.ones(8, dtype=bool)
N_WEIGHTED = 3


def _task(meta_dataset: MetaDataset, row: int) -> Task:
    values = meta_dataset.meta_features[row].tolist()
    return Task(dict(zip(meta_dataset.meta_feature_names, values, strict=True)), EVERY)


def _cells(meta_dataset: MetaDataset) -> Cells:
    return Cells(meta_dataset, principal_loadings(meta_dataset))


def test_a_new_data_set_is_described_as_a_known_one_that_was_left_out(
    meta_dataset: MetaDataset,
) -> None:
    """Its weighted means do not change when its own scores do."""
    scores = meta_dataset.scores.copy()
    scores[7] = scores[7][::-1]
    changed = replace(meta_dataset, scores=scores)
    before, after = _cells(meta_dataset).of_known(), _cells(changed).of_known()
    assert (before[7, :, -N_WEIGHTED:] == after[7, :, -N_WEIGHTED:]).all()
    assert (before[8, :, -N_WEIGHTED:] != after[8, :, -N_WEIGHTED:]).any()


@pytest.mark.parametrize("n_datasets", [2, 8, 60])
def test_no_column_is_empty(meta_dataset: MetaDataset, n_datasets: int) -> None:
    part = meta_dataset.take(np.arange(n_datasets))
    cells = _cells(part)
    assert np.isfinite(cells.of_known()[:, :, -N_WEIGHTED:]).all()
    assert cells.of_task(_task(part, 0)).shape == cells.of_known().shape[1:]


def test_too_few_data_sets_are_refused(meta_dataset: MetaDataset) -> None:
    from metarec import HistoryError
    from metarec.metalearners import get_metalearner

    with pytest.raises(HistoryError, match="at least 10 data sets"):
        get_metalearner("lightgbm")().fit(meta_dataset.take(np.arange(9)))
