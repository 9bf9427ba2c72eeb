"""Hold extract() against published meta-features of the same OpenML data sets.

The published table (Fusi et al., PMF, NeurIPS 2018) has the 46 meta-features that auto-sklearn
defines, for 460 data sets. What it turned out to follow, checked table by table:

* skewness and kurtosis: population formulas, of the numeric columns alone (auto-sklearn's own
  files: of the encoded table); 0 without numeric columns; a constant column adds a kurtosis of -3
  and a skewness of 0 (here it is left out);
* every SD: population (divided by k);
* principal components: numeric columns standardised, categorical ones as unscaled columns of 0
  and 1; the sign of the skewness is arbitrary, so absolute values are compared;
* missing cells: filled before anything was computed, so all missing counts are 0;
* ratios and symbols: 0 where they are undefined here. A published 0 agrees with NaN here;
* landmarkers: all rows, where extract() takes a sample of at most 2,000. Large data sets have
  higher published accuracies for the tree and the nearest neighbour.

What still differs among the "fair" data sets are cells of cmc, sa-heart, vowel and wdbc, the
constant columns of segment, and car, whose first principal component is not unique.

Usage: python benchmarks/metafeature_agreement.py --shared DIR [--json] [--jobs N]
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

import metafeatures

RELATIVE = 1e-3
ABSOLUTE_LANDMARKER = 0.05


@dataclass(frozen=True)
class Agreement:
    """Agreement of one meta-feature with its published values."""

    name: str
    """Name here."""
    published: str
    """Name in the published table."""
    group: str
    """Group of the meta-feature."""
    n: int
    """Number of data sets compared."""
    agree: float
    """Share that agrees: relative 1e-3, or absolute 0.05 for landmarkers."""
    n_fair: int
    """Data sets whose rows, columns, classes, kinds of columns and missing cells agree as well."""
    agree_fair: float
    """Share of these that agrees."""
    median_error: float
    """Median absolute error over the fair data sets."""
    error_90: float
    """90 % quantile of the absolute error over the fair data sets."""
    spearman: float
    """Rank correlation over the fair data sets; NaN if either side is constant."""
    recommended: bool
    """True if it carries information, and at least 90 % of the fair data sets agree or their rank
    correlation is at least 0.95 (landmarkers) or 0.99 (others)."""


def published_names() -> dict[str, tuple[str, str]]:
    """Our output name -> (published name, group).

    auto-sklearn's own files have skewness and kurtosis of the encoded table; this table does not.
    """
    return {
        ours.replace("_encoded", "_biased"): (theirs, entry.group)
        for entry in metafeatures.catalogue()
        for ours, theirs in entry.autosklearn.items()
    }


def collect(shared: Path, jobs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return computed and published values, one row per data set, columns by our names."""
    names = published_names()
    published = pd.read_parquet(shared / "histories" / "openml_metafeatures_46.parquet")
    published = published.set_index("openml_dataset_id")
    index = pd.read_csv(shared / "datasets" / "index.csv").dropna(subset="openml_id")
    index = index[(index["task"] != "regression") & index["openml_id"].isin(published.index)]
    rows = {}
    for entry in index.itertuples():
        path = shared / "datasets" / "tables" / f"{entry.name}.parquet"
        extracted = metafeatures.extract(path, target=entry.target, n_jobs=jobs)
        rows[entry.name] = dict(extracted)
    ours = pd.DataFrame.from_dict(rows, orient="index")
    theirs = published.loc[index["openml_id"].astype(int), [t for t, _ in names.values()]]
    theirs.index, theirs.columns = ours.index, pd.Index(list(names))
    return ours, theirs


def compare(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[Agreement]:
    """One line per meta-feature."""
    fair = (ours["nr_missing"] == 0).to_numpy()
    for name in ("nr_inst", "nr_attr", "nr_class", "nr_num", "nr_cat"):
        fair = fair & (ours[name] == theirs[name]).to_numpy()
    result = []
    for name, (published, group) in published_names().items():
        a, b = ours[name].to_numpy(float), theirs[name].to_numpy(float)
        if name == "pca_skewness_first_pc":
            b = np.abs(b)
        a = np.where(np.isnan(a) & (b == 0), 0.0, a)
        known = ~np.isnan(b)
        error = np.abs(a - b)
        landmarker = group == "landmarking"
        tolerance = ABSOLUTE_LANDMARKER if landmarker else RELATIVE * np.abs(b) + 1e-9
        agree = error <= tolerance
        both = known & fair
        finite = both & ~np.isnan(a)
        rank = np.nan
        if finite.sum() > 2 and np.ptp(a[finite]) > 0 and np.ptp(b[finite]) > 0:
            rank = float(spearmanr(a[finite], b[finite]).statistic)
        share = float(agree[both].mean())
        result.append(
            Agreement(
                name,
                published,
                group,
                int(known.sum()),
                float(agree[known].mean()),
                int(both.sum()),
                share,
                float(np.nanmedian(error[both])),
                float(np.nanquantile(error[both], 0.9)),
                rank,
                bool(rank >= (0.95 if landmarker else 0.99) or (share >= 0.9 and rank > 0)),
            )
        )
    return result


def show(result: list[Agreement]) -> None:
    table = Table("meta-feature", "published as")
    for head in ("n", "agree", "n fair", "agree fair", "median err", "90 % err", "Spearman", "use"):
        table.add_column(head, justify="right")
    for row in result:
        table.add_row(
            row.name,
            row.published,
            str(row.n),
            f"{row.agree:.0%}",
            str(row.n_fair),
            f"{row.agree_fair:.0%}",
            f"{row.median_error:.2g}",
            f"{row.error_90:.2g}",
            f"{row.spearman:.3f}",
            "yes" if row.recommended else "",
        )
    console = Console(width=160)
    console.print(table)
    console.print("Recommended:", ", ".join(row.name for row in result if row.recommended))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder with datasets/ and histories/"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--jobs", type=int, default=1, help="threads")
    options = parser.parse_args()
    result = compare(*collect(options.shared, options.jobs))
    if options.json:
        print(json.dumps([asdict(row) for row in result], indent=1))
    else:
        show(result)


if __name__ == "__main__":
    main()
