"""The doctor finds what was really broken, says what to do, and mends only what is safe."""

import fcntl
import json
import os
import resource
import shutil
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recommender.catalogue import inspection
from recommender.catalogue.catalogue import Catalogue
from recommender.errors import CatalogueUnavailable
from recommender.ranking import exact, overlay_size
from recommender.ranking.overlay import OVERLAY_FORMAT
from recommender.settings import Settings, load_settings
from recommender.training.keeping import Keeper
from recommender.workflows import address, doctor
from recommender.workflows.checks import catalogue as catalogue_check
from recommender.workflows.checks import clock, disk
from recommender.workflows.checks.finding import Finding, Severity, Visit
from recommender.workflows.follower import Follower
from recommender.workflows.following import LOCK_FILE, STATUS_FILE
from recommender.workflows.promoting import versions
from recommender.workflows.unfinished import announced
from tests.workflows.conftest import FEW, Newsroom, article

NOW = datetime.now(UTC)
PREFIX = ".morefrom-tmp-"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two champions one after the other, served by a follower that has ended."""
    newsroom = Newsroom(Settings(home=tmp_path_factory.mktemp("template") / "home"))
    newsroom.store(*FEW)
    newsroom.promote()
    newsroom.store(article("new", "Trade", title="Ships sail"))
    newsroom.promote()
    followed(newsroom)
    return newsroom.settings.home


@pytest.fixture
def used(template: Path, tmp_path: Path) -> Newsroom:
    """Return a copy of that home, to do with as one likes."""
    home = shutil.copytree(template, tmp_path / "home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Newsroom(load_settings(home, {}, {"port": port}))


def followed(newsroom: Newsroom) -> None:
    with Catalogue.open(newsroom.settings.catalogue_url) as opened:
        Follower(newsroom.settings, opened).step(datetime.now(UTC))


def look(
    newsroom: Newsroom, *checks: str, now: datetime | None = None, **more: bool
) -> list[Finding]:
    visit = Visit(newsroom.settings, now or datetime.now(UTC), **more)
    return doctor.examine(visit, checks or tuple(doctor.CHECKS))


def told(findings: list[Finding], severity: Severity) -> list[str]:
    return [f"{one.check}: {one.sentence}" for one in findings if one.severity is severity]


def troubles(findings: list[Finding]) -> list[str]:
    return told(findings, Severity.ERROR) + told(findings, Severity.WARNING)


def only(findings: list[Finding], severity: Severity) -> Finding:
    """Return the one finding that is not in order, of this severity."""
    found = [one for one in findings if one.severity is not Severity.OK]
    assert len(found) == 1, found
    assert found[0].severity is severity
    assert found[0].remedy
    return found[0]


def versions_of(newsroom: Newsroom) -> list[str]:
    """Return the ids of the versions, the first champion first."""
    trained = reversed(versions(newsroom.settings))  # ids of one second have no order
    return [version.id for version in trained if version.is_present]


@contextmanager
def tampered(newsroom: Newsroom) -> Iterator[sqlite3.Connection]:
    """Write to the database past morefrom, as nobody should."""
    file = newsroom.settings.home / "data" / "catalogue.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def test_sound_home_has_nothing_to_mend(used: Newsroom) -> None:
    findings = look(used, thorough=True)

    assert troubles([one for one in findings if one.check != "compiled"]) == []
    assert {one.check for one in findings} >= set(doctor.CHECKS) - {"articles"}
    assert all(one.sentence.endswith(".") for one in findings)


def test_looking_changes_nothing(used: Newsroom) -> None:
    def state() -> dict[str, tuple[int, int]]:
        files = used.settings.home.rglob("*")
        return {
            str(one): (one.stat().st_mtime_ns, one.stat().st_size)
            for one in files
            if one.is_file() and not one.name.endswith(("-shm", "-wal"))
        }

    look(used)  # SQLite itself may tidy up its log once
    before = state()
    look(used, thorough=True)
    assert state() == before


def test_new_home_is_not_ill(tmp_path: Path) -> None:
    findings = look(Newsroom(Settings(home=tmp_path / "new", port=free_port())))

    assert told(findings, Severity.ERROR) == []
    assert "catalogue: There is no catalogue" in told(findings, Severity.WARNING)[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_settings_that_cannot_be_read_are_the_only_finding(tmp_path: Path) -> None:
    (tmp_path / "morefrom.toml").write_text("prot = 8000\n")

    found = doctor.examine_home(
        lambda: load_settings(tmp_path, {}), lambda _: pytest.fail("went on")
    )

    assert "setting “prot” is unknown" in only(found, Severity.ERROR).sentence


def test_variable_that_nobody_reads(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("morefrom_port", "9000")
    found = only(look(used, "settings"), Severity.WARNING)
    assert "morefrom_port is not read" in found.sentence
    assert "MOREFROM_PORT" in found.remedy


def test_port_of_another_and_missing_preview(
    used: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "ANSWER_TIMEOUT_S", 0.1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        changed = {"port": port, "preview": used.settings.home / "gone.jsonl"}
        taken = Newsroom(used.settings.model_copy(update=changed))
        found = told(look(taken, "settings"), Severity.WARNING)
    assert f"Cannot listen on port {port}" in found[0]
    assert "gone.jsonl, which is no file" in found[1]


def test_catalogue_gone_while_versions_are_there(used: Newsroom) -> None:
    shutil.rmtree(used.settings.home / "data")
    found = only(look(used), Severity.ERROR)
    assert "no catalogue" in found.sentence
    assert "2 model versions" in found.sentence


def test_damaged_catalogue_is_told_once(used: Newsroom) -> None:
    file = used.settings.home / "data" / "catalogue.db"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    file.write_bytes(content)

    found = told(look(used, "catalogue"), Severity.ERROR)
    assert found
    assert all("damaged" in one or "malformed" in one for one in found)
    file.write_bytes(b"this is no database" * 1000)
    found = told(look(used), Severity.ERROR)
    assert len([one for one in found if "not a database" in one]) == 1


def test_writable_by_anybody(used: Newsroom) -> None:
    file = used.settings.home / "data" / "catalogue.db"
    file.chmod(0o666)
    assert "chmod o-w" in only(look(used, "catalogue"), Severity.ERROR).remedy


def test_file_of_another_user(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    assert "you are user 4242" in only(look(used, "catalogue"), Severity.WARNING).sentence


def test_long_log_is_carried_over(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_check, "LARGE_LOG_BYTES", 50_000)
    monkeypatch.setattr(inspection, "_PATIENCE_S", 0.1)
    file = used.settings.home / "data" / "catalogue.db"
    log = file.with_name("catalogue.db-wal")
    with Catalogue.open(used.settings.catalogue_url) as opened:
        opened.upsert([article(f"x{n}", title="T" * 999) for n in range(99)], "anna", "test")
        reader = sqlite3.connect(file)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM article").fetchone()
        findings = look(used, "catalogue")
        assert "has grown" in only(findings, Severity.WARNING).sentence
        opened.upsert([article("y")], "anna", "test")

        refused = [one.finding.sentence for one in doctor.treat(findings)]
        assert any("its log is in use" in sentence for sentence in refused)
        reader.close()
        assert "carried over" in "".join(one.done for one in doctor.treat(findings))
        assert log.stat().st_size == 0
        assert opened.n_articles() == 106


TAMPERINGS = {
    "with gaps": "DELETE FROM event WHERE number = 1",
    "counter stands at 99": "UPDATE counter SET number = 99",
    "events tell of a revision": "DELETE FROM revision WHERE number = 2",
    "have no event of theirs": "UPDATE event SET subject = 'x' WHERE number = 2",
    "not listed": "DELETE FROM article WHERE id = 'talks'",
    "latest revision": "UPDATE article SET fingerprint = 'x' WHERE id = 'talks'",
    "fingerprints stand for": "UPDATE revision SET title = 'Lies' WHERE number = 1",
    "stand for: event 3": "UPDATE revision SET tags = '7' WHERE number = 3",
}


@pytest.mark.parametrize("words", TAMPERINGS)
def test_history_that_somebody_wrote_to_is_found_out(used: Newsroom, words: str) -> None:
    with tampered(used) as connection:
        connection.execute(TAMPERINGS[words])

    assert words in " ".join(told(look(used, "history"), Severity.ERROR))
    assert "backup" in look(used, "history")[0].remedy


def test_old_revision_in_force_is_found_out(used: Newsroom) -> None:
    used.store(article("talks", title="Corrected"))
    with tampered(used) as connection:
        connection.execute("UPDATE article SET number = 1 WHERE id = 'talks'")

    assert "latest revision" in " ".join(told(look(used, "history"), Severity.ERROR))


def test_events_out_of_time_are_a_warning(used: Newsroom) -> None:
    with tampered(used) as connection:
        connection.execute("UPDATE event SET at = at - 86400000000 WHERE number IN (3, 4)")

    assert (
        "earlier than the one before them: event 3."
        in only(look(used, "history"), Severity.WARNING).sentence
    )


def test_orphans_are_found_by_the_database_itself(used: Newsroom) -> None:
    with tampered(used) as connection:
        connection.execute("UPDATE article SET number = 999 WHERE id = 'talks'")
    assert "has no revision" in " ".join(told(look(used, "catalogue"), Severity.ERROR))


def test_broken_champion_comes_with_the_way_out(used: Newsroom) -> None:
    first, second = versions_of(used)
    used.damage(second)
    found = only(look(used, "versions"), Severity.ERROR)
    assert "The champion cannot be used" in found.sentence
    assert "stories.npy" in found.sentence
    assert f"“morefrom rollback”, which goes back to {first}" in found.remedy

    used.damage(first)
    remedies = [one.remedy for one in look(used, "versions")]
    assert any("train --promote" in remedy for remedy in remedies)


def test_champion_gone_and_a_version_that_was_never_champion(used: Newsroom) -> None:
    third = used.train().version
    first, second, _ = versions_of(used)
    shutil.rmtree(used.path(first))
    shutil.rmtree(used.path(second))

    found = only(look(used, "versions"), Severity.ERROR)
    assert f"morefrom promote {third}" in found.remedy


def test_old_damaged_version_is_a_warning_and_a_removed_one_is_fine(used: Newsroom) -> None:
    first, _ = versions_of(used)
    used.damage(first, "pipeline.joblib")
    assert "pipeline.joblib" in only(look(used, "versions"), Severity.WARNING).sentence
    shutil.rmtree(used.path(first))
    assert "1 more were removed" in told(look(used, "versions"), Severity.OK)[0]


def test_folder_of_a_killed_training_is_removed_and_of_a_living_one_is_not(used: Newsroom) -> None:
    litter = used.path("20240101T000000Z-0123456789ab")
    shutil.copytree(used.path(versions_of(used)[0]), litter)
    with (
        Catalogue.open(used.settings.catalogue_url) as opened,
        announced(used.settings.versions_dir, litter.name, opened),
    ):
        findings = look(used, "versions")
        assert troubles(findings) == []
        assert f"{litter.name} is being trained." in [one.sentence for one in findings]
    (used.settings.versions_dir / f".training-{litter.name}").touch()

    findings = look(used, "versions")
    assert only(findings, Severity.WARNING).fixable
    assert litter.exists()
    assert "was removed: 1 folders" in "".join(one.done for one in doctor.treat(findings))
    assert len(versions_of(used)) == 2


def test_unknown_version_is_never_removed_for_the_catalogue_may_be_the_wrong_one(
    used: Newsroom, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    other = Newsroom(used.settings.model_copy(update={"database_url": url}))
    other.store(*FEW)
    findings = look(other, "versions")

    assert len(told(findings, Severity.WARNING)) == 2
    assert not any(one.fixable for one in findings)
    assert "right catalogue" in findings[0].remedy


def test_pipeline_of_another_scikit_learn(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "99.0")
    found = told(look(used, "versions"), Severity.WARNING)
    assert len(found) == 2
    assert "and here is 99.0" in found[0]
    assert "The champion was trained with" in told(look(used, "machine"), Severity.WARNING)[0]


def test_litter_is_removed_and_work_in_progress_is_not(used: Newsroom) -> None:
    places = [used.settings.home, used.settings.versions_dir, used.settings.serving_dir]
    for place in places:
        (place / f"{PREFIX}dead").mkdir()
        (place / f"{PREFIX}dead" / "x.npy").write_bytes(b"x")
    (used.settings.home / "data" / f"{PREFIX}file").write_bytes(b"x")
    at_work = used.settings.versions_dir / f"{PREFIX}alive"
    at_work.mkdir()
    descriptor = os.open(at_work, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        findings = look(used, "litter")
        assert len(told(findings, Severity.WARNING)) == 4
        assert all(one.done for one in doctor.treat(findings))
    finally:
        os.close(descriptor)
    assert list(used.settings.home.rglob(f"{PREFIX}*")) == [at_work]


def test_what_was_compared_before_a_kill_is_litter_unless_a_training_is_at_it(
    used: Newsroom,
) -> None:
    for name in ("0123", "4567"):
        (used.settings.versions_dir / f".comparing-{name}").mkdir()
    with Keeper(used.settings.versions_dir) as keeper:
        (used.settings.versions_dir / ".comparing-89ab").mkdir()
        keeper.take_up("4567", 0, [1])
        (used.settings.versions_dir / ".comparing-0123").mkdir()
        findings = look(used, "litter")
        assert "what it had compared" in only(findings, Severity.WARNING).sentence
        assert "1 folders of comparisons" in "".join(one.done for one in doctor.treat(findings))
        assert troubles(look(used, "litter")) == []
        left = used.settings.versions_dir.glob(".comparing-*")
        assert [path.name for path in left] == [".comparing-4567"]


def test_damaged_pointer_and_overlay(used: Newsroom) -> None:
    overlay = next(used.settings.serving_dir.glob("overlay-*"))
    array = next(iter(sorted(OVERLAY_FORMAT.layout)))
    file = overlay / f"{array}.npy"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    assert f"{array}.npy is damaged" in only(look(used, "serving"), Severity.ERROR).sentence
    (used.settings.serving_dir / "current.json").write_text("{}")
    assert "current.json is damaged" in only(look(used, "serving"), Severity.ERROR).sentence


@contextmanager
def at_work(newsroom: Newsroom) -> Iterator[None]:
    """Hold the lock that a follower holds."""
    with (newsroom.settings.serving_dir / LOCK_FILE).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_follower_behind_dead_or_stuck(used: Newsroom) -> None:
    used.store(article("newer", title="N"))
    found = only(look(used, "serving"), Severity.WARNING)
    assert "1 events behind; no follower is at work" in found.sentence
    with at_work(used):
        assert troubles(look(used, "serving")) == []
        late = datetime.now(UTC) + timedelta(minutes=5)
        assert "1 events behind" in only(look(used, "serving", now=late), Severity.ERROR).sentence
        used.promote()
        late += timedelta(minutes=5)
        found = only(look(used, "serving", now=late), Severity.ERROR)
        assert f"The champion is {versions_of(used)[-1]}" in found.sentence


def test_problem_of_the_follower_is_passed_on(used: Newsroom) -> None:
    status = used.settings.serving_dir / STATUS_FILE
    status.write_text(json.dumps({"problem": "The disk is full.", "at": "2026-01-01"}))
    assert "The disk is full." in only(look(used, "serving"), Severity.WARNING).sentence
    with at_work(used):
        assert "The disk is full." in only(look(used, "serving"), Severity.ERROR).sentence
    status.write_text("{")
    assert "cannot be read" in only(look(used, "serving"), Severity.WARNING).sentence


def test_a_large_overlay_is_warned_of(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay_size, "LARGE_OVERLAY", 0)

    found = only(look(used, "serving"), Severity.WARNING)

    assert "since the model was trained" in found.sentence
    assert "train --promote" in found.remedy


def test_stale_overlays_are_removed_but_not_the_served_one(used: Newsroom) -> None:
    serving = used.settings.serving_dir
    served = next(serving.glob("overlay-*"))
    for n in range(9):
        stale = serving / f"overlay-{n:012}-0123456{n}"
        shutil.copytree(served, stale)
        os.utime(stale, (n, n))
    findings = look(used, "serving")
    assert "4 old overlays" in only(findings, Severity.WARNING).sentence
    doctor.treat(findings)
    left = {path.name for path in serving.glob("overlay-*")}
    assert left == {served.name} | {f"overlay-{n:012}-0123456{n}" for n in range(4, 9)}


def test_clock_set_back_and_never_set(used: Newsroom) -> None:
    found = told(look(used, "clock", now=NOW - timedelta(days=1)), Severity.WARNING)
    assert "the newest event is of" in found[0]
    assert any("current.json is of" in one for one in found)
    findings = look(used, "clock", now=datetime(1970, 1, 1, tzinfo=UTC))
    assert "it is 1970-01-01" in told(findings, Severity.ERROR)[0]
    assert troubles(look(used, "clock", now=NOW + timedelta(days=3650))) == []


def test_no_time_zones(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(key: str) -> None:
        raise clock.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(clock, "ZoneInfo", missing)
    assert "tzdata" in only(look(used, "clock"), Severity.WARNING).remedy


def test_disk_too_small_for_the_next_training(
    used: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "LEAST_BYTES", 1 << 60)
    assert "needs about" in only(look(used, "disk"), Severity.ERROR).sentence


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_small_full_and_read_only_disk(template: Path, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=500", "none", place], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        shutil.copytree(template, place / "home")
        small = Newsroom(Settings(home=place / "home"))
        findings = look(small, "disk")
        assert "the next training needs about 67 MB" in told(findings, Severity.ERROR)[0]
        assert "more files" in told(findings, Severity.WARNING)[0]
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        assert "read-only" in told(look(small, "disk"), Severity.ERROR)[0]
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_folder_that_may_not_be_written(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "You may not write to" in told(look(used, "disk"), Severity.ERROR)[0]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which the doctor looks for numba's cache: a copy of the real one."""
    from recommender.ranking import engine
    from recommender.training import vectors

    engine.warm()
    vectors.warm()
    folder = tmp_path / "cache"
    shutil.copytree(exact.nearest.stats.cache_path, folder)
    pretended = SimpleNamespace(stats=SimpleNamespace(cache_path=str(folder)))
    monkeypatch.setattr(exact, "nearest", pretended)
    folder.chmod(0o755)
    return folder


def test_compiled_cache_fresh_missing_and_of_another_numba(
    used: Newsroom, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert troubles(look(used, "compiled")) == []
    with monkeypatch.context() as patched:
        patched.setattr("numba.__version__", "99.1.2")
        assert "--warm" in only(look(used, "compiled"), Severity.WARNING).remedy
    for index in cache.glob("exact.nearest-*.nbi"):
        index.unlink()
    assert "missing" in only(look(used, "compiled"), Severity.WARNING).sentence


def test_compiled_cache_of_changed_code(used: Newsroom, cache: Path) -> None:
    for index in cache.glob("exact.nearest-*.nbi"):
        content = index.read_bytes()
        index.write_bytes(content[:50] + bytes(300) + content[350:])
    assert "other code" in only(look(used, "compiled"), Severity.WARNING).sentence


def test_compiled_cache_that_others_may_write(used: Newsroom, cache: Path) -> None:
    cache.chmod(0o777)
    assert "chmod go-w" in only(look(used, "compiled"), Severity.WARNING).remedy
    cache.chmod(stat.S_IRWXU)
    assert troubles(look(used, "compiled")) == []


def test_numba_switched_off(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "nearest", lambda: None)
    assert "NUMBA_DISABLE_JIT" in only(look(used, "compiled"), Severity.WARNING).remedy


def test_warming_says_how_long_it_took(used: Newsroom) -> None:
    findings = look(used, "compiled", warm=True)
    assert "compiled or loaded in" in findings[0].sentence
    assert [one for one in findings if "missing" in one.sentence] == []


def test_too_few_open_files(used: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4096))
    assert "ulimit -n" in only(look(used, "machine"), Severity.WARNING).remedy


def test_what_a_newsroom_may_want_to_know(used: Newsroom) -> None:
    used.store(
        article("far", title="F", published_at=NOW + timedelta(days=4000)),
        article("held", title="H", embargoed_until=NOW + timedelta(hours=1)),
    )
    used.promote()
    findings = look(used, "articles", now=NOW + timedelta(hours=2))
    said = " ".join(told(findings, Severity.OK))
    assert "Published articles without a date: 1" in said
    assert "Published articles dated more than a year ahead: 1" in said
    assert "The embargo of 1 articles ended" in said
    assert troubles(findings) == []


def test_check_that_fails_is_a_finding_and_the_others_go_on(
    used: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Visit) -> Iterator[Finding]:
        yield from ()
        raise PermissionError(13, "Permission denied", "/x")

    def unavailable(_: Visit) -> Iterator[Finding]:
        raise CatalogueUnavailable("/c.db", "it is away", "wait")

    checks: dict[str, Callable[[Visit], Iterator[Finding]]] = {
        "a": broken,
        "b": unavailable,
        "c": unavailable,
        **doctor.CHECKS,
    }
    monkeypatch.setattr(doctor, "CHECKS", checks)
    findings = look(used, "a", "b", "c", "history")
    assert [one.check for one in findings] == ["a", "b", "history"]
    assert "Permission denied" in findings[0].sentence
    assert findings[-1].severity is Severity.OK


def test_cure_that_fails_is_told() -> None:
    def fail() -> str:
        raise OSError(5, "Input/output error")

    treated = doctor.treat([Finding("x", Severity.WARNING, "S.", "R.", fail)])
    assert treated[0].is_error
    assert "Input/output error" in treated[0].finding.sentence


def test_report_for_machines(used: Newsroom) -> None:
    (used.settings.home / f"{PREFIX}dead").mkdir()
    used.damage(versions_of(used)[1])
    report: dict[str, Any] = doctor.as_json(doctor.treat(look(used, "versions", "litter")))

    assert (report["errors"], report["warnings"]) == (1, 0)
    assert [one["fixable"] for one in report["findings"]] == [False, True]
    assert "removed" in report["findings"][1]["fixed"]
    json.dumps(report)


def test_catalogue_in_postgresql(postgres_url: str, tmp_path: Path) -> None:
    newsroom = Newsroom(Settings(home=tmp_path, database_url=postgres_url, port=free_port()))
    newsroom.store(*FEW)
    newsroom.promote()
    findings = look(newsroom, "catalogue", "history", "versions", "clock", "disk", "articles")
    assert troubles(findings) == []
    assert "postgresql 1" in findings[0].sentence


def test_postgresql_that_cannot_be_reached_is_told_once(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/x"
    newsroom = Newsroom(Settings(home=tmp_path, database_url=url, port=free_port()))
    found = told(look(newsroom), Severity.ERROR)
    assert len(found) == 1
    assert "cannot be reached" in found[0]
