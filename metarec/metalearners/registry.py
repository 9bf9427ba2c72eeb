"""The meta-learners by name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from metarec._exceptions import UsageError
from metarec.metalearners.average_rank import AverageRank, LibraryDefaults, RandomOrder
from metarec.metalearners.lightgbm import LightGBM
from metarec.metalearners.neighbours import NeighbourPortfolio, Neighbours
from metarec.metalearners.portfolio import Portfolio, SizeAwarePortfolio
from metarec.metalearners.sequential import Sequential

if TYPE_CHECKING:
    from metarec.metalearners.base import MetaLearner

_METALEARNERS: Final[dict[str, type[MetaLearner]]] = {
    metalearner.name: metalearner
    for metalearner in (
        RandomOrder,
        LibraryDefaults,
        AverageRank,
        Portfolio,
        SizeAwarePortfolio,
        Neighbours,
        NeighbourPortfolio,
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
