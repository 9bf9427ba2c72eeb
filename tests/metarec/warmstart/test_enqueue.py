"""Suggestions as the first trials of a study."""

import optuna
import pytest
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score

import metarec
from metarec.learners import Configuration, make_pipeline
from metarec.warmstart import enqueue, trial_parameters


@pytest.fixture(scope="module")
def suggestions() -> metarec.Suggestions:
    return metarec.suggest(*load_wine(return_X_y=True, as_frame=True), top=4)


@pytest.fixture
def study() -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(direction="maximize")


def test_the_first_trials_are_the_suggestions_in_order(
    study: optuna.Study, suggestions: metarec.Suggestions
) -> None:
    assert enqueue(study, suggestions) == 4
    for suggestion in suggestions:
        trial = study.ask()
        assert trial.user_attrs["metarec_rank"] == suggestion.rank
        names = trial.suggest_categorical("algorithm", metarec.learners.learner_names())
        assert names == suggestion.algorithm


def test_a_study_over_all_base_learners(
    study: optuna.Study, suggestions: metarec.Suggestions
) -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    tried = []

    def objective(trial: optuna.Trial) -> float:
        algorithm = trial.suggest_categorical("algorithm", metarec.learners.learner_names())
        space = metarec.learners.get_learner(algorithm).space(None)
        fixed = trial_parameters(suggestions[trial.number])
        values = {}
        for name in space:
            key = f"{algorithm}.{name}"
            if key in fixed:
                values[name] = trial.suggest_categorical(key, [fixed[key], "another"])
        tried.append(Configuration(algorithm, values))
        return float(cross_val_score(make_pipeline(tried[-1]), X, y, cv=3).mean())

    enqueue(study, suggestions)
    study.optimize(objective, n_trials=2)
    assert tried == [item.configuration for item in suggestions[:2]]
    assert study.best_value > 0.9


def test_plain_names_for_a_study_of_one_base_learner(study: optuna.Study) -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    suggestions = metarec.suggest(X, y, top=3, algorithms=["svm"])
    assert enqueue(study, suggestions, algorithm="svm") == 3
    trial = study.ask()
    assert trial.suggest_float("C", 1e-3, 1e3, log=True) == suggestions[0].hyperparameters["C"]


def test_nothing_is_enqueued_twice(study: optuna.Study, suggestions: metarec.Suggestions) -> None:
    assert enqueue(study, suggestions[:3]) == 3
    assert enqueue(study, suggestions) == 1


def test_a_base_learner_that_was_not_suggested(
    study: optuna.Study, suggestions: metarec.Suggestions
) -> None:
    with pytest.raises(metarec.UsageError, match=r"algorithms=\['perceptron'\]"):
        enqueue(study, suggestions, algorithm="perceptron")
