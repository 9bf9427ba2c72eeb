"""Search ranges: which part of a base-learner's space is worth searching on a table.

The evidence is a meta-dataset. Choosing single configurations belongs to `metarec.metalearners`,
the whole spaces to `metarec.learners`.
"""

from metarec.ranges.evidence import RangeEvidence
from metarec.ranges.space import SearchRange, SearchSpace

__all__ = ["RangeEvidence", "SearchRange", "SearchSpace"]
