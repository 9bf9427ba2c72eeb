"""An import that is killed at any moment goes on where it was."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from openml_server import OpenMLServer, slow

SCRIPT = """
import sys
from metarec.history import HistoryStore
from metarec.history.sources import import_openml
folder, server = sys.argv[1:]
import_openml([3, 61, 507], HistoryStore(folder), server=server, pause=0)
"""
KILLS = 8


@pytest.mark.slow
def test_killed_again_and_again(
    bring, frame, complete, server: OpenMLServer, tmp_path: Path
) -> None:
    server.spoil = slow(0.01)
    generator = random.Random(0)
    for kill in range(KILLS + 1):
        command = [sys.executable, "-c", SCRIPT, tmp_path / "killed", server.url]
        enough = len(server.questions) + generator.randint(1, 8)
        with subprocess.Popen(command) as process:
            while kill < KILLS and len(server.questions) < enough and process.poll() is None:
                threading.Event().wait(generator.uniform(0.0, 0.01))
            if kill < KILLS:
                process.kill()
    assert process.returncode == 0
    assert frame(tmp_path / "killed") == complete[0]
    # A kill costs at most what was being asked: four requests describe a task.
    assert len(server.questions) <= len(complete[1]) + 4 * KILLS
