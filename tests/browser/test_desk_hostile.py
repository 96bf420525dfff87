"""Every page of the desk in a browser, with hostile strings in all fields: nothing of them runs."""

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from recommender.settings import load_settings
from service.desk.app import create_app
from tests.service.desk.conftest import SECRET, Editor, add_person
from tests.service.desk.hostile import STRINGS, articles, live, set_policy
from tests.service.desk.test_hostile import LOOKED_AT

WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused: ${event.violatedDirective} ${event.blockedURI}`));
for (const name of ["alert", "confirm", "prompt", "open"])
  window[name] = () => console.error(`ran: ${name}`);
"""
N_ARTICLES = 12
"""Whose pages are opened, besides all other pages."""

TYPED = (
    "/desk/articles?{q}", "/desk/articles?part=list&{q}", "/desk/log?{about}", "/desk/policy?{tag}",
    "/desk/article?id=plain-9&{why}", "/desk/overrides/new?{article}",
    "/desk/models?second=x&{first}",
    "/desk/overrides/preview?kind=rule&under_tags=x&{tags}", "/desk/sign-in?{next}",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Return the address of a desk that stores all of them, and the session of an admin."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    settings = load_settings(folder / "home", {"MOREFROM_DESK_SECRET": SECRET})
    live(settings, folder)
    set_policy(settings, STRINGS[1])
    add_person(settings, "anna", "admin")
    app = create_app(settings)
    cookie = Editor(app, "anna").client.get_cookie("morefrom-session")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", cookie.value
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["morefrom.publisher"].close()


def test_nothing_runs_on_any_page(desk: tuple[str, str], page: Page) -> None:
    url, session = desk
    page.context.add_cookies([{"name": "morefrom-session", "value": session, "url": url}])
    page.add_init_script(WATCH)
    heard: list[str] = []
    page.on("dialog", lambda one: heard.append(one.message))
    page.on("console", lambda one: heard.append(f"{one.text} on {page.url}"))
    page.on("popup", lambda one: heard.append(one.url))
    page.on(
        "request",
        lambda one: None if one.url.startswith(url) else heard.append(f"asked for {one.url}"),
    )
    stored = list(articles())[:: len(STRINGS) // N_ARTICLES]
    paths = [
        *LOOKED_AT,
        *(f"/desk/article?{urlencode({'id': one.id})}" for one in stored),
        *(
            path.format_map({name: urlencode({name: text}) for name in NAMES})
            for path, text in zip(TYPED * 2, STRINGS[::4], strict=False)
        ),
    ]
    for path in paths:
        page.goto(f"{url}{path}")
        assert page.url.startswith(url), path
        assert page.locator("main").count() == 1 or "part=list" in path, path
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    expected = ("Failed to load resource: the server responded with a status of 4",)
    assert [one for one in heard if not one.startswith(expected)] == []


NAMES = ("q", "about", "tag", "why", "article", "first", "tags", "next")


def test_the_watch_would_hear_it(desk: tuple[str, str], page: Page) -> None:
    url, _ = desk
    page.add_init_script(WATCH)
    heard: list[str] = []
    page.on("console", lambda one: heard.append(one.text))
    page.goto(f"{url}/desk/sign-in")
    page.evaluate("document.body.innerHTML += '<img src=x onerror=alert(1)>'")
    page.wait_for_timeout(300)
    assert any("refused: script-src" in one for one in heard), heard
