"""The webhook: signed, in order, at least once, and never ahead of the public app's files."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from recommender.domain.event import Event
from recommender.domain.override import OverrideKind
from recommender.domain.policy import Policy
from recommender.domain.traits import NO_TRAITS
from recommender.errors import InvalidSettings
from recommender.settings import load_settings
from recommender.workflows import publishing
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.policies import put_in_force
from recommender.workflows.ruling import resume, stop
from service.desk import webhook as module
from service.desk.server import create_server
from service.desk.webhook import MAX_EVENTS, NotTaken, Webhook, signature
from tests.documents import blocks
from tests.service.desk.conftest import Cms, said

SECRET = "correct horse battery"


@dataclass
class Other:
    """The other side, which takes what it is told unless it is away."""

    is_away: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)

    def take(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        if self.is_away:
            told = "it is away"
            raise NotTaken(told)
        assert url == "https://cdn.example/purge"
        timestamp = int(headers["Morefrom-Timestamp"])
        assert headers["Morefrom-Signature"] == signature(SECRET, timestamp, body)
        self.heard.append(json.loads(body))


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Return a list of one: the event up to which the public app's files have come."""
    number: list[int | None] = [None]
    monkeypatch.setattr(publishing.Publisher, "reached", lambda _: number[0])
    return number


@pytest.fixture
def other() -> Other:
    return Other()


@pytest.fixture
def webhook(cms: Cms, other: Other) -> Webhook:
    given = {"webhook_url": "https://cdn.example/purge", "webhook_secret": SECRET}
    settings = cms.settings.model_copy(update=given)
    publisher = cms.app.extensions["morefrom.publisher"]
    return Webhook(settings, publisher, cms.app.extensions["morefrom.acknowledger"], other.take)


def test_every_change_is_told_once_in_order_and_not_too_early(
    cms: Cms, webhook: Webhook, other: Other, files: list[int | None]
) -> None:
    cms.put("/v1/articles/before", {"title": "Before"})
    assert not webhook.step()
    files[0] = 1
    assert not webhook.step()

    answer = said(cms.put("/v1/articles/talks", {"title": "Talks", "tags": ["Russia"]}))
    cms.put("/v1/articles/talks", {"title": "Talks", "tags": ["China"]})
    cms.post("/v1/articles/talks/retract")
    cms.post("/v1/articles/talks/restore")
    webhook.step()
    assert other.heard == []

    files[0] = 4
    webhook.step()
    files[0] = 5
    for _ in range(3):
        webhook.step()

    first, second = other.heard
    assert [(one["event"], one["change"]) for one in first["events"]] == [
        (2, "created"),
        (3, "corrected"),
        (4, "retracted"),
    ]
    assert first["events"][0]["etag"] == answer["etag"]
    tags = {"latest-tag-russia", "latest-tag-china"}
    assert set(first["purge"]) == {"article-talks", "latest"} | tags
    assert [(one["event"], one["change"]) for one in second["events"]] == [(5, "restored")]


def test_decisions_are_told_with_what_they_may_have_changed(
    cms: Cms,
    webhook: Webhook,
    other: Other,
    files: list[int | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing.Publisher, "version", lambda _: "v1")
    for article_id in ("talks", "opera"):
        cms.put(f"/v1/articles/{article_id}", {"title": article_id})
    files[0] = 2
    webhook.step()

    def purged(act: Callable[[], Event]) -> list[str]:
        number = files[0] = act().number
        webhook.step()
        told = other.heard[-1]
        assert (told["events"], told["decisions"]) == ([], [number])
        return list(told["purge"])

    home = cms.settings
    pin, block = Wish(OverrideKind.PIN, "opera", "talks"), Wish(OverrideKind.BLOCK, "opera")
    here, all_of_it = ["article-talks"], ["model-v1"]
    assert purged(lambda: override(home, pin, "anna", "why")) == here
    assert purged(lambda: undo(home, 3, "anna", "why")) == here
    assert purged(lambda: override(home, block, "anna", "why")) == ["article-opera"]
    assert purged(lambda: undo(home, 5, "anna", "why")) == all_of_it
    assert purged(lambda: stop(home, NO_TRAITS, "anna", "why")) == all_of_it
    assert purged(lambda: resume(home, NO_TRAITS, "anna", "why")[0]) == all_of_it
    assert purged(lambda: put_in_force(home, Policy(), "anna", "why")) == all_of_it


def test_what_was_not_taken_is_told_again(
    cms: Cms, webhook: Webhook, other: Other, files: list[int | None]
) -> None:
    files[0] = 0
    webhook.step()
    cms.put("/v1/articles/talks", {"title": "Talks"})
    files[0] = 1
    other.is_away = True
    for _ in range(2):
        with pytest.raises(NotTaken):
            webhook.step()

    other.is_away = False
    webhook.step()

    assert [one["event"] for body in other.heard for one in body["events"]] == [1]


def test_much_is_told_in_parts(
    cms: Cms, webhook: Webhook, other: Other, files: list[int | None]
) -> None:
    files[0] = 0
    webhook.step()
    for number in range(MAX_EVENTS + 5):
        cms.put(f"/v1/articles/a{number}", {"title": "Talks"})
    files[0] = MAX_EVENTS + 5

    assert [webhook.step(), webhook.step(), webhook.step()] == [True, False, False]
    assert [len(body["events"]) for body in other.heard] == [MAX_EVENTS, 5]


def test_another_history_is_begun_at_its_end(
    cms: Cms, webhook: Webhook, other: Other, files: list[int | None]
) -> None:
    files[0] = 900
    webhook.step()
    files[0] = 1
    cms.put("/v1/articles/a", {"title": "Talks"})
    webhook.step()
    cms.put("/v1/articles/b", {"title": "Talks"})
    files[0] = 2
    webhook.step()

    assert [one["event"] for body in other.heard for one in body["events"]] == [2]


def test_pauses_grow_and_nothing_of_the_address_is_logged(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waited: list[float] = []
    steps = iter([NotTaken("it is away")] * 12 + [False])

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0.0)
            return len(waited) == 14

    def step(_: Webhook) -> bool:
        found = next(steps)
        if isinstance(found, NotTaken):
            raise found
        return found

    monkeypatch.setattr(Webhook, "step", step)
    caplog.set_level("INFO")
    webhook.run(Stop())

    assert waited == [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 0.5]
    assert [record.message for record in caplog.records] == [
        "The webhook has to wait: it is away.",
        "The webhook goes on.",
    ]


class Side(BaseHTTPRequestHandler):
    """A real other side."""

    answers: list[int]
    heard: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), body))
        status = self.answers.pop(0)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_real_other_side_hears_it(
    cms: Cms, files: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_INTERVAL_S", 0.02)
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.02)
    Side.answers, Side.heard = [500, 302, 204], []
    server = HTTPServer(("127.0.0.1", 0), Side)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    given = {
        "MOREFROM_WEBHOOK_URL": f"http://127.0.0.1:{server.server_port}/hook?key=hidden",
        "MOREFROM_WEBHOOK_SECRET": SECRET,
    }
    settings = load_settings(cms.settings.home, given)
    files[0] = 0
    app = create_server(settings)
    deadline = time.monotonic() + 20
    while not (settings.home / "data" / "webhook.json").exists() and time.monotonic() < deadline:
        time.sleep(0.01)

    cms.put("/v1/articles/talks", {"title": "Talks"})
    files[0] = 1
    while Side.answers and time.monotonic() < deadline:
        time.sleep(0.01)

    app.extensions["morefrom.stop"].set()
    server.shutdown()
    thread.join()
    server.server_close()
    assert Side.answers == []
    assert len({body for _, body in Side.heard}) == 1
    headers, body = Side.heard[-1]
    message = headers["Morefrom-Timestamp"].encode() + b"." + body
    digest = hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    assert headers["Morefrom-Signature"] == f"v1={digest}"
    app.extensions["morefrom.publisher"].close()


def test_the_python_of_the_document_tells_what_is_genuine() -> None:
    (code,) = blocks("docs/publishing.md", "python")
    held: dict[str, Any] = {}
    exec(code, held)
    is_genuine, now = held["is_genuine"], int(time.time())
    sound = signature(SECRET, now, b"{}")

    assert is_genuine(SECRET, str(now), sound, b"{}")
    assert not is_genuine(SECRET, str(now), sound, b"{ }")
    assert not is_genuine(SECRET, str(now + 1), sound, b"{}")
    assert not is_genuine("another secret", str(now), sound, b"{}")
    old = now - 900
    assert not is_genuine(SECRET, str(old), signature(SECRET, old, b"{}"), b"{}")


@pytest.mark.parametrize(
    "given",
    [
        {"WEBHOOK_URL": "https://cdn.example/"},
        {"WEBHOOK_URL": "ftp://cdn.example/", "WEBHOOK_SECRET": SECRET},
        {"WEBHOOK_URL": "https://", "WEBHOOK_SECRET": SECRET},
        {"WEBHOOK_SECRET": "short"},
    ],
)
def test_settings_that_cannot_be(cms: Cms, given: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load_settings(cms.settings.home, {f"MOREFROM_{key}": one for key, one in given.items()})

    assert "webhook" in str(caught.value)
    assert not any(one in str(caught.value) for one in given.values())
