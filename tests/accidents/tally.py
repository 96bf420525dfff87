"""What all accidents of a test run come to."""

from collections import Counter
from threading import Lock

POINTS: Counter[str] = Counter()
COUNTS: Counter[str] = Counter()
_lock = Lock()


def note(point: str = "", **counts: int) -> None:
    """Count what a round did."""
    with _lock:
        COUNTS.update(counts)
        if point:
            POINTS[point] += 1


def line() -> str:
    """Return the counts as one line, empty if there was no accident."""
    if not COUNTS:
        return ""
    return (
        f"{COUNTS['rounds']:,} rounds of kill -9 ({COUNTS['killed']:,} killed at work, "
        f"{len(POINTS)} distinct points hit {POINTS.total():,} times), "
        f"{COUNTS['acknowledged']:,} acknowledged writes checked, {COUNTS['lost']:,} lost; "
        f"{COUNTS['refused']:,} refusals of the disk survived"
    )
