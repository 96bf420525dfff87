"""A small newsroom whose whole state can be told, compared and counted."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.domain.version import is_version_id
from recommender.errors import NoChampion
from recommender.ranking.bundle import Bundle
from recommender.ranking.generations import is_overlay_name
from recommender.ranking.overlay import Overlay
from recommender.ranking.pointer import read_pointer
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import load_settings
from recommender.workflows.follower import KEPT_OVERLAYS
from recommender.workflows.relating import related

SUBJECTS = ("Russia", "China", "Trade", "Opera", "Football", "Energy")
WORDS = {
    "Russia": "Kremlin Moscow ruble Duma Siberia",
    "China": "Beijing yuan Politburo Shanghai Xinjiang",
    "Trade": "tariff cargo grain customs exports",
    "Opera": "soprano Verdi Milan premiere orchestra",
    "Football": "striker penalty league coach transfer",
    "Energy": "pipeline reactor turbine coal megawatt",
}


def row(number: int, edition: int) -> dict[str, object]:
    subject = SUBJECTS[number % len(SUBJECTS)]
    words = WORDS[subject].split()
    told = " ".join(words[(number + k) % len(words)] for k in range(4))
    return {
        "id": f"article-{number:03}",
        "title": f"{subject} {words[number % len(words)]} {number}",
        "summary": f"Edition {edition} on {told}",
        "body": f"{told}. {subject} again, as paragraph {number} of edition {edition} tells. " * 8,
        "tags": [subject, SUBJECTS[(number // 6) % len(SUBJECTS)]],
        "published_at": f"2024-05-{number % 28 + 1:02}T12:00:00Z",
    }


ARCHIVE = [row(number, 1) for number in range(60)]
CORRECTIONS = [row(number, 2) for number in range(0, 60, 9)]
SECOND_EXPORT: list[dict[str, object]] = [
    *(row(number, 3 if number % 3 == 0 else 1) for number in range(40)),
    {"id": "no title", "tags": "none"},
    *(row(number, 3) for number in range(60, 80)),
    {"id": "article-061", "title": ""},
    {"title": "no id"},
]
"""40 articles of the archive, 14 of them otherwise, 20 new ones, and rows that cannot be taken."""

ASKED = "article-001"


def write_rows(path: Path, rows: Sequence[object]) -> None:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows), encoding="utf-8")


def inspect(home: Path) -> dict[str, Any]:
    """Return all that must be old or new in a home, and every sign that something is amiss."""
    settings = load_settings(home, {})
    file = home / "data" / "catalogue.db"
    state: dict[str, Any] = {"integrity": None, "articles": {}, "events": [], "champion": None}
    state |= {"orphans": [], "picks": 0, "litter": sorted(_litter(home)), "pointer": None}
    if not file.exists() or not _has_tables(file):
        return state
    state["integrity"] = _integrity(file)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        events = catalogue.events()
        state["last_event"] = catalogue.last_event()
    state["events"] = [[one.number, one.kind.value, one.subject] for one in events]
    state["articles"] = _articles(file)
    trained = {one.subject: one for one in events if one.kind is EventKind.TRAINING}
    for version, event in trained.items():
        Bundle.verify(settings.versions_dir / version, str(event.detail["manifest_sha256"]))
    state["orphans"] = _orphans(settings.versions_dir, trained)
    standing = champions([one for one in events if one.kind in CHAMPION_EVENTS])
    if standing:
        state["champion"] = standing[-1].subject
        state["picks"] = len(related(settings, ASKED, 4).selection.picks)
    state["pointer"] = _pointer(home)
    return state


def _has_tables(file: Path) -> bool:
    # Not read-only: who was killed while making the tables left a journal to be rolled back.
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as database:
        query = "SELECT count(*) FROM sqlite_master WHERE name = 'article'"
        return bool(database.execute(query).fetchone()[0])


def _integrity(file: Path) -> list[Any]:
    """Return what SQLite, and our own rules, find wrong: `["ok"]` if nothing."""
    with closing(sqlite3.connect(file)) as database:
        found = [one for (one,) in database.execute("PRAGMA integrity_check")]
        found += database.execute("PRAGMA foreign_key_check").fetchall()
        ((last, n_events, counted),) = database.execute(
            "SELECT coalesce(max(number), 0), count(*), (SELECT number FROM counter) FROM event"
        )
        if not last == n_events == counted:
            found.append(f"{n_events} events up to {last}, counted {counted}")
        found += database.execute(
            "SELECT 'article', id FROM article WHERE number IS NOT"
            " (SELECT max(number) FROM revision WHERE article_id = article.id)"
            " UNION ALL SELECT 'event', number FROM event WHERE kind = 'article'"
            " AND number NOT IN (SELECT number FROM revision)"
        ).fetchall()
    return found


def _articles(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as database:
        return dict(database.execute("SELECT id, fingerprint FROM article ORDER BY id").fetchall())


def _orphans(versions_dir: Path, trained: Iterable[str]) -> list[str]:
    found = {path.name for path in versions_dir.glob("*") if is_version_id(path.name)}
    return sorted(found - set(trained))


def _litter(home: Path) -> Iterable[str]:
    """Yield what no finished work leaves: hidden names, and more overlays than are kept."""
    for path in home.rglob("*"):
        if path.name.startswith("."):
            yield str(path.relative_to(home))
    overlays = sorted(home.glob("models/serving/overlay-*"))
    yield from map(str, overlays[KEPT_OVERLAYS:])


def _pointer(home: Path) -> dict[str, Any] | None:
    """Return what is served, after hashing every file of it."""
    settings = load_settings(home, {})
    try:
        pointer = read_pointer(settings.serving_dir)
    except NoChampion:
        return None
    Bundle.verify(settings.versions_dir / pointer.version, pointer.manifest_sha256)
    overlay = settings.serving_dir / pointer.overlay
    assert is_overlay_name(overlay.name)
    Overlay.verify(overlay, pointer.version, pointer.overlay_sha256)
    return {"version": pointer.version, "last_event": pointer.last_event}
