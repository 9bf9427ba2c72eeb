"""Base-learners: their spaces, their bounds at n rows and p columns, and their pipelines.

Here belongs what one algorithm needs to be suggested and run. Which configuration suits a table,
and the names that run histories use for algorithms, belong elsewhere.
"""

from metarec.learners._base import CLASSIFICATION, COSTS, REGRESSION, BaseLearner, Cost
from metarec.learners._configuration import Configuration, TableShape, TaskType
from metarec.learners._domains import Categorical, Condition, Domain, Integer, Real, Rows, Value
from metarec.learners._early_stopping import EarlyStopping, HeldOut
from metarec.learners._exceptions import (
    InvalidConfigurationError,
    LearnerError,
    MissingPackageError,
    UnknownLearnerError,
)
from metarec.learners._pipeline import make_pipeline
from metarec.learners._preparation import with_preparation
from metarec.learners._registry import (
    Kind,
    Task,
    get_learner,
    kind_of,
    learner_names,
    register_learner,
)
from metarec.learners._sampling import default, space_filling
from metarec.learners._script import script
from metarec.learners._source import to_source
from metarec.learners._steps import FRAME_STEP, VECTORIZE_STEP

__all__ = [
    "CLASSIFICATION",
    "COSTS",
    "FRAME_STEP",
    "REGRESSION",
    "VECTORIZE_STEP",
    "BaseLearner",
    "Categorical",
    "Condition",
    "Configuration",
    "Cost",
    "Domain",
    "EarlyStopping",
    "HeldOut",
    "Integer",
    "InvalidConfigurationError",
    "Kind",
    "LearnerError",
    "MissingPackageError",
    "Real",
    "Rows",
    "TableShape",
    "Task",
    "TaskType",
    "UnknownLearnerError",
    "Value",
    "default",
    "get_learner",
    "kind_of",
    "learner_names",
    "make_pipeline",
    "register_learner",
    "script",
    "space_filling",
    "to_source",
    "with_preparation",
]
