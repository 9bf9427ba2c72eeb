"""Ask for a suggestion on every table; fit and use the first one on the classification tables.

For each table of SHARED/datasets/index.csv the command runs as a process of its own, with the
target named. A classification table counts when the command ends with 0 and valid JSON, and the
first suggestion's `make_estimator()` fits a half of the rows and predicts the other half. A
regression table counts when the command refuses it with one clear line. Then iris is split in
halves with three seeds, as FLAML's users report it (anchor: accuracy of at least 0.90).

    python benchmarks/suggest_on_tables.py --shared SHARED [--tables NAME ...]
"""

import argparse
import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.model_selection import train_test_split

import metarec

COMMAND = [str(Path(sys.executable).with_name("metarec")), "suggest"]
EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


def ask(path: Path, target: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a table."""
    arguments = [path, "--target", target, "--format", "json"]
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def fit_and_predict(path: Path, target: str) -> tuple[str, float, float]:
    """Fit the first suggestion on a half; returns its name, score on the other half, seconds."""
    frame = pd.read_parquet(path)
    X, y = frame.drop(columns=target), frame[target].astype(str)
    common = y.isin(y.value_counts().loc[lambda counts: counts >= 2].index)
    X_fit, X_test, y_fit, y_test = train_test_split(
        X[common], y[common], test_size=0.5, random_state=0, stratify=y[common]
    )
    suggestion = metarec.suggest(X_fit, y_fit, top=1)[0]
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predicted = suggestion.make_estimator().fit(X_fit, y_fit).predict(X_test)
    seconds = time.perf_counter() - start
    return suggestion.algorithm, balanced_accuracy_score(y_test, predicted), seconds


def check_iris() -> bool:
    """Half of iris, three seeds."""
    frame = pd.read_csv(EXAMPLES / "iris.csv")
    X, y = frame.drop(columns="species"), frame["species"]
    accuracies = []
    for seed in range(3):
        X_fit, X_test, y_fit, y_test = train_test_split(X, y, test_size=0.5, random_state=seed)
        estimator = metarec.suggest(X_fit, y_fit, top=1)[0].make_estimator()
        accuracies.append(accuracy_score(y_test, estimator.fit(X_fit, y_fit).predict(X_test)))
    print(f"iris, halves, three seeds: accuracy {np.round(accuracies, 3).tolist()}")
    return min(accuracies) >= 0.9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="folder with datasets/")
    parser.add_argument("--tables", nargs="*", help="only these tables")
    arguments = parser.parse_args()
    folder = arguments.shared / "datasets"
    index = pd.read_csv(folder / "index.csv").sort_values("n_rows")
    if arguments.tables:
        index = index[index["name"].isin(arguments.tables)]

    answered = refused = fitted = 0
    failures = []
    for row in index.itertuples():
        path = folder / "tables" / f"{row.name}.parquet"
        done = ask(path, row.target)
        if row.task == "regression":
            one_line = len(done.stderr.strip().splitlines()) == 1
            if done.returncode == 1 and one_line and "regression" in done.stderr:
                refused += 1
            else:
                failures.append(f"{row.name}: {done.returncode} {done.stderr[-200:]}")
            continue
        try:
            assert done.returncode == 0, done.stderr[-300:]
            json.loads(done.stdout)["suggestions"][0]["algorithm"]
            answered += 1
            algorithm, score, seconds = fit_and_predict(path, row.target)
            fitted += 1
            print(f"{row.name:<40} {algorithm:<20} {score:.3f} {seconds:8.2f} s", flush=True)
        except Exception as error:
            failures.append(f"{row.name}: {type(error).__name__}: {error}")

    n_classification = int((index["task"] != "regression").sum())
    print(f"\nanswered: {answered} of {n_classification} classification tables")
    print(f"fitted and predicted: {fitted} of {n_classification}")
    print(f"refused in one line: {refused} of {len(index) - n_classification} regression tables")
    iris_is_good = check_iris()
    print(*failures, sep="\n")
    return int(bool(failures) or not iris_is_good)


if __name__ == "__main__":
    sys.exit(main())
