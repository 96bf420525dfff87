"""The follower carries the history over, and keeps the last good pair whatever happens."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status
from recommender.errors import Busy, CannotWrite
from recommender.ranking.bundle import Bundle
from recommender.ranking.pointer import Pointer, read_pointer
from recommender.ranking.snapshot import Snapshot
from recommender.workflows import follower as follower_module
from recommender.workflows import following
from recommender.workflows import shelf as shelf_module
from recommender.workflows.follower import KEPT_OVERLAYS, Follower
from recommender.workflows.following import STATUS_FILE, follow, sole_follower
from recommender.workflows.promoting import rollback
from recommender.workflows.shelf import RETRY_S

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """Stands for `time` on the shelf, whose patience it ends at will."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(shelf_module, "time", stopped)
    return stopped


@pytest.fixture
def catalogue(stocked: Any) -> Iterator[Catalogue]:
    with Catalogue.open(stocked.settings.catalogue_url) as opened:
        yield opened


@pytest.fixture
def start(stocked: Any, catalogue: Catalogue, clock: Clock) -> Callable[[], Follower]:
    del clock
    return lambda: Follower(stocked.settings, catalogue)


def pointer(newsroom: Any) -> Pointer:
    return read_pointer(newsroom.settings.serving_dir)


def shown(newsroom: Any, article_id: str) -> str | None:
    """Return the title under which an article is served, None if it is not."""
    snapshot = Snapshot.open(newsroom.settings)
    ref = snapshot.find(article_id=article_id)
    return None if ref is None else snapshot.card(ref).title


def test_nothing_is_written_before_a_promotion(stocked: Any, start: Any) -> None:
    follower = start()
    stocked.train()

    assert not follower.step(NOON)
    assert follower.problem is None
    assert not stocked.settings.serving_dir.exists()


def test_promotions_and_rollbacks_move_the_pointer(stocked: Any, start: Any) -> None:
    follower = start()
    one = stocked.promote()
    assert follower.step(NOON)
    first = pointer(stocked)
    assert (first.version, first.last_event) == (one.subject, one.number)
    assert first.manifest_sha256 == one.detail["manifest_sha256"]
    assert not follower.step(NOON)

    two = stocked.promote()
    assert follower.step(NOON)
    assert pointer(stocked).version == two.subject
    rollback(stocked.settings, "bob", "")
    assert follower.step(NOON)
    assert pointer(stocked).version == one.subject
    assert pointer(stocked).last_event == two.number + 1
    assert not follower.step(NOON)


def test_corrections_retractions_and_new_articles_are_laid_over(
    stocked: Any, start: Any, few: Sequence[Article]
) -> None:
    stocked.promote()
    follower = start()
    follower.step(NOON)
    seen = {pointer(stocked).overlay}

    for change, article_id, expected in (
        (replace(few[0], title="Corrected"), "talks", "Corrected"),
        (replace(few[0], title="Again"), "talks", "Again"),
        (replace(few[1], status=Status.RETRACTED), "answer", None),
        (Article("new", body="No title at all"), "new", "No title at all"),
        (replace(few[1]), "answer", few[1].title),
    ):
        stocked.store(change)
        assert follower.step(NOON)
        assert shown(stocked, article_id) == expected
        assert pointer(stocked).overlay not in seen
        seen.add(pointer(stocked).overlay)
    assert shown(stocked, "talks") == "Again"
    assert not follower.step(NOON)


def test_retraction_outlives_promotion_and_rollback(
    stocked: Any, start: Any, few: Sequence[Article]
) -> None:
    stocked.promote()
    follower = start()
    follower.step(NOON)
    stocked.store(replace(few[0], status=Status.RETRACTED))
    stocked.promote()
    follower.step(NOON)
    assert shown(stocked, "talks") is None
    stocked.store(replace(few[1], title="Corrected"))
    rollback(stocked.settings, "bob", "")

    assert follower.step(NOON)

    assert shown(stocked, "talks") is None
    assert shown(stocked, "answer") == "Corrected"


def test_embargoes_end_by_themselves(stocked: Any, start: Any) -> None:
    stocked.store(
        Article("early", title="Before training", embargoed_until=NOON + HOUR),
    )
    stocked.promote()
    stocked.store(Article("tardy", title="After training", embargoed_until=NOON + 2 * HOUR))
    follower = start()
    assert follower.step(NOON)
    files = b"".join(path.read_bytes() for path in stocked.settings.serving_dir.rglob("*.npy"))
    assert b"early" not in files
    assert b"tardy" not in files

    assert not follower.step(NOON + HOUR - timedelta(microseconds=1))
    assert shown(stocked, "early") is None
    assert follower.step(NOON + HOUR)
    assert (shown(stocked, "early"), shown(stocked, "tardy")) == ("Before training", None)
    assert not follower.step(NOON + HOUR)
    assert follower.step(NOON + 5 * HOUR)
    assert shown(stocked, "tardy") == "After training"
    assert not follower.step(NOON + 6 * HOUR)


def test_embargo_set_again_closes_again(stocked: Any, start: Any, few: Sequence[Article]) -> None:
    stocked.promote()
    follower = start()
    follower.step(NOON)
    stocked.store(replace(few[0], embargoed_until=NOON + HOUR))

    assert follower.step(NOON)
    assert shown(stocked, "talks") is None
    assert follower.step(NOON + HOUR)
    assert shown(stocked, "talks") == few[0].title


def test_broken_champion_leaves_the_last_good_one(stocked: Any, start: Any, clock: Clock) -> None:
    good = stocked.promote().subject
    follower = start()
    follower.step(NOON)
    bad = stocked.promote().subject
    stocked.damage(bad)
    follower.step(NOON)

    assert pointer(stocked).version == good
    assert follower.problem is not None
    assert "cannot be served" in follower.problem
    assert bad in follower.problem
    assert follower.problem.endswith(".")

    stocked.store(Article("new", title="New"))  # goes on with what it has
    assert follower.step(NOON)
    assert (pointer(stocked).version, shown(stocked, "new")) == (good, "New")
    assert follower.problem is not None

    stocked.damage(bad)  # the other way round: whole again
    clock.now += RETRY_S
    assert follower.step(NOON)
    assert (pointer(stocked).version, follower.problem) == (bad, None)
    assert shown(stocked, "new") == "New"


def test_rollback_ends_the_problem(stocked: Any, start: Any) -> None:
    good = stocked.promote().subject
    follower = start()
    follower.step(NOON)
    shutil.rmtree(stocked.path(stocked.promote().subject))
    follower.step(NOON)
    assert follower.problem is not None
    rollback(stocked.settings, "bob", "")

    assert follower.step(NOON)

    assert (pointer(stocked).version, follower.problem) == (good, None)


def test_files_are_hashed_once_and_a_broken_champion_now_and_then(
    stocked: Any, start: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = Bundle.verify.__func__  # type: ignore[attr-defined]

    def watched(kind: type[Bundle], path: Path, sha256: str) -> Bundle:
        verified.append(path.name)
        return verify(kind, path, sha256)  # type: ignore[no-any-return]

    monkeypatch.setattr(Bundle, "verify", classmethod(watched))
    good = stocked.promote().subject
    follower = start()
    verified.clear()
    for number in range(3):
        stocked.store(Article(f"{number}", title="New"))
        follower.step(NOON)
    assert verified == [good]

    bad = stocked.promote().subject
    stocked.damage(bad)
    verified.clear()
    for number in range(3):
        stocked.store(Article(f"more {number}", title="New"))
        follower.step(NOON)
    assert verified == [bad]
    clock.now += RETRY_S
    follower.step(NOON)
    assert verified == [bad, bad]


@pytest.mark.parametrize("pointer_is", ["there", "gone", "damaged"])
def test_restart_with_a_broken_champion(stocked: Any, start: Any, pointer_is: str) -> None:
    good = stocked.promote().subject
    start().step(NOON)
    stocked.damage(stocked.promote().subject)
    place = stocked.settings.serving_dir / "current.json"
    if pointer_is == "gone":
        place.unlink()
    elif pointer_is == "damaged":
        place.write_text("{}", encoding="utf-8")

    again = start()

    assert again.step(NOON)
    assert pointer(stocked).version == good
    assert again.problem is not None


def test_restart_with_nothing_good(stocked: Any, start: Any) -> None:
    stocked.damage(stocked.promote().subject)

    follower = start()

    assert not follower.step(NOON)
    assert follower.problem is not None
    assert not stocked.settings.serving_dir.exists()


def test_restart_takes_up_where_it_was(stocked: Any, start: Any, few: Sequence[Article]) -> None:
    stocked.promote()
    start().step(NOON)
    stocked.store(replace(few[0], title="While nobody followed"))

    assert start().step(NOON)
    assert shown(stocked, "talks") == "While nobody followed"


def test_old_generations_are_swept_up(stocked: Any, start: Any) -> None:
    stocked.promote()
    follower = start()
    for number in range(KEPT_OVERLAYS + 3):
        stocked.store(Article("new", title=f"Title {number}"))
        follower.step(NOON)

    folders = [path.name for path in stocked.settings.serving_dir.glob("overlay-*")]
    assert len(folders) == KEPT_OVERLAYS
    assert pointer(stocked).overlay in folders


@pytest.mark.parametrize("at", ["last_event", "events", "revised_since"])
def test_what_happens_between_two_looks_is_not_missed(
    stocked: Any, start: Any, monkeypatch: pytest.MonkeyPatch, at: str, few: Sequence[Article]
) -> None:
    """Right after the follower has read one thing, a correction and a promotion are written."""
    stocked.promote()
    follower = start()
    follower.step(NOON)
    stocked.store(Article("first", title="First"))
    second = stocked.train().version
    look = getattr(Catalogue, at)
    came = False

    def watched(self: Catalogue, *arguments: Any) -> Any:
        nonlocal came
        found = look(self, *arguments)
        if not came:
            came = True
            stocked.store(replace(few[0], title="Corrected"))
            stocked.promote(second)
        return found

    monkeypatch.setattr(Catalogue, at, watched)
    follower.step(NOON)
    assert shown(stocked, "first") == "First"
    follower.step(NOON)

    assert came
    assert pointer(stocked).version == second
    assert shown(stocked, "talks") == "Corrected"
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        assert pointer(stocked).last_event == catalogue.last_event()
    assert not follower.step(NOON)


def test_step_that_fails_is_made_up_for(
    stocked: Any, start: Any, monkeypatch: pytest.MonkeyPatch, few: Sequence[Article]
) -> None:
    stocked.promote()
    follower = start()
    follower.step(NOON)
    stocked.store(replace(few[0], title="Corrected"))
    later = stocked.promote().subject
    with monkeypatch.context() as patch:

        def refuse(*_arguments: Any) -> None:
            raise CannotWrite("current.json", "no space")

        patch.setattr(follower_module, "write_pointer", refuse)
        for _ in range(2):
            with pytest.raises(CannotWrite):
                follower.step(NOON)
    assert shown(stocked, "talks") == few[0].title

    assert follower.step(NOON)
    assert (pointer(stocked).version, shown(stocked, "talks")) == (later, "Corrected")


def test_another_history_is_gathered_anew(
    stocked: Any, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.promote()
    follower = start()
    stocked.store(Article("new", title="New"))
    follower.step(NOON)
    gathered: list[int] = []
    look = Catalogue.revised_since

    def watched(self: Catalogue, number: int, until: int | None = None) -> Any:
        gathered.append(number)
        return look(self, number, until)

    monkeypatch.setattr(Catalogue, "revised_since", watched)
    follower._last_event += 10  # as if what was read came from a longer history
    assert follower.step(NOON)
    assert gathered == [Bundle.open(*_champion(stocked)).last_event]
    assert shown(stocked, "new") == "New"


def _champion(newsroom: Any) -> tuple[Path, str]:
    found = pointer(newsroom)
    return newsroom.path(found.version), found.manifest_sha256


def test_two_followers_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with sole_follower(tmp_path), pytest.raises(Busy, match="another “morefrom follow”"):
        sole_follower(tmp_path).__enter__()
    with sole_follower(tmp_path):
        pass


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(CannotWrite):
        sole_follower(tmp_path / "file" / "serving").__enter__()


class Following:
    """A follower at work in a thread."""

    def __init__(self, newsroom: Any) -> None:
        self._newsroom = newsroom
        self._stop = threading.Event()
        self._thread = threading.Thread(target=follow, args=(newsroom.settings, self._stop))

    def __enter__(self) -> "Following":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def wait_for(self, seen: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(1_000):
            if seen():
                return
            assert self._thread.is_alive()
            pause.wait(0.02)
        pytest.fail("it never came")

    def problem(self) -> str | None:
        path = self._newsroom.settings.serving_dir / STATUS_FILE
        return json.loads(path.read_bytes())["problem"] if path.exists() else "no status yet"  # type: ignore[no-any-return]

    def version(self) -> str | None:
        path = self._newsroom.settings.serving_dir / "current.json"
        return pointer(self._newsroom).version if path.exists() else None


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "TROUBLE_PAUSE_S", 0.01)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("database_url", [None])
def test_follower_waits_for_the_catalogue_and_goes_on_without_it(
    newsroom: Any, few: Sequence[Article], caplog: pytest.LogCaptureFixture
) -> None:
    database = newsroom.settings.home / "data" / "catalogue.db"
    with Following(newsroom) as at_work:
        at_work.wait_for(lambda: "there is none" in str(at_work.problem()))
        assert not database.exists()
        newsroom.store(*few)
        version = newsroom.promote().subject
        at_work.wait_for(lambda: at_work.version() == version)
        at_work.wait_for(lambda: at_work.problem() is None)

    database.rename(database.with_name("elsewhere.db"))
    for rest in database.parent.glob("catalogue.db-*"):
        rest.unlink()
    database.write_text("no database at all, and long enough to be looked at" * 50, "utf-8")
    with Following(newsroom) as at_work:
        at_work.wait_for(lambda: "cannot be used" in str(at_work.problem()))
        assert at_work.version() == version
        database.unlink()
        database.with_name("elsewhere.db").rename(database)
        at_work.wait_for(lambda: at_work.problem() is None)

    told = caplog.messages
    assert "there is none; import articles first" in told[0]
    assert "file is not a database" in "".join(told)
    # Each problem once, though it was met again and again.
    assert all(line != after and line.endswith(".") for line, after in pairwise([*told, ""]))


@pytest.mark.usefixtures("hasty")
def test_full_disk_is_said_once_and_got_over(
    stocked: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    version = stocked.promote().subject
    refused = threading.Semaphore(0)

    def refuse(path: Path, _content: bytes) -> None:
        refused.release()
        raise CannotWrite(path, "no space left on device")

    with Following(stocked) as at_work:
        with monkeypatch.context() as patch:
            patch.setattr("recommender.ranking.pointer.write_file", refuse)
            patch.setattr(following, "write_file", refuse)
            for _ in range(6):
                assert refused.acquire(timeout=20)
        at_work.wait_for(lambda: at_work.version() == version)
        at_work.wait_for(lambda: at_work.problem() is None)

    told = caplog.messages
    assert [line.count("no space left on device") for line in told] == [1] * len(told)
    assert len(told) <= 2


def test_status_says_since_when(newsroom: Any) -> None:
    place = newsroom.settings.serving_dir / STATUS_FILE
    place.parent.mkdir(parents=True)
    old = {"problem": "It rains.", "at": "2024-05-01T12:00:00+00:00"}
    place.write_text(json.dumps(old), encoding="utf-8")

    status = following._Status(place)
    status.tell("It rains.")
    assert json.loads(place.read_bytes()) == old
    status.tell("It snows.")
    assert json.loads(place.read_bytes())["problem"] == "It snows."
    status.tell(None)
    assert json.loads(place.read_bytes())["problem"] is None
    place.write_text("damaged", encoding="utf-8")
    following._Status(place).tell(None)
    assert json.loads(place.read_bytes())["problem"] is None
