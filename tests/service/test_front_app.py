"""The app keeps the promise on which the answer cache relies: fronted, it shows what it would."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from recommender.domain.article import Status
from service.public import app as public_app
from service.public.front import Front
from tests.service.newsroom import NOON, article, open_newsroom, seven
from tests.service.test_front import MB, is_hit, said

HOUR_US = 3_600_000_000
QUESTIONS = (
    "/v1/related?id=russia-1&limit=3",
    "/v1/related?limit=3&id=russia-1",
    "/v1/related?id=russia-1&limit=3&placement=more-from",
    "/v1/related?url=https://post.example/r3",
    "/v1/related?id=nobody",
    "/v1/related?id=china-1&exclude=russia-1&exclude=china-2",
    "/v1/related?id=china-1&exclude=china-2&exclude=russia-1",
    "/v1/related/batch?id=russia-1&id=nobody",
    "/v1/related/batch?id=nobody&id=russia-1",
    "/v1/articles/china-1/related",
    "/v1/articles/china-1/related.html",
    "/v1/articles/fresh/related?limit=99",
    "/v1/related.html?id=fresh",
)


class Clock:
    """Stands for the module `time` in the app, and for the clock of the front."""

    def __init__(self) -> None:
        self.now_us = int(NOON.timestamp()) * 1_000_000

    def time_ns(self) -> int:
        return self.now_us * 1000


class Desk:
    """One newsroom, its app, and the app behind the front; both with one clock."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self.newsroom = open_newsroom(home)
        self.clock = clock
        self.versions = [self.newsroom.train(seven()), self.newsroom.train(seven()[:-2])]
        self.newsroom.serve(self.versions[0])
        app = self.newsroom.app()
        self.client: FlaskClient = app.test_client()
        front = Front(app, app.extensions["morefrom.live"], MB, clock.time_ns)
        self.front = Client(front)

    def turn(self, step: Any) -> None:
        """Move the clock, or the pointer to a version with some articles changed since."""
        if isinstance(step, int):
            self.clock.now_us += step
        else:
            version, changed = step
            self.newsroom.serve(self.versions[version], changed)

    def forget(self) -> None:
        """Serve the first version at noon, and have the front forget what it kept."""
        self.clock.now_us = Clock().now_us
        for version in (1, 0):
            self.turn((version, []))
            self.front.get("/healthz")

    def both(self, path: str, **asked: Any) -> tuple[TestResponse, TestResponse]:
        return self.client.open(path, **asked), self.front.open(path, **asked)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public_app, "time", clock)
        yield Desk(tmp_path_factory.mktemp("fronted"), clock)


SOON = article("fresh", "Russia", hours_ago=-2)
TORN = article("russia-2", "Russia", status=Status.RETRACTED)
LATE = article("russia-3", "Russia", embargoed_until=NOON + timedelta(hours=30))
changes = st.lists(st.sampled_from([SOON, TORN, LATE]), unique_by=lambda one: one.id, max_size=2)
moves = st.one_of(
    st.sampled_from([-25 * HOUR_US, -1, 1, 59_000_000, HOUR_US, 24 * HOUR_US]),
    st.tuples(st.sampled_from([0, 1]), changes),
)
asks = st.tuples(st.sampled_from(QUESTIONS), st.sampled_from(["GET", "HEAD"]), st.booleans())


def shown(response: TestResponse) -> tuple[str, list[tuple[str, str]], str]:
    """Return all of an answer but by which events it was made."""
    status, headers, body = said(response)
    told = [header for header in headers if header[0] != "ETag"]
    return status, told, re.sub(r'"picks_id":"[^"]*"', "", body.decode())


@given(steps=st.lists(st.one_of(asks, asks, asks, moves), max_size=25))
@settings(max_examples=25, deadline=None)
def test_the_app_behind_the_front_shows_what_it_would_by_itself(
    desk: Desk, steps: list[Any]
) -> None:
    for step in steps:
        if isinstance(step, tuple) and len(step) == 3:
            path, method, is_conditional = step
            alone, fronted = desk.both(path, method=method)
            assert shown(fronted) == shown(alone), path
            for client, full in ((desk.client, alone), (desk.front, fronted)):
                if is_conditional and "ETag" in full.headers:
                    tags = f'"other", {full.headers["ETag"]}'
                    answer = client.open(path, method=method, headers={"If-None-Match": tags})
                    assert (answer.status_code, answer.data) == (304, b"")
                    assert answer.headers["ETag"] == full.headers["ETag"]
        else:
            desk.turn(step)


@pytest.mark.parametrize("path", [one for one in QUESTIONS if "limit=99" not in one])
def test_every_answer_is_kept(desk: Desk, path: str) -> None:
    desk.forget()

    assert [is_hit(desk.front.get(path)) for _ in range(2)] == [False, True]


def test_the_server_writes_the_date(desk: Desk) -> None:
    assert "Date" not in desk.client.get(QUESTIONS[0]).headers


def test_a_swap_is_seen_by_who_is_answered_from_the_cache(desk: Desk) -> None:
    path = "/v1/related?id=russia-1&limit=6"
    desk.turn((0, []))
    desk.front.get(path)
    assert is_hit(desk.front.get(path))

    desk.turn((0, [TORN]))

    assert "russia-2" not in desk.front.get(path).text


def test_what_a_publication_leaves_alone_is_given_again(desk: Desk) -> None:
    """What is on China has nothing to do with Russia; an answer about nobody may be anybody's."""
    desk.forget()
    paths = {
        "/v1/related?id=china-1&limit=1": True,
        "/v1/related/batch?id=china-1&limit=1": True,
        "/v1/related?id=russia-1&limit=1": False,
        "/v1/related?id=nobody": False,
        "/v1/related?id=china-1&limit=1&tag=china": False,
    }
    for path in paths:
        desk.front.get(path)

    desk.turn((0, [TORN]))

    assert {path: is_hit(desk.front.get(path)) for path in paths} == paths
