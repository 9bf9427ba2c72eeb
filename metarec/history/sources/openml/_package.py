"""The openml package: imported without a trace, set up for one import, left as it was."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.parsers.expat import ExpatError, ParserCreate

from metarec._exceptions import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER: Final = "https://www.openml.org/api/v1/xml"
"""Where the API of the public server lies."""

_SETTINGS: Final = ("server", "apikey", "show_progress")


@contextmanager
def set_up(server: str, *, tries: int) -> Iterator[Any]:
    """Give the package with its settings for one import; they are the user's again afterwards.

    Parameters
    ----------
    server : str
        Address of the API.
    tries : int
        How often the client asks before it gives up, in growing intervals.
    """
    package = _import()
    config = package.config
    before = {name: getattr(config, name) for name in _SETTINGS}
    policy, n_retries = config.retry_policy, config.connection_n_retries
    cache = config.get_config_as_dict()["cachedir"]
    try:
        config.server = f"{server.rstrip('/')}/"  # 0.16 takes what follows the last slash away
        config.apikey = ""  # nobody needs one to read, and another server is not to get it
        config.show_progress = False
        config.set_retry_policy("robot", n_retries=tries)
        yield package
    finally:
        config.set_retry_policy(policy, n_retries=n_retries)
        for name, value in before.items():
            setattr(config, name, value)
        config.set_root_cache_directory(cache)


@contextmanager
def private_cache(package: Any) -> Iterator[Path]:
    """Let the client keep its files in a folder of their own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="metarec-openml-") as folder:
        package.config.set_root_cache_directory(folder)
        yield Path(folder)


def drop_broken(cache: Path) -> None:
    """Delete what is no document of the API: the client may keep an answer before it reads it."""
    for path in cache.rglob("*.xml"):
        if not _is_document(path.read_bytes()):
            path.unlink()


def _is_document(content: bytes) -> bool:
    names: list[str] = []
    parser = ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    try:
        parser.Parse(content, True)
    except ExpatError:
        return False
    return names[0].startswith("oml:")


def _import() -> Any:
    """Import the package; for somebody who never used it, without its folders in their home."""
    if "openml" in sys.modules or any(folder.exists() for folder in _config_folders()):
        return _load()
    cache = _default_cache()
    with tempfile.TemporaryDirectory(prefix="metarec-openml-") as folder:
        places = {"OPENML_CACHE_DIR": folder, "XDG_CONFIG_HOME": folder}
        before = {name: os.environ.get(name) for name in places}
        os.environ |= places
        try:
            package = _load()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
    package.config.set_root_cache_directory(cache)
    return package


def _load() -> Any:
    try:
        return import_module("openml")
    except ImportError as error:
        msg = f"the package openml cannot be imported ({error}): `pip install openml`"
        raise HistoryError(msg) from error


def _config_folders() -> tuple[Path, ...]:
    """Where the package keeps a user's settings."""
    home = Path.home()
    chosen = os.environ.get("XDG_CONFIG_HOME", home / ".config")
    return Path(chosen, "openml"), home / ".openml"


def _default_cache() -> Path:
    """Where the package keeps what it downloads, unless told otherwise."""
    if chosen := os.environ.get("OPENML_CACHE_DIR"):
        return Path(chosen)
    if sys.platform != "linux":
        return Path.home() / ".openml"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "openml")
