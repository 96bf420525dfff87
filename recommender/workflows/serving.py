"""`morefrom serve`: the follower and the public app as two child processes, kept running together.

Neither needs the other: the public app answers from the last files when the follower is gone, so a
follower that ends is started again. So is the server, once it has answered; one that never does has
a reason that a person must see.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from recommender.errors import ServerFailed
from recommender.logs import begin, tell
from recommender.settings import ENVIRONMENT_PREFIX, NOT_SETTINGS, SECRETS, Settings
from recommender.workflows.address import Address
from recommender.workflows.child import Child, Say

SERVER = "service.public"
APP = "service.public.server:create_server"
LOOK_INTERVAL_S = 0.1
START_TIMEOUT_S = 60.0
"""Seconds within which a worker must answer for the first time."""

READY_GRACE_S = 3.0
"""Seconds that the follower gets for the first snapshot before we say that there is none."""

STOP_TIMEOUT_S = 5.0
"""Seconds that the children get to end by themselves."""

JSON_LOGS = "service/public/json_logs.json"
"""How the server writes its own log where all of it is JSON, as `logging.config` has it."""

_log = logging.getLogger(__name__)

THREADS_A_WORKER = 1
"""Answers take turns at one interpreter lock, and wait for nothing: a second thread made them 15 to
30 % fewer. The server reads requests and writes answers in threads of its own."""

BACKLOG = 2048
"""Connections that wait in the kernel while all workers are busy."""

RELOAD_OVERLAP_S = 2
"""Seconds for which an old worker goes on beside its successor when the server reloads."""


def serve(settings: Settings) -> None:
    """Run the follower and the public app until SIGINT or SIGTERM; call it in the main thread.

    At SIGUSR1 every worker is replaced by a new one, which begins before the old one ends.
    `CannotListen` if host and port cannot be had, `ServerFailed` if the public app ends or stays
    silent before it ever answered.

    Args:
        settings: handed on to both, whole.
    """
    begin("launcher", settings.log_format)
    say = _print_line if settings.log_format == "text" else _log_event
    address = Address(settings.host, settings.port)
    address.check_free()
    if settings.metrics_port is not None:
        Address(settings.metrics_host, settings.metrics_port).check_free()
    server = Child("public app", server_command(settings), _server_environment(settings), say)
    follower = Child("follower", follower_command(settings), environment_of(settings), say)
    with _signals() as (stop, renewal):
        try:
            server.start()
            follower.start()
            _announce(address, server, stop, say)
            while not stop.wait(LOOK_INTERVAL_S):
                if renewal.is_set():
                    renewal.clear()
                    server.renew()
                    tell(_log, "renewing", "The workers are being renewed.")
                server.keep_alive()
                follower.keep_alive()
        finally:
            server.terminate()
            follower.terminate()
            deadline = time.monotonic() + STOP_TIMEOUT_S
            for child in (server, follower):
                child.wait(max(0.1, deadline - time.monotonic()))
            tell(_log, "stopped", "Public app and follower have ended.")


def server_command(settings: Settings) -> list[str]:
    """Return the command that runs the public app."""
    options: dict[str, object] = {
        "--interface": "wsgi",
        "--http": "1",
        "--host": settings.host,
        "--port": settings.port,
        "--workers": settings.workers,
        "--blocking-threads": THREADS_A_WORKER,
        "--backlog": BACKLOG,
        "--respawn-interval": RELOAD_OVERLAP_S,
        "--workers-kill-timeout": 3,
        "--log-level": "warning",
    }
    flags = ["--factory", "--no-ws", "--respawn-failed-workers", "--no-access-log"]
    if settings.log_format == "json":
        options["--log-config"] = Path(__file__).parents[2] / JSON_LOGS
    pairs = [text for name, value in options.items() for text in (name, str(value))]
    return [sys.executable, "-m", SERVER, *pairs, *flags, APP]


def follower_command(settings: Settings) -> list[str]:
    """Return the command that runs the follower."""
    return [sys.executable, "-m", "recommender.cli", "--home", str(settings.home), "follow"]


def environment_of(settings: Settings) -> dict[str, str]:
    """Return our own environment with exactly these settings in it, whatever they came from.

    Args:
        settings: of the process that it is for.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ENVIRONMENT_PREFIX)
        or name[len(ENVIRONMENT_PREFIX) :] in NOT_SETTINGS
    }
    given = {
        f"{ENVIRONMENT_PREFIX}{name.upper()}": str(value)
        for name, value in settings.model_dump().items()
        if value is not None
    }
    return {**kept, **given}


def _server_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of the public app: it opens no database and is not told of one."""
    return environment_of(settings.model_copy(update=dict.fromkeys(SECRETS)))


@contextmanager
def _signals() -> Iterator[tuple[threading.Event, threading.Event]]:
    """Turn signals into events, as long as the block lasts.

    Yields:
        That the service shall end, and that its workers shall be renewed.
    """
    stop, renewal = threading.Event(), threading.Event()

    def note(number: int, _frame: FrameType | None) -> None:
        (renewal if number == signal.SIGUSR1 else stop).set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield stop, renewal
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announce(address: Address, server: Child, stop: threading.Event, say: Say) -> None:
    """Wait for the first answer, and say where it is given.

    Raises:
        ServerFailed: if it never comes.
    """
    silent_until = time.monotonic() + START_TIMEOUT_S
    grace_until: float | None = None
    while not stop.wait(LOOK_INTERVAL_S):
        code = server.exit_code()
        if code is not None:
            raise ServerFailed(code)
        answer = address.ask_readiness()
        now = time.monotonic()
        if answer is None:
            if now >= silent_until:
                raise ServerFailed(None)
            continue
        is_ready, detail = answer
        grace_until = grace_until or now + READY_GRACE_S
        if is_ready or now >= grace_until:
            say("started", f"Serving on {address.url} (Ctrl-C stops).")
            if not is_ready:
                say("not-ready", f"Nothing to show yet: {detail}")
            return


def _print_line(_event: str, line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _log_event(event: str, line: str) -> None:
    tell(_log, event, line)
