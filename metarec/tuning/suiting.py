"""Whether a table holds what a pipeline was fitted on."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from metarec._exceptions import UsageError
from metarec.learners import FRAME_STEP, VECTORIZE_STEP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd
    from sklearn.pipeline import Pipeline

_TEXTS: Final = ("low_cardinality", "high_cardinality")
"""Kinds of columns whose values are taken as they are written."""
_CONVERTED: Final = ("numeric", "datetime")
"""Those whose values are converted, as far as they can be."""
_A_NUMBER: Final = "numbers or truth values"
_MOST_SHOWN: Final = 40
"""Letters of a cell."""
_EXAMPLE: Final = datetime(2030, 1, 31, 23, 59)


def texts_of(pipeline: Pipeline) -> frozenset[str]:
    """Columns that held words when a pipeline was fitted, be it some that look like numbers."""
    kinds = getattr(_vectorizer(pipeline), "column_to_kind_", {})
    return frozenset(name for name, kind in kinds.items() if kind in _TEXTS)


def _vectorizer(pipeline: Pipeline) -> Any:
    """What knows what each column held that did not hold numbers; None if they all did."""
    step = pipeline.named_steps.get(VECTORIZE_STEP)
    return getattr(step, "named_transformers_", {}).get("remainder")


def take_features(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The columns of a table that a pipeline takes, in their order.

    Raises
    ------
    UsageError
        If one is missing or there twice, or the table has no rows.
    """
    table = table.set_axis([str(name) for name in table.columns], axis=1)
    if missing := [name for name in columns if name not in table.columns]:
        more = f", nor {len(missing) - 1} more" if len(missing) > 1 else ""
        msg = (
            f"the table has no column {missing[0]!r}{more}, which the model was fitted on: "
            "add it, with empty cells if nothing is known"
        )
        raise UsageError(msg)
    features = table[list(columns)]
    if not features.columns.is_unique:
        twice = features.columns[features.columns.duplicated()][0]
        msg = f"the table has more than one column {twice!r}: rename those that are no feature"
        raise UsageError(msg)
    if table.empty:
        msg = "the table has no rows: there is nothing to predict"
        raise UsageError(msg)
    return features


def find_losses(pipeline: Pipeline, features: pd.DataFrame) -> Iterator[str]:
    """What is to be said of each column with cells that a fitted pipeline takes as missing.

    Such are words where there were numbers, or dates that are written in another way.

    Raises
    ------
    UsageError
        If a column holds nothing of the kind that it held.
    """
    import pandas as pd

    maker = pipeline.named_steps.get(FRAME_STEP)
    if maker is None:
        return
    features, numbers = maker.as_frame(features), set(maker.numbers_)
    vectorizer = _vectorizer(pipeline)
    kinds = getattr(vectorizer, "column_to_kind_", {})
    for name, column in features.items():
        loss = None
        if name in numbers and not pd.api.types.is_numeric_dtype(column):
            loss = _describe(column, maker.to_numbers, _A_NUMBER)
        elif kinds.get(name) in _CONVERTED:
            loss = _find_loss(vectorizer.all_processing_steps_[name], column)
        if loss is not None:
            yield f"the column {name!r} {loss}"


def _find_loss(steps: Sequence[Any], column: pd.Series[Any]) -> str | None:
    """What the first of a column's steps that makes numbers or dates of it leaves out."""
    import pandas as pd
    from skrub import ToDatetime, ToFloat

    is_number = pd.api.types.is_numeric_dtype(column)
    for step in steps:
        if isinstance(step, ToFloat):
            is_date = pd.api.types.is_datetime64_any_dtype(column)
            return _describe(column, None if is_date else step.transform, _A_NUMBER)
        if isinstance(step, ToDatetime):
            written = f" such as {_EXAMPLE.strftime(step.format_)}" if step.format_ else ""
            return _describe(column, None if is_number else step.transform, f"dates{written}")
        column = step.transform(column)
    return None


def _describe(
    column: pd.Series[Any], convert: Callable[[pd.Series[Any]], pd.Series[Any]] | None, what: str
) -> str | None:
    """What a conversion leaves out of a column, or None, which takes nothing; rows count from 1."""
    known = column.notna().to_numpy()
    taken = known & False
    if convert is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is lost is said here
            taken = convert(column).notna().to_numpy()
    lost = known & ~taken
    if not lost.any():
        return None
    row = int(lost.argmax())
    first = f"the first in row {row + 1} ({str(column.iloc[row])[:_MOST_SHOWN]!r})"
    held = f"held {what} when the model was fitted"
    if not taken.any():
        msg = (
            f"the column {column.name!r} {held}, but none of its {lost.sum()} cells is one now, "
            f"{first}: give such cells, or empty ones if nothing is known"
        )
        raise UsageError(msg)
    return f"{held}: {lost.sum()} of {len(column)} cells are none and count as missing, {first}"
