"""From a table to a fitted pipeline, and on again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metarec
from metarec import MetarecError, UsageError

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


def test_a_warm_study_goes_on_and_its_pipeline_predicts(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    kept = {"storage": f"journal:{tmp_path / 'study.log'}", "study": "mine", "folds": 2,
            "algorithms": CHEAP}  # fmt: skip
    first = metarec.tune(table, trials=2, **kept)
    assert first.warnings == ()
    assert set(first.gain.origins.values()) == {"prior"}
    second = metarec.tune(table, trials=4, **kept)
    trials = second.study.get_trials()
    assert len(trials) == 4
    assert [trial.params for trial in trials[:2]] == [t.params for t in first.study.get_trials()]
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
    error = result.pipeline.predict(numbers.drop(columns="target")) - numbers["target"]
    assert float((error**2).mean()) < float(numbers["target"].var())


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
