"""Rows of a long run, kept in a file line by line, so that a killed run can be taken up again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metafeatures._exceptions import TableError

__all__ = ["Journal", "Row"]

Row = dict[str, Any]


class Journal:
    """A file of JSON lines: the options of the run, then one finished table per line.

    Parameters
    ----------
    path : Path
        The file; made if it does not exist.
    options : mapping
        What the rows depend on; JSON must be able to hold it.

    Raises
    ------
    TableError
        If the file was begun with other options, or is something else.
    """

    def __init__(self, path: Path, options: Mapping[str, Any]) -> None:
        self.path = path
        self.rows: dict[str, Row] = {}
        head = {"options": json.loads(json.dumps(options))}
        if not path.exists() or not self._read(head):
            path.write_text(json.dumps(head) + "\n", encoding="utf-8")
        self._file = path.open("a", encoding="utf-8")

    def _read(self, head: dict[str, Any]) -> bool:
        """Take over the rows; False if not even the options were written."""
        try:
            *lines, rest = self.path.read_text(encoding="utf-8").split("\n")
            found = [json.loads(line) for line in lines]
            for line in found[1:]:
                self.rows[line["key"]] = line["row"]
        except (ValueError, TypeError, KeyError) as error:
            raise TableError(f"{self.path} is no journal of this command; remove it") from error
        if not lines and json.dumps(head).startswith(rest):
            return False
        if found[:1] != [head]:
            raise TableError(
                f"{self.path} was begun with other options; repeat those, or remove it"
            )
        if rest:  # the run was killed while it wrote this line
            self.path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return True

    def add(self, key: str, row: Row) -> None:
        """Keep a row at once."""
        self._file.write(json.dumps({"key": key, "row": row}) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file; it stays."""
        self._file.close()
