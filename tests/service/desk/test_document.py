"""docs/publishing.md says what the desk app does: all of it, and nothing else."""

import json
import re
import shlex
from typing import Any

from service.desk.app import create_app
from service.desk.reading import MAX_BODY_BYTES
from tests.documents import ROOT, blocks, named, prose, rows, section, spans
from tests.service.desk.conftest import Cms, problem, said

PUBLISHING = "docs/publishing.md"
ADDRESS = "http://127.0.0.1:8001"


def test_every_request_is_documented(cms: Cms) -> None:
    rules = {
        f"{method} {re.sub(r'<[^>]*>', '{id}', rule.rule)}"
        for rule in cms.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }

    told = {span for row in rows(prose(PUBLISHING)) for span in spans(row[0])}

    assert {one.partition("?")[0] for one in told if one.partition(" ")[2][:1] == "/"} == rules


def test_every_field_of_an_acknowledgement_is_documented(cms: Cms) -> None:
    answer = said(cms.put("/v1/articles/talks", {"title": "Talks"}))
    told = named(section(PUBLISHING, "The answer"))
    (example,) = (code for code in blocks(PUBLISHING, "json") if '"picks"' in code)

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
                away.put(path, article),
            ),
        )
    }

    assert {one for one in told if one[0] != 500} == happened
    assert {kind.rpartition(":")[2] for _, kind in told} >= kinds


def test_the_problem_that_is_shown_is_a_real_one(cms: Cms) -> None:
    (shown,) = (code for code in blocks(PUBLISHING, "json") if '"errors"' in code)

    found = problem(cms.put("/v1/articles/talks", {"title": "a", "tags": ["t"] * 10_000}))

    assert json.loads(shown) == found


def test_the_limit_that_is_named_is_the_limit() -> None:
    assert f"{MAX_BODY_BYTES:,} bytes" in section(PUBLISHING, "The article")


def test_the_requests_that_are_shown_are_carried_out(cms: Cms) -> None:
    lines = [line for code in blocks(PUBLISHING, "sh") for line in code.splitlines()]
    requests = [line for line in lines if line.startswith("curl ")]
    assert len(requests) == 2

    for line in requests:
        words = shlex.split(line.replace("$(cat cms-token)", cms.secret))
        (address,) = (word for word in words if word.startswith(ADDRESS))
        headers = dict(header.split(": ", 1) for header in after(words, "-H"))
        more: dict[str, Any] = {"data": body[0]} if (body := after(words, "-d")) else {}
        method = after(words, "-X")[0]
        response = cms.send(method, address.removeprefix(ADDRESS), headers, **more)
        assert said(response)["change"] in {"created", "retracted"}, response.data
    assert [event[3] for event in cms.events()] == ["", "wrong port"]


def after(words: list[str], option: str) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words) if word == option]
