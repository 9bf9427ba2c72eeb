"""Preparation of the columns as hyperparameters: encoding, scaling and selection.

The names mean the same in every base-learner that has them. Which of them matter to an algorithm
is said by `with_preparation`; `_steps` turns the values into steps.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from metarec.learners._configuration import TableShape
from metarec.learners._domains import Categorical, Condition, Domain, Real, Value

if TYPE_CHECKING:
    from metarec.learners._base import BaseLearner

DEFAULTS: Mapping[str, Value] = {
    "encoding": "one_hot",
    "scaling": "standard",
    "selection": "none",
    "selected_share": 0.5,
    "kept_variance": 0.95,
}
"""Today's pipeline: also what holds for a base-learner without these hyperparameters."""

PREPARATION = tuple(DEFAULTS)
"""Names that are about the columns and never reach an estimator."""

MIN_ROWS_TARGET_ENCODING = 50
"""Fewer rows leave a category's mean to one or two of them."""

MIN_ROWS_QUANTILES = 200
"""Half of the rows, as in two folds, must be no less than the 100 quantiles."""

DEFAULT_SHARE = 0.6
"""Share of the draws that keep a step as it is, so that they do not all differ in everything."""


def with_preparation(
    learner: "BaseLearner",
    *,
    ordinal: bool = False,
    scaling: bool = False,
    selection: bool = False,
    implicit: bool = False,
) -> "BaseLearner":
    """Add hyperparameters of the preparation to a base-learner.

    Parameters
    ----------
    learner : BaseLearner
        Without any of them.
    ordinal : bool
        Whether codes of the categories are of use, as they are to trees.
    scaling : bool
        Whether the scale of a column matters.
    selection : bool
        Whether fewer columns may help: the best ones by univariate tests, or components.
    implicit : bool
        Whether configurations leave them out at their defaults.

    Returns
    -------
    BaseLearner
        With `encoding` and what was asked for.

    Examples
    --------
    >>> from metarec.learners import get_learner
    >>> scaled = with_preparation(get_learner("perceptron"), scaling=True)
    >>> scaled.default_hyperparameters()
    {'encoding': 'one_hot', 'scaling': 'standard'}
    """

    def space(shape: TableShape | None) -> Mapping[str, Domain]:
        domains = {**learner.space(shape), "encoding": _encodings(shape, ordinal=ordinal)}
        if scaling:
            domains["scaling"] = _scalings(shape)
        if selection:
            domains |= {
                "selection": Categorical(("none", "univariate", "pca"), first_share=DEFAULT_SHARE),
                "selected_share": Real(0.05, 0.95),
                "kept_variance": Real(0.5, 0.999),
            }
        return domains

    added = [name for name in space(None) if name in DEFAULTS]
    conditions = (
        Condition("selected_share", "selection", ("univariate",)),
        Condition("kept_variance", "selection", ("pca",)),
    )
    return replace(
        learner,
        space=space,
        defaults={**learner.defaults, **{name: DEFAULTS[name] for name in added}},
        conditions=(*learner.conditions, *(conditions if selection else ())),
        implicit=learner.implicit | set(added) if implicit else learner.implicit,
    )


def _encodings(shape: TableShape | None, *, ordinal: bool) -> Categorical:
    small = shape is not None and shape.n_rows < MIN_ROWS_TARGET_ENCODING
    choices = ("one_hot", *(("ordinal",) if ordinal else ()), *(() if small else ("target",)))
    return Categorical(choices, first_share=DEFAULT_SHARE)


def _scalings(shape: TableShape | None) -> Categorical:
    small = shape is not None and shape.n_rows < MIN_ROWS_QUANTILES
    choices = ("standard", "minmax", "robust", *(() if small else ("quantile",)))
    return Categorical(choices, first_share=DEFAULT_SHARE)
