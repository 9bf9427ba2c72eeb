"""The `metarec` command: parse, call the public API, print. Nothing imports it."""

from ._app import main

__all__ = ["main"]
