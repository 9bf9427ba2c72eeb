"""Pipelines of scikit-learn under today's names."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from metarec.history.sources._scikit_learn import _ESTIMATORS, Step, to_configuration
from metarec.learners import Configuration, Kind, get_learner

SCALED = [Step("SimpleImputer", {"strategy": "median"}), Step("StandardScaler", {"copy": True})]


def _translate(
    name: str,
    values: Mapping[str, Any],
    preparation: list[Step] | None = None,
    *,
    kind: Kind = "classification",
    categorical: bool = False,
    base: Step | None = None,
) -> Configuration | None:
    steps = SCALED if preparation is None else preparation
    return to_configuration(
        Step(name, values), steps, kind=kind, categorical=categorical, base=base
    )


@pytest.mark.parametrize(
    ("name", "values", "algorithm", "expected"),
    [
        ("RandomForestClassifier", {"max_features": "auto", "min_impurity_split": 1e-07},
         "random_forest", {}),
        ("RandomForestClassifier", {"max_features": None, "max_samples": None},
         "random_forest", {"max_features": 1.0}),
        ("RandomForestClassifier", {"max_features": 0.803},
         "random_forest", {"max_features": 0.75}),
        ("ExtraTreesClassifier", {"criterion": "log_loss", "bootstrap": False},
         "extra_trees", {"criterion": "entropy"}),
        ("GradientBoostingClassifier",
         {"loss": "deviance", "criterion": "friedman_mse", "presort": "auto", "max_depth": 4},
         "gradient_boosting", {"max_depth": 4}),
        ("HistGradientBoostingClassifier", {"l2_regularization": 0.0, "max_iter": 50},
         "hist_gradient_boosting", {"max_iter": 50}),
        ("KNeighborsClassifier", {"algorithm": "kd_tree", "n_neighbors": 7, "metric": "minkowski"},
         "knn", {"n_neighbors": 7}),
        ("LinearDiscriminantAnalysis", {"solver": "svd", "shrinkage": None}, "lda", {}),
        ("LinearSVC", {"dual": True, "loss": "squared_hinge", "multi_class": "ovr", "C": 2},
         "linear_svm", {"C": 2.0}),
        ("LogisticRegression", {"penalty": "l1", "solver": "liblinear", "multi_class": "ovr"},
         "logistic_regression", {"l1_ratio": 1.0}),
        ("LogisticRegression", {"penalty": "deprecated", "l1_ratio": 1.0, "solver": "saga"},
         "logistic_regression", {"l1_ratio": 1.0, "solver": "saga"}),
        ("LogisticRegression", {"penalty": "l2", "solver": "saga", "multi_class": "multinomial"},
         "logistic_regression", {"solver": "saga"}),
        ("MLPClassifier", {"hidden_layer_sizes": [64, 64], "max_iter": 1000}, "mlp",
         {"n_layers": 2, "width": 64}),
        ("SVC", {"C": 4, "gamma": 0.1, "coef0": 3.0, "probability": True, "kernel": "rbf"},
         "svm", {"C": 4.0, "gamma": 0.1}),
    ],
)  # fmt: skip
def test_the_same_under_todays_names(
    name: str, values: dict[str, Any], algorithm: str, expected: dict[str, Any]
) -> None:
    learner = get_learner(algorithm)
    assert _translate(name, values) == Configuration(algorithm, learner.complete(expected))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("RandomForestClassifier", {"max_depth": 5}),
        ("RandomForestClassifier", {"max_features": 0.03}),
        ("RandomForestClassifier", {"max_features": 1}),
        ("RandomForestClassifier", {"class_weight": {"a": 1}}),
        ("RandomForestClassifier", {"an_unknown_setting": 0}),
        ("GradientBoostingClassifier", {"criterion": "mae"}),
        ("KNeighborsClassifier", {"metric": "cosine"}),
        ("LogisticRegression", {"solver": "saga", "multi_class": "ovr"}),
        ("LogisticRegression", {"solver": "lbfgs"}),
        ("LogisticRegression", {"penalty": "none", "solver": "saga"}),
        ("MLPClassifier", {"hidden_layer_sizes": [64, 32]}),
        ("SVC", {"gamma": "auto"}),
        ("SVC", {"kernel": "linear"}),
        ("BernoulliNB", {}),
        ("RandomForestRegressor", {}),
    ],
)
def test_something_else_has_no_counterpart(name: str, values: dict[str, Any]) -> None:
    assert _translate(name, values) is None


def test_regression() -> None:
    forest = _translate(
        "RandomForestRegressor", {"criterion": "mse", "max_features": "auto"}, kind="regression"
    )
    assert forest is not None
    assert forest.hyperparameters["max_features"] == 1.0
    # Ours learn from a standardised target: another epsilon, another penalty.
    assert _translate("SVR", {}, kind="regression") is None


def test_what_adaboost_boosts() -> None:
    boosted = _translate(
        "AdaBoostClassifier", {"algorithm": "SAMME", "learning_rate": 0.5},
        base=Step("DecisionTreeClassifier", {"max_depth": 3, "criterion": "gini"}),
    )  # fmt: skip
    assert boosted is not None
    assert boosted.hyperparameters["max_depth"] == 3
    stumps = _translate("AdaBoostClassifier", {"base_estimator": None})
    assert stumps is not None
    assert "max_depth" not in stumps.hyperparameters
    for values, base in (
        ({"algorithm": "SAMME.R"}, None),
        ({}, Step("DecisionTreeClassifier", {"max_depth": 3, "criterion": "entropy"})),
        ({}, Step("DecisionTreeClassifier", {"max_depth": None})),
        ({}, Step("SVC")),
    ):
        assert _translate("AdaBoostClassifier", values, base=base) is None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Step("MinMaxScaler")], {"scaling": "minmax"}),
        ([Step("StandardScaler", {"with_mean": False})], {}),
        ([], None),
        ([Step("MinMaxScaler", {"feature_range": [-1, 1]})], None),
        ([Step("MinMaxScaler"), Step("StandardScaler")], None),
        ([Step("StandardScaler"), Step("PCA")], None),
    ],
)
def test_the_scale_matters_to_neighbours(
    steps: list[Step], expected: dict[str, Any] | None
) -> None:
    found = _translate("KNeighborsClassifier", {}, steps)
    if expected is None:
        assert found is None
    else:
        assert found == Configuration("knn", get_learner("knn").complete(expected))


@pytest.mark.parametrize(
    ("name", "steps", "categorical", "expected"),
    [
        ("DecisionTreeClassifier", [], True, {"encoding": "ordinal"}),
        ("DecisionTreeClassifier", [], False, {}),
        ("DecisionTreeClassifier", [Step("OneHotEncoder")], True, {}),
        ("DecisionTreeClassifier", [Step("OrdinalEncoder")], True, {"encoding": "ordinal"}),
        ("SVC", SCALED, True, None),
        ("Perceptron", SCALED, True, None),
        ("Perceptron", [*SCALED, Step("OneHotEncoder")], True, {}),
        ("Perceptron", [Step("MinMaxScaler")], False, None),
    ],
)
def test_codes_of_categories_are_no_numbers(
    name: str, steps: list[Step], categorical: bool, expected: dict[str, Any] | None
) -> None:
    found = _translate(name, {}, steps, categorical=categorical)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        complete = get_learner(found.algorithm).complete(expected)
        assert found == Configuration(found.algorithm, complete)


@pytest.mark.parametrize("kind", _ESTIMATORS)
def test_every_estimator_as_it_is_made_today_has_a_counterpart(kind: Kind) -> None:
    for name, (module, algorithm) in _ESTIMATORS[kind].items():
        made = getattr(import_module(module), name)().get_params()
        if name == "LogisticRegression":
            made["solver"] = "liblinear"
        translated = _translate(name, made, kind=kind)
        assert translated is not None, name
        assert translated.algorithm == algorithm
