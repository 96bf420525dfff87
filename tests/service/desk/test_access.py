"""Every route, role and method against the table; what the table does not name, nobody reaches."""

import re
from itertools import product

import pytest
from flask import Flask

from recommender.domain.person import Role
from service.desk import access
from service.desk.access import ACCESS, Door
from tests.service.desk.conftest import SECRET, Cms, Editor, SignedIn

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SENT = {"Sec-Fetch-Site": "same-origin"}
NOT_YOURS = "Not for your role"


def routes(app: Flask) -> set[tuple[str, str]]:
    """Return each endpoint, and an address of it."""
    rules = ((rule.endpoint, rule.rule) for rule in app.url_map.iter_rules())
    return {(name, re.sub(r"<[^>]*>", "desk.css", rule)) for name, rule in rules}


def test_every_route_has_a_row_and_every_row_a_route(cms: Cms) -> None:
    assert {endpoint for endpoint, _ in routes(cms.app)} == set(ACCESS)


def test_pages_are_for_people_and_the_rest_for_the_cms(cms: Cms) -> None:
    for endpoint, path in routes(cms.app):
        is_page = path == "/" or path.startswith("/desk/")
        assert is_page or isinstance(ACCESS[endpoint], Door), path
        assert not is_page or ACCESS[endpoint] is not Door.TOKEN, path


def test_what_changes_anything_asks_for_more_than_looking(cms: Cms) -> None:
    mine = {"sign_out", "sign_in", "join"}
    for rule in cms.app.url_map.iter_rules():
        if rule.rule.startswith("/desk/") and "POST" in (rule.methods or ()):
            needed = ACCESS[rule.endpoint]
            assert rule.endpoint in mine or needed in {Role.EDITOR, Role.ADMIN}, rule.rule


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_and_method(cms: Cms, signed_in: SignedIn, role: Role | None) -> None:
    browser = Editor(cms.app) if role is None else signed_in(role)
    token = browser.token()
    for (endpoint, path), method in product(sorted(routes(cms.app)), METHODS):
        needed = ACCESS[endpoint]
        if endpoint == "sign_out" and role is not None:
            continue  # tried elsewhere: it would end the session
        form = {"csrf": token} if method not in {"GET", "HEAD", "OPTIONS"} else None
        response = browser.client.open(path, method=method, data=form, headers=SENT, buffered=True)

        what = (method, path, role, response.status_code)
        assert response.status_code < 500 or response.status_code == 503, what
        if needed is Door.TOKEN:
            assert response.status_code == 401, what
        elif needed is not Door.OPEN and role is None:
            assert response.status_code == 303, what
            assert response.location.startswith("/desk/sign-in"), what
        elif response.status_code != 405 and method != "HEAD":
            is_enough = needed is Door.OPEN or (role is not None and role.may(needed))
            assert (NOT_YOURS in response.text) != is_enough, what
            assert is_enough or response.status_code == 403, what


def test_a_route_without_a_row_is_refused(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = signed_in("admin")
    without = {name: needed for name, needed in ACCESS.items() if name != "people"}
    monkeypatch.setattr("service.desk.admission.ACCESS", without)

    assert admin.get("/desk/people").status_code == 403
    assert access.ACCESS["people"] is Role.ADMIN


def test_a_token_opens_no_page_and_a_cookie_nothing_of_the_cms(
    cms: Cms, signed_in: SignedIn
) -> None:
    assert cms.send("GET", "/desk/people").status_code == 303
    assert cms.send("POST", "/desk/people/invite", data={"name": "eve"}).status_code == 303
    response = signed_in("admin").client.put("/v1/articles/x", json={"title": "x"}, headers=SENT)
    assert response.status_code == 401


def test_an_address_that_is_none_tells_nothing_to_strangers(cms: Cms, signed_in: SignedIn) -> None:
    assert cms.client.get("/desk/nowhere").status_code == 303
    found = signed_in("viewer").get("/desk/nowhere")
    assert (found.status_code, found.mimetype) == (404, "text/html")
    assert "There is nothing at this address." in found.text


def test_roles_take_effect_with_the_next_request(signed_in: SignedIn) -> None:
    admin, other = signed_in("admin"), signed_in("editor")
    assert other.get("/desk/people").status_code == 403

    admin.post("/desk/people/role", {"name": other.name, "role": "admin", "reason": "holiday"})
    assert other.get("/desk/people").status_code == 200
    admin.post("/desk/people/revoke", {"name": other.name})
    assert other.get("/desk/people").status_code == 303


def test_secrets_of_the_tests_are_good_ones() -> None:
    assert len(SECRET) >= 32
