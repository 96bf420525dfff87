"""What a look at all lists found, and the file that keeps it for the desk.

The file has ids and counts and no article's words: those are looked up where they are shown, so
that what was corrected or erased since is never shown as it was.
"""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from recommender.errors import Busy
from recommender.ranking.atomic import alone, replacing
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings
from recommender.workflows.health_words import Ailment

FILE = "health.json"
LOCK = "health.lock"
GENERAL_SHARE = 0.9
"""Share of all articles from which on it is no matter of each of them, but of the import."""

_FORMAT = 1
_OF_IMPORT = frozenset({Ailment.NO_IMAGE, Ailment.NO_ALT, Ailment.FALLBACK, Ailment.FEW})
WHAT = "Looking at all lists"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a work-list names.

    Attributes:
        subject: the id of an article, the slug of a tag, or the number of an override.
        n: what is counted of it, as `health_words` calls it; None for nothing.
        more: what else there is to say, as JSON values.
    """

    subject: str
    n: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worklist:
    """One thing that may be wrong.

    Attributes:
        ailment: which.
        n: how many there are.
        of: among how many.
        entries: the first `MOST`; none where it is so of nearly all.
    """

    ailment: Ailment
    n: int
    of: int
    entries: tuple[Entry, ...]

    @property
    def is_general(self) -> bool:
        """Whether it is so of nearly all articles, and therefore no work to be done on each."""
        return self.of > 0 and self.n >= GENERAL_SHARE * self.of and self.ailment in _OF_IMPORT


@dataclass(frozen=True, slots=True)
class Health:
    """What a pass found.

    Attributes:
        at: when, in UTC.
        placement: whose lists were looked at.
        version: the model that made them.
        trained_at: when it was trained, ISO 8601.
        newest_at: the date of the newest article that may be shown, ISO 8601; None for none.
        n_articles: articles that may be shown.
        n_later: of those, new or corrected since the training.
        worklists: by ailment.
    """

    at: datetime
    placement: str
    version: str
    trained_at: str
    newest_at: str | None
    n_articles: int
    n_later: int
    worklists: Mapping[Ailment, Worklist]


def keep(settings: Settings, found: Health) -> None:
    """Keep what was found for the desk.

    Args:
        settings: whose home.
        found: by a pass that holds the lock.
    """
    with replacing(place_of(settings)) as file:
        file.write(json.dumps(as_json(found), ensure_ascii=False).encode())


def last_examination(settings: Settings) -> Health | None:
    """Return what the last pass found; None if there was none, or its file is not what one wrote.

    Args:
        settings: whose home.
    """
    try:
        values = json.loads(place_of(settings).read_bytes())
        return _from_json(values) if values["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_at_work(settings: Settings) -> bool:
    """Return whether a pass is being made at this moment.

    Args:
        settings: whose home.
    """
    lock = place_of(settings, LOCK)
    try:
        with alone(lock, WHAT) if lock.exists() else nullcontext():
            return False
    except Busy:
        return True


def forget(settings: Settings) -> None:
    """Remove what the last pass found, for an article that it may name was erased.

    Args:
        settings: whose home.
    """
    place_of(settings).unlink(missing_ok=True)


def as_json(found: Health) -> dict[str, Any]:
    """Return what a pass found as JSON values.

    Args:
        found: any.
    """
    lists = {
        one.ailment.value: {
            "n": one.n,
            "of": one.of,
            "entries": [asdict(entry) for entry in one.entries],
        }
        for one in found.worklists.values()
    }
    values = {name: getattr(found, name) for name in _PLAIN}
    return {"format": _FORMAT, "at": iso_utc(found.at), **values, "worklists": lists}


_PLAIN = ("placement", "version", "trained_at", "newest_at", "n_articles", "n_later")


def _from_json(values: Mapping[str, Any]) -> Health:
    lists = {
        Ailment(name): Worklist(
            Ailment(name), one["n"], one["of"], tuple(Entry(**entry) for entry in one["entries"])
        )
        for name, one in values["worklists"].items()
    }
    plain = {name: values[name] for name in _PLAIN}
    return Health(at=datetime.fromisoformat(values["at"]), worklists=lists, **plain)


def place_of(settings: Settings, name: str = FILE) -> Path:
    """Return where the file of what was found lies, or the lock beside it.

    Args:
        settings: whose home.
        name: of the file.
    """
    return settings.versions_dir.parent / name
