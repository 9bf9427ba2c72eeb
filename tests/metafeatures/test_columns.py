"""The quick way from Python objects to a column gives what the thorough way gives."""

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from metafeatures import TableError, as_table
from metafeatures._tables import columns
from metafeatures._tables.columns import from_objects

RNG = np.random.default_rng(0)
NAN = float("nan")
POOLS: dict[str, list[Any]] = {
    "floats": [1.5, -2.0, NAN, float("inf")],
    "floats and none": [1.5, None, NAN, np.float64(2.5), np.float32(0.5)],
    "whole": [1, 2, -7, 2**70],
    "whole with gaps": [1, 2, None, NAN, np.int64(5), np.uint8(3), np.float64("nan")],
    "whole and decimal": [1, 2.5, None],
    "booleans": [True, False, np.True_],
    "booleans and none": [True, False, None],
    "booleans and nan": [True, False, NAN],
    "booleans and numbers": [True, 2, 0.5],
    "strings": ["a", "b", "", "ünï", "1"],
    "strings and gaps": ["a", "b", None, NAN, float("nan"), pd.NA, pd.NaT],
    "strings and nan": ["a", "b", None, NAN],
    "strings and numbers": ["a", 1, 1.0, True, None],
    "strings and decimals": ["1.0", 1.0, "a"],
    "surrogates": ["\ud800", "a"],
    "nothing": [None, NAN],
    "none": [None],
    "dates": [datetime.date(2020, 1, 1), None, datetime.datetime(2021, 1, 1)],
    "decimals": [decimal.Decimal("1.5"), 2, None],
    "bytes": [b"a", "a"],
    "tuples and strings": [np.str_("a"), "b"],
    "complex": [1j, 1.0],
}


def same(one: columns.Column, other: columns.Column) -> bool:
    return (
        one.kind == other.kind
        and one.values.dtype == other.values.dtype
        and np.array_equal(one.values, other.values, equal_nan=not one.coded)
        and list(one.labels) == list(other.labels)
        and one.integral == other.integral
    )


@pytest.mark.parametrize("pool", POOLS)
def test_quick_equals_thorough(pool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = [[POOLS[pool][i] for i in RNG.integers(len(POOLS[pool]), size=n)] for n in range(40)]
    quick = [from_objects(cells) for cells in lists]
    monkeypatch.setattr(columns, "_of_plain_types", lambda _: None)
    for cells, column in zip(lists, quick, strict=True):
        assert same(column, from_objects(cells)), cells


@pytest.mark.parametrize("pool", [name for name in POOLS if name not in ("bytes", "complex")])
def test_frames_and_arrays_of_objects_are_read_alike(pool: str) -> None:
    cells = [POOLS[pool][i] for i in RNG.integers(len(POOLS[pool]), size=60)]
    array = np.empty((60, 1), dtype=object)
    array[:, 0] = cells
    one, other = as_table(pd.DataFrame({"x0": pd.Series(cells, dtype=object)})), as_table(array)
    assert one.kinds == other.kinds
    assert one.levels == other.levels
    assert np.array_equal(one.numeric, other.numeric, equal_nan=True)
    assert np.array_equal(one.codes, other.codes)


def test_a_number_beyond_all_floats() -> None:
    with pytest.raises(TableError, match="a whole number beyond"):
        from_objects([10**400, 1])


def test_nested_cells() -> None:
    with pytest.raises(TableError, match="a cell holds a list"):
        from_objects(["a", [1]])
