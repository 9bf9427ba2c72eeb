"""The static portfolios that other systems ship, in their own order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

import numpy as np

from metarec._exceptions import HistoryError
from metarec.metalearners.average_rank import mean_rank
from metarec.metalearners.base import MetaLearner, Task, best_first

if TYPE_CHECKING:
    from metarec._types import IntVector
    from metarec.history.meta_dataset import MetaDataset

_LEAST_LISTED: Final = 3
"""Fewer may be there by chance: library defaults are in everybody's list."""


class _Peer(MetaLearner):
    """A fixed list, restricted to the configurations that the history has.

    Where the list ends, the others follow in the order of their mean rank: from there on it is no
    longer the peer's.
    """

    portfolios: ClassVar[tuple[str, ...]]
    """Names in the file of portfolios, the one to take first; `{metric}` stands for the metric."""

    @classmethod
    def reject(cls, meta_dataset: MetaDataset) -> str | None:
        """Whether too few of the portfolio's configurations were run."""
        n_listed = len(cls._listed(meta_dataset))
        if n_listed >= _LEAST_LISTED:
            return None
        return (
            f"{cls.name} needs runs of at least {_LEAST_LISTED} configurations of the portfolio, "
            f"but the history has {n_listed} of them for {meta_dataset.kind}"
        )

    def fit(self, meta_dataset: MetaDataset) -> Self:
        """Find the portfolio's configurations.

        Raises
        ------
        HistoryError
            If the history has hardly any of them.
        """
        if reason := self.reject(meta_dataset):
            raise HistoryError(reason)
        listed = self._listed(meta_dataset)
        self._cost = mean_rank(-meta_dataset.scores) + len(listed)
        self._cost[listed] = np.arange(len(listed))
        return self

    def rank(self, task: Task, *, top: int) -> IntVector:
        """The same list for every table, without what cannot run on it."""
        return best_first(self._cost, task.usable, top)

    @classmethod
    def _listed(cls, meta_dataset: MetaDataset) -> list[int]:
        """Columns of the portfolio's configurations in its order."""
        from metarec.history.library import shipped_peers

        known = {
            portfolio.name: portfolio.configurations
            for portfolio in shipped_peers()
            if portfolio.kind == meta_dataset.kind
        }
        named = [name.format(metric=meta_dataset.metric) for name in cls.portfolios]
        portfolio = next((known[name] for name in named if name in known), ())
        columns = {item: column for column, item in enumerate(meta_dataset.configurations)}
        return [columns[item] for item in portfolio if item in columns]


class AutoGluonPortfolio(_Peer):
    """AutoGluon's portfolio of 2023, learned from TabRepo (Salinas & Erickson 2024)."""

    name: ClassVar[str] = "autogluon_portfolio"
    portfolios = ("AutoGluon zeroshot_portfolio_2023",)


class FlamlPortfolio(_Peer):
    """FLAML's portfolio over all of its learners (Wang, Wu & Weimer 2022)."""

    name: ClassVar[str] = "flaml_portfolio"
    portfolios = ("FLAML all",)


class AutoSklearnPortfolio(_Peer):
    """auto-sklearn 2's portfolio for the metric (Feurer et al. 2022), for classification only.

    For a metric that it has none for, the one for balanced accuracy.
    """

    name: ClassVar[str] = "auto_sklearn_portfolio"
    portfolios = ("auto-sklearn 2 {metric}", "auto-sklearn 2 balanced_accuracy")
