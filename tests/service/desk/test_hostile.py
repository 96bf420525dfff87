"""Hostile strings in each field of an article, of a form and of an address: all shown as text."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from werkzeug.test import TestResponse

from recommender.settings import load_settings
from recommender.workflows import tokens
from recommender.workflows.health_words import Ailment
from service.desk import access
from service.desk.access import Door
from service.desk.app import create_app
from service.desk.pages import overrides
from tests.service.desk.conftest import SECRET, Cms, Editor, add_person
from tests.service.desk.hostile import (
    STRINGS,
    WORST,
    articles,
    live,
    policy_text,
    printable,
    set_policy,
)
from tests.service.desk.html import Page

TEMPLATES = Path(access.__file__).parent / "templates", Path(access.__file__).parents[1] / "public"
_JINJA = re.compile(r"{%.*?%}|{#.*?#}", re.DOTALL)
_VALUE = re.compile(r"{{.*?}}", re.DOTALL)
BY_MACRO = {("input", one) for one in ("autocomplete", "autocapitalize", "spellcheck", "minlength")}
"""Attributes that the macro of a field is given, so that they stand in no template as such."""

SAFE = ("http://", "https://", "/", "#", "?")
LINKS = ("href", "src", "action", "formaction", "hx-get")

WITH_STOP = {"what": "article", "value": "plain-9", "reason": "why"}
OVERRIDE = {
    "kind": "pin", "article": "plain-25", "under": "plain-9", "placement": "more-from",
    "position": "1", "starts": "2030-01-01T00:00", "ends": "2031-01-01T00:00", "reason": "why",
    "seen": "9999", "part": "", "rule": "never", "tags": "", "sections": "", "under_tags": "",
    "under_sections": "", "both_ways": "",
}  # fmt: skip
LOG = {"what": "everything", "by": "", "about": "", "from": "", "until": "", "before": ""}
PERSON = {"name": "eve", "role": "viewer", "reason": "why"}
WHY = {"reason": "why"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "front_door": {}, "static": {}, "home": {}, "sign_out": {}, "people": {}, "rate_undo": {},
    "rate_agreement": {}, "health": {}, "health_count": {},
    "sign_in": {"next": "/desk/", "name": "eve", "password": "x"},
    "join": {"link": "x", "password": "x", "again": "x"},
    "articles": {"q": "dockers", "order": "newest", "more": "1", "part": "list"},
    "article": {"id": "plain-9", "placement": "more-from", "why": "dockers"},
    "article_then": {"id": "plain-9", "on": "2026-01-01", "placement": "more-from"},
    "health_list": {"of": "no-image", "after": "0"},
    "health_merge": {"alias": "x", "canonical": "y", **WHY},
    "health_apart": {"alias": "x", "canonical": "y", **WHY},
    "health_undo": {"number": "3", **WHY},
    "rate": {"round": "0", "at": "1"},
    "rate_give": {"query_id": "plain-9", "article_id": "plain-25", "grade": "1"},
    "overrides": {"state": "all", "person": ""},
    "new_override": OVERRIDE, "preview_override": OVERRIDE, "save_override": OVERRIDE,
    "undo_override": {"number": "3", "seen": "9999", **WHY},
    "policy": {"article": "x", "tag": "x"},
    "try_policy": {"text": "", "seen": "9999"},
    "set_policy": {"text": "", "seen": "9999", **WHY},
    "stop": WITH_STOP, "resume": WITH_STOP,
    "log": LOG, "log_act": {"event": "1", "after": "1"}, "log_csv": {**LOG, "each": "1"},
    "models": {"first": "x", "second": "y"},
    "promote": {"version": "x", **WHY}, "roll_back": WHY,
    "draft": {}, "freshness": {"slot": "x", "days": "30"},
    "look_at_text": {"title": "x", "summary": "x", "body": "x", "tags": "x"},
    "invite": PERSON, "set_role": PERSON, "revoke": PERSON, "end_sessions": PERSON,
}  # fmt: skip
"""What each address takes, with values that are good ones, so that one bad one stands alone."""


class Parts(HTMLParser):
    """The elements and attributes of a page.

    Attributes:
        names: of each element, with each of its attributes.
        links: what a browser may follow, load or send to.
        scripts: what stands within scripts, and whence they come.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[tuple[str, str]] = set()
        self.links: set[str] = set()
        self.scripts: set[str | None] = set()
        self._is_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.links |= {value or "" for name, value in attrs if name in LINKS}
        if tag == "script":
            self.scripts.add(dict(attrs).get("src"))
        self._is_script = tag == "script"

    def handle_data(self, data: str) -> None:
        if self._is_script and data.strip():
            self.scripts.add(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_script = self._is_script and tag != "script"


def _vocabulary() -> Iterator[tuple[str, str]]:
    """Yield each element and attribute that our own templates have."""
    for folder in TEMPLATES:
        for path in folder.rglob("*.html"):
            source = _VALUE.sub("x", _JINJA.sub(" ", path.read_text(encoding="utf-8")))
            yield from Parts(source).names


OURS = frozenset({*_vocabulary(), *BY_MACRO})
SCRIPTS = re.compile(r"/desk/static/[\w.-]+\.js")


def harmless(response: TestResponse, *sent: str) -> str:
    """Return the text of a page on which nothing comes from a string but text."""
    what = (response.request.path, dict(response.request.args), sent)
    assert response.status_code < 500, what
    for name, value in response.headers:
        assert value.isascii(), (name, value)
        assert "\n" not in value, (name, value)
        assert "\r" not in value, (name, value)
        raw = [one for one in sent if set(one) & set('<>"\x00\r\n')]
        assert not any(one in value for one in raw), (name, value)
    assert "Set-Cookie: evil" not in str(response.headers)
    if response.mimetype != "text/html":
        return response.text
    parts = Parts(response.text)
    assert parts.names <= OURS, (parts.names - OURS, what)
    assert all(one is None or SCRIPTS.fullmatch(one) for one in parts.scripts), parts.scripts
    unsafe = [one for one in parts.links if not one.startswith(SAFE) or one.startswith("//")]
    assert unsafe == [], what
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    return response.text


def texts(page: str) -> str:
    """Return all that a page says, in text and in attributes, with one blank between words."""
    read = Page(page)
    said = [read.text, *(value for one in read.elements for value in one.attrib.values())]
    return " ".join(" ".join(said).split())


@pytest.fixture(scope="module")
def cms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cms]:
    """Return a newsroom that stores all strings in all fields; all tests have the same."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = load_settings(folder / "home", {"MOREFROM_DESK_SECRET": SECRET})
    live(settings, folder)
    for name, role in (("anna", "admin"), ("eve", "viewer")):
        add_person(settings, name, role)
    app = create_app(settings, visible_within_s=0.0)
    with pytest.MonkeyPatch.context() as patch:  # no follower is there to be waited for
        patch.setattr(overrides, "VISIBLE_WITHIN_S", 0.0)
        yield Cms(settings, app, tokens.create(settings, "cms", "anna"))
    app.extensions["morefrom.publisher"].close()


@pytest.fixture
def admin(cms: Cms) -> Editor:
    """Return an admin of that newsroom."""
    return Editor(cms.app, "anna")


def test_the_table_names_every_page_and_every_field(cms: Cms, admin: Editor) -> None:
    pages = {name for name, door in access.ACCESS.items() if door is not Door.TOKEN}
    assert set(FIELDS) == pages - {"healthz"}
    adapter = cms.app.url_map.bind("localhost")
    for path in LOOKED_AT:
        page = Page(harmless(admin.get(path)))
        for form in page.all("form"):
            buttons = [one for one in form.iter() if one.get("formaction")]
            sends = [form.get("action"), *(one.get("formaction") for one in buttons)]
            names = {str(one.get("name")) for one in form.iter() if one.get("name")} - {"csrf"}
            for address in filter(None, sends):
                method = (form.get("method") or "get").upper()
                where, _ = adapter.match(address.partition("#")[0].partition("?")[0], method)
                known = {*FIELDS[where], "reason", "role"}
                assert names <= known, (path, where, names - known)


LOOKED_AT = (
    "/desk/", "/desk/sign-in", "/desk/articles?q=dockers", "/desk/article?id=plain-9&why=alert",
    "/desk/article/then?id=plain-9&on=2030-01-01", "/desk/overrides?state=all",
    "/desk/overrides/new?kind=pin&article=plain-25&under=plain-9", "/desk/overrides/new?kind=rule",
    "/desk/overrides/preview?kind=block&article=plain-25&under=plain-9", "/desk/policy",
    "/desk/health", *(f"/desk/health/list?of={one.value}" for one in Ailment), "/desk/rate",
    "/desk/rate/agreement", "/desk/models", "/desk/draft", "/desk/log", "/desk/people",
    "/desk/log?what=everything", "/desk/log/act?event=1",
)  # fmt: skip
"""Every page, as somebody looks at it who means no harm."""


def test_what_is_stored_stands_as_text(cms: Cms, admin: Editor) -> None:
    sensitive = f"{STRINGS[1]}{STRINGS[19]}{STRINGS[7]}"
    set_policy(cms.settings, sensitive)
    for path in LOOKED_AT:
        harmless(admin.get(path), sensitive)
    assert sensitive in texts(admin.get("/desk/policy").text)
    for article in articles():
        page = harmless(admin.get(f"/desk/article?{urlencode({'id': article.id})}"), article.title)
        said = texts(page)
        for field in (article.title, article.summary, article.id, article.section or ""):
            assert " ".join(field.split()) in said, field
        for tag in article.tags:
            assert " ".join(tag.label.split()) in said, tag
    for article in (*articles(),)[::9]:
        then = urlencode({"id": article.id, "on": "2030-01-01"})
        harmless(admin.get(f"/desk/article/then?{then}"))


@pytest.mark.parametrize("endpoint", sorted(set(FIELDS) - {"sign_out", "sign_in"}))
def test_what_is_typed_stands_as_text(cms: Cms, admin: Editor, endpoint: str) -> None:
    rule = next(one for one in cms.app.url_map.iter_rules() if one.endpoint == endpoint)
    path = re.sub(r"<[^>]*>", "desk.css", rule.rule)
    good = FIELDS[endpoint]
    each = [(text, dict.fromkeys(good, text)) for text in STRINGS if good]
    alone = [(text, {**good, name: text}) for name in good for text in WORST]
    if "text" in good:
        alone += [(text, {**good, "text": policy_text(text)}) for text in WORST]
    token = admin.token()
    for text, values in [*each, *alone]:
        if "GET" in (rule.methods or ()):
            harmless(admin.get(f"{path}?{urlencode(values)}"), text)
        if "POST" in (rule.methods or ()):
            sent = {"csrf": token, **values}
            headers = {"Sec-Fetch-Site": "same-origin"}
            response = admin.client.post(path, data=sent, headers=headers)
            harmless(response, text)
            if response.status_code == 303:
                assert response.location.startswith("/desk/")
                harmless(admin.get("/desk/"), text)  # tells what was done


def test_what_strangers_type_stands_as_text(cms: Cms) -> None:
    for text in WORST:
        stranger = Editor(cms.app)
        page = harmless(stranger.post("/desk/sign-in", {"name": text, "password": text}), text)
        assert " ".join(text.split()) in texts(page) or not text.isprintable()
        asked = stranger.get(f"/desk/sign-in?next={quote(text)}")
        (way,) = Page(harmless(asked, text)).all("[name=next]")
        assert (way.get("value") or "").startswith("/desk/")


TAKES_BYTES = ("articles", "article", "article/then", "log", "models", "policy", "overrides/new")


@pytest.mark.parametrize("name", ["q", "id", "by", "about", "on", "article", "first", "next"])
def test_bytes_that_are_no_text_are_no_error(admin: Editor, name: str) -> None:
    for raw in (b"\xed\xa0\x80", b"\xff\xfe", b"\x00", b"\xf4\x90\x80\x80", b"%zz", b"\r\nX: y"):
        for path in TAKES_BYTES:
            harmless(admin.get(f"/desk/{path}?id=plain-9&{name}={quote_from_bytes(raw)}"))
    harmless(admin.get(f"/desk/{quote(STRINGS[1])}"), STRINGS[1])


def test_half_a_character_is_refused(cms: Cms) -> None:
    for field in ("title", "section", "url"):
        half = cms.send("PUT", "/v1/articles/x", json={"title": "x", field: "\ud800"})
        assert half.status_code == 422, field


def test_the_log_as_a_table_begins_no_formula(admin: Editor) -> None:
    response = admin.get("/desk/log.csv?what=everything&each=1")
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True))))
    assert len(rows) > len(STRINGS)
    cells = {cell for row in rows for cell in row}
    assert not {cell for cell in cells if cell[:1] in set("=+@-\t\r")}
    assert any(printable("=HYPERLINK") in cell for cell in cells)
