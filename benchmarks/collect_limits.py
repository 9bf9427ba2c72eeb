"""How well a collection keeps its limits, what a run costs besides fitting, what a worker adds.

- limits: a fit that sleeps in C with the interpreter's lock, and one that allocates without end.
- overhead: wall-clock time per run of one worker whose fits do nothing.
- workers: the same work with one and with two, first with fits that only wait (what the collector
  itself can do), then with fits that compute (what the machine can do).

    python benchmarks/collect_limits.py
"""

import ctypes
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from metarec.collecting import Limits, collect, find_tables
from metarec.history import HistoryStore
from metarec.history.library import Library, LibraryEntry
from metarec.learners import BaseLearner, Categorical, Configuration, Integer, register_learner

N_RUNS = 120
N_LONG_RUNS = 160  # so many that the start of a collection hardly counts
MEGABYTE = 2**20


def space(_):
    return {
        "how": Categorical(("nothing", "wait", "compute", "sleep", "grow")),
        "which": Integer(0, 10_000),
    }


def build(hyperparameters, _):
    from sklearn.dummy import DummyClassifier

    class Staged(DummyClassifier):
        """Spends its time as it is told."""

        def __init__(self, how="nothing", which=0):
            super().__init__()
            self.how, self.which = how, which

        def fit(self, X, y):
            if self.how == "sleep":
                ctypes.PyDLL(None).sleep(600)
            if self.how == "grow":
                hoard = []
                while True:
                    hoard.append(np.ones(MEGABYTE))
            if self.how == "wait":
                time.sleep(0.1)
            if self.how == "compute":
                end = time.process_time() + 0.1
                while time.process_time() < end:
                    pass
            return super().fit(X, y)

    return Staged(**hyperparameters)


def library(how: str, n_runs: int) -> Library:
    return Library(
        "classification",
        tuple(
            LibraryEntry(Configuration("staged", {"how": how, "which": which}), "default")
            for which in range(n_runs)
        ),
    )


def seconds(folder: Path, how: str, n_runs: int, jobs: int) -> float:
    """Seconds of so many runs, in workers that were started before."""
    tables = find_tables([folder / "table.parquet"])
    history = HistoryStore(folder / f"{how}-{jobs}")
    collect(tables, history, libraries=[library("nothing", 4 * jobs)], jobs=jobs)
    ended = []
    start = time.perf_counter()
    collect(tables, history, libraries=[library(how, 4 * jobs + n_runs)], jobs=jobs,
            limits=Limits(60.0, 2000 * MEGABYTE),
            progress=lambda _: ended.append(time.perf_counter()))  # fmt: skip
    return ended[-1] - start


def main() -> None:
    register_learner(
        BaseLearner(name="staged", summary="Does as told.", space=space, build=build,
                    defaults={"how": "nothing", "which": 0})
    )  # fmt: skip
    folder = Path(tempfile.mkdtemp())
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(300, 6)), columns=list("abcdef"))
    frame["target"] = generator.choice(["yes", "no"], 300)
    frame.to_parquet(folder / "table.parquet")

    tables = find_tables([folder / "table.parquet"])
    for how, limits in (
        ("sleep", Limits(1.0)),
        ("sleep", Limits(3.0)),
        ("sleep", Limits(10.0)),
        ("grow", Limits(60.0, 600 * MEGABYTE)),
        ("grow", Limits(60.0, 1000 * MEGABYTE)),
        ("grow", Limits(60.0, 2000 * MEGABYTE)),
    ):
        history = HistoryStore(tempfile.mkdtemp())
        collect(tables, history, libraries=[library("nothing", 1)])
        started = time.perf_counter()
        ended = []
        collect(tables, history, libraries=[library(how, 1)], limits=limits,
                progress=lambda _, ended=ended: ended.append(time.perf_counter()))  # fmt: skip
        (row,) = (r for r in history.runs().to_pylist() if r["status"] != "ok")
        if how == "sleep":
            share = (ended[-1] - started) / limits.seconds
            print(f"time limit {limits.seconds:g} s: {row['status']}, at most {share:.3f} of it")
        else:
            share = row["peak_memory_bytes"] / limits.memory
            megabytes = limits.memory // MEGABYTE
            print(f"memory limit {megabytes} MB: {row['status']}, {share:.3f} of it", flush=True)

    spent = seconds(folder, "nothing", N_RUNS, 1)
    print(f"one worker: {1000 * spent / N_RUNS:.1f} ms per run of a fit that does nothing")
    for how in ("wait", "compute"):
        one, two = (seconds(folder, how, N_LONG_RUNS, jobs) for jobs in (1, 2))
        print(f"fits that {how}: {one / two:.2f} times the runs with two workers", flush=True)


if __name__ == "__main__":
    main()
