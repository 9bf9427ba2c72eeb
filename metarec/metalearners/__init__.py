"""Meta-learners: from a meta-dataset to a ranking for a task not seen before.

All keep one contract, `MetaLearner`. What reads files or tables does not belong here.
"""

from metarec.metalearners.advantage import ELSEWHERE, Advantage
from metarec.metalearners.base import MetaLearner, Task
from metarec.metalearners.familiarity import Familiarity, Likeness
from metarec.metalearners.fit_time import FitTime, FitTimePrediction
from metarec.metalearners.registry import (
    get_metalearner,
    metalearner_names,
    suited_metalearners,
)
from metarec.metalearners.score import ScoreModel, ScorePrediction
from metarec.metalearners.similarity import RankedDistance, SizeDistance

__all__ = [
    "ELSEWHERE",
    "Advantage",
    "Familiarity",
    "FitTime",
    "FitTimePrediction",
    "Likeness",
    "MetaLearner",
    "RankedDistance",
    "ScoreModel",
    "ScorePrediction",
    "SizeDistance",
    "Task",
    "get_metalearner",
    "metalearner_names",
    "suited_metalearners",
]
