"""The registry: names, errors and own base-learners."""

import dataclasses
import pickle

import pytest

from metarec.learners import (
    CLASSIFICATION,
    REGRESSION,
    BaseLearner,
    Configuration,
    InvalidConfigurationError,
    LearnerError,
    Real,
    UnknownLearnerError,
    get_learner,
    learner_names,
    make_pipeline,
    register_learner,
    to_source,
)


def _build(hyperparameters, random_state):
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(solver="lsqr", **hyperparameters)


def _build_regressor(hyperparameters, random_state):
    from sklearn.linear_model import Ridge

    return Ridge(alpha=hyperparameters["shrinkage"])


LDA = BaseLearner(
    name="my_lda",
    summary="Linear discriminant analysis.",
    space=lambda shape: {"shrinkage": Real(0.0, 1.0)},
    defaults={"shrinkage": 0.1},
    build=_build,
)


def test_names():
    names = learner_names()
    assert names == tuple(sorted(names))
    assert set(names) == set(learner_names("classification")) | set(learner_names("regression"))
    assert set(learner_names("multiclass")) >= {
        "adaboost",
        "decision_tree",
        "extra_trees",
        "gradient_boosting",
        "knn",
        "linear_svm",
        "logistic_regression",
        "mlp",
        "naive_bayes",
        "perceptron",
        "random_forest",
        "svm",
    }


def test_unknown_name_gets_the_closest():
    with pytest.raises(
        UnknownLearnerError, match=r"no base-learner 'random_forrest'.*random_forest"
    ):
        get_learner("random_forrest")
    with pytest.raises(UnknownLearnerError, match="Known: adaboost"):
        make_pipeline(Configuration("zzz"))


@pytest.mark.usefixtures("registry")
def test_own_learner_is_used_like_any_other():
    assert register_learner(LDA) is get_learner("my_lda")
    assert "my_lda" in learner_names()
    configuration = Configuration("my_lda", {"shrinkage": 0.5})
    X, y = [[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 4.0]], ["a", "a", "b", "b"]
    assert list(make_pipeline(configuration).fit(X, y).predict(X)) == y
    assert 'LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.5)' in to_source(configuration)


@pytest.mark.usefixtures("registry")
def test_own_regressor_beside_a_classifier_of_its_name():
    register_learner(LDA)
    mine = dataclasses.replace(LDA, tasks=REGRESSION, summary="Mine.", build=_build_regressor)
    assert register_learner(mine) is get_learner("my_lda", "regression")
    assert get_learner("my_lda") is LDA
    X, y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]
    pipeline = make_pipeline(Configuration("my_lda"), task="regression").fit(X, y)
    assert pipeline.score(X, y) > 0.9


@pytest.mark.usefixtures("registry")
def test_own_learner_for_both_kinds():
    both = dataclasses.replace(LDA, tasks=(*CLASSIFICATION, *REGRESSION))
    register_learner(both)
    assert get_learner("my_lda") is get_learner("my_lda", "regression") is both
    with pytest.raises(LearnerError, match="for classification and regression is registered"):
        register_learner(both)


def test_a_learner_for_one_kind_says_so():
    with pytest.raises(
        UnknownLearnerError, match=r"'lda' does no regression\. Use one of adaboost"
    ):
        get_learner("lda", "regression")


@pytest.mark.usefixtures("registry")
def test_a_name_is_taken_once():
    register_learner(LDA)
    with pytest.raises(LearnerError, match="registered already"):
        register_learner(LDA)
    other = dataclasses.replace(LDA, summary="Another one.")
    assert register_learner(other, replace=True) is get_learner("my_lda")


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({"name": "my lda"}, "must be an identifier"),
        ({"tasks": ()}, "has no tasks"),
        ({"tasks": ("ranking",)}, "no task 'ranking'"),
        ({"defaults": {}}, "defaults must name"),
        ({"defaults": {"shrinkage": 2.0}}, "shrinkage must be a number from 0 to 1"),
    ],
)
def test_impossible_learners(change, law):
    with pytest.raises(LearnerError, match=law):
        register_learner(dataclasses.replace(LDA, **change))
    assert "my_lda" not in learner_names()


def test_errors_say_what_to_do_and_pickle():
    with pytest.raises(InvalidConfigurationError, match="Did you mean 'n_neighbors'") as caught:
        get_learner("knn").validate({"n_neighbor": 3})
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(
        InvalidConfigurationError, match="knn: p must be an integer from 1 to 2, but got 3"
    ):
        get_learner("knn").validate({"p": 3})
    with pytest.raises(InvalidConfigurationError, match="It has none"):
        get_learner("perceptron").validate({"alpha": 3})
