"""A newsroom with a real catalogue, and a CMS that publishes into it with a token."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recommender.catalogue.catalogue import Catalogue
from recommender.settings import Settings, load_settings
from recommender.workflows import tokens
from recommender.workflows.promoting import promote
from recommender.workflows.training import Training, train
from service.desk.app import create_app

HOSTILE = '<script>alert("1")</script>\u2028 & "\\ {{7*7}} \u202e%00 \U0001f600'
ARCHIVE: list[dict[str, Any]] = [
    {"title": "Kerry meets Lavrov", "body": "Sanctions and Ukraine", "tags": ["Russia", "USA"]},
    {"title": "Lavrov answers Kerry", "body": "Sanctions hurt", "tags": ["Russia"]},
    {"title": "Grain prices", "body": "Ships wait at the Black Sea", "tags": ["Trade"]},
    {"title": "Ships wait", "body": "Grain for Egypt", "tags": ["Trade"], "section": "World"},
    {"title": "Verdi in Milan", "body": "A night at the opera", "url": "/opera"},
    {"title": "Puccini in Milan", "body": "A morning at the opera", "tags": [HOSTILE]},
]


@dataclass
class Cms:
    """A client with a token, and the home that it publishes into."""

    settings: Settings
    app: Flask
    secret: str

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        return self.client.open(
            path, method=method, headers={**self.key, **(headers or {})}, **more
        )

    def put(self, path: str, article: Any, **headers: str) -> TestResponse:
        return self.send("PUT", path, _named(headers), json=article)

    def post(self, path: str, **headers: str) -> TestResponse:
        return self.send("POST", path, _named(headers))

    def events(self) -> list[tuple[int, str, str, str]]:
        with Catalogue.open(self.settings.catalogue_url) as catalogue:
            return [(one.number, one.subject, one.author, one.reason) for one in catalogue.events()]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def said(response: TestResponse) -> dict[str, Any]:
    return dict(json.loads(response.data))


def problem(response: TestResponse) -> dict[str, Any]:
    """Return a problem that is one: its form, one sentence, and nothing of this machine."""
    assert response.mimetype == "application/problem+json"
    facts = said(response)
    assert facts["status"] == response.status_code
    assert facts["detail"].endswith((".", "”."))
    assert "\n" not in facts["detail"]
    assert len(facts["detail"]) < 700
    assert "Traceback" not in facts["detail"]
    assert response.headers["Cache-Control"] == "no-store"
    return facts


@pytest.fixture
def cms(tmp_path: Path, database_url: str | None) -> Iterator[Cms]:
    given = {"MOREFROM_DATABASE_URL": database_url} if database_url else {}
    settings = load_settings(tmp_path / "home", given)
    secret = tokens.create(settings, "cms", "anna")
    app = create_app(settings, visible_within_s=0.0)
    yield Cms(settings, app, secret)
    app.extensions["morefrom.publisher"].close()


@pytest.fixture
def database_url() -> str | None:
    """Return the setting: the home's own file, unless a module asks for both kinds."""
    return None


def published(cms: Cms, directory: Path) -> Cms:
    """Publish the archive, and train on it so that nothing is too far from anything."""
    for number, article in enumerate(ARCHIVE):
        dated = {**article, "published_at": f"2024-05-0{number + 1}"}
        assert cms.put(f"/v1/articles/a{number}", dated).status_code == HTTPStatus.CREATED
    config = directory / "config.toml"
    config.write_text("[floor]\nsimilarity = 0.01\n", encoding="utf-8")
    trained = train(cms.settings, Training(config, False, "anna", 1), lambda *_: None)
    promote(cms.settings, trained.version, "anna", "test")
    return cms


@pytest.fixture
def desk(cms: Cms, tmp_path: Path) -> Cms:
    """Return the CMS of a newsroom that has a model of six articles."""
    return published(cms, tmp_path)
