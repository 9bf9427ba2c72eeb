"""Every meta-feature of every real table: no exception, and a reason for each undefined value.

    python benchmarks/undefined_values.py --shared DIR [--jobs 2] [--csv undefined.csv]

DIR holds datasets/index.csv (columns name, target, ...) and datasets/tables/NAME.parquet.
"""

import argparse
import csv
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from metafeatures import extract


def undefined(folder: Path, name: str, target: str) -> tuple[str, float, dict[str, str], list[str]]:
    """Name, seconds, reason of each value that is not finite, and names without a reason."""
    found = extract(folder / "tables" / f"{name}.parquet", target=target)
    silent = [k for k, v in found.items() if not np.isfinite(v) and k not in found.skipped]
    return name, sum(found.times.values()), dict(found.skipped), silent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--csv", type=Path, help="write each table, name and reason")
    options = parser.parse_args()
    folder = options.shared / "datasets"
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    tasks = (delayed(undefined)(folder, entry["name"], entry["target"]) for entry in entries)
    results = list(Parallel(options.jobs)(tasks))
    rows = [(table, name, why) for table, _, skipped, _ in results for name, why in skipped.items()]
    silent = [(table, name) for table, _, _, names in results for name in names]
    tables: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, name, why in rows:
        # Numbers in a reason differ from table to table.
        tables[name, re.sub(r"\b\d[\d.,]*", "N", why)].add(table)
    seconds = sorted((spent, table) for table, spent, _, _ in results)
    print(
        f"{len(results)} tables, no exception; {len(rows)} values are not finite, of which "
        f"{len(silent)} have no reason; median {seconds[len(seconds) // 2][0]:.2f} s, "
        f"slowest {', '.join(f'{name} {spent:.1f} s' for spent, name in seconds[-3:])}\n"
    )
    grouped: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for (name, why), where in tables.items():
        grouped[why, frozenset(where)].append(name)
    print("| reason | tables | meta-features |\n|---|---|---|")
    for (why, where), names in sorted(grouped.items(), key=lambda item: -len(item[0][1])):
        some = ", ".join(sorted(where)[:3]) + (", ..." if len(where) > 3 else "")
        print(f"| {why} | {len(where)} ({some}) | {', '.join(names)} |")
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("table", "meta_feature", "reason"), *rows])


if __name__ == "__main__":
    main()
