"""What every meta-learner promises."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from metarec.history import MetaDataset
from metarec.history.library import PeerPortfolio
from metarec.metalearners import MetaLearner, Task, get_metalearner, metalearner_names

SMALL = {"nr_inst": 60.0, "nr_attr": 10.0, "nr_class": 2.0}
LARGE = {"nr_inst": 40_000.0, "nr_attr": 10.0, "nr_class": 2.0}
EVERY = np.ones(8, dtype=bool)

pytestmark = pytest.mark.parametrize("name", metalearner_names())


PEERS = ("AutoGluon zeroshot_portfolio_2023", "FLAML all", "auto-sklearn 2 balanced_accuracy")


@pytest.fixture(scope="module", autouse=True)
def peers(meta_dataset: MetaDataset) -> Iterator[None]:
    """The peers' portfolios list configurations that the small meta-dataset has."""
    listed = tuple(meta_dataset.configurations[column] for column in (6, 1, 3))
    found = [PeerPortfolio(name, "classification", listed, (0, 2, 5)) for name in PEERS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("metarec.history.library.shipped_peers", lambda: found)
        yield


@pytest.fixture(scope="module")
def fitted(peers: None, meta_dataset: MetaDataset) -> dict[str, MetaLearner]:
    return {name: get_metalearner(name)().fit(meta_dataset) for name in metalearner_names()}


def test_every_usable_configuration_once(name: str, fitted: dict[str, MetaLearner]) -> None:
    order = fitted[name].rank(Task(SMALL, EVERY), top=8)
    assert sorted(order.tolist()) == list(range(8))
    assert fitted[name].rank(Task(SMALL, EVERY), top=3).tolist() == order[:3].tolist()


def test_what_cannot_run_is_left_out(name: str, fitted: dict[str, MetaLearner]) -> None:
    usable = EVERY.copy()
    usable[[0, 3, 6]] = False
    order = fitted[name].rank(Task(LARGE, usable), top=8)
    assert sorted(order.tolist()) == [1, 2, 4, 5, 7]


def test_unknown_meta_features_do_not_hurt(name: str, fitted: dict[str, MetaLearner]) -> None:
    for values in ({}, dict.fromkeys(SMALL, float("nan")), {**SMALL, "unheard_of": 1.0}):
        assert len(fitted[name].rank(Task(values, EVERY), top=5)) == 5


def test_fitting_again_gives_the_same_answer(
    name: str, fitted: dict[str, MetaLearner], meta_dataset: MetaDataset
) -> None:
    again = get_metalearner(name)().fit(meta_dataset)
    for values in (SMALL, LARGE):
        first = fitted[name].rank(Task(values, EVERY), top=8)
        assert again.rank(Task(values, EVERY), top=8).tolist() == first.tolist()


def test_files_bring_it_back(
    name: str, fitted: dict[str, MetaLearner], meta_dataset: MetaDataset
) -> None:
    restored = get_metalearner(name).from_files(fitted[name].to_files(), meta_dataset)
    for values in (SMALL, LARGE):
        first = fitted[name].rank(Task(values, EVERY), top=8)
        assert restored.rank(Task(values, EVERY), top=8).tolist() == first.tolist()


def test_the_meta_dataset_is_not_changed(name: str, meta_dataset: MetaDataset) -> None:
    before = meta_dataset.scores.copy(), meta_dataset.meta_features.copy()
    get_metalearner(name)().fit(meta_dataset).rank(Task(SMALL, EVERY), top=8)
    assert (meta_dataset.scores == before[0]).all()
    assert (meta_dataset.meta_features == before[1]).all()


def test_what_was_not_run_is_no_obstacle(name: str, meta_dataset: MetaDataset) -> None:
    """Half of the data sets have one half of the configurations, as where sources are joined."""
    scores = meta_dataset.scores.copy()
    scores[::2, :4] = np.nan
    scores[1::2, 5] = -np.inf
    partial = replace(meta_dataset, scores=scores)
    order = get_metalearner(name)().fit(partial).rank(Task(SMALL, EVERY), top=8)
    assert sorted(order.tolist()) == list(range(8))


def test_what_was_tried_is_not_proposed_again(name: str, fitted: dict[str, MetaLearner]) -> None:
    usable = np.array([True] * 6 + [False] * 2)
    task = Task(SMALL, usable)
    observed: dict[int, float] = {}
    while len(observed) < 6:
        following = fitted[name].update(task, observed, top=2)
        assert len(following) == min(2, 6 - len(observed))
        assert usable[following].all()
        assert not set(following.tolist()) & set(observed)
        observed[int(following[0])] = 0.8 if observed else -np.inf
    assert fitted[name].update(task, observed, top=2).size == 0


def test_before_any_result_an_update_is_the_list(name: str, fitted: dict[str, MetaLearner]) -> None:
    task = Task(LARGE, EVERY)
    listed = fitted[name].rank(task, top=4)
    assert fitted[name].update(task, {}, top=4).tolist() == listed.tolist()
