"""What a pipeline predicted of rows that it was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metarec._exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from metarec._types import IntVector


@dataclass(frozen=True, eq=False)
class Outcome:
    """True values beside out-of-fold predictions, as `sklearn.model_selection` makes them.

    Parameters
    ----------
    truth : array-like of shape (n_rows,)
        Classes or values.
    predicted : array-like of shape (n_rows,)
        What was predicted of the same rows.
    classes : sequence, optional
        All classes, in the order of the probabilities' columns; left out, it is a regression.
    probabilities : array-like of shape (n_rows, n_classes), optional
        Of each class.

    Raises
    ------
    UsageError
        If the lengths differ, there is no row, a class is not among `classes`, or a value is
        missing.

    Examples
    --------
    >>> Outcome(["no", "yes"], ["no", "no"], classes=["no", "yes"]).codes("truth").tolist()
    [0, 1]
    """

    truth: ArrayLike
    predicted: ArrayLike
    classes: Sequence[object] = ()
    probabilities: ArrayLike | None = None

    def __post_init__(self) -> None:
        n_rows = len(np.asarray(self.truth))
        if n_rows == 0 or np.shape(self.truth) != np.shape(self.predicted):
            msg = (
                "`truth` and `predicted` must be equally long and not empty, but have the shapes "
                f"{np.shape(self.truth)} and {np.shape(self.predicted)}"
            )
            raise UsageError(msg)
        wanted = (n_rows, len(self.classes))
        if self.probabilities is not None and np.shape(self.probabilities) != wanted:
            msg = (
                "`probabilities` must have a row for each of `truth` and a column for each of "
                f"`classes`, {wanted}, but have the shape {np.shape(self.probabilities)}"
            )
            raise UsageError(msg)
        numbers = [self.probabilities] if len(self.classes) else [self.truth, self.predicted]
        for values in numbers:
            if values is not None and not np.isfinite(np.asarray(values, dtype=np.float64)).all():
                raise UsageError("an outcome must be finite: leave out rows without a prediction")
        if len(self.classes):
            self.codes("truth")
            self.codes("predicted")

    @property
    def n_rows(self) -> int:
        """How many rows were predicted."""
        return len(np.asarray(self.truth))

    def codes(self, side: str) -> IntVector:
        """Places of the classes of "truth" or "predicted" in `classes`."""
        place = {each: code for code, each in enumerate(self.classes)}
        values = np.asarray(getattr(self, side)).tolist()
        if unknown := sorted({str(each) for each in values if each not in place}):
            msg = f"`{side}` has the class {unknown[0]!r}, which is not one of `classes`"
            raise UsageError(msg)
        return np.array([place[each] for each in values])
