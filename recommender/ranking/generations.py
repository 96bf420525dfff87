"""Overlay generations as folders: written whole or not at all, named, and swept up."""

import re
import secrets
import shutil
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from recommender.ranking.arrival import Arrivals
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes
from recommender.ranking.files import FolderWriter
from recommender.ranking.overlay import OVERLAY_FORMAT, Generation
from recommender.ranking.overlaying import lay_out

_NAME = re.compile(r"overlay-[0-9]{12,}-[0-9a-f]{8}")


def write_overlay(  # noqa: PLR0913 - what it is made of, and what it says of itself
    serving_dir: Path,
    bundle: Bundle,
    changes: Changes,
    *,
    last_event: int,
    generated_at: datetime,
    arrivals: Arrivals | None = None,
    compared_until: int | None = None,
) -> tuple[str, str]:
    """Write and publish an overlay generation: whole, or not at all.

    Args:
        serving_dir: the folder of all generations.
        bundle: what it belongs to.
        changes: what happened since.
        last_event: number of the last event of the history that the changes reflect.
        generated_at: the instant of the changes.
        arrivals: of their revisions, those up to an event; None for none.
        compared_until: number of that event; that of the last one, if not given.

    Returns:
        The new folder's name, and the sha256 of its manifest in hexadecimal.
    """
    name = f"overlay-{last_event:012d}-{secrets.token_hex(4)}"
    until = last_event if compared_until is None else compared_until
    facts = Generation.of(bundle, changes, last_event, generated_at, until)
    with FolderWriter(serving_dir / name) as folder:
        lay_out(folder, bundle, changes, arrivals, until)
        sha256 = folder.publish({**OVERLAY_FORMAT.heading, **facts._asdict()})
    return name, sha256


def is_overlay_name(text: str) -> bool:
    """Return whether a text is the name of an overlay's folder, and so safe as one.

    Args:
        text: anything.
    """
    return _NAME.fullmatch(text) is not None


def remove_overlays(serving_dir: Path, keep: Collection[str]) -> None:
    """Delete generations that are no longer wanted; whoever has one mapped does not notice.

    Args:
        serving_dir: the folder of all generations.
        keep: the names of those that stay.
    """
    for path in serving_dir.glob("overlay-*"):
        if is_overlay_name(path.name) and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
