"""Trials of a user's study as runs: what they are of, their scores, and that none is doubled."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import pyarrow as pa
import pytest
from optuna.trial import TrialState

from metarec import HistoryError, UsageError
from metarec.history import FOUND_ATTRIBUTE, RUN_SCHEMA, HistoryStore, add_study, build_meta_dataset
from metarec.learners import get_learner

Make = Callable[..., optuna.Study]


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


@pytest.fixture
def add(table: pd.DataFrame, store: HistoryStore) -> Callable[..., Any]:
    """Add a study about the table, under accuracy if nothing else is said."""

    def call(study: optuna.Study, **options: Any) -> Any:
        return add_study(study, table, store, **{"metric": "accuracy", "name": "t", **options})

    return call


def _rows(store: HistoryStore) -> list[dict[str, Any]]:
    rows = store.runs().to_pylist()
    return sorted(rows, key=lambda row: json.loads(row["original"])["trial"])


def test_a_trial_becomes_a_run(make_study: Make, add: Any, store: HistoryStore) -> None:
    added = add(make_study(({"n_neighbors": 5}, 0.75)), algorithm="knn")
    assert (added.source, added.dataset, added.statuses) == ("study.mine", "t", {"ok": 1})
    (row,) = _rows(store)
    assert (row["dataset"], row["task"], row["n_rows"]) == ("t", "binary", 40)
    assert row["algorithm"] == "knn"
    assert json.loads(row["hyperparameters"]) == {"n_neighbors": 5, "p": 2}
    assert row["accuracy"] == 0.75
    assert row["balanced_accuracy"] is row["fit_seconds"] is row["n_folds"] is None
    original = json.loads(row["original"])
    assert (original["study"], original["trial"]) == ("mine", 0)
    assert original["params"] == {"n_neighbors": 5}
    assert abs(datetime.now(UTC) - row["time"]) < timedelta(minutes=5)
    features = store.meta_features(source="study.mine").to_pylist()
    assert {"dataset": "t", "name": "nr_inst", "value": 40.0} in [
        {name: each[name] for name in ("dataset", "name", "value")} for each in features
    ]


def test_the_runs_can_be_learned_from(make_study: Make, add: Any, store: HistoryStore) -> None:
    trials = [({"algorithm": "knn", "knn.n_neighbors": n}, n / 10) for n in (1, 5)]
    add(make_study(*trials, ({"algorithm": "svc", "c": 2.0}, 0.9)))
    learned = build_meta_dataset(store, metric="accuracy")
    ours = [each for each in learned.configurations if each.algorithm == "knn"]
    assert [each.hyperparameters["n_neighbors"] for each in ours] == [1, 5]


@pytest.mark.parametrize(
    ("params", "options", "algorithm"),
    [
        ({"n_neighbors": 3}, {"algorithm": "knn"}, "knn"),
        ({"algorithm": "knn", "knn.n_neighbors": 3}, {}, "knn"),
        ({"model": "KNN", "KNN_n_neighbors": 3}, {}, "knn"),
        ({"classifier": "KNN", "knn__n_neighbors": 3}, {}, "knn"),
        ({"which": "knn", "n_neighbors": 3}, {"algorithm_param": "which"}, "knn"),
        ({"algorithm": "nn", "k": 3}, {"rename": {"nn": "knn", "k": "n_neighbors"}}, "knn"),
        ({"algorithm": "nn", "nn_k": 3}, {"rename": {"nn": "knn", "nn_k": "n_neighbors"}}, "knn"),
        ({"n_neighbors": 3.0, "n_jobs": 2}, {"algorithm": "knn"}, "knn"),
        ({"n_neighbors": 3, "leaf": 9}, {"algorithm": "knn", "ignore": ["leaf"]}, "knn"),
        ({"model": "RandomForestClassifier"}, {}, "random_forest"),
        ({"num_leaves": 8, "reg_alpha": 0}, {"algorithm": "lightgbm"}, "lightgbm"),
    ],
)
def test_names_of_others(
    make_study: Make, add: Any, store: HistoryStore, params: dict, options: dict, algorithm: str
) -> None:
    add(make_study((params, 0.5)), **options)
    (row,) = _rows(store)
    values = json.loads(row["hyperparameters"])
    assert row["algorithm"] == algorithm
    assert get_learner(algorithm).complete(values) == values
    if algorithm == "knn":
        assert values == {"n_neighbors": 3, "p": 2}
        assert isinstance(values["n_neighbors"], int)


@pytest.mark.parametrize(
    ("params", "algorithm", "words"),
    [
        ({"algorithm": "svc", "C": 1.0}, "study.svc", "'svc' is no base-learner"),
        ({"algorithm": "knn", "leaf": 9}, "study.knn", "no hyperparameter 'leaf'"),
        ({"algorithm": "knn", "n_neighbors": 999}, "study.knn", "but got 999"),
        ({"algorithm": "knn", "n_neighbors": 2.5}, "study.knn", "but got 2.5"),
    ],
)
def test_what_is_not_ours_keeps_its_name(
    make_study: Make, add: Any, store: HistoryStore, params: dict, algorithm: str, words: str
) -> None:
    added = add(make_study((params, 0.5), (params, 0.6)))
    theirs = {name: value for name, value in params.items() if name != "algorithm"}
    for row in _rows(store):
        assert (row["algorithm"], json.loads(row["hyperparameters"])) == (algorithm, theirs)
        assert json.loads(row["original"])["params"] == params
    (note,) = added.notes
    assert note.startswith(f"2 trials kept as {algorithm}: ")
    assert words in note


def test_what_the_study_does_not_vary(make_study: Make, add: Any, store: HistoryStore) -> None:
    added = add(make_study(({"n_neighbors": 3}, 0.5)), algorithm="knn", fixed={"p": 1})
    assert json.loads(_rows(store)[0]["hyperparameters"]) == {"n_neighbors": 3, "p": 1}
    assert added.notes == []


def test_the_algorithm_in_user_attributes(make_study: Make, add: Any, store: HistoryStore) -> None:
    study = make_study(({"n_neighbors": 3}, 0.5), attrs={"model": "knn"})
    study.set_user_attr("model", "lightgbm")  # what a trial says goes first
    add(study)
    (row,) = _rows(store)
    assert row["algorithm"] == "knn"
    assert json.loads(row["original"])["params"]["model"] == "knn"


def test_what_a_trial_found_holds(make_study: Make, add: Any, store: HistoryStore) -> None:
    found = {"n_neighbors": 7}
    add(make_study(({"n_neighbors": 3}, 0.5), attrs={FOUND_ATTRIBUTE: found}), algorithm="knn")
    (row,) = _rows(store)
    assert json.loads(row["hyperparameters"]) == {"n_neighbors": 7, "p": 2}
    assert json.loads(row["original"])["params"] == {"n_neighbors": 3}


def test_how_trials_end(make_study: Make, add: Any, store: HistoryStore) -> None:
    study = make_study(
        ({"n_neighbors": 1}, 0.5),
        ({"n_neighbors": 2}, TrialState.FAIL),
        ({"n_neighbors": 3}, TrialState.PRUNED),
        ({"n_neighbors": 4}, TrialState.RUNNING),
        ({"n_neighbors": 5}, TrialState.WAITING),
        ({"n_neighbors": 6}, float("inf")),
    )
    added = add(study, algorithm="knn")
    assert (added.statuses, added.pruned, added.unfinished) == ({"failed": 2, "ok": 1}, 1, 2)
    assert [(row["status"], row["reason"], row["accuracy"]) for row in _rows(store)] == [
        ("ok", None, 0.5), ("failed", "the trial failed", None), ("failed", "accuracy is inf", None)
    ]  # fmt: skip


def test_a_trial_that_says_no_base_learner(make_study: Make, add: Any) -> None:
    some = make_study(({"algorithm": "knn"}, 0.5), ({}, TrialState.FAIL))
    assert (added := add(some)).unnamed == 1
    assert added.runs == 1
    with pytest.raises(UsageError, match="no trial of 'mine' says of which base-learner"):
        add(make_study(({"x": 1}, 0.5)))


@pytest.mark.parametrize(
    ("metric", "direction", "value", "column", "score"),
    [
        ("accuracy", "maximize", 0.75, "accuracy", 0.75),
        ("error", "minimize", 0.25, "accuracy", 0.75),
        ("balanced_error", "minimize", 0.25, "balanced_accuracy", 0.75),
        ("log_loss", "minimize", 0.5, "log_loss", 0.5),
        ("neg_log_loss", "maximize", -0.5, "log_loss", 0.5),
    ],
)
def test_forms_of_metrics(
    make_study: Make, add: Any, store: HistoryStore,
    metric: str, direction: str, value: float, column: str, score: float,
) -> None:  # fmt: skip
    add(make_study(({}, value), direction=direction), algorithm="knn", metric=metric)
    assert _rows(store)[0][column] == score
    other = {"maximize": "minimize", "minimize": "maximize"}[direction]
    with pytest.raises(UsageError, match=f"the study is to {other} what is called '{metric}'"):
        add(make_study(({}, value), direction=other), algorithm="knn", metric=metric)


def test_the_study_may_say_its_metric(make_study: Make, add: Any, store: HistoryStore) -> None:
    study = make_study(({}, 0.5))
    with pytest.raises(UsageError, match="does not say what it optimises"):
        add(study, algorithm="knn", metric=None)
    study.set_user_attr("metric", "roc_auc")
    add(study, algorithm="knn", metric=None)
    assert _rows(store)[0]["roc_auc"] == 0.5


def test_several_objectives(make_study: Make, add: Any, store: HistoryStore) -> None:
    study = make_study(({}, (0.5, 0.25, 7.0)), directions=["maximize", "minimize", "minimize"])
    with pytest.raises(UsageError, match="has 3 objectives, but 1 metrics"):
        add(study, algorithm="knn")
    with pytest.raises(UsageError, match="must be different scores"):
        add(study, algorithm="knn", metric=["accuracy", "error", "-"])
    add(study, algorithm="knn", metric=["roc_auc", "log_loss", "-"])
    (row,) = _rows(store)
    assert (row["roc_auc"], row["log_loss"], row["accuracy"]) == (0.5, 0.25, None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metric": "acc"}, "there is no metric 'acc'"),
        ({"metric": "r2"}, "does not score a binary task"),
        ({"algorithm": "knm"}, "Did you mean"),
        ({"rename": {"k": "n_neighbors"}}, "no trial has anything called 'k'"),
        ({"fixed": {"q": 1}}, "no trial has anything called 'q'"),
        ({"ignore": ["q"]}, "no trial has anything called 'q'"),
        ({"name": None}, "does not know this table"),
    ],
)
def test_mistakes(
    make_study: Make, add: Any, store: HistoryStore, options: dict, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        add(make_study(({"n_neighbors": 3}, 0.5)), **{"algorithm": "knn", **options})
    assert store.sources() == []


def test_a_percentage_is_no_accuracy(make_study: Make, add: Any, store: HistoryStore) -> None:
    with pytest.raises(UsageError, match=r"trial 1 has 87\.5, which is no accuracy"):
        add(make_study(({}, 0.5), ({}, 87.5)), algorithm="knn")
    assert store.sources() == []


def test_what_a_trial_measured(make_study: Make, add: Any, store: HistoryStore) -> None:
    attrs = {"fit_seconds": 2, "predict_seconds": "?", "n_folds": 5}
    add(make_study(({}, 0.5), attrs=attrs), algorithm="knn")
    (row,) = _rows(store)
    assert (row["fit_seconds"], row["predict_seconds"], row["n_folds"]) == (2.0, None, 5)


def test_only_new_trials_are_added(make_study: Make, add: Any, store: HistoryStore) -> None:
    study = make_study(({"n_neighbors": 1}, 0.5))
    add(study, algorithm="knn")
    assert (added := add(study, algorithm="knn")).known == 1
    assert added.runs == 0
    study.add_trial(optuna.trial.create_trial(value=0.6))
    assert add(study, algorithm="knn").runs == 1
    assert len(_rows(store)) == 2
    features = store.meta_features().to_pylist()
    assert len(features) == len({each["name"] for each in features})


def test_a_study_is_known_wherever_it_is_stored(make_study: Make, add: Any, tmp_path: Path) -> None:
    study = make_study(({"n_neighbors": 1}, 0.5))
    add(study, algorithm="knn")
    storage = f"sqlite:///{tmp_path}/x.db"
    copy = optuna.create_study(study_name="mine", storage=storage, direction="maximize")
    copy.add_trials(study.trials)
    assert add(copy, algorithm="knn").known == 1


def test_another_study_of_the_same_name(make_study: Make, add: Any, store: HistoryStore) -> None:
    for value in (0.5, 0.6):
        add(make_study(({"n_neighbors": 1}, value)), algorithm="knn")
    assert len(_rows(store)) == 2


def test_the_same_trials_elsewhere_are_refused(
    make_study: Make, add: Any, store: HistoryStore, table: pd.DataFrame
) -> None:
    study = make_study(({}, 0.5))
    add(study, algorithm="knn")
    with pytest.raises(HistoryError, match="which has another content"):
        add_study(study, table[:-1], store, name="u", algorithm="knn", metric="accuracy")
    with pytest.raises(HistoryError, match="under accuracy, not balanced_accuracy"):
        add(study, algorithm="knn", metric="balanced_accuracy")


def test_a_table_is_known_by_its_content(
    make_study: Make, add: Any, store: HistoryStore, table: pd.DataFrame
) -> None:
    add(make_study(({}, 0.5)), algorithm="knn", name="first")
    row = _rows(store)[0]
    other = optuna.create_study(study_name="other", direction="maximize")
    other.add_trial(optuna.trial.create_trial(value=0.6))
    assert add(other, algorithm="knn", name=None).dataset == "first"
    assert store.runs(source="study.other")["dataset_sha256"][0].as_py() == row["dataset_sha256"]
    third = optuna.create_study(study_name="third", direction="maximize")
    with pytest.raises(HistoryError, match="has another table called 'first'"):
        add_study(third, table[:-1], store, name="first", metric="accuracy")


def test_a_sample_of_the_table_is_not_the_table(
    make_study: Make, add: Any, store: HistoryStore, table: pd.DataFrame
) -> None:
    add(make_study(({}, 0.5)), algorithm="knn")
    row = _rows(store)[0]
    known = HistoryStore(store.folder.with_name("collected"))
    sample = row | {"dataset": "whole@20", "variant_of": "whole", "openml_id": 31}
    known.append_runs(pa.Table.from_pylist([sample], schema=RUN_SCHEMA), source="collect")
    added = add_study(make_study(({}, 0.5)), table, known, algorithm="knn", metric="accuracy")
    assert added.dataset == "whole"
    assert known.runs(source="study.mine")["openml_id"].to_pylist() == [31]
    assert known.meta_features()["dataset"].unique().to_pylist() == ["whole"]


def test_a_regression(make_study: Make, add: Any, store: HistoryStore, table: pd.DataFrame) -> None:
    study = make_study(({"alpha": 1.0}, -0.5))
    options = {"name": "r", "algorithm": "ridge", "metric": "neg_root_mean_squared_error"}
    add_study(study, table, store, target="a", task="regression", **options)
    (row,) = _rows(store)
    assert (row["task"], row["algorithm"], row["rmse"]) == ("regression", "ridge", 0.5)


def test_any_name_makes_a_source(add: Any, store: HistoryStore) -> None:
    for name in ("é/ü", "e/u", "x" * 200):
        study = optuna.create_study(study_name=name, direction="maximize")
        study.add_trial(optuna.trial.create_trial(value=0.5))
        add(study, algorithm="knn")
    assert len(store.sources()) == 3
