"""Checks of arguments that several functions take."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING

from metarec._exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_seed(random_state: int) -> int:
    """The seed as Python's whole number.

    Raises
    ------
    UsageError
        If it is none, or NumPy would not take it.

    Examples
    --------
    >>> check_seed(7)
    7
    """
    if not isinstance(random_state, Integral) or not 0 <= random_state < 2**32:
        msg = f"`random_state` must be from 0 to 2**32 - 1, but got {random_state=}"
        raise UsageError(msg)
    return int(random_state)


def check_count(name: str, number: int, *, least: int) -> None:
    """See that an argument is a whole number that is large enough.

    Raises
    ------
    UsageError
        If it is not.

    Examples
    --------
    >>> check_count("folds", 5, least=2)
    """
    is_whole = isinstance(number, Integral) and not isinstance(number, bool)
    if not is_whole or number < least:
        msg = f"`{name}` must be a whole number and at least {least}, but got {number!r}"
        raise UsageError(msg)


def check_algorithms(algorithms: Sequence[str] | None) -> None:
    """See that base-learners are named in a list, or left out.

    Raises
    ------
    UsageError
        If they are one text, or an empty list.

    Examples
    --------
    >>> check_algorithms(["knn"]), check_algorithms(None)
    (None, None)
    """
    if isinstance(algorithms, str) or (algorithms is not None and not algorithms):
        msg = f"`algorithms` must be a list of names, but got {algorithms!r}"
        raise UsageError(msg)
