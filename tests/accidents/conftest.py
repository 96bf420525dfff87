"""A warm process and homes for accidents, and one line at the end on how they went."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accidents import figures, tally
from tests.accidents.homes import Homes
from tests.accidents.warm import Warm

ROOT = Path(__file__).resolve().parents[2]
START_S = 120.0
SINGLE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""A process that forks others must not have threads of its own."""


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Return a process that has everything imported, and forks one that runs a command."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the points of a process are named through /proc, which is not here")
    environment = {**os.environ, **dict.fromkeys(SINGLE, "1"), "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        address = f"{folder}/warm"  # the path of a socket may not be long
        command = [sys.executable, "-m", "tests.accidents.warm", address]
        server = subprocess.Popen(command, env=environment, cwd=ROOT)
        try:
            deadline = time.monotonic() + START_S
            while not Path(address).exists():
                assert server.poll() is None, "the warm process ended before it began"
                assert time.monotonic() < deadline, "the warm process does not begin"
                time.sleep(0.02)
            yield Warm(address)
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Homes:
    return Homes(tmp_path_factory.mktemp("accidents"), warm)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if said := tally.line():
        terminalreporter.write_line(f"accidents: {said}")
    for figure in figures.lines():
        terminalreporter.write_line(figure)
