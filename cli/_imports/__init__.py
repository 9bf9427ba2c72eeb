"""`metarec history import ...`: one module per source."""

from typing import Final

COMMANDS: Final = {
    "oboe": "OBOE's runs with published meta-features.",
}
"""One line of help by source."""
