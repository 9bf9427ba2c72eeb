"""Meta-testing of meta-learners; not the validation of a single pipeline, which is tuning's."""

from metarec.evaluation.meta_test import (
    LIST_LENGTHS,
    Figure,
    MetaTest,
    leave_families_out,
    meta_test,
)

__all__ = ["LIST_LENGTHS", "Figure", "MetaTest", "leave_families_out", "meta_test"]
