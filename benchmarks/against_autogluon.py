"""`metarec tune` and AutoGluon on real tables: the same rows, one core, the same seconds.

Each table is split into two parts, stratified by class where there are classes; both systems learn
from the first and are judged by log loss or RMSE on the second. The knowledge is trained without
the tables and their families. AutoGluon runs in an environment of its own, with its defaults and
`num_cpus=1`. The two never run at the same time. Lines of JSON are written as it goes; a run that
was stopped goes on.

    python benchmarks/against_autogluon.py DATASETS --autogluon PYTHON --results FILE

DATASETS has an index.csv (name, task, target, n_rows) and tables/NAME.parquet; PYTHON is the
interpreter of an environment with `autogluon.tabular[lightgbm,catboost,xgboost]`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

N_TABLES, N_SPLITS = 30, 2
SIDES = ("metarec", "autogluon")
LATE = 1.25
"""Times the limit after which a side is stopped."""


def predict_with_metarec(job: dict, train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """Tune, and predict probabilities or values."""
    import metarec

    result = metarec.tune(
        train,
        target=job["target"],
        task="classification" if job["classes"] else "regression",
        metric="log_loss" if job["classes"] else "rmse",
        time_limit=job["seconds"],
        knowledge=job["knowledge"],
        random_state=job["seed"],
    )
    if not job["classes"]:
        return np.asarray(result.pipeline.predict(test))
    found = pd.DataFrame(result.pipeline.predict_proba(test), columns=result.pipeline.classes_)
    return found.rename(columns=str)[job["classes"]].to_numpy()


def predict_with_autogluon(job: dict, train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """The same with AutoGluon."""
    from autogluon.tabular import TabularPredictor

    with tempfile.TemporaryDirectory() as folder:
        kinds = {0: "regression", 2: "binary"}
        predictor = TabularPredictor(
            job["target"],
            problem_type=kinds.get(len(job["classes"]), "multiclass"),
            eval_metric="log_loss" if job["classes"] else "root_mean_squared_error",
            path=folder,
            verbosity=0,
        ).fit(train, time_limit=job["seconds"], num_cpus=1)
        if not job["classes"]:
            return predictor.predict(test).to_numpy()
        found = predictor.predict_proba(test).rename(columns=str)
        return found.reindex(columns=job["classes"], fill_value=0.0).to_numpy()


def answer(path: Path, side: str) -> None:
    """One side's process: predict, and write what was found and the seconds it took."""
    job = json.loads(path.read_text())
    train = pd.read_parquet(path.with_name("train.parquet"))
    test = pd.read_parquet(path.with_name("test.parquet"))
    predict = predict_with_metarec if side == "metarec" else predict_with_autogluon
    started = time.perf_counter()
    found = predict(job, train, test)
    np.savez(path.with_name(f"{side}.npz"), found=found, seconds=time.perf_counter() - started)


def score(truth: pd.Series, found: np.ndarray, classes: list[str]) -> float:
    """Log loss or RMSE; lower is better."""
    from sklearn.metrics import log_loss, root_mean_squared_error

    if not classes:
        return float(root_mean_squared_error(truth, found))
    found = np.clip(found, 1e-6, None)
    codes = truth.astype(str).map({name: code for code, name in enumerate(classes)})
    return float(
        log_loss(codes, found / found.sum(axis=1, keepdims=True), labels=np.arange(len(classes)))
    )


def split(row: pd.Series, folder: Path, part: int) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Rows to learn from, rows to be judged by, and the classes."""
    from sklearn.model_selection import train_test_split

    table = pd.read_parquet(folder / "tables" / f"{row['name']}.parquet")
    table = table.dropna(subset=[row["target"]])
    strata = None
    if row["task"] != "regression":
        labels = table[row["target"]].astype(str)
        table = table[labels.map(labels.value_counts()) >= 10]
        strata = labels[table.index]
    train, test = train_test_split(table, test_size=0.3, random_state=part, stratify=strata)
    classes = [] if strata is None else sorted(strata.unique())
    return train, test, classes


def measure(
    row: pd.Series, part: int, arguments: argparse.Namespace, knowledge: Path
) -> list[dict]:
    """Both sides on one split."""
    train, test, classes = split(row, arguments.datasets, part)
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train.to_parquet(folder / "train.parquet")
        test.drop(columns=row["target"]).to_parquet(folder / "test.parquet")
        job = {
            "target": row["target"],
            "classes": classes,
            "seconds": arguments.seconds,
            "seed": part,
            "knowledge": str(knowledge),
        }
        (folder / "job.json").write_text(json.dumps(job))
        for side in SIDES:
            python = sys.executable if side == "metarec" else arguments.autogluon
            done = subprocess.run(
                [python, "-W", "ignore", __file__, "--answer", side, folder / "job.json"],
                capture_output=True,
                text=True,
                timeout=60 + LATE * arguments.seconds,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                preexec_fn=lambda: os.sched_setaffinity(0, {arguments.core}),
                check=False,
            )
            line = {"table": row["name"], "part": part, "side": side}
            if done.returncode:
                line["error"] = done.stderr.strip().splitlines()[-1:]
            else:
                with np.load(folder / f"{side}.npz") as stored:
                    line["score"] = score(test[row["target"]], stored["found"], classes)
                    line["seconds"] = float(stored["seconds"])
            found.append(line)
    return found


def report(lines: list[dict]) -> None:
    """Wins, ties and losses by table, mean over the splits; ties are within 0.5 %."""
    frame = pd.DataFrame(lines)
    wide = frame.pivot_table(index="table", columns="side", values="score", aggfunc="mean")
    wide = wide.dropna()
    ratio = wide["metarec"] / wide["autogluon"]
    wins, losses = int((ratio < 0.995).sum()), int((ratio > 1.005).sum())
    print(wide.assign(ratio=ratio).round(4).to_string())
    print(f"{len(wide)} tables: {wins} wins, {len(wide) - wins - losses} ties, {losses} losses")
    print(f"geometric mean of metarec / autogluon: {np.exp(np.log(ratio).mean()):.3f}")
    print(frame.groupby("side")["seconds"].describe().round(1).to_string())
    if "error" in frame:
        print(frame.dropna(subset=["error"])[["table", "part", "side", "error"]].to_string())


def main() -> None:
    """Run what is missing, then report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("datasets", type=Path)
    parser.add_argument("--autogluon", help="the other environment's interpreter")
    parser.add_argument("--results", type=Path, default=Path("against_autogluon.jsonl"))
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--tables", type=int, default=N_TABLES, help="the first so many")
    parser.add_argument("--answer", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.answer:
        answer(arguments.datasets, arguments.answer)
        return
    index = pd.read_csv(arguments.datasets / "index.csv")
    index = index[index["n_rows"].between(500, 50_000) & (index["n_features"] <= 100)]
    chosen = index.sample(frac=1.0, random_state=0).drop_duplicates("family").head(N_TABLES)
    lines = []
    if arguments.results.exists():
        lines = [json.loads(line) for line in arguments.results.read_text().splitlines()]
    done = {(line["table"], line["part"]) for line in lines}
    with tempfile.TemporaryDirectory() as folder, arguments.results.open("a") as stream:
        # The other side's environment has no metarec.
        from held_out import knowledge_without

        knowledge = Path(folder) / "knowledge.zip"
        known = knowledge_without(
            set(chosen["name"]), Path(folder) / "history", ("log_loss", "rmse")
        )
        known.save(knowledge)
        for part in range(N_SPLITS):
            for _, row in chosen.head(arguments.tables).iterrows():
                if (row["name"], part) in done:
                    continue
                for line in measure(row, part, arguments, knowledge):
                    print(line, flush=True)
                    stream.write(json.dumps(line) + "\n")
                    lines.append(line)
                stream.flush()
    report(lines)


if __name__ == "__main__":
    main()
