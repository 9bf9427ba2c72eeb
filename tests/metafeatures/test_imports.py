"""A command must answer at once: what a small table needs imports nothing heavy."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

CODE = """
import sys, metafeatures
numbers = metafeatures.extract(sys.argv[1], target="y")
assert numbers["nr_inst"] == 60
print(sorted({"pandas", "scipy", "sklearn", "polars", "arff", "openml"} & set(sys.modules)))
"""


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_extract_from_a_file_imports_nothing_heavy(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table.{ending}"
    table = pa.table(
        {
            "a": [0.5, None, *range(58)],
            "b": ["u", "v", None] * 20,
            "c": [True, None] * 30,
            "y": ["p", "q"] * 30,
        }
    )
    if ending == "parquet":
        pq.write_table(table, path)
    else:
        rows = [
            "a,b,c,y",
            *(",".join("" if v is None else str(v) for v in r.values()) for r in table.to_pylist()),
        ]
        path.write_text("\n".join(rows))
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
