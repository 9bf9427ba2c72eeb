"""CPU seconds of a cold `metarec suggest` beside `import lightgbm` in the same run.

Runs are interleaved; each process' user + system time is read from the operating system. Numeric
libraries get one thread, on both sides.

    python benchmarks/cold_start.py [--runs 9]
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def cpu_seconds(command: list[str]) -> float:
    """User + system seconds of one finished process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_table(path: Path) -> None:
    """1,000 rows, 20 numeric columns, three classes."""
    generator = np.random.default_rng(0)
    values = generator.normal(size=(1000, 20))
    label = np.digitize(values[:, 0] + values[:, 1] * values[:, 2], [-0.5, 0.5])
    rows = [",".join([f"x{i}" for i in range(20)] + ["target"])]
    rows += [
        ",".join([*(f"{v:.6f}" for v in row), "abc"[k]])
        for row, k in zip(values, label, strict=True)
    ]
    path.write_text("\n".join(rows) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    metarec = str(Path(sys.executable).with_name("metarec"))
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        write_table(table)
        commands = {
            "import lightgbm": [sys.executable, "-c", "import lightgbm"],
            "metarec suggest": [metarec, "suggest", str(table)],
            "metarec --help": [metarec, "--help"],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(runs + 1):
            for name, command in commands.items():
                spent = cpu_seconds(command)
                if run:  # the first round warms the file cache
                    seconds[name].append(spent)
    print(f"{'':<18}{'median':>9}{'min':>9}{'max':>9}  CPU s, {runs} runs")
    for name, spent in seconds.items():
        print(f"{name:<18}{statistics.median(spent):>9.3f}{min(spent):>9.3f}{max(spent):>9.3f}")
    pairs = zip(seconds["metarec suggest"], seconds["import lightgbm"], strict=True)
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    print(f"suggest / import lightgbm, pair by pair: median {statistics.median(ratios):.2f} "
          f"[{ratios[0]:.2f}, {ratios[-1]:.2f}]")  # fmt: skip


if __name__ == "__main__":
    main()
