"""Meta-features: a table in, named numbers out.

What belongs here: reading any table, and every number that describes one. What does not: anything
that learns from such numbers, which is the package metarec.
"""

from pkgutil import extend_path as _extend_path
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

__path__ = _extend_path(__path__, __name__)  # see _kernels/__init__.py

from metafeatures._catalogue import catalogue
from metafeatures._corpus import extract_many
from metafeatures._exceptions import TableError, TargetError, UnknownNameError
from metafeatures._extract import extract
from metafeatures._registry import MetaFeature
from metafeatures._result import Explanation, MetaFeatures
from metafeatures._streaming.partial import Partial, merge, partial
from metafeatures._tables.as_table import as_table
from metafeatures._tables.delimited import sniff_csv
from metafeatures._tables.table import Table, Target
from metafeatures._tables.target import infer_target

if _TYPE_CHECKING:
    from metafeatures._extractor import MetaFeatureExtractor

__all__ = [
    "Explanation",
    "MetaFeature",
    "MetaFeatureExtractor",
    "MetaFeatures",
    "Partial",
    "Table",
    "TableError",
    "Target",
    "TargetError",
    "UnknownNameError",
    "as_table",
    "catalogue",
    "extract",
    "extract_many",
    "infer_target",
    "merge",
    "partial",
    "sniff_csv",
]


def __getattr__(name: str) -> _Any:
    if name == "MetaFeatureExtractor":  # only its users need to wait for scikit-learn
        from metafeatures._extractor import MetaFeatureExtractor

        return MetaFeatureExtractor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
