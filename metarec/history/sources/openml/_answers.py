"""What the server is asked for, as plain values that JSON can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec.learners import Kind

Evaluation: TypeAlias = dict[str, Any]
"""One function of one run: the fields of a row of the API's evaluation list."""

Parameters: TypeAlias = dict[str, str | None]
"""Values of a setup by the full name of the parameter."""


@dataclass(frozen=True)
class TaskAnswer:
    """A task and what is known of its data set."""

    task_id: int
    """OpenML task id."""
    kind: Kind
    """classification or regression."""
    target: str
    """Column to predict."""
    n_folds: int | None
    """Splits into training and test rows, all repeats together."""
    dataset_id: int
    """OpenML data set id."""
    dataset_name: str
    """Name of the data set, which its versions share."""
    default_target: str | None
    """Target that the data set's qualities are about."""
    target_type: str | None
    """Type of the target's column: nominal, numeric, string or date."""
    missing_in_target: int | None
    """Missing cells of the target."""
    n_labels: int | None
    """Classes that the target declares."""
    qualities: Mapping[str, float | None]
    """The data set's qualities under OpenML's names."""
