"""Opening a study that Optuna keeps: a database, or a journal file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metarec._exceptions import HistoryError, UsageError

if TYPE_CHECKING:
    import optuna

_JOURNAL: Final = "journal:"
_NAMED: Final = 5  # studies listed when one has to be chosen


def split_study(text: str) -> tuple[str, str | None]:
    """Take a storage and the name of a study apart: what follows the last colon is the name.

    Unless it can be no name here: the rest of a path or the host's port.

    Examples
    --------
    >>> split_study("sqlite:///x.db:mine")
    ('sqlite:///x.db', 'mine')
    >>> split_study("postgresql://me@host:5432/db")
    ('postgresql://me@host:5432/db', None)
    """
    storage, _, name = text.rpartition(":")
    is_path = "/" in name or "\\" in name
    if not name or is_path or f"{storage}:" == _JOURNAL or "://" not in text.removesuffix(name):
        if not text.startswith(_JOURNAL) or is_path or f"{storage}:" == _JOURNAL or not name:
            return text, None
    return storage, name


def open_study(storage: str, name: str | None = None) -> optuna.Study:
    """Load a study to read it; nothing is created or changed.

    Parameters
    ----------
    storage : str
        A database URL as Optuna takes it, or ``journal:`` and the path of a journal file.
    name : str, optional
        Name of the study; may be left out if the storage has only one.

    Returns
    -------
    optuna.Study

    Raises
    ------
    HistoryError
        If the storage cannot be read.
    UsageError
        If it has no such study, or several and none is named.
    """
    import optuna

    shown = storage
    try:
        if storage.startswith(_JOURNAL):
            opened = _open_journal(storage)
        else:
            opened, shown = _open_database(storage)
        names = sorted(optuna.get_all_study_names(opened))
    except (ImportError, RuntimeError, OSError, json.JSONDecodeError, KeyError) as error:
        raise _unreadable(shown, error) from error
