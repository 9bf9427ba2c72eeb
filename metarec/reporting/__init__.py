"""A study, the suggestions that it began with and what came of it, as one self-contained page.

`pip install "metarec[report]"` brings what it draws with.
"""

from metarec.reporting.outcome import Outcome
from metarec.reporting.report import check_report, write_report

__all__ = ["Outcome", "check_report", "write_report"]
