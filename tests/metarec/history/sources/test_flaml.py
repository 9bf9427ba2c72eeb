"""The importer of FLAML's files, on a folder written by hand in its format."""

import json
from pathlib import Path

import pytest

from metarec import HistoryError, UsageError
from metarec.history import HistoryStore, build_meta_dataset
from metarec.history.sources import import_flaml
from metarec.learners import get_learner

META_FEATURES = """\
Dataset,NumberOfInstances,NumberOfFeatures,NumberOfClasses,PercentageOfNumericFeatures
2dplanes,36691,10,0,1.0
adult,43957,14,2,0.5
adult,1,1,2,0.5
letter,18000,16,26,1.0
"""
RESULTS = {
    "lgbm": """\
task,fold,type,result,params
2dplanes,0,regression,0.75,{'_modeljson': 'lgbm/2dplanes.json'}
2dplanes,1,regression,0.25,{'_modeljson': 'lgbm/2dplanes.json'}
2dplanes,0,regression,0.5,{'_modeljson': 'lgbm/default.json'}
2dplanes,1,regression,,{'_modeljson': 'lgbm/default.json'}
adult,0,binary,0.9,{'_modeljson': 'lgbm/default.json'}
elsewhere,0,binary,0.9,{'_modeljson': 'lgbm/default.json'}
""",
    "rf": """\
task,fold,type,result,params
letter,0,multiclass,-0.25,{'_modeljson': 'rf/letter.json'}
adult,0,binary,0.8,{'_modeljson': 'rf/letter.json'}
""",
}
CONFIGURATIONS = {
    "lgbm/2dplanes": {"n_estimators": 400, "num_leaves": 9, "log_max_bin": 8,
                      "FLAML_sample_size": 10000},
    "lgbm/default": {},
    "rf/letter": {"n_estimators": 100, "max_features": 0.5, "max_leaves": 200,
                  "criterion": "entropy"},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "location"
    for learner, text in RESULTS.items():
        (folder / learner).mkdir(parents=True)
        (folder / learner / "results.csv").write_text(text)
    for name, values in CONFIGURATIONS.items():
        content = {"class": name.partition("/")[0], "hyperparameters": values}
        (folder / f"{name}.json").write_text(json.dumps(content))
    (folder / "all").mkdir()
    (folder / "all" / "metafeatures.csv").write_text(META_FEATURES)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


def test_folds_become_one_run(folder: Path, store: HistoryStore) -> None:
    assert import_flaml(folder, store) == (5, 3)
    whole, stopped = store.runs(task="regression").to_pylist()
    assert (whole["dataset"], whole["r2"], whole["n_folds"]) == ("flaml-2dplanes", 0.5, 2)
    assert whole["r2_folds"] == [0.75, 0.25]
    assert (stopped["status"], stopped["r2"], stopped["r2_folds"]) == ("failed", None, [0.5])
    assert stopped["reason"] == "no result on fold 1"
    assert whole["algorithm"] == stopped["algorithm"] == "lightgbm"
    values = json.loads(whole["hyperparameters"])
    get_learner("lightgbm", "regression").validate(values)
    assert (values["n_estimators"], values["max_bin"]) == (400, 255)
    original = json.loads(whole["original"])
    assert original["name"] == "2dplanes"
    assert original["hyperparameters"] == CONFIGURATIONS["lgbm/2dplanes"]


def test_a_loss_is_written_with_its_own_sign(folder: Path, store: HistoryStore) -> None:
    import_flaml(folder, store)
    (run,) = store.runs(task="multiclass").to_pylist()
    assert (run["log_loss"], run["algorithm"]) == (0.25, "random_forest")
    assert json.loads(run["hyperparameters"])["max_leaf_nodes"] == 256


def test_categories_as_flaml_gives_them(folder: Path, store: HistoryStore) -> None:
    import_flaml(folder, store)
    boosted, forest = store.runs(task="binary").to_pylist()
    assert (boosted["algorithm"], boosted["roc_auc"]) == ("flaml.lgbm", 0.9)
    assert forest["algorithm"] == "random_forest"
    assert json.loads(forest["hyperparameters"])["encoding"] == "ordinal"


@pytest.mark.parametrize(
    ("learner", "changed"),
    [
        ("lgbm", {"n_estimators": 20_000}),
        ("lgbm", {"reg_lambda": 1000.0}),
        ("xgboost", {"max_leaves": 8}),
        ("catboost", {}),
    ],
)
def test_what_no_pipeline_here_repeats_keeps_its_name(
    learner: str, changed: dict[str, object], folder: Path, store: HistoryStore
) -> None:
    (folder / "lgbm/2dplanes.json").write_text(
        json.dumps({"class": learner, "hyperparameters": changed})
    )
    import_flaml(folder, store)
    run = store.runs(task="regression").to_pylist()[0]
    assert run["algorithm"] == f"flaml.{learner}"
    assert json.loads(run["hyperparameters"]) == changed


def test_meta_features(folder: Path, store: HistoryStore) -> None:
    import_flaml(folder, store)
    table = store.meta_features().to_pylist()
    of = {name: {row["name"]: row["value"] for row in table if row["dataset"] == name}
          for name in ("flaml-adult", "flaml-2dplanes")}  # fmt: skip
    assert of["flaml-adult"]["nr_inst"] == 43957
    assert (of["flaml-adult"]["ratio_num"], of["flaml-adult"]["nr_class"]) == (0.5, 2)
    assert of["flaml-2dplanes"]["nr_class"] is None
    assert {row["family"] for row in table} == {"2dplanes", "adult", "letter"}
    # The forest on adult; LightGBM with categories as such has no counterpart.
    assert build_meta_dataset(store, metric="roc_auc").scores.tolist() == [[0.8]]


def test_another_metric(folder: Path, store: HistoryStore) -> None:
    text = RESULTS["rf"].replace("-0.25", "0.95")
    (folder / "rf" / "results.csv").write_text(text)
    with pytest.raises(HistoryError, match=r"has -0\.95 as log_loss, .* another metric"):
        import_flaml(folder, store)
    import_flaml(folder, store, metrics={"multiclass": "accuracy"})
    assert store.runs(task="multiclass")["accuracy"].to_pylist() == [0.95]
    with pytest.raises(UsageError, match="no metric 'r2' for binary; use one of accuracy"):
        import_flaml(folder, store, metrics={"binary": "r2"})
    with pytest.raises(UsageError, match="no task type 'rank'"):
        import_flaml(folder, store, metrics={"rank": "r2"})


def test_once_only(folder: Path, store: HistoryStore) -> None:
    import_flaml(folder, store)
    with pytest.raises(HistoryError, match="has the runs of flaml already"):
        import_flaml(folder, store)


@pytest.mark.parametrize(
    ("name", "text", "law"),
    [
        ("lgbm/results.csv", RESULTS["lgbm"].replace("fold,type", "fold,kind"), "column 'type'"),
        ("lgbm/results.csv", RESULTS["lgbm"].replace("binary", "rank"), "has the type 'rank'"),
        ("lgbm/results.csv", RESULTS["lgbm"].replace("0.75", "good"), "has 'good' where a number"),
        ("lgbm/results.csv", RESULTS["lgbm"].replace("2dplanes,1", "2dplanes,0"), "more than once"),
        ("lgbm/results.csv", RESULTS["lgbm"].replace("_modeljson", "json"), "name no `_modeljson`"),
        ("lgbm/2dplanes.json", "[]", "is no configuration with a class"),
        ("all/metafeatures.csv", META_FEATURES.splitlines()[0], "no task of .* has meta-features"),
        ("all/metafeatures.csv", "Dataset\nadult\n", "lacks the column 'NumberOfInstances'"),
    ],
)
def test_what_cannot_be_read(
    name: str, text: str, law: str, folder: Path, store: HistoryStore
) -> None:
    (folder / name).write_text(text)
    with pytest.raises(HistoryError, match=law):
        import_flaml(folder, store)
    assert store.sources() == []


def test_a_missing_file(folder: Path, tmp_path: Path, store: HistoryStore) -> None:
    (folder / "rf" / "letter.json").unlink()
    with pytest.raises(HistoryError, match=r"letter\.json' cannot be read"):
        import_flaml(folder, store)
    with pytest.raises(HistoryError, match=r"has no LEARNER/results\.csv"):
        import_flaml(tmp_path, store, folder / "all" / "metafeatures.csv")
