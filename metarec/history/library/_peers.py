"""The portfolios of other systems under our names, each in its own order, as a JSON file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from metarec.history.library._documents import read_document, write_document
from metarec.learners import Configuration, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from metarec.learners import Kind

KINDS: Final[tuple[Kind, ...]] = ("classification", "regression")


@dataclass(frozen=True)
class PeerPortfolio:
    """What of another system's portfolio has a counterpart here."""

    name: str
    """The system and its portfolio, for example ``FLAML all``."""
    kind: Kind
    """classification or regression."""
    configurations: tuple[Configuration, ...]
    """In the portfolio's order, none twice."""
    places: tuple[int, ...]
    """Of each configuration in the portfolio, from 0; what has no counterpart leaves a gap."""


def write_peers(portfolios: Iterable[PeerPortfolio], path: str | Path) -> None:
    """Write portfolios as JSON, one configuration a line.

    Parameters
    ----------
    portfolios : iterable of PeerPortfolio
        What to write.
    path : str or Path
        The file.
    """
    entries = (
        {
            "portfolio": portfolio.name,
            "kind": portfolio.kind,
            "place": place,
            "algorithm": configuration.algorithm,
            "hyperparameters": dict(configuration.hyperparameters),
        }
        for portfolio in portfolios
        for configuration, place in zip(portfolio.configurations, portfolio.places, strict=True)
    )
    write_document(path, entries)


def read_peers(path: str | Path) -> list[PeerPortfolio]:
    """Read what `write_peers` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    list of PeerPortfolio
        A configuration that no base-learner here has is kept: no history has runs of it.

    Raises
    ------
    HistoryError
        If the file is missing or holds no portfolios.
    """
    found: dict[tuple[str, Kind], list[tuple[int, Configuration]]] = {}
    with read_document(path, otherwise="holds no portfolios") as content:
        for item in content["entries"]:
            configuration = Configuration(item["algorithm"], item["hyperparameters"])
            entries = found.setdefault((item["portfolio"], kind_of(item["kind"])), [])
            entries.append((item["place"], configuration))
    return [
        PeerPortfolio(
            name, kind, tuple(item for _, item in entries), tuple(place for place, _ in entries)
        )
        for (name, kind), entries in found.items()
    ]


@cache
def shipped_peers() -> tuple[PeerPortfolio, ...]:
    """The portfolios that come with metarec: AutoGluon's, FLAML's and auto-sklearn 2's.

    Examples
    --------
    >>> sorted({portfolio.name.split()[0] for portfolio in shipped_peers()})
    ['AutoGluon', 'FLAML', 'auto-sklearn']
    """
    with resources.as_file(resources.files("metarec.data") / "library" / "peers.json") as path:
        return tuple(read_peers(path))
