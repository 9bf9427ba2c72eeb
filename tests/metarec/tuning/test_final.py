"""Which trials answer together in the end."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

from metarec.collecting.evaluating import FoldPredictions
from metarec.learners import TableShape
from metarec.tuning import final
from metarec.tuning.clock import Clock
from metarec.tuning.objective import REFIT_SECONDS
from metarec.tuning.running import Runner
from metarec.tuning.sharing import Shared
from metarec.tuning.validation import TuningData, Validation, read_data


@pytest.fixture
def data() -> TuningData:
    frame = pd.DataFrame({"x": np.arange(40.0), "y": np.arange(40.0)})
    return read_data(frame, target="y", task="regression", validation=Validation(folds=2))


def off(data: TuningData, error: float) -> list[FoldPredictions]:
    """Predictions that miss each row by as much."""
    learning = data.learning
    return [
        FoldPredictions(learning.y[test] + error, None, False, 0.0, 0.0)
        for _, test in learning.folds
    ]


def choose(data: TuningData, monkeypatch: pytest.MonkeyPatch, refit: float) -> list[str]:
    """Members after a ridge that is off by 1, and a tree that was stopped when it was by 0.1."""
    study = optuna.create_study(direction="minimize")
    for name, value, means in (("ridge", 1.0, {0: 1.0}), ("decision_tree", None, {0: 0.1})):
        study.add_trial(
            create_trial(
                state=TrialState.FAIL if value is None else TrialState.COMPLETE,
                value=value,
                params={"algorithm": name},
                distributions={"algorithm": CategoricalDistribution(["ridge", "decision_tree"])},
                intermediate_values=means,
                user_attrs={REFIT_SECONDS: 0.1 if value else refit},
            )
        )
    objective: Any = SimpleNamespace(
        clock=Clock(10.0, usual=100.0),
        metric="rmse",
        n_folds=2,
        seed=0,
        shape=TableShape(40, 1, 0),
        workers=None,
    )
    runner = Runner(Shared(study), objective)
    runner.predictions = {0: off(data, 1.0)}
    runner.unfinished = {1: off(data, 0.1)[:1]}

    chosen: list[str] = []

    def fit_members(self: Any, weights: Any) -> list[Any]:
        chosen.extend(trial.params["algorithm"] for trial, _ in weights)
        raise KeyboardInterrupt

    monkeypatch.setattr(final._Final, "fit", fit_members)
    with pytest.raises(KeyboardInterrupt):
        final.fit_final(data, runner, single=False)
    return chosen


@pytest.mark.parametrize(("refit", "member"), [(0.1, "decision_tree"), (100.0, "ridge")])
def test_a_leader_without_all_folds_is_a_member_if_it_can_be_fitted(
    data: TuningData, monkeypatch: pytest.MonkeyPatch, refit: float, member: str
) -> None:
    assert choose(data, monkeypatch, refit) == [member]
