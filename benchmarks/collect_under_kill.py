"""Kill a collection with two workers at random moments, start it again, and look what was lost.

Each time: the history opens, every run that was there is there still and once, no run that was
there is fitted again, and no process is left over. Small tables and slow fits make it likely that
runs are under way.

    python benchmarks/collect_under_kill.py --kills 20
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from metarec import HistoryError
from metarec.collecting import collect, find_tables
from metarec.history import HistoryStore
from metarec.history.library import Library, LibraryEntry
from metarec.learners import BaseLearner, Configuration, Integer, register_learner

N_TABLES, N_CONFIGURATIONS = 4, 120
KEY = ["dataset", "hyperparameters"]
PATIENCE = 15.0
"""Seconds in which the processes of a killed collection must have ended."""


def space(_):
    return {"which": Integer(0, N_CONFIGURATIONS - 1)}


def build(hyperparameters, _):
    from sklearn.tree import DecisionTreeClassifier

    class Logged(DecisionTreeClassifier):
        """A tree that takes its time and says that it was fitted."""

        def __init__(self, which=0):
            super().__init__(max_depth=3, random_state=0)
            self.which = which

        def fit(self, X, y):
            with Path(os.environ["FITS"]).open("a") as log:
                log.write(f"{os.environ['SESSION']} {self.which} {X.shape[0]}\n")
            time.sleep(0.02)
            return super().fit(X, y)

    return Logged(hyperparameters["which"])


def collect_all(folder: Path) -> None:
    register_learner(
        BaseLearner(name="logged", summary="A slow tree.", space=space, defaults={"which": 0},
                    build=build)
    )  # fmt: skip
    entries = [
        LibraryEntry(Configuration("logged", {"which": which}), "default")
        for which in range(N_CONFIGURATIONS)
    ]
    collect(
        find_tables([folder / "tables"]), HistoryStore(folder / "history"), jobs=2,
        libraries=[Library("classification", tuple(entries))],
    )  # fmt: skip


def make_tables(folder: Path) -> None:
    generator = np.random.default_rng(0)
    (folder / "tables").mkdir(parents=True)
    for table in range(N_TABLES):
        n_rows = 90 + 30 * table  # tells the tables apart in the log
        frame = pd.DataFrame(generator.normal(size=(n_rows, 4)), columns=list("abcd"))
        frame["target"] = generator.choice(["yes", "no"], n_rows)
        frame.to_parquet(folder / "tables" / f"table{table}.parquet")


def recorded(folder: Path) -> Counter[tuple[str, str]]:
    try:
        runs = HistoryStore(folder / "history").runs(columns=KEY)
    except HistoryError:  # killed before the first run
        return Counter()
    return Counter(tuple(row.values()) for row in runs.to_pylist())


def refitted(folder: Path, session: int, known: Counter[tuple[str, str]]) -> int:
    """Fits of this session that belong to runs which were recorded before it."""
    log = folder / "fits.log"
    lines = log.read_text().splitlines() if log.exists() else []
    sizes = {(90 + 30 * table) * 2 // 3: f"table{table}" for table in range(N_TABLES)}
    fits = {
        (sizes[min(sizes, key=lambda size: abs(size - int(rows)))], f'{{"which": {which}}}')
        for of, which, rows in map(str.split, lines)
        if int(of) == session
    }
    return len(fits & set(known))


def family(process: int) -> list[int]:
    """Processes that descend from one."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    found, frontier = [], {process}
    while frontier := {child for child, parent in parents.items() if parent in frontier}:
        found += frontier
    return found


def survivors(processes: list[int]) -> int:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        alive = [each for each in processes if Path(f"/proc/{each}").exists()]
        if not alive:
            return 0
        time.sleep(0.1)
    return len(alive)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary one if left out")
    parser.add_argument("--collect", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp())
    if arguments.collect:
        collect_all(folder)
        return 0
    make_tables(folder)
    chance = random.Random(arguments.seed)
    known: Counter[tuple[str, str]] = Counter()
    faults = 0
    for session in range(arguments.kills + 1):
        last = session == arguments.kills
        environment = os.environ | {"SESSION": str(session), "FITS": str(folder / "fits.log")}
        command = [sys.executable, __file__, "--collect", "--folder", str(folder)]
        process = subprocess.Popen(command, env=environment)
        if last:
            process.wait()
        else:
            # Until the first new run most of the time goes into imports.
            start = recorded(folder).total()
            while recorded(folder).total() <= start and process.poll() is None:
                time.sleep(0.05)
            time.sleep(chance.uniform(0.0, 0.6))
            descendants = family(process.pid)
            process.kill()
            process.wait()
        left_over = 0 if last else survivors(descendants)
        now = recorded(folder)
        lost = sum((known - now).values())
        doubled = sum(count - 1 for count in now.values())
        again = refitted(folder, session, known)
        faults += lost + doubled + again + left_over
        print(f"session {session}: {now.total()} runs, {lost} lost, {doubled} doubled, {again} "
              f"fitted again, {left_over} processes left over", flush=True)  # fmt: skip
        known = now
    complete = known.total() == N_TABLES * N_CONFIGURATIONS
    print(f"{'complete' if complete else 'NOT complete'}, {faults} faults")
    return int(faults > 0 or not complete)


if __name__ == "__main__":
    raise SystemExit(main())
