"""Seconds and memory of reading a history into a training frame, in fresh processes.

For each kind of task under its usual metric: the seconds of `build_meta_dataset` alone, after the
imports, and the peak memory of the whole process beside that of one that only imports.

    python benchmarks/read_history.py --history shipped --history HISTORY --runs 5
"""

import argparse
import json
import statistics
import subprocess
import sys

CHILD = """
import json, resource, sys, time
import lightgbm, scipy.sparse.csgraph, pyarrow.dataset
from metarec.history import HistoryStore, build_meta_dataset, USUAL_METRIC
kind, *names = sys.argv[1:]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
stores = [HistoryStore.shipped() if name == "shipped" else HistoryStore(name) for name in names]
start, cpu = time.perf_counter(), time.process_time()
frame = build_meta_dataset(stores, kind=kind, metric=USUAL_METRIC[kind])
print(json.dumps({
    "seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu,
    "imports": before / 1024,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "shape": frame.scores.shape,
}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--history", action="append", required=True)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print("kind            data sets x configurations  seconds [min, max]   CPU  peak MB  imports")
    for kind in ("classification", "regression"):
        command = [sys.executable, "-c", CHILD, kind, *arguments.history]
        rows = [
            json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(arguments.runs)
        ]
        seconds = sorted(row["seconds"] for row in rows)
        shape = " x ".join(map(str, rows[0]["shape"]))
        print(
            f"{kind:15} {shape:>26}  {statistics.median(seconds):.2f} "
            f"[{seconds[0]:.2f}, {seconds[-1]:.2f}]  "
            f"{statistics.median(row['cpu'] for row in rows):8.2f} "
            f"{max(row['peak'] for row in rows):9.0f} {max(row['imports'] for row in rows):9.0f}"
        )


if __name__ == "__main__":
    main()
