"""The portfolios of other systems under our names, each in its own order, as a JSON file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metarec._exceptions import HistoryError
from metarec.learners import Configuration, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metarec.learners import Kind

KINDS: Final[tuple[Kind, ...]] = ("classification", "regression")
_FORMAT: Final = 1


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
    lines = ",\n".join(
        json.dumps(
            {
                "portfolio": portfolio.name,
                "kind": portfolio.kind,
                "place": place,
                "algorithm": configuration.algorithm,
                "hyperparameters": dict(configuration.hyperparameters),
            }
        )
        for portfolio in portfolios
        for configuration, place in zip(portfolio.configurations, portfolio.places, strict=True)
    )
    Path(path).write_text(f'{{"format": {_FORMAT}, "entries": [\n{lines}\n]}}\n', encoding="utf-8")


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
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            msg = f"{str(path)!r} is of format {content['format']!r}, not {_FORMAT}: write it again"
            raise HistoryError(msg)
        for item in content["entries"]:
            configuration = Configuration(item["algorithm"], item["hyperparameters"])
            entries = found.setdefault((item["portfolio"], kind_of(item["kind"])), [])
            entries.append((item["place"], configuration))
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror}"
        raise HistoryError(msg) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{str(path)!r} holds no portfolios: {type(error).__name__}: {error}"
        raise HistoryError(msg) from error
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
