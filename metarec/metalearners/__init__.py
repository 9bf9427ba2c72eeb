"""Meta-learners: from a meta-dataset to a ranking for a task not seen before.

All keep one contract, `MetaLearner`. What reads files or tables does not belong here.
"""

from metarec.metalearners.base import MetaLearner, Task
from metarec.metalearners.neighbours import Neighbours
from metarec.metalearners.registry import get_metalearner, metalearner_names

__all__ = ["MetaLearner", "Neighbours", "Task", "get_metalearner", "metalearner_names"]
