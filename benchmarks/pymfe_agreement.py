"""Every value that pymfe and `extract` both compute, side by side on real tables, all rows.

pymfe runs with its defaults. A value agrees within a relative 1e-6. pymfe's random choices cannot
agree, nor can what docs/metafeatures.md lists as a deviation on purpose.

    python benchmarks/pymfe_agreement.py --shared DIR [--tables iris ...] [--max-rows 2000]

DIR holds datasets/index.csv (columns name, target, n_missing_cells, ...) and
datasets/tables/NAME.parquet. Without --tables: all complete classification tables with at most
--max-rows rows. pymfe's values are kept in --cache, so that a second run is quick.
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from metafeatures import catalogue, extract

RELATIVE = 1e-6
CPU_SECONDS = 120


def pymfe_values(path: Path, target: str, group: str) -> dict[str, float]:
    """Values of one group, in this process."""
    from pymfe.mfe import MFE

    frame = pd.read_parquet(path)
    # Classes in the order of their labels, as here; it decides between equally frequent ones.
    y = np.unique(frame.pop(target).astype(str), return_inverse=True)[1]
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    booleans = [pd.api.types.is_bool_dtype(kind) for kind in frame.dtypes]
    plain = all(numeric) and not any(booleans)
    X = frame.to_numpy(float) if plain else frame.astype(object).to_numpy()
    found = MFE(groups=[group], random_state=0, suppress_warnings=True).fit(X, y).extract()
    return {name: float(value) for name, value in zip(*found, strict=True)}


def in_fresh_process(path: Path, target: str, group: str) -> dict[str, float]:
    """The same in a process of its own, with a limit of CPU time; empty if that fails."""
    command = [sys.executable, __file__, "--one", str(path), target, group]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    out = subprocess.run(command, check=False, capture_output=True, text=True, preexec_fn=limit)
    lines = out.stdout.splitlines()
    found: dict[str, float] = json.loads(lines[-1]) if out.returncode == 0 else {}
    return found


def compare(ours: float, theirs: float) -> str:
    """How two values relate, in a word."""
    if np.isnan(theirs) and np.isnan(ours):
        return "both undefined"
    if not np.isfinite(theirs):
        return "only here"
    if np.isnan(ours):
        return "only pymfe"
    # Below this a value is rounding, in both programs.
    return "agree" if abs(ours - theirs) <= RELATIVE * abs(theirs) + 1e-12 else "differ"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--max-rows", type=int, default=2000)
    parser.add_argument("--cache", type=Path, default=Path("pymfe_values.json"))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        path, target, group = options.one
        print(json.dumps(pymfe_values(Path(path), target, group)))
        return
    if options.shared is None:
        parser.error("--shared DIR is needed")
    index = pd.read_csv(options.shared / "datasets" / "index.csv")
    if options.tables:
        index = index[index["name"].isin(options.tables)]
    else:
        complete = (index["n_missing_cells"] == 0) & (index["task"] != "regression")
        index = index[complete & (index["n_rows"] <= options.max_rows)]
    cache = json.loads(options.cache.read_text()) if options.cache.exists() else {}
    entries = [entry for entry in catalogue() if entry.pymfe]
    results = []
    for table in index.itertuples():
        path = options.shared / "datasets" / "tables" / f"{table.name}.parquet"
        ours = extract(path, target=table.target, max_rows=None, summaries=("mean", "sd"))
        for group in dict.fromkeys(entry.group for entry in entries):
            key = f"{table.name} {group}"
            if key not in cache:
                cache[key] = in_fresh_process(path, table.target, group)
                options.cache.write_text(json.dumps(cache))
            for entry in entries:
                for output in ("", ".mean", ".sd"):
                    theirs = cache[key].get(entry.pymfe + output)
                    if entry.group == group and theirs is not None:
                        here = ours.get(entry.name + output, np.nan)
                        results.append((group, entry.name + output, table.name, here, theirs))
    frame = pd.DataFrame(results, columns=["group", "name", "table", "ours", "pymfe"])
    frame["result"] = [compare(a, b) for a, b in zip(frame["ours"], frame["pymfe"], strict=True)]
    counts = frame.groupby("group", sort=False)["result"].value_counts().unstack(fill_value=0)
    print(f"{len(index)} tables\n\n{counts.to_markdown()}\n")
    odd = frame[~frame["result"].isin(["agree", "both undefined"])]
    print("| name | result | tables | for example | here | pymfe |\n|---|---|---|---|---|---|")
    for (name, result), rows in odd.groupby(["name", "result"], sort=False):
        first = rows.iloc[0]
        print(
            f"| {name} | {result} | {len(rows)} of {(frame['name'] == name).sum()} "
            f"| {first['table']} | {first['ours']:.9g} | {first['pymfe']:.9g} |"
        )


if __name__ == "__main__":
    main()
