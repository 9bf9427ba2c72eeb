"""Ten trials of `metarec tune` against a hundred of a cold Optuna TPE, on tables never seen.

The knowledge is trained once without any of the tables compared, nor their families. A third of
each table's rows is held out; both sides see the same other rows, folds, space, pruner and limits.
Of each side two scores are kept: the best trial's mean over the folds, which a longer search
inflates more, and that of the final fit on the rows held out, as an ensemble (what `tune` gives by
default) and as the best pipeline alone. A line of JSON is written after each table, and a run that
was stopped goes on; `--print` makes Markdown of what is there.

    python benchmarks/tune.py DATASETS --results FILE [--tables 40] [--seeds 0] [--print]
"""

import argparse
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
from held_out import knowledge_without
from sklearn.model_selection import train_test_split

import metarec
from metarec.collecting.scoring import score_classes, score_values
from metarec.history import METRICS
from metarec.learners import make_pipeline

USUAL = {"classification": "balanced_accuracy", "regression": "rmse"}
MOST_CELLS = 30_000
WARM, COLD = 10, 100


def choose_tables(index: pd.DataFrame, n_tables: int) -> pd.DataFrame:
    """One table of each family, half of them regression, drawn at random; small ones first."""
    index = index.assign(cells=index["n_rows"] * index["n_features"])
    small = index[index["cells"] <= MOST_CELLS].sample(frac=1.0, random_state=0)
    small = small.drop_duplicates("family")
    is_regression = small["task"] == "regression"
    half = n_tables // 2
    chosen = pd.concat([small[is_regression].head(half), small[~is_regression].head(half)])
    return chosen.sort_values(["cells", "name"])


def score(pipeline: object, X: pd.DataFrame, y: np.ndarray, metric: str) -> float:
    """On rows that nothing was fitted on."""
    predicted = np.asarray(pipeline.predict(X))
    if metric == "rmse":
        return score_values(y.astype(float), predicted.astype(float))[metric]
    classes, codes = np.unique(np.concatenate([y, predicted]), return_inverse=True)
    assert len(classes)
    return score_classes(codes[: len(y)], codes[len(y) :], None, probabilities=False)[metric]


def compare(path: Path, target: str, task: str, knowledge: Path, seed: int) -> dict[str, object]:
    """Both sides on one table."""
    frame = pd.read_parquet(path)
    frame = frame[frame[target].notna()]
    kind = "regression" if task == "regression" else "classification"
    labels = frame[target] if kind == "regression" else frame[target].astype(str)
    counts = labels.value_counts()
    strata = labels if kind == "classification" and counts.min() > 1 else None
    train, test = train_test_split(
        np.arange(len(frame)), test_size=1 / 3, random_state=seed, stratify=strata
    )
    X, y = frame.drop(columns=target), labels.to_numpy()
    found: dict[str, object] = {"metric": USUAL[kind]}
    for side, trials, arguments in (
        ("warm", WARM, {"knowledge": knowledge}),
        ("cold", COLD, {"cold": True}),
    ):
        result = metarec.tune(
            X.iloc[train], pd.Series(y[train], name=target), task=kind, metric=USUAL[kind],
            trials=trials, trial_seconds="60s", random_state=seed, **arguments,
        )  # fmt: skip
        alone = make_pipeline(result.best, task=kind, random_state=seed)
        alone.fit(X.iloc[train], y[train])
        found[side] = {
            "trials": result.to_dict()["trials"],
            "best": result.best_score,
            "held_out": score(result.pipeline, X.iloc[test], y[test], USUAL[kind]),
            "held_out_alone": score(alone, X.iloc[test], y[test], USUAL[kind]),
            "algorithm": result.best.algorithm,
            "seconds": round(result.seconds, 1),
        }
    return found


def show(lines: list[dict[str, object]]) -> None:
    """Markdown: on how many tables ten warm trials were at least as good, and by how much.

    A table's gain is the mean over its seeds: a third of a small table says little by itself.
    """
    for name, warm, cold in (
        ("best trial, over the folds", "best", "best"),
        ("ensemble, held out", "held_out", "held_out"),
        ("pipeline alone, held out", "held_out_alone", "held_out_alone"),
        ("ensemble against pipeline alone, held out", "held_out", "held_out_alone"),
    ):
        by_table: dict[str, list[float]] = {}
        for line in lines:
            a, b = line["warm"][warm], line["cold"][cold]
            sign = 1.0 if METRICS[line["metric"]] == "maximize" else -1.0
            scale = 1.0 if sign > 0 else b or 1.0
            by_table.setdefault(line["table"], []).append(sign * (a - b) / scale)
        gains = np.array([np.mean(each) for each in by_table.values()])
        draws = np.random.default_rng(0).choice(gains, (2000, len(gains))) >= 0
        low, high = np.quantile(draws.mean(axis=1), [0.025, 0.975])
        print(
            f"| {name} | {len(gains)} | {(gains >= 0).mean():.2f} [{low:.2f}, {high:.2f}] | "
            f"{np.median(gains):+.4f} | {gains.mean():+.4f} |"
        )


def main() -> None:
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("datasets", type=Path, help="folder of index.csv and tables/NAME.parquet")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--tables", type=int, default=40)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()
    results: Path = arguments.results
    text = results.read_text() if results.exists() else ""
    lines = [json.loads(line) for line in text.splitlines()]
    if arguments.print:
        show(lines)
        return
    tables = choose_tables(pd.read_csv(arguments.datasets / "index.csv"), arguments.tables)
    knowledge = results.with_suffix(".zip")
    if not knowledge.exists():
        with tempfile.TemporaryDirectory() as folder:
            known = knowledge_without(set(tables["name"]), Path(folder), USUAL.values())
            known.save(knowledge)
    done = {(line["table"], line["seed"]) for line in lines}
    for seed in arguments.seeds:
        for table in tables.itertuples():
            if (table.name, seed) in done:
                continue
            path = arguments.datasets / "tables" / f"{table.name}.parquet"
            found = compare(path, table.target, table.task, knowledge, seed)
            line = {"table": table.name, "seed": seed, **found}
            with results.open("a") as stream:
                stream.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
