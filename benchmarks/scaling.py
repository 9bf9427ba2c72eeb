"""How the time of each group grows with rows and with columns: fitted exponents and a plot.

python benchmarks/scaling.py [--runs 3] [--plot docs/scaling.svg]
"""

import argparse
import statistics
from time import process_time

import numpy as np
from numpy.typing import NDArray

from metafeatures import catalogue, extract

ROWS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
COLUMNS = (5, 10, 20, 40, 80, 160, 320)
BASE_ROWS, BASE_COLUMNS = 5_000, 20
GROUPS = tuple(dict.fromkeys(entry.group for entry in catalogue()))


def make_table(n_rows: int, n_columns: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Half of the columns tell something about the three classes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns))
    signal = X[:, : (n_columns + 1) // 2].mean(axis=1) * np.sqrt(n_columns)
    return X, np.digitize(signal + 0.5 * rng.normal(size=n_rows), [-0.5, 0.5])


def cpu_seconds(X: NDArray[np.float64], y: NDArray[np.int64], group: str, runs: int) -> float:
    """Median CPU seconds of one group, reading included."""
    spent = []
    for _ in range(runs):
        start, calls = process_time(), 0
        # Short calls are repeated, since some systems count CPU time in ticks.
        while calls == 0 or process_time() - start < 0.05:
            extract(X, y, groups=[group])
            calls += 1
        spent.append((process_time() - start) / calls)
    return statistics.median(spent)


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Slope of log(seconds) over log(size), over the larger half of the sizes."""
    half = len(sizes) // 2
    return float(np.polyfit(np.log(sizes[half:]), np.log(seconds[half:]), 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--plot", help="file to draw to (.svg or .png); needs matplotlib")
    options = parser.parse_args()
    axes = {
        "rows": (ROWS, [(n, BASE_COLUMNS) for n in ROWS]),
        "columns": (COLUMNS, [(BASE_ROWS, d) for d in COLUMNS]),
    }
    extract(*make_table(100, 3))
    curves: dict[str, dict[str, list[float]]] = {}
    for axis, (sizes, shapes) in axes.items():
        curves[axis] = {group: [] for group in GROUPS}
        for shape in shapes:
            X, y = make_table(*shape)
            for group in GROUPS:
                curves[axis][group].append(cpu_seconds(X, y, group, options.runs))
        print(f"| CPU ms by {axis} |" + "".join(f" {size:,} |" for size in sizes) + " exponent |")
        print("|---|" + "---|" * (len(sizes) + 1))
        for group, seconds in curves[axis].items():
            cells = "".join(f" {1e3 * value:.3g} |" for value in seconds)
            print(f"| {group} |{cells} {exponent(sizes, seconds):.2f} |", flush=True)
        print()
    if options.plot:
        import matplotlib as mpl

        mpl.use("Agg")
        import matplotlib.pyplot as plt

        figure, panels = plt.subplots(1, 2, figsize=(11, 4.5), sharey=True, layout="constrained")
        for panel, (axis, (sizes, _)) in zip(panels, axes.items(), strict=True):
            for group, seconds in curves[axis].items():
                panel.loglog(sizes, seconds, marker="o", markersize=3, label=group)
            fixed = f"{BASE_COLUMNS} columns" if axis == "rows" else f"{BASE_ROWS:,} rows"
            panel.set(xlabel=f"{axis} ({fixed})", ylabel="CPU seconds" if axis == "rows" else "")
            panel.grid(alpha=0.3)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")
        figure.savefig(options.plot)


if __name__ == "__main__":
    main()
