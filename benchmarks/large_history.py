"""A history of millions of runs: written, summarised, read in part, and learned from.

The runs are those that YAHPO's surrogates give random configurations of XGBoost, half of them in
the range of the base-learner of that name, and of R's decision trees; the meta-features are drawn
at random, because it is the memory and the seconds that count. Each step is a process of its own.

    python benchmarks/large_history.py --shared DIR [--runs 10000000] [--folder /tmp]

DIR holds the folder `surrogates` with YAHPO's data.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

DATASETS_PER_SCENARIO = (118, 118, 117)
"""XGBoost twice, and the trees."""

SETUP = """
import sys
from metarec.history import HistoryStore
folder, surrogates, configurations = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = HistoryStore(folder)
"""

STEPS = {
    "write": """
from metarec.history.sources import import_yahpo
rows = import_yahpo(surrogates, store, configurations=configurations)[0]
rows += import_yahpo(surrogates, store, configurations=configurations, suggestable=True)[0]
""",
    "describe": """
import numpy as np
import pyarrow as pa
from metarec.history import META_FEATURE_SCHEMA
generator, names = np.random.default_rng(0), set()
for batch in store.scan_runs(columns=["dataset"]):
    names.update(batch["dataset"].unique().to_pylist())
features = [
    {"dataset": name, "name": feature, "value": float(generator.integers(2, 10_000))}
    for name in sorted(names)
    for feature in ("nr_inst", "nr_attr", "nr_class", "class_ent", "nr_cat", "nr_num")
]
table = pa.Table.from_pylist(features, schema=META_FEATURE_SCHEMA)
store.append_meta_features(table, source="yahpo.drawn")
rows = len(features)
""",
    "summarize": """
from metarec.history import summarize
rows = summarize(store)["runs"]
""",
    "list": """
from metarec.history import list_datasets
rows = sum(row["runs"] for row in list_datasets(store))
""",
    "read the runs of one data set": """
import pyarrow.compute as pc
rows = store.runs(where=pc.field("dataset") == "openml-31").num_rows
""",
    "read one task type's scores": """
columns = ["dataset", "balanced_accuracy"]
rows = sum(batch.num_rows for batch in store.scan_runs(columns=columns, task="binary"))
""",
    "meta-train": """
from metarec import Recommender
recommender = Recommender("lightgbm", metrics=["balanced_accuracy"]).fit(folder)
recommender.save(folder + ".knowledge.zip")
(expert,) = recommender.knowledge.experts.values()
rows = expert.meta_dataset.scores.size
""",
}
"""What each step does; it leaves in `rows` how many it met."""

MEASURE = """
import json, resource, time
begin = time.perf_counter()
{code}
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([rows, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**10]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--steps", default=",".join(STEPS), help="comma-separated")
    arguments = parser.parse_args()
    configurations = math.ceil(arguments.runs / sum(DATASETS_PER_SCENARIO))
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        history = Path(folder) / "history"
        print(f"{'step':32} {'rows':>10} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}")
        for name in arguments.steps.split(","):
            given = [history, arguments.shared / "surrogates", configurations]
            done = subprocess.run(
                [sys.executable, "-c", MEASURE.format(code=SETUP + STEPS[name]), *map(str, given)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                print(f"{name:32} failed: {done.stderr.strip().splitlines()[-1]}")
                continue
            rows, wall, cpu, peak = json.loads(done.stdout.splitlines()[-1])
            print(f"{name:32} {rows:10} {wall:8.1f} {cpu:8.1f} {peak:9.0f}", flush=True)
        size = sum(path.stat().st_size for path in history.rglob("*.parquet"))
        print(f"{size / 2**20:.0f} MiB of Parquet")


if __name__ == "__main__":
    main()
