"""A newsroom with a real catalogue, and a CMS that publishes into it with a token."""

import gc
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.person import Role
from recommender.settings import Settings, load_settings
from recommender.workflows import people, tokens
from recommender.workflows.promoting import promote
from recommender.workflows.training import Training, train
from service.desk.app import create_app
from service.desk.identity import begin_session
from service.desk.sealing import Seals

SECRET = "kX3vQ9zT1mW8rB5nY2pL7cJ4hG6fD0sA"
"""Seals cookies and forms in tests."""

N_APPS = 5
"""Apps that may lie about: each has mapped a hundred files or so."""
TESTS = count(1)

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
    given["MOREFROM_DESK_SECRET"] = SECRET
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


class Editor:
    """A browser in which somebody is signed in, or nobody: what it sends, a form would send."""

    def __init__(self, app: Flask, name: str | None = None) -> None:
        self.app, self.name, self.client = app, name, app.test_client()
        if name is not None:
            with app.test_request_context("/desk/"):
                response = Response()
                begin_session(response, name)
            for cookie in response.headers.getlist("Set-Cookie"):
                key, _, value = cookie.partition(";")[0].partition("=")
                if value:
                    self.client.set_cookie(key, value)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form as a page of ours would, with its token."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
        sent = {"csrf": self.token(), **(form or {})}
        return self.client.post(path, data=sent, headers=headers | more.pop("headers", {}), **more)

    def token(self) -> str:
        """Return the token of this browser's forms."""
        is_signed_in = self.client.get("/desk/sign-in").status_code == HTTPStatus.SEE_OTHER
        held = self.client.get_cookie(f"morefrom-{'session' if is_signed_in else 'visitor'}")
        assert held is not None
        return Seals(SECRET).form(held.value)


SignedIn = Callable[[str], Editor]


def add_person(settings: Settings, name: str, role: str, password: str | None = None) -> None:
    """Have somebody join the desk, with a password only where one is given."""
    with people.opened(settings) as database:
        secret = people.invite(database, name, Role(role), "test")
        if password is not None:
            people.accept(database, secret, password)


@pytest.fixture
def signed_in(cms: Cms) -> SignedIn:
    """Return what signs somebody of a role in: `signed_in("editor")`, called anna-editor."""

    def sign_in(role: str) -> Editor:
        name = f"anna-{role}"
        add_person(cms.settings, name, role)
        return Editor(cms.app, name)

    return sign_in


@pytest.fixture
def desk(cms: Cms, tmp_path: Path) -> Cms:
    """Return the CMS of a newsroom that has a model of six articles."""
    return published(cms, tmp_path)


@pytest.fixture(autouse=True)
def files_let_go() -> Iterator[None]:
    """Let go of what the apps of earlier tests have mapped, before it is too many files."""
    yield
    if next(TESTS) % N_APPS == 0:
        gc.collect()
