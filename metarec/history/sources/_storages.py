"""Opening a study that Optuna keeps: a database, or a journal file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metarec._exceptions import HistoryError, UsageError

if TYPE_CHECKING:
    import optuna

_JOURNAL: Final = "journal:"
_SHOWN: Final = 5  # studies listed where one has to be chosen


def split_study(text: str) -> tuple[str, str | None]:
    """Take a storage and the name of a study in it apart.

    The name follows the last colon, unless that belongs to the storage: before a path or a port.

    Parameters
    ----------
    text : str
        A storage as `open_study` takes it, and perhaps a colon and a name.

    Returns
    -------
    storage : str
    name : str or None

    Examples
    --------
    >>> split_study("sqlite:///x.db:mine")
    ('sqlite:///x.db', 'mine')
    >>> split_study("postgresql://me@host:5432/db")
    ('postgresql://me@host:5432/db', None)
    """
    storage, _, name = text.rpartition(":")
    is_storage = "://" in storage or storage.startswith(_JOURNAL)
    if not is_storage or not name or "/" in name or "\\" in name:
        return text, None
    return storage, name


def open_study(storage: str, name: str | None = None) -> optuna.Study:
    """Load a study that is to be read; nothing is created.

    Parameters
    ----------
    storage : str
        The URL of a database as Optuna takes it, or ``journal:`` and the path of a journal file.
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
    from sqlalchemy.exc import SQLAlchemyError

    shown = re.sub(r":[^:/@]*@", ":***@", storage)  # without the password
    try:
        opened = (_open_journal if storage.startswith(_JOURNAL) else _open_database)(storage)
        names = sorted(optuna.get_all_study_names(opened))
    except (
        optuna.exceptions.OptunaError,
        SQLAlchemyError,
        ImportError,
        RuntimeError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        # What went wrong is often wrapped in something more general.
        cause = error.__cause__ or error
        reason = " ".join(str(getattr(cause, "orig", cause)).split())
        msg = (
            f"no studies can be read from {shown!r} ({reason}): give a storage such as "
            f"sqlite:///x.db or {_JOURNAL}FILE"
        )
        raise HistoryError(msg) from error
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        listed = ", ".join(map(repr, names[:_SHOWN])) + (", ..." if len(names) > _SHOWN else "")
        wrong = "name one of the studies" if name is None else f"there is no study {name!r}"
        msg = f"{wrong} in {shown!r}: it has {listed or 'none'}"
        raise UsageError(msg)
    return optuna.load_study(study_name=name, storage=opened)


def _open_journal(storage: str) -> optuna.storages.BaseStorage:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    path = Path(storage.removeprefix(_JOURNAL))
    _check_file(path)
    return optuna.storages.JournalStorage(JournalFileBackend(str(path)))


def _open_database(storage: str) -> optuna.storages.BaseStorage:
    import optuna
    from sqlalchemy.engine import make_url

    url = make_url(storage)
    if url.get_backend_name() == "sqlite" and "uri" not in url.query:
        _check_file(Path(url.database or ""))
    return optuna.storages.RDBStorage(storage, skip_table_creation=True)


def _check_file(path: Path) -> None:
    # Opening would create it.
    if not path.is_file():
        msg = f"there is no file {str(path)!r}"
        raise FileNotFoundError(msg)
