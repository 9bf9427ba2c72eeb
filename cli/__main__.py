"""`python -m metarec.cli`."""

from . import main

main()
