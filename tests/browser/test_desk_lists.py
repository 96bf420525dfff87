"""Log, health and rating in a real browser: by keyboard, without script, on a phone, for axe."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Image, Status
from recommender.domain.event import EventKind
from recommender.domain.override import OverrideKind
from recommender.domain.rating import Rating
from recommender.settings import Settings, load_settings
from recommender.workflows import health, health_lists
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override
from recommender.workflows.promoting import promote
from recommender.workflows.rating import rate, ratings
from recommender.workflows.training import Training, train
from service.desk.app import create_app
from tests.service.desk.conftest import SECRET, Editor, add_person
from tests.service.payloads import PAYLOADS
from tests.workflows.conftest import article

HOSTILE = "".join(PAYLOADS[:6])
NO_ALT = Image("https://images.example/none.jpg", "")
ARCHIVE = (
    *(
        article(
            f"harbour-{n}",
            "Shipping",
            "Supply Chain" if n % 2 else "Supply Chains",
            title=f"Strike at harbour {n} enters week {n}",
            summary="Dockers and owners meet again, and nobody expects an end.",
            body=f"Dockers strike in harbour number {n}. Owners negotiate. Ships wait for grain.",
            image=NO_ALT if n == 3 else None,
            hours_ago=n,
        )
        for n in range(1, 24)
    ),
    article("hostile", "Shipping", title=HOSTILE, summary=HOSTILE, body=f"{HOSTILE} dockers"),
    article("ar", "Shipping", title="رئيس الحكومة في تونس يعلن عن حكومة جديدة", language="ar"),
    article("zh", title="俄罗斯与乌克兰交换被俘人员", body="俄罗斯", language="zh"),
)


@dataclass
class Desk:
    """A desk app on a port of its own.

    Attributes:
        url: of it.
        settings: of its home.
        cookies: of somebody who is signed in.
    """

    url: str
    settings: Settings
    cookies: dict[str, str]

    def sign_in(self, page: Page) -> None:
        held = [{"name": key, "value": one, "url": self.url} for key, one in self.cookies.items()]
        page.context.add_cookies(held)  # type: ignore[arg-type]

    def ratings(self) -> list[Rating]:
        with Catalogue.open(self.settings.catalogue_url) as catalogue:
            return [one for one in ratings(catalogue) if one.author == "person:anna"]


def live(settings: Settings, config: Path) -> None:
    """Let a newsroom do what the pages tell of."""
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.upsert(list(ARCHIVE), "anna", "test")
        trained = train(settings, Training(config, False, "anna", 1), lambda *_: None)
        promote(settings, trained.version, "anna", "test")
        override(settings, Wish(OverrideKind.PIN, "harbour-5", "harbour-1"), "person:ben", "why")
        for payload in PAYLOADS:
            catalogue.append(EventKind.POLICY, payload, f"person:{payload}", payload)
        gone = article("harbour-5", title="Gone", status=Status.RETRACTED)
        catalogue.upsert([gone], "token:cms", HOSTILE)
        for author in ("person:ben", "person:eve"):
            rate(settings, "harbour-1", "harbour-2", "good", author)
            rate(settings, "harbour-1", "harbour-3", "poor", author)
        Follower(settings, catalogue).step(datetime.now(UTC))
    health.examine(settings, lambda *_: None)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("lists")
    settings = load_settings(folder / "home", {"MOREFROM_DESK_SECRET": SECRET})
    config = folder / "config.toml"
    config.write_text("[floor]\nsimilarity = 0.01\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health_lists, "HUB_TIMES", 1.5)
        live(settings, config)
    app = create_app(settings)
    add_person(settings, "anna", "editor")
    held = Editor(app, "anna").client
    names = ("morefrom-session", "morefrom-visitor")
    cookies = {name: found.value for name in names if (found := held.get_cookie(name))}
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.port}", settings, cookies)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["morefrom.publisher"].close()


@pytest.fixture
def editor(page: Page, desk: Desk) -> Iterator[Page]:
    """Return a page of somebody who is signed in; what the policy refuses fails the test."""
    desk.sign_in(page)
    refused: list[str] = []
    page.on("console", lambda one: refused.append(one.text) if "Policy" in one.text else None)
    page.on("dialog", lambda one: refused.append(one.message))
    yield page
    assert refused == []


def asked(page: Page) -> tuple[str, str]:
    return (
        page.locator("[name=query_id]").input_value(),
        page.locator("[name=article_id]").input_value(),
    )


def test_rating_by_keyboard_alone(editor: Page, desk: Desk) -> None:
    editor.goto(f"{desk.url}/desk/rate")
    pairs = []
    for key, grade in (("1", 3), ("4", 0), ("2", 2)):
        pairs.append(asked(editor))
        n_rated = len(pairs)
        editor.keyboard.press(key)
        expect(editor.get_by_text(re.compile(rf"^{n_rated} of "))).to_be_visible()
        last = desk.ratings()[-1]
        assert ((last.query_id, last.article_id), last.grade) == (pairs[-1], grade)
    editor.keyboard.press("s")
    expect(editor).to_have_url(re.compile(r"round=0&at=4"))
    skipped = asked(editor)
    assert skipped not in pairs
    editor.keyboard.press("u")
    expect(editor.get_by_role("status")).to_have_text("Your last rating is taken back.")
    assert asked(editor) == pairs[-1]
    assert len(desk.ratings()) == 2
    editor.keyboard.press("Control+1")
    editor.keyboard.press("9")
    assert len(desk.ratings()) == 2
    for _ in range(2):
        editor.keyboard.press("u")
        editor.wait_for_load_state()
        expect(editor.get_by_role("status")).to_be_visible()


def test_rating_without_script(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    desk.sign_in(page)
    page.goto(f"{desk.url}/desk/rate")
    before = len(desk.ratings())
    page.locator(".grade-acceptable").click()
    assert len(desk.ratings()) == before + 1
    page.get_by_role("button", name="Take back the last").click()
    assert len(desk.ratings()) == before
    context.close()


def test_the_log_is_filtered_and_exported(editor: Page, desk: Desk) -> None:
    editor.goto(f"{desk.url}/desk/log")
    editor.get_by_label("What", exact=True).select_option("override")
    editor.get_by_role("button", name="Show").click()
    rows = editor.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("pinned")
    with editor.expect_download() as download:
        editor.get_by_role("link", name="Export as CSV").click()
    content = Path(download.value.path()).read_text("utf-8-sig")
    assert len(content.splitlines()) == 2
    assert "person:ben" in content


def test_a_dead_pin_is_undone_from_the_work_list(editor: Page, desk: Desk) -> None:
    editor.goto(f"{desk.url}/desk/health")
    editor.get_by_role("link", name="Pins that show nothing").click()
    why = editor.get_by_label("Why")
    expect(why).to_have_value("the article is retracted")
    editor.get_by_role("button", name="Undo event").click()
    expect(editor.get_by_text("undone since")).to_be_visible()
    editor.goto(f"{desk.url}/desk/log?what=override")
    expect(editor.locator("tbody tr").first).to_contain_text("the article is retracted")


PAGES = (
    "log",
    "log?what=everything",
    "log?what=rating&by=person:ben",
    f"log?about={quote(HOSTILE)}",
    "log?from=soon",
    "log/act?event=1",
    "log/act?event=999",
    "health",
    *(
        f"health/list?of={name}"
        for name in ("few", "hubs", "no-image", "no-alt", "broad-tags", "synonyms", "dead-pins")
    ),
    "rate",
    "rate?round=0&at=999",
    "rate/agreement",
)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_that_shuts_people_out(
    editor: Page, desk: Desk, address: str, scheme: str, width: int
) -> None:
    editor.set_viewport_size({"width": width, "height": 900})
    editor.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    editor.goto(f"{desk.url}/desk/{address}")
    expect(editor.get_by_role("heading", level=1)).to_be_visible()
    assert editor.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(editor)
    assert [(one["id"], one["help"], one["nodes"]) for one in found.response["violations"]] == []
