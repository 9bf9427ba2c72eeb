"""Read the portfolios of other systems from a file, as far as their learners exist here.

The file has one JSON object a line: ``source`` (the system and its portfolio), ``task`` (any,
classification, binary, multiclass or regression), ``learner`` and ``configuration`` under the
system's own names, and ``order``, the place in the portfolio.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import HistoryError
from metarec.history.library._autogluon import TURNS, from_autogluon
from metarec.history.library._autosklearn import from_autosklearn
from metarec.history.library._entries import LibraryEntry
from metarec.history.library._flaml import from_flaml
from metarec.history.library._peers import KINDS, PeerPortfolio
from metarec.history.library._translation import to_configuration
from metarec.learners import kind_of

if TYPE_CHECKING:
    from metarec.learners import Configuration, Kind, Task

_TRANSLATORS: Final = {
    "AutoGluon": from_autogluon,
    "FLAML": from_flaml,
    "auto-sklearn": from_autosklearn,
}
"""By the first word of a source."""


def read_portfolios(path: str | Path, task: Task) -> list[LibraryEntry]:
    """Read the portfolios of a kind of task, those in front first.

    Parameters
    ----------
    path : str or Path
        The file.
    task : {"classification", "binary", "multiclass", "regression"}
        For which kind of task.

    Returns
    -------
    list of LibraryEntry
        In the order of the places in their portfolios, each configuration once. What has no
        counterpart here is left out.

    Raises
    ------
    HistoryError
        If the file is missing or a line is no such object.
    """
    kind = kind_of(task)
    entries: dict[str, LibraryEntry] = {}
    for line in sorted(_lines(path), key=lambda line: (line["order"], line["source"])):
        configuration = _translate(line, kind)
        if configuration is not None:
            entry = LibraryEntry(configuration, line["source"])
            entries.setdefault(configuration.key, entry)
    return list(entries.values())


def translate_portfolios(path: str | Path) -> list[PeerPortfolio]:
    """Read each portfolio by itself, with the places that its configurations have there.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    list of PeerPortfolio
        For each kind of task, those of which anything has a counterpart here. What is the same here
        keeps the first of its places. A portfolio for two and one for more classes are joined.

    Raises
    ------
    HistoryError
        If the file is missing or a line is no such object.
    """
    lines = sorted(_lines(path), key=lambda line: (line["order"], _turn(line["learner"])))
    found: dict[tuple[str, Kind], dict[Configuration, int]] = {}
    for kind in KINDS:
        for line in lines:
            configuration = _translate(line, kind)
            if configuration is not None:
                places = found.setdefault((line["source"], kind), {})
                places.setdefault(configuration, line["order"])
    return [
        PeerPortfolio(name, kind, tuple(places), tuple(places.values()))
        for (name, kind), places in found.items()
    ]


def _turn(learner: str) -> int:
    """Who of one place comes first; other systems than AutoGluon give each its own place."""
    return TURNS.index(learner) if learner in TURNS else len(TURNS)


def _translate(line: dict[str, Any], kind: Kind) -> Configuration | None:
    if line["task"] != "any" and kind_of(line["task"]) != kind:
        return None
    system = line["source"].split()[0]
    if system not in _TRANSLATORS:
        return None
    translated = _TRANSLATORS[system](line["learner"], line["configuration"])
    return None if translated is None else to_configuration(*translated, kind)


def _lines(path: str | Path) -> list[dict[str, Any]]:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{str(path)!r} cannot be read: {error}"
        raise HistoryError(msg) from error
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            content = json.loads(line)
            missing = {"source", "task", "learner", "order", "configuration"} - set(content)
        except (json.JSONDecodeError, TypeError) as error:
            msg = f"{str(path)!r}, line {number} is no JSON object: {error}"
            raise HistoryError(msg) from error
        if missing:
            msg = f"{str(path)!r}, line {number} lacks {min(missing)!r}"
            raise HistoryError(msg)
        lines.append(content)
    return lines
