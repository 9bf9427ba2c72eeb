"""The values that a hyperparameter may take.

A domain answers three questions: is a value allowed, which allowed value is closest, and which
value stands at a position from 0 to 1; a random draw is the value at a random position.
Translating a domain to a search library (Optuna) happens where that library is used. A condition
says when a hyperparameter counts at all.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from random import Random

Value: TypeAlias = bool | int | float | str | None


def _is_integer(value: Value) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Value) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_range(low: float, high: float, log: bool) -> None:
    if not low <= high:
        raise ValueError(f"`low <= high` must hold, but got ({low=}, {high=}). Swap the two.")
    if log and not low > 0:
        raise ValueError(
            f"`low > 0` must hold with `log=True`, but got ({low=}). Raise `low` or drop `log`."
        )


def _between(low: float, high: float, log: bool, position: float) -> float:
    if log:
        return math.exp(math.log(low) + position * (math.log(high) - math.log(low)))
    return low + position * (high - low)


class _Drawn:
    """What the domains share: a random draw is the value at a random position."""

    def at(self, position: float) -> Value:
        """Return the value at a position from 0 to 1."""
        raise NotImplementedError

    def sample(self, rng: "Random") -> Value:
        """Draw an allowed value."""
        return self.at(rng.random())


@dataclass(frozen=True)
class Integer(_Drawn):
    """A whole number.

    Examples
    --------
    >>> Integer(1, 15).contains(3)
    True
    >>> Integer(1, 15).clip(40)
    15
    """

    low: int
    """Smallest allowed value."""

    high: int
    """Largest allowed value, itself allowed."""

    log: bool = False
    """Whether draws are even on a logarithmic scale."""

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, self.log)

    def contains(self, value: Value) -> bool:
        """Whether `value` is allowed."""
        return _is_integer(value) and self.low <= value <= self.high

    def clip(self, value: Value) -> Value:
        """Return the allowed value closest to `value`; the lowest for what is no number."""
        return min(max(int(value), self.low), self.high) if _is_number(value) else self.low

    def at(self, position: float) -> Value:
        """Return the value at a position from 0 to 1."""
        # From low - 1/2 to high + 1/2, so that both ends get their full share.
        return self.clip(round(_between(self.low - 0.5, self.high + 0.5, self.log, position)))

    def __str__(self) -> str:
        return f"an integer from {self.low} to {self.high}"


@dataclass(frozen=True)
class Real(_Drawn):
    """A real number.

    Examples
    --------
    >>> Real(0.01, 100.0, log=True).contains(1)
    True
    """

    low: float
    """Smallest allowed value."""

    high: float
    """Largest allowed value, itself allowed."""

    log: bool = False
    """Whether draws are even on a logarithmic scale."""

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, self.log)

    def contains(self, value: Value) -> bool:
        """Whether `value` is allowed."""
        return _is_number(value) and self.low <= value <= self.high

    def clip(self, value: Value) -> Value:
        """Return the allowed value closest to `value`; the lowest for what is no number."""
        return min(max(float(value), self.low), self.high) if _is_number(value) else self.low

    def at(self, position: float) -> Value:
        """Return the value at a position from 0 to 1."""
        return self.clip(_between(self.low, self.high, self.log, position))

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Categorical(_Drawn):
    """One of a few values without order.

    Examples
    --------
    >>> Categorical((None, "log2")).contains("sqrt")
    False
    """

    choices: tuple[Value, ...]
    """The allowed values; the first is the one that `clip` falls back to."""

    first_share: float | None = None
    """Share of the draws that take the first choice; None gives each choice the same."""

    def __post_init__(self) -> None:
        if not self.choices:
            raise ValueError("`choices` must not be empty. Give at least one value.")
        if self.first_share is not None and not 0 < self.first_share < 1:
            raise ValueError(
                f"`0 < first_share < 1` must hold, but got ({self.first_share=}). "
                "Leave it out to give each choice the same share."
            )

    def contains(self, value: Value) -> bool:
        """Whether `value` is allowed."""
        return any(self._same(choice, value) for choice in self.choices)

    def clip(self, value: Value) -> Value:
        """Return the choice that equals `value`, else the first choice."""
        equal = (choice for choice in self.choices if self._same(choice, value))
        return next(equal, self.choices[0])

    def at(self, position: float) -> Value:
        """Return the value at a position from 0 to 1."""
        if self.first_share is None:
            return self._spread(self.choices, position)
        if position < self.first_share or len(self.choices) == 1:
            return self.choices[0]
        return self._spread(
            self.choices[1:], (position - self.first_share) / (1.0 - self.first_share)
        )

    @staticmethod
    def _spread(choices: tuple[Value, ...], position: float) -> Value:
        return choices[min(int(position * len(choices)), len(choices) - 1)]

    @staticmethod
    def _same(choice: Value, value: Value) -> bool:
        # 0 and 0.0 are one choice; False and 0 are two.
        return choice == value and isinstance(choice, bool) == isinstance(value, bool)

    def __str__(self) -> str:
        return "one of " + ", ".join(repr(choice) for choice in self.choices)


@dataclass(frozen=True)
class Rows(_Drawn):
    """A number of training rows: an int counts them, a float is a share of them.

    scikit-learn reads `min_samples_split=16` as 16 rows and `min_samples_split=0.1` as a tenth
    of the rows. At a given number of rows each share is some count, so draws are counts.

    Examples
    --------
    >>> rows = Rows(2, 37)
    >>> rows.contains(16), rows.contains(0.1), rows.contains(1024), rows.contains(0.9)
    (True, True, False, False)
    """

    low: int
    """Smallest allowed count."""

    high: int
    """Largest allowed count, itself allowed."""

    largest_share: float = 0.25
    """Largest allowed share; shares lie above 0."""

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, True)
        if not 0 < self.largest_share < 1:
            raise ValueError(
                f"`0 < largest_share < 1` must hold, but got ({self.largest_share=}). "
                "Give a share of the rows, for example 0.25."
            )

    def count(self, value: Value, n_rows: int) -> Value:
        """A share of so many rows as the count that scikit-learn makes of it; a count as it is.

        Examples
        --------
        >>> Rows(2, 37).count(0.1, 151), Rows(2, 37).count(1e-5, 151), Rows(2, 37).count(5, 151)
        (16, 2, 5)
        """
        return self.clip(math.ceil(value * n_rows)) if isinstance(value, float) else value

    def contains(self, value: Value) -> bool:
        """Whether `value` is allowed."""
        if isinstance(value, float):
            return 0.0 < value <= self.largest_share
        return Integer(self.low, self.high).contains(value)

    def clip(self, value: Value) -> Value:
        """Return the allowed value closest to `value`, count for count and share for share."""
        if isinstance(value, float):
            return min(max(value, 1e-6), self.largest_share)
        return Integer(self.low, self.high).clip(value)

    def at(self, position: float) -> Value:
        """Return the count at a position from 0 to 1, even on a logarithmic scale."""
        return Integer(self.low, self.high, log=True).at(position)

    def __str__(self) -> str:
        return (
            f"a count of rows from {self.low} to {self.high} "
            f"or a share of the rows up to {self.largest_share:g}"
        )


Domain: TypeAlias = Integer | Real | Categorical | Rows


@dataclass(frozen=True)
class Condition:
    """A hyperparameter that only counts while another one has certain values."""

    hyperparameter: str
    """Name of the conditional hyperparameter."""

    parent: str
    """Name of the one it depends on."""

    values: tuple[Value, ...]
    """Values of the parent that make it count."""
