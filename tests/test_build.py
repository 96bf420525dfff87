"""The locks pin everything by hash, from nowhere in particular; wheels hold more than Python."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(
    r"^(?P<pin>[a-z0-9-]+==[^\s;]+(?: ; [^\\]+)?) \\\n(?P<hashes>(?: +--hash=\S+(?: \\)?\n)+)", re.M
)


def lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> set[str]:
    return {match["pin"] for match in PIN.finditer(lock(name))}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_says_nothing_about_where_packages_come_from(name: str) -> None:
    assert re.findall(r"(?m)^.*(?:://|index-url|find-links|trusted-host| /).*$", lock(name)) == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_for_every_pin(name: str) -> None:
    named = re.findall(r"(?m)^[^\s#][^\\]*", lock(name))

    assert {line.strip() for line in named} == pins(name)
    assert len(named) > 20


def test_tests_run_with_what_users_get() -> None:
    assert pins("requirements.txt") < pins("requirements-dev.txt")


def test_demo_asks_about_an_article_of_the_sample() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    chosen = re.search(r"(?m)^ARTICLE \?= (\S+)$", makefile)
    assert chosen is not None

    with (ROOT / "data/sample/articles.jsonl").open(encoding="utf-8") as lines:
        assert chosen[1] in {json.loads(line)["id"] for line in lines}


def test_wheel_holds_templates_and_styles(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr

    wheel = next(tmp_path.glob("*.whl"))
    needed = {
        path.relative_to(ROOT).as_posix()
        for package in ("recommender", "service")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".html", ".css", ".js", ".svg"}
    }
    assert needed <= set(zipfile.ZipFile(wheel).namelist())
    assert "recommender/evaluation/templates/report.html" in needed
