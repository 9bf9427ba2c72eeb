"""What tests ask a process for fitting to do."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from metarec.collecting.evaluating import Started


def whereabouts() -> Iterator[object]:
    """Say which process answers and whose copy or child it is."""
    yield Started()
    yield os.getpid(), os.getppid()


def loop() -> Iterator[object]:
    """Run in C for minutes, taking no signal."""
    yield Started()
    yield sum(range(10**11))


def crash(words: str) -> Iterator[object]:
    """End as a fault in C code would, with last words."""
    yield Started()
    os.write(2, words.encode())
    os.kill(os.getpid(), signal.SIGSEGV)
    yield None


def fall_silent() -> Iterator[object]:
    """Be killed with a message half sent."""
    yield Started()
    # The pipe to the supervisor is what was standard output; a frame of 1,000 bytes is announced.
    links = [each for each in Path("/proc/self/fd").iterdir() if each.exists()]
    pipe = max(int(each.name) for each in links if str(each.readlink()).startswith("pipe:"))
    os.write(pipe, b"\x80\x05\x95\xe8\x03" + bytes(6))
    os.kill(os.getpid(), signal.SIGKILL)
    yield None


def grow() -> Iterator[object]:
    """Take ever more memory."""
    yield Started()
    hoard = []
    while True:
        hoard.append(b"x" * 2**24)
