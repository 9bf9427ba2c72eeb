"""Making runs: a library of configurations evaluated on many tables.

A run is made in a child process (`child`) that a supervisor stops at its limits (`supervisor`);
supervisors work in parallel (`backends`). What is missing is planned (`planning`) and what comes
back is stored (`recording`), run by run.
"""

from metarec.collecting.backends import BACKENDS
from metarec.collecting.collect import Collected, Progress, collect
from metarec.collecting.libraries import default_libraries
from metarec.collecting.supervisor import Limits
from metarec.collecting.tables import TableFile, find_tables
from metarec.collecting.tasks import Protocol

__all__ = [
    "BACKENDS",
    "Collected",
    "Limits",
    "Progress",
    "Protocol",
    "TableFile",
    "collect",
    "default_libraries",
    "find_tables",
]
