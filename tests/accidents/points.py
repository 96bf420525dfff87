"""Every call of a process by which its home changes, as a named point where it can be made to fail.

Production code knows nothing of this. In a process of its own, the functions through which Python
changes a disk (`os.fsync`, `os.rename`, `os.replace`, `os.mkdir`, `os.rmdir`, `os.unlink`,
`os.open` and `open` for writing, the writing itself) and the COMMIT of a transaction are replaced
by ones that count, and that kill the process or refuse at the call that a `Fault` names.
"""

import builtins
import errno
import io
import os
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.engine import default

RANDOM_PARTS = (
    (re.compile(r"\.morefrom-tmp-[0-9a-f]+"), "<temporary>"),
    (re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}"), "<version>"),
    (re.compile(r"overlay-[0-9]+-[0-9a-f]+"), "<overlay>"),
    (re.compile(r"-[0-9]{8}T[0-9]{6}\.[0-9]+Z\.jsonl"), "-<instant>.jsonl"),
    (re.compile(r"/[a-z_.]+\.npy"), "/*.npy"),
    (re.compile(r"<temporary>/(starts|tokens|rows\.[a-z]+)"), "<temporary>/<work file>"),
)
WRITING = os.O_WRONLY | os.O_RDWR
COMMIT = "commit catalogue"


@dataclass(frozen=True)
class Fault:
    """What happens to a process.

    Attributes:
        point: the name of a point; empty for any point that begins with a verb of `verbs`.
        nth: which call, from 1.
        moment: "before" or "after" the call.
        refusal: name of the `errno` that the call fails with; empty to be killed.
        stays: every later call of the point fails too, as on a disk that remains full.
    """

    point: str
    nth: int
    moment: str = "before"
    refusal: str = ""
    stays: bool = False
    verbs: tuple[str, ...] = ()

    def meets(self, point: str) -> bool:
        return point == self.point if self.point else point.split(" ")[0] in self.verbs


def refused(name: str, *, is_commit: bool) -> Exception:
    """Return what Python raises when a disk refuses something."""
    if not is_commit:
        return OSError(getattr(errno, name), os.strerror(getattr(errno, name)))
    error = sqlite3.OperationalError("disk I/O error" if name == "EIO" else "database is full")
    error.sqlite_errorname = "SQLITE_IOERR_FSYNC" if name == "EIO" else "SQLITE_FULL"
    return error


class Points:
    """Watches the points of the process that it is installed in.

    Each call is noted in `log`, a line each, before it is made.
    """

    def __init__(self, home: Path, log: int, fault: Fault | None) -> None:
        self._home = f"{home}/"
        self._log = log
        self._fault = fault
        self._counts: Counter[str] = Counter()

    def install(self) -> None:
        """Replace what changes the disk; for good, so only in a process made for it."""
        for name in ("rename", "replace"):
            self._replace(os, name, lambda args, _: self._name("rename", args[1]))
        for name in ("mkdir", "rmdir", "unlink"):
            self._replace(os, name, partial(self._name_of_entry, name))
        self._replace(os, "fsync", lambda args, _: self._of_descriptor("fsync", args[0]))
        self._replace(os, "open", self._name_of_open)
        self._replace(default.DefaultDialect, "do_commit", lambda *_: COMMIT)
        watched = self._open_of(builtins.open)
        builtins.open = io.open = watched  # type: ignore[assignment]

    def pass_by(self, point: str | None, call: Callable[[], Any]) -> Any:
        if point is None:
            return call()
        os.write(self._log, f"{point}\n".encode())
        fault = self._fault
        is_met = fault is not None and fault.meets(point)
        self._counts["met"] += is_met
        is_due = is_met and self._counts["met"] == fault.nth
        if is_met and (is_due or (fault.stays and self._counts["met"] > fault.nth)):
            os.write(self._log, b"hit\n")
            if fault.refusal:
                raise refused(fault.refusal, is_commit=point == COMMIT)
            if fault.moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        try:
            return call()
        finally:
            if is_due and fault.moment == "after":
                os.kill(os.getpid(), signal.SIGKILL)

    def _replace(self, owner: Any, name: str, name_of: Callable[..., str | None]) -> None:
        real = getattr(owner, name)

        def watched(*args: Any, **options: Any) -> Any:
            return self.pass_by(name_of(args, options), lambda: real(*args, **options))

        setattr(owner, name, watched)

    def _open_of(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            point = self._of_descriptor if isinstance(file, int) else self._name
            if not set(mode) & set("wax+") or point("open", file) is None:
                return real(file, mode, *args, **options)
            return self._open_for_writing(file, mode, *args, **options)

        return watched

    def _open_for_writing(
        self,
        file: Any,
        mode: str,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
    ) -> Any:
        del buffering
        letters = mode.replace("b", "").replace("t", "")
        if isinstance(file, int):
            point = self._of_descriptor("write", file)
            raw = WatchedFile(file, letters, closefd=closefd)
        else:
            point = self._name("write", file)
            raw = self.pass_by(self._name("open", file), lambda: WatchedFile(file, letters))
        raw.points, raw.point = self, point
        buffered = io.BufferedRandom(raw) if "+" in letters else io.BufferedWriter(raw)
        if "b" in mode:
            return buffered
        return io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline)

    def _name_of_entry(self, verb: str, args: Any, options: Any) -> str | None:
        """Return the name of a point at a path that may begin at an open folder."""
        folder = options.get("dir_fd")
        start = Path() if folder is None else _path_of(folder)
        return self._name(verb, start / os.fsdecode(args[0]))

    def _name_of_open(self, args: Any, options: Any) -> str | None:
        is_writing = len(args) > 1 and args[1] & WRITING
        return self._name_of_entry("open", args, options) if is_writing else None

    def _of_descriptor(self, verb: str, descriptor: int) -> str | None:
        return self._name(verb, _path_of(descriptor))

    def _name(self, verb: str, path: Any) -> str | None:
        """Return the name of a point, None if it is none of ours."""
        text = str(Path(os.fsdecode(path)).absolute())
        if not text.startswith(self._home):
            return None
        shown = text.removeprefix(self._home)
        for pattern, stand_in in RANDOM_PARTS:
            shown = pattern.sub(stand_in, shown)
        return f"{verb} {shown}"


class WatchedFile(io.FileIO):
    """A file whose every write is a point."""

    points: Points
    point: str | None

    def write(self, data: Any, /) -> int:
        written: int = self.points.pass_by(self.point, lambda: super(WatchedFile, self).write(data))
        return written


def _path_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()
