"""From runs to ranges: near data sets decide, units and conditions are kept."""

import numpy as np
import optuna
import pytest

from metarec import UsageError
from metarec.history import KnownDataset, MetaDataset
from metarec.learners import Configuration, Integer, TableShape, get_learner
from metarec.ranges import RangeEvidence, SearchSpace

N_DATASETS = 24
SHAPE = TableShape(n_rows=1000, n_features=10, n_classes=2)
SMALL, LARGE = np.array([103.0, 10.0, 2.0]), np.array([10_020.0, 10.0, 2.0])


def _history(configurations: list[Configuration], scores: np.ndarray) -> MetaDataset:
    """The first half of the data sets is small, the other one large."""
    rows = np.repeat([100.0, 10_000.0], N_DATASETS // 2) + np.arange(N_DATASETS)
    size = np.column_stack([rows, np.full(N_DATASETS, 10.0), np.full(N_DATASETS, 2.0)])
    return MetaDataset(
        kind="classification",
        metric="balanced_accuracy",
        datasets=tuple(KnownDataset(f"d{i}", i, f"d{i}") for i in range(N_DATASETS)),
        configurations=tuple(configurations),
        meta_feature_names=("nr_inst", "nr_attr", "nr_class"),
        meta_features=size,
        scores=scores,
        fit_seconds=np.full(scores.shape, 0.1),
        fit_rows=rows,
    )


@pytest.fixture
def neighbours_wanted() -> MetaDataset:
    """Few neighbours are good on small tables, many on large ones."""
    counts = np.arange(1, 51)
    configurations = [Configuration("knn", {"n_neighbors": int(k), "p": 2}) for k in counts]
    few = np.where(counts <= 15, 0.9, 0.5) + np.linspace(0, 0.001, 50)
    many = np.where(counts >= 25, 0.9, 0.5) + np.linspace(0, 0.001, 50)
    return _history(configurations, np.repeat([few, many], N_DATASETS // 2, axis=0))


def test_like_tables_decide(neighbours_wanted: MetaDataset) -> None:
    small = RangeEvidence(neighbours_wanted, SMALL, SHAPE).narrow("knn")
    large = RangeEvidence(neighbours_wanted, LARGE, SHAPE).narrow("knn")
    assert small["n_neighbors"].domain == Integer(1, 15, log=small["n_neighbors"].domain.log)
    assert (large["n_neighbors"].low, large["n_neighbors"].high) == (25, 50)
    assert 0.9 <= small["n_neighbors"].kept == small.kept < 1.0
    assert 0 < small["n_neighbors"].width < 0.7
    assert small.volume == pytest.approx(small["n_neighbors"].width)
    assert small["p"].width == 1.0


def test_other_base_learners_keep_their_whole_spaces(neighbours_wanted: MetaDataset) -> None:
    evidence = RangeEvidence(neighbours_wanted, SMALL, SHAPE)
    for name in ("lightgbm", "naive_bayes"):
        space = evidence.narrow(name)
        assert set(space) == set(get_learner(name).space(SHAPE))
        assert space.kept == space.volume == 1.0
        assert all(item.width == item.kept == 1.0 for item in space.values())


def test_few_data_sets_or_few_configurations_narrow_nothing(
    neighbours_wanted: MetaDataset,
) -> None:
    few = neighbours_wanted.take(np.arange(4))
    assert RangeEvidence(few, SMALL, SHAPE).narrow("knn").volume == 1.0
    scores = neighbours_wanted.scores.copy()
    scores[:, 7:] = np.nan
    scores[:, 4:7] = 0.1
    sparse = _history(list(neighbours_wanted.configurations), scores)
    assert RangeEvidence(sparse, SMALL, SHAPE).narrow("knn").volume == 1.0


def test_what_the_table_forbids_is_no_part_of_it(neighbours_wanted: MetaDataset) -> None:
    tiny = TableShape(n_rows=24, n_features=10, n_classes=2)
    space = RangeEvidence(neighbours_wanted, SMALL, tiny).narrow("knn")
    whole = get_learner("knn").space(tiny)["n_neighbors"]
    assert whole.high < 15
    assert space["n_neighbors"].domain == whole


def test_shares_of_the_rows_become_counts() -> None:
    """A hundredth of 1,000 rows is 10 rows: both are good, in one range."""
    values = [2, 3, 4, 6, 9, 12, 16, 24, 32, 64, 128, 200, 0.002, 0.01, 0.015, 0.1, 0.2, 0.24]
    rows = np.array([each if isinstance(each, int) else each * 1000 for each in values])
    configurations = [Configuration("decision_tree", {"min_samples_split": v}) for v in values]
    scores = np.tile(np.where(rows <= 20, 0.9, 0.4), (N_DATASETS, 1))
    history = _history(configurations, scores + np.linspace(0, 0.001, len(values)))
    found = RangeEvidence(history, SMALL, SHAPE).narrow("decision_tree")["min_samples_split"]
    assert isinstance(found.domain, Integer)
    assert found.low == 2
    assert 16 <= found.high < 24
    assert found.kept == 1.0


@pytest.fixture
def kernels() -> MetaDataset:
    """A radial kernel is good, a cubic one only with a small coef0; C does not matter."""
    generator = np.random.default_rng(0)
    configurations, good = [], []
    for C in np.geomspace(0.05, 30, 20).round(4):
        configurations.append(Configuration("svm", {"C": float(C), "kernel": "rbf"}))
        good.append(True)
    for coef0 in generator.uniform(0, 10, 40).round(3):
        C = float(np.exp(generator.uniform(-2, 3)).round(4))
        values = {"C": C, "kernel": "poly", "coef0": float(coef0)}
        configurations.append(Configuration("svm", values))
        good.append(coef0 < 5)
    scores = np.where(good, 0.9, 0.3) + generator.normal(0, 1e-3, (N_DATASETS, 60))
    return _history(configurations, scores)


def test_a_condition_is_heeded(kernels: MetaDataset) -> None:
    space = RangeEvidence(kernels, SMALL, SHAPE).narrow("svm")
    assert space["kernel"].choices == ("rbf", "poly")
    assert space["coef0"].low == 0.0
    assert 4.0 < space["coef0"].high < 6.0
    assert space["C"].width == 1.0
    # The radial half of the space is as large as before.
    assert space.volume == pytest.approx(0.5 + 0.5 * space["coef0"].width)


def test_a_hyperparameter_without_its_condition_is_left_out(kernels: MetaDataset) -> None:
    scores = kernels.scores.copy()
    scores[:, 20:] = 0.3
    bad = _history(list(kernels.configurations), scores)
    space = RangeEvidence(bad, SMALL, SHAPE).narrow("svm")
    assert space["kernel"].choices == ("rbf",)
    assert "coef0" not in space


def _asked(space: SearchSpace, *, qualified: bool) -> optuna.Trial:
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1)).ask()
    values = space.suggest(trial, qualified=qualified)
    prefix = "svm." if qualified else ""
    assert {f"{prefix}{name}": value for name, value in values.items()} == trial.params
    return trial


@pytest.mark.parametrize("qualified", [False, True])
def test_optuna_gets_what_counts(kernels: MetaDataset, qualified: bool) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = RangeEvidence(kernels, SMALL, SHAPE).narrow("svm")
    distributions = space.distributions(qualified=qualified)
    trial = _asked(space, qualified=qualified)
    assert set(trial.distributions) <= set(distributions)
    assert all(distributions[name] == each for name, each in trial.distributions.items())
    study = optuna.create_study()
    assert set(study.ask(distributions).params) == set(distributions)


def test_as_json(kernels: MetaDataset) -> None:
    found = RangeEvidence(kernels, SMALL, SHAPE).narrow("svm").to_dict()
    assert set(found) == {"kept", "volume", "ranges", "conditions"}
    assert found["conditions"]["coef0"] == {"kernel": ["poly"]}
    assert set(found["ranges"]["coef0"]) == {"low", "high", "log", "kept", "width"}
    assert found["ranges"]["kernel"]["choices"] == ["rbf", "poly"]


@pytest.mark.parametrize("keep", [0.0, 1.5, -1.0])
def test_a_share_must_be_one(kernels: MetaDataset, keep: float) -> None:
    with pytest.raises(UsageError, match="keep"):
        RangeEvidence(kernels, SMALL, SHAPE).narrow("svm", keep=keep)
