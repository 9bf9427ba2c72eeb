"""The process that fits."""

import os
import pickle
import subprocess
import sys

import pytest

from metarec.collecting.messages import Setup


@pytest.mark.parametrize(("sent", "code"), [(b"no pickle", 1), (b"", 0)])
def test_it_ends_with_what_it_cannot_read(sent: bytes, code: int) -> None:
    setup = Setup(os.getpid(), tuple(sys.path), pickle.dumps(()))
    done = subprocess.run(
        [sys.executable, "-m", "metarec.collecting.child"],
        input=pickle.dumps(setup) + sent,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code
