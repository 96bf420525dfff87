"""The desk's shell in a real browser: signing in, keyboard, phone, dark, and nobody shut out."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from recommender.settings import Settings, load_settings
from recommender.workflows.promoting import promote
from recommender.workflows.training import Training, train
from service.desk.app import create_app
from tests.browser.desk_pages import followed, retracted, stored
from tests.service.desk.conftest import SECRET, add_person

PASSWORD = "correct horse battery"
PAGES = ("/desk/", "/desk/people", "/desk/models", "/desk/draft", "/desk/nowhere")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return a newsroom with two versions, and an admin who has a password."""
    folder: Path = tmp_path_factory.mktemp("shell")
    settings = load_settings(folder / "home", {"MOREFROM_DESK_SECRET": SECRET})
    config = folder / "config.toml"
    config.write_text("[floor]\nsimilarity = 0.01\n", encoding="utf-8")
    stored(settings)
    for _ in range(2):
        trained = train(settings, Training(config, False, "anna", 1), lambda *_: None)
        promote(settings, trained.version, "anna", "the next one")
        retracted(settings, "n1")
    followed(settings)
    add_person(settings, "anna", "admin", PASSWORD)
    add_person(settings, "ben", "editor")
    return settings


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["morefrom.publisher"].close()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/people")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


def look(page: Page, name: str) -> None:
    """Keep a picture of a page, where somebody wants to look at it."""
    folder = os.environ.get("DESK_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nobody_is_shut_out(browser: Browser, url: str, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if "Policy" in one.text else None)
    page.goto(f"{url}/desk/sign-in")
    look(page, f"sign-in-{scheme}-{width}")
    found = {"/desk/sign-in": Axe().run(page)}
    sign_in(page, url)
    versions = None
    for path in PAGES:
        page.goto(f"{url}{path}")
        if path == "/desk/models":
            page.get_by_role("button", name="Compare").click()
            page.wait_for_url("**first=**")
            versions = page.url
        if path == "/desk/draft":
            page.get_by_label("Headline").fill("Ships wait for grain")
            page.get_by_label("Text").fill("Grain for Egypt waits at the Black Sea.")
            page.get_by_role("button", name="Look", exact=True).click()
            expect(page.get_by_role("heading", name="What would stand under it")).to_be_visible()
        look(page, f"{path.strip('/').replace('/', '-')}-{scheme}-{width}")
        found[path] = Axe().run(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{url}/desk/draft/freshness?slot=latest&days=1")
    look(page, f"freshness-{scheme}-{width}")
    found["freshness"] = Axe().run(page)
    context.close()
    assert versions is not None
    assert {
        path: one.generate_report() for path, one in found.items() if one.violations_count
    } == {}
    assert complaints == []


def test_keyboard(page: Page, url: str) -> None:
    sign_in(page, url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("1")
    expect(page).to_have_url(f"{url}/desk/articles")


def test_promoting_and_rolling_back_as_an_admin(page: Page, url: str) -> None:
    sign_in(page, url)
    page.goto(f"{url}/desk/models")
    page.get_by_text("Change which version serves").click()
    page.get_by_label("Reason, for the log").first.fill("the older one is calmer")
    page.get_by_role("button", name="Have it serve").click()
    expect(page.get_by_role("status")).to_contain_text("serves from now on.")
    page.reload()
    expect(page.get_by_role("status")).to_have_count(0)
    page.get_by_text("Change which version serves").click()
    page.get_by_label("Reason, for the log").last.fill("no, it is not")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("status")).to_contain_text("Rolled back")


def test_a_link_of_a_page_becomes_a_person(page: Page, browser: Browser, url: str) -> None:
    sign_in(page, url)
    page.get_by_label("Name").fill("Carla")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_role("textbox", name="Link").input_value()
    context = browser.new_context()
    hers = context.new_page()
    hers.goto(url + link[link.index("/desk/") :])
    hers.get_by_label("Password").fill(PASSWORD)
    hers.get_by_label("The same once more").fill(PASSWORD)
    look(hers, "join")
    assert Axe().run(hers).violations_count == 0
    hers.get_by_role("button", name="Sign in").click()
    expect(hers.get_by_role("heading", level=1)).to_contain_text("carla")
    hers.goto(f"{url}/desk/people")
    expect(hers.get_by_role("heading", level=1)).to_have_text("Not for your role")
    hers.get_by_role("button", name="Sign out").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()


def test_without_script_everything_still_works(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, url)
    page.goto(f"{url}/desk/models")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Under the newest articles")).to_be_visible()
    context.close()
