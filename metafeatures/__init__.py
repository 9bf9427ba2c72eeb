"""Meta-features: a table in, named numbers out.

What belongs here: reading any table, and every number that describes one. What does not: anything
that learns from such numbers, which is the package metarec.
"""

from pkgutil import extend_path as _extend_path

__path__ = _extend_path(__path__, __name__)  # see _kernels/__init__.py

from metafeatures._catalogue import catalogue
from metafeatures._exceptions import TableError, TargetError, UnknownNameError
from metafeatures._extract import extract
from metafeatures._registry import MetaFeature
from metafeatures._result import Explanation, MetaFeatures
from metafeatures._tables.as_table import as_table
from metafeatures._tables.delimited import sniff_csv
from metafeatures._tables.table import Table, Target
from metafeatures._tables.target import infer_target

__all__ = [
    "Explanation",
    "MetaFeature",
    "MetaFeatures",
    "Table",
    "TableError",
    "Target",
    "TargetError",
    "UnknownNameError",
    "as_table",
    "catalogue",
    "extract",
    "infer_target",
    "sniff_csv",
]
