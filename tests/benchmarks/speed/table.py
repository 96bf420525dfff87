"""The table: what was asked, what was measured, beside whom."""

import math
import platform
import re
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

COLUMNS = ("work", "peer", "theirs", "ours", "ratio", "asked", "reached")
_WIDTHS = (50, 28, 10, 10, 8, 16, 7)


class Line(NamedTuple):
    """One figure of ours.

    Attributes:
        work: what is done.
        ours: what it took us, as a person reads it.
        asked: what it should be.
        reached: whether it is, None where nothing is asked.
        peer: who did the same beside us, with version, "" for nobody.
        theirs: what it took them.
        ratio: how many times what it took us.
    """

    work: str
    ours: str = ""
    asked: str = ""
    reached: bool | None = None
    peer: str = ""
    theirs: str = ""
    ratio: str = ""

    @classmethod
    def faster(
        cls, work: str, peer: str, theirs_s: float, ours_s: float, asked: float | None = None
    ) -> "Line":
        """Return how many times faster we are than a peer.

        Args:
            work: what is done.
            peer: who else does it.
            theirs_s: seconds that it takes them.
            ours_s: seconds that it takes us.
            asked: how many times at least, None where nothing is asked.
        """
        ratio = theirs_s / ours_s
        return cls(
            work,
            duration(ours_s),
            "" if asked is None else f"{asked:g}× faster",
            None if asked is None else ratio >= asked,
            peer,
            duration(theirs_s),
            f"{ratio:.2g}×" if ratio < 10 else f"{ratio:.0f}×",
        )

    @classmethod
    def under(cls, work: str, ours_s: float, asked_s: float = math.inf) -> "Line":
        """Return whether something of ours takes no longer than it may.

        Args:
            work: what is done.
            ours_s: seconds that it takes.
            asked_s: seconds that it may take, infinite where nothing is asked.
        """
        if math.isinf(asked_s):
            return cls(work, duration(ours_s))
        return cls(work, duration(ours_s), f"under {duration(asked_s)}", ours_s < asked_s)

    @classmethod
    def least(
        cls, work: str, ours: float, asked: float, peer: str = "", theirs: str = ""
    ) -> "Line":
        """Return whether a share of ours is as great as it should be.

        Args:
            work: what is measured.
            ours: in [0, 1].
            asked: in [0, 1], 0 where nothing is asked.
            peer: who else has such a share.
            theirs: theirs.
        """
        if not asked:
            return cls(work, f"{ours:.4f}", peer=peer, theirs=theirs)
        return cls(work, f"{ours:.4f}", f"at least {asked:g}", ours >= asked, peer, theirs)


@dataclass(frozen=True)
class Table:
    """Prints lines as they come, for a person or, in Markdown, for a page.

    Attributes:
        markdown: for a page.
        told: the lines printed, in Markdown.
    """

    markdown: bool
    told: list[str] = field(default_factory=list)

    def head(self) -> None:
        """Print the names of the columns."""
        self._print(COLUMNS)
        self.told.append("|" + " --- |" * len(COLUMNS))
        print(self.told[-1] if self.markdown else "-" * (sum(_WIDTHS) + 2 * len(_WIDTHS)))

    def add(self, line: Line) -> None:
        """Print one line."""
        reached = {True: "yes", False: "NO", None: ""}[line.reached]
        self._print((line.work, line.peer, line.theirs, line.ours, line.ratio, line.asked, reached))

    def _print(self, cells: tuple[str, ...]) -> None:
        work = re.sub("^  ", "… ", cells[0])  # a part of the line above
        self.told.append("| " + " | ".join((work, *cells[1:])) + " |")
        padded = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
        print(self.told[-1] if self.markdown else "  ".join(padded).rstrip(), flush=True)


def duration(seconds: float) -> str:
    """Return seconds as a person reads them, with two or three digits that tell.

    >>> duration(0.00312), duration(1.5), duration(374.4)
    ('3.12 ms', '1.5 s', '374 s')
    """
    number, unit = (seconds * 1e3, "ms") if seconds < 1 else (seconds, "s")
    return f"{number:.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"


def named(distribution: str) -> str:
    """Return a peer with the version of it that is installed, or "" where it is not."""
    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:
        return ""


def machine(threads: int) -> str:
    """Return what all of this ran on.

    Args:
        threads: how many each side had where the work could be shared out.
    """
    held = ", ".join(map(named, ("numba", "numpy", "scipy", "scikit-learn", "joblib")))
    return (
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {held}.\n"
        f"One text is answered by one thread, ours and theirs; all lists by {threads} on both"
        " sides. All is warm; figures of one text are medians (p50) unless they say p99."
    )
