"""A draft is told its picks, its tags and who told it before; nothing of it is kept."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.workflows.drafting import Draft, Drafts
from recommender.workflows.follower import Follower
from service.desk.drafts import MAX_AT_ONCE, DraftDesk
from service.desk.reading import MAX_BODY_BYTES
from service.desk.server import create_server
from service.public.app import create_app as create_public_app
from service.public.parameters import DEFAULT_LIMIT, MAX_LIMIT
from tests.service.desk.conftest import ARCHIVE, HOSTILE, Cms, problem, published, said
from tests.service.newsroom import NASTY

PATH = "/v1/drafts/related"
TEXT = {"title": "Sanctions again", "body": "Lavrov and Kerry on Ukraine"}


def look(cms: Cms, article: Any, query: str = "") -> dict[str, Any]:
    response = cms.send("POST", f"{PATH}{query}", json=article)
    assert response.status_code == HTTPStatus.OK, response.data
    assert response.headers["Cache-Control"] == "no-store"
    assert (response.mimetype, "ETag" in response.headers) == ("application/json", False)
    return said(response)


def ids(articles: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in articles]


def test_a_draft_is_told_all_that_there_is_and_nothing_is_stored(desk: Cms) -> None:
    before = desk.events()

    found = look(desk, {**TEXT, "mood": "calm"})

    assert list(found) == ["picks", "tags", "same_story", "model", "ignored_keys"]
    assert set(ids(found["picks"][:2])) == {"a0", "a1"}
    assert len(found["picks"]) == DEFAULT_LIMIT
    (tag, *_) = found["tags"]
    assert (tag["slug"], tag["label"], tag["named"]) == ("russia", "Russia", False)
    assert 0.5 < tag["share"] <= 1
    assert sorted(ids(tag["articles"])) == ["a0", "a1"]
    assert tag["articles"][0].keys() == {"id", "url", "title"}
    assert found["same_story"] == []
    assert found["ignored_keys"] == ["mood"]
    assert desk.events() == before
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        assert catalogue.n_articles() == len(ARCHIVE)


def test_picks_are_those_of_the_public_app_once_it_is_published(desk: Cms) -> None:
    text = {**TEXT, "id": "new", "tags": ["Russia"], "published_at": "2024-05-09T10:00:00Z"}
    found = look(desk, text, "?limit=3")
    desk.put("/v1/articles/new", text)

    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        Follower(desk.settings, catalogue).step(datetime.now(UTC))
    public = create_public_app(desk.settings).test_client()
    answer = json.loads(public.get("/v1/related?id=new&limit=3").data)

    assert answer["query"]["id"] == "new"
    assert found["picks"] == answer["items"]
    assert found["model"] == answer["model"]


def test_limit_and_placement_are_the_public_app_s(desk: Cms) -> None:
    assert len(look(desk, TEXT, "?limit=1")["picks"]) == 1
    assert len(look(desk, TEXT, f"?limit={MAX_LIMIT}&placement=more-from")["picks"]) == len(ARCHIVE)
    assert ids(look(desk, TEXT, "?section=World")["picks"]) == ["a3"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "“limit”"),
        ("limit=21", "“limit”"),
        ("limit=2&limit=2", "“limit”"),
        ("limit=%ff", "“limit”"),
        ("id=a0", "“id”"),
        ("reason=why", "“reason”"),
        ("placement=side", "one of more-from"),
        ("placement=%3Cscript%3E", "one of more-from"),
        ("&".join(f"p{n}=1" for n in range(2_000)), "at most 100 parameters"),
    ],
)
def test_parameters(desk: Cms, query: str, words: str) -> None:
    found = problem(desk.send("POST", f"{PATH}?{query}", json=TEXT))

    assert (found["status"], found["type"]) == (400, "urn:morefrom:problem:invalid-parameter")
    assert words in found["detail"]


@pytest.mark.parametrize(
    "more",
    [
        {"status": "draft"},
        {"status": "retracted"},
        {"embargoed_until": "9999-12-31"},
        {
            "status": "draft",
            "embargoed_until": "2999-01-01",
            "published_at": "9999-12-31T23:59:59Z",
        },
        {"published_at": "0001-01-01"},
        {"id": 7},
        {"id": NASTY},
    ],
)
def test_a_draft_is_looked_at_as_if_it_were_published_now(desk: Cms, more: dict[str, Any]) -> None:
    found, plain = look(desk, {**TEXT, **more}), look(desk, TEXT)

    assert set(ids(found["picks"])) == set(ids(plain["picks"]))
    assert found["tags"] == plain["tags"]


@pytest.mark.parametrize("act", ["draft", "embargo", "retract", "none"])
def test_with_the_id_of_an_article_it_stands_in_its_place(desk: Cms, act: str) -> None:
    if act == "retract":
        desk.post("/v1/articles/a0/retract")
    elif act != "none":
        closed = {"status": "draft"} if act == "draft" else {"embargoed_until": "2999-01-01"}
        desk.put("/v1/articles/a0", {**ARCHIVE[0], **closed})
    before = desk.events()

    found = look(desk, {**TEXT, "id": "a0"}, "?limit=20")

    assert "a0" not in ids(found["picks"])
    assert len(found["picks"]) == len(ARCHIVE) - 1
    assert desk.events() == before


def test_a_text_that_was_published_is_the_same_story(desk: Cms) -> None:
    (same,) = look(desk, ARCHIVE[4])["same_story"]

    assert same.pop("similarity") == pytest.approx(1, abs=1e-6)
    assert same == {"id": "a4", "url": "/opera", "title": "Verdi in Milan"}


def test_hostile_strings_are_shown_as_text(desk: Cms) -> None:
    image = {"url": "/a.jpg", "alt": HOSTILE, "caption": HOSTILE, "credit": HOSTILE}
    names = ("title", "summary", "body", "section", "language", "url", "id", "status")
    whole = {"title": "Opera in Milan", "body": HOSTILE, "summary": HOSTILE, "section": HOSTILE,
             "tags": [HOSTILE + "!"], "authors": [HOSTILE], "image": image, HOSTILE: HOSTILE,
             "\ud800": 1, "x" * 5_000: 1}  # fmt: skip

    before = desk.events()
    for article in (*({**TEXT, name: HOSTILE} for name in names), whole):
        response = desk.send("POST", PATH, json=article)
        assert response.status_code in {200, 400, 422}, response.data
        assert response.mimetype in {"application/json", "application/problem+json"}
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert said(response)
    told = said(response)
    assert set(told["ignored_keys"]) == {HOSTILE, "?", "x" * 80}
    (tag,) = told["tags"]
    assert tag["label"] == HOSTILE.replace("\u2028 ", " ")
    assert desk.events() == before


def test_bodies_and_fields_are_refused_as_a_publication_s_are(desk: Cms) -> None:
    kind = {"content_type": "application/json"}
    for status, more in (
        (415, {"data": "{}", "content_type": "text/plain"}),
        (415, {"data": "{}", **kind, "headers": {"Content-Encoding": "gzip"}}),
        (413, {"data": b'{"title": "' + b"x" * MAX_BODY_BYTES, **kind}),
        (400, {"data": b"", **kind}),
        (400, {"data": b'{"title": "a", "title": "b"}', **kind}),
        (400, {"json": [TEXT]}),
        (422, {"json": {}}),
        (422, {"json": {"title": 5}}),
        (422, {"json": {**TEXT, "id": " draft"}}),
        (422, {"json": {**TEXT, "id": "x" * 513}}),
        (422, {"json": {**TEXT, "status": "deleted"}}),
        (422, {"json": {**TEXT, "tags": ["t"] * 10_000}}),
        (422, {"json": {**TEXT, "url": "javascript:alert(1)"}}),
        (422, {"json": {**TEXT, "title": "\ud800"}}),
    ):
        assert problem(desk.send("POST", PATH, **more))["status"] == status, more.keys()


def test_a_token_is_needed_and_no_other_method_is_there(desk: Cms) -> None:
    assert desk.client.post(PATH, json=TEXT).status_code == 401
    assert desk.send("PUT", PATH, json=TEXT).status_code == 405
    assert problem(desk.send("GET", PATH))["status"] == 405


def unready(cms: Cms, kind: str) -> None:
    response = cms.send("POST", PATH, json=TEXT)
    found = problem(response)
    assert (found["status"], found["type"]) == (503, f"urn:morefrom:problem:{kind}")
    assert response.headers["Retry-After"] == "2"
    assert str(cms.settings.home) not in found["detail"]


def test_without_a_champion_there_is_nothing_to_compare_with(cms: Cms, tmp_path: Path) -> None:
    unready(cms, "not-ready")

    assert look(published(cms, tmp_path), TEXT)["picks"]


def test_a_champion_that_is_damaged_or_gone(desk: Cms) -> None:
    (version,) = desk.settings.versions_dir.iterdir()
    version.rename(version.with_name("away"))

    unready(desk, "not-ready")


def test_a_catalogue_that_is_away_is_found_again(desk: Cms) -> None:
    look(desk, TEXT)
    data = desk.settings.home / "data"
    away = data.rename(desk.settings.home / "away")

    unready(desk, "unavailable")
    away.rename(data)

    assert look(desk, TEXT)["picks"]


def test_drafts_leave_threads_to_publish_with(desk: Cms, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, looked = threading.Event(), Drafts.look
    waiting = threading.Semaphore(0)

    def slow(self: Drafts, article: Article, now: datetime) -> Draft:
        waiting.release()
        assert go_on.wait(20)
        return looked(self, article, now)

    monkeypatch.setattr(Drafts, "look", slow)
    codes: list[int] = []

    def ask() -> None:
        codes.append(desk.send("POST", PATH, json=TEXT).status_code)

    threads = [threading.Thread(target=ask) for _ in range(MAX_AT_ONCE)]
    for thread in threads:
        thread.start()
        assert waiting.acquire(timeout=20)
    refused = desk.send("POST", PATH, json=TEXT)
    assert (problem(refused)["status"], refused.headers["Retry-After"]) == (503, "2")
    assert desk.put("/v1/articles/meanwhile", TEXT).status_code == 201
    go_on.set()
    for thread in threads:
        thread.join()

    assert codes == [200] * MAX_AT_ONCE
    assert desk.send("POST", PATH, json=TEXT).status_code == 200


def test_the_server_makes_ready_beside(desk: Cms, monkeypatch: pytest.MonkeyPatch) -> None:
    warmed = threading.Event()
    warm = DraftDesk.warm

    def told(self: DraftDesk) -> None:
        warm(self)
        warmed.set()

    monkeypatch.setattr(DraftDesk, "warm", told)
    app = create_server(desk.settings)

    assert warmed.wait(20)
    assert look(Cms(desk.settings, app, desk.secret), TEXT)["picks"]
    app.extensions["morefrom.publisher"].close()


def test_the_server_starts_without_what_only_drafts_need() -> None:
    program = "import sys, service.desk.server; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"sklearn", "scipy", "numba", "pandas"}.isdisjoint(loaded)


def test_making_ready_without_a_model_or_a_catalogue_tells_the_log_alone(
    cms: Cms, caplog: pytest.LogCaptureFixture
) -> None:
    DraftDesk(cms.settings).warm()
    assert caplog.records == []
    (cms.settings.home / "data").rename(cms.settings.home / "away")

    DraftDesk(cms.settings).warm()

    (record,) = caplog.records
    assert record.getMessage().startswith("Drafts cannot be looked at yet: The catalogue at ")
