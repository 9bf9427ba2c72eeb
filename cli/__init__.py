"""The `metarec` command: parse, call the public API, print."""
