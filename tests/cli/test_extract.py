"""`metarec extract`: one table, many tables, the catalogue."""

import csv
import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from metafeatures import catalogue, extract


@pytest.fixture
def folder(tmp_path: Path, examples: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two good tables and an empty one, in the current folder."""
    for name in ("wine.csv", "iris.csv"):
        shutil.copy(examples / name, tmp_path / name)
    (tmp_path / "empty.csv").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_features_summaries_and_rows(run, examples) -> None:
    arguments = ("--features", "skewness,one_nn.mean,nr_inst", "--summaries", "median,iq_range")
    done = run("extract", examples / "wine.csv", "--format", "json", "--max-rows", 90, *arguments)
    found = json.loads(done.out)
    names = ["nr_inst", "skewness.median", "skewness.iq_range", "one_nn.mean"]
    assert list(found["meta_features"]) == names
    assert found["measured_on"] == {"one_nn.mean": "90 of 178 rows"}
    table = run("extract", examples / "wine.csv", "--max-rows", 90, *arguments)
    assert "90 of 178 rows: one_nn.mean" in table.out
    exact = run("extract", examples / "wine.csv", "--max-rows", "all", *arguments)
    assert "measured on" not in exact.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--max-rows", "1"], "'1' is no number of rows; write 2 or more, or all"),
        (["--max-rows", "many"], "'many' is no number of rows"),
        (["--features", "nr_insts"], "did you mean 'nr_inst'"),
        (["--summaries", "meen"], "did you mean 'mean'"),
        (["--jobs", "0"], "n_jobs must be -1 or at least 1"),
        (["--format", "parquet"], "--format parquet needs --output FILE"),
    ],
)
@pytest.mark.parametrize("n_tables", [1, 2])
def test_wrong_use(run, examples, arguments, message, n_tables) -> None:
    done = run("extract", *[examples / "wine.csv"] * n_tables, *arguments)
    assert done.code == 2
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_no_table(run) -> None:
    assert run("extract").code == 2
    assert "TABLES" in run("extract").err


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("output_format", ["csv", "json", "parquet"])
def test_a_corpus(run, folder, output_format: str, jobs: int) -> None:
    output = f"out.{output_format}"
    tables = ["wine.csv", "empty.csv", "iris.csv"]
    done = run("extract", *tables, "--format", output_format, "--output", output, "--jobs", jobs)
    assert done.code == 1
    assert done.err == "metarec: empty.csv is empty; write a header line and rows into it\n"
    assert not list(folder.glob("out*.*.*"))
    if output_format == "json":
        rows = json.loads((folder / output).read_text())
        numbers = [row["meta_features"] for row in rows]
    else:
        read = pd.read_csv if output_format == "csv" else pd.read_parquet
        written = read(folder / output).fillna({"error": ""})
        rows = numbers = (written if output_format == "csv" else written.reset_index()).to_dict(
            "records"
        )
    assert [row["table"] for row in rows] == tables
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    expected = extract("wine.csv", target="class")
    for name, value in expected.items():
        if name not in expected.skipped:
            assert numbers[0][name] == pytest.approx(value, rel=1e-12)


def test_a_corpus_on_the_screen(run, folder) -> None:
    done = run("extract", "wine.csv", "iris.csv")
    assert done.code == 0
    assert [line.split()[:3] for line in done.out.splitlines()[1:]] == [
        ["wine.csv", "class", "multiclass"],
        ["iris.csv", "species", "multiclass"],
    ]
    rows = json.loads(run("extract", "wine.csv", "iris.csv", "--format", "json").out)
    assert rows[1]["meta_features"]["nr_inst"] == 150
    lines = list(csv.DictReader(io.StringIO(run("extract", "wine.csv", "iris.csv", "--format",
                                                "csv").out)))  # fmt: skip
    assert float(lines[0]["nr_inst"]) == 178


def test_a_target_for_all(run, folder) -> None:
    done = run("extract", "wine.csv", "iris.csv", "--target", "species", "--groups", "general")
    assert done.code == 1
    assert done.err.startswith("metarec: wine.csv has no column 'species' to predict")


def test_a_stopped_corpus_goes_on(run, folder, monkeypatch) -> None:
    arguments = ("wine.csv", "iris.csv", "--format", "csv", "--output", "out.csv")
    (folder / "out.csv").write_text("the old one")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", interrupted)
    assert run("extract", *arguments).code == 130
    assert (folder / "out.csv").read_text() == "the old one"
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("metafeatures._corpus._row", interrupted)  # nothing is done again
    assert run("extract", *arguments).code == 0
    assert len(pd.read_csv(folder / "out.csv")) == 2
    assert not (folder / "out.csv.journal").exists()


def test_an_interrupted_parquet_leaves_the_old_file_whole(run, folder, monkeypatch) -> None:
    arguments = ("wine.csv", "--format", "parquet", "--output", "out.parquet")
    assert run("extract", *arguments).code == 0
    before = (folder / "out.parquet").read_bytes()

    def broken(_: object, path: str) -> None:
        Path(path).write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", broken)
    done = run("extract", *arguments)
    assert done.code == 1
    assert done.err == "metarec: no space left on device\n"
    assert (folder / "out.parquet").read_bytes() == before
    assert not list(folder.glob("*.part"))


def test_the_catalogue(run) -> None:
    entries = catalogue()
    listed = json.loads(run("extract", "--list", "--format", "json").out)
    assert [entry["name"] for entry in listed] == [entry.name for entry in entries]
    assert listed[0]["elsewhere"]["nr_inst"]["FLAML"] == "NumberOfInstances"
    rows = list(csv.DictReader(io.StringIO(run("extract", "--list", "--format", "csv").out)))
    assert [row["definition"] for row in rows] == [entry.definition for entry in entries]
    general = run("extract", "--list", "--groups", "general").out.splitlines()
    assert len(general) == 1 + sum(entry.group == "general" for entry in entries)
    assert general[1].split()[:2] == ["nr_inst", "general"]


def test_the_catalogue_of_an_unknown_group(run) -> None:
    done = run("extract", "--list", "--groups", "generl")
    assert done.code == 2
    assert "did you mean 'general'" in done.err


def test_a_folder_and_a_big_file_are_read_in_batches(run, tmp_path, monkeypatch) -> None:
    frame = pd.DataFrame({"a": range(400), "class": ["p", "q"] * 200, "b": [0.5] * 400})
    (tmp_path / "parts").mkdir()
    for i in range(2):
        frame[200 * i : 200 * (i + 1)].to_parquet(tmp_path / "parts" / f"{i}.parquet")
    frame.to_parquet(tmp_path / "whole.parquet")
    monkeypatch.setattr("metafeatures._streaming.choice.STREAM_BYTES", 100)
    monkeypatch.setattr("metafeatures._streaming.reading.STREAM_BYTES", 100)
    monkeypatch.setattr("metafeatures._streaming.sample.SAMPLE_ROWS", 50)
    for name in ("parts", "whole.parquet"):
        done = run("extract", tmp_path / name, "--format", "json", "--features", "nr_inst,median")
        found = json.loads(done.out)
        assert (found["table"], found["target"]) == (str(tmp_path / name), "class")
        assert found["meta_features"]["nr_inst"] == 400
        assert found["measured_on"]["median.mean"] == "a sample of 50 of 400 rows"
        done = run("extract", tmp_path / name, "--groups", "general")
        assert "target class (the column is called 'class'), binary" in done.out
    done = run("extract", tmp_path / "parts", "--time-limit", "0s", "--features", "nr_inst")
    assert (done.code, "time limit" in done.out) == (0, True)
    done = run("extract", tmp_path / "parts", tmp_path / "whole.parquet", "--format", "json")
    assert [row["target"] for row in json.loads(done.out)] == ["class"] * 2
