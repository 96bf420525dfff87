"""Articles are created, corrected, retracted and restored, each once, however often it is asked."""

import threading
from collections.abc import Iterator

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Status
from tests.service.desk.conftest import Cms, problem, said
from tests.service.newsroom import NASTY

TALKS = {
    "title": "Talks in Geneva",
    "body": "Ministers met.",
    "tags": ["Russia"],
    "section": "News",
}
RUNGS = ["latest-tag-russia", "latest-section-news", "latest"]


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


@pytest.fixture
def catalogue(cms: Cms) -> Iterator[Catalogue]:
    with Catalogue.open(cms.settings.catalogue_url) as opened:
        yield opened


def test_an_article_is_created_once_and_then_corrected(cms: Cms, catalogue: Catalogue) -> None:
    created = cms.put("/v1/articles/talks?reason=first%20edition", TALKS)
    again = cms.put("/v1/articles/talks", TALKS)
    corrected = cms.put("/v1/articles/talks", {**TALKS, "title": "Talks in Bern"})

    assert [one.status_code for one in (created, again, corrected)] == [201, 200, 200]
    assert [said(one)["change"] for one in (created, again, corrected)] == [
        "created",
        "unchanged",
        "corrected",
    ]
    assert [said(one)["event"] for one in (created, again, corrected)] == [1, 1, 2]
    assert created.headers["ETag"] == again.headers["ETag"] != corrected.headers["ETag"]
    assert said(created)["etag"] == created.headers["ETag"]
    assert cms.events() == [
        (1, "talks", "token:cms", "first edition"),
        (2, "talks", "token:cms", ""),
    ]
    assert catalogue.article("talks").title == "Talks in Bern"  # type: ignore[union-attr]


def test_an_acknowledgement_says_all_that_there_is(cms: Cms) -> None:
    answer = cms.put("/v1/articles/talks", {**TALKS, "mood": "calm", "id": "talks"})

    assert said(answer) == {
        "article": "talks",
        "event": 1,
        "etag": answer.headers["ETag"],
        "status": "published",
        "change": "created",
        "visible": False,
        "picks_id": None,
        "picks": None,
        "changed_lists": None,
        "purge": ["article-talks", *RUNGS],
        "ignored_keys": ["mood"],
    }


def test_what_left_a_rung_is_purged_there_too_also_when_it_is_asked_again(cms: Cms) -> None:
    cms.put("/v1/articles/talks", TALKS)
    moved = {**TALKS, "tags": ["China Trade"], "section": None}

    for _ in range(2):
        keys = said(cms.put("/v1/articles/talks", moved))["purge"]
        assert sorted(keys) == sorted(["article-talks", "latest-tag-china-trade", *RUNGS])


def test_retracting_and_restoring(cms: Cms, catalogue: Catalogue) -> None:
    cms.put("/v1/articles/talks", TALKS)

    def status() -> Status:
        return catalogue.article("talks").status  # type: ignore[union-attr]

    for verb, change, number in (
        ("restore", "unchanged", 1),
        ("retract", "retracted", 2),
        ("retract", "unchanged", 2),
        ("restore", "restored", 3),
        ("restore", "unchanged", 3),
    ):
        answer = said(cms.post(f"/v1/articles/talks/{verb}?reason=why"))
        assert (answer["change"], answer["event"]) == (change, number)
        assert answer["status"] == status()
        assert "ignored_keys" not in answer
    assert [event[0] for event in cms.events()] == [1, 2, 3]
    assert catalogue.article("talks").title == TALKS["title"]  # type: ignore[union-attr]


def test_a_draft_that_was_retracted_is_restored_as_a_draft(cms: Cms) -> None:
    cms.put("/v1/articles/secret", {**TALKS, "status": "draft"})
    cms.post("/v1/articles/secret/retract")

    assert said(cms.post("/v1/articles/secret/restore"))["status"] == "draft"


def test_what_was_imported_as_retracted_is_restored_as_published(cms: Cms) -> None:
    cms.put("/v1/articles/old", {**TALKS, "status": "retracted"})

    assert said(cms.post("/v1/articles/old/restore"))["status"] == "published"


def test_embargoes_and_the_far_future_are_taken(cms: Cms, catalogue: Catalogue) -> None:
    late = {**TALKS, "published_at": "9999-12-31T23:59:59Z", "embargoed_until": "9999-12-31"}

    assert cms.put("/v1/articles/late", late).status_code == 201
    assert catalogue.article("late").published_at.year == 9999  # type: ignore[union-attr]


@pytest.mark.parametrize("article_id", [NASTY, "a//b/", "x/retract", "100% & +?#", "ключ", "."])
def test_every_id_can_be_asked_for_in_the_query(cms: Cms, article_id: str) -> None:
    query = {"id": article_id}

    assert cms.send("PUT", "/v1/articles", query_string=query, json=TALKS).status_code == 201
    read = cms.send("GET", "/v1/articles", query_string=query)
    assert said(read)["article"]["id"] == article_id
    for verb in ("retract", "restore"):
        answer = cms.send("POST", f"/v1/articles/{verb}", query_string=query)
        assert said(answer)["article"] == article_id


@pytest.mark.parametrize("article_id", ["a//b/", "x/retract", "retract", NASTY, "ключ"])
def test_ids_in_the_path(cms: Cms, article_id: str) -> None:
    path = f"/v1/articles/{article_id.replace('?', '%3F').replace('%20', ' ')}"

    assert said(cms.put(path, TALKS))["article"] == article_id
    assert said(cms.post(f"{path}/retract"))["article"] == article_id


def test_an_article_is_read_as_it_is_stored(cms: Cms) -> None:
    image = {"url": "/a.jpg", "alt": "Geneva", "width": 4}
    put = cms.put("/v1/articles/talks", {**TALKS, "image": image, "published_at": "2024-05-01"})

    read = cms.send("GET", "/v1/articles/talks")

    assert read.headers["ETag"] == put.headers["ETag"] == said(read)["etag"]
    assert said(read)["event"] == 1
    article = said(read)["article"]
    assert article == {
        "id": "talks",
        "title": "Talks in Geneva",
        "summary": "",
        "body": "Ministers met.",
        "tags": ["Russia"],
        "section": "News",
        "authors": [],
        "language": None,
        "url": None,
        "image": {**image, "caption": "", "credit": "", "height": None},
        "status": "published",
        "published_at": "2024-05-01T00:00:00Z",
        "updated_at": None,
        "embargoed_until": None,
    }
    assert said(cms.put("/v1/articles/talks", article))["change"] == "unchanged"


def test_conditions(cms: Cms) -> None:
    path, other = "/v1/articles/talks", {**TALKS, "title": "Other"}

    missing = problem(cms.put(path, TALKS, If_Match="*"))
    assert (missing["status"], missing["etag"]) == (412, None)
    first = cms.put(path, TALKS, If_None_Match="*").headers["ETag"]
    there = cms.put(path, other, If_None_Match="*")
    assert (there.status_code, problem(there)["etag"]) == (412, first)
    assert there.headers["ETag"] == first

    second = cms.put(path, other, If_Match=f'"7-abc", {first}').headers["ETag"]
    late = cms.put(path, {**TALKS, "title": "Third"}, If_Match=first)
    assert (late.status_code, problem(late)["etag"]) == (412, second)
    assert cms.post(f"{path}/retract", If_Match=first).status_code == 412
    assert cms.post(f"{path}/retract", If_Match=f"W/{second}").status_code == 412
    assert cms.post(f"{path}/retract", If_Match="*").status_code == 200
    assert len(cms.events()) == 3


def test_a_request_that_was_carried_out_may_be_sent_again_with_its_condition(cms: Cms) -> None:
    path, other = "/v1/articles/talks", {**TALKS, "title": "Other"}
    first = cms.put(path, TALKS).headers["ETag"]
    cms.put(path, other, If_Match=first)

    assert said(cms.put(path, other, If_Match=first))["change"] == "unchanged"


def test_of_many_who_publish_at_once_one_is_first(cms: Cms) -> None:
    first = cms.put("/v1/articles/talks", TALKS).headers["ETag"]
    codes: list[int] = []

    def correct(number: int) -> None:
        wanted = {**TALKS, "title": f"Edition {number}"}
        codes.append(cms.put("/v1/articles/talks", wanted, If_Match=first).status_code)

    threads = [threading.Thread(target=correct, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [200, 412, 412, 412, 412, 412]
    assert len(cms.events()) == 2


def test_unknown_articles_are_named(cms: Cms) -> None:
    for method, path in (
        ("GET", "/v1/articles/none"),
        ("POST", "/v1/articles/none/retract"),
        ("POST", "/v1/articles/none/restore"),
    ):
        found = problem(cms.send(method, path))
        assert (found["status"], found["type"]) == (404, "urn:morefrom:problem:unknown-article")
        assert "'none'" in found["detail"]
    assert cms.post("/v1/articles/none/retract", If_Match="*").status_code == 412
    assert cms.events() == []
