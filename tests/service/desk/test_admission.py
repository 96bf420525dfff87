"""Nobody gets in without a token that is in force, wherever the request goes."""

import re

import pytest

from recommender.workflows import tokens
from tests.service.desk.conftest import Cms, problem, said

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PATH = "/v1/articles/talks"


def paths(cms: Cms) -> set[str]:
    """Return an address of each route of the CMS; `test_access` walks those for people."""
    pages = {rule.rule for rule in cms.app.url_map.iter_rules() if rule.rule.startswith("/desk")}
    rules = {rule.rule for rule in cms.app.url_map.iter_rules()} - pages - {"/"}
    return {re.sub(r"<[^>]*>", "talks", rule) for rule in rules}


def test_every_address_and_method_needs_a_token(cms: Cms) -> None:
    everywhere = paths(cms) | {
        "/nowhere",
        "/desks/",
        "/v1/articles/talks/delete",
        "/static/x",
        "/v1//",
    }
    assert len(paths(cms)) >= 7

    for path in everywhere:
        for method in METHODS:
            if (path, method) in {("/healthz", "GET"), ("/healthz", "HEAD")}:
                continue
            response = cms.client.open(path, method=method)
            assert response.status_code == 401, (method, path)
            assert response.headers["WWW-Authenticate"] == 'Bearer realm="morefrom"'
            if method != "HEAD":
                assert problem(response)["type"] == "urn:morefrom:problem:no-token"
    assert cms.events() == []


def test_health_needs_none(cms: Cms) -> None:
    response = cms.client.get("/healthz")

    assert (response.status_code, said(response)) == (200, {"status": "ok"})


def test_wrong_tokens_are_told_what_missing_ones_are_told(cms: Cms) -> None:
    other = tokens.create(cms.settings, "other", "anna")
    tokens.revoke(cms.settings, "other", "anna")
    missing = cms.client.put(PATH, json={"title": "a"})

    for value in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {cms.secret}",
        f"Bearer {cms.secret[:-1]}",
        f"Bearer {cms.secret}x",
        f"Bearer  {cms.secret}",
        f"Bearer {cms.secret.swapcase()}",
        f"Bearer mf_{'A' * 43}",
        f"Bearer {other}",
        f"Bearer {cms.secret}, Bearer {cms.secret}",
        f"Bearer {'x' * 100_000}",
        "Bearer \xff\xfe",
        cms.secret,
    ):
        wrong = cms.client.put(PATH, json={"title": "a"}, headers={"Authorization": value})
        assert (wrong.status_code, wrong.data) == (401, missing.data)
        assert dict(wrong.headers) == dict(missing.headers)
    assert cms.events() == []


def test_a_token_is_worthless_from_the_next_request_on(cms: Cms) -> None:
    assert cms.put(PATH, {"title": "a"}).status_code == 201

    tokens.revoke(cms.settings, "cms", "ben")

    assert cms.put(PATH, {"title": "b"}).status_code == 401
    assert len(cms.events()) == 1


def test_the_scheme_is_spelt_as_one_likes(cms: Cms) -> None:
    headers = {"Authorization": f"bEARER {cms.secret}"}

    assert cms.client.put(PATH, json={"title": "a"}, headers=headers).status_code == 201


def test_nothing_of_a_token_is_logged(cms: Cms, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    cms.put(PATH, {"title": "a"})
    cms.client.put(PATH, headers={"Authorization": f"Bearer {cms.secret[:-1]}"})

    assert cms.secret[3:-1] not in caplog.text
    assert "Bearer" not in caplog.text
