"""Which algorithm with which hyperparameters suits a table, learned from run histories.

Importing it imports nothing else: each name is loaded when it is first used.
"""

from pkgutil import extend_path as _extend_path
from typing import TYPE_CHECKING

import lazy_loader as lazy

# Python started in a checkout finds this folder first; what only an installation has (the command,
# the data) is then found where it was installed.
__path__ = _extend_path(__path__, __name__)

_attach = lazy.attach(
    __name__,
    submodules=["learners", "tuning", "warmstart"],
    submod_attrs={
        "_api": ["suggest"],
        "_exceptions": [
            "HistoryError",
            "KnowledgeError",
            "MetarecError",
            "NoKnowledgeError",
            "UsageError",
        ],
        "_version": ["__version__"],
        "estimators": ["MetaClassifier", "MetaRegressor"],
        "ranges": ["SearchRange", "SearchSpace"],
        "recommender": ["Recommender"],
        "suggestions": ["Neighbour", "Suggestion", "Suggestions"],
        "tuning": ["TuningResult", "tune"],
    },
)
__getattr__, __dir__, _ = _attach

if TYPE_CHECKING:
    from metarec import learners, tuning, warmstart
    from metarec._api import suggest
    from metarec._exceptions import (
        HistoryError,
        KnowledgeError,
        MetarecError,
        NoKnowledgeError,
        UsageError,
    )
    from metarec._version import __version__
    from metarec.estimators import MetaClassifier, MetaRegressor
    from metarec.ranges import SearchRange, SearchSpace
    from metarec.recommender import Recommender
    from metarec.suggestions import Neighbour, Suggestion, Suggestions
    from metarec.tuning import TuningResult, tune

__all__ = [
    "HistoryError",
    "KnowledgeError",
    "MetaClassifier",
    "MetaRegressor",
    "MetarecError",
    "Neighbour",
    "NoKnowledgeError",
    "Recommender",
    "SearchRange",
    "SearchSpace",
    "Suggestion",
    "Suggestions",
    "TuningResult",
    "UsageError",
    "__version__",
    "learners",
    "suggest",
    "tune",
    "tuning",
    "warmstart",
]
