"""The file that tells a newsroom which rows were not taken, and why."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from recommender.catalogue.readers.rows import Accepted, Rejection, Row
from recommender.domain.event import Event
from recommender.errors import ErasedArticle
from recommender.ranking.atomic import replacing, writing


class RejectsFile:
    """JSON Lines of `file`, `line`, `id`, `field` and `reason`; made only if a row is rejected.

    Used as a context manager. The file takes its name when the block ends, complete and on disk;
    one of the same name stays as it is until then. What a killed import left half written is
    removed by the next one that rejects a row in the same folder.

    Attributes:
        target: the name that the file takes.
        n_rows: how many rows were added.
    """

    def __init__(self, path: Path) -> None:
        self.n_rows = 0
        self.target = path
        self._ending = ExitStack()
        self._file: BinaryIO | None = None

    @property
    def path(self) -> Path | None:
        """The file, None while there is nothing to tell."""
        return self.target if self.n_rows else None

    def add(self, file: Path, rejection: Rejection) -> None:
        """Add a row; CannotWrite if the disk refuses.

        Args:
            file: the file that the row stands in.
            rejection: what is wrong with it.
        """
        row = {
            "file": str(file),
            "line": rejection.line,
            "id": rejection.article_id,
            "field": rejection.field,
            "reason": rejection.reason,
        }
        with writing(self.target):
            if self._file is None:
                self.target.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._ending.enter_context(replacing(self.target))
            self._file.write(f"{json.dumps(row)}\n".encode("ascii"))
        self.n_rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.__exit__(kind, error, trace)


def unless_erased(row: Row, erasures: Mapping[str, Event]) -> Row:
    """Return a row, or the rejection of one whose article was erased.

    Args:
        row: of a file.
        erasures: by the ids of the articles.
    """
    if isinstance(row, Rejection) or (erasure := erasures.get(row.article.id)) is None:
        return row
    reason = str(ErasedArticle(row.article.id, erasure.at))
    return Rejection(row.line, "id", reason, row.article.id)


def replaced(row: Accepted, path: Path, line: int) -> Rejection:
    """Return the rejection of an earlier row of the same article.

    Args:
        row: the later one.
        path: of its file.
        line: of the earlier one in its own.
    """
    reason = f"replaced by line {row.line} of {path.name}, which has the same id"
    return Rejection(line, "id", reason, row.article.id)
