"""Information-theoretic meta-features, in bits."""

import numpy as np
from numpy.typing import NDArray

from metafeatures._registry import CLASSIFICATION, register
from metafeatures._shared import Shared

MICHIE = (
    "Michie, Spiegelhalter, Taylor: Machine Learning, Neural and Statistical Classification, 1994"
)


def entropy(counts: NDArray[np.intp]) -> float:
    """Shannon entropy in bits of a distribution given by counts.

    Examples
    --------
    >>> entropy(np.array([2, 1, 1, 0]))
    1.5
    """
    p = counts[counts > 0] / counts.sum()
    # Adding 0 turns the -0.0 of a single class into 0.0.
    return float(-(p * np.log2(p)).sum()) + 0.0


@register(
    "class_ent",
    "info-theory",
    "entropy of the target",
    source=MICHIE,
    cost="per table",
    tasks=CLASSIFICATION,
    low=0,
    pymfe="class_ent",
    autosklearn="ClassEntropy",
    openml="ClassEntropy",
)
def class_ent(shared: Shared) -> float:
    return entropy(shared.class_counts)
