"""One importer per source of runs: reads the source's own format, writes `records` schemas."""

from metarec.history.sources.aslib import import_aslib
from metarec.history.sources.oboe import import_oboe

__all__ = ["import_aslib", "import_oboe"]
