"""Flows and their parameters."""

import pytest

from metarec.history.sources.openml._flows import Component, parse, translate
from metarec.learners import Configuration

SCALER = "sklearn.preprocessing.data.StandardScaler"
KNN = "sklearn.neighbors.classification.KNeighborsClassifier"
INNER = f"sklearn.pipeline.Pipeline(scale={SCALER})"
COLUMNS = f"sklearn.compose._column_transformer.ColumnTransformer(num={INNER})"


def _translate(flow: str, parameters: dict[str, str | None]) -> Configuration:
    return translate(flow, parameters, "classification", categorical=False)


def test_a_name_is_taken_apart() -> None:
    flow = f"sklearn.pipeline.Pipeline(prep={COLUMNS},knn={KNN})"
    inner = Component(INNER, (("scale", Component(SCALER)),))
    columns = Component(COLUMNS, (("num", inner),))
    assert parse(flow) == Component(flow, (("prep", columns), ("knn", Component(KNN))))


@pytest.mark.parametrize(
    "name", ["", "a b", "Pipeline(a=b", "Pipeline(b)", "Pipeline(a=b)x", "(a=b)"]
)
def test_other_names_are_not(name: str) -> None:
    assert parse(name) is None


def test_pipelines_in_pipelines() -> None:
    flow = f"sklearn.pipeline.Pipeline(prep={COLUMNS},knn={KNN})(3)"
    found = _translate(
        flow,
        {
            f"{SCALER}(7)_with_mean": "true",
            f"{COLUMNS}(2)_remainder": '"drop"',
            f"{KNN}(12)_n_neighbors": "7",
            f"{KNN}(12)_p": "1",
        },
    )
    assert found == Configuration("knn", {"n_neighbors": 7, "p": 1})


def test_what_is_boosted_stands_in_the_name() -> None:
    tree = "sklearn.tree.tree.DecisionTreeClassifier"
    boosting = f"sklearn.ensemble.weight_boosting.AdaBoostClassifier(base_estimator={tree})"
    reference = '{"oml-python:serialized_object": "component_reference", "value": {"key": "x"}}'
    found = _translate(
        f"{boosting}(5)",
        {
            f"{boosting}(5)_algorithm": '"SAMME"',
            f"{boosting}(5)_base_estimator": reference,
            f"{boosting}(5)_n_estimators": "20",
            f"{tree}(9)_max_depth": "2",
        },
    )
    assert found.algorithm == "adaboost"
    assert found.hyperparameters["max_depth"] == 2


@pytest.mark.parametrize(
    ("flow", "parameters"),
    [
        # no values of the estimator
        (f"sklearn.pipeline.Pipeline(scale={SCALER},knn={KNN})(1)", {}),
        # no JSON
        (f"{KNN}(1)", {f"{KNN}(1)_n_neighbors": "seven"}),
        # no component
        (f"{KNN}(1)", {"n_neighbors": "7"}),
        # two steps of one class, whose values cannot be told apart
        (
            f"sklearn.pipeline.Pipeline(a={SCALER},b={SCALER},knn={KNN})(1)",
            {f"{KNN}(1)_n_neighbors": "7"},
        ),
        # a search
        (
            f"sklearn.model_selection._search.RandomizedSearchCV(estimator={KNN})(1)",
            {f"{KNN}(1)_n_neighbors": "7"},
        ),
        ("weka.IBk(3)", {"weka.IBk(3)_K": "1"}),
        ("mlr.classif.ranger(13)", {"mlr.classif.ranger(13)_mtry": "4"}),
        ("sklearn.flow with blanks(1)", {}),
    ],
)
def test_other_flows_keep_their_names(flow: str, parameters: dict[str, str | None]) -> None:
    assert _translate(flow, parameters) == Configuration(flow, parameters)
