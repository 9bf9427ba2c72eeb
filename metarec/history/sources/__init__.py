"""One importer per source of runs: reads the source's own format, writes `records` schemas."""

from metarec.history.sources._storages import open_study, split_study
from metarec.history.sources.aslib import import_aslib
from metarec.history.sources.autosklearn import import_autosklearn
from metarec.history.sources.flaml import import_flaml
from metarec.history.sources.oboe import import_oboe
from metarec.history.sources.openml import OPENML_METRICS, OpenMLImport, import_openml
from metarec.history.sources.openml_flow import import_openml_flow
from metarec.history.sources.optuna_study import AddedStudy, add_study
from metarec.history.sources.yahpo import import_yahpo

__all__ = [
    "OPENML_METRICS",
    "AddedStudy",
    "OpenMLImport",
    "add_study",
    "import_aslib",
    "import_autosklearn",
    "import_flaml",
    "import_oboe",
    "import_openml",
    "import_openml_flow",
    "import_yahpo",
    "open_study",
    "split_study",
]
