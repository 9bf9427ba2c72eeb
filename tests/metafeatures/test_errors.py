"""Each mistake of a user gives one line: what, where, what to do."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import sparse

from metafeatures import TableError, TargetError, UnknownNameError, as_table, extract

FILES: list[tuple[str, bytes, str]] = [
    ("empty.csv", b"", "is empty; write a header"),
    ("blank.csv", b" \n\n", "is empty; write a header"),
    ("header.csv", b"a,b\n", "no rows; add rows"),
    ("numbers.csv", b"1,2\n3,4\n", "the first line looks like data (1, 2); add a header line"),
    ("number.csv", b"1\n3\n", "the first line looks like data (1); add a header line"),
    ("ragged.csv", b"a,b\n1,2\n1,2,3\n", "line 3: 3 cells where the header has 2"),
    ("twice.csv", b"a,b,a\n1,2,3\n", "two columns called 'a'; rename"),
    ("binary.csv", b"\x00\x01a,b", "is not text (it has NUL bytes); save it as CSV"),
    ("book.xlsx", b"PK", "has the ending '.xlsx', which is not read; save it as CSV"),
    ("plain", b"a,b", "has no ending, which is not read"),
    ("t.parquet", b"no", "is not a Parquet file"),
    ("t.feather", b"nonsense", "is not a Feather or Arrow file"),
    ("t.arff", b"nonsense", "is not valid ARFF"),
    ("norows.arff", b"@relation r\n@attribute a real\n@data\n", "no rows after @data"),
    ("t.csv.gz", b"nonsense", "is not a gzip file"),
    ("t.json.gz", b"nonsense", "is compressed and not CSV; unpack it"),
]


def check(error: pytest.ExceptionInfo[BaseException]) -> None:
    assert "\n" not in str(error.value)
    assert ";" in str(error.value)
    copy = pickle.loads(pickle.dumps(error.value))
    assert (type(copy), str(copy)) == (type(error.value), str(error.value))


@pytest.mark.parametrize(("name", "content", "message"), FILES, ids=[f[0] for f in FILES])
def test_files(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableError) as error:
        as_table(path)
    assert message in str(error.value)
    assert str(path) in str(error.value)
    check(error)


def test_no_such_file(tmp_path: Path) -> None:
    (tmp_path / "iris.csv").write_text("a\nx\n")
    for path, message in [
        (tmp_path / "irsi.csv", "did you mean 'iris.csv'?"),
        (tmp_path / "completely_else.parquet", "check the spelling"),
        (tmp_path / "no" / "iris.csv", "there is no folder"),
        (tmp_path, "is a folder; name one file"),
        ("x" * 5000, "cannot be the name of a file"),
        ("two\nlines", "two\\nlines"),
    ]:
        with pytest.raises(TableError) as error:
            as_table(path)
        assert message in str(error.value)
        check(error)


FRAME = pd.DataFrame({"income": [1, 2], "y": ["a", "b"]})
OBJECTS: list[tuple[Any, dict[str, Any], type[TableError], str]] = [
    (5, {}, TableError, "an object of type int is not a table; give a path"),
    (None, {}, TableError, "type NoneType"),
    (b"a,b", {}, TableError, "type bytes"),
    (["a", "b"], {}, TableError, "type list"),
    ([], {}, TableError, "list has no columns"),
    ({}, {}, TableError, "dict has no columns"),
    ([[1, 2], [1]], {}, TableError, "row 1 has 1 cells and row 0 has 2"),
    ({"a": [1, 2], "b": [1]}, {}, TableError, "column 'b' has 1 rows and 'a' has 2"),
    ({"a": [[1], [2]]}, {}, TableError, "a cell holds a list"),
    ({"a": [10**400, 2]}, {}, TableError, "a whole number beyond 1.8e308"),
    (pa.table({"a": [[1], [2]]}), {}, TableError, "column 'a' holds nested values"),
    (np.zeros(3), {}, TableError, "an array of shape (3,)"),
    (np.zeros((0, 3)), {}, TableError, "no rows"),
    (np.zeros((3, 0)), {}, TableError, "no columns"),
    (np.zeros(2, dtype=[("a", float)]), {}, TableError, "two dimensions"),
    (FRAME[:0], {}, TableError, "pandas.DataFrame has no rows"),
    (pd.DataFrame(np.zeros((2, 2)), columns=["a", "a"]), {}, TableError, "two columns called 'a'"),
    (sparse.csr_matrix((0, 3)), {}, TableError, "is empty"),
    (sparse.eye(3).tocsr(), {"target": "x0"}, TargetError, "give the target as y"),
    (FRAME, {"target": "Income"}, TargetError, "did you mean 'income'?"),
    (FRAME, {"target": "zzz"}, TargetError, "choose one of income, y"),
    (FRAME[["y"]], {"target": "y"}, TargetError, "no column besides the target 'y'"),
    (FRAME, {"target": "y", "y": [1, 2]}, TargetError, "exclude each other"),
    (FRAME, {"y": [1, 2, 3]}, TargetError, "y has 3 values and X has 2 rows"),
    (FRAME, {"y": np.zeros((2, 2))}, TargetError, "y of shape (2, 2) has several columns"),
    (FRAME, {"y": [None, None]}, TargetError, "no row has a value in the target 'target'"),
    (FRAME, {"target": "y", "task": "regression"}, TargetError, "which regression cannot predict"),
    (FRAME, {"y": [1, 2], "task": "multi"}, TargetError, "there is no task 'multi'"),
    ([[1]] * 3, {"y": list("abc"), "task": "binary"}, TargetError, "has 3 classes, not two"),
    (FRAME, {"y": 3}, TargetError, "y is a single int; give a list"),
    (FRAME, {"y": "ab"}, TargetError, "y is a single str; give a list"),
    (FRAME, {"y": np.array(3)}, TargetError, "y is a single numpy.ndarray; give a list"),
    (FRAME, {"y": {0, 1}}, TargetError, "y is a single set; give a list"),
    (np.full((2, 2), 1j), {}, TableError, "complex numbers; spread real"),
    (sparse.csr_matrix([[1j]]), {}, TableError, "holds complex128 values; give it real numbers"),
]


@pytest.mark.parametrize(("X", "options", "kind", "message"), OBJECTS, ids=[o[3] for o in OBJECTS])
def test_objects(X: Any, options: dict[str, Any], kind: type[TableError], message: str) -> None:
    with pytest.raises(TableError) as error:
        as_table(X, **options)
    assert type(error.value) is kind
    assert message in str(error.value)
    check(error)


def test_a_table_has_its_target_already() -> None:
    with pytest.raises(TargetError, match="has its target already") as error:
        as_table(as_table(FRAME), target="y")
    check(error)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"features": ["nr_insts"]}, UnknownNameError, "did you mean 'nr_inst'"),
        ({"features": ["skewness.medain"]}, UnknownNameError, "did you mean 'median'"),
        ({"groups": ["generl"]}, UnknownNameError, "no group 'generl'; did you mean 'general'?"),
        ({"groups": "general"}, TableError, "put the name into brackets"),
        ({"groups": None}, TableError, "groups must be a list of names, but got None"),
        ({"features": [1]}, TableError, "features must be a list of names, but it holds 1"),
        ({"features": ["skewness."]}, UnknownNameError, "no meta-feature 'skewness.'; did you"),
        ({"n_jobs": 1.5}, TableError, "n_jobs must be -1 or at least 1, but got 1.5"),
        ({"max_rows": "all"}, TableError, "max_rows must be at least 2, or None, but got 'all'"),
        ({"time_limit": "1s"}, TableError, "at least 0 seconds, but got '1s'"),
        ({"random_state": None}, TableError, "random_state must be at least 0, but got None"),
        ({"n_jobs": 0}, TableError, "n_jobs must be -1 or at least 1, but got 0"),
        ({"time_limit": -1}, TableError, "time_limit must be at least 0 seconds"),
        ({"time_limit": float("nan")}, TableError, "but got nan"),
        ({"random_state": -1}, TableError, "random_state must be at least 0, but got -1"),
    ],
)
def test_options(options: dict[str, Any], kind: type[TableError], message: str) -> None:
    with pytest.raises(TableError) as error:
        extract(FRAME, target="y", **options)
    assert type(error.value) is kind
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)
