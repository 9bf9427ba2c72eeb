"""Exceptions of the package.

* TableError: anything about the input that its owner can repair
    * TargetError: the table is fine, its target is not
    * UnknownNameError: a meta-feature or group that is not in the catalogue

Every message is one line: what is wrong, where, and what to do.
`Undefined`, `OutOfTime` and `NeedsRows` stand apart: they never leave the package.
"""

from collections.abc import Iterable

__all__ = [
    "NeedsRows",
    "OutOfTime",
    "TableError",
    "TargetError",
    "Undefined",
    "UnknownNameError",
    "closest",
]


class TableError(ValueError):
    """The input is not a table that meta-features can be computed of."""

    def __str__(self) -> str:
        # Names of files and columns may hold line breaks; the message stays one line.
        return super().__str__().replace("\n", "\\n")


class TargetError(TableError):
    """The target column is missing, of the wrong length or of no use."""


class UnknownNameError(TableError):
    """A meta-feature or group that the catalogue does not list.

    Parameters
    ----------
    what : str
        "meta-feature" or "group".
    name : str
        The unknown name.
    known : iterable of str
        The names that exist.
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        # The arguments go to the base class unchanged, so that the exception pickles.
        self.what, self.name, self.known = what, name, tuple(known)
        super().__init__(what, name, self.known)

    def __str__(self) -> str:
        return f"there is no {self.what} {self.name!r}; {closest(self.name, self.known)}"


class Undefined(Exception):  # noqa: N818 - a declared outcome, not an error
    """Raised by a meta-feature that has no value for this table; the text says why."""


class OutOfTime(Exception):  # noqa: N818 - a declared outcome, not an error
    """Raised within a meta-feature when the time limit is over."""


class NeedsRows(Exception):  # noqa: N818 - a declared outcome, not an error
    """Raised where a meta-feature touches the cells of a table that does not keep them."""


def closest(name: str, known: Iterable[str]) -> str:
    """Advice for a name that does not exist: the names most like it, or the first few.

    Examples
    --------
    >>> closest("incom", ["income", "age"])
    "did you mean 'income'?"
    >>> closest("zzz", ["income", "age"])
    'choose one of income, age'
    """
    import difflib

    names = list(known)
    same = [other for other in names if other.lower() == name.lower()]
    matches = same or difflib.get_close_matches(name, names, n=3)
    if matches:
        return f"did you mean {' or '.join(map(repr, matches))}?"
    more = f", ... ({len(names)} in all)" if len(names) > 8 else ""
    return f"choose one of {', '.join(names[:8])}{more}"
