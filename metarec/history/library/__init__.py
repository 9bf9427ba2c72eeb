"""The library of configurations: which ones are worth running on every table.

Defaults, the best of an imported history, the peers' portfolios and points that fill each
base-learner's space. Running them belongs to the collector.
"""

from metarec.history.library._build import build_library
from metarec.history.library._entries import Library, LibraryEntry, read_library, write_library
from metarec.history.library._peers import (
    PeerPortfolio,
    read_peers,
    shipped_peers,
    write_peers,
)
from metarec.history.library._portfolios import read_portfolios, translate_portfolios

__all__ = [
    "Library",
    "LibraryEntry",
    "PeerPortfolio",
    "build_library",
    "read_library",
    "read_peers",
    "read_portfolios",
    "shipped_peers",
    "translate_portfolios",
    "write_library",
    "write_peers",
]
