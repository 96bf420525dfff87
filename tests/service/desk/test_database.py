"""While the catalogue cannot be had, nothing is acknowledged, and whoever asks is told to wait."""

import sqlite3
import time
from pathlib import Path

import pytest

from recommender.catalogue import sqlite
from recommender.catalogue.database import Database
from recommender.settings import load_settings
from recommender.workflows import publishing, tokens
from service.desk.app import create_app
from tests.postgres import PostgresServer
from tests.service.desk.conftest import Cms, problem, said

PATH = "/v1/articles/talks"


def unavailable(cms: Cms, title: str) -> None:
    response = cms.put(PATH, {"title": title})
    found = problem(response)
    assert (found["status"], found["type"]) == (503, "urn:morefrom:problem:unavailable")
    assert response.headers["Retry-After"] == "2"
    assert str(cms.settings.home) not in found["detail"]


def test_a_catalogue_that_is_away_is_found_again(cms: Cms) -> None:
    cms.put(PATH, {"title": "a"})
    data = cms.settings.home / "data"
    away = data.rename(cms.settings.home / "away")

    unavailable(cms, "b")
    away.rename(data)

    assert said(cms.put(PATH, {"title": "b"}))["event"] == 2


def test_a_home_without_a_catalogue(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "none", {})

    unavailable(Cms(settings, create_app(settings), f"mf_{'A' * 43}"), "a")

    assert not (tmp_path / "none").exists()


def test_a_database_that_others_hold(cms: Cms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "PATIENCE_S", 0.05)
    holder = sqlite3.connect(cms.settings.home / "data" / "catalogue.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()

    unavailable(cms, "a")
    assert time.monotonic() - begun < 5
    holder.execute("ROLLBACK")
    holder.close()

    assert said(cms.put(PATH, {"title": "a"}))["event"] == 1


def test_a_disk_that_is_full(cms: Cms, monkeypatch: pytest.MonkeyPatch) -> None:
    cms.put(PATH, {"title": "a"})
    cms.app.extensions["morefrom.publisher"].close()
    configured = sqlite.SqliteBackend._configure

    def small(self: object, connection: sqlite3.Connection, entry: object) -> None:
        configured(self, connection, entry)  # type: ignore[arg-type]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    monkeypatch.setattr(sqlite.SqliteBackend, "_configure", small)
    response = cms.put("/v1/articles/large", {"title": "b", "body": "x" * 200_000})

    assert problem(response)["status"] == 503
    monkeypatch.undo()
    cms.app.extensions["morefrom.publisher"].close()
    assert [event[1] for event in cms.events()] == ["talks"]
    assert cms.put("/v1/articles/large", {"title": "b"}).status_code == 201


def test_a_server_that_is_stopped(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    settings = load_settings(tmp_path / "home", {"MOREFROM_DATABASE_URL": postgres_url})
    secret = tokens.create(settings, "cms", "anna")
    app = create_app(settings, visible_within_s=0.0)
    cms = Cms(settings, app, secret)
    cms.put(PATH, {"title": "a"})

    postgres_server.stop()
    unavailable(cms, "b")
    postgres_server.start()

    assert said(cms.put(PATH, {"title": "b"}))["event"] == 2
    app.extensions["morefrom.publisher"].close()


def test_a_desk_that_waits_for_its_database_starts_all_the_same(cms: Cms) -> None:
    def fail(*_: object, **__: object) -> Database:
        raise AssertionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "open", fail)
        app = create_app(cms.settings)
        assert app.test_client().get("/healthz").status_code == 200
