"""Base-learners of the user's own, on their way to the child processes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import cloudpickle

from metarec.learners import get_learner

if TYPE_CHECKING:
    from collections.abc import Iterable


def pack_learners(names: Iterable[str]) -> bytes:
    """Pickle those base-learners that are not metarec's own.

    They go by value, with the functions that they are made of: a child cannot import a notebook
    or a script.
    """
    own = [
        learner
        for learner in map(get_learner, names)
        if not learner.build.__module__.startswith("metarec.")
    ]
    modules = [sys.modules[learner.build.__module__] for learner in own]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        packed: bytes = cloudpickle.dumps(tuple(own))
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
    return packed
