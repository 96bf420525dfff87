"""`/docs`: one page, by itself, with all that the description says, and nothing that runs."""

import base64
import hashlib
import re

from flask.testing import FlaskClient

from tests.service.newsroom import Newsroom
from tests.service.payloads import PAYLOADS


def test_headers_are_these_and_no_others(client: FlaskClient) -> None:
    answer = client.get("/docs")

    assert set(answer.headers.keys()) == {
        *("Content-Type", "Content-Length", "Cache-Control", "ETag", "X-Robots-Tag"),
        *("Access-Control-Allow-Origin", "X-Content-Type-Options", "Content-Security-Policy"),
    }
    again = client.get("/docs", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_its_style_is_the_one_that_the_policy_allows(client: FlaskClient) -> None:
    answer = client.get("/docs")
    policy = answer.headers["Content-Security-Policy"]
    found = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert found

    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.text.count("<style") == 1
    assert "url(" not in found[1]
    assert " style=" not in answer.text


def test_it_shows_every_route_parameter_and_field(client: FlaskClient) -> None:
    page, document = client.get("/docs").text, client.get("/openapi.json").json
    assert document is not None

    shown = set(re.findall(r"<code>([^<]+)</code>", page))

    assert document["paths"].keys() <= shown
    assert {one["name"] for one in document["components"]["parameters"].values()} <= shown
    assert {"items", "model.trained_at", "image.width", "errors[].parameter"} <= shown
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_it_fetches_and_runs_nothing(client: FlaskClient) -> None:
    page = client.get("/docs").text

    assert not re.findall(r"<script|<img|<link|<iframe|<form|\son\w+=", page)
    assert set(re.findall(r'href="([^#"]+)"', page)) == {"/openapi.json"}


def test_a_sites_name_is_shown_letter_by_letter(served: Newsroom) -> None:
    for payload in PAYLOADS:
        page = served.client(site_name=payload[:100]).get("/docs").text

        heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
        assert heading
        assert not re.search("<|>", heading[1])
        assert page.count("<script") == 0
