"""`metarec.suggest`: any table in, runnable suggestions out."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.model_selection import cross_val_score, train_test_split

import metarec
from metafeatures import TableError
from metarec import UsageError
from metarec.history import METRIC_RANGES, METRICS, REGRESSION_METRICS, MetaDataset
from metarec.learners import LearnerError
from metarec.metalearners import Task, get_metalearner
from metarec.recommender import _usable
from metarec.warmstart.enqueue import trial_parameters


@pytest.fixture(scope="module")
def wine() -> tuple[pd.DataFrame, pd.Series]:
    X, y = load_wine(return_X_y=True, as_frame=True)
    return X, y.map({0: "a", 1: "b", 2: "c"})


@pytest.mark.parametrize("seed", range(3))
def test_iris_in_halves(seed: int) -> None:
    """The case on which a portfolio that ignores the number of rows predicts the prior."""
    X, y = load_iris(return_X_y=True, as_frame=True)
    X_fit, X_test, y_fit, y_test = train_test_split(X, y, test_size=0.5, random_state=seed)
    estimator = metarec.suggest(X_fit, y_fit, top=1)[0].make_estimator()
    assert estimator.fit(X_fit, y_fit).score(X_test, y_test) >= 0.9


def test_every_input_gives_the_same_answer(wine: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y = wine
    frame = X.assign(cultivar=y)
    answers = [
        metarec.suggest(X, y),
        metarec.suggest(X.to_numpy(), y.to_numpy()),
        metarec.suggest(frame),
        metarec.suggest(frame, target="cultivar"),
        metarec.suggest(pl.from_pandas(frame)),
        metarec.suggest(pa.Table.from_pandas(frame)),
    ]
    first = [item.configuration for item in answers[0]]
    assert all([item.configuration for item in answer] == first for answer in answers)


def test_suggestions_are_a_sequence_with_every_view(wine: tuple[pd.DataFrame, pd.Series]) -> None:
    suggestions = metarec.suggest(*wine, top=np.int64(4), random_state=np.int64(0))
    assert len(suggestions) == 4
    assert json.loads(json.dumps(suggestions.to_dict()))["suggestions"][0]["rank"] == 1
    assert [item.rank for item in suggestions] == [1, 2, 3, 4]
    assert suggestions[-1].rank == 4
    assert [item.rank for item in suggestions[1:3]] == [2, 3]
    assert len(suggestions[:2].to_frame()) == 2
    assert list(suggestions.to_frame().index) == [1, 2, 3, 4]
    nothing = suggestions[9:]
    assert list(nothing.to_frame().columns) == list(suggestions.to_frame().columns)
    with pytest.raises(UsageError, match="no suggestion"):
        nothing.to_script()
    assert json.loads(suggestions.to_json())["suggestions"][0]["rank"] == 1
    shown = suggestions._repr_html_()
    assert "<table" in shown
    assert "it: " in shown
    assert "predicted_score" in shown
    assert suggestions.neighbours[0].name in shown
    assert suggestions.neighbours[0].distance <= suggestions.neighbours[1].distance
    assert suggestions[0].predicted_fit_seconds > 0


def test_every_suggestion_fits_and_predicts(wine: tuple[pd.DataFrame, pd.Series]) -> None:
    X, y = wine
    suggestions = metarec.suggest(X, y, top=8)
    scores = [item.make_estimator().fit(X, y).score(X, y) for item in suggestions]
    assert scores[0] > 0.95
    assert min(scores) > 1 / 3, "worse than chance"


def test_a_frame_with_everything_in_it() -> None:
    generator = np.random.default_rng(0)
    n = 120
    label = generator.integers(0, 2, n)
    frame = pd.DataFrame(
        {
            "number": np.where(generator.random(n) < 0.1, np.nan, generator.normal(size=n) + label),
            "infinite": np.where(generator.random(n) < 0.1, np.inf, generator.normal(size=n)),
            "category": pd.Categorical(generator.choice(["x", "y", "z"], n)),
            "flag": generator.random(n) < 0.5,
            "day": pd.date_range("2024-01-01", periods=n),
            "text": [f"note {i} about {'good' if k else 'bad'}" for i, k in enumerate(label)],
            "constant": 1,
            "y": np.where(label == 1, "yes", "no"),
        }
    )
    suggestions = metarec.suggest(frame)
    assert suggestions.target == "y"
    X = frame.drop(columns="y")
    assert suggestions[0].make_estimator().fit(X, frame["y"]).predict(X).shape == (n,)


def test_sparse_matrices() -> None:
    generator = np.random.default_rng(0)
    X = sparse.random(80, 200, density=0.05, format="csr", random_state=0)
    y = generator.integers(0, 2, 80)
    estimator = metarec.suggest(X, y, top=1)[0].make_estimator()
    assert estimator.fit(X, y).predict(X).shape == (80,)


@pytest.mark.parametrize("n_rows", [4, 6, 10, 25])
def test_nothing_is_suggested_that_needs_more_rows_than_there_are(n_rows: int) -> None:
    generator = np.random.default_rng(n_rows)
    X, y = generator.normal(size=(n_rows, 3)), np.arange(n_rows) % 2
    suggestions = metarec.suggest(X, y, top=300)
    assert len({item.configuration for item in suggestions}) == len(suggestions)
    for item in suggestions:
        values = item.hyperparameters
        assert values.get("n_neighbors", 1) <= n_rows / 2
        split = values.get("min_samples_split", 2)
        assert isinstance(split, float) or split <= max(2, n_rows / 2)


def test_the_answer_does_not_depend_on_the_call(wine: tuple[pd.DataFrame, pd.Series]) -> None:
    first, second = metarec.suggest(*wine), metarec.suggest(*wine)
    assert first == second


def test_reasons_only_when_asked_and_for_the_first_ten(
    wine: tuple[pd.DataFrame, pd.Series],
) -> None:
    asked, unasked = (metarec.suggest(*wine, top=12, explain=explain) for explain in (True, False))
    assert [bool(item.reasons) for item in asked] == [True] * 10 + [False] * 2
    assert [item.reasons for item in unasked] == [None] * 12
    assert [item.configuration for item in asked] == [item.configuration for item in unasked]
    assert "explain" not in unasked.seconds


def test_an_unfamiliar_table_gets_the_portfolio_for_its_size() -> None:
    X, y = np.random.default_rng(0).normal(size=(6, 3)), np.arange(6) % 2
    suggestions = metarec.suggest(X, y, top=3)
    expert = metarec.Recommender.shipped().knowledge.experts["classification", "balanced_accuracy"]
    assert suggestions.familiarity["familiar"] is False
    assert "6 rows" in suggestions.familiarity["why"]
    assert suggestions.familiarity["answer"] == "size_aware_portfolio"
    known = expert.meta_dataset.configurations
    usable = _usable(expert.meta_dataset, suggestions[0].shape, None)
    portfolio = get_metalearner("size_aware_portfolio")().fit(expert.meta_dataset)
    sizes = {"nr_inst": 6.0, "nr_attr": 3.0, "nr_class": 2.0}
    order = portfolio.rank(Task(sizes, usable), top=3)
    assert [item.configuration for item in suggestions] == [known[column] for column in order]
    assert "unlike the known data sets" in suggestions._repr_html_()


def test_own_knowledge(tmp_path: Path, wine: tuple[pd.DataFrame, pd.Series]) -> None:
    path = tmp_path / "own.zip"
    metarec.Recommender.shipped().save(path)
    assert list(metarec.suggest(*wine, knowledge=path)) == list(metarec.suggest(*wine))


def test_a_recommender_without_knowledge_says_so() -> None:
    with pytest.raises(metarec.NoKnowledgeError, match="fit"):
        metarec.Recommender().save("nowhere.zip")


def test_one_family_is_nothing_to_learn_from(
    meta_dataset: MetaDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike = replace(
        meta_dataset,
        datasets=tuple(replace(each, family="one") for each in meta_dataset.datasets),
    )
    monkeypatch.setattr("metarec.recommender.build_meta_dataset", lambda *_, **__: alike)
    with pytest.raises(metarec.HistoryError, match="are near relatives"):
        metarec.Recommender().fit(tmp_path)


def test_an_empty_column_of_a_frame_is_passed_over(
    wine: tuple[pd.DataFrame, pd.Series],
) -> None:
    X = wine[0].assign(nothing=np.nan)
    estimator = metarec.suggest(X, wine[1], top=1)[0].make_estimator()
    assert estimator.fit(X, wine[1]).score(X, wine[1]) > 0.9


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"top": 0}, metarec.UsageError, "top"),
        ({"top": 2.5}, metarec.UsageError, "top"),
        ({"random_state": -1}, metarec.UsageError, "random_state"),
        ({"algorithms": "svm"}, metarec.UsageError, "list"),
        ({"algorithms": []}, metarec.UsageError, "list"),
        ({"time_limit": "soon"}, metarec.UsageError, "no duration"),
        ({"metric": "rmse"}, metarec.NoKnowledgeError, "balanced_accuracy"),
        ({"algorithms": ["xgbost"]}, metarec.UsageError, "xgbost"),
        ({"task": "regression"}, TableError, "regression"),
        ({"y": ["a"] * 178}, metarec.UsageError, "one class"),
        ({"y": None, "target": "colour"}, TableError, "colour"),
    ],
)
def test_mistakes(
    wine: tuple[pd.DataFrame, pd.Series], change: dict[str, object],
    error: type[Exception], words: str,
) -> None:  # fmt: skip
    arguments = {"X": wine[0], "y": wine[1], **change}
    with pytest.raises(error, match=words):
        metarec.suggest(**arguments)


# A network among the suggestions may stop at its limit of iterations.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_regression_from_frame_to_fit() -> None:
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    X_fit, X_test, y_fit, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
    suggestions = metarec.suggest(X_fit, y_fit, top=5)
    assert (suggestions.task, suggestions.metric) == ("regression", "rmse")
    scores = [item.make_estimator().fit(X_fit, y_fit).score(X_test, y_test) for item in suggestions]
    assert max(scores) > 0.4


def test_a_larger_table_takes_longer() -> None:
    generator = np.random.default_rng(0)
    seconds = []
    for n_rows in (200, 20_000):
        X = generator.normal(size=(n_rows, 8))
        found = metarec.suggest(X, (X[:, 0] > 0).astype(int), algorithms=["random_forest"])
        seconds.append({item.configuration: item.predicted_fit_seconds for item in found})
    for configuration in set(seconds[0]) & set(seconds[1]):
        assert seconds[0][configuration] < seconds[1][configuration]
    assert max(seconds[0].values()) < max(seconds[1].values())


def test_search_ranges_are_part_of_the_answer(wine: tuple[pd.DataFrame, pd.Series]) -> None:
    suggestions = metarec.suggest(*wine)
    found = json.loads(suggestions.to_json())["search_ranges"]
    assert set(found) == {item.algorithm for item in suggestions}
    for name, described in found.items():
        space = suggestions.search_space(name)
        assert described == json.loads(json.dumps(space.to_dict()))
        assert space.kept >= 0.9
        assert 0 < space.volume <= 1
    whole = suggestions.search_space("lightgbm", keep=1.0)
    assert whole.volume >= suggestions.search_space("lightgbm", keep=0.5).volume
    with pytest.raises(LearnerError, match="lightgbm"):
        suggestions.search_space("lightgbn")


def test_ranges_hold_what_the_table_allows() -> None:
    X, y = load_iris(return_X_y=True, as_frame=True)
    space = metarec.suggest(X.iloc[::5], y.iloc[::5], top=1).search_space("knn")
    assert space["n_neighbors"].high <= 10
    study = optuna.create_study()
    values = space.suggest(study.ask())
    assert metarec.learners.get_learner("knn").make_estimator(values) is not None


@pytest.mark.parametrize("metric", sorted(set(METRICS) - REGRESSION_METRICS))
def test_every_metric_of_classification_has_an_answer_with_scores(
    wine: tuple[pd.DataFrame, pd.Series], metric: str
) -> None:
    suggestions = metarec.suggest(*wine, metric=metric, top=3)
    assert suggestions.metric == metric
    _check_scores(suggestions)


@pytest.mark.parametrize("metric", sorted(REGRESSION_METRICS))
def test_every_metric_of_regression_has_an_answer_with_scores(metric: str) -> None:
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    suggestions = metarec.suggest(X, y, metric=metric, top=3)
    assert suggestions.metric == metric
    _check_scores(suggestions)
    if metric in {"rmse", "mae"}:
        assert 0.3 * y.std() < suggestions[0].predicted_score < y.std()


def _check_scores(suggestions: metarec.Suggestions) -> None:
    least, most = METRIC_RANGES[suggestions.metric]
    for item in suggestions:
        low, high = item.score_interval
        assert least <= low <= item.predicted_score <= high <= most
        assert low < high


def test_the_predicted_score_is_reached(wine: tuple[pd.DataFrame, pd.Series]) -> None:
    first = metarec.suggest(*wine, metric="accuracy", top=1)[0]
    low, high = first.score_interval
    reached = cross_val_score(first.make_estimator(), *wine, cv=3).mean()
    assert low - 0.05 <= reached <= high + 0.05


@pytest.mark.parametrize("metric", ["r2", "spearman"])
def test_a_metric_of_the_other_kind_is_refused(
    wine: tuple[pd.DataFrame, pd.Series], metric: str
) -> None:
    with pytest.raises(metarec.NoKnowledgeError, match=f"{metric!r} in classification"):
        metarec.suggest(*wine, metric=metric)


def test_a_time_limit_leaves_out_what_is_too_slow() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(5000, 20))
    y = (X[:, 0] > 0).astype(int)
    limited = metarec.suggest(X, y, top=400, time_limit="2s")
    assert limited.time_limit == 2.0
    assert not [each for each in limited.warnings if "finish" in each]
    assert max(item.fit_seconds_interval[1] for item in limited) <= 0.9 * 2.0
    assert 5 < len(limited) < len(metarec.suggest(X, y, top=400))


def test_where_nothing_can_finish_the_fastest_come_with_a_warning() -> None:
    X = np.random.default_rng(0).normal(size=(3000, 10))
    y = (X[:, 0] > 0).astype(int)
    limited = metarec.suggest(X, y, top=3, time_limit=1e-6)
    assert len(limited) == 3
    assert "nothing is likely to finish within 1e-06 s" in limited.warnings[0]
    every = metarec.suggest(X, y, top=400)
    fastest = sorted(item.fit_seconds_interval[1] for item in every)[:3]
    assert sorted(item.fit_seconds_interval[1] for item in limited) == pytest.approx(fastest)


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_what_is_suggested_lies_in_its_ranges(examples: Path, name: str) -> None:
    suggestions = metarec.suggest(examples / f"{name}.csv", top=20)
    for item in suggestions:
        space = suggestions.search_space(item.algorithm)
        for hyperparameter, value in trial_parameters(item, qualified=False).items():
            found = space[hyperparameter]
            inside = (
                found.low <= value <= found.high
                if found.choices is None
                else value in found.choices
            )
            assert inside, (item, hyperparameter)


def test_a_share_of_the_rows_is_enqueued_as_a_count(examples: Path) -> None:
    suggestions = metarec.suggest(examples / "wine.csv", algorithms=["random_forest"], top=40)
    shares = [
        item
        for item in suggestions
        if isinstance(item.hyperparameters.get("min_samples_split"), float)
    ]
    assert shares
    for item in shares:
        count = trial_parameters(item, qualified=False)["min_samples_split"]
        assert isinstance(count, int)
        assert count >= 2


def test_an_unknown_metric_is_wrong_use(examples: Path) -> None:
    with pytest.raises(UsageError, match="there is no metric 'roc-auc'"):
        metarec.suggest(examples / "wine.csv", metric="roc-auc")
