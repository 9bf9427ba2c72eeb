"""Whether `metarec tune --time-limit` holds: the command's own wall time against its limit.

Each run is a process of its own that also writes its model; the time is from its start to its end,
imports included, on whatever else the machine does meanwhile.

    python benchmarks/tune_time_limit.py TABLES... [--limits 20 60]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [str(Path(sys.executable).with_name("metarec")), "tune"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--limits", nargs="+", type=float, default=[20.0, 60.0])
    arguments = parser.parse_args()
    print("table                 limit     used  share  complete pruned  other members  load  said")
    for limit in arguments.limits:
        for table in arguments.tables:
            with tempfile.TemporaryDirectory() as folder:
                options = ["--time-limit", f"{limit}s", "--output", f"{folder}/model.skops"]
                start = time.perf_counter()
                done = subprocess.run(
                    [*COMMAND, str(table), *options, "--format", "json"],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                used = time.perf_counter() - start
            load = float(Path("/proc/loadavg").read_text().split()[0])
            found = json.loads(done.stdout) if done.returncode == 0 else {}
            trials = found.get("trials", {})
            complete, pruned = trials.get("complete", 0), trials.get("pruned", 0)
            print(
                f"{table.stem:20.20} {limit:6g} {used:8.1f} {used / limit:6.2f} {complete:9} "
                f"{pruned:6} {sum(trials.values()) - complete - pruned:6} "
                f"{len(found.get('members', ())):7} {load:5.1f}  {done.stderr.strip()[:150]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
