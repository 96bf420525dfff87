"""The route that sites call: its JSON, its headers, and what it says to those who ask wrongly."""

import json
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recommender.domain.article import Article, Status
from recommender.domain.corpus import epoch_us
from recommender.domain.picks_id import PicksInputs
from service.public import app as public_app
from tests.service.newsroom import NASTY, Newsroom, article, seven

HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


def ids(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.text
    return [item["id"] for item in json.loads(response.data)["items"]]


def problem(response: TestResponse) -> dict[str, object]:
    assert response.content_type == "application/problem+json"
    assert "Traceback" not in response.text
    held: dict[str, object] = json.loads(response.data)
    assert held.keys() >= {"type", "title", "status", "detail"}
    assert held["status"] == response.status_code
    return held


def test_answer_is_what_the_contract_says(client: FlaskClient, served: Newsroom) -> None:
    answer = json.loads(client.get("/v1/related?id=russia-1&limit=2").data)

    assert list(answer) == [
        *("picks_id", "query", "label", "placement", "model"),
        *("requested", "returned", "fallback_used", "complete", "items"),
    ]
    assert answer["query"] == {
        "id": "russia-1",
        "url": None,
        "title": "About russia-1",
        "tags": ["Russia", "Sanctions"],
    }
    assert answer["label"] == "More from The Test Post"
    assert answer["placement"] == "more-from"
    (version,) = [path.name for path in served.settings.versions_dir.iterdir()]
    assert answer["model"] == {
        "version": version,
        "trained_at": "2024-05-01T12:00:00Z",
        "data_through": "2024-05-01T12:00:00Z",
    }
    assert (answer["requested"], answer["returned"], answer["fallback_used"]) == (2, 2, False)
    assert answer["items"][0] == {
        "rank": 1,
        "id": "russia-2",
        "url": None,
        "title": "About russia-2",
        "summary": "",
        "image": {
            "url": "/images/ship.svg",
            "alt": "A ship",
            "caption": "A ship leaves.",
            "credit": "Test Post",
            "width": 1200,
            "height": 800,
        },
        "published_at": "2024-05-01T10:00:00Z",
        "section": "News",
        "tags": ["Russia", "Sanctions"],
        "language": None,
        "score": answer["items"][0]["score"],
        "origin": "model",
        "slot": "closest",
        "rung": None,
        "reason": answer["items"][0]["reason"],
    }
    assert answer["items"][0]["reason"].keys() == {"code", "label"}
    assert 0.7 <= answer["items"][0]["score"] <= 1  # the similarity is 1, the rest is freshness
    assert list(answer["items"][0]) == [
        *("rank", "id", "url", "title", "summary", "image", "published_at"),
        *("section", "tags", "language", "score", "origin", "slot", "rung", "reason"),
    ]


def test_what_the_model_does_not_fill_comes_from_the_ladder_without_score(
    client: FlaskClient,
) -> None:
    answer = json.loads(client.get("/v1/related?id=china-1").data)

    origins = [(item["rank"], item["origin"], item["score"] is None) for item in answer["items"]]
    assert origins == [(1, "model", False)] + [(rank, "fallback", True) for rank in (2, 3, 4)]
    assert answer["fallback_used"] is True


def test_unknown_placement_names_those_that_there_are(client: FlaskClient) -> None:
    held = problem(client.get("/v1/related?id=russia-1&placement=side"))

    assert held["status"] == 400
    assert held["detail"] == "Parameter “placement” is 'side', expected one of more-from."


def test_each_item_tells_its_slot_and_its_rung(client: FlaskClient) -> None:
    items = json.loads(client.get("/v1/related?id=russia-1&limit=6").data)["items"]

    assert {item["slot"] for item in items} <= {"closest", "latest", "background"}
    for item in items:
        assert (item["rung"] is not None) == (item["origin"] == "fallback")
        assert item["rung"] in {None, "tag", "section", "recent"}


def test_all_ways_of_asking_for_an_article_give_the_same_bytes(client: FlaskClient) -> None:
    answers = {
        client.get(address).data
        for address in (
            "/v1/articles/russia-3/related",
            "/v1/articles/russia-3/related?limit=4",
            "/v1/related?id=russia-3",
            "/v1/related?limit=4&id=russia-3",
            "/v1/related?id=russia-3&placement=more-from",
            "/v1/related?url=https://post.example/r3",
            f"/v1/related?url={quote('HTTP://Post.Example:80/r3/?utm_source=x#top', safe='')}",
        )
    }
    assert len(answers) == 1


@pytest.mark.parametrize("safe", ["", "/"])
def test_any_id_fits_into_a_path(client: FlaskClient, safe: str) -> None:
    by_path = client.get(f"/v1/articles/{quote(NASTY, safe=safe)}/related?limit=2")
    by_query = client.get(f"/v1/related?id={quote(NASTY, safe=safe)}&limit=2")

    assert ids(by_path) == ["russia-3", "russia-1"]
    assert by_path.data == by_query.data


@pytest.mark.parametrize(
    "article_id", ["/a", "a/", "a//b", "/", "..", "../../etc/passwd", "a/related", "a/related/b"]
)
def test_slashes_are_part_of_an_id(newsroom: Newsroom, article_id: str) -> None:
    held = [article(article_id, "Russia"), article("other", "Russia", hours_ago=2)]
    newsroom.serve(newsroom.train(held))

    answer = newsroom.client().get(f"/v1/articles/{quote(article_id, safe='')}/related")

    assert json.loads(answer.data)["query"]["id"] == article_id
    assert ids(answer) == ["other"]


def test_headers_are_these_and_no_others(client: FlaskClient) -> None:
    headers = client.get("/v1/related?id=russia-1").headers

    assert set(headers.keys()) == {*HEADERS, "Content-Length", "ETag"}
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_nothing_of_the_reader_changes_the_answer(client: FlaskClient) -> None:
    plain = client.get("/v1/related?id=russia-1")
    dressed = client.get(
        "/v1/related?id=russia-1",
        headers={
            "Cookie": "session=1",
            "Origin": "https://evil.example",
            "Accept": "text/html",
            "Accept-Language": "ru",
            "Range": "bytes=0-3",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Prefix": "/x",
            "X-Original-URL": "/healthz",
        },
    )

    assert (dressed.status_code, dressed.data) == (200, plain.data)
    assert dict(dressed.headers) | {"Date": ""} == dict(plain.headers) | {"Date": ""}


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    get, head = (method("/v1/related?id=russia-1") for method in (client.get, client.head))

    assert head.data == b""
    assert dict(head.headers) | {"Date": ""} == dict(get.headers) | {"Date": ""}


@pytest.mark.parametrize("form", ["{}", "W/{}", '"old", {}', "*"])
def test_a_cache_that_has_the_answer_is_told_so(client: FlaskClient, form: str) -> None:
    etag = client.get("/v1/related?id=russia-1").headers["ETag"]

    answer = client.get("/v1/related?id=russia-1", headers={"If-None-Match": form.format(etag)})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert answer.headers["Cache-Control"] == HEADERS["Cache-Control"]


def test_etag_is_strong_and_changes_with_what_is_shown(newsroom: Newsroom) -> None:
    version = newsroom.train(seven())
    newsroom.serve(version)
    client = newsroom.client()
    before = client.get("/v1/related?id=russia-1").headers["ETag"]
    untouched = client.get("/v1/related?id=china-1&limit=1").headers["ETag"]

    newsroom.serve(version, [article("russia-2", "Russia", hours_ago=2, title="Corrected")])
    after = client.get("/v1/related?id=russia-1", headers={"If-None-Match": before})

    assert before.startswith('"')
    assert after.status_code == 200
    assert "Corrected" in after.text
    assert client.get("/v1/related?id=china-1&limit=1").headers["ETag"] == untouched


def test_unknown_article_gets_recent_pieces_for_a_short_time(client: FlaskClient) -> None:
    response = client.get("/v1/related?id=not-yet-imported&limit=3")
    answer = json.loads(response.data)

    assert answer["query"] is None
    assert answer["fallback_used"] is True
    assert ids(response) == ["russia-1", "russia-2", "russia-3"]
    assert {item["origin"] for item in answer["items"]} == {"fallback"}
    assert "max-age=10," in response.headers["Cache-Control"]


def test_unknown_article_may_be_a_404(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train(seven()))
    client = newsroom.client(unknown_article="404")

    assert client.get("/v1/related?id=russia-1").status_code == 200
    for address in ("/v1/related?id=nobody", "/v1/related?url=/nowhere"):
        response = client.get(address)
        assert problem(response)["type"] == "urn:morefrom:problem:unknown-article"
        assert response.headers["Cache-Control"] == "public, max-age=10"


@pytest.mark.parametrize("status", [Status.RETRACTED, Status.DRAFT])
def test_retracted_article_is_neither_known_nor_shown(newsroom: Newsroom, status: Status) -> None:
    version = newsroom.train(seven())
    newsroom.serve(version)
    client = newsroom.client()
    assert "russia-2" in ids(client.get("/v1/related?id=russia-1"))

    newsroom.serve(version, [article("russia-2", "Russia", status=status)])

    assert "russia-2" not in client.get("/v1/related?id=russia-1&limit=20").text
    assert json.loads(client.get("/v1/related?id=russia-2").data)["query"] is None
    assert "russia-2" not in ids(client.get("/v1/related?id=russia-2&limit=20"))


def test_embargoed_article_is_unknown(newsroom: Newsroom) -> None:
    version = newsroom.train(seven())
    until = datetime(9999, 1, 1, tzinfo=UTC)
    newsroom.serve(version, [article("secret", "Russia", embargoed_until=until)])
    client = newsroom.client()

    assert json.loads(client.get("/v1/related?id=secret").data)["query"] is None
    assert "secret" not in ids(client.get("/v1/related?id=russia-1&limit=20"))


def test_article_from_the_future_is_not_shown_yet(newsroom: Newsroom) -> None:
    future = Article(id="tomorrow", title="T", published_at=datetime(9999, 1, 1, tzinfo=UTC))
    newsroom.serve(newsroom.train([*seven(), future]))

    assert "tomorrow" not in ids(newsroom.client().get("/v1/related?id=russia-1&limit=20"))


def test_no_article_is_not_an_error(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train([article("only", "Russia")]))
    answer = json.loads(newsroom.client().get("/v1/related?id=only").data)

    assert (answer["returned"], answer["items"]) == (0, [])


def test_picks_id_holds_the_inputs(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train(seven()))
    client = newsroom.client()
    answer = json.loads(client.get(f"/v1/related?id={quote(NASTY, safe='')}&limit=3").data)
    inputs = PicksInputs.decode(answer["picks_id"])
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    assert inputs == PicksInputs(
        version=answer["model"]["version"],
        last_event=0,
        since_us=epoch_us(today),
        placement="more-from",
        limit=3,
        key="id",
        value=NASTY,
        shown=inputs.shown,
    )
    assert re.fullmatch("[0-9a-f]{12}", inputs.shown)

    newsroom.serve(inputs.version, [article(NASTY, "Russia", hours_ago=7, title="New")])
    answer = json.loads(client.get(f"/v1/related?id={quote(NASTY, safe='')}").data)
    assert PicksInputs.decode(answer["picks_id"]).last_event == newsroom.last_event


def test_picks_id_of_an_unknown_page_holds_its_canonical_address(client: FlaskClient) -> None:
    address = quote("http://Post.example/new/?utm_medium=x", safe="")
    answer = json.loads(client.get(f"/v1/related?url={address}").data)

    inputs = PicksInputs.decode(answer["picks_id"])
    assert (inputs.key, inputs.value) == ("url", "https://post.example/new")


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/related", "id"),
        ("/v1/related?id=a&limit=0", "limit"),
        ("/v1/related?id=a&limit=21", "limit"),
        ("/v1/related?id=a&limit=1e3", "limit"),
        (f"/v1/related?id=a&limit={'9' * 5000}", "limit"),
        ("/v1/related?id=a&limit=%EF%BC%99", "limit"),
        ("/v1/related?id=a&limit=4&limit=5", "limit"),
        ("/v1/related?id=a&placement=side", "placement"),
        ("/v1/related?id=a&placement=", "placement"),
        ("/v1/related?id=a&placement=more-from&placement=more-from", "placement"),
        ("/v1/articles/a/related?placement=More-From", "placement"),
        ("/v1/related?id=a&utm_source=x", "utm_source"),
        ("/v1/related?id=a&url=/b", "url"),
        ("/v1/related?id=%00", "id"),
        ("/v1/related?id=%FF", "id"),
        (f"/v1/related?id={'x' * 513}", "id"),
        ("/v1/related?url=javascript:alert(1)", "url"),
        ("/v1/articles/a/related?limit=0", "limit"),
        ("/v1/articles/a/related?id=a", "id"),
        ("/v1/articles//related", "id"),
        ("/v1/articles/%20/related", "id"),
        ("/v1/articles/a%00/related", "id"),
        ("/v1/articles/a%0A/related", "id"),
        (f"/v1/articles/{'x' * 513}/related", "id"),
        ("/healthz?a=1", "a"),
        ("/readyz?a=1", "a"),
    ],
)
def test_malformed_request_is_a_problem_that_names_the_parameter(
    client: FlaskClient, address: str, parameter: str
) -> None:
    response = client.get(address)
    held = problem(response)

    assert response.status_code == 400
    assert held["type"] == "urn:morefrom:problem:invalid-parameter"
    assert parameter in [fault["parameter"] for fault in held["errors"]]  # type: ignore[attr-defined]
    assert f"“{parameter}”" in str(held["detail"])
    assert response.headers["Cache-Control"] == "public, max-age=10"
    assert len(response.data) < 1_500


def test_path_that_is_not_utf8_is_refused(client: FlaskClient) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": "/v1/articles/\xff/related"})

    assert problem(response)["status"] == 400


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/v1", "/v1/", "/V1/related", "/v1/related/", "/v1//related?id=a", "/healthz/"),
        *("/v1/articles/a", "/v1/articles/a/related/", "/v2/related?id=a", "/static/app.py"),
        *("/preview/a", "/images/x.svg", "/preview-assets/block.js", "/%2e%2e/etc/passwd"),
    ],
)
def test_what_is_not_there_is_a_404_problem(client: FlaskClient, address: str) -> None:
    assert problem(client.get(address))["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"])
@pytest.mark.parametrize("path", ["/v1/related", "/v1/articles/a/related", "/healthz", "/readyz"])
def test_nothing_but_get_and_head(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, data=b"x" * 1000)

    assert problem(response)["status"] == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_before_any_promotion_callers_are_asked_to_wait(newsroom: Newsroom) -> None:
    client = newsroom.client()

    for address in ("/v1/related?id=a", "/v1/articles/a/related", "/readyz"):
        response = client.get(address)
        assert problem(response)["status"] == 503
        assert response.headers["Retry-After"] == "5"
        assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/healthz").status_code == 200
    assert problem(client.get("/v1/related?id=a&limit=99"))["status"] == 400

    newsroom.serve(newsroom.train(seven()))
    assert client.get("/v1/related?id=russia-1").status_code == 200


def test_what_nobody_foresaw_is_a_problem_without_a_word_of_it(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        secret = "the secret of the app"
        raise ZeroDivisionError(secret)

    newsroom.serve(newsroom.train(seven()))
    client = newsroom.client()
    monkeypatch.setattr(public_app, "answer_question", fail)

    response = client.get("/v1/related?id=russia-1")

    assert problem(response)["status"] == 500
    assert "secret" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "ZeroDivisionError" in caplog.text
