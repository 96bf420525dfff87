"""What is acknowledged as visible is what the public app answers, within a moment of the commit."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.pointer import pointer_path
from recommender.workflows.following import follow
from recommender.workflows.promoting import promote
from recommender.workflows.training import Training, train
from recommender.workflows.waking import PIPE
from service.desk.app import create_app
from service.public.app import create_app as create_public_app
from tests.service.desk.conftest import Cms, said

LONG_S = 20.0
"""Longer than anything here takes; whoever has to wait for it was not woken."""

ARCHIVE: list[dict[str, Any]] = [
    {"title": "Kerry meets Lavrov", "body": "Sanctions and Ukraine", "tags": ["Russia", "USA"]},
    {"title": "Lavrov answers Kerry", "body": "Sanctions hurt", "tags": ["Russia"]},
    {"title": "Grain prices", "body": "Ships wait at the Black Sea", "tags": ["Trade"]},
    {"title": "Ships wait", "body": "Grain for Egypt", "tags": ["Trade"], "section": "World"},
    {"title": "Verdi in Milan", "body": "A night at the opera"},
]
NEW = {"title": "Sanctions again", "body": "Lavrov and Ukraine", "tags": ["Russia"]}


@pytest.fixture
def newsroom(cms: Cms) -> Iterator[Cms]:
    """Return a CMS of a newsroom that serves five articles; its follower looks once a minute."""
    settings = cms.settings.model_copy(update={"poll_interval_s": 60.0})
    for number, article in enumerate(ARCHIVE):
        cms.put(f"/v1/articles/a{number}", {**article, "published_at": f"2024-05-0{number + 1}"})
    trained = train(settings, Training(None, False, "anna", 1), lambda *_: None)
    promote(settings, trained.version, "anna", "test")
    stop = threading.Event()
    quick = settings.model_copy(update={"poll_interval_s": 0.05})
    with Catalogue.open(settings.catalogue_url) as catalogue:
        last_event = catalogue.last_event()
    first = threading.Event()
    thread = threading.Thread(target=follow, args=(quick, first))
    thread.start()
    deadline = time.monotonic() + LONG_S
    while not pointer_path(settings.serving_dir).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    first.set()
    thread.join()
    assert json.loads(pointer_path(settings.serving_dir).read_text())["last_event"] == last_event
    thread = threading.Thread(target=follow, args=(settings, stop))
    thread.start()
    while not (settings.serving_dir / PIPE).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    app = create_app(settings, visible_within_s=LONG_S)
    yield Cms(settings, app, cms.secret)
    stop.set()
    thread.join()
    app.extensions["morefrom.publisher"].close()


def answered(newsroom: Cms, article_id: str) -> dict[str, Any]:
    public = create_public_app(newsroom.settings).test_client()
    return dict(json.loads(public.get(f"/v1/related?id={article_id}").data))


def test_publishing_correcting_retracting_and_restoring_show_at_once(newsroom: Cms) -> None:
    begun = time.monotonic()
    created = said(newsroom.put("/v1/articles/new", {**NEW, "published_at": "2024-05-06"}))

    assert created["visible"] is True
    shown = answered(newsroom, "new")
    assert shown["query"]["title"] == "Sanctions again"
    assert (created["picks"], created["picks_id"]) == (shown["items"], shown["picks_id"])
    assert created["picks"]
    assert isinstance(created["changed_lists"], list)
    assert {f"article-{one}" for one in created["changed_lists"]} < set(created["purge"])
    assert {"article-new", "latest-tag-russia", "latest"} <= set(created["purge"])

    again = said(newsroom.put("/v1/articles/new", {**NEW, "published_at": "2024-05-06"}))
    assert again == {**created, "change": "unchanged"}

    corrected = said(newsroom.put("/v1/articles/new", {**NEW, "title": "Sanctions, again"}))
    assert corrected["visible"] is True
    assert answered(newsroom, "new")["query"]["title"] == "Sanctions, again"

    retracted = said(newsroom.post("/v1/articles/new/retract"))
    assert (retracted["visible"], retracted["picks"]) == (True, None)
    assert answered(newsroom, "new")["query"] is None

    restored = said(newsroom.post("/v1/articles/new/restore"))
    assert (restored["visible"], bool(restored["picks"])) == (True, True)
    assert answered(newsroom, "new")["query"]["title"] == "Sanctions, again"
    assert time.monotonic() - begun < LONG_S


def test_nothing_of_what_is_closed_is_shown(newsroom: Cms) -> None:
    for closed in (
        {"status": "draft"},
        {"embargoed_until": "2999-01-01"},
        {"status": "retracted"},
    ):
        taken = said(newsroom.put("/v1/articles/new", {**NEW, **closed}))

        assert (taken["visible"], taken["picks"], taken["picks_id"]) == (True, None, None)
        assert answered(newsroom, "new")["query"] is None


def test_without_anything_promoted_it_is_durable_and_not_visible(cms: Cms) -> None:
    begun = time.monotonic()
    app = create_app(cms.settings, visible_within_s=LONG_S)

    alone = Cms(cms.settings, app, cms.secret).put("/v1/articles/new", NEW)

    assert (alone.status_code, said(alone)["visible"]) == (201, False)
    assert time.monotonic() - begun < LONG_S / 2
    app.extensions["morefrom.publisher"].close()
