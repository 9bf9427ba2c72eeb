"""The learning road from end to end: import, summary, train, suggest; and extract."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metarec.history.sources.oboe import published_names


@pytest.fixture
def oboe(tmp_path: Path) -> tuple[Path, Path]:
    generator = np.random.default_rng(0)
    runs, features = [], []
    for dataset in range(12):
        features.append(
            {
                "openml_dataset_id": dataset,
                **dict.fromkeys(published_names().values(), 2.0),
                "NumberOfInstances": 100.0 + 10 * dataset,
            }
        )
        runs += [
            {"openml_dataset_id": dataset, "algorithm": "KNN", "runtime_s": 1.0,
             "hyperparameters": json.dumps({"n_neighbors": k, "p": 2}),
             "balanced_error": generator.random()}
            for k in (1, 5, 9)
        ]  # fmt: skip
    paths = tmp_path / "runs.parquet", tmp_path / "features.parquet"
    for rows, path in zip((runs, features), paths, strict=True):
        pq.write_table(pa.Table.from_pylist(rows), path)
    return paths


def test_from_runs_to_suggestions(
    run, oboe: tuple[Path, Path], tmp_path: Path, examples: Path
) -> None:
    history, knowledge = tmp_path / "history", tmp_path / "new" / "knowledge.zip"
    done = run("history", "import", "oboe", *oboe, "--history", history)
    assert (done.code, done.err) == (0, "")
    assert "36 runs on 12 data sets" in done.out

    again = run("history", "import", "oboe", *oboe, "--history", history)
    assert again.code == 1
    assert "already" in again.err

    summary = json.loads(run("history", "summary", "--history", history, "--format", "json").out)
    assert (summary["runs"], summary["datasets"], summary["base_learners"]) == (36, 12, 1)

    trained = run("train", "--history", history, "--output", knowledge, "--metalearner",
                  "average_rank", "--format", "json")  # fmt: skip
    (expert,) = json.loads(trained.out)["experts"]
    assert (expert["metric"], expert["configurations"]) == ("balanced_accuracy", 3)

    suggested = run("suggest", examples / "iris.csv", "--knowledge", knowledge, "--format", "json")
    answer = json.loads(suggested.out)
    assert {item["algorithm"] for item in answer["suggestions"]} == {"knn"}
    assert answer["knowledge"]["sha256"] == json.loads(trained.out)["sha256"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--history", "nowhere", "--output", "k.zip"], "nowhere"),
        (["train", "--history", "nowhere", "--output", "."], "folder"),
        (["history", "summary", "--history", "nowhere"], "nowhere"),
        (["history", "import", "oboe", "a", "b", "--history", "h"], "'a'"),
    ],
)
def test_mistakes_get_one_line(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.code in {1, 2}
    assert len(done.err.strip().splitlines()) == 1
    assert words in done.err


def test_extract_writes_every_format(run, examples: Path, tmp_path: Path) -> None:
    for name in ("csv", "parquet", "json"):
        done = run("extract", examples / "iris.csv", "--groups", "general, info-theory", "--format",
                   name, "--output", tmp_path / f"found.{name}")  # fmt: skip
        assert (done.code, done.out, done.err) == (0, "", "")
    table = pd.read_csv(tmp_path / "found.csv", index_col=0)
    assert table.loc["nr_inst", "value"] == 150
    assert pd.read_parquet(tmp_path / "found.parquet").loc["nr_class", "value"] == 3
    assert json.loads((tmp_path / "found.json").read_text())["meta_features"]["nr_attr"] == 4
    assert "class_ent" in run("extract", examples / "iris.csv", "--time-limit", "1m").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--time-limit", "soon"],
        ["--groups", "generall"],
        ["--format", "parquet"],
        ["--output", "x.txt"],
        ["--format", "csv", "--output", "missing/folder/x.csv"],
    ],
)
def test_extract_mistakes_get_one_line(
    run, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("extract", examples / "iris.csv", *arguments)
    assert done.code in {1, 2}
    assert len(done.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["history"], ["history", "import"]])
def test_a_group_alone_shows_its_help(run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "Commands:" in done.out + done.err
