"""What editors decide is served within a step, and survives promotion, rollback and restart."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status
from recommender.domain.corpus import UNDATED_US, epoch_us
from recommender.domain.decisions import PLACEMENTS_POLICY, Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.override import UNDOES, OverrideKind
from recommender.domain.placement import Placements
from recommender.ranking.pointer import read_pointer
from recommender.ranking.refs import NEVER_US, Trail
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.promoting import rollback
from recommender.workflows.snapshots import current_snapshot

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = "more-from"


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


@pytest.fixture
def catalogue(stocked: Any) -> Iterator[Catalogue]:
    with Catalogue.open(stocked.settings.catalogue_url) as opened:
        yield opened


@pytest.fixture
def follower(stocked: Any, catalogue: Catalogue) -> Follower:
    """Return a follower that has carried over a first promotion."""
    stocked.promote()
    started = Follower(stocked.settings, catalogue)
    assert started.step(NOON)
    return started


def served(newsroom: Any) -> Snapshot:
    return Snapshot.open(newsroom.settings)


def pinned(newsroom: Any, query_id: str, now: datetime = NOON) -> list[str]:
    held = served(newsroom).overlay.overrides
    return [one.article_id for one in held.pins(query_id, PLACE, epoch_us(now))]


def is_blocked(newsroom: Any, article_id: str, now: datetime = NOON) -> bool:
    held = served(newsroom).overlay.overrides
    return held.block(article_id, "talks", PLACE, epoch_us(now)) is not None


def pin(newsroom: Any, article_id: str, **wish: Any) -> Event:
    wanted = Wish(OverrideKind.PIN, article_id, "talks", **wish)
    return override(newsroom.settings, wanted, "anna", "a word")


def block(newsroom: Any, article_id: str, **wish: Any) -> Event:
    return override(newsroom.settings, Wish(OverrideKind.BLOCK, article_id, **wish), "ben", "no")


def test_pins_blocks_and_their_undoing_are_followed(stocked: Any, follower: Follower) -> None:
    first = pin(stocked, "opera", position=2)
    assert pinned(stocked, "talks") == []
    assert follower.step(NOON)
    assert pinned(stocked, "talks") == ["opera"]
    assert read_pointer(stocked.settings.serving_dir).last_event == first.number

    block(stocked, "grain")
    pin(stocked, "ships", position=1)
    assert follower.step(NOON)
    assert (pinned(stocked, "talks"), is_blocked(stocked, "grain")) == (["ships", "opera"], True)

    undone = undo(stocked.settings, first.number, "ben", "enough")
    assert follower.step(NOON)
    assert pinned(stocked, "talks") == ["ships"]
    held = served(stocked).overlay.overrides
    trail = Trail(epoch_us(NOON))
    held.note_pins("talks", PLACE, trail)
    assert trail.last_event == undone.number
    assert not follower.step(NOON)


def test_starts_and_ends_need_no_new_generation(stocked: Any, follower: Follower) -> None:
    window = {"starts_at": (NOON + HOUR).isoformat(), "ends_at": (NOON + 2 * HOUR).isoformat()}
    pin(stocked, "opera", **window)
    follower.step(NOON)

    assert not follower.step(NOON + HOUR)
    assert not follower.step(NOON + 3 * HOUR)

    times = [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert [pinned(stocked, "talks", at) for at in times] == [[], ["opera"], []]
    held = served(stocked).overlay.overrides
    trails = [Trail(epoch_us(at)) for at in times]
    for trail in trails:
        held.note_pins("talks", PLACE, trail)
    assert [one.until_us for one in trails] == [*map(epoch_us, times[1:]), NEVER_US]
    assert [one.since_us for one in trails] == [UNDATED_US, *map(epoch_us, times[1:])]


def test_they_belong_to_the_history_and_to_no_version(
    stocked: Any, follower: Follower, catalogue: Catalogue
) -> None:
    pin(stocked, "opera")
    gone = block(stocked, "ships")
    stocked.promote()
    follower.step(NOON)
    assert (pinned(stocked, "talks"), is_blocked(stocked, "ships")) == (["opera"], True)

    undo(stocked.settings, gone.number, "anna", "a mistake")
    block(stocked, "grain")
    rollback(stocked.settings, "anna", "worse")
    follower.step(NOON)

    for snapshot in (served(stocked), current_snapshot(stocked.settings, catalogue, NOON)):
        held = snapshot.overlay.overrides
        assert [one.article_id for one in held.pins("talks", PLACE, epoch_us(NOON))] == ["opera"]
        assert held.block("grain", None, PLACE, epoch_us(NOON)) is not None
        assert held.block("ships", None, PLACE, epoch_us(NOON)) is None
    restarted = Follower(stocked.settings, catalogue)
    assert restarted.step(NOON)
    assert (pinned(stocked, "talks"), is_blocked(stocked, "grain")) == (["opera"], True)


def test_a_decision_made_before_anything_served_counts(stocked: Any, catalogue: Catalogue) -> None:
    follower = Follower(stocked.settings, catalogue)
    pin(stocked, "opera")
    assert not follower.step(NOON)
    block(stocked, "grain")
    stocked.promote()
    assert follower.step(NOON)

    assert (pinned(stocked, "talks"), is_blocked(stocked, "grain")) == (["opera"], True)


def test_placements_are_followed(stocked: Any, follower: Follower, catalogue: Catalogue) -> None:
    assert served(stocked).overlay.placements == Placements.default()
    values = Placements.default().to_values()
    values["footer"] = {"slots": [{"name": "newest", "source": "latest"}]}
    put = catalogue.append(EventKind.POLICY, PLACEMENTS_POLICY, "anna", "why", values)

    assert follower.step(NOON)

    placements = served(stocked).overlay.placements
    assert placements == Placements.from_values(values, event=put.number)
    assert placements.named("footer").slots[0].name == "newest"


def test_author_and_reason_stay_in_the_newsroom(stocked: Any, follower: Follower) -> None:
    made = override(
        stocked.settings, Wish(OverrideKind.PIN, "opera", "talks"), "annaludmila", "zzsecretzz"
    )
    undo(stocked.settings, made.number, "benjaminus", "zzhiddenzz")
    block(stocked, "grain")
    follower.step(NOON)

    files = [path for path in stocked.settings.serving_dir.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    assert b'"article_id":"opera"' in held
    for word in (b"annaludmila", b"zzsecretzz", b"benjaminus", b"zzhiddenzz"):
        assert word not in held


def test_what_cannot_be_read_is_told_and_stops_nothing(
    stocked: Any, follower: Follower, catalogue: Catalogue, few: Sequence[Article]
) -> None:
    bad = catalogue.append(EventKind.OVERRIDE, "opera", "a newer morefrom", "", {"kind": "boost"})
    block(stocked, "grain")
    stocked.store(Article(few[0].id, title=few[0].title, status=Status.RETRACTED))

    assert follower.step(NOON)

    assert is_blocked(stocked, "grain")
    assert served(stocked).find(article_id=few[0].id) is None
    assert follower.problem is not None
    assert follower.problem.startswith(f"Event {bad.number} cannot be read and does not count: ")


def test_only_new_events_are_read(
    stocked: Any, follower: Follower, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for article_id in ("opera", "ships", "grain"):
        pin(stocked, article_id)
    follower.step(NOON)
    read: list[int] = []
    events = Catalogue.events

    def watched(held: Catalogue, kinds: Any, after: int = 0) -> list[Event]:
        found = events(held, kinds, after)
        read.extend(one.number for one in found if one.kind is EventKind.OVERRIDE)
        return found

    monkeypatch.setattr(Catalogue, "events", watched)
    newest = catalogue.append(EventKind.OVERRIDE, "opera", "", "", {UNDOES: catalogue.last_event()})
    follower.step(NOON)
    stocked.store(Article("new", title="New"))
    follower.step(NOON)
    follower.step(NOON)

    assert read == [newest.number]


def test_an_overlay_claims_no_more_than_it_has(
    stocked: Any, follower: Follower, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An override that comes while articles are read waits for the next step."""
    stocked.store(Article("new", title="New"))
    last_event = catalogue.last_event()
    reads = Catalogue.revised_since
    late: list[Event] = []

    def overtaken(held: Catalogue, number: int, until: int | None = None) -> Any:
        found = list(reads(held, number, until))
        if not late:
            late.append(block(stocked, "grain"))
        return iter(found)

    monkeypatch.setattr(Catalogue, "revised_since", overtaken)
    follower.step(NOON)
    assert read_pointer(stocked.settings.serving_dir).last_event == last_event
    assert not is_blocked(stocked, "grain")
    assert follower.step(NOON)
    assert is_blocked(stocked, "grain")
    assert read_pointer(stocked.settings.serving_dir).last_event == late[0].number


def test_another_history_brings_its_own_decisions(stocked: Any, follower: Follower) -> None:
    pin(stocked, "opera")
    follower.step(NOON)
    follower._last_event += 100  # as after a restore of an older backup
    follower._decisions = Decisions(last_event=999)
    block(stocked, "grain")

    assert follower.step(NOON)

    assert (pinned(stocked, "talks"), is_blocked(stocked, "grain")) == (["opera"], True)
    overlay = served(stocked).overlay
    assert json.loads(overlay.overrides.to_json())[0]["article_id"] == "opera"
