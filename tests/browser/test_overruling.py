"""An editor overrules in a real browser: preview, save, undo, stop; the site follows at once."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from recommender.catalogue.catalogue import Catalogue
from recommender.settings import load_settings
from recommender.workflows import tokens
from recommender.workflows.follower import Follower
from recommender.workflows.following import follow
from service.desk.app import create_app as create_desk
from service.public.app import create_app as create_public
from tests.service.desk.conftest import SECRET, Cms, Editor, add_person, published

WITHIN_S = 3.0
"""Seconds after a click within which readers see what was decided: one, and two for a machine that
has other tests to run beside."""


@dataclass
class Site:
    """A desk and a public app in one process, with a follower between them."""

    desk: str
    public: str

    def ids(self, article_id: str) -> list[str]:
        """Return what readers are shown under an article."""
        url = f"{self.public}/v1/related?id={article_id}&limit=4"
        with urllib.request.urlopen(url, timeout=5) as response:
            return [one["id"] for one in json.load(response)["items"]]

    def becomes(self, article_id: str, is_so: Any) -> float:
        """Return the seconds until a list is as wanted."""
        began = time.monotonic()
        while not is_so(self.ids(article_id)):
            assert time.monotonic() < began + WITHIN_S, self.ids(article_id)
            time.sleep(0.02)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    folder: Path = tmp_path_factory.mktemp("overruling")
    given = {"MOREFROM_DESK_SECRET": SECRET, "MOREFROM_TIME_ZONE": "Europe/Paris"}
    settings = load_settings(folder / "home", given)
    desk = create_desk(settings)
    published(Cms(settings, desk, tokens.create(settings, "cms", "anna")), folder)
    add_person(settings, "anna", "admin")
    cookie = Editor(desk, "anna").client.get_cookie("morefrom-session")
    assert cookie is not None
    with Catalogue.open(settings.catalogue_url) as catalogue:
        Follower(settings, catalogue).step(datetime.now(UTC))
    stop = threading.Event()
    follower = threading.Thread(target=follow, args=(settings, stop))
    follower.start()
    servers = [
        make_server("127.0.0.1", 0, app, threaded=True) for app in (desk, create_public(settings))
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(*(f"http://127.0.0.1:{one.port}" for one in servers)), cookie.value
    for server in servers:
        server.shutdown()
        server.server_close()
    stop.set()
    follower.join()
    desk.extensions["morefrom.publisher"].close()


@pytest.fixture
def editor(site: tuple[Site, str], page: Page) -> Page:
    """Return a page in which anna is signed in."""
    home, session = site
    page.context.add_cookies([{"name": "morefrom-session", "value": session, "url": home.desk}])
    return page


def clean(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.response["violations"] == []


def test_a_pin_from_the_form_to_the_site_and_back(site: tuple[Site, str], editor: Page) -> None:
    home, _ = site
    home.becomes("a0", lambda ids: ids and "a4" not in ids[:1])
    editor.goto(f"{home.desk}/desk/overrides/new?kind=pin&article=a4&under=a0")
    clean(editor)
    editor.get_by_label("Place, none").fill("1")
    editor.get_by_label("Reason").fill("worth a look")
    editor.get_by_role("button", name="Preview").click()
    after = editor.locator(".beside-list").nth(1).get_by_role("listitem")
    expect(after.first).to_contain_text("Verdi in Milan")
    clean(editor)
    assert "a4" not in home.ids("a0")[:1]

    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_role("status")).to_contain_text("and on the site")
    home.becomes("a0", lambda ids: ids[:1] == ["a4"])
    clean(editor)
    editor.get_by_text("Undo…").click()
    editor.get_by_label("Reason").fill("enough")
    editor.get_by_role("button", name="Undo").click()
    expect(editor.get_by_role("status")).to_contain_text("is undone")
    home.becomes("a0", lambda ids: ids[:1] != ["a4"])


def test_the_survey_of_a_rule_comes_by_itself(site: tuple[Site, str], editor: Page) -> None:
    home, _ = site
    editor.goto(f"{home.desk}/desk/overrides/new?kind=rule")
    clean(editor)
    editor.get_by_label("Articles tagged").first.fill("Trade")
    editor.get_by_label("Articles tagged").nth(1).fill("Russia")
    editor.get_by_label("Reason").fill("not here")
    editor.get_by_role("button", name="Preview").click()
    expect(editor.locator(".survey-count")).to_contain_text("concerned", timeout=20_000)
    clean(editor)


def test_the_whole_block_is_off_within_a_second_and_on_again(
    site: tuple[Site, str], editor: Page
) -> None:
    home, _ = site
    before = home.ids("a0")
    assert before
    editor.goto(f"{home.desk}/desk/policy")
    clean(editor)
    editor.get_by_text("Stop the whole block…").click()
    editor.locator("#stop-all-reason").fill("wrong pictures")
    editor.get_by_role("button", name="Stop the block on every page").click()
    expect(editor.get_by_role("status")).to_contain_text("Stopped: the whole block")
    home.becomes("a0", lambda ids: ids == [])
    clean(editor)
    editor.get_by_role("button", name="Show it again").click()
    expect(editor.get_by_role("status")).to_contain_text("Shown again")
    home.becomes("a0", lambda ids: ids == before)
