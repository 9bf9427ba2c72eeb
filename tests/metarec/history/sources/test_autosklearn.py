"""The importer of auto-sklearn's metadata, on folders written by hand in its format."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metarec import HistoryError, UsageError
from metarec.history import HistoryStore, build_meta_dataset
from metarec.history.sources import import_autosklearn
from metarec.learners import get_learner

SCALING = "data_preprocessor:feature_type:numerical_transformer:rescaling:__choice__"
ENCODING = "data_preprocessor:feature_type:categorical_transformer:categorical_encoding:__choice__"
MERGING = "data_preprocessor:feature_type:categorical_transformer:category_coalescence:__choice__"
FOREST = {
    "classifier:__choice__": "random_forest",
    "classifier:random_forest:bootstrap": True,
    "classifier:random_forest:criterion": "entropy",
    "classifier:random_forest:max_depth": "None",
    "classifier:random_forest:max_features": 0.5,
    "classifier:random_forest:min_samples_leaf": 3.0,
    "classifier:random_forest:min_samples_split": 7.0,
    "classifier:random_forest:min_weight_fraction_leaf": 0.0,
    "balancing:strategy": "weighting",
    SCALING: "none",
    ENCODING: "no_encoding",
    MERGING: "minority_coalescer",
    "feature_preprocessor:__choice__": "no_preprocessing",
}
MLP = {
    "regressor:__choice__": "mlp",
    "regressor:mlp:activation": "tanh",
    "regressor:mlp:num_nodes_per_layer": 31,
    "regressor:mlp:early_stopping": "valid",
    "feature_preprocessor:__choice__": "pca",
    "feature_preprocessor:pca:keep_variance": 0.8,
    "feature_preprocessor:pca:whiten": False,
    SCALING: "standardize",
}
FEATURES = {
    "NumberOfInstances": 670.0, "NumberOfFeatures": 16.0, "NumberOfClasses": 2.0,
    "NumberOfNumericFeatures": 16.0, "NumberOfCategoricalFeatures": 0.0, "SymbolsSum": 0.0,
    "SymbolsMax": 0.0, "RatioNumericalToNominal": 0.0, "ClassEntropy": 0.9, "SkewnessMax": 3.0,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


@pytest.fixture
def write(tmp_path: Path):
    """Write a folder of the source."""

    def call(metric: str, task: str, pipeline: dict[str, object], loss: float,
             features: dict[str, float] = FEATURES) -> Path:  # fmt: skip
        folder = tmp_path / "files" / f"{metric}_{task}_dense"
        folder.mkdir(parents=True)
        (folder / "description.txt").write_text(
            f"scenario_id: auto-sklearn\nperformance_measures: {metric}\nmaximize: false\n"
            "algorithms_deterministic: 1,2\nfeature_step PCA: A, B\nalgorithms_stochastic: \n"
        )
        names = "".join(f"@ATTRIBUTE {name} NUMERIC\n" for name in features)
        values = ",".join(map(str, features.values()))
        (folder / "feature_values.arff").write_text(
            "@RELATION f\n@ATTRIBUTE instance_id STRING\n@ATTRIBUTE repetition NUMERIC\n"
            f"{names}@DATA\npol,1.0,{values}\n% \n"
        )
        (folder / "algorithm_runs.arff").write_text(
            "@RELATION r\n@ATTRIBUTE instance_id STRING\n@ATTRIBUTE repetition NUMERIC\n"
            f"@ATTRIBUTE algorithm STRING\n@ATTRIBUTE {metric} NUMERIC\n@ATTRIBUTE runstatus "
            "{ok, timeout, memout, not_applicable, crash, other}\n@DATA\n"
            f"pol,1.0,17,{loss},ok\npol,1.0,17,?,not_applicable\n"
        )
        (folder / "configurations.csv").write_text(
            f"idx,{','.join(pipeline)},classifier:qda:reg_param\n"
            f"17,{','.join(map(str, pipeline.values()))},\n"
        )
        return folder

    return call


def test_a_pipeline_that_is_best_twice_is_one_run(write, store: HistoryStore) -> None:
    write("accuracy", "multiclass.classification", FOREST, 0.1)
    write("accuracy", "binary.classification", FOREST, 0.1)
    write("precision", "binary.classification", FOREST, 0.7)
    parent = write("log_loss", "binary.classification", FOREST, 0.4).parent
    assert import_autosklearn(parent, store) == (1, 1)
    (run,) = store.runs().to_pylist()
    assert (run["dataset"], run["task"]) == ("autosklearn-pol", "binary")
    assert (run["accuracy"], run["log_loss"]) == (0.9, 0.4)
    assert run["algorithm"] == "random_forest"
    values = json.loads(run["hyperparameters"])
    get_learner("random_forest").validate(values)
    # 16 columns to the power of 0.5 - 1; nothing is encoded where nothing is categorical.
    assert values == {"class_weight": "balanced", "criterion": "entropy", "max_features": 0.25,
                      "min_samples_leaf": 3, "min_samples_split": 7,
                      "n_estimators": 500}  # fmt: skip
    assert json.loads(run["original"])["classifier:random_forest:max_features"] == 0.5


def test_different_scores_of_one_metric_are_different_runs(write, store: HistoryStore) -> None:
    write("accuracy", "multiclass.classification", FOREST, 0.1)
    parent = write("accuracy", "binary.classification", FOREST, 0.2).parent
    assert import_autosklearn(parent, store) == (2, 1)
    assert sorted(store.runs()["accuracy"].to_pylist()) == [0.8, 0.9]


def test_a_regression_is_a_data_set_of_its_own(write, store: HistoryStore) -> None:
    write("accuracy", "binary.classification", FOREST, 0.1)
    numbers = {name: value for name, value in FEATURES.items() if "Class" not in name}
    write("r2", "regression", MLP, 0.3, numbers)
    parent = write("root_mean_squared_error", "regression", MLP, 9.5, numbers).parent
    assert import_autosklearn(parent, store) == (2, 2)
    (run,) = store.runs(task="regression").to_pylist()
    assert (run["dataset"], run["r2"], run["rmse"]) == ("autosklearn-regression-pol", 0.7, 9.5)
    values = json.loads(run["hyperparameters"])
    assert (run["algorithm"], values["width"], values["early_stopping"]) == ("mlp", 31, True)
    assert (values["selection"], values["kept_variance"]) == ("pca", 0.8)
    assert set(store.meta_features()["family"].to_pylist()) == {"pol"}


@pytest.mark.parametrize(
    ("changed", "n_categorical"),
    [
        ({"classifier:random_forest:bootstrap": False}, 0.0),
        ({"classifier:random_forest:min_samples_leaf": 300.0}, 0.0),
        ({"feature_preprocessor:__choice__": "polynomial"}, 0.0),
        ({SCALING: "normalize"}, 0.0),
        ({}, 2.0),  # rare categories were merged
        ({"classifier:__choice__": "libsvm_svc"}, 0.0),
    ],
)
def test_what_no_pipeline_here_repeats_keeps_its_name(
    changed: dict[str, object], n_categorical: float, write, store: HistoryStore
) -> None:
    features = FEATURES | {"NumberOfCategoricalFeatures": n_categorical}
    folder = write("accuracy", "binary.classification", FOREST | changed, 0.1, features)
    import_autosklearn(folder, store)
    (run,) = store.runs().to_pylist()
    learner = changed.get("classifier:__choice__", "random_forest")
    assert run["algorithm"] == f"autosklearn.{learner}"
    values = json.loads(run["hyperparameters"])
    assert values["classifier:random_forest:criterion"] == "entropy"


def test_meta_features(write, store: HistoryStore) -> None:
    import_autosklearn(write("accuracy", "binary.classification", FOREST, 0.1), store)
    values = {row["name"]: row["value"] for row in store.meta_features().to_pylist()}
    assert (values["nr_inst"], values["class_ent"]) == (670, 0.9)
    # Without categorical columns the source writes 0.
    assert values["symbols.max"] is values["num_to_cat"] is None
    assert not [name for name in values if name.startswith("skewness")]
    assert build_meta_dataset(store, metric="accuracy").scores.shape == (1, 1)


def test_the_same_as_parquet(tmp_path: Path, store: HistoryStore) -> None:
    runs, features = tmp_path / "runs.parquet", tmp_path / "features.parquet"
    row = {"scenario": "roc_auc_binary.classification", "dataset_name": "pol", "loss": 0.25,
           "metric": "roc_auc", "status": "ok", "configuration": json.dumps(FOREST)}  # fmt: skip
    rows = [
        row,
        row | {"scenario": "roc_auc_multiclass.classification"},
        row | {"dataset_name": "other"},
        row | {"dataset_name": "undescribed"},
        row | {"loss": None},
        row | {"status": "not_applicable", "loss": None},
        row | {"metric": "f1_weighted"},
    ]
    pq.write_table(pa.Table.from_pylist(rows), runs)
    pq.write_table(
        pa.Table.from_pylist(
            [{"dataset_name": "pol", **FEATURES},
             {"dataset_name": "undescribed", **FEATURES, "NumberOfClasses": None}]
        ),
        features,
    )  # fmt: skip
    assert import_autosklearn(runs, store, [features]) == (1, 1)
    assert store.runs()["roc_auc"].to_pylist() == [0.75]
    with pytest.raises(HistoryError, match="has the runs of autosklearn already"):
        import_autosklearn(runs, store, [features])
    other = HistoryStore(tmp_path / "other")
    with pytest.raises(UsageError, match="name the files of meta-features"):
        import_autosklearn(runs, other)
    pq.write_table(pa.Table.from_pylist([row | {"configuration": "{"}]), runs)
    with pytest.raises(HistoryError, match="a configuration that is no JSON object"):
        import_autosklearn(runs, other, [features])
    pq.write_table(pa.Table.from_pylist([row | {"configuration": "{}"}]), runs)
    with pytest.raises(HistoryError, match="names no classifier and no regressor"):
        import_autosklearn(runs, other, [features])


def test_what_cannot_be_read(write, tmp_path: Path, store: HistoryStore) -> None:
    with pytest.raises(HistoryError, match="has no run under accuracy"):
        import_autosklearn(tmp_path, store)
    folder = write("accuracy", "binary.classification", FOREST, 10.0)
    with pytest.raises(HistoryError, match=r"has -9\.0 as accuracy"):
        import_autosklearn(folder, store)
    (folder / "configurations.csv").write_text("idx,classifier:__choice__\n18,qda\n")
    with pytest.raises(HistoryError, match="lacks the configuration '17'"):
        import_autosklearn(folder, store)
    (folder / "configurations.csv").write_text("idx,a\n18\n")
    with pytest.raises(HistoryError, match="row 1 has not as many cells"):
        import_autosklearn(folder, store)
    (folder / "description.txt").unlink()
    with pytest.raises(HistoryError, match=r"description\.txt' cannot be read"):
        import_autosklearn(folder, store)
    assert store.sources() == []
