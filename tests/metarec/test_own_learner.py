"""A base-learner of the user's own: registered, run, learned from, suggested."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metarec
from metarec.collecting import collect, find_tables
from metarec.history import HistoryStore
from metarec.learners import BaseLearner, Real, register_learner


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Two classes around two centres, far from each other in some tables."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for seed in range(3):
        generator = np.random.default_rng(seed)
        y = np.arange(60) % 2
        frame = pd.DataFrame(generator.normal(size=(60, 3)) + y[:, None], columns=["a", "b", "c"])
        frame.assign(target=y).to_csv(folder / f"t{seed}.csv", index=False)
    return folder


def build(hyperparameters: Mapping[str, float], _: int | None) -> object:
    """The class whose mean is nearest."""
    from sklearn.neighbors import NearestCentroid

    return NearestCentroid(**hyperparameters)


@pytest.mark.usefixtures("registry")
def test_it_is_suggested_as_soon_as_it_has_runs(tables: Path, tmp_path: Path) -> None:
    register_learner(
        BaseLearner(
            name="nearest_centroid",
            summary="The class whose mean is nearest.",
            space=lambda _: {"shrink_threshold": Real(0.01, 5.0, log=True)},
            defaults={"shrink_threshold": 0.1},
            build=build,
        )
    )
    history = HistoryStore(tmp_path / "history")
    done = collect(find_tables([tables]), history, algorithms=["nearest_centroid", "knn"])
    assert done.statuses == {"ok": 6}
    recommender = metarec.Recommender("portfolio").fit(history)
    assert ("classification", "roc_auc") in recommender.knowledge.experts

    frame = pd.read_csv(tables / "t0.csv")
    found = metarec.suggest(frame, knowledge=recommender, algorithms=["nearest_centroid"])
    assert [item.algorithm for item in found] == ["nearest_centroid"]
    assert found[0].predicted_fit_seconds > 0
    X, y = frame.drop(columns="target"), frame["target"]
    assert found[0].make_estimator().fit(X, y).score(X, y) > 0.7
