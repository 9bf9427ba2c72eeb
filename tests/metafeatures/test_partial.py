"""Reading in batches and merging tell the same as reading at once."""

import io
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from metafeatures import (
    MetaFeatures,
    Partial,
    Table,
    TableError,
    TargetError,
    _progress,
    as_table,
    catalogue,
    extract,
    extract_many,
    merge,
    partial,
)
from metafeatures._intermediates.counts import class_counts
from metafeatures._streaming import csv_blocks, levels, reading, sample, sources
from metafeatures._streaming.outline import outline, sample_table

RNG = np.random.default_rng(3)
N = 3000
BLANK = RNG.random((N, 4)) < 0.05


def _mixed() -> pa.Table:
    strings = RNG.choice(["u", "v", "w"], N).astype(object)
    strings[BLANK[:, 0]] = None
    floats = RNG.normal(size=N)
    floats[BLANK[:, 1]] = np.nan
    floats[7] = np.inf
    target = RNG.choice(["p", "q", "r"], N, p=[0.6, 0.3, 0.1]).astype(object)
    target[BLANK[:, 2]] = None
    return pa.table(
        {
            "float": floats,
            "skewed": pa.array(RNG.exponential(size=N).astype(np.float32)),
            "target": pa.array(target, pa.string()),
            "whole": pa.array(RNG.integers(0, 9, N), mask=BLANK[:, 3]),
            "binary": RNG.integers(0, 2, N).astype(np.int8),
            "string": pa.array(strings, pa.string()),
            "category": pa.array(RNG.choice(["a", "b"], N)).dictionary_encode(),
            "boolean": pa.array(RNG.random(N) < 0.5, mask=BLANK[:, 1]),
            "date": pa.array(RNG.integers(0, 10**9, N), pa.timestamp("s")),
            "text": pa.array([f"note {i}" if i % 3 else None for i in range(N)]),
            "blank": pa.nulls(N, pa.string()),
            "nothing": pa.nulls(N),
            "constant": np.full(N, 0.1),
        }
    )


MIXED = _mixed()
CHEAP = ["general", "statistical", "info-theory"]


def sampled(numbers: MetaFeatures) -> set[str]:
    return {name for name, text in numbers.measured_on.items() if text.startswith("a sample of")}


def exact_names() -> list[str]:
    """What can be told without a row, learnt from a table of which few rows are kept."""
    small = partial(MIXED, target="target")
    small.sample.most = 100
    numbers = extract(small, groups=CHEAP)
    return [name for name in numbers if name not in sampled(numbers)]


EXACT = exact_names()


def exact(numbers: Any) -> dict[str, float]:
    return {name: numbers[name] for name in EXACT}


def same_blocks(table: Table, other: Table) -> None:
    assert (table.names, table.kinds, table.levels) == (other.names, other.kinds, other.levels)
    assert np.array_equal(table.numeric, other.numeric, equal_nan=True)
    assert np.array_equal(table.text_missing, other.text_missing)
    for codes, others in zip(table.codes.T, other.codes.T, strict=True):
        assert len({*zip(codes.tolist(), others.tolist(), strict=True)}) == len({*codes.tolist()})


def test_what_is_exact() -> None:
    assert {"nr_inst", "class_ent", "symbols.max", "skewness.mean", "nr_inst_missing"} <= {*EXACT}
    assert "attr_ent.mean" not in EXACT


@pytest.mark.parametrize("target", ["target", None, "float", "whole", "boolean", "date"])
def test_a_table_whose_rows_are_all_kept_is_the_table(target: str | None) -> None:
    known = partial(MIXED[:1500], target=target)
    numbers = extract(known)
    whole = extract(MIXED[:1500], target=target)
    assert not sampled(numbers)
    assert numbers.skipped == whole.skipped
    assert dict(numbers) == pytest.approx(dict(whole), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("target", ["target", None, "float", "whole", "boolean", "date"])
@pytest.mark.parametrize("edges", [[1000], [1, 2, 64, 2999], list(range(0, N, 157))[1:]])
def test_merged_parts_tell_the_exact_values_of_the_whole(
    target: str | None, edges: list[int]
) -> None:
    limits = [0, *edges, N]
    parts = [partial(MIXED[a:b], target=target, name=f"{a:05}") for a, b in pairwise(limits)]
    for part in parts:
        part.sample.most = 50
    whole = extract(MIXED, target=target, groups=CHEAP)
    orders = [parts, parts[::-1], [merge(parts[:2]), *parts[2:]]]
    samples = []
    for order in orders:
        merged = merge(order)
        numbers = extract(merged, groups=CHEAP)
        names = [name for name in numbers if name not in sampled(numbers)]
        found, expected = ({name: of[name] for name in names} for of in (numbers, whole))
        assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)
        part = f"a sample of 50 of {whole['nr_inst']:,.0f} rows"
        assert all(text.startswith(part) for text in numbers.measured_on.values())
        piece = merged.sample.sifted()
        samples.append([piece.part.tolist(), piece.row.tolist()])
        assert len(piece) == 50
    assert samples[0] == samples[1] == samples[2]


@pytest.mark.parametrize("n_jobs", [1, 3])
@pytest.mark.parametrize("rows", [61, 1000, 5000])
def test_batches_and_threads_do_not_change_the_sample(
    monkeypatch: pytest.MonkeyPatch, rows: int, n_jobs: int
) -> None:
    monkeypatch.setattr(sample, "SAMPLE_ROWS", 200)
    expected = partial(MIXED, target="target", name="x")
    monkeypatch.setattr(sources, "BATCH_ROWS", rows)
    monkeypatch.setattr(sources, "LEAST_ROWS", 1)
    found = partial(MIXED, target="target", name="x", n_jobs=n_jobs)
    a, b = found.sample.sifted(), expected.sample.sifted()
    assert np.array_equal(a.row, b.row)
    assert len(a) == 200
    assert a.priority.tolist() == b.priority.tolist()
    # It is a uniform sample: of every half of the rows about a half.
    assert 60 < np.count_nonzero(a.row < N // 2) < 140
    assert exact(extract(found, groups=CHEAP)) == pytest.approx(
        exact(extract(expected, groups=CHEAP)), rel=1e-9, nan_ok=True
    )
    other = partial(MIXED, target="target", name="x", random_state=1)
    assert not np.array_equal(other.sample.sifted().row, b.row)


def test_a_sample_is_some_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "SAMPLE_ROWS", 200)
    known = partial(MIXED, target="target")
    rows = known.sample.sifted().row
    numbers = extract(known, groups=["info-theory", "landmarking"], random_state=4)
    chosen = extract(
        MIXED.take(rows).drop_columns(["text", "blank", "nothing"]),
        target="target",
        groups=["landmarking"],
        random_state=4,
    )
    found = {name: numbers[name] for name in chosen}
    assert found == pytest.approx(dict(chosen), nan_ok=True)
    assert sampled(numbers) == {*numbers} - {*numbers.skipped, "class_ent"}


@pytest.mark.parametrize("ending", ["parquet", "feather", "arrow", "csv", "csv.gz"])
def test_every_format(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"table.{ending}"
    write(MIXED, path)
    whole = extract(path, target="target", groups=CHEAP)
    stream_all(monkeypatch)
    numbers = extract(path, target="target", groups=CHEAP, n_jobs=2)
    assert all("a sample of 300 of" in text for text in numbers.measured_on.values())
    assert numbers.measured_on
    assert exact(numbers) == pytest.approx(exact(whole), rel=1e-9, nan_ok=True)


def write(table: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=700)
    elif path.suffix == ".feather":
        feather.write_feather(table, path, chunksize=700)
    elif path.suffix == ".arrow":
        with pa.ipc.new_stream(path, table.schema) as stream:
            stream.write_table(table, max_chunksize=700)
    else:
        table.to_pandas().to_csv(path, index=False)


def test_folders_and_lists_are_one_table(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    paths = [tmp_path / "a.parquet", tmp_path / "b" / "a.parquet", tmp_path / "c.parquet"]
    for i, path in enumerate(paths):
        pq.write_table(MIXED[1000 * i : 1000 * (i + 1)], path)
    whole = dict(extract(MIXED, target="target", groups=CHEAP))
    for X in (tmp_path, str(tmp_path), paths, [str(path) for path in paths]):
        found = extract(X, target="target", groups=CHEAP)
        assert dict(found) == pytest.approx(whole, rel=1e-9, nan_ok=True)
        assert partial(X).parts == ("a.parquet", "b/a.parquet", "c.parquet")
    with pytest.raises(TableError, match="leave out name"):
        partial(tmp_path, name="x")


def stream_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `extract` read every file in batches of 500 rows, and keep 300 rows."""
    monkeypatch.setattr("metafeatures._streaming.choice.STREAM_BYTES", 1000)
    monkeypatch.setattr("metafeatures._streaming.reading.STREAM_BYTES", 1000)
    monkeypatch.setattr(sample, "SAMPLE_ROWS", 300)
    monkeypatch.setattr(sources, "BATCH_ROWS", 500)


@pytest.mark.parametrize("columns", [["float", "target", "whole"], ["float", "whole"]])
@pytest.mark.parametrize("task", ["auto", "classification"])
def test_the_target_is_found_as_in_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: list[str], task: str
) -> None:
    path = tmp_path / "table.parquet"
    write(MIXED.select(columns), path)
    options = {"find_target": True, "task": task, "features": ["nr_inst", "nr_class"]}
    whole = extract(path, **options)
    stream_all(monkeypatch)
    numbers = extract(path, **options)
    assert dict(numbers) == pytest.approx(dict(whole), rel=1e-9, nan_ok=True)
    assert numbers.source == whole.source == str(path)
    for name in ("name", "task", "classes", "reason", "name_reason", "n_missing"):
        assert getattr(numbers.target, name) == getattr(whole.target, name), name
    assert len(numbers.target.codes) == len(numbers.target.values) == 0
    with pytest.raises(TargetError, match="no task 'guess'"):
        extract(path, task="guess")


def test_many_tables_are_read_likewise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    for i in range(2):
        write(MIXED[1500 * i : 1500 * (i + 1)], tmp_path / "parts" / f"{i}.parquet")
    write(MIXED, tmp_path / "whole.parquet")
    tables = ["whole.parquet", "parts", ["parts/0.parquet", "parts/1.parquet"]]
    stream_all(monkeypatch)
    found = extract_many(
        tables, find_target=True, features=["nr_inst", "mean", "median"], journal="journal"
    )
    assert found["error"].tolist() == [""] * 3
    assert found["target"].tolist() == ["target"] * 3
    assert found["nr_inst"].tolist() == [np.count_nonzero(~BLANK[:, 2])] * 3
    assert found["mean.mean"].tolist() == pytest.approx([found["mean.mean"][0]] * 3)
    write(MIXED[:10], tmp_path / "parts" / "1.parquet")
    found = extract_many(
        tables, find_target=True, features=["nr_inst", "mean", "median"], journal="journal"
    )
    assert found["nr_inst"][0] > found["nr_inst"][1] == found["nr_inst"][2]


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_the_time_limit_stops_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, n_jobs: int
) -> None:
    path = tmp_path / f"table.{ending}"
    write(MIXED, path)
    stream_all(monkeypatch)
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", 20_000)
    batches: list[int] = []
    read_batch = reading._read_batch

    def slow(*arguments: Any) -> Partial:
        batches.append(len(batches))
        sleep(0.02)
        return read_batch(*arguments)

    monkeypatch.setattr(reading, "_read_batch", slow)
    numbers = extract(path, target="target", time_limit=0.03, n_jobs=n_jobs)
    assert set(numbers.skipped) == set(numbers)
    assert set(numbers.skipped.values()) == {"the time limit of 0.03 seconds was over"}
    assert len(batches) < 6
    assert (numbers.source, numbers.target) == (str(path), None)
    numbers = extract([path], target="target", time_limit=0.0)
    assert (len(numbers.skipped), numbers.source) == (len(numbers), str(path))


def test_reading_shows_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    read_batch = reading._read_batch

    def slow(*arguments: Any) -> Partial:
        sleep(0.05)
        return read_batch(*arguments)

    path = tmp_path / "table.parquet"
    write(MIXED, path)
    stream_all(monkeypatch)
    monkeypatch.setattr(reading, "_read_batch", slow)
    monkeypatch.setattr(_progress, "DELAY", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    for read in (partial, lambda *given, **named: extract(*given, groups=["general"], **named)):
        monkeypatch.setattr(sys, "stderr", Terminal())
        read(path, verbose=True)
        assert "rows read" in sys.stderr.getvalue()
    assert f"/{N}" in sys.stderr.getvalue()


def test_frames_and_streams() -> None:
    frame = MIXED.to_pandas()
    whole = partial(MIXED, target="target")
    reader = pa.RecordBatchReader.from_batches(MIXED.schema, MIXED.to_batches(100))
    for X in (frame, pl.from_arrow(MIXED), pl.from_arrow(MIXED).lazy(), reader):
        numbers = extract(partial(X, target="target"), groups=CHEAP)
        assert exact(numbers) == pytest.approx(
            exact(extract(whole, groups=CHEAP)), rel=1e-9, nan_ok=True
        )


@pytest.mark.parametrize("target", ["target", "float", None])
def test_round_trip(tmp_path: Path, target: str | None) -> None:
    known = partial(MIXED[:600], target=target)
    known.save(tmp_path / "one")
    again = Partial.load(tmp_path / "one")
    assert repr(again) == repr(known)
    names = ["nr_inst", "mean", "kurtosis", "median", "cor", "class_ent", "attr_ent", "one_nn"]
    found, expected = extract(again, features=names), extract(known, features=names)
    assert dict(found) == pytest.approx(dict(expected), rel=0, nan_ok=True)
    more = partial(MIXED[:600], target=target, name="more")
    expected = extract(merge([known, more]), features=names)
    found = extract(merge([again, more]), features=names)
    assert dict(found) == pytest.approx(dict(expected), rel=0, nan_ok=True)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "known"
    with pytest.raises(TableError, match="no file"):
        Partial.load(path)
    partial(MIXED, target="target").save(path)
    content = path.read_bytes()
    for broken in (b"", b"PK", content[:-30], content[: len(content) // 2], b"x" * 99):
        path.write_bytes(broken)
        with pytest.raises(TableError, match="damaged"):
            Partial.load(path)
    for place in (200, len(content) // 2, len(content) - 400):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        path.write_bytes(flipped)
        with pytest.raises(TableError, match="damaged"):
            Partial.load(path)


@pytest.mark.parametrize(
    ("document", "message"),
    [("{}", "damaged"), ("[", "damaged"), ('{"version": 9}', "version 9"), ("[1]", "damaged")],
)
def test_other_archives_are_refused(tmp_path: Path, document: str, message: str) -> None:
    path = tmp_path / "known"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("partial.json", document)
        archive.writestr("sample.arrow", b"")
    with pytest.raises(TableError, match=message):
        Partial.load(path)


def test_parts_that_do_not_fit() -> None:
    one = partial(pa.table({"a": [1, 2], "y": ["p", "q"]}), target="y", name="one")
    for table, settings, message in (
        ({"a": [1], "y": ["p"]}, {"target": "y", "name": "one"}, "'one' occurs twice"),
        ({"a": [1], "y": ["p"]}, {"target": "a"}, "targets 'y' and 'a'|'a' and 'y'"),
        ({"a": [1], "y": ["p"]}, {"target": "y", "task": "binary"}, "tasks"),
        ({"a": [1], "y": ["p"]}, {"target": "y", "random_state": 1}, "seeds"),
        ({"b": [1], "y": ["p"]}, {"target": "y"}, "column 'a' in one of them only"),
        ({"a": ["x"], "y": ["p"]}, {"target": "y"}, "'a' holds numbers .* strings"),
        ({"a": [1], "y": [True]}, {"target": "y"}, "'y' holds strings .* booleans"),
    ):
        with pytest.raises(TableError, match=message):
            merge([one, partial(pa.table(table), **{"name": "two", **settings})])
    with pytest.raises(TableError, match="nothing to merge"):
        merge([])


def test_a_column_may_be_empty_in_one_part() -> None:
    tables = [
        pa.table({"a": pa.nulls(3), "b": ["x", "y", None], "y": [1, 0, 1]}),
        pa.table({"a": ["u", "v", "u"], "b": pa.nulls(3), "y": [1, 0, 0]}),
        pa.table({"a": ["v", "w", "u"], "b": pa.nulls(3, pa.string()), "y": pa.nulls(3)}),
    ]
    parts = [partial(table, target="y", name=str(i)) for i, table in enumerate(tables)]
    numbers = extract(merge(parts), groups=CHEAP)
    whole = extract(pa.concat_tables(tables, promote_options="default"), target="y", groups=CHEAP)
    assert dict(numbers) == pytest.approx(dict(whole), rel=1e-9, nan_ok=True)


def test_many_levels_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [f"level {i % 700}" for i in range(N)]
    table = pa.table({"a": range(N), "b": cells, "y": cells})
    assert extract(partial(table), features=["nr_cat"])["nr_cat"] == 2
    monkeypatch.setattr("metafeatures._streaming.states.MAX_LEVELS", 600)
    monkeypatch.setattr(sources, "BATCH_ROWS", 500)
    known = partial(table)
    assert extract(known, groups=["general"])["nr_text"] == 2
    halves = merge([partial(table[:500], name="a"), partial(table[500:], name="b")])
    assert extract(halves, groups=["general"])["nr_text"] == 2
    with pytest.raises(TargetError, match="more than 10,000 classes"):
        extract(partial(table, target="y"), groups=["general"])
    monkeypatch.undo()
    monkeypatch.setattr(levels, "LABEL_BYTES", 5000)
    assert extract(partial(table), features=["nr_text"])["nr_text"] == 2


@pytest.mark.parametrize(
    "values",
    [
        [0, 1, 2] * 20,
        list(range(60)),
        list(range(30)) * 2,
        [0.5, 1.5] * 30,
        [0.5, 1.5, 2.5] * 20,
        [1.0, 2.0, None] * 20,
        [1.0, 2.5, 3.5, None] * 15,
        [True, False, None] * 20,
        ["1", "2", "10"] * 20,
    ],
)
@pytest.mark.parametrize("task", ["auto", "classification", "binary", "multiclass", "regression"])
def test_the_task_is_that_of_the_table(values: list[Any], task: str) -> None:
    table = pa.table({"a": RNG.normal(size=60), "y": values})
    parts = [table[:20], table[20:40], table[40:]]
    known = merge(
        [partial(part, target="y", task=task, name=str(i)) for i, part in enumerate(parts)]
    )
    known.sample.most = 30
    message = ""
    try:
        expected = as_table(table, target="y", task=task).target
    except TargetError as error:
        message = str(error).partition(": ")[2]
    if message:
        with pytest.raises(TargetError) as caught:
            extract(known)
        assert str(caught.value).endswith(message)
        return
    whole, values = outline(known)
    for found in (whole.target, sample_table(known, whole.target).target):
        for field in ("name", "task", "reason", "name_reason", "n_missing"):
            assert getattr(found, field) == getattr(expected, field), field
    assert whole.target.classes == expected.classes
    if expected.task != "regression":
        counts = np.bincount(expected.codes, minlength=expected.n_classes)
        assert values[class_counts].tolist() == counts.tolist()


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("1", "2.5"),
        ("1", "x"),
        ("2.5", "x"),
        ("", "3"),
        ("", "3.5"),
        ("", "2020-01-01"),
        ("", "x"),
        ("2020-01-01", "2020-01-01 10:00:00"),
        ("2020-01-01", "x"),
        ("true", "7"),
        ("u", "ü"),
    ],
)
@pytest.mark.parametrize(("encoding", "threads"), [("utf-8", 1), ("latin-1", 2)])
def test_types_of_a_text_file_widen(
    tmp_path: Path,
    first: str,
    later: str,
    encoding: str,
    threads: int,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    # pyarrow words its errors in another way on a single thread.
    before = pa.cpu_count()
    request.addfinalizer(lambda: pa.set_cpu_count(before))
    pa.set_cpu_count(threads)
    path = tmp_path / "table.csv"
    rows = [f"{i},{first}" for i in range(900)] + [f"{i},{later}" for i in range(900)]
    path.write_text("\n\na,b\n" + "\n".join(rows) + "\n", encoding=encoding)
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", 2000)
    monkeypatch.setattr(csv_blocks, "HEAD_BYTES", 2000)
    table = as_table(path)
    known = partial(path)
    numbers, whole = extract(known, groups=CHEAP), extract(table, groups=CHEAP)
    assert dict(numbers) == pytest.approx(dict(whole), rel=1e-9, nan_ok=True)
    assert numbers["nr_inst"] == 1800


def test_rows_of_a_sample_do_not_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"x": [1.0, 2.0] * 50, "y": ["p", "q"] * 50})
    monkeypatch.setattr("metafeatures._streaming.sample.SAMPLE_ROWS", 40)
    found = extract(partial(table, target="y"), features=["auto_correlation"])
    assert found.skipped == {"auto_correlation": "the rows of a sample do not follow each other"}
    assert extract(table, target="y", features=["auto_correlation"])["auto_correlation"] == 0.0


def test_text_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", 2000)
    path = tmp_path / "table.csv"
    for content, message in (
        ("a,b\n" + "1,2\n" * 900 + "1,2,3\n" + "1,2\n" * 900, "3 cells where the header has 2"),
        ("a,b\n" + "1,2\n" * 9 + "1," + "x" * 9000 + "\n", "cannot be read"),
        ("a,b\n", "no rows"),
        ("\n\n", "is empty"),
        ("1,2\n3,4\n", "looks like data"),
        ("a,a\n3,4\n", "two columns called 'a'"),
        ("a\0,b\n3,4\n", "is not text"),
    ):
        path.write_text(content)
        with pytest.raises(TableError, match=message) as caught:
            partial(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_other_inputs_that_cannot_be_read(tmp_path: Path) -> None:
    nested = pa.table({"a": [1, 2], "b": [[1], [2]]})
    pq.write_table(nested, tmp_path / "nested.parquet")
    pq.write_table(MIXED[:0], tmp_path / "empty.parquet")
    pq.write_table(MIXED, tmp_path / "cut.parquet")
    content = (tmp_path / "cut.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[:-99])
    (tmp_path / "cut.feather").write_bytes(content)
    (tmp_path / "table.arff").write_text("@relation x\n")
    (tmp_path / "folder").mkdir()
    for X, settings, message in (
        (tmp_path / "nested.parquet", {}, "nested.parquet: column 'b' holds nested"),
        (tmp_path / "empty.parquet", {}, "has no rows"),
        (tmp_path / "cut.parquet", {}, "cut.parquet cannot be read"),
        (tmp_path / "cut.feather", {}, "cut.feather cannot be read"),
        (tmp_path / "table.arff", {}, "in pieces"),
        (tmp_path / "folder", {}, "no Parquet files"),
        (tmp_path / "none.parquet", {}, "no file"),
        (MIXED, {"target": "targets"}, "did you mean 'target'"),
        (MIXED, {"target": "nothing"}, "no row has a value"),
        (MIXED, {"task": "guess"}, "no task 'guess'"),
        (pd.DataFrame({"a": [1, "x"]}), {}, "mixed types"),
        (7, {}, "type int"),
        (np.eye(3), {}, "numpy.ndarray"),
    ):
        with pytest.raises(TableError, match=message) as caught:
            extract(partial(X, **settings))
        assert "\n" not in str(caught.value)
    with pytest.raises(TargetError, match="has its target already"):
        extract(partial(MIXED), target="target")


DEGENERATE = {
    "one row": pa.table({"a": [1.0], "y": ["p"]}),
    "one class": pa.table({"a": RNG.normal(size=50), "y": ["p"] * 50}),
    "all missing": pa.table({"a": pa.nulls(50, pa.float64()), "y": ["p", "q"] * 25}),
    "huge": pa.table({"a": 1.7e308 * np.sign(RNG.normal(size=50)), "y": ["p", "q"] * 25}),
    "tiny": pa.table({"a": 1e-310 * RNG.normal(size=50), "y": ["p", "q"] * 25}),
    "text only": pa.table({"a": [f"word {i}" for i in range(50)], "y": ["p", "q"] * 25}),
    "no target": pa.table({"a": RNG.normal(size=50)}),
    "wide": pa.table({f"x{i}": RNG.normal(size=50) for i in range(90)} | {"y": ["p", "q"] * 25}),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_every_entry_of_a_table_that_is_not_kept(name: str) -> None:
    table = DEGENERATE[name]
    target = "y" if "y" in table.column_names else None
    known = partial(table, target=target)
    whole = extract(table, target=target)
    assert dict(extract(known)) == pytest.approx(dict(whole), rel=1e-9, nan_ok=True)
    known.sample.most = max(1, table.num_rows // 2)
    numbers = extract(known)
    for output in (output for entry in catalogue() for output in entry.outputs):
        assert np.isnan(numbers[output]) == (output in numbers.skipped), output
    exact_ones = {k: v for k, v in numbers.items() if k not in sampled(numbers)}
    assert exact_ones == pytest.approx({k: whole[k] for k in exact_ones}, rel=1e-9, nan_ok=True)
