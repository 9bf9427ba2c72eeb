"""general + statistical + info-theory beside the physical floor, in one run.

The floor is what NumPy and BLAS need for one sort per column, one X'X and one pass of sums for each
of the first four moments. Each measurement is a fresh process; ours and the floor take turns.

    python benchmarks/extract_floor.py [--shapes 1000x20 10000x50] [--runs 5] [--jobs 1 2]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUPS = ["general", "statistical", "info-theory"]


def make_table(n_rows: int, n_columns: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Correlated columns of different shapes, three classes; C order, as most arrays come."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns))
    X[:, ::4] += X[:, [1]]
    np.exp(X[:, 1::4], out=X[:, 1::4])
    y = np.digitize(X[:, 0] + rng.normal(size=n_rows), [-0.5, 0.5])
    return X, y


def floor(X: NDArray[np.float64], n_jobs: int) -> None:
    """Sorts on `n_jobs` threads of Python, X'X on as many of BLAS, four sums over the table."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(n_jobs) as pool:
        list(pool.map(lambda j: np.sort(X[:, j]), range(X.shape[1])))
        pieces = np.array_split(X, n_jobs)
        for _ in range(4):
            list(pool.map(np.sum, pieces))
    X.T @ X


def measure(side: str, shape: tuple[int, int], n_jobs: int) -> dict[str, float]:
    """CPU and wall seconds of one warm call, and how far memory rose above the table's."""
    from metafeatures import extract

    X, y = make_table(*shape)
    small = make_table(200, 5)
    work: dict[str, Any] = {
        "ours": lambda A, b: extract(A, b, groups=GROUPS, n_jobs=n_jobs),
        "floor": lambda A, b: floor(A, n_jobs),
    }
    work[side](*small)
    loops = max(1, int(2e6 / X.size))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = perf_counter(), process_time()
    for _ in range(loops):
        work[side](X, y)
    return {
        "cpu": (process_time() - cpu) / loops,
        "wall": (perf_counter() - wall) / loops,
        "extra": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / X.nbytes,
    }


def in_fresh_process(side: str, shape: str, n_jobs: int) -> dict[str, float]:
    """Run `measure` with as many BLAS threads as jobs."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(n_jobs),
        "OPENBLAS_NUM_THREADS": str(n_jobs),
    }
    command = [sys.executable, __file__, "--measure", side, shape, str(n_jobs)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, float] = json.loads(out.stdout)
    return found


def summary(values: list[float], unit: float = 1.0) -> str:
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle * unit:.4g} [{low * unit:.4g}, {high * unit:.4g}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", nargs="+", default=["1000x20", "10000x50", "1000000x50"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        side, shape, jobs = options.measure
        n_rows, n_columns = map(int, shape.split("x"))
        print(json.dumps(measure(side, (n_rows, n_columns), int(jobs))))
        return
    for shape in options.shapes:
        one_thread: list[float] = []
        for n_jobs in options.jobs:
            runs: dict[str, list[dict[str, float]]] = {"ours": [], "floor": []}
            for _ in range(options.runs):
                for side, results in runs.items():
                    results.append(in_fresh_process(side, shape, n_jobs))
            column = {s: {k: [r[k] for r in rs] for k in rs[0]} for s, rs in runs.items()}
            ratio = [
                a / b for a, b in zip(column["ours"]["cpu"], column["floor"]["cpu"], strict=True)
            ]
            print(
                f"{shape}, {n_jobs} threads: CPU {summary(column['ours']['cpu'], 1e3)} ms, "
                f"floor {summary(column['floor']['cpu'], 1e3)} ms, ratio {summary(ratio)}, "
                f"wall {summary(column['ours']['wall'], 1e3)} ms, "
                f"extra memory {summary(column['ours']['extra'])} of the table",
                flush=True,
            )
            if one_thread:
                gain = [a / b for a, b in zip(one_thread, column["ours"]["wall"], strict=True)]
                print(f"{shape}: {n_jobs} threads are {summary(gain)} times as fast as one")
            else:
                one_thread = column["ours"]["wall"]


if __name__ == "__main__":
    main()
