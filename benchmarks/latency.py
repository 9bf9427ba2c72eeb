"""Milliseconds of CPU that the shipped knowledge needs for one `rank` and for one `update`.

Every expert answers for its own data sets, chosen evenly, with one thread. The first update that
results decide makes what later ones only correct, so both are given. An exponential of a million
numbers, timed in the same run, says how fast the machine is.

    python benchmarks/latency.py [--datasets 20]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from metarec import Recommender
from metarec.metalearners import Task
from metarec.metalearners.sequential import N_COVERING

N_RESULTS = 20


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of one call."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def main() -> None:
    """Measure every expert and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=20)
    n_datasets = parser.parse_args().datasets
    numbers = np.linspace(-1.0, 1.0, 1_000_000)
    floor = statistics.median(milliseconds(lambda: np.exp(numbers)) for _ in range(20))
    print(f"exp of a million numbers: {floor:.1f} ms; below: median (slowest)")
    for (kind, metric), expert in Recommender.shipped().knowledge.experts.items():
        known = expert.meta_dataset
        chosen = np.linspace(0, len(known.datasets) - 1, n_datasets).astype(int)
        spent: dict[str, list[float]] = {"rank": [], "first update": [], "later update": []}
        for row in chosen:
            ran = np.isfinite(known.scores[row])
            task = Task(known.features_of(row), ran)
            spent["rank"].append(milliseconds(partial(expert.metalearner.rank, task, top=5)))
            observed: dict[int, float] = {}
            for column in np.flatnonzero(ran)[:N_RESULTS].tolist():
                observed[column] = float(known.scores[row, column])
                if len(observed) < N_COVERING:
                    continue
                name = "first update" if len(observed) == N_COVERING else "later update"
                spent[name].append(
                    milliseconds(partial(expert.metalearner.update, task, observed, top=1))
                )
        figures = ", ".join(
            f"{name} {statistics.median(each):.1f} ({max(each):.1f}) ms"
            for name, each in spent.items()
        )
        print(f"{kind}, {metric}: {len(known.configurations)} configurations: {figures}")


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        main()
