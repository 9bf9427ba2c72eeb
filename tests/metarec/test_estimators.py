"""`MetaClassifier` and `MetaRegressor`: scikit-learn's contract, and the suggestion behind it."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import metarec
from metarec import MetaClassifier, MetaRegressor, UsageError
from metarec.estimators import _takes_weights
from metarec.learners import Configuration, Kind, learner_names, make_pipeline
from metarec.suggestions import Suggestion

WEIGHTS = "more rows are another table: it gets another suggestion than fewer rows with weights"
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": WEIGHTS,
    "check_sample_weight_equivalence_on_sparse_data": WEIGHTS,
}
BUDGET = "a search takes no sample_weight: it is refused in one line"
EXPECTED_FAILURES_WITH_BUDGET = EXPECTED_FAILURES | {
    f"check_sample_weights_{name}": BUDGET
    for name in ("pandas_series", "not_an_array", "list", "shape", "not_overwritten")
}

Iris = tuple[pd.DataFrame, pd.Series]


@pytest.fixture(scope="module")
def iris() -> Iris:
    X, y = load_iris(return_X_y=True, as_frame=True)
    return X, y.map({0: "setosa", 1: "versicolor", 2: "virginica"})


# What a base-learner warns of depends on the table that a check brings.
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(
    [MetaClassifier(algorithms=["elastic_net"]), MetaRegressor(algorithms=["ridge"])],
    expected_failed_checks=lambda _: EXPECTED_FAILURES,
    xfail_strict=False,
)
def test_scikit_learns_checks_with_one_base_learner(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(
    [MetaClassifier(), MetaRegressor()],
    expected_failed_checks=lambda _: EXPECTED_FAILURES,
    xfail_strict=False,
)
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(
    [
        MetaClassifier(budget=2, algorithms=["elastic_net"]),
        MetaRegressor(budget=2, algorithms=["ridge"]),
    ],
    expected_failed_checks=lambda _: EXPECTED_FAILURES_WITH_BUDGET,
    xfail_strict=False,
)
def test_scikit_learns_checks_with_a_budget(estimator: Any, check: Any) -> None:
    check(estimator)


def test_it_fits_the_first_suggestion(iris: Iris) -> None:
    X, y = iris
    classifier = MetaClassifier(random_state=3).fit(X, y)
    suggestions = metarec.suggest(X, y, task="classification", random_state=3)
    assert classifier.suggestions_ == suggestions
    assert classifier.suggestion_ == suggestions[0]
    expected = suggestions[0].make_estimator().fit(X, y).predict(X)
    assert (classifier.predict(X) == expected).all()
    assert list(classifier.classes_) == ["setosa", "versicolor", "virginica"]
    assert list(classifier.feature_names_in_) == list(X.columns)
    assert classifier.n_features_in_ == 4


def test_regression() -> None:
    X, y = load_diabetes(return_X_y=True)
    regressor = MetaRegressor(metric="mae", algorithms=["ridge", "elastic_net"]).fit(X, y)
    assert regressor.suggestions_.metric == "mae"
    assert regressor.suggestions_.task == "regression"
    assert regressor.score(X, y) > 0.3
    assert not hasattr(regressor, "feature_names_in_")
    assert not hasattr(regressor, "predict_proba")


def test_whole_numbers_are_a_regressors_target_if_it_is_asked(iris: Iris) -> None:
    X, y = iris[0], np.arange(150) % 3
    assert MetaRegressor(algorithms=["ridge"]).fit(X, y).suggestions_.task == "regression"
    assert MetaClassifier(algorithms=["ridge"]).fit(X, y).suggestions_.task == "multiclass"


def test_methods_are_there_where_the_pipeline_has_them(iris: Iris) -> None:
    classifier = MetaClassifier(algorithms=["naive_bayes"])
    assert not hasattr(classifier, "predict_proba")
    classifier.fit(*iris)
    assert classifier.predict_proba(iris[0]).shape == (150, 3)
    assert not hasattr(classifier, "decision_function")
    classifier.set_params(algorithms=["ridge"]).fit(*iris)
    assert classifier.decision_function(iris[0]).shape == (150, 3)
    assert not hasattr(classifier, "predict_proba")


def test_nothing_is_predicted_before_a_fit_has_ended(iris: Iris) -> None:
    classifier = MetaClassifier(metric="no such metric")
    with pytest.raises(UsageError, match="no such metric"):
        classifier.fit(*iris)
    with pytest.raises(NotFittedError):
        classifier.predict(iris[0])


def test_it_survives_pickle_and_clone(iris: Iris) -> None:
    X, y = iris
    classifier = MetaClassifier(algorithms=["naive_bayes"], random_state=1).fit(X, y)
    again = pickle.loads(pickle.dumps(classifier))
    assert (again.predict(X) == classifier.predict(X)).all()
    assert again.suggestion_ == classifier.suggestion_
    assert len(pickle.dumps(classifier.suggestions_)) < 100_000
    fresh = clone(classifier)
    assert fresh.get_params() == classifier.get_params()
    assert not hasattr(fresh, "estimator_")


def test_a_grid_search_over_algorithms_in_a_pipeline(iris: Iris) -> None:
    scale = StandardScaler().set_output(transform="pandas")
    pipeline = Pipeline([("scale", scale), ("meta", MetaClassifier())])
    grid = {"meta__algorithms": [["naive_bayes"], ["lda"]]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(*iris)
    best = search.best_estimator_["meta"]
    assert best.suggestion_.algorithm == search.best_params_["meta__algorithms"][0]
    assert list(best.feature_names_in_) == list(iris[0].columns)
    assert search.score(*iris) > 0.9


@pytest.mark.parametrize("rows", ["frame", "sparse"])
def test_the_users_settings_do_not_reach_into_the_pipeline(iris: Iris, rows: str) -> None:
    X, y = iris
    X = X if rows == "frame" else sparse.csr_array(X.to_numpy())
    plain = MetaClassifier(algorithms=["lda"]).fit(X, y).predict_proba(X)
    with config_context(transform_output="pandas", enable_metadata_routing=True):
        set_up = MetaClassifier(algorithms=["lda"]).fit(X, y).predict_proba(X)
    assert isinstance(set_up, np.ndarray)
    np.testing.assert_array_equal(set_up, plain)


def test_weights_through_fit_and_through_routing(iris: Iris) -> None:
    X, y = iris
    # A second, wrong copy of the rows that does not count.
    X_twice, y_twice = pd.concat([X, X]), pd.concat([y, y[::-1]])
    weights = np.repeat([1.0, 0.0], len(X))
    algorithms = ["knn", "naive_bayes", "random_forest"]
    classifier = MetaClassifier(algorithms=algorithms)
    weighted = clone(classifier).fit(X_twice, y_twice, sample_weight=weights)
    assert {item.algorithm for item in weighted.suggestions_} <= {"naive_bayes", "random_forest"}
    assert weighted.score(X, y) > 0.9
    with config_context(enable_metadata_routing=True):
        step = clone(classifier).set_fit_request(sample_weight=True)
        routed = Pipeline([("meta", step)]).fit(X_twice, y_twice, sample_weight=weights)
        assert (routed.predict(X) == weighted.predict(X)).all()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros(150), "not be negative, nor all of them zero"),
        (np.full(150, -1.0), "not be negative, nor all of them zero"),
        (np.repeat([1.0, 0.0, 0.0], 50), "one class"),
        (np.ones(3), "inconsistent numbers of samples"),
    ],
)
def test_weights_that_cannot_be(iris: Iris, weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MetaClassifier().fit(*iris, sample_weight=weights)


def test_weights_for_base_learners_that_take_none(iris: Iris) -> None:
    with pytest.raises(UsageError, match="none of knn takes sample_weight"):
        MetaClassifier(algorithms=["knn"]).fit(*iris, sample_weight=np.ones(150))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in ("classification", "regression")
        for name in learner_names(kind, installed=True)
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_who_takes_weights_does_take_them(kind: Kind, name: str) -> None:
    generator = np.random.default_rng(0)
    X, weights = generator.normal(size=(40, 2)), generator.random(40)
    y = X[:, 0] if kind == "regression" else np.where(X[:, 0] > 0.0, "up", "down")
    pipeline = make_pipeline(Configuration(name), task=kind)
    given = {f"{pipeline.steps[-1][0]}__sample_weight": weights}
    if _takes_weights(pipeline):
        pipeline.fit(X, y, **given)
    else:
        with pytest.raises((TypeError, ValueError)):
            pipeline.fit(X, y, **given)


def test_any_table() -> None:
    generator = np.random.default_rng(0)
    label = np.arange(60) % 2
    frame = pd.DataFrame(
        {
            "number": np.where(generator.random(60) < 0.2, np.nan, label + 0.1),
            "word": np.where(label == 1, "yes", "no"),
            "day": pd.date_range("2024-01-01", periods=60),
        }
    )
    rows = frame[["number", "word"]].to_numpy().tolist()
    polar = pl.from_pandas(frame)
    by_name = {name: frame[name].to_numpy() for name in frame}
    for X in (frame, polar, polar.lazy(), polar.to_arrow(), by_name, frame[["word"]], rows):
        classifier = MetaClassifier(algorithms=["naive_bayes"]).fit(X, label)
        assert classifier.score(X, label) == 1.0
    words = pl.from_pandas(frame[["word"]])
    flags = MetaClassifier(algorithms=["naive_bayes"]).fit(words, pl.Series("flag", label == 1))
    assert flags.predict(pl.DataFrame({"word": ["yes", "no"]})).tolist() == [True, False]


def test_dense_rows_for_a_sparse_fit_and_back(iris: Iris) -> None:
    X, y = iris[0].to_numpy(), iris[1]
    for first, second in ((sparse.csc_array(X), X), (X, sparse.csr_matrix(X))):
        classifier = MetaClassifier(algorithms=["naive_bayes"]).fit(first, y)
        assert (classifier.predict(first) == classifier.predict(second)).all()


@pytest.mark.parametrize(
    ("rows", "y", "message"),
    [
        ([[1.0], [2.0], [3.0]], ["a", None, "b"], "y has no value in 1 of 3 rows"),
        ([[1.0], [2.0], [3.0]], ["a", "a", "a"], "one class"),
        ([[1.0]], ["a"], "n_samples = 1"),
        ([[1.0], [2.0]], [0.5, 1.5], "continuous"),
        ([[1.0], [2.0]], None, "requires y"),
        (pd.DataFrame([[1.0, 2.0]] * 3, columns=["a", "a"]), ["a", "b", "a"], "one column 'a'"),
        (pa.table([[1]] * 2, names=["a", "a"]), ["a"], "one column 'a'"),
    ],
)
def test_tables_that_cannot_be_learned_from(rows: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MetaClassifier().fit(rows, y)


class _Broken(DummyClassifier):
    def fit(self, X: Any, y: Any) -> Any:
        raise RuntimeError("two\nlines")


def test_the_next_suggestion_where_one_fails(iris: Iris, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Suggestion.make_estimator

    def broken(suggestion: Suggestion, up_to: int) -> Pipeline:
        if suggestion.rank <= up_to:
            return Pipeline([("classify", _Broken())])
        return whole(suggestion)

    monkeypatch.setattr(Suggestion, "make_estimator", lambda item: broken(item, 1))
    with pytest.warns(FitFailedWarning, match=r"suggestion 1, \w+, .*: RuntimeError: two lines$"):
        classifier = MetaClassifier().fit(*iris)
    assert classifier.suggestion_.rank == 2
    assert classifier.suggestions_[0].rank == 1
    monkeypatch.setattr(Suggestion, "make_estimator", lambda item: broken(item, 9))
    with (
        pytest.warns(FitFailedWarning),
        pytest.raises(UsageError, match=r"no suggestion could be fitted \(.*") as caught,
    ):
        MetaClassifier().fit(*iris)
    assert "\n" not in str(caught.value)


def test_seeds(iris: Iris) -> None:
    X, y = iris
    seeds = [7, np.int64(7), np.random.RandomState(7), np.random.RandomState(7), None]
    fitted = [
        MetaClassifier(algorithms=["decision_tree"], random_state=seed).fit(X, y) for seed in seeds
    ]
    states = [each.suggestion_.random_state for each in fitted]
    assert states[0] == states[1] == 7
    assert states[2] == states[3]


def test_knowledge_of_ones_own(iris: Iris, tmp_path: Any) -> None:
    with pytest.raises(metarec.KnowledgeError):
        MetaClassifier(knowledge=tmp_path / "none.zip").fit(*iris)
    mine = tmp_path / "mine.zip"
    sha256 = metarec.Recommender.shipped().save(mine)
    fitted = MetaClassifier(knowledge=mine, algorithms=["naive_bayes"]).fit(*iris)
    assert fitted.suggestions_.knowledge_sha256 == sha256


def test_a_budget_of_trials_is_searched(iris: Iris) -> None:
    X, y = iris
    classifier = MetaClassifier(budget=2, algorithms=["naive_bayes", "lda"]).fit(X, y)
    assert classifier.tuning_["trials"] == {"complete": 2}
    assert classifier.score(X, y) > 0.9
    assert classifier.predict_proba(X).sum(axis=1) == pytest.approx(1.0)
    again = pickle.loads(pickle.dumps(classifier))
    assert (again.predict(pl.from_pandas(X)) == classifier.predict(X)).all()
    assert clone(classifier).budget == 2


def test_a_budget_of_time_is_searched() -> None:
    X, y = load_diabetes(return_X_y=True)
    regressor = MetaRegressor(budget="15s", algorithms=["linear_regression"]).fit(X, y)
    assert regressor.tuning_["task"] == "regression"
    assert regressor.score(X, y) > 0.3


def test_a_budget_that_cannot_be_met_is_refused(iris: Iris) -> None:
    X, y = iris
    for budget in (2.5, True, "long"):
        with pytest.raises(UsageError, match="60s"):
            MetaClassifier(budget=budget).fit(X, y)
    with pytest.raises(UsageError, match="sample_weight"):
        MetaClassifier(budget=2).fit(X, y, sample_weight=np.ones(len(y)))
    with pytest.raises(UsageError, match="sparse"):
        MetaClassifier(budget=2).fit(sparse.csr_matrix(X), y)
