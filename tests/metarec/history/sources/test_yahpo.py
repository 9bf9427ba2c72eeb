"""The YAHPO importer, on a scenario written by hand in the source's formats."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from metarec import HistoryError, UsageError
from metarec.history import METRICS, HistoryStore
from metarec.history.sources import import_yahpo
from metarec.learners import get_learner

NUMBERS = {
    "nrounds": ("uniform_int", True, 7, 2981),
    "eta": ("uniform_float", True, 0.001, 1.0),
    "gamma": ("uniform_float", True, 4.5e-05, 7.4),
    "lambda": ("uniform_float", True, 0.001, 1097.0),
    "alpha": ("uniform_float", True, 0.001, 1097.0),
    "subsample": ("uniform_float", False, 0.1, 1.0),
    "max_depth": ("uniform_int", False, 1, 15),
    "min_child_weight": ("uniform_float", True, 2.7, 148.0),
    "colsample_bytree": ("uniform_float", False, 0.01, 1.0),
    "colsample_bylevel": ("uniform_float", False, 0.01, 1.0),
    "rate_drop": ("uniform_float", False, 0.0, 1.0),
    "skip_drop": ("uniform_float", False, 0.0, 1.0),
    "trainsize": ("uniform_float", False, 0.03, 1.0),
    "repl": ("uniform_int", False, 1, 10),
}
CATEGORIES = {
    "task_id": ["31", "54", "99999"],
    "booster": ["gblinear", "gbtree", "dart"],
    "num.impute.selected.cpo": ["impute.mean", "impute.median", "impute.hist"],
}
TREES = ["dart", "gbtree"]
CONDITIONS = [
    *({"child": name, "parent": "booster", "type": "IN", "values": TREES}
      for name in ("eta", "gamma", "max_depth", "min_child_weight", "colsample_bytree",
                   "colsample_bylevel")),
    *({"child": name, "parent": "booster", "type": "EQ", "value": "dart"}
      for name in ("rate_drop", "skip_drop")),
]  # fmt: skip
INPUTS = [*CATEGORIES, *NUMBERS]
OUTPUTS = ["acc", "bac", "auc", "brier", "f1", "logloss", "timetrain", "timepredict", "memory"]


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _message(*fields: tuple[int, object]) -> bytes:
    """Protocol Buffers: whole numbers, texts and messages by field number."""
    written = b""
    for field, value in fields:
        if isinstance(value, int):
            written += _varint(field << 3) + _varint(value)
        else:
            content = value.encode() if isinstance(value, str) else value
            written += _varint(field << 3 | 2) + _varint(len(content)) + content
    return written


def _onnx_of_linear_map(weights: np.ndarray) -> bytes:
    """An ONNX model: both inputs side by side, times the weights."""
    n_inputs, n_outputs = weights.shape
    real, whole = 1, 6

    def matrix(name: str, kind: int, width: int) -> bytes:
        shape = _message((1, _message((2, "n"))), (1, _message((1, width))))
        return _message((1, name), (2, _message((1, _message((1, kind), (2, shape))))))

    def node(operator: str, inputs: list[str], output: str, **attributes: int) -> bytes:
        each = [(5, _message((1, name), (3, value), (20, 2))) for name, value in attributes.items()]
        return _message(*((1, name) for name in inputs), (2, output), (4, operator), *each)

    constant = _message(
        (1, n_inputs), (1, n_outputs), (2, real), (8, "weights"),
        (9, weights.astype("<f4").tobytes()),
    )  # fmt: skip
    graph = _message(
        (1, node("Cast", ["x_cat"], "codes", to=real)),
        (1, node("Concat", ["codes", "x_cont"], "both", axis=1)),
        (1, node("MatMul", ["both", "weights"], "output")),
        (2, "linear"), (5, constant),
        (11, matrix("x_cat", whole, len(CATEGORIES))),
        (11, matrix("x_cont", real, len(NUMBERS))),
        (12, matrix("output", real, n_outputs)),
    )  # fmt: skip
    return _message((1, 8), (8, _message((1, ""), (2, 13))), (7, graph))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A surrogate whose accuracy is the subsample, and so on."""
    scenario = tmp_path / "yahpo" / "rbv2_xgboost"
    scenario.mkdir(parents=True)
    hyperparameters = [
        {"name": name, "type": kind, "log": log, "lower": low, "upper": high}
        for name, (kind, log, low, high) in NUMBERS.items()
    ]
    hyperparameters += [
        {"name": name, "type": "categorical", "choices": choices}
        for name, choices in CATEGORIES.items()
    ]
    space = {"hyperparameters": hyperparameters, "conditions": CONDITIONS}
    (scenario / "config_space.json").write_text(json.dumps(space))
    codes = {
        name: {choice: code for code, choice in enumerate(["#na#", *choices])}
        for name, choices in CATEGORIES.items()
    }
    (scenario / "encoding.json").write_text(json.dumps(codes))
    weights = np.zeros((len(INPUTS), len(OUTPUTS)))
    for output, name, weight in (
        ("acc", "subsample", 1.0),
        ("bac", "trainsize", 2.0),
        ("auc", "task_id", 0.25),
        ("logloss", "rate_drop", 1.0),
        ("timetrain", "repl", 0.5),
        ("timepredict", "subsample", -1.0),
        ("f1", "subsample", 1.0),
    ):
        weights[INPUTS.index(name), OUTPUTS.index(output)] = weight
    (scenario / "model.onnx").write_bytes(_onnx_of_linear_map(weights))
    return scenario.parent


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    pytest.importorskip("onnxruntime")
    return HistoryStore(tmp_path / "history")


def test_scores_are_the_surrogates_and_keep_the_range(folder: Path, store: HistoryStore) -> None:
    assert import_yahpo(folder, store, configurations=40) == (80, 2)
    rows = store.runs(source="yahpo.rbv2_xgboost").to_pylist()
    assert {(row["dataset"], row["openml_id"], row["task"]) for row in rows} == {
        ("openml-31", 31, "binary"), ("openml-54", 54, "multiclass")
    }  # fmt: skip
    for row in rows:
        original = json.loads(row["original"])
        assert row["accuracy"] == pytest.approx(original["subsample"])
        assert row["balanced_accuracy"] == 1.0  # 2 without the clipping
        assert row["roc_auc"] == {31: 0.25, 54: 0.5}[row["openml_id"]]
        assert row["log_loss"] == pytest.approx(original.get("rate_drop", 0.0))
        assert (row["fit_seconds"], row["predict_seconds"]) == (5.0, 0.0)
        assert row["f1_macro"] is None
        assert row["status"] == "ok"
    by_dataset = [
        {row["original"] for row in rows if row["openml_id"] == openml_id} for openml_id in (31, 54)
    ]
    assert by_dataset[0] == by_dataset[1]
    assert len(by_dataset[0]) == 40


def test_only_what_counts_is_drawn(folder: Path, store: HistoryStore) -> None:
    import_yahpo(folder, store, configurations=60)
    for text in store.runs(columns=["original"])["original"].to_pylist():
        draw = json.loads(text)
        assert ("rate_drop" in draw) == (draw["booster"] == "dart")
        assert ("eta" in draw) == (draw["booster"] != "gblinear")
        assert not {"task_id", "trainsize", "repl"} & set(draw)
        for name in set(draw) - set(CATEGORIES):
            kind, _, low, high = NUMBERS[name]
            assert low <= draw[name] <= high
            assert isinstance(draw[name], int) == (kind == "uniform_int")


def test_only_what_the_base_learner_takes_gets_its_name(folder: Path, store: HistoryStore) -> None:
    import_yahpo(folder, store, configurations=200)
    import_yahpo(folder, store, configurations=30, suggestable=True)
    learner, n_ours = get_learner("xgboost"), 0
    for row in store.runs(columns=["algorithm", "hyperparameters", "original"]).to_pylist():
        values, original = json.loads(row["hyperparameters"]), json.loads(row["original"])
        if row["algorithm"] == "xgboost":
            n_ours += 1
            assert learner.complete(values) == values
            assert (original["booster"], original["gamma"] <= 1e-3) == ("gbtree", True)
            assert values["reg_lambda"] == original["lambda"]
            assert values["n_estimators"] == original["nrounds"]
        else:
            assert (row["algorithm"], values) == ("rbv2.xgboost", original)
    assert n_ours >= 60


def test_nothing_is_imported_twice(folder: Path, store: HistoryStore) -> None:
    import_yahpo(folder, store, configurations=20)
    assert import_yahpo(folder, store, configurations=20) == (0, 0)
    assert import_yahpo(folder, store, configurations=25) == (10, 2)
    assert import_yahpo(folder, store, configurations=5, seed=1) == (10, 2)
    rows = store.runs(columns=["dataset", "original"]).to_pylist()
    assert len({(row["dataset"], row["original"]) for row in rows}) == len(rows) == 60


def test_an_import_that_was_stopped_is_finished(folder: Path, store: HistoryStore) -> None:
    import_yahpo(folder, store, configurations=20)
    (part,) = store.folder.glob("runs/*/task=multiclass/part-*")
    part.unlink()
    assert import_yahpo(folder, store, configurations=20) == (20, 1)


def test_memory_is_bounded_by_parts(
    folder: Path, store: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metarec.history.sources.yahpo._AT_ONCE", 8)
    seen = []
    import_yahpo(folder, store, configurations=20, progress=lambda *now: seen.append(now))
    assert seen == [(8, 20), (16, 20), (20, 20)]
    assert len(list(store.folder.rglob("part-*"))) == 6
    whole = HistoryStore(store.folder.with_name("whole"))
    monkeypatch.undo()
    import_yahpo(folder, whole, configurations=20)
    names = ["dataset", "original", *METRICS]
    order = [("dataset", "ascending"), ("original", "ascending")]
    assert store.runs(columns=names).sort_by(order) == whole.runs(columns=names).sort_by(order)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("config_space.json", b"{", "is not YAHPO's rbv2_xgboost"),
        ("config_space.json", b'{"hyperparameters": [], "conditions": []}', "is missing"),
        ("encoding.json", b'{"task_id": {}, "booster": {}, "num.impute.selected.cpo": {}}',
         "encoding.json has no code of '31'"),
        ("encoding.json", None, "encoding.json' cannot be read"),
        ("model.onnx", b"rubbish", "is no ONNX model"),
        ("model.onnx", None, "model.onnx' cannot be read"),
    ],
)  # fmt: skip
def test_damaged_files_are_named(
    folder: Path, store: HistoryStore, file: str, content: bytes | None, words: str
) -> None:
    path = folder / "rbv2_xgboost" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(HistoryError, match=words) as caught:
        import_yahpo(folder, store, configurations=1)
    assert len(str(caught.value).splitlines()) == 1


def test_a_model_of_something_else(folder: Path, store: HistoryStore) -> None:
    path = folder / "rbv2_xgboost" / "model.onnx"
    path.write_bytes(_onnx_of_linear_map(np.zeros((len(INPUTS), 3))))
    with pytest.raises(HistoryError, match="is not the model of rbv2_xgboost"):
        import_yahpo(folder, store, configurations=1)


def test_without_the_package(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(HistoryError, match=r"pip install \"metarec\[yahpo\]\""):
        import_yahpo(folder, HistoryStore(tmp_path / "history"), configurations=1)


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="holds no folder rbv2_xgboost"):
        import_yahpo(tmp_path, HistoryStore(tmp_path), configurations=1)
    with pytest.raises(UsageError, match="at least 1"):
        import_yahpo(tmp_path, HistoryStore(tmp_path), configurations=0)
