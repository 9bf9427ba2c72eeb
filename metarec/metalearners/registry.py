"""The meta-learners by name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from metarec._exceptions import HistoryError, UsageError
from metarec.metalearners.auto_sklearn import AutoSklearnNeighbours
from metarec.metalearners.average_rank import AverageRank, LibraryDefaults, RandomOrder
from metarec.metalearners.flaml import FlamlZeroShot
from metarec.metalearners.lightgbm import LightGBM
from metarec.metalearners.low_rank import LowRank
from metarec.metalearners.neighbours import NeighbourPortfolio, Neighbours
from metarec.metalearners.peers import AutoGluonPortfolio, AutoSklearnPortfolio, FlamlPortfolio
from metarec.metalearners.portfolio import Portfolio, SizeAwarePortfolio
from metarec.metalearners.sequential import Sequential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metarec.history.meta_dataset import MetaDataset
    from metarec.metalearners.base import MetaLearner

_METALEARNERS: Final[dict[str, type[MetaLearner]]] = {
    metalearner.name: metalearner
    for metalearner in (
        RandomOrder,
        LibraryDefaults,
        AverageRank,
        AutoGluonPortfolio,
        FlamlPortfolio,
        AutoSklearnPortfolio,
        Portfolio,
        SizeAwarePortfolio,
        Neighbours,
        NeighbourPortfolio,
        AutoSklearnNeighbours,
        FlamlZeroShot,
        LowRank,
        LightGBM,
        Sequential,
    )
}


def get_metalearner(name: str) -> type[MetaLearner]:
    """The class of a meta-learner.

    Raises
    ------
    UsageError
        If there is none of that name.

    Examples
    --------
    >>> get_metalearner("average_rank")().name
    'average_rank'
    """
    if name not in _METALEARNERS:
        close = get_close_matches(name, _METALEARNERS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(_METALEARNERS)}"
        msg = f"there is no meta-learner {name!r}; {hint}"
        raise UsageError(msg)
    return _METALEARNERS[name]


def metalearner_names() -> tuple[str, ...]:
    """Names of all meta-learners, the simplest first."""
    return tuple(_METALEARNERS)


def suited_metalearners(
    metalearners: Sequence[type[MetaLearner]], meta_dataset: MetaDataset
) -> tuple[list[type[MetaLearner]], list[str]]:
    """Those that can learn from a meta-dataset.

    Parameters
    ----------
    metalearners : sequence of type
        Classes of meta-learners.
    meta_dataset : MetaDataset
        What they are to learn from.

    Returns
    -------
    suited : list of type
        In their order.
    reasons : list of str
        Why each of the others cannot.

    Raises
    ------
    HistoryError
        If none of them can.
    """
    reasons = [metalearner.reject(meta_dataset) for metalearner in metalearners]
    suited = [each for each, reason in zip(metalearners, reasons, strict=True) if reason is None]
    why = [reason for reason in reasons if reason is not None]
    if why and not suited:
        raise HistoryError(why[0])
    return suited, why
