"""The LightGBM meta-learner: regression over meta-features x configurations.

How a list comes about:

1. A cell is one data set and one configuration; `Cells` describes it by meta-features, by
   hyperparameters and by how the configuration did on other, similar data sets.
2. Repeated cross-validation over data sets trains boosters on log(regret + 0.05). All of them
   together are the prediction; each cell's out-of-fold error is its residual.
3. What they missed on data sets that are almost the same as the new one is added to their
   prediction: boosters that see hundreds of data sets smooth over a single one.
4. The first suggestion has the least prediction.
5. A known data set's residuals added to the prediction are a scenario: how the new data set may
   deviate. Each next suggestion covers these scenarios greedily.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self
from weakref import WeakKeyDictionary

import numpy as np

from metarec._exceptions import HistoryError
from metarec.metalearners.advantage import Advantage
from metarec.metalearners.arrays import from_npy, to_npy
from metarec.metalearners.base import MetaLearner, Task, best_first
from metarec.metalearners.booster import dump_booster, load_booster
from metarec.metalearners.cells import REGRET_FLOOR, Cells, principal_loadings
from metarec.metalearners.cover import greedy_cover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatMatrix, FloatVector, IntVector
    from metarec.history.meta_dataset import MetaDataset
    from metarec.metalearners.booster import Booster

_MIN_DATASETS: Final = 10
_N_REPEATS, _N_FOLDS = 2, 3
_ALMOST_THE_SAME: Final = 0.04
"""Distance in ranked meta-features at which what was missed on a data set counts 1/e."""
_DOUBT: Final = 0.3
"""Added to the counts of all data sets: one that is the same then counts three quarters."""
_N_AVERAGED: Final = 8
"""Configurations that stand for the average one: to explain one takes milliseconds."""
_PARAMETERS: Final = {
    "objective": "regression",
    "learning_rate": 0.08,
    "num_leaves": 31,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 63,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
_N_TREES: Final = 100
_BOOSTER: Final = "regression-"
"""Begins the names of the boosters' files."""


class LightGBM(MetaLearner):
    """Boosted trees over meta-features and configurations, ranked for cover."""

    name: ClassVar[str] = "lightgbm"

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Train the boosters and keep their out-of-fold residuals.

        Takes about 10 s of one core for 265 data sets and 210 configurations.

        Raises
        ------
        HistoryError
            If there are fewer than 10 data sets, or near relatives only.
        """
        if len(meta_dataset.datasets) < _MIN_DATASETS:
            msg = (
                f"LightGBM learns from at least {_MIN_DATASETS} data sets, but the history has "
                f"{len(meta_dataset.datasets)}: import more, or use the meta-learner 'portfolio'"
            )
            raise HistoryError(msg)
        if len(set(meta_dataset.families)) < 2:
            msg = (
                f"all {len(meta_dataset.datasets)} data sets with {meta_dataset.metric} are near "
                "relatives (one family): import or collect runs on others, or use the "
                "meta-learner 'portfolio'"
            )
            raise HistoryError(msg)
        self._loadings = principal_loadings(meta_dataset)
        self._cells = Cells(meta_dataset, self._loadings)
        inputs = self._cells.of_known()
        self._texts, self._residuals = _fit_boosters(inputs, self._cells.log_regret)
        self._load()
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The likely best configuration, then what covers its likely failures."""
        _, foreseen = self._foresee(task)
        expected = foreseen + self._missed_nearby(task)
        first = best_first(expected, task.usable, 1).tolist()
        scenarios = np.clip(np.exp(expected + self._residuals) - REGRET_FLOOR, 0.0, 1.0)
        return greedy_cover(scenarios, task.usable, top, first=first)

    def advantage(self, task: Task, chosen: IntVector) -> Advantage:
        """TreeSHAP of the expected log regret, minus its mean over all kinds of configurations.

        What was missed on data sets that are almost the same counts to the results on similar ones.
        """
        inputs, foreseen = self._foresee(task)
        missed = self._missed_nearby(task)
        usable = best_first(foreseen + missed, task.usable, len(inputs))
        # From good to bad in even steps, so that their mean expectation is that of all.
        steps = (np.arange(_N_AVERAGED) + 0.5) / _N_AVERAGED
        average = usable[(steps * len(usable)).astype(int)]
        rows = inputs[np.concatenate([chosen, average])]
        contributions = np.mean([each.contributions(rows) for each in self._boosters], axis=0)
        own, others = np.split(contributions[:, :-1], [len(chosen)])
        of_meta_features, of_results = self._cells.add_up(others.mean(axis=0) - own)
        of_results[:, 0] += missed[average].mean() - missed[chosen]
        regret = self._cells.regret_elsewhere(inputs)
        return Advantage(
            of_meta_features=of_meta_features,
            of_results=of_results,
            regret=regret[chosen],
            average_regret=regret[usable].mean(axis=0, keepdims=True),
        )

    def _foresee(self, task: Task) -> tuple[FloatMatrix, FloatVector]:
        """The task's cells and their log regret as the boosters expect it."""
        # Kept as long as the task: it is ranked, explained and updated one after the other.
        if task not in self._foreseen:
            inputs = self._cells.of_task(task)
            self._foreseen[task] = inputs, self._predict(inputs)
        return self._foreseen[task]

    def _missed_nearby(self, task: Task) -> FloatVector:
        """What the boosters missed on the data sets that are almost the same as the task.

        Smoothed over meta-features (Watson 1964) and shrunk towards nothing; where no data set is
        that near, it is nothing.
        """
        likeness = np.exp(-((self._cells.distances(task) / _ALMOST_THE_SAME) ** 2))
        known = ~np.isnan(self._cells.log_regret)
        return np.asarray(likeness @ self._residuals / (likeness @ known + _DOUBT))

    def _predict(self, inputs: FloatMatrix) -> FloatVector:
        return np.asarray(np.mean([each.predict(inputs) for each in self._boosters], axis=0))

    def to_files(self) -> dict[str, bytes]:
        """The boosters as LightGBM's text, residuals and loadings as NumPy arrays."""
        return {
            "residuals.npy": to_npy(self._residuals),
            "loadings.npy": to_npy(self._loadings),
            **{f"{_BOOSTER}{i:02}.txt": text.encode() for i, text in enumerate(self._texts)},
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], meta_dataset: MetaDataset) -> Self:
        """Load the boosters without importing LightGBM's Python package."""
        metalearner = cls()
        metalearner._residuals = from_npy(files["residuals.npy"])
        if metalearner._residuals.shape != meta_dataset.scores.shape:
            msg = (
                f"residuals of shape {metalearner._residuals.shape} do not fit scores of shape "
                f"{meta_dataset.scores.shape}"
            )
            raise ValueError(msg)
        metalearner._loadings = from_npy(files["loadings.npy"])
        metalearner._cells = Cells(meta_dataset, metalearner._loadings)
        names = sorted(name for name in files if name.startswith(_BOOSTER))
        metalearner._texts = [files[name].decode() for name in names]
        metalearner._load()
        return metalearner

    def _load(self) -> None:
        self._boosters: list[Booster] = [load_booster(text) for text in self._texts]
        self._foreseen: WeakKeyDictionary[Task, tuple[FloatMatrix, FloatVector]] = (
            WeakKeyDictionary()
        )


def _fit_boosters(cells: FloatMatrix, log_regret: FloatMatrix) -> tuple[list[str], FloatMatrix]:
    """Cross-validate over data sets, several times.

    Near relatives may stand on both sides of a split, so the residuals are those of a data set
    that has relatives in the history.

    Returns
    -------
    models : list of str
        One booster per fold and repeat, as text.
    residuals : ndarray of shape (n_datasets, n_configurations)
        Truth minus the mean out-of-fold prediction; 0 where not run.
    """
    import lightgbm

    n_datasets, n_configurations, n_columns = cells.shape
    known = ~np.isnan(log_regret)
    models: list[str] = []
    predicted = np.zeros((n_datasets, n_configurations))
    for repeat in range(_N_REPEATS):
        fold_of = np.random.default_rng(repeat).permutation(n_datasets) % _N_FOLDS
        for fold in range(_N_FOLDS):
            left_out = fold_of == fold
            inside = known & ~left_out[:, None]
            data = lightgbm.Dataset(cells[inside], log_regret[inside])
            parameters = {**_PARAMETERS, "seed": len(models) + 1}
            booster = lightgbm.train(parameters, data, _N_TREES)
            outside = booster.predict(cells[left_out].reshape(-1, n_columns))
            predicted[left_out] += np.reshape(outside, (-1, n_configurations)) / _N_REPEATS
            models.append(dump_booster(booster))
    return models, np.where(known, log_regret - predicted, 0.0)
