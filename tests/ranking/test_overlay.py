"""What happened since a training, at one instant, in memory and in files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from recommender.domain.article import Article, Status, Tag
from recommender.domain.decisions import Decisions
from recommender.domain.override import Override, OverrideKind
from recommender.domain.placement import Placements
from recommender.domain.synonyms import Synonyms
from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.ranking.changes import Changes, revisions
from recommender.ranking.generations import is_overlay_name, remove_overlays, write_overlay
from recommender.ranking.overlay import Overlay
from recommender.ranking.overlaying import TAKEN_AWAY

MakeBundle = Callable[..., Bundle]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bundle(make_bundle: MakeBundle, few: list[Article]) -> Bundle:
    return make_bundle(few)


def changed(few: list[Article], now: datetime) -> list[tuple[int, Article]]:
    """Return a correction, a retraction, an embargo, a draft, and two new articles."""
    a, b, c, d, _ = few
    return [
        (11, replace(a, title="Corrected", published_at=now - timedelta(days=9))),
        (12, replace(b, status=Status.RETRACTED)),
        (13, replace(c, embargoed_until=now + MINUTE)),
        (14, replace(d, status=Status.DRAFT, embargoed_until=now + MINUTE / 2)),
        (15, Article("new", title="New", published_at=now)),
        (16, Article("secret", title="Secret", embargoed_until=now + 2 * MINUTE)),
    ]


def test_changes_are_what_they_come_to(few: list[Article], now: datetime) -> None:
    changes = Changes.of(revisions(changed(few, now), "en"), now)
    assert [(entry.card.id, entry.event) for entry in changes.entries] == [("new", 15), ("a", 11)]
    assert changes.removed == (("b", 12), ("c", 13), ("d", 14), ("secret", 16))
    assert changes.next_change == now + MINUTE  # a draft does not open by itself


def test_an_embargo_ends_at_its_instant(few: list[Article], now: datetime) -> None:
    later = Changes.of(revisions(changed(few, now), "en"), now + MINUTE)
    assert "c" in [entry.card.id for entry in later.entries]
    assert later.next_change == now + 2 * MINUTE
    assert Changes.of(revisions(changed(few, now), "en"), now + 2 * MINUTE).next_change is None


def test_the_latest_revision_counts_in_whatever_order(few: list[Article], now: datetime) -> None:
    revised = [
        (13, replace(few[0], title="Third")),
        (11, replace(few[0], status=Status.RETRACTED)),
        (12, replace(few[0], embargoed_until=now + MINUTE)),
        (13, replace(few[0], title="Third")),
    ]
    changes = Changes.of(revisions(revised, "en"), now)
    assert [entry.card.title for entry in changes.entries] == ["Third"]
    assert changes.removed == ()
    assert changes.next_change == now + MINUTE  # from then on a list can tell what it has lost
    later = Changes.of(revisions(revised, "en"), now + MINUTE)
    assert [(one.entry.event, one.ended) for one in later.former] == [(12, 13)]
    assert later.next_change is None


def test_no_changes_are_an_overlay_too(bundle: Bundle, now: datetime) -> None:
    overlay = Overlay.in_memory(bundle, Changes.of([], now), last_event=10, generated_at=now)
    assert len(overlay.articles) == 0
    assert [overlay.hidden(row) for row in range(5)] == [None] * 5


def test_files_say_what_memory_says(
    tmp_path: Path, bundle: Bundle, few: list[Article], now: datetime
) -> None:
    changes = Changes.of(revisions(changed(few, now), "en"), now)
    name, sha256 = write_overlay(tmp_path, bundle, changes, last_event=16, generated_at=now)
    assert is_overlay_name(name)
    for overlay in (
        Overlay.in_memory(bundle, changes, last_event=16, generated_at=now),
        Overlay.open(tmp_path / name, bundle.version, sha256),
        Overlay.verify(tmp_path / name, bundle.version, sha256),
    ):
        assert (overlay.version, overlay.last_event) == (bundle.version, 16)
        assert overlay.generated_at == "2024-05-01T12:00:00Z"
        assert [overlay.articles.id_of(row) for row in range(2)] == ["new", "a"]
        assert overlay.articles.card(1) == Card.of(changed(few, now)[0][1])
        assert overlay.articles.event.tolist() == [15, 11]
        assert overlay.replaces.tolist() == [-1, bundle.articles.row_of_id("a")]
        hidden = {bundle.articles.id_of(row): overlay.hidden(row) for row in range(5)}
        assert hidden == {
            "a": (1, 11),
            "b": (TAKEN_AWAY, 12),
            "c": (TAKEN_AWAY, 13),
            "d": (TAKEN_AWAY, 14),
            "e": None,
        }


def test_what_is_not_open_is_in_no_file(
    tmp_path: Path, bundle: Bundle, few: list[Article], now: datetime
) -> None:
    changes = Changes.of(revisions(changed(few, now), "en"), now)
    name, _ = write_overlay(tmp_path, bundle, changes, last_event=16, generated_at=now)
    held = b"".join(file.read_bytes() for file in (tmp_path / name).iterdir())
    assert b"Corrected" in held
    for word in (b"secret", b"Secret", b"Lavrov answers", b"Sanctions hurt", b"Grain prices"):
        assert word not in held


def test_decisions_are_laid_over_too(tmp_path: Path, bundle: Bundle, now: datetime) -> None:
    values = Placements.default().to_values()
    footer = {"footer": {"slots": [{"name": "newest", "source": "latest", "not_tags": ["USA"]}]}}
    decided = Decisions(
        overrides={11: Override(11, OverrideKind.PIN, "a", "b", "footer", 3, ends_at=now)},
        placements=Placements.from_values({**values, **footer}, event=12),
    )
    changes = Changes.of([], now, decided)
    name, sha256 = write_overlay(tmp_path, bundle, changes, last_event=12, generated_at=now)
    for overlay in (
        Overlay.in_memory(bundle, changes, last_event=12, generated_at=now),
        Overlay.open(tmp_path / name, bundle.version, sha256),
        Overlay.verify(tmp_path / name, bundle.version, sha256),
    ):
        assert list(overlay.overrides) == list(decided.overrides.values())
        assert overlay.placements == decided.placements
    merged = Synonyms({"usa": Tag("us", "US")}, event=13)
    changes = Changes.of([], now, replace(decided, synonyms=merged))
    overlay = Overlay.in_memory(bundle, changes, last_event=13, generated_at=now)
    assert overlay.placements == replace(merged.in_placements(decided.placements), event=13)
    assert overlay.placements.named("footer").slots[0].not_tags == ("USA", "us", "usa")
    assert (
        list(Overlay.in_memory(bundle, Changes(), last_event=9, generated_at=now).overrides) == []
    )


def test_what_was_undone_before_the_training_is_left_out(bundle: Bundle, now: datetime) -> None:
    before, after = (
        Override(number, OverrideKind.BLOCK, "a", undone_by=undone_by)
        for number, undone_by in ((3, bundle.last_event), (4, bundle.last_event + 1))
    )
    changes = Changes.of([], now, Decisions(overrides={3: before, 4: after}))
    overlay = Overlay.in_memory(bundle, changes, last_event=20, generated_at=now)
    assert list(overlay.overrides) == [after]


@pytest.mark.parametrize("name", ["overrides", "placements"])
def test_decisions_that_cannot_be_read_are_damage(
    tmp_path: Path, bundle: Bundle, now: datetime, name: str
) -> None:
    folder, sha256 = write_overlay(tmp_path, bundle, Changes(), last_event=9, generated_at=now)
    file = tmp_path / folder / f"{name}.npy"
    file.chmod(0o644)
    content = file.read_bytes()
    for last in (b"\xff", b"{", b" "):  # of the same length: only its hash, and its sense, differ
        file.write_bytes(content[:-1] + last)
        with pytest.raises(BrokenBundle, match="decisions that cannot be read"):
            Overlay.open(tmp_path / folder, bundle.version, sha256)
        with pytest.raises(BrokenBundle, match=f"{name}.npy is damaged"):
            Overlay.verify(tmp_path / folder, bundle.version, sha256)


def test_an_overlay_of_another_version_is_refused(
    tmp_path: Path, bundle: Bundle, now: datetime
) -> None:
    name, sha256 = write_overlay(tmp_path, bundle, Changes(), last_event=10, generated_at=now)
    with pytest.raises(BrokenBundle, match="expected version '20250101T000000Z-0123456789ab'"):
        Overlay.open(tmp_path / name, "20250101T000000Z-0123456789ab", sha256)


def test_an_error_half_way_leaves_no_generation(
    tmp_path: Path, bundle: Bundle, now: datetime
) -> None:
    changes = Changes(removed=(("a", 2**70),))  # no int64: found when the table is written already
    with pytest.raises(OverflowError):
        write_overlay(tmp_path, bundle, changes, last_event=10, generated_at=now)
    assert list(tmp_path.iterdir()) == []


def test_old_generations_go_and_nothing_else_does(
    tmp_path: Path, bundle: Bundle, now: datetime
) -> None:
    remove_overlays(tmp_path / "none", ())
    names = [
        write_overlay(tmp_path, bundle, Changes(), last_event=number, generated_at=now)[0]
        for number in (1, 1, 2)
    ]
    assert len(set(names)) == 3
    (tmp_path / "overlay-notes").mkdir()
    overlay = Overlay.open(tmp_path / names[0], bundle.version)
    remove_overlays(tmp_path, [names[2]])
    assert {path.name for path in tmp_path.iterdir()} == {names[2], "overlay-notes"}
    assert overlay.hidden(0) is None
