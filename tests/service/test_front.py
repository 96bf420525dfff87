"""The answer cache gives what the app would have given: the same status, headers and bytes."""

import gc
import hashlib
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from service.public.front import IN_ORDER, KEEP, Front, Keep
from service.public.kept import MOST_SNAPSHOTS, SHARE_OF_ONE, Kept, Ready

MB = 1024**2
HOUR_US = 3_600_000_000
NAMES = ("a", "b", "c")


class Snapshot:
    """Stands for a version, and for what an overlay says of a few names."""

    def __init__(self, name: str, **values: int) -> None:
        self.name = name
        self.values = values


@dataclass
class Desk:
    """Stands for the worker's snapshot and the clock, both moved by hand; counts the questions."""

    held: Snapshot | None = field(default_factory=lambda: Snapshot("first"))
    now_us: int = 100 * HOUR_US
    n_asked: int = 0

    def snapshot(self) -> Snapshot | None:
        return self.held

    def changed(self, former: Snapshot | None, snapshot: Snapshot | None) -> set[str] | None:
        """Return which names have other values; None for another version."""
        if former is None or snapshot is None or former.name != snapshot.name:
            return None
        return {name for name in NAMES if former.values.get(name) != snapshot.values.get(name)}

    def now_ns(self) -> int:
        return self.now_us * 1000


def flask_app(desk: Desk) -> Flask:
    """Return an app whose answers change by the hour, and with the snapshot."""
    app = Flask(__name__)

    def answer(what: str = "") -> Response:
        desk.n_asked += 1
        hour, snapshot = desk.now_us // HOUR_US, desk.held
        if "fault" in request.args or snapshot is None:
            return Response('{"type": "about:blank"}', 400)
        pieces = [piece for piece in request.query_string.decode().split("&") if piece]
        if request.path != IN_ORDER:
            pieces.sort()
        names = tuple(name for name in NAMES if f"id={name}" in pieces)
        told = [snapshot.values.get(name) for name in names]
        text = f"{what}, {pieces}, {snapshot.name}, {told}, {hour}"
        response = Response(text, mimetype="text/plain")
        if "plain" not in request.args:
            response.set_etag(hashlib.blake2b(response.data, digest_size=4).hexdigest())
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Surrogate-Key"] = f"one two {snapshot.name}"
        if "short" not in request.args:
            named = None if "unnamed" in request.args else names
            keep = Keep(snapshot, hour * HOUR_US, (hour + 1) * HOUR_US, named)
            request.environ[KEEP] = keep
        return response.make_conditional(request)

    for rule in ("/v1/related", IN_ORDER, "/v1/articles/<path:what>/related", "/elsewhere"):
        app.add_url_rule(rule, rule, answer, methods=["GET"], provide_automatic_options=False)
    return app


def fronted(desk: Desk, app: Flask | None = None, max_bytes: int = MB) -> Client:
    front = Front(app or flask_app(desk), desk, max_bytes, desk.now_ns)  # type: ignore[arg-type]
    return Client(front)


def said(response: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all of an answer but what the front, or the server, adds for itself."""
    own = {"Server-Timing", "Date"}
    headers = [(name, value) for name, value in response.headers if name not in own]
    return response.status, headers, response.data


def is_hit(response: TestResponse) -> bool:
    return response.headers["Server-Timing"] == "cache;desc=hit"


PIECES = ("id=a", "id=b", "unnamed=1", "limit=2", "tag=%C3%A9", "", "short=1", "plain=1", "fault=1")
PATHS = (
    "/v1/related",
    IN_ORDER,
    "/v1/articles/a/related",
    "/v1/articles/a?b/related",
    "/elsewhere",
)
TAGS = ("*", "", " ", '"', "W/", ",", '"x"', 'W/"x", "y"', "unquoted", '"x" "y"', "*, *")
UNUSUAL = (
    {},
    {"If-Match": '"x"'},
    {"If-Match": "*"},
    {"Range": "bytes=0-3"},
    {"Range": "bytes=0-3", "If-Range": '"x"'},
    {"If-Modified-Since": "Sat, 01 Jan 2028 00:00:00 GMT"},
    {"Host": "a b"},
    {"Accept-Encoding": "gzip", "Cookie": "a=b"},
)


@dataclass(frozen=True)
class Ask:
    method: str
    path: str
    pieces: tuple[str, ...]
    tags: Callable[[list[str]], str | None]
    unusual: dict[str, str]
    body: bytes

    def of(self, client: Client, seen: list[str]) -> TestResponse:
        headers = dict(self.unusual)
        tags = self.tags(seen)
        if tags is not None:
            headers["If-None-Match"] = tags
        return client.open(
            self.path.replace("?", "%3F"),
            method=self.method,
            query_string="&".join(self.pieces),
            headers=headers,
            data=self.body,
        )


def tags_of_seen(pick: int, shape: str) -> Callable[[list[str]], str | None]:
    """Return what makes `If-None-Match` of a tag seen before: alone, weak, or among others."""
    return lambda seen: shape.format(seen[-1 - pick % len(seen)]) if seen else None


def mostly(usual: object, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(usual), st.just(usual), st.just(usual), strategy)


shapes = st.sampled_from(["{}", "W/{}", '"x", {}', '{} , "x"', 'W/"y",W/{}', " {} ", "{} x", "x{}"])
tags = st.one_of(
    st.just(lambda _: None),
    st.sampled_from(TAGS).map(lambda text: lambda _: text),
    st.builds(tags_of_seen, st.integers(0, 2), shapes),
)


@st.composite
def stories(draw: st.DrawFn) -> list[Ask | int | str | dict[str, int]]:
    """Draw what happens: a question or two, asked again in many ways, while time goes."""
    pieces = st.lists(st.sampled_from(PIECES), max_size=3)
    questions = draw(st.lists(st.tuples(st.sampled_from(PATHS), pieces), min_size=1, max_size=2))
    steps = []
    for _ in range(draw(st.integers(2, 12))):
        path, held = draw(st.sampled_from(questions))
        ask = st.builds(
            Ask,
            mostly("GET", st.sampled_from(["HEAD", "POST", "OPTIONS"])),
            st.just(path),
            st.permutations(held).map(tuple),
            tags,
            mostly({}, st.sampled_from(UNUSUAL)),
            mostly(b"", st.just(b"body")),
        )
        move = st.sampled_from([-HOUR_US, -1, 1, HOUR_US - 1, HOUR_US, 30 * HOUR_US])
        swap = st.one_of(
            st.sampled_from(["first", "second", "none", "first again"]),
            st.dictionaries(st.sampled_from(NAMES), st.integers(0, 1)),
        )
        steps.append(draw(st.one_of(ask, ask, move, swap)))
    return steps


@given(steps=stories(), max_bytes=st.sampled_from([MB, MB, 100_000, 0]))
@settings(max_examples=150, deadline=None)
def test_front_and_app_cannot_be_told_apart(
    steps: list[Ask | int | str | dict[str, int]], max_bytes: int
) -> None:
    desk, seen = Desk(), list[str]()
    app = flask_app(desk)
    client, front = app.test_client(), fronted(desk, app, max_bytes)
    snapshots = {"first": desk.held, "second": Snapshot("second"), "none": None}
    for step in steps:
        if isinstance(step, int):
            desk.now_us += step
        elif isinstance(step, str):
            desk.held = snapshots.get(step, Snapshot("first"))
        elif isinstance(step, dict):
            desk.held = None if desk.held is None else Snapshot(desk.held.name, **step)
        else:
            expected = step.of(client, seen)
            found = step.of(front, seen)
            assert said(found) == said(expected)
            if tag := expected.headers.get("ETag"):
                seen.append(tag)


@pytest.mark.parametrize("unusual", UNUSUAL)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("query", ["id=a", "id=a&short=1", "id=a&plain=1", "fault=1"])
def test_a_kept_answer_minds_the_terms_of_a_request(
    unusual: dict[str, str], method: str, query: str
) -> None:
    desk = Desk()
    app = flask_app(desk)
    client, front = app.test_client(), fronted(desk, app)
    tag = front.get(f"/v1/related?{query}").headers.get("ETag", '"none"')

    for tags in (*TAGS, tag, f"W/{tag}", f'"x", {tag}'):
        for body in (b"", b"body"):
            asked = {"headers": {**unusual, "If-None-Match": tags}, "method": method, "data": body}
            expected = client.open(f"/v1/related?{query}", **asked)
            assert said(front.open(f"/v1/related?{query}", **asked)) == said(expected)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/v1/related?id=a&limit=2", "/v1/related?limit=2&id=a"),
        ("/v1/articles/%61/related", "/v1/articles/a/related"),
    ],
)
def test_spellings_of_one_question_share_an_answer(first: str, second: str) -> None:
    desk = Desk()
    front = fronted(desk)

    assert [is_hit(front.get(one)) for one in (first, second)] == [False, True]
    assert desk.n_asked == 1


def test_a_batch_is_answered_in_its_own_order() -> None:
    front = fronted(Desk())

    answers = [front.get(f"{IN_ORDER}?{query}") for query in ("id=a&id=b", "id=b&id=a")]

    assert [is_hit(one) for one in answers] == [False, False]
    assert answers[0].data != answers[1].data


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_what_asks_for_no_body_fills_the_cache_too(method: str) -> None:
    desk = Desk()
    front = fronted(desk)

    first = front.open("/v1/related?id=a", method=method, headers={"If-None-Match": "*"})
    assert (first.status_code, first.data, is_hit(first)) == (304, b"", False)
    second = front.open("/v1/related?id=a", method=method)
    assert (second.status_code, is_hit(second)) == (200, True)
    assert int(second.headers["Content-Length"]) == len(front.get("/v1/related?id=a").data)
    assert desk.n_asked == 1


def test_timing_says_how_long_the_app_took() -> None:
    front = fronted(Desk())

    for path in ("/v1/related?id=a", "/v1/related?fault=1", "/elsewhere", "/nowhere"):
        name, _, took_ms = front.get(path).headers["Server-Timing"].partition(";dur=")
        assert name == "app"
        assert 0 <= float(took_ms) < 10_000


def test_no_date_is_kept() -> None:
    front = fronted(Desk())

    assert [front.get("/v1/related?id=a").headers.get("Date") for _ in range(2)] == [None, None]


def test_server_may_change_the_headers_that_it_is_given() -> None:
    front = Front(flask_app(desk := Desk()), desk, MB, desk.now_ns)  # type: ignore[arg-type]

    def spoil(_status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Any:
        headers.clear()

    for tags in ({}, {"HTTP_IF_NONE_MATCH": "*"}):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/v1/related", "QUERY_STRING": "id=a"}
        for _ in range(2):
            front({**environ, **tags, "wsgi.url_scheme": "http", "SERVER_NAME": "x"}, spoil)
    assert "ETag" in Client(front).get("/v1/related?id=a").headers


def test_answers_of_another_snapshot_are_let_go_at_once() -> None:
    desk = Desk()
    front = fronted(desk)
    front.get("/v1/related?id=a")
    assert desk.held is not None
    former = weakref.ref(desk.held)

    desk.held = Snapshot("second")
    front.get("/healthz")
    gc.collect()

    assert former() is None


def test_an_answer_outlives_the_snapshots_that_change_nothing_of_it() -> None:
    desk = Desk()
    front = fronted(desk)
    for query in ("id=a", "id=b", "id=a&unnamed=1"):
        front.get(f"/v1/related?{query}")

    desk.held = Snapshot("first", b=1)
    front.get("/healthz")
    desk.held = Snapshot("first", b=1, c=1)
    hits = [is_hit(front.get(f"/v1/related?{query}")) for query in ("id=a", "id=b")]

    assert hits == [True, False]
    assert not is_hit(front.get("/v1/related?id=a&unnamed=1"))
    assert is_hit(front.get("/v1/related?id=a")), "what outlived one snapshot is at hand again"


def test_an_answer_that_nobody_asks_for_is_forgotten_with_what_changed_since() -> None:
    desk = Desk()
    front = fronted(desk)
    for n_snapshots, is_kept in ((MOST_SNAPSHOTS, True), (MOST_SNAPSHOTS + 1, False)):
        front.get("/v1/related?id=a")
        for number in range(n_snapshots):
            desk.held = Snapshot("first", b=number)
            front.get("/healthz")
        assert is_hit(front.get("/v1/related?id=a")) is is_kept


def test_an_answer_that_a_slow_thread_made_from_the_former_snapshot_is_not_kept() -> None:
    desk = Desk()
    app = flask_app(desk)
    first, second = desk.held, Snapshot("second")

    def slow(environ: Any, start_response: Any) -> Any:
        answer = app(environ, start_response)
        desk.held = second
        return answer

    front = Front(slow, desk, MB, desk.now_ns)  # type: ignore[arg-type]
    client = Client(front)
    assert b"first" in client.get("/v1/related?id=a").data
    assert b"second" in client.get("/v1/related?id=a").data
    assert first is not second


def test_all_threads_get_the_answer_of_their_question() -> None:
    desk = Desk()
    front = fronted(desk, max_bytes=200_000)
    faults: list[str] = []

    def ask(seed: int) -> None:
        for number in range(300):
            name = f"article-{(number * seed) % 97}"
            if name not in front.get(f"/v1/articles/{name}/related").text:
                faults.append(name)
            if number % 50 == seed:
                desk.held = Snapshot(f"{seed} {number}")

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in (1, 2, 3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


# What is kept.


def ready(n_bytes: int, name: str = "") -> Ready:
    headers = (("ETag", f'"{name}"'), ("Content-Length", str(n_bytes)))
    return Ready(0, 1, f'"{name}"', bytes(n_bytes), headers, headers[:1])


def test_memory_stays_within_the_budget() -> None:
    kept = Kept(None, MB)
    tracemalloc.start()
    try:
        for number in range(3000):
            kept.put((f"/v1/articles/{number}/related", "limit=4"), ready(3000, str(number)))
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert MB / 2 < used < MB


def test_what_is_asked_for_often_survives_a_robot() -> None:
    kept = Kept(None, MB)
    kept.put(("often", ""), ready(3000))
    for number in range(3000):
        kept.put((f"once {number}", ""), ready(3000))
        assert (kept.get(("often", "")) is not None) or number % 50
    assert kept.get(("often", "")) is not None
    assert kept.get(("once 0", "")) is None


def test_an_answer_that_is_put_again_and_again_pushes_nothing_out() -> None:
    kept = Kept(None, MB)
    kept.put(("quiet", ""), ready(3000))
    for _ in range(3000):
        kept.put(("busy", ""), ready(3000))
    assert kept.get(("quiet", "")) is not None


@pytest.mark.parametrize(("max_bytes", "n_bytes"), [(0, 1), (MB, MB // SHARE_OF_ONE)])
def test_what_is_too_large_is_not_kept(max_bytes: int, n_bytes: int) -> None:
    kept = Kept(None, max_bytes)
    kept.put(("path", ""), ready(n_bytes))
    assert kept.get(("path", "")) is None
