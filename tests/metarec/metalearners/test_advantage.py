"""Effects add up to what is expected, and follow what the history says."""

import numpy as np
import pytest

from metarec.history import MetaDataset
from metarec.metalearners import Task, get_metalearner
from metarec.metalearners.lightgbm import LightGBM

EVERY = np.ones(8, dtype=bool)
NAIVE_BAYES, FOREST = 0, 3
CHOSEN = np.array([NAIVE_BAYES, FOREST])


def _task(n_rows: float) -> Task:
    return Task({"nr_inst": n_rows, "nr_attr": 10.0, "nr_class": 2.0}, EVERY)


@pytest.fixture(scope="module")
def lightgbm(meta_dataset: MetaDataset) -> LightGBM:
    return LightGBM().fit(meta_dataset)


@pytest.mark.parametrize("n_rows", [60.0, 2000.0, 40_000.0])
def test_effects_add_up(lightgbm: LightGBM, n_rows: float) -> None:
    found = lightgbm.advantage(_task(n_rows), CHOSEN)
    total = found.of_meta_features.sum(axis=1) + found.of_results.sum(axis=1)
    _, foreseen = lightgbm._foresee(_task(n_rows))
    expected = foreseen + lightgbm._missed_nearby(_task(n_rows))
    # As many configurations as stand for the average one: the sum is exact.
    assert np.allclose(total, expected.mean() - expected[CHOSEN], atol=1e-9)


def test_the_table_decides_what_speaks_for_whom(lightgbm: LightGBM) -> None:
    small, large = (lightgbm.advantage(_task(n_rows), CHOSEN) for n_rows in (60.0, 40_000.0))
    for_bayes, for_forest = (small.of_meta_features - large.of_meta_features)[:, 0] + (
        small.of_results - large.of_results
    )[:, 0]
    assert for_bayes > 0.3
    assert for_forest < -0.3


def test_typical_regrets_are_those_of_the_history(
    lightgbm: LightGBM, meta_dataset: MetaDataset
) -> None:
    found = lightgbm.advantage(_task(60.0), CHOSEN)
    assert found.regret[0, 0] < 0.1 < 0.2 < found.regret[1, 0]
    typical = np.exp(np.log(meta_dataset.regret() + 0.05).mean(axis=0)) - 0.05
    assert np.allclose(found.regret[:, 1], typical[CHOSEN])
    assert np.allclose(found.average_regret[0, 1], typical.mean())


def test_one_usable_configuration_is_the_average(lightgbm: LightGBM) -> None:
    alone = np.arange(8) == FOREST
    found = lightgbm.advantage(Task(_task(60.0).meta_features, alone), np.array([FOREST]))
    assert np.allclose(found.of_meta_features, 0.0)
    assert np.allclose(found.of_results, 0.0)


def test_a_portfolio_cannot_say(meta_dataset: MetaDataset) -> None:
    portfolio = get_metalearner("portfolio")().fit(meta_dataset)
    assert portfolio.advantage(_task(60.0), CHOSEN) is None
