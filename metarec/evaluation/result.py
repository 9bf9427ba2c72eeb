"""What a meta-test found: figures, comparisons, and which differences are more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from metarec._exceptions import UsageError
from metarec.evaluation.bootstrap import Bootstrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec._types import FloatMatrix
    from metarec.evaluation.noise import NoiseFloor
    from metarec.history import KnownDataset
    from metarec.learners import Kind

LIST_LENGTHS: Final = (1, 3, 5, 10, 20)
"""How many suggestions a user tries."""
USUAL_BASELINE: Final = "portfolio"
"""What a meta-learner has to beat: the best list that knows nothing of the table."""
_LEVEL: Final = 0.05
_DIGITS: Final = 9  # regrets that differ less are a tie


@dataclass(frozen=True)
class Figure:
    """One method at one list length, over all left-out data sets."""

    regret: float
    """Mean normalised regret of the best of the first k suggestions."""
    interval: tuple[float, float]
    """95 % bootstrap interval of the mean, over families of data sets."""
    rank: float
    """Mean rank among the methods, 1 the best; ties share their mean rank."""
    worst_tenth: float
    """Mean regret over the tenth of the data sets where it is largest."""


@dataclass(frozen=True)
class Comparison:
    """One method at one list length against the baseline, data set by data set."""

    difference: float
    """Mean regret minus that of the baseline; below 0 is better."""
    interval: tuple[float, float]
    """95 % paired bootstrap interval of the difference, over families of data sets."""
    wins: int
    """Data sets with less regret than the baseline."""
    ties: int
    losses: int


@dataclass(frozen=True)
class RankTest:
    """Whether the methods differ at one list length, and which.

    Friedman's test and Nemenyi's critical difference as in Demšar (JMLR 2006), at 5 %. Near
    relatives are no independent witnesses, so a family counts once, with its mean regret.
    """

    p_value: float
    """Of Friedman's test that all methods are alike."""
    critical_difference: float
    """Two methods differ where their mean ranks do by more than this."""
    ranks: Mapping[str, float]
    """Mean rank over the families by method."""

    def like_the_best(self) -> tuple[str, ...]:
        """The methods that are not shown to be worse than the one of the best rank."""
        limit = min(self.ranks.values()) + self.critical_difference
        return tuple(name for name, rank in self.ranks.items() if rank <= limit)


@dataclass(frozen=True, eq=False)
class MetaTest:
    """Regrets of several methods on data sets that they have not seen."""

    kind: Kind
    """classification or regression."""
    metric: str
    """What the configurations were judged by."""
    datasets: tuple[KnownDataset, ...]
    """Those that were left out, one per row."""
    list_lengths: tuple[int, ...]
    """The k of "best of the first k"."""
    curves: Mapping[str, FloatMatrix]
    """By method, shape (n_datasets, max(list_lengths)): regret of the best of the first 1, 2, ...
    suggestions."""
    protocol: str
    """In words: what was left out, and how often."""
    noise_floor: NoiseFloor | None = None
    """What the folds of the history's own runs say of the noise, if that was asked for."""

    @property
    def regret(self) -> dict[str, FloatMatrix]:
        """By method, shape (n_datasets, n_list_lengths)."""
        at = np.array(self.list_lengths) - 1
        return {name: curve[:, at] for name, curve in self.curves.items()}

    def figures(self) -> dict[str, dict[int, Figure]]:
        """Figures by method and list length."""
        from scipy.stats import rankdata

        stacked = np.stack(list(self.regret.values()))
        ranks = rankdata(stacked.round(_DIGITS), axis=0).mean(axis=1)
        figures: dict[str, dict[int, Figure]] = {}
        for row, (name, regret) in enumerate(self.regret.items()):
            low, high = self.bootstrap.interval(regret)
            n_worst = max(1, round(len(regret) / 10))
            worst = np.sort(regret, axis=0)[-n_worst:].mean(axis=0)
            figures[name] = {
                k: Figure(
                    regret=float(regret[:, at].mean()),
                    interval=(float(low[at]), float(high[at])),
                    rank=float(ranks[row, at]),
                    worst_tenth=float(worst[at]),
                )
                for at, k in enumerate(self.list_lengths)
            }
        return figures

    def compare(self, baseline: str = USUAL_BASELINE) -> dict[str, dict[int, Comparison]]:
        """Every other method against one of them, by method and list length.

        Raises
        ------
        UsageError
            If the baseline is none of the methods.
        """
        if baseline not in self.curves:
            msg = (
                f"the baseline {baseline!r} was not tested; choose one of {', '.join(self.curves)}"
            )
            raise UsageError(msg)
        regret = self.regret
        compared: dict[str, dict[int, Comparison]] = {}
        for name in [name for name in regret if name != baseline]:
            difference = (regret[name] - regret[baseline]).round(_DIGITS)
            low, high = self.bootstrap.interval(difference)
            compared[name] = {
                k: Comparison(
                    difference=float(difference[:, at].mean()),
                    interval=(float(low[at]), float(high[at])),
                    wins=int((difference[:, at] < 0).sum()),
                    ties=int((difference[:, at] == 0).sum()),
                    losses=int((difference[:, at] > 0).sum()),
                )
                for at, k in enumerate(self.list_lengths)
            }
        return compared

    def rank_tests(self) -> dict[int, RankTest]:
        """By list length; empty with fewer than three methods, which Friedman's test asks for."""
        from scipy.stats import friedmanchisquare, rankdata, studentized_range

        n_methods = len(self.curves)
        if n_methods < 3:
            return {}
        _, family = np.unique(self._families, return_inverse=True)
        sizes = np.bincount(family)
        share = (family == np.arange(sizes.size)[:, None]) / sizes[:, None]
        blocks = np.stack([share @ regret for regret in self.regret.values()]).round(_DIGITS)
        quantile = studentized_range.ppf(1.0 - _LEVEL, n_methods, np.inf) / np.sqrt(2.0)
        critical = quantile * np.sqrt(n_methods * (n_methods + 1) / (6.0 * sizes.size))
        ranks = rankdata(blocks, axis=0).mean(axis=1)
        tests: dict[int, RankTest] = {}
        for at, k in enumerate(self.list_lengths):
            # Where all are tied in every family, the statistic is 0 / 0.
            differ = bool((np.ptp(blocks[:, :, at], axis=0) > 0).any())
            p_value = friedmanchisquare(*blocks[:, :, at]).pvalue if differ else 1.0
            by_method = zip(self.curves, ranks[:, at].tolist(), strict=True)
            tests[k] = RankTest(float(p_value), float(critical), dict(by_method))
        return tests

    @property
    def _families(self) -> tuple[str, ...]:
        return tuple(dataset.family for dataset in self.datasets)

    @cached_property
    def bootstrap(self) -> Bootstrap:
        """Draws of the data sets' families."""
        return Bootstrap(self._families)
