"""An editor's morning, from signing in to the log as a table, with the site beside the desk.

Public app, follower and desk are processes of their own, as in a newsroom. Whatever the editor
decides, the site answers otherwise within a second; the times are printed (`pytest -s`).
"""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, expect

from recommender.settings import load_settings
from tests.service.desk.conftest import SECRET, add_person
from tests.test_story import ELSEWHERE, SAMPLE, THE_THREE, Newsroom, _free_port, ids

PASSWORD = "correct horse battery"
CABLE = THE_THREE[0]
HEADLINE = "Second Baltic data cable severed in a month"
OTHERWISE = "[tags]\nweight = 4.0\n[fields]\ntitle = 6.0\n"
"""A model that tells apart less well, but otherwise: there is something to compare."""

LOWEST = """
Math.max(...[...document.querySelectorAll("main *")]
  .map((one) => one.getBoundingClientRect().bottom + scrollY))
"""
TOP_PX = 1010
"""Height of the pictures that the documentation has."""

WITHIN_S = 4.0
"""Promised is a second; a machine that runs other tests beside is given a few more."""


class Morning:
    """A browser in which somebody works at the desk, and the site that readers have.

    Attributes:
        page: of the browser.
        desk: address of the desk.
        took_s: by what was decided, the seconds until readers saw it.
    """

    def __init__(self, page: Page, desk: str, newsroom: Newsroom) -> None:
        self.page, self.desk, self.newsroom = page, desk, newsroom
        self.took_s: dict[str, float] = {}

    def shown(self) -> list[str]:
        """Return what readers are shown now."""
        return ids(self.newsroom.related(CABLE, 4))

    def version(self) -> str:
        """Return the model that answers readers now."""
        return str(self.newsroom.related(CABLE, 4)["model"]["version"])

    def press(self, button: Locator, what: str, is_so: Callable[[], bool]) -> None:
        """Press a button, and ask the site from that instant on until it is as decided."""
        assert not is_so(), what
        with ThreadPoolExecutor(1) as beside:
            seen = beside.submit(self.newsroom.wait_for, is_so)
            button.click()
            self.took_s[what] = seen.result()
        assert self.took_s[what] < WITHIN_S, self.took_s

    def look(self, name: str = "") -> None:
        """See that a page shuts nobody out, and keep a picture where somebody wants one."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page, options={"resultTypes": ["violations"]})
        violations = found.response["violations"]
        assert [(one["id"], one["nodes"]) for one in violations] == [], self.page.url
        keep(self.page, name)


def keep(page: Page, name: str) -> None:
    """Keep pictures of a page in the folder that DESK_PICTURES names, if any: all, and its top."""
    folder = os.environ.get("DESK_PICTURES")
    if folder and name:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        lowest = page.evaluate(LOWEST)
        size = page.viewport_size or {"width": 1280, "height": 900}
        height = min(lowest + 24, TOP_PX)
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height}
        page.screenshot(path=f"{folder}/{name}-top.png", full_page=True, clip=clip)  # type: ignore[arg-type]


@contextmanager
def desk_of(newsroom: Newsroom) -> Iterator[str]:
    """Run the desk of a newsroom."""
    port = _free_port()
    command = [sys.executable, "-m", "recommender.cli", "desk", "--port", str(port)]
    process = subprocess.Popen(
        command, env=newsroom.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    assert b"Traceback" not in output, output


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Return a newsroom with the sample, a champion and another version, and an admin."""
    made = Newsroom(tmp_path)
    made.environment |= {
        "MOREFROM_DESK_SECRET": SECRET,
        "MOREFROM_PREVIEW": str(SAMPLE),
        "MOREFROM_SITE_URL": f"http://127.0.0.1:{made.port}",
    }
    made.run("import", str(SAMPLE))
    made.run("train", "--promote")
    (tmp_path / "otherwise.toml").write_text(OTHERWISE, encoding="utf-8")
    made.run("train", "--config", str(tmp_path / "otherwise.toml"))
    settings = load_settings(tmp_path, {"MOREFROM_DESK_SECRET": SECRET})
    add_person(settings, "anna", "admin", PASSWORD)
    return made


@pytest.fixture
def morning(newsroom: Newsroom, page: Page) -> Iterator[Morning]:
    """Run the site and the desk; what a console complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(f"{one}") if one.type == "error" else None)
    with newsroom.serving(), desk_of(newsroom) as desk:
        for _ in range(200):
            try:
                page.goto(f"{desk}/desk/")
                break
            except Error:  # the desk is on its way
                time.sleep(0.1)
        yield Morning(page, desk, newsroom)
    assert complaints == []


def test_a_morning_at_the_desk(morning: Morning) -> None:
    signs_in(morning)
    finds_by_typing(morning)
    reads_why(morning)
    pins(morning)
    blocks_and_undoes(morning)
    rates(morning)
    compares_and_promotes(morning)
    exports(morning)
    looks_after_health(morning)
    looks_on_a_phone_at_night(morning)
    for what, took in morning.took_s.items():
        sys.stdout.write(f"\n{what}: {took:.2f} s")


def signs_in(morning: Morning) -> None:
    page = morning.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    morning.look("sign-in")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    morning.look("home")


def finds_by_typing(morning: Morning) -> None:
    page = morning.page
    page.goto(f"{morning.desk}/desk/articles")
    page.keyboard.type("second baltic data c")
    expect(page.locator(".hit-link").first).to_have_text(HEADLINE)
    morning.look("articles")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)


def reads_why(morning: Morning) -> None:
    """Read that the parts add up, and why another article is not shown."""
    page = morning.page
    block = page.get_by_role("region", name="More from The Meridian Post")
    expect(block.get_by_role("listitem")).to_have_count(4)
    table = page.locator(".pick .sum").first
    parts = [float(one) for one in table.locator("tbody .sum-value").all_text_contents()]
    similarity = float(table.locator("tfoot .sum-value").first.inner_text())
    assert abs(sum(parts) - similarity) < 1e-6
    morning.look("article")
    page.get_by_label("Words of its headline, its id or its address").fill(ELSEWHERE)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    morning.look("why-not")


def pins(morning: Morning) -> None:
    page = morning.page
    page.locator(".answer").get_by_role("link", name="Pin here…").click()
    page.get_by_label("Place, none").fill("1")
    page.get_by_label("Reason").fill("the salvage explains this one")
    morning.look("pin")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".beside-list").nth(1).locator("li").first).to_contain_text("pin")
    assert ELSEWHERE not in morning.shown()
    morning.look("preview")
    save = page.get_by_role("button", name="Save", exact=True)
    morning.press(save, "pin", lambda: morning.shown()[0] == ELSEWHERE)
    expect(page.get_by_role("status")).to_contain_text("and on the site")
    morning.look("overrides")


def blocks_and_undoes(morning: Morning) -> None:
    page, second = morning.page, morning.shown()[1]
    page.goto(f"{morning.desk}/desk/article?id={CABLE}")
    page.locator(".pick").nth(1).get_by_role("link", name="Block here…").click()
    page.get_by_label("Reason").fill("too old for this")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".beside-gone")).to_have_count(1)
    morning.look("block-preview")
    save = page.get_by_role("button", name="Save", exact=True)
    morning.press(save, "block", lambda: second not in morning.shown())
    expect(page.get_by_role("status")).to_contain_text("and on the site")

    newest = page.locator(".override").first
    newest.get_by_text("Undo…").click()
    newest.get_by_label("Reason").fill("it is fine after all")
    undo = newest.get_by_role("button", name="Undo")
    morning.press(undo, "undo", lambda: second in morning.shown())
    expect(page.get_by_role("status")).to_contain_text("is undone")


def rates(morning: Morning) -> None:
    page = morning.page
    page.goto(f"{morning.desk}/desk/rate")
    morning.look("rate")
    for n_rated, key in enumerate("142", 1):
        page.wait_for_load_state()  # a key counts once the script is there
        page.keyboard.press(key)
        expect(page.locator(".rate-progress label")).to_contain_text(f"{n_rated} of ")
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("taken back")


def compares_and_promotes(morning: Morning) -> None:
    page, first = morning.page, morning.version()
    page.goto(f"{morning.desk}/desk/models")
    page.get_by_role("button", name="Compare first and second").click()
    expect(page.locator(".pair .mark-new").first).to_be_visible()
    morning.look("models")
    page.get_by_text("Change which version serves").click()
    promoted = page.locator("form", has=page.get_by_label("Version"))
    promoted.get_by_label("Reason").fill("to see it with readers")
    serve = promoted.get_by_role("button", name="Have it serve")
    morning.press(serve, "promote", lambda: morning.version() != first)
    expect(page.get_by_role("status")).to_contain_text("serves from now on")
    assert morning.shown()[0] == ELSEWHERE, "a promotion lost a pin"

    page.get_by_text("Change which version serves").click()
    morning.look("roll-back")
    page.locator("#back-reason").fill("the tags weigh too much")
    back = page.get_by_role("button", name="Roll back")
    morning.press(back, "roll back", lambda: morning.version() == first)
    expect(page.get_by_role("status")).to_contain_text("Rolled back")


def exports(morning: Morning) -> None:
    """Read in a table what all of this was, by whom and why."""
    page = morning.page
    page.goto(f"{morning.desk}/desk/log")
    morning.look("log")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [" ".join(row.values()) for row in rows]
    for reason in (
        "the salvage explains this one",
        "too old for this",
        "it is fine after all",
        "to see it with readers",
        "the tags weigh too much",
    ):
        (line,) = (one for one in told if reason in one)
        assert "anna" in line


def looks_after_health(morning: Morning) -> None:
    """Have all lists looked at, which is done beside all else."""
    page = morning.page
    page.goto(f"{morning.desk}/desk/health")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("status").first).to_contain_text("being looked at")
    for _ in range(100):
        page.goto(f"{morning.desk}/desk/health")
        if page.get_by_role("button", name="Look again").count():
            break
        page.wait_for_timeout(100)
    expect(page.locator(".health-item").first).to_be_visible()
    morning.look("health")


def looks_on_a_phone_at_night(morning: Morning) -> None:
    page = morning.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto(f"{morning.desk}/desk/article?id={CABLE}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    morning.look("article-phone")
