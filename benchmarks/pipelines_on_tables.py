"""Fit every base-learner on every table and predict unseen rows.

Reads the tables of one kind of task that SHARED/datasets/index.csv lists, takes at most 500 rows of
each, fits on three quarters and predicts the rest. A warning counts as a note, an error as a
failure. The score is balanced accuracy, or R2 that is cut off at 0.

    python benchmarks/pipelines_on_tables.py --shared SHARED [--kind regression]
        [--points N] [--largest CELLS] [--tables NAME ...]

Each table gets the default configuration, and with --points so many space-filling ones as well,
other ones on each table.
"""

import argparse
import time
import warnings
from collections import Counter
from pathlib import Path

import pandas as pd
from sklearn.metrics import balanced_accuracy_score, r2_score
from sklearn.model_selection import train_test_split

from metarec.learners import (
    TableShape,
    default,
    get_learner,
    learner_names,
    make_pipeline,
    space_filling,
)

ROWS = 500


def read_task(folder: Path, name: str, target: str, kind: str) -> tuple[pd.DataFrame, pd.Series]:
    """Read a table's features and target, at most `ROWS` rows of classes that can be split."""
    frame = pd.read_parquet(folder / "tables" / f"{name}.parquet").dropna(subset=[target])
    if len(frame) > ROWS:
        frame = frame.sample(ROWS, random_state=0)
    if kind == "regression":
        return frame.drop(columns=target), frame[target].astype(float)
    labels = frame[target].astype(str)
    # A class of one row cannot stand in both parts.
    common = labels.isin(labels.value_counts().loc[lambda counts: counts >= 2].index)
    return frame.loc[common].drop(columns=target), labels[common]


def split(X: pd.DataFrame, y: pd.Series, kind: str) -> list:
    stratify = y if kind == "classification" and y.nunique() < 50 else None
    return train_test_split(X, y, random_state=0, stratify=stratify)


def score(kind: str, y: pd.Series, predicted: pd.Series) -> float:
    if kind == "regression":
        return max(0.0, r2_score(y, predicted))
    return balanced_accuracy_score(y, predicted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="folder with datasets/")
    parser.add_argument(
        "--kind", choices=("classification", "regression"), default="classification"
    )
    parser.add_argument("--points", type=int, default=0, help="space-filling configurations")
    parser.add_argument("--largest", type=int, help="only tables of at most so many cells")
    parser.add_argument("--tables", nargs="*", help="only these tables")
    arguments = parser.parse_args()
    kind, folder = arguments.kind, arguments.shared / "datasets"
    index = pd.read_csv(folder / "index.csv")
    index = index[(index["task"] == "regression") == (kind == "regression")]
    if arguments.tables:
        index = index[index["name"].isin(arguments.tables)]
    if arguments.largest:
        index = index[index["n_rows"] * index["n_features"] <= arguments.largest]

    names = learner_names(kind, installed=True)
    done, tried, failures, notes = Counter(), Counter(), [], Counter()
    seconds, scores = Counter(), Counter()
    for number, row in enumerate(index.itertuples()):
        X, y = read_task(folder, row.name, row.target, kind)
        shape = TableShape(len(X), X.shape[1], 0 if kind == "regression" else y.nunique())
        X_train, X_test, y_train, y_test = split(X, y, kind)
        for algorithm in names:
            learner = get_learner(algorithm, kind)
            points = space_filling(learner, arguments.points, shape, seed=number)
            for configuration in (default(learner, shape), *points):
                start = time.perf_counter()
                tried[algorithm] += 1
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    try:
                        pipeline = make_pipeline(configuration, shape=shape)
                        predicted = pipeline.fit(X_train, y_train).predict(X_test)
                        scores[algorithm] += score(kind, y_test, predicted)
                        done[algorithm] += 1
                    except Exception as error:
                        reason = f"{type(error).__name__}: {error}".splitlines()[0]
                        failures.append(f"{row.name} {configuration.key}: {reason}")
                        print(failures[-1], flush=True)
                seconds[algorithm] += time.perf_counter() - start
                for message in {str(w.message)[:70] for w in caught}:
                    notes[f"{algorithm}: {message}"] += 1

    print(f"{'base-learner':<24}{'fits':>10}{'mean score':>12}{'seconds':>10}")
    for algorithm in names:
        mean = scores[algorithm] / max(1, done[algorithm])
        fits = f"{done[algorithm]}/{tried[algorithm]}"
        print(f"{algorithm:<24}{fits:>10}{mean:>12.4f}{seconds[algorithm]:>10.1f}")
    print(f"\n{done.total()} of {tried.total()} pipelines fitted and predicted")
    print(*(f"{count} x {note}" for note, count in notes.most_common()), sep="\n")
    return int(bool(failures))


if __name__ == "__main__":
    raise SystemExit(main())
