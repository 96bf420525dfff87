"""A process that has everything imported and compiled, and forks one that runs a command.

Starting Python and importing scikit-learn takes two seconds; a fork takes ten milliseconds. The
server never starts a thread. Run as `python -m tests.accidents.warm SOCKET`; each connection brings
one `Request` as JSON and gets its `Outcome`.
"""

import gc
import json
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.accidents.points import Fault, Points

BATCH_ARTICLES = 10
"""In place of a thousand, so that the import of a small archive has several transactions."""

MAX_S = 120.0
"""A command that takes longer hangs, on the slowest machine."""


@dataclass(frozen=True)
class Request:
    """A command to be run by a process of its own.

    Attributes:
        home: the folder.
        arguments: what would be typed after `morefrom --home HOME`.
        fault: as a dictionary; what happens to it.
        kill_after_s: seconds until SIGKILL.
        max_file_bytes: RLIMIT_FSIZE.
        stop_when_moved: a file; SIGTERM once it has been replaced.
        inspect: do not run a command but look at the home.
    """

    home: str
    arguments: tuple[str, ...] = ()
    fault: Mapping[str, Any] | None = None
    kill_after_s: float | None = None
    max_file_bytes: int | None = None
    stop_when_moved: str | None = None
    inspect: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a command.

    Attributes:
        code: its exit code, -9 if it was killed.
        out: its standard output.
        err: its standard error.
        points: the points that it passed by, in order.
        is_hit: whether the fault came.
        stored: what the catalogue had acknowledged to it, in order.
        seconds: how long it took.
    """

    code: int
    out: str
    err: str
    points: tuple[str, ...]
    is_hit: bool
    stored: tuple[Any, ...]
    seconds: float

    @property
    def is_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Warm:
    """The caller's side."""

    def __init__(self, address: str) -> None:
        self._address = address

    def run(self, home: Path, *arguments: str, fault: Fault | None = None, **rest: Any) -> Outcome:
        told = None if fault is None else asdict(fault)
        request = Request(str(home), arguments, told, **rest)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._address)
            connection.sendall(json.dumps(asdict(request)).encode())
            connection.shutdown(socket.SHUT_WR)
            answer = json.loads(_receive(connection))
        for name in ("points", "stored"):
            answer[name] = tuple(answer[name])
        return Outcome(**answer)

    def inspect(self, home: Path) -> dict[str, Any]:
        """Return what a home holds, as `state.inspect` tells it."""
        outcome = self.run(home, inspect=True)
        assert outcome.code == 0, outcome.err
        state: dict[str, Any] = json.loads(outcome.out)
        return state


def _receive(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def serve(address: str) -> None:
    """Answer for ever, a process a connection."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{address}.new")
        listener.listen(64)
        Path(f"{address}.new").rename(address)  # only now may it be found
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                request = json.loads(_receive(connection))
                request["arguments"] = tuple(request["arguments"])
                outcome = _supervise(Request(**request))
                connection.sendall(json.dumps(asdict(outcome)).encode())
                os._exit(0)
            connection.close()


def _supervise(request: Request) -> Outcome:
    names = ("out", "err", "points", "stored")
    files = {name: tempfile.TemporaryFile() for name in names}  # noqa: SIM115 — ends with us
    before = _mark(request.stop_when_moved)
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _become(request, {name: file.fileno() for name, file in files.items()})
    status = _watch(child, request, started, before)
    seconds = time.monotonic() - started
    texts = {}
    for name, file in files.items():
        file.seek(0)
        texts[name] = file.read().decode()
    points = [line for line in texts["points"].splitlines() if line != "hit"]
    is_hit = "hit\n" in texts["points"]
    stored = tuple(json.loads(line) for line in texts["stored"].splitlines())
    return Outcome(
        os.waitstatus_to_exitcode(status),
        texts["out"],
        texts["err"],
        tuple(points),
        is_hit,
        stored,
        seconds,
    )


def _watch(child: int, request: Request, started: float, before: tuple[int, int]) -> int:
    """Wait for the end of a process, which may be our doing; return its status."""
    if request.kill_after_s is not None:
        time.sleep(request.kill_after_s)
        os.kill(child, signal.SIGKILL)
    is_told = False
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if not is_told and _mark(request.stop_when_moved) != before:
            os.kill(child, signal.SIGTERM)
            is_told = True
        if time.monotonic() - started > MAX_S:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)


def _mark(path: str | None) -> tuple[int, int]:
    """Return what changes when a file is replaced; an inode number alone is soon used again."""
    try:
        found = None if path is None else Path(path).stat()
    except FileNotFoundError:
        found = None
    return (0, 0) if found is None else (found.st_ino, found.st_mtime_ns)


def _become(request: Request, files: Mapping[str, int]) -> None:
    """Be the process that runs the command; never returns."""
    os.setsid()
    os.dup2(files["out"], 1)
    os.dup2(files["err"], 2)
    random.seed()
    code = 1
    try:
        code = _inspect(request) if request.inspect else _command(request, files)
    except BaseException:  # noqa: BLE001 — as the interpreter does in the end
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _inspect(request: Request) -> int:
    from tests.accidents.state import inspect

    print(json.dumps(inspect(Path(request.home))))  # noqa: T201 — that is the answer
    return 0


def _command(request: Request, files: Mapping[str, int]) -> int:
    from recommender.cli import main
    from recommender.workflows import importing

    importing.BATCH_ARTICLES = BATCH_ARTICLES
    _acknowledge(lambda fact: os.write(files["stored"], f"{json.dumps(fact)}\n".encode()))
    if request.max_file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request.max_file_bytes, -1))
    fault = None if request.fault is None else Fault(**request.fault)
    Points(Path(request.home), files["points"], fault).install()
    try:
        main(["--home", request.home, *request.arguments], prog_name="morefrom")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _acknowledge(tell: Callable[[object], object]) -> None:
    """Note what the catalogue tells the command that it has stored, once it has told so."""
    from recommender.catalogue.catalogue import Catalogue
    from recommender.catalogue.revisions import fingerprint, to_row

    upsert, append = Catalogue.upsert, Catalogue._append

    def watched_upsert(self: Catalogue, articles: Any, author: str, reason: str) -> Any:
        done = upsert(self, articles, author, reason)
        tell({"articles": {one.id: fingerprint(to_row(one)) for one in articles}})
        return done

    def watched_append(self: Catalogue, *args: Any) -> Any:
        made = append(self, *args)
        tell({"event": [made.number, made.kind.value, made.subject]})
        return made

    Catalogue.upsert = watched_upsert  # type: ignore[method-assign]
    Catalogue._append = watched_append  # type: ignore[method-assign]


def warm_up(folder: Path) -> None:
    """Import and compile all that commands need, by running them."""
    from click.testing import CliRunner

    from recommender.cli import main
    from recommender.workflows import follower, following  # noqa: F401 — to have them imported
    from tests.accidents import state

    rows, later = folder / "rows.jsonl", folder / "later.jsonl"
    state.write_rows(rows, state.ARCHIVE)
    state.write_rows(later, state.CORRECTIONS)
    for command in (
        ["import", str(rows)],
        ["train", "--promote", "--jobs", "1"],
        ["import", str(later)],
        ["related", str(state.CORRECTIONS[0]["id"])],  # which compares what came later
        ["versions"],
    ):
        done = CliRunner().invoke(main, ["--home", str(folder / "home"), *command])
        assert done.exit_code == 0, done.output
    state.inspect(folder / "home")
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        warm_up(Path(scratch))
    serve(sys.argv[1])
