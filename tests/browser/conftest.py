"""A real browser: the system's own Chromium, for nothing is downloaded to run these tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No window, and no word to anyone but the pages under test."""


def find_chromium() -> str | None:
    """Return the path of the Chromium to drive: MOREFROM_CHROMIUM, else the first one on PATH."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("MOREFROM_CHROMIUM") or next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    path = find_chromium()
    if path is None:
        pytest.skip("needs Chromium: none on PATH, and MOREFROM_CHROMIUM names none")
    assert Path(path).is_file(), f"MOREFROM_CHROMIUM names {path}, which is not a file"
    # Chromium refuses to run its sandbox as root, which is who runs tests in a container.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page without cookies, cache or storage; a script error on it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
