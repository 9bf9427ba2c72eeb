"""From a table to a fitted pipeline, and on again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.trial import TrialState
from sklearn.metrics import balanced_accuracy_score

import metarec
from metarec import MetarecError, UsageError
from metarec.learners import TableShape
from metarec.tuning import Progress, final
from metarec.tuning.space import suggest_configuration

CHEAP = ["knn", "naive_bayes", "decision_tree"]


@pytest.fixture
def table() -> pd.DataFrame:
    """Two classes, gaps and categories."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(90, 3)), columns=["a", "b", "c"])
    frame["colour"] = generator.choice(["red", "blue"], 90)
    frame["target"] = np.where(frame["a"] + 0.5 * generator.normal(size=90) > 0, "yes", "no")
    frame.loc[::9, "b"] = np.nan
    return frame


@pytest.fixture
def heeded() -> Iterator[None]:
    """Ctrl-C, which what a shell starts in the background ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_warm_study_goes_on_and_its_pipeline_predicts(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    kept = {"storage": f"journal:{tmp_path / 'study.log'}", "study": "mine", "folds": 2,
            "algorithms": CHEAP}  # fmt: skip
    first = metarec.tune(table, trials=2, **kept)
    assert first.warnings == ()
    assert set(first.gain.origins.values()) == {"prior"}
    begun = [trial.params for trial in first.study.get_trials()]
    second = metarec.tune(table, trials=4, **kept)
    trials = second.study.get_trials()
    assert len(trials) == 4
    assert [trial.params for trial in trials[:2]] == begun
    assert second.best_score >= first.best_score
    assert sum(weight for _, weight in second.members) == pytest.approx(1.0)
    predicted = second.pipeline.predict(table[list(second.columns)])
    assert (predicted == table["target"]).mean() > 0.7
    with pytest.raises(UsageError, match="another metric"):
        metarec.tune(table, trials=5, metric="accuracy", **kept)


def test_a_cold_study_of_a_regression_in_two_processes(table: pd.DataFrame) -> None:
    numbers = table.assign(target=table["a"] * 2.0)
    result = metarec.tune(
        numbers, trials=4, folds=2, algorithms=["ridge", "knn"], jobs=2, cold=True, single=True
    )
    assert set(result.gain.origins.values()) == {"sampler"}
    assert len(result.members) == 1
    assert result.outcome is not None
    assert result.outcome.n_rows == len(numbers)
    error = result.pipeline.predict(numbers.drop(columns="target")) - numbers["target"]
    assert float((error**2).mean()) < float(numbers["target"].var())


def test_the_first_ten_trials_are_not_pruned_where_time_is_not_limited(table: pd.DataFrame) -> None:
    result = metarec.tune(table, trials=14, folds=3, algorithms=CHEAP, cold=True, single=True)
    states = [trial.state for trial in result.study.get_trials()]
    assert TrialState.PRUNED not in states[:10]
    assert TrialState.PRUNED in states[10:]


def test_a_trial_whose_process_was_killed_is_done_again(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    storage = f"sqlite:///{tmp_path / 's.db'}"
    kept = {"storage": storage, "study": "mine", "folds": 2, "algorithms": CHEAP, "cold": True}
    metarec.tune(table, trials=1, **kept)
    study = optuna.load_study(study_name="mine", storage=storage)
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    trial = study.ask()
    trial.set_user_attr("metarec_worker", (socket.gethostname(), killed.pid))
    suggest_configuration(trial, sorted(CHEAP), TableShape(90, 4, 2))
    # Another one goes on elsewhere.
    study.ask().set_user_attr("metarec_worker", ("elsewhere", killed.pid))
    metarec.tune(table, trials=2, **kept)
    assert [each.state.name for each in study.get_trials()] == ["COMPLETE", "RUNNING", "RUNNING"]
    second = metarec.tune(table, trials=3, **kept)
    states = [each.state.name for each in second.study.get_trials()]
    assert states == ["COMPLETE", "FAIL", "RUNNING", "COMPLETE"]
    assert second.to_dict()["trials"] == {"complete": 2, "running": 1}
    again = second.study.get_trials()[3]
    assert again.params == trial.params
    assert again.user_attrs["metarec_refit_seconds"] > 0


def test_a_study_goes_on_as_it_was_begun(table: pd.DataFrame, tmp_path: Path) -> None:
    kept = {"storage": f"journal:{tmp_path / 'study.log'}", "study": "mine", "cold": True}
    metarec.tune(table, trials=1, folds=3, algorithms=["knn"], metric="f1_macro", random_state=7,
                 **kept)  # fmt: skip
    second = metarec.tune(table, trials=2, **kept)
    assert (second.metric, second.best.algorithm) == ("f1_macro", "knn")
    about = second.study.user_attrs["metarec_tuning"]
    assert (about["folds"], about["seed"]) == (3, 7)
    with pytest.raises(UsageError, match=r"another seed .7 instead of 0"):
        metarec.tune(table, trials=3, random_state=0, **kept)
    with pytest.raises(UsageError, match="another table"):
        metarec.tune(table.assign(a=0), trials=3, **kept)


@pytest.mark.usefixtures("heeded")
def test_ctrl_c_ends_with_what_is_there(table: pd.DataFrame) -> None:
    def press(now: Progress) -> None:
        if now.finished == 2:
            os.kill(os.getpid(), signal.SIGINT)

    result = metarec.tune(
        table, trials=10_000, folds=2, algorithms=CHEAP, cold=True, progress=press
    )
    assert result.interrupted
    assert 2 <= len(result.study.get_trials()) < 1000
    assert len(result.pipeline.predict(table[list(result.columns)])) == len(table)


def test_patience_ends_a_search_without_gain(table: pd.DataFrame) -> None:
    # One configuration alone: the second trial knows the result of the first.
    result = metarec.tune(
        table.assign(target=range(90)), trials=50, folds=2, algorithms=["linear_regression"],
        patience=3, cold=True,
    )  # fmt: skip
    trials = result.study.get_trials()
    assert 4 <= len(trials) < 50


def test_a_time_limit_too_short_for_anything_is_said(table: pd.DataFrame) -> None:
    with pytest.raises(MetarecError, match="trials was finished"):
        metarec.tune(table, time_limit=0.001, algorithms=CHEAP, cold=True, folds=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "rmse"}, "no metric 'rmse'"),
        ({"trials": 0}, "at least 1"),
        ({"algorithms": ["elephant"]}, "no base-learner 'elephant'"),
        ({"random_state": -1}, "random_state"),
        ({"storage": "nonsense://x"}, "cannot be opened"),
    ],
)
def test_what_cannot_be_met_is_one_line(table, arguments: dict, message: str) -> None:
    with pytest.raises(MetarecError, match=message) as caught:
        metarec.tune(table, cold=True, **arguments)
    assert "\n" not in str(caught.value)


def test_rare_classes_get_their_own_weights() -> None:
    generator = np.random.default_rng(0)
    X = pd.DataFrame(generator.normal(size=(400, 3)), columns=["a", "b", "c"])
    rare = X["a"] + 0.7 * generator.normal(size=400) > 1.9
    # As text, 10 stands before 2.
    y = pd.Series(np.where(rare, 10, 2)).astype("category").rename("target")
    result = metarec.tune(X, y, trials=1, algorithms=["logistic_regression"], cold=True)
    assert result.score is not None
    found = balanced_accuracy_score(y.astype(int), result.pipeline.predict(X))
    assert found > result.score - 0.1
    assert found > 0.6


@pytest.mark.usefixtures("heeded")
def test_ctrl_c_in_the_last_fits_ends_with_what_is_fitted(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_one = final._Final._fit_one
    done: list[bool] = []

    def press(self, *arguments):
        if done:
            os.kill(os.getpid(), signal.SIGINT)
        done.append(True)
        return fit_one(self, *arguments)

    monkeypatch.setattr(final._Final, "_fit_one", press)
    result = metarec.tune(
        table, trials=4, folds=2, algorithms=CHEAP, cold=True, metric="log_loss", random_state=3
    )
    assert len(done) > 1
    assert result.interrupted
    assert len(result.pipeline.predict(table[list(result.columns)])) == len(table)


def test_a_mistake_in_progress_ends_all_workers(table: pd.DataFrame) -> None:
    calls: list[int] = []

    def fail(now: Progress) -> None:
        calls.append(now.finished)
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        metarec.tune(table, trials=100, folds=2, algorithms=CHEAP, cold=True, jobs=2, progress=fail)
    assert len(calls) <= 2


def test_what_cannot_be_written_is_said_before_the_search(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        metarec.tune(table, trials=1, output=tmp_path)


@pytest.mark.parametrize("wrong", [{"trials": 2.5}, {"folds": "a"}, {"jobs": 0}, {"folds": 1}])
def test_numbers_are_whole(table: pd.DataFrame, wrong: dict) -> None:
    with pytest.raises(UsageError, match="must be a whole number"):
        metarec.tune(table, **wrong)
