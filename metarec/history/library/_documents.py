"""JSON files of this room: a head with the number of the format, and one entry a line."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import HistoryError
from metarec._files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FORMAT: Final = 1


def write_document(
    path: str | Path, entries: Iterable[Mapping[str, object]], **head: object
) -> None:
    """Write entries below a head."""
    first = json.dumps({"format": _FORMAT, **head})[1:-1]
    lines = ",\n".join(map(json.dumps, entries))
    write_whole(path, f'{{{first}, "entries": [\n{lines}\n]}}\n'.encode())


@contextmanager
def read_document(path: str | Path, *, otherwise: str) -> Iterator[dict[str, Any]]:
    """Yield what `write_document` wrote; what is not as the reader expects is one clear error.

    Parameters
    ----------
    path : str or Path
        The file.
    otherwise : str
        What to say of a file with another content, for example ``holds no portfolios``.

    Raises
    ------
    HistoryError
        If the file is missing, of another format, or the reader fails on its content.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            msg = f"{str(path)!r} is of format {content['format']!r}, not {_FORMAT}: write it again"
            raise HistoryError(msg)
        yield content
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror}"
        raise HistoryError(msg) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{str(path)!r} {otherwise}: {type(error).__name__}: {error}"
        raise HistoryError(msg) from error
