"""Signing in and out, and what keeps others from doing it in somebody's name."""

import re
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from recommender.catalogue.catalogue import Catalogue
from recommender.settings import load_settings
from recommender.workflows import people
from service.desk.app import create_app
from service.desk.sealing import Seals
from tests.service.desk.conftest import SECRET, Cms, Editor, SignedIn, add_person
from tests.service.payloads import PAYLOADS

PASSWORD = "correct horse battery"


def sign_in(browser: Editor, name: str, password: str, **more: str) -> TestResponse:
    return browser.post("/desk/sign-in", {"name": name, "password": password, **more})


@pytest.fixture
def ben(cms: Cms) -> Editor:
    """Return a strange browser; somebody called ben has a password."""
    add_person(cms.settings, "ben", "editor", PASSWORD)
    return Editor(cms.app)


def test_from_the_link_to_signing_out_and_in_again(cms: Cms, signed_in: SignedIn) -> None:
    page = signed_in("admin").post("/desk/people/invite", {"name": " Ben ", "role": "viewer"})
    address = re.search(r'value="http://127\.0\.0\.1:8001(/desk/join\?link=[\w-]+)"', page.text)
    assert address is not None
    link, browser = address[1].partition("link=")[2], Editor(cms.app)
    assert "person:ben" in browser.get(address[1]).text

    for wrong in ({"password": PASSWORD, "again": "x"}, {"password": "short", "again": "short"}):
        assert browser.post("/desk/join", {"link": link, **wrong}).status_code == 422
    done = browser.post("/desk/join", {"link": link, "password": PASSWORD, "again": PASSWORD})
    assert (done.status_code, done.location) == (303, "/desk/")
    assert "Good to see you, ben" in browser.get("/desk/").text
    assert browser.get(address[1]).status_code == HTTPStatus.GONE

    session = browser.client.get_cookie("morefrom-session")
    assert browser.post("/desk/sign-out").location == "/desk/sign-in"
    assert browser.get("/desk/").status_code == 303
    assert session is not None
    browser.client.set_cookie("morefrom-session", session.value)
    assert browser.get("/desk/").status_code == 303

    assert sign_in(browser, "BEN", PASSWORD, next="/desk/people").location == "/desk/people"


def test_nothing_that_signs_in_is_stored(cms: Cms, ben: Editor) -> None:
    sign_in(ben, "ben", PASSWORD)
    session = ben.client.get_cookie("morefrom-session")
    assert session is not None
    held = b"".join(path.read_bytes() for path in (cms.settings.home / "data").iterdir())

    for secret in (PASSWORD, session.value, SECRET):
        assert secret.encode() not in held
    assert Seals(SECRET).session(session.value).encode() in held
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in held


@pytest.mark.parametrize("url", [None, "https://desk.example"])
def test_cookies_are_as_closed_as_the_address_allows(cms: Cms, url: str | None) -> None:
    settings = cms.settings.model_copy(update={"desk_url": url})
    app, base = create_app(settings), url or "http://localhost"
    add_person(settings, "ben", "editor", PASSWORD)
    client, prefix = app.test_client(), "__Host-morefrom-" if url else "morefrom-"
    client.get("/desk/sign-in", base_url=base)
    visitor = client.get_cookie(f"{prefix}visitor", domain=base.partition("//")[2])
    assert visitor is not None
    form = {"csrf": Seals(SECRET).form(visitor.value), "name": "ben", "password": PASSWORD}
    response = client.post("/desk/sign-in", data=form, base_url=base, headers={"Origin": base})

    assert response.status_code == 303
    for cookie in response.headers.getlist("Set-Cookie"):
        parts = set(cookie.split("; "))
        assert cookie.startswith(prefix)
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert ("Secure" in parts) == bool(url)
        assert not any(part.startswith("Domain") for part in parts)
    app.extensions["morefrom.publisher"].close()


def test_a_session_is_a_new_one_each_time(ben: Editor) -> None:
    ben.client.set_cookie("morefrom-session", "chosen-by-somebody-else")
    ben.client.get("/desk/sign-in")
    visitor = ben.client.get_cookie("morefrom-visitor")
    assert visitor is not None
    form = {"csrf": Seals(SECRET).form(visitor.value), "name": "ben", "password": PASSWORD}
    ben.client.post("/desk/sign-in", data=form, headers={"Origin": "http://localhost"})

    session = ben.client.get_cookie("morefrom-session")
    assert session is not None
    assert session.value != "chosen-by-somebody-else"
    assert ben.get("/desk/").status_code == 200


@pytest.mark.usefixtures("ben")
def test_who_has_no_password_is_told_what_who_is_unknown_is_told(cms: Cms) -> None:
    add_person(cms.settings, "carla", "editor")
    told = set()
    for name in ("ben", "carla", "nobody", "", "x" * 1000, "a b", "\0"):
        response = sign_in(Editor(cms.app), name, "wrong password", next="/desk/")
        assert response.status_code == 401
        told.add(re.search(r'role="alert">([^<]*)<', response.text)[1])  # type: ignore[index]
    assert told == {people.WRONG}


def test_wrong_passwords_make_strangers_wait_and_nobody_else(cms: Cms, ben: Editor) -> None:
    known = Editor(cms.app)
    sign_in(known, "ben", PASSWORD)
    known.post("/desk/sign-out")
    add_person(cms.settings, "carla", "editor", PASSWORD)

    codes = [sign_in(ben, "ben", f"wrong password {n}").status_code for n in range(7)]
    late = sign_in(ben, "ben", PASSWORD)

    assert codes == [401] * people.FREE_OF_NAME + [429, 429]
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) >= 1
    assert sign_in(Editor(cms.app), "carla", PASSWORD).status_code == 303
    assert sign_in(known, "ben", PASSWORD).status_code == 303


def test_an_address_that_tries_many_names_waits(
    ben: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "FREE_OF_ADDRESS", 3)
    codes = [sign_in(ben, f"name{n}", PASSWORD).status_code for n in range(4)]
    assert codes == [401, 401, 401, 429]

    away = {"REMOTE_ADDR": "203.0.113.9"}
    form = {"name": "ben", "password": PASSWORD}
    assert ben.post("/desk/sign-in", form, environ_overrides=away).status_code == 303


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example", "/desk/\\evil", "/desk//evil", "/x", "/desk/\n"],
)
def test_signing_in_leads_to_our_own_pages_alone(ben: Editor, to: str) -> None:
    assert sign_in(ben, "ben", PASSWORD, next=to).location == "/desk/"


SAME = "same-origin"


@pytest.mark.parametrize(
    ("site", "origin", "has_token", "code"),
    [
        (SAME, "http://localhost", True, 303),
        (None, "http://localhost", True, 303),
        (SAME, None, True, 303),
        (None, None, True, 403),
        ("cross-site", "http://localhost", True, 403),
        ("same-site", None, True, 403),
        ("none", None, True, 403),
        (SAME, "http://evil.example", True, 403),
        (SAME, "https://localhost", True, 403),
        (SAME, "http://localhost:81", True, 403),
        (None, "null", True, 403),
        (SAME, "http://localhost", False, 403),
    ],
)
def test_forms_from_elsewhere_change_nothing(
    cms: Cms, signed_in: SignedIn, site: str | None, origin: str | None, has_token: bool, code: int
) -> None:
    admin = signed_in("admin")
    before = cms.events()
    headers = {"Sec-Fetch-Site": site, "Origin": origin}
    form = {"csrf": admin.token() if has_token else "", "name": admin.name, "role": "admin"}

    response = admin.client.post(
        "/desk/people/role",
        data=form,
        headers={name: value for name, value in headers.items() if value is not None},
    )

    assert response.status_code == code
    assert cms.events() == before


def test_a_token_of_another_session_changes_nothing(signed_in: SignedIn) -> None:
    admin, other = signed_in("admin"), signed_in("editor")
    response = admin.post("/desk/people/role", {"csrf": other.token(), "name": other.name})
    assert (response.status_code, "Nothing was changed" in response.text) == (403, True)


def test_the_same_headers_on_every_page(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    for path in (
        "/desk/",
        "/desk/people",
        "/desk/sign-in",
        "/desk/nowhere",
        "/desk/static/desk.css",
    ):
        headers = admin.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "data:" not in policy
        assert "frame-ancestors 'none'; base-uri 'none'" in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        is_file = "static" in path
        assert headers["Cache-Control"] == ("no-cache" if is_file else "no-store")


def test_without_a_secret_the_cms_alone_is_served(cms: Cms) -> None:
    app = create_app(cms.settings.model_copy(update={"desk_secret": None}))
    client = app.test_client()

    for path in ("/", "/desk/", "/desk/sign-in", "/desk/people", "/desk/nowhere"):
        response = client.get(path)
        assert response.status_code == 503
        assert "put “desk_secret” into the settings" in response.text
    assert client.post("/desk/sign-in", data={"name": "ben"}).status_code == 503
    assert client.get("/desk/static/desk.css", buffered=True).status_code == 200
    assert client.put("/v1/articles/x", json={"title": "x"}, headers=cms.key).status_code == 201
    app.extensions["morefrom.publisher"].close()


def test_pages_answer_on_this_machine_alone_unless_told_the_address(cms: Cms) -> None:
    for host, code in (("localhost", 200), ("127.0.0.1:8001", 200), ("[::1]:8001", 200)):
        assert cms.client.get("/desk/sign-in", base_url=f"http://{host}").status_code == code
    for host in ("desk.example", "192.168.1.5:8001", "localhost.evil.example"):
        response = cms.client.get("/desk/sign-in", base_url=f"http://{host}")
        assert response.status_code == 503
        assert "set “desk_url”" in response.text


def test_what_became_of_people_stands_in_the_history(cms: Cms, signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    admin.post("/desk/people/invite", {"name": "ben", "role": "viewer"})
    admin.post("/desk/people/role", {"name": "ben", "role": "editor", "reason": "a new job"})
    admin.post("/desk/people/end-sessions", {"name": admin.name, "reason": "left it open"})

    with Catalogue.open(cms.settings.catalogue_url) as catalogue:
        assert catalogue.last_event() == len(cms.events())
    assert cms.events()[1:] == [
        (2, "ben", "person:anna-admin", ""),
        (3, "ben", "person:anna-admin", "a new job"),
        (4, "anna-admin", "person:anna-admin", "left it open"),
    ]
    assert admin.get("/desk/people").status_code == 303


def test_mistakes_are_told_on_a_page(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    for path, form, code, told in (
        ("invite", {"name": "a b", "role": "viewer"}, 422, "1 to 64 letters"),
        ("invite", {"name": "ben", "role": "king"}, 422, "one of viewer, editor, admin"),
        ("role", {"name": "ben", "role": "viewer"}, 404, "nobody called"),
        ("revoke", {"name": "<script>x</script>"}, 404, "&lt;script&gt;"),
    ):
        response = admin.post(f"/desk/people/{path}", form)
        assert (response.status_code, response.mimetype) == (code, "text/html")
        assert told in response.text
        assert "<script>x" not in response.text


def test_a_notice_is_told_once_and_only_if_it_is_ours(cms: Cms, signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    add_person(cms.settings, "ben", "viewer")
    admin.post("/desk/people/role", {"name": "ben", "role": "editor"})
    told = "ben has the role editor now."

    assert told in admin.get("/desk/people").text
    assert told not in admin.get("/desk/people").text
    for forged in ("x", "eA==.00", "\xff.", Seals("y" * 32).notice("Forged", "z")):
        admin.client.set_cookie("morefrom-notice", forged)
        response = admin.get("/desk/people")
        assert (response.status_code, 'class="notice"' in response.text) == (200, False)


def test_whoever_changes_the_secret_signs_everybody_out(cms: Cms) -> None:
    other = create_app(cms.settings.model_copy(update={"desk_secret": SECRET[::-1]}))
    add_person(cms.settings, "ben", "editor")
    browser = Editor(cms.app, "ben")
    assert browser.get("/desk/").status_code == 200
    browser.client.application = other
    assert browser.get("/desk/").status_code == 303
    other.extensions["morefrom.publisher"].close()


def test_address_behind_our_own_proxies(cms: Cms) -> None:
    from service.desk.addresses import sender

    for n_proxies, told, expected in (
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "forged, 198.51.100.1", "198.51.100.1"),
        (2, "forged, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "no address", "127.0.0.1"),
    ):
        app = create_app(load_settings(cms.settings.home, {}, {"desk_proxies": n_proxies}))
        given = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": told}
        with app.test_request_context("/desk/", environ_base=given):
            assert sender() == expected


def test_the_log_tells_what_became_of_people(cms: Cms, signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    add_person(cms.settings, "ben", "viewer", PASSWORD)
    admin.post("/desk/people/role", {"name": "ben", "role": "editor", "reason": "a new job"})
    admin.post("/desk/people/end-sessions", {"name": admin.name})
    other = Editor(cms.app, admin.name)
    other.post("/desk/people/revoke", {"name": "ben", "reason": "left"})

    log = other.get("/desk/log").text
    for told in ("invited ben", "took up the invitation", "a new job", "left"):
        assert told in log


def test_what_is_typed_is_shown_as_text(signed_in: SignedIn) -> None:
    admin, viewer = signed_in("admin"), signed_in("viewer")
    stranger = Editor(admin.app)
    for payload in filter(lambda one: "<" in one, PAYLOADS):
        held = [
            stranger.post("/desk/sign-in", {"name": payload, "password": "x", "next": payload}),
            stranger.get("/desk/join", query_string={"link": payload}),
            admin.post("/desk/people/invite", {"name": payload, "role": payload}),
            admin.post("/desk/people/revoke", {"name": payload, "reason": payload}),
            viewer.get("/desk/models", query_string={"first": payload, "second": payload}),
            viewer.get("/desk/draft/freshness", query_string={"slot": payload, "days": payload}),
            viewer.get(f"/desk/{quote(payload, safe='')}"),
        ]
        for response in held:
            assert response.status_code in {303, 401, 404, 410, 422, 429}
            assert payload not in response.text


def test_a_page_whose_database_is_away_says_so(tmp_path: Path) -> None:
    app = create_app(load_settings(tmp_path, {"MOREFROM_DESK_SECRET": SECRET}))
    client = app.test_client()
    client.set_cookie("morefrom-session", "x")

    response = client.get("/desk/people")

    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert "The catalogue cannot be used at the moment" in response.text
    assert str(tmp_path) not in response.text


def test_htmx_is_sent_to_sign_in_and_given_the_content_alone(cms: Cms, signed_in: SignedIn) -> None:
    part = {"HX-Request": "true"}
    away = cms.client.get("/desk/models", headers=part)
    assert (away.status_code, away.headers["HX-Redirect"]) == (401, "/desk/sign-in")

    viewer = signed_in("viewer")
    found = viewer.get("/desk/models", headers=part).text
    assert "<h1>Models</h1>" in found
    assert "<html" not in found
    assert "<html" in viewer.get("/desk/models").text
