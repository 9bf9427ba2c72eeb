"""Compare the meta-learner with the size-aware portfolio on tables unlike all known ones.

Leaves data sets out of a history with their families, in random folds or by extremes (the seventh
with most rows, fewest rows, most columns, ...: further from the rest than a random fold). For each
left-out data set it notes how familiar it is to what was learned from the rest, and the regret of
the meta-learner's first list and of the size-aware portfolio's. Prints both by percentile of
familiarity and draws them.

    metarec history import oboe RUNS META_FEATURES --history OBOE
    python benchmarks/familiarity.py OBOE [--kind K] [--metric M] --points NEW.json
    python benchmarks/familiarity.py --points POINTS.json [MORE.json ...] --svg docs/familiarity.svg
"""

import argparse
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from metarec.evaluation import Bootstrap, leave_families_out
from metarec.history import HistoryStore, MetaDataset, build_meta_dataset
from metarec.metalearners import Familiarity, RankedDistance, Task, get_metalearner

METHODS = ("lightgbm", "size_aware_portfolio")  # a sequential's first list is that of lightgbm
LABELS = (("C0", "meta-learner"), ("C1", "size-aware portfolio"))
LENGTHS = (1, 3, 5, 10)
EXTREMES = (
    ("nr_inst", "low"), ("nr_inst", "high"), ("nr_attr", "low"), ("nr_attr", "high"),
    ("nr_class", "high"), ("nr_cat", "high"), ("one_nn.mean", "low"), ("one_nn.mean", "high"),
    ("skewness_biased.max", "high"), ("target_skewness", "high"),
)  # fmt: skip
SHARE = 7
EDGES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.01)


def splits(known: MetaDataset, protocol: str) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Name of each split, rows to learn from, rows that are left out."""
    if protocol == "folds":
        parts = leave_families_out(known.families, n_folds=5, random_state=0)
        yield from ((str(fold), train, test) for fold, (train, test) in enumerate(parts))
        return
    families = np.array(known.families)
    for name, side in EXTREMES:
        if name in known.meta_feature_names:
            column = known.meta_features[:, known.meta_feature_names.index(name)]
            order = np.argsort(np.nan_to_num(column, nan=-1.0), kind="stable")
            n = len(order) // SHARE
            left_out = np.isin(families, families[order[:n] if side == "low" else order[-n:]])
            yield f"{name} {side}", np.flatnonzero(~left_out), np.flatnonzero(left_out)


def measure(known: MetaDataset, history: str, protocol: str) -> list[dict[str, object]]:
    """One point per left-out data set and split."""
    regret = known.regret()
    points = []
    for name, train, test in splits(known, protocol):
        rest = known.take(train)
        learners = {each: get_metalearner(each)().fit(rest) for each in METHODS}
        familiarity = Familiarity.fit(rest)
        distance = RankedDistance(rest.meta_features)
        for row in test.tolist():
            task = Task(known.features_of(row), ~np.isnan(regret[row]))
            likeness = familiarity.of_task(task, distance.to_all(known.meta_features[row]))
            found = {}
            for each, learner in learners.items():
                order = learner.rank(task, top=max(LENGTHS))
                best = np.minimum.accumulate(regret[row, order])
                found[each] = [float(best[min(k, len(best)) - 1]) for k in LENGTHS]
            points.append(
                {"history": history, "protocol": protocol, "split": name,
                 "family": known.families[row], "percentile": likeness.percentile,
                 "distance": likeness.distance, **found}
            )  # fmt: skip
        print(f"{history}, {protocol}: {name}, {len(test)} data sets")
    return points


def show(points: list[dict]) -> None:
    """Regret of both by percentile, and what the meta-learner gains, as Markdown."""
    for place, k in enumerate(LENGTHS):
        print(f"\n| @{k}: percentile | points | meta-learner | portfolio | gain [95 % interval] |")
        print("|---|---|---|---|---|")
        for low, high in pairwise(EDGES):
            inside = [point for point in points if low <= point["percentile"] < high]
            if inside:
                own, other = (np.array([point[each][place] for point in inside])
                              for each in METHODS)  # fmt: skip
                least, most = Bootstrap([point["family"] for point in inside]).interval(other - own)
                print(
                    f"| {low:.2f} to {min(high, 1):.2f} | {len(inside)} | {own.mean():.3f} "
                    f"| {other.mean():.3f} | {(other - own).mean():+.3f} "
                    f"[{least:+.3f}, {most:+.3f}] |"
                )


def draw(points: list[dict], path: Path) -> None:
    """Regret at 1 and 5 against the percentile, each with its mean per bin."""
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharex=True, layout="constrained")
    edges = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 1.01])
    percentile = np.array([point["percentile"] for point in points])
    for panel, k in zip(panels, (1, 5), strict=True):
        for each, (colour, label) in zip(METHODS, LABELS, strict=True):
            regret = np.array([point[each][LENGTHS.index(k)] for point in points])
            panel.scatter(
                percentile, regret, s=5, alpha=0.25, color=colour, linewidths=0, rasterized=True
            )
            bin_ = np.digitize(percentile, edges)
            used = np.unique(bin_)
            panel.plot(
                [percentile[bin_ == each_bin].mean() for each_bin in used],
                [regret[bin_ == each_bin].mean() for each_bin in used],
                color=colour, marker="o", label=label,
            )  # fmt: skip
        panel.set(title=f"best of the first {k}" if k > 1 else "the first", ylim=(0, 0.6),
                  xlabel="share of the known that is as near to its nearest")  # fmt: skip
    panels[0].set_ylabel("regret, left-out data sets")
    panels[0].legend(frameon=False)
    plt.rcParams["svg.hashsalt"] = "familiarity"
    figure.savefig(path, metadata={"Date": None}, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("history", nargs="?", help="folder, or 'shipped'; left out: only show")
    parser.add_argument("--kind", default="classification")
    parser.add_argument("--metric", default="balanced_accuracy")
    parser.add_argument("--protocol", choices=["folds", "extremes"], default="folds")
    parser.add_argument("--points", type=Path, nargs="+", required=True)
    parser.add_argument("--svg", type=Path)
    arguments = parser.parse_args()
    if arguments.history:
        shipped = arguments.history == "shipped"
        store = HistoryStore.shipped() if shipped else HistoryStore(arguments.history)
        known = build_meta_dataset(store, kind=arguments.kind, metric=arguments.metric)
        name = f"{Path(arguments.history).name}, {arguments.metric}"
        points = measure(known, name, arguments.protocol)
        arguments.points[0].write_text(json.dumps(points))
    points = [point for path in arguments.points for point in json.loads(path.read_text())]
    show(points)
    if arguments.svg:
        draw(points, arguments.svg)


if __name__ == "__main__":
    main()
