"""The noise floor: nothing where folds agree, much where they are independent."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from metarec.evaluation import noise_floor
from metarec.history import META_FEATURE_SCHEMA, RUN_SCHEMA, HistoryStore, build_meta_dataset

NEIGHBOURS = [1, 3, 5, 7, 9, 11, 13, 15]


def make_history(folder: Path, noise: float, *, with_folds: bool = True) -> HistoryStore:
    """Twelve data sets under log loss, three folds each."""
    generator = np.random.default_rng(0)
    runs, features = [], []
    for dataset in range(12):
        true = generator.random(len(NEIGHBOURS))
        for neighbours, score in zip(NEIGHBOURS, true, strict=True):
            folds = np.abs(score + noise * generator.normal(size=3))
            runs.append(
                {"dataset": f"d{dataset}", "task": "binary", "algorithm": "knn", "status": "ok",
                 "hyperparameters": f'{{"n_neighbors":{neighbours},"p":2}}', "n_folds": 3,
                 "log_loss": folds.mean(),
                 "log_loss_folds": folds.tolist() if with_folds else None}
            )  # fmt: skip
        features += [
            {"dataset": f"d{dataset}", "name": name, "value": 10.0 + dataset}
            for name in ("nr_inst", "nr_attr", "nr_class")
        ]
    store = HistoryStore(folder)
    store.append_runs(pa.Table.from_pylist(runs, schema=RUN_SCHEMA), source="collect")
    store.append_meta_features(
        pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA), source="collect"
    )
    return store


@pytest.mark.parametrize(("noise", "low", "high"), [(0.0, 0.0, 1e-12), (10.0, 0.3, 1.0)])
def test_more_noise_more_regret(tmp_path: Path, noise: float, low: float, high: float) -> None:
    store = make_history(tmp_path, noise)
    known = build_meta_dataset(store, metric="log_loss")
    floor = noise_floor(store, known, known.datasets, list_lengths=(1, 3, 20))
    assert floor is not None
    assert floor.n_datasets == 12
    assert low <= floor.between_halves[1] <= high
    assert floor.regret[1] == pytest.approx(np.sqrt(2) / 3 * floor.between_halves[1])
    assert floor.regret[1] >= floor.regret[3] >= floor.regret[20] == 0.0


def test_by_hand(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    folds = {1: [0.1, 0.4], 3: [0.2, 0.2], 5: [0.5, 0.3]}
    runs = [
        {"dataset": "d", "task": "binary", "algorithm": "knn", "status": "ok", "n_folds": 2,
         "hyperparameters": f'{{"n_neighbors":{neighbours}}}', "log_loss": sum(scores) / 2,
         "log_loss_folds": scores}
        for neighbours, scores in folds.items()
    ]  # fmt: skip
    features = [
        {"dataset": "d", "name": name, "value": 10.0} for name in ("nr_inst", "nr_attr", "nr_class")
    ]
    store.append_runs(pa.Table.from_pylist(runs, schema=RUN_SCHEMA), source="collect")
    store.append_meta_features(
        pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA), source="collect"
    )
    known = build_meta_dataset(store, metric="log_loss")
    floor = noise_floor(store, known, known.datasets, list_lengths=(1, 2))
    assert floor is not None
    # Chosen by fold 1, in the order 1, 3, 5: regrets of 1 and 0 in fold 2, whose median is .3.
    # Chosen by fold 2, in the order 3, 5, 1: regrets of 1 and 1 in fold 1, whose median is .2.
    assert floor.between_halves == {1: 1.0, 2: 0.5}
    assert floor.regret == {1: 0.5, 2: 0.25}


def test_a_history_without_folds_has_no_floor(tmp_path: Path) -> None:
    store = make_history(tmp_path, 1.0, with_folds=False)
    known = build_meta_dataset(store, metric="log_loss")
    assert noise_floor(store, known, known.datasets) is None
