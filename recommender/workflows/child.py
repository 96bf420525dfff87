"""A child process that is started again when it ends, later each time."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""Seconds of life after which the next end counts as the first again."""

Say = Callable[[str, str], object]
"""Takes the name of an event and a line on it."""


class Child:
    """A command kept running.

    It leads a process group of its own, so that a Ctrl-C in the terminal reaches its supervisor
    alone, and so that whatever it started ends with it.

    Attributes:
        name: what people call it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        say: Say,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._command = list(command)
        self._environment = dict(environment)
        self._say = say
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause_s = FIRST_PAUSE_S
        self._due_at: float | None = None

    def start(self) -> None:
        """Start the command."""
        self._due_at = None
        self._started_at = self._clock()
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def exit_code(self) -> int | None:
        """Return the exit code of a command that has ended, None while it runs."""
        return self._process.poll() if self._process else None

    def keep_alive(self) -> None:
        """Look once: note an end, or start again what has ended long enough ago."""
        if self._due_at is not None:
            if self._clock() >= self._due_at:
                self.start()
            return
        code = self.exit_code()
        if code is None:
            return
        self.signal_group(signal.SIGKILL)
        now = self._clock()
        if now - self._started_at >= STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        remedy = f"starting it again in {self._pause_s:g} s"
        self._say("ended", f"The {self.name} ended with exit code {code}; {remedy}.")
        self._due_at = now + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the command and to all that it started."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return

    def renew(self) -> None:
        """Ask the command to replace what it has started, as servers do at a SIGHUP."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGHUP)

    def terminate(self) -> None:
        """Ask the command to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, timeout_s: float) -> None:
        """Wait for the end; whatever is left of it after `timeout_s` seconds is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.signal_group(signal.SIGKILL)
            self._process.wait()
