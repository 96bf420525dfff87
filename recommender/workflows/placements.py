"""`morefrom placements`: which recipes the lists follow, shown and replaced."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.decisions import PLACEMENTS_POLICY, Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.placement import Placements
from recommender.errors import UnreadableFile
from recommender.settings import Settings
from recommender.workflows.changes import decisions_after


def placements_in_force(settings: Settings) -> Placements:
    """Return the placements by which lists are made now.

    Args:
        settings: whose home.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        return decisions_after(catalogue, Decisions(), catalogue.last_event()).placements


def put_in_force(settings: Settings, path: Path, author: str, reason: str) -> Event:
    """Let all lists follow the placements of a file from now on.

    Args:
        settings: whose home.
        path: a TOML file; it replaces all placements, those that it does not name are gone.
        author: who wants it.
        reason: why; kept in the history.

    Returns:
        The event; a file that says nothing new makes one too, for somebody decided so.
    """
    placements = read_placements(path)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        values = placements.to_values()
        return catalogue.append(EventKind.POLICY, PLACEMENTS_POLICY, author, reason, values)


def read_placements(path: Path) -> Placements:
    """Read a file of placements strictly.

    Args:
        path: a TOML file.

    Returns:
        The placements, InvalidPlacements if anything in it is unknown, missing or out of range.

    Raises:
        UnreadableFile: if it cannot be read or is not TOML.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableFile(path, f"it is not TOML: {error}") from error
    return Placements.from_values(values, str(path))


def as_toml(placements: Placements) -> str:
    """Return placements as the file that would put them in force.

    Args:
        placements: any.
    """
    values: Mapping[str, Any] = placements.to_values()
    lines = []
    for name, placement in values.items():
        slots = placement.pop("slots")
        lines += [f"[{name}]", *_keys(placement)]
        for slot in slots:
            lines += ["", f"[[{name}.slots]]", *_keys(slot)]
        lines.append("")
    return "\n".join(lines)


def _keys(table: Mapping[str, object]) -> list[str]:
    """Return a table's lines: texts, numbers, switches and lists of texts, as JSON has them too."""
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
