"""Servers to be measured, each with an app in it, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from recommender.settings import Settings
from recommender.workflows.desk import desk_command
from recommender.workflows.serving import APP, environment_of, server_command
from tests.benchmarks.serving import constant, home

WORKERS = 2
PATIENCE_S = 60.0


class Server(NamedTuple):
    """A server that answers.

    Attributes:
        url: where.
        process: the one that started the workers.
        started_s: seconds from its start to its first answer.
    """

    url: str
    process: psutil.Process
    started_s: float

    def held_bytes(self, kind: str = "Pss") -> int:
        """Return the memory of all its processes, shared pages in equal parts.

        Args:
            kind: of pages, as `smaps_rollup` names them: `Pss` for all, `Pss_Anon` for those of
                no file.
        """
        everyone = [self.process, *self.process.children(recursive=True)]
        rollups = (Path(f"/proc/{one.pid}/smaps_rollup").read_text() for one in everyone)
        found = (line.split() for text in rollups for line in text.splitlines())
        return sum(int(fields[1]) * 1024 for fields in found if fields[0] == f"{kind}:")

    def workers(self) -> list[psutil.Process]:
        """Return the processes that answer: children of granian, as it is a child of ours."""
        granian = next((one for one in self.process.children() if is_server(one)), None)
        return [] if granian is None else [one for one in granian.children() if is_server(one)]


@contextmanager
def ours(settings: Settings, workers: int = WORKERS) -> Iterator[Server]:
    """Run the public app as `morefrom serve` does."""
    settings = settings.model_copy(update={"port": free_port(), "workers": workers})
    with _running(server_command(settings), settings.port, _home(settings)) as server:
        yield server


@contextmanager
def peer(settings: Settings, n_bytes: int) -> Iterator[Server]:
    """Run the constant app in the same server.

    Args:
        settings: those of ours.
        n_bytes: how long its answers are.
    """
    settings = settings.model_copy(update={"port": free_port(), "workers": WORKERS})
    command = [*server_command(settings)[:-1], constant.TARGET]
    with _running(command, settings.port, {constant.SIZE: str(n_bytes)}) as server:
        yield server


@contextmanager
def gunicorn(settings: Settings, kind: Sequence[str]) -> Iterator[Server]:
    """Run the public app in gunicorn.

    Args:
        settings: of the home.
        kind: options that say how its workers work.
    """
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", *options, *kind, f"{APP}()"]
    with _running(command, port, _home(settings)) as server:
        yield server


@contextmanager
def site(settings: Settings) -> Iterator[Server]:
    """Run `morefrom serve`, the follower and the public app, as a user does."""
    settings = settings.model_copy(update={"port": free_port(), "workers": WORKERS})
    command = home.command(settings, "serve")
    with _running(command, settings.port, environment_of(settings)) as server:
        yield server


@contextmanager
def desk(settings: Settings) -> Iterator[Server]:
    """Run `morefrom desk`, as a user does."""
    settings = settings.model_copy(update={"desk_port": free_port()})
    command, environment = home.command(settings, "desk"), environment_of(settings)
    with _running(command, settings.desk_port, environment, "/healthz") as server:
        yield server


@contextmanager
def in_place_of_desk(
    settings: Settings, target: str, environment: Mapping[str, str]
) -> Iterator[Server]:
    """Run another app in the server of the desk app.

    Args:
        settings: those of the desk.
        target: the factory of the app, which answers `/healthz`.
        environment: what it needs to know.
    """
    settings = settings.model_copy(update={"desk_port": free_port()})
    command = [*desk_command(settings)[:-1], target]
    with _running(command, settings.desk_port, environment, "/healthz") as server:
        yield server


@contextmanager
def _running(
    command: Sequence[str],
    port: int,
    environment: Mapping[str, str],
    path: str = "/v1/related?id=none",
) -> Iterator[Server]:
    url, started = f"http://127.0.0.1:{port}", time.perf_counter()
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=sys.stderr) as process:
        try:
            while not _answers(f"{url}{path}"):
                if process.poll() is not None or time.perf_counter() - started > PATIENCE_S:
                    sys.exit(f"{' '.join(command)} does not answer.")
                time.sleep(0.005)
            yield Server(url, psutil.Process(process.pid), time.perf_counter() - started)
        finally:
            process.terminate()


def _home(settings: Settings) -> dict[str, str]:
    kept_mb = str(settings.answer_cache_mb)
    return {"MOREFROM_HOME": str(settings.home), "MOREFROM_ANSWER_CACHE_MB": kept_mb}


def is_server(process: psutil.Process) -> bool:
    """Return whether a process runs the public app."""
    try:
        return APP in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return response.status == 200
    except OSError:
        return False
