"""What browsers are given beside pages: htmx as it was published, and nothing inline anywhere."""

import re
from hashlib import sha256
from pathlib import Path

import service.desk

DESK = Path(service.desk.__file__).parent
HTMX = "60231ae6ba9db3825eb15a261122d5f55921c4d53b66bf637dc18b4ee27c79f9"
"""SHA-256 of `dist/htmx.min.js` of htmx 2.0.7 as the npm registry has it."""


def test_htmx_is_the_published_one_with_its_licence() -> None:
    script = (DESK / "static" / "htmx.min.js").read_bytes()
    assert sha256(script).hexdigest() == HTMX
    assert b'version:"2.0.7"' in script
    assert "Zero-Clause BSD" in (DESK / "static" / "htmx.LICENSE.txt").read_text()


def test_htmx_may_neither_evaluate_nor_style() -> None:
    base = (DESK / "templates" / "desk" / "base.html").read_text()
    for option in ("allowEval", "includeIndicatorStyles", "allowScriptTags"):
        assert f'"{option}": false' in base


def test_templates_have_nothing_that_the_policy_would_refuse() -> None:
    for path in (DESK / "templates" / "desk").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|\|\s*safe\b", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path


def test_every_form_that_changes_anything_holds_the_token() -> None:
    for path in (DESK / "templates" / "desk").iterdir():
        for form in re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(r'method="post"', form):
                assert "csrf()" in form, path
