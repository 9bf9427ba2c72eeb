"""A collection that is killed loses nothing and does nothing twice."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "collect_under_kill.py"


@pytest.mark.slow
def test_five_kills(tmp_path: Path) -> None:
    command = [sys.executable, SCRIPT, "--kills", "5", "--folder", tmp_path / "work"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
