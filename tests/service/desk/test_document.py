"""docs/publishing.md says what the desk app does: all of it, and nothing else."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

from werkzeug.test import TestResponse

from recommender.workflows.erasing import erase
from service.desk.app import create_app
from service.desk.reading import MAX_BODY_BYTES
from tests.documents import ROOT, blocks, named, prose, rows, section, spans
from tests.service.desk.conftest import ARCHIVE, Cms, problem, said

PUBLISHING = "docs/publishing.md"
ADDRESS = "http://127.0.0.1:8001"
OF_PUBLIC_APP = ("picks[].", "model.")
"""Fields that docs/http.md explains."""

NO_TAGS = {**ARCHIVE[0], "tags": []}


def test_every_request_is_documented(cms: Cms) -> None:
    rules = {
        f"{method} {re.sub(r'<[^>]*>', '{id}', rule.rule)}"
        for rule in cms.app.url_map.iter_rules()
        if rule.rule != "/" and not rule.rule.startswith("/desk/")  # for people, not for a CMS
        for method in (rule.methods or set()) - {"HEAD"}
    }

    told = {span for row in rows(prose(PUBLISHING)) for span in spans(row[0])}

    assert {one.partition("?")[0] for one in told if one.partition(" ")[2][:1] == "/"} == rules


def test_every_field_of_an_acknowledgement_is_documented(cms: Cms) -> None:
    answer = said(cms.put("/v1/articles/talks", {"title": "Talks"}))
    told = named(section(PUBLISHING, "The answer"))
    (example,) = (code for code in blocks(PUBLISHING, "json") if '"picks_id"' in code)

    assert told.keys() == answer.keys() == json.loads(example).keys()
    assert {name for name, value in answer.items() if value is None} == {
        name for name, row in told.items() if row[3]
    }


def test_every_problem_is_documented(cms: Cms) -> None:
    sources = (path.read_text("utf-8") for path in (ROOT / "service" / "desk").glob("*.py"))
    kinds = {kind for source in sources for kind in re.findall(r'kind="([a-z-]+)"', source)}
    told = {(int(row[0]), spans(row[1])[0]) for row in rows(section(PUBLISHING, "Problems"))}
    path, article = "/v1/articles/talks", {"title": "Talks"}
    large = b'{"title": "' + b"x" * MAX_BODY_BYTES
    away = Cms(cms.settings.model_copy(update={"home": cms.settings.home / "none"}), cms.app, "")
    away.app, away.secret = create_app(away.settings), cms.secret
    cms.put("/v1/articles/gone", article)
    erase(cms.settings, "gone", "anna", "court order", lambda *_: None)

    happened = {
        (found["status"], found["type"])
        for found in map(
            problem,
            (
                cms.put(f"{path}?x=1", article),
                cms.put(path, []),
                cms.client.get(path),
                cms.send("GET", path),
                cms.send("GET", "/nowhere"),
                cms.send("DELETE", path),
                cms.put(path, article, If_Match="*"),
                cms.send("PUT", path, data=large, content_type="application/json"),
                cms.send("PUT", path, data=b"{}"),
                cms.put(path, {}),
                cms.put("/v1/articles/gone", article),
                away.put(path, article),
                cms.send("POST", "/v1/drafts/related", json=article),
            ),
        )
    }

    elsewhere = {(500, "about:blank"), (503, "about:blank")}
    assert told - elsewhere == happened
    assert {kind.rpartition(":")[2] for _, kind in told} >= kinds


def test_the_problem_that_is_shown_is_a_real_one(cms: Cms) -> None:
    (shown,) = (code for code in blocks(PUBLISHING, "json") if '"errors"' in code)

    found = problem(cms.put("/v1/articles/talks", {"title": "a", "tags": ["t"] * 10_000}))

    assert json.loads(shown) == found


def test_the_limit_that_is_named_is_the_limit() -> None:
    assert f"{MAX_BODY_BYTES:,} bytes" in section(PUBLISHING, "The article")


def test_the_requests_that_are_shown_are_carried_out(cms: Cms) -> None:
    lines = [line for code in blocks(PUBLISHING, "sh") for line in code.splitlines()]
    requests = [line for line in lines if line.startswith("curl ") and "/v1/articles" in line]
    assert len(requests) == 2

    for line in requests:
        response = carried_out(cms, line)
        assert said(response)["change"] in {"created", "retracted"}, response.data
    assert [event[3] for event in cms.events()] == ["", "wrong port"]


def test_the_draft_that_is_shown_is_looked_at(desk: Cms) -> None:
    (line,) = (
        line
        for code in blocks(PUBLISHING, "sh")
        for line in code.splitlines()
        if "/v1/drafts/related" in line
    )
    (example,) = (json.loads(code) for code in blocks(PUBLISHING, "json") if '"named"' in code)
    told = named(section(PUBLISHING, "Drafts"))

    shown = said(carried_out(desk, line))
    full = said(desk.send("POST", "/v1/drafts/related", json=ARCHIVE[0]))
    full["tags"] = said(desk.send("POST", "/v1/drafts/related", json=NO_TAGS))["tags"]

    assert len(shown["picks"]) == 1
    assert shown.keys() == example.keys() == full.keys()
    for answer in (shown, full):
        assert answer["picks"][0].keys() == example["picks"][0].keys()
        assert answer["model"].keys() == example["model"].keys()
    assert told.keys() == {name for name in flattened(full) if not name.startswith(OF_PUBLIC_APP)}
    assert {name for name, row in told.items() if row[3]} == {
        "tags[].articles[].url",
        "same_story[].url",
    }


def flattened(value: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield every field of a JSON object under the name that the tables use."""
    for name, held in value.items():
        yield f"{prefix}{name}"
        if isinstance(held, dict):
            yield from flattened(held, f"{prefix}{name}.")
        for entry in held if isinstance(held, list) else []:
            if isinstance(entry, dict):
                yield from flattened(entry, f"{prefix}{name}[].")


def carried_out(cms: Cms, line: str) -> TestResponse:
    """Return the answer to a line of curl."""
    words = shlex.split(line.replace("$(cat cms-token)", cms.secret))
    (address,) = (word for word in words if word.startswith(ADDRESS))
    headers = dict(header.split(": ", 1) for header in after(words, "-H"))
    more: dict[str, Any] = {"data": body[0]} if (body := after(words, "-d")) else {}
    return cms.send(after(words, "-X")[0], address.removeprefix(ADDRESS), headers, **more)


def after(words: list[str], option: str) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words) if word == option]
