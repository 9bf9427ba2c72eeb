"""Other systems' methods and portfolios: each does what its authors wrote."""

from dataclasses import replace

import numpy as np
import pytest

from metarec import HistoryError
from metarec.history import KnownDataset, MetaDataset
from metarec.history.library import PeerPortfolio, shipped_peers
from metarec.history.meta_dataset import fill_unknown
from metarec.learners import Configuration
from metarec.metalearners import Task, get_metalearner, suited_metalearners
from metarec.metalearners.low_rank import complete_losses

DEPTHS = tuple(Configuration("knn", {"n_neighbors": k, "p": 2}) for k in range(1, 13))
EVERY = np.ones(6, dtype=bool)


def _made(scores: list[list[float]], features: dict[str, list[float]]) -> MetaDataset:
    """Few data sets with given scores and meta-features."""
    n = len(scores)
    values = {"nr_inst": [100.0] * n, "nr_attr": [10.0] * n, "nr_class": [2.0] * n, **features}
    return MetaDataset(
        kind="classification",
        metric="balanced_accuracy",
        datasets=tuple(KnownDataset(f"d{i}", i, f"d{i}") for i in range(n)),
        configurations=DEPTHS[: len(scores[0])],
        meta_feature_names=tuple(values),
        meta_features=np.array(list(values.values())).T,
        scores=np.array(scores),
        fit_seconds=np.full((n, len(scores[0])), 0.1),
        fit_rows=np.full(n, 100.0),
    )


def test_the_nearest_names_its_best_and_then_the_next_nearest() -> None:
    known = _made(
        [[0.5, 0.9, 0.8, 0.1], [0.9, 0.5, 0.4, 0.1], [0.5, 0.9, 0.4, 0.8]],
        {"class_ent": [0.1, 0.3, 0.9]},
    )
    metalearner = get_metalearner("auto_sklearn_neighbours")().fit(known)
    size = {"nr_inst": 100.0, "nr_attr": 10.0, "nr_class": 2.0}
    four = np.ones(4, dtype=bool)
    # Bests: 1, 0, 1; then seconds of the first, second and third data set: 2, 1, 3.
    assert metalearner.rank(Task({**size, "class_ent": 0.0}, four), top=4).tolist() == [1, 0, 2, 3]
    assert metalearner.rank(Task({**size, "class_ent": 0.32}, four), top=2).tolist() == [0, 1]
    usable = np.array([True, False, True, True])
    assert metalearner.rank(Task({**size, "class_ent": 0.0}, usable), top=2).tolist() == [2, 0]
    # Far beyond the known range, all are almost equally far, but in the same order.
    assert metalearner.rank(Task({**size, "class_ent": 99.0}, four), top=1).tolist() == [1]


def test_landmarkers_do_not_say_what_is_near() -> None:
    known = _made(
        [[0.9, 0.5], [0.5, 0.9]], {"class_ent": [0.1, 0.9], "linear_discr.mean": [0.9, 0.1]}
    )
    metalearner = get_metalearner("auto_sklearn_neighbours")().fit(known)
    task = Task({"class_ent": 0.1, "linear_discr.mean": 0.1}, np.ones(2, dtype=bool))
    assert metalearner.rank(task, top=1).tolist() == [0]


def test_flaml_asks_the_nearest_data_set_for_its_order_of_the_portfolio() -> None:
    known = _made(
        [[0.9, 0.5, 0.895, 0.1], [0.5, 0.9, 0.4, 0.89], [0.88, 0.9, 0.4, 0.1]],
        {"nr_inst": [100.0, 200.0, 5000.0], "nr_num": [10.0, 10.0, 10.0]},
    )
    metalearner = get_metalearner("flaml_zero_shot")().fit(known)
    four = np.ones(4, dtype=bool)
    ranked = {
        rows: metalearner.rank(
            Task({"nr_inst": rows, "nr_attr": 10.0, "nr_class": 2.0, "nr_num": 10.0}, four), top=4
        ).tolist()
        for rows in (90.0, 220.0, 9000.0)
    }
    # Configurations 0 and 1 leave no regret above 0.01, so the near-copies 2 and 3 come last.
    assert ranked[90.0][:2] == [0, 1]
    assert ranked[220.0][:2] == [1, 0]
    assert ranked[9000.0][:2] == [1, 0]


def test_the_share_of_numeric_columns_counts() -> None:
    known = _made([[0.9, 0.5], [0.5, 0.9]], {"nr_num": [10.0, 0.0]})
    metalearner = get_metalearner("flaml_zero_shot")().fit(known)
    size = {"nr_inst": 100.0, "nr_attr": 10.0, "nr_class": 2.0}
    for n_numeric, best in ((9.0, 0), (1.0, 1)):
        task = Task({**size, "nr_num": n_numeric}, np.ones(2, dtype=bool))
        assert metalearner.rank(task, top=1).tolist() == [best]


def _low_rank_history(n_datasets: int = 30, n_configurations: int = 6) -> MetaDataset:
    """Scores of rank two, but for a level of each data set."""
    generator = np.random.default_rng(3)
    latent = generator.normal(size=(n_datasets, 2)) @ generator.normal(size=(2, n_configurations))
    level = generator.uniform(0.5, 0.6, size=(n_datasets, 1))
    return _made((level + 0.05 * latent).tolist(), {})


def test_a_few_results_place_a_data_set_of_low_rank() -> None:
    whole = _low_rank_history()
    left_out, known = whole.scores[-5:], whole.take(np.arange(25))
    metalearner = get_metalearner("low_rank")().fit(known)
    for truth in left_out:
        observed: dict[int, float] = {}
        for _ in range(3):
            (column,) = metalearner.update(Task({}, EVERY), observed, top=1)
            observed[int(column)] = float(truth[column])
        rest = [column for column in range(6) if column not in observed]
        expected = sorted(rest, key=lambda column: -truth[column])
        assert metalearner.update(Task({}, EVERY), observed, top=3).tolist() == expected


def test_what_low_rank_completes_is_close_to_what_was_hidden() -> None:
    whole = 1.0 - _low_rank_history(n_configurations=12).scores
    hidden = np.random.default_rng(0).random(whole.shape) < 0.1
    seen = np.where(hidden, np.nan, whole)
    completed = complete_losses(seen)
    assert (completed[~hidden] == whole[~hidden]).all()
    error = abs(completed - whole)[hidden].mean()
    assert error < abs(fill_unknown(seen) - whole)[hidden].mean() / 100


def test_informative_runs_are_fast_ones() -> None:
    whole = _low_rank_history()
    seconds = np.tile([0.1, 0.1, 0.1, 50.0, 50.0, 50.0], (30, 1))
    metalearner = get_metalearner("low_rank")().fit(replace(whole, fit_seconds=seconds))
    assert set(metalearner.rank(Task({}, EVERY), top=3).tolist()) == {0, 1, 2}


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portfolio with a gap, one for another metric, and one of which nothing was run."""
    unheard = Configuration("xgboost", {"max_depth": 6})
    found = [
        PeerPortfolio("FLAML all", "classification", (DEPTHS[4], unheard, DEPTHS[0], DEPTHS[2]),
                      (0, 1, 4, 7)),
        PeerPortfolio("FLAML all", "regression", (DEPTHS[1], DEPTHS[2], DEPTHS[3]), (0, 1, 2)),
        PeerPortfolio("AutoGluon zeroshot_portfolio_2023", "classification", (unheard,), (0,)),
        PeerPortfolio("auto-sklearn 2 log_loss", "classification", DEPTHS[:3], (0, 1, 2)),
        PeerPortfolio("auto-sklearn 2 balanced_accuracy", "classification", DEPTHS[3:6], (0, 1, 2)),
    ]  # fmt: skip
    monkeypatch.setattr("metarec.history.library.shipped_peers", lambda: found)


@pytest.mark.usefixtures("peers")
def test_a_peers_portfolio_keeps_its_order() -> None:
    metalearner = get_metalearner("flaml_portfolio")().fit(_low_rank_history())
    assert metalearner.rank(Task({}, EVERY), top=3).tolist() == [4, 0, 2]
    assert set(metalearner.rank(Task({}, EVERY), top=6)[3:].tolist()) == {1, 3, 5}


@pytest.mark.usefixtures("peers")
def test_auto_sklearns_portfolio_is_that_of_the_metric() -> None:
    history = _low_rank_history()
    for metric, expected in (("balanced_accuracy", [3, 4, 5]), ("accuracy", [3, 4, 5]),
                             ("log_loss", [0, 1, 2])):  # fmt: skip
        metalearner = get_metalearner("auto_sklearn_portfolio")()
        metalearner.fit(replace(history, metric=metric, scores=history.scores - 2.0))
        assert metalearner.rank(Task({}, EVERY), top=3).tolist() == expected


@pytest.mark.usefixtures("peers")
def test_a_portfolio_without_runs_is_left_out_with_a_line() -> None:
    history = _low_rank_history()
    names = ["average_rank", "autogluon_portfolio", "flaml_portfolio"]
    metalearners = [get_metalearner(name) for name in names]
    suited, (reason,) = suited_metalearners(metalearners, history)
    assert [each.name for each in suited] == ["average_rank", "flaml_portfolio"]
    assert "autogluon_portfolio" in reason
    assert "has 0 of them" in reason
    with pytest.raises(HistoryError, match="autogluon_portfolio"):
        suited_metalearners(metalearners[1:2], history)
    with pytest.raises(HistoryError, match="at least 3"):
        get_metalearner("autogluon_portfolio")().fit(history)


def test_the_shipped_portfolios_are_in_order_and_complete() -> None:
    names = {portfolio.name for portfolio in shipped_peers()}
    assert {"AutoGluon zeroshot_portfolio_2023", "FLAML all", "auto-sklearn 2 log_loss"} <= names
    for portfolio in shipped_peers():
        assert list(portfolio.places) == sorted(portfolio.places)
        assert len(set(portfolio.configurations)) == len(portfolio.configurations)
