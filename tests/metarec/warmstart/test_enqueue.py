"""Suggestions as the first trials of a study."""

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score

import metarec
from metarec.learners import Configuration, make_pipeline
from metarec.warmstart import enqueue, trial_parameters
from metarec.warmstart.distributions import fit, suits


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
    assert enqueue(study, suggestions).added == 4
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
    every = [trial_parameters(item) for item in suggestions]

    def objective(trial: optuna.Trial) -> float:
        algorithm = trial.suggest_categorical("algorithm", metarec.learners.learner_names())
        space = metarec.learners.get_learner(algorithm).space(None)
        fixed = trial_parameters(suggestions[trial.number])
        values = {}
        for name in space:
            key = f"{algorithm}.{name}"
            if key in fixed:
                choices = dict.fromkeys([*(each[key] for each in every if key in each), "another"])
                values[name] = trial.suggest_categorical(key, list(choices))
        tried.append(Configuration(algorithm, values))
        return float(cross_val_score(make_pipeline(tried[-1]), X, y, cv=3).mean())

    enqueue(study, suggestions)
    study.optimize(objective, n_trials=2)
    assert tried == [item.configuration for item in suggestions[:2]]
    assert study.best_value > 0.9


def test_plain_names_for_a_study_of_one_base_learner(study: optuna.Study) -> None:
    X, y = load_wine(return_X_y=True, as_frame=True)
    suggestions = metarec.suggest(X, y, top=3, algorithms=["svm"])
    assert enqueue(study, suggestions, algorithm="svm").added == 3
    trial = study.ask()
    assert trial.suggest_float("C", 1e-3, 1e3, log=True) == suggestions[0].hyperparameters["C"]


def test_nothing_is_enqueued_twice(study: optuna.Study, suggestions: metarec.Suggestions) -> None:
    assert enqueue(study, suggestions[:3]).added == 3
    again = enqueue(study, suggestions)
    assert (again.added, again.known) == (1, 3)


def test_a_base_learner_that_was_not_suggested(
    study: optuna.Study, suggestions: metarec.Suggestions
) -> None:
    with pytest.raises(metarec.UsageError, match=r"algorithms=\['perceptron'\]"):
        enqueue(study, suggestions, algorithm="perceptron")


@pytest.fixture(scope="module")
def svms() -> metarec.Suggestions:
    return metarec.suggest(*load_wine(return_X_y=True, as_frame=True), top=3, algorithms=["svm"])


def test_what_the_space_cannot_give_is_skipped_and_named(
    study: optuna.Study, svms: metarec.Suggestions
) -> None:
    least = min(float(str(item.hyperparameters["C"])) for item in svms)
    space = {"C": FloatDistribution(least * 0.99, least * 1.01)}
    result = enqueue(study, svms, algorithm="svm", space=space)
    assert result.added >= 1
    assert result.added + len(result.skipped) == 3
    assert all("C = " in line and "FloatDistribution" in line for line in result.skipped)
    assert "kernel" in result.left_out
    assert all(set(trial.system_attrs["fixed_params"]) == {"C"} for trial in study.trials)


def test_the_space_is_learned_from_the_trials(
    study: optuna.Study, svms: metarec.Suggestions
) -> None:
    study.ask({"C": FloatDistribution(1e-12, 1e-11)})
    result = enqueue(study, svms, algorithm="svm")
    assert (result.added, len(result.skipped)) == (0, 3)


def test_other_names(study: optuna.Study, svms: metarec.Suggestions) -> None:
    enqueue(study, svms[:1], algorithm="svm", names={"C": "cost"})
    assert study.ask().suggest_float("cost", 1e-9, 1e9) == svms[0].hyperparameters["C"]


@pytest.mark.parametrize(
    ("names", "message"),
    [({"cost": "C"}, "which nothing here has"), ({"C": "gamma"}, "two parameters")],
)
def test_names_that_cannot_be(
    study: optuna.Study, svms: metarec.Suggestions, names: dict[str, str], message: str
) -> None:
    with pytest.raises(metarec.UsageError, match=message):
        enqueue(study, svms, algorithm="svm", names=names)


@pytest.mark.parametrize(
    ("distribution", "value", "fitted"),
    [
        (IntDistribution(1, 9, step=2), 3, 3),
        (IntDistribution(1, 9, step=2), 4, None),
        (IntDistribution(1, 9), 3.5, None),
        (IntDistribution(0, 1), True, None),
        (FloatDistribution(0, 1, step=0.1), 0.3, 0.3),
        (FloatDistribution(0, 1, step=0.1), 0.35, None),
        (FloatDistribution(0, 1), 2, None),
        (FloatDistribution(0, 1), float("nan"), None),
        (FloatDistribution(0, 1), "auto", None),
        (CategoricalDistribution(["a", 1]), "a", "a"),
        (CategoricalDistribution(["a", 1]), True, None),
    ],
)
def test_fit(
    distribution: optuna.distributions.BaseDistribution, value: object, fitted: object
) -> None:
    assert fit(distribution, value) == fitted
    assert suits(distribution, value) == (fitted is not None)


def test_none_is_a_value_where_it_is_a_choice() -> None:
    assert suits(CategoricalDistribution([None, "log2"]), None)
    assert not suits(CategoricalDistribution(["log2"]), None)
