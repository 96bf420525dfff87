"""The pointer: one small file that names the bundle and the overlay that are served, together.

The follower alone writes it, after it has verified what it names; replacing it is the one moment at
which the public app changes from one state to the next.
"""

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from recommender.domain.version import is_version_id
from recommender.errors import BrokenBundle, NoChampion, shorten
from recommender.ranking.atomic import write_file
from recommender.ranking.generations import is_overlay_name

FORMAT = 1
_FILE = "current.json"
_MAX_BYTES = 10_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REMEDY = "restart “morefrom serve”, which writes it anew"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is served.

    Attributes:
        version: the model version.
        manifest_sha256: what its bundle's manifest hashes to.
        overlay: name of the overlay's folder.
        overlay_sha256: what its manifest hashes to.
        last_event: number of the last event of the history that the overlay reflects.
        written_at: when, ISO 8601.
    """

    version: str
    manifest_sha256: str
    overlay: str
    overlay_sha256: str
    last_event: int
    written_at: str


def pointer_path(serving_dir: Path) -> Path:
    """Return the pointer's place.

    Args:
        serving_dir: the folder that the follower writes to.
    """
    return serving_dir / _FILE


def write_pointer(serving_dir: Path, pointer: Pointer) -> None:
    """Move the pointer: at once, and to stay.

    Args:
        serving_dir: the folder that the follower writes to.
        pointer: what is served from now on.
    """
    content = json.dumps({"format": FORMAT, **asdict(pointer)}, indent=1)
    write_file(pointer_path(serving_dir), content.encode())


def read_pointer(serving_dir: Path) -> Pointer:
    """Read what is served.

    Args:
        serving_dir: the folder that the follower writes to.

    Returns:
        The pointer; every part of it has the form that it should have.

    Raises:
        NoChampion: if there is none yet.
        BrokenBundle: if it is not what `write_pointer` writes.
    """
    path = pointer_path(serving_dir)
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
    except FileNotFoundError:
        raise NoChampion from None
    except OSError as error:
        raise BrokenBundle(path, error.strerror, "a readable file", _REMEDY) from error
    try:
        held = json.loads(content)
    except (ValueError, RecursionError):
        held = None
    if not isinstance(held, dict) or held.keys() != {"format", *_NAMES}:
        raise BrokenBundle(path, shorten(held), "a JSON object of known keys", _REMEDY)
    for key, value in held.items():
        if not _well_formed(key, value):
            raise BrokenBundle(path, f"{key} {shorten(value)}", f"a well-formed {key}", _REMEDY)
    return Pointer(**{name: held[name] for name in _NAMES})


_NAMES = tuple(field.name for field in fields(Pointer))


def _well_formed(key: str, value: object) -> bool:
    if type(value) is int:
        return value == FORMAT if key == "format" else key == "last_event" and value >= 0
    if not isinstance(value, str) or key in {"format", "last_event"}:
        return False
    if key == "version":
        return is_version_id(value)
    if key == "overlay":
        return is_overlay_name(value)
    if key == "written_at":
        return _is_instant(value)
    return _SHA256.fullmatch(value) is not None


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
