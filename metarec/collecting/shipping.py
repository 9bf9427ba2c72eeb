"""Base-learners of the user's own, on their way to the child processes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import cloudpickle

from metarec.learners import get_learner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metarec.learners import Configuration, Kind


def pack_learners(configurations: Mapping[Kind, Iterable[Configuration]]) -> bytes:
    """Pickle those base-learners that are not metarec's own.

    They go by value, with the functions that they are made of: a child cannot import a notebook
    or a script.
    """
    named = {(each.algorithm, kind) for kind, some in configurations.items() for each in some}
    own = [
        learner
        for learner in (get_learner(*name) for name in sorted(named))
        if not learner.build.__module__.startswith("metarec.")
    ]
    # Those that the user registered stay so.
    known = cloudpickle.list_registry_pickle_by_value()
    modules = [
        sys.modules[name] for name in {each.build.__module__ for each in own} if name not in known
    ]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        packed: bytes = cloudpickle.dumps(tuple(own))
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
    return packed
