"""What sets the meta-learners apart."""

import numpy as np
import pytest

from metarec import UsageError
from metarec.history import MetaDataset
from metarec.metalearners import Task, get_metalearner
from metarec.metalearners.average_rank import mean_rank
from metarec.metalearners.cover import greedy_cover
from metarec.metalearners.similarity import RankedDistance

SMALL = {"nr_inst": 60.0, "nr_attr": 10.0, "nr_class": 2.0}
LARGE = {"nr_inst": 40_000.0, "nr_attr": 10.0, "nr_class": 2.0}
EVERY = np.ones(8, dtype=bool)
NAIVE_BAYES, FOREST, SVM = 0, 3, (6, 7)


@pytest.mark.parametrize(
    "name",
    [
        "size_aware_portfolio",
        "neighbours",
        "neighbour_portfolio",
        "lightgbm",
        "auto_sklearn_neighbours",
    ],
)
def test_the_size_of_the_table_decides(name: str, meta_dataset: MetaDataset) -> None:
    metalearner = get_metalearner(name)().fit(meta_dataset)
    assert metalearner.rank(Task(SMALL, EVERY), top=1).tolist() == [NAIVE_BAYES]
    assert metalearner.rank(Task(LARGE, EVERY), top=1)[0] in {FOREST, FOREST + 1}


@pytest.mark.parametrize("name", ["portfolio", "size_aware_portfolio", "lightgbm"])
def test_a_list_covers_instead_of_repeating_itself(name: str, meta_dataset: MetaDataset) -> None:
    """The near-copy of the forest is second on average, the SVM serves the odd data sets."""
    metalearner = get_metalearner(name)().fit(meta_dataset)
    order = metalearner.rank(Task(LARGE, EVERY), top=3).tolist()
    assert set(order) & set(SVM)
    assert (
        get_metalearner("average_rank")()
        .fit(meta_dataset)
        .rank(Task(LARGE, EVERY), top=3)
        .tolist()[2]
        not in SVM
    )


def test_library_defaults_come_first(meta_dataset: MetaDataset) -> None:
    order = get_metalearner("library_defaults")().fit(meta_dataset).rank(Task({}, EVERY), top=8)
    defaults = [
        column for column, item in enumerate(meta_dataset.configurations)
        if item.algorithm in {"naive_bayes", "decision_tree"}
        or (item.algorithm == "svm" and item.hyperparameters["C"] == 1.0)
    ]  # fmt: skip
    assert set(order[: len(defaults)].tolist()) == set(defaults)


def test_mean_rank_shares_ties() -> None:
    assert mean_rank(np.array([[0.2, 0.2, 0.9]])).tolist() == [1.5, 1.5, 3.0]


def test_mean_rank_of_some_runs_reaches_from_the_first_to_the_last() -> None:
    losses = np.array([[0.0, 0.5, np.nan, np.nan], [0.0, np.inf, 0.3, 0.2], [np.nan] * 3 + [0.1]])
    assert mean_rank(losses[:2, :]).tolist()[:2] == [1.0, 4.0]
    assert mean_rank(np.repeat(losses[:1], 3, axis=0))[0] == 1.0
    alone = mean_rank(losses[2:])
    assert alone[3] == 2.5


def test_greedy_cover_is_what_brute_force_finds() -> None:
    regret = np.random.default_rng(1).random((30, 6))
    chosen: list[int] = []
    for _ in range(6):
        best = min(
            set(range(6)) - set(chosen),
            key=lambda column: regret[:, [*chosen, column]].min(axis=1).mean(),
        )
        chosen.append(best)
    # Once all rows are at their best, the order is that of the means.
    assert greedy_cover(regret, np.ones(6, bool), 4).tolist() == chosen[:4]


def test_greedy_cover_keeps_what_was_chosen_first_and_heeds_weights() -> None:
    regret = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.5]])
    every = np.ones(3, dtype=bool)
    assert greedy_cover(regret, every, 2, first=[2]).tolist()[0] == 2
    assert greedy_cover(regret, every, 1, weights=np.array([0.1, 0.9])).tolist() == [1]


def test_distance_ignores_scale_and_unknown_values() -> None:
    known = np.array([[1.0, 5.0], [2.0, np.nan], [400.0, 7.0]])
    distance = RankedDistance(known)
    assert distance.to_all(np.array([1.0, np.nan])).tolist() == [0.0, 0.5, 1.0]
    scaled = RankedDistance(known * 1000)
    assert (scaled.to_all(known[2] * 1000) == distance.to_all(known[2])).all()
    assert distance.to_all(known[2])[2] == 0.0


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'lightgbm'"):
        get_metalearner("lightgmb")
