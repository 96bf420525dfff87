"""A backup is the whole home of one instant, made while it is in use; a restore brings it back."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.inspection import contradictions
from recommender.domain.article import Article, Image, Status
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import PLACEMENTS_POLICY
from recommender.domain.event import EventKind
from recommender.domain.override import OverrideKind
from recommender.domain.placement import Placements
from recommender.domain.rating import Grade, Rating
from recommender.errors import BrokenBackup, CannotWrite, HomeNotEmpty, InvalidParameter
from recommender.settings import Settings, load_settings
from recommender.workflows import archive
from recommender.workflows import restore as restoring
from recommender.workflows.backup import BackedUp, backup
from recommender.workflows.override_list import State, overrides
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.promoting import rollback, versions
from recommender.workflows.rating import rate, ratings
from recommender.workflows.relating import as_json, related
from recommender.workflows.restore import Restored, restore
from recommender.workflows.snapshots import current_snapshot
from tests.workflows.conftest import FEW, NOON, Newsroom, article

COMMAND = """
import sys
from pathlib import Path
from recommender.settings import load_settings
from recommender.workflows.{module} import {module}
print("ready", flush=True)
{module}(load_settings(Path(sys.argv[1]), {{}}), Path(sys.argv[2]){more}
"""


def saved(settings: Settings, path: Path, *, force: bool = False) -> BackedUp:
    return backup(settings, path, force=force, progress=lambda *_: None)


def brought_back(settings: Settings, path: Path) -> Restored:
    return restore(settings, path, lambda *_: None)


def everything(settings: Settings) -> dict[str, Any]:
    """Return all that a home says: history, articles, versions, and the answer for each article."""
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        events = catalogue.events()
        articles = list(catalogue.changed_since(0))
        shown = [one.id for _, one in articles if one.is_open(datetime.now(UTC))]
    return {
        "events": events,
        "articles": articles,
        "versions": versions(settings),
        "answers": {one: as_json(related(settings, one, 4)) for one in shown},
    }


def names(folder: Path) -> list[str]:
    """Return everything in a folder that is not a folder."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with three versions, a rollback, corrections, and articles of every kind."""
    stocked = Newsroom(Settings(home=tmp_path_factory.mktemp("template") / "home"))
    stocked.store(*FEW)
    first = stocked.train().version
    stocked.promote(first)
    picture = Image("https://x.test/a.jpg", alt="Ïmage", width=3, height=2)
    stocked.store(
        article("retracted", "Russia", title="Out", status=Status.RETRACTED),
        article("later", "Russia", title="Later", embargoed_until=NOON + timedelta(days=99_999)),
        article("عربي", "中国", title="\u2028 quotes “ ” \\u0000", section="Ж", image=picture),
        Article(FEW[0].id, title="Kerry meets Lavrov again", body=FEW[0].body, tags=FEW[0].tags),
    )
    stocked.promote()
    stocked.train()
    rollback(stocked.settings, "bob", "the editor asked")
    (stocked.settings.home / "morefrom.toml").write_text('site_name = "The Meridian Post"\n')
    return stocked.settings.home


@pytest.fixture
def used(template: Path, tmp_path: Path) -> Newsroom:
    """Return a copy of that home, to do with as one likes."""
    return Newsroom(load_settings(shutil.copytree(template, tmp_path / "home"), {}))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "elsewhere", {})


def test_what_editors_decided_comes_back(
    used: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    values = Placements.default().to_values()
    values["footer"] = {"slots": [{"name": "newest", "source": "latest"}]}
    pinned = override(used.settings, Wish(OverrideKind.PIN, "opera", "talks"), "anna", "a word")
    blocked = override(used.settings, Wish(OverrideKind.BLOCK, "grain"), "ben", "no")
    undo(used.settings, pinned.number, "ben", "enough")
    rate(used.settings, "talks", "answer", "good", "anna")
    with Catalogue.open(used.settings.catalogue_url) as catalogue:
        catalogue.append(EventKind.POLICY, PLACEMENTS_POLICY, "anna", "why", values)
    before = everything(used.settings)
    listed = overrides(used.settings, with_past=True)

    saved(used.settings, tmp_path / "home.tar.gz")
    brought_back(elsewhere, tmp_path / "home.tar.gz")

    assert everything(elsewhere) == before
    assert overrides(elsewhere, with_past=True) == listed
    assert [(one.event, one.state) for one in listed] == [
        (pinned, State.UNDONE),
        (blocked, State.IN_FORCE),
    ]
    for settings in (used.settings, elsewhere):
        with Catalogue.open(settings.catalogue_url) as catalogue:
            assert ratings(catalogue) == [Rating("talks", "answer", Grade.GOOD, "anna")]
            overlay = current_snapshot(settings, catalogue, NOON).overlay
        assert overlay.placements.named("footer").slots[0].name == "newest"
        assert overlay.overrides.block("grain", None, "footer", epoch_us(NOON)) is not None


def test_restored_home_says_exactly_what_the_old_one_said(
    used: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    before = everything(used.settings)

    made = saved(used.settings, tmp_path / "home.tar.gz")
    back = brought_back(elsewhere, tmp_path / "home.tar.gz")

    assert everything(elsewhere) == before
    assert (made.articles, made.revisions) == (back.articles, back.revisions) == (8, 9)
    assert made.last_event == back.last_event == before["events"][-1].number
    assert set(back.versions) == {one.id for one in before["versions"]}
    assert load_settings(elsewhere.home, {}).site_name == "The Meridian Post"
    assert [name for name in names(elsewhere.home) if ".morefrom-tmp-" in name] == []
    assert len(before["answers"]) == 6


def test_a_second_backup_of_the_restored_home_holds_the_same(
    used: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    saved(used.settings, tmp_path / "a.tar.gz")
    brought_back(elsewhere, tmp_path / "a.tar.gz")
    saved(elsewhere, tmp_path / "b.tar.gz")

    manifests = []
    for name in ("a", "b"):
        with tarfile.open(tmp_path / f"{name}.tar.gz") as file:
            manifests.append(json.load(file.extractfile("manifest.json")))
    assert manifests[0]["members"] == manifests[1]["members"]


def test_home_goes_on_after_a_restore(used: Newsroom, elsewhere: Settings, tmp_path: Path) -> None:
    saved(used.settings, tmp_path / "a.tar.gz")
    brought_back(elsewhere, tmp_path / "a.tar.gz")

    there = Newsroom(elsewhere)
    there.store(article("new", "Russia", title="Lavrov on the new sanctions", body="Ukraine"))
    there.promote()
    assert "new" in str(as_json(related(elsewhere, "talks", 4)))


def test_backup_is_for_its_owner_alone_and_without_what_is_made_anew(
    used: Newsroom, tmp_path: Path
) -> None:
    path = tmp_path / "home.tar.gz"
    saved(used.settings, path)

    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as file:
        kept = [name for name in file.getnames() if not name.startswith("versions/")]
    assert kept == [
        "morefrom.toml",
        "catalogue/events-000001.jsonl",
        "catalogue/revisions-000001.jsonl",
        "manifest.json",
        "manifest.sha256",
    ]


def test_sqlite_goes_into_postgresql_and_back(
    used: Newsroom, postgres_url: str, tmp_path: Path
) -> None:
    before = everything(used.settings)
    saved(used.settings, tmp_path / "a.tar.gz")
    served = Settings(home=tmp_path / "served", database_url=postgres_url)
    served.home.mkdir()
    (served.home / "morefrom.toml").write_text(f'database_url = "{postgres_url}"\n')

    assert brought_back(served, tmp_path / "a.tar.gz").settings_kept
    assert everything(served) == before
    with pytest.raises(HomeNotEmpty, match="events at postgresql://"):
        brought_back(served, tmp_path / "a.tar.gz")

    saved(served, tmp_path / "b.tar.gz")
    again = Settings(home=tmp_path / "again")
    again.home.mkdir()
    (again.home / "morefrom.toml").write_text("")
    brought_back(again, tmp_path / "b.tar.gz")
    assert everything(again) == before


def test_settings_of_the_backup_decide_where_the_catalogue_lies(
    stocked: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    place = tmp_path / "far" / "away.db"
    (stocked.settings.home / "morefrom.toml").write_text(f'database_url = "sqlite:///{place}"\n')
    saved(stocked.settings, tmp_path / "a.tar.gz")

    brought_back(elsewhere, tmp_path / "a.tar.gz")

    assert place.is_file()
    assert not (elsewhere.home / "data").exists()


def test_settings_that_this_morefrom_does_not_know_are_told(
    stocked: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    (stocked.settings.home / "morefrom.toml").write_text("no_such_setting = 1\n")
    saved(stocked.settings, tmp_path / "a.tar.gz")

    with pytest.raises(Exception, match=r"the morefrom.toml in the backup: setting “no_such"):
        brought_back(elsewhere, tmp_path / "a.tar.gz")
    (elsewhere.home / "morefrom.toml").write_text("")
    assert brought_back(elsewhere, tmp_path / "a.tar.gz").settings_kept


def test_existing_file_is_not_replaced_without_force(stocked: Newsroom, tmp_path: Path) -> None:
    path = tmp_path / "home.tar.gz"
    path.write_text("precious")

    with pytest.raises(InvalidParameter, match="--force"):
        saved(stocked.settings, path)
    with pytest.raises(InvalidParameter, match="existing folder"):
        saved(stocked.settings, tmp_path / "nowhere" / "home.tar.gz")
    assert path.read_text() == "precious"

    saved(stocked.settings, path, force=True)
    assert tarfile.is_tarfile(path)


def test_removed_version_is_no_trouble_and_a_damaged_one_is_left_out_and_named(
    used: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    gone, damaged, champion = [one.id for one in versions(used.settings)]
    for path in sorted(used.path(gone).rglob("*"), reverse=True):
        path.unlink()
    used.path(gone).rmdir()
    used.damage(damaged)

    made = saved(used.settings, tmp_path / "a.tar.gz")

    assert made.versions == (champion,)
    assert list(made.left_out) == [damaged]
    assert "stories.npy is damaged" in made.left_out[damaged]
    brought_back(elsewhere, tmp_path / "a.tar.gz")
    assert [one.is_present for one in versions(elsewhere)] == [False, False, True]
    assert as_json(related(elsewhere, "talks", 4)) == as_json(related(used.settings, "talks", 4))


def test_backup_under_writers_is_of_one_instant(used: Newsroom, tmp_path: Path) -> None:
    stop = threading.Event()

    def write(author: str) -> None:
        with Catalogue.open(used.settings.catalogue_url) as catalogue:
            n = 0
            while not stop.is_set():
                n += 1
                pair = [Article(f"{author}-{side}", title=f"{n}", body="x" * 500) for side in "ab"]
                catalogue.upsert(pair, author, "while the backup runs")

    writers = [threading.Thread(target=write, args=(name,)) for name in ("anna", "bob", "cem")]
    for writer in writers:
        writer.start()
    try:
        time.sleep(0.2)
        made = [saved(used.settings, tmp_path / f"{n}.tar.gz") for n in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()

    assert made[0].last_event < made[1].last_event < made[2].last_event
    for n, one in enumerate(made):
        there = Settings(home=tmp_path / f"home{n}")
        assert brought_back(there, tmp_path / f"{n}.tar.gz").last_event == one.last_event
        with Catalogue.open(there.catalogue_url) as catalogue:
            for name in ("anna", "bob", "cem"):
                a, b = (catalogue.article(f"{name}-{side}") for side in "ab")
                assert a is b is None or a.title == b.title, "half a transaction"
        with (
            closing(Database.open(there.catalogue_url)) as database,
            database.reading() as connection,
        ):
            assert contradictions(connection) == []


def test_home_that_is_not_empty_is_refused_and_named(
    used: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "a.tar.gz"
    saved(used.settings, path)
    with pytest.raises(HomeNotEmpty, match=r"found a catalogue at .*catalogue\.db"):
        brought_back(used.settings, path)

    stranger = elsewhere.versions_dir / "20200101T000000Z-0123456789ab"
    stranger.mkdir(parents=True)
    with pytest.raises(HomeNotEmpty, match=f"found version {stranger.name}"):
        brought_back(elsewhere, path)
    stranger.rename(elsewhere.versions_dir / versions(used.settings)[0].id)
    with pytest.raises(HomeNotEmpty, match="found another version"):
        brought_back(elsewhere, path)
    assert not (elsewhere.home / "data" / "catalogue.db").exists()


def test_full_disk_leaves_the_old_backup_and_no_litter(
    used: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "to" / "a.tar.gz"
    path.parent.mkdir()
    saved(used.settings, path)
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive.ArchiveWriter, "finish", refuse)
    with pytest.raises(CannotWrite, match="No space left"):
        saved(used.settings, path, force=True)

    assert path.read_bytes() == before
    assert names(path.parent) == ["a.tar.gz"]


@pytest.mark.parametrize(
    ("module", "room"),
    [("backup", 0), ("backup", 4_096), ("restore", 0), ("restore", 4_096), ("restore", 60_000)],
)
def test_file_size_limit_stops_backup_and_restore_in_one_sentence(
    used: Newsroom, tmp_path: Path, module: str, room: int
) -> None:
    """The kernel itself refuses, wherever in the file it comes to the limit."""
    whole = tmp_path / "whole.tar.gz"
    saved(used.settings, whole)
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
    limited += "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    home, folder = tmp_path / "limited", tmp_path / "to"
    folder.mkdir()
    places = (used.settings.home, folder / "a.tar.gz") if module == "backup" else (home, whole)
    done = run(module, *places, before=limited)

    assert done.returncode == 1, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert "CannotWrite" in last or "CatalogueUnavailable" in last
    assert names(folder) == names(home) == []


def run(module: str, home: Path, file: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(module, home, file, before), capture_output=True, text=True)


def command(module: str, home: Path, file: Path, before: str = "") -> list[str]:
    more = ", force=True, progress=lambda *_: None)" if module == "backup" else ", lambda *_: None)"
    source = before + COMMAND.format(module=module, more=more)
    return [sys.executable, "-c", source, str(home), str(file)]


def killed(module: str, home: Path, file: Path, after_s: float) -> None:
    process = subprocess.Popen(command(module, home, file), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_killed_backup_leaves_the_old_one_and_the_next_run_works(
    used: Newsroom, tmp_path: Path
) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    path = folder / "a.tar.gz"
    saved(used.settings, path)
    for step in range(3):
        killed("backup", used.settings.home, path, 0.04 * step)
        there = Settings(home=tmp_path / f"back{step}")
        brought_back(there, path)
        assert there.catalogue_url
    saved(used.settings, path, force=True)
    assert names(folder) == ["a.tar.gz"]


def test_killed_restore_looks_like_no_home_and_can_be_run_again(
    used: Newsroom, tmp_path: Path
) -> None:
    path = tmp_path / "a.tar.gz"
    saved(used.settings, path)
    before = everything(used.settings)
    for step in range(3):
        there = Settings(home=tmp_path / f"killed{step}")
        killed("restore", there.home, path, 0.06 * step)
        if not (there.home / "data" / "catalogue.db").exists():
            brought_back(there, path)
        assert everything(there) == before
        litter = [name for name in names(there.home) if ".morefrom-tmp-" in name]
        assert litter == [] or step > 0


STEPS: Sequence[tuple[str, str]] = (
    ("unpack", "before"),
    ("unpack", "after"),
    ("_fill", "before"),
    ("_fill", "after"),
    ("_placed", "before"),
    ("sync_folder", "before"),
    ("sync_folder", "after"),
)


@pytest.mark.parametrize(("step", "when"), STEPS)
def test_restore_stopped_at_any_step_is_as_if_it_had_not_been(
    used: Newsroom,
    elsewhere: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
) -> None:
    saved(used.settings, tmp_path / "a.tar.gz")
    real = getattr(restoring, step)

    def fail(*arguments: Any) -> None:
        if when == "after":
            real(*arguments)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(restoring, step, fail)
        with pytest.raises(CannotWrite, match="Input/output error"):
            brought_back(elsewhere, tmp_path / "a.tar.gz")

    assert names(elsewhere.home) == []
    brought_back(elsewhere, tmp_path / "a.tar.gz")
    assert everything(elsewhere) == everything(used.settings)


def test_versions_that_a_killed_restore_put_in_place_are_kept(
    used: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "a.tar.gz"
    saved(used.settings, path)
    brought_back(elsewhere, path)
    (elsewhere.home / "data" / "catalogue.db").unlink()
    inodes = {path: path.stat().st_ino for path in elsewhere.versions_dir.iterdir()}

    brought_back(elsewhere, path)

    assert inodes == {path: path.stat().st_ino for path in elsewhere.versions_dir.iterdir()}
    assert everything(elsewhere) == everything(used.settings)


def test_no_backup_without_a_catalogue(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="there is none"):
        saved(newsroom.settings, tmp_path / "a.tar.gz")
    assert names(tmp_path) == []


def test_what_is_no_backup_at_all_is_told(elsewhere: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    with pytest.raises(Exception, match="Cannot read"):
        brought_back(elsewhere, path)
    for content in (b"", b"hello", b"\x1f\x8b\x08\0"):
        path.write_bytes(content)
        with pytest.raises(BrokenBackup):
            brought_back(elsewhere, path)
    assert names(elsewhere.home) == []
