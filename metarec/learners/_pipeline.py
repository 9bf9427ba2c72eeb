"""From a configuration to a pipeline that takes the user's own frame."""

from typing import TYPE_CHECKING

from metarec.learners._configuration import Configuration, TableShape
from metarec.learners._exceptions import InvalidConfigurationError, LearnerError
from metarec.learners._preparation import DEFAULTS
from metarec.learners._registry import Kind, Task, get_learner, kind_of
from metarec.learners._steps import frame_steps, sparse_steps

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ESTIMATOR_STEPS: dict[Kind, str] = {"classification": "classify", "regression": "regress"}
"""Name of the last step."""


def make_pipeline(
    configuration: Configuration,
    *,
    task: Task | None = None,
    shape: TableShape | None = None,
    sparse: bool = False,
    random_state: int | None = 0,
) -> "Pipeline":
    """Build the unfitted pipeline of a configuration: preparation of the columns, then the model.

    By default columns are one-hot encoded (or, from 40 distinct strings on, embedded in 30
    components), dates become numbers, infinities count as missing, what is missing takes the
    column's mean, and everything is standardised. The hyperparameters `encoding`, `scaling` and
    `selection` change that; a base-learner that has its own way with missing cells gets the
    columns as they are encoded.

    Parameters
    ----------
    configuration : Configuration
        The base-learner and its hyperparameters; what is left out takes its default.
    task : {"classification", "binary", "multiclass", "regression"}, optional
        What the pipeline is to do; left out, the shape says it, or else it is classification.
    shape : TableShape, optional
        The table. If given, an unusable configuration is refused and defaults are clipped.
    sparse : bool
        Whether the input will be a SciPy sparse matrix of numbers; else it is a pandas or
        polars frame, a pyarrow table, a NumPy array or a list of rows.
    random_state : int or None
        Seed of everything that draws.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Made of scikit-learn's, skrub's and the base-learner's own classes, after a step of
        metarec's that takes any container.

    Raises
    ------
    UnknownLearnerError
        If the base-learner is not registered for this task.
    InvalidConfigurationError
        If the hyperparameters are not allowed, or not at that shape.
    MissingPackageError
        If the base-learner comes from a package that is not installed.
    LearnerError
        If there is no such task, or task and shape disagree.

    Examples
    --------
    >>> pipeline = make_pipeline(Configuration("knn", {"n_neighbors": 1}))
    >>> pipeline.fit([[1, "red"], [2, "blue"]], ["yes", "no"]).predict([[1, "green"]])
    array(['yes'], dtype='<U3')
    >>> pipeline = make_pipeline(Configuration("ridge", {"scaling": "minmax"}), task="regression")
    >>> pipeline.fit([[1, "red"], [2, "blue"]], [10.0, 20.0]).predict([[1, "red"]])
    array([12.], dtype=float32)
    """
    from sklearn.pipeline import Pipeline

    kind = pipeline_kind(task, shape)
    learner = get_learner(configuration.algorithm, kind)
    if shape is not None and learner.is_installed:
        reason = learner.reject(configuration.hyperparameters, shape)
        if reason is not None:
            raise InvalidConfigurationError(f"The configuration cannot be used here. {reason}.")
    values = learner.write_out(configuration.hyperparameters, shape)
    estimator = learner.make_estimator(values, random_state=random_state)
    steps = sparse_steps if sparse else frame_steps
    prepared = steps(learner, {**DEFAULTS, **values}, kind=kind, random_state=random_state)
    return Pipeline([*prepared, (ESTIMATOR_STEPS[kind], estimator)])


def pipeline_kind(task: Task | None, shape: TableShape | None) -> Kind:
    """Kind of task that a pipeline is for: as `task` says, else as the shape does."""
    if task is None:
        return "classification" if shape is None else kind_of(shape.task)
    if shape is not None and kind_of(task) != kind_of(shape.task):
        raise LearnerError(
            f"`task` and `shape` must agree, but got ({task=}, {shape.n_classes=}). "
            "Leave out the task: the number of classes tells it."
        )
    return kind_of(task)
