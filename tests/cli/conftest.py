"""Runs the command in this process."""

import sys
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Call `metarec ARGUMENTS`; returns its exit code and what it printed."""
    from metarec.cli import main

    def call(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["metarec", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call
