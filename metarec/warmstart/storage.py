"""Where a study is kept that several processes or machines share."""

from __future__ import annotations

import re
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import MetarecError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import optuna

_JOURNAL, _GRPC = "journal:", "grpc://"
_DRIVERS: Final = {"postgresql": "psycopg", "mysql": "pymysql"}
"""Of the databases whose URL names none."""
_HEARTBEAT: Final = 60
"""Seconds between the heartbeats of a running trial; after two without one it is given up."""
_RECYCLE: Final = 240
"""Seconds after which a connection is made anew: servers close idle ones, most of them later."""
_PATIENCE: Final = 10.0
"""Seconds to wait for a server."""
_MADE_MEANWHILE: Final = re.compile("already exists|duplicate|unique", re.IGNORECASE)
"""What databases say of a table or a row that another process makes at the same moment."""
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between two attempts to make what is missing."""


def open_storage(
    storage: str | None, *, heartbeat: int = _HEARTBEAT
) -> optuna.storages.BaseStorage:
    """Open one of Optuna's storages.

    In a database a running trial has a heartbeat: of a worker that was killed, the other workers
    give up the trial, so that what it tried is free again.

    Parameters
    ----------
    storage : str or None
        The URL of a database (``sqlite:///x.db``, ``postgresql://...``, ``mysql://...``, or any
        other that SQLAlchemy takes); ``journal:`` and the path of a journal file, also on a network
        file system; ``grpc://HOST:PORT`` of Optuna's gRPC proxy server; None for memory.
    heartbeat : int
        Seconds between the heartbeats of a running trial in a database; twice as long after the
        last one it is given up.

    Returns
    -------
    optuna.storages.BaseStorage

    Raises
    ------
    UsageError
        If the storage is written wrong.
    MetarecError
        If it cannot be opened.

    Examples
    --------
    >>> type(open_storage(None)).__name__
    'InMemoryStorage'
    """
    import optuna

    if storage is None:
        return optuna.storages.InMemoryStorage()
    if storage.startswith(_JOURNAL):
        return _open_journal(storage.removeprefix(_JOURNAL))
    if storage.startswith(_GRPC):
        return _open_proxy(storage)
    return _open_database(storage, heartbeat)


def _open_journal(path: str) -> optuna.storages.BaseStorage:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    if not path or not Path(path).parent.is_dir():
        msg = (
            f"the storage {_JOURNAL + path!r} cannot be opened: there is no folder "
            f"{str(Path(path).parent)!r}: give {_JOURNAL}FILE with a file in a folder that exists"
        )
        raise UsageError(msg)
    try:
        return optuna.storages.JournalStorage(JournalFileBackend(path))
    except (OSError, ValueError, KeyError) as error:
        raise MetarecError(_refusal(_JOURNAL + path, error)) from error


def _open_proxy(storage: str) -> optuna.storages.BaseStorage:
    import optuna

    host, _, port = storage.removeprefix(_GRPC).rstrip("/").rpartition(":")
    if not host or not port.isdecimal():
        msg = f"the storage {storage!r} must be {_GRPC}HOST:PORT"
        raise UsageError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            proxy = optuna.storages.GrpcStorageProxy(host=host, port=int(port))
        proxy.wait_server_ready(timeout=_PATIENCE)
    except ImportError as error:
        msg = f'the storage {storage!r} needs grpcio: get it with `pip install "metarec[grpc]"`'
        raise MetarecError(msg) from error
    except ConnectionError as error:
        msg = (
            f"no server answers at {storage!r}: start one with optuna.storages."
            "run_grpc_proxy_server, or give its address"
        )
        raise MetarecError(msg) from error
    return proxy


def _open_database(storage: str, heartbeat: int) -> optuna.storages.BaseStorage:
    import optuna
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        url = make_url(storage)
    except ArgumentError as error:
        msg = (
            f"the storage {storage!r} is none: give the URL of a database such as sqlite:///x.db, "
            f"{_JOURNAL}FILE or {_GRPC}HOST:PORT"
        )
        raise UsageError(msg) from error
    driver = _DRIVERS.get(url.drivername)
    if driver is not None:
        url = url.set(drivername=f"{url.drivername}+{driver}")
    shown = url.render_as_string()  # without the password
    options: dict[str, Any] = {"heartbeat_interval": heartbeat}
    if url.get_backend_name() != "sqlite":
        # A server may have closed a connection while a long trial ran.
        options["engine_kwargs"] = {"pool_recycle": _RECYCLE}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return _make_tables(
                lambda: optuna.storages.RDBStorage(
                    url.render_as_string(hide_password=False), **options
                )
            )
    except ImportError as error:
        name = url.get_backend_name()
        remedy = f'pip install "metarec[{name}]"' if driver else "install its driver"
        msg = f"the storage {shown!r} needs a driver for {name}: {remedy}"
        raise MetarecError(msg) from error
    except (optuna.exceptions.OptunaError, SQLAlchemyError, OSError, RuntimeError) as error:
        raise MetarecError(_refusal(shown, error)) from error


def _make_tables(make: Callable[[], optuna.storages.BaseStorage]) -> optuna.storages.BaseStorage:
    """Open a database; again if another worker, started at the same moment, made its tables."""
    from sqlalchemy.exc import SQLAlchemyError

    for pause in _PAUSES:
        try:
            return make()
        except SQLAlchemyError as error:
            if not _MADE_MEANWHILE.search(str(error)):
                raise
        time.sleep(pause)
    return make()


def _refusal(shown: str, error: Exception) -> str:
    # What went wrong is often wrapped in something more general.
    cause = error.__cause__ or error
    reason = " ".join(str(getattr(cause, "orig", None) or cause).split())
    return f"the storage {shown!r} cannot be opened ({reason}): check its address"
