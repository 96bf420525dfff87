"""`morefrom desk`: the desk app, for editors and the CMS, in a server of its own.

It is a process apart from `morefrom serve`: it may write to the catalogue, which nothing that
readers reach can do, and neither needs the other. One worker answers, for SQLite has one writer at
a time; its threads wait side by side for the disk and for the follower.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from recommender.setting_values import NO_SECRET
from recommender.settings import Settings
from recommender.workflows.address import Address
from recommender.workflows.serving import JSON_LOGS, environment_of

APP = "service.desk.server:create_server"
THREADS = 8


def desk(settings: Settings, say: Callable[[str], object]) -> None:
    """Become the server; this returns only with an error, CannotListen if the port is taken.

    Args:
        settings: handed on, whole.
        say: takes the line meant for the person who started it.
    """
    address = Address(settings.desk_host, settings.desk_port, "desk_port")
    address.check_free()
    say(f"The desk is on {address.url} (Ctrl-C stops).")
    if settings.desk_secret is None:
        say(f"It serves the CMS alone. {NO_SECRET}")
    command = desk_command(settings)
    os.execve(command[0], command, environment_of(settings))


def desk_command(settings: Settings) -> list[str]:
    """Return the command that runs the desk app.

    Args:
        settings: its host and port.
    """
    options: dict[str, object] = {
        "--interface": "wsgi",
        "--http": "1",
        "--host": settings.desk_host,
        "--port": settings.desk_port,
        "--workers": 1,
        "--blocking-threads": THREADS,
        "--workers-kill-timeout": 3,
        "--log-level": "warning",
    }
    flags = ["--factory", "--no-ws", "--respawn-failed-workers", "--no-access-log"]
    if settings.log_format == "json":
        options["--log-config"] = Path(__file__).parents[2] / JSON_LOGS
    pairs = [text for name, value in options.items() for text in (name, str(value))]
    return [sys.executable, "-m", "granian", *pairs, *flags, APP]
