"""The file that tells a newsroom which rows were not taken, and why."""

import json
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from recommender.catalogue.readers.rows import Rejection
from recommender.errors import CannotWrite


class RejectsFile:
    """JSON Lines of `file`, `line`, `id`, `field` and `reason`; made only if a row is rejected.

    Used as a context manager. The file takes its name when the block ends, complete and on disk;
    one of the same name stays as it is until then.

    Attributes:
        target: the name that the file takes.
        n_rows: how many rows were added.
    """

    def __init__(self, path: Path) -> None:
        self.n_rows = 0
        self.target = path
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        self._stream: TextIO | None = None

    @property
    def path(self) -> Path | None:
        """The file, None while there is nothing to tell."""
        return self.target if self.n_rows else None

    def add(self, file: Path, rejection: Rejection) -> None:
        """Add a row.

        Args:
            file: the file that the row stands in.
            rejection: what is wrong with it.

        Raises:
            CannotWrite: if the disk refuses.
        """
        row = {
            "file": str(file),
            "line": rejection.line,
            "id": rejection.article_id,
            "field": rejection.field,
            "reason": rejection.reason,
        }
        try:
            if self._stream is None:
                self.target.parent.mkdir(parents=True, exist_ok=True)
                self._stream = self._unfinished.open("w", encoding="ascii")
            self._stream.write(f"{json.dumps(row)}\n")
        except OSError as error:
            raise CannotWrite(self.target, error.strerror or str(error)) from None
        self.n_rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is None:
            return
        try:
            with self._stream as stream:
                if kind is None:
                    stream.flush()
                    os.fsync(stream.fileno())
            if kind is None:
                self._unfinished.replace(self.target)
        except OSError as failure:
            raise CannotWrite(self.target, failure.strerror or str(failure)) from None
        finally:
            with suppress(OSError):
                self._unfinished.unlink(missing_ok=True)
