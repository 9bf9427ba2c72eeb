"""Measure whether the 80 % intervals of scores and fit times hold on left-out data sets.

For each kind of task and metric, whole families of metarec's own data sets are left out, everything
is learned from the rest, and the first suggestions for each left-out data set are looked up in the
history. Prints Markdown: the share of suggestions inside their interval with a 95 % bootstrap
interval over families, the median width, and the mean pinball loss at 10, 50 and 90 % beside that
of the quantiles of the best scores on known data sets of similar size. Then, for each kind, the
factors by which half and nine tenths of the predicted fit times are off at most, and the share
inside their interval.

    python benchmarks/calibration.py [--history shipped DIR] [--metalearner sequential]
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from metarec.evaluation import Bootstrap, leave_families_out
from metarec.history import (
    METRICS,
    OWN_SOURCE,
    REGRESSION_METRICS,
    HistoryStore,
    MetaDataset,
    build_meta_dataset,
)
from metarec.learners import TableShape
from metarec.metalearners import (
    FitTime,
    MetaLearner,
    ScoreModel,
    SizeDistance,
    Task,
    get_metalearner,
)

SIZE = ("nr_inst", "nr_attr", "nr_class")
N_FOLDS = 5
LEVELS = np.array([0.1, 0.5, 0.9])
LARGE = 1000
"""Rows of a fit above which its times are shown apart."""


@dataclass
class Seen:
    """One suggestion for a left-out data set: what was predicted, what came."""

    row: int
    place: int
    truth: float
    predicted: np.ndarray
    """Low, median, high."""
    baseline: np.ndarray
    """Likewise, of the best scores on data sets of similar size."""


def left_out(meta_dataset: MetaDataset, seed: int) -> Iterator[tuple[MetaDataset, list[int]]]:
    """What is known, and the own data sets that are left out."""
    folds = leave_families_out(meta_dataset.families, n_folds=N_FOLDS, random_state=seed)
    for train, test in folds:
        own = [row for row in test if meta_dataset.datasets[row].source == OWN_SOURCE]
        yield meta_dataset.take(train), own


def look_up(
    stores: list[HistoryStore], metric: str, metalearner: type[MetaLearner], top: int, seed: int
) -> tuple[MetaDataset, list[Seen]]:
    """The first suggestions for every own data set."""
    asked = build_meta_dataset(stores, kind=kind_of(metric), metric=metric)
    # What a recommender does: R2 is answered by the expert of RMSE.
    answer = replace_r2(stores, metric, asked)
    sign = 1.0 if METRICS[metric] == "maximize" else -1.0
    sizes = asked.with_meta_features(SIZE).meta_features
    scales = unit(asked)
    found = []
    for known, rows in left_out(answer, seed):
        model, learner = ScoreModel.fit(known), metalearner().fit(known)
        own = [at for at, each in enumerate(known.datasets) if each.source == OWN_SOURCE]
        names = {known.datasets[at].name for at in own}
        distance = SizeDistance(known.take(np.array(own)).with_meta_features(SIZE).meta_features)
        kept = np.array([at for at, each in enumerate(asked.datasets)
                         if each.name in names and each.source == OWN_SOURCE])  # fmt: skip
        best = sign * asked.scale()[0][kept] / scales[kept]
        for row in rows:
            features = asked.features_of(row)
            order = learner.rank(Task(features, np.isfinite(asked.scores[row])), top=top)
            predicted = model.predict([asked.configurations[at] for at in order], features)
            if answer.metric != metric:
                predicted = predicted.rmse_to_r2(features["target_sd"])
            three = np.stack([predicted.low, predicted.score, predicted.high]) / scales[row]
            near = np.exp(-distance.to_all(sizes[row]))
            usual = np.quantile(best, LEVELS, weights=near, method="inverted_cdf")
            for place, column in enumerate(order):
                truth = sign * asked.scores[row, column] / scales[row]
                found.append(Seen(row, place, float(truth), three[:, place], usual))
    return asked, found


def kind_of(metric: str) -> str:
    """Kind of the tasks that a metric judges."""
    return "regression" if metric in REGRESSION_METRICS else "classification"


def replace_r2(stores: list[HistoryStore], metric: str, asked: MetaDataset) -> MetaDataset:
    """What the answer is learned from."""
    if metric != "r2":
        return asked
    answer = build_meta_dataset(stores, kind="regression", metric="rmse")
    assert answer.datasets == asked.datasets
    assert answer.configurations == asked.configurations
    return answer


def unit(meta_dataset: MetaDataset) -> np.ndarray:
    """What an error is divided by, so that data sets can be compared."""
    if meta_dataset.metric in {"rmse", "mae"}:
        return meta_dataset.with_meta_features(["target_sd"]).meta_features[:, 0]
    return np.ones(len(meta_dataset.datasets))


def pinball(truth: float, quantiles: np.ndarray) -> float:
    """Mean over the three levels."""
    miss = truth - quantiles
    return float(np.maximum(LEVELS * miss, (LEVELS - 1) * miss).mean())


def report_scores(name: str, meta_dataset: MetaDataset, seen: list[Seen]) -> None:
    """One line of the table of scores."""
    known = [each for each in seen if not np.isnan(each.predicted).any()]
    inside = np.array(
        [each.predicted[0] <= each.truth <= each.predicted[2] for each in known], dtype=float
    )
    families = np.array(meta_dataset.families)[[each.row for each in known]]
    first = np.array([each.place == 0 for each in known])
    low, high = Bootstrap(families[first]).interval(inside[first])
    low_all, high_all = Bootstrap(families).interval(inside)
    width = np.median([each.predicted[2] - each.predicted[0] for each in known])
    loss = np.mean([pinball(each.truth, each.predicted) for each in known])
    usual = np.mean([pinball(each.truth, each.baseline) for each in known])
    error = np.median([abs(each.truth - each.predicted[1]) for each in known])
    print(
        f"| {name} | {len({each.row for each in known})} | {inside[first].mean():.0%} "
        f"[{low:.0%}, {high:.0%}] | {inside.mean():.0%} [{low_all:.0%}, {high_all:.0%}] | "
        f"{width:.3f} | {error:.3f} | {loss:.4f} | {usual:.4f} |",
        flush=True,
    )


def report_times(name: str, meta_dataset: MetaDataset, seed: int) -> None:
    """One line of the table of fit times, over all runs of the left-out data sets."""
    factors, inside, families, rows_of_fit = [], [], [], []
    for known, rows in left_out(meta_dataset, seed):
        model = FitTime.fit(known)
        for row in rows:
            features = meta_dataset.features_of(row)
            n_classes = np.nan_to_num(features["nr_class"])
            shape = TableShape(
                int(meta_dataset.fit_rows[row]), int(features["nr_attr"]), int(n_classes)
            )
            predicted = model.predict(
                meta_dataset.configurations, shape, n_numeric=int(features["nr_num"])
            )
            truth = meta_dataset.fit_seconds[row]
            known_time = ~np.isnan(truth) & ~np.isnan(predicted.seconds)
            ratio = np.log(truth[known_time] / predicted.seconds[known_time])
            held = (predicted.low <= truth) & (truth <= predicted.high)
            factors += np.exp(np.abs(ratio)).tolist()
            inside += held[known_time].tolist()
            families += [meta_dataset.families[row]] * int(known_time.sum())
            rows_of_fit += [shape.n_rows] * int(known_time.sum())
    large = np.array(rows_of_fit) > LARGE
    for part, which in ((f"at most {LARGE:,}", ~large), (f"more than {LARGE:,}", large)):
        if not which.any():
            continue
        held = np.array(inside, dtype=float)[which]
        low, high = Bootstrap(np.array(families)[which].tolist()).interval(held)
        half, most = np.quantile(np.array(factors)[which], [0.5, 0.9])
        print(
            f"| {name} | {part} | {len(held)} | {half:.2f} | {most:.2f} | {held.mean():.0%} "
            f"[{low:.0%}, {high:.0%}] |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", nargs="+", default=["shipped"])
    parser.add_argument("--metrics", nargs="+", default=list(METRICS))
    parser.add_argument("--metalearner", default="sequential")
    parser.add_argument("--top", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    stores = [HistoryStore.shipped() if name == "shipped" else HistoryStore(name)
              for name in arguments.history]  # fmt: skip
    metalearner = get_metalearner(arguments.metalearner)
    print(
        f"| metric | data sets | first inside | first {arguments.top} inside | median width | "
        "median error | pinball loss | of the best at that size |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    timed: dict[str, MetaDataset] = {}
    for metric in arguments.metrics:
        meta_dataset, seen = look_up(stores, metric, metalearner, arguments.top, arguments.seed)
        timed.setdefault(meta_dataset.kind, meta_dataset)
        report_scores(metric, meta_dataset, seen)
    print("\n| fit time | rows of a fit | runs | median factor | of nine tenths | inside |")
    print("|---|---|---|---|---|---|")
    for kind, meta_dataset in timed.items():
        report_times(kind, meta_dataset, arguments.seed)


if __name__ == "__main__":
    main()
