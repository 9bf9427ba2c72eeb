"""Inputs that real exports and frames bring, and that are easily misread."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather
from scipy import sparse

from metafeatures import TableError, as_table, extract
from metafeatures._context import Context
from metafeatures._intermediates.sample import landmark_sample

ROWS = "1,x\n2,y\n3,x\n"


@pytest.mark.parametrize(
    "text",
    [
        f"\n\na,class\n{ROWS}",
        f'"a\nb",class\n{ROWS}',
        f"a,class\r\n{ROWS}".replace("\n", "\r\n").replace("\r\r", "\r"),
        f"\ufeff\na,class\n{ROWS}",
    ],
    ids=["blank lines first", "line break in a name", "CRLF", "byte order mark and a blank line"],
)
def test_the_header_is_no_row(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    table = as_table(path, find_target=True)
    assert (table.n_rows, table.kinds) == (3, ("numeric",))
    assert table.target is not None
    assert table.target.classes == ("x", "y")


def test_a_header_of_any_length(tmp_path: Path) -> None:
    names = [f"column_{i}_{'x' * 40}" for i in range(2000)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join([",".join(names), *[",".join(map(str, range(2000)))] * 3]) + "\n")
    assert as_table(path).names == tuple(names)


@pytest.mark.parametrize("first", ["5.1,3.5,1.4,setosa", "39,77516,13,0,<=50K", "1,2,3"])
def test_a_table_without_a_header_is_refused(tmp_path: Path, first: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{first}\n{first}\n")
    with pytest.raises(TableError, match="looks like data"):
        as_table(path)


def test_columns_that_a_frame_numbered_are_a_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    frame = pd.DataFrame(np.eye(4)).assign(target=["a", "b", "a", "b"])
    frame.to_csv(path, index=False)
    assert as_table(path, find_target=True).names == ("0", "1", "2", "3")


@pytest.mark.parametrize("suffix", ["parquet", "feather", "table"])
def test_the_index_of_a_frame_is_no_column(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5, 3.5], "class": ["x", "y", "x"]}, index=[7, 5, 9])
    frame = frame.rename_axis("id")
    path = tmp_path / f"t.{suffix}"
    if suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "feather":
        feather.write_feather(pa.Table.from_pandas(frame), path)
    source = pa.Table.from_pandas(frame) if suffix == "table" else path
    table = as_table(source, find_target=True)
    assert table.names == ("a",)
    assert table.target is not None
    assert table.target.name == "class"


def test_whole_numbers_stay_classes_when_one_is_missing() -> None:
    y = [0.0, 1.0, 2.0, np.nan] * 5
    table = as_table({"a": list(range(20))}, y)
    assert table.target is not None
    assert (table.target.task, table.n_rows) == ("multiclass", 15)


@pytest.mark.parametrize(
    "y",
    [
        np.array(["0", "1", "2"] * 4),
        pd.array([True, False, None] * 4, dtype="boolean"),
        pd.Index(["a", "b", "c"] * 4),
        sparse.csr_matrix([[0], [1], [0]] * 4),
    ],
    ids=["strings that read as numbers", "nullable booleans", "index", "sparse column"],
)
def test_labels_of_any_kind(y: object) -> None:
    table = as_table({"a": list(range(12))}, y)
    assert table.target is not None
    assert table.target.task in {"binary", "multiclass"}


def test_a_frame_of_a_subclass_and_names_that_are_no_strings() -> None:
    class Frame(pd.DataFrame):
        pass

    frame = Frame({0: [1, 2, 3, 4], ("b", "c"): ["x", "y", "x", "y"]})
    table = as_table(frame, target=("b", "c"))  # type: ignore[arg-type]
    assert table.names == ("0",)


def test_a_brace_in_a_cell_makes_no_sparse_arff(tmp_path: Path) -> None:
    path = tmp_path / "t.arff"
    path.write_text(
        "@relation t\n@attribute a numeric\n@attribute s string\n@attribute class {x,y}\n"
        "@data\n1,'{curly}',x\n2,'plain',y\n"
    )
    assert as_table(path, find_target=True).n_rows == 2


def test_damaged_gzip_gets_one_line(tmp_path: Path) -> None:
    import gzip

    content = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 5000))
    content[20:30] = b"\xff" * 10
    path = tmp_path / "t.csv.gz"
    path.write_bytes(content)
    with pytest.raises(TableError, match="gzip"):
        as_table(path)


def test_landmarkers_count_the_classes_of_their_sample_only() -> None:
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(20_000, 5)), generator.integers(0, 5_000, 20_000)
    table = as_table(X, y.astype(str))
    assert table.target is not None
    sample = landmark_sample(Context(table))
    assert sample.n_classes == len(np.unique(sample.codes)) == sample.codes.max() + 1
    assert sample.n_classes < table.target.n_classes
    assert np.isfinite(list(extract(table, features=["decision_tree", "best_node"]).values())).all()
