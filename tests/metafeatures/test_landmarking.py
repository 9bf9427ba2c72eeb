"""Landmarkers against scikit-learn on the same sample and folds."""

from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import cohen_kappa_score, r2_score, roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from metafeatures import as_table, catalogue, extract
from metafeatures._context import Context
from metafeatures._exceptions import Undefined
from metafeatures._intermediates.sample import Sample, landmark_sample
from metafeatures._intermediates.scores import fold_scores, kappa, weighted_auc

RNG = np.random.default_rng(8)
X = RNG.normal(size=(240, 5))
SCORE = X[:, 0] + X[:, 1] * X[:, 2] + 0.3 * RNG.normal(size=240)
CODES = np.searchsorted(np.quantile(SCORE, [0.5, 0.8]), SCORE)


def sampled(y: np.ndarray) -> Sample:
    return landmark_sample(Context(as_table(X, y)))


def pooled(model: Any, sample: Sample, method: str = "predict") -> np.ndarray:
    y = sample.codes if sample.n_classes else sample.values
    parts = []
    for fold in range(sample.n_folds):
        train, test = sample.split(fold)
        found = getattr(model.fit(sample.X[train], y[train]), method)(sample.X[test])
        parts.append((test, found))
    out = np.empty((len(y), *parts[0][1].shape[1:]))
    for test, found in parts:
        out[test] = found
    return out


REGRESSORS = {
    "linear_regr": LinearRegression(),
    "one_nn": KNeighborsRegressor(1),
    "best_node": DecisionTreeRegressor(max_depth=1, random_state=0),
    "decision_tree": DecisionTreeRegressor(random_state=0),
}


@pytest.mark.parametrize("name", REGRESSORS)
def test_regression_like_scikit_learn(name: str) -> None:
    sample = sampled(1e200 * SCORE)  # units do not matter, nor does size
    predicted = pooled(REGRESSORS[name], sample)
    r2 = [
        max(-1.0, r2_score(sample.values[test], predicted[test]))
        for test in (sample.fold == fold for fold in range(10))
    ]
    numbers = extract(X, 1e200 * SCORE, features=[name])
    # Equally good splits deep in a tree fall either way.
    tolerance = 0.15 if name == "decision_tree" else 1e-9
    assert numbers[f"{name}.mean"] == pytest.approx(np.mean(r2), abs=tolerance)
    assert numbers[f"{name}.sd"] == pytest.approx(np.std(r2, ddof=1), abs=tolerance)


def test_regression_of_noise_and_of_a_line() -> None:
    noise = extract(X, RNG.normal(size=240), groups=["landmarking"])
    line = extract(X, X @ np.arange(5) + 7, groups=["landmarking"])
    names = [e.name for e in catalogue() if e.group == "landmarking" and "regression" in e.tasks]
    assert set(names) == {*REGRESSORS, "random_node", "worst_node", "elite_nn"}
    for name in names:
        assert -1 <= noise[f"{name}.mean"] < 0.2
    assert line["linear_regr.mean"] == pytest.approx(1)
    for better, worse in (("decision_tree", "best_node"), ("best_node", "worst_node")):
        assert line[f"{better}.mean"] > line[f"{worse}.mean"]
    assert line["elite_nn.mean"] > noise["elite_nn.mean"]


def test_folds_with_a_constant_target_are_left_out() -> None:
    sample = sampled(SCORE)
    flat = Sample(sample.X, sample.codes, 0, sample.values.copy(), sample.fold, 10)
    flat.values[flat.fold > 6] = 0.5
    predicted = pooled(DummyRegressor(), flat)
    assert len(fold_scores(flat, predicted)) == 7
    flat.values[:] = 0.5
    with pytest.raises(Undefined, match="varies in no fold"):
        fold_scores(flat, predicted)
    table = as_table(X, np.full(240, 0.5), task="regression")
    numbers = extract(table, features=["one_nn.mean"])
    assert numbers.skipped == {"one_nn.mean": "the target is constant"}


def test_elite_and_worst_column() -> None:
    y = np.arange(200) % 2
    table = np.column_stack([RNG.normal(size=(200, 3)), y + 0.01 * RNG.normal(size=200)])
    numbers = extract(table, y, groups=["landmarking"])
    assert numbers["elite_nn.mean"] == 1
    assert numbers["worst_node.mean"] < 0.7


@pytest.mark.parametrize("n_classes", [2, 3])
def test_metrics_of_openml_like_scikit_learn(n_classes: int) -> None:
    sample = sampled(np.minimum(CODES, n_classes - 1))
    learners = {
        "naive_bayes": GaussianNB(),
        "one_nn": KNeighborsClassifier(1),
        "decision_stump": DecisionTreeClassifier(max_depth=1, criterion="entropy", random_state=0),
        "decision_tree_depth2": DecisionTreeClassifier(max_depth=2, random_state=0),
        "decision_tree_depth3": DecisionTreeClassifier(max_depth=3, random_state=0),
    }
    numbers = extract(X, np.minimum(CODES, n_classes - 1), groups=["landmarking"])
    for name, model in learners.items():
        predicted, chances = pooled(model, sample), pooled(model, sample, "predict_proba")
        auc = roc_auc_score(
            sample.codes,
            chances if n_classes > 2 else chances[:, 1],
            multi_class="ovr",
            average="weighted",
        )
        # Equally good splits of small nodes fall either way.
        tolerance = 0.01 if name.endswith("3") else 1e-9
        assert numbers[f"{name}_auc"] == pytest.approx(auc, abs=tolerance), name
        error = np.mean(predicted != sample.codes)
        assert numbers[f"{name}_err_rate"] == pytest.approx(error, abs=tolerance), name
        expected = cohen_kappa_score(sample.codes, predicted)
        assert numbers[f"{name}_kappa"] == pytest.approx(expected, abs=2 * tolerance), name
    assert numbers["decision_stump_err_rate"] == pytest.approx(1 - numbers["best_node.mean"])


def test_area_under_the_curve_with_ties_and_groups() -> None:
    codes, chances = RNG.integers(0, 4, 300), np.round(RNG.dirichlet(np.ones(4), 300), 1)
    chances /= chances.sum(axis=1, keepdims=True)
    expected = roc_auc_score(codes, chances, multi_class="ovr", average="weighted")
    each_row = weighted_auc(chances, np.eye(4)[codes], lambda: None)
    rows, group = np.unique(chances, axis=0, return_inverse=True)
    counts = np.zeros((len(rows), 4))
    np.add.at(counts, (group.ravel(), codes), 1)
    assert each_row == pytest.approx(expected)
    assert weighted_auc(rows, counts, lambda: None) == pytest.approx(expected)
    many = RNG.random((300, 130))
    few_used = np.eye(130)[codes * 40]
    assert 0.3 < weighted_auc(many, few_used, lambda: None) < 0.7


def test_too_many_scores_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metafeatures._intermediates.landmarks.MAX_SCORES", 700)
    numbers = extract(X, CODES, groups=["landmarking"])
    for name in ("linear_discr.mean", "naive_bayes_auc"):
        assert numbers.skipped[name] == "240 rows with 3 classes are too many"
    assert "one_nn.mean" not in numbers.skipped


def test_kappa_of_one_class() -> None:
    alone = Sample(np.ones((3, 1)), np.zeros(3, np.int32), 1, np.empty(0), np.arange(3), 3)
    with pytest.raises(Undefined, match="chance"):
        kappa(alone, np.zeros(3))


def test_names_of_pymfe() -> None:
    mfe = pytest.importorskip("pymfe.mfe").MFE
    theirs = set(mfe.valid_metafeatures(groups=["landmarking"]))
    assert theirs == {e.pymfe for e in catalogue() if e.group == "landmarking"} - {""}


def test_pymfe_is_near() -> None:
    """Folds and units differ, so that accuracies are alike, not equal."""
    mfe = pytest.importorskip("pymfe.mfe").MFE
    names, values = mfe(groups=["landmarking"], random_state=0).fit(X, CODES).extract()
    numbers = extract(X, CODES, groups=["landmarking"])
    for name, value in zip(names, values, strict=True):
        if name.endswith(".mean") and not name.startswith("random_node"):
            assert numbers[name] == pytest.approx(value, abs=0.08), name
