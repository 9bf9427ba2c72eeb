"""CPU seconds of `extract` beside pymfe, group by group, on the same tables in one run.

    python benchmarks/peers.py [--shared DIR] [--groups itemset ...] [--output peers.json]

Both sides compute the meta-features that pymfe has, with its summaries mean and sd; "default" is
its five default groups in one call. Every table and group runs in a fresh process on one thread;
imports and a small warm-up are not counted, reading the frame is. `extract` gets the data frame.
pymfe gets the array it needs, with missing cells filled, as it stops at them; it is cut off after
--limit CPU seconds, and then the ratio is a lower bound. Groups that take a sample are measured on
all rows, too. Results are written as they come, and a second call goes on from there. DIR holds
datasets/index.csv (columns name, target) and datasets/tables/NAME.parquet; without it only the two
synthetic tables run.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from metafeatures import catalogue, extract

SYNTHETIC = {"normal_10000x20": (10_000, 20), "normal_10000x50": (10_000, 50)}
REAL = ("credit-g", "spambase", "letter", "nursery", "hypothyroid")
DEFAULT = ("general", "statistical", "info-theory", "model-based", "landmarking")
GROUPS = (
    "default",
    *DEFAULT,
    "clustering",
    "complexity",
    "concept",
    "itemset",
)
SAMPLED = ("default", "model-based", "landmarking", "clustering", "complexity", "concept")
LONG = 5.0
"""Seconds after which a measurement is not repeated."""
SHORT = 0.2
"""Seconds for which a call is repeated, since some systems count CPU time in ticks."""


def load(name: str, shared: Path | None) -> tuple[pd.DataFrame, pd.Series]:
    """A table and its classes."""
    if name in SYNTHETIC:
        n_rows, n_columns = SYNTHETIC[name]
        X = np.random.default_rng(0).normal(size=(n_rows, n_columns))
        y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], [-0.5, 0.5])
        return pd.DataFrame(X).rename(columns=str), pd.Series(y).map({0: "a", 1: "b", 2: "c"})
    assert shared is not None
    index = pd.read_csv(shared / "datasets" / "index.csv").set_index("name")
    frame = pd.read_parquet(shared / "datasets" / "tables" / f"{name}.parquet")
    y = frame.pop(index.loc[name, "target"])
    return frame[y.notna()], y[y.notna()].astype(str)


def for_pymfe(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Numbers if all columns are numbers, else objects; no cell missing."""
    numbers = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    booleans = [pd.api.types.is_bool_dtype(kind) for kind in frame.dtypes]
    plain = all(numbers) and not any(booleans)
    cells = frame if plain else frame.astype(object)
    filled = {
        name: frame[name].mean() if number and not boolean else frame[name].mode()[0]
        for name, number, boolean in zip(frame, numbers, booleans, strict=True)
        if frame[name].isna().any() and frame[name].notna().any()
    }
    cells = cells.fillna(filled).dropna(axis=1)
    return cells.to_numpy(float if plain else object)


def prepared(who: str, group: str, frame: pd.DataFrame, y: pd.Series) -> Callable[[], object]:
    """The call to measure."""
    if who != "pymfe":
        max_rows = {"sampled": 2000, "exact": None}[who]
        wanted = DEFAULT if group == "default" else (group,)
        features = [entry.name for entry in catalogue() if entry.pymfe and entry.group in wanted]
        return lambda: extract(
            frame, y, features=features, summaries=("mean", "sd"), max_rows=max_rows
        )
    from pymfe.mfe import MFE

    cells, codes = for_pymfe(frame), y.astype("category").cat.codes.to_numpy()

    def run() -> object:
        groups = "default" if group == "default" else [group]
        model = MFE(groups=groups, random_state=0, suppress_warnings=True)
        return model.fit(cells, codes).extract(suppress_warnings=True)

    return run


def measure(name: str, group: str, who: str, shared: Path | None, runs: int) -> dict[str, Any]:
    """Seconds of each run and the memory they needed, in this process."""
    warnings.simplefilter("ignore")
    frame, y = load(name, shared)
    few = frame.groupby(y.to_numpy(), sort=False).head(20)
    prepared(who, group, few, y.loc[few.index])()
    call, seconds = prepared(who, group, frame, y), []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while len(seconds) < runs and sum(seconds) < LONG:
        start, calls = process_time(), 0
        while calls == 0 or process_time() - start < SHORT:
            call()
            calls += 1
        seconds.append((process_time() - start) / calls)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "megabytes": (after - before) / 1024}


def in_fresh_process(arguments: list[str], limit: int) -> dict[str, Any]:
    """What `measure` gives, or why there is nothing."""
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    out = subprocess.run(
        [sys.executable, __file__, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **one},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
    )
    if out.returncode == 0:
        found: dict[str, Any] = json.loads(out.stdout.splitlines()[-1])
        return found
    if out.returncode < 0:
        return {"cut_off": limit}
    return {"error": (out.stderr.strip().splitlines() or ["no message"])[-1]}


def seconds_of(result: dict[str, Any]) -> float:
    """Median seconds; the limit where it was cut off."""
    if "seconds" in result:
        return statistics.median(result["seconds"])
    return float(result.get("cut_off", "nan"))


def shown(result: dict[str, Any]) -> str:
    """Median seconds and half the spread of the runs."""
    if "seconds" not in result:
        return f">{result['cut_off']}" if "cut_off" in result else "fails"
    half = (max(result["seconds"]) - min(result["seconds"])) / 2
    return f"{seconds_of(result):.3g} ± {half:.1g}"


def report(results: dict[str, dict[str, Any]], names: list[str], groups: list[str]) -> None:
    """Print one table per data set."""
    for name in names:
        print(f"\n{name}\n\n| group | rows | here, s | pymfe, s | ratio | here, MB | pymfe, MB |")
        print("|---|---|---|---|---|---|---|")
        for group in groups:
            theirs = results[f"{name} {group} pymfe"]
            for who in ("sampled", "exact"):
                ours = results.get(f"{name} {group} {who}")
                if ours is None:
                    continue
                ratio = seconds_of(theirs) / seconds_of(ours)
                bound = ">" if "cut_off" in theirs else "<" if "cut_off" in ours else ""
                memory = [f"{r.get('megabytes', np.nan):.0f}" for r in (ours, theirs)]
                rows = ("sample" if who == "sampled" else "all") if group in SAMPLED else "all"
                print(
                    f"| {group} | {rows} | {shown(ours)} | {shown(theirs)} | {bound}{ratio:.0f} "
                    f"| {' | '.join(memory)} |"
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=GROUPS)
    parser.add_argument("--tables", nargs="+", help="default: all")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--output", type=Path, default=Path("peers.json"))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one, options.shared, options.runs)))
        return
    try:
        import pymfe  # noqa: F401
    except ImportError:
        parser.exit(1, "pymfe is not installed; pip install pymfe==0.4.4, then run this again\n")
    names = options.tables or [*SYNTHETIC, *(REAL if options.shared else ())]
    results = json.loads(options.output.read_text()) if options.output.exists() else {}
    common = ["--runs", str(options.runs)]
    if options.shared:
        common += ["--shared", str(options.shared)]
    for name in names:
        for group in options.groups:
            for who in ("sampled", "exact", "pymfe") if group in SAMPLED else ("sampled", "pymfe"):
                key = f"{name} {group} {who}"
                if key not in results:
                    results[key] = in_fresh_process(
                        ["--one", name, group, who, *common], options.limit
                    )
                    print(f"{key}: {shown(results[key])}", file=sys.stderr)
                    options.output.write_text(json.dumps(results, indent=1))
    report(results, names, list(options.groups))


if __name__ == "__main__":
    main()
