"""A Parquet file larger than memory: reading all meta-features' states beside reading alone.

Both run in processes of their own, in turn: pyarrow reads every batch and drops it; `partial` reads
the same batches in the same way and keeps counts, moments and a sample. Wall and CPU seconds and
the peak of the memory are those of the whole process, imports included.

    python benchmarks/streaming.py [--gigabytes 5] [--runs 3] [--folder /tmp]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROW_BYTES = 50 * 8
GROUP_ROWS = 250_000

READ = {
    "pyarrow alone": """
import pyarrow.parquet as pq
file = pq.ParquetFile(path, pre_buffer=False, buffer_size=2**20)
rows = sum(batch.num_rows for batch in file.iter_batches(65_536))
""",
    "pyarrow dataset alone": """
import pyarrow.dataset as ds
rows = sum(batch.num_rows for batch in ds.dataset(path).to_batches(batch_size=65_536))
""",
    "metafeatures.partial": """
import metafeatures
rows = metafeatures.partial(path, target="class").n_rows
""",
    "metafeatures.extract": """
import metafeatures
rows = metafeatures.extract(path, target="class")["nr_inst"]
""",
}

MEASURE = """
import json, resource, sys, time
path, begin = sys.argv[1], time.perf_counter()
{code}
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, rows]))
"""


def write_table(path: Path, gigabytes: float) -> None:
    """50 float64 columns, strings of few and of many levels, a class of strings."""
    generator = np.random.default_rng(0)
    writer, left = None, int(gigabytes * 1e9 / ROW_BYTES)
    while left > 0:
        n = min(GROUP_ROWS, left)
        columns = {f"x{i}": pa.array(generator.normal(size=n)) for i in range(50)}
        for name, n_levels in (("place", 20), ("job", 300), ("class", 5)):
            levels = pa.array([f"{name} {i}" for i in range(n_levels)])
            codes = pa.array(generator.integers(0, n_levels, n, dtype=np.int32))
            columns[name] = pa.DictionaryArray.from_arrays(codes, levels).cast(pa.string())
        columns["note"] = pa.array([f"note {left - i}" for i in range(n)])
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=GROUP_ROWS)
        left -= n
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    found: dict[str, list[list[float]]] = {name: [] for name in READ}
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        path = Path(folder) / "table.parquet"
        write_table(path, arguments.gigabytes)
        print(f"{path.stat().st_size / 1e9:.2f} GB of Parquet")
        for _ in range(arguments.runs):
            for name, code in READ.items():
                command = [sys.executable, "-c", MEASURE.format(code=code), str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found[name].append(json.loads(done.stdout))
    base = [statistics.median(values) for values in zip(*found["pyarrow alone"], strict=True)]
    print(f"{'':24}  wall s   CPU s  peak GiB      rows  speed beside pyarrow")
    for name, runs in found.items():
        wall, cpu, peak, rows = (statistics.median(values) for values in zip(*runs, strict=True))
        print(
            f"{name:24} {wall:7.2f} {cpu:7.2f} {peak:9.2f} {rows:9.0f}  "
            f"{base[0] / wall:.2f} (by CPU time {base[1] / cpu:.2f})"
        )


if __name__ == "__main__":
    main()
