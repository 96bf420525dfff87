"""Workers follow the pointer: whole, once, and never into something broken."""

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recommender.domain.article import Article
from recommender.errors import NoChampion
from recommender.ranking import overlay_size
from recommender.ranking.pointer import pointer_path
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from service.public.live import LATE_S, RETRY_INTERVAL_S, Live
from service.public.readiness import readiness
from tests.service.newsroom import NOON, Newsroom, article, seven


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def version_of(live: Live) -> str | None:
    snapshot = live.snapshot()
    return snapshot.bundle.version if snapshot else None


def test_there_is_nothing_before_the_first_promotion(newsroom: Newsroom, clock: Clock) -> None:
    live = Live(newsroom.settings, clock)
    assert live.snapshot() is None
    assert live.trouble is None

    version = newsroom.train(seven())
    newsroom.serve(version)
    assert version_of(live) == version, "with nothing to answer from, every request looks again"


def test_a_promotion_is_followed_within_the_poll_interval(newsroom: Newsroom, clock: Clock) -> None:
    first, second = newsroom.train(seven()), newsroom.train(seven())
    newsroom.serve(first)
    live = Live(newsroom.settings, clock)
    assert version_of(live) == first

    newsroom.serve(second)
    assert version_of(live) == first
    clock.now += newsroom.settings.poll_interval_s
    assert version_of(live) == second


def test_a_holder_that_is_started_follows_while_nobody_asks(newsroom: Newsroom) -> None:
    quick = newsroom.settings.model_copy(update={"poll_interval_s": 0.01})
    first, second = newsroom.train(seven()), newsroom.train(seven())
    newsroom.serve(first)
    live = Live(quick)
    before = live.snapshot()
    live.start()

    newsroom.serve(second)
    deadline = time.monotonic() + 20
    while live._snapshot is before:
        assert time.monotonic() < deadline, "nobody looked"
        time.sleep(0.01)
    assert version_of(live) == second


def test_a_look_that_is_late_is_made_by_a_request(
    newsroom: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = newsroom.train(seven()), newsroom.train(seven())
    newsroom.serve(first)
    live = Live(newsroom.settings, clock)
    monkeypatch.setattr(Live, "_keep_following", lambda _: None)  # a thread that died
    live.start()
    assert version_of(live) == first

    newsroom.serve(second)
    clock.now += newsroom.settings.poll_interval_s
    assert version_of(live) == first, "left to the thread"
    clock.now += LATE_S
    assert version_of(live) == second


def test_a_new_overlay_keeps_the_open_bundle(newsroom: Newsroom, clock: Clock) -> None:
    version = newsroom.train(seven())
    newsroom.serve(version)
    live = Live(newsroom.settings, clock)
    before = live.snapshot()

    newsroom.serve(version, [article("new", "Russia")])
    clock.now += 1
    after = live.snapshot()

    assert before is not None
    assert after is not None
    assert after.bundle is before.bundle
    assert (before.find("new"), after.find("new") is None) == (None, False)


def test_pointer_is_opened_again_only_when_it_has_moved(
    newsroom: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.serve(newsroom.train(seven()))
    live = Live(newsroom.settings, clock)
    live.snapshot()
    monkeypatch.setattr(Snapshot, "open", None)

    for _ in range(5):
        clock.now += 1
        assert live.snapshot() is not None
    assert live.trouble is None


def damage_pointer(newsroom: Newsroom, _: str) -> None:
    pointer_path(newsroom.settings.serving_dir).write_text('{"format": 1}')


def remove_pointer(newsroom: Newsroom, _: str) -> None:
    pointer_path(newsroom.settings.serving_dir).unlink()


def point_to_damaged_bundle(newsroom: Newsroom, version: str) -> None:
    newsroom.serve(version)
    (newsroom.settings.versions_dir / version / "manifest.json").write_text("{}")


def point_to_missing_array(newsroom: Newsroom, version: str) -> None:
    newsroom.serve(version)
    (newsroom.settings.versions_dir / version / "stories.npy").unlink()


@pytest.mark.parametrize(
    "damage", [damage_pointer, remove_pointer, point_to_damaged_bundle, point_to_missing_array]
)
def test_what_is_broken_leaves_the_last_good_one_and_is_told(
    newsroom: Newsroom, clock: Clock, damage: object
) -> None:
    good, other = newsroom.train(seven()), newsroom.train(seven())
    newsroom.serve(good)
    live = Live(newsroom.settings, clock)
    assert version_of(live) == good

    damage(newsroom, other)  # type: ignore[operator]
    clock.now += 1
    assert version_of(live) == good
    assert live.trouble is not None
    assert "is damaged" in live.trouble.detail
    since = live.trouble.since
    clock.now += RETRY_INTERVAL_S
    assert version_of(live) == good
    assert live.trouble.since == since, "the first failure in a row counts"

    third = newsroom.train(seven())
    newsroom.serve(third)
    clock.now += RETRY_INTERVAL_S
    assert version_of(live) == third
    assert live.trouble is None


def test_one_thread_opens_while_the_others_answer(
    newsroom: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = newsroom.train(seven()), newsroom.train(seven())
    newsroom.serve(first)
    live = Live(newsroom.settings, clock)
    assert version_of(live) == first
    entered, release = threading.Event(), threading.Event()
    opened: list[str] = []
    whole = Snapshot.open

    def slowly(settings: Settings, previous: Snapshot | None = None) -> Snapshot:
        entered.set()
        assert release.wait(10)
        opened.append("once")
        return whole(settings, previous)

    monkeypatch.setattr(Snapshot, "open", slowly)
    newsroom.serve(second)
    clock.now += 1
    opener = threading.Thread(target=live.snapshot)
    opener.start()
    assert entered.wait(10)
    assert version_of(live) == first
    release.set()
    opener.join(10)

    assert version_of(live) == second
    assert opened == ["once"]


class Reader(threading.Thread):
    """Asks one question again and again, and notes which version and whose titles came back."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__()
        self.client = client
        self.stop = threading.Event()
        self.statuses: set[int] = set()
        self.seen: list[tuple[str, str]] = []

    def run(self) -> None:
        while not self.stop.is_set():
            response = self.client.get("/v1/related?id=query")
            self.statuses.add(response.status_code)
            answer = json.loads(response.data)
            titles = [answer["query"]["title"], *(item["title"] for item in answer["items"])]
            self.seen.append((answer["model"]["version"], "".join({title[0] for title in titles})))

    def wait_for(self, version: str) -> None:
        deadline = time.monotonic() + 10
        while not self.seen or self.seen[-1][0] != version:
            assert time.monotonic() < deadline, "a promotion was not followed"
            time.sleep(0.001)


def marked(mark: str) -> list[Article]:
    """Return articles whose titles all begin with a mark."""
    names = ["query", *(f"{mark}-{number}" for number in range(6))]
    return [article(name, "Russia", title=f"{mark} {name}") for name in names]


def test_swaps_under_load_never_mix_two_versions(newsroom: Newsroom) -> None:
    marks = {newsroom.train(marked(mark)): mark for mark in "ABC"}
    pointers = [newsroom.prepare(version) for version in marks]
    newsroom.point(pointers[0])
    app = newsroom.app()
    readers = [Reader(app.test_client()) for _ in range(3)]
    for reader in readers:
        reader.start()
    for pointer in pointers * 10:
        newsroom.point(pointer)
        for reader in readers:
            reader.wait_for(pointer.version)
    for reader in readers:
        reader.stop.set()
        reader.join(10)

    for reader in readers:
        assert reader.statuses == {200}
        assert set(reader.seen) == set(marks.items())


def test_readiness_tells_version_and_ages(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train(seven()))
    facts = json.loads(newsroom.client().get("/readyz").data)

    assert facts.keys() == {
        *("status", "version", "trained_at", "model_age_s", "overlay_generated_at"),
        *("overlay_age_s", "overlay_articles", "last_event", "problem", "advice"),
    }
    assert (facts["status"], facts["problem"]) == ("ready", None)
    assert facts["last_event"] == newsroom.last_event
    assert facts["model_age_s"] > 0


def test_readiness_counts_seconds(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.serve(newsroom.train(seven()))
    snapshot = Snapshot.open(newsroom.settings)
    facts = readiness(snapshot, None, tmp_path, datetime(2024, 5, 1, 13, 0, 5, tzinfo=UTC))

    assert (facts["model_age_s"], facts["overlay_age_s"]) == (3605, 3605)


def test_readiness_passes_on_what_the_follower_met(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train(seven()))
    status = newsroom.settings.serving_dir / "status.json"
    client = newsroom.client()

    for content, told in (
        ('{"problem": "The disk is full.", "at": "2024-05-01T12:00:00Z"}', True),
        ('{"problem": null, "at": "2024-05-01T12:00:00Z"}', False),
        ("[]", False),
        ("{", False),
    ):
        status.write_text(content)
        response = client.get("/readyz")
        assert response.status_code == 200
        expected = {"detail": "The disk is full.", "since": "2024-05-01T12:00:00Z"}
        assert json.loads(response.data)["problem"] == (expected if told else None)


def test_unready_worker_says_why(newsroom: Newsroom) -> None:
    client = newsroom.client()
    facts = json.loads(client.get("/readyz").data)
    assert (facts["detail"], facts["problem"]) == (str(NoChampion()), None)

    pointer_path(newsroom.settings.serving_dir).write_text("{")
    response = newsroom.client().get("/readyz")
    assert response.status_code == 503
    assert "is damaged" in json.loads(response.data)["problem"]["detail"]


def test_health_tells_ages_whatever_there_is(newsroom: Newsroom) -> None:
    client = newsroom.client()
    before = client.get("/healthz").json
    newsroom.serve(newsroom.train(seven()))

    facts = client.get("/healthz").json

    assert before == {"status": "ok", "model_age_s": None, "overlay_age_s": None}
    assert facts is not None
    age_s = (datetime.now(UTC) - NOON).total_seconds()
    assert facts["model_age_s"] == pytest.approx(age_s, abs=60)
    assert facts["overlay_age_s"] == pytest.approx(age_s, abs=60)


def test_a_large_overlay_has_advice_before_it_is_a_problem(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlay_size, "LARGE_OVERLAY", 2)
    version = newsroom.train(seven())
    newsroom.serve(version, [article("new-1", "Russia")])
    client = newsroom.client()
    small = client.get("/readyz").json

    newsroom.serve(version, [article("new-1", "Russia"), article("russia-1", "China")])
    large = client.get("/readyz").json

    assert small is not None
    assert large is not None
    assert (small["overlay_articles"], small["advice"]) == (1, None)
    assert large["overlay_articles"] == 2
    assert large["advice"].startswith("2 articles are new, or were corrected")
    assert large["problem"] is None
