"""The web component's file: small, cached, the same for everyone; what it does, a browser tells."""

import pytest
from flask.testing import FlaskClient

from tests.service.test_related import problem

MAX_BYTES = 3_000


def test_script_is_small_as_it_is_served(client: FlaskClient) -> None:
    response = client.get("/embed.js")

    assert response.content_type == "text/javascript; charset=utf-8"
    assert 0 < len(response.data) <= MAX_BYTES


def test_script_never_takes_text_for_markup(client: FlaskClient) -> None:
    text = client.get("/embed.js").text

    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "write(", "eval", "Function("):
        assert word not in text


def test_headers_let_every_page_use_and_every_cache_keep_it(client: FlaskClient) -> None:
    headers = dict(client.get("/embed.js").headers)

    assert headers.pop("ETag").startswith('"')
    assert int(headers.pop("Content-Length")) > 0
    assert headers == {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=86400",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }


def test_browser_that_has_it_is_told_so(client: FlaskClient) -> None:
    etag = client.get("/embed.js").headers["ETag"]

    assert client.get("/embed.js", headers={"If-None-Match": etag}).status_code == 304
    assert client.head("/embed.js").headers["ETag"] == etag


def test_version_that_a_content_system_appends_changes_nothing(client: FlaskClient) -> None:
    assert client.get("/embed.js?ver=6.8&ver=").data == client.get("/embed.js").data


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
def test_nothing_but_get_and_head(client: FlaskClient, method: str) -> None:
    assert problem(client.open("/embed.js", method=method))["status"] == 405
