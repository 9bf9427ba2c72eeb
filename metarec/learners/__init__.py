"""Base-learners: their spaces, their bounds at n rows and p columns, and their pipelines.

Here belongs what one algorithm needs to be suggested and run. Which configuration suits a table,
and the names that run histories use for algorithms, belong elsewhere.
"""

from metarec.learners._base import BaseLearner, Condition
from metarec.learners._configuration import Configuration, TableShape
from metarec.learners._domains import Categorical, Domain, Integer, Real, Rows, Value
from metarec.learners._exceptions import (
    InvalidConfigurationError,
    LearnerError,
    UnknownLearnerError,
)
from metarec.learners._pipeline import make_pipeline
from metarec.learners._registry import get_learner, learner_names, register_learner
from metarec.learners._script import script
from metarec.learners._source import to_source

__all__ = [
    "BaseLearner",
    "Categorical",
    "Condition",
    "Configuration",
    "Domain",
    "Integer",
    "InvalidConfigurationError",
    "LearnerError",
    "Real",
    "Rows",
    "TableShape",
    "UnknownLearnerError",
    "Value",
    "get_learner",
    "learner_names",
    "make_pipeline",
    "register_learner",
    "script",
    "to_source",
]
