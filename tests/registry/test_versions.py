"""The list of versions: every training, and what became of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from recommender.domain.event import Event, EventKind
from recommender.registry.versions import list_versions

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def event(number: int, kind: EventKind, subject: str) -> Event:
    detail = {"manifest_sha256": f"hash of {subject}", "n_articles": 7}
    return Event(number, kind, subject, NOON + timedelta(hours=number), "anna", "why", detail)


def test_versions_newest_first_with_what_became_of_them(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "c").write_text("no folder")
    history = [
        event(1, EventKind.TRAINING, "a"),
        event(2, EventKind.PROMOTION, "a"),
        event(3, EventKind.TRAINING, "b"),
        event(4, EventKind.PROMOTION, "b"),
        event(5, EventKind.TRAINING, "c"),
        event(6, EventKind.ROLLBACK, "a"),
    ]

    newest, middle, oldest = list_versions(iter(history), tmp_path)

    assert [one.id for one in (newest, middle, oldest)] == ["c", "b", "a"]
    assert [one.is_champion for one in (newest, middle, oldest)] == [False, False, True]
    assert [one.is_present for one in (newest, middle, oldest)] == [False, False, True]
    assert (newest.last_promoted, middle.last_promoted) == (None, history[3])
    assert oldest.last_promoted == history[5]
    assert (oldest.trained_at, oldest.author) == (NOON + timedelta(hours=1), "anna")
    assert (oldest.n_articles, oldest.manifest_sha256) == (7, "hash of a")


def test_nothing_trained(tmp_path: Path) -> None:
    assert list_versions([], tmp_path) == []
