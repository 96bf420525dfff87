"""Whatever is wrong with a request is named in one sentence, and nothing is stored."""

import json
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.readers.values import MAX_LABELS
from recommender.workflows.deciding import MAX_REASON_CHARS
from service.desk.reading import MAX_BODY_BYTES
from tests.service.desk.conftest import Cms, problem, said

PATH = "/v1/articles/talks"
TALKS = {"title": "Talks"}
KIND = "urn:morefrom:problem:"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b'{"title": "caf\xe9"}', "not UTF-8 at byte 15"),
        (b'\xff\xfe{"t', "not UTF-8 at byte 1"),
        (b'{"title": "Talks"', "line 1 column"),
        (b'{"title": "a", "title": "b"}', "'title' stands twice"),
        (b'{"title": NaN}', "NaN"),
        (b'["title"]', "a list of 1, expected one JSON object"),
        (b'"title"', "expected one JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": ' + b"9" * 10_000 + b"}", "not JSON"),
    ],
)
def test_bodies_that_cannot_be_read(cms: Cms, body: bytes, words: str) -> None:
    found = problem(cms.send("PUT", PATH, data=body, content_type="application/json"))

    assert (found["status"], found["type"]) == (400, f"{KIND}unreadable-body")
    assert words in found["detail"]
    assert found["detail"].startswith("The request body is ")
    assert cms.events() == []


@pytest.mark.parametrize(
    ("article", "field", "words"),
    [
        ({}, "body", "text in title, summary or body"),
        ({"title": 5}, "title", "expected text or null"),
        ({"title": "a", "id": "another"}, "id", "the id of the address, 'talks', or none"),
        ({"title": "a", "id": ["talks"]}, "id", "a list of 1"),
        ({"title": "a", "tags": ["t"] * 10_000}, "tags", f"expected at most {MAX_LABELS} entries"),
        ({"title": "a", "tags": "Russia"}, "tags", "a list of texts"),
        ({"title": "a", "tags": ["x" * 201]}, "tags", "200 characters"),
        ({"title": "a", "url": "javascript:alert(1)"}, "url", "an http or https address"),
        ({"title": "a", "image": {"url": "javascript:x"}}, "image.url", "an http or https"),
        ({"title": "a", "url": "//evil.example"}, "url", "begins with one slash"),
        ({"title": "a", "published_at": "10000-01-01"}, "published_at", "ISO 8601"),
        ({"title": "a", "published_at": "9999-12-31T23:59:59-01:00"}, "published_at", "ISO 8601"),
        ({"title": "a", "status": "deleted"}, "status", "published, draft, retracted"),
        ({"title": "\ud800"}, "title", "surrogate"),
        ({"title": "a" + "\u0301" * 40}, "title", "combining marks"),
        ({"body": "x" * 10_000_001}, "body", "at most 10,000,000 characters"),
        ({"title": "<script>alert(1)</script>"}, "body", "text in title, summary or body"),
    ],
)
def test_articles_that_are_none(cms: Cms, article: dict[str, Any], field: str, words: str) -> None:
    found = problem(cms.put(PATH, article))

    assert (found["status"], found["type"]) == (422, f"{KIND}invalid-article")
    assert [error["field"] for error in found["errors"]] == [field]
    assert words in found["errors"][0]["detail"]
    assert found["errors"][0]["detail"] in found["detail"]
    assert cms.events() == []


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("", {}),
        ("application/json", {"Content-Encoding": "gzip"}),
    ],
)
def test_other_types_of_body(cms: Cms, kind: str, more: dict[str, str]) -> None:
    found = problem(cms.send("PUT", PATH, more, data=json.dumps(TALKS), content_type=kind))

    assert found["status"] == 415
    assert "application/json" in found["detail"]


def test_a_body_may_be_large_and_not_larger(cms: Cms) -> None:
    large = {"title": "Talks", "body": "A word. " * 1_249_999}
    assert cms.put(PATH, large).status_code == 201

    content = b'{"title": "' + b"x" * MAX_BODY_BYTES
    found = problem(cms.send("PUT", PATH, data=content, content_type="application/json"))
    assert (found["status"], found["title"]) == (413, "Request Entity Too Large")
    assert len(cms.events()) == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("reason=a&reason=b", "“reason”"),
        ("raeson=a", "“raeson”"),
        ("id=talks", "“id”"),
        ("reason=%ff", "“reason”"),
        ("reason=%zz", "“reason”"),
        (f"reason={'x' * (MAX_REASON_CHARS + 1)}", "at most 1,000 characters"),
        ("&".join(f"p{n}=1" for n in range(2_000)), "at most 100 parameters"),
    ],
)
def test_parameters(cms: Cms, query: str, words: str) -> None:
    for method, path in (("PUT", PATH), ("POST", f"{PATH}/retract")):
        more = {"json": TALKS} if method == "PUT" else {}
        found = problem(cms.send(method, f"{path}?{query}", **more))
        assert (found["status"], found["type"]) == (400, f"{KIND}invalid-parameter")
        assert words in found["detail"]
    assert cms.events() == []


@pytest.mark.parametrize(
    "article_id",
    ["%00", "a%00b", "%20a", "a%20", "a%0Ab", "%FF", "%ED%A0%80", "x" * 513, "%E2%80%8B"],
)
def test_ids_that_are_none(cms: Cms, article_id: str) -> None:
    path = unquote_to_bytes(f"/v1/articles/{article_id}").decode("latin-1")
    by_path = problem(cms.send("PUT", "/", json=TALKS, environ_overrides={"PATH_INFO": path}))
    by_query = problem(cms.put(f"/v1/articles?id={article_id}", TALKS))

    for found in (by_path, by_query):
        assert (found["status"], found["type"]) == (400, f"{KIND}invalid-parameter")
        assert "“id”" in found["detail"]
    assert cms.events() == []


def test_an_id_must_be_given_once(cms: Cms) -> None:
    for path in ("/v1/articles", "/v1/articles?id=", "/v1/articles?id=a&id=b"):
        assert "“id”" in problem(cms.put(path, TALKS))["detail"]
    assert problem(cms.put("/v1/articles/", TALKS))["status"] == 404
    assert problem(cms.post("/v1/articles//retract"))["status"] == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("If-Match", ""),
        ("If-Match", '"' + "x" * 5_000 + '"'),
        ("If-None-Match", '"1-abc"'),
        ("If-None-Match", ""),
    ],
)
def test_conditions_that_cannot_be_read_are_not_passed_over(
    cms: Cms, name: str, value: str
) -> None:
    found = problem(cms.send("PUT", PATH, {name: value}, json=TALKS))

    assert found["status"] == 400
    assert f"“{name}”" in found["detail"]
    assert cms.events() == []


def test_bodies_where_none_belong(cms: Cms) -> None:
    for method, path in (("POST", f"{PATH}/retract"), ("POST", f"{PATH}/restore"), ("GET", PATH)):
        found = problem(cms.send(method, path, data=b"{}"))
        assert (found["status"], found["type"]) == (400, f"{KIND}unreadable-body")
        assert method in found["detail"]


def test_addresses_and_methods_that_are_none(cms: Cms) -> None:
    assert problem(cms.send("GET", "/nowhere"))["detail"] == "There is nothing at this address."
    wrong = cms.send("DELETE", PATH)
    assert problem(wrong)["status"] == 405
    assert wrong.headers["Allow"] == "GET, HEAD, PUT"


def test_script_and_markup_become_text(cms: Cms) -> None:
    caption = '<b onclick="x()">A</b> quay & <img src=x onerror=alert(1)>boats'
    article = {
        "title": "Talks <script>alert(1)</script>in <i>Bern</i>",
        "body": '<p>One</p><a href="javascript:alert(1)">two</a>',
        "image": {"url": "/a.jpg", "caption": caption},
        "tags": ["<Russia>"],
    }

    assert cms.put(PATH, article).status_code == 201

    stored = said(cms.send("GET", PATH))["article"]
    assert stored["title"] == "Talks in Bern"
    assert stored["body"].split() == ["One", "two"]
    assert stored["image"]["caption"] == "A quay & boats"
    assert stored["tags"] == ["<Russia>"]
    with Catalogue.open(cms.settings.catalogue_url) as catalogue:
        assert catalogue.article("talks").links == ()  # type: ignore[union-attr]


def test_half_a_character_in_a_key_is_no_fault_of_ours(cms: Cms) -> None:
    answer = cms.put(PATH, {"title": "a", "\ud800<b>": 1})

    assert (answer.status_code, said(answer)["ignored_keys"]) == (201, ["?<b>"])


def test_keys_of_no_use_are_named_and_bounded(cms: Cms) -> None:
    many = {"title": "a", **{f"{'k' * 200}{n}": 1 for n in range(500)}}

    ignored = said(cms.put(PATH, many))["ignored_keys"]

    assert len(ignored) == 100
    assert max(map(len, ignored)) == 80


def test_a_fault_of_ours_is_told_without_its_words(
    cms: Cms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        told = "ink"
        raise ZeroDivisionError(told)

    monkeypatch.setattr(cms.app.extensions["morefrom.publisher"], "put", fail)

    found = problem(cms.put(PATH, {"title": "top secret"}))

    assert (found["status"], "ink" in found["detail"]) == (500, False)
    assert "ink" in caplog.text
    assert "top secret" not in caplog.text
    assert cms.secret not in caplog.text
