"""Several questions at once: the same answers, in order, and a problem where there is none."""

import json

from flask.testing import FlaskClient

from tests.service.newsroom import Newsroom, seven


def test_answers_come_in_the_order_of_the_questions(client: FlaskClient) -> None:
    response = client.get("/v1/related/batch?id=russia-2&id=russia-1&id=russia-2&limit=2")

    assert response.status_code == 200
    alone = [
        json.loads(client.get(f"/v1/related?id={one}&limit=2").data)
        for one in ("russia-2", "russia-1", "russia-2")
    ]
    assert json.loads(response.data) == {"answers": alone}
    assert response.headers["ETag"]
    assert response.headers["Cache-Control"].startswith("public, max-age=")


def test_what_is_no_article_keeps_its_place(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train(seven()))
    client = newsroom.client(unknown_article="404")

    answers = json.loads(client.get("/v1/related/batch?id=%20a&id=russia-1&id=nobody").data)[
        "answers"
    ]

    assert [answer.get("status") for answer in answers] == [400, None, 404]
    assert answers[0]["errors"][0]["parameter"] == "id"
    assert answers[1]["query"]["id"] == "russia-1"


def test_too_many_too_few_and_what_is_common_are_refused(client: FlaskClient) -> None:
    many = "&".join(f"id={number}" for number in range(21))
    for query, parameter in (
        ("", "id"),
        (many, "id"),
        ("id=a&limit=0", "limit"),
        ("url=/a", "url"),
    ):
        response = client.get(f"/v1/related/batch?{query}")
        assert response.status_code == 400
        named = [fault["parameter"] for fault in json.loads(response.data)["errors"]]
        assert parameter in named
