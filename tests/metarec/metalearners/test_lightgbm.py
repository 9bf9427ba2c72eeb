"""What the boosters missed elsewhere corrects what is expected of a table like it."""

from dataclasses import replace

import numpy as np
import pytest

from metarec.history import MetaDataset
from metarec.metalearners import Task
from metarec.metalearners.cells import log_regret
from metarec.metalearners.lightgbm import LightGBM

EVERY = np.ones(8, dtype=bool)
PECULIAR = 7


@pytest.fixture(scope="module")
def peculiar(meta_dataset: MetaDataset) -> MetaDataset:
    """One data set on which the bad configurations are the good ones."""
    scores = meta_dataset.scores.copy()
    scores[PECULIAR] = scores[PECULIAR][::-1]
    return replace(meta_dataset, scores=scores)


@pytest.fixture(scope="module")
def lightgbm(peculiar: MetaDataset) -> LightGBM:
    return LightGBM().fit(peculiar)


def test_what_was_missed_counts_on_a_table_that_is_the_same(
    lightgbm: LightGBM, peculiar: MetaDataset
) -> None:
    task = Task(peculiar.features_of(PECULIAR), EVERY)
    _, boosted = lightgbm._foresee(task)
    expected = boosted + lightgbm._missed_nearby(task)
    truth = log_regret(peculiar)[PECULIAR]
    assert np.abs(expected - truth).mean() < 0.7 * np.abs(boosted - truth).mean()


def test_what_was_missed_elsewhere_does_not_count(lightgbm: LightGBM) -> None:
    unlike_all = Task({}, EVERY)
    assert np.allclose(lightgbm._missed_nearby(unlike_all), 0.0)
