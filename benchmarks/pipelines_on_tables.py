"""Fit every base-learner's default pipeline on every table and predict unseen rows.

Reads the classification tables that SHARED/datasets/index.csv lists, takes at most 500 rows of
each, fits on three quarters and predicts the rest. A warning counts as a note, an error as a
failure.

    python benchmarks/pipelines_on_tables.py --shared SHARED [--tables NAME ...]
"""

import argparse
import time
import warnings
from collections import Counter
from pathlib import Path

import pandas as pd
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split

from metarec.learners import Configuration, TableShape, get_learner, learner_names, make_pipeline

ROWS = 500


def read_task(folder: Path, name: str, target: str) -> tuple[pd.DataFrame, pd.Series]:
    """Read a table's features and labels, at most `ROWS` rows of classes that can be split."""
    frame = pd.read_parquet(folder / "tables" / f"{name}.parquet").dropna(subset=[target])
    if len(frame) > ROWS:
        frame = frame.sample(ROWS, random_state=0)
    labels = frame[target].astype(str)
    # A class of one row cannot stand in both parts.
    common = labels.isin(labels.value_counts().loc[lambda counts: counts >= 2].index)
    return frame.loc[common].drop(columns=target), labels[common]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="folder with datasets/")
    parser.add_argument("--tables", nargs="*", help="only these tables")
    arguments = parser.parse_args()
    folder = arguments.shared / "datasets"
    index = pd.read_csv(folder / "index.csv")
    index = index[index["task"] != "regression"]
    if arguments.tables:
        index = index[index["name"].isin(arguments.tables)]

    done, failures, notes = Counter(), [], Counter()
    seconds, scores = Counter(), Counter()
    for row in index.itertuples():
        X, y = read_task(folder, row.name, row.target)
        shape = TableShape(len(X), X.shape[1], y.nunique())
        split = train_test_split(X, y, random_state=0, stratify=y if y.nunique() < 50 else None)
        X_train, X_test, y_train, y_test = split
        for algorithm in learner_names():
            start = time.perf_counter()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    values = get_learner(algorithm).default_hyperparameters(shape)
                    pipeline = make_pipeline(Configuration(algorithm, values), shape=shape)
                    predicted = pipeline.fit(X_train, y_train).predict(X_test)
                    scores[algorithm] += balanced_accuracy_score(y_test, predicted)
                    done[algorithm] += 1
                except Exception as error:
                    failures.append(f"{row.name} {algorithm}: {type(error).__name__}: {error}")
                    print(failures[-1], flush=True)
            seconds[algorithm] += time.perf_counter() - start
            for message in {str(w.message)[:70] for w in caught}:
                notes[f"{algorithm}: {message}"] += 1

    print(f"{'base-learner':<22}{'fits':>8}{'mean balanced accuracy':>25}{'seconds':>10}")
    for algorithm in learner_names():
        mean = scores[algorithm] / max(1, done[algorithm])
        fits = f"{done[algorithm]}/{len(index)}"
        print(f"{algorithm:<22}{fits:>8}{mean:>25.4f}{seconds[algorithm]:>10.1f}")
    print(f"\n{done.total()} of {len(index) * len(learner_names())} pipelines fitted and predicted")
    print(*(f"{count} x {note}" for note, count in notes.most_common()), sep="\n")
    return int(bool(failures))


if __name__ == "__main__":
    raise SystemExit(main())
