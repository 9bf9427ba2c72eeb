"""`metarec history import ...`: one module per source."""

from typing import Final

COMMANDS: Final = {
    "aslib": "A scenario of ASlib whose instances are data sets.",
    "autosklearn": "The best pipelines of auto-sklearn's metadata.",
    "flaml": "The files from which FLAML builds portfolios.",
    "oboe": "OBOE's runs with published meta-features.",
    "openml": "Runs that people shared on OpenML, from the server.",
    "openml-flow": "A table of one OpenML flow's runs.",
    "yahpo": "Random configurations scored by YAHPO's surrogates.",
}
"""One line of help by source."""
