"""The written source builds the same pipeline, and the script runs as it is."""

import ast
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_score

from metarec.learners import (
    BaseLearner,
    Configuration,
    LearnerError,
    TableShape,
    default,
    make_pipeline,
    register_learner,
    script,
    space_filling,
    to_source,
)

KNN = Configuration("knn", {"n_neighbors": 3})


def _frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    species = np.array(["ape", "bee", "cat"])[np.arange(60) % 3]
    frame = pd.DataFrame(
        {
            "length": rng.normal(size=60) + np.arange(60) % 3,
            "colour": rng.choice(["red", "green"], 60),
            "species": species,
        }
    )
    frame.loc[3, ["length", "colour"]] = [np.nan, None]
    frame.loc[7, "species"] = None
    return frame


def _built(text: str):
    names: dict[str, object] = {}
    exec(compile(text, "source", "exec"), names)
    return names["pipeline"]


def _shown(pipeline) -> str:
    """All its parameters, without the address of what selects columns."""
    return re.sub(r" at 0x\w+", "", repr(pipeline))


@pytest.mark.parametrize("sparse", [False, True])
def test_source_builds_the_same_pipeline(learner, sparse):
    task = learner.tasks[0]
    for configuration in (default(learner), *space_filling(learner, 5)):
        text = to_source(configuration, task=task, sparse=sparse, random_state=3)
        assert "metarec" not in text
        assert max(map(len, text.splitlines())) <= 88
        assert text == to_source(configuration, task=task, sparse=sparse, random_state=3)
        expected = make_pipeline(configuration, task=task, sparse=sparse, random_state=3)
        assert _shown(_built(text)) == _shown(expected[0 if sparse else 1 :])


def test_source_predicts_the_same():
    frame = _frame().dropna(subset=["species"])
    X, y = frame.drop(columns="species"), frame["species"]
    for name in ("knn", "logistic_regression", "random_forest"):
        configuration = Configuration(name)
        written = _built(to_source(configuration)).fit(X, y).predict(X)
        assert list(written) == list(make_pipeline(configuration).fit(X, y).predict(X))


def test_source_takes_the_shape_into_account():
    shape = TableShape(n_rows=9, n_features=2, n_classes=2)
    assert "n_neighbors=3" in to_source(Configuration("knn"), shape=shape)


def _save_arff(frame: pd.DataFrame, path) -> None:
    cells = frame.astype(object).where(frame.notna(), "?")
    path.write_text(
        "@relation animals\n"
        "@attribute length numeric\n"
        "@attribute colour {red,green}\n"
        "@attribute species {ape,bee,cat}\n"
        "@data\n" + "\n".join(",".join(map(str, row)) for row in cells.to_numpy()) + "\n"
    )


SAVERS = {
    "animals.csv": lambda frame, path: frame.to_csv(path, index=False),
    "animals.csv.gz": lambda frame, path: frame.to_csv(path, index=False),
    "animals.TSV": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    'it\'s "odd".parquet': lambda frame, path: frame.to_parquet(path),
    "animals.feather": lambda frame, path: frame.to_feather(path),
    "animals.arff": _save_arff,
}


ENDING = "\nprint(*pipeline.predict(X))\n"


def _printed(text: str, capsys) -> str:
    exec(compile(text + ENDING, "script", "exec"), {})
    return capsys.readouterr().out


def test_script_runs_on_its_own(tmp_path):
    _frame().to_csv(tmp_path / "animals.csv", index=False)
    text = script(KNN, table="animals.csv", target="species")
    (tmp_path / "suggested.py").write_text(text + ENDING, encoding="utf-8")
    command = [sys.executable, "-W", "error", "suggested.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("balanced_accuracy: ")


@pytest.mark.parametrize("file", SAVERS)
def test_script_agrees(file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frame = _frame()
    SAVERS[file](frame, tmp_path / file)
    text = script(KNN, table=file, target="species")
    assert "import metarec" not in text
    assert "from metarec" not in text
    first, second = _printed(text, capsys).splitlines()

    known = frame.dropna(subset=["species"])
    X, y = known.drop(columns="species"), known["species"]
    pipeline = make_pipeline(KNN)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_val_score(pipeline, X, y, cv=folds, scoring="balanced_accuracy")
    assert first == f"balanced_accuracy: {scores.mean():.4f} +- {scores.std():.4f} in 5 folds"
    assert second.split() == list(pipeline.fit(X, y).predict(X))


def test_script_for_numbers_as_names(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frame = _frame()
    frame.set_axis(range(frame.shape[1]), axis=1).to_parquet(tmp_path / "animals.parquet")
    target = str(list(frame.columns).index("species"))
    text = script(KNN, table="animals.parquet", target=target)
    assert _printed(text, capsys).startswith("balanced_accuracy: ")


def test_script_with_a_separator(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    _frame().to_csv(tmp_path / "a.csv", index=False, sep=";")
    text = script(KNN, table="a.csv", target="species", separator=";")
    assert 'sep=";"' in text
    assert _printed(text, capsys).startswith("balanced_accuracy: ")


def test_scripts_are_python(learner):
    text = script(
        Configuration(learner.name),
        table="a.csv",
        target='it\'s a "target"\n',
        task=learner.tasks[0],
    )
    tree = ast.parse(text)
    targets = [
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "TARGET"
    ]
    assert targets == ['it\'s a "target"\n']
    assert max(map(len, text.splitlines())) < 100


@pytest.mark.parametrize(
    ("metric", "printed"), [(None, "r2: 0."), ("rmse", "neg_root_mean_squared_error: -")]
)
def test_script_for_regression(metric, printed, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frame = _frame()
    frame["weight"] = 3.0 * frame["length"] + 1.0
    frame.to_csv("a.csv", index=False)
    lightgbm = Configuration("lightgbm", {"encoding": "target", "min_child_samples": 5})
    for configuration in (KNN, lightgbm):
        text = script(
            configuration, table="a.csv", target="weight", task="regression", metric=metric
        )
        assert _printed(text, capsys).startswith(printed)


@pytest.mark.parametrize(
    ("changes", "law"),
    [
        ({"table": "a.xlsx"}, "can read CSV, TSV, Parquet, Feather and ARFF"),
        ({"table": "noname"}, "can read CSV"),
        ({"metric": 'x") + evil('}, "must be the name of a scorer"),
    ],
)
def test_impossible_scripts(changes, law):
    with pytest.raises(LearnerError, match=law):
        script(KNN, **{"table": "a.csv", "target": "y", **changes})


@pytest.mark.usefixtures("registry")
def test_an_estimator_that_cannot_be_written_says_so():
    from sklearn.neighbors import KNeighborsClassifier

    register_learner(
        BaseLearner(
            name="odd",
            summary="Weights that live in a lambda.",
            space=lambda shape: {},
            defaults={},
            build=lambda hyperparameters, seed: KNeighborsClassifier(weights=lambda d: d),
        )
    )
    with pytest.raises(LearnerError, match="cannot be imported"):
        to_source(Configuration("odd"))
