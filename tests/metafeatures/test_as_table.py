"""Every kind of input gives the same table, and so the same numbers."""

import datetime
import decimal
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pytest
from scipy import sparse

from metafeatures import Table, as_table, extract

RNG = np.random.default_rng(0)
N = 60


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "a": RNG.normal(size=N).round(3),
            "b": RNG.integers(0, 9, N),
            "c": RNG.choice(list("xyz"), N),
            "d": RNG.random(N) > 0.5,
            "e": pd.date_range("2020-01-01", periods=N),
            "y": RNG.choice(["p", "q"], N),
        }
    )
    frame.loc[3, "a"] = np.nan
    frame.loc[4, "c"] = None
    return frame


@pytest.fixture(scope="module")
def expected(frame: pd.DataFrame) -> dict[str, float]:
    return dict(extract(frame, target="y"))


FRAMES = {
    "polars": pl.from_pandas,
    "polars lazy": lambda f: pl.from_pandas(f).lazy(),
    "polars categorical": lambda f: pl.from_pandas(f).with_columns(
        pl.col("c").cast(pl.Categorical)
    ),
    "arrow": pa.Table.from_pandas,
    "arrow in chunks": lambda f: pa.concat_tables(
        [pa.Table.from_pandas(f[:20]), pa.Table.from_pandas(f[20:])]
    ),
    "arrow dictionaries": lambda f: pa.Table.from_pandas(f.astype({"c": "category"})).slice(0, N),
    "nullable": lambda f: f.convert_dtypes(),
    "pandas on arrow": lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
    "category": lambda f: f.astype({"c": "category", "y": "category"}),
    "object": lambda f: f.astype(object),
    "unused category": lambda f: f.assign(c=pd.Categorical(f["c"], ["x", "never", "y", "z"])),
    "dict of lists": lambda f: {name: f[name].tolist() for name in f},
    "dict of arrays": lambda f: {name: f[name].to_numpy() for name in f},
    "dict of series": lambda f: dict(f.items()),
    "float32": lambda f: f.astype({"b": np.float32}),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames(kind: str, frame: pd.DataFrame, expected: dict[str, float]) -> None:
    assert dict(extract(FRAMES[kind](frame), target="y")) == pytest.approx(expected, nan_ok=True)


WRITERS = {
    "t.csv": lambda f, p: f.to_csv(p, index=False),
    "t.tsv": lambda f, p: f.to_csv(p, index=False, sep="\t"),
    "semicolon.csv": lambda f, p: f.to_csv(p, index=False, sep=";"),
    "pipe.txt": lambda f, p: f.to_csv(p, index=False, sep="|"),
    "mark.csv": lambda f, p: f.to_csv(p, index=False, encoding="utf-8-sig"),
    "question.csv": lambda f, p: f.to_csv(p, index=False, na_rep="?"),
    "windows.csv": lambda f, p: f.to_csv(p, index=False, lineterminator="\r\n"),
    "t.csv.gz": lambda f, p: p.write_bytes(gzip.compress(f.to_csv(index=False).encode())),
    "t.parquet": lambda f, p: f.to_parquet(p),
    "indexed.parquet": lambda f, p: f.set_axis(list(range(5, 5 + N))).to_parquet(p, index=True),
    "t.feather": lambda f, p: f.to_feather(p),
    "t.arrow": lambda f, p: pyarrow.feather.write_feather(
        pa.Table.from_pandas(f), p, compression="uncompressed"
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_files(name: str, frame: pd.DataFrame, expected: dict[str, float], tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](frame, path)
    assert dict(extract(path, target="y")) == pytest.approx(expected, nan_ok=True)
    assert dict(extract(str(path), target="y")) == pytest.approx(expected, nan_ok=True)
    assert as_table(path).source == str(path)


def test_arff(frame: pd.DataFrame, expected: dict[str, float], tmp_path: Path) -> None:
    header = "@relation r\n@attribute a real\n@ATTRIBUTE 'b' integer\n@attribute c {x, y, z}\n"
    header += (
        "@attribute d {False, True}\n@attribute e date 'yyyy-MM-dd'\n@attribute y {p, q}\n@data\n"
    )
    rows = (
        frame.astype(object).where(frame.notna(), "?").assign(e=frame["e"].dt.strftime("%Y-%m-%d"))
    )
    path = tmp_path / "t.arff"
    path.write_text(header + "\n".join(",".join(map(str, row)) for row in rows.to_numpy()))
    assert dict(extract(path, target="y")) == pytest.approx(expected, nan_ok=True)


def test_sparse_arff(tmp_path: Path) -> None:
    path = tmp_path / "t.arff"
    path.write_text(
        "@relation r\n@attribute a real\n@attribute c {x,y}\n@attribute s string\n"
        "@data\n{0 2.5, 2 u}\n{1 y}\n"
    )
    table = as_table(path)
    assert table.numeric[:, 0].tolist() == [2.5, 0.0]
    assert table.codes[:, 0].tolist() == [0, 1]


TARGETS: dict[str, Any] = {
    "series": lambda y: y,
    "list": list,
    "array": lambda y: y.to_numpy(),
    "column": lambda y: y.to_numpy().reshape(-1, 1),
    "frame": lambda y: y.to_frame(),
    "polars": pl.from_pandas,
    "arrow": pa.array,
    "categorical": lambda y: y.astype("category"),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_target_apart(kind: str, frame: pd.DataFrame, expected: dict[str, float]) -> None:
    found = extract(frame.drop(columns="y"), TARGETS[kind](frame["y"]))
    assert dict(found) == pytest.approx(expected, nan_ok=True)


def test_rows_and_object_array(frame: pd.DataFrame, expected: dict[str, float]) -> None:
    cells = frame.drop(columns="y").astype(object).to_numpy()
    for X in (cells, cells.tolist(), [tuple(row) for row in cells]):
        assert dict(extract(X, frame["y"])) == pytest.approx(expected, nan_ok=True)


def test_sparse_equals_dense() -> None:
    X = sparse.random(50, 30, 0.2, format="csr", random_state=1)
    y = np.arange(50) % 3
    expected = extract(X.toarray(), y)
    for other in (X, X.tocoo(), X.tocsc(), sparse.csr_array(X), X.tolil()):
        assert dict(extract(other, y)) == pytest.approx(dict(expected), nan_ok=True)
    table = as_table(X)
    chunks = list(table.numeric_chunks(max_bytes=50 * 8 * 7))
    assert [chunk.shape[1] for chunk in chunks] == [7, 7, 7, 7, 2]
    assert np.array_equal(np.hstack(chunks), X.toarray())


def test_sparse_missing_and_duplicates() -> None:
    X = sparse.coo_matrix(([1.0, 2.0, np.nan, np.inf], ([0, 0, 1, 1], [0, 0, 0, 1])), shape=(3, 2))
    table = as_table(X, [0, 1, None])
    assert X.nnz == 4
    assert np.array_equal(next(table.numeric_chunks()), [[3, 0], [np.nan, np.nan]], equal_nan=True)
    assert extract(X)["nr_missing"] == 2


def test_wide_sparse_stays_small() -> None:
    # Of another generator SciPy would want a permutation of all cells.
    X = sparse.random(100, 100_000, 1e-3, format="csc", random_state=np.random.default_rng(0))
    numbers = extract(X, np.arange(100) % 2)
    assert numbers["nr_attr"] == 100_000
    assert not np.isnan(numbers["one_nn.mean"])


def test_blocks() -> None:
    table = as_table({"a": [1, None], "f": [True, False], "b": [np.inf, 2], "c": ["u", None]})
    assert table.kinds == ("numeric", "boolean", "numeric", "categorical")
    assert np.array_equal(table.numeric, [[1, np.nan], [np.nan, 2]], equal_nan=True)
    assert table.numeric.flags.f_contiguous
    assert (table.numeric.dtype, table.codes.dtype) == (np.float64, np.int32)
    assert table.codes.tolist() == [[1, 0], [0, -1]]
    assert table.levels == (2, 1)
    assert (table.n_features, table.n_numeric, table.n_categorical, table.n_text) == (4, 2, 2, 0)
    assert as_table(table) is table


def test_a_finite_fortran_array_is_not_copied() -> None:
    X = np.asfortranarray(RNG.normal(size=(5, 2)))
    assert as_table(X).numeric is X
    X[0, 0] = np.inf
    table = as_table(X)
    assert np.isnan(table.numeric[0, 0])
    assert X[0, 0] == np.inf


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, "x", None, 2.5], "categorical"),
        ([None, None], "numeric"),
        ([pd.NA, 1, pd.NaT, float("nan")], "numeric"),
        ([decimal.Decimal("1.5"), None], "numeric"),
        (pd.Series(["u", None, "v"], dtype=object), "categorical"),
        (pd.Series(["u", 1, pd.NA], dtype=object), "categorical"),
        ([True, None], "boolean"),
        ([True, 2], "numeric"),
        ([datetime.date(2020, 1, 1), None], "date"),
        ([datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), None], "date"),
        ([f"word {i}" for i in range(21)], "text"),
        ([f"word {i}" for i in range(20)], "categorical"),
        ([f"word {i}" for i in range(21)] * 3, "categorical"),
        ([f"{i:0200}x" for i in range(21)] * 3, "text"),
        (np.array(["1", "2.5"]), "numeric"),
        (np.array(["1", "b"]), "categorical"),
        (np.array(["2020-01-01", "NaT"], dtype="datetime64[D]"), "date"),
        (np.array([1, 2], dtype="timedelta64[h]"), "numeric"),
        (pa.array([1, None], pa.date32()), "date"),
        (pa.array([1, None], pa.time64("us")), "date"),
        (pa.array([1, None], pa.duration("s")), "numeric"),
        (pa.array([1.5, None], pa.float16()), "numeric"),
        (pa.array([None, None]), "numeric"),
        (pa.array([None, None], pa.string()), "numeric"),
        (pa.array([b"u", None]), "categorical"),
        (pa.array([1, None]).cast(pa.decimal128(25, 1)), "numeric"),
        (pa.array([True, None]), "boolean"),
        (pa.array(["u", None]).dictionary_encode(), "categorical"),
    ],
)
def test_kinds(cells: Any, kind: str) -> None:
    table = as_table({"x": cells})
    assert table.kinds == (kind,)
    assert isinstance(table, Table)


def test_dates_are_seconds() -> None:
    for cells in (
        pa.array([1, None], pa.date32()),
        pa.array([86_400_000, None], pa.timestamp("ms")),
        np.array(["1970-01-02", "NaT"], dtype="datetime64[D]"),
        [datetime.date(1970, 1, 2), None],
    ):
        seconds = as_table({"x": cells}).numeric[:, 0]
        assert np.array_equal(seconds, [86_400, np.nan], equal_nan=True)


def test_slices_of_arrow_arrays_are_read_at_their_offset() -> None:
    table = pa.table(
        {"n": [0, 1, None, 3], "s": ["a", "b", None, "a"], "b": [True, False, None, True]}
    )
    for start in range(4):
        part = as_table(table.slice(start))
        assert np.array_equal(part.numeric[:, 0], [0, 1, np.nan, 3][start:], equal_nan=True)
        assert (part.codes < 0).tolist() == [[i == 2] * 2 for i in range(start, 4)]


def test_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("größe,y\n1,ä\n2,ö\n".encode("latin-1"))
    table = as_table(path, target="y")
    assert table.names == ("größe",)
    assert table.target is not None
    assert table.target.classes == ("ä", "ö")


@pytest.mark.parametrize(
    ("rows", "numeric"),
    [
        (["1,5;a", "-2,25;b"], True),
        (["1,5;a", "2;b", ";a"], True),
        (["1,500;a", "12,250;b"], False),  # may be thousands
        (["1,5;a", "2.5;b"], False),
    ],
)
def test_a_comma_before_decimals(tmp_path: Path, rows: list[str], numeric: bool) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x;y", *rows, "3;a"]) + "\n")
    assert (as_table(path, target="y").kinds == ("numeric",)) == numeric


def test_quoted_cells_with_delimiters_and_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('name,"a, b",y\n"x\nz",1,p\n"u;v",2,q\n')
    table = as_table(path, target="y")
    assert table.names == ("name", "a, b")
    assert table.n_rows == 2


def test_one_column_csv(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x\n1\n2\n")
    assert as_table(path).numeric.tolist() == [[1.0], [2.0]]
