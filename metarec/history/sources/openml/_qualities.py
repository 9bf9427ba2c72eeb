"""From the qualities of a data set, as OpenML's server has them, to our meta-features.

Their definitions were read in the server's evaluation engine (github.com/openml/EvaluationEngine,
SimpleMetaFeatures.java and Statistical.java). It counts the target among the columns and among the
missing cells, gives percentages, and describes numeric columns with the target among them if that
is a number. What cannot be told from it is left out: values of categorical columns (the target's
are among them), skewness and kurtosis (another formula), quartiles (another interpolation),
entropies of columns, and landmarkers (Weka's).
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Final

from metafeatures import catalogue
from metarec.history.sources._rows import with_ratios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metarec.history.sources.openml._answers import TaskAnswer

_AS_IT_IS: Final = ("nr_inst",)
_OF_CLASSES: Final = ("nr_class", "class_size.max", "class_size.min", "class_ent")
_SHARES_OF_CLASSES: Final = ("freq_class.max", "freq_class.min")
_OF_CELLS: Final = ("nr_missing", "nr_inst_missing")
_OF_NUMBERS: Final = (
    "mean_numeric.max",
    "mean_numeric.mean",
    "mean_numeric.min",
    "sd_numeric.max",
    "sd_numeric.mean",
    "sd_numeric.min",
)
"""The server describes all numeric columns: these hold only where the target is none of them."""


@cache
def published_names() -> Mapping[str, str]:
    """OpenML's name of each quality that is taken, by ours."""
    known = {name: theirs for feature in catalogue() for name, theirs in feature.openml.items()}
    taken = (*_AS_IT_IS, *_OF_CLASSES, *_SHARES_OF_CLASSES, *_OF_CELLS, *_OF_NUMBERS)
    columns = ("nr_attr", "nr_num", "nr_cat")
    return {name: known[name] for name in (*taken, *columns)}


def to_meta_features(task: TaskAnswer) -> dict[str, float | None]:
    """Meta-features of a task's data set, as far as its qualities tell them.

    Parameters
    ----------
    task : TaskAnswer
        What the server says of the task and its data set.

    Returns
    -------
    dict
        By our names; without those that are unknown.
    """
    theirs = {
        name: value
        for name, quality in published_names().items()
        if (value := task.qualities.get(quality)) is not None and math.isfinite(value)
    }
    classes = task.kind == "classification"
    ours: dict[str, float | None] = {name: theirs[name] for name in _AS_IT_IS if name in theirs}
    if task.target == task.default_target:
        ours |= _of_columns(theirs, classes=classes)
        if classes:
            ours |= _of_classes(theirs)
    if task.missing_in_target == 0:
        ours |= {name: theirs[name] for name in _OF_CELLS if name in theirs}
    if task.target_type == "nominal":
        ours |= {name: theirs[name] for name in _OF_NUMBERS if name in theirs}
    return with_ratios(ours)


def _of_classes(theirs: Mapping[str, float]) -> dict[str, float]:
    # Older values count classes that the target declares and never takes.
    if theirs.get("class_size.min", 0.0) < 1:
        return {}
    found = {name: theirs[name] for name in _OF_CLASSES if name in theirs}
    if found.get("class_ent", 0.0) < 0:  # -1 was written for "unknown"
        del found["class_ent"]
    return found | {name: theirs[name] / 100.0 for name in _SHARES_OF_CLASSES if name in theirs}


def _of_columns(theirs: Mapping[str, float], *, classes: bool) -> dict[str, float]:
    """Numbers of columns without the target."""
    if "nr_attr" not in theirs:
        return {}
    found = {"nr_attr": theirs["nr_attr"] - 1.0}
    numeric, categorical = theirs.get("nr_num", 0.0), theirs.get("nr_cat", 0.0)
    # Else there are texts or dates, or the values are older and left the target out.
    if numeric + categorical == theirs["nr_attr"]:
        found |= {"nr_num": numeric - (not classes), "nr_cat": categorical - classes}
    return found
