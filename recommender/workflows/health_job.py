"""`morefrom health` in a process of its own, for the desk: no request waits for it."""

import os
import subprocess
import sys
import threading
from contextlib import suppress

from recommender.settings import Settings
from recommender.workflows.health_report import is_at_work
from recommender.workflows.serving import environment_of

LEAST_URGENT = 10
"""What `nice` takes: publishing and answering come first."""


class HealthJob:
    """Starts the look at all lists, one at a time; several threads may ask.

    Attributes:
        problem: what the last one complained of, None if it was well.
    """

    def __init__(self, settings: Settings) -> None:
        """Start nothing yet.

        Args:
            settings: whose home.
        """
        self.problem: str | None = None
        self._settings = settings
        self._starting = threading.Lock()
        self._watcher: threading.Thread | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether lists are being looked at, by whomever it was asked for."""
        is_ours = self._watcher is not None and self._watcher.is_alive()
        return is_ours or is_at_work(self._settings)

    def start(self) -> bool:
        """Start it, unless it is at work already.

        Returns:
            Whether it was started.
        """
        with self._starting:
            if self.is_at_work:
                return False
            self.problem = None
            self._watcher = threading.Thread(target=self._run, daemon=True, name="health")
            self._watcher.start()
            return True

    def wait(self, seconds: float) -> None:
        """Wait for what was started here.

        Args:
            seconds: at most.
        """
        if self._watcher is not None:
            self._watcher.join(seconds)

    def _run(self) -> None:
        command = [sys.executable, "-m", "recommender.cli", "health", "--json"]
        process = subprocess.Popen(
            command,
            env=environment_of(self._settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, LEAST_URGENT)
        _, complaint = process.communicate()
        if process.returncode:
            said = complaint.decode("utf-8", "replace").strip().splitlines()
            ended = f"It ended with exit code {process.returncode}."
            self.problem = said[-1].removeprefix("morefrom: ") if said else ended
