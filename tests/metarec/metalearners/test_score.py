"""Predicted scores: what is promised holds on data sets that were left out."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import get_scorer

import metafeatures
from metarec.history import METRIC_RANGES, METRICS, REGRESSION_METRICS, MetaDataset
from metarec.learners import Configuration
from metarec.metalearners import ScoreModel, ScorePrediction
from metarec.metalearners.scale import loss_of_constant

SD = 50.0


def _scored(meta_dataset: MetaDataset, metric: str, n_datasets: int = 60) -> MetaDataset:
    """What is missing to a perfect score is what a landmark misses, times a factor of each one."""
    generator = np.random.default_rng(2)
    missed = generator.uniform(0.05, 0.6, n_datasets)
    factor = np.linspace(0.5, 1.0, 8) * np.exp(generator.normal(0, 0.1, (n_datasets, 8)))
    loss = missed[:, None] * factor * (SD if metric in {"rmse", "mae"} else 1.0)
    described = np.column_stack(
        [meta_dataset.meta_features[:n_datasets], 1.0 - missed, np.full(n_datasets, SD)]
    )
    kept = meta_dataset.take(np.arange(n_datasets))
    return replace(
        kept,
        kind="regression" if metric in REGRESSION_METRICS else "classification",
        metric=metric,
        meta_feature_names=(*kept.meta_feature_names, "one_nn.mean", "target_sd"),
        meta_features=described,
        scores=1.0 - loss if METRICS[metric] == "maximize" else -loss,
    )


@pytest.mark.parametrize("metric", METRICS)
def test_the_score_of_a_left_out_data_set_is_near_and_in_range(
    meta_dataset: MetaDataset, metric: str
) -> None:
    known = _scored(meta_dataset, metric)
    model = ScoreModel.fit(known.take(np.arange(40)))
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    scale = SD if metric in {"rmse", "mae"} else 1.0
    inside, errors = [], []
    for row in range(40, 60):
        truth = sign * known.scores[row]
        found = model.predict(known.configurations, known.features_of(row))
        assert (found.low < found.score).all()
        assert (found.score < found.high).all()
        low, high = METRIC_RANGES[metric]
        assert (found.low >= low).all()
        assert (found.high <= high).all()
        errors += (np.abs(found.score - truth) / scale).tolist()
        inside += ((found.low <= truth) & (truth <= found.high)).tolist()
    assert np.median(errors) < 0.05
    assert 0.65 < np.mean(inside) < 0.95


def test_a_unit_of_the_target_changes_nothing_else(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "rmse")
    model = ScoreModel.fit(known)
    small = known.features_of(0)
    large = {**small, "target_sd": 1000 * SD}
    first = model.predict(known.configurations, small)
    second = model.predict(known.configurations, large)
    assert second.high == pytest.approx(1000 * first.high)


def test_a_better_configuration_is_expected_to_score_better(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "accuracy")
    found = ScoreModel.fit(known).predict(known.configurations, known.features_of(3))
    assert (np.diff(found.score) < 0).all()


def test_the_level_is_that_of_the_own_runs(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "accuracy")
    own = replace(known, datasets=tuple(replace(item, source="collect") for item in known.datasets))
    other = replace(
        own,
        datasets=tuple(replace(item, source="lenient") for item in own.datasets),
        scores=1.0 - (1.0 - own.scores) / 10.0,
    )
    both = replace(
        own,
        datasets=own.datasets + other.datasets,
        meta_features=np.vstack([own.meta_features, other.meta_features]),
        scores=np.vstack([own.scores, other.scores]),
        fit_seconds=np.vstack([own.fit_seconds, other.fit_seconds]),
        fit_rows=np.concatenate([own.fit_rows, other.fit_rows]),
    )
    task = own.features_of(5)
    alone = ScoreModel.fit(own).predict(own.configurations, task).score
    joined = ScoreModel.fit(both).predict(own.configurations, task).score
    assert joined == pytest.approx(alone, abs=0.08)


def test_a_table_unlike_the_known_ones_gets_a_wider_interval(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "log_loss")
    usual = dict(zip(known.meta_feature_names, np.median(known.meta_features, axis=0), strict=True))
    extreme = {**usual, "nr_class": known.meta_features[:, 2].max()}
    model = ScoreModel.fit(known)
    relative = []
    for task in (usual, extreme):
        found = model.predict(known.configurations, task)
        relative.append(np.log((found.high + 0.02) / (found.low + 0.02)))
    assert (relative[1] > relative[0]).all()


def _with_feature(meta_dataset: MetaDataset, name: str, values: np.ndarray) -> MetaDataset:
    return replace(
        meta_dataset,
        meta_feature_names=(*meta_dataset.meta_feature_names, name),
        meta_features=np.column_stack([meta_dataset.meta_features, values]),
    )


def test_good_configurations_are_expected_to_reach_a_constant(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "log_loss")
    known = _with_feature(known, "class_ent", np.full(60, 4.0))  # bits: no bound for these
    hopeless = {**known.features_of(1), "one_nn.mean": 0.2, "class_ent": 4.0}
    model = ScoreModel.fit(known)
    unbounded, bounded = (
        model.predict(known.configurations, hopeless | {"class_ent": bits}) for bits in (4.0, 0.3)
    )
    constant = 0.3 * np.log(2.0)
    assert unbounded.score.max() > 0.6
    assert bounded.score.min() < constant
    assert (bounded.score < 2.0 * constant).all()
    assert (bounded.low < bounded.score).all()
    assert (bounded.score < bounded.high).all()


@pytest.mark.parametrize("metric", ["accuracy", "log_loss", "spearman"])
def test_an_interval_has_a_width_where_everything_is_right(
    meta_dataset: MetaDataset, metric: str
) -> None:
    known = _scored(meta_dataset, metric)
    best = 1.0 if METRICS[metric] == "maximize" else 0.0
    known = replace(known, scores=np.minimum(known.scores + 0.1, best))
    easiest = int(np.argmax(known.meta_features[:, known.meta_feature_names.index("one_nn.mean")]))
    model = ScoreModel.fit(known)
    found = model.predict(known.configurations[:1], known.features_of(easiest))
    assert found.low[0] < found.high[0]


@pytest.mark.parametrize(
    ("metric", "loss"),
    [
        ("accuracy", 0.2),
        ("balanced_accuracy", 0.5),
        ("f1_macro", 1.0 - 0.8 / 1.8),
        ("log_loss", -0.8 * np.log(0.8) - 0.2 * np.log(0.2)),
        ("roc_auc", 0.5),
    ],
)
def test_the_loss_of_a_constant_is_that_of_scikit_learns_dummy(metric: str, loss: float) -> None:
    y = np.repeat(["a", "b"], [80, 20])
    known = metafeatures.extract(np.zeros((100, 1)), y)
    dummy = DummyClassifier().fit(np.zeros((100, 1)), y)
    scorer = get_scorer({"log_loss": "neg_log_loss"}.get(metric, metric))
    scored = scorer(dummy, np.zeros((100, 1)), y)
    assert loss == pytest.approx((1.0 - scored) if METRICS[metric] == "maximize" else -scored)
    needed = {name: np.array([known[name]]) for name in ("freq_class.max", "nr_class", "class_ent")}
    assert loss_of_constant(metric, needed) == pytest.approx(loss)


@pytest.mark.parametrize(
    ("metric", "scorer"), [("rmse", "neg_root_mean_squared_error"), ("r2", "r2")]
)
def test_the_loss_of_a_mean_is_one_spread_of_the_target(metric: str, scorer: str) -> None:
    y = np.array([1.0, 2.0, 4.0, 9.0])
    dummy = DummyRegressor().fit(np.zeros((4, 1)), y)
    scored = get_scorer(scorer)(dummy, np.zeros((4, 1)), y)
    loss = 1.0 - scored if METRICS[metric] == "maximize" else -scored / y.std()
    assert loss_of_constant(metric, {}) == pytest.approx(loss)


def test_nothing_known_is_nan(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "accuracy")
    model, task = ScoreModel.fit(known), known.features_of(0)
    assert np.isnan(model.predict([Configuration("lda")], task).score).all()
    without = {**task, "one_nn.mean": np.nan}
    assert np.isnan(model.predict(known.configurations, without).high).all()
    few = ScoreModel.fit(known.take(np.arange(12)))
    assert np.isnan(few.predict(known.configurations, task).low).all()
    assert np.isnan(
        ScoreModel.from_json(few.to_json()).predict(known.configurations, task).low
    ).all()


def test_a_failed_or_missing_run_does_no_harm(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "accuracy")
    scores = known.scores.copy()
    scores[::3, 2], scores[::4, 5] = -np.inf, np.nan
    task = known.features_of(1)
    whole = ScoreModel.fit(known).predict(known.configurations, task)
    holed = ScoreModel.fit(replace(known, scores=scores)).predict(known.configurations, task)
    assert holed.score == pytest.approx(whole.score, abs=0.03)


def test_a_round_trip(meta_dataset: MetaDataset) -> None:
    known = _scored(meta_dataset, "roc_auc")
    model, task = ScoreModel.fit(known), known.features_of(0)
    back = ScoreModel.from_json(model.to_json())
    again = ScoreModel.from_json(back.to_json())
    for name in ("score", "low", "high"):
        before = getattr(model.predict(known.configurations, task), name)
        after = getattr(back.predict(known.configurations, task), name)
        assert after == pytest.approx(before, abs=1e-3)
        assert (getattr(again.predict(known.configurations, task), name) == after).all()


def test_r2_is_unknown_without_the_targets_spread() -> None:
    rmse = ScorePrediction(np.ones(1), np.zeros(1), np.full(1, 2.0))
    assert np.isnan(rmse.rmse_to_r2(0.0).score).all()
    assert np.isnan(rmse.rmse_to_r2(np.nan).score).all()
